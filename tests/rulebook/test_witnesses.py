"""
A license that is known has two witnesses, its fact sheet and the reading of its
text: no sheet knows less than the reader without a stated reason.
"""

from __future__ import annotations

import pytest

from licensescan.base.installation import data_folder
from licensescan.base.schema import read_table
from licensescan.model.texts import Clause, Patent, Retaliation, Terms
from licensescan.rulebook.rulebook import load, taxonomy
from licensescan.rulebook.terms import DISPUTE, MATTERING, disputed

FACTS = load().facts
REFUSED = read_table(data_folder("rules") / "refused.toml").tables("refused")


@pytest.mark.parametrize("name", FACTS.ids())
def test_no_sheet_knows_less_than_the_reader(name: str) -> None:
    read, fact = FACTS.reading(name), FACTS.of(name)
    assert fact is not None
    if read is None:
        return
    have = {c.clause for c in fact.terms.clauses if DISPUTE not in c.params}
    found = {c.clause for c in read.clauses if _is_telling(c)}
    assert found <= have, (
        "add the clause to the sheet, or a row to refused.toml"
    )


def _is_telling(clause: Clause) -> bool:
    others = ("patent.no_suit_condition", "attr.state_changes", "attr.naming")
    return clause.clause.startswith((*MATTERING, *others))


def test_refusals_are_of_clauses_and_licenses_that_there_are() -> None:
    ids = set(FACTS.ids())
    for row in REFUSED:
        assert row.needed("clause") in taxonomy()
        assert row.needed("reason")
        for name in row.strings("licenses"):
            assert name in ids or FACTS.of(name), name


def test_what_one_witness_lacks_is_a_dispute_and_counts() -> None:
    sheet = Terms(commercial="allowed", patent=Patent(grant="none"))
    hit = Retaliation(strength="ip", effect="all", trigger="a suit")
    read = Terms(
        commercial="conditional",
        patent=Patent(grant="none", retaliation=hit),
        clauses=(Clause(clause="use.threshold"),),
    )
    both = disputed(sheet, read, "the text says so")
    assert (both.commercial, both.patent.retaliation) == ("conditional", hit)
    assert both.clauses[0].params[DISPUTE] == "the text says so"
    assert disputed(both, read, "again") == both


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in FACTS.ids()
        if name.startswith("LicenseRef-scancode-") and FACTS.reading(name)
    ],
)
def test_a_sheet_names_the_text_that_it_was_read_against(name: str) -> None:
    fact = FACTS.of(name)
    assert fact is not None
    assert len(fact.text_sha256) == 64
    assert fact.text_date
