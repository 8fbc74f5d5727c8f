"""
The report for people: what was looked at, then what was found or what is
there, then the sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from licensescan.model.types import (
    Component,
    Conclusion,
    Evidence,
    Kind,
    Report,
)
from licensescan.report import considered, totals
from licensescan.report.escape import line, no_commands
from licensescan.report.judgements import Judgements
from licensescan.report.layout import Layout
from licensescan.report.page import Page
from licensescan.report.phrases import (
    clipped,
    decided_by,
    number,
    part_row,
    target_row,
    us_row,
    verdict_counts,
    versioned,
)
from licensescan.report.speech import say

_NAME = 44
"""Columns of a component's name in an inventory, at most."""

_PARTS = 5
"""Parts of a component that an inventory shows unless `verbose`."""

_QUOTE = 160
"""Letters of the words that no license accounts for."""

_KINDS: tuple[Kind, ...] = ("package", "model", "dataset", "source", "jar")


def render(report: Report, layout: Layout) -> str:
    """Return the report as text for people."""
    text = _Text(report, layout)
    text.add_head()
    if report.policy is None:
        text.add_inventory()
    else:
        Judgements(text.page, report).add()
    text.add_residue()
    text.add_foot()
    text.add_considered()
    # Wrapping can move a mark to the head of a row after it was escaped.
    return no_commands("\n".join(text.page.rows) + "\n")


def _texts_of(conclusion: Conclusion) -> Iterator[tuple[str, Evidence]]:
    """Yield the evidence of a component and its parts, each with a name."""
    for item in conclusion.evidence:
        yield versioned(conclusion.component), item
    for part in conclusion.parts:
        yield from _texts_of(part)


class _Text:
    """The head, the inventory and the foot of a report."""

    def __init__(self, report: Report, layout: Layout) -> None:
        self.report = report
        self.page = Page(layout)
        self.components: dict[str, Component] = {}
        for conclusion in report.conclusions:
            component = conclusion.component
            self.components[component.purl] = component

    def add_head(self) -> None:
        targets = self.report.targets
        for target in targets:
            self.page.add_headed(say(target.kind), target_row(target))
        contents = self._contents()
        if contents and len(targets) > 1:
            self.page.add_headed(say("together"), contents)
        elif contents and targets:
            self.page.rows[-1] += f", {contents}"
        policy = self.report.policy
        if policy is not None:
            self.page.add_headed(
                say("profile"),
                f"{policy.profile} ({line(policy.source)}){us_row(policy.us)}",
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
            number(counts[kind], kind) for kind in _KINDS if counts[kind]
        ]
        if numbers or self.report.incomplete:
            return ", ".join(numbers)
        return say("nothing in it")

    def add_inventory(self) -> None:
        """Add a line for each component: its license and what decided it."""
        names = [
            versioned(component) for component in self.components.values()
        ]
        longest = max(map(len, names), default=0)
        column = min(longest, _NAME)
        self.page.rows.append("")
        for conclusion in self.report.conclusions:
            name = versioned(conclusion.component)
            license_ = line(conclusion.concluded)
            basis = decided_by(conclusion)
            self.page.rows.append(f"{name:{column}s}  {license_}   ({basis})")
            indent = " " * (column + 4)
            parts = conclusion.parts
            shown = parts if self.page.verbose else parts[:_PARTS]
            self.page.rows += [indent + part_row(part) for part in shown]
            if len(shown) < len(parts):
                more = len(parts) - len(shown)
                self.page.rows.append(
                    f"{indent}{say('and {parts}', parts=number(more, 'more part'))}"
                )
        for heading, total in totals.rows(self.report.conclusions):
            self.page.add_topic(say(heading), line(total))

    def add_residue(self) -> None:
        """Add the words of texts that no license accounts for, if asked."""
        if not self.page.verbose:
            return
        rows = [
            (f"{name} {item.path}", left)
            for conclusion in self.report.conclusions
            for name, item in _texts_of(conclusion)
            for left in item.residue
        ]
        if rows:
            heading = say("words that no license accounts for")
            self.page.rows += ["", heading]
        for place, left in rows:
            harmless = "" if left.told else say(" (harmless)")
            said = clipped(left.said, _QUOTE)
            words = f"{place}:{left.lines[0]}{harmless}: “{said}”"
            self.page.add_wrapped(line(words))

    def add_foot(self) -> None:
        report = self.report
        sums = number(len(report.conclusions), "component")
        if report.policy is not None:
            sums += f": {verdict_counts(report)}"
        elif report.findings:
            notes = len(report.findings)
            sums += say(
                "; {notes} notes on the evidence (in the JSON report)",
                notes=notes,
            )
        if report.incomplete:
            unread = len(report.incomplete)
            sums += say(
                "; incomplete: {unread} could not be examined", unread=unread
            )
        left = say("exit {code}", code=report.exit_code)
        self.page.rows += ["", f"{sums}      {left}"]

    def add_considered(self) -> None:
        """Add what was considered for the component that `--why` asks for."""
        for conclusion in self.report.conclusions:
            if conclusion.considered is not None:
                name = line(conclusion.component.name)
                rows = considered.rows(
                    conclusion.considered, self.page.width, name
                )
                self.page.rows += ["", *rows]
