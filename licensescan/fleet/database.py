"""
A store as tables to be asked in SQL. The one importer of `duckdb`.

`artifacts`, `components`, `evidence`, `clauses` and `findings` have the latest
reading of each unit; `sightings` all that was seen, and `now` what each target
was when it was seen last.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from licensescan.fleet.parquet import COLUMNS, kind_of_column
from licensescan.fleet.rows import TABLES
from licensescan.fleet.values import needs
from licensescan.model.errors import UsageError

_ROWS_AT_A_TIME = 64

_NOW = """
CREATE VIEW now AS SELECT * EXCLUDE (latest) FROM (
    SELECT *, row_number() OVER (
        PARTITION BY target ORDER BY date DESC, run DESC
    ) AS latest FROM sightings
) WHERE latest = 1
"""

_LATEST = """
CREATE TABLE latest AS SELECT unit, rules FROM (
    SELECT unit, rules, row_number() OVER (
        PARTITION BY unit ORDER BY sequence DESC
    ) AS place
    FROM read_parquet('{files}', hive_partitioning = true)
    JOIN versions USING (rules)
) WHERE place = 1
"""

_OF_UNITS = """
CREATE VIEW {table} AS SELECT t.*
FROM read_parquet('{files}', hive_partitioning = true, hive_types = {{'rules': VARCHAR}}) t
JOIN latest ON t.unit = latest.unit AND t.rules = latest.rules
"""

_JUDGED = """
CREATE OR REPLACE TABLE judged AS SELECT j.* EXCLUDE (rules)
FROM read_parquet('{files}', hive_partitioning = false) j
JOIN latest ON j.unit = latest.unit AND j.rules = latest.rules
"""

_TO_JUDGE = """
SELECT unit, rules, report FROM artifacts
WHERE report != '' AND unit NOT IN (SELECT unit FROM judged)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Rows with the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Database:
    """
    The tables of the store in a folder. Raises `UsageError` where there is
    none, `IncompleteError` where its files cannot be read.
    """

    def __init__(self, store: str) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise UsageError(needs("duckdb")) from error
        self._errors = duckdb.Error
        self.store = store
        self._base: Any = duckdb.connect(":memory:")
        if not _is_folder(store, "versions"):
            raise UsageError(
                f"{store}: is no store; licensescan fleet scan --store makes one"
            )
        self._views()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def ask(
        self, query: str, values: Mapping[str, object] | None = None
    ) -> Answer:
        """
        Return what a query answers; `$name` in it stands for one of `values`.
        Raises `UsageError` for one that is wrong.
        """
        found = self._run(query, values)
        columns = tuple(column[0] for column in found.description or ())
        return Answer(columns=columns, rows=tuple(found.fetchall()))

    def ask_only(self, query: str) -> Answer:
        """
        Return what a query of the user's answers. It reads this store and
        nothing else; raises `UsageError` for one that would change anything.
        """
        try:
            statements = self._base.extract_statements(query)
        except self._errors as error:
            raise _unanswered(error) from error
        kinds = [statement.type.name for statement in statements]
        if kinds not in (["SELECT"], ["EXPLAIN"]):
            raise UsageError("--sql takes one query: SELECT, WITH or EXPLAIN")
        folder = _quoted(os.path.abspath(self.store))
        self._run(f"SET allowed_directories = ['{folder}']")
        self._run("SET enable_external_access = false")
        self._run("SET lock_configuration = true")
        return self.ask(query)

    def open_judged(self, folder: str) -> None:
        """Make the table `judged` from the files in a folder of the store."""
        if not _is_folder(self.store, folder):
            self._empty("judged")
            return
        files = self._files(f"{folder}/*.parquet")
        self._run(_JUDGED.format(files=files))

    def reports_to_judge(self) -> Iterator[tuple[str, str, str]]:
        """
        Yield the unit, the version and the stored report of each artifact that
        is not in `judged`.
        """
        cursor = self._base.cursor()
        cursor.execute(_TO_JUDGE)
        while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
            yield from rows

    def units_naming(self, licenses: Sequence[str]) -> set[str]:
        """Return the units whose reports name one of some licenses."""
        found = self._run(
            "SELECT unit FROM artifacts WHERE len(list_filter("
            "$licenses::VARCHAR[], lambda l: contains(report, l))) > 0",
            {"licenses": list(licenses)},
        )
        return {row[0] for row in found.fetchall()}

    def _run(
        self, query: str, values: Mapping[str, object] | None = None
    ) -> Any:
        try:
            return self._base.execute(query, dict(values or {}))
        except self._errors as error:
            raise _unanswered(error) from error

    def _views(self) -> None:
        for table in ("versions", "sightings"):
            files = self._files(f"{table}/*.parquet")
            self._run(
                f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files}')"  # noqa: S608
            )
        self._run(_NOW)
        has_readings = _is_folder(self.store, "artifacts")
        if not has_readings:
            for table in TABLES:
                self._empty(table)
            return
        files = self._files("artifacts/*/*.parquet")
        self._run(_LATEST.format(files=files))
        for table in TABLES:
            files = self._files(f"{table}/*/*.parquet")
            self._run(_OF_UNITS.format(table=table, files=files))

    def _empty(self, table: str) -> None:
        """Make a table of which there is no file yet."""
        names = COLUMNS[table].split()
        columns = (f'"{name}" {kind_of_column(name)}' for name in names)
        self._run(f"CREATE OR REPLACE TABLE {table} ({', '.join(columns)})")

    def _files(self, pattern: str) -> str:
        return _quoted(os.path.join(glob_escaped(self.store), pattern))


def _unanswered(error: Exception) -> UsageError:
    first = str(error).strip().splitlines()[0]
    return UsageError(f"the store cannot answer this: {first}")


def _is_folder(store: str, name: str) -> bool:
    path = os.path.join(store, name)
    return os.path.isdir(path)


def glob_escaped(path: str) -> str:
    """Return a pattern that only `path` itself matches."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)


def _quoted(text: str) -> str:
    """Return a text as it stands within quotes in SQL."""
    return text.replace("'", "''")
