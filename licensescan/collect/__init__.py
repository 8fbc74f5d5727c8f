"""List where components live: one module for each kind of target."""

from __future__ import annotations

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
        Yield the components of the target at `path`. Raises `IncompleteError`
        when it cannot be opened as what it is.
        """
        ...


class Container(Source, Protocol):
    """What a module in this folder offers whose targets are archives."""

    def components(self, files: Files, path: str) -> list[Component]:
        """
        Return the components of the archive whose members are `files`, alone
        or inside something else; `path` is where it stands. None when it is of
        another kind. Never raises.
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
    "sbom": "licensescan.collect.python.bom",
    "models": "licensescan.collect.models.caches",
    "tree": "licensescan.collect.trees.source_tree",
}
"""
The module for each kind of target, in the order in which they are asked; a
module is imported when it is.
"""

CONTAINERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((".jar", ".war", ".aar", ".ear"), ("jar",)),
    ".whl": ("wheel", "sdist"),
    **dict.fromkeys((".tgz", ".tar.gz"), ("npm", "sdist")),
    **dict.fromkeys((".zip", ".egg", ".nupkg", ".vsix", ".crate"), ("sdist",)),
    **dict.fromkeys(
        (".tar", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"), ("sdist",)
    ),
}
"""
The kinds as which an archive inside something else is read, by the end of its
name: the first that takes it for its own.
"""


_CONTAINED = tuple(CONTAINERS)


def source_of(kind: str) -> Source:
    """Return the module for one kind of target."""
    return cast("Source", import_module(SOURCES[kind]))


def kind_of(path: str) -> str | None:
    """Return the first kind that takes the target at `path`, or None."""
    return next(
        (kind for kind in SOURCES if source_of(kind).matches(path)), None
    )


def components_in(files: Files, path: str) -> list[Component]:
    """
    Return the components of the archive at `path` of `files`, surveyed by the
    code that surveys it as a target of its own; none when no such kind lies in
    others.

    Raises `ReadError` when it cannot be opened.
    """
    name = path.lower()
    if not name.endswith(_CONTAINED):
        return []
    kinds = next(k for end, k in CONTAINERS.items() if name.endswith(end))
    inside = reader.nested(files, path)
    for kind in kinds:
        components = cast("Container", source_of(kind)).components(
            inside, path
        )
        if components:
            return components
    return []
