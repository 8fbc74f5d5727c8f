"""
Copyright lines of a text: who states a copyright, as it stands there.

A line counts if it begins with the word or the sign and goes on with a year, a
sign or a name; sentences that speak about copyright ("the above copyright
notice") and templates ("<year> <name of author>") do not.
"""

from __future__ import annotations

from collections.abc import Iterator

_MARGIN = " \t#*/;!|<>\"'`-=_.:%~\u2022\u00b7"
_SIGNS = ("(c)", "©", "&copy;", "(©)", "(r)")
_TAG = "spdx-filecopyrighttext"
_WORDS = ("copyright", "copyrights")
_BEFORE = frozenset(
    "portions parts some all files code this software work is are file of the"
    " original modifications changes additional documentation and contents"
    " program library project package module licensed".split()
)
"""Words that may stand between the beginning of a line and the word."""

_AFTER = frozenset(
    "notice notices holder holders owner owners law laws license licenses"
    " statement statements interest interests act office and or in on the to"
    " for protection protected material information status claim claims"
    " disclaimer treaty treaties infringement permission page year".split()
)
"""Words that follow where a sentence speaks about copyright."""

_HOLDERS = frozenset(
    "authors contributors developers maintainers team project community"
    " foundation inc ltd llc gmbh".split()
)
"""Words that tell a holder who is written without a capital letter."""

_VERBS = frozenset(
    "is are be belongs belong remains remain stays stay means holds held has"
    " have protects may must shall will applies".split()
)
_SHORT = 9
"""Words of a row that names a holder and says nothing of one."""

_TEMPLATES = (
    "yyyy",
    "<year",
    "[year",
    "{year",
    "(year)",
    "<name",
    "[name",
    "{name",
    "your name",
    "name of author",
    "copyright owner]",
    "<copyright",
    "<owner",
    "[fullname",
    "<holder",
    "{{",
)
_END = " \t#*/|-=_~"
_AROUND = ",.:;()*\"'[]"
_RESERVED = (" all rights", " some rights", ". all")
_MOST_BEFORE = 6
_MOST_WORDS = 40
_LONGEST = 300


def copyrights_in(text: str) -> tuple[str, ...]:
    """Return the copyright lines of `text`, each once, in their order."""
    lowered = text.lower()
    if not any(word in lowered for word in ("copyright", "©", "(c)")):
        return ()
    return tuple(dict.fromkeys(_statements(text.splitlines())))


def _statements(rows: list[str]) -> Iterator[str]:
    for number, row in enumerate(rows):
        words = _words(row)
        if not _states(words):
            continue
        if _goes_on(words) and number + 1 < len(rows):
            further = _words(rows[number + 1])
            if further and not _states(further):
                words += further
        statement = _cut(" ".join(words[:_MOST_WORDS]))
        if statement:
            yield statement


def _words(row: str) -> list[str]:
    """Return the words of a line, a sign apart from the word before it."""
    plain = row.lstrip(_MARGIN).rstrip(_END)
    for sign in ("(c)", "(C)", "©"):
        plain = plain.replace(sign, f" {sign} ")
    return plain.split()


def _states(words: list[str]) -> bool:
    """Return True if a line of these words states a copyright."""
    lowered = [word.lower() for word in words[:_MOST_WORDS]]
    start = _start(lowered)
    if start is None or _is_template(lowered):
        return False
    rest = lowered[start + 1 :]
    if not rest:
        return False
    following = words[start + 1]
    if lowered[start].startswith(_TAG):
        return True
    if rest[0].startswith(_SIGNS) or _is_year(rest[0]):
        return len(rest) > 1 or _is_year(rest[0])
    if lowered[start].startswith(_SIGNS):
        # A sign alone is also the letter of an item: a year has to follow.
        return any(map(_is_year, rest[:3])) or "copyright" in rest[0]
    if rest[0] == "by":
        return len(rest) > 1
    return _goes_on_with_holder(rest, following, is_first=not start)


def _goes_on_with_holder(
    rest: list[str],
    following: str,
    *,
    is_first: bool,
) -> bool:
    """Return True if the words behind the word name who holds a copyright."""
    if rest[0].strip(_AROUND) in _AFTER and rest[0] != "the":
        return False
    if following[:1].isupper() and rest[0] != "the":
        return is_first or any(map(_is_year, rest))
    return is_first and _names_holder(rest)


def _names_holder(rest: list[str]) -> bool:
    """Return True for `aio-libs contributors`: a name in small letters."""
    words = {word.strip(_AROUND) for word in rest}
    return len(rest) < _SHORT and bool(words & _HOLDERS) and not words & _VERBS


def _start(lowered: list[str]) -> int | None:
    """
    Return where the word or sign stands: at the beginning of a line, or
    further on with a sign or a year behind it.
    """
    for number, word in enumerate(lowered):
        plain = word.strip(_AROUND)
        if plain in _WORDS or word.startswith(_TAG):
            if _is_begun(lowered[:number]) or _is_dated(lowered, number):
                return number
        elif word.startswith(_SIGNS) and _is_begun(lowered[:number]):
            return number
    return None


def _is_begun(before: list[str]) -> bool:
    """Return True if no other words stand before those of a statement."""
    return len(before) < _MOST_BEFORE and all(
        word.strip(_AROUND) in _BEFORE for word in before
    )


def _is_dated(lowered: list[str], number: int) -> bool:
    """Return True if a sign or a year follows the word."""
    following = lowered[number + 1 : number + 2]
    return any(w.startswith(_SIGNS) or _is_year(w) for w in following)


def _is_year(word: str) -> bool:
    digits = "".join(c for c in word if c.isdigit())
    return len(digits) >= 4 and digits[:2] in ("19", "20")


def _is_template(lowered: list[str]) -> bool:
    line = " ".join(lowered)
    return any(mark in line for mark in _TEMPLATES)


def _goes_on(words: list[str]) -> bool:
    """Return True if a statement ends in the next line."""
    last = words[-1].lower()
    return (
        last.endswith(",")
        or last in ("and", "by", "&")
        or (len(words) > 1 and _is_year(last) and not _has_name(words))
    )


def _has_name(words: list[str]) -> bool:
    named = [
        word
        for word in words
        if word[:1].isalpha() and word.lower() not in (*_WORDS, "by")
    ]
    return bool(named)


def _cut(statement: str) -> str:
    """Return a statement without what comes after the holder."""
    lowered = statement.lower()
    for words in _RESERVED:
        at = lowered.find(words)
        if at > 0:
            statement = statement[:at]
            lowered = lowered[:at]
    return statement.strip(" ,.;-#*/:")[:_LONGEST]
