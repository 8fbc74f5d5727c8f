"""
Exceptions and riders that were found in a text, put to the licenses that they
are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from licensescan.model.kinds import MatchKind
from licensescan.model.texts import Match
from licensescan.standards.gnu import is_gnu
from licensescan.standards.license_list import info
from licensescan.standards.spdx_text import (
    family,
    is_reference,
    is_single,
    with_exception,
)


def bound(matches: Sequence[Match]) -> tuple[list[Match], list[Match]]:
    """
    An exception that stands by itself is joined to the license before it, else
    to a text right after it; without one it is nobody's, and comes second.

    A rider that takes something away (Commons Clause) stands above its license
    as well, and counts without one.
    """
    kept: list[Match] = []
    riders: list[Match] = []
    alone: list[Match] = []
    for previous, match in zip((None, *matches), matches, strict=False):
        category = _category_of_exception(match)
        if category is None:
            if alone and alone[-1] is previous and _opens(previous, match):
                match = _joined(match, alone.pop())
            kept.append(_with_riders(match, riders))
        elif not _join_to_last(kept, match):
            (riders if category in _TAKING_AWAY else alone).append(match)
    if riders:
        kept = sorted([*kept, *riders], key=lambda m: (m.lines, m.expression))
    return kept, alone


def _category_of_exception(match: Match) -> str | None:
    """
    Return ScanCode's category of an exception by itself; None for a license.
    """
    entry = info(match.expression) if is_single(match.expression) else None
    return entry.category if entry is not None and entry.is_exception else None


def _with_riders(match: Match, riders: list[Match]) -> Match:
    """
    Return `match` with those of the `riders` that are for it, and take them
    out.
    """
    own = [
        rider
        for rider in riders
        if rider.part == match.part
        and _takes(match.expression, rider.expression)
    ]
    for rider in own:
        match = _joined(match, rider)
        riders.remove(rider)
    return match


def _join_to_last(kept: list[Match], exception: Match) -> bool:
    """
    Join an exception to the last license in `kept` that takes it, if one does.
    """
    for place in range(len(kept) - 1, -1, -1):
        before = kept[place]
        if before.part == exception.part and _takes(
            before.expression, exception.expression
        ):
            kept[place] = _joined(before, exception)
            return True
    return False


def _opens(exception: Match, text: Match) -> bool:
    """
    Whether an exception stands on top of the text of the license that it is
    for.
    """
    return (
        text.kind == MatchKind.TEXT
        and exception.part == text.part
        and _takes(text.expression, exception.expression)
    )


_TAKING_AWAY = (
    "Source-available",
    "Proprietary Free",
    "Free Restricted",
    "Commercial",
)


def _joined(match: Match, exception: Match) -> Match:
    joined = with_exception(match.expression, exception.expression)
    return replace(
        match,
        expression=joined,
        differences=match.differences + exception.differences,
    )


_EXCEPTIONS_TO = {
    "LLVM-exception": "Apache-2.0",
    "Swift-exception": "Apache-2.0",
    "SHL-2.0": "Apache-2.0",
    "SHL-2.1": "Apache-2.0",
    "fmt-exception": "MIT",
    "CAL-1.0-Combined-Work-Exception": "CAL-1.0",
}
"""
Which license an exception of SPDX's list is for, where that is not a GNU one.
"""


_NAMED_AFTER = ("GPL", "LGPL", "AGPL", "Apache", "MIT", "BSD", "CDDL")
"""The families to which ScanCode's exceptions are."""


def _takes(expression: str, exception: str) -> bool:
    """Return True if the exception is one to this license."""
    if not is_single(expression):
        return False
    if is_reference(exception):
        return family(expression) in _NAMED_AFTER
    license_ = _EXCEPTIONS_TO.get(exception)
    return expression == license_ if license_ else is_gnu(expression)
