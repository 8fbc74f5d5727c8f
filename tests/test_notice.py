"""Notices of third parties: every text once, current or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.model.packed import packed, unpacked
from tests.places import add_environment, add_package, run
from tests.test_cli import site

TEXT = "Copyright 2024 {}\nPermission to use this is granted to all.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    add_environment(place / ".venv", {"bare": "MIT"})
    for name, holder in (("a", "Kim"), ("b", "Kim"), ("c", "Lee")):
        info = add_package(site(place), name, "MIT")
        (info / "LICENSE").write_text(TEXT.format(holder))
        (info / "NOTICE").write_text(f"This is {name}.\n")
    (place / "pyproject.toml").write_text(
        '[project]\nname = "project"\nversion = "1"\nlicense = "MIT"\n'
        'dependencies = ["a", "b", "c", "bare"]\n'
    )
    return place


def notice(project: Path) -> str:
    done = run("scan", "-f", "notice", cwd=project)
    assert done.code == 0, done.err
    return done.out


def test_each_text_stands_once_with_all_who_ship_it(project: Path) -> None:
    text = notice(project)
    assert text.count("Copyright 2024 Kim") == 1
    assert text.count("Copyright 2024 Lee") == 1
    assert all(text.count(f"This is {name}.") == 1 for name in "abc")
    (heading,) = [
        row
        for row in text.splitlines()
        if row.startswith("[") and "a 1" in row and "LICENSE" in row
    ]
    assert "b 1" in heading


def test_one_without_a_text_is_told(project: Path) -> None:
    (row,) = [r for r in notice(project).splitlines() if "- bare" in r]
    assert row.endswith("(no text comes with it)")


def test_the_project_itself_is_no_third_party(project: Path) -> None:
    assert "- project" not in notice(project)


def test_a_stored_report_gives_the_same(project: Path) -> None:
    assert run("scan", "-f", "json", "-o", "r.json", cwd=project).code == 0
    done = run("render", "r.json", "-f", "notice", cwd=project)
    assert done.out == notice(project)


def test_an_old_file_is_told(project: Path) -> None:
    asked = ("scan", "-f", "notice", "-o", "NOTICE.txt")
    assert run(*asked, "--check", cwd=project).code == 1
    assert not (project / "NOTICE.txt").exists()
    assert run(*asked, cwd=project).code == 0
    assert run(*asked, "--check", cwd=project).code == 0
    info = add_package(site(project), "d", "MIT")
    (info / "LICENSE").write_text(TEXT.format("Park"))
    done = run(*asked, "--check", cwd=project)
    assert done.code == 1
    assert "NOTICE.txt: is not current" in done.err


def test_comparing_needs_a_file(project: Path) -> None:
    assert run("scan", "--check", cwd=project).code == 2


@pytest.mark.parametrize("text", ["", "plain", "가\ud800\x00" * 99])
def test_a_packed_text_comes_back(text: str) -> None:
    assert unpacked(packed(text)) == text


@pytest.mark.parametrize("data", ["@", "AAAA", "가"])
def test_what_is_not_packed_is_refused(data: str) -> None:
    with pytest.raises(ValueError):
        unpacked(data)
