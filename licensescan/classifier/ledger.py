"""
Account for every word of a license file: what no known text, name or tag
covers is cut into sentences, the residue, which `residue` judges.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from licensescan.classifier.document.languages import (
    ASIAN,
    count_words,
    language_of_script,
)
from licensescan.classifier.identify.intervals import Span
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.sifting import SHORT
from licensescan.standards.spdx_text import is_scancode

_ENDS = frozenset(".;:!?。！？；")
"""Signs that may end a sentence."""

_OWN = 0.5
"""The share of its words that makes a sentence residue as a whole."""

_FRAGMENT = 3
"""So many words in a row, put into a known sentence, are residue."""

_WRAPPED = 0.65
"""A row this much shorter than the longest of its paragraph goes not on."""

_BULLETS = ("-", "*", "•", "+", "·", "–")


class Left(NamedTuple):
    """
    Words that nothing accounts for, the lines they stand in, whether they are
    but a part of a sentence, and whether a license is named among them.
    """

    lines: Span
    words: Sequence[str]
    said: str
    is_cut: bool = False
    names_license: bool = False


def left_over(
    tokens: Words, found: Sequence[Occurrence], seen: Sequence[Occurrence]
) -> Iterator[Left]:
    """
    Yield what a text says that none of the patterns `found` accounts for, nor
    those `seen` that are known to give nothing.
    """
    covered = _covered(tokens, found, seen)
    named = bytearray(len(covered))
    for one in filter(_is_name, (*found, *seen)):
        named[one.start : one.end] = b"\1" * one.size
    is_open = [
        covered.find(0, start, end) >= 0
        for start, end in itertools.pairwise(tokens.starts)
    ]
    for first, last in _paragraphs(tokens.rows, is_open):
        paragraph = _Paragraph(tokens, first, last)
        for start, end in paragraph.sentences():
            is_named = named.find(1, start, end) >= 0
            for left in _of_sentence(paragraph, covered, start, end):
                yield left._replace(names_license=is_named)


def _covered(
    tokens: Words, found: Sequence[Occurrence], seen: Sequence[Occurrence]
) -> bytearray:
    """Return for each word whether something accounts for it."""
    covered = bytearray(len(tokens.codes))
    silent = (one for one in seen if not one.pattern.expression)
    for one in (*found, *silent):
        covered[one.start : one.end] = b"\1" * one.size
    added = (run for one in found for run in one.runs if run.kind == "added")
    for run in added:
        covered[run.start : run.end] = bytes(run.end - run.start)
    for at in _in_other_letters(tokens):
        covered[at] = 0
    return covered


def _is_name(one: Occurrence) -> bool:
    """Return True for the name of a license that is on SPDX's list."""
    name = one.pattern.expression
    return one.size < SHORT and bool(name) and not is_scancode(name)


def _in_other_letters(tokens: Words) -> Iterator[int]:
    """
    Yield the places of words in letters of Asia, which a license takes for
    names.
    """
    for number, row in enumerate(tokens.rows):
        if row.isascii() or not tokens.spans[number]:
            continue
        first = tokens.starts[number]
        words = tokens.quote(first, tokens.starts[number + 1]).split()
        for at, word in enumerate(words, first):
            if language_of_script(word) in ASIAN:
                yield at


def _paragraphs(
    rows: Sequence[str], is_open: Sequence[bool]
) -> Iterator[Span]:
    """Yield the first and last row (from 0) of paragraphs with open rows."""
    first = None
    opened = False
    for number, row in enumerate([*rows, ""]):
        if row.strip(" \t#/*-=_.~|>;"):
            first = number if first is None else first
            opened = opened or is_open[number]
        else:
            if first is not None and opened:
                yield first, number - 1
            first, opened = None, False


class _Paragraph:
    """Some rows of a text (from 0), which are read once for all of it."""

    def __init__(self, tokens: Words, first: int, last: int) -> None:
        self._tokens = tokens
        self._first, self._last = first, last
        self._rows, self._words = tokens.cleared(first, last)

    def sentences(self) -> Iterator[Span]:
        """Yield where the sentences begin and end, in words."""
        starts, first = self._tokens.starts, self._first
        sizes = self._sizes()
        shortest = _WRAPPED * max(sizes)
        begun = starts[first]
        for number, size in enumerate(sizes, first):
            for end in self._ends_in(number, is_short=size < shortest):
                if end > begun:
                    yield begun, end
                    begun = end
        if begun < starts[self._last + 1]:
            yield begun, starts[self._last + 1]

    def _sizes(self) -> Sequence[int]:
        rows = self._tokens.rows[self._first : self._last + 1]
        return [len(row.rstrip()) for row in rows]

    def _ends_in(self, number: int, *, is_short: bool) -> Iterator[int]:
        """Yield where sentences end in a row: a short one goes not on."""
        row = self._rows[number - self._first]
        base, end = self._tokens.starts[number : number + 2]
        if row.lstrip().startswith(_BULLETS):
            yield base
        if not _ENDS.isdisjoint(row):
            yield from self._ends_at_signs(number, base, end)
        if is_short:
            yield end

    def _ends_at_signs(
        self, number: int, base: int, end: int
    ) -> Iterator[int]:
        """Yield where sentences end in a row that has signs of an end."""
        row = self._rows[number - self._first]
        places = self._tokens.places(row)[: end - base]
        for at in sorted(_words_with_signs(row, places)):
            stop = places[at + 1] if at + 1 < len(places) else len(row)
            if _ends(row[places[at] : stop], is_last=base + at + 1 == end):
                yield base + at + 1

    def left(self, start: int, end: int) -> Left:
        """Return the words from `start` to `end` as left over."""
        base = self._tokens.starts[self._first]
        words = self._words[start - base : end - base]
        return Left(self._tokens.lines(start, end), words, " ".join(words))


def _words_with_signs(row: str, places: Sequence[int]) -> set[int]:
    """Return which words of a row, by where they begin, have signs behind."""
    before = set()
    for sign in _ENDS.intersection(row):
        at = row.find(sign)
        while at >= 0:
            before.add(bisect_right(places, at) - 1)
            at = row.find(sign, at + 1)
    return before - {-1}


def _ends(word: str, *, is_last: bool) -> bool:
    """Return True if a sentence ends with a word and the signs behind it."""
    signs = word.lstrip("abcdefghijklmnopqrstuvwxyz0123456789")
    signs = signs.rstrip() if is_last else signs
    for at, sign in enumerate(signs):
        if sign in _ENDS:
            rest = signs[at + 1 : at + 2]
            is_apart = rest in tuple(" \t\"')") if rest else is_last
            if is_apart:
                return len(word) - len(signs) > 2
    return False


def _of_sentence(
    paragraph: _Paragraph, covered: bytearray, start: int, end: int
) -> Iterator[Left]:
    size = end - start
    known = covered.count(1, start, end)
    if size == 0 or known == size:
        return
    if size - known >= _OWN * size:
        yield paragraph.left(start, end)
        return
    at = start
    while at < end:
        if covered[at]:
            at += 1
            continue
        stop = next((n for n in range(at, end) if covered[n]), end)
        left = paragraph.left(at, stop)
        if count_words(left.said) >= _FRAGMENT:
            yield left._replace(is_cut=True)
        at = stop
