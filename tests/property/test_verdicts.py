"""
A verdict rests on something that is there: the surer and the heavier what it
is about, the severer it is, and what is only talked of fails no gate.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from licensescan.judge.decisions import decisions_of
from licensescan.judge.judge import judge
from licensescan.judge.verdicts import SEVERITY, Verdicts
from licensescan.model.kinds import RuleId
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
    Problem,
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


SHADES = st.sampled_from(
    [
        ("license-unknown", "named"),
        ("license-unknown", "undecided"),
        ("terms-unread", "left-over"),
    ]
)


@given(SHADES, PROFILES, st.sampled_from(FULL))
def test_a_question_is_asked_wherever_an_unknown_is_denied(
    asked: tuple[str, str], policy: Policy, role: Role
) -> None:
    rule, shade = asked
    problem = Problem(
        rule=RuleId(rule),
        path="demo/LICENSE",
        message="words",
        shade=shade,
    )
    bare = part("MIT", Certainty.SHIPPED, role)
    shaded = worst(report(policy, replace(bare, problems=(problem,))).findings)
    plain = worst(
        report(
            policy,
            replace(bare, problems=(replace(problem, shade=""),)),
        ).findings
    )
    review = VERDICTS.index("review")
    assert min(plain, review) <= shaded <= plain


@given(st.lists(st.tuples(LICENSES, ROLES), max_size=5), PROFILES)
def test_a_decision_is_about_one_component_or_one_license(
    pieces: list[tuple[str, Role]], policy: Policy
) -> None:
    """Joining questions loses no finding, and mixes no two licenses."""
    wholes = [
        replace(
            (c := part(license_, Certainty.SHIPPED, role)),
            component=replace(
                c.component,
                purl=Purl(f"pkg:pypi/p{number % 3}@{number}"),
                kind="package",
            ),
        )
        for number, (license_, role) in enumerate(pieces)
    ]
    findings, _ = judge(wholes, BOOK, policy, today=TODAY)
    decisions = decisions_of(findings, BOOK)
    assert sum(f.decision == d.id for d in decisions for f in findings) == len(
        findings
    )
    for decision in decisions:
        covered = [f for f in findings if f.decision == decision.id]
        names = {f.component.split("@")[0] for f in covered}
        assert len(names) == 1 or len({f.license for f in covered}) == 1


@given(st.sampled_from(("HDF5", "BSD-3-Clause-LBNL")), PROFILES)
def test_what_is_asked_of_contributors_is_told_and_stops_nobody(
    license_: str, policy: Policy
) -> None:
    found = report(policy, part(license_, Certainty.SHIPPED, Role.BUNDLED))
    asked = [f for f in found.findings if "changes-licensed-back" in f.rules]
    if policy.verdicts["changes-licensed-back"] != "ok":
        assert asked
    assert {f.verdict for f in asked} <= {"warn"}


DENIED = st.sampled_from(("GPL-3.0-only", "AGPL-3.0-only", "CC-BY-NC-4.0"))


@given(DENIED, PROFILES, st.sampled_from(FULL))
def test_what_its_terms_deny_is_at_least_a_review_beside(
    license_: str, policy: Policy, role: Role
) -> None:
    heavy = part(license_, Certainty.SHIPPED, role)
    beside = replace(heavy, role=Role.BESIDE)
    if worst(report(policy, heavy).findings) == VERDICTS.index("deny"):
        left = worst(report(policy, beside).findings)
        assert left >= VERDICTS.index("review")
