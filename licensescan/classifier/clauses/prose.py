"""
Read what READMEs say about terms of use: only sentences that state terms, with
what they are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from licensescan.base.lazy_regex import Regex
from licensescan.base.patterns import Pattern
from licensescan.classifier.clauses.detector import Spot
from licensescan.classifier.clauses.meaning import FoundClause
from licensescan.classifier.clauses.reading import find, is_of_another
from licensescan.classifier.clauses.subjects import SUBJECTS, subject_of
from licensescan.classifier.clauses.words import has
from licensescan.classifier.describe import clauses_in
from licensescan.classifier.document.languages import (
    ENGLISH,
    speaks_in,
    spoken,
)
from licensescan.classifier.document.plain_text import flatten
from licensescan.model.reasons import Reason
from licensescan.model.texts import Clause, Terms
from licensescan.model.trace import SILENT, Trace
from licensescan.rulebook.terms import SUBJECT, added

_LONGEST = 700
"""Characters of a sentence of prose; longer ones are lists or tables."""

_STATES = frozenset(
    "use.noncommercial use.research_only use.evaluation_only use.internal_only "
    "use.no_production use.no_competition use.no_hosting use.no_sale use.threshold "
    "use.field use.output use.territory use.platform dist.prohibited "
    "dist.no_modify".split()
)
"""Clauses that prose may state."""

_CAREFUL = frozenset(
    "use.evaluation_only use.internal_only use.no_production dist.prohibited "
    "dist.no_modify use.output use.platform".split()
)
"""
Clauses whose words are common in ordinary prose ("only for testing"): believed
where licenses are spoken of.
"""

_PURPOSES = ("use.noncommercial", "use.research_only", "use.evaluation_only")
"""Clauses that a sentence without a subject may state of the whole."""

_LEGAL_HEADING = Pattern(
    r"\b(?:licen[cs]\w*|legal|terms|copyright|usage (?:rights|restrictions)"
    r"|restrictions)\b"
)
_LEGAL = Pattern(
    r"\b(?:licen[cs]\w*|terms of use|permission|permitted|prohibited|forbidden"
    r"|not allowed|not for \w+ use|may not|must not|shall not|copyright|commercial\w*"
    r"|non-?commercial\w*|free (?:of charge|for)|non-?profit|paid"
    r"|strictly for|all other uses?|off limits|excluded|reserved|nobody may"
    r"|no one may|do not (?:permit|allow|sell|use|copy|redistribute|modify)"
    r"|not (?:granted|licensed|permit|allow)|we do not|sign|pays?|forbid)\b"
)
_LICENSE = Pattern(
    r"\b(?:licen[cs]\w*|terms|permission|agreement|prohibited|forbidden"
    r"|not permitted)\b"
)
_PURPOSE = Pattern(
    r"\b(?:purposes?|use|used|using|uses|usage|only|available|released|distributed"
    r"|provided|access|limited|restricted|reserved|passed on)\b"
)
_LIMIT = Pattern(
    r"\b(?:only|solely|exclusively|strictly|restricted|limited|reserved"
    r"|intended|other than|anything but|nothing but)\b"
)
_SERVICES = Regex(
    r"\b(?:support|consult\w+|sponsor\w*|training courses?|donat\w+|services"
    r"|partners?|hire)\b"
)
_TRIAL = Regex(r"\b(?:evaluat\w+|trial|demo\w*|days)\b")
_FENCES = ("```", "~~~")
_FENCE_INDENT = 3
_PATENTS = Regex(
    r"\b[Pp]atents?\b[)\]:,]*(?:\s+[\w,:()'`\"\[\]-]+){0,12}?\s+[\[`\"(]*"
    r"(?:PATENTS\b|PATENT(?:\.\w+)?[`\")\]]*\s+file\b)"
    r"|\bPATENTS\b(?:\s+[\w,()'`\"\[\]-]+){0,10}?\s+patents?\b"
    r"|(?:특허|特許|[专專]利)[^.。]{0,60}?PATENTS\b"
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
    read = _as_sentences(_without_code(text))
    for clause in _stated(read, spots):
        clause = replace(clause, quote=_as_written(clause, read, text))
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
        if is_of_another(found, trace):
            continue
        # "Restrictions without a license key": of a trial.
        is_variety = has("variety", found.sentence.heading)
        doubt = Reason.ORDINARY_WORDS if is_variety else _doubt(found)
        if doubt is not None and trace.drops(doubt, found.spot):
            continue
        trace.keeps(Reason.STANDS, found.spot)
        clause = found.clause
        hit = found.hit
        subject = subject_of(found.sentence, hit.span[1], hit.language)
        yield replace(clause, params={**clause.params, SUBJECT: subject})


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


def _as_sentences(text: str) -> str:
    """
    Return `text` in the same length with the cells of tables as sentences; a
    first cell that names what the row is about leads the next.
    """
    if "\n|" not in text:
        return text
    return "\n".join(map(_row_as_sentences, text.split("\n")))


def _as_written(clause: Clause, read: str, text: str) -> str | None:
    """Return the quote of a clause that was `read`, as `text` has it."""
    quote = clause.quote
    start = read.find(quote) if quote else -1
    if quote is None or start < 0:
        return quote
    return text[start : start + len(quote)].strip("| ")


def _row_as_sentences(row: str) -> str:
    if not row.startswith("|") or not row.rstrip().endswith("|"):
        return row
    first, *others = row.rstrip()[1:-1].split("|")
    lead = ":" if SUBJECTS.holds(first.lower()) else "."
    rest = ".".join(others)
    return f" {first}{lead}{rest}.".ljust(len(row))


def patents_reference(text: str) -> tuple[int, int] | None:
    """
    Return the lines in which a text says that an additional grant of patent
    rights stands in a PATENTS file, or None.
    """
    if "PATENT" not in text:
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
    if _LEGAL.holds(words) or _LICENSE.holds(words):
        return True
    is_limit = _PURPOSE.holds(words) and _LIMIT.holds(words)
    return is_limit or _is_on_use(words) or bool(spoken(words))


def _is_on_use(words: str) -> bool:
    """Return True if both a subject and a use are named."""
    return _PURPOSE.holds(words) and SUBJECTS.holds(words)


def _doubt(found: FoundClause) -> Reason | None:
    """
    Return why a sentence of prose only uses the words of a term; None if it
    states one.
    """
    text, clause = found.sentence.text, found.clause.clause
    if len(text) > _LONGEST:
        return Reason.NO_SENTENCE
    language = found.hit.language
    if language != ENGLISH:
        is_licensing = speaks_in(language, text)
        return None if is_licensing else Reason.ORDINARY_WORDS
    is_below_heading = bool(_LEGAL_HEADING.search(found.sentence.heading))
    is_licensing = is_below_heading or bool(_LICENSE.search(text))
    if _SERVICES.search(text) and not is_licensing:
        return Reason.SERVICES
    if clause in _PURPOSES and has("fitness", text):
        return Reason.ABOUT_CODE
    is_whole = clause in _PURPOSES and has("only_a_limit", text)
    return None if is_whole else _doubt_of_words(found, is_below_heading)


def _doubt_of_words(
    found: FoundClause, is_below_heading: bool
) -> Reason | None:
    """Return why a sentence with other words beside a term states none."""
    text, clause = found.sentence.text, found.clause.clause
    is_licensing = is_below_heading or bool(_LICENSE.search(text))
    start, end = found.hit.span
    if clause == "use.evaluation_only" and not _TRIAL.search(text[start:end]):
        return Reason.NO_TRIAL
    if clause in _CAREFUL:
        is_licensing = is_licensing or has("own_work", text)
        return None if is_licensing else Reason.ORDINARY_WORDS
    if is_below_heading or _LEGAL.search(text) or _is_on_use(text):
        return None
    return Reason.ORDINARY_WORDS
