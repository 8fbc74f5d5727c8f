"""
Keep results by content hash between runs: safe to kill, to share between
processes, and to distrust.

The key is the sha256 of the bytes that were read and of everything that made
the answer (`installation.build_id`); the value is JSON with a checksum. A
value that is damaged, foreign or of another version is a miss, never an error.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import zlib
from collections.abc import Mapping
from contextlib import closing, suppress
from functools import cached_property
from typing import Any

from licensescan.base.installation import make_private

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, sum INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS step (key TEXT PRIMARY KEY, used INTEGER, sum INTEGER, value BLOB)",
    "CREATE TABLE IF NOT EXISTS space (name TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID",
)
_SPACES = 4
"""
Namespaces that are kept: an upgraded tool never asks for the results of the
one before.
"""
_BUSY_SECONDS = 2.0


class Cache:
    """
    A table of results on disk. `namespace` names the build that made them:
    another one never sees these.

    Nothing here raises for a bad file: without a usable one, every look-up is
    a miss and nothing is kept.
    """

    def __init__(self, folder: str | None, namespace: str) -> None:
        self._folder = folder
        self._space = namespace
        self._fresh: dict[str, Any] = {}

    def get(self, key: str) -> Any | None:
        """Return the value kept under `key`, or None."""
        if key in self._fresh:
            return self._fresh[key]
        raw = self._kept.get(key)
        if raw is None:
            return None
        try:
            return json.loads(raw)
        except ValueError:
            return None

    def put(self, key: str, value: Mapping[str, Any] | list[Any]) -> None:
        """
        Keep `value`, which must be JSON, under `key`; it reaches the disk with
        `save`.
        """
        self._fresh[key] = value

    def save(self) -> None:
        """
        Write the new results. Another process that writes meanwhile makes this
        one wait for two seconds at most.
        """
        written = {
            key: json.dumps(value, separators=(",", ":")).encode()
            for key, value in self._fresh.items()
        }
        rows = [
            (f"{self._space}:{key}", zlib.crc32(data), data)
            for key, data in written.items()
        ]
        base = open_base(self._folder) if rows else None
        if base is None:
            return
        with suppress(sqlite3.Error), closing(base), base:
            base.executemany(
                "INSERT OR REPLACE INTO result VALUES (?, ?, ?)", rows
            )
            base.execute(
                "INSERT OR REPLACE INTO space VALUES (?, ?)",
                (self._space, time.time_ns()),
            )
            query = (
                "SELECT name FROM space ORDER BY used DESC LIMIT -1 OFFSET ?"
            )
            for (old,) in base.execute(query, (_SPACES,)).fetchall():
                base.execute(
                    "DELETE FROM result WHERE key >= ? AND key < ?",
                    (f"{old}:", f"{old};"),
                )
                base.execute(
                    "DELETE FROM step WHERE key >= ? AND key < ?",
                    (f"{old}:", f"{old};"),
                )
                base.execute("DELETE FROM space WHERE name = ?", (old,))

    @cached_property
    def _kept(self) -> dict[str, bytes]:
        """
        Return all results of this namespace: one query costs less than a
        thousand.
        """
        low, high, skip = (
            f"{self._space}:",
            f"{self._space};",
            len(self._space) + 1,
        )
        kept: dict[str, bytes] = {}
        base = open_base(self._folder)
        if base is None:
            return kept
        with suppress(sqlite3.Error), closing(base):
            query = (
                "SELECT key, sum, value FROM result WHERE key >= ? AND key < ?"
            )
            for key, checksum, value in base.execute(query, (low, high)):
                if isinstance(value, bytes) and zlib.crc32(value) == checksum:
                    kept[key[skip:]] = value
        return kept


def open_base(folder: str | None) -> sqlite3.Connection | None:
    """
    Open the data base in `folder`, which must be the user's own and closed to
    others; a damaged one is begun anew.
    """
    if folder is None or not make_private(folder):
        return None
    path = os.path.join(folder, "results.sqlite")
    try:
        return _begun(path)
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            return None
    with suppress(OSError, sqlite3.DatabaseError):
        os.unlink(path)
        return _begun(path)
    return None


def _begun(path: str) -> sqlite3.Connection:
    """
    Open the data base at `path` with its tables. Raises
    `sqlite3.DatabaseError`.
    """
    base = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level="DEFERRED"
    )
    try:
        base.execute("PRAGMA synchronous = OFF")
        for table in _SCHEMA:
            base.execute(table)
    except sqlite3.Error:
        base.close()
        raise
    return base
