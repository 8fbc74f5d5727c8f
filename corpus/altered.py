"""
Find the texts that ScanCode files under a license though their grant is
another one: MIT without "sublicense", say.

In such a text word for word there is nothing left to tell, unless its grant is
read against that of the license itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from patterns import Pattern

from licensescan.base import index_format
from licensescan.classifier.identify.alignment import (
    aligned,
    common_words,
)
from licensescan.classifier.identify.differences import (
    INSIDE,
    Run,
    changes_grant,
)
from licensescan.classifier.identify.intervals import Window
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.words import Words

ALIKE, WHOLE = 0.9, 0.6
"""
So much of a text must be in its license, and it must have so many of its
words, if its grant is to be compared with it.
"""


def altered(
    sections: Mapping[str, bytes], patterns: Sequence[Pattern]
) -> Iterator[tuple[int, str]]:
    """
    Yield the numbers of the texts whose grant differs from that of their
    license, and what differs.
    """
    index = Store({name: memoryview(data) for name, data in sections.items()})
    words = {index.code(w): w for pattern in patterns for w in pattern.tokens}
    for number, pattern in enumerate(patterns):
        if pattern.kind > index_format.NOTICE or pattern.canonical:
            continue
        known = index.canonical(index.pattern(number))
        if known is None or not known.grants:
            continue
        if pattern.expression.startswith("LicenseRef-"):
            continue
        if len(pattern.codes) < WHOLE * len(known.codes):
            continue
        least = int(ALIKE * len(pattern.codes))
        if not common_words(known.codes, pattern.codes, least):
            continue
        match = aligned(known, Window(0, pattern.codes), index)
        if match is None:
            continue
        row = " ".join(pattern.tokens)
        tokens = Words(
            codes=pattern.codes,
            rows=[row],
            spans=[pattern.codes],
            code=index.code,
        )
        changes = [
            _told(run, words)
            for run in match.runs
            if run.place == INSIDE and changes_grant(run, tokens, index)
        ]
        if changes:
            yield number, "; ".join(changes)


def _told(run: Run, words: Mapping[str, str]) -> str:
    sign = "+" if run.kind == "added" else "-"
    return sign + " ".join(words.get(code, "?") for code in run.codes)
