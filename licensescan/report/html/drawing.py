"""
How what is to be decided got in, drawn: from the project, column by column,
to the components that findings are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from licensescan.model.types import VERDICTS, Finding, Report
from licensescan.report.escape import line
from licensescan.resolver.graph import layered

_ROW = 30
_COLUMN = 210
_BOX = 180
_HEIGHT = 22
_MARGIN = 8
_LONGEST = 22
"""Letters of a name that fit a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A component at a place in the drawing, by its left upper corner."""

    name: str
    label: str
    verdict: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requires the other."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The boxes and lines of a drawing, and its size."""

    width: int
    height: int
    box: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def drawing_of(
    report: Report,
    failing: Sequence[Finding],
) -> Drawing | None:
    """Return the ways to what fails, or None where no way is known."""
    ways = {f.path for f in failing if len(f.path) > 1}
    if not ways:
        return None
    verdicts: dict[str, str] = {}
    for finding in failing:
        if finding.path:
            name = finding.path[-1]
            verdicts[name] = max(
                verdicts.get(name, "warn"), finding.verdict, key=_weight
            )
    edges = dict.fromkeys(
        edge for way in sorted(ways) for edge in pairwise(way)
    )
    places = layered(edges)
    boxes = {
        name: _box(name, column, row, verdicts.get(name, ""))
        for name, (column, row) in places.items()
    }
    return Drawing(
        width=_extent(column for column, _ in places.values()) * _COLUMN,
        height=_extent(row for _, row in places.values()) * _ROW,
        box=_BOX,
        boxes=tuple(boxes.values()),
        lines=tuple(_line(boxes[a], boxes[b]) for a, b in edges),
    )


def _weight(verdict: str) -> int:
    return [str(v) for v in VERDICTS].index(verdict)


def _extent(numbers: Iterable[int]) -> int:
    return max(numbers) + 1


def _box(
    name: str,
    column: int,
    row: int,
    verdict: str,
) -> Box:
    shown = line(name)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}…"
    return Box(
        name=line(name),
        label=shown,
        verdict=verdict,
        x=_MARGIN + column * _COLUMN,
        y=_MARGIN // 2 + row * _ROW,
    )


def _line(
    a: Box,
    b: Box,
) -> Line:
    middle = _HEIGHT // 2
    return Line(x1=a.x + _BOX, y1=a.y + middle, x2=b.x, y2=b.y + middle)
