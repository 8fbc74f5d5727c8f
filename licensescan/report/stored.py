"""
Reports as they are stored in JSON, and read again: in any other form they are
the same bytes, and they can be judged anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from licensescan.model.codec import NotStoredError, Reader, Writer
from licensescan.model.errors import UsageError
from licensescan.model.types import Clause, Report, Terms, Tool
from licensescan.report.rows import Written, dumps

_SHARED = (Terms, Clause)
"""What many components have in common."""


def stored(report: Report) -> Written:
    """
    Return all of a report, for `report_in`: each item of its lists is plain
    data only while it is written.
    """
    writer = Writer(*_SHARED)
    # What made it stands in the document beside this.
    fields = writer.fields(replace(report, tool=None, timestamp=None))
    written = [
        f"{dumps(name)}: {_written(writer, content)}"
        for name, content in fields
    ]
    shared = f"[{', '.join(writer.table)}]"
    return Written(
        f'{{"shared": {shared}, "report": {{{", ".join(written)}}}}}'
    )


def _written(writer: Writer, content: object) -> str:
    if isinstance(content, Mapping):
        pairs = (
            f"{dumps(key)}: {dumps(writer.plain(item))}"
            for key, item in content.items()
        )
        return f"{{{', '.join(pairs)}}}"
    if not isinstance(content, tuple):
        return dumps(writer.plain(content))
    items = (dumps(writer.plain(item)) for item in content)
    return f"[{', '.join(items)}]"


def report_in(data: bytes, path: str) -> Report:
    """
    Return the report in a JSON document. Raises `UsageError` for anything but
    a report that `check` or `scan` has written, in this form.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no JSON: {error}") from error
    if not isinstance(document, dict) or "stored" not in document:
        raise UsageError(
            f"{path}: is no complete report of licensescan; write one with"
            " licensescan check -f json"
        )
    try:
        inside = document["stored"]
        reader = Reader(inside["shared"], *_SHARED)
        report = reader.value(Report, inside["report"])
        tool = document["tool"]
        made_by = Tool(
            version=str(tool["version"]),
            corpus=str(tool["corpus"]),
            rules=str(tool["rules"]),
        )
    except (NotStoredError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: was written by another version of licensescan, or"
            f" changed since: {error}"
        ) from error
    return replace(report, tool=made_by, timestamp=document.get("timestamp"))
