"""SARIF: few results, each where a person can act on it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from licensescan.model.types import Acceptance, Report, Root
from licensescan.report import render
from licensescan.rulebook.rulebook import load
from tests.samples import judged, package, report

LEVELS = {"error", "warning", "note"}
PRINTS = {"licensescan/v1", "primaryLocationLineHash"}


def run_of(given: Report) -> dict[str, Any]:
    document = json.loads(render("sarif", given))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"]
        assert place["region"]["startLine"] >= 1
        assert set(result["partialFingerprints"]) == PRINTS
    return dict(run)


def test_one_text_is_one_result_with_its_members() -> None:
    twins = (package("a", "GPL-3.0-only"), package("b", "GPL-3.0-only"))
    run = run_of(judged(*twins))
    (result,) = [r for r in run["results"] if r["ruleId"] == "copyleft-strong"]
    assert len(result["relatedLocations"]) == 2
    assert "a@1.0, b@1.0" in result["message"]["text"]


def test_what_only_warns_is_not_there() -> None:
    given = report()
    assert any(f.verdict == "warn" for f in given.findings)
    told = {r["ruleId"] for r in run_of(given)["results"]}
    heavy = {f.rule for f in given.findings if f.verdict != "warn"}
    assert told == heavy


def test_it_stands_where_the_project_asks_for_it() -> None:
    way = ("app", "direct", "deep")
    deep = replace(package("deep", "GPL-3.0-only"), paths=(way,))
    root = Root(
        requirement="direct>=1", source="pyproject.toml:14", name="direct"
    )
    run = run_of(replace(judged(deep), roots=(root,)))
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "pyproject.toml"},
        "region": {"startLine": 14},
    }
    assert "app > direct > deep" in run["results"][0]["message"]["text"]


def test_a_fingerprint_outlives_a_version_and_another_member() -> None:
    def prints(*names: str, version: str) -> set[str]:
        members = []
        for name in names:
            whole = package(name, "GPL-3.0-only")
            purl = whole.component.purl.replace("1.0", version)
            component = replace(whole.component, version=version, purl=purl)
            members.append(replace(whole, component=component))
        results = run_of(judged(*members))["results"]
        return {
            r["partialFingerprints"]["licensescan/v1"]
            for r in results
            if r["ruleId"] == "copyleft-strong"
        }

    assert prints("a", version="1.0") == prints("a", "b", version="2.0")


def test_what_is_accepted_is_suppressed_with_its_reason() -> None:
    acceptance = Acceptance(
        licenses=("GPL-3.0-only",),
        reason="no copies leave",
        approved_by="Kim",
        expires=date(2027, 6, 1),
        key="k",
    )
    policy = replace(
        load().profile("distributed-product"), acceptances=(acceptance,)
    )
    given = report(policy)
    given = replace(
        given,
        findings=tuple(
            replace(f, waived_by="k") if f.verdict != "warn" else f
            for f in given.findings
        ),
    )
    for result in run_of(given)["results"]:
        (suppression,) = result["suppressions"]
        assert suppression["justification"] == (
            "no copies leave (k; approved by Kim; expires: 2027-06-01)"
        )
    assert json.loads(render("json", given))["acceptances"] == [
        {
            "key": "k",
            "reason": "no copies leave",
            "approved_by": "Kim",
            "expires": "2027-06-01",
        }
    ]


def test_what_is_incomplete_is_told() -> None:
    run = run_of(replace(report(), incomplete=("x.whl: not a zip",)))
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    (note,) = invocation["toolExecutionNotifications"]
    assert "x.whl" in note["message"]["text"]


SOURCES = {
    "pyproject.toml:14": ("pyproject.toml", 14),
    "/abs/x y/pyproject.toml:3": ("file:///abs/x%20y/pyproject.toml", 3),
    "../req.txt:9": ("../req.txt", 9),
    "req \u00fcn.txt:4": ("req%20%C3%BCn.txt", 4),
    "a:b:c": ("a%3Ab%3Ac", 1),
    "x.toml:0": ("x.toml", 1),
    "\ud800.txt:1": ("%ED%A0%80.txt", 1),
    "dir #1?/r.txt:7": ("dir%20%231%3F/r.txt", 7),
}


def test_places_are_uris_and_alerts_outlive_them() -> None:
    way = ("app", "direct", "deep")
    deep = replace(package("deep", "GPL-3.0-only"), paths=(way,))
    prints = set()
    for source, (uri, line) in SOURCES.items():
        root = Root(requirement="direct", source=source, name="direct")
        run = run_of(replace(judged(deep), roots=(root,)))
        (result,) = run["results"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == uri
        assert place["region"]["startLine"] == line
        prints.add(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(prints) == 1


def test_what_nobody_asks_for_stands_at_the_manifest() -> None:
    given = replace(report(), facts={"roots_from": ["pyproject.toml"]})
    for result in run_of(given)["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "pyproject.toml"


def test_many_members_are_within_the_limits() -> None:
    many = [package(f"p{number}", "GPL-3.0-only") for number in range(1500)]
    (result,) = run_of(judged(*many))["results"]
    assert len(result["relatedLocations"]) == 50
    assert "1495 more" in result["message"]["text"]
