"""When waivers hold, and when they and curations are stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licensescan.judge.waivers import accepted, stale_entries, waiver_for
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
    rule="copyleft-strong",
    verdict="deny",
    component=COMPONENT.purl,
    message="",
)


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
    assert (
        waiver_for(FINDING, CONCLUSION, waived(expires=TODAY), TODAY)
        is not None
    )
    assert (
        waiver_for(
            FINDING, CONCLUSION, waived(expires=TODAY), date(2027, 1, 2)
        )
        is None
    )


def test_a_finding_says_who_approved_of_it() -> None:
    policy = waived(approved_by="A. Person")
    found = accepted(FINDING, CONCLUSION, policy, TODAY)
    assert (found.waived_by, found.approved_by) == ("k", "A. Person")
    assert (
        accepted(FINDING, CONCLUSION, waived(rule="terms-risk"), TODAY)
        == FINDING
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
    assert [why in entry.reason for entry in told] == [True]


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
    curation = Curation(
        component=component, license="MIT", reason="r", key="k"
    )  # type: ignore[arg-type]
    policy = Policy(profile="p", verdicts={}, curations=(curation,))
    assert (
        len(
            stale_entries(
                policy, [], [replace(CONCLUSION, basis=basis)], TODAY
            )
        )
        == stale
    )


def test_a_curation_that_names_nothing_is_stale() -> None:
    curation = Curation(component="gone", license="MIT", reason="r", key="k")  # type: ignore[arg-type]
    policy = Policy(profile="p", verdicts={}, curations=(curation,))
    assert (
        "names nothing that is here"
        in stale_entries(policy, [], [CONCLUSION], TODAY)[0].reason
    )


@pytest.mark.parametrize(
    ("entry", "stale"),
    [("some-name", 0), ("some*", 0), ("somename", 1), ("other*", 1)],
)
@pytest.mark.parametrize("key", ["allow", "deny"])
def test_a_listed_package_that_is_not_here_is_told(
    key: str, entry: str, stale: int
) -> None:
    lists = {f"{key}_packages": (entry,)}
    policy = Policy(profile="p", verdicts={}, **lists)  # type: ignore[arg-type]
    told = stale_entries(policy, [], [CONCLUSION], TODAY)
    assert len(told) == stale
    for item in told:
        assert (item.key, item.component) == (f"packages.{key}", entry)
        assert item.is_minor
