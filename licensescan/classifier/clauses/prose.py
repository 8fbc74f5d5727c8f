"""
Read what READMEs say about terms of use: only sentences that state terms, with
what they are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.clauses.detector import Spot
from licensescan.classifier.clauses.meaning import FoundClause
from licensescan.classifier.clauses.patterns import Pattern
from licensescan.classifier.clauses.reading import find
from licensescan.classifier.describe import clauses_in
from licensescan.classifier.document.plain_text import flatten
from licensescan.classifier.document.sentences import Sentence
from licensescan.model.reasons import Reason
from licensescan.model.texts import Clause, Terms
from licensescan.model.trace import SILENT, Trace
from licensescan.rulebook.terms import added

_LONGEST = 700
"""Characters of a sentence of prose; longer ones are lists or tables."""

_STATES = frozenset(
    "use.noncommercial use.research_only use.evaluation_only use.internal_only "
    "use.no_production use.no_competition use.no_hosting use.no_sale use.threshold "
    "use.field use.output use.territory dist.prohibited".split()
)
"""Clauses that prose may state."""

_CAREFUL = frozenset(
    "use.evaluation_only use.internal_only use.no_production dist.prohibited "
    "use.output".split()
)
"""
Clauses whose words are common in ordinary prose ("only for testing"): believed
where licenses are spoken of.
"""

_LEGAL_HEADING = Pattern(
    r"\b(?:licen[cs]\w*|legal|terms|copyright|usage (?:rights|restrictions)"
    r"|restrictions)\b"
)
_LEGAL = Pattern(
    r"\b(?:licen[cs]\w*|terms of use|permission|permitted|prohibited|forbidden"
    r"|not allowed|may not|must not|shall not|copyright|commercial\w*"
    r"|non-?commercial\w*)\b"
)
_LICENSE = Pattern(
    r"\b(?:licen[cs]\w*|terms|permission|agreement|prohibited|forbidden"
    r"|not permitted)\b"
)
_PURPOSE = Pattern(
    r"\b(?:purposes?|use|used|using|uses|usage|only|available|released|distributed"
    r"|provided)\b"
)
_SERVICES = Regex(
    r"\b(?:support|consult\w+|sponsor\w*|training courses?|donat\w+|services"
    r"|partners?|hire)\b"
)
_TRIAL = Regex(r"\b(?:evaluat\w+|trial|demo\w*|days)\b")
_CLAUSE = Regex(
    r"; |(?<=\d)\. (?=\D)|, (?:and|but|while|whereas|or) "
    r"|\b(?:while|whereas|but|however)\b|\band the\b"
    r"|, (?=(?:the |our )?(?:[\w-]+ )?(?:weights|checkpoints|models)"
    r" (?:is|are|was|were)\b)"
)
_SUBJECT = Pattern(
    r"\b(?:(?P<weights>weights?|checkpoints?|pre-?trained (?:models?|networks?)"
    r"|model (?:files|parameters)|parameters)"
    r"|(?P<data>data ?sets?|data|imagenet|corpus|corpora|annotations?|recordings?"
    r"|benchmark)"
    r"|(?P<model>models?|networks?|embeddings)"
    r"|(?P<documentation>documentation|docs|tutorials?|figures?)"
    r"|(?P<software>software|code|source|package|library|toolbox|toolkit|repository"
    r"|project|program|implementation))\b"
)
_COMPOUNDS = (
    ("model", "weights"),
    ("model", "software"),
    ("data", "weights"),
)
"""
Subjects of which the second is meant: "the models weights in this repository"
are weights, "the model code" is code.
"""

_OWN_WORDS = 12
"""Characters at the end of a clause in which no other one begins."""

_FENCES = ("```", "~~~")
_FENCE_INDENT = 3
_PATENTS = Regex(
    r"\b[Pp]atents?\b(?:\s+[\w,:()'`\"\[\]-]+){0,12}?\s+[\[`\"(]*PATENTS\b"
    r"|\bPATENTS\b(?:\s+[\w,()'`\"\[\]-]+){0,10}?\s+patents?\b"
)


def analyse_prose(text: str, trace: Trace[Any] = SILENT) -> Terms:
    """
    Return the license terms that a README or description states in sentences
    of its own.

    Each clause has a `subject` parameter (`weights`, `model`, `data`,
    `documentation` or `software`). Prose is never the whole license: the
    patent grant stays `unknown`, and so does `commercial` without a clause.
    """
    unique: dict[tuple[object, ...], Clause] = {}
    spots = trace.of(clauses_in(text))
    for clause in _stated(_without_code(text), spots):
        unique.setdefault((clause.clause, clause.lines), clause)
    clauses = tuple(unique.values())
    if not clauses:
        return Terms()
    is_forbidden = added(clauses).commercial == "prohibited"
    return Terms(
        commercial="prohibited" if is_forbidden else "conditional",
        clauses=clauses,
        incomplete=True,
    )


def _stated(text: str, trace: Trace[Spot]) -> Iterator[Clause]:
    """Yield the clauses of sentences that state terms, with their subjects."""
    for found in find(text, _STATES, _may_state, trace):
        doubt = _doubt(found)
        if doubt is not None and trace.drops(doubt, found.spot):
            continue
        trace.keeps(Reason.STANDS, found.spot)
        clause = found.clause
        subject = _subject(found.sentence, found.hit.span[1])
        yield replace(clause, params={**clause.params, "subject": subject})


def _without_code(text: str) -> str:
    """
    Return `text` in the same length with the code between fences blanked
    (CommonMark, fenced code blocks).
    """
    if not any(fence in text for fence in _FENCES):
        return text
    rows = text.split("\n")
    fence = ""
    for number, row in enumerate(rows):
        words = row.lstrip(" ")
        is_fence = words.startswith(fence or _FENCES)
        if is_fence and len(row) - len(words) <= _FENCE_INDENT:
            # What stands behind the closing fence is seen again.
            behind = words[3:] if fence else ""
            fence = "" if fence else words[:3]
            rows[number] = behind.rjust(len(row))
        elif fence:
            rows[number] = " " * len(row)
    return "\n".join(rows)


def patents_reference(text: str) -> tuple[int, int] | None:
    """
    Return the lines in which a text says that an additional grant of patent
    rights stands in a PATENTS file, or None.
    """
    if "PATENTS" not in text:
        return None
    match = _PATENTS.search(flatten(text))
    if match is None:
        return None
    first = text.count("\n", 0, match.start())
    last = text.count("\n", 0, match.end())
    return first + 1, last + 1


def _may_state(heading: str, words: str) -> bool:
    """
    Return True if a paragraph may hold a sentence that `_doubt` lets pass:
    nine of ten in a README do not.
    """
    if _LEGAL_HEADING.search(heading):
        return True
    if _LEGAL.search(words) or _LICENSE.search(words):
        return True
    return _is_on_use(words)


def _is_on_use(words: str) -> bool:
    """Return True if both a subject and a use are named."""
    return bool(_PURPOSE.search(words) and _SUBJECT.search(words))


def _doubt(found: FoundClause) -> Reason | None:
    """
    Return why a sentence of prose only uses the words of a term; None if it
    states one.
    """
    text, clause = found.sentence.text, found.clause.clause
    if len(text) > _LONGEST:
        return Reason.NO_SENTENCE
    is_below_heading = bool(_LEGAL_HEADING.search(found.sentence.heading))
    is_licensing = is_below_heading or bool(_LICENSE.search(text))
    if _SERVICES.search(text) and not is_licensing:
        return Reason.SERVICES
    start, end = found.hit.span
    if clause == "use.evaluation_only" and not _TRIAL.search(text[start:end]):
        return Reason.NO_TRIAL
    if clause in _CAREFUL:
        return None if is_licensing else Reason.ORDINARY_WORDS
    if is_below_heading or _LEGAL.search(text) or _is_on_use(text):
        return None
    return Reason.ORDINARY_WORDS


def _subject(sentence: Sentence, end: int) -> str:
    """
    Return what a term is about: the first thing named in the clause that ends
    at `end`, else in the sentence or in the heading.
    """
    subjects = _subjects_before(sentence.text, end)
    for text in (sentence.text, sentence.heading):
        subjects = subjects or _subjects(text)[:1]
    if tuple(subjects[:2]) in _COMPOUNDS:
        return subjects[1]
    return subjects[0] if subjects else "software"


def _subjects_before(text: str, end: int) -> list[str]:
    """
    Return the things named in the clause that ends at `end`; one without a
    subject of its own goes on with that of the clause before it.
    """
    text = text[:end]
    clauses = _CLAUSE.finditer(text, 0, max(0, end - _OWN_WORDS))
    starts = [0, *(match.end() for match in clauses)]
    for start in reversed(starts):
        subjects = _subjects(text, start)
        if subjects:
            return subjects
    return []


def _subjects(text: str, start: int = 0) -> list[str]:
    """Return the kinds of the things that are named from `start` on."""
    return [str(match.lastgroup) for match in _SUBJECT.finditer(text, start)]
