"""
The report as SPDX 3.0.1 in JSON-LD: packages, models (AI profile) and data
sets (Dataset profile), what is declared and concluded of each, and who
requires, contains, was trained on or made from whom.

What nothing states is left out. The AI profile wants the time of release of a
model, which neither a card nor a cache tells: the document says that it
conforms to a profile only where all that this asks for is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from licensescan.base.version import __version__
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Conclusion,
    ModelFacts,
    Report,
)
from licensescan.report.copyrights import Copyrights
from licensescan.report.edges import edges_of
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.licensing_texts import licensing_texts, references
from licensescan.report.provenance import digests_of, judged, web_address
from licensescan.report.rows import dumps, laid_out
from licensescan.report.spdx import comments_on
from licensescan.report.timestamp import timestamp_of

_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_TERMS = "https://spdx.org/rdf/3.0.1/terms"
_VERSION = "3.0.1"
_SITE = "https://github.com/licensescan/licensescan"
_INFO = "_:creation"
_CLASSES: Mapping[str, str] = {
    "model": "ai_AIPackage",
    "dataset": "dataset_DatasetPackage",
}
_PURPOSES: Mapping[str, str] = {
    "model": "model",
    "dataset": "data",
    "source": "source",
}
_SPECIAL: Mapping[str, str] = {
    "": f"{_TERMS}/ExpandedLicensing/NoAssertionLicense",
    NOASSERTION: f"{_TERMS}/ExpandedLicensing/NoAssertionLicense",
    NONE: f"{_TERMS}/ExpandedLicensing/NoneLicense",
}
_DATA: Mapping[str, str] = {
    "audio": "audio",
    "automatic-speech": "audio",
    "image": "image",
    "object-detection": "image",
    "tabular": "structured",
    "text": "text",
    "token": "text",
    "translation": "text",
    "question": "text",
    "summarization": "text",
    "video": "video",
}
"""Kinds of data by how the hub's words for a task begin."""

Node = dict[str, Any]


def render(
    report: Report,
    layout: Layout | None = None,
) -> str:
    """Return the inventory as SPDX 3.0.1."""
    graph = _Graph(report).nodes()
    return laid_out({"@context": _CONTEXT, "@graph": graph})


class _Graph:
    """The elements of a document, each under an address of its own."""

    def __init__(
        self,
        report: Report,
    ) -> None:
        self._report = report
        self._stated = Copyrights(report)
        self._all: list[Conclusion] = list(report.conclusions)
        for conclusion in self._all:
            self._all += conclusion.parts
        told = [[str(c.component.purl), c.concluded] for c in self._all]
        self._space = f"{_SITE}/spdx/{uuid5(NAMESPACE_URL, dumps(told))}"
        self._ids = {
            id(conclusion): f"{self._space}#package-{number}"
            for number, conclusion in enumerate(self._all, 1)
        }
        self._by_purl: dict[str, Conclusion] = {}
        for conclusion in self._all:
            purl = str(conclusion.component.purl)
            self._by_purl.setdefault(purl, conclusion)
        self._agents: dict[str, str] = {}
        self._expressions: dict[str, str] = {}
        self._texts = {
            name: (title, words)
            for name, title, words in licensing_texts(self._all, report.texts)
        }

    def nodes(self) -> list[Node]:
        """Return the document, what describes it, and all that is in it."""
        packages = [self._package(c) for c in self._all]
        links = list(self._relationships())
        listed = [
            *packages,
            *self._agent_nodes(),
            *self._license_nodes(),
            *links,
        ]
        return [*self._document(packages, listed), *listed]

    def _document(
        self,
        packages: list[Node],
        listed: list[Node],
    ) -> Iterator[Node]:
        report = self._report
        version = report.tool.version if report.tool else __version__
        created = datetime.fromtimestamp(timestamp_of(report) or 0, UTC)
        maker, tool = f"{self._space}#maker", f"{self._space}#tool"
        yield {
            "type": "CreationInfo",
            "@id": _INFO,
            "specVersion": _VERSION,
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "createdBy": [maker],
            "createdUsing": [tool],
        }
        name = f"licensescan-{version}"
        yield self._element("SoftwareAgent", maker, name="licensescan")
        yield self._element("Tool", tool, name=name)
        profiles = ["core", "simpleLicensing", "software"]
        profiles += _conforming(packages)
        bom = f"{self._space}#bom"
        names = [line(target.path) for target in report.targets]
        yield self._element(
            "SpdxDocument",
            f"{self._space}#document",
            name=names[0] if names else "nothing",
            comment="; ".join(judged(report.targets)),
            profileConformance=profiles,
            rootElement=[bom],
            dataLicense=self._license("CC0-1.0"),
        )
        yield self._element(
            "software_Sbom",
            bom,
            software_sbomType=["analyzed"],
            rootElement=[self._ids[id(c)] for c in report.conclusions],
            element=[node["spdxId"] for node in listed],
        )

    def _element(
        self,
        kind: str,
        address: str,
        **fields: Any,
    ) -> Node:
        told = {name: value for name, value in fields.items() if value}
        return {
            "type": kind,
            "spdxId": address,
            "creationInfo": _INFO,
            **told,
        }

    def _package(
        self,
        conclusion: Conclusion,
    ) -> Node:
        component = conclusion.component
        made = component.provenance
        hashes = [
            {"type": "Hash", "algorithm": "sha256", "hashValue": digest}
            for digest in digests_of(component)
        ]
        supplier = self._agent("Organization", made.supplier)
        return self._element(
            _CLASSES.get(component.kind, "software_Package"),
            self._ids[id(conclusion)],
            name=line(component.name) or "unnamed",
            comment="; ".join(comments_on(conclusion)),
            verifiedUsing=hashes,
            suppliedBy=supplier,
            originatedBy=[self._agent("Person", name) for name in made.authors]
            or [supplier] * bool(supplier and component.kind == "dataset"),
            software_packageVersion=line(component.version),
            software_packageUrl=str(component.purl),
            software_downloadLocation=web_address(made.download),
            software_homePage=web_address(made.homepage)
            or web_address(made.repository),
            software_primaryPurpose=_PURPOSES.get(component.kind, "library"),
            software_copyrightText="\n".join(
                map(line, self._stated.of(conclusion))
            ),
            **_profile(component.kind, component.facts or ModelFacts()),
        )

    def _agent(
        self,
        kind: str,
        name: str,
    ) -> str:
        """Return the address of an agent; metadata tell no more of it."""
        if not name:
            return ""
        key = f"{kind} {line(name)}"
        number = len(self._agents) + 1
        return self._agents.setdefault(key, f"{self._space}#agent-{number}")

    def _agent_nodes(self) -> Iterator[Node]:
        for key, address in self._agents.items():
            kind, _, name = key.partition(" ")
            yield self._element(kind, address, name=name)

    # -- licenses --

    def _license(
        self,
        expression: str,
    ) -> str:
        """Return the address of a license expression, or of there being none."""
        if expression in _SPECIAL:
            return _SPECIAL[expression]
        number = len(self._expressions) + 1
        address = f"{self._space}#license-{number}"
        return self._expressions.setdefault(expression, address)

    def _license_nodes(self) -> Iterator[Node]:
        for conclusion in self._all:
            self._license(conclusion.declared)
            self._license(conclusion.concluded)
        self._license("CC0-1.0")
        for expression, address in self._expressions.items():
            custom = [
                {
                    "type": "DictionaryEntry",
                    "key": name,
                    "value": self._text_address(name),
                }
                for name in dict.fromkeys(references(expression))
                if name in self._texts
            ]
            yield self._element(
                "simplelicensing_LicenseExpression",
                address,
                simplelicensing_licenseExpression=expression,
                simplelicensing_customIdToUri=custom,
            )
        for name, (title, words) in self._texts.items():
            yield self._element(
                "simplelicensing_SimpleLicensingText",
                self._text_address(name),
                name=line(title),
                simplelicensing_licenseText=words,
            )

    def _text_address(
        self,
        name: str,
    ) -> str:
        return f"{self._space}#{quote(name, safe='.-')}"

    # -- relationships --

    def _relationships(self) -> Iterator[Node]:
        for number, link in enumerate(self._links(), 1):
            source, how, targets = link
            yield self._element(
                "Relationship",
                f"{self._space}#link-{number}",
                **{"from": source},
                relationshipType=how,
                to=targets,
            )

    def _links(self) -> Iterator[tuple[str, str, list[str]]]:
        for conclusion in self._all:
            address = self._ids[id(conclusion)]
            declared = self._license(conclusion.declared)
            concluded = self._license(conclusion.concluded)
            yield address, "hasDeclaredLicense", [declared]
            yield address, "hasConcludedLicense", [concluded]
            parts = [self._ids[id(part)] for part in conclusion.parts]
            if parts:
                yield address, "contains", parts
        for (source, how), targets in self._required().items():
            yield source, how, sorted(targets)

    def _required(self) -> dict[tuple[str, str], set[str]]:
        """Return what each component requires, by how it does."""
        found: dict[tuple[str, str], set[str]] = {}
        for purls in edges_of(self._report):
            source, target = map(self._by_purl.__getitem__, purls)
            key = (self._ids[id(source)], _how(source, target))
            found.setdefault(key, set()).add(self._ids[id(target)])
        return found


def _how(
    source: Conclusion,
    target: Conclusion,
) -> str:
    """Return how one component requires another, as SPDX calls it."""
    if source.component.kind != "model":
        return "dependsOn"
    made_of = {"dataset": "trainedOn", "model": "descendantOf"}
    return made_of.get(target.component.kind, "dependsOn")


def _profile(
    kind: str,
    facts: ModelFacts,
) -> dict[str, Any]:
    """Return what the AI and the Dataset profile have fields for."""
    if kind == "dataset":
        kinds = {
            data
            for task in facts.task.split(", ")
            for start, data in _DATA.items()
            if task.startswith(start)
        }
        return {
            "description": f"size: {line(facts.size)}" if facts.size else "",
            "dataset_datasetType": sorted(kinds) or ["noAssertion"],
        }
    if kind != "model":
        return {}
    made_of = (
        ("base models", facts.base_models),
        ("data sets", facts.datasets),
    )
    training = "; ".join(
        f"{name}: {', '.join(map(line, names))}"
        for name, names in made_of
        if names
    )
    return {
        "ai_typeOfModel": [line(facts.architecture)]
        * bool(facts.architecture),
        "ai_domain": [line(facts.task)] * bool(facts.task),
        "ai_informationAboutTraining": training,
        "ai_informationAboutApplication": line(facts.library),
        "ai_metric": [
            {
                "type": "DictionaryEntry",
                "key": line(f"{figure.name} {figure.dataset}"),
                "value": line(figure.value),
            }
            for figure in facts.measured
        ],
    }


_WANTED: Mapping[str, tuple[str, frozenset[str]]] = {
    "ai_AIPackage": (
        "ai",
        frozenset(
            {
                "releaseTime",
                "software_downloadLocation",
                "software_packageVersion",
                "software_primaryPurpose",
                "suppliedBy",
            }
        ),
    ),
    "dataset_DatasetPackage": (
        "dataset",
        frozenset(
            {
                "builtTime",
                "dataset_datasetType",
                "originatedBy",
                "releaseTime",
                "software_downloadLocation",
                "software_primaryPurpose",
            }
        ),
    ),
}
"""The profile of each class, and what it asks for."""


def _conforming(packages: Iterable[Node]) -> list[str]:
    """Return the profiles that all packages of their class conform to."""
    complete: dict[str, bool] = {}
    for package in packages:
        if package["type"] in _WANTED:
            profile, wanted = _WANTED[package["type"]]
            is_complete = wanted <= package.keys()
            complete[profile] = complete.get(profile, True) and is_complete
    return sorted(name for name, whole in complete.items() if whole)
