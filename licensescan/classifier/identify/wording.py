"""
Say what words sound like: terms, a limit, a disclaimer, an appendix, or a
license that is only talked of.

Asked of the codes of words that a license explains, or that stand beside its
name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from licensescan.base.index_format import UNKNOWN
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.granted import words_of_grants
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import (
    APPENDIX,
    COMPARED,
    DEAL,
    DISCLAIMING,
    GIVING,
    GRANTED,
    GRANTING,
    HISTORY,
    KINDS,
    LEGAL,
    LIMITING,
    NAMED,
    NUMBERS,
    PAST,
    TELLING,
    VERBS,
    VERSIONED,
    letters_of,
)

_VERSION = Regex(r"-\d")
_NAME_WORDS = 12
"""Words of the longest name that a number can go on with."""

_BEFORE_NAME, _OF_NAME = 6, 2
"""
Words before a name, and of it, that say when and whether it is the license.
"""

_COMPARED = 3
"""Words before a name that may compare it with another."""

_GIVES = 3
"""So many words that give or name something are more than a disclaimer."""

_LEGAL_WORDS, _PARAGRAPH, _MOST_PLACES = 3, 120, 24
"""
Three words of the trade make terms, when they stand in one paragraph: a long
history has some of each.
"""

_APPENDIX_WORDS = 64
"""
Words at the head of missing ones among which they are called an appendix.
"""


def is_mention(
    codes: str,
    start: int,
    end: int,
    index: Store,
) -> bool:
    """
    Return True if the words around the name of a license, which stands from
    `start` to `end`, say that it was the license once, or that something gets
    on with it.
    """
    before = codes[max(0, start - _BEFORE_NAME) : start + _OF_NAME]
    if not letters_of(index, HISTORY).isdisjoint(before):
        return True
    if _was_granted(before, index):
        return True
    beside = codes[max(0, start - _COMPARED) : start]
    beside += codes[end : end + 1]
    return not letters_of(index, COMPARED).isdisjoint(beside)


def _was_granted(codes: str, index: Store) -> bool:
    """
    Return True for "was licensed", with at most one word between the two.
    """
    past, granted = letters_of(index, PAST), letters_of(index, GRANTED)
    return any(
        code in past and not granted.isdisjoint(codes[at + 1 : at + 3])
        for at, code in enumerate(codes)
    )


def is_kind(
    codes: str,
    start: int,
    index: Store,
) -> bool:
    """
    Return True if the word before a name that begins at `start` makes it
    another one: "Affero" before "GPL".
    """
    return start > 0 and codes[start - 1] in letters_of(index, KINDS)


def cuts_version(
    codes: str,
    start: int,
    end: int,
    expression: str,
    index: Store,
) -> bool:
    """
    Return True if a name that stands from `start` to `end` goes on with a
    number of which it knows nothing: "2" of "2.1", or "2.0" after "Eclipse
    Public License".
    """
    numbers = letters_of(index, NUMBERS)
    if end >= len(codes) or codes[end] not in numbers:
        return False
    if codes[end - 1] in numbers:
        return end - start < _NAME_WORDS
    if codes[end - 1] not in letters_of(index, VERSIONED):
        return False
    if not _VERSION.search(expression):
        return False
    digit = word_of(codes[end], index).removeprefix("v")
    return f"-{digit}" not in expression


def word_of(code: str, index: Store) -> str:
    """
    Return the word of a code if it is one that tells relatives or deals apart,
    or one of those that grants are made of.
    """
    return _words_of_codes(index).get(code, "")


@lru_cache(maxsize=4)
def _words_of_codes(index: Store) -> dict[str, str]:
    words = sorted(TELLING | DEAL | words_of_grants())
    by_code = {index.code(word): word for word in words}
    by_code.pop(UNKNOWN, None)
    return by_code


def only_disclaims(
    shared: str,
    theirs: str,
    index: Store,
) -> bool:
    """
    Return True if what a text has in common with a license, `shared` of
    `theirs`, is its disclaimer, and most of the words that give or name
    something are missing: the same disclaimer stands in many licenses.
    """
    if letters_of(index, DISCLAIMING).isdisjoint(shared):
        return False
    gives = letters_of(index, GIVING).__contains__
    given = len(list(islice(filter(gives, shared), _GIVES)))
    if given == _GIVES:
        return False
    return 2 * given <= sum(map(gives, theirs))


def is_legal(codes: str, index: Store) -> bool:
    """
    Return True if unexplained words read like terms: three different words of
    the trade are among them, near each other.
    """
    letters = letters_of(index, LEGAL)
    if len(letters.intersection(codes)) < _LEGAL_WORDS:
        return False
    if len(codes) <= _PARAGRAPH:
        return True
    offsets = [at for at, code in enumerate(codes) if code in letters]
    return any(
        len({codes[at] for at in offsets[first:last]}) >= _LEGAL_WORDS
        for first, last in _within(offsets, _PARAGRAPH)
        if last - first >= _LEGAL_WORDS
    )


def _within(offsets: Sequence[int], width: int) -> Iterator[tuple[int, int]]:
    """
    Yield for each offset the range of those that are at most `width` further
    on; never wider than a dozen of them.
    """
    last = 0
    for first, offset in enumerate(offsets):
        while last < len(offsets) and offsets[last] - offset <= width:
            last += 1
        yield first, min(last, first + _MOST_PLACES)


def is_limiting(codes: str, index: Store) -> bool:
    """
    Return True if unexplained words may be a term of their own: there is a
    word that limits, and one that no name is made of, or a verb. That they are
    one, is for the reading of clauses to say.
    """
    limiting = letters_of(index, LIMITING).intersection(codes)
    if not limiting:
        return False
    if limiting - letters_of(index, NAMED):
        return True
    return not letters_of(index, VERBS).isdisjoint(codes)


def is_granting(codes: str, index: Store) -> bool:
    """
    Return True if a grant is among the words: "permission is hereby granted"
    is no part of a title.
    """
    granting = letters_of(index, GRANTING)
    return index.code("hereby") in codes and not granting.isdisjoint(codes)


def is_appendix(codes: str, index: Store) -> bool:
    """
    Return True if what a text lacks at its end is no term of it: how to apply
    it, an exhibit, who may use its words.
    """
    head = codes[:_APPENDIX_WORDS]
    return not letters_of(index, APPENDIX).isdisjoint(head)
