"""
Index stretches of words by where they stand, so that what is near is found in
the same time in a long text as in a short one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

Span = tuple[int, int]
"""The first word of a stretch, and the word after its last."""


class Window(NamedTuple):
    """Words of a text, `codes`, that stand from `start` on."""

    start: int
    codes: str


_CELL = 9
"""Bits of an offset within a cell of 512 words."""


class SpanIndex:
    """
    Numbered stretches by the cells that they reach into, so that neighbours
    are found without a search.
    """

    def __init__(self) -> None:
        self._cells: defaultdict[int, list[int]] = defaultdict(list)

    def add(
        self,
        number: int,
        start: int,
        end: int,
    ) -> None:
        """Remember that stretch `number` reaches from `start` to `end`."""
        for cell in _cells(start, end):
            self._cells[cell].append(number)

    def near(self, start: int, end: int) -> list[int]:
        """
        Return the numbers of all stretches that may meet this one, in order.
        """
        numbers: set[int] = set()
        for cell in _cells(start, end):
            if cell in self._cells:
                numbers.update(self._cells[cell])
        return sorted(numbers)


def _cells(start: int, end: int) -> range:
    return range(start >> _CELL, (end >> _CELL) + 1)


class Wall(NamedTuple):
    """A stretch that no pattern of up to `longest` words may run across."""

    start: int
    end: int
    longest: int


class Walls:
    """
    The walls of a text. A settled stretch is one for patterns of up to twice
    its own length.
    """

    def __init__(self, settled: Iterable[Span]) -> None:
        self._walls: list[Wall] = []
        self._spans = SpanIndex()
        for start, end in settled:
            self.add(start, end, 2 * (end - start))

    def add(
        self,
        start: int,
        end: int,
        longest: int,
    ) -> None:
        """
        Put a wall for patterns of up to `longest` words from `start` to `end`.
        """
        self._spans.add(len(self._walls), start, end)
        self._walls.append(Wall(start, end, longest))

    def near(self, start: int, end: int) -> list[Wall]:
        """Return the walls that may stand in this stretch."""
        numbers = self._spans.near(start, end)
        return [self._walls[number] for number in numbers]
