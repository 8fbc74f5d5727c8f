"""What the headers of many source files say of the whole: most files are a vote, a few on other terms are parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from licensescan.expression import join_and
from licensescan.model import NOASSERTION, NONE, Evidence, Expression

MOST = 0.5
"""Share of the files from which headers outweigh a word in the metadata that no text supports."""
SOME = 0.2
"""Share of the files below which headers say nothing of the whole; and share of the winner's votes that counts too."""


def headline(tags: Sequence[tuple[Evidence, Expression]]) -> tuple[Expression, float]:
    """
    The license that headers show for the whole, and the share of the source files that have such headers.

    `tags` are headers with what each was read as. One without a `share` (the docstring of a project's only module) is
    one file of one. Licenses far rarer than the most frequent one are left to parts.
    """
    votes: Counter[Expression] = Counter()
    files = bearers = 0
    for item, expression in tags:
        if expression in (NONE, NOASSERTION):
            continue
        count, of = item.share or (1, 1)
        votes[expression] += count
        bearers += count
        files = max(files, of)
    if not votes:
        return NONE, 0.0
    enough = max(votes.values()) * SOME
    return join_and(*(e for e, n in votes.items() if n >= enough)), min(1.0, bearers / max(files, 1))
