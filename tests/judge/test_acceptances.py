"""When waivers hold, and when they and curations are stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licensescan.judge.acceptances import Accepting, Subject
from licensescan.judge.stale import StaleEntry, stale_entries
from licensescan.model.types import (
    Acceptance,
    Component,
    Conclusion,
    Curation,
    Evidence,
    Finding,
    Policy,
    Purl,
    Waiver,
)
from licensescan.rulebook.rulebook import load

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


def accepting(policy: Policy, today: date = TODAY) -> Accepting:
    return Accepting(policy, load(), today)


def applied(policy: Policy, today: date = TODAY) -> Finding:
    by_purl = {COMPONENT.purl: CONCLUSION}
    (finding,) = accepting(policy, today).applied([FINDING], by_purl)
    return finding


def stale(
    policy: Policy,
    *conclusions: Conclusion,
    findings: tuple[Finding, ...] = (),
) -> list[StaleEntry]:
    run = accepting(policy)
    by_purl = {c.component.purl: c for c in conclusions}
    subjects = [
        Subject(finding=f, conclusion=by_purl[f.component]) for f in findings
    ]
    return stale_entries(run, subjects, conclusions)


def test_a_waiver_holds_until_the_end_of_its_day() -> None:
    policy = waived(expires=TODAY)
    assert applied(policy).waived_by == "k"
    assert applied(policy, date(2027, 1, 2)).waived_by is None


def test_a_finding_says_who_approved_of_it() -> None:
    found = applied(waived(approved_by="A. Person"))
    assert (found.waived_by, found.approved_by) == ("k", "A. Person")
    assert applied(waived(rule="terms-risk")) == FINDING


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expires": date(2026, 1, 1)}, "expired on 2026-01-01"),
        ({"sha256": "c" * 64}, "pinned to a text that has changed"),
        ({"component": "gone"}, "matches no finding"),
    ],
)
def test_why_a_waiver_is_stale(changes: dict[str, object], why: str) -> None:
    told = stale(waived(**changes), CONCLUSION)
    assert [why in entry.reason for entry in told] == [True]


@pytest.mark.parametrize(
    ("component", "basis", "number"),
    [
        ("some-name", "curation", 0),
        ("some-name", "license-file", 1),
        ("gone", "curation", 1),
    ],
)
def test_a_curation_is_stale_unless_it_decided_for_what_it_names(
    component: str, basis: str, number: int
) -> None:
    curation = Curation(
        component=component, license="MIT", reason="r", key="k"
    )  # type: ignore[arg-type]
    policy = Policy(profile="p", verdicts={}, curations=(curation,))
    told = stale(policy, replace(CONCLUSION, basis=basis))
    assert len(told) == number


def test_a_curation_that_names_nothing_is_stale() -> None:
    curation = Curation(component="gone", license="MIT", reason="r", key="k")  # type: ignore[arg-type]
    policy = Policy(profile="p", verdicts={}, curations=(curation,))
    (told,) = stale(policy, CONCLUSION)
    assert "names nothing that is here" in told.reason


@pytest.mark.parametrize(
    ("entry", "number"),
    [("some-name", 0), ("some*", 0), ("somename", 1), ("other*", 1)],
)
@pytest.mark.parametrize("key", ["allow", "deny"])
def test_a_listed_package_that_is_not_here_is_told(
    key: str, entry: str, number: int
) -> None:
    lists = {f"{key}_packages": (entry,)}
    policy = Policy(profile="p", verdicts={}, **lists)  # type: ignore[arg-type]
    told = stale(policy, CONCLUSION)
    assert len(told) == number
    for item in told:
        assert (item.key, item.component) == (f"packages.{key}", entry)
        assert item.is_minor


TEXT = "a" * 64
LICENSED = replace(FINDING, license="GPL-3.0-only")
IN_PART = replace(LICENSED, part="libx")


def accept(**stated: object) -> Policy:
    acceptance = Acceptance(
        **{"reason": "r", "key": "a", "has_no_end": True, **stated}
    )  # type: ignore[arg-type]
    return Policy(profile="p", verdicts={}, acceptances=(acceptance,))


def is_accepted(policy: Policy, finding: Finding, text: str = TEXT) -> bool:
    subject = Subject(finding=finding, conclusion=CONCLUSION, text=text)
    return accepting(policy).best(subject) is not None


@pytest.mark.parametrize(
    ("stated", "finding", "is_covered"),
    [
        ({"texts": (TEXT,)}, LICENSED, True),
        ({"texts": (TEXT,)}, IN_PART, True),
        ({"texts": ("b" * 64,)}, LICENSED, False),
        ({"licenses": ("gpl-3.0-ONLY",)}, IN_PART, True),
        ({"licenses": ("copyleft-strong",)}, LICENSED, True),
        ({"licenses": ("copyleft-weak", "MIT")}, LICENSED, False),
        ({"components": ("some-name",)}, LICENSED, True),
        ({"components": ("pkg:pypi/some-*",)}, LICENSED, True),
        ({"components": ("pkg:npm/some-*",)}, LICENSED, False),
        # A part that came later was never looked at.
        ({"components": ("some-name",)}, IN_PART, False),
        ({"components": ("some-name",), "parts": ("libx",)}, IN_PART, True),
        ({"components": ("some-name",), "parts": ("libx",)}, LICENSED, False),
        (
            {"components": ("some-name",), "parts": (".", "lib*")},
            LICENSED,
            True,
        ),
        ({"components": ("some-name",), "parts": ("liby",)}, IN_PART, False),
        ({"rules": ("copyleft-strong",)}, LICENSED, True),
        ({"rules": ("terms-risk",)}, LICENSED, False),
        ({"licenses": ("GPL-3.0-only",), "scopes": ("dev",)}, LICENSED, False),
        ({"licenses": ("GPL-3.0-only",), "versions": "<2"}, LICENSED, True),
        ({"licenses": ("GPL-3.0-only",), "versions": ">2"}, LICENSED, False),
        # What a license demands is accepted, and no doubt about evidence.
        (
            {"licenses": ("GPL-3.0-only",)},
            replace(LICENSED, rule="license-mismatch"),
            False,
        ),
        (
            {"texts": (TEXT,)},
            replace(LICENSED, rule="license-modified"),
            True,
        ),
        (
            {"components": ("some-name",)},
            replace(FINDING, rule="license-missing"),
            True,
        ),
    ],
)
def test_an_acceptance_covers_what_it_states(
    stated: dict[str, object], finding: Finding, is_covered: bool
) -> None:
    assert is_accepted(accept(**stated), finding) is is_covered


def test_the_most_specific_decides_even_after_its_end() -> None:
    broad = Acceptance(
        licenses=("GPL-3.0-only",), reason="r", key="broad", has_no_end=True
    )
    narrow = Acceptance(
        components=("some-name",), reason="r", key="narrow", expires=TODAY
    )
    policy = replace(accept(), acceptances=(broad, narrow))
    subject = Subject(finding=LICENSED, conclusion=CONCLUSION)
    run = accepting(policy)
    best = run.best(subject)
    assert best is not None
    assert best.key == "narrow"
    told = stale_entries(run, [], [CONCLUSION])
    assert [e.reason for e in told] == [
        "accepts nothing that narrow does not decide"
    ]
    assert told[0].is_minor
    late = accepting(policy, date(2027, 1, 2))
    assert late.best(subject) is None
    (expired, *_) = [
        e for e in stale_entries(late, [], [CONCLUSION]) if not e.is_minor
    ]
    assert "expired" in expired.reason


@pytest.mark.parametrize(
    ("stated", "reason", "is_minor"),
    [
        ({"components": ("gone",)}, "names nothing", True),
        ({"components": ("some-name",), "rules": ("x",)}, "no finding", True),
        (
            {"texts": ("b" * 64,), "licenses": ("GPL-3.0-only",)},
            "a text that has changed",
            False,
        ),
        (
            {"components": ("some-name",), "versions": "<1"},
            "other versions",
            False,
        ),
        ({"components": ("some-name",), "parts": ("x",)}, "parts", False),
        (
            {"components": ("some-name",), "licenses": ("MIT",)},
            "another license",
            False,
        ),
        ({"components": ("some-name",), "expires": TODAY}, "", True),
    ],
)
def test_what_lapsed_is_told_apart_from_what_matches_nothing(
    stated: dict[str, object], reason: str, is_minor: bool
) -> None:
    policy = accept(**stated)
    run = accepting(policy)
    subject = Subject(finding=LICENSED, conclusion=CONCLUSION, text=TEXT)
    standing = [] if run.best(subject) else [subject]
    told = stale_entries(run, standing, [CONCLUSION])
    assert [(reason in e.reason, e.is_minor) for e in told] == (
        [(True, is_minor)] if reason else []
    )


def test_a_reason_to_be_filled_in_and_a_missing_end_are_told() -> None:
    policy = accept(
        components=("some-name",),
        reason="To be filled in: why",
        has_no_end=False,
    )
    run = accepting(policy)
    assert run.best(Subject(finding=LICENSED, conclusion=CONCLUSION))
    told = stale_entries(run, [], [CONCLUSION])
    assert [entry.is_minor for entry in told] == [True, True]
