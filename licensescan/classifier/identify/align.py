"""
Find the texts that are nearly known: candidates by votes, then alignment, then
the difference decides.

The candidates for one place are aligned and the one that explains most with
the fewest telling words left over is taken, if it explains enough. Work is
bounded: votes are linear in the text, and each place is tried once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from licensescan.base.index_format import BUCKET
from licensescan.classifier.identify.alignment import (
    Aligned,
    aligned,
    common_words,
)
from licensescan.classifier.identify.candidates import Candidate, candidates
from licensescan.classifier.identify.differences import lacking, telling
from licensescan.classifier.identify.intervals import (
    Span,
    SpanIndex,
    Walls,
    Window,
)
from licensescan.classifier.identify.notices import named_in
from licensescan.classifier.identify.store import AlignedPattern, Store
from licensescan.classifier.identify.wording import is_appendix
from licensescan.standards.spdx_text import (
    has_reference,
    is_reference,
    operators,
)

_MOST_RIVALS, _MOST_ALIGNED = 14, 6
"""
Candidates for one place: so many are compared, and the best of them aligned.
"""

_ENOUGH, _ENOUGH_OF_IT = 0.80, 0.70
"""
The least score, and the least share of what is known: a disclaimer alone names
no license.
"""

_WHOLE_WORDS, _WHOLE_OF_IT = 200, 0.55
"""
So much of a long license is all of it when the rest is said to be an appendix.
"""

_EQUAL, _EQUAL_WORTH = 0.002, 0.1
"""
Of texts so equally near, which differ by a name, the license with more
wordings is the likely one.
"""

_LISTED_WORTH, _NEARLY = 0.4, 0.11
"""
So much less may be explained by a license that SPDX lists than by one that
only ScanCode tells apart.
"""

_SEEN_LEAST, _BEHIND = 0.6, 0.15
"""
The least share of a pattern's words that must be there in their order, and by
how much less than the best so far.
"""

_MOST_PROMISING = 4_000
"""Words in common beyond which more make a pattern no more promising."""

_SLACK, _SLACK_OF = 24, 8
"""
Words to each side of a candidate's place, and one more for so many of its
words.
"""

_TITLED, _TITLE_WORDS = 0.9, 12
_NO_WORTH = 0.75
"""A text with this score explains nothing."""
_CHANGED = 0.03
"""
A text that would be a changed license may be another one, word for word worse
and unchanged.
"""

_ANY_LENGTH = 1 << 30


def align(
    codes: str,
    zones: Sequence[Span],
    settled: Sequence[Span],
    index: Store,
) -> list[Aligned]:
    """
    Return the nearest known texts whose grams stand in `zones`, in no order.

    `settled` stretches are walls for texts of their own size, and may be part
    of a text twice as long: a paragraph of a long license is often a notice by
    itself.
    """
    data = codes.encode("utf-16-le", "surrogatepass")
    remaining = _Remaining(candidates(data, zones, index))
    walls = Walls(settled)
    nearest: list[Aligned] = []
    for rivals in remaining.rivals():
        best = _best(codes, rivals, walls, index)
        if best is not None and _is_enough(best, index):
            nearest.append(best)
            walls.add(best.start, best.end, _ANY_LENGTH)
            remaining.drop(best.start, best.end)
    return nearest


def nearest(
    codes: str,
    span: Span,
    known: AlignedPattern,
    index: Store,
) -> Aligned | None:
    """
    Return how one pattern fits the words of a span; None when less than half
    of it is there.
    """
    start, end = span
    window = Window(start, codes[start:end])
    half = len(known.codes) // 2
    if not common_words(known.codes, window.codes, half):
        return None
    return aligned(known, window, index)


class _Remaining:
    """The candidates that are not tried yet, by where they stand."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._is_left = bytearray(b"\1") * len(candidates)
        self._spans = SpanIndex()
        for number, candidate in enumerate(candidates):
            self._spans.add(number, candidate.start, candidate.end)

    def rivals(self) -> Iterator[list[Candidate]]:
        """
        Yield the candidates for one place after another, the likeliest first.
        """
        for number, candidate in enumerate(self._candidates):
            if self._is_left[number]:
                yield self._taken(candidate)

    def _taken(self, first: Candidate) -> list[Candidate]:
        """
        Return `first` with those that contend with it, and take them out.
        """
        rivals: list[Candidate] = []
        for number in self._spans.near(first.start, first.end):
            candidate = self._candidates[number]
            if self._is_left[number] and candidate.contends(first):
                self._is_left[number] = 0
                rivals.append(candidate)
                if len(rivals) == _MOST_RIVALS:
                    break
        return rivals

    def drop(self, start: int, end: int) -> None:
        """Take out the candidates of which half lies within a stretch."""
        for number in self._spans.near(start, end):
            candidate = self._candidates[number]
            if 2 * candidate.overlap(start, end) >= candidate.length:
                self._is_left[number] = 0


def _is_enough(match: Aligned, index: Store) -> bool:
    """Return True if a pattern explains enough to be named."""
    if match.score >= _ENOUGH and match.covered >= _ENOUGH_OF_IT:
        return True
    if (
        not match.runs
        or match.size < _WHOLE_WORDS
        or match.covered < _WHOLE_OF_IT
    ):
        return False
    only_edges = all(map(match.is_edge, match.runs))
    return only_edges and is_appendix(match.runs[-1].codes, index)


def _window(
    candidate: Candidate,
    codes: str,
    walls: Walls,
) -> Window:
    """
    Return the words among which a pattern may stand: around its place, and not
    across a wall that is half as long as itself.
    """
    slack = _SLACK + candidate.length // _SLACK_OF + (1 << BUCKET)
    low = max(0, candidate.start - slack)
    high = min(len(codes), candidate.end + slack)
    middle = candidate.start + candidate.length // 2
    for start, end, longest in walls.near(low, high):
        if longest < candidate.length or start >= high or end <= low:
            continue
        if start + end < 2 * middle:
            low = max(low, end)
        else:
            high = min(high, start)
    return Window(low, codes[low:high])


class _Rival(NamedTuple):
    """
    A pattern that may be the nearest: how promising it is, and where it
    stands.
    """

    promise: float
    known: AlignedPattern
    window: Window


def _promising(
    codes: str,
    rivals: Sequence[Candidate],
    walls: Walls,
    index: Store,
) -> list[_Rival]:
    """
    Return the candidates of which enough words are there in their order, the
    most promising first.
    """
    promising = []
    least = _SEEN_LEAST
    for candidate in rivals:
        known = index.aligned(candidate.number)
        window = _window(candidate, codes, walls)
        if 2 * len(window.codes) < candidate.length:
            continue
        length = known.pattern.length
        least_words = int(least * length)
        common = common_words(known.codes, window.codes, least_words)
        share = common / length
        least = max(least, share - _BEHIND)
        if common and _has_required(known, window):
            promise = share * min(common, _MOST_PROMISING) ** 0.5
            promising.append(_Rival(promise, known, window))
    promising.sort(key=lambda rival: -rival.promise)
    return promising


def _has_required(known: AlignedPattern, window: Window) -> bool:
    for start, size in known.required:
        phrase = known.codes[start : start + size]
        if phrase not in window.codes:
            return False
    return True


def _best(
    codes: str,
    rivals: Sequence[Candidate],
    walls: Walls,
    index: Store,
) -> Aligned | None:
    """Return the rival that explains most of its place; None if none does."""
    promising = _promising(codes, rivals, walls, index)[:_MOST_ALIGNED]
    tried = [aligned(rival.known, rival.window, index) for rival in promising]
    fitting = [match for match in tried if match is not None]
    if not fitting:
        return None
    best = _likeliest(max(fitting, key=_rank), fitting)
    best = _listed(best, fitting, codes, index)
    return _with_title(best, fitting)


def _likeliest(best: Aligned, fitting: Sequence[Aligned]) -> Aligned:
    """Return the likeliest of those that are as near as the best one."""
    worth = _rank(best).worth - _EQUAL_WORTH
    equal = [
        match
        for match in fitting
        if abs(match.score - best.score) <= _EQUAL
        and _rank(match).worth >= worth
    ]
    return max(equal, key=_likelihood)


def _likelihood(match: Aligned) -> tuple[int, int, int, int, float]:
    rank = _rank(match)
    more_patterns = -match.pattern.rank
    return (
        rank.relevance,
        rank.simplicity,
        rank.kind,
        more_patterns,
        match.score,
    )


def _listed(
    best: Aligned,
    tried: Sequence[Aligned],
    codes: str,
    index: Store,
) -> Aligned:
    """
    Return a license of SPDX's list that fits about as well as a relative that
    only ScanCode keeps apart: the text is that license but for its end, or has
    not the words that the relative is told by.
    """
    name = best.pattern.expression
    is_listed = not is_reference(name)
    is_whole = not best.runs and not best.free
    if is_listed or is_whole:
        return best
    text = codes[best.start : best.end]
    if not named_in(name, index).isdisjoint(text):
        return best
    worth = _rank(best).worth
    lacks = lacking(best.runs, index)
    fits = []
    for match in tried:
        match_worth = _rank(match).worth
        if has_reference(match.pattern.expression) or match.changes_deal:
            continue
        if match_worth < worth - _LISTED_WORTH:
            continue
        if (
            lacks
            or match_worth >= worth - _NEARLY
            or _is_reworded(match, index)
        ):
            fits.append(match)
    return max(fits, key=_rank, default=best)


def _is_reworded(match: Aligned, index: Store) -> bool:
    """Return True if what differs inside tells no relatives apart."""
    inner = (run for run in match.runs if not match.is_edge(run))
    return not any(telling([run], index) for run in inner)


def _with_title(best: Aligned, tried: Sequence[Aligned]) -> Aligned:
    """
    Return the best one from where another wording of the same license begins:
    with the title that only that one has.
    """
    expression = best.pattern.expression
    first = best.start
    for match in tried:
        if match.pattern.expression == expression and match.score >= _TITLED:
            first = min(first, match.start)
    if best.start - _TITLE_WORDS <= first < best.start:
        return replace(best, start=first)
    return best


class _Rank(NamedTuple):
    """
    How well and how much is explained (a paragraph of a text fits better than
    the whole, and says less), then ScanCode's relevance, the simpler
    expression, a text before a notice. Larger is better.
    """

    worth: float
    relevance: int
    simplicity: int
    kind: int
    score: float


def _rank(match: Aligned) -> _Rank:
    pattern = match.pattern
    share = match.score - _CHANGED * match.changes_deal - _NO_WORTH
    return _Rank(
        worth=round(share * match.size**0.5, 1),
        relevance=pattern.relevance,
        simplicity=-operators(pattern.expression),
        kind=-pattern.kind,
        score=match.score,
    )
