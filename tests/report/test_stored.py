"""Reports that are stored: read, rendered, judged and compared again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from licensescan.model.errors import UsageError
from licensescan.report import render
from licensescan.report.difference import (
    as_json,
    as_markdown,
    as_text,
    difference,
)
from licensescan.report.stored import report_in
from licensescan.rulebook.rulebook import load
from tests.places import add_environment, add_package, run
from tests.samples import HOSTILE, judged, package, report
from tests.test_cli import site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    add_environment(
        place / ".venv", {"plain": "MIT", "copyleft": "GPL-3.0-only"}
    )
    (place / "requirements.txt").write_text("plain\ncopyleft\n")
    return place


def test_a_stored_report_is_rendered_to_the_same_bytes(project: Path) -> None:
    files = {"text": "a.txt", "json": "a.json"}
    more = [f"--report={form}=../{name}" for form, name in files.items()]
    direct = run("check", *more, SOURCE_DATE_EPOCH="1700000000", cwd=project)
    assert direct.code == 1
    again = [f"--report={form}=../b{name}" for form, name in files.items()]
    done = run("render", "../a.json", *again, cwd=project)
    assert (done.code, done.out) == (0, direct.out)
    for name in files.values():
        first = (project.parent / name).read_bytes()
        assert (project.parent / f"b{name}").read_bytes() == first


def test_a_stored_inventory_can_be_judged(project: Path) -> None:
    run("scan", "-f", "json", "-o", "../scan.json", cwd=project)
    direct = json.loads(run("check", "-f", "json", cwd=project).out)
    done = run("judge", "../scan.json", "-f", "json", cwd=project)
    judged = json.loads(done.out)
    assert (done.code, judged["findings"]) == (1, direct["findings"])
    policy = project / "licensescan.toml"
    policy.write_text(
        '[[accept]]\nlicense = "GPL-3.0-only"\nreason = "r"\nexpires = "never"\n'
    )
    assert run("judge", "../scan.json", cwd=project).code == 0
    policy.write_text(policy.read_text().replace('"never"', "2020-01-01"))
    assert run("judge", "../scan.json", cwd=project).code == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda d: d.pop("stored"), "no complete report"),
        (lambda d: d["stored"].pop("shared"), "shared"),
        (lambda d: d["stored"]["report"].update(more=1), "more"),
        (lambda d: d["stored"]["report"].update(fail_on="maybe"), "maybe"),
        (lambda d: d["stored"]["report"].update(findings=1), "list"),
        (lambda d: d["stored"]["shared"].clear(), "another version"),
        (lambda d: d.pop("tool"), "tool"),
    ],
)
def test_what_is_none_is_an_error_that_says_so(change: Any, word: str) -> None:
    document = json.loads(render("json", report()))
    change(document)
    with pytest.raises(UsageError, match=word):
        report_in(json.dumps(document).encode(), "x.json")
    with pytest.raises(UsageError, match="no JSON"):
        report_in(b"{", "x.json")


class TestDifference:
    def test_what_came_in_went_out_and_changed(self, project: Path) -> None:
        run("check", "-f", "json", "-o", "../old.json", cwd=project)
        add_package(site(project), "newcomer", "AGPL-3.0-only")
        for path in sorted((site(project) / "plain-1.0.dist-info").iterdir()):
            path.unlink()
        (site(project) / "plain-1.0.dist-info").rmdir()
        add_package(site(project), "plain", "BUSL-1.1", version="2.0")
        run("check", "-f", "json", "-o", "../new.json", cwd=project)
        done = run(
            "diff", "../old.json", "../new.json", "-f", "json", cwd=project
        )
        found = json.loads(done.out)
        assert done.code == found["exit_code"] == 1
        told = {c["component"].rpartition("/")[2]: c for c in found["changes"]}
        assert told["newcomer"]["kind"] == "in"
        assert told["plain"]["kind"] == "license"
        assert told["plain"]["versions"] == ["1.0", "2.0"]
        assert told["plain"]["licenses"] == ["MIT", "BUSL-1.1"]
        assert {f["component"] for f in found["news"]} == {
            "pkg:pypi/newcomer@1.0",
            "pkg:pypi/plain@2.0",
        }
        back = run("diff", "../new.json", "../old.json", cwd=project)
        assert back.code == 0
        assert "Went out\n  newcomer 1.0: AGPL-3.0-only" in back.out
        same = run("diff", "../new.json", "../new.json", cwd=project)
        assert "0 new deny" in same.out

    def test_targets_are_compared_as_reports_are(self, project: Path) -> None:
        other = project.parent / "other"
        add_environment(other, {"plain": "MIT"})
        done = run("diff", "../other", ".venv", cwd=project)
        assert done.code == 1
        assert "copyleft 1.0: GPL-3.0-only" in done.out

    def test_hostile_names_are_inert_in_every_form(self) -> None:
        policy = load().profile("distributed-product")
        hostile = package(f"x<script>{HOSTILE}", "GPL-3.0-only")
        old, new = replace(report(policy), conclusions=()), judged(hostile)
        found = difference(old, new)
        for text in (as_text(found), as_markdown(found), as_json(found)):
            assert "\x1b" not in text
            assert "\n::" not in text
        assert "<script" not in as_markdown(found).replace("\\<", "")
