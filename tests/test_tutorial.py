"""The tutorial, typed: each command gives the exit code that it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.places import add_environment, add_package, run
from tests.test_cli import site

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tutorial.md"
COMMAND = re.compile(r"^\$ licensescan (.*?) +# exit (\d)$", re.MULTILINE)


def chapters() -> list[list[tuple[list[str], int]]]:
    parts = PAGE.read_text("utf-8").split("\n## ")[1:]
    return [
        [(shlex.split(words), int(code)) for words, code in COMMAND.findall(p)]
        for p in parts
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "app"
    place.mkdir()
    add_environment(place / ".venv", {"old": "GPL-3.0-only", "plain": "MIT"})
    asks(place, "old", "plain")
    return place


def asks(place: Path, *names: str) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    (place / "pyproject.toml").write_text(
        '[project]\nname = "app"\nversion = "1"\nlicense = "MIT"\n'
        f"dependencies = [{listed}]\n"
    )


def test_what_is_typed_does_what_is_said(project: Path) -> None:
    look, adopt, first, settle, lapse = chapters()
    typed = 0

    def follow(chapter: list[tuple[list[str], int]]) -> None:
        nonlocal typed
        for words, code in chapter:
            done = run(*words, cwd=project)
            assert done.code == code, (words, done.out, done.err)
            typed += 1

    follow(look)
    follow(adopt)
    asks(project, "old", "plain", "newcomer")
    add_package(site(project), "newcomer", "AGPL-3.0-only")
    follow(first)
    follow(settle)
    metadata = next(site(project).glob("newcomer-*.dist-info/METADATA"))
    text = metadata.read_text()
    metadata.write_text(text.replace("AGPL-3.0-only", "SSPL-1.0"))
    follow(lapse)
    assert typed <= 12
