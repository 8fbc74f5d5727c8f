"""A new version of known terms is told by its family, slot by slot."""

from __future__ import annotations

from licensescan.base.installation import data_folder
from licensescan.base.schema import read_table
from licensescan.model.texts import Clause, Terms
from licensescan.rulebook.rulebook import load, taxonomy
from licensescan.rulebook.term_families import (
    family_of_terms,
    slots_that_differ,
)

TABLE = read_table(data_folder("rules") / "families.toml")


def test_slots_are_filled_by_clauses_that_there_are() -> None:
    slots = TABLE.table("slots")
    assert {c for s in slots for c in slots.strings(s)} <= set(taxonomy())


def test_every_family_has_a_license_with_a_sheet() -> None:
    ids = load().facts.ids()
    for row in TABLE.tables("family"):
        family = row.needed("name")
        assert any(
            found is not None and found.name == family
            for found in map(family_of_terms, ids)
        ), family


def test_what_differs_is_told_slot_by_slot() -> None:
    known = load().terms_of("LicenseRef-scancode-exaone-ai-model-1.1-nc")
    read = Terms(
        clauses=tuple(c for c in known.clauses if c.clause != "own.outputs")
    )
    assert slots_that_differ(read, known) == (
        "outputs: own.outputs is not found",
    )
    assert slots_that_differ(known, known) == ()


def test_another_amount_is_a_difference() -> None:
    def limit(amount: str) -> Terms:
        clause = Clause(clause="use.threshold", params={"amount": amount})
        return Terms(clauses=(clause,))

    assert slots_that_differ(limit("1 million"), limit("100 million")) == (
        "users and revenue: 1 million, not 100 million",
    )


def test_licenses_of_nobody_have_no_family() -> None:
    assert family_of_terms("MIT") is None
    found = family_of_terms("LicenseRef-K-EXAONE-1")
    assert found is not None
    assert found.name == "EXAONE"
