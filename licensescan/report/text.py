"""
The report for people: what was looked at, then the decisions that are to be
taken, the heaviest first, each with what it covers, the words, the way in and
what to do. What is many and mild is summed up, so that the first screen says
what to do.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    VERDICTS,
    Acceptance,
    Certainty,
    Component,
    Conclusion,
    Finding,
    Further,
    Kind,
    Policy,
    Quote,
    Report,
    Role,
    Target,
    Us,
    Verdict,
    Waiver,
)
from licensescan.report import considered, dropping, patents, totals
from licensescan.report.escape import line, no_commands
from licensescan.report.layout import Layout
from licensescan.report.terminal import paint
from licensescan.rulebook.rulebook import taxonomy

_MARGIN = 10
"""Columns before what is said about a component."""

_HEADING = 12
"""Columns of a heading of a row: `environment`, `profile`."""

_VERDICT = 7
_RULE = 24
_COUNT = 5
"""Columns of a number and the blank behind it."""

_NAME = 44
"""Columns of a component's name in an inventory, at most."""

_NARROWEST = 30
"""Columns of wrapped text, however wide its label is."""

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

_PARTS = 5
"""Parts of a component that an inventory shows unless `verbose`."""

_SURE = {Certainty.LISTED: "only listed"}
_IS = {
    Role.BESIDE: "in tests, examples, docs or build tools",
    Role.FETCHED: "could be fetched",
}

_KINDS: tuple[Kind, ...] = ("package", "model", "dataset", "source", "jar")
_UNDECIDED = ("", "NONE", "NOASSERTION")

Item = TypeVar("Item")


def render(report: Report, layout: Layout) -> str:
    """Return the report as text for people."""
    page = _Page(report, layout)
    page.add_head()
    if report.policy is None:
        page.add_inventory()
    else:
        page.add_judgements()
    page.add_foot()
    page.add_considered()
    # Wrapping can move a mark to the head of a row after it was escaped.
    return no_commands("\n".join(page.rows) + "\n")


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


def _by_decision(findings: Iterable[Finding]) -> list[list[Finding]]:
    """
    Return findings that one decision settles together, the heaviest first.
    """
    decisions: dict[str, list[Finding]] = {}
    for finding in findings:
        decisions.setdefault(finding.decision, []).append(finding)
    return sorted(
        decisions.values(),
        key=lambda members: (
            -VERDICTS.index(members[0].verdict),
            -len(members),
        ),
    )


def _by_component(findings: Iterable[Finding]) -> list[list[Finding]]:
    components: dict[str, list[Finding]] = {}
    for finding in findings:
        components.setdefault(finding.component, []).append(finding)
    return list(components.values())


class _Page:
    """The rows of a text report, added section by section."""

    def __init__(self, report: Report, layout: Layout) -> None:
        self.report = report
        self.width = layout.width
        self.verbose = layout.verbose
        self.color = layout.color
        self.rows: list[str] = []
        self.components: dict[str, Component] = {}
        for conclusion in report.conclusions:
            component = conclusion.component
            self.components[component.purl] = component

    # -- what was looked at --

    def add_head(self) -> None:
        targets = self.report.targets
        for target in targets:
            self.add_headed(target.kind, _target(target))
        contents = self._contents()
        if contents and len(targets) > 1:
            self.add_headed("together", contents)
        elif contents and targets:
            self.rows[-1] += f", {contents}"
        policy = self.report.policy
        if policy is not None:
            self.add_headed(
                "profile",
                f"{policy.profile} ({line(policy.source)}){_us(policy.us)}",
            )

    def _contents(self) -> str:
        """
        Return how many components there are of each kind: `68 packages, 3
        models`.
        """
        conclusions = self.report.conclusions
        counts = Counter(
            conclusion.component.kind for conclusion in conclusions
        )
        numbers = [
            _number(counts[kind], kind) for kind in _KINDS if counts[kind]
        ]
        if numbers or self.report.incomplete:
            return ", ".join(numbers)
        return "nothing in it"

    # -- findings --

    def add_judgements(self) -> None:
        """Add what no waiver accepts by decision, the heaviest first."""
        findings = [f for f in self.report.findings if not f.waived_by]
        decisions = _by_decision(f for f in findings if f.verdict != "warn")
        if decisions:
            self._add_answer(decisions)
        elif self.report.conclusions and not self.report.incomplete:
            self.add_headed("answer", "in order: nothing fails")
        self._add_decisions(decisions)
        self._add_satisfied()
        self._add_mild([f for f in findings if f.verdict == "warn"])

    def _add_decisions(self, decisions: Sequence[Sequence[Finding]]) -> None:
        """Add each decision, in full where they are few."""
        in_full = self.verbose or len(decisions) <= _OVERVIEW
        advised: set[str] = set()
        for position, members in enumerate(decisions):
            if in_full or position == 0:
                self.rows.append("")
            self._add_decision(members)
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
            self._add_topic("patents", text)

    def _add_satisfied(self) -> None:
        """Add the conditions that the user's own facts satisfy."""
        heading = self._painted("ok", "warn", _VERDICT)
        rows = [
            (item.component.name, standing)
            for conclusion in self.report.conclusions
            for item in (conclusion, *conclusion.parts)
            for standing in item.standings
            if standing.status == "satisfied"
        ]
        if rows:
            self.rows.append("")
        for name, standing in rows:
            clause = standing.clause
            self.rows.append(
                f"{heading} {line(name)}: {standing.words} ({clause.clause})"
            )
            quote = Quote(
                path=clause.path, lines=clause.lines, quote=clause.quote
            )
            if clause.path:
                words = _clipped(line(clause.quote or ""), 160)
                quoted = f"“{words}”   " if words else ""
                self.add_wrapped(f"{quoted}{_place(quote)}")

    def _add_answer(self, decisions: Sequence[Sequence[Finding]]) -> None:
        """
        Add whether the gate is passed, how many decisions there are at each
        verdict, and which requirement settles most if it is dropped.
        """
        counts = Counter(findings[0].verdict for findings in decisions)
        numbers = [f"{counts[v]} {v}" for v in reversed(VERDICTS) if counts[v]]
        least = VERDICTS.index(self.report.fail_on)
        fails = any(VERDICTS.index(verdict) >= least for verdict in counts)
        lead = "not yet" if fails else "in order"
        taken = _number(len(decisions), "decision")
        answer = f"{lead}, {taken} to take: {', '.join(numbers)}"
        if len(decisions) > _OVERVIEW and not self.verbose:
            answer += "; -v shows all of each"
        self.add_headed("answer", answer)
        advice = dropping.advice(self.report)
        if advice:
            self.add_wrapped(line(advice), label="   ")

    def _add_decision(self, findings: Sequence[Finding]) -> None:
        """
        Add what is to be decided, for which components, and the first place.
        """
        first = findings[0]
        components = _by_component(findings)
        verdict = self._painted(first.verdict, first.verdict, _VERDICT)
        if len(components) == 1:
            title = self._title(first)
        else:
            title = (
                f"{_clipped(first.license, 70)}, {len(components)} components"
            )
        self.rows.append(f"{verdict} {first.decision}  {line(title)}")
        if len(components) > 1:
            names = ", ".join(map(self._name, components))
            self.add_wrapped(names, most=None if self.verbose else 2)
        message = self._plain(_message(first))
        self.add_wrapped(
            f"{first.rule}: {message}{_standing(first)}",
            most=self._most_rows,
        )
        self._add_quotes(first)

    def _add_topic(self, heading: str, text: str) -> None:
        """Add a row on a topic, wrapped beside its heading."""
        columns = _HEADING + 1
        width = max(self.width - columns, _NARROWEST)
        rows = textwrap.wrap(text, width, break_on_hyphens=False)
        self.rows.append("")
        self.add_headed(heading, rows[0])
        self.rows += [" " * columns + row for row in rows[1:]]

    def _add_command(self, decision: str) -> None:
        """Add what to type to accept a decision."""
        command = f'licensescan accept {decision} --reason "..."'
        self.add_wrapped(command, label="or accept it ")

    @property
    def _most_rows(self) -> int | None:
        """Return how many rows a message may take."""
        return None if self.verbose else 2

    def _add_details(self, findings: Sequence[Finding]) -> None:
        """Add what else is said on the same terms, and the way in."""
        first, *others = findings
        for further in first.also:
            if further.message != first.message:
                text = self._plain(_further(further, first))
                self.add_wrapped(text, label="also ")
        own = [
            finding
            for finding in others
            if finding.component == first.component
        ]
        listed = self._first_few(own)
        for finding in listed:
            text = self._plain(_short(finding, first))
            self.add_wrapped(text, label="also ")
        left_out = len(own) - len(listed)
        if left_out:
            self.add_wrapped(f"and {left_out} more of its parts")
        for finding in others if self.verbose else ():
            if finding.component != first.component:
                places = [_place(quote) for quote in finding.evidence[:1]]
                title = self._title(finding)
                self.add_wrapped(f"{title}   {''.join(places)}", label="also ")
        if len(first.path) > 1:
            way = " > ".join(map(line, first.path))
            self.add_wrapped(way, label="in through   ")

    def _add_remedies(
        self, findings: Sequence[Finding], advised: set[str]
    ) -> None:
        """Add what to do, for each rule where it is first met."""
        for finding in findings:
            if finding.rule not in advised:
                advised.add(finding.rule)
                self.add_wrapped(finding.remedy, label="what to do   ")
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
            place = _place(quote)
            if len(seen) >= most or seen & {words, place}:
                continue
            seen |= {words, place} - {""}
            # A value that says no more than the license does is no quote.
            if words not in ("", finding.license):
                place = f"“{_clipped(words, 160)}”   {place}"
            self.add_wrapped(place)

    def _title(self, finding: Finding) -> str:
        """Return the component, its part and the license of a finding."""
        component = self.components.get(finding.component)
        name = _versioned(component) if component else line(finding.component)
        subject = _subject(finding)
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
            parts = [_clipped(part or "", 30) for part in named]
            name = f"{name} ({_few(parts, 2)})"
        return line(name)

    def _add_warnings(self, groups: Sequence[_Group]) -> None:
        heading = self._painted("warn", "warn", _VERDICT)
        self.rows.append("")
        for group in groups:
            rule = self._painted(group.rule, "rule", _RULE - _COUNT)
            licenses = line(_few(_licenses(group), 3))
            shown = _clipped(licenses, 60)
            self.rows.append(f"{heading} {group.count} {rule}  {shown}")
            if self.verbose:
                self._add_reason(group)
            heading = " " * _VERDICT
        if not self.verbose:
            self.add_wrapped(
                "-v lists them; licensescan explain RULE says more"
            )

    def _add_reason(self, group: _Group) -> None:
        """Add why a rule warns, in a sentence, and of which components."""
        reason, *_ = re.split("[:.]", group.first.why)
        names = ", ".join(
            self._name(findings) for findings in group.components
        )
        self.add_wrapped(f"{reason}: {names}")

    # -- without a policy --

    def add_inventory(self) -> None:
        """Add a line for each component: its license and what decided it."""
        names = [
            _versioned(component) for component in self.components.values()
        ]
        longest = max(map(len, names), default=0)
        column = min(longest, _NAME)
        self.rows.append("")
        for conclusion in self.report.conclusions:
            name = _versioned(conclusion.component)
            license_ = line(conclusion.concluded)
            decided_by = conclusion.decided_by
            self.rows.append(f"{name:{column}s}  {license_}   ({decided_by})")
            indent = " " * (column + 4)
            parts = conclusion.parts
            shown = parts if self.verbose else parts[:_PARTS]
            self.rows += [indent + _part(part) for part in shown]
            if len(shown) < len(parts):
                more = len(parts) - len(shown)
                self.rows.append(f"{indent}and {_number(more, 'more part')}")
        for heading, total in totals.rows(self.report.conclusions):
            self._add_topic(heading, line(total))

    # -- the last line --

    def add_foot(self) -> None:
        report = self.report
        sums = _number(len(report.conclusions), "component")
        if report.policy is not None:
            sums += f": {_verdict_counts(report)}"
        elif report.findings:
            number = len(report.findings)
            sums += f"; {number} notes on the evidence (in the JSON report)"
        if report.incomplete:
            number = len(report.incomplete)
            sums += f"; incomplete: {number} could not be examined"
        self.rows += ["", f"{sums}      exit {report.exit_code}"]

    def add_considered(self) -> None:
        """Add what was considered for the component that `--why` asks for."""
        for conclusion in self.report.conclusions:
            if conclusion.considered is not None:
                name = line(conclusion.component.name)
                rows = considered.rows(conclusion.considered, self.width, name)
                self.rows += ["", *rows]

    # -- rows --

    def add_headed(self, heading: str, text: str) -> None:
        self.rows.append(f"{self._painted(heading, 'head', _HEADING)} {text}")

    def add_wrapped(
        self, text: str, *, label: str = "", most: int | None = None
    ) -> None:
        """
        Add `text` below the margin, behind `label`, in at `most` so many rows.
        """
        margin = " " * _MARGIN
        width = max(self.width, _MARGIN + len(label) + _NARROWEST)
        rows = textwrap.wrap(
            text,
            width,
            initial_indent=margin + label,
            subsequent_indent=margin + " " * len(label),
            break_on_hyphens=False,
        )
        if most is not None and len(rows) > most:
            last = rows[most - 1][: width - 2]
            rows = [*rows[: most - 1], f"{last} …"]
        self.rows += rows

    def _painted(self, piece: str, role: str, columns: int) -> str:
        """Return `piece` in the color of its role, filled up to `columns`."""
        blanks = " " * (columns - len(piece))
        painted = paint(piece, role) if self.color else piece
        return painted + blanks

    def _first_few(self, items: Sequence[Item]) -> Sequence[Item]:
        """
        Return what to show in full: all if `verbose` or if one more would do.
        """
        if self.verbose or len(items) <= _FULL + 1:
            return items
        return items[:_FULL]


# -- words --


def _standing(finding: Finding) -> str:
    """Return of how many files, how sure and about what a finding is."""
    notes = []
    if finding.share and finding.share[1] > 1:
        files, whole = finding.share
        notes.append(f"{files} of {whole} files")
    notes += filter(
        None, (_SURE.get(finding.certainty), _IS.get(finding.role))
    )
    return f" ({'; '.join(notes)})" if notes else ""


def without_ids(text: str) -> str:
    """Return a message without the ids of clauses in brackets."""
    for name in taxonomy():
        if name in text:
            text = text.replace(f" ({name})", "").replace(f"({name}: ", "(")
    return text


def _target(target: Target) -> str:
    text = line(target.path)
    if target.chosen not in ("", "named as target"):
        text += f" ({target.chosen})"
    return f"{text}, {target.detail}" if target.detail else text


def _message(finding: Finding) -> str:
    """
    Return the message without the license, which the line above it names.
    """
    return line(finding.message.removeprefix(f"{finding.license}: "))


def _short(finding: Finding, first: Finding) -> str:
    """
    Return one more finding of a component on a line: what a part is or, where
    `first` is about the same, what is said of it; and the place.
    """
    is_other = finding.part or finding.license != first.license
    subject = _subject(finding) if is_other else _message(finding)
    places = [_place(quote) for quote in finding.evidence[:1]]
    return f"{subject}   {''.join(places)}"


def _further(further: Further, finding: Finding) -> str:
    """
    Return what one more rule says on the text of `finding`, as one paragraph.
    """
    message = line(further.message.removeprefix(f"{finding.license}: "))
    mildly = (
        f" ({further.verdict})" if further.verdict != finding.verdict else ""
    )
    return f"{further.rule}{mildly}: {message}"


def _place(quote: Quote) -> str:
    """Return `path:first-last`, as editors open it."""
    first, last = quote.lines or (0, 0)
    lines = f"{first}" if first == last else f"{first}-{last}"
    path = line(quote.path)
    return f"{path}:{lines}" if quote.lines else path


def _subject(finding: Finding) -> str:
    """Return the part and the license of a finding, as far as it has them."""
    named = []
    if finding.part:
        named.append(f"part {_clipped(finding.part, 50)}")
    if finding.license not in _UNDECIDED:
        named.append(_clipped(finding.license, 70))
    return line(": ".join(named))


def _licenses(group: _Group) -> list[str]:
    """Return the licenses that a group is about, the most frequent first."""
    counts: Counter[str] = Counter()
    for findings in group.components:
        counts.update(finding.license for finding in findings)
    return [name for name, _ in counts.most_common()]


def _part(part: Conclusion) -> str:
    component = part.component
    return f"{line(component.name)}: {line(part.concluded)}   {line(component.path)}"


def _verdict_counts(report: Report) -> str:
    counts = Counter(f.verdict for f in report.findings if not f.waived_by)
    sums = [f"{counts[verdict]} {verdict}" for verdict in reversed(VERDICTS)]
    baseline = report.policy.baseline if report.policy else None
    key = baseline.key if baseline else ""
    waived = [f for f in report.findings if f.waived_by not in (None, key)]
    known = [f for f in report.findings if key and f.waived_by == key]
    if known:
        sums.append(f"{len(known)} in the baseline")
    if waived:
        sums.append(f"{len(waived)} waived{_about_waivers(report, waived)}")
    return ", ".join(sums)


def _about_waivers(report: Report, waived: Sequence[Finding]) -> str:
    """
    Return when the first of the waivers that were used expires, and who
    approved.
    """
    used = {finding.waived_by for finding in waived}
    people = {finding.approved_by for finding in waived if finding.approved_by}
    dates = [
        accepting.expires
        for accepting in _accepting(report.policy)
        if accepting.key in used
    ]
    notes = [f"expires {date}" for date in sorted(filter(None, dates))[:1]]
    if people:
        notes.append(f"approved by {line(_few(sorted(people), 3))}")
    return f" ({', '.join(notes)})" if notes else ""


def _us(us: Us | None) -> str:
    """Return what a policy says of the user: `, you: KR, 20,000 users`."""
    if us is None:
        return ""
    numbers = [
        f"{number:,} {us.currency} {name}"
        if name == "revenue"
        else f"{number:,} {name}"
        for name, number in us.numbers.items()
    ]
    answers = [
        name if answer else f"not {name}"
        for name, answer in us.answers.items()
    ]
    said = (*us.countries, *numbers, *answers, *us.purposes)
    return f", you: {line(', '.join(said))}" if said else ""


def _accepting(policy: Policy | None) -> Iterable[Waiver | Acceptance]:
    """Return what a policy accepts findings by."""
    return (*policy.waivers, *policy.acceptances) if policy else ()


def _versioned(component: Component) -> str:
    return line(f"{component.name} {component.version}")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _few(names: Sequence[str], most: int) -> str:
    shown = ", ".join(names[:most])
    left_out = len(names) - most
    return f"{shown} and {left_out} more" if left_out > 0 else shown


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
