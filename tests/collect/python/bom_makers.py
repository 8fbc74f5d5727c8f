"""
SBOMs of an environment as its makers write them: syft (CycloneDX and SPDX) and
cyclonedx-py (CycloneDX of two versions), and SPDX 3; by hand, from metadata.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from licensescan.standards.requirements import (
    canonical,
    marker_environment,
    parse_requirement,
)

Maker = Callable[[Path], dict[str, Any]]


class Package:
    """What the makers know of one distribution."""

    def __init__(self, info: Path) -> None:
        fields = HeaderParser().parsestr(
            (info / "METADATA").read_text("utf-8", "replace")
        )
        self.name = fields["Name"]
        self.version = fields["Version"]
        self.license = fields["License-Expression"] or fields["License"] or ""
        self.folder = info.name
        self.needs = tuple(
            requirement.name
            for line in fields.get_all("Requires-Dist") or ()
            if (requirement := parse_requirement(line))
            and requirement.applies(marker_environment("3.11"), "")
        )

    @property
    def key(self) -> str:
        return canonical(self.name)

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.key}@{self.version.replace('+', '%2B')}"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.purl.encode()).hexdigest()[:16]


def packages(site: Path) -> dict[str, Package]:
    found = (Package(i) for i in sorted(site.glob("*.dist-info")))
    return {p.key: p for p in found}


def syft_cyclonedx(site: Path) -> dict[str, Any]:
    """Type `library` for each, and files beside them; locations, CPEs."""
    found = packages(site)
    refs = {k: f"{p.purl}?package-id={p.digest}" for k, p in found.items()}
    components: list[dict[str, Any]] = [
        {
            "bom-ref": refs[key],
            "type": "library",
            "name": package.name,
            "version": package.version,
            "licenses": _named(package),
            "cpe": f"cpe:2.3:a:python:{key}:{package.version}:*:*:*:*:*:*:*",
            "purl": package.purl,
            "properties": [
                {"name": "syft:package:type", "value": "python"},
                {
                    "name": "syft:location:0:path",
                    "value": f"/{package.folder}/METADATA",
                },
            ],
        }
        for key, package in found.items()
    ]
    components += [
        {
            "bom-ref": f"f{p.digest}",
            "type": "file",
            "name": f"/{p.folder}/RECORD",
        }
        for p in found.values()
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "syft"}]},
            "component": {"bom-ref": "af63", "type": "file", "name": "/env"},
        },
        "components": components,
        "dependencies": [
            {
                "ref": refs[k],
                "dependsOn": [refs[n] for n in p.needs if n in refs],
            }
            for k, p in found.items()
        ],
    }


def syft_spdx(site: Path) -> dict[str, Any]:
    """The folder is a package that contains all; files are elements."""
    found = packages(site)
    ids = {
        k: f"SPDXRef-Package-python-{k}-{p.digest}" for k, p in found.items()
    }
    root = "SPDXRef-DocumentRoot-Directory-env"
    relations = [
        ("SPDXRef-DOCUMENT", "DESCRIBES", root),
        *((root, "CONTAINS", ids[k]) for k in found),
        *(
            (ids[n], "DEPENDENCY_OF", ids[k])
            for k, p in found.items()
            for n in p.needs
            if n in ids
        ),
        *(
            (ids[k], "OTHER", f"SPDXRef-File-{p.digest}")
            for k, p in found.items()
        ),
    ]
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "env",
        "packages": [
            *(_spdx_package(ids[k], p) for k, p in found.items()),
            {
                "SPDXID": root,
                "name": "env",
                "downloadLocation": "NOASSERTION",
                "primaryPackagePurpose": "FILE",
            },
        ],
        "files": [
            {"SPDXID": f"SPDXRef-File-{p.digest}", "fileName": p.folder}
            for p in found.values()
        ],
        "relationships": [
            {
                "spdxElementId": source,
                "relationshipType": kind,
                "relatedSpdxElement": target,
            }
            for source, kind, target in relations
        ],
    }


def _spdx_package(reference: str, package: Package) -> dict[str, Any]:
    return {
        "SPDXID": reference,
        "name": package.name,
        "versionInfo": package.version,
        "downloadLocation": "NOASSERTION",
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "externalRefs": [
            {
                "referenceCategory": "SECURITY",
                "referenceType": "cpe23Type",
                "referenceLocator": f"cpe:2.3:a:x:{package.key}:*",
            },
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": package.purl,
            },
        ],
    }


def _named(package: Package) -> list[dict[str, Any]]:
    stated = package.license.strip().split("\n")[0][:80]
    return [{"license": {"name": stated}}] if stated else []


def cyclonedx_py(version: str) -> Maker:
    """References `name==version`, and an application as the root."""

    def make(site: Path) -> dict[str, Any]:
        found = packages(site)
        refs = {k: f"{p.name}=={p.version}" for k, p in found.items()}
        return {
            "bomFormat": "CycloneDX",
            "specVersion": version,
            "metadata": {
                "component": {
                    "bom-ref": "root-component",
                    "type": "application",
                    "name": "app",
                }
            },
            "components": [
                {
                    "bom-ref": refs[k],
                    "type": "library",
                    "name": p.name,
                    "version": p.version,
                    "licenses": [
                        {**entry, "acknowledgement": "declared"}
                        for entry in _named(p)
                    ],
                    "purl": p.purl,
                }
                for k, p in found.items()
            ],
            "dependencies": [
                {"ref": "root-component", "dependsOn": list(refs.values())},
                *(
                    {
                        "ref": refs[k],
                        "dependsOn": [refs[n] for n in p.needs if n in refs],
                    }
                    for k, p in found.items()
                ),
            ],
        }

    return make


def spdx_3(site: Path) -> dict[str, Any]:
    """Elements of a graph, with relationships from each to what it needs."""
    found = packages(site)
    ids = {k: f"https://x.example/{p.digest}" for k, p in found.items()}
    graph: list[Mapping[str, Any]] = [
        {
            "type": "software_Package",
            "spdxId": ids[k],
            "name": p.name,
            "software_packageVersion": p.version,
            "software_packageUrl": p.purl,
        }
        for k, p in found.items()
    ]
    graph += [
        {
            "type": "Relationship",
            "spdxId": f"{ids[k]}/needs",
            "from": ids[k],
            "relationshipType": "dependsOn",
            "to": [ids[n] for n in p.needs if n in ids],
        }
        for k, p in found.items()
    ]
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": graph,
    }


MAKERS: dict[str, Maker] = {
    "syft.cdx.json": syft_cyclonedx,
    "syft.spdx.json": syft_spdx,
    "cyclonedx-py-1.6.cdx.json": cyclonedx_py("1.6"),
    "cyclonedx-py-1.4.cdx.json": cyclonedx_py("1.4"),
    "cyclonedx-py-1.7.cdx.json": cyclonedx_py("1.7"),
    "three.spdx.json": spdx_3,
}
