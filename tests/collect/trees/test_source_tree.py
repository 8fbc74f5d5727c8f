"""Source trees and single texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.collect.trees import source_tree as tree
from licensescan.model.types import Component, IncompleteError

TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"


def grow(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return str(folder)


def one(path: str) -> Component:
    assert tree.matches(path)
    (component,) = tree.collect(path)
    return component


def test_a_tree_without_manifest_is_named_by_its_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "caffe"
    component = one(
        grow(
            folder,
            {
                "COPYRIGHT.txt": TERMS,
                "PATENTS": TERMS,
                "NOTICE": TERMS,
                "src/a.cpp": "int a;",
            },
        )
    )
    assert (component.purl, component.kind, component.name) == (
        "pkg:generic/caffe",
        "source",
        "caffe",
    )
    assert sorted(e.kind for e in component.evidence) == [
        "license-file",
        "notice",
        "patents-file",
    ]


def test_what_is_not_its_code_is_passed_over(tmp_path: Path) -> None:
    foreign = [
        ".git/LICENSE",
        "node_modules/a/LICENSE",
        "env/lib/LICENSE",
        "x/__pycache__/LICENSE",
    ]
    component = one(
        grow(
            tmp_path,
            {
                "env/pyvenv.cfg": "",
                "LICENSE": TERMS,
                **dict.fromkeys(foreign, TERMS),
            },
        )
    )
    assert [e.path for e in component.evidence] == ["LICENSE"]
    assert component.parts == ()


def test_vendored_trees_are_parts(tmp_path: Path) -> None:
    component = one(
        grow(
            tmp_path,
            {
                "LICENSE": TERMS,
                "third_party/eigen/COPYING": TERMS,
                "src/a.py": "",
            },
        )
    )
    assert [(p.name, p.relation) for p in component.parts] == [
        ("eigen", "vendored")
    ]


def test_a_rockspec_is_text(tmp_path: Path) -> None:
    spec = 'package = "torch"\nversion = "scm-1"\n-- license = "GPL"\ndescription = {\n   license = "BSD"\n}\nos.exit(1)\n'
    component = one(grow(tmp_path, {"rocks/torch-scm-1.rockspec": spec}))
    assert component.purl == "pkg:luarocks/torch@scm-1"
    assert [(e.kind, e.value) for e in component.evidence] == [
        ("rockspec", "BSD")
    ]


def test_manifests_of_several_languages_are_all_heard(tmp_path: Path) -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='acme', version='1', license='MIT')\n",
        "package.json": '{"name": "acme-js", "license": "ISC"}',
        "Cargo.toml": '[package]\nname = "acme-rs"\nversion = "1"\nlicense = "MIT/Apache-2.0"\n',
        "pom.xml": "<project><groupId>g</groupId><artifactId>a</artifactId><licenses><license><name>EPL 2.0</name>"
        "</license></licenses></project>",
    }
    component = one(grow(tmp_path, files))
    assert component.purl == "pkg:pypi/acme@1"
    assert [(e.kind, e.value) for e in component.evidence] == [
        ("license-field", "MIT"),
        ("npm", "ISC"),
        ("license-expression", "MIT OR Apache-2.0"),
        ("pom", "EPL 2.0"),
    ]


def test_a_built_checkout_is_not_its_own_part(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "acme"\nversion = "1"\nlicense = { file = "LICENSE" }\n',
        "src/acme.egg-info/PKG-INFO": "Metadata-Version: 1.0\nName: acme\nVersion: 1\nLicense: MIT\n",
        "src/acme/__init__.py": "",
        "LICENSE": TERMS,
    }
    component = one(grow(tmp_path, files))
    assert component.parts == ()
    assert [e.kind for e in component.evidence] == ["license-file"]


def test_a_named_license_file_must_be_there_and_inside(tmp_path: Path) -> None:
    text = '[project]\nname = "acme"\nversion = "1"\nlicense-files = ["../../secret", "GONE"]\n'
    component = one(grow(tmp_path, {"pyproject.toml": text}))
    assert sorted(p.rule for p in component.problems) == [
        "evidence-missing",
        "path-escape",
    ]


def test_a_single_text(tmp_path: Path) -> None:
    grow(tmp_path, {"LICENSE-NC.md": TERMS, "odd.txt": TERMS, "a.py": ""})
    for name in ("LICENSE-NC.md", "odd.txt"):
        component = one(str(tmp_path / name))
        assert [(e.kind, e.path) for e in component.evidence] == [
            ("license-file", name)
        ]
        assert component.parts == ()
    assert not tree.matches(str(tmp_path / "a.py"))


def test_a_single_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_bytes(bytes(range(256)) * 40)
    with pytest.raises(IncompleteError):
        list(tree.collect(str(tmp_path / "LICENSE")))


def test_the_only_text_in_a_license_folder_is_the_projects_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "license").mkdir()
    (tmp_path / "license" / "Acme Toolkit Terms (2014).md").write_text(
        "Acme terms: use it for nothing.\n"
    )
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    (component,) = tree.collect(str(tmp_path))
    assert [(e.kind, e.path) for e in component.evidence] == [
        ("license-file", "license/Acme Toolkit Terms (2014).md")
    ]
    assert component.parts == ()
    (tmp_path / "LICENSE").write_text("Terms of the whole.\n")
    (component,) = tree.collect(str(tmp_path))
    assert len(component.parts) == 1
