"""
What a clause says in particular: the amount of a limit, who grants, whose law, what a
suit is about and ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.clauses.words import words

Span = tuple[int, int]

CARVE_OUT = "defensive carve-out"
_TRIGGER = 300
"""Characters of a trigger that are told; the quote holds all of it."""

_FAR = 120
"""Characters between an amount and what it is an amount of."""

_PLAIN_NUMBER = Regex(r"\d+(?:\.\d+)?")


def values(clause: str, said: str, span: Span) -> dict[str, str]:
    """
    The parameters of `clause`, which was found at `span` of `said` (a sentence in the
    case as written), in the words of the text but for the names of the parameters; what
    the sentence does not tell is left out.
    """
    reader = _READERS.get(clause)
    return reader(said, span) if reader else {}


def trigger(said: str, start: int) -> str:
    """
    The words from `start` on that say what triggers, up to what follows from it; cut
    between words when long.
    """
    end = words("then").search(said.lower(), start + 1)
    part = said[start : end.start() if end else len(said)].strip(" ,.;")
    if len(part) > _TRIGGER:
        part = part[:_TRIGGER].rsplit(" ", 1)[0].rstrip(" ,.;") + " …"
    return part


def defendant(said: str) -> str:
    """Who is sued, if the text names one: a role, or a name."""
    found = _first("against", said)
    return (
        found
        if found.isupper() or not found.lower().startswith(("the ", "any ", "a "))
        else found.lower()
    )


def counterclaims(low: str) -> str:
    """
    Whether cross- and counterclaims count: `count`, `excluded`, `defensive carve-out`,
    or "" when not said.
    """
    if words("counter_excluded").search(low):
        return "excluded"
    if words("defence").search(low):
        return CARVE_OUT
    return "count" if words("counter").search(low) else ""


def cure_days(low: str) -> str:
    """The days of notice or cure that the sentence gives."""
    found = words("cure").search(low)
    return found.group() if found else ""


def _threshold(said: str, span: Span) -> dict[str, str]:
    """
    The limits in the sentence: each amount with what it counts; two limits stand side
    by side.
    """
    low = said.lower()
    amounts = [m.span() for m in words("amount").finditer(low)]
    limits = [a for a in amounts if words("limit").search(low, max(0, a[0] - 40), a[0])]
    money = [a for a in amounts if words("money").search(low[a[0] : a[1]])]
    chosen = (
        limits
        or money
        or [a for a in amounts if not _PLAIN_NUMBER.fullmatch(low[a[0] : a[1]])]
    )
    metrics: list[str] = []
    told: list[str] = []
    for amount in chosen:
        counted = _counted(low, amount)
        if counted and counted not in metrics:
            metrics.append(counted)
            told.append(said[amount[0] : amount[1]].strip(" ,"))
    if not metrics:
        metric = words("metric").search(low)
        return {"metric": metric.group()} if metric else {}
    period = words("period").search(low)
    # A monthly count has its month in its name.
    within = (
        {}
        if period is None or period.group() in " ".join(metrics)
        else {"period": period.group()}
    )
    return {"metric": ", ".join(metrics), "amount": ", ".join(told), **within}


def _counted(low: str, amount: Span) -> str:
    """
    What is counted: the nearest metric, rather behind the amount than before it; money
    is no number of people.
    """
    around = list(
        words("metric").finditer(low, max(0, amount[0] - _FAR), amount[1] + _FAR)
    )
    if words("money").search(low[amount[0] : amount[1]]):
        around = [
            m
            for m in around
            if re.search("revenue|turnover|income|funding|sales", m.group())
        ]

    def far(m: re.Match[str]) -> int:
        return (
            m.start() - amount[1]
            if m.start() >= amount[1]
            else 2 * (amount[0] - m.end()) + 1
        )

    return min(around, key=far).group() if around else ""


def _law(said: str, span: Span) -> dict[str, str]:
    found = _first("law", said)
    return {"law": found.strip(" .,")} if found else {}


def _grantor(said: str, span: Span) -> dict[str, str]:
    found = _first("grants", said)
    return {"from": found.strip(" ,.")} if found else {}


def _first(table: str, said: str) -> str:
    """The first group that a pattern of the table finds in the case as written."""
    found = words(table).search(said)
    return next((g for g in found.groups() if g), "") if found else ""


_READERS: Mapping[str, Callable[[str, Span], dict[str, str]]] = {
    "use.threshold": _threshold,
    "risk.governing_law": _law,
    "patent.grant": _grantor,
    "patent.grant_ip": _grantor,
    "patent.covenant": _grantor,
}
