"""
Every rule that holds for a component or part: its problems, the licenses of
its expression, its own clauses, the policy's lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from licensescan.judge.conditions import (
    adds,
    holding,
    is_lifted,
    is_unknown,
    quotes_for,
)
from licensescan.judge.messages import message_for, of_sheet
from licensescan.judge.standings import violated
from licensescan.judge.verdicts import Verdicts
from licensescan.model.kinds import EvidenceKind, Role, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Conclusion,
    Expression,
    Problem,
    Quote,
    Relation,
)
from licensescan.rulebook.policy_entries import is_listed
from licensescan.rulebook.standing import is_beside
from licensescan.standards.spdx_text import holds

_MOST_PLACES = 5

_NAMED = "named"
"""The shade of a license that a comment names, and that nobody knows."""

_TEXTS = (
    EvidenceKind.LICENSE_FILE,
    EvidenceKind.LICENSE_FIELD,
    EvidenceKind.HIDDEN_TEXT,
    EvidenceKind.SOURCE_HEADER,
    EvidenceKind.SPDX_TAG,
)
"""Kinds of evidence that show what a component's own code is under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is judged: a component, or one of its parts, called `part`."""

    conclusion: Conclusion
    relation: Relation
    part: str | None = None

    @property
    def is_part(self) -> bool:
        """Return True for a part of a component."""
        return self.part is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """
    A rule that holds for one license of a subject. `role` is what this license
    is about where that is less than the subject, and `shade` a
    word by which a policy may refine its verdict: how two licenses come
    together, or why it is a question.
    """

    rule: str
    license: str
    message: str
    quotes: tuple[Quote, ...] = ()
    readings: tuple[Expression, ...] = ()
    role: Role | None = None
    shade: str = ""


def hits_of_evidence(subject: Subject) -> Iterator[Hit]:
    """Yield what is wrong with the evidence."""
    for problem in subject.conclusion.problems:
        is_of_others = problem.rule == RuleId.NATIVE_UNLISTED
        yield Hit(
            rule=problem.rule,
            license=NOASSERTION
            if is_of_others
            else subject.conclusion.concluded,
            message=problem.message,
            quotes=_place_of(problem, subject.conclusion),
            readings=problem.readings,
            role=_role_of_problem(problem),
            shade=problem.shade,
        )


def _role_of_problem(problem: Problem) -> Role | None:
    """
    Return that a file which cannot be read lies beside what the component
    does: test data may be broken on purpose.
    """
    is_unread = problem.rule == RuleId.EVIDENCE_UNREADABLE
    return Role.BESIDE if is_unread and is_beside(problem.path) else None


def hits_of_terms(
    subject: Subject,
    verdicts: Verdicts,
) -> Iterator[Hit]:
    """Yield what the terms and the policy's lists hold against a subject."""
    yield from _hits_of_us(subject, verdicts)
    of_licenses = list(_hits_of_licenses(subject, verdicts))
    yield from of_licenses
    yield from _hits_beyond(
        subject, verdicts, {hit.rule for hit in of_licenses}
    )
    conclusion = subject.conclusion
    component = conclusion.component
    if not subject.is_part and is_listed(
        verdicts.policy.deny_packages, component
    ):
        yield Hit(
            rule=RuleId.LICENSE_DENIED,
            license=conclusion.concluded,
            message=f"the policy denies the package {component.name}",
        )
    if conclusion.terms.incomplete:
        yield Hit(
            rule=RuleId.TERMS_UNREAD,
            license=conclusion.concluded,
            message="its terms point to a document that is not there",
        )


def _hits_of_us(
    subject: Subject,
    verdicts: Verdicts,
) -> Iterator[Hit]:
    """Yield the conditions that the user's own facts break."""
    conclusion = subject.conclusion
    broken = violated(verdicts.standings.of(conclusion.terms))
    # Words of the text go before what a sheet knows of it.
    for standing in sorted(broken, key=lambda s: not s.clause.quote):
        clause = standing.clause
        quote = Quote(path=clause.path, lines=clause.lines, quote=clause.quote)
        is_quoted = bool(clause.path)
        yield Hit(
            rule=RuleId.TERMS_VIOLATED,
            license=conclusion.concluded,
            message=f"{conclusion.concluded}: {standing.words} ({clause.clause})",
            quotes=(quote,)
            if is_quoted
            else places_of(conclusion.concluded, conclusion),
        )


def _hits_of_licenses(
    subject: Subject,
    verdicts: Verdicts,
) -> Iterator[Hit]:
    """
    Yield what the facts of each license say. When two sources disagree, both
    readings are judged.
    """
    conclusion = subject.conclusion
    for expression in (conclusion.concluded, conclusion.alternative):
        if expression in (None, NONE, NOASSERTION):
            continue
        for name in verdicts.effective_licenses(expression, subject.relation):
            yield from _hits_of_license(name, subject, verdicts)


def _hits_of_license(
    name: str,
    subject: Subject,
    verdicts: Verdicts,
) -> Iterator[Hit]:
    conclusion = subject.conclusion
    terms = verdicts.terms_of(name)
    places = places_of(name, conclusion)
    # A name for free words ("conditional") has no clauses of its own: the
    # words that were read have.
    is_name_alone = not terms.clauses and conclusion.concluded == name
    described = conclusion.terms if is_name_alone else terms
    role = _role_of(name, subject)
    fact = verdicts.rulebook.fact(name)
    for rule in verdicts.rules_of(name):
        if (subject.is_part and rule.only_whole) or is_lifted(
            rule, conclusion.terms
        ):
            continue
        yield Hit(
            rule=rule.id,
            license=name,
            message=of_sheet(message_for(rule, name, described), fact),
            quotes=quotes_for(rule, conclusion.terms) or places,
            role=role,
        )
    refusal = verdicts.refusal(name)
    if refusal:
        yield Hit(
            rule=RuleId.LICENSE_DENIED,
            license=name,
            message=f"the policy {refusal} {name}",
            quotes=places,
        )
    nothing_more = conclusion.terms == verdicts.terms_of(conclusion.concluded)
    is_told = subject.is_part and any(
        problem.rule == RuleId.LICENSE_UNKNOWN
        for problem in conclusion.problems
    )
    if is_told:
        return
    if is_unknown(terms) and (nothing_more or is_unknown(conclusion.terms)):
        yield Hit(
            rule=RuleId.LICENSE_UNKNOWN,
            license=name,
            message=f"nothing is known of what {name} says",
            quotes=places,
            shade=_NAMED if _is_comment(conclusion) else "",
        )


def _is_comment(conclusion: Conclusion) -> bool:
    """Return True for what only comments of source files say."""
    return conclusion.basis == EvidenceKind.SOURCE_HEADER


def _role_of(
    name: str,
    subject: Subject,
) -> Role | None:
    """
    Return that a license of a sum is about something bundled, where a part is
    under it and no text or header of the component's own shows it; None where
    it is about the subject.
    """
    conclusion = subject.conclusion
    parts = (part.concluded for part in conclusion.parts)
    if subject.is_part or not any(name == license_ for license_ in parts):
        return None
    is_shown = any(
        holds(item.expression or "", name)
        for item in conclusion.evidence
        if item.kind in _TEXTS
    )
    is_whole = name == conclusion.concluded
    return None if is_shown or is_whole else Role.BUNDLED


def _hits_beyond(
    subject: Subject,
    verdicts: Verdicts,
    judged: Collection[str],
) -> Iterator[Hit]:
    """
    Yield what the text itself says beyond the facts of its licenses: riders,
    READMEs, custom texts. Rules that were `judged` on those facts are not
    asked again.
    """
    conclusion = subject.conclusion
    name, terms = conclusion.concluded, conclusion.terms
    facts = verdicts.terms_of(name)
    # Terms that are no more than the facts were judged in the branch of a
    # choice that the policy takes.
    if terms == facts:
        return
    beside = not subject.is_part and not is_unknown(facts)
    for rule in holding(verdicts.rulebook.rules.values(), terms):
        if rule.id in judged or (subject.is_part and rule.only_whole):
            continue
        if adds(rule, terms, facts):
            yield Hit(
                rule=rule.id,
                license=name,
                message=message_for(rule, name, terms, beside=beside),
                quotes=quotes_for(rule, terms) or places_of(name, conclusion),
            )


def _place_of(
    problem: Problem,
    conclusion: Conclusion,
) -> tuple[Quote, ...]:
    """
    Return where a problem is to be seen: the lines of the evidence in that
    file, where it has some.
    """
    if not problem.path:
        return ()
    lines = (
        Quote(path=item.path, lines=item.lines, quote=item.value or None)
        for item in conclusion.evidence
        if item.path == problem.path and item.lines and not item.expression
    )
    return (next(lines, Quote(path=problem.path)),)


def places_of(
    name: str,
    conclusion: Conclusion,
) -> tuple[Quote, ...]:
    """
    Return where the license `name` of a component is to be seen, five at most.
    """
    evidence = [
        item
        for item in conclusion.evidence
        if item.expression and holds(item.expression, name)
    ]
    if not evidence:
        # A field that a tool left at UNKNOWN shows nothing where another one
        # speaks.
        spoken = [
            e for e in conclusion.evidence if e.value and e.value != "UNKNOWN"
        ]
        evidence = [*spoken, *conclusion.evidence][:1]
    quotes = (
        Quote(path=item.path, lines=item.lines, quote=item.value or None)
        for item in evidence
    )
    return tuple(dict.fromkeys(quotes))[:_MOST_PLACES]
