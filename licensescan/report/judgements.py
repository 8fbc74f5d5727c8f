"""
What a check found, for people: the decisions that are to be taken, the
heaviest first, each with what it covers, the words, the way in and what to do.
What is many and mild is summed up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    VERDICTS,
    Component,
    Finding,
    Quote,
    Report,
    Verdict,
)
from licensescan.report import dropping, patents
from licensescan.report.decisions import by_decision
from licensescan.report.escape import line
from licensescan.report.page import Page
from licensescan.report.phrases import (
    clipped,
    few,
    further_row,
    licenses_of,
    message_of,
    number,
    place_of,
    short,
    standing,
    subject_of,
    versioned,
    without_ids,
)
from licensescan.report.speech import about, say, told

_VERDICT = 7
_RULE = 24
_COUNT = 5
"""Columns of a number and the blank behind it."""

_FULL = 3
"""
Components of one rule shown in full; the rest are named on a line or two
unless `verbose`.
"""

_QUOTES = 1
"""Places quoted for one finding; the JSON report has them all."""

_PAIR = 3
"""The same, words and places counted, where two licenses make a finding."""

_OVERVIEW = 8
"""
With more decisions than this each is told in brief, so that all fit a screen.
"""

_ROOM = 13
_LEAST = 32
"""
Columns beside a message that is told in brief with its place, and letters that
it needs to stand on one row with it.
"""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """
    The findings of one rule at one verdict, those of one component together.
    """

    verdict: Verdict
    rule: str
    components: Sequence[Sequence[Finding]]

    @property
    def first(self) -> Finding:
        return self.components[0][0]

    @property
    def count(self) -> str:
        """Return how many components there are, in columns of a table."""
        return f"{len(self.components):4d}"


def _groups(findings: Iterable[Finding]) -> list[_Group]:
    groups = []
    grouped = groupby(findings, key=attrgetter("verdict", "rule"))
    for (verdict, rule), members in grouped:
        components = _by_component(members)
        groups.append(
            _Group(verdict=verdict, rule=rule, components=components)
        )
    return groups


def _by_component(findings: Iterable[Finding]) -> list[list[Finding]]:
    components: dict[str, list[Finding]] = {}
    for finding in findings:
        components.setdefault(finding.component, []).append(finding)
    return list(components.values())


class Judgements:
    """The part of a page that says what was found."""

    def __init__(self, page: Page, report: Report) -> None:
        self.page = page
        self.report = report
        self.verbose = page.verbose
        self.components: dict[str, Component] = {
            conclusion.component.purl: conclusion.component
            for conclusion in report.conclusions
        }

    def add(self) -> None:
        """Add what no waiver accepts by decision, the heaviest first."""
        findings = [f for f in self.report.findings if not f.waived_by]
        decisions = by_decision(f for f in findings if f.verdict != "warn")
        if decisions:
            self._add_answer(decisions)
        elif self.report.conclusions and not self.report.incomplete:
            self.page.add_headed(say("answer"), say("in order: nothing fails"))
        self._add_decisions(decisions)
        self._add_satisfied()
        self._add_mild([f for f in findings if f.verdict == "warn"])

    def _add_decisions(self, decisions: Sequence[Sequence[Finding]]) -> None:
        """Add each decision, in full where they are few."""
        in_full = self.verbose or len(decisions) <= _OVERVIEW
        advised: set[str] = set()
        for position, members in enumerate(decisions):
            if in_full or position == 0:
                self.page.rows.append("")
            self._add_decision(members, in_full=in_full)
            if in_full:
                self._add_details(members)
                self._add_remedies(members, advised)
        if decisions and not in_full:
            self._add_command("DECISION")

    def _add_mild(self, findings: Sequence[Finding]) -> None:
        """Add what fails nothing: by rule, and what is said on patents."""
        told = [f for f in findings if not patents.is_summed(f)]
        if told:
            self._add_warnings(_groups(told))
        silent = patents.summary(filter(patents.is_summed, findings))
        if silent:
            text = f"{silent}; licensescan explain patents"
            self.page.add_topic(say("patents"), text)

    def _add_satisfied(self) -> None:
        """Add the conditions that the user's own facts satisfy."""
        heading = self.page.painted("ok", "warn", _VERDICT)
        rows = [
            (item.component.name, held)
            for conclusion in self.report.conclusions
            for item in (conclusion, *conclusion.parts)
            for held in item.standings
            if held.status == "satisfied"
        ]
        if rows:
            self.page.rows.append("")
        for name, held in rows:
            clause = held.clause
            self.page.rows.append(
                f"{heading} {line(name)}: {held.words} ({clause.clause})"
            )
            quote = Quote(
                path=clause.path, lines=clause.lines, quote=clause.quote
            )
            if clause.path:
                words = clipped(line(clause.quote or ""), 160)
                quoted = f"“{words}”   " if words else ""
                self.page.add_wrapped(f"{quoted}{place_of(quote)}")

    def _add_answer(self, decisions: Sequence[Sequence[Finding]]) -> None:
        """
        Add whether the gate is passed, how many decisions there are at each
        verdict, and which requirement settles most if it is dropped.
        """
        counts = Counter(findings[0].verdict for findings in decisions)
        numbers = [f"{counts[v]} {v}" for v in reversed(VERDICTS) if counts[v]]
        least = VERDICTS.index(self.report.fail_on)
        fails = any(VERDICTS.index(verdict) >= least for verdict in counts)
        lead = say("not yet") if fails else say("in order")
        taken = number(len(decisions), "decision")
        answer = say(
            "{lead}, {taken} to take: {numbers}",
            lead=lead,
            taken=taken,
            numbers=", ".join(numbers),
        )
        if len(decisions) > _OVERVIEW and not self.verbose:
            answer += say("; -v shows all of each")
        self.page.add_headed(say("answer"), answer)
        advice = dropping.advice(self.report)
        if advice:
            self.page.add_wrapped(line(advice), label="   ")

    def _add_decision(
        self, findings: Sequence[Finding], *, in_full: bool
    ) -> None:
        """
        Add what is to be decided, for which components, and the first place;
        on as few rows as can be where it is not told `in_full`.
        """
        first = findings[0]
        components = _by_component(findings)
        verdict = self.page.painted(first.verdict, first.verdict, _VERDICT)
        if len(components) == 1:
            title = self._title(first)
        else:
            sums = number(len(components), "component")
            title = f"{clipped(first.license, 70)}, {sums}"
        self.page.rows.append(f"{verdict} {first.decision}  {line(title)}")
        if len(components) > 1:
            names = ", ".join(map(self._name, components))
            most = 2 if in_full else 1
            self.page.add_wrapped(names, most=None if self.verbose else most)
        message = self._plain(told(first.rule, message_of(first)))
        text = f"{first.rule}: {message}{standing(first)}"
        if in_full:
            self.page.add_wrapped(text, most=self._most_rows)
            self._add_quotes(first)
            return
        places = [place_of(quote) for quote in first.evidence[:1]]
        room = self.page.width - sum(map(len, places)) - _ROOM
        if room < _LEAST:
            room = self.page.width - _ROOM
        brief = clipped(text, room)
        self.page.add_wrapped("   ".join([brief, *places]), most=2)

    def _add_command(self, decision: str) -> None:
        """Add what to type to accept a decision."""
        command = f'licensescan accept {decision} --reason "..."'
        self.page.add_wrapped(command, label=say("or accept it "))

    @property
    def _most_rows(self) -> int | None:
        """Return how many rows a message may take."""
        return None if self.verbose else 2

    def _add_details(self, findings: Sequence[Finding]) -> None:
        """Add what else is said on the same terms, and the way in."""
        first, *others = findings
        for further in first.also:
            if further.message != first.message:
                text = self._plain(further_row(further, first))
                self.page.add_wrapped(text, label=say("also "))
        own = [
            finding
            for finding in others
            if finding.component == first.component
        ]
        listed = self._first_few(own)
        for finding in listed:
            text = self._plain(short(finding, first))
            self.page.add_wrapped(text, label=say("also "))
        left_out = len(own) - len(listed)
        if left_out:
            self.page.add_wrapped(
                say("and {count} more of its parts", count=left_out)
            )
        for finding in others if self.verbose else ():
            if finding.component != first.component:
                places = [place_of(quote) for quote in finding.evidence[:1]]
                title = self._title(finding)
                self.page.add_wrapped(
                    f"{title}   {''.join(places)}", label=say("also ")
                )
        if len(first.path) > 1:
            way = " > ".join(map(line, first.path))
            self.page.add_wrapped(way, label=say("in through   "))

    def _add_remedies(
        self, findings: Sequence[Finding], advised: set[str]
    ) -> None:
        """Add what to do, for each rule where it is first met."""
        for finding in findings:
            if finding.rule not in advised:
                advised.add(finding.rule)
                remedy = about("rule", finding.rule, "remedy", finding.remedy)
                self.page.add_wrapped(remedy, label=say("what to do   "))
        self._add_command(findings[0].decision)

    def _plain(self, text: str) -> str:
        """Return a message without the ids of clauses, but if `verbose`."""
        return text if self.verbose else without_ids(text)

    def _add_quotes(self, finding: Finding) -> None:
        quotes = finding.evidence
        least = (
            _PAIR if finding.rule == RuleId.LICENSE_INCOMPATIBLE else _QUOTES
        )
        most = len(quotes) if self.verbose else least
        seen: set[str] = set()
        for quote in quotes:
            words = line(quote.quote or "")
            place = place_of(quote)
            if len(seen) >= most or seen & {words, place}:
                continue
            seen |= {words, place} - {""}
            # A value that says no more than the license does is no quote.
            if words not in ("", finding.license):
                place = f"“{clipped(words, 160)}”   {place}"
            self.page.add_wrapped(place)

    def _title(self, finding: Finding) -> str:
        """Return the component, its part and the license of a finding."""
        component = self.components.get(finding.component)
        name = versioned(component) if component else line(finding.component)
        subject = subject_of(finding)
        if finding.part:
            return f"{name}, {subject}"
        return f"{name}: {subject}" if subject else name

    def _name(self, findings: Sequence[Finding]) -> str:
        """
        Return the name of a component, with its parts where the findings are
        about these alone.
        """
        purl = findings[0].component
        component = self.components.get(purl)
        name = component.name if component else purl
        named = {finding.part: True for finding in findings}
        if all(named):
            parts = [clipped(part or "", 30) for part in named]
            name = f"{name} ({few(parts, 2)})"
        return line(name)

    def _add_warnings(self, groups: Sequence[_Group]) -> None:
        heading = self.page.painted("warn", "warn", _VERDICT)
        self.page.rows.append("")
        for group in groups:
            rule = self.page.painted(group.rule, "rule", _RULE - _COUNT)
            licenses = line(few(licenses_of(group.components), 3))
            shown = clipped(licenses, 60)
            self.page.rows.append(f"{heading} {group.count} {rule}  {shown}")
            if self.verbose:
                self._add_reason(group)
            heading = " " * _VERDICT
        if not self.verbose:
            self.page.add_wrapped(
                say("-v lists them; licensescan explain RULE says more")
            )

    def _add_reason(self, group: _Group) -> None:
        """Add why a rule warns, in a sentence, and of which components."""
        why = about("rule", group.rule, "why", group.first.why)
        reason, *_ = re.split("[:.]", why)
        names = ", ".join(
            self._name(findings) for findings in group.components
        )
        self.page.add_wrapped(f"{reason}: {names}")

    def _first_few(self, items: Sequence[Item]) -> Sequence[Item]:
        """
        Return what to show in full: all if `verbose` or if one more would do.
        """
        if self.verbose or len(items) <= _FULL + 1:
            return items
        return items[:_FULL]
