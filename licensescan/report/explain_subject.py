"""
Pages in plain words about what a report names: a component, a part of one, or
a decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licensescan.model.types import Conclusion, Evidence, Finding, Report
from licensescan.report.escape import line
from licensescan.report.explain import Page
from licensescan.report.phrases import (
    clipped,
    number,
    place_of_evidence,
    versioned,
)
from licensescan.rulebook.rulebook import Rulebook

_MOST = 5
"""Pieces of evidence, parts and findings that are shown."""

_QUOTE = 160
"""Letters of evidence that are shown."""

Subject = tuple[Conclusion, tuple[Conclusion, ...]]
"""What is explained, and what it is in, the innermost last."""


def explain_subject(
    name: str, report: Report, rulebook: Rulebook, width: int
) -> str:
    """
    Return the pages about the components, parts and decisions of `report` that
    are called `name`; "" if nothing is.
    """
    page = Page(rulebook, width)
    word = name.lower()
    for conclusion, holders in _subjects(report.conclusions):
        if _is_called(conclusion, word):
            _add_subject(page, conclusion, holders, report.findings)
    decided = [f for f in report.findings if f.decision == word]
    if decided:
        _add_decision(page, decided)
    return "\n".join(page.lines) + "\n" if page.lines else ""


def _subjects(
    conclusions: Sequence[Conclusion], holders: tuple[Conclusion, ...] = ()
) -> Iterator[Subject]:
    for conclusion in conclusions:
        yield conclusion, holders
        yield from _subjects(conclusion.parts, (*holders, conclusion))


def _is_called(conclusion: Conclusion, word: str) -> bool:
    component = conclusion.component
    base = component.path.rpartition("/")[2]
    names = (component.name, component.path, component.purl, base)
    return word in map(str.lower, names)


def _add_subject(
    page: Page,
    conclusion: Conclusion,
    holders: Sequence[Conclusion],
    findings: Sequence[Finding],
) -> None:
    component = conclusion.component
    if page.lines:
        page.blank()
    title = versioned(component).strip()
    if holders:
        whole = versioned(holders[0].component)
        page.title(f"{title}: a part of {whole}")
    else:
        page.title(f"{title}: a component, {component.kind}")
    page.add(
        "license", f"{line(conclusion.concluded)} ({conclusion.decided_by})"
    )
    if not holders:
        page.add("declared", line(conclusion.declared))
    page.add("it is", f"{conclusion.certainty}, {conclusion.role}")
    page.add_terms(conclusion.terms)
    page.add("evidence", *map(_evidence, conclusion.evidence[:_MOST]))
    page.add("parts", *_parts(conclusion.parts))
    whole_purl = (holders or (conclusion,))[0].component.purl
    part = " > ".join(
        item.component.name for item in (*holders[1:], conclusion)
    )
    told = [
        f"{finding.decision} {finding.verdict} {finding.rule}: {line(finding.message)}"
        for finding in findings
        if finding.component == whole_purl
        and (not holders or finding.part == part)
    ]
    page.add("findings", *told[:_MOST])
    page.add("next", f"licensescan why {line(component.name)}")


def _add_decision(page: Page, findings: Sequence[Finding]) -> None:
    first = findings[0]
    if page.lines:
        page.blank()
    page.title(f"{first.decision}: a decision, {first.verdict}")
    components = {finding.component for finding in findings}
    page.add("settles", number(len(findings), "finding"))
    page.add("components", *sorted(map(line, components))[:_MOST])
    rules = dict.fromkeys(finding.rule for finding in findings)
    licenses = dict.fromkeys(f.license for f in findings if f.license)
    page.add("rules", ", ".join(rules))
    page.add("licenses", line(", ".join(licenses)))
    page.add("why", first.why)
    page.add("what to do", first.remedy)
    page.add("next", f'licensescan accept {first.decision} --reason "..."')


def _parts(parts: Sequence[Conclusion]) -> list[str]:
    rows = [
        f"{line(part.component.name)}: {line(part.concluded)}"
        for part in parts[:_MOST]
    ]
    if len(parts) > _MOST:
        rows.append(f"and {number(len(parts) - _MOST, 'more part')}")
    return rows


def _evidence(item: Evidence) -> str:
    said = item.expression or clipped(item.value, _QUOTE)
    return line(f"{place_of_evidence(item)}: {said}".rstrip(": "))
