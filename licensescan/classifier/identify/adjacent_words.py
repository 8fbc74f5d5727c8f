"""
Judge what stands beside a recognised text, or is left out of its words, and
belongs to it all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.differences import Run, as_differences
from licensescan.classifier.identify.granted import limits_grant
from licensescan.classifier.identify.intervals import Span
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.words import Words
from licensescan.model.texts import Difference

_NEAR_WORDS = 24
"""Words of a text beside a place where others are missing."""

_ITEM = Regex(r"[^\w\n]*(\d)[.)]\s")
_DEMANDS = Regex(
    r"\b(?:must|shall|may not|may only|has to|have to|is required|are required)\b"
)
_THIRD = Regex(
    r"(?:neither the names? of|none of the names? of"
    r"|(?:the )?names? of \w+(?: \w+){0,8} may not)\b"
)
"""How the third condition of BSD's begins."""

_CUT_WORDS = 40
"""Words of it that may be left where a text is cut."""

_LEAST_WORDS, _MOST_WORDS, _KNOWN_WITHIN = 40, 60, 8
"""
A text of fewer words has no list of conditions; so many words are quoted; what
is known begins right there.
"""


def differences_of(
    match: Occurrence,
    tokens: Words,
    index: Store,
) -> tuple[Difference, ...]:
    """
    Return what a match has more or less than its license, and whether it
    matters where it stands.
    """
    differences = as_differences(match.runs, match.span, tokens, index)
    return (
        *_limits_before(match, tokens, index),
        *(
            replace(
                difference,
                matters=_matters_there(difference, run, match, tokens),
            )
            for difference, run in zip(differences, match.runs, strict=True)
        ),
    )


def _limits_before(
    match: Occurrence, tokens: Words, index: Store
) -> Iterator[Difference]:
    """
    Yield what stands before a grant in its sentence and limits it: "For
    teaching, permission is hereby granted".
    """
    if match.size < _LEAST_WORDS:
        return
    known = index.canonical(match.pattern)
    if known is None or not known.grants:
        return
    first, _ = known.grants[0]
    head = match.start
    if first == 0:
        # A title and a holder may stand above; no word of these is a limit.
        head = tokens.codes.find(known.codes[0], head, head + _LEAST_WORDS)
    if head < 1 or tokens.codes[head] != known.codes[first]:
        return
    before = tokens.sentence_before(head)
    if limits_grant(before):
        yield Difference(
            kind="added",
            lines=tokens.lines(head - 1, head),
            words=before,
            matters=True,
        )


def _matters_there(
    difference: Difference,
    run: Run,
    match: Occurrence,
    tokens: Words,
) -> bool:
    """
    Return True if a difference matters in its place, which can make it the
    contrary of what its words say by themselves.
    """
    if run.place:
        return difference.matters
    if difference.kind == "missing":
        return difference.matters and not _stands_with_holder(
            difference, run.start, tokens
        )
    if difference.matters:
        return True
    first_line = tokens.line(match.start)
    return _is_condition((run.start, run.end), first_line, tokens)


def _stands_with_holder(
    difference: Difference,
    at: int,
    tokens: Words,
) -> bool:
    """
    Return True if the missing words stand at this place in a line of
    copyright, of which no word counts: "copyright by A. Fitter. All rights
    reserved except as specified below".
    """
    missing = difference.words.split()
    first = tokens.line(max(0, at - 1))
    last = tokens.line(at)
    beside_holder: set[str] = set()
    for row in tokens.rows[first - 1 : last]:
        _, _, holder = row.lower().partition("copyright")
        beside_holder.update(holder.split())
    near = tokens.quote(max(0, at - _NEAR_WORDS), at + _NEAR_WORDS)
    counted = near.split()
    return bool(missing) and beside_holder.difference(counted).issuperset(
        missing
    )


def completed(matches: list[Occurrence], tokens: Words) -> list[Occurrence]:
    """
    Return `matches` with the BSD license of three conditions where the text
    ends within the third: of a source file only the beginning is read, and
    what stands there of that license is the one of two conditions.
    """
    if not matches or matches[-1].pattern.expression != "BSD-2-Clause":
        return matches
    last = matches[-1]
    size = len(tokens.codes)
    if not 0 < size - last.end <= _CUT_WORDS:
        return matches
    if not _THIRD.match(tokens.quote(last.end, size)):
        return matches
    pattern = replace(last.pattern, expression="BSD-3-Clause")
    return [*matches[:-1], replace(last, pattern=pattern)]


def further_conditions(
    matches: Sequence[Occurrence], tokens: Words
) -> dict[int, Difference]:
    """
    Return for the end of each text whose numbered conditions go on after it
    with one that nothing accounts for, that condition: BSD's three, and "4.
    The documentation must include ...". `matches` is all that was recognised,
    in order.
    """
    conditions = {}
    for match, following in zip_longest(matches, matches[1:]):
        if match.size < _LEAST_WORDS or not match.pattern.expression:
            continue
        start = match.end
        end = len(tokens.codes) if following is None else following.start
        end = min(end, start + _MOST_WORDS)
        first_line = tokens.line(match.start)
        if end - start < _KNOWN_WITHIN:
            continue
        if _is_condition((start, end), first_line, tokens):
            conditions[start] = Difference(
                kind="added",
                lines=tokens.lines(start, end),
                words=tokens.quote(start, end),
                matters=True,
            )
    return conditions


def _is_condition(
    span: Span,
    first_line: int,
    tokens: Words,
) -> bool:
    """
    Return True if the words of a span are a demand with the next number of a
    list that began after line `first_line`.
    """
    start, end = span
    line = tokens.line(start)
    if tokens.starts[line - 1] != start:
        return False
    item = _ITEM.match(tokens.rows[line - 1])
    if item is None or item[1] < "2":
        return False
    before = str(int(item[1]) - 1)
    numbers = map(_ITEM.match, tokens.rows[first_line : line - 1])
    if all(number is None or number[1] != before for number in numbers):
        return False
    return bool(_DEMANDS.search(tokens.quote(start, end)))
