"""
How a few words say that something is under a license, where a name alone is no
grant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.statements.sifting import Sifting
from licensescan.model.reasons import Reason
from licensescan.standards.gnu import is_unversioned

_FIELD = Regex(
    r"(?i)^[^\w\n]*licen[cs]e(?:s|d|\(s\)|id)?[\"']?[ \t]*[:=](?!:)"
)
_GRANT = Regex(
    r"\b(?:released|licen[cs]ed|distributed|available|covered|published)\b(?: \w+){0,3} (?:under|using|by)\b"
    r"|licen[cs]e is\b|\bbears the\b"
)
_ANNOUNCED = Regex(r"(?i)\bfollowing (?:\w+ ){0,2}licen[cs]es?\W*$")
"""
The end of a row right above the name of a license of which no text stands
there.
"""

_COMPONENT = Regex(
    r"^[ \t]*(?:[-*\u2022+][ \t]+)?[\w.@/+-]+(?:[ \t:]+[\w.@/+-]+){0,2}[ \t:-]+\(?v?\d+(?:\.\d+)+\S*[ \t]*$"
)
_LISTED = 2
"""
So many components right under a name of a license make it the heading of their
list.
"""

_ITEM = Regex(r"[ \t]*(?:[-*\u2022+]|\(?\d{1,2}[.)])[ \t]+")
_ANNOUNCES = Regex(
    r"(?i)\b(?:licen[cs]es|licen[cs]ed under|covered by|subject to)\b"
)
_LIST_ROWS = 40
_ROWS_ABOVE = 3
TITLE_ROWS, TITLE_WORDS = 8, 10
_JOINED_WITHIN, _JOINING = 3, frozenset("or and the license".split())


def grant_of(one: Occurrence, at: Sifting) -> Reason | None:
    """
    Return how a few words beside a text say which license something else is
    on, as "License: X" and "released under X" do; None if they do not.
    """
    return next((reason for reason, holds in _GRANTS if holds(one, at)), None)


def is_joined(one: Occurrence, at: Sifting) -> bool:
    """
    Return True if a name is joined to one that counts: "available under the
    ISC license or the MIT license".
    """
    if not at.kept:
        return False
    before, held = at.kept[-1], at.held
    between = (
        held.quote(before.end, one.start).split()
        if 0 < one.start - before.end <= _JOINED_WITHIN
        else []
    )
    return (
        before.pattern.kind != layout.TEXT
        and bool(between)
        and _JOINING.issuperset(between)
    )


def is_short_row(one: Occurrence, at: Sifting) -> bool:
    """Return True if a name stands in a row with little else."""
    return len(at.row(one).split()) <= TITLE_WORDS


def _is_announced(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for the only name in a row below one that announces a license.
    """
    if not is_short_row(one, at):
        return False
    above = _row_above(at.held.rows, at.held.line(one.start))
    return bool(_ANNOUNCED.search(above))


def is_in_field(one: Occurrence, at: Sifting) -> bool:
    """Return True if the row of a name begins as a License field."""
    return bool(_FIELD.match(at.row(one)))


def is_granted(one: Occurrence, at: Sifting) -> bool:
    """Return True if the words before a license that has a version give it."""
    before = at.held.quote(max(0, one.start - 8), one.start + 4)
    return not is_unversioned(one.pattern.expression) and bool(
        _GRANT.search(before)
    )


def is_listed(one: Occurrence, at: Sifting) -> bool:
    """
    Return True if a name is an item of a list that a sentence on licenses
    announces: "covered by three licenses:".
    """
    held, line = at.held, at.held.line(one.start)
    if (
        not _ITEM.match(held.rows[line - 1])
        or one.start - held.starts[line - 1] > 1
    ):
        return False
    for row in reversed(held.rows[max(0, line - _LIST_ROWS) : line - 1]):
        if row.rstrip().endswith(":"):
            return bool(_ANNOUNCES.search(row))
    return False


def _heads_components(one: Occurrence, at: Sifting) -> bool:
    """
    Return True if components with their versions are listed right under a
    name, which is their license.
    """
    rows, line = at.held.rows, at.held.lines(one.start, one.end)[1]
    below = [
        row
        for row in rows[line : line + TITLE_ROWS]
        if row.strip(" \t-=*#_~+")
    ][: _LISTED + 1]
    return sum(1 for row in below if _COMPONENT.match(row)) >= _LISTED


def _follows_a_copyright(one: Occurrence, at: Sifting) -> bool:
    """
    Return True if the holder of something is named right before its license:
    "tree.h, copyright N. N. Two clause BSD".
    """
    held, line = at.held, at.held.line(one.start)
    above = held.rows[line - 2] if line > 1 else ""
    row = f"{above} {held.rows[line - 1]}".lower()
    return (
        0
        <= row.find("copyright ")
        < row.find(held.quote(one.start, one.start + 1), len(above))
    )


def _row_above(rows: Sequence[str], line: int) -> str:
    return next(
        (
            row
            for row in reversed(
                rows[max(0, line - 1 - _ROWS_ABOVE) : line - 1]
            )
            if row.strip()
        ),
        "",
    )


_GRANTS: tuple[tuple[Reason, Callable[[Occurrence, Sifting], bool]], ...] = (
    (Reason.LISTED, is_listed),
    (Reason.ANNOUNCED, _is_announced),
    (Reason.FIELD, is_in_field),
    (Reason.HEADS_COMPONENTS, _heads_components),
    (Reason.AFTER_COPYRIGHT, _follows_a_copyright),
    (Reason.GRANTED, is_granted),
)
"""How a few words beside a text say that something is under a license."""
