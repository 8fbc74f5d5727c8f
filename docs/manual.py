"""The manual page and the page of commands, from what click knows of them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from licensescan.cli import cli

PARAGRAPHS = "\n\n"


def manual() -> str:
    """Return the manual page, as roff."""
    rows = [
        '.\\" Written by docs/generate.py from the command line.',
        ".TH LICENSESCAN 1",
        ".SH NAME",
        "licensescan \\- licenses of ML environments: patents, commerce, natives, weights",
        ".SH SYNOPSIS",
        ".B licensescan",
        ".I COMMAND",
        "[OPTIONS] [ARGUMENTS]",
        ".SH DESCRIPTION",
        *_roff(cli.help or ""),
        ".SH COMMANDS",
    ]
    for name, command in _commands():
        rows += [f".SS {_safe(_usage(name, command))}"]
        rows += _roff(command.help or "")
        for names, text in _options(command):
            rows += [".TP", f".B {_safe(names)}", _safe(text)]
    rows += [
        ".SH ENVIRONMENT",
        "Each option can be given as LICENSESCAN_COMMAND_OPTION, as in",
        "LICENSESCAN_CHECK_PROFILE=saas. docs/environment\\-variables.md lists",
        "all variables that are read.",
        ".SH NOTES",
        "It reports what texts say. It is not legal advice.",
    ]
    return "\n".join(rows) + "\n"


def commands() -> str:
    """Return the page of commands, as Markdown."""
    rows = [
        "# Commands",
        "",
        "<!-- Written by docs/generate.py from the command line. -->",
        "",
        "What `licensescan COMMAND --help` says; `man licensescan` has the same where the wheel was installed.",
    ]
    for name, command in _commands():
        rows += ["", f"## {name}", "", f"`{_usage(name, command)}`"]
        for text in _paragraphs(command.help or ""):
            rows += ["", *text]
        options = list(_options(command))
        rows += ["", "| option | |", "| --- | --- |"] if options else []
        for names, text in options:
            shown = text.replace("|", "\\|")
            rows.append(f"| `{names.replace('|', ' or ')}` | {shown} |")
    return "\n".join(rows) + "\n"


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(cli.commands.items()):
        yield name, command
        if isinstance(command, click.Group):
            for inner, below in sorted(command.commands.items()):
                yield f"{name} {inner}", below


def _context(command: click.Command, name: str = "") -> click.Context:
    """
    Return the context of a command as a user has it: click keeps the help
    option of the first.
    """
    names = cli.context_settings["help_option_names"]
    return click.Context(command, info_name=name, help_option_names=names)


def _usage(name: str, command: click.Command) -> str:
    context = _context(command, f"licensescan {name}")
    return " ".join(
        [context.command_path, *command.collect_usage_pieces(context)]
    )


def _options(command: click.Command) -> Iterator[tuple[str, str]]:
    context = _context(command)
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option):
            yield record


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Yield paragraphs; one that click leaves as it is becomes a block."""
    for paragraph in text.strip().split(PARAGRAPHS):
        rows = paragraph.strip("\n").split("\n")
        if rows[0].strip() == "\b":
            yield ["```", *(row.strip() for row in rows[1:]), "```"]
        else:
            yield [row.strip() for row in rows]


def _roff(text: str) -> Iterator[str]:
    for paragraph in _paragraphs(text):
        yield ".PP"
        if paragraph[0] == "```":
            yield from (".nf", *map(_safe, paragraph[1:-1]), ".fi")
        else:
            yield from map(_safe, paragraph)


def _safe(text: str) -> str:
    """Return `text` such that roff takes none of it for a command."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
