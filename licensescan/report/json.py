"""
The report as JSON, in the form of `report.schema.json`: sorted, no clock, the
same bytes for the same input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from licensescan.base.version import __version__
from licensescan.classifier.classify import (
    clause_json,
    considered_json,
    patent_json,
    residue_json,
)
from licensescan.model.types import (
    VERDICTS,
    Conclusion,
    Dependency,
    Evidence,
    Finding,
    Further,
    Quote,
    Report,
    Root,
    Tool,
)
from licensescan.report.accepted import Accepted, accepted_in
from licensescan.report.copyrights import Copyrights
from licensescan.report.layout import Layout
from licensescan.report.provenance import provenance_fields
from licensescan.report.rows import laid_out
from licensescan.report.stored import stored
from licensescan.report.timestamp import timestamp_of

if TYPE_CHECKING:
    from licensescan.judge.decisions import Decision

SCHEMA_VERSION = "2"


def render(report: Report, layout: Layout | None = None) -> str:
    """Return the whole report, one component and one finding a line."""
    return laid_out(as_dict(report))


def as_dict(report: Report) -> dict[str, Any]:
    """
    Return the report as plain values, long lists as iterators: an item is
    there only while it is written.
    """
    from licensescan.judge.decisions import decisions_of
    from licensescan.rulebook.rulebook import load
    from licensescan.standards.license_list import version

    tool = report.tool or Tool(
        version=__version__, corpus=version(), rules=load().version
    )
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {
            "name": "licensescan",
            "version": tool.version,
            "corpus": tool.corpus,
            "rules": tool.rules,
        },
    }
    timestamp = timestamp_of(report)
    if timestamp is not None:
        document["timestamp"] = timestamp
    if report.policy is not None:
        policy = report.policy
        document["policy"] = {
            "profile": policy.profile,
            "source": policy.source,
            "sha256": policy.sha256 or None,
        }
    document["targets"] = [
        {
            "kind": t.kind,
            "path": t.path,
            "chosen": t.chosen or None,
            "detail": t.detail or None,
            **({"revision": t.revision} if t.revision else {}),
            **({"sha256": dict(t.digests)} if t.digests else {}),
        }
        for t in report.targets
    ]
    stated = Copyrights(report)
    document["components"] = (
        _component(conclusion, stated) for conclusion in report.conclusions
    )
    document["decisions"] = [
        _decision(decision)
        for decision in decisions_of(report.findings, load())
    ]
    document["findings"] = map(finding_fields, report.findings)
    accepted = accepted_in(report).values()
    if accepted:
        document["acceptances"] = list(map(_accepted, accepted))
    document["graph"] = dict(report.facts)
    document["roots"] = map(_root, report.roots)
    document["dependencies"] = map(_edge, report.dependencies)
    document["incomplete"] = list(report.incomplete)
    document["summary"] = summary(report)
    document["exit_code"] = report.exit_code
    document["stored"] = stored(report)
    return document


def summary(report: Report) -> dict[str, Any]:
    """Return counts: components, findings by verdict (waived ones apart)."""
    counts = dict.fromkeys(VERDICTS[::-1], 0)
    for finding in report.findings:
        if not finding.waived_by:
            counts[finding.verdict] += 1
    return {
        "components": len(report.conclusions),
        "findings": counts,
        "waived": sum(1 for f in report.findings if f.waived_by),
    }


def _component(conclusion: Conclusion, stated: Copyrights) -> dict[str, Any]:
    component = conclusion.component
    return {
        "purl": component.purl,
        "name": component.name,
        "version": component.version,
        "kind": component.kind,
        "scope": component.scope,
        "path": component.path,
        "note": component.note or None,
        **provenance_fields(component),
        **_answer(conclusion),
        "evidence": [_evidence(e) for e in conclusion.evidence],
        "copyrights": list(stated.of(conclusion)),
        "parts": [_part(p, stated) for p in conclusion.parts],
        "paths": [list(p) for p in conclusion.paths],
        **considered_json(conclusion.considered),
    }


def _answer(conclusion: Conclusion) -> dict[str, Any]:
    return {
        "declared": conclusion.declared,
        "detected": conclusion.detected,
        "concluded": conclusion.concluded,
        "effective": conclusion.effective,
        "alternative": conclusion.alternative,
        "basis": conclusion.decided_by,
        "confidence": round(conclusion.confidence, 3),
        "patent": patent_json(conclusion.terms),
        "commercial": conclusion.terms.commercial,
        "copyleft": conclusion.terms.copyleft,
        "clauses": [clause_json(c) for c in conclusion.terms.clauses],
        **_conditions(conclusion),
    }


def _conditions(conclusion: Conclusion) -> dict[str, Any]:
    """Return how the user's own facts stand, where a policy has some."""
    if not conclusion.standings:
        return {}
    return {
        "conditions": [
            {
                "clause": standing.clause.clause,
                "status": standing.status,
                "words": standing.words,
                "path": standing.clause.path,
                "lines": list(standing.clause.lines or ()) or None,
                "quote": standing.clause.quote,
            }
            for standing in conclusion.standings
        ]
    }


def _part(part: Conclusion, stated: Copyrights) -> dict[str, Any]:
    component = part.component
    document = {
        "name": component.name,
        "version": component.version or None,
        "purl": component.purl,
        "kind": component.kind,
        "relation": component.relation,
        "path": component.path,
        "certainty": part.certainty,
        "role": part.role,
        "share": list(part.share) if part.share else None,
        **_answer(part),
        "evidence": [_evidence(e) for e in part.evidence],
        "copyrights": list(stated.of(part)),
    }
    if part.parts:
        document["parts"] = [_part(p, stated) for p in part.parts]
    return document


def _evidence(item: Evidence) -> Mapping[str, Any]:
    left = {"residue": list(map(residue_json, item.residue))}
    return {
        "kind": item.kind,
        "path": item.path,
        "sha256": item.sha256,
        "value": item.value or None,
        "expression": item.expression,
        "lines": list(item.lines) if item.lines else None,
        **(left if item.residue else {}),
    }


def _root(root: Root) -> dict[str, Any]:
    return {
        "name": root.name,
        "requirement": root.requirement,
        "source": root.source or None,
        "scope": root.scope,
    }


def _edge(edge: Dependency) -> dict[str, Any]:
    return {
        "source": edge.source,
        "target": edge.target,
        "requirement": edge.requirement,
        "extra": edge.extra or None,
        "marker": edge.marker or None,
    }


def finding_fields(finding: Finding) -> dict[str, Any]:
    """Return a finding as reports and differences write it."""
    return {
        "decision": finding.decision,
        "rule": finding.rule,
        "verdict": finding.verdict,
        "component": finding.component,
        "part": finding.part,
        "license": finding.license,
        "message": finding.message,
        "why": finding.why,
        "remedy": finding.remedy,
        "evidence": [_quote(quote) for quote in finding.evidence],
        "certainty": finding.certainty,
        "role": finding.role,
        "share": list(finding.share) if finding.share else None,
        "adds": finding.adds,
        "path": list(finding.path),
        "fingerprint": finding.fingerprint,
        "waived_by": finding.waived_by,
        **(
            {"approved_by": finding.approved_by} if finding.approved_by else {}
        ),
        **(
            {"also": [_further(item) for item in finding.also]}
            if finding.also
            else {}
        ),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "title": decision.title,
        "license": decision.license,
        "text_sha256": decision.text_sha256,
        "verdict": decision.verdict,
        "rules": list(decision.rules),
        "components": list(decision.components),
        "accepted_by": decision.accepted_by,
    }


def _accepted(entry: Accepted) -> dict[str, Any]:
    return {
        "key": entry.key,
        "reason": entry.reason or None,
        "approved_by": entry.approved_by or None,
        "expires": entry.expires or None,
    }


def _further(item: Further) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "verdict": item.verdict,
        "message": item.message,
        "evidence": [_quote(quote) for quote in item.evidence],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "path": quote.path,
        "lines": list(quote.lines) if quote.lines else None,
        "quote": quote.quote,
    }
