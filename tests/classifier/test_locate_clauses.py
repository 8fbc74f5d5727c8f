"""
Lines and words for what license facts hold: found again in the text, by clause
analysis or by the cited section.
"""

from __future__ import annotations

from dataclasses import replace

from licensescan.classifier.classify import classify_text
from licensescan.classifier.locate_clauses import located
from licensescan.model.types import Clause, Detection, Expression, Match, Terms
from licensescan.report.classify import render

TEXT = """A License

1. Grant. Each contributor grants you a license under its patents to use and sell the work.

2. Conditions. You must
   (a) keep the copyright notice in all copies, and
   (b) do what the second part asks of you.

3. Suits. If you sue anyone over patents in the work, your patent license ends.
"""


def known(*clauses: Clause) -> list[Clause]:
    """`clauses` of a license that TEXT was recognised as, located in it."""
    name = Expression("A-License")
    match = Match(expression=name, kind="text", lines=(1, 9), coverage=1.0)
    item = replace(
        classify_text(TEXT),
        detection=Detection(expression=name, matches=(match,)),
        terms=Terms(clauses=clauses),
    )
    return list(located(item, TEXT, {name: clauses}.__getitem__).terms.clauses)


def fact(clause: str, section: str = "") -> Clause:
    return Clause(clause=clause, section=section, basis="known-text")


def test_clause_analysis_shows_where() -> None:
    grant, suit = known(
        fact("patent.grant", "1"), fact("patent.retaliation", "3")
    )
    assert grant.lines == (3, 3)
    assert (
        grant.quote
        == "Each contributor grants you a license under its patents to use and sell the work."
    )
    assert suit.lines == (9, 9)
    assert suit.basis == "known-text"
    assert suit.section == "3"


def test_the_section_shows_where_analysis_does_not() -> None:
    (seen,) = known(fact("use.threshold", "2(b)"))
    assert seen.lines == (7, 7)
    assert seen.quote is None


def test_a_clause_elsewhere_in_the_text_is_not_the_cited_one() -> None:
    (seen,) = known(fact("patent.grant", "3"))
    assert seen.lines == (9, 9)
    assert seen.quote is None


def test_what_is_nowhere_keeps_its_section() -> None:
    fact_ = fact("use.territory", "acceptable use policy")
    assert known(fact_) == [fact_]


def test_only_the_lines_of_the_license_are_looked_at() -> None:
    text = "SPDX-License-Identifier: MIT\n"
    item = classify_text(text)
    assert located(item, text) is item


def test_people_get_lines_in_reading_order() -> None:
    grant, suit = known(
        fact("patent.retaliation", "3"), fact("patent.grant", "1")
    )
    item = replace(classify_text(TEXT), terms=Terms(clauses=(grant, suit)))
    rows = [row for row in render([item], 100).split("\n") if "patent." in row]
    assert [row.split()[1] for row in rows] == ["3", "9"]
    assert "(section 1)" in rows[0]
