"""
Put terms together: what holds when several licenses apply at once, and which
of two is the lighter to bear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from licensescan.model.texts import (
    Clause,
    Commercial,
    Copyleft,
    Grant,
    Patent,
    Retaliation,
    Strength,
    Terms,
)

COMMERCIAL: tuple[Commercial, ...] = (
    "allowed",
    "conditional",
    "unknown",
    "prohibited",
)
"""
From free to forbidden. Unknown is worse than a condition that can be read, and
milder than a ban.
"""

COPYLEFT: tuple[Copyleft, ...] = (
    "none",
    "file",
    "module",
    "library",
    "adaptation",
    "work",
    "network",
    "service",
)
GRANTS: tuple[Grant, ...] = (
    "express",
    "file",
    "ip",
    "implicit",
    "none",
    "disclaimed",
    "unknown",
)
"""From the strongest grant to nothing known."""

SUM: tuple[Grant, ...] = (
    "none",
    "implicit",
    "ip",
    "express",
    "unknown",
    "disclaimed",
    "file",
)
"""
What a sum says on patents is what its most telling member says: a grant of its
own stands beside a license that grants none. Each silent member is a finding
of its own.
"""

FORBIDDING = frozenset(
    {"use.noncommercial", "use.research_only", "use.evaluation_only"}
)
"""Clauses that forbid commercial use (docs/json.md, `commercial`)."""

CONDITIONS = frozenset(
    {
        "dist.prohibited",
        "dist.binary_only",
        "dist.no_reverse_engineering",
        "access.accept",
        "access.payment",
    }
)
"""Clauses outside `use.*` that put a condition on commercial use."""

VARIETY = "variety"
"""
The parameter of a clause that holds for one kind of license that its owner
gives out ("academic licenses").
"""

SUBJECT = "subject"
"""
The parameter of a clause about something else than the software: its weights,
a model, data. Of `ON_USERS` it is something else.
"""

ON_USERS = frozenset({"patent.retaliation", "use.output"})
"""
Clauses that name what is sued over or made, not what they are terms of: they
bind who uses the software, whatever that is.
"""

DISPUTE = "dispute"
"""
The parameter of a clause that one witness has and the other lacks; it says
which.
"""

_OF_SUITS = ("patent.retaliation", "patent.no_suit_condition")
"""Clauses by which retaliation is read."""

MATTERING = (
    "use.",
    "dist.",
    "own.",
    "risk.",
    "access.",
    "sharealike.model",
    "patent.retaliation",
    "patent.grantback",
    "attr.branding",
    "attr.advertising",
    "attr.ai_disclosure",
)
"""How the ids of clauses begin that cost who uses the work."""

STRENGTHS: tuple[Strength, ...] = ("work", "ip", "grantor", "broad")

SUIT_SUBJECTS: Mapping[Strength, str] = {
    "work": "work",
    "ip": "any intellectual property in it or its outputs",
    "grantor": "any patent",
    "broad": "any patent",
}
"""What a suit is over that ends rights, by how far that reaches."""


def is_on_part(clause: Clause) -> bool:
    """Return True if a clause is about something else than the software."""
    return SUBJECT in clause.params and clause.clause not in ON_USERS


def together(several: Iterable[Terms]) -> Terms:
    """
    Return the terms of a sum (AND): the narrowest commercial use, the widest
    copyleft, the most telling words on patents (`SUM`), and the farthest
    retaliation of any member. No members give the terms of nothing: all
    unknown.
    """
    items = list(several)
    if not items:
        return Terms()
    if len(items) == 1:
        return items[0]
    commercial = (terms.commercial for terms in items)
    copyleft = (terms.copyleft for terms in items)
    return Terms(
        patent=_patent([terms.patent for terms in items]),
        commercial=max(commercial, key=COMMERCIAL.index),
        copyleft=max(copyleft, key=COPYLEFT.index),
        clauses=_unique(clause for terms in items for clause in terms.clauses),
        incomplete=any(terms.incomplete for terms in items),
    )


def _patent(patents: Sequence[Patent]) -> Patent:
    """Return the patent terms of a sum."""
    grants = (patent.grant for patent in patents)
    retaliations = (patent.retaliation for patent in patents)
    return Patent(
        grant=max(grants, key=SUM.index),
        retaliation=max(filter(None, retaliations), key=_reach, default=None),
    )


def burden(terms: Terms) -> tuple[int, int, int, int]:
    """
    Return how heavy terms weigh, for choosing in an OR: commerce first, then
    copyleft, then patents. Smaller is lighter.
    """
    hit = terms.patent.retaliation
    return (
        COMMERCIAL.index(terms.commercial),
        COPYLEFT.index(terms.copyleft),
        1 + STRENGTHS.index(hit.strength) if hit else 0,
        GRANTS.index(terms.patent.grant),
    )


def added(clauses: Sequence[Clause]) -> Terms:
    """
    Return what clauses that stand beside a known license add to it. The patent
    grant is `none`, so that `together` takes the license's own.
    """
    return Terms(
        patent=Patent(grant="none"),
        commercial=commercial_of(clauses),
        clauses=tuple(clauses),
    )


def commercial_of(clauses: Sequence[Clause]) -> Commercial:
    """
    Return what clauses say on commercial use; it is allowed where none does.
    """
    # One sentence that frees small companies beside research forbids commerce
    # to nobody but the large ones.
    limited = {
        (c.path, c.lines) for c in clauses if c.clause == "use.threshold"
    }
    if any(forbids(c) and (c.path, c.lines) not in limited for c in clauses):
        return "prohibited"
    if any(
        c.clause.startswith("use.") or c.clause in CONDITIONS for c in clauses
    ):
        return "conditional"
    return "allowed"


def is_limit(clause: Clause) -> bool:
    """Return True if a clause limits commerce."""
    return clause.clause.startswith("use.") or clause.clause in CONDITIONS


def disputed(
    terms: Terms,
    read: Terms,
    says: str,
) -> Terms:
    """
    Return `terms` judged with a second witness: each clause that only `read`
    has counts, and `says` so in its parameters; what is stricter holds.
    """
    have = {clause.clause for clause in terms.clauses}
    more = tuple(
        replace(clause, params={**clause.params, DISPUTE: says})
        for clause in read.clauses
        if clause.clause not in have and _matters(clause)
    )
    hits = (terms.patent.retaliation, read.patent.retaliation)
    retaliation = max(filter(None, hits), key=_reach, default=None)
    stricter = min(commercial_of(more), read.commercial, key=COMMERCIAL.index)
    if not more and retaliation == terms.patent.retaliation:
        return terms
    commercial = max(terms.commercial, stricter, key=COMMERCIAL.index)
    return replace(
        terms,
        commercial=commercial,
        patent=replace(terms.patent, retaliation=retaliation),
        clauses=(*terms.clauses, *more),
    )


def may_add(known: Collection[str], clause: str) -> bool:
    """
    Return True if a clause of that name may change terms in which those
    `known` count already: see `disputed`.
    """
    if clause in _OF_SUITS:
        return True
    return clause.startswith(MATTERING) and clause not in known


def _matters(clause: Clause) -> bool:
    """
    Return True for a clause that a second witness may add: one that costs, and
    no derived one.
    """
    return clause.clause.startswith(MATTERING) and not (
        clause.params.get("extent") or is_on_part(clause)
    )


def restricts(terms: Terms) -> bool:
    """
    Return True if terms limit commerce, or copyleft reaches beyond single
    files.
    """
    return terms.commercial in (
        "conditional",
        "prohibited",
    ) or terms.copyleft not in (
        "none",
        "file",
        "module",
    )


def forbids(clause: Clause) -> bool:
    """
    Return True if a clause forbids commercial use: not where it limits a
    variety of the license beside which are others.
    """
    return clause.clause in FORBIDDING and VARIETY not in clause.params


def _reach(retaliation: Retaliation) -> tuple[int, int]:
    return STRENGTHS.index(retaliation.strength), int(
        retaliation.effect == "all"
    )


def _unique(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    seen: dict[tuple[object, ...], Clause] = {}
    for clause in clauses:
        seen.setdefault(
            (
                clause.clause,
                clause.path,
                clause.lines,
                clause.quote,
                clause.section,
            ),
            clause,
        )
    return tuple(seen.values())
