"""
Software bills of materials as targets: what they list, as entries of a lock
file.

Sources: CycloneDX 1.4 to 1.7 (JSON), SPDX 2.3 (JSON) and SPDX 3.0 (JSON-LD).
An SBOM's word on a license is its maker's claim; the packages themselves are
looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from licensescan.base.document import table, text, texts
from licensescan.collect.formats.lock_files import Locked
from licensescan.collect.formats.sbom import (
    File,
    Listed,
    Terms,
    components_of,
    expression_of,
    files_in,
    is_cyclonedx,
    listed_in,
    parts_of,
)
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem, Purl, Scope
from licensescan.reader import load_json
from licensescan.standards.purl import PackageUrl, parse_purl, purl
from licensescan.standards.requirements import Setting, canonical

_NAMED_LIKE_ONE = re.compile(r"(?i)\.(?:json|xml|jsonld|cdx|spdx)$")
_HEAD_OF_JSON = re.compile(
    rb'"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"\s*:|"SPDXID"\s*:\s*"SPDXRef-DOCUMENT"|spdx\.org/rdf/3\.'
)
_HEAD_OF_XML = re.compile(rb"cyclonedx\.org/schema/bom|spdx\.org/rdf/terms")
_NO_PACKAGES = frozenset(
    ("file", "operating-system", "device", "device-driver", "platform", "data")
)
"""
Types of CycloneDX components that are no software with a license of its own.
"""

_SCOPES: Mapping[str, Scope] = {"optional": "optional", "excluded": "dev"}
_NONE = ("", "NOASSERTION", "NONE")
_DEVELOPMENT = re.compile(
    r"(?i)^(?:dev|test|build|provided)_?(?:tool|dependency)_?of$"
)


def is_bom(name: str, head: bytes) -> bool:
    """
    Return True for a file of this name that begins with `head` and is an SBOM.
    """
    if not _NAMED_LIKE_ONE.search(name):
        return False
    return bool(_HEAD_OF_JSON.search(head) or _HEAD_OF_XML.search(head))


def parts_of_sbom(
    data: bytes, path: str, whole: Purl
) -> tuple[list[Component], list[File], list[Problem]]:
    """
    Return one part for each license that an SBOM inside the component `whole`
    names or quotes, the files that it lists with a digest, and what is wrong
    with it.

    What has no license there is left to other evidence. A file that is no
    JSON is `metadata-invalid`, a format that is not read `terms-unread`.
    """
    rule = RuleId.METADATA_INVALID
    try:
        document = load_json(data) if data.lstrip()[:1] == b"{" else None
        rule = RuleId.TERMS_UNREAD
        if isinstance(document, Mapping) and is_cyclonedx(document):
            parts = parts_of(listed_in(document), path, whole)
            return parts, list(files_in(document)), []
        return parts_of(_listed_in(data, path), path, whole), [], []
    except ValueError as error:
        problem = Problem(rule=rule, path=path, message=f"SBOM: {error}")
        return [], [], [problem]


def _listed_in(data: bytes, path: str) -> Iterator[Listed]:
    """Yield what an SBOM of another format lists with a license."""
    for package in read_bom(data, path):
        expression = expression_of([{"expression": package.license}])
        if expression and package.scope == "runtime":
            name = f"{package.name} {package.version}".strip()
            yield Listed(name, Terms(expression, ""))


def read_bom(
    data: bytes, label: str, _: Setting | None = None
) -> list[Locked]:
    """
    Return what the SBOM lists, without what it is about. Raises `ValueError`
    when it is none that can be read; XML is not.
    """
    if data.lstrip()[:1] == b"<":
        raise ValueError("an SBOM in XML is not read: convert it to JSON")
    document = load_json(data)
    if not isinstance(document, Mapping):
        raise ValueError("an SBOM is an object")
    if document.get("bomFormat") == "CycloneDX":
        return list(_once(_cyclonedx(document)))
    graph = document.get("@graph")
    if isinstance(graph, list):
        return list(
            _once(_spdx_3([e for e in graph if isinstance(e, Mapping)]))
        )
    if text(document.get("spdxVersion")).startswith("SPDX-2"):
        return list(_once(_spdx_2(document)))
    raise ValueError(f"{label} is no SBOM that licensescan knows")


@dataclass(slots=True)
class _Links:
    """Who needs whom, by the identifiers of the SBOM, and what it is about."""

    needs: dict[str, list[str]] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    about: set[str] = field(default_factory=set)

    def add(self, whole: str, needed: Iterable[str]) -> None:
        self.needs.setdefault(whole, []).extend(needed)


def _once(packages: Iterable[Locked]) -> Iterator[Locked]:
    """
    Yield each package once: makers list one for every place where it was
    found.
    """
    kept: dict[tuple[str, str, str], Locked] = {}
    for package in packages:
        key = (package.manager, package.name, package.version)
        first = kept.setdefault(key, package)
        requires = tuple(dict.fromkeys((*first.requires, *package.requires)))
        license_ = first.license or package.license
        kept[key] = replace(first, requires=requires, license=license_)
    yield from kept.values()


def _locked(name: str, version: str, address: str, license_: str) -> Locked:
    """
    Return one package: what its package URL says, else its name and version.
    """
    url = parse_purl(address)
    if url is None:
        plain = purl("generic", name, version)
        return Locked(
            name=name,
            version=version,
            manager="generic",
            purl=plain,
            license=license_,
        )
    is_python = url.kind == "pypi"
    return Locked(
        name=canonical(url.name) if is_python else url.full_name,
        version=url.version or version,
        manager=url.kind,
        purl="" if url.kind in ("pypi", "conda") else _plain(url, version),
        license=license_,
    )


def _plain(url: PackageUrl, version: str) -> str:
    """Return a package URL without qualifiers."""
    return purl(url.kind, url.name, url.version or version, url.namespace)


def _linked(packages: Mapping[str, Locked], links: _Links) -> Iterator[Locked]:
    """Yield the packages with the names that they need and their scopes."""
    for reference, package in packages.items():
        if reference in links.about:
            continue
        needed = links.needs.get(reference, ())
        names = (packages[n].name for n in needed if n in packages)
        yield replace(
            package,
            requires=tuple(dict.fromkeys(names)),
            scope=links.scopes.get(reference, package.scope),
        )


# -- CycloneDX --


def _cyclonedx(document: Mapping[str, Any]) -> Iterator[Locked]:
    about = table(document, "metadata", "component")
    packages: dict[str, Locked] = {}
    for number, component in enumerate(components_of(document)):
        reference = text(component.get("bom-ref")) or f"component {number}"
        name = text(component.get("name"))
        if name and text(component.get("type")) not in _NO_PACKAGES:
            packages[reference] = _cyclonedx_package(component, name)
    links = _Links(about={text(about.get("bom-ref"))})
    for entry in _tables(document.get("dependencies")):
        links.add(text(entry.get("ref")), texts(entry.get("dependsOn")))
    yield from _linked(packages, links)


def _cyclonedx_package(component: Mapping[str, Any], name: str) -> Locked:
    group = text(component.get("group"))
    package = _locked(
        f"{group}/{name}" if group else name,
        text(component.get("version")),
        text(component.get("purl")),
        expression_of(_tables(component.get("licenses"))),
    )
    scope = _SCOPES.get(text(component.get("scope")), "runtime")
    return replace(package, scope=scope)


# -- SPDX 2 --


def _spdx_2(document: Mapping[str, Any]) -> Iterator[Locked]:
    packages = {
        text(p.get("SPDXID")): _spdx_2_package(p)
        for p in _tables(document.get("packages"))
        if text(p.get("name"))
    }
    links = _Links()
    described: set[str] = set()
    for entry in _tables(document.get("relationships")):
        kind = text(entry.get("relationshipType"))
        source = text(entry.get("spdxElementId"))
        target = text(entry.get("relatedSpdxElement"))
        if kind == "DESCRIBES":
            described.add(target)
        elif kind in ("DEPENDS_ON", "CONTAINS"):
            links.add(source, [target])
        elif kind.endswith("DEPENDENCY_OF"):
            links.add(target, [source])
            _set_scope(links, source, kind)
    links.about = _about(described, links, packages)
    yield from _linked(packages, links)


def _set_scope(links: _Links, package: str, kind: str) -> None:
    if _DEVELOPMENT.match(kind):
        links.scopes.setdefault(package, "dev")
    elif kind == "OPTIONAL_DEPENDENCY_OF":
        links.scopes.setdefault(package, "optional")
    else:
        links.scopes[package] = "runtime"


def _about(
    described: set[str], links: _Links, packages: Mapping[str, Locked]
) -> set[str]:
    """
    Return the one package that an SBOM describes by what it needs, if it is
    one.
    """
    is_one = len(described) == 1 and len(packages) > 1
    return {d for d in described if is_one and links.needs.get(d)}


def _spdx_2_package(package: Mapping[str, Any]) -> Locked:
    address = next(
        (
            text(r.get("referenceLocator"))
            for r in _tables(package.get("externalRefs"))
            if text(r.get("referenceType")) == "purl"
        ),
        "",
    )
    declared = text(package.get("licenseDeclared"))
    concluded = text(package.get("licenseConcluded"))
    license_ = declared if declared not in _NONE else concluded
    return _locked(
        text(package.get("name")),
        text(package.get("versionInfo")),
        address,
        "" if license_ in _NONE else license_,
    )


# -- SPDX 3 --


def _spdx_3(graph: list[Mapping[str, Any]]) -> Iterator[Locked]:
    elements = {_id(e): e for e in graph}
    licenses = _licenses(graph, elements)
    packages = {
        reference: _spdx_3_package(element, licenses.get(reference, ""))
        for reference, element in elements.items()
        if text(element.get("type")).endswith("Package")
        and text(element.get("name"))
    }
    links = _Links()
    for element in graph:
        _link(element, links)
    described = {root for e in graph for root in texts(e.get("rootElement"))}
    links.about = _about(described & set(packages), links, packages)
    yield from _linked(packages, links)


def _link(element: Mapping[str, Any], links: _Links) -> None:
    """Add what a relationship says of who needs whom."""
    if text(element.get("relationshipType")) not in ("dependsOn", "contains"):
        return
    needed = texts(element.get("to"))
    links.add(text(element.get("from")), needed)
    if text(element.get("scope")) in ("development", "test", "build"):
        links.scopes.update(dict.fromkeys(needed, "dev"))


def _licenses(
    graph: list[Mapping[str, Any]], elements: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """
    Return the license of each package: what is declared, else what is
    concluded.
    """
    licenses: dict[str, str] = {}
    for wanted in ("hasDeclaredLicense", "hasConcludedLicense"):
        for element in graph:
            if text(element.get("relationshipType")) == wanted:
                stated = _license_of(texts(element.get("to")), elements)
                if stated:
                    licenses.setdefault(text(element.get("from")), stated)
    return licenses


def _id(element: Mapping[str, Any]) -> str:
    return text(element.get("spdxId")) or text(element.get("@id"))


def _license_of(
    targets: list[str], elements: Mapping[str, Mapping[str, Any]]
) -> str:
    key = "simplelicensing_licenseExpression"
    stated = (text(table(elements, target).get(key)) for target in targets)
    return next((s for s in stated if s not in _NONE), "")


def _spdx_3_package(element: Mapping[str, Any], license_: str) -> Locked:
    identifiers = _tables(element.get("externalIdentifier"))
    addresses = (
        text(i.get("identifier"))
        for i in identifiers
        if text(i.get("externalIdentifierType")).endswith("packageUrl")
    )
    return _locked(
        text(element.get("name")),
        text(element.get("software_packageVersion")),
        text(element.get("software_packageUrl")) or next(addresses, ""),
        license_,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if isinstance(item, Mapping)]
