"""
The entries of a policy that no longer do anything: a policy must not keep
promises that nobody relies on.

What expired, and what lapsed since the text, version or part that it was made
for has changed, is to be looked at again. What names nothing here is told in
passing: a policy may serve several projects and platforms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from licensescan.judge.acceptances import (
    Accepting,
    Subject,
    has_expired,
    is_for_pin,
    meets,
    missing_names,
    named_by,
)
from licensescan.model.kinds import Inferred
from licensescan.model.types import (
    Acceptance,
    Conclusion,
    Curation,
    Policy,
)
from licensescan.rulebook.policy_entries import names_component

UNFILLED = "to be filled in"
"""How the reason of a proposed acceptance begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleEntry:
    """
    An entry of a policy that does nothing or lacks something, and why. What
    `is_minor` is told, and fails nothing.
    """

    key: str
    component: str
    reason: str
    is_minor: bool = False


def stale_entries(
    accepting: Accepting,
    subjects: Sequence[Subject],
    conclusions: Sequence[Conclusion],
) -> list[StaleEntry]:
    """
    Return the entries of a policy that are stale, once `accepting` has been
    applied to the findings of `subjects`.
    """
    return [
        *(
            entry
            for acceptance in accepting.acceptances
            for entry in _about(acceptance, accepting, subjects, conclusions)
        ),
        *_stale_curations(accepting.policy.curations, conclusions),
        *_stale_lists(accepting.policy, conclusions),
        *_stale_baseline(accepting),
    ]


def _about(
    acceptance: Acceptance,
    accepting: Accepting,
    subjects: Sequence[Subject],
    conclusions: Sequence[Conclusion],
) -> Iterator[StaleEntry]:
    """Yield what is to be told of one acceptance."""

    def told(reason: str, *, is_minor: bool) -> StaleEntry:
        named = acceptance.components or ("policy",)
        return StaleEntry(
            key=acceptance.key,
            component=", ".join(named),
            reason=reason,
            is_minor=is_minor,
        )

    if acceptance.is_waiver:
        if acceptance.key not in accepting.used:
            reason = _why_unused_waiver(acceptance, accepting, conclusions)
            yield told(reason, is_minor=False)
        return
    if acceptance.reason.lower().startswith(UNFILLED):
        yield told("has no reason yet", is_minor=True)
    if acceptance.expires is None and not acceptance.has_no_end:
        reason = 'has no end; set expires to a date, or to "never"'
        yield told(reason, is_minor=True)
    if has_expired(acceptance, accepting.today):
        yield told(f"expired on {acceptance.expires}", is_minor=False)
    elif acceptance.key not in accepting.used:
        lapse = _lapse(acceptance, accepting, subjects)
        if lapse:
            yield told(lapse, is_minor=False)
        else:
            reason = _why_unused(acceptance, accepting, conclusions)
            yield told(reason, is_minor=True)
    else:
        for name in missing_names(acceptance, conclusions):
            reason = f"names {name!r}, which is not here"
            yield told(reason, is_minor=True)


def _lapse(
    acceptance: Acceptance, accepting: Accepting, subjects: Sequence[Subject]
) -> str:
    """
    Return what has changed since an unused acceptance was made: with which of
    its limits left out it would accept something; "" if with none.
    """
    if acceptance.key in accepting.overruled:
        return ""
    limits = {
        "is for a text that has changed": replace(acceptance, texts=()),
        "is for other versions": replace(acceptance, versions=""),
        "is for other parts": replace(acceptance, parts=("*", ".")),
        "is for another scope": replace(acceptance, scopes=()),
        "is for another license": replace(acceptance, licenses=()),
    }
    for reason, wider in limits.items():
        selects = wider.components or wider.licenses or wider.texts
        if (
            selects
            and wider != acceptance
            and any(meets(wider, s, accepting.rulebook) for s in subjects)
        ):
            return reason
    return ""


def _why_unused(
    acceptance: Acceptance,
    accepting: Accepting,
    conclusions: Sequence[Conclusion],
) -> str:
    overruling = accepting.overruled.get(acceptance.key)
    if overruling:
        return f"accepts nothing that {overruling} does not decide"
    if acceptance.components and not named_by(acceptance, conclusions):
        return "names nothing that is here"
    return "matches no finding"


def _why_unused_waiver(
    waiver: Acceptance,
    accepting: Accepting,
    conclusions: Sequence[Conclusion],
) -> str:
    meant = named_by(waiver, conclusions)
    if has_expired(waiver, accepting.today):
        return f"expired on {waiver.expires}"
    if meant and not any(is_for_pin(waiver, item) for item in meant):
        return "is pinned to a text that has changed"
    return "matches no finding"


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


def _stale_baseline(accepting: Accepting) -> Iterator[StaleEntry]:
    """Yield how many entries of a baseline are findings no more."""
    baseline = accepting.policy.baseline
    if baseline is None:
        return
    gone = len(baseline.entries.keys() - accepting.known)
    if gone:
        number = "1 entry" if gone == 1 else f"{gone} entries"
        yield StaleEntry(
            key=baseline.source,
            component="policy",
            reason=f"has {number} that no finding needs any more",
            is_minor=True,
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
