"""
What a text has more, or less, than the license it is nearest to, and whether that
changes the deal.

A text is told by its difference, not by its similarity: one inserted sentence leaves a
license more than 90 % alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from licensescan.base.index_format import UNKNOWN
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify import vocabulary
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import letters_of
from licensescan.classifier.identify.words import Words
from licensescan.model.texts import Difference


class Run(NamedTuple):
    """
    Words of one side alone: from `start` to `end` in the text (`start` == `end` for
    missing ones).
    """

    kind: str
    start: int
    end: int
    codes: str


_AGAIN = 24
"""
Words after a "neither" within which one more "not" is a slip: "neither the name ... may
not be used".
"""

_NOTHING_BEFORE = 40
"""
With more words of its own above it a text may say there, in other words, what it lacks
of the license.
"""

_CUT_WORDS, _APPENDIX_WORDS = 50, 64
"""
So many words that are missing at the end are a section, unless it is called an appendix
within so many words.
"""

_VERSIONED = Regex(r"-\d")
_NAME_WORDS = 12

_NEAR = 8
"""
Words apart that two differences may be and still belong to one sentence, worded in
another way.
"""


def telling(runs: Sequence[Run], store: Store) -> int:
    """
    How many different words that tell relatives apart are in the runs; all numbers of
    one side count once.

    A product's version that comes ten times is one difference, not thirty.
    """
    letters, numbers = (
        letters_of(store, vocabulary.TELLING),
        letters_of(store, vocabulary.NUMBERS),
    )
    count = 0
    for kind in ("added", "missing"):
        seen = set("".join(run.codes for run in runs if run.kind == kind))
        count += len((seen & letters) - numbers) + bool(seen & numbers)
    return count


def lacking(runs: Sequence[Run], store: Store) -> int:
    """How many words that tell relatives apart a license has and the text has not."""
    return telling([run for run in runs if run.kind == "missing"], store)


def reworded(runs: Sequence[Run], store: Store) -> list[Run]:
    """
    The runs without negations that stand on both sides: "neither the name ... nor" for
    "the name ... not" turns nothing round.
    """
    letters = letters_of(store, vocabulary.NEGATIONS)
    if letters.isdisjoint("".join(run.codes for run in runs)):
        return list(runs)
    told: list[Run] = []
    group: list[Run] = []
    for run in [*runs, None]:
        if group and (run is None or run.start - max(r.end for r in group) > _NEAR):
            sides = {r.kind for r in group if not letters.isdisjoint(r.codes)}
            told += [_without(r, letters) for r in group] if len(sides) == 2 else group
            group = []
        if run is not None:
            group.append(run)
    return told


def _without(run: Run, letters: frozenset[str]) -> Run:
    return Run(
        run.kind, run.start, run.end, "".join(c for c in run.codes if c not in letters)
    )


_TITLE_WORDS = 12
"""So many words into a text its title may still go on."""

SLOT_WORDS = 24
"""More words than this are no name."""


def is_slot(ours: str, theirs: str, store: Store) -> bool:
    """
    Whether two runs that stand in each other's place are but two names, of owners or of
    works.
    """
    if len(ours) > SLOT_WORDS or len(theirs) > SLOT_WORDS:
        return False
    return all(map(_names_of(store).__getitem__, ours + theirs))


class _Names(dict[str, bool]):
    """Whether a word may be a piece of a name, of the words that were asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.update(dict.fromkeys(letters_of(store, vocabulary.HOLDERS), True))

    def __missing__(self, letter: str) -> bool:
        self[letter] = found = self._store.is_name(letter)
        return found


@lru_cache(maxsize=1)
def _names_of(store: Store) -> _Names:
    return _Names(store)


def words_of_deal(codes: str, store: Store) -> str:
    """The words among `codes` that change what is allowed."""
    letters = letters_of(store, vocabulary.DEAL)
    if letters.isdisjoint(codes):
        return ""
    # A "permission notice" is what has to be kept, not what gives anything.
    plain = codes.replace(store.code("permission") + store.code("notice"), "")
    return "".join(c for c in plain if c in letters)


_TRADE, _PARAGRAPH, _MOST_PLACES = 3, 120, 24
"""
Three words of the trade make terms, when they stand in one paragraph: a long history
has some of each.
"""


def is_mention(codes: str, start: int, end: int, store: Store) -> bool:
    """
    Whether the words around the name of a license, which stands from `start` to `end`,
    say that it was the license once, or that something gets on with it.
    """
    history, compared, past, granted = (
        letters_of(store, w)
        for w in (
            vocabulary.HISTORY,
            vocabulary.COMPARED,
            vocabulary.PAST,
            vocabulary.GRANTED,
        )
    )
    before = codes[max(0, start - 6) : start + 2]
    if any(c in history for c in before):
        return True
    if any(
        c in past and not granted.isdisjoint(before[at + 1 : at + 3])
        for at, c in enumerate(before)
    ):
        return True
    return any(
        c in compared for c in codes[max(0, start - 3) : start] + codes[end : end + 1]
    )


def is_kind(codes: str, start: int, store: Store) -> bool:
    """
    Whether the word before a name that begins at `start` makes it another one: "Affero"
    before "GPL".
    """
    return start > 0 and codes[start - 1] in letters_of(store, vocabulary.KINDS)


def cuts_version(
    codes: str, start: int, end: int, expression: str, store: Store
) -> bool:
    """
    Whether a name that stands from `start` to `end` goes on with a number of which it
    knows nothing: "2" of "2.1", or "2.0" after "Eclipse Public License".
    """
    if end >= len(codes) or codes[end] not in letters_of(store, vocabulary.NUMBERS):
        return False
    if codes[end - 1] in letters_of(store, vocabulary.NUMBERS):
        return end - start < _NAME_WORDS
    if codes[end - 1] not in letters_of(store, vocabulary.VERSIONED):
        return False
    digit = _names(store)[codes[end]].removeprefix("v")
    return bool(_VERSIONED.search(expression)) and f"-{digit}" not in expression


def only_disclaims(shared: str, theirs: str, store: Store) -> bool:
    """
    Whether what a text has in common with a license, `shared` of `theirs`, is its
    disclaimer, and most of the words that give or name something are missing: the same
    disclaimer stands in many licenses.
    """
    disclaiming, giving = (
        letters_of(store, vocabulary.DISCLAIMING),
        letters_of(store, vocabulary.GIVING),
    )
    if disclaiming.isdisjoint(shared):
        return False
    given = sum(1 for _ in islice(filter(giving.__contains__, shared), 3))
    return given < 3 and 2 * given <= sum(map(giving.__contains__, theirs))


def legal(codes: str, store: Store) -> bool:
    """
    Whether unexplained words read like terms: three different words of the trade among
    them, near each other.
    """
    letters = letters_of(store, vocabulary.LEGAL)
    if len(letters.intersection(codes)) < _TRADE:
        return False
    if len(codes) <= _PARAGRAPH:
        return True
    places = [at for at, c in enumerate(codes) if c in letters]
    return any(
        len({codes[at] for at in places[first:last]}) >= _TRADE
        for first, last in _within(places, _PARAGRAPH)
        if last - first >= _TRADE
    )


def _within(places: Sequence[int], width: int) -> Iterator[tuple[int, int]]:
    """
    For each place the range of those that are at most `width` further on; never wider
    than a dozen of them.
    """
    last = 0
    for first, place in enumerate(places):
        while last < len(places) and places[last] - place <= width:
            last += 1
        yield first, min(last, first + _MOST_PLACES)


def limits(codes: str, store: Store) -> bool:
    """
    Whether unexplained words may be a term of their own: a word that limits, and one
    that no name is made of, or a verb. Whether they are one, is for the reading of
    clauses to say.
    """
    limiting, named, verbs = (
        letters_of(store, w)
        for w in (vocabulary.LIMITING, vocabulary.NAMED, vocabulary.VERBS)
    )
    found = limiting.intersection(codes)
    return bool(found) and (bool(found - named) or not verbs.isdisjoint(codes))


def _is_named_after(codes: str, deal: str, store: Store) -> bool:
    """
    Whether the words are a name with a word of the deal in it: a research laboratory,
    an educational trust, or who paid for the work, which takes more words. A name gives
    or forbids nothing.
    """
    is_long = len(codes) > SLOT_WORDS and letters_of(
        store, vocabulary.FUNDED
    ).isdisjoint(codes)
    if is_long or any(c not in letters_of(store, vocabulary.NAMED) for c in deal):
        return False
    verbs, owners = (
        letters_of(store, vocabulary.VERBS),
        letters_of(store, vocabulary.INSTITUTIONS),
    )
    # "The Institute for Research" is not for research only.
    return not any(
        c in verbs
        for before, c in zip(" " + codes, codes, strict=False)
        if before not in owners
    )


def is_riddled(scattered: int, size: int) -> bool:
    """
    Whether words were put in at so many places of a text of `size` words that it is no
    longer that text.
    """
    return scattered > max(14, min(size // 150, 40))


def turned(
    runs: Sequence[Run],
    start: int,
    end: int,
    store: Store,
    codes: str = "",
    low: int = 0,
) -> bool:
    """
    Whether the runs in a text that stands from `start` to `end` change the deal;
    `codes` are the words from `low` on.
    """
    plain = reworded(runs, store)
    return any(
        _matters(run, start, end, store) and not _negates_again(run, codes, low, store)
        for run in plain
    )


def _matters(run: Run, start: int, end: int, store: Store) -> bool:
    deal = words_of_deal(run.codes, store)
    if run.kind == "missing":
        deal = deal.replace(store.code("agreement"), "")
    at_edge = run.kind == "missing" and (
        run.start - start < _TITLE_WORDS or run.start == end
    )
    if (
        at_edge
        and run.start == end
        and len(run.codes) >= _CUT_WORDS
        and not is_appendix(run.codes, store)
    ):
        at_edge = False
    if at_edge and start < _NOTHING_BEFORE and _grants(run.codes, store):
        return True
    return bool(deal) and not at_edge and not _is_named_after(run.codes, deal, store)


def _grants(codes: str, store: Store) -> bool:
    """
    Whether a grant is among the words: "permission is hereby granted" is no part of a
    title.
    """
    return store.code("hereby") in codes and not letters_of(
        store, vocabulary.GRANTING
    ).isdisjoint(codes)


def is_appendix(codes: str, store: Store) -> bool:
    """
    Whether what a text lacks at its end is no term of it: how to apply it, an exhibit,
    who may use its words.
    """
    return not letters_of(store, vocabulary.APPENDIX).isdisjoint(
        codes[:_APPENDIX_WORDS]
    )


def _negates_again(run: Run, codes: str, low: int, store: Store) -> bool:
    """
    Whether all that an added run turns round is turned already by a "neither" before
    it.
    """
    if run.kind != "added" or set(words_of_deal(run.codes, store)) != {
        store.code("not")
    }:
        return False
    return not letters_of(store, vocabulary.NEITHER).isdisjoint(
        codes[max(0, run.start - low - _AGAIN) : max(0, run.start - low)]
    )


def judged(
    runs: Sequence[Run], start: int, end: int, held: Words, store: Store
) -> tuple[Difference, ...]:
    """
    The runs inside a text that stands from `start` to `end`, as a report tells them,
    and whether each matters.

    A text that begins later or ends earlier than the license is one without its title
    or its appendix. Added words are quoted; of missing words only those are named that
    the list of telling words holds.
    """
    told = []
    for run, plain in zip(runs, reworded(runs, store), strict=True):
        deal = words_of_deal(run.codes, store)
        matters = _matters(plain, start, end, store) and not _negates_again(
            plain, held.codes, 0, store
        )
        lines = held.lines(run.start, run.end if run.end > run.start else run.start + 1)
        if run.kind == "added":
            words = held.quote(run.start, run.end)
        else:
            words = " ".join(dict.fromkeys(_word(c, store) for c in deal))
        told.append(
            Difference(
                kind="added" if run.kind == "added" else "missing",
                lines=lines,
                words=words,
                matters=matters,
            )
        )
    return tuple(told)


@lru_cache(maxsize=4)
def _names(store: Store) -> dict[str, str]:
    return {
        store.code(w): w
        for w in sorted(vocabulary.TELLING | vocabulary.DEAL)
        if store.code(w) != UNKNOWN
    }


def _word(letter: str, store: Store) -> str:
    return _names(store).get(letter, "")
