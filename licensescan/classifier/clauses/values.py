"""
Read what a clause says in particular: the amount of a limit, who grants, whose
law, what a suit is about and ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.clauses.words import has, words

Span = tuple[int, int]

CARVE_OUT = "defensive carve-out"
_COUNTERCLAIMS = (
    ("counter_excluded", "excluded"),
    ("defence", CARVE_OUT),
    ("counter", "count"),
)
"""Words about counterclaims and what the first of them says."""

_TRIGGER = 300
"""Characters of a trigger that are shown; the quote holds all of it."""

_FAR, _LIMIT_BEFORE = 120, 40
"""
Characters between an amount and what it is an amount of, or the words that
limit it.
"""

_PLAIN_NUMBER = Regex(r"\d+(?:\.\d+)?")
_MONEY_METRICS = ("revenue", "turnover", "income", "funding", "sales")


def values(
    clause: str,
    said: str,
    span: Span,
) -> dict[str, str]:
    """
    Return the parameters of `clause`, which was found at `span` of `said` (a
    sentence in the case as written), in the words of the text but for the
    names of the parameters; what the sentence does not say is left out.
    """
    read = _READERS.get(clause)
    return read(said, span) if read else {}


def trigger(said: str, start: int) -> str:
    """
    Return the words from `start` on that say what triggers, up to what follows
    from it; cut between words when long.
    """
    follows = words("then").search(said.lower(), start + 1)
    end = follows.start() if follows else len(said)
    part = said[start:end].strip(" ,.;")
    if len(part) <= _TRIGGER:
        return part
    part = part[:_TRIGGER].rsplit(" ", 1)[0]
    return part.rstrip(" ,.;") + " …"


def defendant(said: str) -> str:
    """Return who is sued, if the text names one: a role, or a name."""
    named = _first("against", said)
    low = named.lower()
    is_role = low.startswith(("the ", "any ", "a "))
    return low if is_role and not named.isupper() else named


def counterclaims(low: str) -> str:
    """
    Return how cross- and counterclaims count: `count`, `excluded`, `defensive
    carve-out`, or "" when that is not said.
    """
    for table, counts in _COUNTERCLAIMS:
        if has(table, low):
            return counts
    return ""


def cure_days(low: str) -> str:
    """
    Return the days of notice or cure that the sentence gives; "" without.
    """
    days = words("cure").search(low)
    return days[0] if days else ""


def _threshold(said: str, span: Span) -> dict[str, str]:
    """
    Return the limits in the sentence: each amount with what it counts; two
    limits stand side by side.
    """
    low = said.lower()
    amounts: dict[str, str] = {}
    for start, end in _amounts(low):
        metric = _counted(low, (start, end))
        if metric:
            amounts.setdefault(metric, said[start:end].strip(" ,"))
    if not amounts:
        alone = words("metric").search(low)
        return {"metric": alone[0]} if alone else {}
    metrics = ", ".join(amounts)
    read = {"metric": metrics, "amount": ", ".join(amounts.values())}
    period = words("period").search(low)
    # A monthly count has its month in its name.
    if period and period[0] not in " ".join(amounts):
        read["period"] = period[0]
    return read


def _amounts(low: str) -> Sequence[Span]:
    """
    Return the amounts that limit: those behind words of a limit, else sums of
    money, else all that are more than a number.
    """
    limits, sums, others = [], [], []
    for start, end in words("amount").spans(low):
        amount = low[start:end]
        before = max(0, start - _LIMIT_BEFORE)
        if words("limit").search(low, before, start):
            limits.append((start, end))
        if has("money", amount):
            sums.append((start, end))
        if not _PLAIN_NUMBER.fullmatch(amount):
            others.append((start, end))
    return limits or sums or others


def _counted(low: str, amount: Span) -> str:
    """
    Return what is counted: the nearest metric, rather behind the amount than
    before it; money is no number of people.
    """
    start, end = amount
    first, last = max(0, start - _FAR), end + _FAR
    metrics = list(words("metric").finditer(low, first, last))
    if has("money", low[start:end]):
        metrics = list(filter(_is_of_money, metrics))

    def distance(metric: re.Match[str]) -> int:
        if metric.start() >= end:
            return metric.start() - end
        return 2 * (start - metric.end()) + 1

    return min(metrics, key=distance)[0] if metrics else ""


def _is_of_money(metric: re.Match[str]) -> bool:
    return any(word in metric[0] for word in _MONEY_METRICS)


def _law(said: str, span: Span) -> dict[str, str]:
    law = _first("law", said)
    return {"law": law.strip(" .,")} if law else {}


def _grantor(said: str, span: Span) -> dict[str, str]:
    grantor = _first("grants", said)
    return {"from": grantor.strip(" ,.")} if grantor else {}


def _first(table: str, said: str) -> str:
    """
    Return the first group that a pattern of the table finds in the case as
    written.
    """
    match = words(table).search(said)
    groups = match.groups() if match else ()
    return next(filter(None, groups), "")


_READERS: Mapping[str, Callable[[str, Span], dict[str, str]]] = {
    "use.threshold": _threshold,
    "risk.governing_law": _law,
    "patent.grant": _grantor,
    "patent.grant_ip": _grantor,
    "patent.covenant": _grantor,
}
