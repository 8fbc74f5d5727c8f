"""
The report as JUnit's XML: a suite with a case for each component, which fails
for what fails the gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from licensescan.model.types import VERDICTS, Conclusion, Finding, Report
from licensescan.report.escape import line
from licensescan.report.layout import Layout


def render(report: Report, layout: Layout | None = None) -> str:
    """Return a suite of all components, and of what was not examined."""
    findings: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if not finding.waived_by:
            findings.setdefault(str(finding.component), []).append(finding)
    root = Element("testsuites", name="licensescan")
    suite = SubElement(root, "testsuite", name="licenses")
    least = VERDICTS.index(report.fail_on)
    failures = 0
    for conclusion in report.conclusions:
        purl = str(conclusion.component.purl)
        failing = [
            finding
            for finding in findings.pop(purl, [])
            if VERDICTS.index(finding.verdict) >= least
        ]
        failures += bool(failing)
        _add(suite, _named(conclusion), failing)
    # What is about a requirement that nothing answers, or about the policy.
    for about, members in findings.items():
        failing = [f for f in members if VERDICTS.index(f.verdict) >= least]
        failures += bool(failing)
        _add(suite, about, failing)
    for message in report.incomplete:
        case = SubElement(
            suite, "testcase", classname="licensescan", name="examined"
        )
        SubElement(case, "error", message=line(message))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(len(report.incomplete)))
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_text(root)}\n'


def _named(conclusion: Conclusion) -> str:
    component = conclusion.component
    return f"{component.name} {component.version}".strip()


def _add(suite: Element, name: str, failing: Sequence[Finding]) -> None:
    """Add a case; one that fails has a failure with all that is said."""
    case = SubElement(
        suite, "testcase", classname="licensescan", name=line(name)
    )
    if not failing:
        return
    first = max(failing, key=lambda f: VERDICTS.index(f.verdict))
    failure = SubElement(
        case, "failure", type=first.rule, message=line(first.message)
    )
    failure.text = "\n".join(map(_row, failing))


def _row(finding: Finding) -> str:
    part = f" {finding.part}:" if finding.part else ""
    place = f" [{finding.evidence[0].path}]" if finding.evidence else ""
    return line(
        f"{finding.verdict} {finding.rule}:{part} {finding.message}{place}"
        f" ({finding.decision}) {finding.remedy}"
    )


def _text(root: Element) -> str:
    return tostring(root, encoding="unicode")
