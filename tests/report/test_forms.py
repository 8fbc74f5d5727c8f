"""Tables, JUnit, GitLab and GitHub: whole, and safe where they are read."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from licensescan.model.types import Finding, Report, Root
from licensescan.report import render
from tests.places import add_environment, run
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


class TestXlsx:
    def book(self, given: Report) -> Any:
        data = render("xlsx", given)
        assert isinstance(data, bytes)
        return load_workbook(io.BytesIO(data))

    def test_it_is_the_same_for_the_same_report(self) -> None:
        assert render("xlsx", report()) == render("xlsx", report())

    @pytest.mark.parametrize(
        "name", ["=1+1", "+1", "-1", "@a", "=cmd|' /C calc'!A0", HOSTILE]
    )
    def test_a_name_is_text_and_no_formula(self, name: str) -> None:
        whole = package("a", "MIT")
        component = replace(whole.component, name=name)
        sheet = self.book(judged(replace(whole, component=component)))[
            "Components"
        ]
        (cell,) = [row[0] for row in sheet.iter_rows(min_row=2)]
        assert cell.data_type in ("s", "inlineStr")
        assert cell.quotePrefix is (name[0] in "=+-@")
        assert str(cell.value).startswith(name[0])

    def test_text_that_no_xml_may_hold(self) -> None:
        name = "a\x00\ufffe\uffff<b>&\x0b"
        whole = package("a", "MIT")
        given = judged(
            replace(whole, component=replace(whole.component, name=name))
        )
        sheet = self.book(given)["Components"]
        assert sheet["A2"].value == "a\\x00\\ufffe\\uffff<b>&"
        ElementTree.fromstring(str(render("junit", given)).encode())

    def test_what_is_to_be_decided_comes_first(self) -> None:
        sheet = self.book(report())["Decisions"]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert rows[0][1] == "deny"
        assert len(rows) == len({f.decision for f in report().findings})
        clauses = self.book(report())["Clauses"]
        words = [row[3] for row in clauses.iter_rows(values_only=True)]
        assert "for play and study, and not for gain" in words

    def test_it_is_printed_only_where_nobody_looks(
        self, tmp_path: Path
    ) -> None:
        place = tmp_path / "p"
        add_environment(place / ".venv", {"plain": "MIT"})
        (place / "requirements.txt").write_text("plain\n")
        first = run("check", "--report", "xlsx=../a.xlsx", cwd=place)
        assert first.code == 0
        again = run("check", "--report", "xlsx=../b.xlsx", cwd=place)
        assert again.code == 0
        files = [(tmp_path / f"{n}.xlsx").read_bytes() for n in "ab"]
        assert files[0] == files[1]
        assert files[0].startswith(b"PK")


class TestGithub:
    def rows(self, given: Report) -> list[str]:
        return str(render("github", given)).split("\n")

    def test_a_decision_stands_where_it_came_in(self) -> None:
        way = ("app", "direct", "deep")
        deep = replace(package("deep", "GPL-3.0-only"), paths=(way,))
        root = Root(
            requirement="direct>=1", source="pyproject.toml:14", name="direct"
        )
        first, *_ = self.rows(replace(judged(deep), roots=(root,)))
        assert first.startswith("::error file=pyproject.toml,line=14,title=")
        assert "::deep@1.0: " in first

    def test_nothing_is_one_row(self) -> None:
        (row,) = self.rows(judged(package("a", "MIT")))
        assert not row.startswith("::")

    def test_a_step_shows_ten(self) -> None:
        many = [
            package(f"p{n}", f"LicenseRef-{n}", declared="MIT")
            for n in range(30)
        ]
        given = judged(*(package(f"g{n}", "NOASSERTION") for n in range(30)))
        given = replace(given, findings=(*given.findings, *_apart(many)))
        rows = self.rows(given)
        for level in ("error", "warning"):
            shown = [row for row in rows if row.startswith(f"::{level} ")]
            assert len(shown) <= 10
        assert any("more decisions are in the report" in row for row in rows)

    def test_no_text_begins_a_command(self) -> None:
        hostile = "x\n::error::a\r::set-output name=a::%0A:,"
        whole = package("a", "GPL-3.0-only")
        given = judged(
            replace(
                whole,
                component=replace(whole.component, name=hostile),
                paths=((hostile, hostile),),
            )
        )
        root = Root(requirement="a", source=f"{hostile}:3", name=hostile)
        rows = self.rows(replace(given, roots=(root,)))
        commands = [row for row in rows if row.startswith("::")]
        assert len(commands) == len(rows) - 1
        for command in commands:
            properties, _, data = command[2:].partition("::")
            assert properties.startswith(("error ", "warning "))
            assert "%0A" not in data.replace("%250A", "")
            fields = properties.partition(" ")[2].split(",")
            assert [f.partition("=")[0] for f in fields] == [
                "file",
                "line",
                "title",
            ]

    def test_what_is_incomplete_is_an_error(self) -> None:
        first, *_ = self.rows(
            replace(judged(package("a", "MIT")), incomplete=("x: no zip",))
        )
        assert first == "::error title=incomplete::x: no zip"


def _apart(many: list[Any]) -> list[Finding]:
    """A deny that is a decision of its own for each of `many`."""
    return [
        Finding(
            rule="license-denied",
            verdict="deny",
            component=str(one.component.purl),
            message="is denied",
            decision=f"d-{number}",
        )
        for number, one in enumerate(many)
    ]
