"""Findings on one text and subject become one, the heaviest first."""

from __future__ import annotations

from licensescan.judge.merging import Texts, merged
from licensescan.model.types import (
    Component,
    Conclusion,
    Evidence,
    Expression,
    Finding,
    Purl,
    Quote,
    Verdict,
)
from licensescan.rulebook.rulebook import load

RULES = load().rules
COMPONENT = Component(purl=Purl("pkg:pypi/demo@1"), name="demo", version="1")
TEXTS = Texts(
    Conclusion(
        component=COMPONENT,
        evidence=tuple(
            Evidence(
                kind="license-file",
                path=path,
                sha256=path[0] * 64,
                expression=Expression(expression),
            )
            for path, expression in [
                ("a.txt", "LicenseRef-A"),
                ("b.txt", "MIT"),
            ]
        ),
    )
)


def finding(
    rule: str, verdict: Verdict, path: str = "a.txt", **more: str
) -> Finding:
    return Finding(
        rule=rule,
        verdict=verdict,
        component=COMPONENT.purl,
        message=rule,
        license=more.pop("license", "LicenseRef-A"),
        evidence=(Quote(path=path),) if path else (),
        **more,
    )


def shape(*findings: Finding) -> list[list[str]]:
    return [list(f.rules) for f in merged(findings, TEXTS, RULES)]


def test_the_heaviest_names_what_one_text_says() -> None:
    assert shape(
        finding("terms-risk", "review"),
        finding("patent-retaliation", "warn"),
        finding("commercial-conditional", "review"),
        finding("distribution-restricted", "deny"),
    ) == [
        [
            "distribution-restricted",
            "commercial-conditional",
            "terms-risk",
            "patent-retaliation",
        ]
    ]


def test_what_is_quoted_nowhere_rests_on_the_text_of_its_license() -> None:
    assert shape(
        finding("use-restricted", "review"),
        finding("terms-risk", "review", path=""),
    ) == [["use-restricted", "terms-risk"]]


def test_another_topic_as_heavy_is_another_finding() -> None:
    assert shape(
        finding("patent-retaliation-broad", "deny"),
        finding("copyleft-strong", "deny"),
        finding("terms-risk", "review"),
    ) == [["copyleft-strong", "terms-risk"], ["patent-retaliation-broad"]]


def test_other_texts_parts_and_licenses_stay_apart() -> None:
    apart = (
        finding("terms-risk", "review"),
        finding("use-restricted", "review", path="b.txt"),
        finding("use-restricted", "review", part="weights"),
        finding("use-restricted", "review", license="LicenseRef-B"),
    )
    assert len(shape(*apart)) == len(apart)


def test_evidence_and_what_is_waived_stay_apart() -> None:
    assert shape(
        finding("terms-unread", "deny"),
        finding("use-restricted", "review", waived_by="k"),
        finding("terms-risk", "review"),
    ) == [["terms-unread"], ["use-restricted"], ["terms-risk"]]


def test_a_part_does_not_rest_on_the_text_of_the_whole() -> None:
    # A file under the license whose text was accepted came later: nobody
    # looked at it.
    of_part = finding("terms-risk", "review", path="", part="new.py")
    assert TEXTS.behind(of_part) == ""
    assert TEXTS.behind(finding("terms-risk", "review", path="")) == "a" * 64
