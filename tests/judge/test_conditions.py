"""What a rule asks of terms, and which words answer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licensescan.judge.conditions import (
    adds,
    holding,
    is_lifted,
    is_unknown,
    quotes_for,
    refinement,
)
from licensescan.model.types import Clause, Patent, Retaliation, Terms
from licensescan.rulebook.rulebook import load
from licensescan.rulebook.rules import Rule


def rule(**when: tuple[str, ...]) -> Rule:
    return Rule(
        id="a-rule",
        title="",
        when={k.replace("_", "."): v for k, v in when.items()},
        why="",
        remedy="",
        quotes=when.get("clause", ()),
    )


def clause(name: str, line: int = 1) -> Clause:
    return Clause(
        clause=name,
        path="LICENSE",
        lines=(line, line),
        quote=f"words of {name}",
    )


def quoted(rule_: Rule, *names: str) -> list[str | None]:
    terms = Terms(
        clauses=tuple(clause(n, at) for at, n in enumerate(names, 1))
    )
    return [q.quote for q in quotes_for(rule_, terms)]


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (rule(commercial=("prohibited",)), True),
        (rule(commercial=("allowed", "prohibited")), True),
        (rule(commercial=("allowed",)), False),
        (rule(commercial=("prohibited",), copyleft=("work",)), False),
        (rule(clause=("use.field", "use.noncommercial")), True),
        (rule(patent_retaliation_strength=("work",)), False),
        (rule(problem=("license-missing",)), False),
    ],
    ids=[
        "one",
        "any of several",
        "another",
        "all fields",
        "any clause",
        "no retaliation",
        "no field of terms",
    ],
)
def test_all_fields_must_hold_and_one_value_of_each(
    asked: Rule, holds: bool
) -> None:
    terms = Terms(
        commercial="prohibited",
        copyleft="none",
        clauses=(clause("use.noncommercial"),),
    )
    assert holding([asked], terms) == ([asked] if holds else [])


class TestAdds:
    FACTS = Terms(commercial="conditional", clauses=(clause("use.threshold"),))

    def test_what_the_facts_do_not_say(self) -> None:
        assert adds(
            rule(copyleft=("work",)), Terms(copyleft="work"), self.FACTS
        )

    def test_not_what_they_say_already(self) -> None:
        assert not adds(
            rule(commercial=("conditional",)), self.FACTS, self.FACTS
        )

    def test_a_clause_more_than_those_of_the_facts(self) -> None:
        asked = rule(clause=("use.threshold", "use.field"))
        assert not adds(asked, self.FACTS, self.FACTS)
        more = Terms(
            commercial="conditional",
            clauses=(*self.FACTS.clauses, clause("use.field", 2)),
        )
        assert adds(asked, more, self.FACTS)


class TestQuotes:
    def test_a_rule_on_clauses_quotes_those_by_weight(self) -> None:
        asked = rule(clause=("use.field", "use.threshold"))
        assert quoted(asked, "use.threshold", "patent.grant", "use.field") == [
            "words of use.field",
            "words of use.threshold",
        ]

    def test_a_rule_on_a_value_quotes_the_clauses_that_make_it(self) -> None:
        asked = load().rules["commercial-conditional"]
        assert quoted(
            asked, "patent.retaliation", "dist.prohibited", "use.threshold"
        ) == [
            "words of use.threshold",
            "words of dist.prohibited",
        ]

    def test_five_at_most_and_each_once(self) -> None:
        asked = rule(clause=("use.field",))
        terms = Terms(
            clauses=tuple(clause("use.field", at // 2) for at in range(20))
        )
        assert [q.lines for q in quotes_for(asked, terms)] == [
            (at, at) for at in range(5)
        ]


def test_only_the_rule_about_retaliation_is_refined_by_its_strength() -> None:
    rules = load().rules
    terms = Terms(
        patent=Patent(
            grant="express",
            retaliation=Retaliation(strength="ip", effect="all"),
        )
    )
    assert refinement(rules["patent-retaliation"], terms) == "ip"
    assert refinement(rules["patent-retaliation-broad"], terms) == ""
    assert refinement(rules["patent-retaliation"], Terms()) == ""


def test_a_patents_file_lifts_the_rules_on_what_is_not_granted() -> None:
    with_file = Terms(patent=Patent(grant="file"))
    lifted = [r.id for r in load().rules.values() if is_lifted(r, with_file)]
    assert lifted == ["patent-grant-missing", "patent-disclaimed"]
    assert not any(is_lifted(r, Terms()) for r in load().rules.values())


@pytest.mark.parametrize(
    "known",
    [
        Terms(commercial="allowed"),
        Terms(clauses=(clause("use.field"),)),
        Terms(patent=Patent(grant="none")),
    ],
)
def test_one_thing_that_is_known_is_enough(known: Terms) -> None:
    assert is_unknown(Terms())
    assert not is_unknown(known)


class TestConditionsAreNoBans:
    """A vendor's ban "except as permitted" leaves what its grant permits."""

    BAN = Clause(
        clause="dist.prohibited", path="eula", lines=(9, 9), quote="no copies"
    )
    GRANT = Clause(
        clause="dist.application",
        path="eula",
        lines=(3, 3),
        quote="inside a product",
    )

    def rules(self, *clauses: Clause) -> set[str]:
        terms = Terms(commercial="conditional", clauses=clauses)
        return {rule.id for rule in holding(load().rules.values(), terms)}

    def test_a_ban_alone_is_a_ban(self) -> None:
        assert "distribution-restricted" in self.rules(self.BAN)

    def test_the_grant_of_the_same_text_makes_it_a_condition(self) -> None:
        rules = self.rules(self.BAN, self.GRANT)
        assert "distribution-restricted" not in rules
        assert "commercial-conditional" in rules

    def test_the_grant_of_another_text_permits_nothing_here(self) -> None:
        other = replace(self.GRANT, path="NOTICE")
        assert "distribution-restricted" in self.rules(self.BAN, other)

    def test_the_words_of_the_grant_are_quoted(self) -> None:
        terms = Terms(commercial="conditional", clauses=(self.BAN, self.GRANT))
        quotes = quotes_for(load().rules["commercial-conditional"], terms)
        assert [quote.quote for quote in quotes] == ["inside a product"]
