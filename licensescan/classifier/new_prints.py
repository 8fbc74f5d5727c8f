"""
Tell a new print of known terms from the print that is known: the words are the
same but for what fills a slot, such as a number of users or a country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from licensescan.model.kinds import MatchKind
from licensescan.model.texts import (
    Clause,
    Detection,
    Difference,
    Match,
    Terms,
)
from licensescan.rulebook.rulebook import load
from licensescan.rulebook.term_families import (
    family_of_terms,
    fills_slot,
    is_another_value,
    told_of,
)
from licensescan.standards.spdx_text import is_reference

_QUOTED = frozenset({"use.territory"})
"""Clauses of which every word may be what fills the slot."""


def with_new_prints(
    detection: Detection,
    read: Callable[[], Terms],
) -> Detection:
    """
    Return a detection in which a match is changed (`modified`) where what
    fills a slot of its family is not what the known print has there. Only a
    text of a family is `read` for its clauses.
    """
    places = [
        at
        for at, match in enumerate(detection.matches)
        if _is_of_family(match)
    ]
    if not places:
        return detection
    slots = [c for c in read().clauses if c.lines and fills_slot(c.clause)]
    matches = list(detection.matches)
    for at in places:
        matches[at] = _marked(matches[at], slots)
    return detection.with_changed(matches)


def _is_of_family(match: Match) -> bool:
    """Return True for the text of terms of a family."""
    is_text = match.kind == MatchKind.TEXT and match.part is None
    if not (is_text and is_reference(match.expression)):
        return False
    return family_of_terms(match.expression) is not None


def _marked(match: Match, slots: Sequence[Clause]) -> Match:
    """Return a match whose words that fill a slot otherwise are what matters."""
    own = [slot for slot in slots if _is_within(slot, match)]
    known = load().terms_of(match.expression)
    differences = [
        replace(one, matters=True)
        if any(_fills(one, slot) for slot in own)
        else one
        for one in match.differences
    ]
    if not any(one.matters for one in differences):
        differences += _other_values(own, known)
    return replace(match, differences=tuple(differences))


def _is_within(slot: Clause, match: Match) -> bool:
    first, last = slot.lines or (0, 0)
    return match.lines[0] <= first and last <= match.lines[1]


def _other_values(
    slots: Iterable[Clause],
    known: Terms,
) -> Iterator[Difference]:
    """Yield the values that the known print has not."""
    seen = set[str]()
    for slot in slots:
        values = " ".join(told_of(slot))
        is_first = slot.clause not in seen
        seen.add(slot.clause)
        if is_first and is_another_value(slot.clause, values, known):
            yield Difference(
                kind="added",
                lines=slot.lines or (1, 1),
                words=values,
                matters=True,
            )


def _fills(difference: Difference, slot: Clause) -> bool:
    """Return True if added words are what a clause tells of its slot."""
    first, last = slot.lines or (0, 0)
    is_there = difference.lines[0] <= last and first <= difference.lines[1]
    if difference.kind != "added" or not is_there:
        return False
    return not _words(difference.words).isdisjoint(_filling(slot))


def _filling(slot: Clause) -> set[str]:
    """Return the words that fill a slot."""
    return {word for text in _texts(slot) for word in _words(text)}


def _texts(slot: Clause) -> Iterator[str]:
    yield from told_of(slot)
    if slot.clause in _QUOTED:
        yield slot.quote or ""


def _words(text: str) -> set[str]:
    spaced = (c if c.isalnum() else " " for c in text.lower())
    return set("".join(spaced).split())
