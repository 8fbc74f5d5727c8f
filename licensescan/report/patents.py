"""
What many components say on patents alike, in one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from licensescan.base import toml
from licensescan.base.installation import data_folder
from licensescan.model.types import Finding
from licensescan.report.speech import say

_NAMED = 2


def is_summed(finding: Finding) -> bool:
    """Return True if findings of this rule are summed up."""
    return finding.rule in _phrases()


def summary(findings: Iterable[Finding]) -> str:
    """Return how many components do what, and under which licenses."""
    by_rule: dict[str, list[Finding]] = {rule: [] for rule in _phrases()}
    for finding in findings:
        by_rule[finding.rule].append(finding)
    return "; ".join(
        f"{say(_phrases()[rule])}: {_components(members)} ({_licenses(members)})"
        for rule, members in by_rule.items()
        if members
    )


@cache
def _phrases() -> Mapping[str, str]:
    """Return how a component stands under each rule that is summed up."""
    path = data_folder("rules") / "summaries.toml"
    table = toml.loads(path.read_bytes(), label=path.name)
    return {rule: str(phrase) for rule, phrase in table["patents"].items()}


def _components(findings: list[Finding]) -> int:
    return len({finding.component for finding in findings})


def _licenses(findings: list[Finding]) -> str:
    counts = Counter(finding.license for finding in findings)
    named = [name for name, _ in counts.most_common(_NAMED)]
    more = " ..." if len(counts) > _NAMED else ""
    return ", ".join(named) + more
