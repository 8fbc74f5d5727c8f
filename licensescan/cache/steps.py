"""
Keep what one step made of one thing, a distribution, in the data base of the
texts: a change in one of four hundred costs that one.

Rows are read one by one, since those of other environments are not wanted.
Beyond a limit the oldest go first.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import zlib
from contextlib import suppress
from functools import cached_property
from typing import Any

from licensescan.cache.texts import open_base

MOST_BYTES = 192 << 20
"""Bytes of all steps that are kept."""

_LEVEL = 1
"""Of compression: a third of the bytes for a tenth of the time."""


class Steps:
    """
    The kept steps of the build `space`. Nothing here raises for a bad file:
    without a usable one every look is a miss, and nothing is kept.
    """

    def __init__(self, folder: str | None, space: str) -> None:
        self._folder = folder
        self._space = space
        self._fresh: dict[str, bytes] = {}

    @cached_property
    def _base(self) -> sqlite3.Connection | None:
        return open_base(self._folder)

    def get(self, key: str) -> Any | None:
        """Return what was kept under `key`, or None."""
        if self._base is None:
            return None
        query = "SELECT sum, value FROM step WHERE key = ?"
        try:
            row = self._base.execute(query, (self._named(key),)).fetchone()
            if row is None or zlib.crc32(row[1]) != row[0]:
                return None
            return json.loads(zlib.decompress(row[1]))
        except (sqlite3.Error, ValueError, TypeError, zlib.error):
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep `value`, which is JSON, under `key`; `save` writes it."""
        data = json.dumps(value, separators=(",", ":")).encode()
        self._fresh[self._named(key)] = zlib.compress(data, _LEVEL)

    def save(self) -> None:
        """Write the new steps, and drop the oldest beyond the limit."""
        base = self._base
        if base is None or not self._fresh:
            return
        now = time.time_ns()
        rows = [
            (key, now, zlib.crc32(data), data)
            for key, data in self._fresh.items()
        ]
        self._fresh.clear()
        with suppress(sqlite3.Error), base:
            base.executemany(
                "INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?)", rows
            )
            _drop_oldest(base)

    def _named(self, key: str) -> str:
        return f"{self._space}:{key}"


def digest_of(value: Any) -> str:
    """Return what a value is known by that `put` keeps."""
    data = json.dumps(value, separators=(",", ":")).encode()
    return hashlib.sha256(data).hexdigest()


def _drop_oldest(base: sqlite3.Connection) -> None:
    """Delete the oldest steps until the rest is below the limit."""
    sizes = base.execute(
        "SELECT used, SUM(LENGTH(value)) FROM step GROUP BY used"
    )
    total = 0
    for used, size in sorted(sizes, reverse=True):
        total += size
        if total > MOST_BYTES:
            base.execute("DELETE FROM step WHERE used <= ?", (used,))
            return
