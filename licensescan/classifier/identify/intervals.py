"""
Where things stand in a text, so that what is near is found in the same time in a long
text as in a short one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

Span = tuple[int, int]
_CELL = 9
"""Bits of a place within a cell of 512 words."""


class Stretches:
    """
    Stretches of words by the cells that they reach into, so that neighbours are found
    without a search.
    """

    def __init__(self) -> None:
        self._in: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, number: int, start: int, end: int) -> None:
        """Remember that stretch `number` reaches from `start` to `end`."""
        for cell in range(start >> _CELL, (end >> _CELL) + 1):
            self._in[cell].append(number)

    def near(self, start: int, end: int) -> list[int]:
        """The numbers of all stretches that may meet this one, in order."""
        cells = range(start >> _CELL, (end >> _CELL) + 1)
        return sorted(
            set(
                chain.from_iterable(
                    self._in[cell] for cell in cells if cell in self._in
                )
            )
        )


class Walls:
    """
    Stretches that a pattern may not run across: settled ones for patterns of up to so
    many words.
    """

    def __init__(self, settled: Iterable[Span]) -> None:
        self._walls: list[tuple[int, int, int]] = []
        self._places = Stretches()
        for start, end in settled:
            self.add(start, end, 2 * (end - start))

    def add(self, start: int, end: int, least: int) -> None:
        """From `start` to `end` there is a wall for patterns of up to `least` words."""
        self._places.add(len(self._walls), start, end)
        self._walls.append((start, end, least))

    def near(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """The walls that may stand in this stretch."""
        return [self._walls[number] for number in self._places.near(start, end)]
