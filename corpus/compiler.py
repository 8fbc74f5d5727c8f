"""From patterns to the sections of the index; `licensescan/detect/layout.py` says what the numbers mean."""

from __future__ import annotations

import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from patterns import Pattern

from licensescan.detect import layout

VOTES = 24


def raw(codes: str) -> bytes:
    """Codes as bytes, two for each word."""
    return codes.encode("utf-16-le")


def table(width: str, values: Iterable[int]) -> bytes:
    """Unsigned numbers of one width (`B`, `H`, `I` or `Q`), little-endian."""
    listed = list(values)
    return struct.pack(f"<{len(listed)}{width}", *listed)


def sections(patterns: Sequence[Pattern], ordered: Sequence[str], plain: int, chosen: Sequence[Pattern]) -> dict[str, bytes]:
    """Every section but the catalog. `ordered` are the words by code, `plain` is how many of them are no anchors."""
    sums = sorted((zlib.crc32(word.encode()), number) for number, word in enumerate(ordered))
    expressions = sorted({p.expression for p in patterns})
    number = {expression: i for i, expression in enumerate(expressions)}
    head = {
        "vocab": table("I", (crc for crc, _ in sums)),
        "vcode": table("H", (n for _, n in sums)),
        "consts": table("I", [plain, len(patterns), len(chosen)]),
        "exprs": "\n".join(expressions).encode(),
        "patterns": b"".join(
            layout.PATTERN.pack(len(p.codes), number[p.expression], p.kind, p.relevance, p.fuzzy) for p in patterns
        ),
    }
    return {**head, **_anchors(patterns), **_nodes(patterns), **_aligned(patterns, chosen, layout.letter(plain))}


def _blob(prefix: str, width: str, items: dict[int, bytes]) -> dict[str, bytes]:
    keys = sorted(items)
    place, starts = 0, []
    for key in keys:
        starts.append(place)
        place += len(items[key])
    return {
        f"{prefix}key": table(width, keys),
        f"{prefix}at": table("I", [*starts, place]),
        f"{prefix}data": b"".join(items[key] for key in keys),
    }


def _anchors(patterns: Sequence[Pattern]) -> dict[str, bytes]:
    buckets: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for pattern in patterns:
        at = pattern.anchor
        gram = pattern.codes[at : at + layout.GRAM]
        buckets[gram].add((at, min(layout.START, len(pattern.codes))))
    grams = sorted(buckets)
    return {
        "agrams": raw("".join(gram.ljust(layout.GRAM, layout.PAD) for gram in grams)),
        "acount": bytes(len(buckets[gram]) for gram in grams),
        "apairs": b"".join(bytes(pair) for gram in grams for pair in sorted(buckets[gram])),
    }


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
        nodes[key] = bytes([len(further), len(ends)]) + table("H", further) + table("H", ends)
        for prefix in sorted(below):
            grow(below[prefix], len(prefix))

    first: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, pattern in enumerate(patterns):
        first[pattern.codes[: layout.START]].append((pattern.codes, number))
    for prefix in sorted(first):
        grow(first[prefix], len(prefix))
    return _blob("n", "Q", nodes)


def _aligned(patterns: Sequence[Pattern], chosen: Sequence[Pattern], rare: str) -> dict[str, bytes]:
    number = {id(p): n for n, p in enumerate(patterns)}
    votes = _votes(chosen, rare)
    rows, spans, place = [], bytearray(), 0
    posts: defaultdict[int, list[int]] = defaultdict(list)
    for n, pattern in enumerate(chosen):
        rows.append(layout.ALIGNED.pack(place, number[id(pattern)], len(votes[n]), len(spans)))
        place += len(pattern.codes)
        spans += table("H", [len(pattern.required), *(v for pair in pattern.required for v in pair)])
        for gram in votes[n]:
            posts[zlib.crc32(raw(gram))] += (n, pattern.codes.index(gram))
    return {
        "frows": b"".join(rows),
        "fspans": bytes(spans),
        **_blocks([p.codes for p in chosen]),
        **_blob("v", "I", {key: table("H", listed) for key, listed in posts.items()}),
    }


def _blocks(texts: Sequence[str]) -> dict[str, bytes]:
    """The codes of the aligned patterns, compressed in blocks: an alignment unpacks the few that it needs."""
    whole = raw("".join(texts))
    size = layout.BLOCK * 2
    packed = [zlib.compress(whole[at : at + size], 9) for at in range(0, len(whole), size)]
    place, starts = 0, [0]
    for block in packed:
        place += len(block)
        starts.append(place)
    return {"fblocks": b"".join(packed), "fstarts": table("I", starts)}


def _votes(chosen: Sequence[Pattern], rare: str) -> list[list[str]]:
    """For each aligned pattern the grams by which it is found: half of them its rarest, half spread over it."""
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
        ranked = sorted(own, key=lambda g: (spread[g], zlib.crc32(raw(g))))
        few = ranked[: VOTES // 2]
        step = max(1, len(own) // (VOTES // 2))
        found.append(list(dict.fromkeys([*few, *own[::step][: VOTES // 2]])))
    return found
