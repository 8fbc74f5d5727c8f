"""Where components live: one module for each kind of target, listed here."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from licensescan.model.types import Component


class Source(Protocol):
    """What a module in this folder offers."""

    def matches(self, path: str) -> bool:
        """Whether the target at `path` is of this kind."""
        ...

    def collect(self, path: str) -> Iterator[Component]:
        """
        The components of the target at `path`. Raises `IncompleteError` when it cannot
        be opened as what it is.
        """
        ...


SOURCES = {
    "wheel": "licensescan.collect.python.wheel",
    "sdist": "licensescan.collect.python.sdist",
    "jar": "licensescan.collect.survey.jar",
    "npm": "licensescan.collect.trees.npm",
    "deb": "licensescan.collect.trees.deb",
    "lock": "licensescan.collect.python.lock",
    "models": "licensescan.collect.models.caches",
    "tree": "licensescan.collect.trees.source_tree",
}
"""
The module for each kind of target, in the order in which they are asked; a module is
imported when it is.
"""


def source_of(kind: str) -> Source:
    """Return the module for one kind of target."""
    return cast("Source", import_module(SOURCES[kind]))


def kind_of(path: str) -> str | None:
    """Return the first kind that takes the target at `path`, or None."""
    return next((kind for kind in SOURCES if source_of(kind).matches(path)), None)
