"""
The patterns of the index as the matcher asks for them: word codes, exact prefixes,
votes, codes to align.

Each table is opened when it is first needed, so that a text which is a known license
word for word costs only the vocabulary and the prefixes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from licensescan.base import index_format as layout
from licensescan.base.index import sections
from licensescan.classifier.identify.words import DROPPED, LINE


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One text, notice, tag or reference: its length in words, its expression ("" for
    none), kind and relevance; `rank` is smaller for expressions that have more
    patterns.
    """

    number: int
    length: int
    expression: str
    kind: int
    relevance: int
    rank: int = 0


_KEPT_WORDS = 100_000


class Sums:
    """
    Where a sum of `bits` bits stands in a sorted list of sums; see `layout.TOP_BITS`.
    """

    def __init__(self, sums: Sequence[int], tops: Sequence[int], bits: int) -> None:
        self._sums, self._tops, self._shift = sums, tops, bits - layout.TOP_BITS

    def place(self, wanted: int) -> int | None:
        """The number of `wanted` among the sums, or None."""
        top = wanted >> self._shift
        sums = self._sums
        for at in range(self._tops[top], self._tops[top + 1]):
            if sums[at] == wanted:
                return at
        return None


class _Codes(dict[str, str]):
    """
    The character of each word: empty for words left out, `layout.UNKNOWN` for those in
    no pattern.
    """

    def __init__(self, sums: Sums, numbers: Sequence[int]) -> None:
        self._place, self._numbers = sums.place, numbers
        self._begin()

    def _begin(self) -> None:
        self.update(dict.fromkeys(DROPPED, ""))
        self[LINE] = LINE

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT_WORDS:
            self.clear()
            self._begin()
        at = self._place(zlib.crc32(word.encode("utf-8", "surrogatepass")))
        self[word] = found = (
            layout.UNKNOWN if at is None else layout.letter(self._numbers[at])
        )
        return found


class Store:
    """Access to the compiled patterns; `store()` gives the one of this process."""

    def __init__(self, parts: Mapping[str, memoryview]) -> None:
        self._parts = parts
        plain, self._count, self._aligned = self._numbers("consts", "I")
        self.code: Callable[[str], str] = _Codes(
            self._sums("vocab"), self._numbers("vcode", "H")
        ).__getitem__
        self.rows: dict[str, str] = {}
        """The codes of lines that came before, see `normalise.words`."""
        self.plain = ord(layout.letter(plain - 1))
        """
        The code of the last common word: those of the words with which anchors and
        grams begin are larger.
        """
        self.short_anchors = frozenset(
            self._parts["ashort"].tobytes().decode("utf-16-le", "surrogatepass")
        )
        self._node_data = self._parts["ndata"]
        self._node_at = self._numbers("nat", "I")
        self._anchor_data = self._parts["adata"]
        self._anchor_at = self._numbers("aat", "I")
        self._voters = self._numbers("vdata", "I")
        self._voters_at = self._numbers("vat", "I")
        self.node_at, self.gram_at = (
            self._sums(name).place for name in ("nkey", "vkey")
        )
        """
        Where the sum of a prefix, of a gram stands in its list; None for one that is
        not in it.
        """
        self.votes_of = self._numbers("fvotes", "H")
        """How many votes each aligned pattern can get."""
        self.length_of = self._numbers("flength", "H")
        """The number of words of each aligned pattern."""

    @cached_property
    def anchor_at(self) -> Callable[[int], int | None]:
        """
        Where the sum of an anchor stands in its list; None for one that is not in it.
        It is asked for at every other word, so that a table of the 18,000 (2 ms) is
        worth its while for a text of two pages.
        """
        sums = self._numbers("akey", "I").tolist()
        return dict(zip(sums, range(len(sums)), strict=True)).get

    def _numbers(self, name: str, width: Literal["H", "I", "Q"]) -> memoryview[int]:
        return self._parts[name].cast(width)

    def _sums(self, name: str) -> Sums:
        width: Literal["I", "Q"] = "Q" if name == "nkey" else "I"
        bits = 32 + layout.LENGTH_BITS if name == "nkey" else 32
        return Sums(self._numbers(name, width), self._numbers(f"{name}s", "I"), bits)

    @lru_cache(maxsize=8192)  # noqa: B019  (one store lives as long as the process)
    def starts(self, anchor: int) -> Sequence[tuple[int, int]]:
        """
        For an anchor (as `anchors` numbers them) the pairs (its place in a pattern,
        words of the first look).
        """
        pairs = self._anchor_data[self._anchor_at[anchor] : self._anchor_at[anchor + 1]]
        return list(zip(pairs[::2], pairs[1::2], strict=True))

    @lru_cache(maxsize=8192)  # noqa: B019
    def node(self, number: int) -> tuple[Sequence[int], Sequence[int]]:
        """
        For a prefix the lengths at which it may go on, longest first, and what ends
        with it.
        """
        data = self._node_data
        at = self._node_at[number]
        further, ends = data[at], data[at + 1]
        at += 2
        values = data[at : at + 2 * (further + ends)].cast("H").tolist()
        return values[:further], values[further:]

    @lru_cache(maxsize=8192)  # noqa: B019
    def voters(self, gram: int) -> Sequence[int]:
        """Who votes at a gram (as `grams` numbers them); see `layout.voter`."""
        return self._voters[
            self._voters_at[gram] >> 2 : self._voters_at[gram + 1] >> 2
        ].tolist()

    @lru_cache(maxsize=8192)  # noqa: B019
    def pattern(self, number: int) -> Pattern:
        """The pattern with this number."""
        length, expression, kind, relevance, _ = layout.PATTERN.unpack_from(
            self._parts["patterns"], number * layout.PATTERN.size
        )
        return Pattern(
            number, length, self._expressions[expression], kind, relevance, expression
        )

    @cached_property
    def _expressions(self) -> list[str]:
        return self._parts["exprs"].tobytes().decode().split("\n")

    @cached_property
    def _rare_words(self) -> bytes:
        return self._parts["rare"].tobytes()

    def is_name(self, letter: str) -> bool:
        """
        Whether a word is in no pattern or in very few: most likely a piece of
        somebody's name.
        """
        number = layout.number(letter)
        return number < 0 or bool(self._rare_words[number >> 3] >> (number & 7) & 1)

    @lru_cache(maxsize=1024)  # noqa: B019
    def aligned(self, number: int) -> tuple[Pattern, str, tuple[tuple[int, int], ...]]:
        """
        An aligned pattern: what it is, its codes, and the spans (first word, words)
        that must be there.
        """
        place, pattern, spans = layout.ALIGNED.unpack_from(
            self._parts["frows"], number * layout.ALIGNED.size
        )
        known = self.pattern(pattern)
        listed = self._parts["fspans"][spans:]
        count = int.from_bytes(listed[:2], "little")
        numbers = listed[2 : 2 + 4 * count].cast("H")
        required = tuple((numbers[2 * i], numbers[2 * i + 1]) for i in range(count))
        return known, self._piece(place, known.length), required

    def canonical(self, expression: str) -> str:
        """
        The codes of the text by which a license is known; empty when it has none that
        is aligned.
        """
        number = self._canonical.get(expression, layout.NOBODY)
        return "" if number == layout.NOBODY else self.aligned(number)[1]

    def texts_of(self, expression: str) -> list[tuple[Pattern, str]]:
        """The aligned texts of a license with their codes, the longest first."""
        return [self.aligned(number)[:2] for number in self._texts.get(expression, ())]

    @cached_property
    def _texts(self) -> dict[str, list[int]]:
        """
        The aligned texts of each license; 10 ms, for a file that is called by a name
        and has another text.
        """
        found: dict[str, list[tuple[int, int]]] = {}
        patterns = list(layout.PATTERN.iter_unpack(self._parts["patterns"]))
        for number, (_, pattern, _) in enumerate(
            layout.ALIGNED.iter_unpack(self._parts["frows"])
        ):
            length, expression, kind, _, _ = patterns[pattern]
            if kind == layout.TEXT:
                found.setdefault(self._expressions[expression], []).append(
                    (-length, number)
                )
        return {
            expression: [number for _, number in sorted(several)]
            for expression, several in found.items()
        }

    @cached_property
    def _canonical(self) -> dict[str, int]:
        return dict(zip(self._expressions, self._numbers("fcanon", "H"), strict=True))

    def _piece(self, place: int, length: int) -> str:
        first, last = place // layout.BLOCK, (place + length - 1) // layout.BLOCK
        whole = "".join(self._block(number) for number in range(first, last + 1))
        start = place - first * layout.BLOCK
        return whole[start : start + length]

    @lru_cache(maxsize=160)  # noqa: B019
    def _block(self, number: int) -> str:
        starts = self._numbers("fstarts", "I")
        data = zlib.decompress(
            self._parts["fblocks"][starts[number] : starts[number + 1]]
        )
        return data.decode("utf-16-le", "surrogatepass")


@lru_cache(maxsize=1)
def store() -> Store:
    """The patterns of this installation."""
    return Store(sections())
