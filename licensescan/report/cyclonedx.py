"""
The report as a CycloneDX 1.6 bill of materials: packages, bundled libraries,
models and data sets with what was concluded, and who requires whom.

A component has one expression, that which was concluded. What it declares, its
patents, commercial use and clauses are properties named `licensescan:...`:
CycloneDX has no fields for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from licensescan.base.version import __version__
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Conclusion,
    Evidence,
    Report,
)
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.rows import dumps, laid_out
from licensescan.report.timestamp import timestamp_of

SPEC = "1.6"
_TYPES: Mapping[str, str] = {
    "model": "machine-learning-model",
    "dataset": "data",
}
_SCOPES: Mapping[str, str] = {
    "runtime": "required",
    "optional": "optional",
    "dev": "excluded",
}
_UNDECIDED = ("", NONE, NOASSERTION)
_SITE = "https://github.com/licensescan/licensescan"


def render(report: Report, layout: Layout | None = None) -> str:
    """Return the inventory as CycloneDX."""
    refs = _Refs(report)
    own = [c for c in report.conclusions if c.component.relation == "own"]
    project = own[0] if own else None
    listed = [c for c in report.conclusions if c is not project]
    components = [_component(c, refs) for c in listed]
    document: dict[str, Any] = {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": _serial_number(components),
        "version": 1,
        "metadata": _metadata(report, project, refs),
        "components": components,
        "dependencies": list(_dependencies(report, project, refs)),
    }
    return laid_out(document)


class _Refs:
    """
    A name in the document for each component: its purl, or that with a number
    where two components have one purl.
    """

    def __init__(self, report: Report) -> None:
        self._of: dict[int, str] = {}
        self._taken: set[str] = set()
        self.by_purl: dict[str, str] = {}
        waiting = list(report.conclusions)
        for conclusion in waiting:
            self._add(conclusion)
            waiting += conclusion.parts

    def _add(self, conclusion: Conclusion) -> None:
        purl = str(conclusion.component.purl)
        ref, number = purl, 1
        while ref in self._taken:
            number += 1
            ref = f"{purl} ({number})"
        self._taken.add(ref)
        self._of[id(conclusion)] = ref
        self.by_purl.setdefault(purl, ref)

    def of(self, conclusion: Conclusion) -> str:
        return self._of[id(conclusion)]


def _serial_number(components: Iterable[Mapping[str, Any]]) -> str:
    """Return a number that is the same for the same components."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, dumps(list(components)))}"


def _metadata(
    report: Report, project: Conclusion | None, refs: _Refs
) -> dict[str, Any]:
    version = report.tool.version if report.tool else __version__
    tool = {
        "type": "application",
        "name": "licensescan",
        "version": version,
        "externalReferences": [{"type": "website", "url": _SITE}],
    }
    metadata: dict[str, Any] = {"tools": {"components": [tool]}}
    epoch = timestamp_of(report)
    if epoch is not None:
        moment = datetime.fromtimestamp(epoch, UTC)
        metadata["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if project is not None:
        described = _component(project, refs)
        metadata["component"] = {**described, "type": "application"}
    return metadata


def _component(conclusion: Conclusion, refs: _Refs) -> dict[str, Any]:
    component = conclusion.component
    described: dict[str, Any] = {
        "type": _TYPES.get(component.kind, "library"),
        "bom-ref": refs.of(conclusion),
        "name": line(component.name),
        "purl": component.purl,
    }
    if component.version:
        described["version"] = line(component.version)
    if component.scope in _SCOPES:
        described["scope"] = _SCOPES[component.scope]
    if conclusion.concluded not in _UNDECIDED:
        described["licenses"] = [
            {
                "expression": conclusion.concluded,
                "acknowledgement": "concluded",
            }
        ]
    evidence = _evidence(conclusion)
    if evidence:
        described["evidence"] = evidence
    described["properties"] = [
        {"name": f"licensescan:{name}", "value": line(value)}
        for name, value in _properties(conclusion)
        if value
    ]
    if conclusion.parts:
        described["components"] = [
            _component(part, refs) for part in conclusion.parts
        ]
    return described


def _evidence(conclusion: Conclusion) -> dict[str, Any]:
    """Return what texts say, and where that is to be seen."""
    evidence: dict[str, Any] = {}
    if conclusion.detected not in _UNDECIDED:
        evidence["licenses"] = [{"expression": conclusion.detected}]
    seen = dict.fromkeys(
        _place(item) for item in conclusion.evidence if item.expression
    )
    if seen:
        evidence["occurrences"] = [
            {"location": path, **({"line": first} if first else {})}
            for path, first in seen
        ]
    return evidence


def _place(item: Evidence) -> tuple[str, int]:
    return line(item.path) or ".", item.lines[0] if item.lines else 0


def _properties(conclusion: Conclusion) -> Iterator[tuple[str, str]]:
    """Yield what CycloneDX has no field for."""
    terms, component = conclusion.terms, conclusion.component
    hit = terms.patent.retaliation
    yield "kind", component.kind
    yield "declared", conclusion.declared
    yield "concluded", conclusion.concluded
    yield "effective", conclusion.effective
    yield "basis", conclusion.decided_by
    yield "commercial", terms.commercial
    yield "copyleft", terms.copyleft
    yield "patent.grant", terms.patent.grant
    yield "patent.retaliation", hit.strength if hit else ""
    names = dict.fromkeys(clause.clause for clause in terms.clauses)
    yield "clauses", ", ".join(names)
    if "#" in component.purl:
        yield "relation", component.relation
        yield "role", conclusion.role
        yield "certainty", conclusion.certainty
        yield "path", component.path


def _dependencies(
    report: Report, project: Conclusion | None, refs: _Refs
) -> Iterator[dict[str, Any]]:
    """Yield each component with those that it requires."""
    required: dict[str, set[str]] = {
        refs.of(conclusion): set() for conclusion in report.conclusions
    }
    for dependency in report.dependencies:
        source = refs.by_purl.get(dependency.source)
        target = refs.by_purl.get(dependency.target)
        if source in required and target:
            required[source].add(target)
    if project is not None:
        by_name = {c.component.name: refs.of(c) for c in report.conclusions}
        required[refs.of(project)] |= {
            by_name[root.name]
            for root in report.roots
            if root.source and root.name in by_name
        }
    for ref in sorted(required):
        yield {"ref": ref, "dependsOn": sorted(required[ref] - {ref})}
