"""
Every known text, notice, tag and reference that stands word for word in a text, in one pass.

Each pattern is reached by its anchor, the rarest word near its beginning: only rare words are looked up, and from there
prefixes of growing length are compared by their sums. The work is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from licensescan.detect import layout
from licensescan.detect.store import Pattern, Store

_LONG = 90
"""Within a known text of so many words nothing shorter counts, so nothing is looked up."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that stands at the words from `start` up to but not including `end`."""

    start: int
    end: int
    pattern: Pattern


def whole(codes: str, store: Store) -> Pattern | None:
    """The pattern that the text is from its first word to its last, if there is one."""
    at = store.nodes.finder(1)(layout.node_key(crc32(codes.encode("utf-16-le", "surrogatepass")), len(codes)))
    ends = () if at is None else store.node(at)[1]
    return store.pattern(ends[0]) if ends else None


def exact(codes: str, store: Store) -> list[Hit]:
    """Every pattern in `codes`, in the order of their first words; of equal ones the best."""
    data = codes.encode("utf-16-le", "surrogatepass")
    size = len(codes)
    anchor = store.anchors.finder(size)
    short = store.short_anchors
    found: list[Hit] = []
    tried: set[int] = set()
    settled = (0, 0)
    place = 0
    while place >= 0:
        matches, place = store.rare.finditer(codes, place), -1
        for match in matches:
            at = match.start()
            for width in (6, 4, 2) if codes[at] in short else (6,):
                known = anchor(crc32(data[2 * at : 2 * at + width]))
                if known is None:
                    continue
                pairs = store.starts(known)
                for i in range(0, len(pairs), 2):
                    start, length = at - pairs[i], pairs[i + 1]
                    key = start << 4 | length
                    if start < 0 or start + length > size or key in tried:
                        continue
                    tried.add(key)
                    for hit in _from(start, length, data, store):
                        found.append(hit)
                        if hit.end - start > _LONG and hit.pattern.expression:
                            settled = (start, max(settled[1], hit.end))
            if at >= settled[0] + layout.REACH and at + 1 < settled[1] - layout.REACH:
                place = settled[1] - layout.REACH
                break
    return found


def _from(start: int, length: int, data: bytes, store: Store) -> Iterator[Hit]:
    """The patterns that begin at `start` with a known prefix of `length` words."""
    node = store.nodes.finder(1)
    lengths = [length]
    while lengths:
        length = lengths.pop()
        at = node(length << 32 | crc32(data[2 * start : 2 * (start + length)]))
        if at is None:
            continue
        further, ends = store.node(at)
        for number in ends:
            yield Hit(start, start + length, store.pattern(number))
        lengths += [more for more in further if 2 * (start + more) <= len(data)]
