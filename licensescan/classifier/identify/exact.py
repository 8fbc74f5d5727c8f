"""
Every known text, notice, tag and reference that stands word for word in a text, in one
pass.

Each pattern is reached by its anchor, the rarest word near its beginning: only rare
words are looked up, and from there prefixes of growing length are compared by their
sums. The work is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple
from zlib import crc32

from licensescan.base import index_format as layout
from licensescan.classifier.identify.store import Pattern, Store

_LONG = 90
"""
Within a known text of so many words nothing shorter counts, so nothing is looked up.
"""


_ANY_WIDTH, _WHOLE_WIDTH = (6, 4, 2), (6,)
"""Bytes of a gram: two for each word."""


class Hit(NamedTuple):
    """A pattern that stands at the words from `start` up to but not including `end`."""

    start: int
    end: int
    pattern: Pattern


def whole(codes: str, store: Store) -> Pattern | None:
    """The pattern that the text is from its first word to its last, if there is one."""
    at = store.node_at(
        layout.node_key(crc32(codes.encode("utf-16-le", "surrogatepass")), len(codes))
    )
    ends = () if at is None else store.node(at)[1]
    return store.pattern(ends[0]) if ends else None


def exact(codes: str, store: Store) -> list[Hit]:
    """
    Every pattern in `codes`, in the order of their first words; of equal ones the best.
    """
    data = codes.encode("utf-16-le", "surrogatepass")
    size = len(codes)
    anchor, node = store.anchor_at, store.node_at
    short, starts = store.short_anchors, store.starts
    found: list[Hit] = []
    tried: set[int] = set()
    settled = (0, 0)
    plain = store.plain
    rare = [at for at, code in enumerate(memoryview(data).cast("H")) if code > plain]
    number = 0
    while number < len(rare):
        at = rare[number]
        number += 1
        here = 2 * at
        for width in _ANY_WIDTH if codes[at] in short else _WHOLE_WIDTH:
            known = anchor(crc32(data[here : here + width]))
            if known is None:
                continue
            for back, length in starts(known):
                start = at - back
                if start < 0:
                    continue
                first = node(
                    crc32(data[2 * start : 2 * (start + length)]) << layout.LENGTH_BITS
                    | length
                )
                if (
                    first is None
                    or start + length > size
                    or start << 4 | length in tried
                ):
                    continue
                tried.add(start << 4 | length)
                for hit in _from(start, length, first, data, store):
                    found.append(hit)
                    if hit.end - start > _LONG and hit.pattern.expression:
                        settled = (start, max(settled[1], hit.end))
        if at >= settled[0] + layout.REACH and at + 1 < settled[1] - layout.REACH:
            number = bisect_left(rare, settled[1] - layout.REACH, number)
    return found


def _from(start: int, length: int, first: int, data: bytes, store: Store) -> list[Hit]:
    """The patterns that begin at `start` with the prefix `first` of `length` words."""
    search = store.node_at
    found = []
    reached = [(length, first)]
    while reached:
        length, node = reached.pop()
        further, ends = store.node(node)
        found += [Hit(start, start + length, store.pattern(number)) for number in ends]
        for more in further:
            at = search(
                crc32(data[2 * start : 2 * (start + more)]) << layout.LENGTH_BITS | more
            )
            if at is not None and 2 * (start + more) <= len(data):
                reached.append((more, at))
    return found
