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

from licensescan.reader import ASCII_WORDS, OTHERS, WORDS

_IN_OTHER_WORDS = "|".join(OTHERS)
"""What speaks of terms in other languages than English."""

_PHRASE = re.compile(
    r"(?:licen[cs]|releas|distribut|publish|provid|cover|govern)ed\s+(?:\W\s*)?(?:under|by|for)\b"
    r"|\blicen[cs]ed\b|under\s+(?:\W\s*)?(?:\S+\s+){0,6}(?:licen[cs]e|bsd|apache|cc0|terms)|public\s+dom(?:ai|ia)n"
    r"|same\s+(?:\W\s*)?terms|redistribut\w+\s+(?:\W\s*)?(?:it|this|and|of|in|is|or|the|copies)\b|free\s+software|apache\s*-?2"
    r"|(?:intellectual\s+)?property\s+of|intellectual\s+property|\bfreely\s+(?:\W\s*)?(?:\w+\s+){0,3}(?:us|cop|distribut|redistribut|modif|available)"
    r"|(?:copied|used|use|copy|result|material|file|software)\s+(?:\S+\s+){0,6}without\s+(?:\W\s*)?restriction"
    r"|copying\s+(?:\W\s*)?(?:and|or|of|is|,)|(?:hereby|be|is|are)\s+(?:\W\s*)?(?:\w+\s+)?granted|(?:a|the)\s+licen[cs]e\s+to\b"
    r"|(?:these|following|its|this|same|with|own)\s+(?:\S+\s+){0,3}licen[cs]e|(?:licen[cs]e|licen[cs]ing)\s+(?:is|terms|notice|information)"
    r"|in\s+accordance\s+with\s+the|cc0|retain\s+(?:the\s+\w+\s+|this\s+)copyright"
    r"|(?:available|permitted|used?)\s+(?:\W\s*)?under\b|licen[cs]e\s+agreement|public\s+(?:\W\s*)?licen[cs]e"
    r"|(?:user|community|source|software|mit|bsd|apache|distribution)\s+licen[cs]e|licen[cs]e\s*:|@licen[cs]e"
    r"|under\s+(?:\W\s*)?the\s+\S+\s+(?:\S+\s+){0,3}licen[cs]e|licen[cs]e\s+terms|terms\s+of\s+(?:the|this)\s"
    r"|\b[al]?gpl(?:v?[\d.]+)?\b|affero|non-?\s?commercial|commercial(?:ly)?\s+(?:\W\s*)?(?:use|purpose|licen|exploit)"
    r"|(?:research|evaluation|educational|academic|personal|internal)\s+(?:\W\s*)?(?:use|purpose)s?\b"
    r"|\bconfidential\b(?!\s+(?:interval|level|computing))|\bproprietary\b|trade\s+secret|\beulas?\b"
    r"|permission\s+(?:is|to\s+use)\b|redistribution\s+and\s+use|(?:in|into)\s+the\s+public\s+domain"
    r"|creative\s+commons|\bcc[- ](?:by|0)\b|subject\s+to\s+the\s+terms|patents\s+file|additional\s+grant"
    r"|without\s+(?:\S+\s+){0,5}(?:consent|permission|licen[cs]e)|(?:not|only)\s+(?:be\s+)?permitted"
    r"|(?:may|must|shall|can)\s*not\s+(?:\W\s*)?(?:be\s+)?(?:use|cop[iy]|distribut|redistribut|disclos|reproduc|modif|provid|offer|host|(?:re)?s[eo]ld?l|train|deploy|pass)"
    r"|used\s+only\s+(?:for|with|together|in|by|on)\b|use\s+is\s+(?:limited|restricted)|not\s+allowed\s+to\s+(?:use|cop|dist|redist|sell|modif)"
    r"|no\s+(?:licen[cs]e|rights?|permission)\s+(?:is|are)|only\s+be\s+(?:\W\s*)?(?:used|run|installed|copied|distributed|executed|deployed|operated)"
    r"|(?:buy|purchase)\s+(?:a|the)\s+|not\s+(?:\W\s*)?for\s+(?:\w+\s+){0,2}use|(?:teaching|evaluation)\b.{0,40}\bonly\b"
    r"|subject\s+to\s+(?:the|an?)\s|(?:govern|cover)ed\s+(?:\W\s*)?by|\w\s+(?:use\s+)?agreement\b|right\s+to\s+use"
    r"|(?:carry|carries|bears?|keeps?|has|have|is|are)\s+(?:\W\s*)?(?:the\s+|an?\s+)?(?:\S+\s+){1,3}licen[cs]e|\(\S+\s+(?:\S+\s+)?licen[cs]e\)"
    r"|licen[cs]e\s+(?:from|is\s+required)|only\s+for\s+(?:students|academ|research|educat|personal|private|non|internal|hobb)"
    r"|(?:do|must|may)\s+not\s+(?:use|copy|distribute|sell|resell)\b|\bforbidden\b|is\s+(?:\w+\s+)?prohibited|\bnon-?profit|commercial\s+(?:product|service|model|project)"
    r"|(?:need|buy|requires?)\s+(?:a|an)\s+(?:\w+\s+){0,2}(?:licen[cs]e|plan|subscription)|free\s+(?:of\s+charge|for)\b|for\s+free\b|subscription|solely\s+for"
    r"|\bretain(?:s|ed|ing)?\s+all\s+(?:\w+\s+)?rights"
    r"|(?:not|prohibited)\W.{0,60}\b(?:redistribut|disclos|reproduc)"
    rf"|{_IN_OTHER_WORDS}"
)
"""
How lower-cased words speak of terms: a grant, a name, or what is withheld.
"""

_AROUND = 90
"""Characters on both sides of a word in which its phrase is looked for."""

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

_STRING = re.compile(r"[ \t]*[rbfuRBFU(]*([\"']).*(?<![,:{\[])$", re.MULTILINE)
_TRAILING = re.compile(r"\s(?:#|//)\s")
"""What begins a comment behind code."""

_DOCTEST = re.compile(r"(?m)^[ \t]*>>>.*$")
_GRANT = re.compile(
    r"(?i)\blicen[cs]ed\b|licen[cs]e\s*:\s*\S|@licen[cs]e"
    r"|\bunder\s+(?:\W\s*)?(?:the|an?|cc|version|terms|[\w.+-]*(?:gpl|mit|bsd|apache|mpl|epl|licen[cs]e))"
    r"|subject\s+to|permission\s+(?:is|to)\b|redistribution\s+and\s+use|(?:govern|cover)ed\s+(?:\W\s*)?by\b"
    r"|(?:may|must|shall|can)\s*not\b|(?<!-)\bonly\b|confidential|proprietary|prohibit|commercial|\beula\b|agreement"
    r"|\b(?:is|are)\s+(?:\W\s*)?(?:[al]?gpl|free\s+software|released|distributed|(?:not\s+)?permitted)"
    r"|general\s+(?:\W\s*)?public\s+(?:\W\s*)?licen[cs]e,?\s+(?:\W\s*)?v(?:ersion)?\b|redistribut\w+\s+under"
    r"|\bretain(?:s|ed|ing)?\s+all\s+(?:\w+\s+)?rights"
    rf"|{_IN_OTHER_WORDS}"
)
"""
What gives or withholds: below the head of a file, names of licenses alone are
what code and its examples are about.
"""

_NAMED = re.compile(
    r"(?i)\b[al]?gpl[\s-]?v?\d|general\s+(?:\W\s*)?public|creative\s*commons|\bcc0\b"
    r"|(?:mit|bsd|apache|mozilla|eclipse|public|source|software|community|same|this)\s+(?:\W\s*)?licen[cs]e"
    r"|licen[cs]e\s+(?:\W\s*)?(?:terms|information|is|as|apache|[al]?gpl|mit|bsd)\b|free\s+software|redistribut"
)
"""What a comment names, and a string that code works with may, too."""

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


def phrases(lower: str, start: int = 0) -> list[int]:
    """Return where terms are spoken of in a lower-cased text, in order."""
    hits: set[int] = set()
    for word in ASCII_WORDS if lower.isascii() else WORDS:
        offset = lower.find(word, start)
        while offset >= 0:
            first = max(start, offset - _AROUND)
            phrase = _PHRASE.search(lower, first, offset + _AROUND)
            if phrase:
                hits.add(offset)
            offset = lower.find(word, offset + len(word))
    return sorted(hits)


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
    hits = phrases(_lower(text), end)
    marks = _Marks(text)
    for hit in hits:
        if hit < end:
            continue
        span = _enclosing(marks, hit, ending)
        if span is None:
            continue
        end = span.end
        if _gives(text, span, ending):
            first, last = bisect_left(hits, span.start), bisect_left(hits, end)
            yield _block(text, span, hits[first:last])


@lru_cache(maxsize=2048)
def _of_head(head: str) -> Block | None:
    """
    Return the notice of a leading comment, None without one. Most files of a
    package have the same.
    """
    hits = phrases(_lower(head))
    return _block(head, Span(0, len(head)), hits) if hits else None


def _gives(text: str, span: Span, ending: str) -> bool:
    """
    Return True if a comment or string below the head of a file gives or
    withholds; naming a license is enough for a comment, but not for a heading
    in a file of data.
    """
    words = _DOCTEST.sub("", text[span.start : span.end])
    if _GRANT.search(words):
        return True
    is_data = span.quoted or ending in _DATA
    return not is_data and _NAMED.search(words) is not None


def _lower(text: str) -> str:
    """Return the text in lower case, character by character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


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
        return Span(start, len(text) if end < 0 else end + len(closing))
    return None


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
