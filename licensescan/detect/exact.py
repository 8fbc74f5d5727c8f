"""
Every known text, notice, tag and reference that stands word for word in a text, in one pass.

Each pattern is reached by its anchor, the rarest word near its beginning: only rare words are looked up, and from there
prefixes of growing length are compared by their sums. The work is linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
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
    node = store.node(layout.node_key(crc32(codes.encode("utf-16-le", "surrogatepass")), len(codes)))
    if node is None or not len(node[1]):
        return None
    return store.pattern(node[1][0])


def exact(codes: str, store: Store) -> list[Hit]:
    """Every pattern in `codes`, in the order of their first words; of equal ones the best."""
    data = codes.encode("utf-16-le", "surrogatepass")
    anchors, node = store.anchors, store.node
    short = store.short_anchors
    found: list[Hit] = []
    settled = (0, 0)
    tried: set[tuple[int, int]] = set()
    size = len(codes)
    search = _rare(store.rare).search
    match = search(codes)
    while match is not None:
        at = match.start()
        beyond = at + 1
        for width in (3, 2, 1) if codes[at] in short else (3,):
            pairs = anchors.get(codes[at : at + width])
            if pairs is None:
                continue
            for i in range(0, len(pairs), 2):
                start, length = at - pairs[i], pairs[i + 1]
                if start < 0 or start + length > size or (start, length) in tried:
                    continue
                tried.add((start, length))
                stack = [length]
                while stack:
                    length = stack.pop()
                    here = node(length << 32 | crc32(data[2 * start : 2 * (start + length)]))
                    if here is None:
                        continue
                    for number in here[1]:
                        hit = Hit(start, start + length, store.pattern(number))
                        found.append(hit)
                        if length > _LONG and hit.pattern.expression:
                            settled = (start, max(settled[1], start + length))
                    for further in here[0]:
                        if start + further <= size:
                            stack.append(further)
        if beyond > settled[0] + layout.REACH:
            beyond = max(beyond, settled[1] - layout.REACH)
        match = search(codes, beyond)
    return found


@lru_cache(maxsize=2)
def _rare(first: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(first)}-\U0010ffff]")
