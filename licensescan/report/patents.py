"""
What many components say on patents alike, in one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from licensescan.model.kinds import RuleId
from licensescan.model.types import Finding

RULES = {
    RuleId.PATENT_GRANT_MISSING: "silent",
    RuleId.PATENT_DISCLAIMED: "disclaimed",
    RuleId.PATENT_RETALIATION: "ending on a suit over the work",
    RuleId.PATENT_RETALIATION_BROAD: "ending on other suits, too",
}
"""The rules that are summed up, and how a patent license stands under them."""

_NAMED = 2


def summary(findings: Iterable[Finding]) -> str:
    """Return how many components do what, and under which licenses."""
    by_rule: dict[str, list[Finding]] = {rule: [] for rule in RULES}
    for finding in findings:
        by_rule[finding.rule].append(finding)
    return "; ".join(
        f"{RULES[rule]}: {_components(members)} ({_licenses(members)})"
        for rule, members in by_rule.items()
        if members
    )


def _components(findings: list[Finding]) -> int:
    return len({finding.component for finding in findings})


def _licenses(findings: list[Finding]) -> str:
    counts = Counter(finding.license for finding in findings)
    named = [name for name, _ in counts.most_common(_NAMED)]
    more = " ..." if len(counts) > _NAMED else ""
    return ", ".join(named) + more
