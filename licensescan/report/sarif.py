"""
The report as SARIF 2.1.0, for the security tab of a code host.

A result is a rule and what it is about: one text that forty packages ship is
one alert, at the line that brought the first of them in, and not forty. Only
what fails a gate is there; what is accepted is suppressed, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from licensescan.base.version import __version__
from licensescan.judge.fingerprints import digest_of
from licensescan.model.types import VERDICTS, Finding, Policy, Report
from licensescan.report.accepted import entries_of
from licensescan.report.decisions import subject
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.origins import Origin, Origins
from licensescan.report.rows import laid_out

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"deny": "error", "review": "warning", "warn": "note"}
_MOST_RELATED = 50
"""Places that are listed for one result; the message has their number."""

_SITE = "https://github.com/licensescan/licensescan"


def render(report: Report, layout: Layout | None = None) -> str:
    """Return what fails a gate as SARIF."""
    return laid_out(
        {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    )


def _run(report: Report) -> dict[str, Any]:
    groups = _groups(report.findings)
    rules = sorted({rule for rule, _ in groups})
    version = report.tool.version if report.tool else __version__
    origins = Origins(report)
    return {
        "tool": {
            "driver": {
                "name": "licensescan",
                "version": version,
                "informationUri": _SITE,
                "rules": list(map(_rule, rules)),
            }
        },
        "automationDetails": {"id": "licensescan/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [
            {
                "executionSuccessful": not report.incomplete,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": line(message)}}
                    for message in report.incomplete
                ],
            }
        ],
        "results": [
            _result(rule, members, rules.index(rule), origins, report.policy)
            for (rule, _), members in groups.items()
        ],
    }


def _groups(
    findings: Iterable[Finding],
) -> dict[tuple[str, str], list[Finding]]:
    """
    Return the findings that fail a gate by rule and decision, the heaviest
    first.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.verdict != "warn":
            key = (finding.rule, finding.decision)
            groups.setdefault(key, []).append(finding)
    return groups


def _rule(rule_id: str) -> dict[str, Any]:
    from licensescan.rulebook.rulebook import load

    rule = load().rules[rule_id]
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.remedy}"},
        "helpUri": f"{_SITE}/blob/main/docs/rules.md#{rule.id}",
    }


def _result(
    rule: str,
    members: Sequence[Finding],
    number: int,
    origins: Origins,
    policy: Policy | None,
) -> dict[str, Any]:
    standing = [f for f in members if not f.waived_by]
    first = _heaviest(standing or members)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": number,
        "level": _LEVELS[first.verdict],
        "message": {"text": _message(first, members)},
        "locations": [_location(origins.of(first.path))],
        "relatedLocations": [
            _related(finding, position)
            for position, finding in enumerate(members[:_MOST_RELATED])
        ],
        "partialFingerprints": _fingerprints(rule, first.decision),
    }
    if not standing:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": _reason(first.waived_by or "", policy),
            }
        ]
    return result


def _fingerprints(
    rule: str,
    decision: str,
) -> dict[str, str]:
    """
    Return what an alert is known by again. GitHub reads one alone, and takes
    the words of a line for it where it is missing: a line that moves, or a
    requirement with another version, would be a new alert.
    """
    known = digest_of(rule, decision)
    return {
        "licensescan/v1": known,
        "primaryLocationLineHash": f"{known}:1",
    }


def _heaviest(findings: Sequence[Finding]) -> Finding:
    return max(findings, key=lambda f: VERDICTS.index(f.verdict))


def _message(first: Finding, members: Sequence[Finding]) -> str:
    """Return what is the matter, for whom, and what to do."""
    components = sorted({subject(finding) for finding in members})
    shown = ", ".join(components[:5])
    more = len(components) - 5
    names = f"{shown} and {more} more" if more > 0 else shown
    words = [f"{names}: {first.message}."]
    if len(first.path) > 1:
        words.append(f"In through {' > '.join(first.path)}.")
    words.append(first.remedy)
    return line(" ".join(words))


def _location(origin: Origin) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(origin.path)},
            "region": {"startLine": origin.line},
        }
    }


def _related(finding: Finding, number: int) -> dict[str, Any]:
    """Return the first place that a finding quotes, with its words."""
    words = subject(finding)
    place: dict[str, Any] = {"id": number}
    for evidence in finding.evidence[:1]:
        physical: dict[str, Any] = {
            "artifactLocation": {"uri": _uri(evidence.path or ".")}
        }
        if evidence.lines:
            first, last = evidence.lines
            physical["region"] = {"startLine": first, "endLine": last}
        place["physicalLocation"] = physical
        if evidence.quote:
            words = f"{words}: {evidence.quote}"
    return {**place, "message": {"text": line(words)}}


def _uri(path: str) -> str:
    """
    Return a path as a URI that is relative to the project; one that is not
    below it is told whole.
    """
    plain = quote(path.encode("utf-8", "surrogatepass"), safe="/.-_~")
    return f"file://{plain}" if plain.startswith("/") else plain


def _reason(
    key: str,
    policy: Policy | None,
) -> str:
    """Return why a finding is accepted, by whom and until when."""
    entry = entries_of(policy).get(key)
    if entry is None or not entry.reason:
        return line(key)
    by = f"; approved by {entry.approved_by}" if entry.approved_by else ""
    return line(f"{entry.reason} ({key}{by}; expires: {entry.expires})")
