"""
The overview of a store as an HTML page: what was asked, risk over time,
components by environment, rules, licenses, errors. It has the style of a
report, and no script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licensescan.base.version import __version__
from licensescan.fleet.database import Answer
from licensescan.fleet.forms import plain
from licensescan.fleet.questions import OVERVIEW
from licensescan.report.escape import line
from licensescan.report.html import page_of

_WIDTH, _BAR, _GAP, _LABEL = 720, 18, 6, 260
_HEIGHT, _COLUMN = 180, 40
_LONGEST = 34
"""Letters of a name that fit beside a bar."""

_MOST_ROWS = 500
"""Rows of a table on the page; the other forms have all."""

_KINDS = ("deny", "review", "warn", "ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A rectangle of a plot, of the color of a verdict, with its words."""

    kind: str
    words: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word in a plot."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing of rectangles and words."""

    name: str
    title: str
    width: int
    height: int
    pieces: tuple[Piece, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An answer as texts, and how many of its rows are left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


def page(
    asked: Mapping[str, Answer], overview: Mapping[str, Answer], profile: str
) -> str:
    """Return the page; `asked` has what stands before the overview."""
    plots = (
        columns_plot(overview["risk-over-time"]),
        bars_plot(overview["components-by-environment"]),
    )
    questions = [
        _table(name.replace("_", " "), answer)
        for name, answer in asked.items()
    ]
    tables = [_table(OVERVIEW[name], overview[name]) for name in OVERVIEW]
    return page_of(
        "fleet.html.jinja",
        version=__version__,
        profile=profile,
        asked=questions,
        plots=plots,
        tables=tables,
        kinds=_KINDS,
    )


def _table(title: str, answer: Answer) -> Table:
    rows = answer.rows[:_MOST_ROWS]
    return Table(
        title=title,
        columns=tuple(map(line, answer.columns)),
        rows=tuple(tuple(line(plain(v)) for v in row) for row in rows),
        left_out=len(answer.rows) - len(rows),
    )


def bars_plot(answer: Answer) -> Plot:
    """Return a bar for each row, of a piece for each verdict."""
    most = max((_sum(row) for row in answer.rows), default=1) or 1
    scale = (_WIDTH - _LABEL) / most
    pieces: list[Piece] = []
    labels: list[Label] = []
    for place, row in enumerate(answer.rows):
        name, y = line(plain(row[0])), place * (_BAR + _GAP)
        labels.append(Label(text=_end_of(name), x=0, y=y + _BAR - 5))
        x = float(_LABEL)
        for kind, count in _counts(row):
            pieces.append(
                Piece(
                    kind=kind,
                    words=f"{name}: {count} {kind}",
                    x=round(x, 1),
                    y=y,
                    width=round(count * scale, 1),
                    height=_BAR,
                )
            )
            x += count * scale
    return Plot(
        name="environments",
        title="Components by environment",
        width=_WIDTH,
        height=max(1, len(answer.rows)) * (_BAR + _GAP),
        pieces=tuple(pieces),
        labels=tuple(labels),
    )


def columns_plot(answer: Answer) -> Plot:
    """Return a column for each date, of a piece for each verdict."""
    most = max((_sum(row) for row in answer.rows), default=1) or 1
    step = max(_COLUMN, _WIDTH // max(1, len(answer.rows)))
    pieces: list[Piece] = []
    labels: list[Label] = []
    for place, row in enumerate(answer.rows):
        day, x = line(plain(row[0])), place * step
        labels.append(Label(text=day, x=x, y=_HEIGHT + 16))
        y = float(_HEIGHT)
        for kind, count in _counts(row):
            height = count * _HEIGHT / most
            y -= height
            pieces.append(
                Piece(
                    kind=kind,
                    words=f"{day}: {count} {kind}",
                    x=x,
                    y=round(y, 1),
                    width=step - _GAP,
                    height=round(height, 1),
                )
            )
    return Plot(
        name="time",
        title="Targets by their worst verdict, on each date",
        width=max(_WIDTH, step * len(answer.rows)),
        height=_HEIGHT + 20,
        pieces=tuple(pieces),
        labels=tuple(labels),
    )


def _counts(row: tuple[Any, ...]) -> list[tuple[str, int]]:
    pairs = zip(_KINDS, row[1:], strict=False)
    return [(kind, int(count)) for kind, count in pairs if count]


def _sum(row: tuple[Any, ...]) -> int:
    return sum(count for _, count in _counts(row))


def _end_of(name: str) -> str:
    """Return a name that fits: paths differ at their ends."""
    return name if len(name) <= _LONGEST else f"…{name[1 - _LONGEST :]}"
