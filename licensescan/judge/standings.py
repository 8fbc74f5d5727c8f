"""
How the user's own facts stand to the conditions of terms: satisfied, violated,
or open where the facts or the words do not decide.

A condition that is satisfied is none: it is taken out of the terms before they
are judged, and told with the number. One that is violated is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from licensescan.judge.conditions import is_of
from licensescan.model.types import Clause, Standing, Terms, Us
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.user_facts import (
    Metric,
    answers,
    metrics,
    places,
    plain,
)
from licensescan.standards.amounts import Amount, amounts_in

Status = Literal["satisfied", "violated", "open"]


class Standings:
    """The user's facts, held against clauses."""

    def __init__(
        self,
        us: Us | None,
        rulebook: Rulebook,
    ) -> None:
        self.us = us
        self.rulebook = rulebook

    def of(
        self,
        terms: Terms,
    ) -> tuple[Standing, ...]:
        """Return how each condition of `terms` stands that facts may decide."""
        if self.us is None:
            return ()
        found = (self._of_clause(clause) for clause in terms.clauses)
        return tuple(filter(None, found))

    def settled(
        self,
        terms: Terms,
    ) -> Terms:
        """
        Return `terms` without what is satisfied. Commerce is allowed where no
        other condition is left.
        """
        satisfied = {
            id(standing.clause)
            for standing in self.of(terms)
            if standing.status == "satisfied"
        }
        if not satisfied:
            return terms
        left = tuple(c for c in terms.clauses if id(c) not in satisfied)
        commercial = terms.commercial
        if commercial == "conditional" and not self._is_conditional(left):
            commercial = "allowed"
        return replace(terms, clauses=left, commercial=commercial)

    def _is_conditional(
        self,
        clauses: Sequence[Clause],
    ) -> bool:
        wanted = [
            name
            for rule in self.rulebook.rules.values()
            if "conditional" in rule.when.get("commercial", ())
            for name in (*rule.names, *rule.names_otherwise)
        ]
        return any(is_of(c.clause, word) for c in clauses for word in wanted)

    def _of_clause(
        self,
        clause: Clause,
    ) -> Standing | None:
        if self.us is None:
            return None
        if clause.clause == "use.threshold":
            status, words = _of_threshold(clause, self.us)
        elif clause.clause == "use.territory":
            status, words = _of_territory(clause, self.us)
        elif clause.clause == "use.field":
            status, words = _of_field(clause, self.us)
        elif clause.clause in answers():
            status, words = _of_answer(clause, self.us)
        else:
            return None
        return Standing(clause=clause, status=status, words=words)


def _of_threshold(
    clause: Clause,
    us: Us,
) -> tuple[Status, str]:
    """
    Return how a limit stands: it is met if every number of the user's is
    below it, and broken if one is not.
    """
    counted = _metrics_of(clause.params.get("metric", ""))
    amounts = amounts_in(clause.params.get("amount", ""))
    if not amounts or len(counted) != len(amounts):
        return "open", "the limit is not read as numbers"
    stands = [
        _of_limit(metric, amount, us)
        for metric, amount in zip(counted, amounts, strict=True)
    ]
    broken = [words for status, words in stands if status == "violated"]
    if broken:
        return "violated", "; ".join(broken)
    unknown = [words for status, words in stands if status == "open"]
    if unknown:
        return "open", "; ".join(unknown)
    return "satisfied", "; ".join(words for _, words in stands)


def _metrics_of(text: str) -> list[Metric | None]:
    """Return what is counted; a sum of it "in" some time is one thing."""
    names = text.replace(", ", ";").split(";")
    return [
        next((m for m in metrics() if any(w in name for w in m.words)), None)
        for name in names
        if name.strip()
    ]


def _of_limit(
    metric: Metric | None,
    amount: Amount,
    us: Us,
) -> tuple[Status, str]:
    number = us.numbers.get(metric.fact) if metric else None
    limit = f"{amount.value:,}"
    if metric is None or number is None:
        named = metric.title if metric else "what it counts"
        return "open", f"the limit is {limit}; [us] does not say {named}"
    if amount.currency and amount.currency != us.currency:
        return "open", f"the limit of {limit} is in {amount.currency}"
    money = f" {us.currency}" if metric.fact == "revenue" else ""
    yours = f"your {number:,}{money} {metric.title}"
    verb = "is" if money else "are"
    if number < amount.value:
        return "satisfied", f"{yours} {verb} below {limit}"
    return "violated", f"{yours} {verb} not below {limit}"


def _of_territory(
    clause: Clause,
    us: Us,
) -> tuple[Status, str]:
    said = f"{clause.params.get('excluded', '')}; {clause.quote or ''}"
    named = places().named_in(said)
    if not us.countries:
        return "open", "[us] does not say the country"
    within = clause.params.get("within", "")
    if not within and named and places().are_alone(said):
        within = ", ".join(named)
    if within:
        return _of_those_within(within, us)
    if not named:
        return "open", "no country is read in the words"
    for country in us.countries:
        for title, codes in named.items():
            if country in codes:
                return _excluded(country, title, clause)
    listed = ", ".join(named)
    yours = ", ".join(us.countries)
    return "satisfied", f"your country, {yours}, is not among: {listed}"


def _of_those_within(
    within: str,
    us: Us,
) -> tuple[Status, str]:
    """Return how terms stand that are for one country or region alone."""
    codes = frozenset().union(*places().named_in(within).values())
    outside = sorted(set(us.countries) - codes)
    if outside:
        listed = ", ".join(outside)
        return "violated", f"your country, {listed}, is outside: {within}"
    return "satisfied", f"your country is inside: {within}"


def _excluded(
    country: str,
    title: str,
    clause: Clause,
) -> tuple[Status, str]:
    scope = clause.params.get("scope", "")
    if scope:
        return "open", f"your country, {country}, is excluded for {scope}"
    return "violated", f"your country, {country}, is excluded: {title}"


def _of_field(
    clause: Clause,
    us: Us,
) -> tuple[Status, str]:
    """
    Return how listed uses stand: a use that is named is broken; that the words
    at hand do not name it does not mean that the list does not.
    """
    said = f" {plain(_words_of(clause))} "
    named = [word for word in us.purposes if f" {plain(word)} " in said]
    if named:
        return "violated", f"your purpose is named: {', '.join(named)}"
    return "open", "whether your use is among those listed is yours to say"


def _of_answer(
    clause: Clause,
    us: Us,
) -> tuple[Status, str]:
    asked = answers()[clause.clause]
    answer = us.answers.get(asked.fact)
    if answer is None:
        return "open", f"[us] does not say {asked.fact}"
    said = _words_of(clause).lower()
    if asked.words and not any(word in said for word in asked.words):
        return "open", "what it limits is not read in the words"
    words = asked.breaks if answer else asked.keeps
    if not words:
        return "open", "the condition is yours to check"
    return ("violated" if answer else "satisfied"), words


def _words_of(clause: Clause) -> str:
    """Return the words of a clause, and what is known of it."""
    known = clause.params.get("note", "")
    return " ".join((clause.lead, clause.quote or "", known))


def violated(standings: Sequence[Standing]) -> Iterator[Standing]:
    """Yield the standings of what the user's facts break."""
    return (s for s in standings if s.status == "violated")
