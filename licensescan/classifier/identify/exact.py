"""
Find every known text, notice, tag and reference that stands word for word in a
text, in one pass.

Each pattern is reached by its anchor, the rarest word near its beginning: only
rare words are looked up, and from there prefixes of growing length are
compared by their sums. The work is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple
from zlib import crc32

from licensescan.base.index_format import LENGTH_BITS, REACH, node_key
from licensescan.classifier.identify.store import Pattern, Store

_SETTLING_WORDS = 90
"""
Within a known text of more words nothing shorter counts, so nothing is looked
up.
"""

_ANY_WIDTH, _WHOLE_WIDTH = (6, 4, 2), (6,)
"""Bytes of a gram: two for each word."""


class Hit(NamedTuple):
    """
    A pattern that stands at the words from `start` up to but not including
    `end`.
    """

    start: int
    end: int
    pattern: Pattern


def whole(codes: str, index: Store) -> Pattern | None:
    """
    Return the pattern that the text is from its first word to its last; None
    if it is none.
    """
    key = node_key(crc32(_data(codes)), len(codes))
    number = index.find_prefix(key)
    if number is None:
        return None
    ends = index.prefix(number).ends
    return index.pattern(ends[0]) if ends else None


def exact(codes: str, index: Store) -> list[Hit]:
    """
    Return every pattern in `codes`, in the order of their first words; of
    equal ones the best.
    """
    search = _Search(codes, index)
    data, find_anchor, short = (
        search.data,
        index.find_anchor,
        index.short_anchors,
    )
    rare = _rare(data, index)
    next_rare = 0
    while next_rare < len(rare):
        at = rare[next_rare]
        next_rare += 1
        first = 2 * at
        for width in _ANY_WIDTH if codes[at] in short else _WHOLE_WIDTH:
            anchor = find_anchor(crc32(data[first : first + width]))
            if anchor is not None:
                search.look(at, anchor)
        if search.settled_from <= at < search.settled_to - 1:
            next_rare = bisect_left(rare, search.settled_to, next_rare)
    return search.hits


def _data(codes: str) -> bytes:
    """Return the codes as they are summed, two bytes a word."""
    return codes.encode("utf-16-le", "surrogatepass")


def _rare(data: bytes, index: Store) -> list[int]:
    """Return the offsets of the words that anchors begin with."""
    last_common = index.last_common
    codes = memoryview(data).cast("H")
    return [at for at, code in enumerate(codes) if code > last_common]


class _Search:
    """
    The search of one text; no prefix is looked for twice in one place.

    From `settled_from` to `settled_to` nothing needs to be looked for:
    whatever begins there lies within a long text.
    """

    def __init__(self, codes: str, index: Store) -> None:
        self.data = _data(codes)
        self.hits: list[Hit] = []
        self.settled_from = REACH
        self.settled_to = -REACH
        self._size = len(codes)
        self._index = index
        self._tried: set[int] = set()

    def look(self, at: int, anchor: int) -> None:
        """
        Add the patterns whose anchor, the one with this number, is at `at`.
        """
        for back, length in self._index.starts(anchor):
            start = at - back
            if start < 0 or start + length > self._size:
                continue
            prefix = self._find(start, length)
            key = start << 4 | length
            if prefix is not None and key not in self._tried:
                self._tried.add(key)
                self._go_on(start, length, prefix)

    def _find(self, start: int, length: int) -> int | None:
        """
        Return the number of the prefix of `length` words that begins at
        `start`.
        """
        first, last = 2 * start, 2 * (start + length)
        total = crc32(self.data[first:last])
        return self._index.find_prefix(total << LENGTH_BITS | length)

    def _go_on(self, start: int, length: int, prefix: int) -> None:
        """
        Add the patterns at `start` that begin with a prefix of `length` words.
        """
        index = self._index
        reached = [(length, prefix)]
        while reached:
            length, prefix = reached.pop()
            longer, ends = index.prefix(prefix)
            for number in ends:
                self._add(Hit(start, start + length, index.pattern(number)))
            for length in longer:
                if start + length > self._size:
                    continue
                found = self._find(start, length)
                if found is not None:
                    reached.append((length, found))

    def _add(self, hit: Hit) -> None:
        self.hits.append(hit)
        if hit.end - hit.start > _SETTLING_WORDS and hit.pattern.expression:
            self.settled_from = hit.start + REACH
            self.settled_to = max(self.settled_to, hit.end - REACH)
