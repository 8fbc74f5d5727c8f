"""
Record the inputs of a scan, so that a later run can see whether any has
changed.

The reader notes every file and folder here, with the stamp that it had
*before* it was read, and the sources ask here where they ask the file system
without reading. Nothing is noted unless a `recording` is under way.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from licensescan.base.portable import slashed

SETTLED_NS = 2_000_000_000
"""
Nanoseconds. A file that changed less than this ago may change again with the
same stamp: some file systems count by 2 s.
"""

Paths = Mapping[str, Mapping[str, list[str]]]
"""
Root -> folder -> names. A name "" stands for the names in the folder, `CODE`
for those of its folders and modules, "." for the root itself.
"""

CODE = "\0"

_INFO = (".dist-info", ".egg-info", "conda-meta")
"""How the names of folders end that say what is installed."""

_PACK = struct.Struct("=qqQqI").pack

_MISSING = b"-"
"""The stamp of what is not there."""

_recordings: list[Inputs] = []


class Inputs:
    """
    The files, folders and variables of one scan, each as it was at the first
    look.
    """

    def __init__(self) -> None:
        self.variables: dict[str, str | None] = {}
        self._stamps: dict[str, dict[str, bytes]] = {}
        self._start = time.time_ns()
        self._latest = 0
        self.has_passing = False

    @property
    def is_settled(self) -> bool:
        """
        Return True if all of them had been left alone for `SETTLED_NS`, so
        that no change can hide behind an equal stamp, and none was a passing
        one.
        """
        is_old = self._latest < self._start - SETTLED_NS
        return is_old and not self.has_passing

    def lacks(self, root: str, path: str) -> bool:
        """Return True for what is not noted yet: the first look counts."""
        return path not in self._stamps.get(root, ())

    def note(self, root: str, path: str, stamp: Stamp) -> None:
        """Note what is at `path` below `root`, unless it is noted."""
        stamps = self._stamps.setdefault(root, {})
        if path not in stamps:
            stamps[path] = stamp.data
            self._latest = max(self._latest, stamp.changed_ns)

    def note_names(self, root: str, path: str, names: list[str]) -> None:
        """
        Note the names in the folder `path`, where a folder's own stamp would
        say too much: a file in it that comes and goes between two runs is no
        change.
        """
        self.set(root, f"{path}/", _digest_of_names(f"{root}/{path}", names))

    def note_code(self, root: str, path: str) -> None:
        """
        Note the folders and modules in the folder `path`: no other file that
        comes or goes is a change.
        """
        name = f"{path}/{CODE}" if path else CODE
        self.set(root, name, _digest_of_code(f"{root}/{path}"))

    def set(self, root: str, name: str, stamp: bytes) -> None:
        """Note the stamp of the names in a folder."""
        self._stamps.setdefault(root, {})[name] = stamp

    def add(self, other: Inputs) -> None:
        """Add what another process looked at, as it was there."""
        self.variables.update(other.variables)
        for root, stamps in other._stamps.items():
            mine = self._stamps.setdefault(root, {})
            for name, stamp in stamps.items():
                mine.setdefault(name, stamp)
        self._latest = max(self._latest, other._latest)
        self.has_passing = self.has_passing or other.has_passing

    def recorded(
        self, wanted: Callable[[str], bool] | None = None
    ) -> tuple[Paths, str]:
        """
        Return all that was noted, or what is `wanted` of it, and the digest of
        its stamps as they were.
        """
        paths: dict[str, dict[str, list[str]]] = {}
        in_order: list[bytes] = []
        for root, stamps in sorted(self._stamps.items()):
            paths[root] = _by_folder(filter(wanted, stamps))
            for folder, names in paths[root].items():
                in_order += [stamps[_joined(folder, name)] for name in names]
        return paths, _digest(in_order)


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    return folders


def _joined(folder: str, name: str) -> str:
    """Undo `rpartition`: "/" stands for the names in the root."""
    return f"{folder}/{name}" if folder or not name else name


def digest_of(paths: Paths) -> str:
    """Return the digest of the stamps that `paths` have now."""
    stamps: list[bytes] = []
    for prefix, names in _prefixed(paths):
        stamps += [_data_now(prefix, name) for name in names]
    return _digest(stamps)


def is_telling(path: str) -> bool:
    """
    Return True for what changes with most changes of an environment: what
    stands at the top, and what says what is installed.
    """
    folder, _, _ = path.rpartition("/")
    return not folder or folder.endswith(_INFO)


def note_unchanged(paths: Paths, digest: str) -> bool:
    """
    Return True if `paths` have the stamps now that gave `digest`, and note
    them as if they had been looked at.
    """
    now = list(_stamps_now(paths))
    if _digest([stamp.data for _, _, stamp in now]) != digest:
        return False
    for inputs in _recordings:
        for root, name, stamp in now:
            if _is_of_names(name):
                inputs.set(root, name, stamp.data)
            else:
                inputs.note(root, name, stamp)
    return True


def add(inputs: Inputs) -> None:
    """Note what another process looked at."""
    for one in _recordings:
        one.add(inputs)


def _is_of_names(name: str) -> bool:
    return name.endswith(("/", CODE))


def _prefixed(paths: Paths) -> Iterator[tuple[str, list[str]]]:
    """Yield the names in each folder of `paths`, with what stands before."""
    for root, folders in paths.items():
        for folder, names in folders.items():
            yield f"{root}/{folder}/" if folder else f"{root}/", names


def _data_now(prefix: str, name: str) -> bytes:
    """
    Return the data of the stamp that a path has now. Nearly all are of files
    that are there, of which there are many.
    """
    if name and name != CODE:
        try:
            status = os.lstat(prefix + name)
            if not stat.S_ISLNK(status.st_mode):
                return _packed_data(status)
        except (OSError, ValueError):
            return _MISSING
    return _stamp_now(prefix, name).data


def _stamps_now(paths: Paths) -> Iterator[tuple[str, str, Stamp]]:
    """Yield each of `paths`, in order, with its root and its stamp now."""
    for root, folders in paths.items():
        for folder, names in folders.items():
            prefix = f"{root}/{folder}/" if folder else f"{root}/"
            for name in names:
                yield root, _joined(folder, name), _stamp_now(prefix, name)


@contextmanager
def recording() -> Iterator[Inputs]:
    """Record everything that this process looks at inside the `with` block."""
    inputs = Inputs()
    _recordings.append(inputs)
    try:
        yield inputs
    finally:
        _recordings.remove(inputs)


def note(root: str, path: str, status: os.stat_result | None = None) -> None:
    """
    Note that `path` below `root` is about to be looked at; `status` is its
    `lstat`, where that is at hand.
    """
    lacking = [one for one in _recordings if one.lacks(root, path)]
    if lacking:
        stamp = _stamp(f"{root}/{path}", status)
        for inputs in lacking:
            inputs.note(root, path, stamp)


def note_code(root: str, path: str) -> None:
    """
    Note that folders and modules were looked for in the folder `path` of
    `root`.
    """
    for inputs in _recordings:
        inputs.note_code(root, path)


def note_names(root: str, path: str, names: list[str]) -> None:
    """Note which names the folder `path` below `root` held."""
    for inputs in _recordings:
        inputs.note_names(root, path, names)


def note_path(path: str) -> None:
    """Note that `path`, from wherever the process stands, is looked at."""
    note(*_from_drive(path))


def _from_drive(path: str) -> tuple[str, str]:
    """
    Return the drive of a path ("" where there are none), and its way from
    there.
    """
    drive, inside = os.path.splitdrive(os.path.abspath(path))
    return drive, slashed(inside)[1:]


def note_passing() -> None:
    """
    Note that something was asked for that may be answered otherwise the next
    time: an answer of the network.
    """
    for inputs in _recordings:
        inputs.has_passing = True


def is_file(path: str) -> bool:
    """Return `os.path.isfile(path)`, noted."""
    note_path(path)
    return os.path.isfile(path)


def is_folder(path: str) -> bool:
    """Return `os.path.isdir(path)`, noted."""
    note_path(path)
    return os.path.isdir(path)


def names_in(path: str) -> list[str]:
    """
    Return `os.listdir(path)`, sorted and noted. Raises `OSError` where that
    does.
    """
    names: list[str] = []
    try:
        names = sorted(os.listdir(path))
        return names
    finally:
        note_names(*_from_drive(path), names)


class Variables(Mapping[str, str]):
    """
    The environment variables of this process; those that are asked for are
    noted.
    """

    def __getitem__(self, name: str) -> str:
        value = os.environ.get(name)
        for inputs in _recordings:
            inputs.variables[name] = value
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)


def _digest(stamps: list[bytes]) -> str:
    return hashlib.sha256(b"".join(stamps)).hexdigest()


def _digest_of_names(folder: str, names: list[str]) -> bytes:
    """
    Return the digest of `names` and the mode of `folder`: it may become
    readable.
    """
    try:
        mode = os.stat(folder).st_mode
    except (OSError, ValueError):
        mode = 0
    lines = [f"{mode:o}", *sorted(names)]
    return hashlib.sha256(os.fsencode("\0".join(lines))).digest()


def _digest_of_folder(folder: str) -> bytes:
    try:
        names = os.listdir(folder)
    except (OSError, ValueError):
        names = []
    return _digest_of_names(folder, names)


def _digest_of_code(folder: str) -> bytes:
    """
    Return the digest of the names of folders and modules in `folder`, and of
    the file that makes it a virtual environment.
    """
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if _is_code(e)]
    except (OSError, ValueError):
        names = []
    return _digest_of_names(folder, names)


def _is_code(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith((".py", ".ipynb", ".cfg")) or entry.is_dir()


def _stamp_now(prefix: str, name: str) -> Stamp:
    if name == CODE:
        return Stamp(_digest_of_code(prefix), 0)
    if not name:
        return Stamp(_digest_of_folder(prefix), 0)
    return _stamp(prefix + name, None)


class Stamp(NamedTuple):
    """Times, inode, size and mode, packed; and the later of the times."""

    data: bytes
    changed_ns: int


def _stamp(full: str, status: os.stat_result | None) -> Stamp:
    """
    Return the stamp of the file at `full`; that of a link includes the stamp
    of what it leads to.
    """
    try:
        status = status or os.lstat(full)
        stamp = _packed(status)
        if not stat.S_ISLNK(status.st_mode):
            return stamp
    except (OSError, ValueError):
        return Stamp(_MISSING, 0)
    try:
        target = _packed(os.stat(full))
    except OSError:
        target = Stamp(_MISSING, 0)
    changed_ns = max(stamp.changed_ns, target.changed_ns)
    return Stamp(stamp.data + target.data, changed_ns)


def _packed(s: os.stat_result) -> Stamp:
    return Stamp(_packed_data(s), max(s.st_ctime_ns, s.st_mtime_ns))


def _packed_data(s: os.stat_result) -> bytes:
    return _PACK(s.st_ctime_ns, s.st_mtime_ns, s.st_ino, s.st_size, s.st_mode)
