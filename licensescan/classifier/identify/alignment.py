"""
Align one known pattern with a stretch of a text: which of its words are there,
and what differs.

The alignment is a longest common subsequence of words, in C by rapidfuzz.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from licensescan.base.index_format import NOTICE
from licensescan.classifier.identify.differences import (
    BEHIND,
    INSIDE,
    Place,
    Run,
    changes_deal,
    is_slot,
    reworded,
    telling,
)
from licensescan.classifier.identify.intervals import Span, Window
from licensescan.classifier.identify.notices import agrees
from licensescan.classifier.identify.store import (
    AlignedPattern,
    Pattern,
    Spans,
    Store,
)
from licensescan.classifier.identify.wording import only_disclaims

_NAME_WORTH = 0.85
"""
A name in place of another name: nearly as good as the same words, so that a
text with the very name is nearer.
"""

_PENALTY, _PENALTY_WORDS = 0.02, 200
"""
What a word that tells relatives apart takes from the score, less for a license
of more words.
"""

_STRAY_WORDS, _STRAY_GAP = 4, 2
"""
Fewer words are stray at an end if so many more than themselves part them from
the rest.
"""

_FEW, _FEW_OF, _SPREAD = 8, 60, 3
"""
So many words, or one in so many, are few; and they are scattered if they are
spread over three times their number.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """
    A pattern that explains the words from `start` to `end`, all but `runs`;
    `covered` of its words are there.

    `scattered` counts the places where words that look like names are put in,
    with nothing taken out; `free` says how much is names in place of names.
    """

    start: int
    end: int
    pattern: Pattern
    score: float
    covered: float
    runs: tuple[Run, ...]
    scattered: int
    changes_deal: bool = False
    free: float = 0.0

    @property
    def size(self) -> int:
        """Return the number of words of the text that it explains."""
        return self.end - self.start

    def is_edge(self, run: Run) -> bool:
        """
        Return True if the words of a run are missing at the beginning or end.
        """
        edges = (self.start, self.end)
        return run.kind == "missing" and run.start in edges


class _Block(NamedTuple):
    """
    Words that stand in both: where in the pattern, where in the text, how
    many.
    """

    theirs: int
    ours: int
    size: int

    @property
    def known_end(self) -> int:
        """Return the offset in the pattern after its last word."""
        return self.theirs + self.size

    @property
    def end(self) -> int:
        """Return the offset in the text after its last word."""
        return self.ours + self.size


def common_words(
    known: str,
    codes: str,
    least: int,
) -> int:
    """
    Return how many words two strings have in common, in their order; 0 if
    fewer than `least`.
    """
    return _similarity()(known, codes, score_cutoff=least)


def aligned(
    known: AlignedPattern,
    window: Window,
    index: Store,
) -> Aligned | None:
    """
    Return how a pattern fits the words of a window; None when only its
    disclaimer does, or when a notice names another license.
    """
    pattern, theirs = known.pattern, known.codes
    ours, offset = window.codes, window.start
    blocks = _blocks(theirs, ours)
    if not blocks:
        return None
    shared = "".join(
        theirs[block.theirs : block.known_end] for block in blocks
    )
    if only_disclaims(shared, theirs, index):
        return None
    first, last = blocks[0], blocks[-1]
    text = ours[first.ours : last.end]
    if pattern.kind == NOTICE and not agrees(
        theirs, text, pattern.expression, index
    ):
        return None
    start, end = offset + first.ours, offset + last.end
    inner = _inner(blocks, known, window, index)
    before = _head(first, known, window)
    after = _missing(end, theirs[last.known_end :])
    runs = (*before, *inner.runs, *after)
    explained = 2 * len(shared) + inner.free
    covered = (len(shared) + inner.free / 2) / len(theirs)
    penalty = min(_PENALTY, _PENALTY * _PENALTY_WORDS / len(theirs))
    penalty *= telling(reworded(inner.telling, index), index)
    return Aligned(
        start=start,
        end=end,
        pattern=pattern,
        score=explained / (len(theirs) + len(text)) - penalty,
        covered=min(1.0, covered),
        runs=runs,
        scattered=inner.scattered,
        changes_deal=changes_deal(runs, (start, end), window, index),
        free=inner.free,
    )


def _missing(at: int, codes: str) -> list[Run]:
    """Return the run of words that are missing at `at`; none without words."""
    return [Run("missing", at, at, codes)] if codes else []


def _head(first: _Block, known: AlignedPattern, window: Window) -> list[Run]:
    """
    Return the words that are missing before the first block: those of a title,
    and those of a grant that goes on in the block.
    """
    start, end = window.start + first.ours, first.theirs
    for at, count in known.grants:
        if at < end < at + count:
            across = window.codes[max(0, first.ours - end + at) : first.ours]
            run = Run(
                "missing",
                start - len(across),
                start - len(across),
                known.codes[at:end],
                INSIDE,
                across,
            )
            return [*_missing(start, known.codes[:at]), run]
    return _missing(start, known.codes[:end])


@dataclass(slots=True)
class _Inner:
    """
    What differs between the first and the last block, see `Aligned`; `telling`
    is the same without names in place of names.
    """

    runs: list[Run]
    telling: list[Run]
    scattered: int = 0
    free: float = 0.0


def _inner(
    blocks: Sequence[_Block],
    known: AlignedPattern,
    window: Window,
    index: Store,
) -> _Inner:
    """
    Return what stands between blocks on one side alone; names only where the
    license gives a right.
    """
    ours, offset = window.codes, window.start
    inner = _Inner([], [])
    for one, two in pairwise(blocks):
        start, end = one.end, two.ours
        missing = known.codes[one.known_end : two.theirs]
        added = ours[start:end]
        place = _place(one.known_end, two.theirs, known.grants)
        runs = _runs((offset + start, offset + end), missing, added, place)
        is_name = is_slot(added, missing, index)
        if is_name:
            inner.free += _NAME_WORTH * (len(missing) + len(added))
            inner.scattered += not missing
        else:
            inner.telling += runs
        if place or not is_name:
            inner.runs += runs
    return inner


def _runs(span: Span, missing: str, added: str, place: Place) -> list[Run]:
    """Return what differs at one place of the text."""
    start, end = span
    is_inside = place == INSIDE
    runs = []
    if missing:
        at: Place = place if is_inside else ""
        across = added if is_inside else ""
        runs.append(Run("missing", start, start, missing, at, across))
    if added:
        across = missing if is_inside else ""
        runs.append(Run("added", start, end, added, place, across))
    return runs


def _place(start: int, end: int, grants: Spans) -> Place:
    """
    Return where the words of a pattern from `start` to `end`, or what is put
    in between them, stand: in one of its grants, right behind it, or neither.
    """
    for first, count in grants:
        last = first + count
        if first < end and start < last:
            return INSIDE
        if start == last:
            return BEHIND
    return ""


def _blocks(theirs: str, ours: str) -> list[_Block]:
    """
    Return the words that both have, in their order, without the stray ones at
    both ends that an alignment picks up far from the rest.
    """
    matching = _editops()(theirs, ours).as_matching_blocks()
    blocks = [_Block(m.a, m.b, m.size) for m in matching if m.size]
    while len(blocks) > 1 and _is_stray(blocks[0], blocks[0], blocks[1]):
        del blocks[0]
    while len(blocks) > 1 and _is_stray(blocks[-1], blocks[-2], blocks[-1]):
        del blocks[-1]
    return blocks[_scattered(blocks) :]


def _is_stray(
    block: _Block,
    before: _Block,
    after: _Block,
) -> bool:
    """
    Return True if a block at an end is few words, and far from its neighbour.
    """
    if block.size >= _STRAY_WORDS:
        return False
    return after.ours - before.end > _STRAY_GAP + block.size


def _scattered(blocks: Sequence[_Block]) -> int:
    """
    Return how many blocks at the beginning are but few words, thinly scattered
    over a text that stands before this one.
    """
    size = sum(block.size for block in blocks)
    few = max(_FEW, size // _FEW_OF)
    words = scattered = 0
    for number, (one, two) in enumerate(pairwise(blocks), 1):
        words += one.size
        if words > few:
            break
        if two.ours - blocks[0].ours > _SPREAD * words:
            scattered = number
    return scattered


@cache
def _similarity() -> Callable[..., int]:
    from rapidfuzz.distance import LCSseq

    return LCSseq.similarity


@cache
def _editops() -> Callable[..., Any]:
    from rapidfuzz.distance import LCSseq

    return LCSseq.editops
