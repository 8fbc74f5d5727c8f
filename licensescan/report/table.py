"""
The report as CSV: a row for each component and part. No cell begins like a
formula, whatever a package is called.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from licensescan.model.types import VERDICTS, Conclusion, Report
from licensescan.report.escape import line
from licensescan.report.layout import Layout

HEAD = (
    "component",
    "part",
    "version",
    "kind",
    "declared",
    "detected",
    "concluded",
    "basis",
    "commercial",
    "patent grant",
    "patent retaliation",
    "copyleft",
    "verdict",
    "rules",
    "decisions",
    "in through",
    "path",
    "purl",
    "supplier",
    "authors",
    "sha256",
    "source",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet may run."""


def render(report: Report, layout: Layout | None = None) -> str:
    """Return the inventory as a table, by RFC 4180 with plain line ends."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(map(cell, row) for row in rows_of(report))
    return page.getvalue()


def rows_of(report: Report) -> Iterator[Iterable[str]]:
    """Yield a row for each component and part, as `HEAD` names its cells."""
    findings: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for finding in report.findings:
        if not finding.waived_by:
            key = (str(finding.component), finding.part or "")
            found = (finding.verdict, finding.rule, finding.decision)
            findings.setdefault(key, []).append(found)
    for whole in report.conclusions:
        for name, conclusion in with_parts(whole):
            about = findings.get((str(whole.component.purl), name), [])
            yield _row(whole, name, conclusion, about)


def with_parts(whole: Conclusion) -> Iterator[tuple[str, Conclusion]]:
    """Yield a component and what lies in it, with the names of parts."""
    yield "", whole
    waiting = list(whole.parts)
    while waiting:
        part = waiting.pop(0)
        yield part.component.name, part
        waiting = [*part.parts, *waiting]


def _row(
    whole: Conclusion,
    part: str,
    conclusion: Conclusion,
    about: list[tuple[str, str, str]],
) -> Iterator[str]:
    component, terms = conclusion.component, conclusion.terms
    hit = terms.patent.retaliation
    heaviest = max((VERDICTS.index(v) for v in _verdicts(about)), default=None)
    yield whole.component.name
    yield part
    yield component.version
    yield component.relation if part else component.kind
    yield conclusion.declared
    yield conclusion.detected
    yield conclusion.concluded
    yield conclusion.decided_by
    yield terms.commercial
    yield terms.patent.grant
    yield f"{hit.strength}: ends {hit.effect}" if hit else ""
    yield terms.copyleft
    yield "" if heaviest is None else VERDICTS[heaviest]
    yield " ".join(sorted({rule for _, rule, _ in about}))
    yield " ".join(sorted({decision for _, _, decision in about}))
    yield " > ".join(whole.paths[0]) if whole.paths else ""
    yield component.path
    yield str(component.purl)
    made = component.provenance
    yield made.supplier
    yield ", ".join(made.authors)
    yield made.sha256
    yield made.download or made.repository or made.homepage


def _verdicts(about: list[tuple[str, str, str]]) -> Iterator[str]:
    return (verdict for verdict, _, _ in about)


def cell(value: str) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    text = line(value)
    return f"'{text}" if text.startswith(FORMULA) else text
