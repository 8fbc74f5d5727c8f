"""
The words in which a known license says what a sheet knows of it: looked up in
the texts that the report keeps, once for a license.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from licensescan.model.packed import unpacked
from licensescan.model.types import Clause, Conclusion, Report

_LONGEST = 40_000
"""
Letters of a text that is read: the GPL has 35,000; a collective text of a
megabyte takes half a minute, and its sections are many licenses'.
"""


class Located:
    """Clauses with path, lines and quote, by the texts of a report."""

    def __init__(self, report: Report) -> None:
        self._texts = report.texts
        self._read: dict[str, tuple[Clause, ...]] = {}

    def clauses(
        self, conclusion: Conclusion, clauses: Sequence[Clause]
    ) -> tuple[Clause, ...]:
        """Return `clauses` with their words, as far as a text has them."""
        if all(clause.quote for clause in clauses):
            return tuple(clauses)
        found = self._of(conclusion)
        return tuple(
            clause if clause.quote else _from(clause, found)
            for clause in clauses
        )

    def _of(self, conclusion: Conclusion) -> tuple[Clause, ...]:
        """Return what the texts of a component or part say."""
        key = conclusion.concluded
        if key not in self._read:
            said = [
                replace(clause, path=item.path)
                for item in conclusion.evidence
                if item.expression and (item.sha256 or "") in self._texts
                for clause in _clauses_in(self._texts[item.sha256 or ""])
            ]
            if not said:
                return ()
            self._read[key] = tuple(said)
        return self._read[key]


def _clauses_in(packed: str) -> tuple[Clause, ...]:
    from licensescan.classifier.classify import classify_text
    from licensescan.classifier.locate_clauses import located

    try:
        text = unpacked(packed)
    except ValueError:  # a stored report that somebody has changed
        return ()
    if len(text) > _LONGEST:
        return ()
    read = located(classify_text(text), text).terms.clauses
    return tuple(clause for clause in read if clause.lines and clause.quote)


def _from(
    clause: Clause,
    found: Sequence[Clause],
) -> Clause:
    """Return a clause with the words of the one that is the same."""
    for other in found:
        if (other.clause, other.section) == (clause.clause, clause.section):
            return replace(
                clause, path=other.path, lines=other.lines, quote=other.quote
            )
    return clause
