"""
Lay the layers of an image over each other: the tree that a container would
see.

Source: the OCI image specification, "Image Layer Filesystem Changeset": an
upper file hides a lower one, `.wh.NAME` takes NAME away, and `.wh..wh..opq`
all that lower layers have in its folder. Nothing is extracted.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import IO

from licensescan.model.texts import Problem
from licensescan.reader.base import (
    TEXT_BYTES,
    Budget,
    MissingError,
    Read,
)
from licensescan.reader.tar import TarFiles

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_HOPS = 40
"""Links that are followed for one path, as Linux does."""


class Layers:
    """
    The layers of an image, the lowest first, and which of them each path is
    from.
    """

    def __init__(self, layers: Sequence[TarFiles]) -> None:
        self.layers = layers
        self.links: dict[str, str] = {}
        self.layer_of: dict[str, int] = {}
        hidden = _Hidden()
        for number in range(len(layers) - 1, -1, -1):
            self._lay_under(number, hidden)
        self.children = _children(self.layer_of)
        self.sorted = sorted(p for p in self.layer_of if self._is_file(p))

    def _lay_under(self, number: int, hidden: _Hidden) -> None:
        """Add what the layers above `number` leave visible of it."""
        layer = self.layers[number]
        links = layer.links
        names = dict.fromkeys([*layer.paths(), *links])
        visible = [n for n in names if not hidden.hides(n) and not _is_mark(n)]
        for name in visible:
            self.layer_of[name] = number
            if name in links:
                self.links[name] = links[name]
        hidden.add(names)

    def _is_file(self, path: str) -> bool:
        return path not in self.links or self.resolve(path) is not None

    def resolve(self, path: str) -> str | None:
        """
        Return the regular file that `path` leads to, links of folders on the
        way followed inside the image; None when there is none.
        """
        if path in self.layer_of and path not in self.links:
            return path
        real = self.real(path)
        return (
            real if real in self.layer_of and real not in self.links else None
        )

    def real(self, path: str) -> str:
        """Return `path` with all links followed inside the image."""
        pieces = [p for p in reversed(path.split("/")) if p not in ("", ".")]
        done: list[str] = []
        hops = 0
        while pieces:
            piece = pieces.pop()
            if piece == "..":
                del done[-1:]
                continue
            done.append(piece)
            target = self.links.get("/".join(done))
            if target is None:
                continue
            hops += 1
            if hops > _HOPS:
                break
            done = []
            pieces += reversed(target.split("/"))
        return "/".join(done)


class _Hidden:
    """What layers above hide of those below."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._opaque: set[str] = set()
        self._known: dict[str, bool] = {}

    def hides(self, path: str) -> bool:
        if path in self._files or path in self._folders:
            return True
        return self._hides_folder(path.rpartition("/")[0])

    def _hides_folder(self, folder: str) -> bool:
        """Return True if nothing in `folder` is visible from above."""
        known = self._known.get(folder)
        if known is None:
            known = folder in self._files or folder in self._opaque
            if folder and not known:
                known = self._hides_folder(folder.rpartition("/")[0])
            self._known[folder] = known
        return known

    def add(self, names: Collection[str]) -> None:
        """Add the names of one layer, its whiteouts among them."""
        self._known = {}
        for name in names:
            folder, _, base = name.rpartition("/")
            if base == _OPAQUE:
                self._opaque.add(folder)
            elif base.startswith(_WHITEOUT):
                taken = base.removeprefix(_WHITEOUT)
                self._files.add(f"{folder}/{taken}" if folder else taken)
            else:
                self._files.add(name)
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition("/")[0]


def _is_mark(name: str) -> bool:
    return name.rpartition("/")[2].startswith(_WHITEOUT)


def _children(paths: Collection[str]) -> dict[str, dict[str, bool]]:
    """
    Return the names in each folder; True for those that are folders
    themselves.
    """
    children: dict[str, dict[str, bool]] = {"": {}}
    for path in paths:
        folder, _, name = path.rpartition("/")
        children.setdefault(folder, {}).setdefault(name, False)
        while folder:
            above, _, name = folder.rpartition("/")
            there = children.setdefault(above, {})
            if there.get(name):
                break
            there[name] = True
            folder = above
    return children


class LayeredFiles:
    """
    The tree at the folder `top` of an image ("": the whole), as a `FileTree`.
    """

    inflates = False

    def __init__(
        self, layers: Layers, top: str = "", label: str = "image"
    ) -> None:
        self.label = label
        self.problems: list[Problem] = []
        self.budget: Budget = (
            layers.layers[0].budget if layers.layers else Budget()
        )
        self._layers = layers
        self._top = layers.real(top)

    def paths(self) -> Sequence[str]:
        """
        Return all regular files, and links to such inside the image, sorted.
        """
        return self.walk("")

    def walk(self, below: str) -> list[str]:
        """Return the files below one folder of the tree, sorted."""
        folder = self._layers.real(self._full(below))
        start = f"{folder}/" if folder else ""
        cut = len(f"{self._top}/") if self._top else 0
        names = self._layers.sorted
        first = bisect_left(names, start)
        last = bisect_left(names, f"{folder}0") if folder else len(names)
        return [name[cut:] for name in names[first:last]]

    def names(self, below: str = "") -> list[str]:
        """Return the names of everything directly in `below`, sorted."""
        return sorted(self._entries(below))

    def folders(self, below: str = "") -> list[str]:
        """Return the names of the folders directly in `below`, sorted."""
        entries = self._entries(below)
        prefix = f"{below}/" if below else ""
        return sorted(n for n in entries if self.is_folder(prefix + n))

    def is_folder(self, path: str) -> bool:
        """Return True if `path` is a folder inside the image."""
        return self._layers.real(self._full(path)) in self._layers.children

    def below(self, folder: str) -> LayeredFiles:
        """
        Return the tree at `folder`; links in it may lead anywhere in the
        image.
        """
        top = (
            folder.lstrip("/")
            if folder.startswith("/")
            else self._full(folder)
        )
        return LayeredFiles(self._layers, top, folder)

    def has(self, path: str) -> bool:
        """Return True if there is a file at `path`."""
        return self._layers.resolve(self._full(path)) is not None

    def size(self, path: str) -> int:
        """Return the file's length in bytes."""
        layer, real = self._found(path)
        return layer.size(real)

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """
        Return the file, or pieces that stand for it within `limit` bytes.
        """
        layer, real = self._found(path)
        return layer.read(real, limit)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """Return up to `count` bytes from `offset`."""
        layer, real = self._found(path)
        return layer.read_at(real, offset, count)

    def start(self, path: str, count: int) -> Read:
        """Return the first `count` bytes, and whether there are more."""
        layer, real = self._found(path)
        return layer.start(real, count)

    def stream(self, path: str) -> IO[bytes]:
        """Open the file at `path` as a seekable stream."""
        layer, real = self._found(path)
        return layer.stream(real)

    def layer_of(self, path: str) -> int | None:
        """
        Return the number of the layer, from 0, that `path` is from; else None.
        """
        real = self._layers.resolve(self._full(path))
        return self._layers.layer_of[real] if real is not None else None

    def _entries(self, below: str) -> Mapping[str, bool]:
        return self._layers.children.get(
            self._layers.real(self._full(below)), {}
        )

    def _found(self, path: str) -> tuple[TarFiles, str]:
        real = self._layers.resolve(self._full(path))
        if real is None:
            raise MissingError(path)
        return self._layers.layers[self._layers.layer_of[real]], real

    def _full(self, path: str) -> str:
        joined = os.path.join(self._top, path) if path else self._top
        return joined.lstrip("/")
