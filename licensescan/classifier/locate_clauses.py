"""
Where a recognised text says what its license fact holds: lines and words for
each clause, for a person to check.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.classify import Classified, classify_bytes
from licensescan.classifier.detection import plain
from licensescan.model.kinds import ClauseBasis, MatchKind
from licensescan.model.types import Clause, Expression, Match
from licensescan.reader import decode

_CITED = Regex(
    r"(?P<number>\d{1,2}(?:\.\d{1,2})*)(?P<labels>(?:\.[a-z]{1,4}\b|\([a-z0-9]{1,4}\))*)",
    re.IGNORECASE,
)
_BEFORE = r"(?im)^[\s#*>/;|.%\"'“_-]{0,16}"
_REACH = 60
"""Lines from the head of a section in which its clause is looked for."""


def located_bytes(
    data: bytes, path: str, clauses_only: bool = False, why: bool = False
) -> Classified:
    """`classify_bytes`, with the places of the clauses of known licenses."""
    classified = classify_bytes(data, path, clauses_only, why)
    return located(classified, decode(data).text)


def located(
    item: Classified,
    text: str,
    facts: Callable[[Expression], Sequence[Clause]] | None = None,
) -> Classified:
    """
    `item` with lines and quotes for the clauses that come from facts, as far
    as they are found again in `text`.

    Clause analysis shows where; where it does not see a clause, the section
    that the fact cites is looked up. Costs as much as reading an unknown text,
    so it is for a person who looks at one text. `facts` gives the clauses of a
    license; without it they are those of `rules/licenses`.
    """
    known = [
        m
        for m in item.detection.matches
        if m.kind == MatchKind.TEXT and m.part is None
    ]
    if not known or not any(
        c.basis == ClauseBasis.KNOWN_TEXT for c in item.terms.clauses
    ):
        return item
    facts = facts or _facts
    text = plain(text)
    places: dict[int, Clause] = {}
    clauses = item.terms.clauses
    for match in known:
        held = set(map(_key, facts(match.expression)))
        wanted = [
            n
            for n, c in enumerate(clauses)
            if c.basis == ClauseBasis.KNOWN_TEXT
            and n not in places
            and _key(c) in held
        ]
        places |= _places(text, match, {n: clauses[n] for n in wanted})
    return replace(
        item,
        terms=replace(
            item.terms,
            clauses=tuple(places.get(n, c) for n, c in enumerate(clauses)),
        ),
    )


def _facts(expression: Expression) -> Sequence[Clause]:
    from licensescan.rulebook.rulebook import load

    return load().terms_of(expression).clauses


def _places(
    text: str, match: Match, wanted: Mapping[int, Clause]
) -> dict[int, Clause]:
    """
    Return the clauses of one license that were found within the lines of its
    text.
    """
    from licensescan.classifier.clauses import analyse

    own = _within(text, match.lines)
    read = [c for c in analyse(own, complete=False).clauses if c.lines]
    taken: set[int] = set()
    placed: dict[int, Clause] = {}
    for number, clause in wanted.items():
        head = _section(own, clause.section)
        same = [n for n, c in enumerate(read) if c.clause == clause.clause]
        chosen = _nearest(same, taken, head, read)
        taken.update(chosen)
        if not chosen and not head and len(same) == 1:
            chosen = same
        found = _placed(clause, head, [read[n] for n in chosen])
        if found is not None:
            placed[number] = found
    return placed


def _within(text: str, lines: tuple[int, int]) -> str:
    """Return a text with all rows emptied but those of `lines`."""
    first, last = lines
    rows = enumerate(text.split("\n"), 1)
    return "\n".join(row if first <= n <= last else "" for n, row in rows)


def _nearest(
    same: Sequence[int],
    taken: set[int],
    head: int | None,
    read: Sequence[Clause],
) -> list[int]:
    """Return the first clause of a kind in its section, an unused one first."""
    free = [n for n in same if n not in taken] or same
    return [n for n in free if _is_below(head, _line(read[n]))][:1]


def _placed(
    clause: Clause, head: int | None, read: Sequence[Clause]
) -> Clause | None:
    """
    Return a clause with the lines and words of the one that was read, else with
    the line of its section; None where neither is known.
    """
    if read:
        seen = read[0]
        return replace(
            clause, lines=seen.lines, quote=seen.quote, lead=seen.lead
        )
    return replace(clause, lines=(head, head)) if head else None


def _is_below(head: int | None, line: int) -> bool:
    """
    Return True if a clause stands in its section; anywhere, if that is not
    found.
    """
    return not head or 0 <= line - head <= _REACH


def _section(text: str, section: str) -> int | None:
    """
    The line where the cited section begins, as "5.c", "2(b)" or "10"; None
    when it cannot be told.
    """
    cited = _CITED.match(section)
    if not cited:
        return None
    number = cited["number"]
    at = _heading(text, re.escape(number), 0)
    if at is None and "." in number:
        top, _, under = number.partition(".")
        above = _heading(text, top, 0)
        at = (
            _heading(text, re.escape(under), above)
            if above is not None
            else None
        )
    if at is None:
        return None
    for label in re.findall(r"\w+", cited["labels"]):
        deeper = _heading(text, label, at + 1)
        if deeper is None:
            break
        at = deeper
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    return bisect_right(starts, at)


def _heading(text: str, label: str, since: int) -> int | None:
    found = re.compile(
        rf"{_BEFORE}(?:(?:section|article|§)\s?)?\(?({label})(?:[.):]|\s)"
    ).search(text, since)
    return found.start(1) if found else None


def _line(clause: Clause) -> int:
    return clause.lines[0] if clause.lines else 0


def _key(clause: Clause) -> tuple[str, str, Sequence[tuple[str, str]]]:
    return clause.clause, clause.section, tuple(sorted(clause.params.items()))
