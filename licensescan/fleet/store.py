"""
The folder of a store: a Parquet file for each table of each batch, by the
version that read it. Files are only added, each whole or not at all.

    STORE/components/rules=<version>/<batch>.parquet
    STORE/sightings/date=<date>/<run>.parquet
    STORE/ledger/ledger.sqlite
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from licensescan.fleet.parquet import encoded
from licensescan.fleet.rows import TABLES
from licensescan.fleet.values import Batch, Rows
from licensescan.model.errors import UsageError

FORMAT = 1
"""Changes with the layout of a store."""


def ledger_folder(store: str) -> str:
    """Return the folder of the ledger, which is made if need be."""
    folder = os.path.join(store, "ledger")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{store}: {error.strerror or error}") from error
    return folder


def write_batch(store: str, batch: Batch, rows: Mapping[str, Rows]) -> None:
    """Write what was read of a batch."""
    for table in TABLES:
        inside = [
            row for unit in batch.units for row in rows[unit.unit][table]
        ]
        partition = f"{table}/rules={batch.version}"
        write_table(store, table, f"{partition}/{batch.batch}", inside)


def write_table(
    store: str,
    table: str,
    name: str,
    rows: Sequence[Mapping[str, object]],
) -> None:
    """Write the rows of a table into one file of a store."""
    path = os.path.join(store, *f"{name}.parquet".split("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # One process writes at a time, and what a killed one leaves lies apart.
    unfinished = os.path.join(store, "ledger", "unfinished")
    with open(unfinished, "wb") as file:
        file.write(encoded(table, rows))
    os.replace(unfinished, path)


def files_of(path: str) -> Iterable[tuple[str, bytes]]:
    """
    Yield the name and bytes of each file of the store at `path` but those of
    its ledger, in order.
    """
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(set(folders) - {"ledger"})
        for name in sorted(names):
            whole = os.path.join(folder, name)
            with open(whole, "rb") as file:
                yield os.path.relpath(whole, path), file.read()
