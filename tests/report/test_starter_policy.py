"""
`init`: the file can be used at once, changes nothing by itself, and is safe
with any name in it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from licensescan.judge.policy import load_policy
from licensescan.model.types import Policy, Report
from licensescan.report.starter_policy import starter
from licensescan.rulebook.rulebook import load
from tests.samples import HOSTILE, package, report


def loaded(text: str, place: Path) -> Policy:
    (place / "licensescan.toml").write_text(text, "utf-8")
    return load_policy(place)


def without_remarks(text: str) -> str:
    """The examples switched on: one `#` less where TOML follows."""
    rows = []
    for row in text.splitlines():
        bare = re.sub(r"^# ?", "", row)
        is_toml = re.match(
            r'(\[\[?[\w.-]+\]\]?|["\w@.-]+ = .+|\]|    ("[^"]*",? ?)+)$',
            bare.rstrip(),
        )
        rows.append(bare if row.startswith("#") and is_toml else row)
    return "\n".join(rows)


def test_it_changes_nothing_by_itself(tmp_path: Path) -> None:
    policy = loaded(starter(report()), tmp_path)
    assert policy.verdicts == load().profile("distributed-product").verdicts
    assert (policy.profile, policy.fail_on) == (
        "distributed-product",
        "review",
    )
    assert (policy.allow, policy.deny, policy.waivers, policy.curations) == (
        (),
        (),
        (),
        (),
    )


def test_it_keeps_the_profile_that_was_asked_for(tmp_path: Path) -> None:
    given = report(load().profile("saas"))
    assert loaded(starter(given), tmp_path).profile == "saas"


def test_it_names_what_is_there() -> None:
    text = starter(report())
    assert "there were 5 components" in " ".join(
        text.replace("# ", "").split()
    )
    assert "MIT (2)" in text
    assert "AGPL-3.0-only (1)" in text


def test_its_examples_are_valid_when_switched_on(tmp_path: Path) -> None:
    policy = loaded(without_remarks(starter(report())), tmp_path)
    assert "MIT" in policy.allow
    assert policy.deny
    assert len(policy.waivers) == 1
    assert policy.waivers[0].component in (
        "plain",
        "share",
        "odd",
        "whole",
        "bad",
    )
    assert policy.waivers[0].expires is not None
    assert len(policy.curations) == 1
    assert policy.curations[0].component == "bad"


def test_an_empty_project(tmp_path: Path) -> None:
    text = starter(
        Report(
            targets=(),
            conclusions=(),
            policy=load().profile("distributed-product"),
        )
    )
    assert loaded(text, tmp_path).source.endswith("licensescan.toml")
    assert loaded(without_remarks(text), tmp_path).allow == ("MIT",)


@pytest.mark.parametrize(
    "name", [HOSTILE, 'a"\n[waiver]\nx = "', "a\\", "\x00", "]"]
)
def test_a_hostile_name_cannot_write_policy(name: str, tmp_path: Path) -> None:
    given = package("plain", "AGPL-3.0-only")
    hostile = replace(given, component=replace(given.component, name=name))
    found = tuple(
        replace(f, component=hostile.component.purl, license=name)
        for f in report().findings
    )
    text = starter(replace(report(), conclusions=(hostile,), findings=found))
    policy = loaded(text, tmp_path)
    assert policy.waivers == ()
    assert policy.verdicts == load().profile("distributed-product").verdicts


def test_the_same_project_gives_the_same_file() -> None:
    assert starter(report()) == starter(report())
