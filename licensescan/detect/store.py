"""
The patterns of the index as the matcher asks for them: word codes, exact prefixes, votes, codes to align.

Each table is opened when it is first needed, so that a text which is a known license word for word costs only the
vocabulary and the prefixes.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from licensescan.detect import layout
from licensescan.detect.index import sections
from licensescan.detect.normalise import DROPPED, LINE


OFFSET = 1 << 20
"""Added to every place, so that a pattern whose beginning is cut off has no negative one."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One text, notice, tag or reference: its length in words, its expression ("" for none), kind and relevance."""

    number: int
    length: int
    expression: str
    kind: int
    relevance: int


_FEW_WORDS, _KEPT_WORDS = 2_000, 100_000
"""So many different words are looked up one by one before a table is worth its time; so many are remembered."""


class _Codes(dict[str, str]):
    """The character of each word: empty for words left out, `layout.UNKNOWN` for those in no pattern."""

    def __init__(self, sums: Sequence[int], numbers: Sequence[int]) -> None:
        self._sums, self._numbers = sums, numbers
        self._table: dict[int, int] = {}
        self._begin()

    def _begin(self) -> None:
        self.update(dict.fromkeys(DROPPED, ""))
        self[LINE] = LINE

    def __missing__(self, word: str) -> str:
        if len(self) >= _FEW_WORDS and not self._table:
            self._table = dict(zip(self._sums, self._numbers, strict=True))
        if len(self) >= _KEPT_WORDS:
            self.clear()
            self._begin()
        wanted = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        if self._table:
            number = self._table.get(wanted)
        else:
            at = bisect_left(self._sums, wanted)
            number = self._numbers[at] if at < len(self._sums) and self._sums[at] == wanted else None
        self[word] = found = layout.UNKNOWN if number is None else layout.letter(number)
        return found


class Store:
    """Access to the compiled patterns; `store()` gives the one of this process."""

    def __init__(self, parts: Mapping[str, memoryview]) -> None:
        self._parts = parts
        self.plain, self._count, self._aligned = self._numbers("consts", "I")
        self.rare = layout.letter(self.plain)
        self.code: Callable[[str], str] = _Codes(self._numbers("vocab", "I"), self._numbers("vcode", "H")).__getitem__

    def _numbers(self, name: str, width: str) -> Sequence[int]:
        return self._parts[name].cast(width)

    @cached_property
    def anchors(self) -> dict[str, bytes]:
        """For each anchor gram the pairs (its place in a pattern, words of the first look) as bytes."""
        grams = bytes(self._parts["agrams"]).decode("utf-16-le", "surrogatepass")
        counts = bytes(self._parts["acount"])
        pairs = bytes(self._parts["apairs"])
        ends = list(accumulate(counts))
        size = layout.GRAM
        return {
            grams[i * size : i * size + size].rstrip(layout.PAD): pairs[2 * (ends[i] - counts[i]) : 2 * ends[i]]
            for i in range(len(counts))
        }

    @cached_property
    def short_anchors(self) -> frozenset[str]:
        """The first words of anchors that are shorter than a whole gram."""
        return frozenset(gram[0] for gram in self.anchors if len(gram) < layout.GRAM)

    @cached_property
    def _places(self) -> dict[int, int]:
        return dict(zip(self._numbers("nkey", "Q"), self._numbers("nat", "I"), strict=False))

    @cached_property
    def _node_data(self) -> bytes:
        return bytes(self._parts["ndata"])

    def node(self, key: int) -> tuple[Sequence[int], Sequence[int]] | None:
        """The lengths at which a prefix may go on, longest first, and the patterns that end with it."""
        at = self._places.get(key)
        if at is None:
            return None
        data = self._node_data
        further, ends = data[at], data[at + 1]
        at += 2
        values = memoryview(data)[at : at + 2 * (further + ends)].cast("H")
        return values[:further], values[further:]

    @lru_cache(maxsize=8192)  # noqa: B019  (one store lives as long as the process)
    def pattern(self, number: int) -> Pattern:
        """The pattern with this number."""
        length, expression, kind, relevance, _ = layout.PATTERN.unpack_from(
            self._parts["patterns"], number * layout.PATTERN.size
        )
        return Pattern(number, length, self._expressions[expression], kind, relevance)

    @cached_property
    def _expressions(self) -> list[str]:
        return bytes(self._parts["exprs"]).decode().split("\n")

    @cached_property
    def _rare_words(self) -> bytes:
        return bytes(self._parts["rare"])

    def is_name(self, letter: str) -> bool:
        """Whether a word is in no pattern or in very few: most likely a piece of somebody's name."""
        number = layout.number(letter)
        return number < 0 or bool(self._rare_words[number >> 3] >> (number & 7) & 1)

    @cached_property
    def votes(self) -> dict[int, tuple[int, int]]:
        """For the sum of each gram that can vote, the span of its voters in `voters`."""
        at = [place // 4 for place in self._numbers("vat", "I")]
        return dict(zip(self._numbers("vkey", "I"), zip(at, at[1:], strict=False), strict=True))

    @cached_property
    def voters(self) -> Sequence[int]:
        """
        Who votes, gram after gram: the number of an aligned pattern in the high bits, and in the low 32 what the place
        in the text is to be added to, so that one addition gives the place of the pattern's first word.
        """
        numbers = self._numbers("vdata", "H")
        return [(number << 32) + OFFSET - place for number, place in zip(numbers[::2], numbers[1::2], strict=True)]

    @cached_property
    def votes_of(self) -> Sequence[int]:
        """How many votes each aligned pattern can get."""
        size = layout.ALIGNED.size
        data = self._parts["frows"]
        return [layout.ALIGNED.unpack_from(data, i * size)[2] for i in range(self._aligned)]

    @cached_property
    def length_of(self) -> Sequence[int]:
        """The number of words of each aligned pattern."""
        rows, size = self._parts["frows"], layout.ALIGNED.size
        patterns, row = self._parts["patterns"], layout.PATTERN.size
        return [
            layout.PATTERN.unpack_from(patterns, layout.ALIGNED.unpack_from(rows, i * size)[1] * row)[0]
            for i in range(self._aligned)
        ]

    @lru_cache(maxsize=1024)  # noqa: B019
    def aligned(self, number: int) -> tuple[Pattern, str, tuple[tuple[int, int], ...]]:
        """An aligned pattern: what it is, its codes, and the spans (first word, words) that must be there."""
        place, pattern, _, spans = layout.ALIGNED.unpack_from(self._parts["frows"], number * layout.ALIGNED.size)
        known = self.pattern(pattern)
        listed = self._parts["fspans"][spans:]
        count = int.from_bytes(listed[:2], "little")
        numbers = listed[2 : 2 + 4 * count].cast("H")
        required = tuple((numbers[2 * i], numbers[2 * i + 1]) for i in range(count))
        return known, self._piece(place, known.length), required

    def canonical(self, expression: str) -> str:
        """The codes of the text by which a license is known; empty when it has none that is aligned."""
        number = self._canonical.get(expression)
        return "" if number is None else self.aligned(number)[1]

    @cached_property
    def _canonical(self) -> dict[str, int]:
        # The aligned patterns of one expression stand together, its canonical text first.
        found: dict[str, int] = {}
        rows, size = self._parts["frows"], layout.ALIGNED.size
        for number in range(self._aligned):
            pattern = self.pattern(layout.ALIGNED.unpack_from(rows, number * size)[1])
            found.setdefault(pattern.expression, number)
        return found

    def _piece(self, place: int, length: int) -> str:
        first, last = place // layout.BLOCK, (place + length - 1) // layout.BLOCK
        whole = "".join(self._block(number) for number in range(first, last + 1))
        start = place - first * layout.BLOCK
        return whole[start : start + length]

    @lru_cache(maxsize=80)  # noqa: B019
    def _block(self, number: int) -> str:
        starts = self._numbers("fstarts", "I")
        data = zlib.decompress(self._parts["fblocks"][starts[number] : starts[number + 1]])
        return data.decode("utf-16-le", "surrogatepass")


@lru_cache(maxsize=1)
def store() -> Store:
    """The patterns of this installation."""
    return Store(sections())
