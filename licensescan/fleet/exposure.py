"""
What a policy says of all that a store holds: each stored report is judged as
`licensescan judge` does, when the store is asked.

What came out is remembered beside the ledger, by policy and rules: asked
again, only what is new is judged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from licensescan.base.installation import content_id
from licensescan.fleet.database import Database
from licensescan.fleet.store import write_table
from licensescan.judge.judge import judge
from licensescan.judge.pairs import Around
from licensescan.model.kinds import RuleId
from licensescan.model.types import Finding, Further, Policy, Quote
from licensescan.report.stored import report_in
from licensescan.rulebook.rulebook import load

_AT_A_TIME = 2_000
"""Reports that are judged before what came out is written."""

_NOWHERE = Quote(path="")

Row = dict[str, object]


def judge_all(database: Database, policy: Policy, today: date) -> None:
    """
    Make the table `judged`: a row for each finding on each unit, and for a
    unit one without a rule, which says that it was judged.
    """
    judging = _Judging(policy=policy, today=today)
    folder = f"ledger/judged/{judging.key}"
    database.open_judged(folder)
    reports = database.reports_to_judge()
    while some := list(islice(reports, _AT_A_TIME)):
        rows = [row for report in some for row in judging.rows(*report)]
        digest = hashlib.sha256(f"{rows[0]} {len(rows)}".encode()).hexdigest()
        name = f"{folder}/{digest[:24]}"
        write_table(database.store, "judged", name, rows)
    database.open_judged(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """One policy on one day."""

    policy: Policy
    today: date

    @property
    def key(self) -> str:
        """
        Return a name for all that the answers depend on; the day is part of
        it where something that was accepted may end.
        """
        policy = self.policy
        may_end = policy.acceptances or policy.waivers
        day = self.today if may_end else ""
        asked = f"{content_id()} {day} {policy!r}"
        return hashlib.sha256(asked.encode()).hexdigest()[:24]

    def rows(self, unit: str, rules: str, stored: str) -> Iterator[Row]:
        """Yield what a stored report comes to."""
        report = report_in(stored.encode(), unit)
        findings, _ = judge(
            report.conclusions,
            load(),
            self.policy,
            today=self.today,
            around=Around(
                dependencies=report.dependencies,
                license=str(report.facts.get("license", "")),
            ),
        )
        key: Row = {"unit": unit, "rules": rules}
        yield {**key, **_NOTHING}
        for finding in findings:
            # A stale entry of the policy is about no target.
            is_about_it = finding.rule != RuleId.WAIVER_STALE
            if is_about_it and not finding.waived_by:
                yield from ({**key, **row} for row in _of(finding))


_NOTHING: Row = {
    "purl": "",
    "part": "",
    "rule": "",
    "verdict": "",
    "license": "",
    "message": "",
    "path": "",
    "first": 0,
    "last": 0,
    "quote": "",
}


def _of(finding: Finding) -> Iterator[Row]:
    """Yield a row for each rule that a finding is about."""
    about = {
        "purl": str(finding.component),
        "part": finding.part or "",
        "license": finding.license,
    }
    rules: tuple[Finding | Further, ...] = (finding, *finding.also)
    for one in rules:
        quote = one.evidence[0] if one.evidence else _NOWHERE
        first, last = quote.lines or (0, 0)
        yield {
            **about,
            "rule": one.rule,
            "verdict": one.verdict,
            "message": one.message,
            "path": quote.path,
            "first": first,
            "last": last,
            "quote": quote.quote or "",
        }
