"""
The report as a workbook: what is to be decided, the components, the clauses.

The few parts of ECMA-376 that this takes are written here: a library for it
would be a dependency, and puts the clock into what it writes. Cells are texts,
never formulas, whatever a package is called; those that begin like one are
marked as a quoted text, so that editing a cell does not make it one.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from licensescan.model.types import Conclusion, Report
from licensescan.report.accepted import accepted_in
from licensescan.report.decisions import by_decision, subjects
from licensescan.report.escape import line
from licensescan.report.layout import Layout
from licensescan.report.table import FORMULA, HEAD, rows_of, with_parts

_MOST = 32_000
"""Characters of a cell; a workbook holds 32,767."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PLAIN, _BOLD, _QUOTED = range(3)
"""The formats of cells, in the order of `cellXfs`."""

_STYLES = f"""\
<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3">\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>\
</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""

_DECISIONS = (
    "decision",
    "verdict",
    "about",
    "license",
    "rules",
    "message",
    "what to do",
    "accepted by",
    "because",
    "approved by",
    "until",
)
_CLAUSES = (
    "component",
    "part",
    "clause",
    "words",
    "path",
    "lines",
    "purl",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of texts under a head."""

    name: str
    head: Sequence[str]
    rows: Iterable[Iterable[str]]


def render(
    report: Report,
    layout: Layout | None = None,
) -> bytes:
    """Return the workbook; it is the same for the same report."""
    sheets = (
        Sheet(name="Decisions", head=_DECISIONS, rows=_decisions(report)),
        Sheet(name="Components", head=HEAD, rows=rows_of(report)),
        Sheet(name="Clauses", head=_CLAUSES, rows=_clauses(report)),
    )
    return _workbook(sheets)


def _decisions(report: Report) -> Iterator[Iterable[str]]:
    entries = accepted_in(report)
    for members in by_decision(report.findings):
        first = members[0]
        rules = dict.fromkeys(rule for f in members for rule in f.rules)
        keys = dict.fromkeys(f.waived_by for f in members if f.waived_by)
        accepted = [entries[key] for key in keys]
        yield (
            first.decision,
            first.verdict,
            subjects(members, most=20),
            first.license,
            " ".join(rules),
            first.message,
            first.remedy,
            "; ".join(keys),
            "; ".join(entry.reason for entry in accepted),
            "; ".join(filter(None, (e.approved_by for e in accepted))),
            "; ".join(filter(None, (e.expires for e in accepted))),
        )


def _clauses(report: Report) -> Iterator[Iterable[str]]:
    for whole in report.conclusions:
        for part, conclusion in with_parts(whole):
            yield from _clauses_of(whole, part, conclusion)


def _clauses_of(
    whole: Conclusion,
    part: str,
    conclusion: Conclusion,
) -> Iterator[Iterable[str]]:
    for clause in conclusion.terms.clauses:
        first, last = clause.lines or (0, 0)
        yield (
            whole.component.name,
            part,
            clause.clause,
            clause.quote or "",
            clause.path or "",
            f"{first} to {last}" if first else "",
            str(conclusion.component.purl),
        )


# -- the parts of a workbook --


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as archive:
        for name, content in _parts(sheets):
            # The clock would make two workbooks of one report differ.
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _DECLARATION + content)
    return page.getvalue()


_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _parts(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Yield the files of a workbook by their names."""
    numbered = list(enumerate(sheets, 1))
    yield "[Content_Types].xml", _content_types(len(sheets))
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/workbook.xml", _names(sheets)
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            [
                *(
                    ("worksheet", f"worksheets/sheet{n}.xml")
                    for n, _ in numbered
                ),
                ("styles", "styles.xml"),
            ]
        ),
    )
    yield "xl/styles.xml", _STYLES
    for number, sheet in numbered:
        yield f"xl/worksheets/sheet{number}.xml", _sheet(sheet)


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    named = {
        "/xl/workbook.xml": "sheet.main",
        "/xl/styles.xml": "styles",
        **{
            f"/xl/worksheets/sheet{n}.xml": "worksheet"
            for n in range(1, sheets + 1)
        },
    }
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}.{what}+xml"/>'
        for name, what in named.items()
    )
    links = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{links}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>"
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{links}</Relationships>"
    )


def _names(sheets: Sequence[Sheet]) -> str:
    named = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
        f"<sheets>{named}</sheets></workbook>"
    )


def _sheet(sheet: Sheet) -> str:
    """Return a sheet whose head stays in view and filters its rows."""
    rows = [_row(sheet.head, _BOLD), *(_row(row) for row in sheet.rows)]
    corner = f"{_column(len(sheet.head))}{len(rows)}"
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(sheet.head)}" width="22"'
        ' customWidth="1"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A1:{corner}"/></worksheet>'
    )


def _column(number: int) -> str:
    return chr(ord("A") + number - 1)


def _row(
    values: Iterable[str],
    style: int = _PLAIN,
) -> str:
    return f"<row>{''.join(_cell(value, style) for value in values)}</row>"


def _cell(
    value: str,
    style: int,
) -> str:
    text = line(value)[:_MOST]
    if not text:
        return "<c/>"
    style = _QUOTED if text.startswith(FORMULA) else style
    inside = f'<t xml:space="preserve">{escape(text)}</t>'
    return f'<c s="{style}" t="inlineStr"><is>{inside}</is></c>'
