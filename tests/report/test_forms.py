"""CSV, JUnit and GitLab's code quality: whole, and safe where they are read."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from licensescan.model.types import Report, Root
from licensescan.report import render
from tests.samples import HOSTILE, judged, package, report


def rows_of(given: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render("csv", given))))


class TestCsv:
    def test_each_component_and_part_is_a_row(self) -> None:
        rows = rows_of(report())
        wholes = {r["component"] for r in rows if not r["part"]}
        assert wholes == {"plain", "share", "odd", "whole", "bad"}
        (part,) = [r for r in rows if r["part"] == "libx264"]
        assert part["component"] == "whole"
        assert part["concluded"] == "GPL-2.0-or-later"
        assert part["verdict"] == "deny"
        (inner,) = [r for r in rows if r["part"] == "inner"]
        assert inner["commercial"] == "prohibited"

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\t=1"])
    def test_no_cell_begins_like_a_formula(self, name: str) -> None:
        text = render("csv", judged(package(name, "MIT")))
        for row in csv.reader(io.StringIO(text)):
            assert not [c for c in row if c[:1] in ("=", "+", "-", "@")]

    def test_a_hostile_name_stays_in_its_cell(self) -> None:
        (row,) = rows_of(judged(package(HOSTILE, "MIT")))
        assert row["concluded"] == "MIT"


class TestJunit:
    def cases(self, given: Report) -> ElementTree.Element:
        return ElementTree.fromstring(render("junit", given).encode())

    def test_what_fails_the_gate_fails(self) -> None:
        root = self.cases(report())
        (suite,) = root
        failed = {
            c.get("name") for c in suite if c.find("failure") is not None
        }
        assert "whole 1.0" in failed
        assert "plain 1.0" not in failed
        assert suite.get("failures") == str(len(failed))
        assert suite.get("tests") == str(len(suite))

    def test_what_only_warns_passes(self) -> None:
        given = replace(report(), fail_on="deny")
        failed = [
            case
            for case in self.cases(given).iter("testcase")
            if case.find("failure") is not None
        ]
        for case in failed:
            text = case.findtext("failure") or ""
            assert all(row.startswith("deny ") for row in text.splitlines())

    def test_what_is_incomplete_is_an_error(self) -> None:
        root = self.cases(replace(report(), incomplete=("x: no zip",)))
        (error,) = root.iter("error")
        assert error.get("message") == "x: no zip"


class TestGitlab:
    def test_a_decision_is_an_issue_where_it_came_in(self) -> None:
        way = ("app", "direct", "deep")
        deep = replace(package("deep", "GPL-3.0-only"), paths=(way,))
        root = Root(
            requirement="direct>=1", source="pyproject.toml:14", name="direct"
        )
        issues = json.loads(
            render("gitlab", replace(judged(deep), roots=(root,)))
        )
        (issue,) = [i for i in issues if i["check_name"] == "copyleft-strong"]
        assert issue["location"] == {
            "path": "pyproject.toml",
            "lines": {"begin": 14},
        }
        assert issue["severity"] == "blocker"
        assert "deep@1.0" in issue["description"]

    def test_fingerprints_are_distinct(self) -> None:
        issues = json.loads(render("gitlab", report()))
        prints = [issue["fingerprint"] for issue in issues]
        assert len(prints) == len(set(prints)) > 1

    def test_nothing_is_an_empty_list(self) -> None:
        assert json.loads(render("gitlab", judged(package("a", "MIT")))) == []
