"""
The findings that a policy accepts, and its entries that are stale.

A waiver or curation that is pinned to a text lapses when the text changes. One
that expired, lapsed or meets nothing is a finding, so that a policy does not
keep promises that nobody relies on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from licensescan.model.kinds import Inferred
from licensescan.model.types import (
    Conclusion,
    Curation,
    Finding,
    Policy,
    Waiver,
)
from licensescan.rulebook.policy_entries import is_listed, names_component
from licensescan.standards.requirements import specifier_contains


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleEntry:
    """
    A waiver, curation or entry of a list that does nothing, and why. A listed
    package that is not here `is_minor`: a list may serve many projects.
    """

    key: str
    component: str
    reason: str
    is_minor: bool = False


def accepted(
    finding: Finding, conclusion: Conclusion, policy: Policy, today: date
) -> Finding:
    """
    Return `finding` with what accepts it, if anything does: the list of
    allowed packages, or a waiver by its key and with who approved it.
    """
    if is_listed(policy.allow_packages, conclusion.component):
        return replace(finding, waived_by="packages.allow")
    waiver = waiver_for(finding, conclusion, policy, today)
    if waiver is None:
        return finding
    return replace(
        finding, waived_by=waiver.key, approved_by=waiver.approved_by
    )


def waiver_for(
    finding: Finding, conclusion: Conclusion, policy: Policy, today: date
) -> Waiver | None:
    """
    Return the first waiver that accepts `finding` and still holds `today`.
    """
    return next(
        (
            waiver
            for waiver in policy.waivers
            if waiver.rule == finding.rule
            and names_component(waiver.component, conclusion.component)
            and _holds(waiver, conclusion, today)
        ),
        None,
    )


def stale_entries(
    policy: Policy,
    findings: Sequence[Finding],
    conclusions: Sequence[Conclusion],
    today: date,
) -> list[StaleEntry]:
    """
    Return the waivers and curations of `policy` that expired, lapsed or match
    nothing of `findings` and `conclusions`, and the listed packages that are
    not there.
    """
    used = {finding.waived_by for finding in findings}
    return [
        *(
            _stale_waiver(waiver, conclusions, today)
            for waiver in policy.waivers
            if waiver.key not in used
        ),
        *_stale_curations(policy.curations, conclusions),
        *_stale_lists(policy, conclusions),
    ]


def _stale_lists(
    policy: Policy, conclusions: Sequence[Conclusion]
) -> Iterator[StaleEntry]:
    """
    Yield the entries of the lists of packages that name nothing that is here.
    """
    lists = {"allow": policy.allow_packages, "deny": policy.deny_packages}
    for key, entries in lists.items():
        for entry in entries:
            if not _meant_by(entry, conclusions):
                reason = f"{entry!r} names nothing that is here"
                yield StaleEntry(
                    key=f"packages.{key}",
                    component=entry,
                    reason=reason,
                    is_minor=True,
                )


def _stale_waiver(
    waiver: Waiver, conclusions: Sequence[Conclusion], today: date
) -> StaleEntry:
    meant = _meant_by(waiver.component, conclusions)
    if waiver.expires is not None and _has_expired(waiver, today):
        reason = f"expired on {waiver.expires.isoformat()}"
    elif meant and not any(_is_for_text_of(waiver, item) for item in meant):
        reason = "is pinned to a text that has changed"
    else:
        reason = "matches no finding"
    return StaleEntry(
        key=waiver.key, component=waiver.component, reason=reason
    )


def _stale_curations(
    curations: Sequence[Curation], conclusions: Sequence[Conclusion]
) -> Iterator[StaleEntry]:
    for curation in curations:
        meant = _meant_by(curation.component, conclusions)
        if any(conclusion.basis == Inferred.CURATION for conclusion in meant):
            continue
        reason = (
            "is pinned to a text or version that is not the one here"
            if meant
            else "names nothing that is here"
        )
        yield StaleEntry(
            key=curation.key, component=curation.component, reason=reason
        )


def _meant_by(
    entry: str, conclusions: Sequence[Conclusion]
) -> list[Conclusion]:
    return [c for c in conclusions if names_component(entry, c.component)]


def _holds(waiver: Waiver, conclusion: Conclusion, today: date) -> bool:
    return (
        specifier_contains(waiver.versions, conclusion.component.version)
        and not _has_expired(waiver, today)
        and _is_for_text_of(waiver, conclusion)
    )


def _has_expired(waiver: Waiver, today: date) -> bool:
    return waiver.expires is not None and waiver.expires < today


def _is_for_text_of(waiver: Waiver, conclusion: Conclusion) -> bool:
    """
    Return True if the text that `waiver` is pinned to, if any, is one of the
    component or of its parts.
    """
    return not waiver.sha256 or waiver.sha256 in _texts_of(conclusion)


def _texts_of(conclusion: Conclusion) -> Iterator[str | None]:
    """Yield the sha256 of all evidence, that of parts included."""
    stack = [conclusion]
    while stack:
        item = stack.pop()
        yield from (evidence.sha256 for evidence in item.evidence)
        stack += item.parts
