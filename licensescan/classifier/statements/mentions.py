"""
Which of the patterns that stand in a text say under which terms something is:
a mention is not a grant.

A name in passing, the title of a text, the history of a license and a list of
names are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.notices import named_in
from licensescan.classifier.identify.occurrences import (
    Occurrence,
    gaps,
    settles,
)
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.wording import (
    is_kind,
    is_legal,
    is_mention,
)
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.bare_names import (
    with_later,
    with_version_above,
    without_bare,
)
from licensescan.classifier.statements.grants import (
    TITLE_ROWS,
    TITLE_WORDS,
    grant_of,
    is_granted,
    is_in_field,
    is_joined,
    is_listed,
    is_short_row,
)
from licensescan.classifier.statements.sifting import SHORT, Sifting
from licensescan.classifier.statements.tags import Tag
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace
from licensescan.standards.gnu import consists_of
from licensescan.standards.spdx_text import family, has_choice, is_reference

_TERMS_WORDS = 150
"""
So many words of unknown terms are a license of their own, which may name
others.
"""

_NO_NAMES = (layout.INTRO, layout.CLUE, layout.NEGATIVE)
"""Kinds of patterns that name no license."""

_MENTION = (0, 5, 6, 10_000, 0, 0, 0)
"""
By kind of pattern: of fewer words it is but a mention when a text stands in
the same file.
"""

_VAGUE = 50
"""
Names of this relevance are words of other things as well: "Noweb", "Borceux".
"""

_LARGE = 500
"""
Words of a license that is so long that its own paragraphs are other people's
licenses.
"""

_SAMPLE_WITHIN = 400
"""So many words after a GNU license its appendix ends."""

_NAMES_OF_A_LIST = 12
"""
So many different licenses named in a few words each are a list, not the terms
of one work.
"""

_RIGHT_BELOW = 3
_COPY_WITHIN = 24
_SAME_NAME = {"Python-2.0": "PSF-2.0", "PSF-2.0": "Python-2.0"}
"""
Licenses that go by one name: beside the text of the one, the name is no second
license.
"""

_ONLY = Regex(
    r"o(?<!\wo)nly (?:us(?:e|es|ing)|ships?|shipping|includ(?:e|es|ing)|bundl(?:e|es|ing)|link(?:s|ing)? to)"
    r" (?:the|its|their) (?:[\w.+-]+ ){0,3}(?:components?|parts?|librar\w+|modules?|files?|subset)\b"
)
_NARROWED, _PART_WORDS = 32, 12
"""
Words after a name in which its sentence may be narrowed to a part, and words
from there to the part's license.
"""

_TO_COME = Regex(r"(?i)^[^\w\n]*(?:change|future) licen[cs]e\b")
"""
A field for the license that comes in place of this one, on a date (BUSL-1.1).
"""

_EARLIER = Regex(
    r"\b(?:in)?compatible with\b|\bversions?(?: \w+){0,6} (?:prior to|before)\b"
    r"|\b(?:prior|previous|earlier|older) (?:versions?|releases?)\b"
    r"|\bnot mean\b|\bcombin\w+ (?:[\w.-]+ ){1,4}with other\b"
)
_TOLD_EARLIER = 16
"""
Words before a name in which it may be said that it is about versions before
this one, about what goes with it, or what is not meant.
"""


def sift(
    found: Sequence[Occurrence],
    held: Words,
    marked: Sequence[Tag],
    known: Store,
    trace: Trace[Occurrence] = SILENT,
) -> list[Occurrence]:
    """
    Return those of `found` that say under which terms something is, in order:
    what no row of `_ROWS` holds for.
    """
    tags = [tag for tag in marked if tag.expression]
    at = Sifting(
        found=found,
        held=held,
        known=known,
        texts=[
            o for o in found if o.pattern.kind == layout.TEXT and o.size > 40
        ],
        tagged={tag.line for tag in tags},
        is_settled=_is_settled(found, held, known),
    )
    if _is_list_of_names(at):
        found = [
            one for one in found if not trace.drops(Reason.LIST_OF_NAMES, one)
        ]
    for one in found:
        if not _is_dropped(one, at, trace):
            _keep(one, at, trace)
    kept = without_bare(
        at.kept,
        [tag.expression for tag in tags if tag.expression],
        held,
        trace,
    )
    kept = _without_introductions(kept, held, known, trace)
    return _without_namesakes(kept, trace)


def _is_settled(
    found: Sequence[Occurrence], held: Words, known: Store
) -> bool:
    """
    Return True for a text in which a name needs a grant to count: it holds
    license texts, or many unknown words of terms, among which what is named is
    a mention.
    """
    if any(
        settles(o) or (o.pattern.kind == layout.TEXT and o.size > 40)
        for o in found
    ):
        return True
    named = [one for one in found if one.pattern.expression]
    unknown = sum(
        end - start
        for start, end in gaps(named, len(held.codes))
        if is_legal(held.codes[start:end], known)
    )
    return unknown > _TERMS_WORDS


def _keep(one: Occurrence, at: Sifting, trace: Trace[Occurrence]) -> None:
    """
    Keep what no row holds for, under the name that the words around it give
    it.
    """
    before, at.before = at.before, one
    if (
        before is not None
        and _is_base(one, before)
        and trace.drops(Reason.BASE_TEXT, one)
    ):
        return
    at.kept.append(
        with_version_above(with_later(one, at.held), before, at.held)
    )


def _is_dropped(
    one: Occurrence, at: Sifting, trace: Trace[Occurrence]
) -> bool:
    """
    Return True if a row of the table holds for `one`; the first one says why.
    """
    if not one.pattern.expression or one.pattern.kind in _NO_NAMES:
        trace.drops(Reason.NAMES_NOTHING, one)
        return True
    for row in _ROWS if one.size < SHORT else _ROWS_OF_LONG:
        if row.holds(one, at) and trace.drops(row.reason, one):
            return True
    if trace.asked and (_is_few(one, at) or _is_vague(one, at)):
        joined = Reason.JOINED if is_joined(one, at) else Reason.STANDS
        trace.keeps(grant_of(one, at) or joined, one)
    return False


def _is_tagged(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for a notice or name in a row with a tag, which says it better.
    """
    if not at.tagged or one.pattern.kind < layout.NOTICE:
        return False
    first, last = at.held.lines(one.start, one.end)
    return first == last and first in at.tagged


def _is_to_come(one: Occurrence, at: Sifting) -> bool:
    return bool(_TO_COME.match(at.row(one)))


def _is_few(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for so few words beside a text that without a grant they are
    none.
    """
    pattern = one.pattern
    return (
        at.is_settled
        and one.size < _MENTION[pattern.kind]
        and not has_choice(pattern.expression)
    )


def _is_vague(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for one word that means other things, too, where more is said.
    """
    return (
        one.size == 1
        and one.pattern.relevance <= _VAGUE
        and len(at.held.codes) > TITLE_WORDS
    )


def _is_not_given(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for few words by which nothing is said to be under a license.
    """
    return (
        _is_few(one, at)
        and not is_joined(one, at)
        and grant_of(one, at) is None
    )


def _is_vague_word(one: Occurrence, at: Sifting) -> bool:
    return (
        _is_vague(one, at)
        and not is_joined(one, at)
        and grant_of(one, at) is None
    )


def _is_title(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for few words right above a text: they are its title, unless
    they stand in a sentence that does not lead to it, or another name stands
    between.
    """
    if not (_is_few(one, at) or _is_vague(one, at)) or is_joined(one, at):
        return False
    held = at.held
    first, last = held.lines(one.start, one.end)
    if not is_short_row(one, at) or is_listed(one, at):
        return False
    # The texts stand in order, and a notice of hundreds of parts has as many.
    after = bisect_left(
        at.texts, held.starts[first - 1], key=lambda text: text.start
    )
    if after == len(at.texts):
        return False
    below = at.texts[after]
    if held.line(below.start) > last + TITLE_ROWS or _is_parted(
        one, below, at.found
    ):
        return False
    rows = held.rows[first - 1 : max(last, held.line(below.start) - 1)]
    return not is_granted(one, at) or any(
        row.rstrip().endswith(":") for row in rows
    )


def _is_mention(one: Occurrence, at: Sifting) -> bool:
    return is_mention(at.held.codes, one.start, one.end, at.known)


def _is_of_the_past(one: Occurrence, at: Sifting) -> bool:
    above = at.held.quote(max(0, one.start - _TOLD_EARLIER), one.start)
    return bool(_EARLIER.search(above))


def _is_history(one: Occurrence, at: Sifting) -> bool:
    return one.pattern.kind != layout.TEXT and at.is_history


def _is_other_gpl(one: Occurrence, at: Sifting) -> bool:
    return family(one.pattern.expression) == "GPL" and is_kind(
        at.held.codes, one.start, at.known
    )


def _is_left_out(one: Occurrence, at: Sifting) -> bool:
    """
    Return True if a sentence names the licenses of more than there is, and the
    next one says which part is there and what that is on: "Fitter is GPL-2.0
    and MIT licensed. We only use its library, which is MIT." A part is named,
    so that "we only use it in demos" takes nothing away.
    """
    if one.pattern.kind == layout.TEXT:
        return False
    held, end = at.held, one.end + _NARROWED
    if at.known.code("only") not in held.codes[one.end : end] or is_in_field(
        one, at
    ):
        return False
    after = held.quote(one.end, end)
    told = _ONLY.search(after)
    if told is None:
        return False
    place = one.end + len(after[: told.start()].split())
    return any(
        place < other.start <= place + _PART_WORDS
        for other in at.found
        if other.pattern.expression
    )


def _is_two(one: Occurrence, at: Sifting) -> bool:
    """
    Return True if a name ends with the beginning of the next:
    "LICENSE-APACHE-LLVM, LICENSE-MIT" names no LLVM license.
    """
    held = at.held
    if one.pattern.kind != layout.REFERENCE:
        return False
    words = held.quote(one.start, one.end).split()
    if len(words) < 2 or words[-1] != "license":
        return False
    return _begins_next(words[-2], held.rows[held.line(one.end - 1) - 1])


@lru_cache(maxsize=64)
def _begins_next(word: str, row: str) -> bool:
    """Return True if a list in a row goes on with "license" behind a word."""
    pattern = rf"\b{re.escape(word)}\W*[,;]\W*licen[cs]e\b"
    return re.search(pattern, row.lower()) is not None


def _is_sample(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for the notice that is the sample that a GNU license ends with,
    which shows how to apply it.
    """
    before = at.before
    if (
        before is None
        or before.pattern.kind != layout.TEXT
        or before.size < _LARGE
        or one.start - before.end > _SAMPLE_WITHIN
    ):
        return False
    same = family(one.pattern.expression) == family(before.pattern.expression)
    between = at.held.quote(before.end, one.start)
    return same and "how to apply these terms" in between


def _says_where(one: Occurrence, at: Sifting) -> bool:
    """
    Return True for an address that is where a copy can be had of the license
    that was named right before.
    """
    before, held = at.before, at.held
    if (
        before is None
        or one.pattern.kind != layout.REFERENCE
        or one.start - before.end > _COPY_WITHIN
    ):
        return False
    address = held.quote(one.start, one.start + 1) in ("http", "https", "www")
    return address and "copy" in held.quote(before.end, one.start).split()


def _is_base(one: Occurrence, before: Occurrence) -> bool:
    """
    Return True for the text of the GPL that follows the LGPL, version 3, which
    consists of it and of what it adds.
    """
    texts = (
        before.pattern.kind == one.pattern.kind == layout.TEXT
        and one.start - before.end < TITLE_WORDS
    )
    return texts and consists_of(
        before.pattern.expression, one.pattern.expression
    )


def _is_parted(
    one: Occurrence, below: Occurrence, found: Sequence[Occurrence]
) -> bool:
    """
    Return True if the title of the text `below`, or the name of another
    license, stands between `one` and that text.
    """
    between = (
        o.pattern.expression for o in found if one.end <= o.start < below.start
    )
    return any(name and name != one.pattern.expression for name in between)


class _Row(NamedTuple):
    """
    One row of the table: when a mention is dropped, and why. Those `of_short`
    are asked of patterns of fewer than `SHORT` words only.
    """

    reason: Reason
    holds: Callable[[Occurrence, Sifting], bool]
    of_short: bool = False


_ROWS = (
    _Row(Reason.TAGGED_LINE, _is_tagged),
    _Row(Reason.TO_COME, _is_to_come, of_short=True),
    _Row(Reason.TITLE_OF_TEXT, _is_title, of_short=True),
    _Row(Reason.BESIDE_TEXT, _is_not_given),
    _Row(Reason.VAGUE, _is_vague_word, of_short=True),
    _Row(Reason.MENTION, _is_mention, of_short=True),
    _Row(Reason.EARLIER, _is_of_the_past, of_short=True),
    _Row(Reason.TWO_NAMES, _is_two, of_short=True),
    _Row(Reason.HISTORY, _is_history, of_short=True),
    _Row(Reason.KIND_OF_GPL, _is_other_gpl, of_short=True),
    _Row(Reason.LEFT_OUT, _is_left_out, of_short=True),
    _Row(Reason.SAMPLE, _is_sample),
    _Row(Reason.WHERE_TO_READ, _says_where),
)
"""
What makes a mention of what names or gives a license, in the order of asking.
"""


_ROWS_OF_LONG = tuple(row for row in _ROWS if not row.of_short)


def _without_introductions(
    found: list[Occurrence],
    held: Words,
    known: Store,
    trace: Trace[Occurrence],
) -> list[Occurrence]:
    """Return what is left without notices about the text right below them."""
    return [
        one
        for one, below in zip_longest(found, found[1:])
        if not introduces(one, below, held, known)
        or not trace.drops(Reason.INTRODUCES, one)
    ]


def _without_namesakes(
    found: list[Occurrence], trace: Trace[Occurrence]
) -> list[Occurrence]:
    """
    Return what is left without names of which another license's text is there.
    """
    texts = {
        o.pattern.expression for o in found if o.pattern.kind == layout.TEXT
    }
    return [
        one
        for one in found
        if one.pattern.kind == layout.TEXT
        or _SAME_NAME.get(one.pattern.expression) not in texts
        or not trace.drops(Reason.SAME_NAME, one)
    ]


def introduces(
    one: Occurrence, below: Occurrence | None, held: Words, known: Store
) -> bool:
    """
    Return True if a notice is about the text right below it: it belongs to a
    license that it has no word of the name of.
    """
    if (
        below is None
        or one.pattern.kind != layout.NOTICE
        or below.pattern.kind != layout.TEXT
    ):
        return False
    name = one.pattern.expression
    unnamed = is_reference(name) and named_in(name, known).isdisjoint(
        held.codes[one.start : one.end]
    )
    return (
        unnamed
        and name != below.pattern.expression
        and below.start - one.end <= _RIGHT_BELOW
    )


def _is_list_of_names(at: Sifting) -> bool:
    """
    Return True if a text does nothing but name licenses, many of them: an
    index, a list of classifiers. What stands in a License field is the license
    of something.
    """
    short = [
        one for one in at.found if one.pattern.expression and one.size < SHORT
    ]
    if len({one.pattern.expression for one in short}) < _NAMES_OF_A_LIST:
        return False
    named = {
        one.pattern.expression for one in short if not is_in_field(one, at)
    }
    texts = sum(
        1
        for one in at.found
        if one.pattern.expression
        and one.size >= SHORT
        and one.pattern.kind != layout.REFERENCE
    )
    return len(named) >= _NAMES_OF_A_LIST and texts * 4 < len(named)
