"""
Turn a text into a string of word codes: the index is compiled from such
strings, and texts are looked up in it as such strings.

Both sides go through `words`, so that wrapping, comment marks, bullets,
mark-up, quotes, case, look-alike characters and copyright lines cannot make a
difference. One word becomes one character (`Words.codes`), which makes
slicing, hashing and alignment of whole texts cheap.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from operator import ne

from licensescan.base.lazy_regex import Regex

BREAK = "\n"
DROPPED = frozenset(
    "a b c d e f g h i j k l m n o p q r s t u v w x y z "
    "+ dnl rem br nbsp quot lt gt amp".split()
)
"""
Words that carry nothing: list letters and articles, a plus by itself, comment
words, left-overs of mark-up.
"""

Coder = Callable[[str], str]
"""
Gives the character of a word, an empty string to leave it out, and `LINE` for
`LINE`.
"""

_SENTENCE_ENDS = (".", ";", ":", "!", "?")
_BEFORE_SENTENCE = " \t\n'\")(*#/-_>"
"""Signs that may stand between the end of a sentence and the next one."""

LINE = "|"
"""
Stands for the end of a line among the words, and for itself among their codes.
"""

_WORD = Regex(r"[^\W_]+\+?")
_NO_WORD = Regex(r"[^\w\x00-\x7f]+")
_MOST_SIGNS = 40
"""
With more different signs than this one pattern is faster than a replace for
each.
"""

_MOST_ROWS, _LONGEST_ROW = 40_000, 400
"""
Lines that are remembered, and characters of the longest: ten megabytes at
most.
"""

_ASCII = bytes(range(128))


def _kept(byte: int) -> int:
    """
    Return a byte of UTF-8 as it is, or a space where it is a sign in ASCII.
    """
    character = chr(byte)
    if not character.isascii() or character.isalnum() or character in "+\n":
        return byte
    return ord(" ")


_WITHOUT_SIGNS = bytes(map(_kept, range(256)))
_TAG = Regex(
    r"</?(?:a|b|i|p|br|hr|em|tt|li|ul|ol|dl|dt|dd|td|tr|th|h[1-6]|div|pre|img|code"
    r"|body|html|head|font|span|table|tbody|title|style|center|strong|section|article"
    r"|blockquote|para|link|meta)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_ENTITY = Regex(r"&(?:[a-z]{2,6}|#\d{2,5});")
_NUMBER = Regex(r"[0-9](?<!\w[0-9])[0-9]?[.)](?=[^\S\n])")
_BEFORE_LIST_NUMBER = Regex(r"(?:(?:\A|\n)[^\w\n]*|[.:;,] \(?)\Z")
_CECILL = Regex(r"(cecill)[-_ ]([abc])\b")
"""
A name that ends in a letter of its own, where single letters carry nothing.
"""
_AT_LEAST = Regex(r">=[ \t]*(?:v|version)?[ \t.]*(\d(?:\.\d)?)(?![\w.])")
_BEFORE_VERSION = Regex(
    r"(?:version|versions|license|licence|v|gpl|section|or|than)[^\w\n]*\Z"
)
_BEFORE_NUMBER = 24
"""Characters before a number that say whether it numbers an item of a list."""
_OF_LICENSE = (
    # The end of the line is looked for first: a line without an end is not
    # read again at each of its words.
    r"(?=[^\n]{0,160}$)"
    r"(?![^\n]*(?:licen[cs]|permi|redistribut|public[ \t]+domain|warrant"
    r"|\bmit\b|\bbsd|gpl|apache|\bterms\b|\bmpl|\bepl\b|\bwtfpl|\bcc0|\bcc[ -]by"
    r"|\bofl\b|\bfree[ \t]+to\b|\bmay\b|\bonly\b|non-?commercial|prohibit))"
    r"[^\n]{0,160}$"
)
_COPYRIGHT = Regex(
    r"copyrights?"
    r"(?:[ \t]*(?:notice[ \t]*)?[:,]?[ \t]*(?:\(c\)|©|&copy;|@|\\\(co)"
    r"|[ \t:,]*[^\w\n]?(?:19|20)\d\d"
    r"|[ \t]*[<\[{(])" + _OF_LICENSE,
    re.MULTILINE,
)
_CIRCLE = Regex(
    r"\(c\)[ \t]*(?:copyright|(?:19|20)\d\d)" + _OF_LICENSE, re.MULTILINE
)
_CIRCLE_SIGN = Regex("©" + _OF_LICENSE, re.MULTILINE)

_CLEARED: tuple[tuple[str, Regex, str], ...] = (
    ("&", _ENTITY, " "),
    ("copyright", _COPYRIGHT, ""),
    ("(c)", _CIRCLE, ""),
    ("©", _CIRCLE_SIGN, ""),
    ("cecill", _CECILL, r"\1\2"),
    (">=", _AT_LEAST, r"\1+"),
)
"""
What is taken out of a text, or spelled alike: characters that it cannot do
without, a pattern, what takes its place.
"""

_HIDDEN = Regex("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_JOINED = Regex("[A-Za-z][\u200b-\u200f\u2060-\u2064\u180e\ufeff]+[A-Za-z]")
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеосрхуіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι",
    "ABESIJKMHOPCTXYaeocpxyijshdqwABEZHIKMNOPTYXovi",
)
_ALIKE_WORD = Regex(
    r"[A-Za-z\u0370-\u03ff\u0400-\u052f]*"
    r"[\u0370-\u03ff\u0400-\u052f]"
    r"[A-Za-z\u0370-\u03ff\u0400-\u052f]*"
)
_MIXED = Regex(
    r"(?=[A-Za-z\u0370-\u052f]{4})[A-Za-z]*"
    r"(?:[A-Za-z][\u0370-\u03ff\u0400-\u052f]"
    r"|[\u0370-\u03ff\u0400-\u052f][A-Za-z])"
)
_FOREIGN = Regex(r"[\u0370-\u03ff\u0400-\u052f]")
_FOREIGN_TEXT = 5
"""
A text of which one character in so many is Greek or Cyrillic is really that.
"""
_HIDING = 100
"""One letter changed in fewer than so many looks like hiding."""
_WIDE = "\u2fff"
"""
Compatibility forms beyond this character are full-width or in the private
planes.
"""


@dataclass(slots=True, kw_only=True)
class Words:
    """
    A text as codes (one character a word), with the way back to its lines and
    words.

    `rows` are the lines as given, without mark-up; `spans` are the codes of
    each line.
    """

    codes: str
    rows: list[str]
    spans: list[str]
    code: Coder
    obfuscated: bool = False
    _starts: list[int] | None = None
    _asked: tuple[int, int] = (0, 0)
    _answer: list[str] = field(default_factory=list)
    _kept: tuple[int, str, list[int]] = (0, "", [])

    @property
    def starts(self) -> list[int]:
        """
        Return the number of words before each line, and that of all words.
        """
        if self._starts is None:
            self._starts = [0, *accumulate(map(len, self.spans))]
        return self._starts

    def line(self, position: int) -> int:
        """Return the line (from 1) of the word at `position`."""
        starts = self.starts
        return bisect_right(starts, position, 0, len(starts) - 1)

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """
        Return the first and last line of the words from `start` up to but not
        including `end`.
        """
        first = self.line(start)
        last = self.line(max(start, end - 1))
        return first, max(first, last)

    def quote(self, start: int, end: int) -> str:
        """
        Return the words from `start` to `end`, in lower case, joined by
        spaces.
        """
        if end <= start:
            return ""
        first, last = self.lines(start, end)
        skipped = start - self.starts[first - 1]
        plain = self._plain_of(first, last)
        return " ".join(plain[skipped : skipped + end - start])

    def sentence_before(self, position: int) -> str:
        """
        Return the words of the sentence that stand in the line before the word
        at `position`, or in the one above it that goes on with that word.
        """
        before = self.text_before(position)
        above, _, row = before.rpartition(BREAK)
        words = _WORD.findall(_tail(row))
        if words or not above.rstrip().endswith(","):
            return " ".join(words)
        return " ".join(_WORD.findall(_tail(above)))

    def begins_sentence(self, position: int) -> bool:
        """Return True if a sentence ends before the word at `position`."""
        before = self.text_before(position).rstrip(_BEFORE_SENTENCE)
        return not before or before.endswith(_SENTENCE_ENDS)

    def text_before(self, position: int) -> str:
        """
        Return what stands before the word at `position` in its line, in lower
        case; the line before it when it is the first there.
        """
        line = self.line(position)
        count = position - self.starts[line - 1]
        row, places = self.places_in(line)
        before = row[: places[count]] if count < len(places) else row
        above = _clear(self.rows[line - 2]) if line > 1 else ""
        return before if count else f"{above}{BREAK}{before}"

    def cleared(self, first: int, last: int) -> tuple[list[str], list[str]]:
        """
        Return the rows from `first` to `last` (from 0) as their words are read
        from them, and all of these words.
        """
        text = _clear(BREAK.join(self.rows[first : last + 1]))
        return text.split(BREAK), list(filter(self.code, _WORD.findall(text)))

    def places_in(self, line: int) -> tuple[str, list[int]]:
        """Return a line, and where each of its words begins."""
        if self._kept[0] != line:
            row = _clear(self.rows[line - 1])
            self._kept = (line, row, self.places(row))
        return self._kept[1:]

    def places(self, row: str) -> list[int]:
        """Return where each word of a row begins that was `cleared`."""
        words = _WORD.finditer(row)
        return [word.start() for word in words if self.code(word[0])]

    @property
    def plain(self) -> list[str]:
        """Return the words, one for each character of `codes`."""
        return self._plain(self.rows)

    def _plain_of(self, first: int, last: int) -> list[str]:
        """
        Return the words of some lines. A text of one long line is asked for
        them at each of its matches.
        """
        if self._asked != (first, last):
            self._asked = (first, last)
            self._answer = self._plain(self.rows[first - 1 : last])
        return self._answer

    def _plain(self, rows: list[str]) -> list[str]:
        text = _clear(BREAK.join(rows))
        return list(filter(self.code, _WORD.findall(text)))


def _tail(row: str) -> str:
    """Return what stands in a row after the last sentence that ends in it."""
    ends = (row.rfind(f"{sign} ") for sign in _SENTENCE_ENDS)
    return row[1 + max(ends) :]


def words(
    text: str,
    code: Coder,
    seen: dict[str, str],
) -> Words:
    """
    Return the words of `text` as codes.

    `seen` remembers the codes of whole lines: of the lines of license files,
    two in three came before.
    """
    obfuscated = False
    if not text.isascii():
        text, obfuscated = unfold(text)
    rows = _without_markup(text).split(BREAK)
    spans = _spans(rows, code, seen)
    return Words(
        codes="".join(spans),
        rows=rows,
        spans=spans,
        code=code,
        obfuscated=obfuscated,
    )


def _without_markup(text: str) -> str:
    """
    Return `text` without tags and written line ends (of JSON); no line is
    lost.
    """
    if "\\n" in text:
        text = text.replace("\\n", "  ").replace("\\t", "  ")
    if "<" in text:
        text = _TAG.sub(_blank, text)
    return text


def _blank(tag: re.Match[str]) -> str:
    return BREAK * tag[0].count(BREAK) or " "


def _spans(
    rows: list[str],
    code: Coder,
    seen: dict[str, str],
) -> list[str]:
    """
    Return the codes of each row, and remember those that were not `seen`.
    """
    new = list(set(rows).difference(seen))
    if new:
        coded = _coded(new, code)
        seen.update(zip(new, coded, strict=True))
    spans = list(map(seen.__getitem__, rows))
    for row in new:
        if len(row) > _LONGEST_ROW:
            del seen[row]
    if len(seen) > _MOST_ROWS:
        seen.clear()
    return spans


def _coded(rows: list[str], code: Coder) -> list[str]:
    """
    Return the codes of each row; nothing that is taken out of a text reaches
    over the end of a line.
    """
    text = _clear(BREAK.join(rows))
    if not text.isascii():
        text = _without_signs(text)
    data = text.encode("utf-8", "surrogatepass").translate(_WITHOUT_SIGNS)
    text = data.decode("utf-8", "surrogatepass")
    text = text.replace("+", "+ ").replace(BREAK, f" {LINE} ")
    codes = "".join(map(code, text.split()))
    return codes.split(LINE)


def _clear(text: str) -> str:
    """
    Return `text` in lower case, without entities, list numbers and what only
    names a copyright holder; no line is lost.
    """
    text = text.lower()
    for needed, pattern, replacement in _CLEARED:
        if needed in text:
            text = pattern.sub(replacement, text)
    text = text.replace("licence", "license").replace(
        "all rights reserved", " "
    )
    return _NUMBER.sub(_list_number, text)


def _list_number(number: re.Match[str]) -> str:
    """Return a space for the number of an item, any other number as it is."""
    start = max(0, number.start() - _BEFORE_NUMBER)
    before = number.string[start : number.start()]
    if _BEFORE_LIST_NUMBER.search(before) and not _BEFORE_VERSION.search(
        before
    ):
        return " "
    return number[0]


def _non_ascii(text: str) -> str:
    """Return the different characters of `text` that are not ASCII."""
    rest = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return "".join(set(rest.decode("utf-8", "surrogatepass")))


def _without_signs(text: str) -> str:
    """
    Return `text` with spaces for characters beyond ASCII that belong to no
    word; a pattern is slow where they are few.
    """
    signs = [sign for sign in _non_ascii(text) if not sign.isalnum()]
    if len(signs) > _MOST_SIGNS:
        return _NO_WORD.sub(" ", text)
    for sign in signs:
        text = text.replace(sign, " ")
    return text


def unfold(text: str) -> tuple[str, bool]:
    """
    Return `text` with invisible characters dropped, look-alikes made Latin and
    compatibility forms resolved, and whether that looks like hiding.

    Hiding are words joined by something invisible, a word of two scripts that
    reads as one, or more than one letter in a hundred changed. A text that is
    really Cyrillic or Greek stays as it is.
    """
    unfolded = _unfolded(text)
    return unfolded.composed, unfolded.hides


def plain(text: str) -> str:
    """
    Return `text` for readers of its words one by one: without what hides them.
    It is untouched, and fit to be quoted, when nothing invisible and no
    look-alike is in it.
    """
    if text.isascii():
        return text
    unfolded = _unfolded(text)
    return text if unfolded.visible == text else unfolded.composed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unfolded:
    """
    A text without invisible characters and look-alikes, and the same in NFKC.
    """

    visible: str
    composed: str
    hides: bool


@lru_cache(
    maxsize=1
)  # a text is unfolded to be recognised, and once more to be quoted
def _unfolded(text: str) -> _Unfolded:
    visible, joined = text, False
    non_ascii = _non_ascii(text)
    if _HIDDEN.search(non_ascii):
        joined = bool(_JOINED.search(text))
        visible = _HIDDEN.sub("", text)
    changed = 0
    foreign = sum(map(visible.count, _FOREIGN.findall(non_ascii)))
    if 0 < foreign * _FOREIGN_TEXT < len(visible):
        latin = _ALIKE_WORD.sub(_latin, visible)
        if latin != visible:
            changed = sum(map(ne, visible, latin))
            joined = joined or _mixes_scripts(visible)
            visible = latin
    composed = visible
    if not _is_composed(visible):
        changed += sum(map(visible.count, _wide_letters(visible)))
        composed = unicodedata.normalize("NFKC", visible)
    return _Unfolded(
        visible=visible,
        composed=composed,
        hides=joined or changed * _HIDING > len(composed),
    )


def _latin(word: re.Match[str]) -> str:
    """
    Return a word with its look-alikes made Latin if it is all Latin then.
    """
    folded = word[0].translate(_ALIKE)
    return folded if folded.isascii() else word[0]


def _mixes_scripts(text: str) -> bool:
    """Return True if a word of two scripts reads as one of Latin letters."""
    words = (match[0] for match in _MIXED.finditer(text))
    return any(word.translate(_ALIKE).isascii() for word in words)


def _wide_letters(text: str) -> Iterable[str]:
    """
    Return the different characters of `text` that stand for letters of ASCII;
    full-width commas are how Chinese is written.
    """
    for character in _non_ascii(text):
        composed = unicodedata.normalize("NFKC", character)
        if character > _WIDE and composed.isascii() and composed.isalnum():
            yield character


def _is_composed(text: str) -> bool:
    """
    Return True if `text` is in NFKC. Where no character goes together with the
    one before it (marks, Korean vowels), its different characters say so, and
    those are few.
    """
    characters = _non_ascii(text)
    if any(map(_joins_the_one_before, characters)):
        return unicodedata.is_normalized("NFKC", text)
    return all(unicodedata.is_normalized("NFKC", c) for c in characters)


def _joins_the_one_before(character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return is_mark or "\u1160" <= character <= "\u11ff"
