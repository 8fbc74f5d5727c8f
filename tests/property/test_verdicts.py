"""
A verdict rests on something that is there: the surer and the heavier what it
is about, the severer it is, and what is only talked of fails no gate.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from licensescan.judge.judge import judge
from licensescan.judge.verdicts import SEVERITY, Verdicts
from licensescan.model.types import (
    VERDICTS,
    Certainty,
    Component,
    Conclusion,
    Evidence,
    EvidenceKind,
    Expression,
    Finding,
    Policy,
    Purl,
    Report,
    Role,
)
from licensescan.rulebook.rulebook import load

BOOK = load()
TODAY = date(2027, 1, 1)
PROFILES = st.sampled_from([BOOK.profile(name) for name in BOOK.profiles()])
LICENSES = st.sampled_from(
    [
        "MIT",
        "CC0-1.0",
        "MPL-2.0",
        "LGPL-2.1-only",
        "GPL-3.0-only",
        "AGPL-3.0-only",
        "CC-BY-NC-4.0",
        "CC-BY-ND-4.0",
        "EPL-2.0",
        "LicenseRef-NVIDIA-Proprietary",
        "LicenseRef-nobody-knows",
    ]
)
FULL = (Role.BUNDLED, Role.GENERATED, Role.IMPORTED)
ROLES = st.sampled_from([*FULL, Role.BESIDE])


def part(license_: str, certainty: Certainty, role: Role) -> Conclusion:
    path = f"demo/{license_}.c"
    header = Evidence(
        kind=EvidenceKind.SOURCE_HEADER,
        path=path,
        lines=(3, 3),
        expression=Expression(license_),
    )
    return Conclusion(
        component=Component(
            purl=Purl(f"pkg:pypi/demo@1#{path}"),
            name=path,
            version="",
            kind="model" if role is Role.FETCHED else "source",
            relation="vendored",
            path=path,
        ),
        concluded=Expression(license_),
        terms=BOOK.terms_of(license_),
        basis=EvidenceKind.SOURCE_HEADER,
        evidence=(header,),
        certainty=certainty,
        role=role,
    )


def report(policy: Policy, *parts: Conclusion) -> Report:
    text = Evidence(
        kind=EvidenceKind.LICENSE_FILE,
        path="demo-1.dist-info/LICENSE",
        sha256="0" * 64,
        expression=Expression("MIT"),
    )
    whole = Conclusion(
        component=Component(
            purl=Purl("pkg:pypi/demo@1"), name="demo", version="1"
        ),
        concluded=Expression("MIT"),
        terms=BOOK.terms_of("MIT"),
        basis=EvidenceKind.LICENSE_FILE,
        evidence=(text,),
        parts=parts,
    )
    findings, judged = judge([whole], BOOK, policy, today=TODAY)
    return Report(
        targets=(),
        conclusions=tuple(judged),
        findings=tuple(findings),
        policy=policy,
    )


def worst(findings: tuple[Finding, ...]) -> int:
    return max((VERDICTS.index(f.verdict) for f in findings), default=-1)


@given(LICENSES, st.sampled_from(Certainty), ROLES, PROFILES)
def test_a_denial_names_a_file_and_a_line(
    license_: str, certainty: Certainty, role: Role, policy: Policy
) -> None:
    found = report(policy, part(license_, certainty, role))
    for finding in found.findings:
        if finding.verdict == "deny":
            assert any(q.path and q.lines for q in finding.evidence)
            assert finding.certainty in (Certainty.SHIPPED, Certainty.NAMED)


@given(LICENSES, ROLES, PROFILES)
def test_what_is_only_talked_of_changes_nothing(
    license_: str, role: Role, policy: Policy
) -> None:
    spoken = part(license_, Certainty.TALKED_OF, role)
    assert report(policy, spoken).findings == report(policy).findings


@given(LICENSES, PROFILES, ROLES)
def test_the_surer_the_severer(
    license_: str, policy: Policy, role: Role
) -> None:
    severities = [
        worst(report(policy, part(license_, certainty, role)).findings)
        for certainty in Certainty
    ]
    assert severities == sorted(severities, reverse=True)


@given(LICENSES, PROFILES, st.sampled_from(FULL))
def test_a_heavier_role_never_gets_a_milder_verdict(
    license_: str, policy: Policy, role: Role
) -> None:
    heavy = part(license_, Certainty.SHIPPED, role)
    beside = replace(heavy, role=Role.BESIDE)
    assert worst(report(policy, heavy).findings) >= worst(
        report(policy, beside).findings
    )
    model = part(license_, Certainty.SHIPPED, Role.FETCHED)
    there = replace(model, role=Role.WEIGHTS)
    assert worst(report(policy, there).findings) >= worst(
        report(policy, model).findings
    )


@given(st.lists(LICENSES, max_size=3), LICENSES, ROLES, PROFILES)
def test_a_bad_file_more_never_lowers_the_exit_code(
    others: list[str], license_: str, role: Role, policy: Policy
) -> None:
    parts = [part(o, Certainty.SHIPPED, Role.BUNDLED) for o in others]
    more = part(license_, Certainty.SHIPPED, role)
    before, after = report(policy, *parts), report(policy, *parts, more)
    assert after.exit_code >= before.exit_code


@given(
    st.sampled_from([*VERDICTS, "ok"]),
    st.lists(st.sampled_from([*Certainty, *Role])),
    PROFILES,
)
def test_limits_only_ever_lower(
    ruling: str, standing: list[str], policy: Policy
) -> None:
    limited = Verdicts(BOOK, policy).limited(ruling, *standing)  # type: ignore[arg-type]
    assert SEVERITY[limited] <= SEVERITY[ruling]  # type: ignore[index]
