"""
The report for people: what was looked at, then findings by verdict, each with its
terms, its place, its way in and what to do. What is many and mild is summed up, so that
the first screen says what to do.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from licensescan.model.types import Conclusion, Finding, Kind, Quote, Report, Target
from licensescan.report.escape import line, no_commands
from licensescan.report.layout import Layout
from licensescan.report.terminal import paint

_MARGIN = 10
_LABEL = 13
"""Columns of a label at the head of a row: `environment`, `profile`."""

_RULE = 24
"""Columns of a rule's name before what it is about."""

_COUNT = 5
"""Columns of a number and the blank behind it."""

_NAME = 44
"""Columns of a component's name in an inventory, at most."""

_FULL = 3
"""
Components of one rule shown in full; the rest are named on a line or two unless
`verbose`.
"""

_QUOTES = 2
"""Places quoted for one finding; the JSON report has them all."""

_QUOTE_LENGTH = 160

_OVERVIEW = 12
"""
With more groups than this the answer does not fit a screen, and begins with an
overview.
"""

_KINDS: tuple[Kind, ...] = ("package", "model", "dataset", "source", "jar")
_UNDECIDED = ("", "NONE", "NOASSERTION")

Item = TypeVar("Item")
Conclusions = Mapping[str, Conclusion]
"""Conclusions by the purl of their component."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The findings of one rule at one verdict, those of one component together."""

    verdict: str
    rule: str
    components: Sequence[Sequence[Finding]]

    @property
    def first(self) -> Finding:
        return self.components[0][0]


def render(report: Report, layout: Layout) -> str:
    """Return the report as text for people."""
    is_judged = report.policy is not None
    body = _judgements(report, layout) if is_judged else [_inventory(report, layout)]
    sections = [_head(report, layout), *body, _foot(report)]
    text = "\n\n".join("\n".join(rows) for rows in sections if rows)
    # Wrapping can move a mark to the head of a row after it was escaped.
    return no_commands(text + "\n")


def _judgements(report: Report, layout: Layout) -> list[list[str]]:
    """Return the sections on findings that no waiver accepts, the heaviest first."""
    conclusions = {str(c.component.purl): c for c in report.conclusions}
    findings = [f for f in report.findings if not f.waived_by]
    groups = _groups(f for f in findings if f.verdict != "warn")
    warnings = _groups(f for f in findings if f.verdict == "warn")
    sections = []
    if sum(len(group.components) for group in groups) > _OVERVIEW:
        sections.append(_overview(groups, layout))
    sections += [_group(group, conclusions, layout) for group in groups]
    if warnings:
        sections.append(_warnings(warnings, conclusions, layout))
    return sections


def _groups(findings: Iterable[Finding]) -> list[_Group]:
    return [
        _Group(verdict=verdict, rule=rule, components=_by_component(members))
        for (verdict, rule), members in groupby(findings, lambda f: (f.verdict, f.rule))
    ]


def _by_component(findings: Iterable[Finding]) -> list[list[Finding]]:
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(str(finding.component), []).append(finding)
    return list(grouped.values())


# -- what was looked at --


def _head(report: Report, layout: Layout) -> list[str]:
    rows = [_target(target, layout) for target in report.targets]
    holding = _holding(report)
    if holding and len(rows) > 1:
        rows.append(_labelled("together", holding, layout))
    elif holding and rows:
        rows[-1] += f", {holding}"
    if report.policy is not None:
        profile = f"{report.policy.profile} ({line(report.policy.source)})"
        rows.append(_labelled("profile", profile, layout))
    return rows


def _target(target: Target, layout: Layout) -> str:
    text = line(target.path)
    if target.chosen not in ("", "named as target"):
        text += f" ({target.chosen})"
    if target.detail:
        text += f", {target.detail}"
    return _labelled(target.kind, text, layout)


def _holding(report: Report) -> str:
    """Return how many components of each kind there are: `68 packages, 3 models`."""
    counts = Counter(c.component.kind for c in report.conclusions)
    numbers = [_number(counts[kind], kind) for kind in _KINDS if counts[kind]]
    if numbers:
        return ", ".join(numbers)
    return "" if report.incomplete else "nothing in it"


def _labelled(label: str, text: str, layout: Layout) -> str:
    return f"{_painted(label, 'head', layout, _LABEL - 1)} {text}"


# -- findings --


def _overview(groups: Sequence[_Group], layout: Layout) -> list[str]:
    """Return a row for each rule: for how many components, and what to do there."""
    longest = max(len(group.rule) for group in groups)
    rows = []
    verdict_before = ""
    for group in groups:
        is_new = group.verdict != verdict_before
        verdict = _verdict(group.verdict, layout) if is_new else " " * 7
        number = len(group.components)
        remedy = _beginning(group.first.remedy, layout.width - 15 - longest)
        rows.append(f"{verdict} {number:4d} {group.rule:{longest}s}  {remedy}")
        verdict_before = group.verdict
    return rows


def _group(group: _Group, conclusions: Conclusions, layout: Layout) -> list[str]:
    """
    Return some components of a group in full, the rest by name, and once what to do.
    """
    rows = []
    full = _first_few(group.components, layout)
    rest = group.components[len(full) :]
    for findings in full:
        rows += _component(findings, conclusions, layout)
    if rest:
        names = ", ".join(_name(findings, conclusions) for findings in rest)
        rows += _wrapped(f"and {len(rest)} more: {names}", layout, most=4)
    rows += _wrapped(group.first.remedy, layout, label="what to do   ")
    if len(group.components) > 1:
        hint = f"licensescan explain {group.rule}"
        all_listed = "; -v lists all" if rest else ""
        rows += _wrapped(hint + all_listed, layout, label="more         ")
    return rows


def _component(
    findings: Sequence[Finding], conclusions: Conclusions, layout: Layout
) -> list[str]:
    """
    Return the rows of one component under one rule: its first finding in full, those of
    its parts on a line each.
    """
    first, *others = findings
    verdict = _verdict(first.verdict, layout)
    rule = _painted(first.rule, "rule", layout, _RULE)
    rows = [f"{verdict} {rule}  {_title(first, conclusions)}"]
    rows += _wrapped(_message(first), layout)
    rows += _quotes(first, layout)
    listed = _first_few(others, layout)
    for finding in listed:
        rows += _wrapped(_short(finding, first), layout, label="also ")
    if len(others) > len(listed):
        left_out = len(others) - len(listed)
        rows += _wrapped(f"and {left_out} more of its parts", layout)
    if len(first.path) > 1:
        way = " > ".join(map(line, first.path))
        rows += _wrapped(way, layout, label="in through   ")
    return rows


def _message(finding: Finding) -> str:
    """Return the message without the license, which the line above it names."""
    return line(finding.message.removeprefix(f"{finding.license}: "))


def _short(finding: Finding, first: Finding) -> str:
    """
    Return one more finding of a component on a line: what a part is or, where `first`
    is about the same, what is said of it; and the place.
    """
    is_other = finding.part or finding.license != first.license
    subject = _subject(finding) if is_other else _message(finding)
    place = _place(finding.evidence[0]) if finding.evidence else ""
    return f"{subject}   {place}"


def _quotes(finding: Finding, layout: Layout) -> list[str]:
    rows: list[str] = []
    seen: set[str] = set()
    most = len(finding.evidence) if layout.verbose else _QUOTES
    for quote in finding.evidence:
        words, place = line(quote.quote or ""), _place(quote)
        if len(seen) >= most or place in seen or words in seen:
            continue
        seen |= {place, words} - {""}
        # A value that says no more than the license does is no quote.
        if words and words != finding.license:
            place = f"“{_clipped(words, _QUOTE_LENGTH)}”   {place}"
        rows += _wrapped(place, layout)
    return rows


def _place(quote: Quote) -> str:
    """Return `path:first-last`, as editors open it."""
    place = line(quote.path)
    if not quote.lines:
        return place
    first, last = quote.lines
    return f"{place}:{first}" if first == last else f"{place}:{first}-{last}"


def _title(finding: Finding, conclusions: Conclusions) -> str:
    """Return the component, its part and the license of a finding."""
    conclusion = conclusions.get(str(finding.component))
    name = line(_versioned(conclusion) if conclusion else str(finding.component))
    subject = _subject(finding)
    if finding.part:
        return f"{name}, {subject}"
    return f"{name}: {subject}" if subject else name


def _subject(finding: Finding) -> str:
    """Return the part and the license of a finding, as far as it has them."""
    named = []
    if finding.part:
        named.append(f"part {_clipped(finding.part)}")
    if finding.license not in _UNDECIDED:
        named.append(_clipped(finding.license, 70))
    return line(": ".join(named))


def _name(findings: Sequence[Finding], conclusions: Conclusions) -> str:
    """
    Return the name of a component, with its parts where the findings are about these
    alone.
    """
    conclusion = conclusions.get(str(findings[0].component))
    name = conclusion.component.name if conclusion else str(findings[0].component)
    parts = list(dict.fromkeys(_clipped(f.part, 30) for f in findings if f.part))
    is_of_whole = any(f.part is None for f in findings)
    if is_of_whole or not parts:
        return line(name)
    return line(f"{name} ({_few(parts, 2)})")


def _warnings(
    groups: Sequence[_Group], conclusions: Conclusions, layout: Layout
) -> list[str]:
    rows = []
    verdict = _verdict("warn", layout)
    for group in groups:
        number = f"{len(group.components):4d}"
        rule = _painted(group.rule, "rule", layout, _RULE - _COUNT)
        licenses = _clipped(line(_few(_licenses(group), 3)), 60)
        rows.append(f"{verdict} {number} {rule}  {licenses}")
        rows += _about_warning(group, conclusions, layout)
        verdict = " " * 7
    if not layout.verbose:
        hint = "-v lists them; licensescan explain RULE says more"
        rows += _wrapped(hint, layout)
    return rows


def _about_warning(
    group: _Group, conclusions: Conclusions, layout: Layout
) -> list[str]:
    """Return why a rule warns, in a sentence; if `verbose`, of which components."""
    reason = group.first.why.split(":")[0].split(".")[0]
    if not layout.verbose:
        return _wrapped(f"{reason}.", layout, most=2)
    names = [_name(findings, conclusions) for findings in group.components]
    return _wrapped(f"{reason}: {', '.join(names)}", layout)


def _licenses(group: _Group) -> list[str]:
    """Return the licenses that a group is about, the most frequent first."""
    counts = Counter(f.license for findings in group.components for f in findings)
    return [name for name, _ in counts.most_common()]


# -- without a policy --


def _inventory(report: Report, layout: Layout) -> list[str]:
    """Return a line for each component: its license and what decided it."""
    rows = []
    names = [_versioned(conclusion) for conclusion in report.conclusions]
    column = min(max(map(len, names), default=0), _NAME)
    for name, conclusion in zip(names, report.conclusions, strict=True):
        answer = f"{line(conclusion.concluded)}   ({conclusion.decided_by})"
        rows.append(f"{line(name):{column}s}  {answer}")
        if layout.verbose:
            rows += [f"{'':{column}s}    {_part(part)}" for part in conclusion.parts]
    return rows


def _part(part: Conclusion) -> str:
    component = part.component
    return f"{line(component.name)}: {line(part.concluded)}   {line(component.path)}"


# -- the last line --


def _foot(report: Report) -> list[str]:
    sums = [_number(len(report.conclusions), "component")]
    if report.policy is not None:
        sums[0] += f": {_verdict_counts(report)}"
    elif report.findings:
        number = len(report.findings)
        sums.append(f"{number} notes on the evidence (in the JSON report)")
    if report.incomplete:
        number = len(report.incomplete)
        sums.append(f"incomplete: {number} could not be examined")
    return [f"{'; '.join(sums)}      exit {report.exit_code}"]


def _verdict_counts(report: Report) -> str:
    counts = Counter(f.verdict for f in report.findings if not f.waived_by)
    sums = [f"{counts[verdict]} {verdict}" for verdict in ("deny", "review", "warn")]
    waived = sum(1 for f in report.findings if f.waived_by)
    if waived:
        sums.append(f"{waived} waived{_about_waivers(report)}")
    return ", ".join(sums)


def _about_waivers(report: Report) -> str:
    """Return when the first of the waivers that were used expires, and who approved."""
    used = {f.waived_by for f in report.findings}
    waivers = report.policy.waivers if report.policy else ()
    dates = [w.expires for w in waivers if w.key in used and w.expires]
    people = sorted({f.approved_by for f in report.findings if f.approved_by})
    notes = [f"expires {min(dates)}"] if dates else []
    if people:
        notes.append(f"approved by {line(_few(people, 3))}")
    return f" ({', '.join(notes)})" if notes else ""


# -- words and rows --


def _verdict(verdict: str, layout: Layout) -> str:
    return _painted(verdict, verdict, layout, 7)


def _painted(piece: str, role: str, layout: Layout, columns: int) -> str:
    """Return `piece` in the color of `role`, filled up to `columns` with blanks."""
    blanks = " " * (columns - len(piece))
    return (paint(piece, role) if layout.color else piece) + blanks


def _versioned(conclusion: Conclusion) -> str:
    component = conclusion.component
    return f"{component.name} {component.version}".strip()


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _few(names: Sequence[str], most: int) -> str:
    shown = ", ".join(names[:most])
    left_out = len(names) - most
    return f"{shown} and {left_out} more" if left_out > 0 else shown


def _first_few(items: Sequence[Item], layout: Layout) -> Sequence[Item]:
    """Return the items to show in full: all if `verbose` or if one more would do."""
    if layout.verbose or len(items) <= _FULL + 1:
        return items
    return items[:_FULL]


def _clipped(text: str, limit: int = 50) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _beginning(text: str, room: int) -> str:
    """Return as much of a sentence as makes sense and fits into `room` columns."""
    if len(text) <= room:
        return text
    end = max(text.rfind(mark, 0, room) for mark in (". ", ", ", "; ", ": "))
    return f"{text[:end]} …" if end > 0 else _clipped(text, room)


def _wrapped(
    text: str, layout: Layout, *, label: str = "", most: int | None = None
) -> list[str]:
    """Return `text` as rows below the margin, behind `label`, at `most` so many."""
    if not text:
        return []
    room = max(30, layout.width - _MARGIN - len(label))
    rows = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
    if most is not None and len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: room - 2] + " …"]
    labels = [label] + [" " * len(label)] * (len(rows) - 1)
    margin = " " * _MARGIN
    return [margin + head + row for head, row in zip(labels, rows, strict=True)]
