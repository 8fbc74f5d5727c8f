"""
Write patterns as the sections of the index; `licensescan/base/index_format.py`
says what the numbers mean.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain

from patterns import Pattern

from licensescan.base import index_format

VOTES = 24
"""Grams that vote for a pattern, when it has so many."""

CROWD, SPEAKERS, LEAST = 24, 2, 8
"""
At a gram for which more patterns vote than this a few of each license speak
for the others, unless one has fewer votes than the least.
"""

NAME_PATTERNS = 60
"""A word that is in no more patterns is likely part of a name."""

NO_STEP = 0xFFFF
"""No length at which longer patterns are looked up again before their own."""


def raw(codes: str) -> bytes:
    """Return codes as bytes, two for each word."""
    return codes.encode("utf-16-le", "surrogatepass")


def table(width: str, values: Iterable[int]) -> bytes:
    """
    Return unsigned numbers of one width (`B`, `H`, `I` or `Q`) as bytes,
    little-endian.
    """
    listed = list(values)
    return struct.pack(f"<{len(listed)}{width}", *listed)


def tops(keys: Sequence[int], bits: int) -> list[int]:
    """
    Return where those of the sorted `keys`, of `bits` bits, begin of which the
    first bits are 0, 1, 2 ..., and the end.
    """
    shift = bits - index_format.TOP_BITS
    return [
        bisect_left(keys, top << shift)
        for top in range((1 << index_format.TOP_BITS) + 1)
    ]


def sections(
    patterns: Sequence[Pattern],
    ordered: Sequence[str],
    common: int,
    chosen: Sequence[Pattern],
) -> dict[str, bytes]:
    """
    Return every section but the catalog. `ordered` are the words by code,
    `common` is how many of them are no anchors.
    """
    return {
        **_vocabulary(ordered),
        "consts": table("I", [common, len(patterns), len(chosen)]),
        "rare": _rare_words(patterns, len(ordered)),
        **_patterns(patterns),
        **_anchors(patterns),
        **_prefixes(patterns),
        **_aligned(patterns, chosen, index_format.letter(common)),
    }


def _vocabulary(ordered: Sequence[str]) -> dict[str, bytes]:
    """Return the words as sorted sums, with their codes."""
    sums = sorted(
        (zlib.crc32(word.encode()), n) for n, word in enumerate(ordered)
    )
    keys = [total for total, _ in sums]
    return {
        "vocab": table("I", keys),
        "vocabs": table("I", tops(keys, 32)),
        "vcode": table("H", (number for _, number in sums)),
    }


def _patterns(patterns: Sequence[Pattern]) -> dict[str, bytes]:
    """
    Return the expressions, the commonest first, and a row for each pattern.
    """
    expressions = _by_frequency(patterns)
    numbers = {expression: n for n, expression in enumerate(expressions)}
    rows = (
        index_format.PATTERN.pack(
            len(pattern.codes),
            numbers[pattern.expression],
            pattern.kind,
            pattern.relevance,
            pattern.fuzzy,
        )
        for pattern in patterns
    )
    return {
        "exprs": "\n".join(expressions).encode(),
        "patterns": b"".join(rows),
    }


def _blob(
    prefix: str, width: str, items: dict[int, bytes]
) -> dict[str, bytes]:
    """
    Return items by their sorted sums: the sums, where their first bits begin,
    where the data of each item starts, and all data.
    """
    keys = sorted(items)
    starts = accumulate((len(items[key]) for key in keys), initial=0)
    bits = 32 + index_format.LENGTH_BITS if width == "Q" else 32
    return {
        f"{prefix}key": table(width, keys),
        f"{prefix}keys": table("I", tops(keys, bits)),
        f"{prefix}at": table("I", starts),
        f"{prefix}data": b"".join(items[key] for key in keys),
    }


def _anchors(patterns: Sequence[Pattern]) -> dict[str, bytes]:
    buckets: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for pattern in patterns:
        at = pattern.anchor
        gram = pattern.codes[at : at + index_format.GRAM]
        buckets[gram].add((at, min(index_format.START, len(pattern.codes))))
    items = {
        zlib.crc32(raw(gram)): b"".join(
            bytes(pair) for pair in sorted(buckets[gram])
        )
        for gram in sorted(buckets)
    }
    if len(items) < len(buckets):
        raise ValueError("two anchors with one sum")
    short = sorted(
        {gram[0] for gram in buckets if len(gram) < index_format.GRAM}
    )
    return {**_blob("a", "I", items), "ashort": raw("".join(short))}


def _rare_words(patterns: Sequence[Pattern], count: int) -> bytes:
    """
    Return a bit for each word: set if it is in so few patterns that it is
    likely part of a name.
    """
    seen: Counter[str] = Counter()
    for pattern in patterns:
        seen.update(set(pattern.codes))
    bits = bytearray((count + 7) // 8)
    for number in range(count):
        if seen[index_format.letter(number)] <= NAME_PATTERNS:
            bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


_Numbered = tuple[str, int]
"""The codes of a pattern, and its number."""


def _prefixes(patterns: Sequence[Pattern]) -> dict[str, bytes]:
    """Return the beginnings that patterns share, see `store.Prefix`."""
    prefixes: dict[int, bytes] = {}
    numbered = [(pattern.codes, n) for n, pattern in enumerate(patterns)]
    _add_prefixes(numbered, index_format.START, prefixes)
    return _blob("n", "Q", prefixes)


def _add_prefixes(
    numbered: Iterable[_Numbered], step: int, prefixes: dict[int, bytes]
) -> None:
    """
    Add the prefixes of patterns at the length `step`, and below them longer
    ones.
    """
    groups = _by_prefix(numbered, step)
    for prefix in sorted(groups):
        length = len(prefix)
        longer = [
            (codes, n) for codes, n in groups[prefix] if len(codes) > length
        ]
        ends = [n for codes, n in groups[prefix] if len(codes) == length]
        further_step = _next_step(length, longer)
        below = _by_prefix(longer, further_step)
        lengths = sorted({len(further) for further in below}, reverse=True)
        key = index_format.node_key(zlib.crc32(raw(prefix)), length)
        if key in prefixes:
            raise ValueError(f"two prefixes of {length} words with one sum")
        counts = bytes([len(lengths), len(ends)])
        prefixes[key] = counts + table("H", lengths) + table("H", ends)
        _add_prefixes(longer, further_step, prefixes)


def _by_prefix(
    numbered: Iterable[_Numbered], step: int
) -> dict[str, list[_Numbered]]:
    """Return the patterns by their first `step` words."""
    groups: defaultdict[str, list[_Numbered]] = defaultdict(list)
    for codes, number in numbered:
        groups[codes[:step]].append((codes, number))
    return groups


def _next_step(length: int, longer: Sequence[_Numbered]) -> int:
    """
    Return at how many words patterns that go on beyond `length` are looked up.
    """
    if len({len(codes) for codes, _ in longer}) <= 2:
        return NO_STEP
    return next(
        (step for step in index_format.STEPS if step > length), NO_STEP
    )


def _aligned(
    patterns: Sequence[Pattern], chosen: Sequence[Pattern], rare: str
) -> dict[str, bytes]:
    """Return the patterns to align, and the grams that vote for them."""
    posts = _posts(chosen, _votes(chosen, rare))
    granted = Counter(n for listed in posts.values() for n in listed)
    voters = {}
    for gram, listed in posts.items():
        places = ((n, chosen[n].codes.index(gram)) for n in listed)
        votes = (index_format.voter(n, place) for n, place in places)
        voters[zlib.crc32(raw(gram))] = table("I", votes)
    return {
        **_rows(patterns, chosen),
        "fvotes": table("H", (granted[n] for n in range(len(chosen)))),
        "flength": table("H", (len(pattern.codes) for pattern in chosen)),
        "fcanon": _first_of_each(patterns, chosen),
        **_blocks([pattern.codes for pattern in chosen]),
        **_blob("v", "I", voters),
    }


def _rows(
    patterns: Sequence[Pattern], chosen: Sequence[Pattern]
) -> dict[str, bytes]:
    """
    Return a row for each pattern to align, and its spans: those that must be
    there, and its grants.
    """
    numbers = {id(pattern): n for n, pattern in enumerate(patterns)}
    rows, spans, start = [], bytearray(), 0
    for pattern in chosen:
        number = numbers[id(pattern)]
        rows.append(index_format.ALIGNED.pack(start, number, len(spans)))
        start += len(pattern.codes)
        for listed in (pattern.required, pattern.grants):
            values = chain.from_iterable(listed)
            spans += table("H", [len(listed), *values])
    return {"frows": b"".join(rows), "fspans": bytes(spans)}


def _first_of_each(
    patterns: Sequence[Pattern], chosen: Sequence[Pattern]
) -> bytes:
    """
    Return for each expression, in their order, its canonical text among the
    patterns to align, if it has one.
    """
    canonical = {
        pattern.expression: number
        for number, pattern in enumerate(chosen)
        if pattern.canonical and pattern.kind == index_format.TEXT
    }
    return table(
        "H",
        (
            canonical.get(expression, index_format.NOBODY)
            for expression in _by_frequency(patterns)
        ),
    )


def _by_frequency(patterns: Sequence[Pattern]) -> list[str]:
    """Return the expressions, the commonest first."""
    common = Counter(pattern.expression for pattern in patterns)
    return sorted(common, key=lambda e: (-common[e], e))


def _posts(
    chosen: Sequence[Pattern], votes: Sequence[Sequence[str]]
) -> dict[str, list[int]]:
    """
    Return who votes at each gram. Where many do, a few of each license speak
    for the rest: the notices of one license share nearly all their words.
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
            listed = _speakers(listed, chosen, granted)
        granted.update(listed)
        posts[gram] = listed
    return posts


def _speakers(
    listed: Iterable[int], chosen: Sequence[Pattern], granted: Counter[int]
) -> list[int]:
    """
    Return those of the patterns that speak for all, those with the fewest
    votes so far: canonical texts, a few of each license, and those that have
    hardly a vote.
    """
    spoken: Counter[str] = Counter()
    speakers = []
    for n in sorted(listed, key=lambda n: (granted[n], n)):
        pattern = chosen[n]
        may_speak = spoken[pattern.expression] < SPEAKERS or granted[n] < LEAST
        if pattern.canonical or may_speak:
            spoken[pattern.expression] += 1
            speakers.append(n)
    return sorted(speakers)


def _blocks(texts: Sequence[str]) -> dict[str, bytes]:
    """
    Return the codes of the aligned patterns, compressed in blocks: an
    alignment unpacks the few that it needs.
    """
    data = raw("".join(texts))
    size = index_format.BLOCK * 2
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    packed = [zlib.compress(block, 9) for block in blocks]
    starts = accumulate(map(len, packed), initial=0)
    return {"fblocks": b"".join(packed), "fstarts": table("I", starts)}


def _votes(chosen: Sequence[Pattern], rare: str) -> list[list[str]]:
    """
    Return for each aligned pattern the grams by which it is found: half of
    them its rarest, half spread over it.
    """
    all_grams = [_grams(pattern.codes, rare) for pattern in chosen]
    common = Counter(chain.from_iterable(all_grams))
    return [_chosen_grams(grams, common) for grams in all_grams]


def _grams(codes: str, rare: str) -> list[str]:
    """Return the different grams of a pattern that begin with a rare word."""
    starts = range(len(codes) - index_format.GRAM + 1)
    grams = (
        codes[i : i + index_format.GRAM] for i in starts if codes[i] >= rare
    )
    return list(dict.fromkeys(grams))


def _chosen_grams(
    grams: Sequence[str], common: Mapping[str, int]
) -> list[str]:
    ranked = sorted(
        grams, key=lambda gram: (common[gram], zlib.crc32(raw(gram)))
    )
    rarer = set(ranked[: max(VOTES, len(ranked) // 2)])
    rest = [gram for gram in grams if gram in rarer]
    step = max(1, len(rest) // (VOTES // 2))
    spread = rest[::step][: VOTES // 2]
    return list(dict.fromkeys([*ranked[: VOTES // 2], *spread]))
