"""
Whom an entry of a policy means, when waivers and curations hold, and when they are
stale.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licensescan.judge.waivers import (
    curation_applies,
    names_component,
    stale_entries,
    waiver_for,
)
from licensescan.model.types import (
    Component,
    Conclusion,
    Curation,
    Evidence,
    Finding,
    Policy,
    Purl,
    Waiver,
)

TODAY = date(2027, 1, 1)

COMPONENT = Component(
    purl=Purl("pkg:pypi/some-name@1.5"),
    name="Some_Name",
    version="1.5",
    evidence=(Evidence(kind="license-file", path="LICENSE", sha256="a" * 64),),
)
CONCLUSION = Conclusion(component=COMPONENT, evidence=COMPONENT.evidence)
FINDING = Finding(
    rule="copyleft-strong", verdict="deny", component=COMPONENT.purl, message=""
)


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("some-name", True),
        ("SOME.NAME", True),
        ("pkg:pypi/some-name", True),
        ("pkg:pypi/some-name@9", True),
        ("pkg:npm/some-name", False),
        ("some", False),
    ],
)
def test_who_is_meant(entry: str, meant: bool) -> None:
    assert names_component(entry, COMPONENT) is meant


@pytest.mark.parametrize("entry", ["pkg:npm/@babel/core", "pkg:npm/%40babel/core"])
def test_a_scope_of_npm_as_people_write_it(entry: str) -> None:
    component = Component(
        purl=Purl("pkg:npm/%40babel/core@7.1.0"), name="@babel/core", version="7.1.0"
    )
    assert names_component(entry, component)


@pytest.mark.parametrize(
    ("changes", "applies"),
    [
        ({}, True),
        ({"versions": ">=1.5"}, True),
        ({"versions": ">1.5"}, False),
        ({"sha256": "a" * 64}, True),
        ({"sha256": "b" * 64}, False),
        ({"component": "other"}, False),
    ],
)
def test_when_a_curation_applies(changes: dict[str, str], applies: bool) -> None:
    fields = {"component": "some-name", "license": "MIT", "reason": "told", **changes}
    assert curation_applies(Curation(**fields), COMPONENT) is applies  # type: ignore[arg-type]


@pytest.mark.parametrize("component", ["pkg:pypi/some-name", "libx"])
def test_a_curation_says_nothing_of_what_is_inside(component: str) -> None:
    part = Component(
        purl=Purl("pkg:pypi/some-name@1.5#libs/libx.so"),
        name="libx",
        version="",
        kind="native",
    )
    curation = Curation(component=component, license="MIT", reason="r", key="k")  # type: ignore[arg-type]
    assert not curation_applies(curation, part)


def waived(**changes: object) -> Policy:
    waiver = Waiver(
        **{
            "component": "some-name",
            "rule": "copyleft-strong",
            "reason": "r",
            "key": "k",
            **changes,
        }
    )  # type: ignore[arg-type]
    return Policy(profile="p", verdicts={}, waivers=(waiver,))


def test_a_waiver_holds_until_the_end_of_its_day() -> None:
    assert waiver_for(FINDING, CONCLUSION, waived(expires=TODAY), TODAY) is not None
    assert (
        waiver_for(FINDING, CONCLUSION, waived(expires=TODAY), date(2027, 1, 2)) is None
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expires": date(2026, 1, 1)}, "expired on 2026-01-01"),
        ({"sha256": "c" * 64}, "pinned to a text that has changed"),
        ({"component": "gone"}, "matches no finding"),
    ],
)
def test_why_a_waiver_is_stale(changes: dict[str, object], why: str) -> None:
    told = stale_entries(waived(**changes), [], [CONCLUSION], TODAY)
    assert [why in message for _, _, message in told] == [True]


@pytest.mark.parametrize(
    ("component", "basis", "stale"),
    [
        ("some-name", "curation", 0),
        ("some-name", "license-file", 1),
        ("gone", "curation", 1),
    ],
)
def test_a_curation_is_stale_unless_it_decided_for_what_it_names(
    component: str, basis: str, stale: int
) -> None:
    curation = Curation(component=component, license="MIT", reason="r", key="k")  # type: ignore[arg-type]
    policy = Policy(profile="p", verdicts={}, curations=(curation,))
    assert (
        len(stale_entries(policy, [], [replace(CONCLUSION, basis=basis)], TODAY))
        == stale
    )


def test_a_curation_that_names_nothing_is_stale() -> None:
    curation = Curation(component="gone", license="MIT", reason="r", key="k")  # type: ignore[arg-type]
    policy = Policy(profile="p", verdicts={}, curations=(curation,))
    assert (
        "names nothing that is here"
        in stale_entries(policy, [], [CONCLUSION], TODAY)[0][2]
    )
