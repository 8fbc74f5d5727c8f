"""
A text as a string of word codes: what the index is compiled from and what is looked up in it.

Both sides go through `words`, so that wrapping, comment marks, bullets, mark-up, quotes, case, look-alike characters
and copyright lines cannot make a difference. One word becomes one character (`Words.codes`), which makes slicing,
hashing and alignment of whole texts cheap.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

BREAK = "\n"
DROPPED = frozenset("abcdefghijklmnopqrstuvwxyz") | {"dnl", "rem", "br", "nbsp", "quot", "lt", "gt", "amp"}
"""Words that carry nothing: list letters and articles, comment words, left-overs of mark-up."""

_WORD = re.compile(r"[^\W_]+\+?")
_TAGS = "a|b|i|p|br|hr|em|tt|li|ul|ol|dl|dt|dd|td|tr|th|h[1-6]|div|pre|img|code|body|html|head|font|span|table|tbody"
_TAG = re.compile(rf"</?(?:{_TAGS}|title|style|center|strong|section|article|blockquote|para|link|meta)\b[^<>]{{0,300}}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]{2,6}|#\d{2,5});")
_MARK = re.compile(r"[0-9]{1,2}[.)](?=\s)")
_MARK_BEFORE = re.compile(r"(?:(?:\A|\n)[^\w\n]*|[.:;,] \(?)\Z")
_VERSION_BEFORE = re.compile(r"(?:version|versions|license|licence|v|gpl|section|or|than)[^\w]*\Z")
_OF_LICENSE = (
    r"(?![^\n]*(?:licen[cs]|permi|redistribut|public[ \t]+domain|warrant|\bmit\b|\bbsd|gpl|apache|\bterms\b"
    r"|\bfree[ \t]+to\b|\bmay\b))[^\n]{0,160}$"
)
_COPYRIGHT = re.compile(
    r"copyrights?(?:[ \t]*(?:notice[ \t]*)?[:,]?[ \t]*(?:\(c\)|©|&copy;|@|\\\(co)|[ \t:,]*\W?(?:19|20)\d\d|[ \t]*[<\[{(])"
    + _OF_LICENSE,
    re.MULTILINE,
)
_CIRCLE = re.compile(r"\(c\)[ \t]*(?:copyright|(?:19|20)\d\d)" + _OF_LICENSE, re.MULTILINE)
_CIRCLE_SIGN = re.compile("©" + _OF_LICENSE, re.MULTILINE)

_HIDDEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_JOINED = re.compile("[A-Za-z][\u200b-\u200f\u2060-\u2064\u180e\ufeff]+[A-Za-z]")
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеосрхуіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι",
    "ABESIJKMHOPCTXYaeocpxyijshdqwABEZHIKMNOPTYXovi",
)
_ALIKE_WORD = re.compile(
    r"[A-Za-z\u0370-\u03ff\u0400-\u052f]*[\u0370-\u03ff\u0400-\u052f][A-Za-z\u0370-\u03ff\u0400-\u052f]*"
)
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")


KEPT_LINES = 60_000
"""Lines whose codes are remembered: licenses repeat each other line by line. About 12 MB when full."""


@dataclass(slots=True)
class Words:
    """A text as codes (one character a word), with the way back to its lines and words."""

    codes: str
    rows: list[str]
    spans: list[str]
    code: Callable[[str], str]
    obfuscated: bool = False
    _starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The number of words before each line."""
        if self._starts is None:
            self._starts = [0, *accumulate(map(len, self.spans))]
        return self._starts

    def line(self, position: int) -> int:
        """The line (from 1) of the word at `position`."""
        return bisect_right(self.starts, position, 0, len(self.starts) - 1)

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The first and last line of the words from `start` up to but not including `end`."""
        first = self.line(start)
        return first, max(first, self.line(max(start, end - 1)))

    def quote(self, start: int, end: int) -> str:
        """The words from `start` to `end`, in lower case and joined by spaces."""
        if end <= start:
            return ""
        first, last = self.lines(start, end)
        found = [word for row in self.rows[first - 1 : last] for word in row_words(row) if self.code(word)]
        skip = start - self.starts[first - 1]
        return " ".join(found[skip : skip + end - start])

    @property
    def plain(self) -> list[str]:
        """The words, one for each character of `codes`."""
        return [word for row in self.rows for word in row_words(row) if self.code(word)]


def words(text: str, code: Callable[[str], str], known: dict[str, str] | None = None) -> Words:
    """
    The words of `text` as codes; `code` gives the character of a word, or an empty string to leave it out.

    `known` remembers the codes of lines from one text to the next; it belongs to one `code`.
    """
    obfuscated = False
    if not text.isascii():
        text, obfuscated = unfold(text)
    if "\\n" in text:
        text = text.replace("\\n", "  ").replace("\\t", "  ")
    if "<" in text:
        text = _TAG.sub(_blank, text)
    rows = text.split(BREAK)
    known = {} if known is None else known
    spans = []
    for row in rows:
        found = known.get(row)
        if found is None:
            found = "".join(map(code, row_words(row)))
            if len(known) < KEPT_LINES and len(row) < 400:
                known[row] = found
        spans.append(found)
    return Words("".join(spans), rows, spans, code, obfuscated)


def row_words(row: str) -> list[str]:
    """The words of one line in lower case, without mark-up, list numbers and what only names a copyright holder."""
    row = row.lower()
    if "&" in row:
        row = _ENTITY.sub(" ", row)
    if "copyright" in row:
        row = _COPYRIGHT.sub("", row)
    if "(c)" in row:
        row = _CIRCLE.sub("", row)
    if "©" in row:
        row = _CIRCLE_SIGN.sub("", row)
    row = _MARK.sub(_list_mark, row.replace("all rights reserved", " "))
    return _WORD.findall(row)


def unfold(text: str) -> tuple[str, bool]:
    """
    `text` with invisible characters dropped, look-alikes made Latin and compatibility forms resolved.

    The second value says whether that looks like hiding: words joined by something invisible, or more than one
    letter in a hundred changed. A text that is really Cyrillic or Greek stays as it is.
    """
    joined, clear = False, text
    if _HIDDEN.search(text):
        joined = bool(_JOINED.search(text))
        clear = _HIDDEN.sub("", text)
    changed = 0
    foreign = len(_FOREIGN.findall(clear))
    if foreign and foreign * 5 < len(clear):
        folded = _ALIKE_WORD.sub(_latin, clear)
        changed = sum(a != b for a, b in zip(clear, folded, strict=True))
        clear = folded
    if not unicodedata.is_normalized("NFKC", clear):
        changed += sum(1 for c in clear if c > "\u2fff" and unicodedata.normalize("NFKC", c).isascii())
        clear = unicodedata.normalize("NFKC", clear)
    return clear, joined or changed * 100 > len(clear)


def _latin(match: re.Match[str]) -> str:
    folded = match[0].translate(_ALIKE)
    return folded if folded.isascii() else match[0]


def _blank(match: re.Match[str]) -> str:
    return BREAK * match[0].count(BREAK) or " "


def _list_mark(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 24) : match.start()]
    return " " if _MARK_BEFORE.search(before) and not _VERSION_BEFORE.search(before) else match[0]
