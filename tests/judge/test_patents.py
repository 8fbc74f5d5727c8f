"""Patents where they bite: of parts, of codecs, and beside a grant of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licensescan.judge.judge import judge
from licensescan.judge.verdicts import Verdicts
from licensescan.model.types import (
    Component,
    Conclusion,
    Expression,
    Finding,
    Problem,
    Purl,
)
from licensescan.rulebook.rulebook import load

BOOK = load()
AOM = "LicenseRef-scancode-alliance-open-media-patent-1.0"
FACEBOOK = "LicenseRef-scancode-facebook-patent-rights-2"


def conclusion(license_: str, *parts: Conclusion) -> Conclusion:
    component = Component(
        purl=Purl("pkg:pypi/demo@1"), name="demo", version="1", kind="package"
    )
    return Conclusion(
        component=component,
        concluded=Expression(license_),
        terms=BOOK.terms_of(license_),
        parts=parts,
    )


def part(license_: str, *problems: Problem) -> Conclusion:
    given = conclusion(license_)
    component = replace(
        given.component,
        purl=Purl("pkg:pypi/demo@1#libx.so"),
        name="libx",
        kind="native",
        relation="bundled",
    )
    return replace(given, component=component, problems=problems)


def findings(given: Conclusion, profile: str) -> list[Finding]:
    by = BOOK.profile(profile)
    return judge([given], BOOK, by, today=date(2027, 1, 1))[0]


def verdicts(given: Conclusion, profile: str) -> dict[str, str]:
    found = findings(given, profile)
    said = {f.rule: str(f.verdict) for f in found}
    below = {a.rule: str(a.verdict) for f in found for a in f.also}
    return {**said, **below}


@pytest.mark.parametrize("license_", ["BSD-3-Clause-Clear", "CC0-1.0"])
def test_a_part_that_withholds_patents_is_told(license_: str) -> None:
    given = conclusion("MIT", part(license_))
    assert verdicts(given, "distributed-product")["patent-disclaimed"] == (
        "warn"
    )
    whole = verdicts(conclusion(license_), "distributed-product")
    assert whole["patent-disclaimed"] == "review"


def test_a_grant_of_its_own_counts_beside_a_license_that_withholds() -> None:
    given = part(f"BSD-3-Clause-Clear AND {AOM}")
    assert given.terms.patent.grant == "file"
    found = verdicts(conclusion("MIT", given), "distributed-product")
    assert "patent-disclaimed" not in found
    assert "patent-retaliation-broad" not in found


def test_a_list_of_allowed_licenses_minds_no_mere_grant() -> None:
    by = Verdicts(BOOK, BOOK.profile("permissive-only"))
    assert by.refusal(AOM) == ""
    assert by.refusal(FACEBOOK) == "does not allow"


def test_retaliation_over_the_work_is_told_of_the_whole_alone() -> None:
    given = conclusion("MIT", part("Apache-2.0"))
    assert "patent-retaliation" not in verdicts(given, "distributed-product")


def test_retaliation_over_all_intellectual_property_is_told_of_a_part() -> (
    None
):
    terms = BOOK.terms_of("LicenseRef-Llama-3-Community")
    assert terms.patent.retaliation is not None
    assert terms.patent.retaliation.strength == "ip"
    given = conclusion("MIT", part("LicenseRef-Llama-3-Community"))
    found = verdicts(given, "distributed-product")
    assert found["patent-retaliation"] == "warn"


@pytest.mark.parametrize(
    ("profile", "verdict"),
    [
        ("distributed-product", "warn"),
        ("saas", "warn"),
        ("library-mit", "warn"),
        ("internal-research", None),
    ],
)
def test_the_pool_of_a_codec(profile: str, verdict: str | None) -> None:
    problem = Problem(
        rule="patent-pool", path="libx.so", message="H.264 is in a pool"
    )
    given = conclusion("MIT", part("BSD-2-Clause", problem))
    assert verdicts(given, profile).get("patent-pool") == verdict
