"""Findings that one look at one text settles share a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from licensescan.judge.decisions import Decision, decisions_of
from licensescan.judge.judge import judge
from licensescan.model.types import (
    Component,
    Conclusion,
    Evidence,
    Expression,
    Problem,
    Purl,
    Waiver,
)
from licensescan.rulebook.rulebook import load

BOOK = load()
POLICY = BOOK.profile("distributed-product")
VENDOR = "LicenseRef-scancode-nvidia-sdk-12.8"


def package(
    name: str,
    license_: str,
    text: str = "a",
    version: str = "1",
    **more: object,
) -> Conclusion:
    evidence = Evidence(
        kind="license-file",  # type: ignore[arg-type]
        path=f"{name}/LICENSE",
        sha256=text * 64,
        expression=Expression(license_),
    )
    return Conclusion(
        component=Component(
            purl=Purl(f"pkg:pypi/{name}@{version}"), name=name, version=version
        ),
        concluded=Expression(license_),
        terms=BOOK.terms_of(license_),
        evidence=(evidence,),
        **more,  # type: ignore[arg-type]
    )


def serious(
    *conclusions: Conclusion, waivers: tuple[Waiver, ...] = ()
) -> list[Decision]:
    policy = replace(POLICY, waivers=waivers)
    findings, _ = judge(conclusions, BOOK, policy, today=date(2027, 1, 1))
    assert all(finding.decision for finding in findings)
    return [d for d in decisions_of(findings, BOOK) if d.verdict != "warn"]


def test_one_text_of_many_packages_is_one_decision() -> None:
    (decision,) = serious(package("cu", VENDOR), package("dnn", VENDOR))
    assert decision.components == ("pkg:pypi/cu@1", "pkg:pypi/dnn@1")
    assert decision.text_sha256 == "a" * 64
    assert "commercial-conditional" in decision.rules
    assert (
        decision.title
        == "NVIDIA SDK License Agreement and CUDA Supplement (12.8)"
    )


def test_another_text_of_a_vendor_is_another_decision() -> None:
    assert (
        len(serious(package("cu", VENDOR), package("dnn", VENDOR, text="b")))
        == 2
    )


def test_a_license_of_the_list_says_the_same_in_every_copy() -> None:
    (decision,) = serious(
        package("p", "AGPL-3.0-only"), package("q", "AGPL-3.0-only", text="b")
    )
    assert decision.text_sha256 is None
    assert len(decision.components) == 2


def test_an_id_outlives_an_update_and_not_a_change_of_the_text() -> None:
    (before,) = serious(package("cu", VENDOR))
    (update,) = serious(package("cu", VENDOR, version="2"))
    (changed,) = serious(package("cu", VENDOR, text="b"))
    assert before.id == update.id != changed.id


def test_what_is_wrong_with_the_evidence_is_decided_for_each_component() -> (
    None
):
    problems = (Problem(rule="metadata-invalid", path="x", message="broken"),)  # type: ignore[arg-type]
    decisions = serious(
        package("p", "MIT", problems=problems),
        package("q", "MIT", problems=problems),
    )
    assert [decision.rules for decision in decisions] == [
        ("metadata-invalid",)
    ] * 2


def test_libraries_that_nobody_knows_are_one_question() -> None:
    problem = Problem(
        rule="native-unlisted",  # type: ignore[arg-type]
        path="x",
        message="1 bundled library",
    )
    (decision,) = serious(
        package("p", "MIT", problems=(problem,)),
        package("q", "Apache-2.0", problems=(problem,)),
    )
    assert len(decision.components) == 2
    assert decision.license == "NOASSERTION"


def test_what_costs_under_one_license_is_one_question() -> None:
    license_ = "LicenseRef-scancode-alliance-open-media-patent-1.0"
    bare = [
        replace(package(name, license_), evidence=()) for name in ("p", "q")
    ]
    (decision,) = serious(*bare)
    assert decision.rules == ("changes-licensed-back", "patent-retaliation")


def test_a_text_says_what_is_known_of_a_library_without_one() -> None:
    license_ = "LicenseRef-scancode-issl-2022"
    library = replace(package("mkl", license_), evidence=())
    text = replace(
        part_of("b", license_),
        evidence=package("b", license_, text="b").evidence,
    )
    decisions = serious(
        package("p", "MIT", parts=(library, text)),
        package("q", "MIT", parts=(library,)),
    )
    assert [len(d.components) for d in decisions] == [2]


def test_another_text_elsewhere_is_another_question() -> None:
    license_ = "LicenseRef-scancode-issl-2022"
    library = replace(package("mkl", license_), evidence=())
    decisions = serious(
        package("p", "MIT", parts=(library,)),
        package("q", "MIT", parts=(library,)),
        package("r", license_, text="b"),
    )
    assert len(decisions) == 2


def test_what_waivers_accept_whole_is_accepted() -> None:
    waiver = Waiver(
        component="p", rule="metadata-invalid", reason="r", key="w"
    )
    problems = (Problem(rule="metadata-invalid", path="x", message="broken"),)  # type: ignore[arg-type]
    both = (
        package("p", "MIT", problems=problems),
        package("q", "MIT", problems=problems),
    )
    accepted_by = {
        decision.components: decision.accepted_by
        for decision in serious(*both, waivers=(waiver,))
    }
    assert accepted_by == {("pkg:pypi/p@1",): "w", ("pkg:pypi/q@1",): None}


def test_one_accepted_of_two_leaves_the_decision_open() -> None:
    waiver = Waiver(
        component="p", rule="copyleft-network", reason="r", key="w"
    )
    both = (package("p", "AGPL-3.0-only"), package("q", "AGPL-3.0-only"))
    (decision,) = serious(*both, waivers=(waiver,))
    assert decision.accepted_by is None


def test_free_words_are_decided_for_each_component() -> None:
    said = "LicenseRef-non-commercial"
    both = [replace(package(name, said), evidence=()) for name in ("p", "q")]
    assert len({d.id for d in serious(*both)}) >= 2
    assert all(len(d.components) == 1 for d in serious(*both))


def part_of(name: str, license_: str) -> Conclusion:
    part = package(name, license_)
    header = Evidence(
        kind="source-header",  # type: ignore[arg-type]
        path=f"{name}.py",
        lines=(1, 1),
        expression=Expression(license_),
    )
    return replace(
        part,
        component=replace(part.component, path=f"{name}.py"),
        evidence=(header,),
    )


def test_one_question_to_one_component_is_one_decision() -> None:
    parts = (part_of("a", "CC-BY-NC-4.0"), part_of("b", "CC-BY-NC-SA-4.0"))
    (decision,) = serious(package("p", "MIT", parts=parts))
    assert decision.rules[0] == "commercial-prohibited"
    assert decision.components == ("pkg:pypi/p@1",)


def test_what_another_component_asks_too_stays_its_own_decision() -> None:
    first = part_of("a", "CC-BY-NC-4.0")
    second = part_of("b", "CC-BY-NC-SA-4.0")
    decisions = serious(
        package("p", "MIT", parts=(first, second)),
        package("q", "MIT", parts=(first,)),
    )
    assert [d.components for d in decisions] == [
        ("pkg:pypi/p@1", "pkg:pypi/q@1"),
        ("pkg:pypi/p@1",),
    ]


def test_two_readings_that_disagree_are_one_decision() -> None:
    message = "nccl declares one thing; its text is another"
    problem = Problem(
        rule="license-mismatch",  # type: ignore[arg-type]
        path="nccl/LICENSE",
        message=message,
        readings=(Expression(VENDOR), Expression("BSD-3-Clause")),
    )
    both = package(
        "nccl",
        "BSD-3-Clause",
        alternative=Expression(VENDOR),
        problems=(problem,),
    )
    (decision,) = serious(both)
    assert {"license-mismatch", "commercial-conditional"} <= {*decision.rules}


def test_parts_under_the_gpl_add_nothing_to_a_component_under_it() -> None:
    parts = (part_of("a", "GPL-1.0-or-later"), part_of("b", "AGPL-3.0-only"))
    whole = package("p", "GPL-3.0-or-later", parts=parts)
    decisions = serious(whole)
    assert [d.license for d in decisions] == [
        "AGPL-3.0-only",
        "GPL-3.0-or-later",
    ] or [d.license for d in decisions] == [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
    ]


def test_research_inside_fails_for_commerce_and_what_nobody_can_read() -> None:
    policy = BOOK.profile("internal-research")
    failing = {
        rule.partition("@")[0]
        for rule, verdict in policy.verdicts.items()
        if verdict in ("review", "deny")
    }
    commerce = {"commercial-prohibited"}
    unread = {
        "evidence-missing",
        "evidence-truncated",
        "evidence-unreadable",
        "license-missing",
        "license-unknown",
        "terms-unread",
        "text-obfuscated",
    }
    unsafe = {"archive-unsafe", "path-escape"}
    own_words = {"license-denied", "terms-violated", "waiver-stale"}
    assert failing == commerce | unread | unsafe | own_words
