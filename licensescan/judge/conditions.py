"""
What a rule asks of terms (its `when`): whether it holds, by more than is known, and
which words make it hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from licensescan.model.types import Quote, Rule, Terms

_MOST_QUOTES = 5

_CUES = {
    "commercial-prohibited": (
        "use.noncommercial",
        "use.research_only",
        "use.evaluation_only",
    ),
    "commercial-conditional": ("use.", "access.accept", "dist.prohibited"),
    "copyleft-network": ("copyleft.network", "copyleft.service"),
    "copyleft-strong": ("copyleft.work",),
    "copyleft-weak": (
        "copyleft.file",
        "copyleft.library",
        "sharealike.data",
        "sharealike.model",
    ),
    "patent-disclaimed": ("patent.disclaimed",),
    "patent-retaliation": ("patent.retaliation", "patent.no_suit_condition"),
    "patent-retaliation-broad": ("patent.retaliation",),
}
"""
The clauses behind a rule that asks of a value which they make, the weightiest first; an
end of "." is a group.
"""


def holding(rules: Iterable[Rule], terms: Terms) -> list[Rule]:
    """
    Those of `rules` of which all that they ask is so of `terms`; of several values for
    one key one is enough.
    """
    facts = _facts(terms)
    return [rule for rule in rules if _holds(rule, facts)]


def adds(rule: Rule, terms: Terms, facts: Terms) -> bool:
    """
    Whether `terms` make a rule hold by more than what the `facts` of their licenses
    say.
    """
    now, before = _facts(terms), _facts(facts)
    if not _holds(rule, before):
        return True
    now = {
        **now,
        "clause": tuple(c.clause for c in terms.clauses if c not in facts.clauses),
    }
    before = {**before, "clause": ()}
    return any(
        set(now[key]) & set(wanted) and now[key] != before[key]
        for key, wanted in rule.when.items()
    )


def quotes_for(rule: Rule, terms: Terms) -> tuple[Quote, ...]:
    """
    The words of the text that make a rule hold, as far as the text was read; what
    weighs most goes first.
    """
    wanted = rule.when.get("clause") or _CUES.get(rule.id, ())
    found = [
        (rank, c)
        for c in terms.clauses
        for rank, w in enumerate(wanted)
        if c.quote and (c.clause == w or (w.endswith(".") and c.clause.startswith(w)))
    ]
    found.sort(key=lambda ranked: ranked[0])
    return tuple(
        dict.fromkeys(
            Quote(path=c.path, lines=c.lines, quote=c.quote) for _, c in found
        )
    )[:_MOST_QUOTES]


def strength_for(rule: str, terms: Terms) -> str:
    """
    The strength of a retaliation, by which a policy may refine its verdict on the
    `rule` about it; else "".
    """
    hit = terms.patent.retaliation
    return hit.strength if hit and rule == "patent-retaliation" else ""


def is_unknown(terms: Terms) -> bool:
    """Whether nothing is known of what these terms say."""
    return (
        terms.commercial == "unknown"
        and not terms.clauses
        and terms.patent.grant == "unknown"
    )


def _facts(terms: Terms) -> Mapping[str, tuple[str, ...]]:
    """What a rule may ask of terms, by the key that it asks with."""
    hit = terms.patent.retaliation
    return {
        "commercial": (terms.commercial,),
        "copyleft": (terms.copyleft,),
        "patent.grant": (terms.patent.grant,),
        "patent.retaliation.strength": (hit.strength,) if hit else (),
        "clause": tuple(c.clause for c in terms.clauses),
    }


def _holds(rule: Rule, facts: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        key in facts and set(wanted) & set(facts[key])
        for key, wanted in rule.when.items()
    )
