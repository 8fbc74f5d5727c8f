"""
Patterns of which only those alternatives are asked, and compiled, that have the words
without which they cannot match.

The words are read from the alternative itself. Looking for one is a thousandth of
compiling a detector's pattern (a millisecond or two), and of thirty sentences with the
cue of a detector one matches its topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

_QUANTIFIER = r"(?:[?*+]|\{[\d,]*\})\??"
_SOME = re.compile(
    rf"(?:\\x[0-9a-fA-F]{{2}}|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|[.^$])(?:{_QUANTIFIER})?"
)
"""
Any of several characters, an edge, or a character that is written with a backslash.
"""

_OPTIONAL = re.compile(r"[^\0()|?*+{}](?:[?*]|\{[0,][\d,]*\})\??")
_REPEATED = re.compile(rf"(?<=[^\0()|?*+{{}}]){_QUANTIFIER}")
_PIECE = re.compile(
    rf"\((?:\?(?:[:=!]|<[=!]|P<\w+>)?)?|\)(?:{_QUANTIFIER})?|\||[^()|]+"
)
_LOOKS, _OTHER_GROUP = ("(?=", "(?!", "(?<"), "(?"
_LEAST = 2
"""Characters of a word that is worth looking for."""

_Need = tuple[str, ...]
"""Words of which one must be there."""


class Pattern:
    """
    A regular expression of several alternatives, with the answers of
    `re.compile("|".join(alternatives))`.
    """

    def __init__(self, *alternatives: str) -> None:
        self._alternatives = [_Alternative(written) for written in alternatives]

    @property
    def pattern(self) -> str:
        """The whole as it would be compiled."""
        return "|".join(alternative.written for alternative in self._alternatives)

    def may_match(self, text: str) -> bool:
        """
        False when no alternative can match anywhere in `text`, since a word that it
        needs is not there.
        """
        return any(alternative.may_match(text) for alternative in self._alternatives)

    def search(
        self, text: str, start: int = 0, end: int | None = None
    ) -> re.Match[str] | None:
        """The first match from `start` to `end`."""
        first, end = None, len(text) if end is None else end
        for alternative in self._alternatives:
            if alternative.may_match(text):
                found = alternative.compiled.search(text, start, end)
                if found and (first is None or found.start() < first.start()):
                    first = found
        return first

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The match that begins at `start`."""
        possible = (
            a.compiled.match(text, start)
            for a in self._alternatives
            if a.may_match(text)
        )
        return next(filter(None, possible), None)

    def finditer(
        self, text: str, start: int = 0, end: int | None = None
    ) -> Iterator[re.Match[str]]:
        """Every match from `start` to `end`, none over another."""
        end = len(text) if end is None else end
        possible = [a.compiled for a in self._alternatives if a.may_match(text)]
        if len(possible) == 1:
            yield from possible[0].finditer(text, start, end)
            return
        following = [
            (pattern, pattern.search(text, start, end)) for pattern in possible
        ]
        while following:
            following = [
                (
                    pattern,
                    match
                    if match and match.start() >= start
                    else pattern.search(text, start, end),
                )
                for pattern, match in following
            ]
            found = [match for _, match in following if match]
            if not found:
                return
            first = min(found, key=re.Match.start)
            yield first
            start = first.end() + (first.end() == first.start())


class _Alternative:
    """
    One alternative of a pattern; compiled, and its needs read, when it is first asked
    for.
    """

    def __init__(self, written: str) -> None:
        self.written = written

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.written)

    @cached_property
    def _needs(self) -> list[list[_Need]]:
        """For each way to match the needs that must all be met."""
        plain = _REPEATED.sub("\0", _OPTIONAL.sub("\0", _SOME.sub("\0", self.written)))
        pieces = _PIECE.findall(plain)
        # What is not understood needs nothing: it may always match.
        found = [[]] if _OTHER_GROUP in pieces else _needs(pieces, 0)[0]
        for needs in found:
            # A single long word is the first to be missed.
            needs.sort(key=_commonness)
        return found

    def may_match(self, text: str) -> bool:
        for needs in self._needs:
            for need in needs:
                for word in need:
                    if word in text:
                        break
                else:
                    break
            else:
                return True
        return False


def _needs(pieces: list[str], at: int) -> tuple[list[list[_Need]], int]:
    """
    What each alternative of the group that begins at `at` needs, and where the group
    ends.
    """
    found: list[list[_Need]] = []
    needs: list[_Need] = []
    while at < len(pieces):
        piece = pieces[at]
        first = piece[0]
        if first == ")":
            break
        at += 1
        if first == "(":
            inside, end = _needs(pieces, at)
            at = end + 1
            if not piece.startswith(_LOOKS) and not pieces[end].startswith(
                (")?", ")*", "){0", "){,")
            ):
                needs += _either(inside)
        elif first == "|":
            found.append(needs)
            needs = []
        else:
            needs += [(word,) for word in piece.split("\0") if len(word) >= _LEAST]
    found.append(needs)
    return found, at


def _either(alternatives: list[list[_Need]]) -> list[_Need]:
    """
    What is needed where one of `alternatives` must stand: the most telling need of
    each.
    """
    if len(alternatives) == 1:
        return alternatives[0]
    if not all(alternatives):
        return []
    chosen = (
        needs[0] if len(needs) == 1 else max(needs, key=_telling)
        for needs in alternatives
    )
    return [tuple(word for need in chosen for word in need)]


def _telling(need: _Need) -> int:
    return min(map(len, need))


def _commonness(need: _Need) -> tuple[int, int]:
    return len(need), -_telling(need)
