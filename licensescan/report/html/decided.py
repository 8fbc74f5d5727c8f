"""Decisions as the page shows them: taken, and to take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from licensescan.model.types import (
    Acceptance,
    Finding,
    Policy,
    Quote,
    Waiver,
)
from licensescan.report.decisions import by_decision, subject
from licensescan.report.escape import line
from licensescan.report.html.words import Words, placed, words_of
from licensescan.report.origins import Origins

_MOST_QUOTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    What is to be decided, or was: `accepted` then says why and until when.
    """

    id: str
    verdict: str
    license: str
    rule: str
    message: str
    why: str
    remedies: tuple[str, ...]
    words: tuple[Words, ...]
    more_words: int
    members: tuple[str, ...]
    also: tuple[str, ...]
    way: tuple[str, ...]
    origin: str
    accepted: str
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warnings:
    """What fails nothing, by rule."""

    rule: str
    title: str
    members: tuple[str, ...]


def decisions(
    findings: Iterable[Finding], origins: Origins, policy: Policy | None
) -> Iterator[Decision]:
    """Yield what settles the findings, the heaviest first."""
    for members in by_decision(findings):
        yield _decision(members, origins, policy)


def warnings(findings: Iterable[Finding]) -> Iterator[Warnings]:
    """Yield what only warns, by rule, the most frequent first."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict == "warn":
            by_rule.setdefault(finding.rule, []).append(finding)
    for rule, members in sorted(by_rule.items(), key=lambda i: -len(i[1])):
        yield Warnings(
            rule=rule,
            title=line(members[0].why),
            members=tuple(dict.fromkeys(map(_with_license, members))),
        )


def _with_license(finding: Finding) -> str:
    name = line(subject(finding))
    return f"{name} ({line(finding.license)})" if finding.license else name


def _decision(
    members: Sequence[Finding], origins: Origins, policy: Policy | None
) -> Decision:
    first = members[0]
    words = words_of(_quotes(members))
    origin = origins.of(first.path)
    return Decision(
        id=first.decision,
        verdict=first.verdict,
        license=line(first.license),
        rule=first.rule,
        message=line(first.message),
        why=line(first.why),
        remedies=tuple(dict.fromkeys(line(f.remedy) for f in members)),
        words=words[:_MOST_QUOTES],
        more_words=max(0, len(words) - _MOST_QUOTES),
        members=tuple(dict.fromkeys(line(subject(f)) for f in members)),
        also=tuple(_also(members)),
        way=tuple(map(line, first.path)),
        origin=placed(origin),
        fingerprints=tuple(finding.fingerprint for finding in members),
        accepted=_accepted(first, policy) if first.waived_by else "",
    )


def _quotes(members: Sequence[Finding]) -> Iterator[Quote]:
    """Yield what the decision rests on, the first of each finding first."""
    for finding in members:
        yield from finding.evidence[:1]
    for finding in members:
        yield from finding.evidence[1:]
        for further in finding.also:
            yield from further.evidence


def _also(members: Sequence[Finding]) -> Iterator[str]:
    """Yield what else is said, each thing once."""
    told = {members[0].message}
    for finding in members:
        said = [(finding.rule, finding.message)]
        said += [(also.rule, also.message) for also in finding.also]
        for rule, message in said:
            if message not in told:
                told.add(message)
                yield line(f"{rule}: {message}")


def _accepted(finding: Finding, policy: Policy | None) -> str:
    """Return why a finding is accepted, by whom and until when."""
    entries: list[Waiver | Acceptance] = []
    if policy:
        entries += [*policy.waivers, *policy.acceptances]
    for entry in entries:
        if entry.key == finding.waived_by:
            by = (
                f", approved by {entry.approved_by}"
                if entry.approved_by
                else ""
            )
            end = f", until {entry.expires}" if entry.expires else ""
            return line(f"{entry.reason}{by}{end}")
    return line(finding.waived_by or "")
