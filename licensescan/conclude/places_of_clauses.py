"""
Where a component's texts say what the facts of its licenses hold: lines and
words for the conditions that a policy's own facts may decide.

A known text is recognised without being read; it is read here, for the few
components whose terms have such a condition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from licensescan.classifier.classify import classify_text
from licensescan.classifier.locate_clauses import located
from licensescan.model.types import Clause, Component, Conclusion, Evidence


def with_places(
    conclusion: Conclusion, component: Component, wanted: Collection[str]
) -> Conclusion:
    """
    Return `conclusion` with the path, lines and words of those clauses of the
    kinds `wanted` that have none and stand in a text of `component`.
    """
    texts = {
        evidence.sha256: evidence
        for evidence in _texts_of(component)
        if evidence.sha256
    }
    return _placed(conclusion, texts, wanted)


def _placed(
    conclusion: Conclusion,
    texts: dict[str, Evidence],
    wanted: Collection[str],
) -> Conclusion:
    clauses = conclusion.terms.clauses
    wanting = [clause for clause in clauses if _is_open(clause, wanted)]
    places = _clauses_in(conclusion, texts) if wanting else []
    clauses = tuple(
        _from(clause, places) if clause in wanting else clause
        for clause in clauses
    )
    return replace(
        conclusion,
        terms=replace(conclusion.terms, clauses=clauses),
        parts=tuple(_placed(p, texts, wanted) for p in conclusion.parts),
    )


def _is_open(clause: Clause, wanted: Collection[str]) -> bool:
    return clause.clause in wanted and not clause.path


def _clauses_in(
    conclusion: Conclusion, texts: dict[str, Evidence]
) -> list[Clause]:
    """
    Return the clauses that have a place in the texts of a conclusion's own.
    """
    own = [
        texts[item.sha256]
        for item in conclusion.evidence
        if item.expression and item.sha256 in texts
    ]
    return [
        replace(clause, path=evidence.path)
        for evidence in own
        for clause in _read(evidence.text or "")
        if clause.lines
    ]


def _read(text: str) -> tuple[Clause, ...]:
    return located(classify_text(text), text).terms.clauses


def _from(clause: Clause, places: list[Clause]) -> Clause:
    """Return a clause with the place of the one that is the same."""
    for place in places:
        if (place.clause, place.section) == (clause.clause, clause.section):
            return replace(
                clause,
                path=place.path,
                lines=place.lines,
                quote=place.quote,
                lead=place.lead,
            )
    return clause


def _texts_of(component: Component) -> Iterator[Evidence]:
    waiting = [component]
    for item in waiting:
        yield from (e for e in item.evidence if e.text)
        waiting += item.parts
