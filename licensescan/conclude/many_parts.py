"""
Bound the parts of a component: a text of one megabyte can name thirty thousand
things, each on terms of its own.
"""

from __future__ import annotations

from dataclasses import replace

from licensescan.model.kinds import RuleId
from licensescan.model.types import Conclusion, Problem

MOST_PARTS = 5_000
"""Parts of a component that are judged; that there are more is told."""


def bounded(whole: Conclusion) -> Conclusion:
    """Return a conclusion without the parts that are too many."""
    count = len(whole.parts)
    if count <= MOST_PARTS:
        return whole
    message = f"{count} parts, of which the first {MOST_PARTS} are judged"
    path = whole.parts[MOST_PARTS].component.path
    cut = Problem(rule=RuleId.EVIDENCE_TRUNCATED, path=path, message=message)
    return replace(
        whole,
        parts=whole.parts[:MOST_PARTS],
        problems=(*whole.problems, cut),
    )
