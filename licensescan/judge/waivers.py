"""
What a policy says of components by name: findings that it accepts, facts that it
corrects, and entries that are stale.

A waiver or curation that is pinned to a text lapses when the text changes; one that
expired, lapsed or meets nothing is told, so that a policy does not keep promises that
nobody relies on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from licensescan.model.kinds import Inferred
from licensescan.model.types import (
    Component,
    Conclusion,
    Curation,
    Finding,
    Policy,
    Waiver,
)
from licensescan.standards.requirements import canonical, specifier_contains


def names_component(entry: str, component: Component) -> bool:
    """
    Whether a policy's `entry` (a name, or a purl without version) means `component`.
    """
    if entry.startswith("pkg:"):
        # A scope of npm's is written `@babel` by people, and `%40babel` in a purl.
        wanted = entry.lower().replace("/@", "/%40").split("@")[0]
        return component.purl.lower().split("#")[0].split("@")[0] == wanted
    return canonical(entry) == canonical(component.name)


def is_listed(entries: Iterable[str], component: Component) -> bool:
    """Whether one of a policy's lists of packages names `component`."""
    return any(names_component(entry, component) for entry in entries)


def curation_applies(curation: Curation, component: Component) -> bool:
    """
    Whether a curation speaks of this component, in this version, with the text that it
    was made for.

    It does not speak of what is inside (`#` in the purl): a bundled library keeps the
    terms that were found.
    """
    if "#" in component.purl or not names_component(curation.component, component):
        return False
    if not specifier_contains(curation.versions, component.version):
        return False
    return not curation.sha256 or any(
        e.sha256 == curation.sha256 for e in component.evidence
    )


def waiver_for(
    finding: Finding, conclusion: Conclusion, policy: Policy, today: date
) -> Waiver | None:
    """The first waiver that accepts `finding` and still holds today."""
    for waiver in policy.waivers:
        if waiver.rule == finding.rule and names_component(
            waiver.component, conclusion.component
        ):
            expired = waiver.expires is not None and waiver.expires < today
            in_range = specifier_contains(waiver.versions, conclusion.component.version)
            if in_range and not expired and _same_text(waiver, conclusion):
                return waiver
    return None


def accepted(
    finding: Finding, conclusion: Conclusion, policy: Policy, today: date
) -> Finding:
    """
    `finding`, with what accepts it in `waived_by`: the list of allowed packages, or the
    waiver by its key.
    """
    if is_listed(policy.allow_packages, conclusion.component):
        return replace(finding, waived_by="packages.allow")
    waiver = waiver_for(finding, conclusion, policy, today)
    return replace(finding, waived_by=waiver.key) if waiver else finding


def stale_entries(
    policy: Policy,
    findings: Sequence[Finding],
    conclusions: Sequence[Conclusion],
    today: date,
) -> list[tuple[str, str, str]]:
    """
    `(key, component, message)` of each waiver and curation that expired, lapsed or
    matches nothing.
    """
    used = {f.waived_by for f in findings if f.waived_by}
    told = []
    for waiver in policy.waivers:
        if waiver.key in used:
            continue
        meant = [
            c for c in conclusions if names_component(waiver.component, c.component)
        ]
        if waiver.expires is not None and waiver.expires < today:
            why = f"expired on {waiver.expires.isoformat()}"
        elif meant and waiver.sha256 and not any(_same_text(waiver, c) for c in meant):
            why = "is pinned to a text that has changed"
        else:
            why = "matches no finding"
        told.append((waiver.key, waiver.component, f"{waiver.key} {why}"))
    for curation in policy.curations:
        if any(
            c.basis == Inferred.CURATION
            and names_component(curation.component, c.component)
            for c in conclusions
        ):
            continue
        meant = [
            c for c in conclusions if names_component(curation.component, c.component)
        ]
        why = (
            "is pinned to a text or version that is not the one here"
            if meant
            else "names nothing that is here"
        )
        told.append((curation.key, curation.component, f"{curation.key} {why}"))
    return told


def _same_text(waiver: Waiver, conclusion: Conclusion) -> bool:
    if not waiver.sha256:
        return True
    stack = [conclusion]
    while stack:
        item = stack.pop()
        if any(e.sha256 == waiver.sha256 for e in item.evidence):
            return True
        stack += item.parts
    return False
