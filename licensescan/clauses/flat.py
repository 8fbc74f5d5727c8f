"""A legal text with everything blanked that is not its words: comment marks, margins, tags, emphasis; offsets kept."""

from __future__ import annotations

import re

from licensescan.regex import Regex

_FOLD = {
    **dict.fromkeys("‘’‚‛´`", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\ufeff\u200b\t\f\v\r*", " "),
    "İ": "i",
}
_TAG = Regex(r"</?[a-zA-Z][^<>\n]{0,200}>")
_LINK = Regex(r"(?<=\])\([^()\s]{1,200}\)")
_MARKS = Regex(
    r"(?m)^[ ]{0,12}(?://+!?|/\*+|\*+/|;;+|--(?=\s)|>+(?=\s)|dnl\b|rem\b|\.\.(?=\s)|%+|\|(?=\s))", re.IGNORECASE
)
_HASHES = Regex(r"(?m)^[ ]{0,12}#+")
_STARS = Regex(r"(?m)^[ ]{0,12}\*(?=\s|$)")
_BOXED = Regex(r"(?m)(?<=^)\*([ ]{1,9}.{0,200}?[ ]|[ ]{1,99})\*(?=[ ]*$)")
"""A line between stars, of a box that is drawn with them; in the pattern the stars are the first and last sign."""

_WRAPPED = Regex(r"(?<=[^\s.;:,!?*/])\n[ ]{0,12}\*(?=[ ]{1,4}[a-z])")
_LONGEST_LIST = 40
"""Lines of a list of stars that are looked back over for its lead-in."""

UNFINISHED = Regex(
    r"\b(?:(?:may|shall|must|will|can|do|does)(?: not)?|cannot|agrees?(?: not)?(?: to)?"
    r"|permitted to|prohibited from|right to|(?:part(?:y|ies)|anyone|others) to|, that)$"
)
"""How the words end that a list goes on with."""

ITEM_END = Regex(r";(?:\s+(?:and|or|and/or))?\s*$")
"""How an item ends that is not the last of its list."""


def words_only(text: str) -> str:
    """`flatten`, with the stars told apart: bullets of a list stay as bullets, the margin of a comment goes."""
    text = _BOXED.sub(r" \1 ", text)
    margin = _mostly("*", text) and text.lstrip().startswith(("*", "/*"))
    return flatten(text if margin else _STARS.sub(_bullet, _WRAPPED.sub(_wrap, text)))


def flatten(text: str) -> str:
    """`text` in the same length with everything that is not words of the license blanked: marks, tags, emphasis."""
    flat = text
    for sign in _FOLD.keys() & set(text):
        flat = flat.replace(sign, _FOLD[sign])
    hashed = _mostly("#", flat)
    flat = _blank(_MARKS, flat)
    if hashed:
        flat = _blank(_HASHES, flat)
    flat = _blank(_TAG, flat) if "<" in flat else flat
    return _blank(_LINK, flat) if "](" in flat else flat


def _blank(pattern: Regex, text: str) -> str:
    return pattern.sub(lambda m: " " * len(m.group()), text)


def _wrap(match: re.Match[str]) -> str:
    """A star at the head of a line that goes on with the sentence above is a margin: in a comment, or below another."""
    text, at = match.string, match.start()
    inside = text.rfind("/*", 0, at) > text.rfind("*/", 0, at)
    margin = inside or (_line_above(text, at).startswith("*") and not _listed(text, at))
    return match.group().replace("*", " ") if margin else match.group()


def _listed(text: str, at: int) -> bool:
    """Whether the line that ends at `at` is an item of a list of stars: one above ends so, or a lead-in is there."""
    for _ in range(_LONGEST_LIST):
        above = _line_above(text, at)
        if above and not above.startswith("*"):
            return above.endswith(":") or bool(UNFINISHED.search(above))
        if ITEM_END.search(above) or UNFINISHED.search(above):
            return True
        at = text.rfind("\n", 0, at)
        if at < 0:
            return False
    return False


def _line_above(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : at].strip().lower()


def _bullet(match: re.Match[str]) -> str:
    return match.group().replace("*", "•")


def _mostly(mark: str, text: str) -> bool:
    """Whether most lines begin with a mark."""
    if mark not in text:
        return False
    lines = [line for line in map(str.lstrip, text.split("\n")) if line]
    return sum(line.startswith(mark) for line in lines) > 0.6 * len(lines)
