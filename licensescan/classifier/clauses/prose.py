"""
What READMEs say about terms of use: only sentences that state terms, with what they are
about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.clauses.detectors import Hit
from licensescan.classifier.clauses.patterns import Pattern
from licensescan.classifier.clauses.reading import find
from licensescan.classifier.describe import clauses_in
from licensescan.classifier.document.plain_text import flatten
from licensescan.classifier.document.sentences import Sentence
from licensescan.model.reasons import Reason
from licensescan.model.texts import Clause, Terms
from licensescan.model.trace import SILENT, Trace
from licensescan.rulebook.terms import added

LONGEST = 700
"""Characters of a sentence of prose; longer ones are lists or tables."""

_STATES = frozenset(
    "use.noncommercial use.research_only use.evaluation_only use.internal_only use.no_production use.no_competition"
    " use.no_hosting use.no_sale use.threshold use.field use.output use.territory dist.prohibited".split()
)
_CAREFUL = frozenset(
    "use.evaluation_only use.internal_only use.no_production dist.prohibited use.output".split()
)
"""
Clauses whose words are common in ordinary prose ("only for testing"): believed where
licenses are spoken of.
"""

_LEGAL_HEADING = Pattern(
    r"\b(?:licen[cs]\w*|legal|terms|copyright|usage (?:rights|restrictions)|restrictions)\b"
)
_LEGAL = Pattern(
    r"\b(?:licen[cs]\w*|terms of use|permission|permitted|prohibited|forbidden|not allowed|may not|must not|shall not"
    r"|copyright|commercial\w*|non-?commercial\w*)\b"
)
_LICENSE = Pattern(
    r"\b(?:licen[cs]\w*|terms|permission|agreement|prohibited|forbidden|not permitted)\b"
)
_PURPOSE = Pattern(
    r"\b(?:purposes?|use|used|using|uses|usage|only|available|released|distributed|provided)\b"
)
_SERVICES = Regex(
    r"\b(?:support|consult\w+|sponsor\w*|training courses?|donat\w+|services|partners?|hire)\b"
)
_TRIAL = Regex(r"\b(?:evaluat\w+|trial|demo\w*|days)\b")
_CLAUSE = Regex(
    r"; |(?<=\d)\. (?=\D)|, (?:and|but|while|whereas|or) |\b(?:while|whereas|but|however)\b|\band the\b"
    r"|, (?=(?:the |our )?(?:[\w-]+ )?(?:weights|checkpoints|models) (?:is|are|was|were)\b)"
)
_SUBJECT = Pattern(
    r"\b(?:(?P<weights>weights?|checkpoints?|pre-?trained (?:models?|networks?)|model (?:files|parameters)|parameters)"
    r"|(?P<data>data ?sets?|data|imagenet|corpus|corpora|annotations?|recordings?|benchmark)"
    r"|(?P<model>models?|networks?|embeddings)|(?P<documentation>documentation|docs|tutorials?|figures?)"
    r"|(?P<software>software|code|source|package|library|toolbox|toolkit|repository|project|program|implementation))\b"
)
_FENCES = ("```", "~~~")
_FENCE_INDENT = 3
_PATENTS = Regex(
    r"\b[Pp]atents?\b(?:\s+[\w,:()'`\"\[\]-]+){0,12}?\s+[\[`\"(]*PATENTS\b"
    r"|\bPATENTS\b(?:\s+[\w,()'`\"\[\]-]+){0,10}?\s+patents?\b"
)


def analyse_prose(text: str, trace: Trace[Any] = SILENT) -> Terms:
    """
    The license terms that a README or description states in sentences of its own.

    Each clause has a `subject` parameter (`weights`, `model`, `data`, `documentation`
    or `software`). Prose is never the whole license: the patent grant stays `unknown`,
    and so does `commercial` without a clause.
    """
    visible = _without_code(text) if any(map(text.__contains__, _FENCES)) else text
    unique: dict[tuple[object, ...], Clause] = {}
    spots = trace.of(clauses_in(text))
    for sentence, hit, clause in find(visible, _STATES, _may_state, spots):
        spot = (sentence, clause.clause)
        doubt = _doubt(sentence, hit, clause)
        if doubt is not None and spots.drops(doubt, spot):
            continue
        spots.keeps(Reason.STANDS, spot)
        params = {**clause.params, "subject": _subject(sentence, hit.span[1])}
        unique.setdefault((clause.clause, clause.lines), replace(clause, params=params))
    clauses = tuple(unique.values())
    if not clauses:
        return Terms()
    forbidden = added(clauses).commercial == "prohibited"
    return Terms(
        commercial="prohibited" if forbidden else "conditional",
        clauses=clauses,
        incomplete=True,
    )


def _without_code(text: str) -> str:
    """
    `text` in the same length with the code between fences blanked (CommonMark, fenced
    code blocks).
    """
    rows = text.split("\n")
    inside = ""
    for number, row in enumerate(rows):
        words = row.lstrip(" ")
        mark = (
            words[:3]
            if len(row) - len(words) <= _FENCE_INDENT
            and words.startswith(inside or _FENCES)
            else ""
        )
        if mark and inside:
            # What stands behind the closing fence is seen again.
            rows[number] = words[3:].rjust(len(row))
            inside = ""
        elif mark or inside:
            inside = inside or mark
            rows[number] = " " * len(row)
    return "\n".join(rows)


def patents_reference(text: str) -> tuple[int, int] | None:
    """
    The lines in which a text says that an additional grant of patent rights stands in a
    PATENTS file, or None.
    """
    match = _PATENTS.search(flatten(text)) if "PATENTS" in text else None
    if match is None:
        return None
    return text.count("\n", 0, match.start()) + 1, text.count("\n", 0, match.end()) + 1


def _may_state(heading: str, words: str) -> bool:
    """
    Whether a paragraph may hold a sentence that `_doubt` lets pass: nine of ten in a
    README do not.
    """
    if _LEGAL_HEADING.search(heading) or _LEGAL.search(words) or _LICENSE.search(words):
        return True
    return bool(_PURPOSE.search(words) and _SUBJECT.search(words))


def _doubt(sentence: Sentence, hit: Hit, clause: Clause) -> Reason | None:
    """
    Return why a sentence of prose only uses the words of a term; None if it states one.
    """
    text = sentence.text
    if len(text) > LONGEST:
        return Reason.NO_SENTENCE
    is_under_heading = bool(_LEGAL_HEADING.search(sentence.heading))
    is_licensing = is_under_heading or bool(_LICENSE.search(text))
    if _SERVICES.search(text) and not is_licensing:
        return Reason.SERVICES
    if clause.clause == "use.evaluation_only" and not _TRIAL.search(
        text[hit.span[0] : hit.span[1]]
    ):
        return Reason.NO_TRIAL
    if clause.clause in _CAREFUL:
        return None if is_licensing else Reason.ORDINARY_WORDS
    if is_under_heading or _LEGAL.search(text):
        return None
    if _SUBJECT.search(text) and _PURPOSE.search(text):
        return None
    return Reason.ORDINARY_WORDS


def _subject(sentence: Sentence, end: int) -> str:
    """
    What a term is about: the first thing named in the clause that ends at `end`, else
    in the heading.
    """
    text = sentence.text[:end]
    # A clause without a subject of its own goes on with that of the one before it.
    starts = [0, *(m.end() for m in _CLAUSE.finditer(text, 0, max(0, end - 12)))]
    found = next(
        (
            f
            for start in reversed(starts)
            if (f := list(_SUBJECT.finditer(text, start)))
        ),
        [],
    )
    found = found or list(_SUBJECT.finditer(sentence.text))[:1]
    found = found or list(_SUBJECT.finditer(sentence.heading))[:1]
    kinds = [str(m.lastgroup) for m in found]
    # "The models weights in this repository" are weights, "the model code" is code.
    if kinds[:2] in (["model", "weights"], ["model", "software"], ["data", "weights"]):
        return kinds[1]
    return kinds[0] if kinds else "software"
