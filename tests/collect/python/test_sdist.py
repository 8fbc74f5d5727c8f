"""Source archives built here: metadata read as text, nothing run."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from licensescan.collect.formats.setup_script import read_setup
from licensescan.collect.python import sdist
from licensescan.model.types import Component, IncompleteError

TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"


def pack(path: Path, files: dict[str, str], mode: str = "w:gz") -> str:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return str(path)


def one(path: str) -> Component:
    assert sdist.matches(path)
    (component,) = sdist.collect(path)
    return component


def said(component: Component) -> list[tuple[str, str]]:
    return [(e.kind, e.value) for e in component.evidence if e.value]


@pytest.mark.parametrize(
    "suffix, mode",
    [("tar.gz", "w:gz"), ("tar.bz2", "w:bz2"), ("tar.xz", "w:xz")],
)
def test_pkg_info_speaks_first(tmp_path: Path, suffix: str, mode: str) -> None:
    files = {
        "acme-1.0/PKG-INFO": "Metadata-Version: 1.0\nName: acme\nVersion: 1.0\nLicense: MIT\n\nLicensed under MIT",
        "acme-1.0/setup.py": "from setuptools import setup\nsetup(name='other', license='GPL')\n",
        "acme-1.0/acme.egg-info/PKG-INFO": "Metadata-Version: 1.0\nName: acme\nVersion: 1.0\nLicense: MIT\n",
        "acme-1.0/LICENSE": TERMS,
    }
    component = one(pack(tmp_path / f"acme-1.0.{suffix}", files, mode))
    assert component.purl == "pkg:pypi/acme@1.0"
    assert said(component) == [
        ("license-field", "MIT"),
        ("license-field", "GPL"),
    ]
    assert component.parts == ()
    assert ("license-file", "acme-1.0/LICENSE") in [
        (e.kind, e.path) for e in component.evidence
    ]
    assert component.parts == ()


def test_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "acme-1.0.zip", "w") as archive:
        archive.writestr(
            "acme-1.0/pyproject.toml",
            '[project]\nname = "acme"\nversion = "1.0"\nlicense = "ISC"\n',
        )
    component = one(str(tmp_path / "acme-1.0.zip"))
    assert (component.purl, said(component)) == (
        "pkg:pypi/acme@1.0",
        [("license-expression", "ISC")],
    )


def test_pyproject_in_its_three_forms(tmp_path: Path) -> None:
    mit = "License :: OSI Approved :: MIT License"
    project = (
        f'[project]\nname = "acme"\nversion = "1"\nclassifiers = ["{mit}"]\n'
    )
    forms = [
        ('license = { text = "BSD" }\n', ("license-field", "BSD")),
        (
            'license = "MIT"\nlicense-files = ["TERMS*"]\n',
            ("license-expression", "MIT"),
        ),
        (
            '[tool.poetry]\nlicense = "Apache-2.0"\n',
            ("license-field", "Apache-2.0"),
        ),
    ]
    for number, (lines, expected) in enumerate(forms):
        files = {
            "acme-1/pyproject.toml": project + lines,
            "acme-1/TERMS": TERMS,
        }
        component = one(pack(tmp_path / f"acme-{number}.tar.gz", files))
        assert said(component) == [("classifier", mit), expected]
        assert "acme-1/TERMS" in [e.path for e in component.evidence]


def test_setup_cfg_and_setup_py_are_read_as_text(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    script = f"open({str(canary)!r}, 'w')\nfrom setuptools import setup\nNAME = 'acme'\nsetup(name=NAME, version='2.0')\n"
    files = {
        "acme-2.0/setup.py": script,
        "acme-2.0/setup.cfg": "[metadata]\nlicense = Apache 2.0\nlicense_files =\n    TERMS\n",
        "acme-2.0/TERMS": TERMS,
    }
    component = one(pack(tmp_path / "acme-2.0.tar.gz", files))
    assert component.purl == "pkg:pypi/acme@2.0"
    assert said(component) == [("license-field", "Apache 2.0")]
    assert "acme-2.0/TERMS" in [e.path for e in component.evidence]
    assert not canary.exists()


def test_setup_calls() -> None:
    call = read_setup(
        "C = ['License :: OSI Approved :: MIT License', 'X']\nA = dict(license='MIT', classifiers=C)\nsetup(**A)"
    )
    assert (call.license, call.classifiers) == (
        "MIT",
        ("License :: OSI Approved :: MIT License",),
    )
    old = read_setup(
        "print 'old'\nsetup(name = 'soup',\n  license = \"BSD\",\n  classifiers = ['License :: X'])\n"
    )
    assert (old.name, old.license, old.classifiers) == (
        "soup",
        "BSD",
        ("License :: X",),
    )
    assert read_setup("setup(license=open('LICENSE').read())").license == ""
    assert read_setup("\0").name == ""
    assert read_setup("(" * 5000).name == ""


def test_a_license_in_the_docstring_alone(tmp_path: Path) -> None:
    text = (
        '"""Soup.\n'
        + "words about soup\n" * 200
        + TERMS
        + 'Permission is hereby granted to all.\n"""\n__license__ = "Soup"\n'
    )
    files = {
        "soup-3/PKG-INFO": "Metadata-Version: 1.0\nName: soup\nVersion: 3\nLicense: BSD\n",
        "soup-3/soup.py": text,
    }
    found = {
        (e.kind, e.value): e
        for e in one(pack(tmp_path / "soup-3.tar.gz", files)).evidence
    }
    docstring = found["license-file", ""].text or ""
    assert "hereby granted" in docstring
    assert ("source-header", "Soup") in found


def test_any_archive_of_sources_is_a_tree(tmp_path: Path) -> None:
    component = one(
        pack(
            tmp_path / "thing-main.tar.gz",
            {"thing-main/COPYING": TERMS, "thing-main/a.c": "int a;"},
        )
    )
    assert (component.purl, component.kind) == (
        "pkg:generic/thing-main",
        "source",
    )
    assert [e.kind for e in component.evidence] == ["license-file"]


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(b"\x1f\x8bbroken")
    with pytest.raises(IncompleteError):
        list(sdist.collect(str(tmp_path / "a.tar.gz")))
    with pytest.raises(IncompleteError):
        list(sdist.collect(pack(tmp_path / "b.tar.gz", {})))


def test_broken_manifests_are_told(tmp_path: Path) -> None:
    files = {
        "acme/pyproject.toml": "not = [toml",
        "acme/setup.cfg": "no section\n",
        "acme/package.json": "[1]",
    }
    component = one(pack(tmp_path / "acme.tar.gz", files))
    assert [p.rule for p in component.problems] == ["metadata-invalid"] * 3
