"""
The patterns of the index as the matcher asks for them: word codes, exact prefixes, votes, codes to align.

Each table is opened when it is first needed, so that a text which is a known license word for word costs only the
vocabulary and the prefixes.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from licensescan.detect import layout
from licensescan.detect.index import sections
from licensescan.detect.normalise import DROPPED, LINE


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One text, notice, tag or reference: its length in words, its expression ("" for none), kind and relevance; `rank` is
    smaller for expressions that have more patterns.
    """

    number: int
    length: int
    expression: str
    kind: int
    relevance: int
    rank: int = 0


_FEW = 2_000
"""So many sums are looked for one by one before a table in memory is worth its time."""

_KEPT_WORDS = 100_000
_OFTEN = 127
"""Words after which it is asked again whether a table is worth its time; one less than a power of two."""


class Sums:
    """Where a sum stands in a sorted list of sums: the first few are searched for, for more a table is made."""

    def __init__(self, sums: Sequence[int]) -> None:
        self._sums = sums
        self._asked = 0
        self._table: dict[int, int] = {}

    def finder(self, looks: int) -> Callable[[int], int | None]:
        """What gives the place of a sum, or None; `looks` says about how often it will be asked."""
        self._asked += looks
        if self._asked <= _FEW:
            return self._search
        if not self._table:
            self._table = dict(zip(self._sums, range(len(self._sums)), strict=True))
        return self._table.get

    def _search(self, wanted: int) -> int | None:
        at = bisect_left(self._sums, wanted)
        return at if at < len(self._sums) and self._sums[at] == wanted else None


class _Codes(dict[str, str]):
    """The character of each word: empty for words left out, `layout.UNKNOWN` for those in no pattern."""

    def __init__(self, sums: Sequence[int], numbers: Sequence[int]) -> None:
        self._sums, self._numbers = Sums(sums), numbers
        self._find = self._sums.finder(0)
        self._begin()

    def _begin(self) -> None:
        self.update(dict.fromkeys(DROPPED, ""))
        self[LINE] = LINE

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT_WORDS:
            self.clear()
            self._begin()
        if not len(self) & _OFTEN:
            self._find = self._sums.finder(_OFTEN)
        at = self._find(zlib.crc32(word.encode("utf-8", "surrogatepass")))
        self[word] = found = layout.UNKNOWN if at is None else layout.letter(self._numbers[at])
        return found


class Store:
    """Access to the compiled patterns; `store()` gives the one of this process."""

    def __init__(self, parts: Mapping[str, memoryview]) -> None:
        self._parts = parts
        plain, self._count, self._aligned = self._numbers("consts", "I")
        self.code: Callable[[str], str] = _Codes(self._numbers("vocab", "I"), self._numbers("vcode", "H")).__getitem__
        self.rows: dict[str, str] = {}
        """The codes of lines that came before, see `normalise.words`."""
        # What it is not, since a class of the whole upper range takes 5 ms to compile.
        self.rare = re.compile(f"[^\0-{re.escape(layout.letter(plain - 1))}]")
        self.short_anchors = frozenset(self._parts["ashort"].tobytes().decode("utf-16-le", "surrogatepass"))
        self._node_data = self._parts["ndata"]
        self._node_at = self._numbers("nat", "I")
        self._anchor_data = self._parts["adata"]
        self._anchor_at = self._numbers("aat", "I")
        self._voters = self._numbers("vdata", "I")
        self._voters_at = self._numbers("vat", "I")
        self.nodes, self.anchors, self.grams = (Sums(self._numbers(name, w)) for name, w in _SUMS)
        self.votes_of = self._numbers("fvotes", "H")
        """How many votes each aligned pattern can get."""
        self.length_of = self._numbers("flength", "H")
        """The number of words of each aligned pattern."""

    def _numbers(self, name: str, width: Literal["H", "I", "Q"]) -> memoryview[int]:
        return self._parts[name].cast(width)

    @lru_cache(maxsize=8192)  # noqa: B019  (one store lives as long as the process)
    def starts(self, anchor: int) -> Sequence[tuple[int, int]]:
        """For an anchor (as `anchors` numbers them) the pairs (its place in a pattern, words of the first look)."""
        pairs = self._anchor_data[self._anchor_at[anchor] : self._anchor_at[anchor + 1]]
        return list(zip(pairs[::2], pairs[1::2], strict=True))

    @lru_cache(maxsize=8192)  # noqa: B019
    def node(self, number: int) -> tuple[Sequence[int], Sequence[int]]:
        """For a prefix the lengths at which it may go on, longest first, and what ends with it."""
        data = self._node_data
        at = self._node_at[number]
        further, ends = data[at], data[at + 1]
        at += 2
        values = data[at : at + 2 * (further + ends)].cast("H").tolist()
        return values[:further], values[further:]

    @lru_cache(maxsize=8192)  # noqa: B019
    def voters(self, gram: int) -> Sequence[int]:
        """Who votes at a gram (as `grams` numbers them); see `layout.voter`."""
        return self._voters[self._voters_at[gram] >> 2 : self._voters_at[gram + 1] >> 2].tolist()

    @lru_cache(maxsize=8192)  # noqa: B019
    def pattern(self, number: int) -> Pattern:
        """The pattern with this number."""
        length, expression, kind, relevance, _ = layout.PATTERN.unpack_from(
            self._parts["patterns"], number * layout.PATTERN.size
        )
        return Pattern(number, length, self._expressions[expression], kind, relevance, expression)

    @cached_property
    def _expressions(self) -> list[str]:
        return self._parts["exprs"].tobytes().decode().split("\n")

    @cached_property
    def _rare_words(self) -> bytes:
        return self._parts["rare"].tobytes()

    def is_name(self, letter: str) -> bool:
        """Whether a word is in no pattern or in very few: most likely a piece of somebody's name."""
        number = layout.number(letter)
        return number < 0 or bool(self._rare_words[number >> 3] >> (number & 7) & 1)

    @lru_cache(maxsize=1024)  # noqa: B019
    def aligned(self, number: int) -> tuple[Pattern, str, tuple[tuple[int, int], ...]]:
        """An aligned pattern: what it is, its codes, and the spans (first word, words) that must be there."""
        place, pattern, spans = layout.ALIGNED.unpack_from(self._parts["frows"], number * layout.ALIGNED.size)
        known = self.pattern(pattern)
        listed = self._parts["fspans"][spans:]
        count = int.from_bytes(listed[:2], "little")
        numbers = listed[2 : 2 + 4 * count].cast("H")
        required = tuple((numbers[2 * i], numbers[2 * i + 1]) for i in range(count))
        return known, self._piece(place, known.length), required

    def canonical(self, expression: str) -> str:
        """The codes of the text by which a license is known; empty when it has none that is aligned."""
        number = self._canonical.get(expression, layout.NOBODY)
        return "" if number == layout.NOBODY else self.aligned(number)[1]

    @cached_property
    def _canonical(self) -> dict[str, int]:
        return dict(zip(self._expressions, self._numbers("fcanon", "H"), strict=True))

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


_SUMS: tuple[tuple[str, Literal["I", "Q"]], ...] = (("nkey", "Q"), ("akey", "I"), ("vkey", "I"))


@lru_cache(maxsize=1)
def store() -> Store:
    """The patterns of this installation."""
    return Store(sections())
