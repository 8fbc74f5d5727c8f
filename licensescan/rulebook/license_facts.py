"""
What single licenses say: a fact file where there is one, else what was read in
the text, else ScanCode's category.

A fact file is read when its license is met (300 of them would cost 100 ms).
What is no fact says so in its summary.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from licensescan.rulebook.terms import (
    COPYLEFT,
    DISPUTE,
    commercial_of,
    disputed,
    is_limit,
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
    "read",
)
_PATENT_KEYS = ("grant", "from", "scope", "section", "retaliation", "note")
_RETALIATION_KEYS = ("strength", "effect", "trigger", "section", "note")
_CLAUSE_KEYS = ("clause", "section", "note", "params")

_READ_KEYS = ("sha256", "date", "none")

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

_VENDORS = ("Proprietary Free", "Commercial", "Source-available")
"""
Categories of a vendor's terms, which are not free because no condition was
found in them.
"""

READINGS = "readings.tsv"
"""
Beside the fact files: what was read in the texts of all licenses, the second
witness (see `corpus/readings.py`).
"""

REFUSED = "refused.toml"
"""Clauses that were read in a text and that somebody says are none, and why."""

_LACKING = "read in the text; the fact sheet lacks it"


class Facts:
    """The facts of one installation, from its folder `rules`."""

    def __init__(self, folder: str) -> None:
        self._readings_path = os.path.join(folder, READINGS)
        self._licenses = os.path.join(folder, "licenses")
        self._refused_path = os.path.join(folder, REFUSED)
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
        if table is None:
            return self._from_reading(license_id)
        return self._with_reading(_fact(table, name))

    def refused(self, license_id: str) -> frozenset[str]:
        """
        Return the clauses that were read in the text of a license and that
        somebody says are none.
        """
        return frozenset(self._refused.get(license_id, ()))

    def reading(self, license_id: str) -> Terms | None:
        """
        Return what was read in the text of a license when this version was
        made, without what is refused; None where there was no text.
        """
        reading = self._reading(license_id)
        return reading.terms(self.refused(license_id)) if reading else None

    def _with_reading(self, fact: LicenseFact) -> LicenseFact:
        """
        Return a fact judged with the second witness: what was read in the text
        and the sheet lacks is a dispute, and counts.
        """
        read = self.reading(fact.id)
        if read is None or fact.id.endswith("-exception"):
            return fact
        if fact.terms.patent.retaliation:
            # How far a suit clause reaches is a person's reading.
            read = replace(read, patent=fact.terms.patent)
        return replace(fact, terms=disputed(fact.terms, read, _LACKING))

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
        reading = self._reading(license_id)
        if coarse is None or reading is None:
            return coarse
        return replace(
            coarse,
            summary=f"ScanCode's category is {coarse.category!r}. The rest was read in its text by clause analysis "
            "when this version was made, and checked by nobody: read the text.",
            source="ScanCode LicenseDB (CC-BY-4.0), category and text",
            basis="reading",
            terms=reading.terms_beside(coarse, self.refused(license_id)),
        )

    def _reading(self, license_id: str) -> Reading | None:
        """Return the row of `readings.tsv` on a license."""
        row = self._rows.get(license_id)
        return Reading(*row.rstrip("\n").split("\t")) if row else None

    @cached_property
    def _rows(self) -> Mapping[str, str]:
        """
        The rows of `readings.tsv` by their license: of two thousand few are
        asked for.
        """
        try:
            with open(self._readings_path, encoding="utf-8") as file:
                rows = [row for row in file if not row.startswith("#")]
        except FileNotFoundError:
            return {}
        parts = (row.partition("\t") for row in rows)
        return {license_id: row for license_id, _, row in parts}

    @cached_property
    def _refused(self) -> Mapping[str, Sequence[str]]:
        """The refused clauses by license."""
        try:
            with open(self._refused_path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return {}
        refused: dict[str, list[str]] = {}
        for row in parse_table(data, REFUSED).tables("refused"):
            row.check_keys("clause", "licenses", "reason")
            row.needed("reason")
            for name in row.strings("licenses"):
                refused.setdefault(name, []).append(row.needed("clause"))
        return refused

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

    def terms(self, refused: Collection[str] = ()) -> Terms:
        """Return the terms that were read, but for what is refused."""
        names = [
            name
            for name in self.clauses.split()
            if name != "-" and name not in refused
        ]
        clauses = tuple(
            Clause(clause=name, basis=ClauseBasis.KNOWN_TEXT) for name in names
        )
        read: Commercial = _known(self.commercial, Commercial)
        reach: Copyleft = _known(self.copyleft, Copyleft)
        limited = set(refused).intersection(self.clauses.split())
        return Terms(
            commercial=commercial_of(clauses) if limited else read,
            copyleft="none" if f"copyleft.{reach}" in refused else reach,
            patent=self._patent(),
            clauses=clauses,
        )

    def terms_beside(
        self, coarse: LicenseFact, refused: Collection[str]
    ) -> Terms:
        """
        Return the terms that were read. ScanCode's category speaks where the
        text was not understood, and on how far copyleft reaches; where it
        calls free what the text limits, that is a dispute.
        """
        read, told = self.terms(refused), coarse.terms
        commercial = self._commercial(read.commercial, coarse)
        clauses = read.clauses
        if told.commercial == "allowed" and commercial != "allowed":
            says = (
                f"read in the text; ScanCode's category is {coarse.category!r}"
            )
            clauses = tuple(
                replace(c, params={DISPUTE: says}) if is_limit(c) else c
                for c in clauses
            )
        return replace(
            read,
            commercial=commercial,
            copyleft=max(read.copyleft, told.copyleft, key=COPYLEFT.index),
            clauses=clauses,
        )

    def _commercial(
        self,
        read: Commercial,
        coarse: LicenseFact,
    ) -> Commercial:
        if read == "unknown":
            return coarse.terms.commercial
        is_silent = read == "allowed"
        if is_silent and coarse.category in _VENDORS:
            return "conditional"
        return read

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
    read = table.table("read")
    read.check_keys(*_READ_KEYS)
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
        text_sha256=read.text("sha256"),
        text_date=read.text("date"),
        unread=read.text("none"),
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
