"""
The report as a CycloneDX 1.6 bill of materials: packages, bundled libraries,
models and data sets with what was concluded, and who requires whom.

A component has one license: the id, or the expression, that was concluded;
never several, of which no reader knows which one holds. What it declares, its
patents, commercial use and clauses are properties named `licensescan:...`,
which docs/sbom.md lists. CycloneDX has no fields for them: the
`patentAssertions` of 1.7 are what a maker says of a patent by its number.
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
    Provenance,
    Report,
    Target,
)
from licensescan.report.copyrights import Copyrights
from licensescan.report.cyclonedx_models import described_as_model
from licensescan.report.edges import edges_of
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.licensing_texts import licensing_texts, references
from licensescan.report.provenance import digests_of, web_address
from licensescan.report.rows import dumps, laid_out
from licensescan.report.timestamp import timestamp_of
from licensescan.standards.license_list import info
from licensescan.standards.spdx_text import is_reference, is_single

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
_PHASES: Mapping[str, str] = {
    "lock": "pre-build",
    "sdist": "pre-build",
    "tree": "pre-build",
}
"""
At which time of its life a target is looked at, after it was built if it is
none of these.
"""

_UNDECIDED = ("", NONE, NOASSERTION)
_SITE = "https://github.com/licensescan/licensescan"
_MOST_QUOTED = 300
"""Characters of a clause that a property quotes."""


def render(
    report: Report,
    layout: Layout | None = None,
) -> str:
    """Return the inventory as CycloneDX 1.6."""
    return laid_out(document(report, SPEC))


def document(
    report: Report,
    version: str,
) -> dict[str, Any]:
    """Return the inventory as CycloneDX of one version."""
    names = _Names(report, with_texts=version != SPEC)
    own = [c for c in report.conclusions if c.component.relation == "own"]
    project = own[0] if own else None
    listed = [c for c in report.conclusions if c is not project]
    components = [_component(c, names) for c in listed]
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{version}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": _serial_number(components),
        "version": 1,
        "metadata": _metadata(report, project, names),
        "components": components,
        "dependencies": list(_dependencies(report, names)),
    }


class _Names:
    """
    A name in the document for each component: its purl, or that with a number
    where two components have one purl; what texts say of its makers, and with
    `with_texts` the words of licenses that SPDX does not list, which 1.6 has
    no place for beside an expression.
    """

    def __init__(
        self,
        report: Report,
        *,
        with_texts: bool,
    ) -> None:
        self._of: dict[int, str] = {}
        self._taken: set[str] = set()
        self.by_purl: dict[str, str] = {}
        self.by_kind: dict[str, str] = {}
        self.stated = Copyrights(report)
        waiting = list(report.conclusions)
        for conclusion in waiting:
            self._add(conclusion)
            waiting += conclusion.parts
        self._words: dict[str, str] = {}
        if with_texts:
            found = licensing_texts(waiting, report.texts)
            self._words = {name: words for name, _, words in found}

    def details(
        self,
        expression: str,
    ) -> list[dict[str, Any]]:
        """
        Return the words of the licenses in an expression, each once in the
        document: forty components may be under one text.
        """
        named = dict.fromkeys(references(expression))
        return [
            {
                "licenseIdentifier": name,
                "text": {"content": self._words.pop(name)},
            }
            for name in named
            if name in self._words
        ]

    def _add(
        self,
        conclusion: Conclusion,
    ) -> None:
        component = conclusion.component
        purl = str(component.purl)
        ref, number = purl, 1
        while ref in self._taken:
            number += 1
            ref = f"{purl} ({number})"
        self._taken.add(ref)
        self._of[id(conclusion)] = ref
        self.by_purl.setdefault(purl, ref)
        kind = f"{component.kind}:{component.name.lower()}"
        self.by_kind.setdefault(kind, ref)

    def of(
        self,
        conclusion: Conclusion,
    ) -> str:
        return self._of[id(conclusion)]


def _serial_number(components: Iterable[Mapping[str, Any]]) -> str:
    """Return a number that is the same for the same components."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, dumps(list(components)))}"


def _metadata(
    report: Report,
    project: Conclusion | None,
    names: _Names,
) -> dict[str, Any]:
    version = report.tool.version if report.tool else __version__
    tool = {
        "type": "application",
        "name": "licensescan",
        "version": version,
        "externalReferences": [{"type": "website", "url": _SITE}],
    }
    phases = (_PHASES.get(t.kind, "post-build") for t in report.targets)
    metadata: dict[str, Any] = {
        "lifecycles": [{"phase": phase} for phase in dict.fromkeys(phases)],
        "tools": {"components": [tool]},
    }
    epoch = timestamp_of(report)
    if epoch is not None:
        moment = datetime.fromtimestamp(epoch, UTC)
        metadata["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if project is not None:
        described = _component(project, names)
        metadata["component"] = {**described, "type": "application"}
    metadata["properties"] = _as_properties(_judged(report.targets))
    return metadata


def _judged(targets: Iterable[Target]) -> Iterator[tuple[str, str]]:
    """Yield what exactly was looked at."""
    for target in targets:
        yield "target", f"{target.kind} {target.path}"
        yield "target.revision", target.revision
        for name, sha256 in target.digests.items():
            yield "target.sha256", f"{sha256} {name}"


def _as_properties(
    named: Iterable[tuple[str, str]],
) -> list[dict[str, str]]:
    return [
        {"name": f"licensescan:{name}", "value": line(value)}
        for name, value in named
        if value
    ]


def _component(
    conclusion: Conclusion,
    names: _Names,
) -> dict[str, Any]:
    component = conclusion.component
    described: dict[str, Any] = {
        "type": _TYPES.get(component.kind, "library"),
        "bom-ref": names.of(conclusion),
        "name": line(component.name),
        "purl": component.purl,
        **_made_by(component.provenance),
    }
    digests = digests_of(component)
    if digests:
        described["hashes"] = [
            {"alg": "SHA-256", "content": sha256} for sha256 in digests
        ]
    if component.version:
        described["version"] = line(component.version)
    if component.scope in _SCOPES:
        described["scope"] = _SCOPES[component.scope]
    licenses = _licenses(conclusion.concluded)
    if licenses:
        described["licenses"] = _acknowledged(
            licenses, names.details(conclusion.concluded)
        )
    evidence = _evidence(conclusion, names.stated)
    if evidence:
        described["evidence"] = evidence
    described |= described_as_model(component, names.by_kind)
    described["properties"] = _as_properties(_properties(conclusion))
    if conclusion.parts:
        described["components"] = [
            _component(part, names) for part in conclusion.parts
        ]
    return described


def _licenses(expression: str) -> list[dict[str, Any]]:
    """
    Return one license: an id where it is one that SPDX lists, else an
    expression; [] where nothing is decided. Many readers know ids alone.
    """
    if expression in _UNDECIDED:
        return []
    listed = info(expression) if is_single(expression) else None
    is_listed = listed is not None and listed.id == expression
    if is_listed and not is_reference(expression):
        return [{"license": {"id": expression}}]
    return [{"expression": expression}]


def _acknowledged(
    licenses: list[dict[str, Any]],
    details: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return a license as one that was concluded, with its words."""
    (one,) = licenses
    how = {"acknowledgement": "concluded"}
    if "license" in one:
        return [{"license": {**one["license"], **how}}]
    told = {"expressionDetails": details} if details else {}
    return [{**one, **how, **told}]


def _made_by(made: Provenance) -> dict[str, Any]:
    """Return who made a component, and its addresses."""
    fields: dict[str, Any] = {}
    if made.supplier:
        fields["supplier"] = {"name": line(made.supplier)}
    if made.authors:
        fields["authors"] = [{"name": line(name)} for name in made.authors]
    addresses = (
        ("website", made.homepage),
        ("vcs", made.repository),
        ("distribution", made.download),
    )
    references = [
        {"type": kind, "url": web_address(address)}
        for kind, address in addresses
        if web_address(address)
    ]
    if references:
        fields["externalReferences"] = references
    return fields


def _evidence(
    conclusion: Conclusion,
    stated: Copyrights,
) -> dict[str, Any]:
    """Return what texts say, and where that is to be seen."""
    evidence: dict[str, Any] = {}
    licenses = _licenses(conclusion.detected)
    if licenses:
        evidence["licenses"] = licenses
    copyrights = stated.of(conclusion)
    if copyrights:
        evidence["copyright"] = [{"text": line(c)} for c in copyrights]
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
    if hit:
        yield "patent.retaliation", hit.strength
        yield "patent.retaliation.ends", hit.effect
        yield "patent.retaliation.trigger", hit.trigger
    names = dict.fromkeys(clause.clause for clause in terms.clauses)
    yield "clauses", ", ".join(names)
    for clause in terms.clauses:
        quote = (clause.quote or "")[:_MOST_QUOTED]
        yield f"clause.{clause.clause}", quote
    yield "build", ", ".join(component.provenance.build)
    if "#" in component.purl:
        yield "relation", component.relation
        yield "role", conclusion.role


def _dependencies(
    report: Report,
    names: _Names,
) -> Iterator[dict[str, Any]]:
    """Yield each component with those that it requires."""
    required: dict[str, set[str]] = {
        names.of(conclusion): set() for conclusion in report.conclusions
    }
    for source, target in edges_of(report):
        required[names.by_purl[source]].add(names.by_purl[target])
    for ref in sorted(required):
        yield {"ref": ref, "dependsOn": sorted(required[ref])}
