"""
The answer of `classify` for people: the expression of each text, why, and what
the text says in its own words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from licensescan.classifier.classify import Classified
from licensescan.model.types import (
    Clause,
    Difference,
    Match,
    Retaliation,
    Terms,
)
from licensescan.report.considered import rows as considered_rows
from licensescan.report.escape import line, terminal
from licensescan.rulebook.rulebook import taxonomy

_INDENT = "  "
_LABEL = 15
"""Columns of a label before its text."""

_NARROWEST = 40

_SHOWN_OTHERWISE = {"note", "trigger"}
"""
Parameters of a clause that are not listed: a note has a row of its own, and
the trigger stands in the words of the clause.
"""

_QUOTE = 1_200
"""Characters of a quote that are shown; the JSON holds all of it."""

_CERTAIN = 0.995
"""A confidence that is not worth a word."""

_NO_LINES = (1 << 30, 0)
"""
Where a clause without lines (a fact, an absence) is sorted: behind the others.
"""


def render(results: Sequence[Classified], width: int) -> str:
    """
    Return the results one after another, `width` columns wide. Everything that
    a text says is escaped.
    """
    page = _Page(width)
    for classified in results:
        page.add_result(classified)
    # Escaped once more as a whole: wrapping can move a "::" to the head of a
    # row, where CI runners look for commands.
    return terminal("\n".join(page.rows))


class _Page:
    """The rows of an answer, added text by text."""

    def __init__(self, width: int) -> None:
        self.width = max(width, _NARROWEST)
        self.rows: list[str] = []

    def add_result(self, classified: Classified) -> None:
        detection = classified.detection
        path = line(classified.path or "-")
        marks = {
            "modified": detection.modified,
            "tricks undone": detection.obfuscated,
        }
        shown = ", ".join(mark for mark, is_set in marks.items() if is_set)
        in_brackets = f"   ({shown})" if shown else ""
        self.rows.append(f"{path}: {line(detection.expression)}{in_brackets}")
        if classified.note:
            self.add("note", classified.note)
        for match in detection.matches:
            self._add_match(match)
        for gap in detection.unmatched:
            words = f"{gap.words} words that no known license accounts for"
            self.add("unmatched", f"{_lines(gap.lines)}: {words}")
        for left in detection.residue:
            weight = "" if left.told else " (harmless)"
            words = _cut(line(left.said))
            self.add("residue", f"{_lines(left.lines)}{weight}: “{words}”")
        self._add_terms(classified.terms)
        for clause in sorted(
            classified.terms.clauses, key=_in_order_of_reading
        ):
            self._add_clause(clause)
        if classified.considered is not None:
            self.rows += considered_rows(classified.considered, self.width)
        self.rows.append("")

    def _add_match(self, match: Match) -> None:
        # 0.9996 must not read as complete, so the share is cut, not rounded.
        percent = int(match.coverage * 1000) / 10
        pieces = [
            line(match.expression),
            match.kind,
            _lines(match.lines),
            f"{percent:g} %",
        ]
        if match.part:
            pieces.append(f"about {line(match.part)}")
        self.add("match", ", ".join(pieces))
        for difference in match.differences:
            self._add_difference(difference)

    def _add_difference(self, difference: Difference) -> None:
        words = _cut(line(difference.words))
        if difference.kind == "added":
            words = f"“{words}”"
        elif not words:
            words = "words that are known by their hashes only"
        weight = "" if difference.matters else " (does not matter)"
        place = _lines(difference.lines)
        self.add("", f"{difference.kind} in {place}{weight}: {words}")

    def _add_terms(self, terms: Terms) -> None:
        retaliation = terms.patent.retaliation
        suit = _suit(retaliation) if retaliation else ""
        self.add("patents", f"grant {terms.patent.grant}{suit}")
        if retaliation and retaliation.trigger:
            self.add("", line(retaliation.trigger))
        self.add("commercial", terms.commercial)
        self.add("copyleft", terms.copyleft)
        if terms.incomplete:
            missing = (
                "some of the terms stand in a document that is not at hand"
            )
            self.add("incomplete", missing)

    def _add_clause(self, clause: Clause) -> None:
        """
        Add the place first, so that a reader goes down the text once; what the
        clause is; and the words themselves.
        """
        place = _lines(clause.lines) if clause.lines else ""
        section = f" ({_section(clause.section)})" if clause.section else ""
        title = taxonomy().get(clause.clause, {}).get("title", "")
        is_certain = clause.confidence >= _CERTAIN
        doubt = "" if is_certain else f"   ({clause.confidence:.2f})"
        self.add(place, f"{clause.clause}{section}: {title}{doubt}")
        params = _params(clause)
        if params:
            self.add("", f"[{params}]")
        note = clause.params.get("note")
        if note:
            self.add("", line(note))
        if clause.quote:
            lead = f"“{line(clause.lead)}” … " if clause.lead else ""
            self.add("", f"{lead}“{_cut(line(clause.quote))}”")

    def add(self, label: str, text: str) -> None:
        """Add `text` behind `label`."""
        self.rows += textwrap.wrap(
            text,
            self.width,
            initial_indent=f"{_INDENT}{label:{_LABEL - 1}s} ",
            subsequent_indent=_INDENT + " " * _LABEL,
            break_on_hyphens=False,
        )


def _suit(retaliation: Retaliation) -> str:
    """Return what ends when the licensee sues."""
    ends = (
        "all rights" if retaliation.effect == "all" else "the patent license"
    )
    return f"; a suit ends {ends} ({retaliation.strength})"


def _params(clause: Clause) -> str:
    params = [
        f"{name} {line(value)}"
        for name, value in sorted(clause.params.items())
        if value and name not in _SHOWN_OTHERWISE
    ]
    return "; ".join(params)


def _section(section: str) -> str:
    is_numbered = section[:1].isdigit()
    return line(f"section {section}" if is_numbered else section)


def _in_order_of_reading(clause: Clause) -> tuple[tuple[int, int], str]:
    return clause.lines or _NO_LINES, clause.clause


def _lines(lines: tuple[int, int]) -> str:
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"
