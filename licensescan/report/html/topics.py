"""What the report says on patents, commerce and each license that occurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Conclusion,
    Report,
    Terms,
)
from licensescan.report.escape import line
from licensescan.report.html.located import Located
from licensescan.report.html.words import (
    Anchors,
    Row,
    Words,
    copyleft,
    everything,
    grant,
    suit,
    words_of,
)
from licensescan.report.speech import ENGLISH, say, spoken
from licensescan.rulebook.rulebook import load
from licensescan.standards.spdx_expression import licenses

_COMMERCE: Mapping[str, str] = {
    "prohibited": "Commercial use is prohibited",
    "conditional": "Commercial use is allowed on a condition",
    "unknown": "Nobody can say whether it may be used commercially",
}
"""From the heaviest; what is simply allowed needs no table."""
SAID = tuple(_COMMERCE.values())
"""Messages of the table above, for the test of other languages."""

_SILENT = ("none", "unknown")
_BROADEST = ("broad", "grantor", "ip", "work")
_LAST = 2 * len(_BROADEST) + 1
"""The rank of what says nothing of patents."""

_Key = tuple[int, str, str]
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Components that stand alike to patents or to commerce."""

    rank: int
    title: str
    license: str
    words: tuple[Words, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A license that occurs: what it means, and who is under it."""

    id: str
    name: str
    summary: str
    commercial: str
    grant: str
    suit: str
    copyleft: str
    words: tuple[Words, ...]
    obligations: tuple[str, ...]
    rows: tuple[Row, ...]


class _Groups:
    """
    Rows that are alike, with the first terms seen of each group. A key is the
    rank, the title and the license, "" where it differs.
    """

    def __init__(
        self,
        report: Report,
        anchors: Anchors,
    ) -> None:
        self._anchors = anchors
        self._located = Located(report)
        self.rows: dict[_Key, list[Row]] = {}
        self.words: dict[_Key, tuple[Words, ...]] = {}

    def add(
        self,
        key: _Key,
        name: str,
        conclusion: Conclusion,
        clauses: Sequence[Clause],
    ) -> None:
        self.rows.setdefault(key, []).append(
            Row(
                name=name,
                license="" if key[2] else line(conclusion.concluded),
                anchor=self._anchors.of(conclusion),
            )
        )
        if not any(word.quote for word in self.words.get(key, ())):
            # Many are silent under many licenses: there is nothing to quote.
            if key[2]:
                clauses = self._located.clauses(conclusion, clauses)
            self.words[key] = words_of(clauses)

    def sorted(self) -> tuple[Topic, ...]:
        """Return the groups, those with most rows first in each rank."""
        return tuple(
            sorted(
                self._topics(), key=lambda t: (t.rank, t.title, -len(t.rows))
            )
        )

    def _topics(self) -> Iterator[Topic]:
        for key, rows in self.rows.items():
            rank, title, license_ = key
            yield Topic(
                rank=rank,
                title=title,
                license=license_,
                words=self.words[key],
                rows=tuple(rows),
            )


def patents(
    report: Report,
    anchors: Anchors,
) -> tuple[Topic, ...]:
    """
    Return how components and parts stand to patents, by license: what ends on
    a suit first, then what is withheld, granted and silent.
    """
    groups = _Groups(report, anchors)
    for name, conclusion in everything(report):
        terms = conclusion.terms
        clauses = _about(terms, "patent.")
        license_ = line(conclusion.concluded)
        rank = _rank(terms)
        key = (rank, _patent_title(terms), "" if rank == _LAST else license_)
        groups.add(key, name, conclusion, clauses)
    return groups.sorted()


def _patent_title(terms: Terms) -> str:
    ends = suit(terms)
    granted = say("Patents: {grant}", grant=grant(terms))
    return f"{granted}; {ends}" if ends else granted


def _rank(terms: Terms) -> int:
    """Return the place of what ends most for most suits first."""
    hit = terms.patent.retaliation
    if hit:
        return 2 * _BROADEST.index(hit.strength) + (hit.effect != "all")
    return _LAST if terms.patent.grant in _SILENT else _LAST - 1


def commerce(
    report: Report,
    anchors: Anchors,
) -> tuple[Topic, ...]:
    """Return what may not simply be used in commerce, by license."""
    groups = _Groups(report, anchors)
    for name, conclusion in everything(report):
        terms = conclusion.terms
        title = _COMMERCE.get(terms.commercial)
        if title:
            clauses = _about(terms, "use.", "dist.", "term.")
            rank = SAID.index(title)
            key = (rank, say(title), line(conclusion.concluded))
            groups.add(key, name, conclusion, clauses)
    return groups.sorted()


def _about(
    terms: Terms,
    *groups: str,
) -> list[Clause]:
    """Return the clauses of some groups, those with words first."""
    found = [c for c in terms.clauses if c.clause.startswith(groups)]
    if len(found) > 1:
        # One license of several says nothing of patents: the others do.
        found = [c for c in found if c.clause != "patent.silent"] or found
    found.sort(key=lambda clause: not clause.quote)
    return found[:_MOST_WORDS]


def sheets(
    report: Report,
    anchors: Anchors,
) -> Iterator[Sheet]:
    """Yield each license that occurs, in the order of its name."""
    bearers: dict[str, list[Row]] = {}
    own: dict[str, Terms] = {}
    for name, conclusion in everything(report):
        if conclusion.concluded in (NONE, NOASSERTION, ""):
            continue
        row = Row(
            name=name,
            license="",
            anchor=anchors.of(conclusion),
        )
        for license_id in licenses(conclusion.concluded):
            bearers.setdefault(str(license_id), []).append(row)
            own.setdefault(str(license_id), conclusion.terms)
    for license_id in sorted(bearers, key=str.lower):
        yield _sheet(license_id, own[license_id], bearers[license_id])


def _sheet(
    license_id: str,
    read: Terms,
    rows: list[Row],
) -> Sheet:
    """Return what is known of a license, else what was read in its text."""
    fact = load().fact(license_id)
    terms = fact.terms if fact else read
    # Sheets are written in English; the clauses say the same in any language.
    is_english = spoken() == ENGLISH
    return Sheet(
        id=license_id,
        name=fact.name if fact else "",
        summary=fact.summary if fact and is_english else "",
        commercial=terms.commercial,
        grant=grant(terms),
        suit=suit(terms),
        copyleft=copyleft(terms) or say("none"),
        words=words_of(terms.clauses),
        obligations=fact.obligations if fact and is_english else (),
        rows=tuple(rows),
    )
