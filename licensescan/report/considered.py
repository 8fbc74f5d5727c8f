"""
What was considered and why it counts or does not, for people: what `--why`
adds.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from licensescan.model.considered import Considered
from licensescan.report.escape import line

_LABEL = 9
_QUOTE = 200
"""Characters of a quote that are shown; the JSON holds more of it."""


def rows(
    considered: Sequence[Considered], width: int, name: str = ""
) -> Iterator[str]:
    """
    Rows of at most `width` columns: what was considered in each file, in its
    order, with the reason below each; `name` is what it was considered for.
    """
    dropped = sum(not one.kept for one in considered)
    verb = "does" if dropped == 1 else "do"
    of = f" for {name}" if name else ""
    yield f"considered{of}: {len(considered)}, of which {dropped} {verb} not count"
    for path, group in groupby(considered, attrgetter("path")):
        yield f"  {line(path or '-')}"
        for one in group:
            yield from _one(one, width)


def _one(
    one: Considered,
    width: int,
) -> Iterator[str]:
    named = one.expression or one.clause
    if one.part:
        named = f"part {one.part}" + (f": {named}" if named else "")
    what = ", ".join(filter(None, (_lines(one), one.kind, line(named))))
    quote = line(one.quote)
    if quote:
        cut = quote if len(quote) <= _QUOTE else quote[: _QUOTE - 1] + "…"
        what += f": “{cut}”"
    yield from _row("kept" if one.kept else "dropped", what, width)
    about = f" (for part {line(one.about)})" if one.about else ""
    yield from _row("", f"{one.reason.id}: {one.reason.meaning}{about}", width)


def _lines(one: Considered) -> str:
    if one.lines is None:
        return ""
    first, last = one.lines
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _row(
    label: str,
    text: str,
    width: int,
) -> list[str]:
    head = "    " + label.ljust(_LABEL)
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
