"""
The findings that a policy accepts: by a waiver, by an acceptance, by the list
of allowed packages.

An acceptance states what it is about: a text, a license, components and their
parts, rules, scopes, versions. It accepts what meets all of that and nothing
else. Of several the most specific decides, even if it has expired: what was
settled for one component is not settled by what holds for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from licensescan.judge.baseline import is_known
from licensescan.judge.merging import ABOUT_TEXTS, TOPICS_OF_TERMS, Texts
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    Acceptance,
    Conclusion,
    Finding,
    Policy,
    Waiver,
)
from licensescan.rulebook.policy_entries import (
    is_listed,
    is_pattern,
    names_component,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.standards.requirements import specifier_contains

WHOLE = "."
"""How `part` names the component itself."""


def of_waiver(waiver: Waiver) -> Acceptance:
    """Return the acceptance that a waiver comes to."""
    return Acceptance(
        components=(waiver.component,),
        rules=(waiver.rule,),
        reason=waiver.reason,
        versions=waiver.versions,
        approved_by=waiver.approved_by,
        expires=waiver.expires,
        pin=waiver.sha256,
        key=waiver.key,
        is_waiver=True,
    )


def acceptances_of(policy: Policy) -> tuple[Acceptance, ...]:
    """Return all that a policy accepts, its waivers first."""
    return (*map(of_waiver, policy.waivers), *policy.acceptances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A finding with the component and the text that it is about."""

    finding: Finding
    conclusion: Conclusion
    text: str = ""


class Accepting:
    """
    One run over findings: which acceptance accepts each of them `today`, and
    which met something and were not needed.
    """

    def __init__(
        self, policy: Policy, rulebook: Rulebook, today: date
    ) -> None:
        self.policy = policy
        self.rulebook = rulebook
        self.today = today
        self.acceptances = acceptances_of(policy)
        self.used: set[str] = set()
        self.known: set[str] = set()
        self.overruled: dict[str, str] = {}

    def applied(
        self,
        findings: Iterable[Finding],
        conclusions: Mapping[str, Conclusion],
    ) -> list[Finding]:
        """
        Return `findings`, each with what accepts it, if anything does: the
        list of allowed packages, an acceptance by its key and with who
        approved it, or the baseline.
        """
        return [
            self._applied(subject)
            for subject in subjects_of(findings, conclusions)
        ]

    def _applied(self, subject: Subject) -> Finding:
        finding = subject.finding
        component = subject.conclusion.component
        if is_listed(self.policy.allow_packages, component):
            return replace(finding, waived_by="packages.allow")
        best = self.best(subject)
        if best is None:
            baseline = self.policy.baseline
            if baseline is None or not is_known(
                baseline, finding, subject.text
            ):
                return finding
            self.known.add(finding.fingerprint)
            return replace(finding, waived_by=baseline.key)
        return replace(
            finding, waived_by=best.key, approved_by=best.approved_by
        )

    def best(self, subject: Subject) -> Acceptance | None:
        """
        Return the most specific acceptance of a finding, if it still holds;
        of equals the first that does.
        """
        meeting = [
            acceptance
            for acceptance in self.acceptances
            if meets(acceptance, subject, self.rulebook)
        ]
        if not meeting:
            return None
        best = max(
            meeting,
            key=lambda item: (
                self._specificity(item),
                not has_expired(item, self.today),
            ),
        )
        for other in meeting:
            if other is not best:
                self.overruled.setdefault(other.key, best.key)
        if has_expired(best, self.today):
            return None
        self.used.add(best.key)
        return best

    def _specificity(self, acceptance: Acceptance) -> tuple[bool, ...]:
        """Return what makes an acceptance specific, the weightiest first."""
        named = acceptance.components
        groups = self.rulebook.groups if acceptance.licenses else ()
        return (
            bool(named) and not any(map(is_pattern, named)),
            bool(acceptance.texts or acceptance.pin),
            bool(named),
            bool(acceptance.parts),
            bool(acceptance.versions),
            bool(acceptance.rules),
            not set(acceptance.licenses) <= {*groups},
            bool(acceptance.licenses),
            bool(acceptance.scopes),
        )


def subjects_of(
    findings: Iterable[Finding], conclusions: Mapping[str, Conclusion]
) -> list[Subject]:
    """Return each finding with its component and its text."""
    texts: dict[str, Texts] = {}
    subjects = []
    for finding in findings:
        purl = finding.component
        if purl not in texts:
            texts[purl] = Texts(conclusions[purl])
        subjects.append(
            Subject(
                finding=finding,
                conclusion=conclusions[purl],
                text=texts[purl].behind(finding),
            )
        )
    return subjects


def meets(
    acceptance: Acceptance, subject: Subject, rulebook: Rulebook
) -> bool:
    """Return True if a finding is in all that an acceptance states."""
    return (
        _is_for_rule(acceptance, subject, rulebook)
        and _is_for_license(acceptance, subject.finding, rulebook)
        and (not acceptance.texts or subject.text in acceptance.texts)
        and _is_for_component(acceptance, subject.conclusion)
        and _is_for_part(acceptance, subject.finding)
        and is_for_pin(acceptance, subject.conclusion)
    )


def has_expired(acceptance: Acceptance, today: date) -> bool:
    """Return True after the last day of an acceptance."""
    return acceptance.expires is not None and acceptance.expires < today


def is_for_pin(acceptance: Acceptance, conclusion: Conclusion) -> bool:
    """
    Return True if the text that a waiver is pinned to, if any, is one of the
    component or of its parts.
    """
    return not acceptance.pin or acceptance.pin in _texts_of(conclusion)


def named_by(
    acceptance: Acceptance, conclusions: Sequence[Conclusion]
) -> list[Conclusion]:
    """Return the components that an acceptance names, in any version."""
    return [
        conclusion
        for conclusion in conclusions
        if is_listed(acceptance.components, conclusion.component)
    ]


def _is_for_rule(
    acceptance: Acceptance, subject: Subject, rulebook: Rulebook
) -> bool:
    """
    Return True if a finding's rule is one of those that are stated. Who
    accepts a text or a license without naming a rule accepts what it demands,
    and not that something is wrong with the evidence.
    """
    rule = subject.finding.rule
    if acceptance.rules:
        return rule in acceptance.rules
    if acceptance.components and not (acceptance.texts or acceptance.licenses):
        return True
    if rulebook.rules[rule].topic in TOPICS_OF_TERMS:
        return True
    is_read = bool(acceptance.texts) and rule in ABOUT_TEXTS
    return is_read or rule == RuleId.LICENSE_DENIED


def _is_for_license(
    acceptance: Acceptance, finding: Finding, rulebook: Rulebook
) -> bool:
    wanted = acceptance.licenses
    if not wanted:
        return True
    name = finding.license.lower()
    if any(name == entry.lower() for entry in wanted):
        return bool(name)
    groups = [entry for entry in wanted if entry in rulebook.groups]
    return any(
        rulebook.is_in_group(finding.license, group) for group in groups
    )


def _is_for_component(acceptance: Acceptance, conclusion: Conclusion) -> bool:
    component = conclusion.component
    entries = acceptance.components
    return (
        (not entries or is_listed(entries, component))
        and (not acceptance.scopes or component.scope in acceptance.scopes)
        and specifier_contains(acceptance.versions, component.version)
    )


def _is_for_part(acceptance: Acceptance, finding: Finding) -> bool:
    """
    Return True if a part is one of those that are stated. An acceptance of a
    component does not cover parts that it does not name: one that came later
    was never looked at.
    """
    if acceptance.is_waiver:
        return True
    parts = acceptance.parts
    if not parts:
        return finding.part is None or not acceptance.components
    part = finding.part or WHOLE
    return any(part == name or fnmatchcase(part, name) for name in parts)


def _texts_of(conclusion: Conclusion) -> set[str | None]:
    """Return the sha256 of all evidence, that of parts included."""
    waiting = [conclusion]
    for item in waiting:
        waiting += item.parts
    return {evidence.sha256 for item in waiting for evidence in item.evidence}


def missing_names(
    acceptance: Acceptance, conclusions: Sequence[Conclusion]
) -> list[str]:
    """Return the entries of an acceptance that name no component here."""
    return [
        entry
        for entry in acceptance.components
        if not any(names_component(entry, c.component) for c in conclusions)
    ]
