"""Several targets in one report, and what a project declares and lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.places import add_environment, run

AGPL = "# SPDX-License-Identifier: AGPL-3.0-only\nimport os\n"


def checked(place: Path, *targets: str) -> tuple[int, int]:
    """The exit code, and how many components there are."""
    done = run("check", *targets, "-f", "json", "--no-cache", cwd=place)
    return done.code, len(json.loads(done.out)["components"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two environments and two trees; the second of each holds an AGPL file."""
    for name, text in (("a", "import os\n"), ("b", AGPL)):
        site = add_environment(tmp_path / name / "env", {"plain": "MIT"})
        (site / "plain").mkdir()
        (site / "plain" / "x.py").write_text(text * 30)
        tree = tmp_path / name / "tree"
        tree.mkdir()
        license_id = "MIT" if name == "a" else "AGPL-3.0-only"
        tag = f"SPDX-License-Identifier: {license_id}\n"
        (tree / "LICENSE").write_text(tag)
    return tmp_path


@pytest.mark.parametrize("kind", ["env", "tree"])
class TestTwice:
    def test_one_purl_with_other_contents_is_judged_twice(
        self, place: Path, kind: str
    ) -> None:
        """The order of targets hides nothing: this was exit 0 for a, b."""
        assert checked(place, f"a/{kind}", f"b/{kind}") == (1, 2)
        assert checked(place, f"b/{kind}", f"a/{kind}") == (1, 2)

    def test_the_very_same_counts_once(self, place: Path, kind: str) -> None:
        assert checked(place, f"a/{kind}", f"a/{kind}") == (0, 1)


@pytest.mark.parametrize(
    "pyproject",
    [
        "",
        "[dependency-groups]\ndev = ['plain']\n",
        "[project]\nname = 'app'\ndynamic = ['dependencies']\n",
    ],
)
def test_requirements_count_where_pyproject_needs_nothing_at_run_time(
    tmp_path: Path, pyproject: str
) -> None:
    """A group for tools alone hid that the product's packages are absent."""
    add_environment(tmp_path / ".venv", {"plain": "MIT"})
    (tmp_path / "pyproject.toml").write_text(pyproject)
    (tmp_path / "requirements.txt").write_text("plain\nabsent==1.0\n")
    done = run("check", "-f", "json", "--no-cache", cwd=tmp_path)
    findings = json.loads(done.out)["findings"]
    unread = [f["component"] for f in findings if f["rule"] == "terms-unread"]
    assert (done.code, unread) == (1, ["pkg:pypi/absent"])
