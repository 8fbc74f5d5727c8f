"""`classify`: single license texts."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import debug_option
from licensescan.cli.output import deliver
from licensescan.cli.settings import Settings
from licensescan.model.errors import UsageError
from licensescan.report.terminal import width

if TYPE_CHECKING:
    from licensescan.reader import FolderFiles

_TEXT_LIMIT = 8 << 20
"""
Bytes of a text that `classify` reads, eight times what is read of one in a
tree.
"""


@click.command(
    short_help="Name the license of a text, and what the text says."
)
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--clauses-only",
    is_flag=True,
    help="Read the clauses as those of an unknown text; recognize no license.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write the answer to this file, not to stdout.",
)
@click.option(
    "--why", "is_asked", is_flag=True, help="Show all that was considered."
)
# Scripts give it to every command; a single text is always read anew.
@click.option("--no-cache", is_flag=True, hidden=True, expose_value=False)
@debug_option
def classify(files: tuple[str, ...], **given: Any) -> int:
    """
    Name the license of each FILE (- is standard input), and what it says in
    its own words: clauses, patents, commercial use, copyleft.

    Works on texts that nobody has seen before.
    """
    from licensescan.report.texts import render

    settings = Settings(**given)
    texts = ((name, _bytes_of(name)) for name in files)
    how = (settings.clauses_only, settings.is_asked)
    deliver(render(texts, settings.form, width(), *how), settings.output)
    return 0


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    from licensescan.reader import ReadError

    if os.path.isdir(name):
        raise UsageError(
            f"{name}: is a folder; licensescan scan reads folders"
        )
    folder, base = os.path.split(name)
    try:
        return _folder_of(folder or ".").read(base, _TEXT_LIMIT).data
    except ReadError as error:
        raise UsageError(f"{name}: {error.problem.message}") from error


@cache
def _folder_of(path: str) -> FolderFiles:
    from licensescan.reader import FolderFiles

    return FolderFiles(path)
