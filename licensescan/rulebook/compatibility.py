"""
Which licenses cannot be met together in one work, and why:
`rules/compatibility.toml`, OSADL's matrix and the FSF's list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING

from licensescan.base.schema import StrictTable, read_table
from licensescan.model.errors import ExpressionError
from licensescan.model.texts import NOASSERTION, NONE, LicenseFact, Terms
from licensescan.standards.spdx_expression import And, Node, Or, parse
from licensescan.standards.spdx_text import split_exception

if TYPE_CHECKING:
    from pathlib import Path

_WHOLE = ("work", "network", "service")
"""How far copyleft reaches that asks for the whole work."""

_NO = "n"
_YES = "yd="
"""OSADL's letters; the question mark is neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """
    Two licenses that cannot be met together: `whole` asks for the whole work,
    `other` does not fit into it.
    """

    whole: str
    other: str
    reason: str

    @property
    def pair(self) -> frozenset[str]:
        """Return both, in no order."""
        return frozenset((self.whole, self.other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """
    A decision for licenses by patterns, where lists are silent or differ.
    """

    outbound: tuple[str, ...]
    licenses: tuple[str, ...]
    fits: bool
    reason: str
    source: str

    def is_about(
        self,
        outbound: str,
        inbound: str,
    ) -> bool:
        """Return True if it decides this pair."""
        return _is_one(outbound, self.outbound) and _is_one(
            inbound, self.licenses
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """What a license says by which work under copyleft cannot take it in."""

    fields: Mapping[str, tuple[str, ...]]
    reason: str

    def holds(self, terms: Terms) -> bool:
        said = {
            "commercial": (terms.commercial,),
            "copyleft": (terms.copyleft,),
            "clause": tuple(clause.clause for clause in terms.clauses),
        }
        return any(
            not set(values).isdisjoint(said[field])
            for field, values in self.fields.items()
        )


class Matrix:
    """OSADL's answers on pairs of licenses."""

    def __init__(self, folder: Path) -> None:
        table = read_table(folder / "osadl.toml")
        self.date = table.needed("date")
        self.licenses = table.strings("licenses")
        self._rows = dict(
            zip(self.licenses, table.strings("answers"), strict=True)
        )
        self._column = {name: at for at, name in enumerate(self.licenses)}

    def answer(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        """
        Return the letter for work under `inbound` in a work that is passed on
        under `outbound`; "" for a license that it lacks.
        """
        row, column = self._rows.get(outbound), self._column.get(inbound)
        return "" if row is None or column is None else row[column]


class Compatibility:
    """
    Answers on pairs from the folder `rules`; `fact` and `terms_of` say what
    single licenses say. The tables are read when a pair is asked for.
    """

    def __init__(
        self,
        folder: Path,
        fact: Callable[[str], LicenseFact | None],
        terms_of: Callable[[str], Terms],
    ) -> None:
        self._folder = folder
        self._fact = fact
        self._terms_of = terms_of
        self._refusals: dict[tuple[str, str], str] = {}

    # -- expressions --

    def clash(
        self,
        first: str,
        second: str,
    ) -> Clash | None:
        """
        Return what keeps work under `first` and work under `second` from being
        one work; None if nothing does, or a choice avoids it.
        """
        nodes = _tree(first), _tree(second)
        if nodes[0] is None or nodes[1] is None:
            return None
        return self._between(nodes[0], nodes[1])

    def clash_in(self, expression: str) -> Clash | None:
        """Return what keeps `expression` from being met as a whole."""
        node = _tree(expression)
        return None if node is None else self._inside(node)

    def _inside(self, node: Node) -> Clash | None:
        if isinstance(node, Or):
            return _of_choice(map(self._inside, node.items))
        if not isinstance(node, And):
            return None
        pairs = combinations(node.items, 2)
        found = (
            *map(self._inside, node.items),
            *(self._between(first, second) for first, second in pairs),
        )
        return next(filter(None, found), None)

    def _between(
        self,
        first: Node,
        second: Node,
    ) -> Clash | None:
        for node, other in ((first, second), (second, first)):
            if isinstance(node, And):
                found = (self._between(item, other) for item in node.items)
                return next(filter(None, found), None)
            if isinstance(node, Or):
                return _of_choice(
                    self._between(item, other) for item in node.items
                )
        return self._of_two(str(first), str(second))

    def _of_two(
        self,
        first: str,
        second: str,
    ) -> Clash | None:
        if not self._is_whole(first):
            first, second = second, first
        if first == second or not self._is_whole(first):
            return None
        reason = self.refusal(first, second)
        takes_in = self._is_whole(second) and not self.refusal(second, first)
        if not reason or takes_in or self._is_beside(first, second):
            return None
        return Clash(whole=first, other=second, reason=reason)

    def _is_beside(
        self,
        whole: str,
        other: str,
    ) -> bool:
        """
        Return True for a library or files under a weak copyleft beside a work
        under another copyleft than GNU's: they may be linked.
        """
        is_weak = self._terms_of(other).copyleft not in ("none", *_WHOLE)
        return is_weak and not self._is_listed(whole, "linked")

    def _is_listed(
        self,
        name: str,
        key: str,
    ) -> bool:
        return _is_one(name, self._table.strings(key))

    def _is_whole(self, name: str) -> bool:
        return self._terms_of(name).copyleft in _WHOLE

    # -- single licenses --

    def refusal(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        """
        Return why work under `inbound` cannot become part of a work that is
        passed on under `outbound`; "" where it can, or nobody knows.
        """
        key = (outbound, inbound)
        if key not in self._refusals:
            self._refusals[key] = self._refusal(outbound, inbound)
        return self._refusals[key]

    def _refusal(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        plain, exception = split_exception(inbound)
        if exception:
            # An exception is there to allow it; a rider takes rights away.
            rider = self._fact(exception)
            commercial = rider.terms.commercial if rider else "allowed"
            if commercial not in ("conditional", "prohibited"):
                return ""
            return self._unknown_to_lists(outbound, inbound)
        ways = product(self._versions(outbound), self._versions(plain))
        reasons = [self._of_versions(*way) for way in ways]
        return reasons[0] if all(reasons) else ""

    def _versions(self, name: str) -> tuple[str, ...]:
        """Return the license itself, and the later ones that it allows."""
        return (name, *self._later.get(name, ()))

    def _of_versions(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        if outbound == inbound:
            return ""
        decided = self.decision(outbound, inbound)
        if decided is not None:
            return "" if decided.fits else decided.reason
        for answer in (
            self.fsf(outbound, inbound),
            self.matrix.answer(outbound, inbound),
        ):
            if answer == _NO:
                return self._reason(outbound, inbound)
            if answer:
                return ""
        return self._unknown_to_lists(outbound, inbound)

    def decision(
        self,
        outbound: str,
        inbound: str,
    ) -> Decided | None:
        """Return what is decided of a pair by itself, if anything is."""
        return next(
            (d for d in self.decided if d.is_about(outbound, inbound)), None
        )

    def fsf(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        """
        Return the FSF's answer for the GPL and AGPL in OSADL's letters; "" for
        what it does not list.
        """
        version = next(
            (v for v in "23" if self._is_listed(outbound, f"fsf-{v}")), ""
        )
        if not version:
            return ""
        if inbound in self._fsf.strings(f"with-gpl-{version}"):
            return "y"
        if self._is_listed(inbound, "fsf-silent"):
            return ""
        listed = (
            *self._fsf.strings("free"),
            *self._fsf.strings("not-free"),
        )
        return _NO if inbound in listed else ""

    def _unknown_to_lists(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        """
        Return why work under a copyleft that asks for the whole refuses what
        no list has.
        """
        if not self._is_whole(outbound):
            return ""
        fact = self._fact(split_exception(inbound)[0])
        terms = self._terms_of(inbound)
        is_read = fact is not None and fact.basis == "fact"
        commercial = terms.commercial in ("prohibited", "conditional")
        if not is_read and not commercial:
            return ""
        return self._said(outbound, terms)

    def _reason(
        self,
        outbound: str,
        inbound: str,
    ) -> str:
        terms = self._terms_of(inbound)
        if not self._is_whole(outbound):
            return self._reasons.text("relaxed").format(outbound=outbound)
        kind = "other" if terms.copyleft == "none" else "copyleft"
        said = self._said(outbound, terms)
        return said or self._reasons.text(kind).format(outbound=outbound)

    def _said(
        self,
        outbound: str,
        terms: Terms,
    ) -> str:
        refusals = (r.reason for r in self._by_terms if r.holds(terms))
        return next(refusals, "").format(outbound=outbound)

    # -- the tables --

    @cached_property
    def matrix(self) -> Matrix:
        """OSADL's matrix."""
        return Matrix(self._folder)

    @cached_property
    def decided(self) -> tuple[Decided, ...]:
        """What is decided of pairs by themselves, in order."""
        return tuple(
            Decided(
                outbound=row.strings("with"),
                licenses=row.strings("licenses"),
                fits=row.flag("fits"),
                reason=row.needed("reason"),
                source=row.needed("source"),
            )
            for row in self._table.tables("decided")
        )

    @cached_property
    def _table(self) -> StrictTable:
        return read_table(self._folder / "compatibility.toml")

    @cached_property
    def _fsf(self) -> StrictTable:
        return read_table(self._folder / "authorities.toml").table("fsf")

    @cached_property
    def _reasons(self) -> StrictTable:
        return self._table.table("reasons")

    @cached_property
    def _later(self) -> Mapping[str, tuple[str, ...]]:
        later = self._table.table("later")
        return {name: later.strings(name) for name in later}

    @cached_property
    def _by_terms(self) -> tuple[_Refusal, ...]:
        return tuple(
            _Refusal(
                fields={field: when.words(field) for field in when},
                reason=row.needed("reason"),
            )
            for row in self._table.tables("refusal")
            for when in [row.table("when")]
        )


def _of_choice(clashes: Iterable[Clash | None]) -> Clash | None:
    """Return the first of a choice if every branch has one."""
    found = list(clashes)
    return found[0] if all(found) else None


def _tree(expression: str) -> Node | None:
    if expression in (NOASSERTION, NONE, ""):
        return None
    try:
        return parse(expression)
    except ExpressionError:
        return None


def _is_one(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
