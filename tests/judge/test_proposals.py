"""What would settle decisions states as little as covers them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensescan.judge.acceptances import Accepting, Subject
from licensescan.judge.baseline import is_known, read_baseline, write_baseline
from licensescan.judge.fingerprints import fingerprint
from licensescan.judge.proposals import adopted, exactly, proposed
from licensescan.model.types import (
    Acceptance,
    Finding,
    Policy,
    Purl,
)
from licensescan.rulebook.rulebook import load
from tests.samples import package

BOOK = load()
TODAY = date(2027, 1, 1)
WHOLE = package("demo", "GPL-3.0-only")
FINDING = Finding(
    rule="copyleft-strong",
    verdict="deny",
    component=Purl("pkg:pypi/demo@1.0"),
    message="m",
    license="GPL-3.0-only",
    decision="d-1",
    fingerprint=fingerprint(
        "copyleft-strong", "pkg:pypi/demo@1.0", None, "GPL-3.0-only"
    ),
)


def accepts(acceptance: Acceptance, finding: Finding, text: str = "") -> bool:
    policy = Policy(
        profile="p", verdicts={}, acceptances=(replace(acceptance, key="k"),)
    )
    subject = Subject(finding=finding, conclusion=WHOLE, text=text)
    return Accepting(policy, BOOK, TODAY).best(subject) is not None


PARTS = st.one_of(
    st.none(), st.text("ab*?[]!.- >/", min_size=1, max_size=8).map(str.strip)
).filter(lambda part: part is None or bool(part))


@given(PARTS, PARTS)
def test_a_proposal_covers_the_part_that_is_there_and_no_other(
    part: str | None, other: str | None
) -> None:
    """A file that is called `*` does not accept all that will ever come."""
    here = replace(FINDING, part=part)
    (acceptance,) = proposed([here], BOOK, "r")
    assert accepts(acceptance, here)
    if other != part and (part, other) not in ((None, "."), (".", None)):
        assert not accepts(acceptance, replace(here, part=other))
        assert not accepts(exactly(here, "r"), replace(here, part=other))


@pytest.mark.parametrize("license_", ["NOASSERTION", "LicenseRef-own-terms"])
def test_of_words_that_may_change_only_what_was_found_is_accepted(
    license_: str,
) -> None:
    here = replace(FINDING, rule="terms-risk", license=license_)
    (acceptance,) = proposed([here], BOOK, "r")
    assert accepts(acceptance, here)
    later = replace(here, rule="commercial-prohibited")
    assert not accepts(acceptance, later)


def test_a_text_is_accepted_whoever_ships_it() -> None:
    text = "a" * 64
    here = replace(FINDING, license="LicenseRef-vendor", text_sha256=text)
    (acceptance,) = proposed([here], BOOK, "r")
    assert not acceptance.components
    assert accepts(acceptance, here, text)
    assert not accepts(acceptance, here, "b" * 64)
    (by_component,) = proposed([here], BOOK, "r", by_component=True)
    assert by_component.components == ("pkg:pypi/demo",)


def test_evidence_goes_to_the_baseline_and_terms_are_accepted() -> None:
    doubt = replace(
        FINDING, rule="license-mismatch", verdict="review", decision="d-2"
    )
    mild = replace(FINDING, verdict="warn", decision="d-3")
    acceptances, known = adopted(
        [FINDING, doubt, mild], BOOK, fail_on="review", until=TODAY
    )
    assert [a.licenses for a in acceptances] == [("GPL-3.0-only",)]
    assert [a.expires for a in acceptances] == [TODAY]
    assert known == [doubt]


def test_texts_of_one_license_are_adopted_together() -> None:
    found = [
        replace(
            FINDING,
            license=name,
            text_sha256=text * 64,
            decision=f"d-{name}{text}",
        )
        for name, text in (
            ("LicenseRef-v", "b"),
            ("LicenseRef-v", "a"),
            ("LicenseRef-w", "c"),
        )
    ]
    acceptances, _ = adopted(found, BOOK, fail_on="review", until=TODAY)
    assert [(a.licenses, a.texts) for a in acceptances] == [
        (("LicenseRef-v",), ("a" * 64, "b" * 64)),
        (("LicenseRef-w",), ("c" * 64,)),
    ]


class TestBaseline:
    @pytest.mark.parametrize(
        ("changes", "is_old"),
        [
            ({}, True),
            ({"verdict": "review"}, True),
            ({"component": "pkg:pypi/demo@2.0"}, True),
            ({"fingerprint": "0" * 32}, False),
        ],
    )
    def test_what_is_known(
        self, changes: dict[str, str], is_old: bool, tmp_path
    ) -> None:  # type: ignore[no-untyped-def]
        path = tmp_path / "b.json"
        path.write_text(write_baseline([FINDING]))
        baseline = read_baseline(path, "b.json")
        finding = replace(FINDING, **changes)  # type: ignore[arg-type]
        assert is_known(baseline, finding, "") is is_old

    def test_a_heavier_verdict_and_other_words_of_a_field_are_news(
        self, tmp_path
    ) -> None:  # type: ignore[no-untyped-def]
        path = tmp_path / "b.json"
        unknown = replace(
            FINDING,
            rule="license-unknown",
            verdict="review",
            message="the field says 'house license'",
        )
        path.write_text(write_baseline([unknown]))
        baseline = read_baseline(path, "b.json")
        assert is_known(baseline, unknown, "")
        assert not is_known(baseline, replace(unknown, verdict="deny"), "")
        other = replace(unknown, message="the field says 'research only'")
        assert not is_known(baseline, other, "")
