"""
Read the units of a batch: what a worker does, in whatever process it lives.

A unit on which anything goes wrong has a row with its error. Texts that were
read lately are remembered within the process, whatever target they lie in.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Any

from licensescan.cache.texts import Cache
from licensescan.fleet.rows import rows_of, rows_of_error
from licensescan.fleet.values import Batch, Rows, Unit
from licensescan.fleet.version import version
from licensescan.model.errors import LicensescanError
from licensescan.pipeline import Options, scan

_MOST_TEXTS = 4_096
_NO_DAY = date(2000, 1, 1)
"""Nothing that is read depends on the day: there is no policy here."""

_one_at_a_time = threading.Lock()


class OtherVersionError(LicensescanError):
    """A worker has another version of licensescan than who asked it."""


class LatestTexts(Cache):
    """The answers on the texts that were read lately, in memory alone."""

    def __init__(self) -> None:
        super().__init__(None, "")
        self._latest: OrderedDict[str, Any] = OrderedDict()

    def get(self, key: str) -> Any | None:
        """Return the answer under `key`, or None."""
        if key not in self._latest:
            return None
        self._latest.move_to_end(key)
        return self._latest[key]

    def put(self, key: str, value: Mapping[str, Any] | list[Any]) -> None:
        """Keep an answer, and drop the one that was not asked for longest."""
        self._latest[key] = value
        if len(self._latest) > _MOST_TEXTS:
            self._latest.popitem(last=False)

    def save(self) -> None:
        """Write nothing."""


_texts = LatestTexts()


def read(batch: Batch) -> dict[str, Rows]:
    """
    Return the rows of each unit. Raises `OtherVersionError` where they would
    be others than were asked for.
    """
    if batch.version != version():
        raise OtherVersionError(
            f"a worker reads by version {version()} of rules and code,"
            f" and {batch.version} was asked for: install the same licensescan"
        )
    # The engine may call from several threads; what is below has one in mind.
    with _one_at_a_time:
        return {unit.unit: _rows(unit) for unit in batch.units}


def _rows(unit: Unit) -> Rows:
    if unit.error:
        return rows_of_error(unit, unit.error)
    try:
        report = scan(
            [unit.path],
            policy=None,
            today=_NO_DAY,
            options=Options(project=os.sep, cached=False),
            texts_read=_texts,
        )
        return rows_of(report, unit)
    except LicensescanError as error:
        return rows_of_error(unit, str(error))
    except Exception as error:  # noqa: BLE001 - one target of thousands
        return rows_of_error(unit, f"{type(error).__name__}: {error}")
