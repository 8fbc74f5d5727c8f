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
    everything,
    grant,
    suit,
    words_of,
)
from licensescan.rulebook.rulebook import load
from licensescan.standards.spdx_expression import licenses

_COMMERCE: Mapping[str, str] = {
    "prohibited": "Commercial use is prohibited",
    "conditional": "Commercial use is allowed on a condition",
    "unknown": "Nobody can say whether it may be used commercially",
}
"""From the heaviest; what is simply allowed needs no table."""

_SILENT = ("none", "unknown")
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Components that stand alike to patents or to commerce."""

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
    """Rows that are alike, with the first terms seen of each group."""

    def __init__(self, report: Report, anchors: Anchors) -> None:
        self._anchors = anchors
        self._located = Located(report)
        self.rows: dict[tuple[str, str], list[Row]] = {}
        self.words: dict[tuple[str, str], tuple[Words, ...]] = {}

    def add(
        self,
        key: tuple[str, str],
        name: str,
        conclusion: Conclusion,
        clauses: Sequence[Clause],
    ) -> None:
        self.rows.setdefault(key, []).append(
            Row(
                name=name,
                license=line(conclusion.concluded),
                anchor=self._anchors.of(conclusion),
            )
        )
        if not any(word.quote for word in self.words.get(key, ())):
            # Many are silent under many licenses: there is nothing to quote.
            if key[1]:
                clauses = self._located.clauses(conclusion, clauses)
            self.words[key] = words_of(clauses)

    def topics(self) -> Iterator[Topic]:
        for (title, license_), rows in self.rows.items():
            yield Topic(
                title=title,
                license=license_,
                words=self.words[title, license_],
                rows=tuple(rows),
            )


def patents(report: Report, anchors: Anchors) -> tuple[Topic, ...]:
    """
    Return how components and parts stand to patents, by license: what ends on
    a suit first, then what is withheld, granted and silent.
    """
    groups = _Groups(report, anchors)
    for name, conclusion in everything(report):
        terms = conclusion.terms
        clauses = _about(terms, "patent.")
        key = (_patent_title(terms), line(conclusion.concluded))
        if terms.patent.grant in _SILENT and not terms.patent.retaliation:
            key = (key[0], "")
        groups.add(key, name, conclusion, clauses)
    return tuple(sorted(groups.topics(), key=_weight))


def _patent_title(terms: Terms) -> str:
    ends = suit(terms)
    granted = f"Patents: {grant(terms)}"
    return f"{granted}; {ends}" if ends else granted


def _weight(topic: Topic) -> tuple[int, str, int]:
    silent = "nothing is said" in topic.title or "not known" in topic.title
    rank = 0 if " ends " in topic.title else 2 if silent else 1
    return rank, topic.title, -len(topic.rows)


def commerce(report: Report, anchors: Anchors) -> tuple[Topic, ...]:
    """Return what may not simply be used in commerce, by license."""
    groups = _Groups(report, anchors)
    for name, conclusion in everything(report):
        terms = conclusion.terms
        title = _COMMERCE.get(terms.commercial)
        if title:
            clauses = _about(terms, "use.", "dist.", "term.")
            key = (title, line(conclusion.concluded))
            groups.add(key, name, conclusion, clauses)
    order = list(_COMMERCE.values())
    return tuple(
        sorted(
            groups.topics(),
            key=lambda topic: (order.index(topic.title), -len(topic.rows)),
        )
    )


def _about(terms: Terms, *groups: str) -> list[Clause]:
    """Return the clauses of some groups, those with words first."""
    found = [c for c in terms.clauses if c.clause.startswith(groups)]
    found.sort(key=lambda clause: not clause.quote)
    return found[:_MOST_WORDS]


def sheets(report: Report, anchors: Anchors) -> Iterator[Sheet]:
    """Yield each license that occurs, in the order of its name."""
    bearers: dict[str, list[Row]] = {}
    own: dict[str, Terms] = {}
    for name, conclusion in everything(report):
        if conclusion.concluded in (NONE, NOASSERTION, ""):
            continue
        row = Row(name=name, license="", anchor=anchors.of(conclusion))
        for license_id in licenses(conclusion.concluded):
            bearers.setdefault(str(license_id), []).append(row)
            own.setdefault(str(license_id), conclusion.terms)
    for license_id in sorted(bearers, key=str.lower):
        yield _sheet(license_id, own[license_id], bearers[license_id])


def _sheet(license_id: str, read: Terms, rows: list[Row]) -> Sheet:
    """Return what is known of a license, else what was read in its text."""
    fact = load().fact(license_id)
    terms = fact.terms if fact else read
    return Sheet(
        id=license_id,
        name=fact.name if fact else "",
        summary=fact.summary if fact else "",
        commercial=terms.commercial,
        grant=grant(terms),
        suit=suit(terms),
        copyleft=terms.copyleft,
        words=words_of(terms.clauses),
        obligations=fact.obligations if fact else (),
        rows=tuple(rows),
    )
