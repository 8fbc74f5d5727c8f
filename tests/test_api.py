"""The two functions that programs call (README, From Python)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import licensescan
from licensescan.model.types import UsageError
from tests.places import add_environment


def test_scan_gives_the_report_that_check_renders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_environment(
        tmp_path / "env", {"plain": "MIT", "shared": "AGPL-3.0-only"}
    )
    monkeypatch.chdir(tmp_path)
    report = licensescan.scan(["env"], profile="saas", today=date(2027, 1, 1))
    assert report.policy is not None
    assert (report.policy.profile, report.exit_code) == ("saas", 1)
    assert "copyleft-network" in {f.rule for f in report.findings}
    assert (
        licensescan.scan(["env"], profile="internal-research").exit_code == 0
    )


def test_a_policy_is_named_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_environment(tmp_path / "env", {"shared": "AGPL-3.0-only"})
    (tmp_path / "own.toml").write_text(
        'profile = "saas"\n[verdicts]\ncopyleft-network = "ok"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert licensescan.scan(["env"], policy="own.toml").exit_code == 0


def test_what_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no such file"):
        licensescan.scan(["nowhere"])


def test_classify() -> None:
    found = licensescan.classify("SPDX-License-Identifier: MIT\n")
    assert found.detection.expression == "MIT"
    assert found.terms.commercial == "allowed"
    custom = licensescan.classify(
        "You may use it for non-commercial purposes only.\n", clauses_only=True
    )
    assert custom.terms.commercial == "prohibited"


def test_importing_loads_nothing_and_hides_nothing() -> None:
    """
    The names stay functions after their modules were imported, and the package
    itself imports none of them.
    """
    code = (
        "import sys, licensescan; assert len([m for m in sys.modules if m.startswith('licensescan.')]) <= 2;"
        "licensescan.classify('x'); assert callable(licensescan.scan) and callable(licensescan.classify)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
