"""
Sums of an inventory: by license, by what is said on patents, by commerce.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from licensescan.model.types import Conclusion
from licensescan.report.speech import say

_NAMED = 8


def rows(conclusions: Sequence[Conclusion]) -> Iterator[tuple[str, str]]:
    """Yield a heading and a sum for each topic."""
    if not conclusions:
        return
    patents = (conclusion.terms.patent for conclusion in conclusions)
    yield "licenses", _sum(c.concluded for c in conclusions)
    yield (
        "patents",
        _sum(
            say("{grant}, ends on a suit", grant=say(patent.grant))
            if patent.retaliation
            else say(patent.grant)
            for patent in patents
        ),
    )
    yield "commerce", _sum(say(c.terms.commercial) for c in conclusions)


def _sum(words: Iterator[str]) -> str:
    counts = Counter(words)
    named = [f"{number} {word}" for word, number in counts.most_common(_NAMED)]
    more = len(counts) - _NAMED
    rest = [say("and {count} more", count=more)] if more > 0 else []
    return "; ".join([*named, *rest])
