"""
What a rule asks of terms: whether it holds, by more than facts say, and which
words make it hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from licensescan.model.types import Clause, Quote, Terms
from licensescan.rulebook.rules import Rule
from licensescan.rulebook.terms import SUIT_SUBJECTS

Fields = Mapping[str, tuple[str, ...]]
"""What terms say, by the fields with which a rule asks."""

DELTA = "delta"
"""
What a rule is refined by whose weight is what the readings of a license add to
each other: `harmless` where the policy minds none of them.
"""

_MOST_QUOTES = 5

_CONDITION = "dist.application"
"""
The clause that lets the listed parts of a kit be passed on inside an
application.
"""

_CONDITIONED = frozenset(
    (
        "dist.prohibited",
        "dist.binary_only",
        "dist.no_modify",
        "dist.anti_copyleft",
    )
)
"""The bans that in the same text hold for what this condition leaves out."""


def holding(rules: Iterable[Rule], terms: Terms) -> list[Rule]:
    """
    Return those of `rules` of which all that they ask is so of `terms`; of
    several values for one field one is enough.
    """
    fields = fields_of(terms)
    return [rule for rule in rules if _all_hold(rule.when, fields)]


def is_lifted(rule: Rule, whole: Terms) -> bool:
    """
    Return True if the terms of the `whole` component take back what `rule`
    asks.
    """
    return bool(rule.unless) and _all_hold(rule.unless, fields_of(whole))


def adds(rule: Rule, terms: Terms, facts: Terms) -> bool:
    """
    Return True if `terms` make a rule hold by more than what the `facts` of
    their licenses say.
    """
    before = fields_of(facts)
    if not _all_hold(rule.when, before):
        return True
    clauses = [
        clause for clause in counted(terms) if clause not in facts.clauses
    ]
    more = tuple(clause.clause for clause in clauses)
    now = {**fields_of(terms), "clause": more}
    before = {**before, "clause": ()}
    return any(
        now[field] != before[field] and _meet(values, now[field])
        for field, values in rule.when.items()
    )


def quotes_for(rule: Rule, terms: Terms) -> tuple[Quote, ...]:
    """
    Return the words of the text that make a rule hold, as far as the text was
    read, the weightiest first and five at most.
    """
    quotes = dict.fromkeys(
        _words_of(clause)
        for wanted in rule.quotes
        for clause in counted(terms)
        if clause.quote and is_of(clause.clause, wanted)
    )
    return tuple(quotes)[:_MOST_QUOTES]


def counted(terms: Terms) -> tuple[Clause, ...]:
    """
    Return the clauses of `terms` that hold of what is passed on as the terms
    allow: a condition is not a ban, and "except as permitted" leaves what is
    permitted.
    """
    permitting = {c.path for c in terms.clauses if c.clause == _CONDITION}
    if not permitting:
        return terms.clauses
    return tuple(
        clause
        for clause in terms.clauses
        if clause.clause not in _CONDITIONED or clause.path not in permitting
    )


def is_of(clause: str, wanted: str) -> bool:
    """
    Return True if `clause` is the one `wanted`, or of its group where that
    ends in a dot.
    """
    return clause == wanted or (
        wanted.endswith(".") and clause.startswith(wanted)
    )


def refinement(rule: Rule, terms: Terms) -> str:
    """
    Return the value of `terms` by which a policy may refine its verdict on
    `rule` (the strength of a retaliation), or "".
    """
    if rule.refined_by in ("", DELTA):
        return ""
    return next(iter(fields_of(terms)[rule.refined_by]), "")


def is_unknown(terms: Terms) -> bool:
    """Return True if nothing is known of what these terms say."""
    return (
        terms.commercial == "unknown"
        and not terms.clauses
        and terms.patent.grant == "unknown"
    )


def fields_of(terms: Terms) -> Fields:
    """
    Return what a rule may ask of `terms`, by the field with which it asks.
    """
    return {
        "clause": tuple(c.clause for c in counted(terms)),
        "commercial": (terms.commercial,),
        "copyleft": (terms.copyleft,),
        "patent.grant": (terms.patent.grant,),
        "patent.grantback.scope": _scopes(terms),
        "patent.retaliation.strength": _strengths(terms),
    }


def _scopes(terms: Terms) -> tuple[str, ...]:
    """
    Return what is licensed back, where each clause that asks for it says so.
    """
    scopes = [
        clause.params.get("scope", "")
        for clause in terms.clauses
        if clause.clause == "patent.grantback"
    ]
    return tuple(dict.fromkeys(scopes)) if all(scopes) else ()


def _strengths(terms: Terms) -> tuple[str, ...]:
    """
    Return how far what ends rights on a suit reaches: as is known of the
    license, else as its text was read.
    """
    hit = terms.patent.retaliation
    if hit:
        return (hit.strength,)
    subjects = {
        clause.params.get("subject", "")
        for clause in terms.clauses
        if clause.clause == "patent.retaliation" and clause.quote
    }
    return tuple(
        strength
        for strength, subject in SUIT_SUBJECTS.items()
        if subject in subjects
    )


def _all_hold(asked: Fields, fields: Fields) -> bool:
    return all(
        _meet(values, fields.get(field, ())) for field, values in asked.items()
    )


def _meet(wanted: Iterable[str], given: Iterable[str]) -> bool:
    return not set(wanted).isdisjoint(given)


def _words_of(clause: Clause) -> Quote:
    return Quote(
        path=clause.path,
        lines=clause.lines,
        quote=clause.quote,
    )
