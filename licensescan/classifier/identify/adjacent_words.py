"""
What stands beside a recognised text, or is left out of its words, and belongs to it all
the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.differences import Run, judged
from licensescan.classifier.identify.resolve import Found
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
    r"(?:neither the names? of|none of the names? of|(?:the )?names? of \w+(?: \w+){0,8} may not)\b"
)
_CUT_WORDS = 40
"""
The third condition of BSD's, and how many words of a text may be left where it is cut.
"""

_LEAST_WORDS, _MOST_WORDS, _KNOWN_WITHIN = 40, 60, 8
"""
A text of fewer words has no list of conditions; so many words are quoted; what is known
begins right there.
"""


def differences_of(one: Found, held: Words, store: Store) -> tuple[Difference, ...]:
    """
    What `one` has more or less than its license, and whether it matters where it
    stands.
    """
    told = judged(one.runs, one.start, one.end, held, store)
    return tuple(
        replace(d, matters=d.matters != _turns(d, run, one, held))
        for d, run in zip(told, one.runs, strict=True)
    )


def _turns(difference: Difference, run: Run, one: Found, held: Words) -> bool:
    """
    Whether a difference counts for the contrary of what its words say by themselves.
    """
    if difference.matters:
        return difference.kind == "missing" and _stands_with_holder(
            difference, run, held
        )
    return difference.kind == "added" and _is_condition(
        run.start, run.end, held.line(one.start), held
    )


def _stands_with_holder(difference: Difference, run: Run, held: Words) -> bool:
    """
    Whether the missing words stand there in a line of copyright, of which no word
    counts: "copyright by A. Fitter. All rights reserved except as specified below".
    """
    missing, place = difference.words.split(), run.start
    rows = held.rows[held.line(max(0, place - 1)) - 1 : held.line(place)]
    told = " ".join(row.lower().partition("copyright")[2] for row in rows).split()
    counted = held.quote(max(0, place - _NEAR_WORDS), place + _NEAR_WORDS).split()
    return bool(missing) and all(
        word in told and word not in counted for word in missing
    )


def completed(found: list[Found], held: Words) -> list[Found]:
    """
    `found`, with the BSD license of three conditions where the text ends within the
    third: of a source file only the beginning is read, and what stands there of that
    license is the one of two conditions.
    """
    last = found[-1] if found else None
    if (
        last is None
        or last.pattern.expression != "BSD-2-Clause"
        or not 0 < len(held.codes) - last.end <= _CUT_WORDS
    ):
        return found
    if not _THIRD.match(held.quote(last.end, len(held.codes))):
        return found
    return [
        *found[:-1],
        replace(last, pattern=replace(last.pattern, expression="BSD-3-Clause")),
    ]


def further_conditions(found: Sequence[Found], held: Words) -> dict[int, Difference]:
    """
    For the end of each text whose numbered conditions go on after it with one that
    nothing accounts for, that condition: BSD's three, and "4. The documentation must
    include ...". `found` is all that was recognised, in order.
    """
    told = {}
    for one, after in zip_longest(found, found[1:]):
        if one.size < _LEAST_WORDS or not one.pattern.expression:
            continue
        end = min(
            one.end + _MOST_WORDS, len(held.codes) if after is None else after.start
        )
        if end - one.end >= _KNOWN_WITHIN and _is_condition(
            one.end, end, held.line(one.start), held
        ):
            words = held.quote(one.end, end)
            told[one.end] = Difference(
                kind="added", lines=held.lines(one.end, end), words=words, matters=True
            )
    return told


def _is_condition(start: int, end: int, first: int, held: Words) -> bool:
    """
    Whether the words from `start` are a demand with the next number of a list that
    began after line `first`.
    """
    line = held.line(start)
    number = (
        _ITEM.match(held.rows[line - 1]) if held.starts[line - 1] == start else None
    )
    if number is None or number[1] < "2":
        return False
    before = str(int(number[1]) - 1)
    listed = any(
        (item := _ITEM.match(row)) and item[1] == before
        for row in held.rows[first : line - 1]
    )
    return listed and bool(_DEMANDS.search(held.quote(start, end)))
