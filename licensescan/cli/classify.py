"""`classify`: single license texts."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import answer_option, debug_option, form_option
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
@form_option("text", "json")
@answer_option
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
        data = sys.stdin.buffer.read(_TEXT_LIMIT + 1)
        _check_whole("standard input", len(data) > _TEXT_LIMIT)
        return data
    from licensescan.reader import ReadError

    if os.path.isdir(name):
        raise UsageError(
            f"{name}: is a folder; licensescan scan reads folders"
        )
    folder, base = os.path.split(name)
    try:
        read = _folder_of(folder or ".").read(base, _TEXT_LIMIT)
    except ReadError as error:
        raise UsageError(f"{name}: {error.problem.message}") from error
    _check_whole(name, read.truncated)
    return read.data


def _check_whole(name: str, is_cut: bool) -> None:
    """
    Raise `UsageError` for a text that is too long: an answer about a piece of
    it would pass for one about the whole.
    """
    if is_cut:
        most = _TEXT_LIMIT >> 20
        raise UsageError(f"{name}: more than {most} MiB are no text to read")


@cache
def _folder_of(path: str) -> FolderFiles:
    from licensescan.reader import FolderFiles

    return FolderFiles(path)
