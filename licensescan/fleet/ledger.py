"""
What is to be read and what was, in SQLite: a run that ends on the way, by
whatever, is taken up where it was.

The results are in the store; the ledger alone says in which batches they are
made, so that a batch that is begun again is the same files again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from licensescan.fleet.batches import batches_of
from licensescan.fleet.content import Content, Seen
from licensescan.fleet.values import Batch, Unit
from licensescan.model.errors import IncompleteError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS content (
    path TEXT PRIMARY KEY, stamp TEXT NOT NULL, artifact TEXT, weight REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unit (
    unit TEXT PRIMARY KEY, artifact TEXT, name TEXT, path TEXT, weight REAL,
    error TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (
    sequence INTEGER PRIMARY KEY, version TEXT UNIQUE, date TEXT,
    manifest TEXT
);
CREATE TABLE IF NOT EXISTS batch (
    batch TEXT, version TEXT, done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (batch, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reading (
    unit TEXT, version TEXT, batch TEXT, PRIMARY KEY (unit, version)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS of_batch ON reading (batch, version);
CREATE TABLE IF NOT EXISTS run (sequence INTEGER PRIMARY KEY, digest TEXT);
CREATE TEMP TABLE wanted (unit TEXT PRIMARY KEY) WITHOUT ROWID;
"""

CARRIED = ""
"""The batch of a reading that an earlier version made and that still holds."""


class Ledger:
    """
    The ledger in a folder, for one process at a time. Raises `IncompleteError`
    where another one has it, or where it cannot be used.
    """

    def __init__(self, folder: str) -> None:
        self._lock = sqlite3.connect(
            os.path.join(folder, "lock.sqlite"),
            timeout=0,
            isolation_level=None,
        )
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._lock.close()
            raise IncompleteError(
                f"{folder}: another scan is writing into this store ({error})"
            ) from error
        path = os.path.join(folder, "ledger.sqlite")
        self._base = sqlite3.connect(path)
        try:
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self.close()
            raise IncompleteError(f"{path}: {error}") from error

    def close(self) -> None:
        """Let others have it."""
        self._base.close()
        self._lock.close()

    # -- contents --

    def contents(self) -> dict[str, tuple[str, Content]]:
        """Return path -> stamp and content, of all that is remembered."""
        rows = self._base.execute("SELECT * FROM content")
        return {
            path: (stamp, Content(artifact=artifact, weight=weight))
            for path, stamp, artifact, weight in rows
        }

    def keep(self, seen: Iterable[Seen], units: Iterable[Unit]) -> None:
        """
        Remember the contents of targets, and their units: one that lies
        elsewhere now is read there.
        """
        with self._base:
            self._base.executemany(
                "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?)",
                [_content_row(item) for item in seen if item.stamp],
            )
            self._base.executemany(
                "INSERT OR REPLACE INTO unit VALUES (?, ?, ?, ?, ?, ?)",
                [_unit_row(unit) for unit in units],
            )

    # -- versions and runs --

    def sequence_of_version(
        self, version: str, date: str, manifest: Mapping[str, str]
    ) -> tuple[int, str]:
        """
        Return the number of a version, and the date on which it first came.
        """
        with self._base:
            self._base.execute(
                "INSERT OR IGNORE INTO version (version, date, manifest)"
                " VALUES (?, ?, ?)",
                (version, date, json.dumps(dict(manifest))),
            )
        row = self._base.execute(
            "SELECT sequence, date FROM version WHERE version = ?", (version,)
        ).fetchone()
        return int(row[0]), str(row[1])

    def before(self, version: str) -> tuple[str, dict[str, str]] | None:
        """
        Return the version before this one with its manifest; None without
        one, and where this one has readings already.
        """
        row = self._base.execute(
            "SELECT old.version, old.manifest FROM version old, version new"
            " WHERE new.version = ?1 AND old.sequence < new.sequence"
            " AND NOT EXISTS (SELECT 1 FROM reading WHERE version = ?1)"
            " ORDER BY old.sequence DESC LIMIT 1",
            (version,),
        ).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def sequence_of_run(self, lines: Iterable[str]) -> tuple[int, str]:
        """
        Return the number of the run that saw just this, a new one unless it
        was the last, and its digest.
        """
        joined = "\n".join(lines).encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(joined).hexdigest()[:16]
        last = self._base.execute(
            "SELECT sequence, digest FROM run ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
        if last and last[1] == digest:
            return int(last[0]), digest
        with self._base:
            made = self._base.execute(
                "INSERT INTO run (digest) VALUES (?)", (digest,)
            )
        return int(made.lastrowid or 0), digest

    # -- batches --

    def carry(self, version: str, earlier: str, units: Iterable[str]) -> None:
        """
        Let what an earlier version read of these units hold for this one.
        """
        with self._base:
            self._base.executemany(
                "INSERT OR IGNORE INTO reading SELECT unit, ?, ? FROM reading"
                " WHERE unit = ? AND version = ?",
                [(version, CARRIED, unit, earlier) for unit in units],
            )

    def plan(self, units: Sequence[Unit], version: str) -> None:
        """
        Put those of `units` that nobody has read or is to read by this version
        into batches, all of them or none.
        """
        with self._base:
            self._want(units)
            new = {
                row[0]
                for row in self._base.execute(
                    "SELECT unit FROM wanted WHERE unit NOT IN"
                    " (SELECT unit FROM reading WHERE version = ?)",
                    (version,),
                )
            }
            for batch in batches_of(
                (unit for unit in units if unit.unit in new), version
            ):
                self._base.execute(
                    "INSERT INTO batch (batch, version) VALUES (?, ?)",
                    (batch.batch, version),
                )
                self._base.executemany(
                    "INSERT INTO reading VALUES (?, ?, ?)",
                    [(u.unit, version, batch.batch) for u in batch.units],
                )

    def _want(self, units: Sequence[Unit]) -> None:
        self._base.execute("DELETE FROM wanted")
        self._base.executemany(
            "INSERT INTO wanted VALUES (?)", [(unit.unit,) for unit in units]
        )

    def open_batches(
        self, units: Sequence[Unit], version: str
    ) -> Iterator[Batch]:
        """Yield the batches with any of `units` that are not done."""
        with self._base:
            self._want(units)
        names = self._base.execute(
            "SELECT DISTINCT batch FROM reading JOIN wanted USING (unit)"
            " JOIN batch USING (batch, version)"
            " WHERE version = ? AND NOT done ORDER BY batch",
            (version,),
        ).fetchall()
        for (name,) in names:
            rows = self._base.execute(
                "SELECT unit, artifact, name, path, weight, error FROM reading"
                " JOIN unit USING (unit) WHERE batch = ? AND version = ?"
                " ORDER BY unit",
                (name, version),
            )
            yield Batch(
                batch=name,
                version=version,
                units=tuple(_unit(row) for row in rows),
            )

    def finish(self, batch: Batch) -> None:
        """Note that what was read of a batch is in the store."""
        with self._base:
            self._base.execute(
                "UPDATE batch SET done = 1 WHERE batch = ? AND version = ?",
                (batch.batch, batch.version),
            )

    def read_by(self, version: str) -> set[str]:
        """Return the units of which a version has a reading, done."""
        with closing(
            self._base.execute(
                "SELECT unit FROM reading LEFT JOIN batch"
                " USING (batch, version)"
                " WHERE version = ? AND (done OR batch = ?)",
                (version, CARRIED),
            )
        ) as rows:
            return {row[0] for row in rows}


def _content_row(seen: Seen) -> tuple[str, str, str, float]:
    unit = seen.unit
    return unit.path, seen.stamp, unit.artifact, unit.weight


def _unit_row(unit: Unit) -> tuple[str, str, str, str, float, str]:
    return (
        unit.unit,
        unit.artifact,
        unit.name,
        unit.path,
        unit.weight,
        unit.error,
    )


def _unit(row: tuple[str, str, str, str, float, str]) -> Unit:
    unit, artifact, name, path, weight, error = row
    return Unit(
        unit=unit,
        artifact=artifact,
        name=name,
        path=path,
        weight=weight,
        error=error,
    )
