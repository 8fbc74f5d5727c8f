"""
What kind of archive a file is, told by its first bytes, and the tree that it holds.
"""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
from bz2 import BZ2File
from collections.abc import Callable, Iterator
from gzip import GzipFile
from typing import IO, cast

from licensescan.model.errors import IncompleteError
from licensescan.model.kinds import RuleId
from licensescan.reader.base import NESTING, Budget, Files, ReadError
from licensescan.reader.folder import FolderFiles
from licensescan.reader.inputs import is_folder
from licensescan.reader.tar import STREAM_ERRORS, TarFiles
from licensescan.reader.zip import ZIP_ERRORS, ZipFiles


def open_archive(file: IO[bytes], label: str, budget: Budget | None = None) -> Files:
    """
    The archive in `file` as a tree, whatever its kind: told by its first bytes, not by
    its name.

    Raises `ReadError` when it nests too deeply or is no archive that can be read.
    """
    budget = budget or Budget()
    if budget.depth > NESTING:
        raise ReadError(
            RuleId.ARCHIVE_UNSAFE, label, f"archives nested deeper than {NESTING}"
        )
    start = file.read(512)
    file.seek(0)
    if start.startswith(b"PK") or (
        label.lower().endswith((".whl", ".jar", ".zip", ".egg"))
        and zipfile.is_zipfile(file)
    ):
        try:
            return ZipFiles(file, label, budget)
        except ZIP_ERRORS as error:
            file.close()
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                label,
                f"cannot be opened as an archive ({error})",
            ) from error
    with file:
        return _open_tar(file, start, label, budget)


def nested(files: Files, path: str) -> Files:
    """
    Return the archive at `path` of `files` as a tree of its own, on the same budget.
    Raises `ReadError`.
    """
    return open_archive(files.stream(path), path, files.budget.deeper())


def _open_tar(file: IO[bytes], start: bytes, label: str, budget: Budget) -> TarFiles:
    """The tar stream in `file`, read to its end."""
    try:
        stored = _position(file)
        if start.startswith(b"\x1f\x8b"):
            return TarFiles(
                cast("IO[bytes]", GzipFile(fileobj=file, mode="rb")),
                label,
                budget,
                stored=stored,
            )
        if start.startswith(b"BZh"):
            return TarFiles(BZ2File(file), label, budget, stored=stored)
        if start.startswith((b"\xfd7zXZ\0", b"\x5d\0\0")):
            return TarFiles(
                cast("IO[bytes]", lzma.LZMAFile(file)), label, budget, stored=stored
            )
        if start[257:262] == b"ustar":
            return TarFiles(file, label, budget)
    except STREAM_ERRORS as error:
        raise ReadError(
            RuleId.ARCHIVE_UNSAFE, label, f"cannot be opened as an archive ({error})"
        ) from error
    raise ReadError(RuleId.EVIDENCE_UNREADABLE, label, "is no zip and no tar archive")


def _position(file: IO[bytes]) -> Callable[[], int]:
    def stored() -> int:
        return max(file.tell(), 1)

    return stored


def open_files(path: str | os.PathLike[str]) -> Files:
    """
    A target as a tree: a folder, or an archive told by its first bytes.

    Raises `IncompleteError` when it cannot be opened as what it is.
    """
    if is_folder(os.fspath(path)):
        return FolderFiles(path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise IncompleteError(f"{os.fspath(path)}: is not a regular file")
        return open_archive(os.fdopen(handle, "rb"), os.path.basename(os.fspath(path)))
    except ReadError as error:
        raise IncompleteError(f"{os.fspath(path)}: {error.problem.message}") from error
    except OSError as error:
        raise IncompleteError(
            f"{os.fspath(path)}: {error.strerror or error}"
        ) from error


def ar_members(file: IO[bytes]) -> Iterator[tuple[str, int, int]]:
    """
    `(name, offset, size)` of each member of a Unix `ar` archive (a .deb, a .a), without
    reading their data.

    Raises `IncompleteError` when it is no such archive or is cut short.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(8) != b"!<arch>\n":
        raise IncompleteError("not an ar archive")
    place = 8
    while place + 60 <= end:
        file.seek(place)
        header = file.read(60)
        digits = header[48:58].strip()
        if header[58:60] != b"`\n" or not digits.isdigit():
            raise IncompleteError("a damaged ar header")
        size = int(digits)
        if place + 60 + size > end:
            raise IncompleteError("the archive is cut short")
        yield (
            header[:16].decode("utf-8", "replace").strip().rstrip("/"),
            place + 60,
            size,
        )
        place += 60 + size + size % 2
