"""
Tags: an expression that says of itself what it is, `SPDX-License-Identifier`
(SPDX 2.3, annex E) or the License field of a DEP-5 stanza, which says it of
the files that the stanza lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from licensescan.base.lazy_regex import Regex
from licensescan.model.texts import Expression
from licensescan.standards.spdx_expression import longest
from licensescan.standards.spdx_text import (
    has_operator,
    is_single,
    is_unfinished,
    joined,
)

_TAG = Regex(
    r"SPDX-?Licen[cs]e-?(?:Identifier|Expression)[ \t]*[:=]+[ \t]*[\"'`(]?[ \t]*"
    r"([(]*[A-Za-z0-9][A-Za-z0-9.+:_-]*(?:[ \t]+[(]*[A-Za-z0-9][A-Za-z0-9.+:_-]*[)]*|[)]){0,60})",
    re.IGNORECASE,
)
_STANZA = Regex(
    r"^[ \t]*Files?[ \t]*:[ \t]*\S.*\n(?:(?:[ \t]+\S|(?!Licen[cs]e\b|Files?\b)[A-Z][\w-]*[ \t]*:).*\n){0,200}?"
    r"[ \t]*Licen[cs]e[ \t]*:[ \t]*(\S.*)$",
    re.MULTILINE,
)
_FIELD = Regex(
    r"icen[cs]e(?:s|d|Id)?[\"'*]*[ \t]*[:=][ \t]*[\"'*`]*"
    r"([(]*[A-Za-z0-9][\w.+-]*[)]*(?:[ ]+(?:AND|OR|WITH)[ ]+[(]*[A-Za-z0-9][\w.+-]*[)]*){1,30})"
)
"""A License field with an expression of more than one license, anywhere."""

_BEFORE = Regex(r"[^\w\n]*[Ll]\Z")
_NEXT = Regex(
    r"[ \t]*\r?\n[^\w()\n]{0,12}(?:(?:dnl|rem)[ \t])?[ \t]*([()A-Za-z0-9][A-Za-z0-9.+:_()\t -]{0,120})",
    re.IGNORECASE,
)
_ID = Regex(
    r"(?:[AL]?GPL|LGPL|BSD|Apache|MPL|EPL|CDDL|CC|MIT|ISC|Zlib|X11)(?:-[\w.+-]+)?"
)
"""Ids that are none but a license's."""

_MOST_LINES = 8
"""Lines over which an expression may go on."""
_FILES = Regex(r"Files?[ \t]*:")
"""
What a stanza has; a pattern that begins with plain letters is looked for ten
times as fast.
"""


@dataclass(frozen=True, slots=True)
class Tag:
    """
    A tag at `line` (from 1): its expression, or None when it is no valid one,
    and the words as written.
    """

    line: int
    expression: Expression | None
    written: str


def tags(text: str) -> list[Tag]:
    """
    Every tag in `text`, in order. A License field that is no expression is
    words like any other.
    """
    found: list[Tag] = []
    if (
        "dentifier" in text
        or "DENTIFIER" in text
        or "icense-Expression" in text
    ):
        found += _each(_TAG, text)
    if "icen" in text and _FILES.search(text):
        found += [tag for tag in _each(_STANZA, text) if tag.expression]
    if "icense" in text and has_operator(text):
        lines = {tag.line for tag in found}
        found += [tag for tag in _fields(text) if tag.line not in lines]
    return sorted(found, key=lambda tag: tag.line)


def _fields(text: str) -> Iterator[Tag]:
    """
    The License fields at the beginning of a line that hold a valid expression.
    """
    for match in _FIELD.finditer(text):
        begin = text.rfind("\n", 0, match.start()) + 1
        expression = (
            _longest(match[1])
            if _BEFORE.match(text, begin, match.start())
            else None
        )
        if expression and not is_single(expression):
            yield Tag(
                text.count("\n", 0, match.start()) + 1, expression, match[1]
            )


def _each(pattern: Regex, text: str) -> Iterator[Tag]:
    line, place = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", place, match.start(1))
        place = match.start(1)
        written = match[1]
        if is_unfinished(written):
            written = _continued(written, text, match.end())
        yield Tag(line, _longest(written), written.strip())


def _continued(written: str, text: str, end: int) -> str:
    """
    An expression with what stands in the next lines, behind the same comment
    marks.
    """
    for _ in range(_MOST_LINES):
        more = _NEXT.match(text, end)
        if more is None:
            break
        written, end = f"{written.rstrip()} {more[1].strip()}", more.end()
        if not is_unfinished(written):
            break
    return written


def _longest(written: str) -> Expression | None:
    """
    Return the longest beginning that is a valid expression: comment closers
    and prose may follow on the line. Ids with nothing between them (U-Boot's
    "GPL-2.0+ BSD-2-Clause") all count.
    """
    plain = list(takewhile(_ID.fullmatch, written.split()))
    return longest(joined("AND", plain) if len(plain) > 1 else written)
