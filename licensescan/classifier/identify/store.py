"""
Give access to the patterns of the index: word codes, exact prefixes, votes,
codes to align.

Each table is opened when it is first needed, so that a text which is a known
license word for word costs only the vocabulary and the prefixes.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from licensescan.base import index_format
from licensescan.base.index import sections
from licensescan.classifier.identify.words import DROPPED, LINE, Coder

Width = Literal["H", "I", "Q"]
"""Numbers of two, four or eight bytes, as `struct` calls them."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One text, notice, tag or reference: its length in words, its expression (""
    for none), kind and relevance; `rank` is smaller for expressions that have
    more patterns.
    """

    number: int
    length: int
    expression: str
    kind: int
    relevance: int
    rank: int = 0


Spans = tuple[tuple[int, int], ...]
"""The first word and the number of words of each, in their order."""


class AlignedPattern(NamedTuple):
    """
    A pattern that texts are aligned with: its codes, and the spans (first
    word, number of words) that must be there word for word, and those that
    give a right.
    """

    pattern: Pattern
    codes: str
    required: Spans
    grants: Spans


class Prefix(NamedTuple):
    """
    The beginning that some patterns share: the lengths at which longer ones go
    on, longest first, and the numbers of those that end with it.
    """

    longer: Sequence[int]
    ends: Sequence[int]


_MOST_WORDS = 100_000
"""Different words whose codes are remembered."""


class Sums:
    """
    A sorted list of sums of `bits` bits each; see `index_format.TOP_BITS`.
    """

    def __init__(
        self,
        sums: Sequence[int],
        tops: Sequence[int],
        bits: int,
    ) -> None:
        self._sums = sums
        self._tops = tops
        self._shift = bits - index_format.TOP_BITS

    def find(self, wanted: int) -> int | None:
        """
        Return the number of `wanted` among the sums; None if it is not there.
        """
        top = wanted >> self._shift
        sums = self._sums
        for number in range(self._tops[top], self._tops[top + 1]):
            if sums[number] == wanted:
                return number
        return None


class _Codes(dict[str, str]):
    """
    The character of each word: empty for words left out,
    `index_format.UNKNOWN` for those in no pattern.
    """

    def __init__(self, sums: Sums, numbers: Sequence[int]) -> None:
        self._find = sums.find
        self._numbers = numbers
        self._begin()

    def _begin(self) -> None:
        self.clear()
        self.update(dict.fromkeys(DROPPED, ""))
        self[LINE] = LINE

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_WORDS:
            self._begin()
        data = word.encode("utf-8", "surrogatepass")
        at = self._find(zlib.crc32(data))
        code = index_format.UNKNOWN
        if at is not None:
            code = index_format.letter(self._numbers[at])
        self[word] = code
        return code


class Store:
    """
    Access to the compiled patterns; `store()` gives the one of this process.
    """

    def __init__(self, parts: Mapping[str, memoryview]) -> None:
        self._parts = parts
        vocabulary = self._sums("vocab")
        self.code: Coder = _Codes(
            vocabulary, self._numbers("vcode", "H")
        ).__getitem__
        self.rows: dict[str, str] = {}
        """The codes of lines that came before, see `words.words`."""
        common = self._numbers("consts", "I")[0]
        self.last_common = ord(index_format.letter(common - 1))
        """
        The code of the last common word: those of the words with which anchors
        and grams begin are larger.
        """
        self.short_anchors = frozenset(self._letters(self._parts["ashort"]))
        self._prefix_data = self._parts["ndata"]
        self._prefix_starts = self._numbers("nat", "I")
        self._anchor_data = self._parts["adata"]
        self._anchor_starts = self._numbers("aat", "I")
        self._voter_data = self._numbers("vdata", "I")
        self._voter_starts = self._numbers("vat", "I")
        self.find_prefix = self._sums("nkey").find
        """
        Return the number of the prefix with this sum; None for an unknown one.
        """
        self.find_gram = self._sums("vkey").find
        """
        Return the number of the gram with this sum; None for an unknown one.
        """
        self.votes_of = self._numbers("fvotes", "H")
        """The votes that each aligned pattern can get."""
        self.length_of = self._numbers("flength", "H")
        """The number of words of each aligned pattern."""

    @cached_property
    def find_anchor(self) -> Callable[[int], int | None]:
        """
        Return the function that gives the number of the anchor with a sum;
        None for an unknown one. It is asked at every other word, so that a
        table of the 18,000 (2 ms) is worth its while for a text of two pages.
        """
        sums = self._numbers("akey", "I")
        numbers = {total: number for number, total in enumerate(sums)}
        return numbers.get

    def _numbers(self, name: str, width: Width) -> memoryview[int]:
        return self._parts[name].cast(width)

    def _sums(self, name: str) -> Sums:
        width: Width = "I"
        bits = 32
        if name == "nkey":
            width = "Q"
            bits += index_format.LENGTH_BITS
        tops = self._numbers(f"{name}s", "I")
        return Sums(self._numbers(name, width), tops, bits)

    @staticmethod
    def _letters(data: memoryview | bytes) -> str:
        return bytes(data).decode("utf-16-le", "surrogatepass")

    @lru_cache(maxsize=8192)  # noqa: B019  (one store lives as long as the process)
    def starts(self, anchor: int) -> Sequence[tuple[int, int]]:
        """
        Return for an anchor (as `find_anchor` numbers them) the pairs (its
        place in a pattern, words of the first look).
        """
        start, end = self._anchor_starts[anchor : anchor + 2]
        pairs = self._anchor_data[start:end]
        places, lengths = pairs[::2], pairs[1::2]
        return list(zip(places, lengths, strict=True))

    @lru_cache(maxsize=8192)  # noqa: B019
    def prefix(self, number: int) -> Prefix:
        """Return the prefix with this number."""
        data = self._prefix_data
        start = self._prefix_starts[number]
        longer, ends = data[start], data[start + 1]
        start += 2
        end = start + 2 * (longer + ends)
        values = data[start:end].cast("H").tolist()
        return Prefix(values[:longer], values[longer:])

    @lru_cache(maxsize=8192)  # noqa: B019
    def voters(self, gram: int) -> Sequence[int]:
        """
        Return the votes of a gram (as `find_gram` numbers them); see
        `index_format.voter`.
        """
        start, end = self._voter_starts[gram : gram + 2]
        return self._voter_data[start >> 2 : end >> 2].tolist()

    @lru_cache(maxsize=8192)  # noqa: B019
    def pattern(self, number: int) -> Pattern:
        """Return the pattern with this number."""
        row = index_format.PATTERN
        length, expression, kind, relevance, _ = row.unpack_from(
            self._parts["patterns"], number * row.size
        )
        return Pattern(
            number=number,
            length=length,
            expression=self._expressions[expression],
            kind=kind,
            relevance=relevance,
            rank=expression,
        )

    @cached_property
    def _expressions(self) -> list[str]:
        expressions = self._parts["exprs"].tobytes().decode()
        return expressions.split("\n")

    @cached_property
    def _rare_words(self) -> bytes:
        return self._parts["rare"].tobytes()

    def is_name(self, letter: str) -> bool:
        """
        Return True if a word is in no pattern or in very few: most likely it
        is a piece of a name.
        """
        number = index_format.number(letter)
        if number < 0:
            return True
        byte, bit = divmod(number, 8)
        return bool(self._rare_words[byte] >> bit & 1)

    @lru_cache(maxsize=1024)  # noqa: B019
    def aligned(self, number: int) -> AlignedPattern:
        """
        Return the aligned pattern with this number (counted by themselves).
        """
        row = index_format.ALIGNED
        rows = self._parts["frows"]
        start, pattern, spans = row.unpack_from(rows, number * row.size)
        known = self.pattern(pattern)
        codes = self._codes(start, known.length)
        required, end = self._spans(spans)
        grants, _ = self._spans(end)
        return AlignedPattern(known, codes, required, grants)

    def _spans(self, start: int) -> tuple[Spans, int]:
        """Return a list of spans that begins at `start`, and where it ends."""
        spans = self._parts["fspans"][start:]
        count = int.from_bytes(spans[:2], "little")
        end = 2 + 4 * count
        numbers = spans[2:end].cast("H").tolist()
        firsts, counts = numbers[::2], numbers[1::2]
        return tuple(zip(firsts, counts, strict=True)), start + end

    def canonical(self, pattern: Pattern) -> AlignedPattern | None:
        """Return the text of the license that a pattern is of, if any."""
        number = self._numbers("fcanon", "H")[pattern.rank]
        return None if number == index_format.NOBODY else self.aligned(number)

    @cached_property
    def altered(self) -> frozenset[int]:
        """
        Return the numbers of the texts that have another grant than the
        license under which they are filed.
        """
        return frozenset(self._numbers("altered", "H"))

    def texts_of(self, expression: str) -> list[AlignedPattern]:
        """Return the aligned texts of a license, the longest first."""
        numbers = self._texts.get(expression, ())
        return [self.aligned(number) for number in numbers]

    @cached_property
    def _texts(self) -> Mapping[str, Sequence[int]]:
        """
        Return the aligned texts of each license; 10 ms, for a file that is
        called by a name and has another text.
        """
        patterns = list(
            index_format.PATTERN.iter_unpack(self._parts["patterns"])
        )
        rows = index_format.ALIGNED.iter_unpack(self._parts["frows"])
        texts: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, (_, pattern, _) in enumerate(rows):
            length, expression, kind, _, _ = patterns[pattern]
            if kind == index_format.TEXT:
                name = self._expressions[expression]
                texts[name].append((-length, number))
        return {
            expression: [number for _, number in sorted(several)]
            for expression, several in texts.items()
        }

    def _codes(self, start: int, length: int) -> str:
        """
        Return `length` codes of the aligned patterns, which stand in blocks.
        """
        size = index_format.BLOCK
        first, last = start // size, (start + length - 1) // size
        blocks = map(self._block, range(first, last + 1))
        codes = "".join(blocks)
        start -= first * size
        return codes[start : start + length]

    @lru_cache(maxsize=160)  # noqa: B019
    def _block(self, number: int) -> str:
        starts = self._numbers("fstarts", "I")
        data = self._parts["fblocks"][starts[number] : starts[number + 1]]
        return self._letters(zlib.decompress(data))


@lru_cache(maxsize=1)
def store() -> Store:
    """Return the patterns of this installation."""
    return Store(sections())
