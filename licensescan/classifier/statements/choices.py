"""
Choices: licenses between which a text puts nothing but "or".

A choice adds a match of its own; the licenses that it offers stay where they
were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import letters_of
from licensescan.classifier.identify.words import Words
from licensescan.model.reasons import Reason
from licensescan.model.texts import Expression
from licensescan.model.trace import Trace
from licensescan.standards.gnu import text_of
from licensescan.standards.license_list import info
from licensescan.standards.spdx_expression import join_or
from licensescan.standards.spdx_text import (
    has_choice,
    has_sum,
    is_single,
    with_exception,
)

_OR = frozenset("or either".split())
_BETWEEN = frozenset(
    (
        "or either and the of under terms conditions license licences licenses your option choice at alternatively "
        "dual licensed version as well see any following one these to is this file software may be used you also "
        "available"
    ).split()
)
"""Words that say nothing else than that there is a choice."""

_MOST = 10
"""More words between two licenses tell a story."""

_OFFERED = Regex(
    r"\b(?:under (?:the )?(?:terms of )?either|either (?:one )?of (?:the |these )|(?:at )?your (?:option|choice)"
    r"|(?:dual|tri|triple|multi)(?:ple)? ?licensed|you (?:may|can) (?:choose|select|pick)"
    r"|choose (?:either|one|between|which)|(?:one|any) of the (?:following|these|two|three) licenses)\b"
)
_MOST_TEXTS, _PROSE_WORDS = 3, 150

_TOLD_BEFORE = 6
_DUAL = frozenset("dual dually dualy".split())


@dataclass(frozen=True, slots=True)
class Choice:
    """
    A choice between `members`, which is said about the words from `start` to
    `end`.
    """

    start: int
    end: int
    expression: Expression
    members: tuple[Occurrence, ...]


def without_narrower(
    found: Sequence[Occurrence],
    chosen: Sequence[Choice],
    trace: Trace[Occurrence],
) -> list[Occurrence]:
    """
    Return what is left without notices that offer only some of the licenses of
    a choice which they are part of.
    """
    narrower = {
        id(one)
        for choice in chosen
        for one in choice.members
        if has_choice(one.pattern.expression)
    }
    return [
        one
        for one in found
        if id(one) not in narrower or not trace.drops(Reason.NARROWER, one)
    ]


def choices(
    kept: Sequence[Occurrence],
    found: Sequence[Occurrence],
    held: Words,
    store: Store,
) -> list[Choice]:
    """
    The choices among the licenses `kept`, in order; `found` is all that was
    recognised, titles and references too.

    "A or B", "A, B or C", "either A or B", "A or, at your option, B"; "dual
    licensed under A and B"; and texts below a sentence that leaves the choice
    between them.
    """
    if len(kept) < 2:
        return []
    offered_above = _offered_above(kept, held)
    if offered_above:
        return offered_above
    explained = bytearray(len(held.codes))
    for one in found:
        explained[one.start : one.end] = b"\1" * (one.end - one.start)
    chosen: list[Choice] = []
    group: list[Occurrence] = [kept[0]]
    offered = False
    for one, two in pairwise(kept):
        joint = _joint(one, two, explained, held, store)
        if joint is None:
            chosen += _choice(group, offered)
            group, offered = [two], False
        else:
            group.append(two)
            offered = offered or joint
    return chosen + _choice(group, offered)


def _choice(group: Sequence[Occurrence], offered: bool) -> list[Choice]:
    names = _with_exceptions([one.pattern.expression for one in group])
    if (
        not offered
        or len({text_of(name) for name in names}) < 2
        or any(has_sum(name) for name in names)
    ):
        return []
    expression = join_or(*map(Expression, names))
    return [
        Choice(group[0].end - 1, group[-1].start + 1, expression, tuple(group))
    ]


def _with_exceptions(names: Iterable[str]) -> list[str]:
    """
    The different `names`; an exception belongs to the license right before it,
    and alone it is no branch.
    """
    told: list[str] = []
    for name in names:
        known = info(name) if is_single(name) else None
        if known is None or not known.is_exception:
            told.append(name)
        elif told and is_single(told[-1]):
            told[-1] = with_exception(told[-1], name)
    return list(dict.fromkeys(told))


def _offered_above(kept: Sequence[Occurrence], held: Words) -> list[Choice]:
    """
    The choice between two or three texts that the first words of a file leave
    to its reader.
    """
    texts = [one for one in kept if one.pattern.kind == layout.TEXT]
    names = list(dict.fromkeys(one.pattern.expression for one in texts))
    if (
        not 2 <= len(names) <= _MOST_TEXTS
        or not 0 < texts[0].start <= _PROSE_WORDS
    ):
        return []
    if {text_of(one.pattern.expression) for one in kept} - {
        text_of(name) for name in names
    }:
        return []
    above = held.quote(0, texts[0].start)
    for one in kept:
        if one.end <= texts[0].start:
            above = above.replace(held.quote(one.start, one.end), "")
    if not _OFFERED.search(above):
        return []
    return [
        Choice(
            0, texts[0].start, join_or(*map(Expression, names)), tuple(texts)
        )
    ]


def _joint(
    one: Occurrence,
    two: Occurrence,
    explained: bytearray,
    held: Words,
    store: Store,
) -> bool | None:
    """
    Whether there is an "or" between two licenses; None when more is said
    there, or they only stand side by side.
    """
    if two.start - one.end > _MOST * 4:
        return None
    between = [
        c
        for at, c in enumerate(held.codes[one.end : two.start], one.end)
        if not explained[at]
    ]
    if len(between) > _MOST or not set(between) <= letters_of(store, _BETWEEN):
        return None
    ors, dual = letters_of(store, _OR), letters_of(store, _DUAL)
    if not ors.isdisjoint(between):
        return True
    if not dual.isdisjoint(
        held.codes[max(0, one.start - _TOLD_BEFORE) : one.start + 2]
    ):
        return True
    listed = (
        one.pattern.kind >= layout.NOTICE
        and held.line(two.start) - held.line(one.end - 1) <= 1
        and not between
    )
    return False if listed else None
