"""
Judge what a text has more, or less, than the license it is nearest to: does it
change the deal?

A text is told by its difference, not by its similarity: one inserted sentence
leaves a license more than 90 % alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from licensescan.classifier.identify.granted import (
    Change,
    adds_acts,
    is_harmless,
)
from licensescan.classifier.identify.intervals import Span, Window
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import (
    DEAL,
    FUNDED,
    HOLDERS,
    INSTITUTIONS,
    NAMED,
    NEGATIONS,
    NEITHER,
    NUMBERS,
    TELLING,
    VERBS,
    letters_of,
)
from licensescan.classifier.identify.wording import (
    is_appendix,
    is_granting,
    word_of,
)
from licensescan.classifier.identify.words import Words
from licensescan.model.texts import Difference

Place = Literal["", "inside", "behind"]
"""Where words stand to a sentence that gives a right."""
INSIDE: Place = "inside"
BEHIND: Place = "behind"


class Run(NamedTuple):
    """
    Words of one side alone: from `start` to `end` in the text (`start` ==
    `end` for missing ones).

    `place` says that they stand where the license gives a right, or right
    behind that; then `across` are the words of the other side in that place.
    """

    kind: Literal["added", "missing"]
    start: int
    end: int
    codes: str
    place: Place = ""
    across: str = ""


_HEAD_WORDS = 5
"""So many words at the head of a grant may be taken for another text."""

_AGAIN = 24
"""
Words after a "neither" within which one more "not" is a slip: "neither the
name ... may not be used".
"""

_NOTHING_BEFORE = 40
"""
With more words of its own above it a text may say there, in other words, what
it lacks of the license.
"""

_CUT_WORDS = 50
"""So many words that are missing at the end are a section, or an appendix."""

_TITLE_WORDS = 12
"""So many words into a text its title may still go on."""

_SLOT_WORDS = 24
"""More words than this are no name."""

_NEAR = 8
"""
Words apart that two differences may be and still belong to one sentence,
worded in another way.
"""

_RIDDLED, _RIDDLED_OF, _RIDDLED_MOST = 14, 150, 40
"""
Words put in at more places than this, or than one in so many words up to a
limit, leave nothing of a text.
"""


def telling(runs: Sequence[Run], index: Store) -> int:
    """
    Return how many different words that tell relatives apart are in the runs;
    all numbers of one side count once.

    A product's version that comes ten times is one difference, not thirty.
    """
    letters, numbers = letters_of(index, TELLING), letters_of(index, NUMBERS)
    count = 0
    for kind in ("added", "missing"):
        codes: set[str] = set()
        for run in runs:
            if run.kind == kind:
                codes.update(run.codes)
        count += len((codes & letters) - numbers)
        count += bool(codes & numbers)
    return count


def lacking(runs: Sequence[Run], index: Store) -> int:
    """
    Return how many words that tell relatives apart a license has and the text
    has not.
    """
    return telling([run for run in runs if run.kind == "missing"], index)


def reworded(runs: Sequence[Run], index: Store) -> list[Run]:
    """
    Return the runs without negations that stand on both sides: "neither the
    name ... nor" for "the name ... not" turns nothing round.
    """
    negations = letters_of(index, NEGATIONS)
    if negations.isdisjoint("".join(run.codes for run in runs)):
        return list(runs)
    return [
        run
        for sentence in _sentences(runs)
        for run in _turned_once(sentence, negations)
    ]


def _turned_once(sentence: list[Run], negations: frozenset[str]) -> list[Run]:
    """
    Return the runs of one sentence without negations if both sides have one;
    those of a grant as they are.
    """
    negated = {
        run.kind
        for run in sentence
        if not run.place and not negations.isdisjoint(run.codes)
    }
    if len(negated) < 2:
        return sentence
    return [run if run.place else _without(run, negations) for run in sentence]


def _sentences(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Yield the runs that stand near each other."""
    sentence: list[Run] = []
    for run in runs:
        if sentence and run.start - max(r.end for r in sentence) > _NEAR:
            yield sentence
            sentence = []
        sentence.append(run)
    if sentence:
        yield sentence


def _without(run: Run, letters: frozenset[str]) -> Run:
    codes = "".join(code for code in run.codes if code not in letters)
    return run._replace(codes=codes)


def is_slot(
    ours: str,
    theirs: str,
    index: Store,
) -> bool:
    """
    Return True if two runs that stand in each other's place are but two names,
    of owners or of works.
    """
    if len(ours) > _SLOT_WORDS or len(theirs) > _SLOT_WORDS:
        return False
    return all(map(_names_of(index).__getitem__, ours + theirs))


class _Names(dict[str, bool]):
    """For each word that was asked for: may it be a piece of a name?"""

    def __init__(self, index: Store) -> None:
        self._index = index
        self.update(dict.fromkeys(letters_of(index, HOLDERS), True))

    def __missing__(self, letter: str) -> bool:
        self[letter] = is_name = self._index.is_name(letter)
        return is_name


@lru_cache(maxsize=1)
def _names_of(index: Store) -> _Names:
    return _Names(index)


def words_of_deal(codes: str, index: Store) -> str:
    """Return the words among `codes` that change what is allowed."""
    letters = letters_of(index, DEAL)
    if letters.isdisjoint(codes):
        return ""
    # A "permission notice" is what has to be kept, not what gives anything.
    permission_notice = index.code("permission") + index.code("notice")
    plain = codes.replace(permission_notice, "")
    return "".join(filter(letters.__contains__, plain))


def is_riddled(scattered: int, size: int) -> bool:
    """
    Return True if words were put in at so many places of a text of `size`
    words that it is no longer that text.
    """
    return scattered > max(_RIDDLED, min(size // _RIDDLED_OF, _RIDDLED_MOST))


def changes_deal(
    runs: Sequence[Run],
    span: Span,
    window: Window,
    index: Store,
) -> bool:
    """
    Return True if the runs in a text that covers `span` change the deal;
    `window` holds its words.
    """
    for run in reworded(runs, index):
        if _matters(run, span, index):
            at = max(0, run.start - window.start)
            before = window.codes[:at]
            if not _negates_again(run, before, index):
                return True
    return False


def changes_grant(run: Run, tokens: Words, index: Store) -> bool:
    """Return True if a run takes something away from what a license gives."""
    if not run.place:
        return False
    size = len(run.across if run.kind == "missing" else run.codes)
    if run.place == BEHIND and tokens.begins_sentence(run.start):
        return False
    if run.kind == "missing" and _stands_before(run, tokens):
        return False
    words = tokens.quote(run.start, run.start + size).split()
    end = run.start + size
    first = max(0, run.start - max(size, 1))
    around = tokens.codes[first : run.start], tokens.codes[end : end + 1]
    return not _gives_the_same(run, around, words, index)


def _stands_before(run: Run, tokens: Words) -> bool:
    """
    Return True if something else before a text holds what it lacks, all but a
    word.
    """
    size = len(run.codes)
    end = run.start + len(run.across)
    before = tokens.codes[max(0, end - size) : end]
    others = set(run.codes).difference(before)
    return size >= _HEAD_WORDS and len(others) <= size // _HEAD_WORDS


def _gives_the_same(
    run: Run,
    around: tuple[str, str],
    words: Sequence[str],
    index: Store,
) -> bool:
    """
    Return True if a run in a grant takes nothing away: `around` are as many
    words before it and the one behind it, `words` are those of the text in its place.
    """
    missing, added = run.codes, run.across
    if run.kind == "added":
        missing, added = added, missing
    if not missing and adds_acts(added, index):
        return True
    before, behind = around
    change = Change(
        missing=missing,
        added=added,
        before=before,
        behind=behind,
        words=words,
    )
    return is_harmless(change, index)


def as_differences(
    runs: Sequence[Run],
    span: Span,
    tokens: Words,
    index: Store,
) -> tuple[Difference, ...]:
    """
    Return the runs inside a text that covers `span` as a report shows them,
    and whether each matters.

    A text that begins later or ends earlier than the license is one without
    its title or its appendix. Added words are quoted; of missing words only
    those are named that the list of telling words holds.
    """
    window = Window(0, tokens.codes)
    differences = []
    for run, plain in zip(runs, reworded(runs, index), strict=True):
        matters = changes_deal([plain], span, window, index)
        matters = matters or changes_grant(run, tokens, index)
        difference = Difference(
            kind=run.kind,
            lines=tokens.lines(run.start, run.end),
            words=_quoted(run, tokens, index),
            matters=matters,
        )
        differences.append(difference)
    return tuple(differences)


def _quoted(
    run: Run,
    tokens: Words,
    index: Store,
) -> str:
    if run.kind == "added":
        return tokens.quote(run.start, run.end)
    deal = run.codes if run.place else words_of_deal(run.codes, index)
    words = dict.fromkeys(word_of(code, index) for code in deal)
    return " ".join(filter(None, words))


def _matters(
    run: Run,
    span: Span,
    index: Store,
) -> bool:
    """Return True if a run changes the deal, taken by itself."""
    deal = words_of_deal(run.codes, index)
    if run.kind == "missing":
        deal = deal.replace(index.code("agreement"), "")
        if _is_outside(run, span, index):
            return span[0] < _NOTHING_BEFORE and is_granting(run.codes, index)
    return bool(deal) and not _is_named_after(run.codes, deal, index)


def _is_outside(
    run: Run,
    span: Span,
    index: Store,
) -> bool:
    """Return True if missing words are of a title or of an appendix."""
    start, end = span
    if run.start == end:
        return len(run.codes) < _CUT_WORDS or is_appendix(run.codes, index)
    return run.start - start < _TITLE_WORDS


def _is_named_after(
    codes: str,
    deal: str,
    index: Store,
) -> bool:
    """
    Return True if the words are a name with a word of the deal in it: a
    research laboratory, an educational trust, or who paid for the work, which
    takes more words. A name gives or forbids nothing.
    """
    is_long = len(codes) > _SLOT_WORDS
    if is_long and letters_of(index, FUNDED).isdisjoint(codes):
        return False
    if not letters_of(index, NAMED).issuperset(deal):
        return False
    verbs, institutions = (
        letters_of(index, VERBS),
        letters_of(index, INSTITUTIONS),
    )
    # "The Institute for Research" is not for research only.
    return not any(
        code in verbs and before not in institutions
        for before, code in zip(" " + codes, codes, strict=False)
    )


def _negates_again(
    run: Run,
    before: str,
    index: Store,
) -> bool:
    """
    Return True if all that an added run turns round is turned already by a
    "neither" among the words before it.
    """
    if run.kind != "added":
        return False
    deal = words_of_deal(run.codes, index)
    if set(deal) != {index.code("not")}:
        return False
    return not letters_of(index, NEITHER).isdisjoint(before[-_AGAIN:])
