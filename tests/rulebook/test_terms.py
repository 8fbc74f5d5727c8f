"""
Terms added up: the stricter of a sum, the lighter of a choice, and what a
clause beside a license does to it.
"""

from __future__ import annotations

import pytest

from licensescan.model.texts import Clause, Patent, Retaliation, Terms
from licensescan.rulebook.terms import (
    added,
    burden,
    forbids,
    restricts,
    together,
)


def clause(name: str, line: int = 1, **params: str) -> Clause:
    return Clause(
        clause=name,
        path="LICENSE",
        lines=(line, line),
        quote=name,
        params=params,
    )


OPEN = Terms(
    commercial="allowed", copyleft="none", patent=Patent(grant="express")
)
GPL = Terms(
    commercial="allowed", copyleft="work", patent=Patent(grant="implicit")
)
BANNED = Terms(
    commercial="prohibited", copyleft="none", patent=Patent(grant="disclaimed")
)
SUED = Terms(
    commercial="allowed",
    patent=Patent(
        grant="express",
        retaliation=Retaliation(strength="broad", effect="patent"),
    ),
)


class TestTogether:
    def test_the_narrowest_use_and_the_widest_copyleft(self) -> None:
        found = together([OPEN, GPL, BANNED])
        assert (found.commercial, found.copyleft, found.patent.grant) == (
            "prohibited",
            "work",
            "disclaimed",
        )

    def test_the_farthest_retaliation_of_any_member(self) -> None:
        work = Terms(
            patent=Patent(
                grant="none",
                retaliation=Retaliation(strength="work", effect="all"),
            )
        )
        found = together([work, OPEN, SUED]).patent.retaliation
        assert found is not None
        assert found.strength == "broad"

    def test_a_clause_that_two_members_share_counts_once(self) -> None:
        one, other = (
            Terms(clauses=(clause("use.field"), clause(n, 2)))
            for n in ("use.field", "dist.prohibited")
        )
        assert len(together([one, other]).clauses) == 3

    def test_what_is_incomplete_stays_so(self) -> None:
        assert together([OPEN, Terms(incomplete=True)]).incomplete
        assert not together([OPEN, GPL]).incomplete

    def test_of_nothing_all_is_unknown(self) -> None:
        assert together([]) == Terms()


def test_commerce_weighs_more_than_copyleft_and_that_more_than_patents() -> (
    None
):
    assert sorted([BANNED, GPL, SUED, OPEN], key=burden) == [
        OPEN,
        SUED,
        GPL,
        BANNED,
    ]


@pytest.mark.parametrize(
    ("clauses", "commercial"),
    [
        ([], "allowed"),
        ([clause("attr.notice")], "allowed"),
        ([clause("use.field")], "conditional"),
        ([clause("dist.prohibited")], "conditional"),
        ([clause("use.noncommercial")], "prohibited"),
        (
            [clause("use.noncommercial"), clause("use.threshold")],
            "conditional",
        ),
        (
            [clause("use.noncommercial"), clause("use.threshold", 2)],
            "prohibited",
        ),
        ([clause("use.noncommercial", variety="academic")], "conditional"),
    ],
    ids=[
        "nothing",
        "a duty",
        "a limit",
        "a condition outside use",
        "a ban",
        "a ban and a threshold in one sentence",
        "a ban, and a threshold elsewhere",
        "a ban for one variety",
    ],
)
def test_what_clauses_beside_a_license_add(
    clauses: list[Clause], commercial: str
) -> None:
    found = added(clauses)
    assert (found.commercial, found.patent.grant) == (commercial, "none")


def test_only_a_ban_without_a_variety_forbids() -> None:
    assert forbids(clause("use.research_only"))
    assert not forbids(clause("use.research_only", variety="academic"))
    assert not forbids(clause("use.field"))


@pytest.mark.parametrize(
    ("terms", "limits"),
    [
        (OPEN, False),
        (Terms(commercial="unknown"), False),
        (Terms(commercial="allowed", copyleft="file"), False),
        (Terms(commercial="allowed", copyleft="library"), True),
        (Terms(commercial="conditional"), True),
        (BANNED, True),
    ],
)
def test_what_restricts(terms: Terms, limits: bool) -> None:
    assert restricts(terms) is limits
