"""
What a policy says of single licenses: its verdicts and lists, and the branch
of a choice that it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from licensescan.judge.conditions import holding, is_unknown, refinement
from licensescan.judge.standings import Standings
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    Expression,
    ExpressionError,
    Policy,
    Ruling,
    Terms,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.rules import Rule
from licensescan.standards.spdx_expression import best, licenses
from licensescan.standards.spdx_text import split_exception

SEVERITY: Mapping[Ruling, int] = {
    "ok": 0,
    "warn": 1,
    "review": 2,
    "deny": 3,
}

_MILDER: Mapping[Ruling, Ruling] = {
    "ok": "ok",
    "warn": "warn",
    "review": "warn",
    "deny": "review",
}
"""One step milder; a warning stays, so that nothing is silent for it."""


class Verdicts:
    """
    A policy over a rulebook. Answers on single licenses are remembered, since
    few licenses cover most packages.
    """

    def __init__(self, rulebook: Rulebook, policy: Policy) -> None:
        self.rulebook = rulebook
        self.policy = policy
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self.standings = Standings(policy.us, rulebook)
        self._terms: dict[str, Terms] = {}
        self._effective: dict[tuple[str, str], Expression] = {}

    def on(self, rule: str, *refinements: str) -> Ruling:
        """
        Return the policy's verdict on the rule of this id; one for a
        refinement (a relation, the strength of a retaliation) goes before the
        rule's own.
        """
        verdicts = self.policy.verdicts
        chosen = verdicts.get(rule, "ok")
        for word in refinements:
            chosen = verdicts.get(f"{rule}@{word}", chosen)
        return chosen

    def limited(self, ruling: Ruling, *standing: str) -> Ruling:
        """
        Return what is left of a ruling by the policy's limits for how sure it
        is, what it is about and what it adds.
        """
        limits = self.policy.limits
        for word in standing:
            limit = limits.get(word, "deny")
            left = _MILDER[ruling] if limit == "milder" else limit
            ruling = min(ruling, left, key=SEVERITY.__getitem__)
        return ruling

    def terms_of(self, expression: str) -> Terms:
        """
        Return the terms of an expression without what the user's own facts
        satisfy.
        """
        if expression not in self._terms:
            terms = self.rulebook.terms_of(expression)
            self._terms[expression] = self.standings.settled(terms)
        return self._terms[expression]

    def rules_of(self, name: str) -> tuple[Rule, ...]:
        """Return the rules about terms that hold for the license `name`."""
        if name not in self._rules:
            terms = self.terms_of(name)
            rules = holding(self.rulebook.rules.values(), terms)
            self._rules[name] = tuple(rules)
        return self._rules[name]

    def refusal(self, name: str) -> str:
        """
        Return how the policy's own lists refuse the license `name`, as a verb;
        "" where they do not.
        """
        plain, beside = split_exception(name)
        names = {part.lower() for part in (name, plain, beside)}
        if names & self._denied or self._is_in(name, self.policy.deny):
            return "denies"
        # An exception gives more than the license that is allowed; a rider
        # (Commons Clause) takes something away.
        enough = {name} if self._is_rider(beside) else {name, plain}
        is_listed = not self._allowed.isdisjoint(map(str.lower, enough))
        if (
            self._allowed
            and not is_listed
            and not self._is_in(name, self.policy.allow)
            and not self._is_gift(name)
        ):
            return "does not allow"
        return ""

    def _is_gift(self, name: str) -> bool:
        """
        Return True for a patent grant of its own that asks for nothing and
        ends for a suit over the work at most: it stands beside a license.
        """
        terms = self.rulebook.terms_of(name)
        hit = terms.patent.retaliation
        only_gives = terms.patent.grant == "file" and terms.copyleft == "none"
        return only_gives and (hit is None or hit.strength == "work")

    def _is_in(self, name: str, entries: Iterable[str]) -> bool:
        """Return True if `entries` name a group of licenses it is in."""
        groups = self._groups.intersection(entries)
        return any(self.rulebook.is_in_group(name, group) for group in groups)

    @cached_property
    def _groups(self) -> frozenset[str]:
        """The groups that the lists name; the policy may name none."""
        listed = {*self.policy.allow, *self.policy.deny}
        return frozenset(listed & self.rulebook.groups.keys())

    def _is_rider(self, name: str) -> bool:
        """Return True if what stands behind WITH restricts commerce."""
        fact = self.rulebook.fact(name) if name else None
        commercial = fact.terms.commercial if fact else "allowed"
        return commercial in ("conditional", "prohibited")

    def effective(self, expression: Expression, relation: str) -> Expression:
        """
        Return the expression with each OR resolved to the branch that the
        policy minds least, the first of equals.
        """
        key = (expression, relation)
        if key not in self._effective:
            try:
                chosen = best(
                    expression, lambda name: self._cost(name, relation)
                )
            except ExpressionError:
                chosen = expression
            self._effective[key] = chosen
        return self._effective[key]

    def effective_licenses(
        self, expression: Expression, relation: str
    ) -> tuple[str, ...]:
        """
        Return the licenses that remain of `expression` after each choice; none
        of what does not parse.
        """
        try:
            return licenses(self.effective(expression, relation))
        except ExpressionError:
            return ()

    def minds(self, name: str, relation: str) -> bool:
        """
        Return True if the policy has more than a warning for the license
        `name`.
        """
        if self.refusal(name) or is_unknown(self.terms_of(name)):
            return True
        return self._cost(name, relation)[0] > SEVERITY["warn"]

    def _cost(self, name: str, relation: str) -> tuple[int, int]:
        """
        Return how bad the policy finds one license: its worst verdict, and how
        many findings of any kind it makes.
        """
        terms = self.terms_of(name)
        rulings = [
            self.on(rule.id, relation, refinement(rule, terms))
            for rule in self.rules_of(name)
        ]
        if self.refusal(name):
            rulings.append(self.on(RuleId.LICENSE_DENIED))
        if is_unknown(terms):
            rulings.append(self.on(RuleId.LICENSE_UNKNOWN, relation))
        severities = [SEVERITY[ruling] for ruling in rulings]
        return max(severities, default=0), sum(map(bool, severities))

    @cached_property
    def _denied(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.policy.deny)

    @cached_property
    def _allowed(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.policy.allow)
