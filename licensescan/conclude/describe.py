"""
What the items of the trace of one component are: texts, fields, headers, parts
and statements, with where they stand.

Each function gives the key by which an item is known again, and what is said
of it (`trace.Describe`). What only they need is imported when somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from licensescan.model.types import (
    Clause,
    Conclusion,
    Evidence,
    Expression,
    LeftOut,
)

if TYPE_CHECKING:
    from licensescan.classifier.statements.labels import Label
    from licensescan.model.considered import Considered

_LONGEST_QUOTE = 160
"""Characters of a text or field that are quoted."""

Described = tuple[object, "Considered"]


def describe_text(item: tuple[Evidence, Expression]) -> Described:
    """
    Say what a text is in the component's own place, and what it says of
    itself.
    """
    from licensescan.model.considered import Considered

    evidence, expression = item
    return evidence.path, Considered(
        kind="text",
        path=evidence.path,
        quote=_quote(evidence.text or evidence.value),
        expression=expression,
    )


def describe_field(item: Evidence) -> Described:
    """Say what a field of the metadata is, and what it alone was read as."""
    from licensescan.model.considered import Considered

    return (item.kind, item.value), Considered(
        kind="field",
        path=item.path,
        lines=item.lines,
        quote=_quote(item.value or item.text or ""),
        expression=item.expression or "",
    )


def describe_header(item: tuple[Evidence, Expression]) -> Described:
    """
    Say what the header or tag of source files is, and what it was read as.
    """
    from licensescan.model.considered import Considered

    evidence, expression = item
    return (evidence.value, evidence.lines), Considered(
        kind="header",
        path=evidence.path,
        lines=evidence.lines,
        quote=_quote(evidence.text or evidence.value),
        expression=expression,
    )


def describe_vote(item: tuple[Evidence, Expression]) -> Described:
    """
    Say what the header of source files is as a voice for the whole component.
    """
    key, seen = describe_header(item)
    return ("whole", key), seen


def describe_left_out(item: LeftOut) -> Described:
    """Say which file was left out on purpose, or how many files."""
    from licensescan.model.considered import Considered

    more = f"and {item.number - 1} more files" if item.number > 1 else ""
    return (item.path, item.reason), Considered(
        kind="file", path=item.path, quote=more
    )


def describe_part(item: Conclusion) -> Described:
    """Say what a part is: its name, its license and where that stands."""
    from licensescan.model.considered import Considered

    component = item.component
    lines = next((e.lines for e in item.evidence if e.lines), None)
    words = next((e.value for e in item.evidence if e.value), "")
    return (component.name, item.concluded), Considered(
        kind="part",
        path=component.path,
        lines=lines,
        quote=_quote(words),
        expression=item.concluded,
        part=component.name,
    )


def describe_statement(item: tuple[str, Label]) -> Described:
    """Say what a README states: that something is under a license by name."""
    from licensescan.model.considered import Considered

    path, label = item
    return (label.subject, label.name, label.lines), Considered(
        kind="statement",
        path=path,
        lines=label.lines,
        expression="" if label.is_text else label.value,
        part=label.name,
    )


def describe_clause(item: Clause) -> Described:
    """Say what a clause is that was read in prose or in a header."""
    from licensescan.model.considered import Considered

    return (item.clause, item.lines), Considered(
        kind="clause",
        path=item.path,
        lines=item.lines,
        quote=_quote(item.quote or ""),
        clause=item.clause,
    )


def _quote(text: str) -> str:
    """Return the first words of a text, on one line."""
    return " ".join(text[: 4 * _LONGEST_QUOTE].split())[:_LONGEST_QUOTE]
