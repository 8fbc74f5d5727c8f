"""
Texts that are nearly known: candidates by votes, then alignment, then the difference
decides.

Every aligned pattern has a few grams that vote for it and for its place. The candidates
for one place are aligned (longest common subsequence, in C by rapidfuzz) and the one
that explains most with the fewest telling words left over is taken, if it explains
enough. Work is bounded: votes are linear in the text, and each place is tried once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, pairwise
from math import ceil
from typing import Any
from zlib import crc32

from licensescan.base.index_format import BUCKET, MARGIN, MOST_WORDS, NOTICE, PLACES
from licensescan.classifier.identify.differences import (
    Run,
    is_appendix,
    is_slot,
    lacking,
    only_disclaims,
    reworded,
    telling,
    turned,
)
from licensescan.classifier.identify.intervals import Span, Stretches, Walls
from licensescan.classifier.identify.notices import agrees, named_in
from licensescan.classifier.identify.store import Pattern, Store

_TRIED = 14
_SHARE, _BRIEF_SHARE, _BRIEF = 0.3, 0.45, 60
"""
The share of a pattern's grams that must be there: where four words of five agree, about
half of the grams of three words do; a brief pattern has few grams, and one of them says
little.
"""

_GUESSES, _WORDS_A_GUESS = 80, 12
"""
The best guesses are followed up: so many for any text, and one more for every dozen
words.
"""

_NAME_WORTH = 0.85
"""
A name in place of another name: nearly as good as the same words, so that a text with
the very name is nearer.
"""

_ENOUGH, _ENOUGH_OF_IT = 0.80, 0.70
"""
The least score, and the least share of what is known: a disclaimer alone names no
license.
"""

_WHOLE_WORDS, _WHOLE_OF_IT = 200, 0.55
"""So much of a long license is all of it when the rest is said to be an appendix."""

_EQUAL = 0.002
"""
Of texts so equally near, which differ by a name, the license with more wordings is the
likely one.
"""

_LISTED_WORTH, _NEARLY = 0.4, 0.11
"""
So much less may be explained by a license that SPDX lists than by one that only
ScanCode tells apart.
"""

_SEEN_LEAST, _BEHIND = 0.6, 0.15
"""
The least share of a pattern's words that must be there in their order, and by how much
less than the best so far.
"""

_FEW, _FEW_OF = 8, 60
_TITLED, _TITLE_WORDS = 0.9, 12
_PENALTY = 0.02
_TURNED = 0.03
"""
A text that would be a changed license may be another one, word for word worse and
unchanged.
"""


@dataclass(frozen=True, slots=True)
class Aligned:
    """
    A pattern that explains the words from `start` to `end`, all but `runs`; `covered`
    of its words are there.

    `scattered` counts the places where words that look like names are put in, with
    nothing taken out; `turned` says that the runs change the deal, `free` how much is
    names in place of names.
    """

    start: int
    end: int
    pattern: Pattern
    score: float
    covered: float
    runs: tuple[Run, ...]
    scattered: int
    turned: bool = False
    free: float = 0.0


_HARD = 1 << 30


def align(
    codes: str, zones: Sequence[Span], settled: Sequence[Span], store: Store
) -> list[Aligned]:
    """
    The nearest known texts whose grams stand in `zones`, in no order.

    `settled` stretches are walls for texts of their own size, and may be part of a text
    twice as long: a paragraph of a long license is often a notice by itself.
    """
    data = codes.encode("utf-16-le", "surrogatepass")
    walls = Walls(settled)
    guesses = _guesses(data, zones, store)
    places = Stretches()
    for number, guess in enumerate(guesses):
        places.add(number, guess.place, guess.place + guess.length)
    left = bytearray(b"\1") * len(guesses)
    found: list[Aligned] = []
    for number, first in enumerate(guesses):
        if not left[number]:
            continue
        middle = first.place, first.place + first.length
        tried = [
            n for n in places.near(*middle) if left[n] and _shares(guesses[n], middle)
        ][:_TRIED]
        for n in tried:
            left[n] = 0
        best = _best(codes, [guesses[n] for n in tried], walls, store)
        if best is not None and _is_enough(best, store):
            found.append(best)
            walls.add(best.start, best.end, _HARD)
            for n in places.near(best.start, best.end):
                if _taken(guesses[n], best.start, best.end):
                    left[n] = 0
    return found


def nearest(
    codes: str, low: int, high: int, pattern: Pattern, theirs: str, store: Store
) -> Aligned | None:
    """
    How one pattern, its codes `theirs`, fits the words from `low` to `high`; None when
    less than half is there.
    """
    ours = codes[low:high]
    if not _similarity()(theirs, ours, score_cutoff=len(theirs) // 2):
        return None
    return _aligned(low, ours, theirs, pattern, store)


@dataclass(slots=True)
class _Guess:
    """A pattern, and where its first word would stand."""

    number: int
    place: int
    length: int


def _guesses(data: bytes, zones: Sequence[Span], store: Store) -> list[_Guess]:
    size = sum(end - start for start, end in zones)
    gram, plain = store.gram_at, store.plain
    votes: list[int] = []
    for start, end in zones:
        numbers = memoryview(data).cast("H")[start : min(end, MOST_WORDS)]
        for at in [at for at, code in enumerate(numbers, start) if code > plain]:
            known = gram(crc32(data[2 * at : 2 * at + 6]))
            if known is not None:
                bucket = at >> BUCKET
                votes += [voter + bucket for voter in store.voters(known)]
    # Ranked before anything else is made of them: of twenty thousand in a long text a
    # few hundred are followed up.
    ranked = sorted(_begun(votes, store))[: _GUESSES + size // _WORDS_A_GUESS]
    return [_guess(key, -count, beside, store) for _, count, key, beside in ranked]


def _guess(key: int, count: int, beside: int, store: Store) -> _Guess:
    number, bucket = key >> PLACES, key & (1 << PLACES) - 1
    place = (bucket - MARGIN << BUCKET) + (beside << BUCKET) // count
    return _Guess(number, place, store.length_of[number])


def _begun(votes: list[int], store: Store) -> list[tuple[float, int, int, int]]:
    """
    Where patterns may begin, as (rank, smaller is likelier; votes, negative; bucket
    with pattern; votes in the next bucket). The votes of a bucket and the next count
    together; one with fewer than the one before it is not where a pattern begins, and a
    single vote is most often chance.

    The votes are sorted, so that those of one pattern stand in the order of their
    buckets, and one pass counts them.
    """
    wanted, worth = _bars(store)
    found = []
    votes.sort()
    last = key = -2
    before = count = ahead = 0
    # Two votes for nobody end the last two runs of equal ones.
    for vote in chain(votes, (-4, -6)):
        if vote == key:
            ahead += 1
            continue
        beside = ahead if key == last + 1 else 0
        if count > 1 and count >= before:
            number, total = last >> PLACES, count + beside
            if total >= wanted[number]:
                found.append((total * worth[number], -total, last, beside))
        before = count if beside else 0
        last, count, key, ahead = key, ahead, vote, 1
    return found


@cache
def _bars(store: Store) -> tuple[list[int], list[float]]:
    """
    For each pattern how many votes it needs to be looked at, and what a vote is worth:
    the share of all votes that it is, more in a longer pattern.
    """
    shares = [_SHARE if length > _BRIEF else _BRIEF_SHARE for length in store.length_of]
    wanted = [
        ceil(share * votes) for share, votes in zip(shares, store.votes_of, strict=True)
    ]
    worth = [
        -min(length, 400) / max(1, of)
        for length, of in zip(store.length_of, store.votes_of, strict=True)
    ]
    return wanted, worth


def _is_enough(one: Aligned, store: Store) -> bool:
    if one.score >= _ENOUGH and one.covered >= _ENOUGH_OF_IT:
        return True
    whole = (
        bool(one.runs)
        and one.end - one.start >= _WHOLE_WORDS
        and all(_is_edge(run, one) for run in one.runs)
    )
    return (
        whole and one.covered >= _WHOLE_OF_IT and is_appendix(one.runs[-1].codes, store)
    )


def _shares(guess: _Guess, span: tuple[int, int]) -> bool:
    low, high = max(guess.place, span[0]), min(guess.place + guess.length, span[1])
    return 2 * (high - low) >= min(guess.length, span[1] - span[0])


def _taken(guess: _Guess, start: int, end: int) -> bool:
    low, high = max(guess.place, start), min(guess.place + guess.length, end)
    return 2 * (high - low) >= guess.length


def _window(guess: _Guess, size: int, walls: Walls) -> Span:
    """
    Where the pattern may stand: around its place, and not across a wall that is half as
    long as itself.
    """
    slack = 24 + guess.length // 8 + (1 << BUCKET)
    low, high = (
        max(0, guess.place - slack),
        min(size, guess.place + guess.length + slack),
    )
    middle = guess.place + guess.length // 2
    for start, end, least in walls.near(low, high):
        if least >= guess.length and start < high and end > low:
            if start + end < 2 * middle:
                low = max(low, end)
            else:
                high = min(high, start)
    return low, high


def _best(
    codes: str, rivals: Sequence[_Guess], walls: Walls, store: Store
) -> Aligned | None:
    rough = []
    cover = _SEEN_LEAST
    for guess in rivals:
        pattern, theirs, required = store.aligned(guess.number)
        low, high = _window(guess, len(codes), walls)
        if 2 * (high - low) < guess.length:
            continue
        ours = codes[low:high]
        common = _similarity()(theirs, ours, score_cutoff=int(cover * pattern.length))
        cover = max(cover, common / pattern.length - _BEHIND)
        if common and all(theirs[a : a + n] in ours for a, n in required):
            rough.append(
                (
                    common / pattern.length * min(common, 4000) ** 0.5,
                    low,
                    ours,
                    theirs,
                    pattern,
                )
            )
    rough.sort(key=lambda r: -r[0])
    tried = [
        _aligned(low, ours, theirs, pattern, store)
        for _, low, ours, theirs, pattern in rough[:6]
    ]
    fitting = [one for one in tried if one is not None]
    if not fitting:
        return None
    best = max(fitting, key=_rank)
    equal = [
        one
        for one in fitting
        if abs(one.score - best.score) <= _EQUAL
        and _rank(one)[0] >= _rank(best)[0] - 0.1
    ]
    best = max(equal, key=lambda one: (*_rank(one)[1:4], -one.pattern.rank, one.score))
    return _with_title(_listed(best, fitting, codes, store), fitting)


def _listed(
    best: Aligned, tried: Sequence[Aligned], codes: str, store: Store
) -> Aligned:
    """
    A license of SPDX's list that fits about as well as a relative that only ScanCode
    keeps apart: the text is that license but for its end, or has not the words that the
    relative is told by.
    """
    name = best.pattern.expression
    if not name.startswith("LicenseRef-") or not (best.runs or best.free):
        return best
    if not named_in(name, store).isdisjoint(codes[best.start : best.end]):
        return best
    worth, lacks = _rank(best)[0] - _LISTED_WORTH, lacking(best.runs, store)
    listed = [
        one
        for one in tried
        if _rank(one)[0] >= worth and "LicenseRef-" not in one.pattern.expression
    ]
    near = worth + _LISTED_WORTH - _NEARLY
    plain = [one for one in listed if not one.turned]
    fits = (
        one
        for one in plain
        if lacks or _rank(one)[0] >= near or _is_reworded(one, store)
    )
    return max(fits, key=_rank, default=best)


def _is_reworded(one: Aligned, store: Store) -> bool:
    """Whether what differs inside tells no relatives apart."""
    return all(_is_edge(run, one) or not telling([run], store) for run in one.runs)


def _is_edge(run: Run, one: Aligned) -> bool:
    return run.kind == "missing" and run.start in (one.start, one.end)


def _with_title(best: Aligned, tried: Sequence[Aligned]) -> Aligned:
    """
    The best one, from where another wording of the same license begins: with the title
    that only that one has.
    """
    same = [
        one.start
        for one in tried
        if one.pattern.expression == best.pattern.expression and one.score >= _TITLED
    ]
    first = min(same, default=best.start)
    return (
        replace(best, start=first)
        if best.start - _TITLE_WORDS <= first < best.start
        else best
    )


def _rank(one: Aligned) -> tuple[float, int, int, int, float]:
    """
    Larger is better: how well and how much is explained (a paragraph of a text fits
    better than the whole, and says less), then ScanCode's relevance, the simpler
    expression, a text before a notice.
    """
    pattern = one.pattern
    worth = round(
        (one.score - _TURNED * one.turned - 0.75) * (one.end - one.start) ** 0.5, 1
    )
    return (
        worth,
        pattern.relevance,
        -pattern.expression.count(" "),
        -pattern.kind,
        one.score,
    )


def _aligned(
    low: int, ours: str, theirs: str, pattern: Pattern, store: Store
) -> Aligned | None:
    blocks = _trimmed(
        [
            (m.a, m.b, m.size)
            for m in _editops()(theirs, ours).as_matching_blocks()
            if m.size
        ]
    )
    if not blocks or only_disclaims(
        "".join(theirs[b[0] : b[0] + b[2]] for b in blocks), theirs, store
    ):
        return None
    first, last = blocks[0], blocks[-1]
    matched = sum(b[2] for b in blocks)
    start, end = first[1], last[1] + last[2]
    runs: list[Run] = []
    free, scattered = 0.0, 0
    if first[0]:
        runs.append(Run("missing", low + start, low + start, theirs[: first[0]]))
    for one, two in pairwise(blocks):
        a, b = one[0] + one[2], one[1] + one[2]
        lost, more = theirs[a : two[0]], ours[b : two[1]]
        if is_slot(more, lost, store):
            free += _NAME_WORTH * (len(lost) + len(more))
            scattered += not lost
            continue
        if lost:
            runs.append(Run("missing", low + b, low + b, lost))
        if more:
            runs.append(Run("added", low + b, low + two[1], more))
    tail = last[0] + last[2]
    inner = [r for r in runs if r.start != low + start or r.kind == "added"]
    if tail < len(theirs):
        runs.append(Run("missing", low + end, low + end, theirs[tail:]))
    if pattern.kind == NOTICE and not agrees(
        theirs, ours[start:end], pattern.expression, store
    ):
        return None
    score = (2 * matched + free) / (len(theirs) + end - start)
    score -= min(_PENALTY, _PENALTY * 200 / len(theirs)) * telling(
        reworded(inner, store), store
    )
    covered = min(1.0, (matched + free / 2) / len(theirs))
    changed = turned(runs, low + start, low + end, store, ours, low)
    return Aligned(
        low + start,
        low + end,
        pattern,
        score,
        covered,
        tuple(runs),
        scattered,
        changed,
        free,
    )


def _trimmed(blocks: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """
    The blocks without the stray words at both ends that an alignment picks up far from
    the rest.
    """
    kept = list(blocks)
    while (
        len(kept) > 1
        and kept[0][2] < 4
        and kept[1][1] - kept[0][1] - kept[0][2] > 2 + kept[0][2]
    ):
        kept.pop(0)
    while (
        len(kept) > 1
        and kept[-1][2] < 4
        and kept[-1][1] - kept[-2][1] - kept[-2][2] > 2 + kept[-1][2]
    ):
        kept.pop()
    return kept[_stray(kept) :]


def _stray(blocks: Sequence[tuple[int, int, int]]) -> int:
    """
    How many blocks at the beginning are but few words, thinly scattered over a text
    that stands before this one.
    """
    few = max(_FEW, sum(b[2] for b in blocks) // _FEW_OF)
    words = stray = 0
    for number, (one, two) in enumerate(pairwise(blocks), 1):
        words += one[2]
        if words > few:
            break
        if two[1] - blocks[0][1] > 3 * words:
            stray = number
    return stray


@cache
def _similarity() -> Callable[..., int]:
    from rapidfuzz.distance import LCSseq

    return LCSseq.similarity


@cache
def _editops() -> Callable[..., Any]:
    from rapidfuzz.distance import LCSseq

    return LCSseq.editops
