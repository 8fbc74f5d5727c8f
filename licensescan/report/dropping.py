"""
Which requirement of the project settles most if it is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from licensescan.model.types import Report
from licensescan.report.speech import say

_LEAST = 2
"""Findings that a piece of advice has to settle."""


def advice(report: Report) -> str:
    """
    Return which requirement to drop to settle most of what fails, "" where
    none settles more than one finding.
    """
    counts = Counter(
        finding.component
        for finding in report.findings
        if finding.verdict != "warn" and not finding.waived_by
    )
    goes_with = report.facts.get("dropping", {})
    if not isinstance(goes_with, Mapping) or not goes_with:
        return ""
    settled = {
        root: sum(counts[purl] for purl in purls)
        for root, purls in goes_with.items()
    }
    best = max(sorted(settled), key=settled.__getitem__)
    whole = sum(counts.values())
    if settled[best] < _LEAST:
        return ""
    return say(
        "dropping {best} settles {settled} of {whole} findings that fail;"
        " licensescan why {best} says what goes with it",
        best=best,
        settled=settled[best],
        whole=whole,
    )
