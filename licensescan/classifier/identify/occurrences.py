"""
Choose which of the patterns found in a text count: the longest explanation of
a place wins, mentions give way to texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from licensescan.base.index_format import TEXT
from licensescan.classifier.identify.differences import Run
from licensescan.classifier.identify.intervals import Span
from licensescan.classifier.identify.store import Pattern
from licensescan.standards.spdx_text import is_scancode, operators

if TYPE_CHECKING:
    from licensescan.classifier.identify.alignment import Aligned

SETTLING_WORDS = 90
"""
A text of so many words, found word for word, is what it is: ISC, the shortest
of the common ones, has about 110.
"""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """
    A pattern in a text: exact (`score` 1) or aligned with `runs` left over.
    """

    start: int
    end: int
    pattern: Pattern
    score: float = 1.0
    covered: float = 1.0
    runs: tuple[Run, ...] = ()
    scattered: int = 0

    @property
    def size(self) -> int:
        """Return the number of words of the text that it explains."""
        return self.end - self.start

    @property
    def span(self) -> Span:
        """Return the stretch of words that it explains."""
        return self.start, self.end


def occurrence_of(match: Aligned, pattern: Pattern) -> Occurrence:
    """
    Return an alignment as a pattern in the text; `pattern` is what its words
    make of the one that was aligned.
    """
    return Occurrence(
        start=match.start,
        end=match.end,
        pattern=pattern,
        score=match.score,
        covered=match.covered,
        runs=match.runs,
        scattered=match.scattered,
    )


def longest(matches: Iterable[Occurrence]) -> list[Occurrence]:
    """
    Return what is left when everything that lies inside, or half inside,
    something longer is taken out, in the order of the text.

    Of two that explain the same words, a text beats a notice, a notice a tag,
    a tag a reference, and the more relevant the less; what names no license
    (false positives, introductions) counts like the rest, so that it can take
    its place.
    """
    kept: list[Occurrence] = []
    taken = bytearray()
    for match in sorted(matches, key=_weight):
        start, end = match.start, match.end
        if 2 * taken.count(1, start, end) > match.size:
            continue
        kept.append(match)
        beyond = max(0, end - len(taken))
        taken.extend(bytes(beyond))
        taken[start:end] = b"\1" * (end - start)
    return sorted(kept, key=lambda match: match.span)


def _weight(match: Occurrence) -> tuple[float, int, int, int, int]:
    """Return the key by which better explanations come first."""
    pattern = match.pattern
    return (
        -match.size * min(match.score, 1.0),
        pattern.kind if pattern.expression else 0,
        -pattern.relevance,
        operators(pattern.expression),
        pattern.number,
    )


def gaps(matches: Sequence[Occurrence], size: int) -> list[Span]:
    """
    Return the stretches between `matches` (sorted by start) in a text of
    `size` words.
    """
    stretches = []
    reached = 0
    for match in matches:
        if match.start > reached:
            stretches.append((reached, match.start))
        reached = max(reached, match.end)
    if reached < size:
        stretches.append((reached, size))
    return stretches


def settles(match: Occurrence) -> bool:
    """
    Return True if nothing nearer needs to be looked for where a match stands.
    """
    pattern = match.pattern
    if pattern.kind != TEXT or match.size < SETTLING_WORDS:
        return False
    return bool(pattern.expression) and not is_scancode(pattern.expression)
