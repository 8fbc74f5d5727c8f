"""
Units -> batches of some seconds, in the order of their digests: the same units
make the same batches, whoever asks and whatever came before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from licensescan.fleet.values import Batch, Unit

SECONDS = 4.0
"""What a batch is expected to take: starting one costs milliseconds."""

MOST_UNITS = 128
"""Units of a batch, so that a worker that ends loses little."""


def batches_of(units: Iterable[Unit], version: str) -> Iterator[Batch]:
    """Yield the batches in which `units` are to be read."""
    taken: list[Unit] = []
    weight = 0.0
    for unit in sorted(units, key=lambda unit: unit.unit):
        is_full = weight + unit.weight > SECONDS or len(taken) == MOST_UNITS
        if taken and is_full:
            yield _batch(taken, version)
            taken, weight = [], 0.0
        taken.append(unit)
        weight += unit.weight
    if taken:
        yield _batch(taken, version)


def _batch(units: list[Unit], version: str) -> Batch:
    """
    Return a batch, named by its first unit and by all of them.
    """
    lines = "\n".join([version, *(unit.unit for unit in units)])
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return Batch(
        batch=f"{units[0].unit[:12]}-{digest[:12]}",
        version=version,
        units=tuple(units),
    )
