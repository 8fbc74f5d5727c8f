"""
What the small words of a sentence reach: what is banned, what is limited by "only",
what is excepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from licensescan.classifier.clauses.words import words

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """The words that forbid (`by`) and the span that they forbid (`over`)."""

    by: Span
    over: Span


_FAR = 2000
"""
Characters that a ban reaches at most, and bans read in one sentence: what is longer is
no sentence, and time is to stay linear.
"""

_MOST = 400
_CLOSING = ("nothing else", "no other purpose", "but not ")


class Scope:
    """
    The spans of a sentence (as `layout.Sentence.text`) that are banned and limited to,
    and those that name who is banned; each is read when a detector first asks for it.
    """

    def __init__(self, text: str, own: int = 0) -> None:
        self.text = text
        self.own = own

    @cached_property
    def bans(self) -> tuple[Ban, ...]:
        """What is forbidden."""
        text = self.text
        found = words("before").finditer(text)
        before = (
            Ban(
                by=m.span(),
                over=(m.end(), _reach(text, m.end(), leads=self._leads(m.end()))),
            )
            for m in found
        )
        bans = chain(islice(before, _MOST), self._backward("after"))
        return tuple(
            b for b in islice(bans, 2 * _MOST) if not _meets(b.by, self._harmless)
        )

    def _leads(self, end: int) -> bool:
        """
        Whether the lead-in of a list ends at `end`: "you may not", and below it what.
        """
        return (
            bool(self.own)
            and end <= self.own
            and not self.text[end : self.own].strip(" :.-")
        )

    @cached_property
    def agents(self) -> tuple[Ban, ...]:
        """Who is barred."""
        found = self._backward("agent")
        return tuple(
            a
            for a in found
            if a.by[0] - a.over[0] < 90 and not _meets(a.by, self._harmless)
        )

    @cached_property
    def only(self) -> tuple[Span, ...]:
        """The words that limit."""
        found = [m.span() for m in words("only").finditer(self.text)]
        if not found:
            return ()
        cancelled = tuple(m.span() for m in words("not_only").finditer(self.text))
        return tuple(span for span in found if not _meets(span, cancelled))

    @cached_property
    def limits(self) -> bool:
        """
        Whether there are words that limit, or such as may close a limit ("... and for
        nothing else").
        """
        return bool(self.only) or any(closing in self.text for closing in _CLOSING)

    @cached_property
    def is_one_of_several(self) -> bool:
        """
        Whether a purpose is named beside its contrary, so that nothing is limited to
        it.
        """
        return words("else").search(self.text) is not None

    @cached_property
    def demands(self) -> bool:
        """Whether something is demanded."""
        return (
            words("need").search(self.text) is not None
            and words("no_need").search(self.text) is None
        )

    @cached_property
    def permits(self) -> bool:
        """Whether something is granted or allowed."""
        return words("permission").search(self.text) is not None

    @cached_property
    def _harmless(self) -> tuple[Span, ...]:
        return tuple(m.span() for m in words("not_after").finditer(self.text))

    def _backward(self, table: str) -> Iterator[Ban]:
        for match in words(table).finditer(self.text):
            yield Ban(
                by=match.span(), over=(_since(self.text, match.start()), match.start())
            )

    def banned(self, span: Span, *, close: bool = False) -> Span | None:
        """
        The words that forbid what stands at `span`, if any do; with `close`, not across
        a subordinate clause.
        """
        for ban in self.bans:
            inside = span[0] <= ban.by[0] and ban.by[1] <= span[1]
            if not inside and not ban.over[0] <= span[0] < ban.over[1]:
                continue
            between = self.text[
                min(ban.by[1], span[1]) : max(span[0], ban.by[0])
            ].rpartition("; ")[2]
            if inside or not close or not words("subordinate").search(between):
                return ban.by
        return None

    def excluded(self, span: Span) -> Span | None:
        """The words that bar the one who is named at `span`."""
        return next(
            (a.by for a in self.agents if a.over[0] <= span[0] < a.over[1]), None
        )


def _meets(span: Span, others: tuple[Span, ...]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in others)


def _since(text: str, end: int) -> int:
    """Where the statement that ends at `end` begins."""
    start = max(
        max(text.rfind(mark, max(0, end - _FAR), end) for mark in ("; ", ". ", ": "))
        + 1,
        end - _FAR,
        0,
    )
    return max(
        [start, *(m.start() for m in words("turn_back").finditer(text, start, end))]
    )


def _reach(text: str, start: int, *, leads: bool = False) -> int:
    """
    Where a ban that begins at `start` ends: at an exception or a turn, but not at the
    items of a list (whose lead-in it ends, with `leads`).
    """
    end = min(len(text), start + _FAR)
    listed = leads or bool(words("listed").match(text[start : min(end, start + 700)]))
    stop = words("except").search(text, start, end)
    # An exception at the very start ("may not, except as provided here, sell") or in
    # brackets is a parenthesis.
    while stop and (stop.start() - start < 4 or text[stop.start() - 1] == "("):
        closing = text.find(")" if text[stop.start() - 1] == "(" else ",", stop.end())
        stop = words("except").search(text, closing, end) if 0 < closing < end else None
    if stop and not listed:
        end = stop.start()
    for turn in words("turn").finditer(text, start, end):
        if not (listed and turn.group() in ("; ", ". ")):
            return turn.start()
    return end
