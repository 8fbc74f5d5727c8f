"""
Find the comments and long strings of a source file in which a notice stands.

A word of licensing is looked for first, since that is fast; the phrase around
it says whether it speaks of terms, and the comment or string around the phrase
is the notice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from licensescan.reader import cues

_OPENING = re.compile(
    r"[rbuRBU]{0,2}(\"\"\"|'''|/\*|<!--|--\[\[|=begin|\{-|\(\*)"
)
_CLOSING = {
    "/*": "*/",
    "<!--": "-->",
    "--[[": "]]",
    "=begin": "=end",
    "{-": "-}",
    "(*": "*)",
}
"""What ends a comment of several lines, where that is not what began it."""

_INSIDE = "\"':*/._-"
"""What stands before a mark that opens no comment: `"src/*"`."""

_QUOTES = ('"""', "'''")
"""What begins and ends a string of several lines."""

_DATA = frozenset("toml yaml yml ini cfg xml svg".split())
"""Endings of files whose strings are values, not words of an author."""

_TEMPLATES = frozenset(
    "js mjs cjs ts mts cts jsx tsx vue svelte coffee go html htm".split()
)
"""Endings of languages in which back quotes hold strings of several lines."""

_MARGINS = ("#", "//", "%", ";", "--", "!", "'")
"""How a line of a comment begins at the head of a file."""

_MARGIN = re.compile(r"[ \t]*(#|//|--|%|;|!|\*|dnl\b|REM\b)")
"""How a line of a comment begins anywhere."""

_STRING = re.compile(r"[ \t]*[bfuBFU(]*([\"']).*(?<![,:{\[])$", re.MULTILINE)
_TRAILING = re.compile(r"\s(?:#|//)\s")
"""What begins a comment behind code."""

_INPUT, _MORE_INPUT = ">>>", "..."
"""How lines of an interpreter begin."""

_LITERAL = re.compile(r"(?<![\w\"'`])([\"'`]{1,2})(?=\w)[^\"'`\n]{1,80}\1")
"""A value between quotes, in prose about code."""

_GIVING = frozenset("a an are by is the this to under with".split())
"""Words before a quoted name that may be given, and not shown."""

_BREAK = re.compile(
    r"\n(?:[^\w\n]*\n)+|\n(?=[ \t]*[rbuRBU]{0,2}(?:\"\"\"|'''))"
)
"""
What stands between two paragraphs: lines without a letter; a docstring is one.
"""

_DISCLAIMER = re.compile(r"(?i)warrant|liab|\bas[ -]is\b|copyright")

_BEFORE, _BEHIND = 1 << 10, 4 << 10
"""
Characters of a paragraph before its first phrase and behind the last one.
"""


class Block(NamedTuple):
    """A comment, or a string (`quoted`), and the number of lines before it."""

    text: str
    line: int
    quoted: bool = False


class Span(NamedTuple):
    """Where something stands in a text; `quoted` is True for a string."""

    start: int
    end: int
    quoted: bool = False


def leading_comment(text: str) -> str:
    """
    Return the leading comment or docstring of a source file; "" when code
    comes first. Empty lines above it stay, so that a line of the notice is
    that line of the file.
    """
    end = offset = 0
    closing = ""
    while offset < len(text):
        stop = text.find("\n", offset)
        stop = len(text) if stop < 0 else stop
        bare = text[offset:stop].strip()
        opening = None if closing else _OPENING.match(bare)
        if opening:
            closing = _CLOSING.get(opening[1], opening[1])
            bare = bare[opening.end() :]
        elif not closing and bare and not bare.startswith(_MARGINS):
            break
        if bare or opening:
            end = stop
        if closing and closing in bare:
            closing = ""
        offset = stop + 1
    return text[:end]


def notices(text: str, ending: str) -> Iterator[Block]:
    """
    Yield the comments and long strings of a source file, called with this
    `ending`, in which terms are spoken of, with the number of lines before
    each; the leading comment first.
    """
    head = leading_comment(text)
    block = _of_head(head)
    if block is not None:
        yield block
    end = len(head)
    hits = cues(text, end)
    marks = _Marks(text)
    for hit in hits:
        if hit < end:
            continue
        span = _enclosing(marks, hit, ending)
        if span is None:
            continue
        end = span.end
        first, last = bisect_left(hits, span.start), bisect_left(hits, end)
        block = _block(text, span, hits[first:last])
        if text.startswith(_QUOTES, span.start):
            block = block._replace(text=_without_examples(block.text))
            if not cues(block.text):
                continue
        yield block


@lru_cache(maxsize=2048)
def _of_head(head: str) -> Block | None:
    """
    Return the notice of a leading comment, None without one. Most files of a
    package have the same.
    """
    hits = cues(head)
    return _block(head, Span(0, len(head)), hits) if hits else None


def _without_examples(text: str) -> str:
    """
    Return a docstring with spaces where it shows what code is given or gives:
    input to an interpreter and what that prints, values between quotes. What is put under a
    quoted name stays: "under the 'Zork License'".
    """
    lines = []
    is_shown = False
    for line in text.split("\n"):
        bare = line.strip()
        # What an example prints goes to the next empty line.
        is_shown = bare.startswith(_INPUT) or (is_shown and bare != "")
        is_example = is_shown or bare.startswith(_MORE_INPUT)
        lines.append("" if is_example else line)
    return _LITERAL.sub(_blank, "\n".join(lines))


def _blank(literal: re.Match[str]) -> str:
    before = literal.string[: literal.start()].split()[-1:]
    is_given = before and before[0].lower() in _GIVING
    return literal[0] if is_given else " " * len(literal[0])


def _block(text: str, span: Span, hits: list[int]) -> Block:
    """
    Return what is shown of a comment with phrases at `hits`: from the first
    paragraph with one to the last, and a disclaimer behind it. Descriptions
    stand around them.
    """
    breaks = [
        Span(*match.span())
        for match in _BREAK.finditer(text, span.start, span.end)
    ]
    first = max(
        (b.end for b in breaks if b.end <= hits[0]), default=span.start
    )
    ends = [*(b.start for b in breaks if b.start > hits[-1]), span.end]
    last = ends[0]
    for end in ends[1:]:
        if not _DISCLAIMER.search(text, last, end):
            break
        last = end
    first = max(first, hits[0] - _BEFORE)
    last = min(last, hits[-1] + _BEHIND)
    return Block(text[first:last], text.count("\n", 0, first), span.quoted)


class _Marks:
    """
    Where marks stand in a text; each is looked for once, however often it is
    asked for.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: dict[str, list[int]] = {}
        self._line: Span | None = None
        self._comment = -1
        self._strings: Span | None = None

    def places(self, mark: str) -> list[int]:
        """Return where a mark stands, in order, without overlaps."""
        places = self._places.get(mark)
        if places is None:
            places = self._places[mark] = []
            place = self.text.find(mark)
            while place >= 0:
                places.append(place)
                place = self.text.find(mark, place + len(mark))
        return places

    def line_at(self, offset: int) -> Span:
        """Return the line around `offset`, without its end."""
        end = self.behind("\n", offset)
        return Span(
            self.before("\n", offset) + 1, len(self.text) if end < 0 else end
        )

    def comment_in(self, line: Span) -> int:
        """Return where a comment behind code begins in a line, else -1."""
        if self._line != line:
            self._line = line
            mark = _TRAILING.search(self.text, line.start, line.end)
            self._comment = mark.start() if mark else -1
            self._strings = _strings(self.text, line)
        return self._comment

    def strings_at(self, line: Span) -> Span | None:
        """Return the lines of strings around a line that is one, too."""
        self.comment_in(line)
        return self._strings

    def before(self, mark: str, offset: int) -> int:
        """Return where the last mark before `offset` stands, else -1."""
        places = self.places(mark)
        index = bisect_left(places, offset)
        return places[index - 1] if index else -1

    def behind(self, mark: str, offset: int) -> int:
        """Return where the first mark from `offset` on stands, else -1."""
        places = self.places(mark)
        index = bisect_left(places, offset)
        return places[index] if index < len(places) else -1


def _enclosing(marks: _Marks, offset: int, ending: str) -> Span | None:
    """Return the comment or long string around `offset`; None for code."""
    text = marks.text
    line = marks.line_at(offset)
    margin = _MARGIN.match(text, line.start, line.end)
    if margin and margin[1] != "*":
        return _lines_alike(text, line, _MARGIN, margin[1])
    comment = _between_marks(marks, offset) or _behind_code(
        marks, line, offset
    )
    if comment or ending in _DATA:
        return comment
    quotes = (*_QUOTES, "`") if ending in _TEMPLATES else _QUOTES
    return _between_quotes(marks, offset, quotes) or marks.strings_at(line)


def _line_at(text: str, offset: int) -> Span:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return Span(start, len(text) if end < 0 else end)


def _lines_alike(
    text: str,
    line: Span,
    pattern: re.Pattern[str],
    mark: str,
) -> Span:
    """Return the lines around `line` that begin as it does."""

    def alike(other: Span) -> bool:
        match = pattern.match(text, other.start, other.end)
        return match is not None and match[1] == mark

    start, end = line.start, line.end
    while start > 0 and alike(above := _line_at(text, start - 1)):
        start = above.start
    while end < len(text) and alike(below := _line_at(text, end + 1)):
        end = below.end
    return Span(start, end)


def _between_marks(marks: _Marks, offset: int) -> Span | None:
    """
    Return the comment with an opening and a closing mark around `offset`.
    """
    text = marks.text
    for opening in ("/*", "<!--", "--[[", "=begin"):
        start = marks.before(opening, offset)
        if start < 0:
            continue
        closing = _CLOSING[opening]
        end = marks.behind(closing, start + len(opening))
        if 0 <= end < offset:
            continue
        if start and (text[start - 1].isalnum() or text[start - 1] in _INSIDE):
            continue
        end = len(text) if end < 0 else end + len(closing)
        return _rows_alike(text, Span(start, end), opening, closing)
    return None


def _rows_alike(text: str, span: Span, opening: str, closing: str) -> Span:
    """
    Return a comment that is alone in its row with those in the rows around it
    that are, too: what an upper one says announces the lower ones.
    """

    def alike(row: Span) -> bool:
        words = text[row.start : row.end].strip()
        is_one = words.count(opening) == 1
        return is_one and words.startswith(opening) and words.endswith(closing)

    first, last = _line_at(text, span.start), _line_at(text, span.end)
    if first != last or not alike(first):
        return span
    while first.start > 0 and alike(above := _line_at(text, first.start - 1)):
        first = above
    while last.end < len(text) and alike(
        below := _line_at(text, last.end + 1)
    ):
        last = below
    return Span(first.start, last.end)


def _between_quotes(
    marks: _Marks, offset: int, quotes: tuple[str, ...]
) -> Span | None:
    """
    Return the string of several lines, between one of `quotes`, around
    `offset`.
    """
    for mark in quotes:
        places = marks.places(mark)
        index = bisect_left(places, offset)
        if index % 2 and index < len(places):
            end = places[index] + len(mark)
            return Span(places[index - 1], end, quoted=True)
    return None


def _behind_code(marks: _Marks, line: Span, offset: int) -> Span | None:
    """Return the comment that follows code in the same line."""
    start = marks.comment_in(line)
    if not 0 <= start < offset:
        return None
    code = marks.text[line.start : start]
    is_string = code.count('"') % 2 or code.count("'") % 2
    return None if is_string else Span(start, line.end)


def _strings(text: str, line: Span) -> Span | None:
    """
    Return the lines around one that are nothing but strings, two or more.
    """
    quote = _STRING.match(text, line.start, line.end)
    if not quote:
        return None
    span = _lines_alike(text, line, _STRING, quote[1])
    return span._replace(quoted=True) if span != line else None
