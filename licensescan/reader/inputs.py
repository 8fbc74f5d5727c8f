"""
What a scan looked at, and whether any of it has changed since.

The reader notes every file and folder here, with the stamp that it had *before* it was
read, and the sources ask here where they ask the file system without reading. Nothing
is noted unless somebody is `watching`.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SETTLED_NS = 2_000_000_000
"""
A file that changed less than this ago may change again with the same stamp: some file
systems count by 2 s.
"""

Places = Mapping[str, Mapping[str, list[str]]]
"""
Root -> folder -> names. A name "" stands for the names in the folder, `CODE` for those
of its folders and modules, "." for the root itself.
"""

CODE = "\0"

_active: list[Witness] = []


class Witness:
    """
    What was looked at while this was watching: each thing once, as it was at the first
    look.
    """

    def __init__(self) -> None:
        self.variables: dict[str, str | None] = {}
        self._stamps: dict[str, dict[str, bytes]] = {}
        self._start = time.time_ns()
        self._latest = 0

    @property
    def is_settled(self) -> bool:
        """
        Whether all of it had been left alone for a while, so that a change cannot hide
        behind an equal stamp.
        """
        return self._latest < self._start - SETTLED_NS

    def note(self, root: str, path: str, found: os.stat_result | None) -> None:
        """
        Note what stands at `path` below `root`; `found` is what `lstat` says of it, if
        that is known already.
        """
        seen = self._stamps.setdefault(root, {})
        if path not in seen:
            seen[path], latest = _stamp(f"{root}/{path}", found)
            self._latest = max(self._latest, latest)

    def note_names(self, root: str, path: str, names: list[str]) -> None:
        """
        Note the names in the folder `path`: other than by its stamp, a file that comes
        and goes is no change.
        """
        self._stamps.setdefault(root, {})[f"{path}/"] = _names(f"{root}/{path}", names)

    def note_code(self, root: str, path: str) -> None:
        """
        Note the folders and modules in the folder `path`: no other file that comes or
        goes is a change.
        """
        self._stamps.setdefault(root, {})[f"{path}/{CODE}" if path else CODE] = (
            _code_in(f"{root}/{path}")
        )

    def places(self) -> tuple[Places, str]:
        """All that was noted, and the digest of its stamps as they were."""
        places: dict[str, dict[str, list[str]]] = {}
        stamps = []
        for root, seen in sorted(self._stamps.items()):
            folders: dict[str, list[str]] = {}
            for path in sorted(seen):
                folder, _, name = path.rpartition("/")
                folders.setdefault(folder, []).append(name)
            places[root] = folders
            stamps += [
                seen[f"{f}/{n}" if f or not n else n]
                for f, names in folders.items()
                for n in names
            ]
        return places, _digest(stamps)


def digest_of(places: Places) -> str:
    """The digest of the stamps that `places` have now."""
    stamps = []
    for root, folders in places.items():
        for folder, names in folders.items():
            prefix = f"{root}/{folder}/" if folder else f"{root}/"
            stamps += [_now(prefix, name) for name in names]
    return _digest(stamps)


@contextmanager
def watching() -> Iterator[Witness]:
    """A witness of everything that this process looks at inside the `with` block."""
    witness = Witness()
    _active.append(witness)
    try:
        yield witness
    finally:
        _active.remove(witness)


def note(root: str, path: str, found: os.stat_result | None = None) -> None:
    """Tell who is watching that `path` below `root` is about to be looked at."""
    for witness in _active:
        witness.note(root, path, found)


def note_code(root: str, path: str) -> None:
    """
    Tell who is watching that folders and modules were looked for in the folder `path`
    below `root`.
    """
    for witness in _active:
        witness.note_code(root, path)


def note_names(root: str, path: str, names: list[str]) -> None:
    """Tell who is watching which names were found in the folder `path` below `root`."""
    for witness in _active:
        witness.note_names(root, path, names)


def is_file(path: str) -> bool:
    """`os.path.isfile`, noted."""
    note("", os.path.abspath(path)[1:])
    return os.path.isfile(path)


def is_folder(path: str) -> bool:
    """`os.path.isdir`, noted."""
    note("", os.path.abspath(path)[1:])
    return os.path.isdir(path)


def names_in(path: str) -> list[str]:
    """`os.listdir`, sorted and noted. Raises `OSError` where that does."""
    found: list[str] = []
    try:
        found = sorted(os.listdir(path))
        return found
    finally:
        note_names("", os.path.abspath(path)[1:], found)


class Variables(Mapping[str, str]):
    """The environment variables of this process; those that are asked for are noted."""

    def __getitem__(self, name: str) -> str:
        value = os.environ.get(name)
        for witness in _active:
            witness.variables[name] = value
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)


def _digest(stamps: list[bytes]) -> str:
    return hashlib.sha256(b"".join(stamps)).hexdigest()


def _names(folder: str, names: list[str]) -> bytes:
    """The names in a folder, and its mode: it may have become readable."""
    try:
        mode = os.stat(folder).st_mode
    except (OSError, ValueError):
        mode = 0
    return hashlib.sha256(
        os.fsencode("\0".join([f"{mode:o}", *sorted(names)]))
    ).digest()


def _names_in(folder: str) -> bytes:
    try:
        return _names(folder, os.listdir(folder))
    except (OSError, ValueError):
        return _names(folder, [])


def _code_in(folder: str) -> bytes:
    """
    The names of folders and modules in a folder, and of the file that makes it a
    virtual environment.
    """
    try:
        with os.scandir(folder) as entries:
            kept = [
                e.name
                for e in entries
                if e.name.endswith((".py", ".ipynb", ".cfg")) or e.is_dir()
            ]
    except (OSError, ValueError):
        kept = []
    return _names(folder, kept)


def _now(prefix: str, name: str) -> bytes:
    if name == CODE:
        return _code_in(prefix)
    return _stamp(prefix + name, None)[0] if name else _names_in(prefix)


def _stamp(full: str, found: os.stat_result | None) -> tuple[bytes, int]:
    """
    Times, inode, size and mode, and the later of the times; what is not there has one
    byte.

    A link has those of what it leads to besides.
    """
    try:
        one = found or os.lstat(full)
        stamp, latest = _packed(one)
        if not stat.S_ISLNK(one.st_mode):
            return stamp, latest
    except (OSError, ValueError):
        return b"-", 0
    try:
        other, later = _packed(os.stat(full))
    except OSError:
        return stamp + b"-", latest
    return stamp + other, max(latest, later)


def _packed(s: os.stat_result) -> tuple[bytes, int]:
    packed = struct.pack(
        "=qqQqI", s.st_ctime_ns, s.st_mtime_ns, s.st_ino, s.st_size, s.st_mode
    )
    return packed, max(s.st_ctime_ns, s.st_mtime_ns)
