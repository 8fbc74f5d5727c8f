"""
Tell the libraries that are called like the component that they are in: they
are its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from licensescan.rulebook.native_libraries import Row, stems

_COMMON = frozenset(
    "core base linux binary data cpu gpu lib api python tools native runtime headless".split()
)

_NO_NAME = 2
_SHORT_NAME = 3
"""
Letters of a name that means nothing, or only at the start of a file's name.
"""


class OwnNames:
    """The names that mean the component, in lower case."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = tuple(
            name
            for name in names
            if len(name) > _NO_NAME and name not in _COMMON
        )

    def speak_in(self, piece: bytes) -> bool:
        """Return True if the bytes name the component."""
        return any(
            spelling.encode() in piece
            for name in self._names
            if len(name) > _SHORT_NAME
            for spelling in (name, name.capitalize(), name.upper())
        )

    def mean(self, file: str) -> bool:
        """
        Return True if a file is called like the component, or the reverse.
        """
        stem = _plain(stems(file)[0])
        if self._are_in(stem):
            return True
        return len(stem) > _SHORT_NAME and any(
            stem in name for name in self._names
        )

    def mean_row(self, file: str, row: Row) -> bool:
        """
        Return True if a file of the library in `row` is called like the
        component, or the library is.

        A package may be called after the GPL library that it wraps: such a row
        is never taken for granted.
        """
        if row.copyleft:
            return False
        return self._are_in(_plain(stems(file)[0])) or self.are(row)

    def are(self, row: Row) -> bool:
        """Return True if the library in `row` is called like the component."""
        listed = _plain(row.name.lower())
        return not row.copyleft and any(
            name in listed and 2 * len(name) > len(listed)
            for name in self._names
        )

    def _are_in(self, stem: str) -> bool:
        return any(
            name in stem if len(name) > _SHORT_NAME else stem.startswith(name)
            for name in self._names
        )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)
