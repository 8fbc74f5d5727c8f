"""
Every form of a report: true to its format, and safe with hostile text in it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from licensescan.classifier.classify import classify_bytes
from licensescan.model.types import (
    Clause,
    Detection,
    Difference,
    Expression,
    Match,
    Patent,
    Report,
    Retaliation,
    Terms,
    Unmatched,
    Waiver,
)
from licensescan.report import REPORTS, escape, render
from licensescan.report.classify import render as render_classified
from licensescan.rulebook.rulebook import load
from tests.samples import HOSTILE, judged, native, package, report

SCHEMA = json.loads(
    (
        Path(__file__).resolve().parent.parent.parent
        / "licensescan"
        / "report"
        / "report.schema.json"
    ).read_text("utf-8")
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")


def valid(text: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


class TestJson:
    def test_the_schema_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_check(self) -> None:
        document = valid(render("json", report()))
        assert document["policy"]
        assert document["exit_code"] == 1
        assert document["summary"]["waived"] == 1  # type: ignore[index]

    def test_scan(self) -> None:
        document = valid(render("json", report(with_policy=False)))
        assert "policy" not in document
        assert document["exit_code"] == 0

    def test_nothing_at_all(self) -> None:
        valid(render("json", Report(targets=(), conclusions=())))

    def test_incomplete(self) -> None:
        assert (
            valid(
                render("json", replace(report(), incomplete=("x: cut short",)))
            )["exit_code"]
            == 3
        )

    def test_only_ascii_leaves(self) -> None:
        assert render("json", report()).isascii()

    def test_the_same_bytes_twice(self) -> None:
        assert render("json", report()) == render("json", report())

    def test_no_clock_unless_it_is_given(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        assert "timestamp" not in valid(render("json", report()))
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        assert valid(render("json", report()))["timestamp"] == 1700000000

    def test_the_counts_are_those_of_the_findings(self) -> None:
        document = valid(render("json", report()))
        open_ = [f for f in document["findings"] if not f["waived_by"]]  # type: ignore[attr-defined,index]
        counts = {
            v: sum(1 for f in open_ if f["verdict"] == v)
            for v in ("deny", "review", "warn")
        }
        assert document["summary"]["findings"] == counts  # type: ignore[index]

    @pytest.mark.parametrize(
        "broken",
        [
            lambda d: d.pop("exit_code"),
            lambda d: d.__setitem__("exit_code", 2),
            lambda d: d["components"][0].pop("concluded"),
            lambda d: d["components"][0].__setitem__("commercial", "maybe"),
            lambda d: d["components"][0]["patent"].pop("grant"),
            lambda d: d["findings"][0].__setitem__("verdict", "error"),
            lambda d: d["findings"][0].pop("remedy"),
            lambda d: d["findings"][0].__setitem__("fingerprint", "x"),
            lambda d: d["components"][0]["evidence"][0].__setitem__(
                "lines", [0, 1]
            ),
        ],
    )
    def test_the_schema_is_strict(self, broken) -> None:  # type: ignore[no-untyped-def]
        document = json.loads(render("json", report()))
        broken(document)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate(document)

    def test_additions_are_welcome(self) -> None:
        document = json.loads(render("json", report()))
        document["components"][0]["later"] = document["later"] = 1
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


class TestText:
    def test_what_why_where_and_what_to_do(self) -> None:
        text = render("text", report())
        assert (
            "environment  .venv (project .venv), Python 3.11, 5 packages"
            in text
        )
        assert "copyleft-strong" in text
        assert "whole 1.0, part libx264: GPL-2.0-or-later" in text
        assert "“for play and study, and not for gain”" in text
        assert "app > odd" in text
        assert "what to do" in text
        assert text.rstrip().endswith("exit 1")

    def test_waived_findings_are_counted_not_shown(self) -> None:
        text = render("text", report())
        assert "1 waived" in text
        assert "copyleft-network" not in text

    def test_the_first_waiver_to_expire_is_told(self) -> None:
        policy = load().profile("distributed-product")
        waivers = tuple(
            Waiver(
                component=name,
                rule=rule,
                reason="r",
                key=f"w {name}",
                expires=date(2027, month, 1),
            )
            for name, rule, month in (
                ("share", "copyleft-network", 9),
                ("whole", "copyleft-strong", 3),
            )
        )
        text = render("text", report(replace(policy, waivers=waivers)))
        assert "2 waived (expires 2027-03-01)" in text

    def test_what_one_rule_has_against_one_component_stands_together(
        self,
    ) -> None:
        libraries = tuple(
            native(name, "GPL-2.0-or-later") for name in ("libx264", "libx265")
        )
        text = render("text", judged(package("whole", "MIT", parts=libraries)))
        _, _, rest = text.partition(
            "whole 1.0, part libx264: GPL-2.0-or-later"
        )
        assert rest
        assert re.search(
            r"also part libx265: GPL-2.0-or-later +whole.libs/libx265.so", rest
        )
        assert text.count("copyleft-strong") == 1
        assert text.count("app > whole") == 1

    def test_a_value_that_only_names_the_license_is_no_quote(self) -> None:
        text = render(
            "text",
            judged(
                package(
                    "whole",
                    "MIT",
                    parts=(native("libx264", "GPL-2.0-or-later"),),
                )
            ),
        )
        assert "“GPL-2.0-or-later”" not in text
        assert "whole.libs/libx264.so" in text

    def test_what_one_decision_settles_stands_together(self) -> None:
        many = [package(f"p{n:02d}", "AGPL-3.0-only") for n in range(13)]
        text = render("text", judged(*many))
        assert "answer       not yet, 1 decision to take: 1 deny" in text
        assert re.search(
            r"deny +d-[0-9a-f]{6}  AGPL-3.0-only, 13 components", text
        )
        assert re.search(r"(?m)^ +p00, p01, p02", text)
        assert "p12 1.0: AGPL-3.0-only" in render(
            "text", judged(*many), verbose=True
        )

    def test_many_decisions_are_told_in_brief(self) -> None:
        names = ("GPL-2.0-only", "GPL-3.0-only", "AGPL-3.0-only", "SSPL-1.0")
        names += (
            "CC-BY-NC-4.0",
            "CC-BY-NC-3.0",
            "BUSL-1.1",
            "Elastic-2.0",
            "OSL-3.0",
        )
        many = [package(f"p{n}", name) for n, name in enumerate(names)]
        text = render("text", judged(*many))
        assert "9 decisions to take" in text
        assert "what to do" not in text
        assert "-v shows all of each" in text
        assert "what to do" in render("text", judged(*many), verbose=True)

    def test_little_to_do_needs_none(self) -> None:
        text = render("text", judged(package("share", "AGPL-3.0-only")))
        assert text.count("copyleft-network") == 1

    def test_an_inventory(self) -> None:
        text = render("text", report(with_policy=False))
        assert re.search(r"plain 1\.0 +MIT +\(license-file\)", text)
        assert "exit 0" in text

    @pytest.mark.parametrize("width", [60, 100, 140])
    def test_wrapped_to_the_width(self, width: int) -> None:
        wrapped = [
            row
            for row in render("text", report(), width=width).splitlines()
            if row.startswith(" " * 10)
        ]
        assert wrapped
        assert max(map(len, wrapped)) <= width + 1

    def test_colour_adds_nothing_but_codes(self) -> None:
        colored = render("text", report(), color=True)
        bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
        assert "\x1b[" in colored
        assert bare == render("text", report())


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_text_is_harmless_in_every_form(
    name: str, verbose: bool
) -> None:
    written = render(name, report(), verbose=verbose)
    text = written if isinstance(written, str) else inside(written)
    assert not CONTROL.search(text.replace("\n", ""))
    # One form is commands, and has those alone that it makes.
    own = r"(?:error|warning) (?:file=|title=)" if name == "github" else "$^"
    assert not re.search(rf"(?m)^\s*::(?!{own})", text)
    text.encode("utf-8")


def inside(workbook: bytes) -> str:
    """Return all that the files of a workbook hold."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return "\n".join(archive.read(n).decode() for n in archive.namelist())


class TestEscape:
    def test_terminal(self) -> None:
        assert escape.terminal("a\x1b]0;b\x07") == "a\\x1b]0;b\\x07"
        assert escape.terminal("ok\n  ::set-output") == "ok\n  \\::set-output"
        assert escape.terminal("é 漢字") == "é 漢字"

    def test_line_is_one_line(self) -> None:
        assert "\n" not in escape.line("a\nb\r\nc\u2028d")


class TestClassified:
    def result(self):  # type: ignore[no-untyped-def]
        given = classify_bytes(
            b"nothing of note\n", f"dir/{HOSTILE}", clauses_only=True
        )
        match = Match(
            expression=Expression("MIT"),
            kind="text",
            lines=(1, 18),
            coverage=0.9996,
            part="the parser",
            differences=(
                Difference(
                    kind="added",
                    lines=(4, 4),
                    words=f"but not {HOSTILE}",
                    matters=True,
                ),
                Difference(
                    kind="missing", lines=(7, 8), words="", matters=False
                ),
            ),
        )
        late = Clause(
            clause="use.field",
            path="x",
            lines=(9, 9),
            quote="not in boats",
            confidence=0.8,
        )
        early = Clause(
            clause="attr.notice",
            path="x",
            lines=(2, 3),
            quote=f"keep {HOSTILE}",
        )
        fact = Clause(
            clause="warranty.none",
            section="7",
            params={"note": "as it is"},
            basis="known-text",
        )
        hit = Retaliation(
            strength="ip", effect="all", trigger="you sue over outputs"
        )
        terms = Terms(
            patent=Patent(grant="express", retaliation=hit),
            commercial="conditional",
            copyleft="file",
            clauses=(fact, late, early),
            incomplete=True,
        )
        found = Detection(
            expression=Expression("NOASSERTION"),
            modified=True,
            matches=(match,),
            unmatched=(Unmatched(lines=(30, 41), words=96),),
        )
        return replace(given, detection=found, terms=terms)

    def test_everything_is_said(self) -> None:
        text = render_classified([self.result()], 120)
        for part in (
            "NOASSERTION",
            "(modified)",
            "lines 1-18",
            "99.9 %",
            "about the parser",
            "added in line 4",
            "missing in lines 7-8 (does not matter)",
            "grant express; a suit ends all rights (ip)",
            "you sue over outputs",
            "conditional",
            "lines 30-41: 96 words",
            "not at hand",
            "“not in boats”",
            "section 7",
        ):
            assert part in text, part

    def test_clauses_stand_in_reading_order(self) -> None:
        text = render_classified([self.result()], 120)
        assert (
            text.index("attr.notice")
            < text.index("use.field")
            < text.index("warranty.none")
        )

    def test_hostile_text_is_harmless(self) -> None:
        text = render_classified([self.result(), self.result()], 40)
        assert not CONTROL.search(text.replace("\n", ""))
        assert not re.search(r"(?m)^\s*::", text)


class TestAnswers:
    def test_what_dropping_settles_most(self) -> None:
        report = judged(
            package("a", "AGPL-3.0-only"),
            package("b", "AGPL-3.0-only"),
            package("c", "GPL-3.0-only"),
        )
        goes_with = {"a": ["pkg:pypi/a@1.0", "pkg:pypi/b@1.0"], "c": []}
        purls = [c.component.purl for c in report.conclusions]
        goes_with = {"a": purls[:2], "c": purls[2:]}
        advised = replace(report, facts={"dropping": goes_with})
        assert "dropping a settles 2 of 3 findings" in render("text", advised)
        alone = replace(report, facts={"dropping": {"c": purls[2:]}})
        assert "dropping" not in render("text", alone)

    def test_silence_on_patents_is_one_line(self) -> None:
        many = [package(f"p{n:02d}", "MIT") for n in range(30)]
        rows = render("text", judged(*many)).splitlines()
        assert [r for r in rows if "silent: 30 (MIT)" in r]
        assert not [r for r in rows if "patent-grant-missing" in r]
        assert "answer       in order: nothing fails" in rows

    def test_ids_of_clauses_stand_in_verbose_reports_alone(self) -> None:
        from licensescan.report.phrases import without_ids

        told = "forbids named uses (use.field), is free (use.threshold: $5M)"
        assert without_ids(told) == "forbids named uses, is free ($5M)"
