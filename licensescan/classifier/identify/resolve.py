"""
Which of the patterns found in a text count: the longest explanation of a place wins,
mentions give way to texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from licensescan.base import index_format as layout
from licensescan.classifier.identify.differences import Run
from licensescan.classifier.identify.store import Pattern

if TYPE_CHECKING:
    from licensescan.classifier.identify.align import Aligned

SETTLING_WORDS = 90
"""
A text of so many words, found word for word, is what it is: ISC, the shortest of the
common ones, has about 110.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern in a text: exact (`score` 1) or aligned with `runs` left over."""

    start: int
    end: int
    pattern: Pattern
    score: float = 1.0
    covered: float = 1.0
    runs: tuple[Run, ...] = ()
    scattered: int = 0

    @property
    def size(self) -> int:
        """Words of the text that it explains."""
        return self.end - self.start


def found_by(one: Aligned, pattern: Pattern) -> Found:
    """
    An alignment as a pattern in the text; `pattern` is what its words make of the one
    that was aligned.
    """
    return Found(
        one.start, one.end, pattern, one.score, one.covered, one.runs, one.scattered
    )


def longest(found: Iterable[Found]) -> list[Found]:
    """
    What is left when everything that lies inside, or half inside, something longer is
    taken out.

    Of two that explain the same words, a text beats a notice, a notice a tag, a tag a
    reference, and the more relevant the less; what names no license (false positives,
    introductions) counts like the rest, so that it can take its place.
    """
    kept: list[Found] = []
    taken = _Spans()
    for one in sorted(found, key=_weight):
        if taken.overlap(one.start, one.end) * 2 > one.size:
            continue
        kept.append(one)
        taken.add(one.start, one.end)
    return sorted(kept, key=lambda f: (f.start, f.end))


def _weight(one: Found) -> tuple[float, int, int, int, int]:
    pattern = one.pattern
    return (
        -one.size * min(one.score, 1.0),
        pattern.kind if pattern.expression else 0,
        -pattern.relevance,
        pattern.expression.count(" "),
        pattern.number,
    )


class _Spans:
    """
    Stretches of words that are taken; they never overlap each other by more than a few
    words.
    """

    def __init__(self) -> None:
        self._taken = bytearray()

    def add(self, start: int, end: int) -> None:
        if end > len(self._taken):
            self._taken.extend(bytes(end - len(self._taken)))
        self._taken[start:end] = b"\1" * (end - start)

    def overlap(self, start: int, end: int) -> int:
        return self._taken.count(1, start, end)


def gaps(found: Sequence[Found], size: int) -> list[tuple[int, int]]:
    """The stretches between `found` (sorted by start) in a text of `size` words."""
    left, place = [], 0
    for one in found:
        if one.start > place:
            left.append((place, one.start))
        place = max(place, one.end)
    if place < size:
        left.append((place, size))
    return left


def is_relative(expression: str) -> bool:
    """
    Whether only ScanCode tells a license apart; its text may be a piece of one that
    SPDX lists.
    """
    return expression.startswith("LicenseRef-scancode-")


def settles(one: Found) -> bool:
    """Whether nothing nearer needs to be looked for where `one` stands."""
    pattern = one.pattern
    named = bool(pattern.expression) and not is_relative(pattern.expression)
    return named and pattern.kind == layout.TEXT and one.size >= SETTLING_WORDS
