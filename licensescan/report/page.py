"""The rows of a text for people: headings, and text wrapped below a margin."""

from __future__ import annotations

import textwrap

from licensescan.report.layout import Layout
from licensescan.report.terminal import columns_of, narrowed, paint

_MARGIN = 10
"""Columns before what is said about a component."""

_HEADING = 12
"""Columns of a heading of a row: `environment`, `profile`."""

_NARROWEST = 30
"""Columns of wrapped text, however wide its label is."""


class Page:
    """The rows of a text report, added section by section."""

    def __init__(self, layout: Layout) -> None:
        self.width = layout.width
        self.verbose = layout.verbose
        self.color = layout.color
        self.rows: list[str] = []

    def add_headed(self, heading: str, text: str) -> None:
        """Add a row behind a heading."""
        self.rows.append(f"{self.painted(heading, 'head', _HEADING)} {text}")

    def add_wrapped(
        self, text: str, *, label: str = "", most: int | None = None
    ) -> None:
        """
        Add `text` below the margin, behind `label`, in at `most` so many rows.
        """
        margin = " " * _MARGIN
        width = narrowed(
            text, max(self.width, _MARGIN + len(label) + _NARROWEST)
        )
        rows = textwrap.wrap(
            text,
            width,
            initial_indent=margin + label,
            subsequent_indent=margin + " " * len(label),
            break_on_hyphens=False,
        )
        if most is not None and len(rows) > most:
            last = rows[most - 1][: width - 2]
            rows = [*rows[: most - 1], f"{last} …"]
        self.rows += rows

    def painted(self, piece: str, role: str, columns: int) -> str:
        """Return `piece` in the color of its role, filled up to `columns`."""
        blanks = " " * (columns - columns_of(piece))
        painted = paint(piece, role) if self.color else piece
        return painted + blanks

    def add_topic(self, heading: str, text: str) -> None:
        """Add a row on a topic, wrapped beside its heading."""
        columns = _HEADING + 1
        width = narrowed(text, max(self.width - columns, _NARROWEST))
        rows = textwrap.wrap(text, width, break_on_hyphens=False)
        self.rows.append("")
        self.add_headed(heading, rows[0])
        self.rows += [" " * columns + row for row in rows[1:]]
