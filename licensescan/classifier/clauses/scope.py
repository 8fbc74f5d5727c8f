"""
Read what the small words of a sentence reach: what is banned, what is limited
by "only", what is excepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from licensescan.classifier.clauses.words import Tables, has
from licensescan.classifier.document.languages import ENGLISH

Span = tuple[int, int]
"""Start and end of some words, as characters of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """The words that forbid (`by`) and the span that they forbid (`over`)."""

    by: Span
    over: Span

    def covers(self, at: int) -> bool:
        """Return True if what stands at `at` is forbidden."""
        return self.over[0] <= at < self.over[1]


_FAR = 2000
"""
Characters that a ban reaches at most, and bans read in one sentence: what is
longer is no sentence, and time is to stay linear.
"""

_MOST = 400
_LONGEST_AGENT = 90
"""Characters of the words that name who is barred."""

_LONGEST_LIST = 700
"""Characters behind a ban in which it is seen to lead a list in."""

_PARENTHESIS = 4
"""An exception within so many characters of a ban is a parenthesis."""

_CLOSING = ("nothing else", "no other purpose", "but not ")
_CLOSING_REACH = 80
"""Characters behind a topic in which words may close the list of purposes."""

_TAIL_REACH, _TAIL_WORDS = 40, 4
"""
Characters and words that may stand between a topic and the "only" behind it.
"""


_ENDS = (";", ".", ":")


class Scope:
    """
    The spans of a sentence (as `Sentence.text`) that are banned and limited
    to, and those that name who is banned; each is read when a detector first
    asks for it, by the small words of one language.
    """

    def __init__(
        self,
        text: str,
        own: int,
        tables: Tables,
        heading: str = "",
    ) -> None:
        self.text = text
        self.own = own
        self._tables = tables
        self._words, self._has = tables.words, tables.has
        self.heading = heading

    @cached_property
    def bans(self) -> tuple[Ban, ...]:
        """Return what is forbidden."""
        forward = islice(self._forward(), _MOST)
        backward = self._backward("after")
        bans = islice(chain(forward, backward, self._below()), 2 * _MOST)
        return self._without_harmless(bans)

    def _forward(self) -> Iterator[Ban]:
        """Yield the bans on what stands behind their words."""
        for start, end in self._words("before").spans(self.text):
            reach = _reach(
                self.text,
                end,
                self._tables,
                leads=self._leads_in(end),
            )
            yield Ban(by=(start, end), over=(end, reach))

    def _backward(self, table: str) -> Iterator[Ban]:
        """Yield the bans of a table on what stands before their words."""
        for start, end in self._words(table).spans(self.text):
            since = _since(self.text, start, self._tables)
            yield Ban(by=(start, end), over=(since, start))

    def _below(self) -> Iterator[Ban]:
        """Yield the ban of a heading on all that stands below it."""
        language = self._tables.language
        if language != ENGLISH and has("heading", self.heading, language):
            own = self.own
            yield Ban(by=(own, own), over=(own, len(self.text)))

    def _leads_in(self, end: int) -> bool:
        """
        Return True if the lead-in of a list ends at `end`: "you may not", and
        below it what.
        """
        if not self.own or end > self.own:
            return False
        return not self.text[end : self.own].strip(" :.-")

    @cached_property
    def agents(self) -> tuple[Ban, ...]:
        """Return who is barred."""
        bans = self._backward("agent")
        near = (
            ban for ban in bans if ban.by[0] - ban.over[0] < _LONGEST_AGENT
        )
        return self._without_harmless(near)

    @cached_property
    def only(self) -> tuple[Span, ...]:
        """Return the words that limit."""
        limits = self._words("only").spans(self.text)
        if not limits:
            return ()
        cancelled = self._words("not_only").spans(self.text)
        return tuple(span for span in limits if not _meets(span, cancelled))

    @cached_property
    def limits(self) -> bool:
        """
        Return True if there are words that limit, or such as may close a limit
        ("... and for nothing else").
        """
        if self.only:
            return True
        return any(closing in self.text for closing in _CLOSING)

    @cached_property
    def is_one_of_several(self) -> bool:
        """
        Return True if a purpose is named beside its contrary, so that nothing
        is limited to it.
        """
        return self._has("else", self.text)

    @cached_property
    def demands(self) -> bool:
        """Return True if something is demanded."""
        return self._has("need", self.text) and not self._has(
            "no_need", self.text
        )

    @cached_property
    def permits(self) -> bool:
        """Return True if something is granted or allowed."""
        return self._has("permission", self.text)

    def _without_harmless(self, bans: Iterable[Ban]) -> tuple[Ban, ...]:
        """Return the bans without those of words like "not prohibited"."""
        harmless = self._harmless
        return tuple(ban for ban in bans if not _meets(ban.by, harmless))

    @cached_property
    def _harmless(self) -> Sequence[Span]:
        return self._words("not_after").spans(self.text)

    def banned(self, span: Span, *, close: bool = False) -> Span | None:
        """
        Return the words that forbid what stands at `span`, if any do; with
        `close`, not across a subordinate clause.
        """
        start, end = span
        for ban in self.bans:
            by_start, by_end = ban.by
            if start <= by_start and by_end <= end:
                return ban.by
            if not ban.covers(start):
                continue
            between = self.text[min(by_end, end) : max(start, by_start)]
            statement = between.rpartition("; ")[2]
            if not close or not self._has("subordinate", statement):
                return ban.by
        return None

    def excluded(self, span: Span) -> Span | None:
        """Return the words that bar the one who is named at `span`."""
        start = span[0]
        barred = (ban.by for ban in self.agents if ban.covers(start))
        return next(barred, None)

    def limited(self, span: Span, reach: int) -> Span | None:
        """
        Return the words that limit to what stands at `span`, at most `reach`
        characters behind them.
        """
        start, end = span
        for limit in self.only:
            if (
                (start <= limit[0] and limit[1] <= end)
                or self._reaches(limit, start, reach)
                or self._ends(limit, end)
            ):
                return limit
        behind = self.text[end : end + _CLOSING_REACH]
        closing = self._words("closing").search(behind)
        if closing is None:
            return None
        return end + closing.start(), end + closing.end()

    def _reaches(
        self,
        limit: Span,
        start: int,
        reach: int,
    ) -> bool:
        """Return True if a limit goes on to a topic that starts behind it."""
        if not 0 <= start - limit[1] <= reach:
            return False
        between = self.text[limit[1] : start]
        return not self._has("limit_ends", between)

    def _ends(self, limit: Span, end: int) -> bool:
        """
        Return True if a limit follows right behind a topic: "for research
        only".
        """
        if not 0 <= limit[0] - end <= _TAIL_REACH:
            return False
        tail = self.text[end : limit[0]]
        if any(mark in tail for mark in _ENDS):
            return False
        return len(tail.split()) <= _TAIL_WORDS


def _meets(span: Span, others: Iterable[Span]) -> bool:
    first, last = span
    return any(start < last and first < end for start, end in others)


def _since(text: str, end: int, tables: Tables) -> int:
    """Return where the statement that ends at `end` begins."""
    first = max(0, end - _FAR)
    start = first
    for mark in ("; ", ". ", ": "):
        start = max(start, text.rfind(mark, first, end) + 1)
    for turn in tables.words("turn_back").finditer(text, start, end):
        start = max(start, turn.start())
    return start


def _reach(
    text: str,
    start: int,
    tables: Tables,
    *,
    leads: bool = False,
) -> int:
    """
    Return where a ban that begins at `start` ends: at an exception or a turn,
    but not at the items of a list (whose lead-in it ends, with `leads`).
    """
    end = min(len(text), start + _FAR)
    behind = text[start : min(end, start + _LONGEST_LIST)]
    is_listed = leads or bool(tables.words("listed").match(behind))
    if not is_listed:
        end = _exception(text, start, end, tables)
    for turn in tables.words("turn").finditer(text, start, end):
        if not (is_listed and turn[0] in ("; ", ". ")):
            return turn.start()
    return end


def _exception(
    text: str,
    start: int,
    end: int,
    tables: Tables,
) -> int:
    """
    Return where the first exception between `start` and `end` begins; `end`
    without one. At the very start ("may not, except as provided here, sell")
    or in brackets it is a parenthesis.
    """
    at = start
    while exception := tables.words("except").search(text, at, end):
        first = exception.start()
        in_brackets = text[first - 1] == "("
        if not in_brackets and first - start >= _PARENTHESIS:
            return first
        at = text.find(")" if in_brackets else ",", exception.end())
        if not 0 < at < end:
            break
    return end
