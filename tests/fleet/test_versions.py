"""A change of rules reads again what it touches, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="needs licensescan[fleet]")
pytest.importorskip("duckdb", reason="needs licensescan[fleet]")

from licensescan.fleet import reading, rows, scan, version
from licensescan.fleet.database import Database
from tests.fleet.targets import wheels
from tests.fleet.test_stores import files, never, scanned

FACTS = "rules/licenses/GPL-3.0-only.toml"


def with_changes(
    monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str]
) -> None:
    """Let this installation have other files that bear on reading."""
    changed = {**version.manifest(), **changes}
    monkeypatch.setattr(version, "manifest", lambda: changed)
    monkeypatch.setattr(scan, "manifest", lambda: changed)
    for module in (scan, reading, rows):
        monkeypatch.setattr(module, "version", lambda: "other")


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    return wheels(tmp_path / "fleet", 8)


def test_the_manifest_has_what_bears_on_reading() -> None:
    names = set(version.manifest())
    assert {FACTS, "corpus/index.bin", "code/pipeline.py"} <= names
    assert "code/classifier/classify.py" in names
    kinds = {"/".join(name.split("/")[:2]) for name in names}
    assert not kinds & {"rules/profiles", "rules/checks", "code/judge"}
    assert not kinds & {"rules/lang", "code/cli"}


def test_a_fact_reads_again_what_names_the_license(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned(fleet, tmp_path / "store")
    before = files(tmp_path / "store")
    with_changes(monkeypatch, {FACTS: "other"})
    done = scanned(fleet, tmp_path / "store")
    assert (done.read, done.carried) == (2, 6)
    assert before.items() < files(tmp_path / "store").items()
    with Database(str(tmp_path / "store")) as database:
        found = database.ask(
            "SELECT rules, count(*) FROM artifacts GROUP BY rules ORDER BY 2"
        )
    assert [row[1] for row in found.rows] == [2, 6]
    assert found.rows[0][0] == "other"
    assert scanned(fleet, tmp_path / "store", never).read == 0


@pytest.mark.parametrize(
    "name", ["corpus/index.bin", "rules/models.toml", "rules/licenses/X.toml"]
)
def test_anything_else_reads_all_again(
    name: str, fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned(fleet, tmp_path / "store")
    with_changes(monkeypatch, {name: "other"})
    done = scanned(fleet, tmp_path / "store")
    assert (done.read, done.carried) == (8, 0)
