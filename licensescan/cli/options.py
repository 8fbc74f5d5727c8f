"""The options that commands share, and what was given of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from licensescan.cli.completion import forms
from licensescan.report import REPORTS

PROFILES = (
    "distributed-product",
    "saas",
    "internal-research",
    "library-apache",
    "library-mit",
    "permissive-only",
    "data-training",
)
VERDICTS = ("deny", "review", "warn")

PROFILES_BELOW = f"""
\b
Profiles: {", ".join(PROFILES[:4])},
          {", ".join(PROFILES[4:])}.
`licensescan explain NAME` says what a profile is for and how it judges.
"""

Command = TypeVar("Command", bound=Callable[..., Any])


def joined(
    *options: Callable[[Command], Command],
) -> Callable[[Command], Command]:
    """Return one decorator for several."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,  # `main` looks for it before anything can go wrong
    help="Show the traceback of an internal error.",
)
policy_options = joined(
    click.option(
        "--policy",
        "policy_file",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Policy file. [default: licensescan.toml here, or [tool.licensescan] in pyproject.toml]",
    ),
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        metavar="NAME",
        help="What the code is for, see below. [default: the policy's, or distributed-product]",
    ),
)


def _language(_: click.Context, __: click.Parameter, value: str | None) -> str:
    import os

    from licensescan.report.speech import language_of

    return language_of(value or "", os.environ)


language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "ko"]),
    callback=_language,
    help="Language of text and HTML. [default: LICENSESCAN_LANG, or LANG; else en]",
)
output_options = joined(
    language_option,
    click.option(
        "-f",
        "--format",
        "form",
        default="text",
        show_default=True,
        metavar="FORMAT",
        shell_complete=forms,
        help=f"Form of the report: {', '.join(REPORTS)}.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(),
        metavar="FILE",
        help="Write the report to this file, not to stdout.",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write one more report of the same run, as in json=licenses.json;"
        " all=FOLDER: every form. Repeatable.",
    ),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="List everything that the text report sums up.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Color the text report; auto: on a terminal, unless NO_COLOR is set.",
    ),
)
gate_options = joined(
    click.option(
        "--fail-on",
        type=click.Choice(VERDICTS),
        help="Exit with 1 from this verdict on. [default: the policy's, or review]",
    ),
    click.option(
        "--baseline",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Findings of this baseline or JSON report fail nothing. [default: the policy's]",
    ),
)
edit_options = joined(
    click.option(
        "--target",
        "targets",
        multiple=True,
        metavar="TARGET",
        help="Target whose findings are meant. Repeatable. [default: the project]",
    ),
    click.option(
        "--dry-run", is_flag=True, help="Show the change, and write nothing."
    ),
)
answer_option = click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write the answer to this file, not to stdout.",
)


def form_option(*forms: str) -> Callable[[Command], Command]:
    """Return the option for the form of an answer, the first by default."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help="Form of the answer.",
    )


why_option = click.option(
    "--why",
    default="",
    metavar="NAME",
    help="Show what was considered for this component, and why it counts or not.",
)
look_options = joined(
    click.option(
        "--env",
        "environment",
        metavar="PATH|self",
        help="Environment to look at if no TARGET is given; self: licensescan's own."
        " [default: the project's]",
    ),
    click.option(
        "--platform",
        default="",
        metavar="TAG",
        help="Platform for markers, as in wheels or conda: win_amd64, osx-arm64."
        " [default: the environment's, else this machine's]",
    ),
    click.option(
        "--find-links",
        multiple=True,
        type=click.Path(),
        metavar="FOLDER",
        help="Folder with wheels and sdists of what a lock file names. Repeatable.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes for what takes longer than two seconds."
        " [default: one for each core, at most 4]",
    ),
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read everything anew, and remember nothing for the next run.",
    ),
    click.option(
        "--online",
        is_flag=True,
        help="Ask the package index for what a lock file names and is not found here."
        " Nothing touches the network without this.",
    ),
    debug_option,
)
