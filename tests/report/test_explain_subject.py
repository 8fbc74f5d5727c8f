"""`explain` on what a report names: components, parts and decisions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.places import add_environment, run
from tests.test_cli import site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    add_environment(
        tmp_path / ".venv", {"plain": "MIT", "shared": "GPL-3.0-only"}
    )
    tree = site(tmp_path) / "plain" / "vendored"
    tree.mkdir(parents=True)
    (tree / "LICENSE").write_text("SPDX-License-Identifier: AGPL-3.0-only\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "mine"\nversion = "1"\nlicense = "MIT"\ndependencies = ["plain", "shared"]\n'
    )
    return tmp_path


def explained(project: Path, name: str) -> str:
    done = run("explain", name, cwd=project)
    assert done.code == 0, done.err
    return done.out


def test_a_component_with_its_license_and_findings(project: Path) -> None:
    page = explained(project, "shared")
    assert page.startswith("shared 1.0: a component, package")
    assert "GPL-3.0-only" in page
    assert "copyleft-strong" in page
    assert "licensescan why shared" in page


def test_a_part_names_what_holds_it(project: Path) -> None:
    page = explained(project, "plain/vendored/LICENSE")
    assert "third party: a part of plain 1.0" in " ".join(page.split())
    assert "AGPL-3.0-only" in page
    assert "copyleft-network" in page


def test_a_decision_says_what_to_type(project: Path) -> None:
    out = run("check", cwd=project).out
    decision = next(
        word for word in out.split() if word.startswith("d-") and len(word) > 5
    )
    page = explained(project, decision)
    assert "settles" in page
    assert f"licensescan accept {decision}" in page


def test_what_is_called_nothing_is_an_error(project: Path) -> None:
    done = run("explain", "no-such-thing-at-all", cwd=project)
    assert done.code == 2
    assert "no rule" in done.err
