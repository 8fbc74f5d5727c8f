"""
Open an archive of any kind as a tree: the first bytes say which kind it is.
"""

from __future__ import annotations

import os
import stat
import zipfile
from bz2 import BZ2File
from collections.abc import Callable, Iterator
from gzip import GzipFile
from lzma import LZMAFile
from typing import IO, cast

from licensescan.model.errors import IncompleteError
from licensescan.model.kinds import RuleId
from licensescan.reader.base import NESTING, Budget, Files, ReadError
from licensescan.reader.folder import FolderFiles
from licensescan.reader.inputs import is_folder
from licensescan.reader.tar import STREAM_ERRORS, TarFiles
from licensescan.reader.zip import ZIP_ERRORS, ZipFiles

_AR_HEADER = 60
"""Bytes before the data of each member of a Unix `ar` archive."""


def open_archive(file: IO[bytes], label: str, budget: Budget | None = None) -> Files:
    """
    Return the archive in `file` as a tree; its first bytes, not its name, say of which
    kind it is.

    Raises `ReadError` when it nests too deeply or is no archive that can be read.
    """
    budget = budget or Budget()
    if budget.depth > NESTING:
        raise ReadError(
            RuleId.ARCHIVE_UNSAFE, label, f"archives nested deeper than {NESTING}"
        )
    start = file.read(512)
    file.seek(0)
    if start.startswith(b"PK") or _is_zip_behind_data(file, label):
        return _open_zip(file, label, budget)
    with file:
        return _open_tar(file, start, label, budget)


def nested(files: Files, path: str) -> Files:
    """
    Return the archive at `path` of `files` as a tree of its own, on the same budget.
    Raises `ReadError`.
    """
    return open_archive(files.stream(path), path, files.budget.deeper())


def _is_zip_behind_data(file: IO[bytes], label: str) -> bool:
    """Return True for a file called like a zip that begins with something else."""
    named = label.lower().endswith((".whl", ".jar", ".zip", ".egg"))
    return named and zipfile.is_zipfile(file)


def _open_zip(file: IO[bytes], label: str, budget: Budget) -> ZipFiles:
    try:
        return ZipFiles(file, label, budget)
    except ZIP_ERRORS as error:
        file.close()
        raise _unsafe(label, error) from error


def _open_tar(
    file: IO[bytes],
    start: bytes,
    label: str,
    budget: Budget,
) -> TarFiles:
    """Read the tar stream in `file` to its end."""
    try:
        for marks, inflate in _COMPRESSED:
            if start.startswith(marks):
                return TarFiles(inflate(file), label, budget, stored=file)
        if start[257:262] == b"ustar":
            return TarFiles(file, label, budget)
    except STREAM_ERRORS as error:
        raise _unsafe(label, error) from error
    raise ReadError(RuleId.EVIDENCE_UNREADABLE, label, "is no zip and no tar archive")


def _unsafe(label: str, error: Exception) -> ReadError:
    message = f"cannot be opened as an archive ({error})"
    return ReadError(RuleId.ARCHIVE_UNSAFE, label, message)


def _gunzip(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", GzipFile(fileobj=file, mode="rb"))


def _unxz(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", LZMAFile(file))


_COMPRESSED: tuple[tuple[tuple[bytes, ...], Callable[[IO[bytes]], IO[bytes]]], ...] = (
    ((b"\x1f\x8b",), _gunzip),
    ((b"BZh",), BZ2File),
    ((b"\xfd7zXZ\0", b"\x5d\0\0"), _unxz),
)
"""The first bytes of a compressed stream, and what inflates it."""


def open_files(path: str | os.PathLike[str]) -> Files:
    """
    Return a target as a tree: a folder, or an archive that its first bytes announce.

    Raises `IncompleteError` when it cannot be opened as what it is.
    """
    target = os.fspath(path)
    if is_folder(target):
        return FolderFiles(target)
    try:
        handle = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise IncompleteError(f"{target}: is not a regular file")
        return open_archive(os.fdopen(handle, "rb"), os.path.basename(target))
    except ReadError as error:
        raise IncompleteError(f"{target}: {error.problem.message}") from error
    except OSError as error:
        raise IncompleteError(f"{target}: {error.strerror or error}") from error


def ar_members(file: IO[bytes]) -> Iterator[tuple[str, int, int]]:
    """
    Yield `(name, offset, size)` of each member of a Unix `ar` archive (a .deb, a .a)
    without reading their data.

    Raises `IncompleteError` when it is no such archive or is cut short.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(8) != b"!<arch>\n":
        raise IncompleteError("not an ar archive")
    offset = 8
    while offset + _AR_HEADER <= end:
        file.seek(offset)
        header = file.read(_AR_HEADER)
        offset += _AR_HEADER
        digits = header[48:58].strip()
        if header[58:60] != b"`\n" or not digits.isdigit():
            raise IncompleteError("a damaged ar header")
        size = int(digits)
        if offset + size > end:
            raise IncompleteError("the archive is cut short")
        name = header[:16].decode("utf-8", "replace").strip().rstrip("/")
        yield name, offset, size
        offset += size + size % 2
