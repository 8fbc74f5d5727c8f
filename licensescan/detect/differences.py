"""
What a text has more, or less, than the license it is nearest to, and whether that changes the deal.

A text is told by its difference, not by its similarity: one inserted sentence leaves a license more than 90 % alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from licensescan.detect.normalise import Words
from licensescan.detect.store import Store
from licensescan.regex import Regex
from licensescan.texts import Difference

NUMBERS = "0 1 2 3 4 5 6 7 8 9 10 v1 v2 v3".split()

HISTORY = "originally formerly previously earlier historically relicensed must would could if".split()
"""Words before the name of a license that is no longer the one, or would be under a condition."""

KINDS = ("lesser", "affero")
"""Words before "GPL" that make it the name of another license."""
PAST, GRANTED = "was were".split(), "licensed released distributed available published under covered".split()
"""Words that say the same of a license that was granted; what was taken from somewhere has its license today."""

COMPARED = "compatible compatibility incompatible incompatibility unlike".split()
"""Words that compare with a license, beside its name."""

TELLING = (
    "0 1 2 3 4 5 6 7 8 9 10 v1 v2 v3 lesser library affero gpl lgpl agpl apache mozilla eclipse later either any only "
    "commercial noncommercial noncommercially nonprofit advertising endorse endorsement acknowledgment acknowledgement "
    "acknowledgments academic educational research evaluation patent patents attribution sharealike derivatives "
    "noderivatives nuclear military evil good not no sell sold fee charge without royalty "
    "clause network server sublicense binary source exception exclusion linking translation "
    "neither nor modified unmodified unchanged altered misrepresented python perl zlib documentation supporting "
    "hereby disclaims"
).split()
"""Words by which near relatives are told apart: versions, kinds, clauses."""

DEAL = (
    "not no none neither never only solely except unless without noncommercial nonprofit commercial commercially "
    "prohibited prohibit forbidden forbid restricted restriction research evaluation internal academic educational "
    "compete competing competitor military nuclear weapons evil hosted hosting fee royalty royalties pay payment "
    "patent patents sue litigation terminate terminated terminates revoke revocable consent approval permission "
    "sublicense resell sell sale rent lease disclose agreement purchase"
).split()
"""Words that change what is allowed when somebody adds them to a known text or takes them away."""

HOLDERS = (
    "the of its his her their and or by in for to copyright holder holders owner owners author authors contributor "
    "contributors project projects organization organisation company university regents institute institution "
    "foundation group team developer developers name names inc incorporated corp corporation ltd limited llc gmbh co "
    "committee consortium laboratory department trustees board college person persons party parties licensor "
    "software product package library program code work materials com org net www http https original maintainer "
    "maintainers individual individuals respective individually other others this file files these all initial"
).split()
"""Words that stand where a text leaves room for the name of its owner or of its work."""

LIMITING = (
    "sole exclusive exclusively exclude excluded excludes nothing nobody none cannot limited reserved evaluating "
    "evaluate trial demonstration test testing charge charged revenue profit employees users companies separate "
    "separately service services customers teaching students personal private production purposes beyond outside"
).split()
"""Words that may limit what is allowed, though they occur in much that limits nothing."""

GIVING = (
    "permission permissions permitted permit permits grant grants granted redistribute redistributed redistribution "
    "distribute distributed distribution copy copies copied copying modify modified modification license licensed "
    "licenses licence licenced licensor domain dedicate dedicated waive waives waived free freely gnu gpl lgpl agpl "
    "apache rights"
).split()
"""Words one of which every license has: it gives something, or names what does."""

DISCLAIMING = "warranty warranties merchantability damages liable liability".split()

NAMED = "license research academic educational internal agreement lesser affero sale purchase only".split()
"""Words of the deal that names are made of, and that say nothing without a verb."""

VERBS = "for use used using user uses purpose purposes may must shall permitted allowed granted limited solely".split()
"""Words by which a word like "research" becomes a limit."""

INSTITUTIONS = (
    "institute institutes institution center centre foundation society laboratory laboratories council trust agency "
    "academy association organisation organization corporation school department ministry fund"
).split()
"""What a name says that somebody is, before what it is for."""

_GRANTS = frozenset("use copy modify merge publish distribute sublicense sell patent redistribute reproduce".split())


class Run(NamedTuple):
    """Words of one side alone: from `start` to `end` in the text (`start` == `end` for missing ones)."""

    kind: str
    start: int
    end: int
    codes: str


NEGATIONS = "not no nor none neither never cannot".split()
"""Words that turn a sentence round."""

NEITHER = ("neither", "none")
_AGAIN = 24
"""Words after a "neither" within which one more "not" is a slip: "neither the name ... may not be used"."""

APPENDIX = "appendix addendum exhibit annex schedule apply boilerplate covenants creative".split()
_CUT_WORDS, _APPENDIX_WORDS = 50, 64
"""So many words that are missing at the end are a section, unless it is called an appendix within so many words."""

VERSIONED = "license licence version v gpl lgpl agpl public".split()
"""Words of a name that its version follows."""
_VERSIONED = Regex(r"-\d")
_NAME_WORDS = 12

_NEAR = 8
"""Words apart that two differences may be and still belong to one sentence, worded in another way."""


@lru_cache(maxsize=16)
def _letters(store: Store, which: str) -> frozenset[str]:
    listed = {
        "telling": TELLING,
        "deal": DEAL,
        "limiting": (*DEAL, *LIMITING),
        "grants": tuple(sorted(_GRANTS)),
        "legal": LEGAL,
        "giving": GIVING,
        "disclaiming": DISCLAIMING,
        "holders": HOLDERS,
        "numbers": NUMBERS,
        "history": HISTORY,
        "kinds": KINDS,
        "named": NAMED,
        "verbs": VERBS,
        "institutions": INSTITUTIONS,
        "compared": COMPARED,
        "past": PAST,
        "granted": GRANTED,
        "negations": NEGATIONS,
        "versioned": VERSIONED,
        "appendix": APPENDIX,
        "neither": NEITHER,
    }[which]
    return frozenset(map(store.code, listed)) - {"\x01"}


def telling(runs: Sequence[Run], store: Store) -> int:
    """
    How many different words that tell relatives apart are in the runs; all numbers of one side count once.

    A product's version that comes ten times is one difference, not thirty.
    """
    letters, numbers = _letters(store, "telling"), _letters(store, "numbers")
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
    The runs without negations that stand on both sides: "neither the name ... nor" for "the name ... not" turns
    nothing round.
    """
    letters = _letters(store, "negations")
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
    return Run(run.kind, run.start, run.end, "".join(c for c in run.codes if c not in letters))


_TITLE_WORDS = 12
"""So many words into a text its title may still go on."""

SLOT_WORDS = 24
"""More words than this are no name."""


def is_slot(ours: str, theirs: str, store: Store) -> bool:
    """Whether two runs that stand in each other's place are but two names, of owners or of works."""
    if len(ours) > SLOT_WORDS or len(theirs) > SLOT_WORDS:
        return False
    return all(map(_names_of(store).__getitem__, ours + theirs))


class _Names(dict[str, bool]):
    """Whether a word may be a piece of a name, of the words that were asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.update(dict.fromkeys(_letters(store, "holders"), True))

    def __missing__(self, letter: str) -> bool:
        self[letter] = found = self._store.is_name(letter)
        return found


@lru_cache(maxsize=1)
def _names_of(store: Store) -> _Names:
    return _Names(store)


def words_of_deal(codes: str, store: Store) -> str:
    """The words among `codes` that change what is allowed."""
    letters = _letters(store, "deal")
    return "" if letters.isdisjoint(codes) else "".join(c for c in codes if c in letters)


def words_of_grant(codes: str, store: Store) -> str:
    """The words among `codes` that give a right."""
    letters = _letters(store, "grants")
    return "".join(c for c in codes if c in letters)


_TRADE, _PARAGRAPH, _MOST_PLACES = 3, 120, 24
"""Three words of the trade make terms, when they stand in one paragraph: a long history has some of each."""

LEGAL = (
    "license licensed licensee licensor copyright permission permitted rights redistribute redistribution warranty "
    "liable liability terms agreement conditions provided restriction prohibited commercial noncommercial patent"
).split()


def is_mention(codes: str, start: int, end: int, store: Store) -> bool:
    """
    Whether the words around the name of a license, which stands from `start` to `end`, say that it was the license
    once, or that something gets on with it.
    """
    history, compared, past, granted = (_letters(store, w) for w in ("history", "compared", "past", "granted"))
    before = codes[max(0, start - 6) : start + 2]
    if any(c in history for c in before):
        return True
    if any(c in past and not granted.isdisjoint(before[at + 1 : at + 3]) for at, c in enumerate(before)):
        return True
    return any(c in compared for c in codes[max(0, start - 3) : start] + codes[end : end + 1])


def is_kind(codes: str, start: int, store: Store) -> bool:
    """Whether the word before a name that begins at `start` makes it another one: "Affero" before "GPL"."""
    return start > 0 and codes[start - 1] in _letters(store, "kinds")


def cuts_version(codes: str, start: int, end: int, expression: str, store: Store) -> bool:
    """
    Whether a name that stands from `start` to `end` goes on with a number of which it knows nothing: "2" of "2.1", or
    "2.0" after "Eclipse Public License".
    """
    if end >= len(codes) or codes[end] not in _letters(store, "numbers"):
        return False
    if codes[end - 1] in _letters(store, "numbers"):
        return end - start < _NAME_WORDS
    if codes[end - 1] not in _letters(store, "versioned"):
        return False
    digit = _names(store)[codes[end]].removeprefix("v")
    return bool(_VERSIONED.search(expression)) and f"-{digit}" not in expression


def only_disclaims(shared: str, theirs: str, store: Store) -> bool:
    """
    Whether what a text has in common with a license, `shared` of `theirs`, is its disclaimer, and most of the words
    that give or name something are missing: the same disclaimer stands in many licenses.
    """
    disclaiming, giving = _letters(store, "disclaiming"), _letters(store, "giving")
    if disclaiming.isdisjoint(shared):
        return False
    given = sum(1 for _ in islice(filter(giving.__contains__, shared), 3))
    return given < 3 and 2 * given <= sum(map(giving.__contains__, theirs))


def legal(codes: str, store: Store) -> bool:
    """Whether unexplained words read like terms: three different words of the trade among them, near each other."""
    letters = _letters(store, "legal")
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
    """For each place the range of those that are at most `width` further on; never wider than a dozen of them."""
    last = 0
    for first, place in enumerate(places):
        while last < len(places) and places[last] - place <= width:
            last += 1
        yield first, min(last, first + _MOST_PLACES)


def limits(codes: str, store: Store) -> bool:
    """
    Whether unexplained words may be a term of their own: a word that limits, and one that no name is made of, or a
    verb. Whether they are one, is for the reading of clauses to say.
    """
    limiting, named, verbs = (_letters(store, which) for which in ("limiting", "named", "verbs"))
    found = limiting.intersection(codes)
    return bool(found) and (bool(found - named) or not verbs.isdisjoint(codes))


def _is_named_after(codes: str, deal: str, store: Store) -> bool:
    """
    Whether the words are a name with a word of the deal in it: a research laboratory, an educational trust. A name
    gives or forbids nothing.
    """
    if len(codes) > SLOT_WORDS or any(c not in _letters(store, "named") for c in deal):
        return False
    verbs, owners = _letters(store, "verbs"), _letters(store, "institutions")
    # "The Institute for Research" is not for research only.
    return not any(c in verbs for before, c in zip(" " + codes, codes, strict=False) if before not in owners)


def is_riddled(scattered: int, size: int) -> bool:
    """Whether words were put in at so many places of a text of `size` words that it is no longer that text."""
    return scattered > max(14, min(size // 150, 40))


def turned(runs: Sequence[Run], start: int, end: int, store: Store, codes: str = "", low: int = 0) -> bool:
    """
    Whether the runs in a text that stands from `start` to `end` change the deal; `codes` are the words from `low` on.
    """
    plain = reworded(runs, store)
    return any(_matters(run, start, end, store) and not _negates_again(run, codes, low, store) for run in plain)


def _matters(run: Run, start: int, end: int, store: Store) -> bool:
    deal = words_of_deal(run.codes, store)
    if run.kind == "missing":
        deal = deal.replace(store.code("agreement"), "")
    at_edge = run.kind == "missing" and (run.start - start < _TITLE_WORDS or run.start == end)
    if at_edge and run.start == end and len(run.codes) >= _CUT_WORDS and not is_appendix(run.codes, store):
        at_edge = False
    return bool(deal) and not at_edge and not _is_named_after(run.codes, deal, store)


def is_appendix(codes: str, store: Store) -> bool:
    """Whether what a text lacks at its end is no term of it: how to apply it, an exhibit, who may use its words."""
    return not _letters(store, "appendix").isdisjoint(codes[:_APPENDIX_WORDS])


def _negates_again(run: Run, codes: str, low: int, store: Store) -> bool:
    """Whether all that an added run turns round is turned already by a "neither" before it."""
    if run.kind != "added" or set(words_of_deal(run.codes, store)) != {store.code("not")}:
        return False
    return not _letters(store, "neither").isdisjoint(codes[max(0, run.start - low - _AGAIN) : max(0, run.start - low)])


def judged(runs: Sequence[Run], start: int, end: int, held: Words, store: Store) -> tuple[Difference, ...]:
    """
    The runs inside a text that stands from `start` to `end`, as a report tells them, and whether each matters.

    A text that begins later or ends earlier than the license is one without its title or its appendix.
    Added words are quoted; of missing words only those are named that the list of telling words holds.
    """
    told = []
    for run, plain in zip(runs, reworded(runs, store), strict=True):
        deal = words_of_deal(run.codes, store)
        matters = _matters(plain, start, end, store) and not _negates_again(plain, held.codes, 0, store)
        lines = held.lines(run.start, run.end if run.end > run.start else run.start + 1)
        if run.kind == "added":
            words = held.quote(run.start, run.end)
        else:
            words = " ".join(dict.fromkeys(_word(c, store) for c in deal))
        told.append(
            Difference(kind="added" if run.kind == "added" else "missing", lines=lines, words=words, matters=matters)
        )
    return tuple(told)


@lru_cache(maxsize=4)
def _names(store: Store) -> dict[str, str]:
    return {store.code(w): w for w in (*TELLING, *DEAL, *_GRANTS)}


def _word(letter: str, store: Store) -> str:
    return _names(store).get(letter, "")
