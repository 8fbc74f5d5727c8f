"""Markers hold for the platform that is judged, not for the one that scans."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from licensescan.standards.requirements import platform_of
from tests.places import add_environment, run

REQUIREMENTS = "plain\nwinonly ; sys_platform == 'win32'\nmaconly ; sys_platform == 'darwin'\n"


@pytest.mark.parametrize(
    ("tag", "platform"),
    [
        ("linux_x86_64", ("linux", "x86_64")),
        ("manylinux_2_28_aarch64", ("linux", "aarch64")),
        ("manylinux2014_x86_64", ("linux", "x86_64")),
        ("musllinux_1_2_x86_64", ("linux", "x86_64")),
        ("linux-64", ("linux", "x86_64")),
        ("linux-ppc64le", ("linux", "ppc64le")),
        ("macosx_11_0_arm64", ("darwin", "arm64")),
        ("macosx_10_9_x86_64", ("darwin", "x86_64")),
        ("osx-arm64", ("darwin", "arm64")),
        ("darwin", ("darwin", "arm64")),
        ("win_amd64", ("win32", "AMD64")),
        ("win-64", ("win32", "AMD64")),
        ("win_arm64", ("win32", "ARM64")),
        ("win32", ("win32", "AMD64")),
        ("linux", ("linux", "x86_64")),
        ("amiga", None),
        ("", None),
    ],
)
def test_tags(tag: str, platform: tuple[str, str] | None) -> None:
    assert platform_of(tag) == platform


def missing(cwd: Path, *more: str) -> set[str]:
    done = run("check", "-f", "json", *more, cwd=cwd)
    findings = json.loads(done.out)["findings"]
    return {f["component"] for f in findings if f["rule"] == "terms-unread"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    add_environment(tmp_path / ".venv", {"plain": "MIT"})
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS)
    return tmp_path


def test_what_is_asked_for_on_another_platform_is_not_missing(
    project: Path,
) -> None:
    assert missing(project, "--platform", "linux_x86_64") == set()
    assert missing(project, "--platform", "win_amd64") == {"pkg:pypi/winonly"}
    assert missing(project, "--platform", "osx-arm64") == {"pkg:pypi/maconly"}


def test_the_layout_of_an_environment_says_its_platform(project: Path) -> None:
    shutil.move(
        project / ".venv/lib/python3.11/site-packages", project / "site"
    )
    shutil.rmtree(project / ".venv/lib")
    (project / ".venv/Lib").mkdir()
    shutil.move(project / "site", project / ".venv/Lib/site-packages")
    assert missing(project) == {"pkg:pypi/winonly"}


def test_an_unknown_tag_is_refused(project: Path) -> None:
    done = run("check", "--platform", "amiga", cwd=project)
    assert done.code == 2
    assert "manylinux_2_28_aarch64" in done.err


def test_conda_says_for_which_platform_its_python_is(project: Path) -> None:
    records = project / ".venv" / "conda-meta"
    records.mkdir()
    record = {"name": "python", "version": "3.11.4", "subdir": "osx-arm64"}
    (records / "python-3.11.4-h1_0.json").write_text(json.dumps(record))
    assert missing(project) == {"pkg:pypi/maconly"}
