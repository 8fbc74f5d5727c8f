"""What a finding says in one line."""

from __future__ import annotations

import pytest

from licensescan.judge.messages import FIELDS, message_for
from licensescan.model.kinds import ClauseBasis
from licensescan.model.types import (
    NOASSERTION,
    Clause,
    Patent,
    Retaliation,
    Terms,
)
from licensescan.rulebook.rulebook import taxonomy
from licensescan.rulebook.rules import MESSAGE_FIELDS, Rule

SUIT = Patent(retaliation=Retaliation(strength="broad", effect="all"))


def rule(message: str = "", **keys: tuple[str, ...]) -> Rule:
    return Rule(
        id="a-rule",
        title="The Title",
        when={"commercial": ("conditional",)},
        why="",
        remedy="",
        message=message,
        **keys,  # type: ignore[arg-type]
    )


def test_each_field_that_a_rule_may_use_can_be_filled_in() -> None:
    assert set(FIELDS) == set(MESSAGE_FIELDS)


@pytest.mark.parametrize(
    ("message", "terms", "words"),
    [
        ("", Terms(), "the Title"),
        ("{copyleft}", Terms(copyleft="none"), "the Title"),
        ("so {copyleft}!", Terms(copyleft="file"), "so changes to its files must be shared alike!"),
        ("{retaliation}", Terms(), "the Title"),
        ("{retaliation}", Terms(patent=SUIT), "suing over unrelated patents or products ends every right to it"),
        ("read it", Terms(), "read it"),
    ],
)  # fmt: skip
def test_a_message_is_the_title_where_terms_have_nothing_for_its_fields(
    message: str, terms: Terms, words: str
) -> None:
    assert message_for(rule(message), "X-1.0", terms) == f"X-1.0: {words}"


def clauses(*names: str) -> Terms:
    limit = {"amount": "$5M", "metric": "funding"}
    return Terms(
        clauses=tuple(Clause(clause=name, params=limit) for name in names)
    )


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        (clauses("use.field", "patent.grant"), ["use.field"]),
        (
            clauses("use.threshold", "use.noncommercial"),
            ["use.threshold: $5M funding"],
        ),
        (clauses("access.payment", "use.field"), ["use.field"]),
        (clauses("access.payment"), ["access.payment"]),
    ],
    ids=["a group", "for small companies", "the first choice", "the second"],
)
def test_which_clauses_are_named(terms: Terms, named: list[str]) -> None:
    asked = rule(
        "{clauses}", names=("use.",), names_otherwise=("access.payment",)
    )
    message = message_for(asked, "X-1.0", terms)
    assert [piece.split(")")[0] for piece in message.split("(")[1:]] == named


def test_five_clauses_at_most() -> None:
    names = [name for name in taxonomy() if name.startswith(("use.", "risk."))]
    message = message_for(
        rule("{clauses}", names=tuple(names)), "X", clauses(*names)
    )
    assert len(names) > message.count("(") == 5


@pytest.mark.parametrize(
    ("terms", "subject"),
    [
        (Terms(clauses=(Clause(clause="use.field"),)), "a text of its own"),
        (
            Terms(
                clauses=(
                    Clause(clause="use.field", basis=ClauseBasis.METADATA),
                )
            ),
            "its metadata",
        ),
    ],
)
def test_who_says_so_where_no_license_is_known(
    terms: Terms, subject: str
) -> None:
    assert message_for(rule(), NOASSERTION, terms) == f"{subject}: the Title"


def test_what_stands_beside_a_license_is_not_the_license() -> None:
    message = message_for(rule(), "MIT", Terms(), beside=True)
    assert message == "terms beside MIT: the Title"
