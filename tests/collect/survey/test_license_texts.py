"""Texts and lists of licenses by what they hold and how they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from licensescan.collect.formats.license_lists import read_license_list
from licensescan.collect.survey.file_roles import evidence_kind
from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.model.types import Purl
from licensescan.reader import FolderFiles

GRANT = "This corpus is licensed under the GNU General Public License, version 3.\n"


def contents_of(folder: Path) -> Contents:
    files = FolderFiles(folder)
    return survey(files, files.paths(), purl=Purl("pkg:pypi/foo"), name="foo")


@pytest.mark.parametrize(
    "name",
    [
        "ThirdPartyNotices.txt",
        "thirdpartylicenses.html",
        "OpenSourceNotices.txt",
        "3rdPartyLicenses",
        "quuxLicense.rst",
        "Third Party Licenses.txt",
        "README.third-party",
        "COPYING.LIB",
        "COPYING.runtime",
    ],
)
def test_names_are_split_at_case_and_marks(name: str) -> None:
    assert evidence_kind(name) == "license-file"


@pytest.mark.parametrize(
    "name", ["license.py", "LicenseReader.java", "copying.lib"]
)
def test_code_is_no_text(name: str) -> None:
    assert evidence_kind(name) is None


def test_a_text_is_found_behind_any_number_of_others_and_at_any_size(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "foo"
    folder.mkdir()
    for number in range(450):
        (folder / f"a{number}.txt").write_text("They went home.\n")
    (folder / "z.txt").write_text("They went home.\n" * 40_000 + GRANT)
    parts = contents_of(tmp_path).parts
    assert [part.path for part in parts] == ["foo/z.txt"]


def test_texts_that_are_not_kept_are_told(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"a{number}.txt").write_text(f"{number}\n{GRANT}")
    rules = [(p.rule, p.message) for p in contents_of(tmp_path).problems]
    assert rules == [
        (
            "evidence-truncated",
            "12 more files read like licenses and were not read",
        )
    ]


@pytest.mark.parametrize(
    ("document", "listed"),
    [
        ([{"name": "a", "license": "MIT"}], [("a", "MIT")]),
        ({"a@1.0": {"licenses": "MIT"}}, [("a@1.0", "MIT")]),
        ({"packages": [{"name": "a", "licenseId": "ISC"}]}, [("a", "ISC")]),
        ([{"name": "a", "license": {"type": "MIT"}}], [("a", "MIT")]),
        (
            [{"name": "a", "licenses": [{"type": "MIT"}, "ISC"]}],
            [("a", "MIT, ISC")],
        ),
        ({"version": 1}, []),
    ],
)
def test_a_list_is_read_whatever_its_shape(
    document: object, listed: list[tuple[str, str]]
) -> None:
    found = read_license_list(json.dumps(document).encode())
    assert [(entry.name, entry.license) for entry in found] == listed


def test_a_text_in_place_of_a_name_is_a_part(tmp_path: Path) -> None:
    words = "You may use this for evaluation alone. " * 20
    document = [{"name": "a", "license": words}]
    (tmp_path / "third-party-licenses.json").write_text(json.dumps(document))
    (part,) = contents_of(tmp_path).parts
    assert (part.name, part.evidence[0].text) == ("a", words)


def test_a_list_gives_a_part_for_each_license(tmp_path: Path) -> None:
    document = [{"name": f"a{n}", "license": "MIT"} for n in range(5)]
    document.append({"name": "b", "license": "AGPL-3.0-only"})
    (tmp_path / "third-party-licenses.json").write_text(json.dumps(document))
    parts = contents_of(tmp_path).parts
    assert [(part.name, part.evidence[0].value) for part in parts] == [
        ("a0, a1, a2 and 2 more", "MIT"),
        ("b", "AGPL-3.0-only"),
    ]


def test_a_list_of_too_many_levels_is_told() -> None:
    data = b'{"a":' * 20 + b'{"license": "MIT"}' + b"}" * 20
    with pytest.raises(ValueError, match="levels"):
        read_license_list(data)


def test_a_component_manifest_names_what_is_bundled() -> None:
    git = {"type": "git", "git": {"repositoryUrl": "https://x.example/quux"}}
    other = {"type": "other", "other": {"name": "zap", "version": "2"}}
    manifest = {
        "registrations": [
            {"component": git, "license": "GPL-3.0-only"},
            {"component": other, "license": "MIT"},
            {
                "component": {"type": "npm", "npm": {"name": "lint"}},
                "license": "AGPL-3.0-only",
                "developmentDependency": True,
            },
            {"component": {"type": "npm", "npm": {"name": "left"}}},
        ]
    }
    listed = read_license_list(json.dumps(manifest).encode())
    assert [(entry.name, entry.license) for entry in listed] == [
        ("https://x.example/quux", "GPL-3.0-only"),
        ("zap", "MIT"),
    ]
