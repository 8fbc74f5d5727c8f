"""
A report -> the rows of the tables of a store, and the report itself, from
which it can be judged again at any time.

The first row of a unit, in `artifacts`, says that it was read, or why it could
not be. Parts stand in `components` beside what they are inside of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from licensescan.base.version import __version__
from licensescan.fleet.values import Rows, Unit
from licensescan.fleet.version import version
from licensescan.model.errors import ExpressionError
from licensescan.model.types import (
    Clause,
    Conclusion,
    Evidence,
    Finding,
    Quote,
    Report,
)
from licensescan.report.rows import dumps
from licensescan.report.stored import stored
from licensescan.standards.requirements import canonical
from licensescan.standards.spdx_expression import exceptions, licenses

Row = dict[str, object]

TABLES = ("components", "evidence", "clauses", "findings", "artifacts")
"""
The tables in the order in which they are written: what is not in `artifacts`
does not count yet.
"""

_NOWHERE = Quote(path="")


def rows_of(report: Report, unit: Unit) -> Rows:
    """Return all rows of what was read of a unit."""
    neutral = _neutral(report, unit)
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for part_of, number, conclusion in _numbered(neutral.conclusions):
        key: Row = {"unit": unit.unit, "number": number}
        rows["components"].append(
            {**key, "part_of": part_of, **_component(conclusion)}
        )
        rows["evidence"] += [
            {**key, **_evidence(item)} for item in conclusion.evidence
        ]
        rows["clauses"] += [
            {**key, **_clause(item)} for item in conclusion.terms.clauses
        ]
    rows["findings"] = [
        {"unit": unit.unit, **_finding(item)} for item in neutral.findings
    ]
    rows["artifacts"].append(
        {
            **_artifact(unit, "; ".join(neutral.incomplete)),
            "kind": neutral.targets[0].kind if neutral.targets else "",
            "report": _document(neutral),
        }
    )
    return rows


def rows_of_error(unit: Unit, error: str) -> Rows:
    """Return the row of a unit that could not be read."""
    row = {**_artifact(unit, error), "kind": "unknown", "report": ""}
    return {table: [] for table in TABLES[:-1]} | {"artifacts": [row]}


def _document(report: Report) -> str:
    """Return a report as `licensescan judge` reads it."""
    tool = {"version": __version__, "corpus": "", "rules": version()}
    return f'{{"tool": {dumps(tool)}, "stored": {stored(report)}}}'


def _artifact(unit: Unit, error: str) -> Row:
    return {
        "unit": unit.unit,
        "artifact": unit.artifact,
        "name": unit.name,
        "error": without_place(error, unit),
    }


def without_place(message: str, unit: Unit) -> str:
    """
    Return a message that is the same wherever the unit lies.
    """
    return message.replace(unit.path, unit.name)


def _neutral(report: Report, unit: Unit) -> Report:
    """Return a report that says nothing of where its target lies."""
    return replace(
        report,
        targets=tuple(
            replace(target, path=unit.name, passed_over=())
            for target in report.targets
        ),
        incomplete=tuple(
            without_place(message, unit) for message in report.incomplete
        ),
    )


def _numbered(
    conclusions: tuple[Conclusion, ...],
) -> Iterator[tuple[int, int, Conclusion]]:
    """
    Yield each conclusion and those of its parts, behind the number of what it
    is inside of (-1: nothing) and its own.
    """
    waiting = [(-1, conclusion) for conclusion in reversed(conclusions)]
    number = 0
    while waiting:
        part_of, conclusion = waiting.pop()
        yield part_of, number, conclusion
        parts = reversed(conclusion.parts)
        waiting += [(number, part) for part in parts]
        number += 1


def _component(conclusion: Conclusion) -> Row:
    component, terms = conclusion.component, conclusion.terms
    suit = terms.patent.retaliation
    return {
        "purl": str(component.purl),
        "package": canonical(component.name),
        "name": component.name,
        "version": component.version,
        "kind": component.kind,
        "scope": component.scope,
        "relation": component.relation,
        "role": str(conclusion.role),
        "certainty": str(conclusion.certainty),
        "path": component.path,
        "declared": str(conclusion.declared),
        "detected": str(conclusion.detected),
        "concluded": str(conclusion.concluded),
        "alternative": str(conclusion.alternative or ""),
        "licenses": _licenses(conclusion),
        "basis": conclusion.decided_by,
        "confidence": round(conclusion.confidence, 3),
        "commercial": str(terms.commercial),
        "copyleft": str(terms.copyleft),
        "patent_grant": str(terms.patent.grant),
        "patent_retaliation": str(suit.strength) if suit else "",
    }


def _licenses(conclusion: Conclusion) -> list[str]:
    """
    Return every license, and every exception, that one of the readings names.
    """
    found: set[str] = set()
    readings = (
        conclusion.concluded,
        conclusion.declared,
        conclusion.detected,
        conclusion.alternative or "",
    )
    for expression in filter(None, readings):
        try:
            found.update(licenses(expression), exceptions(expression))
        except ExpressionError:
            continue
    return sorted(found)


def _evidence(item: Evidence) -> Row:
    first, last = item.lines or (0, 0)
    return {
        "kind": str(item.kind),
        "path": item.path,
        "first": first,
        "last": last,
        "sha256": item.sha256 or "",
        "value": item.value,
        "expression": str(item.expression or ""),
    }


def _clause(item: Clause) -> Row:
    first, last = item.lines or (0, 0)
    return {
        "clause": item.clause,
        "path": item.path,
        "first": first,
        "last": last,
        "quote": item.quote or "",
        "section": item.section,
        "basis": str(item.basis),
    }


def _finding(item: Finding) -> Row:
    quote = item.evidence[0] if item.evidence else _NOWHERE
    first, last = quote.lines or (0, 0)
    return {
        "purl": str(item.component),
        "part": item.part or "",
        "rule": item.rule,
        "license": item.license,
        "message": item.message,
        "path": quote.path,
        "first": first,
        "last": last,
        "quote": quote.quote or "",
    }
