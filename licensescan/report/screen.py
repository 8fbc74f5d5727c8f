"""
The terminal of whoever looks on: how wide it is, whether it shows colours, and a line
of progress on it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic

_LEAST, _USUAL, _MOST = 60, 100, 140
"""
Columns of a report: narrower ones cannot be laid out, and longer lines are hard to
read.
"""

_PATIENCE, _PAUSE = 1.0, 0.1
"""Seconds before the first line of progress, and between two of them."""

_CLEAR = "\r\x1b[K"


def width() -> int:
    """
    Columns for a report; `shutil.get_terminal_size` would import four compressors.
    """
    given = os.environ.get("COLUMNS", "")
    columns = int(given) if given.isdecimal() else 0
    if not columns and sys.__stdout__:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns
        except (OSError, ValueError):
            columns = 0
    return max(_LEAST, min(columns or _USUAL, _MOST))


def colored(choice: str, *, terminal: bool) -> bool:
    """
    Whether a report gets colours: by `choice` (`always`, `never`), by NO_COLOR,
    FORCE_COLOR, or on a `terminal`.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or terminal


class Progress:
    """
    A line that a scan writes over and over, with `write`, once it takes more than a
    second.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._start = monotonic()
        self._last = 0.0
        self._shown = False

    def __call__(self, step: str, count: int, total: int) -> None:
        """
        Say how far the scan is, ten times a second at most; `total` is 0 where nobody
        knows it.
        """
        now = monotonic()
        if now - self._start < _PATIENCE or now - self._last < _PAUSE:
            return
        self._last, self._shown = now, True
        self._write(
            f"{_CLEAR}{step} {count}/{total}" if total else f"{_CLEAR}{step} {count}"
        )

    def done(self) -> None:
        """Take the line away again."""
        if self._shown:
            self._write(_CLEAR)
