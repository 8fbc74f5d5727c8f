"""npm packages built here."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from licensescan.collect.python import sdist
from licensescan.collect.trees import npm
from licensescan.model.types import Component, IncompleteError

TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"


def pack(
    path: Path,
    manifest: object,
    files: dict[str, str] | None = None,
    top: str = "package",
) -> str:
    members = (
        {f"{top}/package.json": json.dumps(manifest)}
        if manifest is not None
        else {}
    )
    members |= {f"{top}/{name}": text for name, text in (files or {}).items()}
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return str(path)


def one(path: str) -> Component:
    (component,) = npm.collect(path)
    return component


def test_a_package_with_a_patents_file(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "react-15.tgz",
        {"name": "react", "version": "15.0.0", "license": "BSD-3-Clause"},
        {"LICENSE": TERMS, "PATENTS": "Additional grant.\n"},
    )
    assert npm.matches(path)
    assert not sdist.matches(path)
    component = one(path)
    assert component.purl == "pkg:npm/react@15.0.0"
    assert [(e.kind, e.path) for e in component.evidence] == [
        ("npm", "package/package.json"),
        ("license-file", "package/LICENSE"),
        ("patents-file", "package/PATENTS"),
    ]


@pytest.mark.parametrize(
    "fields, value",
    [
        ({"license": {"type": "MIT", "url": "https://example.com"}}, "MIT"),
        (
            {"licenses": [{"type": "MIT"}, {"type": "GPL-2.0"}]},
            "MIT OR GPL-2.0",
        ),
        ({"license": "SEE LICENSE IN TERMS.md"}, "SEE LICENSE IN TERMS.md"),
        ({"license": "UNLICENSED"}, "UNLICENSED"),
    ],
)
def test_the_forms_of_the_license_field(
    tmp_path: Path, fields: dict[str, object], value: str
) -> None:
    path = pack(
        tmp_path / "a.tgz",
        {"name": "@acme/a", "version": "1", **fields},
        {"TERMS.md": TERMS},
    )
    component = one(path)
    assert component.purl == "pkg:npm/%40acme/a@1"
    assert [e.value for e in component.evidence if e.kind == "npm"] == [value]
    assert ("TERMS.md" in value) <= any(
        e.kind == "license-file" for e in component.evidence
    )


def test_bundled_packages_are_parts(tmp_path: Path) -> None:
    inner = json.dumps(
        {"name": "left", "version": "2.0.0", "license": "WTFPL"}
    )
    files = {
        "node_modules/left/package.json": inner,
        "node_modules/left/LICENSE": TERMS,
    }
    component = one(
        pack(
            tmp_path / "a.tgz",
            {"name": "a", "version": "1", "license": "MIT"},
            files,
        )
    )
    assert [e.value for e in component.evidence] == ["MIT"]
    (part,) = component.parts
    assert (part.name, part.version, part.relation) == (
        "left",
        "2.0.0",
        "vendored",
    )
    assert {e.kind for e in part.evidence} == {"npm", "license-file"}


def test_another_top_folder(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "a.tgz",
        {"name": "a", "version": "1", "license": "MIT"},
        top="node",
    )
    assert not npm.matches(path)
    assert one(path).purl == "pkg:npm/a@1"
    (component,) = sdist.collect(path)
    assert component.purl == "pkg:npm/a@1"


def test_what_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError):
        one(pack(tmp_path / "a.tgz", None, {"LICENSE": TERMS}))
    broken = one(pack(tmp_path / "b.tgz", [1]))
    assert [p.rule for p in broken.problems] == ["metadata-invalid"]
