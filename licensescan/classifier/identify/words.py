"""
A text as a string of word codes: what the index is compiled from and what is looked up
in it.

Both sides go through `words`, so that wrapping, comment marks, bullets, mark-up,
quotes, case, look-alike characters and copyright lines cannot make a difference. One
word becomes one character (`Words.codes`), which makes slicing, hashing and alignment
of whole texts cheap.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import ne

from licensescan.base.lazy_regex import Regex

BREAK = "\n"
DROPPED = frozenset("abcdefghijklmnopqrstuvwxyz+") | {
    "dnl",
    "rem",
    "br",
    "nbsp",
    "quot",
    "lt",
    "gt",
    "amp",
}
"""
Words that carry nothing: list letters and articles, comment words, left-overs of
mark-up, a plus by itself.
"""

LINE = "|"
"""Stands for the end of a line among the words, and for itself among their codes."""

_WORD = Regex(r"[^\W_]+\+?")
_NO_WORD = Regex(r"[^\w\x00-\x7f]+")
_FEW = 40
_KEPT_ROWS, _LONG_ROW = 40_000, 400
"""So many lines are remembered, and of so many characters: ten megabytes at most."""

_ASCII = bytes(range(128))
_BYTES = bytes(
    i if i > 127 or chr(i).isalnum() or chr(i) in "+\n" else 32 for i in range(256)
)
_TAGS = "a|b|i|p|br|hr|em|tt|li|ul|ol|dl|dt|dd|td|tr|th|h[1-6]|div|pre|img|code|body|html|head|font|span|table|tbody"
_TAG = Regex(
    rf"</?(?:{_TAGS}|title|style|center|strong|section|article|blockquote|para|link|meta)\b[^<>]{{0,300}}>",
    re.IGNORECASE,
)
_ENTITY = Regex(r"&(?:[a-z]{2,6}|#\d{2,5});")
_MARK = Regex(r"[0-9](?<!\w[0-9])[0-9]?[.)](?=[^\S\n])")
_MARK_BEFORE = Regex(r"(?:(?:\A|\n)[^\w\n]*|[.:;,] \(?)\Z")
_CECILL = Regex(r"(cecill)[-_ ]([abc])\b")
"""A name that ends in a letter of its own, where single letters carry nothing."""
_AT_LEAST = Regex(r">=[ \t]*(?:v|version)?[ \t.]*(\d(?:\.\d)?)(?![\w.])")
_VERSION_BEFORE = Regex(
    r"(?:version|versions|license|licence|v|gpl|section|or|than)[^\w\n]*\Z"
)
_OF_LICENSE = (
    # The end of the line is looked for first: a line without an end is not read again
    # at each of its words.
    r"(?=[^\n]{0,160}$)"
    r"(?![^\n]*(?:licen[cs]|permi|redistribut|public[ \t]+domain|warrant|\bmit\b|\bbsd|gpl|apache|\bterms\b"
    r"|\bmpl|\bepl\b|\bwtfpl|\bcc0|\bcc[ -]by|\bofl\b"
    r"|\bfree[ \t]+to\b|\bmay\b))[^\n]{0,160}$"
)
_COPYRIGHT = Regex(
    r"copyrights?(?:[ \t]*(?:notice[ \t]*)?[:,]?[ \t]*(?:\(c\)|©|&copy;|@|\\\(co)|[ \t:,]*[^\w\n]?(?:19|20)\d\d"
    r"|[ \t]*[<\[{(])" + _OF_LICENSE,
    re.MULTILINE,
)
_CIRCLE = Regex(r"\(c\)[ \t]*(?:copyright|(?:19|20)\d\d)" + _OF_LICENSE, re.MULTILINE)
_CIRCLE_SIGN = Regex("©" + _OF_LICENSE, re.MULTILINE)

_HIDDEN = Regex("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_JOINED = Regex("[A-Za-z][\u200b-\u200f\u2060-\u2064\u180e\ufeff]+[A-Za-z]")
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеосрхуіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι",
    "ABESIJKMHOPCTXYaeocpxyijshdqwABEZHIKMNOPTYXovi",
)
_ALIKE_WORD = Regex(
    r"[A-Za-z\u0370-\u03ff\u0400-\u052f]*[\u0370-\u03ff\u0400-\u052f][A-Za-z\u0370-\u03ff\u0400-\u052f]*"
)
_MIXED = Regex(
    r"(?=[A-Za-z\u0370-\u052f]{4})[A-Za-z]*(?:[A-Za-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][A-Za-z])"
)
_FOREIGN = Regex(r"[\u0370-\u03ff\u0400-\u052f]")


@dataclass(slots=True)
class Words:
    """
    A text as codes (one character a word), with the way back to its lines and words.

    `rows` are the lines as given, without mark-up; `spans` are the codes of each line.
    """

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
        """
        The first and last line of the words from `start` up to but not including `end`.
        """
        first = self.line(start)
        return first, max(first, self.line(max(start, end - 1)))

    def quote(self, start: int, end: int) -> str:
        """The words from `start` to `end`, in lower case and joined by spaces."""
        if end <= start:
            return ""
        first, last = self.lines(start, end)
        skip = start - self.starts[first - 1]
        return " ".join(
            self._plain(self.rows[first - 1 : last])[skip : skip + end - start]
        )

    @property
    def plain(self) -> list[str]:
        """The words, one for each character of `codes`."""
        return self._plain(self.rows)

    def _plain(self, rows: list[str]) -> list[str]:
        return [
            word for word in _WORD.findall(_clear(BREAK.join(rows))) if self.code(word)
        ]


def words(text: str, code: Callable[[str], str], seen: dict[str, str]) -> Words:
    """
    The words of `text` as codes; `code` gives the character of a word, an empty string
    to leave it out, and `LINE` for `LINE`. `seen` remembers the codes of whole lines:
    of the lines of license files, two in three came before.
    """
    obfuscated = False
    if not text.isascii():
        text, obfuscated = unfold(text)
    if "\\n" in text:
        text = text.replace("\\n", "  ").replace("\\t", "  ")
    if "<" in text:
        text = _TAG.sub(_blank, text)
    rows = text.split(BREAK)
    new = list(set(rows).difference(seen))
    if new:
        seen.update(zip(new, _coded(new, code), strict=True))
    spans = list(map(seen.__getitem__, rows))
    for row in new:
        if len(row) > _LONG_ROW:
            del seen[row]
    if len(seen) > _KEPT_ROWS:
        seen.clear()
    return Words("".join(spans), rows, spans, code, obfuscated)


def _coded(rows: list[str], code: Callable[[str], str]) -> list[str]:
    """
    The codes of each row; nothing that is taken out of a text reaches over the end of a
    line.
    """
    clear = _clear(BREAK.join(rows))
    plain = clear if clear.isascii() else _without_signs(clear)
    found = (
        plain.encode("utf-8", "surrogatepass")
        .translate(_BYTES)
        .decode("utf-8", "surrogatepass")
    )
    found = found.replace("+", "+ ").replace(BREAK, f" {LINE} ")
    return "".join(map(code, found.split())).split(LINE)


def _clear(text: str) -> str:
    """
    `text` in lower case, without mark-up, list numbers and what only names a copyright
    holder; no line is lost.
    """
    text = text.lower()
    if "&" in text:
        text = _ENTITY.sub(" ", text)
    if "copyright" in text:
        text = _COPYRIGHT.sub("", text)
    if "(c)" in text:
        text = _CIRCLE.sub("", text)
    if "©" in text:
        text = _CIRCLE_SIGN.sub("", text)
    if "licence" in text:
        text = text.replace("licence", "license")
    if "cecill" in text:
        text = _CECILL.sub(r"\1\2", text)
    if ">=" in text:
        text = _AT_LEAST.sub(r"\1+", text)
    return _MARK.sub(_list_mark, text.replace("all rights reserved", " "))


def _beyond(text: str) -> str:
    """The different characters of `text` that are not ASCII."""
    rest = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return "".join(set(rest.decode("utf-8", "surrogatepass")))


def _without_signs(text: str) -> str:
    """
    `text` with spaces for characters beyond ASCII that belong to no word; a pattern is
    slow where they are few.
    """
    signs = [sign for sign in _beyond(text) if not sign.isalnum()]
    if len(signs) > _FEW:
        return _NO_WORD.sub(" ", text)
    for sign in signs:
        text = text.replace(sign, " ")
    return text


def unfold(text: str) -> tuple[str, bool]:
    """
    `text` with invisible characters dropped, look-alikes made Latin and compatibility
    forms resolved.

    The second value says whether that looks like hiding: words joined by something
    invisible, a word of two scripts that reads as one, or more than one letter in a
    hundred changed. A text that is really Cyrillic or Greek stays as it is.
    """
    _, clear, hides = _unfolded(text)
    return clear, hides


@lru_cache(maxsize=1)  # a text is unfolded to be recognised, and once more to be quoted
def _unfolded(text: str) -> tuple[str, str, bool]:
    """
    The text without invisible characters and look-alikes, the same in NFKC, and whether
    that looks like hiding.
    """
    joined, clear = False, text
    beyond = _beyond(text)
    if _HIDDEN.search(beyond):
        joined = bool(_JOINED.search(text))
        clear = _HIDDEN.sub("", text)
    changed = 0
    foreign = sum(map(clear.count, _FOREIGN.findall(beyond)))
    if foreign and foreign * 5 < len(clear):
        folded = _ALIKE_WORD.sub(_latin, clear)
        changed = sum(map(ne, clear, folded)) if folded != clear else 0
        joined = joined or (
            changed > 0
            and any(m[0].translate(_ALIKE).isascii() for m in _MIXED.finditer(clear))
        )
        clear = folded
    visible = clear
    if not _is_composed(clear):
        wide = [
            c
            for c in _beyond(clear)
            if c > "\u2fff" and unicodedata.normalize("NFKC", c).isascii()
        ]
        changed += sum(map(clear.count, wide))
        clear = unicodedata.normalize("NFKC", clear)
    return visible, clear, joined or changed * 100 > len(clear)


def plain(text: str) -> str:
    """
    `text` for whoever reads its words one by one: without what hides them. Untouched,
    and fit to be quoted, when nothing invisible and no look-alike is in it.
    """
    if text.isascii():
        return text
    visible, folded, _ = _unfolded(text)
    return text if visible == text else folded


def _is_composed(text: str) -> bool:
    """
    Whether `text` is in NFKC. Where no character goes together with the one before it
    (marks, Korean vowels), its different characters say so, and those are few.
    """
    beyond = _beyond(text)
    if any(
        unicodedata.category(sign)[0] == "M" or "\u1160" <= sign <= "\u11ff"
        for sign in beyond
    ):
        return unicodedata.is_normalized("NFKC", text)
    return all(unicodedata.is_normalized("NFKC", sign) for sign in beyond)


def _latin(match: re.Match[str]) -> str:
    folded = match[0].translate(_ALIKE)
    return folded if folded.isascii() else match[0]


def _blank(match: re.Match[str]) -> str:
    return BREAK * match[0].count(BREAK) or " "


def _list_mark(match: re.Match[str]) -> str:
    start = max(0, match.start() - 24)
    before = match.string[start : match.start()]
    return (
        " "
        if _MARK_BEFORE.search(before) and not _VERSION_BEFORE.search(before)
        else match[0]
    )
