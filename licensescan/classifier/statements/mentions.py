"""
Which of the patterns that stand in a text say under which terms something is: a mention
is not a grant.

A name in passing, the title of a text, the history of a license and a list of names are
left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, zip_longest

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.notices import named_in, or_later, renamed
from licensescan.classifier.identify.resolve import Found, gaps, settles
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.wording import is_kind, is_legal, is_mention
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.tags import Tag

SHORT = 12
"""Patterns of fewer words are mentions: they count outside of settled texts only."""

_TERMS_WORDS = 150
"""So many words of unknown terms are a license of their own, which may name others."""

_MENTION = (0, 5, 6, 10_000, 0, 0, 0)
"""
By kind of pattern: of fewer words it is but a mention when a text stands in the same
file.
"""

_VAGUE = 50
"""Names of this relevance are words of other things as well: "Noweb", "Borceux"."""

_LARGE = 500
"""
Words of a license that is so long that its own paragraphs are other people's licenses.
"""

_SAMPLE_WITHIN = 400
"""So many words after a GNU license its appendix ends."""

_NAMES_OF_A_LIST = 12
"""
So many different licenses named in a few words each are a list, not the terms of one
work.
"""

_UNVERSIONED = {"GPL-1.0-or-later": "GPL-", "LGPL-2.0-or-later": "LGPL-"}
"""
What a GNU license is called when nobody says which version, and how its versions begin.
"""

_LESSER, _MANUAL = "LGPL-2.1-or-later", "GFDL"
_RIGHT_BELOW = 3
_COPY_WITHIN = 24
_JOINED_WITHIN, _JOINING = 3, frozenset("or and the license".split())
_ABOVE_WORDS = 60
_POINTER = 40
"""
A notice of fewer words that names a GNU license without its version only points to one.
"""

_SAME_NAME = {"Python-2.0": "PSF-2.0", "PSF-2.0": "Python-2.0"}
"""
Licenses that go by one name: beside the text of the one, the name is no second license.
"""

_DATED = Regex(
    r"(?m)^(?: -- \S.{2,80}<\S+@\S+>  |[\w.+-]{2,40} \([\w.:~+-]+\) [\w-]+; urgency="
    r"|(?:19|20)\d\d-\d\d-\d\d[ \t]{1,4}\S[^<\n]{2,60}<"
    r"|\#{0,4}[ ]?(?:Version|Release|v)?[ ]?\[?\d+\.\d+(?:\.\d+)*\S*[ \t]{1,3}[-(\u2013:]?[ \t]?\(?"
    r"(?:19|20)\d\d-\d\d-\d\d|\d+\.\d+(?:\.\d+)* \(\w{3,9} \d\d?, (?:19|20)\d\d\))"
)
_ENTRIES, _CHRONICLE_ROWS, _HISTORY_ROWS = 3, 12, 2_000
"""So many dated entries make a history; so many rows are looked at."""

_ONLY = Regex(
    r"o(?<!\wo)nly (?:us(?:e|es|ing)|ships?|shipping|includ(?:e|es|ing)|bundl(?:e|es|ing)|link(?:s|ing)? to)"
    r" (?:the|its|their) (?:[\w.+-]+ ){0,3}(?:components?|parts?|librar\w+|modules?|files?|subset)\b"
)
_NARROWED, _PART_WORDS = 32, 12
"""
Words after a name in which its sentence may be narrowed to a part, and words from there
to the part's license.
"""

_WORDS_OF_LATER = 8
_DIGIT = Regex(r"\d")
_CC_VERSION = Regex(r"\b([1-4]) ([05])\b")
_TITLE_ROWS, _TITLE_WORDS = 8, 10
_TO_COME = Regex(r"(?i)^[^\w\n]*(?:change|future) licen[cs]e\b")
"""A field for the license that comes in place of this one, on a date (BUSL-1.1)."""

_FIELD = Regex(r"(?i)^[^\w\n]*licen[cs]e(?:s|d|\(s\)|id)?[\"']?[ \t]*[:=](?!:)")
_GRANT = Regex(
    r"\b(?:released|licen[cs]ed|distributed|available|covered|published)\b(?: \w+){0,3} (?:under|using|by)\b"
    r"|licen[cs]e is\b|\bbears the\b"
)
_ANNOUNCED = Regex(r"(?i)\bfollowing (?:\w+ ){0,2}licen[cs]es?\W*$")
"""The end of a row right above the name of a license of which no text stands there."""

_EARLIER = Regex(
    r"\b(?:in)?compatible with\b|\bversions?(?: \w+){0,6} (?:prior to|before)\b"
    r"|\b(?:prior|previous|earlier|older) (?:versions?|releases?)\b"
)
_TOLD_EARLIER = 16
"""
Words before a name in which it may be said that it is about versions before this one,
or about what goes with it.
"""
_COMPONENT = Regex(
    r"^[ \t]*(?:[-*\u2022+][ \t]+)?[\w.@/+-]+(?:[ \t:]+[\w.@/+-]+){0,2}[ \t:-]+\(?v?\d+(?:\.\d+)+\S*[ \t]*$"
)
_ITEM = Regex(r"[ \t]*(?:[-*\u2022+]|\(?\d{1,2}[.)])[ \t]+")
_ANNOUNCES = Regex(r"(?i)\b(?:licen[cs]es|licen[cs]ed under|covered by|subject to)\b")
_LIST_ROWS = 40
_ROWS_ABOVE = 3
_LISTED = 2
"""
So many components right under a name of a license make it the heading of their list.
"""


def sift(
    found: Sequence[Found], held: Words, marked: Sequence[Tag], known: Store
) -> list[Found]:
    """Leave out what names no license, and mentions beside a text."""
    tagged = {tag.line for tag in marked if tag.expression}
    if _is_list_of_names(found, held):
        return []
    foreign = _unknown_words(found, held, known) > _TERMS_WORDS
    settled = foreign or any(
        settles(one) or (one.pattern.kind == layout.TEXT and one.size > 40)
        for one in found
    )
    texts = [one for one in found if one.pattern.kind == layout.TEXT and one.size > 40]
    is_history: bool | None = None
    kept: list[Found] = []
    before: Found | None = None
    for one in found:
        pattern = one.pattern
        if not pattern.expression or pattern.kind in (
            layout.INTRO,
            layout.CLUE,
            layout.NEGATIVE,
        ):
            continue
        first, last = held.lines(one.start, one.end)
        if pattern.kind >= layout.NOTICE and first == last and first in tagged:
            continue
        if one.size < SHORT and _TO_COME.match(held.rows[first - 1]):
            continue
        few = (
            settled
            and one.size < _MENTION[pattern.kind]
            and " OR " not in pattern.expression
        )
        few = few or (
            one.size == 1
            and pattern.relevance <= _VAGUE
            and len(held.codes) > _TITLE_WORDS
        )
        if (
            few
            and not (kept and _goes_with(one, kept[-1], held))
            and not _is_said(one, texts, found, held)
        ):
            continue
        if one.size < SHORT and is_mention(held.codes, one.start, one.end, known):
            continue
        if one.size < SHORT and _EARLIER.search(
            held.quote(max(0, one.start - _TOLD_EARLIER), one.start)
        ):
            continue
        if one.size < SHORT and _is_two(one, held):
            continue
        if one.size < SHORT and pattern.kind != layout.TEXT:
            is_history = _is_chronicle(held.rows) if is_history is None else is_history
            if is_history:
                continue
        if (
            one.size < SHORT
            and pattern.expression.startswith("GPL-")
            and is_kind(held.codes, one.start, known)
        ):
            continue
        if (
            one.size < SHORT
            and pattern.kind != layout.TEXT
            and _is_left_out(one, found, held, known)
        ):
            continue
        if before is not None and (
            _is_sample(one, before, held) or _says_where(one, before, held)
        ):
            continue
        if before is None or not _is_base(one, before):
            kept.append(_with_version_above(_with_later(one, held), before, held))
        before = one
    kept = _without_bare(
        kept, [tag.expression for tag in marked if tag.expression], held
    )
    kept = [
        one
        for one, below in zip_longest(kept, kept[1:])
        if not introduces(one, below, held, known)
    ]
    texts_of = {
        one.pattern.expression for one in kept if one.pattern.kind == layout.TEXT
    }
    return [
        o
        for o in kept
        if o.pattern.kind == layout.TEXT
        or _SAME_NAME.get(o.pattern.expression) not in texts_of
    ]


def introduces(one: Found, below: Found | None, held: Words, known: Store) -> bool:
    """
    Whether a notice is about the text right below it: it belongs to a license that it
    has no word of the name of.
    """
    if (
        below is None
        or one.pattern.kind != layout.NOTICE
        or below.pattern.kind != layout.TEXT
    ):
        return False
    name = one.pattern.expression
    unnamed = name.startswith("LicenseRef-") and named_in(name, known).isdisjoint(
        held.codes[one.start : one.end]
    )
    return (
        unnamed
        and name != below.pattern.expression
        and below.start - one.end <= _RIGHT_BELOW
    )


def _is_left_out(one: Found, found: Sequence[Found], held: Words, known: Store) -> bool:
    """
    Whether a sentence names the licenses of more than there is, and the next one says
    which part is there and what that is on: "Fitter is GPL-2.0 and MIT licensed. We
    only use its library, which is MIT." A part is named, so that "we only use it in
    demos" takes nothing away.
    """
    end = one.end + _NARROWED
    if known.code("only") not in held.codes[one.end : end] or _FIELD.match(
        held.rows[held.line(one.start) - 1]
    ):
        return False
    after = held.quote(one.end, end)
    told = _ONLY.search(after)
    if told is None:
        return False
    place = one.end + len(after[: told.start()].split())
    return any(
        place < other.start <= place + _PART_WORDS
        for other in found
        if other.pattern.expression
    )


def _is_sample(one: Found, before: Found, held: Words) -> bool:
    """
    Whether a notice is the sample that a GNU license ends with, which tells how to
    apply it.
    """
    stem = before.pattern.expression.partition("-")[0]
    if (
        before.pattern.kind != layout.TEXT
        or before.size < _LARGE
        or one.start - before.end > _SAMPLE_WITHIN
    ):
        return False
    return one.pattern.expression.startswith(
        stem
    ) and "how to apply these terms" in held.quote(before.end, one.start)


def _is_base(one: Found, before: Found) -> bool:
    """
    Whether it is the text of the GPL that follows the LGPL, version 3, which consists
    of it and of what it adds.
    """
    texts = (
        before.pattern.kind == one.pattern.kind == layout.TEXT
        and one.start - before.end < _TITLE_WORDS
    )
    return (
        texts
        and before.pattern.expression.startswith("LGPL-3")
        and one.pattern.expression.startswith("GPL-3")
    )


def _is_chronicle(rows: Sequence[str]) -> bool:
    """Whether a text is a history of changes: what it says of a license was so once."""
    if len(rows) < _CHRONICLE_ROWS:
        return False
    dated = _DATED.finditer("\n".join(rows[:_HISTORY_ROWS]))
    return sum(1 for _ in islice(dated, _ENTRIES)) == _ENTRIES


def _with_later(one: Found, held: Words) -> Found:
    """
    A notice or name of one version of a GNU license, with the later ones that the next
    words may allow; a name of a Creative Commons license without a version, with the
    one that they give.
    """
    pattern = one.pattern
    if pattern.expression.startswith("CC-BY") and one.size < SHORT:
        said = held.quote(one.start, one.end)
        version = (
            _CC_VERSION.search(held.quote(one.end, one.end + SHORT))
            if not _DIGIT.search(said)
            else None
        )
        if version is not None:
            expression = f"{pattern.expression[:-3]}{version[1]}.{version[2]}"
            return replace(one, pattern=replace(pattern, expression=expression))
        return one
    if pattern.kind == layout.TEXT or not pattern.expression.endswith("-only"):
        return one
    expression = or_later(
        pattern.expression, held.quote(one.end, one.end + _WORDS_OF_LATER)
    )
    return (
        one
        if expression == pattern.expression
        else replace(one, pattern=replace(pattern, expression=expression))
    )


def _with_version_above(one: Found, before: Found | None, held: Words) -> Found:
    """
    A notice of a GNU license without a version, with the one that the sentence above it
    gives in its own words.
    """
    pattern = one.pattern
    if pattern.kind != layout.NOTICE or pattern.expression not in _UNVERSIONED:
        return one
    above = max(before.end if before is not None else 0, one.start - _ABOVE_WORDS)
    expression = renamed(held.quote(above, one.end), pattern.expression)
    return (
        one
        if expression == pattern.expression
        else replace(one, pattern=replace(pattern, expression=expression))
    )


def _without_bare(
    found: list[Found], marked: Sequence[str], held: Words
) -> list[Found]:
    """
    What is left without the bare names of GNU licenses in a file that says elsewhere
    which version it means.
    """
    told = [*marked, *(one.pattern.expression for one in found if one.size >= SHORT)]
    versioned = {
        bare
        for bare, start in _UNVERSIONED.items()
        if any(e.startswith(start) and e != bare for e in told)
    }
    if any(e.startswith("LGPL-") for e in told):
        versioned.add(_LESSER)
    if any(
        one.pattern.expression.startswith("GFDL-") and _bare(one, held) != _MANUAL
        for one in found
    ):
        versioned.add(_MANUAL)
    return [
        one
        for one in found
        if one.size >= _POINTER or _bare(one, held) not in versioned
    ]


def _bare(one: Found, held: Words) -> str:
    """
    What the name of a license stands for; "Lesser", which the LGPL is called since 2.1,
    is no version of it, and the GFDL is all that a reference without a number means.
    """
    expression = one.pattern.expression
    lesser = expression == _LESSER and one.size < SHORT
    manual = (
        expression.startswith("GFDL-")
        and "invariants" not in expression
        and one.size < _POINTER
    )
    if (lesser or manual) and not any(map(str.isdigit, held.quote(one.start, one.end))):
        return _LESSER if lesser else _MANUAL
    return expression if expression != _LESSER else ""


def _says_where(one: Found, before: Found, held: Words) -> bool:
    """
    Whether an address is where a copy can be had of the license that was named right
    before.
    """
    if one.pattern.kind != layout.REFERENCE or one.start - before.end > _COPY_WITHIN:
        return False
    address = held.quote(one.start, one.start + 1) in ("http", "https", "www")
    return address and "copy" in held.quote(before.end, one.start).split()


def _is_said(
    one: Found, texts: Sequence[Found], found: Sequence[Found], held: Words
) -> bool:
    """
    Whether a few words beside a text say which license something else is on: "License:
    X", "released under X".

    Right above one of the `texts` they are its title, unless they stand in a sentence
    that does not lead to it, or another name stands between.
    """
    first, last = held.lines(one.start, one.end)
    if _is_listed(one, first, held):
        return True
    before = held.quote(max(0, one.start - 8), one.start + 4)
    is_granted = one.pattern.expression not in _UNVERSIONED and bool(
        _GRANT.search(before)
    )
    if len(held.rows[first - 1].split()) <= _TITLE_WORDS:
        # `texts` stand in order, and a notice of hundreds of parts has as many.
        following = texts[
            bisect_left(texts, held.starts[first - 1], key=lambda text: text.start) :
        ][:1]
        below = next(
            (text for text in following if held.line(text.start) <= last + _TITLE_ROWS),
            None,
        )
        if below is not None and not _is_parted(one, below, found):
            rows = held.rows[first - 1 : max(last, held.line(below.start) - 1)]
            if not is_granted or any(row.rstrip().endswith(":") for row in rows):
                return False
        if _ANNOUNCED.search(_row_above(held.rows, first)):
            return True
    if _FIELD.match(held.rows[first - 1]) or _heads_a_list(held.rows, last):
        return True
    return _follows_a_copyright(one, first, held) or is_granted


def _is_parted(one: Found, below: Found, found: Sequence[Found]) -> bool:
    """
    Whether the title of the text `below`, or the name of another license, stands
    between `one` and that text.
    """
    between = (o.pattern.expression for o in found if one.end <= o.start < below.start)
    return any(name and name != one.pattern.expression for name in between)


def _row_above(rows: Sequence[str], line: int) -> str:
    return next(
        (
            row
            for row in reversed(rows[max(0, line - 1 - _ROWS_ABOVE) : line - 1])
            if row.strip()
        ),
        "",
    )


def _is_two(one: Found, held: Words) -> bool:
    """
    Whether a name ends with the beginning of the next: "LICENSE-APACHE-LLVM,
    LICENSE-MIT" names no LLVM license.
    """
    words = held.quote(one.start, one.end).split()
    if len(words) < 2 or words[-1] != "license" or one.pattern.kind != layout.REFERENCE:
        return False
    row = held.rows[held.line(one.end - 1) - 1].lower()
    return (
        re.search(rf"\b{re.escape(words[-2])}\W*[,;]\W*licen[cs]e\b", row) is not None
    )


def _goes_with(one: Found, before: Found, held: Words) -> bool:
    """
    Whether a name is joined to one that counts: "available under the ISC license or the
    MIT license".
    """
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


def _heads_a_list(rows: Sequence[str], line: int) -> bool:
    """
    Whether components with their versions are listed right under a line: it is on their
    license.
    """
    below = [row for row in rows[line : line + _TITLE_ROWS] if row.strip(" \t-=*#_~+")][
        : _LISTED + 1
    ]
    return sum(1 for row in below if _COMPONENT.match(row)) >= _LISTED


def _follows_a_copyright(one: Found, line: int, held: Words) -> bool:
    """
    Whether the holder of something is named right before its license: "tree.h,
    copyright N. N. Two clause BSD".
    """
    above = held.rows[line - 2] if line > 1 else ""
    row = f"{above} {held.rows[line - 1]}".lower()
    return (
        0
        <= row.find("copyright ")
        < row.find(held.quote(one.start, one.start + 1), len(above))
    )


def _is_listed(one: Found, line: int, held: Words) -> bool:
    """
    Whether a name is an item of a list that a sentence on licenses announces: "covered
    by three licenses:".
    """
    if not _ITEM.match(held.rows[line - 1]) or one.start - held.starts[line - 1] > 1:
        return False
    for row in reversed(held.rows[max(0, line - _LIST_ROWS) : line - 1]):
        if row.rstrip().endswith(":"):
            return bool(_ANNOUNCES.search(row))
    return False


def _unknown_words(found: Sequence[Found], held: Words, known: Store) -> int:
    """
    How many words of terms there are that no license accounts for: what is named among
    them is a mention.
    """
    named = [one for one in found if one.pattern.expression]
    return sum(
        end - start
        for start, end in gaps(named, len(held.codes))
        if is_legal(held.codes[start:end], known)
    )


def _is_list_of_names(found: Sequence[Found], held: Words) -> bool:
    """
    Whether a text does nothing but name licenses, many of them: an index, a list of
    classifiers. What stands in a License field is the license of something.
    """
    short = [one for one in found if one.pattern.expression and one.size < SHORT]
    if len({one.pattern.expression for one in short}) < _NAMES_OF_A_LIST:
        return False
    named = {
        one.pattern.expression
        for one in short
        if not _FIELD.match(held.rows[held.line(one.start) - 1])
    }
    texts = sum(
        1
        for o in found
        if o.pattern.expression
        and o.size >= SHORT
        and o.pattern.kind != layout.REFERENCE
    )
    return len(named) >= _NAMES_OF_A_LIST and texts * 4 < len(named)
