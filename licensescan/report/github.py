"""
The report as commands of a GitHub workflow: each decision that fails a gate is
an annotation at the line that brought it in.

A step shows ten errors and ten warnings, and no more; the tenth says how many
there are and where the rest is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licensescan.model.types import Finding, Report
from licensescan.report.decisions import by_decision, subjects
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.origins import Origin, Origins

_LEVELS = {"deny": "error", "review": "warning"}
_MOST = 10
"""Annotations of one level that a step shows."""

_LONGEST = 1000
"""Characters of a message; a host cuts longer ones."""


def render(
    report: Report,
    layout: Layout | None = None,
) -> str:
    """Return one command a row, and a row that sums up."""
    origins = Origins(report)
    standing = [
        finding
        for finding in report.findings
        if finding.verdict in _LEVELS and not finding.waived_by
    ]
    rows: dict[str, list[str]] = {"error": [], "warning": []}
    for message in report.incomplete:
        place = Origin(path="")
        rows["error"].append(_command("error", place, "incomplete", message))
    for members in by_decision(standing):
        level = _LEVELS[members[0].verdict]
        rows[level].append(_annotation(level, members, origins))
    shown = [row for level in rows for row in _limited(level, rows[level])]
    return "\n".join([*shown, _summary(rows)])


def _limited(
    level: str,
    rows: Sequence[str],
) -> Iterator[str]:
    """Yield as many rows as are shown, the last for those that are not."""
    if len(rows) <= _MOST:
        yield from rows
        return
    yield from rows[: _MOST - 1]
    rest = len(rows) - _MOST + 1
    message = f"{rest} more decisions are in the report"
    yield _command(level, Origin(path=""), "licensescan", message)


def _annotation(
    level: str,
    members: Sequence[Finding],
    origins: Origins,
) -> str:
    first = members[0]
    words = [f"{subjects(members)}: {first.message}."]
    if len(first.path) > 1:
        words.append(f"In through {' > '.join(first.path)}.")
    words.append(first.remedy)
    title = f"{first.rule} {first.decision}".strip()
    origin = origins.of(first.path)
    return _command(level, origin, title, " ".join(words))


def _command(
    level: str,
    origin: Origin,
    title: str,
    message: str,
) -> str:
    """Return a command of a workflow in which no text can begin another."""
    place = (
        f"file={_property(origin.path)},line={origin.line},"
        if origin.path
        else ""
    )
    text = _data(line(message)[:_LONGEST])
    return f"::{level} {place}title={_property(title)}::{text}"


def _data(text: str) -> str:
    """Return text as the runner undoes it: three characters are escaped."""
    percent = text.replace("%", "%25")
    return percent.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    escaped = _data(line(text))
    return escaped.replace(":", "%3A").replace(",", "%2C")


def _summary(rows: dict[str, list[str]]) -> str:
    errors, warnings = len(rows["error"]), len(rows["warning"])
    return f"licensescan: {errors} to deny or examine, {warnings} to review"
