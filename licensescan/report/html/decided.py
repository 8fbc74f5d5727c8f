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
from licensescan.report.phrases import message_of, without_ids
from licensescan.report.speech import about, say, told

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
            title=_about(members[0], "why", members[0].why),
            members=tuple(dict.fromkeys(map(_with_license, members))),
        )


def _about(
    finding: Finding,
    key: str,
    english: str,
) -> str:
    return line(about("rule", finding.rule, key, english))


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
        message=without_ids(told(first.rule, message_of(first))),
        why=_about(first, "why", first.why),
        remedies=tuple(
            dict.fromkeys(_about(f, "remedy", f.remedy) for f in members)
        ),
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
    seen = {members[0].message}
    for finding in members:
        said = [(finding.rule, finding.message)]
        said += [(also.rule, also.message) for also in finding.also]
        for rule, message in said:
            if message not in seen:
                seen.add(message)
                short = message.removeprefix(f"{finding.license}: ")
                yield f"{rule}: {without_ids(told(rule, line(short)))}"


def _accepted(
    finding: Finding,
    policy: Policy | None,
) -> str:
    """Return why a finding is accepted, by whom and until when."""
    entries: list[Waiver | Acceptance] = []
    if policy:
        entries += [*policy.waivers, *policy.acceptances]
    for entry in entries:
        if entry.key == finding.waived_by:
            notes = [entry.reason]
            if entry.approved_by:
                notes.append(
                    say("approved by {names}", names=entry.approved_by)
                )
            if entry.expires:
                notes.append(say("until {date}", date=entry.expires))
            return line(", ".join(notes))
    return line(finding.waived_by or "")
