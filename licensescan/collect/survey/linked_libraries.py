"""
Recognise libraries that are linked into the binary of another project, by the
strings that `rules/fingerprints.toml` lists.

All whole strings of the table are looked up at once: the pieces of a binary
are split at NUL bytes, which costs 2 ms for each MB of read-only data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from licensescan.rulebook.fingerprints import (
    Fingerprint,
    Version,
    fingerprints,
)
from licensescan.rulebook.native_libraries import Row, table

_VERSION_LENGTH = 24
"""Characters of a version; what is longer is none."""

_SHORT = ".0123456789abcdefghijklmnopqrstuvwxyz+-"
"""Characters that a version consists of, in lower case."""

_LONGEST = 4096
"""Bytes of a string before and behind the needle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """
    A library that is linked in, its version if a string states it, and one of
    the strings that show it.
    """

    row: Row
    version: str
    quote: bytes


@dataclass(slots=True)
class _Seen:
    """What was seen of one fingerprint so far."""

    fingerprint: Fingerprint
    strings: set[bytes] = field(default_factory=set)
    version: str = ""


class LinkedLibraries:
    """The libraries of one binary, whose pieces are fed one by one."""

    def __init__(self) -> None:
        self._table = fingerprints()
        self._seen: dict[int, _Seen] = {}
        self._quotes: dict[Row, bytes | None] = dict.fromkeys(table().inside)

    def feed(self, piece: bytes) -> None:
        """Look for all fingerprints in a piece of the binary."""
        table = self._table
        for text in table.strings.intersection(piece.split(b"\0")):
            self._note(table.whole[text], text)
        for beginning, fingerprint in table.beginnings.items():
            start = piece.find(beginning) + 1
            if start:
                end = piece.find(b"\0", start)
                self._note(fingerprint, piece[start:end])
        for row, quote in self._quotes.items():
            if quote is None:
                self._quotes[row] = _quote_of(row, piece)
        for seen in self._seen.values():
            version = seen.fingerprint.version
            if version is not None and not seen.version:
                seen.version = _version_in(piece, version)

    def found(self) -> Iterator[Linked]:
        """
        Yield the libraries of which enough strings were seen: those whose one
        string tells, then the others in the order of the table.
        """
        for row, quote in self._quotes.items():
            if quote is not None:
                yield Linked(row=row, version="", quote=quote)
        for _, seen in sorted(self._seen.items()):
            row = seen.fingerprint.row
            if len(seen.strings) < seen.fingerprint.least:
                continue
            if self._quotes.get(row) is None:
                yield Linked(
                    row=row,
                    version=seen.version,
                    quote=max(seen.strings, key=len),
                )

    def _note(self, fingerprint: Fingerprint, text: bytes) -> None:
        seen = self._seen.setdefault(fingerprint.index, _Seen(fingerprint))
        seen.strings.add(text)


def _version_in(piece: bytes, version: Version) -> str:
    """Return the version that a piece states, else ""."""
    start = piece.find(version.before)
    if start < 0:
        return ""
    start += len(version.before)
    words = piece[start : start + _VERSION_LENGTH].split(b"\0", 1)[0]
    if version.behind:
        words = words.partition(version.behind)[0]
    number = words.decode("ascii", "replace").split("\n")[0].strip()
    is_number = number[:1].isdigit() and all(
        letter in _SHORT for letter in number.lower()
    )
    return number if is_number else ""


def _quote_of(row: Row, piece: bytes) -> bytes | None:
    """Return the string in a piece that shows the library, or None."""
    needle = next((n for n in row.inside if n in piece), None)
    return None if needle is None else next(strings_with(piece, needle))


def strings_with(piece: bytes, needle: bytes) -> Iterator[bytes]:
    """Yield the NUL-ended strings of `piece` that hold `needle`."""
    at = piece.find(needle)
    while at >= 0:
        first = max(0, at - _LONGEST)
        start = piece.rfind(b"\0", first, at) + 1
        end = piece.find(b"\0", at, at + _LONGEST)
        if end < 0:
            end = min(at + _LONGEST, len(piece))
        yield piece[start or first : end]
        at = piece.find(needle, max(end, at + 1))
