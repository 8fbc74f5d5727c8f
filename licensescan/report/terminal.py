"""
The terminal that a report is read on: its width, its colors, a line of
progress.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic
from unicodedata import east_asian_width

_NARROWEST, _USUAL, _WIDEST = 60, 100, 140
"""
Columns of a report: narrower ones cannot be laid out, and longer lines are
hard to read.
"""

_PATIENCE, _PAUSE = 1.0, 0.1
"""Seconds before the first line of progress, and between two of them."""

_CLEAR_LINE = "\r\x1b[K"

_SGR = {
    "deny": "1;31",  # bold red
    "review": "1;33",  # bold yellow
    "warn": "36",  # cyan
    "rule": "1",  # bold
    "head": "1",
}
"""
Codes of "Select Graphic Rendition" (ECMA-48, 8.3.117) for each role of a
piece.
"""


def width() -> int:
    """
    Return the columns that a report may use, from COLUMNS or the terminal.
    """
    given = os.environ.get("COLUMNS", "")
    columns = int(given) if given.isdecimal() else 0
    columns = columns or _terminal_columns() or _USUAL
    return max(_NARROWEST, min(columns, _WIDEST))


def _terminal_columns() -> int:
    # `shutil.get_terminal_size` does this too, and would import four
    # compressors.
    if not sys.__stdout__:
        return 0
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns
    except (OSError, ValueError):
        return 0


def is_colored(choice: str, *, terminal: bool) -> bool:
    """
    Return True if a report gets colors.

    `choice` (`always`, `never`, `auto`) goes before NO_COLOR, that before
    FORCE_COLOR, and that before whether the report goes to a `terminal`.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or terminal


def paint(piece: str, role: str) -> str:
    """Return `piece` in the color of `role`."""
    return f"\x1b[{_SGR[role]}m{piece}\x1b[0m"


def _counted(step: str, count: int, total: int) -> str:
    return f"{step} {count}/{total}"


class Progress:
    """
    A line on how far a scan is, written over and over once the scan takes more
    than a second. Without `write` there is none; `bar` draws it where the
    total is known.
    """

    def __init__(
        self,
        write: Callable[[str], object] | None,
        bar: Callable[[str, int, int], str] = _counted,
    ) -> None:
        self._write = write
        self._bar = bar
        self._start = monotonic()
        self._last = 0.0
        self._shown = False

    def __call__(self, step: str, count: int, total: int) -> None:
        """
        Write how far the scan is, ten times a second at most; a `total` of 0
        is not known.
        """
        now = monotonic()
        is_early = now - self._start < _PATIENCE or now - self._last < _PAUSE
        if self._write is None or is_early:
            return
        self._last, self._shown = now, True
        line = self._bar(step, count, total) if total else f"{step} {count}"
        self._write(f"{_CLEAR_LINE}{line}")

    def done(self) -> None:
        """Take the line away again."""
        if self._write and self._shown:
            self._write(_CLEAR_LINE)


def columns_of(text: str) -> int:
    """Return how many columns `text` takes: letters of East Asia take two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def narrowed(text: str, width: int) -> int:
    """
    Return how many letters of such a text as `text` fit into `width` columns.
    """
    columns = columns_of(text)
    return width * len(text) // columns if columns > len(text) else width
