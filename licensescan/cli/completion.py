"""`completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    get_completion_class,
)

from licensescan.cli.output import deliver
from licensescan.model.errors import UsageError

VARIABLE = "_LICENSESCAN_COMPLETE"


@click.command(short_help="Print what completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """
    Print a script that completes commands, options, formats and rules.

    \b
    bash: licensescan completion bash > ~/.local/share/bash-completion/completions/licensescan
    zsh:  licensescan completion zsh > a file _licensescan in a folder of $fpath
    fish: licensescan completion fish > ~/.config/fish/completions/licensescan.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"{shell}: no such shell")
    root = context.find_root()
    made = kind(root.command, {}, "licensescan", VARIABLE)
    # That of bash would run bash to ask for its version.
    deliver(ShellComplete.source(made), None)
    return 0


def forms(
    _: click.Context,
    __: click.Parameter,
    begun: str,
) -> list[CompletionItem]:
    """Return the forms of reports that begin so."""
    from licensescan.report import REPORTS

    return [CompletionItem(name) for name in REPORTS if name.startswith(begun)]


def explained(
    _: click.Context,
    __: click.Parameter,
    begun: str,
) -> list[CompletionItem]:
    """Return the rules, clauses and profiles that begin so."""
    from licensescan.rulebook.rulebook import load, taxonomy

    book = load()
    names = (*book.rules, *taxonomy(), *book.profiles())
    return [CompletionItem(name) for name in names if name.startswith(begun)]
