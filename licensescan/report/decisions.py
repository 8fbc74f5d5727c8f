"""Findings by the decision that settles them: the unit in which people work."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from licensescan.model.types import VERDICTS, Finding


def by_decision(findings: Iterable[Finding]) -> list[list[Finding]]:
    """
    Return findings that one decision settles together, the heaviest first.
    """
    decisions: dict[str, list[Finding]] = {}
    for finding in findings:
        decisions.setdefault(finding.decision, []).append(finding)
    return sorted(
        decisions.values(),
        key=lambda members: (
            -VERDICTS.index(members[0].verdict),
            -len(members),
        ),
    )


def subjects(findings: Iterable[Finding], most: int = 5) -> str:
    """Return what findings are about, the first by name, the rest counted."""
    names = list(dict.fromkeys(map(subject, findings)))
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} and {more} more" if more > 0 else shown


def subject(finding: Finding) -> str:
    """Return the component that a finding is about, and its part."""
    name = unquote(finding.component.rpartition("/")[2])
    return f"{name}, {finding.part}" if finding.part else name
