"""Why findings are accepted, by whom and until when, as the policy says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from licensescan.model.types import Acceptance, Policy, Report, Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """
    An entry of a policy that accepts findings: `key` is how they name it,
    `expires` a day or "never".
    """

    key: str
    reason: str = ""
    approved_by: str = ""
    expires: str = ""


def accepted_in(report: Report) -> dict[str, Accepted]:
    """Return the entries that accept findings of a report, by their keys."""
    used = {finding.waived_by for finding in report.findings}
    entries = entries_of(report.policy)
    return {
        key: entries.get(key, Accepted(key=key))
        for key in sorted(filter(None, used))
    }


def entries_of(policy: Policy | None) -> dict[str, Accepted]:
    """Return the entries of a policy by their keys, the first of each."""
    found: dict[str, Accepted] = {}
    for entry in _listed(policy):
        found.setdefault(
            entry.key,
            Accepted(
                key=entry.key,
                reason=entry.reason,
                approved_by=entry.approved_by,
                expires=entry.expires.isoformat()
                if entry.expires
                else "never",
            ),
        )
    return found


def _listed(policy: Policy | None) -> Iterator[Waiver | Acceptance]:
    if policy is not None:
        yield from policy.waivers
        yield from policy.acceptances
