"""
Families of terms (`rules/families.toml`): texts of one maker that share a frame
and differ in slots, and what a text that is none of them differs in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import read_table
from licensescan.model.texts import Clause, Terms

_TOLD = ("amount", "excluded", "law")
"""The parameters by which two clauses of one slot differ."""

_JOINING = frozenset({"and", "or", "the", "us", "usd", "dollars"})
"""Words that make no difference between two values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFamily:
    """A family of terms, and the licenses (patterns) that are of it."""

    name: str
    licenses: tuple[str, ...]

    def has(self, license_id: str) -> bool:
        """Return True for a license of the family."""
        return any(fnmatchcase(license_id, n) for n in self.licenses)


def family_of_terms(license_id: str) -> TermFamily | None:
    """Return the family that a license is of; None where it has none."""
    return next((f for f in _families() if f.has(license_id)), None)


def slots_that_differ(read: Terms, known: Terms) -> tuple[str, ...]:
    """
    Return in which slots a text that was `read` differs from a `known` version,
    in words.
    """
    return tuple(
        f"{slot}: {words}"
        for slot, clauses in _slots().items()
        if (words := _difference(clauses, read, known))
    )


def _difference(
    clauses: Iterable[str],
    read: Terms,
    known: Terms,
) -> str:
    """Return how two texts differ in one slot; "" where they do not."""
    now, before = _filled(clauses, read), _filled(clauses, known)
    parts = [
        *(f"{name} is new" for name in now if name not in before),
        *(f"{name} is not found" for name in before if name not in now),
        *(
            f"{value}, not {before[name]}"
            for name, value in now.items()
            if before.get(name) and not _is_same(value, before[name])
        ),
    ]
    return ", ".join(parts)


def is_another_value(clause: str, value: str, known: Terms) -> bool:
    """
    Return True if the first clause of this id among those of a `known` print
    has a value, and another one.
    """
    before = _filled((clause,), known).get(clause, "")
    return bool(before) and not _is_same(value, before)


def _is_same(one: str, other: str) -> bool:
    """Return True for two values of the same words; "" is any."""
    return not one or _words(one) == _words(other)


def _words(value: str) -> frozenset[str]:
    spaced = (c if c.isalnum() else " " for c in value.lower())
    return frozenset("".join(spaced).split()) - _JOINING


def _filled(clauses: Iterable[str], terms: Terms) -> dict[str, str]:
    """Return what fills a slot: each clause with what is told of it."""
    wanted = set(clauses)
    first: dict[str, str] = {}
    for clause in terms.clauses:
        if clause.clause in wanted:
            first.setdefault(clause.clause, " ".join(told_of(clause)))
    return first


def fills_slot(clause: str) -> bool:
    """Return True for a clause that fills a slot of a family."""
    return any(clause in clauses for clauses in _slots().values())


def told_of(clause: Clause) -> Iterator[str]:
    """Yield the values by which two clauses of one slot differ."""
    for name in _TOLD:
        if name in clause.params:
            yield clause.params[name]


@cache
def _families() -> tuple[TermFamily, ...]:
    table = read_table(data_folder("rules") / "families.toml")
    return tuple(
        TermFamily(name=row.needed("name"), licenses=row.strings("licenses"))
        for row in table.tables("family")
    )


@cache
def _slots() -> Mapping[str, tuple[str, ...]]:
    table = read_table(data_folder("rules") / "families.toml").table("slots")
    return {slot: table.strings(slot) for slot in table}
