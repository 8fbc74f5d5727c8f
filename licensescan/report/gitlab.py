"""
The report for GitLab's code quality: what fails a gate, at the line that
brought it in.
"""

from __future__ import annotations

from licensescan.model.types import Finding, Report
from licensescan.report.decisions import by_decision, subjects
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.origins import Origins
from licensescan.report.rows import dumps

_SEVERITIES = {"deny": "blocker", "review": "major", "warn": "info"}


def render(report: Report, layout: Layout | None = None) -> str:
    """Return a list with one issue for each decision that is to be taken."""
    origins = Origins(report)
    standing = [
        finding
        for finding in report.findings
        if finding.verdict != "warn" and not finding.waived_by
    ]
    rows = [
        dumps(_issue(members, origins)) for members in by_decision(standing)
    ]
    inside = ",\n ".join(rows)
    return f"[\n {inside}\n]\n" if rows else "[]\n"


def _issue(members: list[Finding], origins: Origins) -> dict[str, object]:
    first = members[0]
    origin = origins.of(first.path)
    return {
        "description": line(f"{subjects(members)}: {first.message}"),
        "check_name": first.rule,
        "fingerprint": f"{first.decision}:{first.rule}",
        "severity": _SEVERITIES[first.verdict],
        "location": {
            "path": line(origin.path),
            "lines": {"begin": origin.line},
        },
    }
