"""
Rows -> Parquet, the same bytes for the same rows: one writer with one set of
settings, no clock. The one importer of `pyarrow`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licensescan.fleet.values import needs
from licensescan.model.errors import UsageError

_COMPONENT = (
    "purl package name version kind scope relation role certainty path declared"
    " detected concluded alternative licenses basis confidence commercial"
    " copyleft patent_grant patent_retaliation"
)
_PLACE = "path first last"

COLUMNS = {
    "artifacts": "unit artifact name kind error report",
    "components": f"unit number part_of {_COMPONENT}",
    "evidence": f"unit number kind {_PLACE} sha256 value expression",
    "clauses": f"unit number clause {_PLACE} quote section basis",
    "findings": f"unit purl part rule license message {_PLACE} quote",
    "sightings": "run date target environment unit",
    "versions": "sequence date rules tool corpus",
    "judged": f"unit rules purl part rule verdict license message {_PLACE} quote",
}
"""The columns of each table, in order."""

_KINDS = {
    **dict.fromkeys(("number", "part_of", "first", "last"), "INTEGER"),
    **dict.fromkeys(("run", "sequence"), "INTEGER"),
    "licenses": "VARCHAR[]",
    "confidence": "DOUBLE",
}
"""The types of columns, as SQL names them; those not here are text."""


def encoded(table: str, rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return the rows of a table as a Parquet file."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError(needs("pyarrow")) from error
    names = COLUMNS[table].split()
    schema = pyarrow.schema([(n, _type(pyarrow, n)) for n in names])
    columns = [[_clean(row[name]) for row in rows] for name in names]
    arrays = [
        pyarrow.array(column, type=field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(
        pyarrow.Table.from_arrays(arrays, schema=schema),
        sink,
        compression="zstd",
        compression_level=3,
        version="2.6",
        data_page_version="1.0",
        write_statistics=True,
        store_schema=False,
    )
    return bytes(sink.getvalue())


def kind_of_column(name: str) -> str:
    """Return the type of a column, as SQL names it."""
    return _KINDS.get(name, "VARCHAR")


def _type(pyarrow: Any, name: str) -> Any:
    return {
        "VARCHAR": pyarrow.string(),
        "VARCHAR[]": pyarrow.list_(pyarrow.string()),
        "DOUBLE": pyarrow.float64(),
        "INTEGER": pyarrow.int32(),
    }[kind_of_column(name)]


def _clean(value: object) -> object:
    """
    Return a text that UTF-8 has bytes for: names of files may be none.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return value
