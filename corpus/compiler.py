"""
From patterns to the sections of the index; `licensescan/base/index_format.py` says what
the numbers mean.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from patterns import Pattern

from licensescan.base import index_format as layout

VOTES = 24
LEAST = 8
CROWD = 24
SPEAKERS = 2
NAME_PATTERNS = 60


def raw(codes: str) -> bytes:
    """Codes as bytes, two for each word."""
    return codes.encode("utf-16-le")


def table(width: str, values: Iterable[int]) -> bytes:
    """Unsigned numbers of one width (`B`, `H`, `I` or `Q`), little-endian."""
    listed = list(values)
    return struct.pack(f"<{len(listed)}{width}", *listed)


def tops(keys: Sequence[int], bits: int) -> list[int]:
    """
    Where those of the sorted `keys`, of `bits` bits, begin of which the first bits are
    0, 1, 2 ..., and the end.
    """
    shift = bits - layout.TOP_BITS
    return [
        bisect_left(keys, top << shift) for top in range((1 << layout.TOP_BITS) + 1)
    ]


def sections(
    patterns: Sequence[Pattern],
    ordered: Sequence[str],
    plain: int,
    chosen: Sequence[Pattern],
) -> dict[str, bytes]:
    """
    Every section but the catalog. `ordered` are the words by code, `plain` is how many
    of them are no anchors.
    """
    sums = sorted(
        (zlib.crc32(word.encode()), number) for number, word in enumerate(ordered)
    )
    common = Counter(p.expression for p in patterns)
    expressions = sorted(common, key=lambda e: (-common[e], e))
    number = {expression: i for i, expression in enumerate(expressions)}
    head = {
        "vocab": table("I", (crc for crc, _ in sums)),
        "vocabs": table("I", tops([crc for crc, _ in sums], 32)),
        "vcode": table("H", (n for _, n in sums)),
        "consts": table("I", [plain, len(patterns), len(chosen)]),
        "rare": _rare_words(patterns, len(ordered)),
        "exprs": "\n".join(expressions).encode(),
        "patterns": b"".join(
            layout.PATTERN.pack(
                len(p.codes), number[p.expression], p.kind, p.relevance, p.fuzzy
            )
            for p in patterns
        ),
    }
    return {
        **head,
        **_anchors(patterns),
        **_nodes(patterns),
        **_aligned(patterns, chosen, layout.letter(plain)),
    }


def _blob(prefix: str, width: str, items: dict[int, bytes]) -> dict[str, bytes]:
    keys = sorted(items)
    place, starts = 0, []
    for key in keys:
        starts.append(place)
        place += len(items[key])
    bits = 32 + layout.LENGTH_BITS if width == "Q" else 32
    return {
        f"{prefix}key": table(width, keys),
        f"{prefix}keys": table("I", tops(keys, bits)),
        f"{prefix}at": table("I", [*starts, place]),
        f"{prefix}data": b"".join(items[key] for key in keys),
    }


def _anchors(patterns: Sequence[Pattern]) -> dict[str, bytes]:
    buckets: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for pattern in patterns:
        at = pattern.anchor
        gram = pattern.codes[at : at + layout.GRAM]
        buckets[gram].add((at, min(layout.START, len(pattern.codes))))
    items = {
        zlib.crc32(raw(gram)): b"".join(bytes(pair) for pair in sorted(buckets[gram]))
        for gram in sorted(buckets)
    }
    if len(items) < len(buckets):
        raise ValueError("two anchors with one sum")
    short = sorted({gram[0] for gram in buckets if len(gram) < layout.GRAM})
    return {**_blob("a", "I", items), "ashort": raw("".join(short))}


def _rare_words(patterns: Sequence[Pattern], count: int) -> bytes:
    """
    A bit for each word: whether it is in so few patterns that it is likely part of
    somebody's name.
    """
    seen: Counter[str] = Counter()
    for pattern in patterns:
        seen.update(set(pattern.codes))
    bits = bytearray((count + 7) // 8)
    for number in range(count):
        if seen[layout.letter(number)] <= NAME_PATTERNS:
            bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def _nodes(patterns: Sequence[Pattern]) -> dict[str, bytes]:
    nodes: dict[int, bytes] = {}

    def grow(group: list[tuple[str, int]], length: int) -> None:
        """Write the node of all patterns that share their first `length` words."""
        ends = [n for codes, n in group if len(codes) == length]
        longer = [(codes, n) for codes, n in group if len(codes) > length]
        step = next((s for s in layout.STEPS if s > length), 0xFFFF)
        if len({len(codes) for codes, _ in longer}) <= 2:
            step = 0xFFFF
        below: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for codes, n in longer:
            below[codes[:step]].append((codes, n))
        further = sorted({len(prefix) for prefix in below}, reverse=True)
        key = layout.node_key(zlib.crc32(raw(group[0][0][:length])), length)
        if key in nodes:
            raise ValueError(f"two prefixes of {length} words with one sum")
        nodes[key] = (
            bytes([len(further), len(ends)]) + table("H", further) + table("H", ends)
        )
        for prefix in sorted(below):
            grow(below[prefix], len(prefix))

    first: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, pattern in enumerate(patterns):
        first[pattern.codes[: layout.START]].append((pattern.codes, number))
    for prefix in sorted(first):
        grow(first[prefix], len(prefix))
    return _blob("n", "Q", nodes)


def _aligned(
    patterns: Sequence[Pattern], chosen: Sequence[Pattern], rare: str
) -> dict[str, bytes]:
    number = {id(p): n for n, p in enumerate(patterns)}
    votes = _votes(chosen, rare)
    posts = _posts(chosen, votes)
    granted = Counter(n for listed in posts.values() for n in listed)
    rows, spans, place = [], bytearray(), 0
    canonical: dict[str, int] = {}
    for n, pattern in enumerate(chosen):
        # The patterns of one expression stand together, its canonical text first.
        canonical.setdefault(pattern.expression, n)
        rows.append(layout.ALIGNED.pack(place, number[id(pattern)], len(spans)))
        place += len(pattern.codes)
        spans += table(
            "H",
            [len(pattern.required), *(v for pair in pattern.required for v in pair)],
        )
    voters = {
        zlib.crc32(raw(gram)): table(
            "I", (layout.voter(n, chosen[n].codes.index(gram)) for n in listed)
        )
        for gram, listed in posts.items()
    }
    return {
        "frows": b"".join(rows),
        "fspans": bytes(spans),
        "fvotes": table("H", (granted[n] for n in range(len(chosen)))),
        "flength": table("H", (len(p.codes) for p in chosen)),
        "fcanon": table(
            "H",
            (
                canonical.get(e, layout.NOBODY)
                for e in sorted({p.expression for p in patterns})
            ),
        ),
        **_blocks([p.codes for p in chosen]),
        **_blob("v", "I", voters),
    }


def _posts(
    chosen: Sequence[Pattern], votes: Sequence[Sequence[str]]
) -> dict[str, list[int]]:
    """
    Who votes at each gram. Where many do, a few of each license speak for the rest,
    those with the fewest votes so far: the notices of one license share nearly all
    their words.
    """
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for n, grams in enumerate(votes):
        for gram in grams:
            wanted[gram].append(n)
    granted: Counter[int] = Counter()
    posts = {}
    for gram in sorted(wanted, key=lambda g: (len(wanted[g]), raw(g))):
        listed = wanted[gram]
        if len(listed) > CROWD:
            spoken: Counter[str] = Counter()
            kept = []
            for n in sorted(listed, key=lambda n: (granted[n], n)):
                if (
                    chosen[n].canonical
                    or spoken[chosen[n].expression] < SPEAKERS
                    or granted[n] < LEAST
                ):
                    spoken[chosen[n].expression] += 1
                    kept.append(n)
            listed = sorted(kept)
        granted.update(listed)
        posts[gram] = listed
    return posts


def _blocks(texts: Sequence[str]) -> dict[str, bytes]:
    """
    The codes of the aligned patterns, compressed in blocks: an alignment unpacks the
    few that it needs.
    """
    whole = raw("".join(texts))
    size = layout.BLOCK * 2
    packed = [
        zlib.compress(whole[at : at + size], 9) for at in range(0, len(whole), size)
    ]
    place, starts = 0, [0]
    for block in packed:
        place += len(block)
        starts.append(place)
    return {"fblocks": b"".join(packed), "fstarts": table("I", starts)}


def _votes(chosen: Sequence[Pattern], rare: str) -> list[list[str]]:
    """
    For each aligned pattern the grams by which it is found: half of them its rarest,
    half spread over it.
    """
    grams = []
    spread: Counter[str] = Counter()
    for pattern in chosen:
        codes = pattern.codes
        places = [i for i in range(len(codes) - layout.GRAM + 1) if codes[i] >= rare]
        own = list(dict.fromkeys(codes[i : i + layout.GRAM] for i in places))
        grams.append(own)
        spread.update(own)
    found = []
    for own in grams:
        ranked = sorted(
            own,
            key=lambda g: (
                spread[g],
                zlib.crc32(g.encode("utf-16-le", "surrogatepass")),
            ),
        )
        half = set(ranked[: max(VOTES, len(ranked) // 2)])
        rest = [g for g in own if g in half]
        step = max(1, len(rest) // (VOTES // 2))
        found.append(
            list(dict.fromkeys([*ranked[: VOTES // 2], *rest[::step][: VOTES // 2]]))
        )
    return found
