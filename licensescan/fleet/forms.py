"""Answers of a store as text, JSON and CSV; what packages say is made inert."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date

from licensescan.fleet.database import Answer
from licensescan.fleet.questions import OVERVIEW
from licensescan.model.errors import UsageError
from licensescan.report.escape import line
from licensescan.report.table import cell

_WIDEST = 60
"""Letters of a cell of the text form; JSON and CSV have all of it."""

Answers = Mapping[str, Answer]
"""Tables by name: one for a question, several for the overview."""


def as_text(answers: Answers) -> str:
    """Return tables for a terminal."""
    blocks = (
        _block(OVERVIEW.get(name, ""), answer)
        for name, answer in answers.items()
    )
    return "\n\n".join(blocks) + "\n"


def _block(title: str, answer: Answer) -> str:
    rows = [[_short(value) for value in row] for row in answer.rows]
    table = [list(answer.columns), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(
            text.ljust(width) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]
    if not rows:
        lines.append("(nothing)")
    return "\n".join([*([f"{title}:"] if title else []), *lines])


def _short(value: object) -> str:
    text = line(plain(value))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def plain(value: object) -> str:
    """Return a value as it is printed."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def as_json(answers: Answers) -> str:
    """Return a list of objects, or one such list for each table by name."""
    lists = {
        name: [
            dict(zip(answer.columns, map(_jsonable, row), strict=True))
            for row in answer.rows
        ]
        for name, answer in answers.items()
    }
    document = lists if len(lists) > 1 else next(iter(lists.values()))
    return json.dumps(document, indent=1) + "\n"


def _jsonable(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    is_plain = isinstance(value, str | int | float | bool | list | type(None))
    return value if is_plain else str(value)


def as_csv(answers: Answers) -> str:
    """Return the one table. Raises `UsageError` for several."""
    if len(answers) > 1:
        raise UsageError("CSV has one table: ask one question")
    answer = next(iter(answers.values()))
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(cell(plain(value)) for value in row)
    return page.getvalue()
