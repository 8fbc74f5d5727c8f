"""
Match patterns of which only those alternatives are asked, and compiled, that
have the words without which they cannot match.

The words are read from the alternative itself. Looking for one is a thousandth
of compiling a detector's pattern (a millisecond or two), and of thirty
sentences with the cue of a detector one matches its topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

_QUANTIFIER = r"(?:[?*+]|\{[\d,]*\})\??"
_SOME = re.compile(
    rf"(?:\\x[0-9a-fA-F]{{2}}|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|[.^$])(?:{_QUANTIFIER})?"
)
"""
Any of several characters, an edge, or a character that is written with a
backslash.
"""

_OPTIONAL = re.compile(r"[^\0()|?*+{}](?:[?*]|\{[0,][\d,]*\})\??")
_REPEATED = re.compile(rf"(?<=[^\0()|?*+{{}}]){_QUANTIFIER}")
_PIECE = re.compile(
    rf"\((?:\?(?:[:=!]|<[=!]|P<\w+>)?)?|\)(?:{_QUANTIFIER})?|\||[^()|]+"
)
_LOOKS, _OTHER_GROUP = ("(?=", "(?!", "(?<"), "(?"
"""How groups begin that match no words, and those that are not understood."""

_MAY_BE_LEFT_OUT = (")?", ")*", "){0", "){,")
"""How groups end that need not match."""

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
        self._alternatives = [
            _Alternative(written) for written in alternatives
        ]

    @property
    def pattern(self) -> str:
        """Return the whole as it would be compiled."""
        return "|".join(
            alternative.written for alternative in self._alternatives
        )

    def may_match(self, text: str) -> bool:
        """
        Return False when no alternative can match anywhere in `text`, since a
        word that it needs is not there.
        """
        return any(
            alternative.first in text and alternative.may_match(text)
            for alternative in self._alternatives
        )

    def within(self, text: str) -> Pattern:
        """
        Return the alternatives that may match in `text`, to be asked of many
        parts of it.
        """
        narrowed = Pattern()
        narrowed._alternatives = self._of(text)
        return narrowed

    def _of(self, text: str) -> list[_Alternative]:
        """Return the alternatives that may match in `text`."""
        return [
            alternative
            for alternative in self._alternatives
            if alternative.first in text and alternative.may_match(text)
        ]

    def holds(self, text: str) -> bool:
        """Return True if there is a match anywhere in `text`."""
        return any(a.compiled.search(text) for a in self._of(text))

    def _possible(self, text: str) -> list[re.Pattern[str]]:
        """Return the alternatives that may match in `text`."""
        return [alternative.compiled for alternative in self._of(text)]

    def search(
        self,
        text: str,
        start: int = 0,
        end: int | None = None,
    ) -> re.Match[str] | None:
        """Return the first match from `start` to `end`; None without any."""
        end = len(text) if end is None else end
        first = None
        for pattern in self._possible(text):
            match = pattern.search(text, start, end)
            if match and (first is None or match.start() < first.start()):
                first = match
        return first

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the match that begins at `start`; None without any."""
        for pattern in self._possible(text):
            match = pattern.match(text, start)
            if match:
                return match
        return None

    def finditer(
        self,
        text: str,
        start: int = 0,
        end: int | None = None,
    ) -> Iterator[re.Match[str]]:
        """Return every match from `start` to `end`, none over another."""
        end = len(text) if end is None else end
        possible = self._possible(text)
        if len(possible) == 1:
            return possible[0].finditer(text, start, end)
        return _merged(possible, text, start, end)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the start and end of every match."""
        return [match.span() for match in self.finditer(text)]


_Following = tuple[re.Pattern[str], re.Match[str]]
"""A pattern and its next match."""


def _merged(
    patterns: Sequence[re.Pattern[str]],
    text: str,
    start: int,
    end: int,
) -> Iterator[re.Match[str]]:
    """
    Yield the matches of several patterns in their order, none over another.
    """
    following: list[_Following] = []
    for pattern in patterns:
        match = pattern.search(text, start, end)
        if match:
            following.append((pattern, match))
    while following:
        matches = (match for _, match in following)
        first = min(matches, key=re.Match.start)
        yield first
        start = first.end()
        start += start == first.start()
        following = list(_from(start, following, text, end))


def _from(
    start: int,
    following: Sequence[_Following],
    text: str,
    end: int,
) -> Iterator[_Following]:
    """
    Yield the patterns that match again, with their next matches from `start`
    on.
    """
    for pattern, match in following:
        if match.start() >= start:
            yield pattern, match
            continue
        later = pattern.search(text, start, end)
        if later:
            yield pattern, later


class _Alternative:
    """
    One alternative of a pattern; compiled, and its needs read, when it is
    first asked for.
    """

    def __init__(self, written: str) -> None:
        self.written = written

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """Return the alternative as a regular expression."""
        return re.compile(self.written)

    @cached_property
    def _needs(self) -> list[list[_Need]]:
        """Return for each way to match the needs that must all be met."""
        plain = self.written
        for pattern in (_SOME, _OPTIONAL, _REPEATED):
            plain = pattern.sub("\0", plain)
        pieces = _PIECE.findall(plain)
        if _OTHER_GROUP in pieces:
            # What is not understood needs nothing: it may always match.
            return [[]]
        alternatives, _ = _needs_of(iter(pieces))
        for needs in alternatives:
            # A single long word is the first to be missed.
            needs.sort(key=_commonness)
        return alternatives

    @cached_property
    def first(self) -> str:
        """
        Return the word that is looked for first, "" where there are several
        ways to match or to meet its needs.
        """
        ways = self._needs
        needs = ways[0] if len(ways) == 1 else []
        return needs[0][0] if needs and len(needs[0]) == 1 else ""

    def may_match(self, text: str) -> bool:
        """Return False when a word is missing in every way to match."""
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


def _needs_of(pieces: Iterator[str]) -> tuple[list[list[_Need]], str]:
    """
    Return what each alternative of the group that begins here needs, and the
    piece that ends the group.
    """
    needs: list[_Need] = []
    alternatives = [needs]
    for piece in pieces:
        match piece[0]:
            case ")":
                return alternatives, piece
            case "(":
                needs += _needs_of_group(piece, pieces)
            case "|":
                needs = []
                alternatives.append(needs)
            case _:
                words = piece.split("\0")
                needs += [(word,) for word in words if len(word) >= _LEAST]
    return alternatives, ""


def _needs_of_group(opening: str, pieces: Iterator[str]) -> list[_Need]:
    """Return what a group needs whose first piece is `opening`."""
    alternatives, closing = _needs_of(pieces)
    if opening.startswith(_LOOKS) or closing.startswith(_MAY_BE_LEFT_OUT):
        return []
    return _either(alternatives)


def _either(alternatives: list[list[_Need]]) -> list[_Need]:
    """
    Return what is needed where one of `alternatives` must stand: the most
    telling need of each.
    """
    if len(alternatives) == 1:
        return alternatives[0]
    if not all(alternatives):
        return []
    words: list[str] = []
    for needs in alternatives:
        most_telling: _Need = max(needs, key=_shortest)
        words += most_telling
    return [tuple(words)]


def _shortest(need: _Need) -> int:
    """Return the length of the shortest word: a longer one is more telling."""
    return min(map(len, need))


def _commonness(need: _Need) -> tuple[int, int]:
    return len(need), -_shortest(need)
