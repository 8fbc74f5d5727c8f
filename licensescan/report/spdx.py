"""
The report as SPDX 2.3 in JSON: packages, bundled libraries, models and data
sets with what is declared and concluded, and who requires or contains whom.

Licenses that SPDX does not list stand with their text, or with the words that
were quoted of them; that neither is here is said in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from licensescan.base.version import __version__
from licensescan.model.types import (
    NOASSERTION,
    Conclusion,
    Provenance,
    Report,
)
from licensescan.report.copyrights import Copyrights
from licensescan.report.edges import edges_of
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.licensing_texts import licensing_texts
from licensescan.report.provenance import digests_of, judged, web_address
from licensescan.report.rows import dumps, laid_out
from licensescan.report.timestamp import timestamp_of
from licensescan.standards.license_list import version as list_version

_DOCUMENT = "SPDXRef-DOCUMENT"
_SITE = "https://github.com/licensescan/licensescan"
_PURPOSES = {"dataset": "OTHER", "model": "OTHER"}
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def render(report: Report, layout: Layout | None = None) -> str:
    """Return the inventory as SPDX 2.3."""
    return laid_out(_Document(report).as_dict())


class _Document:
    """The packages of a document, each under an id of its own."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._stated = Copyrights(report)
        self._ids: dict[int, str] = {}
        self._by_purl: dict[str, str] = {}
        self._all: list[Conclusion] = list(report.conclusions)
        taken: set[str] = set()
        for conclusion in self._all:
            self._all += conclusion.parts
            component = conclusion.component
            words = f"{component.name}-{component.version}"
            base = f"SPDXRef-{_UNSAFE.sub('-', words).strip('-') or 'x'}"
            number, name = 1, base
            while name in taken:
                number += 1
                name = f"{base}-{number}"
            taken.add(name)
            self._ids[id(conclusion)] = name
            self._by_purl.setdefault(str(component.purl), name)

    def as_dict(self) -> dict[str, Any]:
        packages = [self._package(c) for c in self._all]
        version = (
            self._report.tool.version if self._report.tool else __version__
        )
        epoch = timestamp_of(self._report) or 0
        created = datetime.fromtimestamp(epoch, UTC)
        names = [line(target.path) for target in self._report.targets]
        return {
            "spdxVersion": "SPDX-2.3",
            "dataLicense": "CC0-1.0",
            "SPDXID": _DOCUMENT,
            "name": names[0] if names else "nothing",
            "documentNamespace": (
                f"{_SITE}/spdx/{uuid5(NAMESPACE_URL, dumps(packages))}"
            ),
            "creationInfo": {
                "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "creators": [f"Tool: licensescan-{version}"],
                "licenseListVersion": ".".join(
                    re.findall(r"\d+", list_version())[:2]
                )
                or "3.0",
            },
            "comment": "; ".join(judged(self._report.targets)),
            "packages": packages,
            "relationships": list(self._relationships()),
            "hasExtractedLicensingInfos": list(self._extracted()),
        }

    def _package(self, conclusion: Conclusion) -> dict[str, Any]:
        component = conclusion.component
        made = component.provenance
        described: dict[str, Any] = {
            "SPDXID": self._ids[id(conclusion)],
            "name": line(component.name) or "unnamed",
            "downloadLocation": web_address(made.download) or "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": conclusion.concluded or NOASSERTION,
            "licenseDeclared": conclusion.declared or NOASSERTION,
            "copyrightText": "\n".join(map(line, self._stated.of(conclusion)))
            or NOASSERTION,
            "primaryPackagePurpose": _PURPOSES.get(component.kind, "LIBRARY"),
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": str(component.purl),
                }
            ],
        }
        if component.version:
            described["versionInfo"] = line(component.version)
        described |= _made_by(made)
        digests = digests_of(component)
        if digests:
            described["checksums"] = [
                {"algorithm": "SHA256", "checksumValue": sha256}
                for sha256 in digests
            ]
        comments = "; ".join(comments_on(conclusion))
        if comments:
            described["licenseComments"] = comments
        return described

    def _relationships(self) -> Iterator[dict[str, str]]:
        for conclusion in self._report.conclusions:
            yield _related(_DOCUMENT, "DESCRIBES", self._ids[id(conclusion)])
        for conclusion in self._all:
            for part in conclusion.parts:
                yield _related(
                    self._ids[id(conclusion)],
                    "CONTAINS",
                    self._ids[id(part)],
                )
        for source, target in edges_of(self._report):
            ids = self._by_purl[source], self._by_purl[target]
            yield _related(ids[0], "DEPENDS_ON", ids[1])

    def _extracted(self) -> Iterator[dict[str, str]]:
        """Yield each license that SPDX does not list, with words of it."""
        found = licensing_texts(self._all, self._report.texts)
        for name, title, words in found:
            yield {
                "licenseId": name,
                "name": title,
                "extractedText": words,
            }


def _made_by(made: Provenance) -> dict[str, Any]:
    """
    Return who made a package. Metadata do not say whether a name is that of a
    person: who hands a package out is called an organization here, who wrote
    it a person.
    """
    fields: dict[str, Any] = {}
    if made.supplier:
        fields["supplier"] = f"Organization: {_name(made.supplier)}"
    if made.authors:
        names = ", ".join(map(_name, made.authors))
        fields["originator"] = f"Person: {names}"
    homepage = web_address(made.homepage) or web_address(made.repository)
    if homepage:
        fields["homepage"] = homepage
    return fields


def _name(text: str) -> str:
    """Return a name without the brackets that would begin an address."""
    return line(text).replace("(", "[").replace(")", "]")


def _related(source: str, how: str, target: str) -> dict[str, str]:
    return {
        "spdxElementId": source,
        "relationshipType": how,
        "relatedSpdxElement": target,
    }


def comments_on(conclusion: Conclusion) -> Iterator[str]:
    """Yield what SPDX has no field for."""
    terms = conclusion.terms
    hit = terms.patent.retaliation
    yield f"licensescan: concluded by {line(conclusion.decided_by)}"
    yield f"commercial use {terms.commercial}"
    yield f"patent grant {terms.patent.grant}"
    if hit:
        yield f"patent retaliation {hit.strength}, ends {hit.effect}"
    places = dict.fromkeys(
        line(item.path) for item in conclusion.evidence if item.expression
    )
    if places:
        yield f"seen in {', '.join(list(places)[:5])}"
