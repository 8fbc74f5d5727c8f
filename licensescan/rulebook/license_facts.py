"""
What single licenses say: a fact file where there is one, else what was read in
the text, else ScanCode's category.

A fact file is read when its license is met (300 of them would cost 100 ms).
What is no fact says so in its summary.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple, get_args

from licensescan.base.installation import table_names
from licensescan.base.schema import StrictTable, parse_table
from licensescan.model.errors import PolicyError
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
from licensescan.standards.spdx_text import is_reference

_KEYS = (
    "name",
    "summary",
    "source",
    "commercial",
    "copyleft",
    "obligations",
    "patent",
    "clause",
    "exception",
    "lifts",
    "to",
    "note",
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
What ScanCode's category says. "Proprietary Free" holds CUDA, Llama and
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
Categories that say enough on commerce and copyleft; a text is asked about
patents and clauses alone.
"""

_VENDORS = ("Proprietary Free", "Commercial", "Source-available")
"""
Categories of a vendor's terms, which are not free because no condition was
found in them.
"""

READINGS = "readings.tsv"
"""
Beside the fact files: what was read in the texts of licenses without one (see
`corpus/readings.py`).
"""


class Facts:
    """The facts of one installation, from its folder `rules`."""

    def __init__(self, folder: str) -> None:
        self._readings_path = os.path.join(folder, READINGS)
        self._licenses = os.path.join(folder, "licenses")
        self._facts: dict[str, LicenseFact | None] = {}

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all fact files, sorted."""
        return tuple(sorted(table_names(self._licenses)))

    def of(self, license_id: str) -> LicenseFact | None:
        """
        Return what `license_id` says, from its file, from what was read in its
        text or coarsely from its category; None when nothing is known of it.
        """
        if license_id not in self._facts:
            self._facts[license_id] = self._find(license_id)
        return self._facts[license_id]

    def lifts(self, exception_id: str) -> Copyleft | None:
        """
        Return the copyleft reach that is left under an exception; None when it
        lifts nothing.
        """
        table = self._table(exception_id)
        left: Copyleft | None = (
            table.one_of("lifts", Copyleft, "") if table else None
        )
        return left or None

    def made_for(self, exception_id: str) -> tuple[str, ...]:
        """
        Return the licenses that an exception says it is for, without -only or
        -or-later; none where it names none.
        """
        table = self._table(exception_id)
        return table.strings("to") if table else ()

    def _find(self, license_id: str) -> LicenseFact | None:
        name, table = license_id, self._table(license_id)
        if table is None and is_reference(license_id):
            name = self._references.get(_letters(license_id), license_id)
            table = self._table(name)
        return (
            self._from_reading(license_id)
            if table is None
            else _fact(table, name)
        )

    def _table(self, name: str) -> StrictTable | None:
        """Return the fact file of a license; None when there is none."""
        if "/" in name:
            return None
        try:
            with open(
                os.path.join(self._licenses, f"{name}.toml"), "rb"
            ) as file:
                data = file.read()
        except OSError:
            return None
        return parse_table(data, f"{name}.toml")

    def _from_reading(self, license_id: str) -> LicenseFact | None:
        """
        Return what clause analysis read in the text when this version was
        made, within what ScanCode's category allows.
        """
        coarse = _from_category(license_id)
        reading = self._readings.get(license_id)
        if coarse is None or reading is None:
            return coarse
        return replace(
            coarse,
            summary=f"ScanCode's category is {coarse.category!r}. The rest was read in its text by clause analysis "
            "when this version was made, and checked by nobody: read the text.",
            source="ScanCode LicenseDB (CC-BY-4.0), category and text",
            basis="reading",
            terms=reading.terms_within(coarse),
        )

    @cached_property
    def _readings(self) -> Mapping[str, Reading]:
        """The rows of `readings.tsv` by their license."""
        try:
            with open(self._readings_path, encoding="utf-8") as file:
                rows = [line for line in file if not line.startswith("#")]
        except FileNotFoundError:
            return {}
        return dict(map(_reading, rows))

    @cached_property
    def _references(self) -> Mapping[str, str]:
        """
        The names of LicenseRefs with a fact file by their letters: such names
        have no agreed spelling.
        """
        names = table_names(self._licenses)
        return {_letters(n): n for n in names if is_reference(n)}


class Reading(NamedTuple):
    """
    A row of `readings.tsv`, in the order of its columns but for the license.
    """

    commercial: str
    copyleft: str
    grant: str
    retaliation: str
    """Strength and effect, with a space between them, or `-`."""
    clauses: str
    """Ids, with spaces between them, or `-`."""

    def terms_within(self, coarse: LicenseFact) -> Terms:
        """Return the terms that were read, within what the category allows."""
        terms = coarse.terms
        if coarse.category not in _SETTLED:
            terms = replace(
                terms,
                commercial=self._commercial(coarse.category),
                copyleft=_known(self.copyleft, Copyleft),
            )
        clauses = tuple(
            Clause(clause=name, basis=ClauseBasis.KNOWN_TEXT)
            for name in self.clauses.split()
            if name != "-"
        )
        return replace(terms, patent=self._patent(), clauses=clauses)

    def _commercial(self, category: str) -> Commercial:
        is_silent = self.commercial == "allowed"
        if is_silent and category in _VENDORS:
            return "conditional"
        commercial: Commercial = _known(self.commercial, Commercial)
        return commercial

    def _patent(self) -> Patent:
        grant = _known(self.grant, Grant)
        strength, _, effect = self.retaliation.partition(" ")
        if not effect:
            return Patent(grant=grant)
        return Patent(
            grant=grant,
            retaliation=Retaliation(
                strength=_known(strength, Strength),
                effect="all" if effect == "all" else "patent",
            ),
        )


def _reading(row: str) -> tuple[str, Reading]:
    license_id, *columns = row.rstrip("\n").split("\t")
    return license_id, Reading(*columns)


def _known(word: str, kind: Any) -> Any:
    if word not in get_args(kind):
        raise PolicyError(f"{READINGS}: {word!r} is none of {get_args(kind)}")
    return word


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _fact(table: StrictTable, license_id: str) -> LicenseFact:
    """
    Return the fact that a file holds. Raises `PolicyError` for a key or value
    that is none of a fact's.
    """
    table.check_keys(*_KEYS)
    patent = table.table("patent")
    patent.check_keys(*_PATENT_KEYS)
    return LicenseFact(
        id=LicenseId(license_id),
        name=table.text("name", license_id),
        summary=table.text("summary"),
        source=table.text("source"),
        terms=Terms(
            patent=Patent(
                grant=patent.one_of("grant", Grant, "unknown"),
                retaliation=_retaliation(patent),
            ),
            commercial=table.one_of("commercial", Commercial, "unknown"),
            copyleft=table.one_of("copyleft", Copyleft, "none"),
            clauses=tuple(_clauses(table)),
        ),
        patent_from=patent.text("from"),
        patent_scope=patent.text("scope"),
        patent_section=str(patent.value("section") or ""),
        obligations=table.strings("obligations"),
    )


def _retaliation(patent: StrictTable) -> Retaliation | None:
    if "retaliation" not in patent:
        return None
    table = patent.table("retaliation")
    table.check_keys(*_RETALIATION_KEYS)
    return Retaliation(
        strength=table.one_of("strength", Strength),
        effect=table.one_of("effect", ("patent", "all")),
        trigger=table.text("trigger"),
    )


def _clauses(table: StrictTable) -> Iterable[Clause]:
    for block in table.tables("clause"):
        block.check_keys(*_CLAUSE_KEYS)
        params = block.table("params")
        noted = {"note": block.text("note")} if "note" in block else {}
        yield Clause(
            clause=block.needed("clause"),
            params={key: str(params.value(key)) for key in params} | noted,
            section=str(block.value("section") or ""),
            basis=ClauseBasis.KNOWN_TEXT,
        )


def _from_category(license_id: str) -> LicenseFact | None:
    """
    Return the coarse answer for a license without a fact; exceptions have none
    of their own.
    """
    from licensescan.standards.license_list import info

    entry = info(license_id)
    if (
        entry is None
        or entry.is_exception
        or entry.category not in _CATEGORIES
    ):
        return None
    commercial, copyleft = _CATEGORIES[entry.category]
    return LicenseFact(
        id=LicenseId(license_id),
        name=entry.name,
        summary=f"No fact file; ScanCode's category is {entry.category!r}, which says nothing about patents.",
        source="ScanCode LicenseDB (CC-BY-4.0), category",
        category=entry.category,
        basis="category",
        terms=Terms(commercial=commercial, copyleft=copyleft),
    )
