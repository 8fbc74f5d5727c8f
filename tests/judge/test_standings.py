"""The user's own facts decide conditions, with the number, or leave them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensescan.judge.judge import judge
from licensescan.judge.standings import Standings
from licensescan.model.types import (
    Clause,
    Component,
    Conclusion,
    Expression,
    Purl,
    Terms,
    Us,
)
from licensescan.rulebook.rulebook import load
from licensescan.standards.amounts import Amount, amounts_in

BOOK = load()
US = Us(
    countries=("KR",),
    numbers={"users": 2_000_000, "revenue": 500_000, "employees": 12},
    answers={"hosts": True, "trains": False, "distributes": True},
    purposes=("military",),
)
LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
HUNYUAN = "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla"


def limit(metric: str, amount: str) -> dict[str, Any]:
    params = {"metric": metric, "amount": amount}
    return {"clause": "use.threshold", "params": params}


def territory(words: str, **params: str) -> dict[str, Any]:
    return {"clause": "use.territory", "quote": words, "params": params}


@pytest.mark.parametrize(
    ("clause", "status", "words"),
    [
        (
            limit("monthly active users", "700 million"),
            "satisfied",
            "your 2,000,000 users are below 700,000,000",
        ),
        (limit("users", "1 million"), "violated", "not below 1,000,000"),
        # At the limit itself "more than" and "at least" differ.
        (limit("users", "2,000,000"), "violated", "not below"),
        (
            limit(
                "people; revenue in the prior tax year",
                "100; 1,000,000 USD (adjusted)",
            ),
            "satisfied",
            "your 12 employees are below 100; your 500,000 USD revenue is below 1,000,000",
        ),
        (limit("annual revenue, employees", "$1m, 10"), "violated", "12"),
        (limit("annual revenue", "EUR 100,000"), "open", "in EUR"),
        (limit("seats", "5"), "open", "does not say"),
        (limit("users", ""), "open", "not read"),
        (limit("users, revenue", "5"), "open", "not read"),
        (
            territory("", excluded="European Union; South Korea"),
            "violated",
            "your country, KR, is excluded: South Korea",
        ),
        (territory("not in Japan or the EU"), "satisfied", "not among"),
        (territory("대한민국에서는 쓸 수 없다"), "violated", "대한민국"),
        (
            territory("유럽연합 및 영국에서는 안 된다"),
            "satisfied",
            "not among",
        ),
        (territory("대한민국 안에서만 쓸 수 있다"), "satisfied", "inside"),
        (territory("일본 내에서만 쓸 수 있다"), "violated", "outside"),
        (
            territory("대한민국을 제외한 지역에서만 쓸 수 있다"),
            "violated",
            "excluded",
        ),
        (territory("한국어 모델"), "open", "no country is read"),
        (territory("", within="South Korea"), "satisfied", "inside"),
        (territory("", within="Japan"), "violated", "outside"),
        (territory("not in North Korea"), "satisfied", "not among"),
        (territory("not in certain regions"), "open", "no country is read"),
        (
            territory("not in the Republic of Korea", scope="some models"),
            "open",
            "for some models",
        ),
        (
            {"clause": "use.field", "quote": "no military use"},
            "violated",
            "military",
        ),
        ({"clause": "use.field", "quote": "no evil"}, "open", "yours to say"),
        ({"clause": "use.no_hosting"}, "violated", "as a service"),
        (
            {"clause": "use.output", "quote": "to improve another model"},
            "satisfied",
            "you train no models",
        ),
        (
            {"clause": "use.output", "quote": "outputs bear a label"},
            "open",
            "not read",
        ),
        ({"clause": "dist.prohibited"}, "open", "yours to check"),
    ],
)
def test_how_a_clause_stands(
    clause: dict[str, Any], status: str, words: str
) -> None:
    terms = Terms(clauses=(Clause(**clause),))
    (standing,) = Standings(US, BOOK).of(terms)
    assert standing.status == status, standing.words
    assert words in standing.words


@pytest.mark.parametrize("name", ["use.noncommercial", "attr.notice"])
def test_what_no_fact_decides_stands_nowhere(name: str) -> None:
    terms = Terms(clauses=(Clause(clause=name),))
    assert Standings(US, BOOK).of(terms) == ()
    assert Standings(None, BOOK).settled(terms) is terms


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_limit_is_met_only_below_it(users: int, amount: int) -> None:
    clause = Clause(**limit("users", str(amount)))
    us = Us(numbers={"users": users})
    (standing,) = Standings(us, BOOK).of(Terms(clauses=(clause,)))
    assert (standing.status == "satisfied") == (users < amount)


@given(
    st.sampled_from(
        [
            "use.threshold",
            "use.territory",
            "use.field",
            "use.output",
            "use.no_hosting",
        ]
    )
)
def test_who_says_nothing_satisfies_nothing(name: str) -> None:
    clause = Clause(clause=name, params={"metric": "users", "amount": "9"})
    terms = Terms(commercial="conditional", clauses=(clause,))
    assert Standings(Us(), BOOK).settled(terms) is terms


def judged(name: str, us: Us | None) -> dict[str, str]:
    whole = Conclusion(
        component=Component(
            purl=Purl("pkg:huggingface/a/b@1"),
            name="a/b",
            version="1",
            kind="model",
        ),
        concluded=Expression(name),
        terms=BOOK.terms_of(name),
        basis="license-file",
    )
    policy = replace(BOOK.profile("distributed-product"), us=us)
    findings, _ = judge([whole], BOOK, policy, today=date(2027, 1, 1))
    return {
        rule: finding.message for finding in findings for rule in finding.rules
    }


def test_weights_that_exclude_the_country_are_denied() -> None:
    assert "South Korea" in judged(HUNYUAN, US)["terms-violated"]
    assert "terms-violated" not in judged(HUNYUAN, Us(countries=("US",)))
    assert "terms-violated" not in judged(HUNYUAN, None)


def test_a_limit_that_is_met_is_no_condition() -> None:
    assert "use.threshold" in judged(LLAMA, None)["commercial-conditional"]
    assert "use.threshold" not in judged(LLAMA, US)["commercial-conditional"]
    small = "PolyForm-Small-Business-1.0.0"
    assert "commercial-conditional" in judged(small, None)
    assert "commercial-conditional" not in judged(small, US)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("700 million", [Amount(value=700_000_000)]),
        ("$1,000,000", [Amount(value=1_000_000, currency="USD")]),
        ("1.5 billion", [Amount(value=1_500_000_000)]),
        ("€5m", [Amount(value=5_000_000, currency="EUR")]),
        ("one million", [Amount(value=1_000_000)]),
        ("10, 20; 30", [Amount(value=10), Amount(value=20), Amount(value=30)]),
        ("a few", []),
    ],
)
def test_amounts_as_terms_write_them(text: str, amounts: list[Amount]) -> None:
    assert amounts_in(text) == amounts
