"""
Installed distributions as importlib-metadata sees them, read by the safe
reader.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

import importlib_metadata
import pytest

from licensescan.collect.python.distribution import (
    InstalledDistribution,
    promised,
)
from licensescan.reader import FolderFiles

SITE = Path(sysconfig.get_path("purelib"))
INFOS = sorted(p.name for p in SITE.glob("*.dist-info"))


def distribution(
    site: Path, files: dict[str, str], info: str = "demo-1.0.dist-info"
) -> InstalledDistribution:
    for name, text in files.items():
        path = site / info / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return InstalledDistribution(FolderFiles(site), info)


@pytest.mark.parametrize("info", INFOS)
def test_a_sound_distribution_is_what_the_library_reads(info: str) -> None:
    ours = InstalledDistribution(FolderFiles(SITE), info)
    theirs = importlib_metadata.Distribution.at(SITE / info)
    assert (ours.name, ours.version) == (theirs.name, theirs.version)
    assert ours.requires == (theirs.requires or [])
    assert sorted(ours.entry_points) == sorted(theirs.entry_points)
    for field in (
        "Classifier",
        "License-File",
        "License-Expression",
        "Summary",
    ):
        assert ours.metadata.get_all(field) == theirs.metadata.get_all(field)
    paths, problems = ours.recorded()
    assert not problems
    assert {str(path) for path in theirs.files or ()} <= set(paths)


class TestEggs:
    INFO = "demo-1.0-py3.11.egg-info"
    BARE = "Metadata-Version: 1.0\nName: demo\nVersion: 1.0\n"
    LISTED = """
six
# a comment
named @ https://example.org/named.zip

[fast]
cython

[:python_version < "3"]
futures

[test:sys_platform == "linux"]
pytest
"""

    def test_requirements_get_the_form_of_metadata(
        self, tmp_path: Path
    ) -> None:
        files = {"PKG-INFO": self.BARE, "requires.txt": self.LISTED}
        assert distribution(tmp_path, files, self.INFO).requires == [
            "six",
            "named @ https://example.org/named.zip ",
            'cython; extra == "fast"',
            'futures; python_version < "3"',
            'pytest; (sys_platform == "linux") and extra == "test"',
        ]

    def test_those_of_the_metadata_come_first(self, tmp_path: Path) -> None:
        bare = self.BARE + "Requires-Dist: other\n"
        files = {"PKG-INFO": bare, "requires.txt": self.LISTED}
        assert distribution(tmp_path, files, self.INFO).requires == ["other"]

    def test_a_dist_info_has_no_requires_txt(self, tmp_path: Path) -> None:
        files = {"METADATA": self.BARE, "requires.txt": "six\n"}
        assert distribution(tmp_path, files).requires == []

    def test_files_are_relative_to_the_site(self, tmp_path: Path) -> None:
        files = {
            "PKG-INFO": self.BARE,
            "installed-files.txt": "../demo.py\nPKG-INFO\n../../../bin/demo\n\n",
            "SOURCES.txt": "setup.py\n",
        }
        paths, problems = distribution(tmp_path, files, self.INFO).recorded()
        assert paths == ["demo.py", f"{self.INFO}/PKG-INFO", "setup.py"]
        assert not problems


class TestBroken:
    def test_name_and_version_stand_in_the_folders_name(
        self, tmp_path: Path
    ) -> None:
        found = distribution(tmp_path, {"RECORD": ""})
        assert (found.name, found.version) == ("demo", "1.0")
        assert "no metadata" in found.core.problems[0].message
        with pytest.raises(KeyError):
            found.metadata["Name"]

    def test_fields_after_a_line_that_is_no_header(
        self, tmp_path: Path
    ) -> None:
        text = "Name: demo\nVersion: 1.0\n<<<<<<< HEAD\nRequires-Dist: a\n"
        found = distribution(tmp_path, {"METADATA": text})
        assert found.requires == ["a"]
        by_the_library = importlib_metadata.Distribution.at(
            tmp_path / found.info
        )
        assert by_the_library.requires is None

    def test_the_librarys_list_of_files_is_off(self, tmp_path: Path) -> None:
        found = distribution(tmp_path, {"RECORD": "../../outside,,\nno row\n"})
        with pytest.raises(NotImplementedError):
            _ = found.files
        paths, problems = found.recorded()
        assert paths == ["../../outside"]
        assert "no row" in problems[0].message

    def test_nothing_is_read_outside_the_site(self, tmp_path: Path) -> None:
        site = tmp_path / "site"
        (tmp_path / "secret").write_text("SENTINEL")
        found = distribution(site, {"METADATA": "Name: demo\n"})
        (site / found.info / "entry_points.txt").symlink_to(
            tmp_path / "secret"
        )
        assert found.read_text("../../secret") is None
        assert list(found.entry_points) == []


@pytest.mark.parametrize(
    ("entry", "name", "version"),
    [
        ("demo-1.0.dist-info", "demo", "1.0"),
        ("demo-1.0-py2.7.egg-info", "demo", "1.0"),
        ("demo.egg-info", "demo", ""),
        ("demo-1.0-py3.11-linux-x86_64.egg", "demo", "1.0"),
        ("demo-py3.11.egg", "demo", ""),
    ],
)
def test_what_a_name_promises(entry: str, name: str, version: str) -> None:
    assert promised(entry) == (name, version)
