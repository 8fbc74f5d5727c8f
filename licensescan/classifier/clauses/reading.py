"""
Read a text for clauses: each sentence past the detectors, each hit with its
lines and its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import replace
from typing import Any

from licensescan.classifier.clauses.detector import Hit, Spot
from licensescan.classifier.clauses.detectors import detectors, hits
from licensescan.classifier.clauses.meaning import FoundClause, terms
from licensescan.classifier.clauses.scope import Span
from licensescan.classifier.clauses.subjects import (
    OTHERS,
    subject_of,
    subjects_in,
)
from licensescan.classifier.clauses.words import (
    has,
    read_languages,
    words,
)
from licensescan.classifier.describe import clauses_in
from licensescan.classifier.document.languages import (
    ENGLISH,
    language_of,
    may_be_spoken,
)
from licensescan.classifier.document.sentences import Sentence, sentences
from licensescan.model.reasons import Reason
from licensescan.model.texts import Clause, Terms
from licensescan.model.trace import SILENT, Trace
from licensescan.rulebook.terms import FORBIDDING, ON_USERS, SUBJECT, VARIETY

LONGEST_QUOTE = 1_200
"""
Characters of a quote; a longer sentence is cut at the semicolons and commas
around what was found.
"""

_LONGEST_LEAD = 300
_NEAR = 60
"""Characters before a permission in which it is taken back."""

_BEFORE = 600
"""Characters in which the sentence before is looked for."""

_OF_THE_WORK = frozenset({"dist.no_modify"})
"""Clauses whose words are common in what is said of data in a program."""

_OF_TERMS = ("licen", "permi", "copyright", "prohibit", "forbid", "allowed")
"""Words by which a sentence is about terms."""

_SENTENCE_END = re.compile(r"[.;] ")


def analyse(
    text: str, *, complete: bool = True, trace: Trace[Any] = SILENT
) -> Terms:
    """
    Return what `text` provides on patents, commercial use and sharing, from
    its words alone.

    Clauses come in reading order; their lines count from 1 and their quotes
    are cut from `text` word for word. With `complete` false (a fragment, a
    diff, the rest of a known text) silence is not a finding: what is not said
    is `unknown`, and a clause about weights or data has them as `subject`.
    """
    spots = trace.of(clauses_in(text))
    read = tuple(sentences(text))
    found = tuple(_found(text, read, trace=spots))
    if not complete:
        own = (f for f in found if not is_of_another(f, spots))
        found = tuple(map(_with_subject, own))
    if any(clause.hit.weak for clause in found) and _gives_freely(read):
        found = _without_weak(found, spots)
    for clause in found:
        spots.keeps(Reason.STANDS, clause.spot)
    return terms(
        found,
        text,
        complete=complete,
        is_commercial=_grants_commerce(read),
        is_for_all_ends=_gives_all(read, language_of(text)),
    )


def may_hold(text: str, wanted: Callable[[str], bool]) -> bool:
    """
    Return True if a clause whose name is `wanted` may stand in a text: false
    means that `analyse` finds none.
    """
    clauses = (detector.clause for detector in detectors())
    return any(find(text, frozenset(filter(wanted, clauses))))


def speaks_of_commerce(text: str) -> bool:
    """Return True if a text has words without which none allows commerce."""
    return has("commerce", text.lower())


def _without_weak(
    found: Iterable[FoundClause],
    trace: Trace[Spot],
) -> tuple[FoundClause, ...]:
    """
    Return the clauses that count in a text that gives the work away freely.
    """
    return tuple(
        clause
        for clause in found
        if not clause.hit.weak
        or not trace.drops(Reason.GIVEN_FREELY, clause.spot)
    )


def is_of_another(found: FoundClause, trace: Trace[Spot]) -> bool:
    """
    Return True if a sentence tells of the terms of another thing, or of what
    must not be changed while a program runs.
    """
    sentence, hit, clause = found
    if has("others_terms", sentence.text[sentence.own :]):
        return trace.drops(Reason.OF_OTHERS, found.spot)
    if clause.clause not in _OF_THE_WORK or _is_on_work(sentence.text, hit):
        return False
    return trace.drops(Reason.ORDINARY_WORDS, found.spot)


def _is_on_work(text: str, hit: Hit) -> bool:
    """Return True if a sentence names the work, or speaks of licensing."""
    if hit.language != ENGLISH:
        return bool(subjects_in(text, 0, hit.language))
    return any(word in text for word in _OF_TERMS) or has("own_work", text)


def _with_subject(found: FoundClause) -> FoundClause:
    """Return a clause with what it is about, where that is not the software."""
    sentence, hit, clause = found
    if clause.clause in ON_USERS:
        return found
    subject = subject_of(sentence, hit.span[1], hit.language)
    if subject not in OTHERS:
        return found
    params = {**clause.params, SUBJECT: subject}
    return found._replace(clause=replace(clause, params=params))


def _gives_freely(read: Iterable[Sentence]) -> bool:
    """
    Return True if a sentence allows to change the work and to pass it on, and
    limits neither.
    """
    grants = [s.text for s in read if has("free_grant", s.text)]
    free = [text for text in grants if not has("only", text)]
    return not all(has("limited_grant", text) for text in free)


def _grants_commerce(read: Iterable[Sentence]) -> bool:
    """Return True if a sentence allows commerce with the work itself."""
    spoken = (s.text for s in read if not s.title)
    return any(
        _allows_commerce(text, language)
        for text in spoken
        if has("commerce", text)
        for language in sorted(read_languages())
        if language == ENGLISH or may_be_spoken(language, text)
    )


def _gives_all(
    read: Iterable[Sentence],
    language: str,
) -> bool:
    """
    Return True if a sentence of a language of which only some ideas are read
    gives the work for all ends.
    """
    if language == ENGLISH or language not in read_languages():
        return False
    return any(has("gives_all", s.text, language) for s in read if not s.title)


def _allows_commerce(text: str, language: str) -> bool:
    return any(
        not has("not_of_work", text[max(0, start - _NEAR) : end], language)
        for start, end in words("grants_commerce", language).spans(text)
    )


def find(
    text: str,
    clauses: Collection[str] | None = None,
    wanted: Callable[[str, str], bool] | None = None,
    trace: Trace[Spot] = SILENT,
) -> Iterator[FoundClause]:
    """
    Yield each clause found in `text` with its sentence, in reading order (with
    `clauses`: only these; with `wanted`: only in the paragraphs of which it is
    true, see `sentences`).
    """
    return _found(text, sentences(text, wanted), clauses, trace)


def _found(
    text: str,
    read: Iterable[Sentence],
    clauses: Collection[str] | None = None,
    trace: Trace[Spot] = SILENT,
) -> Iterator[FoundClause]:
    breaks = re.finditer("\n", text)
    line_starts = [0, *(match.end() for match in breaks)]
    for sentence, hit in hits(read, clauses, trace):
        start, end = _quoted(text, sentence, hit)
        clause = Clause(
            clause=hit.clause,
            params=_params(text, sentence, hit),
            lines=_lines(line_starts, start, end),
            quote=text[start:end],
            lead=_lead(sentence),
            confidence=hit.confidence,
        )
        yield FoundClause(sentence, hit, clause)


def _lines(
    line_starts: Sequence[int],
    start: int,
    end: int,
) -> tuple[int, int]:
    first = bisect_right(line_starts, start)
    last = bisect_right(line_starts, max(start, end - 1))
    return first, last


def _params(
    text: str,
    sentence: Sentence,
    hit: Hit,
) -> Mapping[str, str]:
    """
    Return the parameters of a hit; of one that forbids with the kind of
    license that is limited, if only one is.
    """
    variety = _variety(text, sentence) if hit.clause in FORBIDDING else None
    if variety is None:
        return hit.params
    return {**hit.params, VARIETY: variety[0].strip()}


def _variety(text: str, sentence: Sentence) -> re.Match[str] | None:
    """
    Return the words that say that only one kind of license is limited, in the
    sentence or in the one that leads to it.
    """
    above = text[max(0, sentence.start - _BEFORE) : sentence.start]
    paragraph = above.rpartition("\n\n")[2]
    plain = " ".join(paragraph.lower().split()).rstrip(". ")
    before = _SENTENCE_END.split(plain)[-1]
    variety = words("variety").search(sentence.text)
    return variety or words("received").search(before)


def _lead(sentence: Sentence) -> str:
    """Return what a sentence goes on with, cut at the left when it is long."""
    lead = sentence.lead
    if len(lead) <= _LONGEST_LEAD:
        return lead
    _, _, end = lead[-_LONGEST_LEAD:].partition(" ")
    return f"… {end}"


def _quoted(
    text: str,
    sentence: Sentence,
    hit: Hit,
) -> Span:
    """Return which words of the text are quoted for a hit."""
    start, end = sentence.start, sentence.end
    if end - start <= LONGEST_QUOTE:
        return start, end
    first, last = _place(sentence, hit)
    last = min(last, first + LONGEST_QUOTE // 2)
    room = (LONGEST_QUOTE - (last - first)) // 2
    low = max(start, first - room)
    high = min(end, last + room)
    if low > start:
        low = _cut_left(text, low, first)
    if high < end:
        high = _cut_right(text, last, high)
    return low, high


def _place(sentence: Sentence, hit: Hit) -> Span:
    """
    Return where a hit stands in the text: it is found again by its share of
    the sentence, since marks may stand between the words.
    """
    size = sentence.end - sentence.start
    share = size / max(1, len(sentence.text) - sentence.own)
    first, last = (max(0, at - sentence.own) for at in hit.span)
    start = sentence.start + int(first * share)
    end = sentence.start + int(last * share)
    return start, min(sentence.end, end)


def _cut_left(
    text: str,
    low: int,
    high: int,
) -> int:
    """Return where a quote begins: behind a mark between `low` and `high`."""
    for mark in (";", ":", ",", " "):
        at = text.find(mark, low, high)
        if at >= 0:
            rest = text[at + 1 : high]
            return high - len(rest.lstrip())
    return low


def _cut_right(
    text: str,
    low: int,
    high: int,
) -> int:
    """Return where a quote ends: before a mark between `low` and `high`."""
    for mark in (";", ",", " "):
        at = text.rfind(mark, low, high)
        if at >= 0:
            return at
    return high
