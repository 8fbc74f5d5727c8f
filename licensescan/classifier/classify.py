"""
One text -> its expression, clauses, patent and commercial terms: detection,
facts and clauses put together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from licensescan.classifier.describe import riders_in
from licensescan.classifier.detection import detect_apart, plain
from licensescan.classifier.statements.riders import (
    bans,
    filled_in,
    ridden,
    speaking,
    unexplained,
)
from licensescan.model.errors import ExpressionError
from licensescan.model.kinds import MatchKind
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    Clause,
    Detection,
    Expression,
    Match,
    Residue,
    Terms,
)
from licensescan.model.trace import SILENT, Trace
from licensescan.reader import Decoded, decode
from licensescan.rulebook.terms import (
    ON_USERS,
    SUBJECT,
    added,
    disputed,
    is_on_part,
    may_add,
    together,
)
from licensescan.standards.spdx_expression import licenses
from licensescan.standards.spdx_text import (
    has_reference,
    is_reference,
    reference,
)

if TYPE_CHECKING:
    from licensescan.model.considered import Considered


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """
    What one text is and says; `note` says what was odd about its bytes,
    `considered` what was considered, if that was asked for.
    """

    path: str
    sha256: str
    detection: Detection
    terms: Terms
    note: str = ""
    considered: tuple[Considered, ...] | None = None


def classify_bytes(
    data: bytes, path: str, clauses_only: bool = False, why: bool = False
) -> Classified:
    """
    Classify a file's bytes: decoded first, so that no encoding hides a text.
    `note` says if they are no text. `why` asks for all that was considered.
    """
    decoded = decode(data)
    trace = _recorder() if why else SILENT
    classified = classify_text(
        decoded.text,
        path,
        clauses_only=clauses_only,
        sha256=hashlib.sha256(data).hexdigest(),
        trace=trace,
    )
    return replace(
        classified,
        note=_note(decoded),
        considered=trace.considered() if why else None,
    )


def _recorder() -> Trace[Any]:
    from licensescan.model.recorder import Recorder

    return Recorder()


def classify_text(
    text: str,
    path: str = "",
    *,
    clauses_only: bool = False,
    sha256: str = "",
    trace: Trace[Any] = SILENT,
) -> Classified:
    """
    Classify a text that is already decoded.

    Known licenses answer with their facts. The clauses of the text itself are
    read where identification leaves it open: text that no license accounts
    for, and known texts with words added or taken away. With `clauses_only`
    nothing is identified at all. `trace` is told what was considered, and why
    it counts or does not.
    """
    sha256 = (
        sha256
        or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    )
    trace = trace.at(path)
    if clauses_only:
        detection = Detection(expression=NOASSERTION)
        terms = _analyse(text, trace)
    else:
        detection, text = detect_apart(text, trace)
        text = plain(text)
        detection = _as_sheet_text(text, detection)
        riders = trace.of(riders_in(text))
        beside = _beside(text, detection, trace)
        detection, heard = _with_limited_parts(text, detection, beside)
        if heard != text:
            text, beside = heard, _beside(heard, detection, trace)
        banned = bans(text, detection, riders)
        form = filled_in(text, detection)
        detection = ridden(detection, beside, banned, form, riders)
        detection = _with_new_prints(text, detection, trace)
        heard_of = [c.lines for c in beside if is_on_part(c) and c.lines]
        heard_of += [
            m.lines for m in detection.matches if m.kind == MatchKind.STATEMENT
        ]
        heard_of += [form] if form else []
        detection = _without(detection, heard_of)
        terms = _terms(text, detection, beside, trace)
    return Classified(
        path=path,
        sha256=sha256,
        detection=detection,
        terms=_placed(terms, path),
    )


_LACKING = "read in the text; what is known of its license lacks it"


def _is_mostly_own(detection: Detection) -> bool:
    """
    Return True if most lines that were recognised are of terms without an SPDX
    id: a collection of many licenses is no text of one.
    """
    own = total = 0
    for match in detection.matches:
        lines = match.lines[1] - match.lines[0] + 1
        total += lines
        own += lines if is_reference(match.expression) else 0
    return 2 * own > total


def _as_sheet_text(text: str, detection: Detection) -> Detection:
    """
    Return a detection that leaves something open as that of a text against
    which a fact sheet was read, where it is one.
    """
    is_open = detection.modified or detection.expression in (NOASSERTION, NONE)
    if not (is_open or detection.unmatched or detection.residue):
        return detection
    from licensescan.rulebook.read_texts import sheet_of

    license_ = sheet_of(text)
    if license_ is None:
        return detection
    whole = Match(
        expression=license_,
        kind=MatchKind.TEXT,
        lines=(1, text.count("\n") + 1),
        coverage=1.0,
    )
    return replace(
        detection,
        expression=license_,
        matches=(whole,),
        modified=False,
        unmatched=(),
        residue=(),
    )


def _with_new_prints(
    text: str,
    detection: Detection,
    trace: Trace[Any],
) -> Detection:
    """
    Return a detection in which terms of a vendor are changed where the text
    has other values than the print that is known.
    """
    if not any(is_reference(m.expression) for m in detection.matches):
        return detection
    from licensescan.classifier.new_prints import with_new_prints

    return with_new_prints(detection, partial(_analyse, text, trace))


def _without(
    detection: Detection, heard: Sequence[tuple[int, int]]
) -> Detection:
    """
    Return a detection without the residue in lines that were heard, and that
    which was understood to withhold nothing.
    """
    residue = tuple(
        one
        for one in detection.residue
        if all(
            one.lines[1] < first or last < one.lines[0]
            for first, last in heard
        )
        and not (one.told and _withholds_nothing(one.said))
    )
    return replace(detection, residue=residue)


def _withholds_nothing(said: str) -> bool:
    """
    Return True for a sentence that says that something is allowed ("commercial
    use is permitted"), or of a license that it is not given, and goes on to
    nothing else.
    """
    from licensescan.classifier.clauses import speaks_of_commerce
    from licensescan.classifier.statements.claims import claims
    from licensescan.classifier.statements.grammar import moods, words

    if words("hedged").holds(said):
        return False
    spoken = claims(said)
    if spoken:
        return all(claim.is_quiet for claim in spoken)
    if any(row.frees and row.holds(said) for row in moods()):
        return True
    if not speaks_of_commerce(said):
        return False
    read = _analyse(said, SILENT, complete=False)
    return read.commercial == "allowed" and not read.clauses


_PARTS = {
    "weights": "weights",
    "model": "weights",
    "data": "data",
}
"""Subjects of clauses that are parts, and what these are called."""


def _with_limited_parts(
    text: str, detection: Detection, beside: Sequence[Clause]
) -> tuple[Detection, str]:
    """
    Return what clauses beside a known license limit for weights or data alone
    as matches of these, and the text without their sentences: they are no
    riders of the license.
    """
    if not any(c.clause.startswith(("use.", "dist.")) for c in beside):
        return detection, text
    from licensescan.classifier.clauses import analyse_prose
    from licensescan.classifier.document.blocks import document

    rest = unexplained(text, detection)
    of_parts = [c for c in analyse_prose(rest).clauses if _part_of(c)]
    if not of_parts:
        return detection, text
    page = document(text)
    matches: dict[Match, None] = {}
    for clause in of_parts:
        part = _part_of(clause)
        offset = text.find(clause.quote or "\0")
        start, end = page.sentence_at(offset)
        if part is None or offset < 0 or start == end:
            continue
        matches[_limited(part, clause)] = None
        blank = "".join(c if c == "\n" else " " for c in text[start:end])
        text = text[:start] + blank + text[end:]
    matched = (*detection.matches, *matches)
    return replace(detection, matches=matched), text


def _part_of(clause: Clause) -> str | None:
    """Return the part that a clause is about, if that is weights or data."""
    if clause.clause in ON_USERS:
        return None
    return _PARTS.get(clause.params.get(SUBJECT, ""))


def _limited(part: str, clause: Clause) -> Match:
    """Return a part on terms that one clause states."""
    forbids = added([clause]).commercial == "prohibited"
    name = "non-commercial" if forbids else "conditional"
    return Match(
        expression=reference(name),
        kind=MatchKind.STATEMENT,
        lines=clause.lines or (1, 1),
        coverage=1.0,
        part=part,
    )


def _beside(
    text: str, detection: Detection, trace: Trace[Any]
) -> tuple[Clause, ...]:
    """
    The clauses of what no license accounts for in a text that is otherwise
    known.
    """
    if detection.modified or detection.expression in (NOASSERTION, NONE):
        return ()
    rest = unexplained(text, detection, trace.of(riders_in(text)))
    return _analyse(rest, trace, complete=False).clauses if rest else ()


def _analyse(text: str, trace: Trace[Any], *, complete: bool = True) -> Terms:
    """
    The reading of clauses, loaded when a text first needs it: most are known,
    and need none.
    """
    from licensescan.classifier.clauses import analyse

    return analyse(text, complete=complete, trace=trace)


def _terms(
    text: str,
    detection: Detection,
    beside: Sequence[Clause],
    trace: Trace[Any],
) -> Terms:
    """
    What a text means, given what it was recognised as and what stands beside
    that.
    """
    from licensescan.rulebook.rulebook import load

    if detection.modified:
        read = _analyse(text, trace)
        # What was changed may be whom the grant is for, or what it gives.
        is_open = read.commercial != "allowed"
        return read if is_open else replace(read, commercial="unknown")
    if detection.expression == NONE:
        # What is no license allows nothing by being silent.
        read = _analyse(speaking(text), trace, complete=False)
        says_nothing = not read.clauses and read.commercial == "unknown"
        return Terms() if says_nothing else read
    if detection.expression == NOASSERTION:
        return _analyse(text, trace, complete=not detection.matches)
    terms = load().terms_of(detection.expression)
    terms = _with_text(terms, detection, text, trace)
    return _with_beside(terms, beside) if beside else terms


def _with_text(
    terms: Terms, detection: Detection, text: str, trace: Trace[Any]
) -> Terms:
    """
    Return the terms of a known license judged with the text at hand. Terms
    without an SPDX id change from one print to the next, so that their text is
    always asked; what is under an SPDX id has one text.
    """
    if not has_reference(detection.expression):
        return terms
    from licensescan.classifier.clauses import may_hold
    from licensescan.rulebook.rulebook import load

    try:
        named = licenses(detection.expression)
    except ExpressionError:  # thousands of names: what they mean is unknown
        return terms
    names = [n for n in named if is_reference(n)]
    if not names or not _is_mostly_own(detection):
        return terms
    refused = frozenset[str]().union(*map(load().facts.refused, names))
    known = refused | {clause.clause for clause in terms.clauses}
    if not trace.asked and not may_hold(text, partial(may_add, known)):
        return terms
    read = _analyse(text, trace)
    clauses = (c for c in read.clauses if c.clause not in refused)
    read = replace(read, clauses=tuple(clauses))
    return disputed(terms, read, _LACKING)


def _with_beside(terms: Terms, beside: Sequence[Clause]) -> Terms:
    """
    Return the terms of a known license with the clauses beside it; what is
    said of weights or data is at most a condition on the whole.
    """
    own = [clause for clause in beside if not is_on_part(clause)]
    others = [clause for clause in beside if is_on_part(clause)]
    of_parts = added(others)
    if of_parts.commercial == "prohibited":
        of_parts = replace(of_parts, commercial="conditional")
    return together([terms, added(own), of_parts])


def as_json(item: Classified) -> dict[str, object]:
    """The object that docs/json.md describes for `classify -f json`."""
    detection, terms = item.detection, item.terms
    return {
        "path": item.path,
        "sha256": item.sha256,
        "expression": detection.expression,
        "modified": detection.modified,
        "obfuscated": detection.obfuscated,
        "matches": [
            {
                "expression": m.expression,
                "kind": m.kind,
                "lines": list(m.lines),
                "coverage": round(m.coverage, 4),
                "part": m.part,
                "differences": [
                    {
                        "kind": d.kind,
                        "lines": list(d.lines),
                        "words": d.words,
                        "matters": d.matters,
                    }
                    for d in m.differences
                ],
            }
            for m in detection.matches
        ],
        "clauses": [clause_json(c) for c in terms.clauses],
        "patent": patent_json(terms),
        "commercial": terms.commercial,
        "copyleft": terms.copyleft,
        "incomplete": terms.incomplete,
        "unmatched": [
            {"lines": list(u.lines), "words": u.words}
            for u in detection.unmatched
        ],
        "residue": list(map(residue_json, detection.residue)),
        "note": item.note,
        **considered_json(item.considered),
    }


def considered_json(
    considered: Sequence[Considered] | None,
) -> dict[str, list[dict[str, object]]]:
    """
    The property `considered`, an object for each thing; nothing if nobody
    asked.
    """
    if considered is None:
        return {}
    return {"considered": [_considered(one) for one in considered]}


def _considered(one: Considered) -> dict[str, object]:
    return {
        "kind": one.kind,
        "path": one.path,
        "lines": list(one.lines) if one.lines else None,
        "quote": one.quote or None,
        "expression": one.expression or None,
        "clause": one.clause or None,
        "part": one.part or None,
        "outcome": "kept" if one.kept else "dropped",
        "reason": one.reason.id,
        "meaning": one.reason.meaning,
        **({"about": one.about} if one.about else {}),
    }


def residue_json(left: Residue) -> dict[str, object]:
    """Return what no license accounts for as a JSON object."""
    return {"lines": list(left.lines), "words": left.said, "told": left.told}


def clause_json(clause: Clause) -> dict[str, object]:
    """One clause as a JSON object."""
    return {
        "clause": clause.clause,
        "params": dict(sorted(clause.params.items())),
        "path": clause.path,
        "lines": list(clause.lines) if clause.lines else None,
        "quote": clause.quote,
        "confidence": round(clause.confidence, 3),
        "basis": clause.basis,
        "section": clause.section,
        **({"lead": clause.lead} if clause.lead else {}),
    }


def patent_json(terms: Terms) -> dict[str, object]:
    """The patent answer as a JSON object."""
    hit = terms.patent.retaliation
    return {
        "grant": terms.patent.grant,
        "retaliation": hit
        and {
            "strength": hit.strength,
            "effect": hit.effect,
            "trigger": hit.trigger,
        },
    }


def _placed(terms: Terms, path: str) -> Terms:
    if not path:
        return terms
    clauses = tuple(replace(clause, path=path) for clause in terms.clauses)
    return replace(terms, clauses=clauses)


def _note(decoded: Decoded) -> str:
    if decoded.binary:
        return "not a text"
    if decoded.encoding in ("utf-8", "utf-8-sig"):
        return ""
    return f"decoded from {decoded.encoding}"


__all__ = [
    "Classified",
    "Expression",
    "as_json",
    "classify_bytes",
    "classify_text",
]
