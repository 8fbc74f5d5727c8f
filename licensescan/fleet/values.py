"""The values that flow through a fleet scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Rows = Mapping[str, list[dict[str, object]]]
"""Table -> its rows, of one unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    One thing that a user named: its `path`, how it is `shown`, and the
    `environment` that it belongs to ("" for itself).
    """

    path: str
    shown: str
    environment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """
    What is read once: content, by the digest of it, under a name.

    `unit` is the digest of content and name together, since a name may say of
    which kind a file is. `path` is one place where it lies, and `weight` the
    seconds that reading it is expected to take. `error` says why there is no
    content.
    """

    unit: str
    artifact: str
    name: str
    path: str
    weight: float
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Units that one worker reads in one go, by rules of one version."""

    batch: str
    version: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    What came of a batch: rows by unit, or None where the worker ended on the
    way.
    """

    batch: Batch
    rows: Mapping[str, Rows] | None


class Engine(Protocol):
    """What reads batches, several at a time, in any order."""

    capacity: int

    def submit(self, batch: Batch) -> None:
        """Begin with a batch; at most `capacity` are under way."""
        ...

    def next(self) -> Done:
        """Return what came of one of those under way, waiting for it."""
        ...

    def close(self) -> None:
        """End, and whatever is under way with it."""
        ...


def needs(library: str) -> str:
    """Return what to say where a library of the extra is missing."""
    return (
        f"licensescan fleet needs {library}, which is not installed:"
        " pip install 'licensescan[fleet]'"
    )
