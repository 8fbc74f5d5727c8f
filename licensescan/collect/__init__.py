"""List where components live: one module for each kind of target."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from licensescan import reader
from licensescan.model.types import Component
from licensescan.reader import Files


class Source(Protocol):
    """What a module in this folder offers."""

    def matches(self, path: str) -> bool:
        """Return True if the target at `path` is of this kind."""
        ...

    def collect(self, path: str) -> Iterator[Component]:
        """
        Yield the components of the target at `path`. Raises `IncompleteError` when it
        cannot be opened as what it is.
        """
        ...


class Container(Source, Protocol):
    """What a module in this folder offers whose targets are archives."""

    def components(self, files: Files, path: str) -> list[Component]:
        """
        Return the components of the archive whose members are `files`, alone or inside
        something else; `path` is where it stands. Never raises.
        """
        ...


SOURCES = {
    "image": "licensescan.collect.images.image",
    "wheel": "licensescan.collect.python.wheel",
    "sdist": "licensescan.collect.python.sdist",
    "jar": "licensescan.collect.trees.jar",
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

CONTAINERS = {".jar": "jar", ".war": "jar"}
"""
The kind as which an archive inside something else is read, by the end of its name.
"""


def source_of(kind: str) -> Source:
    """Return the module for one kind of target."""
    return cast("Source", import_module(SOURCES[kind]))


def kind_of(path: str) -> str | None:
    """Return the first kind that takes the target at `path`, or None."""
    return next((kind for kind in SOURCES if source_of(kind).matches(path)), None)


def components_in(files: Files, path: str) -> list[Component]:
    """
    Return the components of the archive at `path` of `files`, surveyed by the code that
    surveys it as a target of its own; none when no such kind lies in others.

    Raises `ReadError` when it cannot be opened.
    """
    kind = CONTAINERS.get(os.path.splitext(path)[1].lower())
    if kind is None:
        return []
    container = cast("Container", source_of(kind))
    return container.components(reader.nested(files, path), path)
