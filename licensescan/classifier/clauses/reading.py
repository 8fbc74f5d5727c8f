"""
Reading a text for clauses: each sentence past the detectors, each hit with its lines
and its words.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from licensescan.classifier.clauses.detectors import Hit, Spot, hits
from licensescan.classifier.clauses.meaning import Found, terms
from licensescan.classifier.clauses.words import words
from licensescan.classifier.describe import clauses_in
from licensescan.classifier.document.sentences import Sentence, sentences
from licensescan.model.reasons import Reason
from licensescan.model.texts import Clause, Terms
from licensescan.model.trace import SILENT, Trace
from licensescan.rulebook.terms import FORBIDDING, VARIETY

LONGEST_QUOTE = 1_200
"""
Characters of a quote; a longer sentence is cut at the semicolons and commas around what
was found.
"""

_LONGEST_LEAD = 300
_BEFORE = 600
"""Characters in which the sentence before is looked for."""

_SENTENCE_END = re.compile(r"[.;] ")


def analyse(text: str, *, complete: bool = True, trace: Trace[Any] = SILENT) -> Terms:
    """
    Say what `text` provides on patents, commercial use and sharing, from its words
    alone.

    Clauses come in reading order; their lines count from 1 and their quotes are cut
    from `text` word for word. With `complete` false (a fragment, a diff, the rest of a
    known text) silence is not a finding: what is not said is `unknown`.
    """
    read = tuple(sentences(text))
    spots = trace.of(clauses_in(text))
    found = tuple(_found(text, read, trace=spots))
    if any(hit.weak for _, hit, _ in found) and _gives_freely(read):
        found = tuple(
            (sentence, hit, clause)
            for sentence, hit, clause in found
            if not hit.weak
            or not spots.drops(Reason.GIVEN_FREELY, (sentence, clause.clause))
        )
    for sentence, _, clause in found:
        spots.keeps(Reason.STANDS, (sentence, clause.clause))
    return terms(found, text, complete=complete)


def _gives_freely(read: Iterable[Sentence]) -> bool:
    """
    Whether a sentence allows to change the work and to pass it on, and limits neither.
    """
    return any(
        words("free_grant").search(sentence.text)
        and not words("only").search(sentence.text)
        and not words("limited_grant").search(sentence.text)
        for sentence in read
    )


def find(
    text: str,
    of: Collection[str] | None = None,
    wanted: Callable[[str, str], bool] | None = None,
    trace: Trace[Spot] = SILENT,
) -> Iterator[Found]:
    """
    Each clause found in `text` (with `of`: only these clauses; with `wanted`: only in
    the paragraphs of which it is true, see `sentences`), with its sentence; in reading
    order.
    """
    return _found(text, sentences(text, wanted), of, trace)


def _found(
    text: str,
    read: Iterable[Sentence],
    of: Collection[str] | None = None,
    trace: Trace[Spot] = SILENT,
) -> Iterator[Found]:
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    for sentence, hit in hits(read, of, trace):
        start, end = _quote(text, sentence, hit)
        lines = (
            bisect.bisect_right(starts, start),
            bisect.bisect_right(starts, max(start, end - 1)),
        )
        kind = _variety(text, sentence) if hit.clause in FORBIDDING else None
        clause = Clause(
            clause=hit.clause,
            params={**hit.params, VARIETY: kind.group().strip()}
            if kind
            else hit.params,
            lines=lines,
            quote=text[start:end],
            lead=_lead(sentence),
            confidence=hit.confidence,
        )
        yield sentence, hit, clause


def _variety(text: str, sentence: Sentence) -> re.Match[str] | None:
    """
    The words that say that only one kind of license is limited, in the sentence or in
    the one that leads to it.
    """
    above = text[max(0, sentence.start - _BEFORE) : sentence.start].rpartition("\n\n")[
        2
    ]
    before = _SENTENCE_END.split(" ".join(above.lower().split()).rstrip(". "))[-1]
    return words("variety").search(sentence.text) or words("received").search(before)


def _lead(sentence: Sentence) -> str:
    lead = sentence.lead
    return (
        lead
        if len(lead) <= _LONGEST_LEAD
        else "… " + lead[-_LONGEST_LEAD:].partition(" ")[2]
    )


def _quote(text: str, sentence: Sentence, hit: Hit) -> tuple[int, int]:
    if sentence.end - sentence.start <= LONGEST_QUOTE:
        return sentence.start, sentence.end
    # The place of the hit among the words of the sentence, found again by share: marks
    # may stand between the words.
    own = len(sentence.text) - sentence.own
    share = (sentence.end - sentence.start) / max(1, own)
    first = sentence.start + int(max(0, hit.span[0] - sentence.own) * share)
    last = min(
        sentence.end, sentence.start + int(max(0, hit.span[1] - sentence.own) * share)
    )
    last = min(last, first + LONGEST_QUOTE // 2)
    room = (LONGEST_QUOTE - (last - first)) // 2
    start = _cut_left(text, max(sentence.start, first - room), first, sentence.start)
    end = _cut_right(text, last, min(sentence.end, last + room), sentence.end)
    return start, end


def _cut_left(text: str, low: int, high: int, limit: int) -> int:
    if low == limit:
        return limit
    for mark in (";", ":", ",", " "):
        at = text.find(mark, low, high)
        if at >= 0:
            return at + 1 + len(text[at + 1 : high]) - len(text[at + 1 : high].lstrip())
    return low


def _cut_right(text: str, low: int, high: int, limit: int) -> int:
    if high == limit:
        return limit
    for mark in (";", ",", " "):
        at = text.rfind(mark, low, high)
        if at >= 0:
            return at
    return high
