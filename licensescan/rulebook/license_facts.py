"""
What single licenses say: a fact file where there is one, else what was read in the
text, else ScanCode's category.

A fact file is read when its license is met (300 of them would cost 100 ms). What is no
fact says so in its summary.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from licensescan.base.installation import table_names
from licensescan.base.schema import check_keys, one_of, parse_table
from licensescan.model.kinds import ClauseBasis
from licensescan.model.texts import (
    Clause,
    Commercial,
    Copyleft,
    Grant,
    LicenseFact,
    LicenseId,
    Patent,
    Retaliation,
    Strength,
    Terms,
)

_FACT_KEYS = (
    *(
        "name",
        "summary",
        "source",
        "commercial",
        "copyleft",
        "obligations",
        "patent",
        "clause",
    ),
    *("exception", "lifts", "to", "note"),
)
_PATENT_KEYS = ("grant", "from", "scope", "section", "retaliation", "note")
_RETALIATION_KEYS = ("strength", "effect", "trigger", "section", "note")
_CLAUSE_KEYS = ("clause", "section", "note", "params")

_CATEGORIES: dict[str, tuple[Commercial, Copyleft]] = {
    "Permissive": ("allowed", "none"),
    "Public Domain": ("allowed", "none"),
    "Copyleft Limited": ("allowed", "library"),
    "Copyleft": ("allowed", "work"),
    "Patent License": ("allowed", "none"),
    "Proprietary Free": ("unknown", "none"),
    "Commercial": ("conditional", "none"),
    "Free Restricted": ("unknown", "none"),
    "Source-available": ("unknown", "none"),
}
"""
What ScanCode's category can tell. "Proprietary Free" holds CUDA, Llama and
non-commercial texts alike: unknown.
"""

_SETTLED = (
    "Permissive",
    "Public Domain",
    "Copyleft Limited",
    "Copyleft",
    "Patent License",
)
"""
Categories that say enough on commerce and copyleft; a text is asked about patents and
clauses alone.
"""

_VENDORS = ("Proprietary Free", "Commercial", "Source-available")
"""
Categories of a vendor's terms, which are not free because no condition was found in
them.
"""

READINGS = "readings.tsv"
"""
Beside the fact files: what was read in the texts of licenses without one (see
`corpus/readings.py`).
"""


class Facts:
    """The facts of one installation, from its folder `rules`."""

    def __init__(self, place: str) -> None:
        self._folder = place
        self._licenses = os.path.join(place, "licenses")
        self._known: dict[str, LicenseFact | None] = {}

    def ids(self) -> tuple[str, ...]:
        """The ids of all fact files, sorted."""
        return tuple(sorted(table_names(self._licenses)))

    def of(self, license_id: str) -> LicenseFact | None:
        """
        What `license_id` says, from its file or coarsely from its category; None when
        nothing is known of it.
        """
        if license_id not in self._known:
            name, data = license_id, self._data(license_id)
            if data is None and license_id.startswith("LicenseRef-"):
                name = self._refs.get(_letters(license_id), license_id)
                data = self._data(name)
            self._known[license_id] = (
                self._by_reading(license_id) if data is None else read_fact(data, name)
            )
        return self._known[license_id]

    def _data(self, name: str) -> bytes | None:
        """The bytes of a fact file; None when there is none."""
        if "/" in name:
            return None
        try:
            with open(os.path.join(self._licenses, f"{name}.toml"), "rb") as file:
                return file.read()
        except OSError:
            return None

    def _by_reading(self, license_id: str) -> LicenseFact | None:
        """
        What clause analysis read in the text when this version was made, within what
        ScanCode's category allows.
        """
        coarse = _by_category(license_id)
        row = self._readings.get(license_id)
        if coarse is None or row is None:
            return coarse
        commercial, copyleft, grant, suit, clauses = row
        strength, _, effect = suit.partition(" ")
        hit = None
        if effect:
            reach = one_of(strength, Strength, READINGS)
            hit = Retaliation(
                strength=reach, effect="all" if effect == "all" else "patent"
            )
        terms = coarse.terms
        if coarse.category not in _SETTLED:
            bare = commercial == "allowed" and coarse.category in _VENDORS
            use: Commercial = (
                "conditional" if bare else one_of(commercial, Commercial, READINGS)
            )
            terms = replace(
                terms, commercial=use, copyleft=one_of(copyleft, Copyleft, READINGS)
            )
        return replace(
            coarse,
            summary=f"ScanCode's category is {coarse.category!r}. The rest was read in its text by clause analysis "
            "when this version was made, and checked by nobody: read the text.",
            source="ScanCode LicenseDB (CC-BY-4.0), category and text",
            basis="reading",
            terms=replace(
                terms,
                patent=Patent(grant=one_of(grant, Grant, READINGS), retaliation=hit),
                clauses=tuple(
                    Clause(clause=c, basis=ClauseBasis.KNOWN_TEXT)
                    for c in clauses.split()
                    if c != "-"
                ),
            ),
        )

    @cached_property
    def _readings(self) -> Mapping[str, tuple[str, ...]]:
        """
        The rows of `readings.tsv` by their license: commerce, copyleft, grant,
        retaliation, clauses.
        """
        try:
            with open(os.path.join(self._folder, READINGS), encoding="utf-8") as file:
                rows = [
                    line.rstrip("\n").split("\t")
                    for line in file
                    if not line.startswith("#")
                ]
        except FileNotFoundError:
            rows = []
        return {row[0]: tuple(row[1:]) for row in rows}

    @cached_property
    def _refs(self) -> Mapping[str, str]:
        """
        The names of LicenseRefs with a fact file by their letters: such names have no
        agreed spelling.
        """
        return {
            _letters(name): name
            for name in table_names(self._licenses)
            if name.startswith("LicenseRef-")
        }

    def lifts(self, exception_id: str) -> Copyleft | None:
        """
        The copyleft reach that is left under an exception; None when it lifts nothing.
        """
        left = self._table(exception_id).get("lifts")
        return one_of(left, Copyleft, f"{exception_id}.toml: lifts") if left else None

    def made_for(self, exception_id: str) -> tuple[str, ...]:
        """
        The licenses that an exception says it is for, without -only or -or-later; empty
        where it names none.
        """
        return tuple(self._table(exception_id).get("to", ()))

    def _table(self, name: str) -> Mapping[str, Any]:
        data = self._data(name)
        return {} if data is None else parse_table(data, f"{name}.toml")


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def read_fact(data: bytes, license_id: str) -> LicenseFact:
    """
    The fact that a file holds. Raises `PolicyError` for a key or value that is none of
    a fact's.
    """
    label = f"{license_id}.toml"
    table = parse_table(data, label)
    check_keys(table, _FACT_KEYS, label, "")
    patent = table.get("patent", {})
    check_keys(patent, _PATENT_KEYS, label, "patent.")
    hit = patent.get("retaliation")
    if hit:
        check_keys(hit, _RETALIATION_KEYS, label, "patent.retaliation.")
        one_of(hit.get("strength"), Strength, f"{label}: patent.retaliation.strength")
        one_of(
            hit.get("effect"), ("patent", "all"), f"{label}: patent.retaliation.effect"
        )
    clauses = []
    for number, block in enumerate(table.get("clause", ())):
        check_keys(block, _CLAUSE_KEYS, label, f"clause[{number}].")
        params = {k: str(v) for k, v in block.get("params", {}).items()}
        if block.get("note"):
            params["note"] = block["note"]
        clauses.append(
            Clause(
                clause=block["clause"],
                params=params,
                section=str(block.get("section", "")),
                basis=ClauseBasis.KNOWN_TEXT,
            )
        )
    return LicenseFact(
        id=LicenseId(license_id),
        name=table.get("name", license_id),
        summary=table.get("summary", ""),
        source=table.get("source", ""),
        terms=Terms(
            patent=Patent(
                grant=one_of(
                    patent.get("grant", "unknown"), Grant, f"{label}: patent.grant"
                ),
                retaliation=Retaliation(
                    strength=hit["strength"],
                    effect=hit["effect"],
                    trigger=hit.get("trigger", ""),
                )
                if hit
                else None,
            ),
            commercial=one_of(
                table.get("commercial", "unknown"), Commercial, f"{label}: commercial"
            ),
            copyleft=one_of(
                table.get("copyleft", "none"), Copyleft, f"{label}: copyleft"
            ),
            clauses=tuple(clauses),
        ),
        patent_from=patent.get("from", ""),
        patent_scope=patent.get("scope", ""),
        patent_section=str(patent.get("section", "")),
        obligations=tuple(table.get("obligations", ())),
    )


def _by_category(license_id: str) -> LicenseFact | None:
    """
    The coarse answer for a license without a fact; exceptions have none of their own.
    """
    from licensescan.standards.license_list import info

    known = info(license_id)
    if known is None or known.is_exception or known.category not in _CATEGORIES:
        return None
    commercial, copyleft = _CATEGORIES[known.category]
    return LicenseFact(
        id=LicenseId(license_id),
        name=known.name,
        summary=f"No fact file; ScanCode's category is {known.category!r}, which says nothing about patents.",
        source="ScanCode LicenseDB (CC-BY-4.0), category",
        category=known.category,
        basis="category",
        terms=Terms(commercial=commercial, copyleft=copyleft),
    )
