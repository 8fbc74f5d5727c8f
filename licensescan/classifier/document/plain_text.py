"""
A legal text with everything blanked that is not its words: comment marks,
margins, tags, emphasis; offsets kept.
"""

from __future__ import annotations

import re

from licensescan.base.lazy_regex import Regex

_WIDE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789,:()%/"
_FOLD = {
    # Wide forms are ordinary where Chinese and Japanese are written.
    **{chr(ord(sign) + 0xFEE0): sign for sign in _WIDE},
    "．": "。",
    "｡": "。",
    "､": "、",
    **dict.fromkeys("‘’‚‛´`", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys(
        "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\ufeff\u200b\t\f\v\r*", " "
    ),
    "İ": "i",
}
_PLAIN_SIGNS = frozenset(filter(str.isascii, _FOLD))
_BEYOND = Regex(r"[^\x00-\x7f]")
_TAG = Regex(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,19}|[a-zA-Z])[^<>\n]{0,200}>")
_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ol ul dl dd dt table tr td th section article blockquote body title pre".split()
)
_BULLETS = "•·▪◦●"
_ENTITY = Regex(
    r"&(?:(nbsp|ensp|emsp|#160|#xa0)|(quot|ldquo|rdquo|#34|#8220|#8221|#x22)|(apos|lsquo|rsquo|#39|#8217|#x27)|(amp));"
)
_HYPHENATED = Regex(r"-[ ]{0,9}\n")
_BROKEN = Regex(r"-(?<=[a-z]{2}-)[ ]{0,9}\n([ ]{0,99})([a-z]{2,20})")
_FIRST_HALF = Regex(r"[a-z]{2,20}\Z")
_HALF = 20
_JOINED_BY_HYPHEN = frozenset(
    "royalty third first second open closed world cross counter read pre self multi high low long short full part real"
    " well built cost fee end per co anti non sub re by up on in to as at fine large machine user source".split()
)
"""
Words before a hyphen that belongs there: what stands before another at the end
of a line is half a word.
"""

_LINK = Regex(r"\((?<=\]\()[^()\s]{1,200}\)")
# Those that stand at the head of a line begin with the end of the line before:
# that is looked for in one sweep.
_MARKS = Regex(
    r"\n[ ]{0,12}+(?=[/!*;>dDrR.%|-])(?://+!?|!+(?=\s)|/\*+|\*+/|;;+|--(?=\s)|>+(?=\s)|dnl\b|rem\b|\.\.(?=\s)|%+|\|(?=\s))",
    re.IGNORECASE,
)
_HASHES = Regex(r"\n[ ]{0,12}#+")
_STARS = Regex(r"\n[ ]{0,12}\*(?=\s|$)")
_BOXED = Regex(r"(?m)\*(?<=^\*)([ ]{1,9}.{0,200}?[ ]|[ ]{1,99})\*(?=[ ]*$)")
"""
A line between stars, of a box that is drawn with them; in the pattern the
stars are the first and last sign.
"""

_WRAPPED = Regex(r"\n(?<=[^\s.;:,!?*/]\n)[ ]{0,12}\*(?=[ ]{1,4}[a-z])")
_LONGEST_LIST = 40
"""Lines of a list of stars that are looked back over for its lead-in."""

_UNFINISHED = Regex(
    r"\b(?:(?:may|shall|must|will|can|do|does)(?: not)?|cannot|agrees?(?: not)?(?: to)?"
    r"|permitted to|prohibited from|right to|(?:part(?:y|ies)|anyone|others) to|, that"
    r"|\b(?:not|cause|permit|agrees?|undertakes?)\b[^.;:]{0,80} to)$"
)
_OPENERS = (
    "may",
    "shall",
    "must",
    "will",
    "can",
    "do",
    "does",
    "not",
    "agree",
    "agrees",
    "to",
    "from",
    "that",
)
"""How what `_UNFINISHED` finds ends: most sentences are dismissed by this."""
_LONGEST_END = 130
"""Characters that what `_UNFINISHED` finds never has."""

ITEM_END = Regex(r"(?i);(?:\s+(?:and|or|and/or))?\s*$")
"""How an item ends that is not the last of its list."""


def is_unfinished(text: str) -> bool:
    """
    Whether the words of `text` end as those do that a list goes on with: "you
    may not".
    """
    end = text[-_LONGEST_END:].lower()
    return end.endswith(_OPENERS) and _UNFINISHED.search(end) is not None


def words_only(text: str) -> str:
    """
    `flatten`, with the stars told apart: bullets of a list stay as bullets,
    the margin of a comment goes.
    """
    if "*" not in text:
        return flatten(text)
    text = _BOXED.sub(r" \1 ", text)
    margin = _mostly("*", text) and text.lstrip().startswith(("*", "/*"))
    return flatten(
        text
        if margin
        else _STARS.sub(_bullet, "\n" + _WRAPPED.sub(_wrap, text))[1:]
    )


def flatten(text: str) -> str:
    """
    `text` in the same length with everything that is not words of the license
    blanked: marks, tags, emphasis.
    """
    flat = text
    signs = (
        _PLAIN_SIGNS
        if text.isascii()
        else _PLAIN_SIGNS | set(_BEYOND.findall(text))
    )
    for sign in _FOLD.keys() & signs:
        flat = flat.replace(sign, _FOLD[sign])
    hashed = _mostly("#", flat)
    flat = _MARKS.sub(_blank_line, "\n" + flat)
    if hashed:
        flat = _HASHES.sub(_blank_line, flat)
    flat = flat[1:]
    flat = _without_tags(flat) if "<" in flat else flat
    flat = _ENTITY.sub(_entity, flat) if "&" in flat else flat
    flat = _BROKEN.sub(_whole, flat) if _HYPHENATED.search(flat) else flat
    return _blank(_LINK, flat) if "](" in flat else flat


def _without_tags(text: str) -> str:
    """
    Tags blanked; where one begins a paragraph or an item, a line begins there,
    with a bullet for each depth.
    """
    depth = 0

    def instead(match: re.Match[str]) -> str:
        nonlocal depth
        closes, name = match.group(1), match.group(2).lower()
        size = match.end() - match.start()
        if name in ("ol", "ul"):
            depth = max(0, depth + (-1 if closes else 1))
        if name == "li" and not closes:
            return f"\n{_BULLETS[depth % len(_BULLETS)]} ".ljust(size)
        return ("\n\n" if name in _BLOCKS else "").ljust(size)

    return _TAG.sub(instead, text)


def _entity(match: re.Match[str]) -> str:
    space, quote, apostrophe, _ = match.groups()
    return (
        " " if space else '"' if quote else "'" if apostrophe else "&"
    ).ljust(len(match.group()))


def _whole(match: re.Match[str]) -> str:
    """
    A word that was broken at the end of a line, in one; where the hyphen is
    its own it stays.
    """
    margin, rest = match.groups()
    first = _FIRST_HALF.search(
        match.string[max(0, match.start() - _HALF) : match.start()]
    )
    hyphen = "-" if first and first.group() in _JOINED_BY_HYPHEN else ""
    return (
        f"{hyphen}{rest}".ljust(len(match.group()) - len(margin) - 1)
        + f"\n{margin}"
    )


def _blank(pattern: Regex, text: str) -> str:
    return pattern.sub(lambda m: " " * len(m.group()), text)


def _blank_line(match: re.Match[str]) -> str:
    return "\n".ljust(len(match.group()))


def _wrap(match: re.Match[str]) -> str:
    """
    A star at the head of a line that goes on with the sentence above is a
    margin: in a comment, or below another.
    """
    text, at = match.string, match.start()
    inside = text.rfind("/*", 0, at) > text.rfind("*/", 0, at)
    margin = inside or (
        _line_above(text, at).startswith("*") and not _listed(text, at)
    )
    return match.group().replace("*", " ") if margin else match.group()


def _listed(text: str, at: int) -> bool:
    """
    Whether the line that ends at `at` is an item of a list of stars: one above
    ends so, or a lead-in is there.
    """
    for _ in range(_LONGEST_LIST):
        above = _line_above(text, at)
        if above and not above.startswith("*"):
            return above.endswith(":") or is_unfinished(above)
        if ITEM_END.search(above) or is_unfinished(above):
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
