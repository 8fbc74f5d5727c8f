"""
One text -> its expression, clauses, patent and commercial terms: detection, facts and
clauses put together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from licensescan.classifier.detection import detect, plain
from licensescan.classifier.statements.riders import (
    bans,
    filled_in,
    ridden,
    speaking,
    unexplained,
)
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    Clause,
    Detection,
    Expression,
    Terms,
)
from licensescan.reader import Decoded, decode
from licensescan.rulebook.terms import added, together


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What one text is and says; `note` tells what was odd about its bytes."""

    path: str
    sha256: str
    detection: Detection
    terms: Terms
    note: str = ""


def classify_bytes(data: bytes, path: str, *, clauses_only: bool = False) -> Classified:
    """
    Classify a file's bytes: decoded first, so that no encoding hides a text. `note`
    says if they are no text.
    """
    decoded = decode(data)
    found = classify_text(
        decoded.text,
        path,
        clauses_only=clauses_only,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return replace(found, note=_note(decoded))


def classify_text(
    text: str, path: str = "", *, clauses_only: bool = False, sha256: str = ""
) -> Classified:
    """
    Classify a text that is already decoded.

    Known licenses answer with their facts. The clauses of the text itself are read
    where identification leaves it open: text that no license accounts for, and known
    texts with words added or taken away. With `clauses_only` nothing is identified at
    all.
    """
    sha256 = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if clauses_only:
        terms = _placed(_analyse(text), path)
        return Classified(
            path=path,
            sha256=sha256,
            detection=Detection(expression=NOASSERTION),
            terms=terms,
        )
    detection = detect(text)
    text = plain(text)
    beside = _beside(text, detection)
    detection = ridden(
        detection, beside, bans(text, detection), filled_in(text, detection)
    )
    terms = _terms(text, detection, beside)
    return Classified(
        path=path, sha256=sha256, detection=detection, terms=_placed(terms, path)
    )


def _beside(text: str, detection: Detection) -> tuple[Clause, ...]:
    """The clauses of what no license accounts for in a text that is otherwise known."""
    if detection.modified or detection.expression in (NOASSERTION, NONE):
        return ()
    rest = unexplained(text, detection)
    return _analyse(rest, complete=False).clauses if rest else ()


def _analyse(text: str, *, complete: bool = True) -> Terms:
    """
    The reading of clauses, loaded when a text first needs it: most are known, and need
    none.
    """
    from licensescan.classifier.clauses import analyse

    return analyse(text, complete=complete)


def _terms(text: str, detection: Detection, beside: Sequence[Clause]) -> Terms:
    """
    What a text means, given what it was recognised as and what stands beside that.
    """
    from licensescan.rulebook.rulebook import load

    known = detection.expression not in (NOASSERTION, NONE)
    if detection.modified:
        return _analyse(text)
    if detection.expression == NONE:
        # What is no license allows nothing by being silent.
        read = _analyse(speaking(text), complete=False)
        return read if read.clauses else Terms()
    if not known:
        return _analyse(text, complete=not detection.matches)
    terms = load().terms_of(detection.expression)
    return together([terms, added(beside)]) if beside else terms


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
            {"lines": list(u.lines), "words": u.words} for u in detection.unmatched
        ],
        "note": item.note,
    }


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
        and {"strength": hit.strength, "effect": hit.effect, "trigger": hit.trigger},
    }


def _placed(terms: Terms, path: str) -> Terms:
    return (
        replace(terms, clauses=tuple(replace(c, path=path) for c in terms.clauses))
        if path
        else terms
    )


def _note(decoded: Decoded) -> str:
    if decoded.binary:
        return "not a text"
    return (
        ""
        if decoded.encoding in ("utf-8", "utf-8-sig")
        else f"decoded from {decoded.encoding}"
    )


__all__ = ["Classified", "Expression", "as_json", "classify_bytes", "classify_text"]
