"""
The report as Markdown, for a comment on a pull request or the summary of a CI
job: the answer first, then the decisions, the heaviest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from licensescan.model.types import VERDICTS, Finding, Report
from licensescan.report.decisions import by_decision, subject
from licensescan.report.escape import markdown
from licensescan.report.layout import Layout
from licensescan.report.origins import Origins

_MOST_LETTERS = 60_000
"""Letters of a page: a comment on GitHub has room for 65,536."""

_MOST_NAMES = 8
_MOST_QUOTED = 300


def render(report: Report, layout: Layout | None = None) -> str:
    """Return what is to be decided, in at most so many letters as fit."""
    standing = [f for f in report.findings if not f.waived_by]
    failing = [f for f in standing if f.verdict != "warn"]
    decisions = by_decision(failing) if report.policy else []
    rows = [_answer(report, standing), ""]
    rows += [
        f"- could not be examined: {markdown(m)}" for m in report.incomplete
    ]
    origins = Origins(report)
    length = sum(map(len, rows))
    for position, members in enumerate(decisions):
        block = _block(members, origins)
        length += len(block)
        if length > _MOST_LETTERS:
            left = len(decisions) - position
            rows += ["", f"… and {left} more decisions in the full report."]
            break
        rows += ["", block]
    return "\n".join(rows) + "\n"


def _answer(report: Report, standing: Sequence[Finding]) -> str:
    """Return the sum in a sentence."""
    number = len(report.conclusions)
    components = "1 component" if number == 1 else f"{number} components"
    if report.policy is None:
        return f"**licensescan**: {components}"
    counts = [
        f"{sum(f.verdict == verdict for f in standing)} {verdict}"
        for verdict in reversed(VERDICTS)
    ]
    waived = len(report.findings) - len(standing)
    accepted = f", {waived} accepted" if waived else ""
    answer = {0: "in order", 1: "not yet"}.get(report.exit_code, "incomplete")
    profile = markdown(report.policy.profile)
    return (
        f"**licensescan: {answer}** — {components}, profile {profile}:"
        f" {', '.join(counts)}{accepted}"
    )


def _block(members: Sequence[Finding], origins: Origins) -> str:
    """Return one decision: what, for whom, where it says so, what to do."""
    first = members[0]
    names = list(dict.fromkeys(map(subject, members)))
    shown = ", ".join(map(markdown, names[:_MOST_NAMES]))
    more = len(names) - _MOST_NAMES
    shown += f" and {more} more" if more > 0 else ""
    about = markdown(f"{first.rule}, {first.decision}")
    rows = [
        f"#### {first.verdict}: {shown}",
        f"{markdown(first.message)} ({about})",
    ]
    for quote in first.evidence[:1]:
        place = f"{quote.path}:{quote.lines[0]}" if quote.lines else quote.path
        if quote.quote:
            rows.append(f"> {markdown(quote.quote[:_MOST_QUOTED])}")
        rows.append(f"In {markdown(place)}.")
    if len(first.path) > 1:
        origin = origins.of(first.path)
        way = markdown(" > ".join(first.path))
        rows.append(
            f"In through {way} ({markdown(origin.path)}:{origin.line})."
        )
    rows.append(markdown(first.remedy))
    return "\n\n".join(rows)
