"""
Licenses that cannot be met together: in one expression, among what is linked
inside a component, along the requirements between components, and with the
license under which the project goes out.

A pair of licenses is told once of a component. What only lies beside a program
(another program, data, documents, tests) is no part of one work with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from licensescan.judge.hits import Hit, places_of
from licensescan.judge.verdicts import Verdicts
from licensescan.model.kinds import Certainty, EvidenceKind, Role, RuleId
from licensescan.model.types import (
    Conclusion,
    Dependency,
    Expression,
    Quote,
)
from licensescan.rulebook.compatibility import Clash
from licensescan.standards.spdx_expression import join_and

REQUIRED = "required"
"""
By which a policy refines its verdict where nothing but a requirement or the
project brings two licenses together: whoever ships both meets it.
"""

_INSIDE = ("bundled", "vendored", "static")

_THERE = (Certainty.SHIPPED, Certainty.NAMED)

_IN_ONE_WORK = (Role.OWN, Role.IMPORTED, Role.BUNDLED)

_LIBRARIES = (".so", ".dll", ".dylib", ".pyd", ".a", ".lib")

_MOST_NAMES = 4

_MOST_QUOTES = 2
"""Places that are shown of each of two licenses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """
    What is known beyond the components: which requires which, and the license
    that the project's own files state.
    """

    dependencies: tuple[Dependency, ...] = ()
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """
    Something that makes up one work with others; "" is the whole by its name.
    """

    conclusion: Conclusion
    name: str
    part: str | None = None

    @property
    def license(self) -> Expression:
        return self.conclusion.concluded

    def places(self, license_: str) -> tuple[Quote, ...]:
        return places_of(license_, self.conclusion)[:_MOST_QUOTES]


@dataclass(slots=True)
class _Told:
    """
    The pairs of one component that were met, each with the first hit and all
    names that it is about.
    """

    hits: dict[frozenset[str], Hit] = field(default_factory=dict)
    names: dict[frozenset[str], list[str]] = field(default_factory=dict)

    def add(self, clash: Clash, hit: Hit, name: str) -> None:
        names = self.names.setdefault(clash.pair, [])
        if clash.pair not in self.hits:
            self.hits[clash.pair] = hit
        if name and name not in names:
            names.append(name)


class Pairs:
    """The conflicts of the components of one run."""

    def __init__(
        self,
        verdicts: Verdicts,
        conclusions: Sequence[Conclusion],
        around: Around,
    ) -> None:
        self._verdicts = verdicts
        self._by_purl: Mapping[str, Conclusion] = {
            c.component.purl: c for c in conclusions
        }
        self._required: dict[str, list[str]] = {}
        for edge in around.dependencies:
            self._required.setdefault(edge.source, []).append(edge.target)
        own = (c for c in conclusions if c.component.relation == "own")
        stated = (c.concluded for c in own)
        self._outbound = (
            verdicts.policy.outbound or around.license or next(stated, "")
        )

    def hits(self, whole: Conclusion) -> Iterator[Hit]:
        """
        Yield each pair that cannot be met together, once: within the licenses
        of a component, among what is linked in it, with what it requires, and
        with the license that the project goes out under.
        """
        told = _Told()
        members = list(_members(whole))
        self._inside(members, told)
        is_own = whole.component.relation == "own"
        if whole.component.scope != "dev":
            # What does not fit the project's license is told of what it is.
            if not (is_own and self._outbound):
                self._along(whole, told)
            self._outwards(members, told)
        for pair, hit in told.hits.items():
            yield _named(hit, told.names[pair])

    def _inside(self, members: Sequence[_Member], told: _Told) -> None:
        compatibility = self._verdicts.rulebook.compatibility
        for member in members:
            clash = compatibility.clash_in(member.license)
            if clash:
                told.add(clash, _hit_within(clash, member), "")
        linked = [m for m in members if m.part is None or _is_linked(m)]
        for at, first in enumerate(linked):
            for second in linked[at + 1 :]:
                clash = compatibility.clash(first.license, second.license)
                if clash:
                    hit = _hit_of_two(clash, first, second)
                    told.add(clash, hit, "")

    def _along(self, whole: Conclusion, told: _Told) -> None:
        compatibility = self._verdicts.rulebook.compatibility
        source = _member(whole)
        for purl in self._required.get(whole.component.purl, ()):
            target = self._by_purl.get(purl)
            if target is None or target.component.kind != "package":
                continue
            other = _member(target)
            clash = compatibility.clash(source.license, other.license)
            if clash:
                told.add(clash, _hit_of_edge(clash, source, other), other.name)

    def _outwards(self, members: Sequence[_Member], told: _Told) -> None:
        """Add what does not fit the license that the project goes out under."""
        if not self._outbound:
            return
        whole = members[0].conclusion.component
        if whole.relation != "own":
            self._imported(members, told)
        for member in members:
            relation = member.conclusion.component.relation
            if whole.relation in _INSIDE or (
                member.part and relation in _INSIDE
            ):
                self._taken_in(member, told)

    def _imported(self, members: Sequence[_Member], told: _Told) -> None:
        """
        Add what cannot be one work with an outbound license under copyleft.
        """
        compatibility = self._verdicts.rulebook.compatibility
        if members[0].conclusion.component.kind != "package":
            return
        for member in members:
            if member.part and not _is_linked(member):
                continue
            clash = compatibility.clash(self._outbound, member.license)
            if clash:
                told.add(clash, _hit_outwards(clash, member), "")

    def _taken_in(self, member: _Member, told: _Told) -> None:
        """Add what a project passes on and its own license does not allow."""
        outbound = self._verdicts.policy.outbound
        if not outbound:
            return
        compatibility = self._verdicts.rulebook.compatibility
        relation = member.conclusion.component.relation
        for name in self._verdicts.effective_licenses(
            member.license, relation
        ):
            reason = compatibility.refusal(outbound, name)
            if reason:
                clash = Clash(whole=outbound, other=name, reason=reason)
                message = (
                    f"{name} cannot be passed on under {outbound}: {reason}"
                )
                hit = Hit(
                    rule=RuleId.LICENSE_INCOMPATIBLE,
                    license=name,
                    message=message,
                    quotes=member.places(name),
                    role=_role(member),
                )
                told.add(clash, hit, "")


def _members(whole: Conclusion) -> Iterator[_Member]:
    """
    Yield a component, and those of its parts, level by level, that are there
    and part of what it does.
    """
    yield _member(whole)
    waiting = [(part, part.component.name) for part in whole.parts]
    for part, name in waiting:
        waiting += [(p, f"{name} > {p.component.name}") for p in part.parts]
        if part.certainty in _THERE and part.role in _IN_ONE_WORK:
            yield _Member(conclusion=part, name=name, part=name)


def _member(whole: Conclusion) -> _Member:
    return _Member(conclusion=whole, name=whole.component.name)


def _is_linked(member: _Member) -> bool:
    """
    Return True for a library or sources inside a component; a program that
    lies there, or an archive, is another work.
    """
    component = member.conclusion.component
    if component.relation in ("static", "vendored"):
        return True
    if component.relation != "bundled" or component.kind != "native":
        return False
    native = [
        item.path
        for item in member.conclusion.evidence
        if item.kind == EvidenceKind.NATIVE
    ]
    paths = native or [component.path]
    return any(_is_library(path) for path in paths)


def _is_library(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith(_LIBRARIES) or ".so." in name


def _named(hit: Hit, names: Iterable[str]) -> Hit:
    """Return a hit whose message names what it is about."""
    shown = list(names)
    if len(shown) < 2:
        return hit
    rest = len(shown) - _MOST_NAMES
    more = f" and {rest} more" if rest > 0 else ""
    also = ", ".join(shown[1:_MOST_NAMES])
    message = f"{hit.message}; so does {also}{more}"
    return Hit(
        rule=hit.rule,
        license=hit.license,
        message=message,
        quotes=hit.quotes,
        role=hit.role,
        shade=hit.shade,
    )


def _hit_within(clash: Clash, member: _Member) -> Hit:
    return _hit(
        clash,
        "they stand together",
        (*member.places(clash.whole), *member.places(clash.other)),
        role=_role(member),
    )


def _hit_of_two(clash: Clash, first: _Member, second: _Member) -> Hit:
    return _hit(
        clash,
        f"{first.name} and {second.name} are one work",
        _both_places(clash, first, second),
        role=_role(second),
    )


def _hit_of_edge(clash: Clash, source: _Member, target: _Member) -> Hit:
    return _hit(
        clash,
        f"{source.name} requires {target.name}",
        _both_places(clash, source, target),
        shade=REQUIRED,
    )


def _hit_outwards(clash: Clash, member: _Member) -> Hit:
    here = _shown(member, clash)
    outbound = next(iter(clash.pair - {here}), here)
    return _hit(
        clash,
        f"{member.name} in a project under {outbound}",
        member.places(here),
        role=_role(member),
        shade="" if member.part else REQUIRED,
    )


def _hit(
    clash: Clash,
    how: str,
    quotes: tuple[Quote, ...],
    *,
    role: Role | None = None,
    shade: str = "",
) -> Hit:
    return Hit(
        rule=RuleId.LICENSE_INCOMPATIBLE,
        license=join_and(clash.whole, clash.other),
        message=f"{how}: {clash.whole} cannot take in {clash.other};"
        f" {clash.reason}",
        quotes=tuple(dict.fromkeys(quotes)),
        role=role,
        shade=shade,
    )


def _shown(member: _Member, clash: Clash) -> str:
    """Return the license of a pair that a member is under."""
    return clash.whole if clash.whole in member.license else clash.other


def _both_places(
    clash: Clash, first: _Member, second: _Member
) -> tuple[Quote, ...]:
    return (
        *first.places(_shown(first, clash)),
        *second.places(_shown(second, clash)),
    )


def _role(member: _Member) -> Role | None:
    return member.conclusion.role if member.part else None
