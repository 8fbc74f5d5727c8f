"""
Read which license a library is under where one name stands for several: what
a row of `rules/natives.toml` claims, and the string that bears it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from licensescan.rulebook.native_libraries import Claim, Row

_QUOTE = 200
"""Bytes of a string that are shown."""


class Claimed(NamedTuple):
    """
    The license that a claim gives a file, and the string that bears it out.
    """

    license: str
    quote: str = ""


def claimed_by(row: Row, strings: Sequence[bytes]) -> Claimed | None:
    """Return the first claim of the row that a string bears out."""
    for claim in row.strings:
        quote = _bearing(claim, strings)
        if quote is not None:
            return Claimed(claim.license, shown(quote, claim.find[0]))
    return None


def _bearing(claim: Claim, strings: Iterable[bytes]) -> bytes | None:
    """Return the first string that holds all that the claim looks for."""
    if not claim.find:
        return None
    return next((s for s in strings if all(f in s for f in claim.find)), None)


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Return True if one of the patterns fits a name."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def shown(quote: bytes, needle: bytes = b"") -> str:
    """
    Return the string as evidence: on one line, 200 characters with the needle
    among them.
    """
    start = 0
    offset = quote.find(needle)
    if offset + len(needle) > _QUOTE:
        start = max(offset - _QUOTE // 2, 0)
    words = quote[start : start + _QUOTE].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in words).strip()
