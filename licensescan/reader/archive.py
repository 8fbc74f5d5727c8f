"""
Open an archive of any kind as a tree: the first bytes say which kind it is.
"""

from __future__ import annotations

import io
import os
import posixpath
import stat
import zipfile
from bz2 import BZ2File
from collections.abc import Callable, Iterator, Sequence
from gzip import GzipFile
from lzma import LZMAFile
from typing import IO, cast

from licensescan.base.portable import READ_ONLY
from licensescan.model.errors import IncompleteError
from licensescan.model.kinds import RuleId
from licensescan.reader.base import (
    NESTING,
    Budget,
    Files,
    MissingError,
    ReadError,
)
from licensescan.reader.folder import FolderFiles
from licensescan.reader.inputs import is_folder
from licensescan.reader.tar import STREAM_ERRORS, Tape, TarFiles
from licensescan.reader.window import Window
from licensescan.reader.zip import ZIP_ERRORS, ZipFiles

_AR_HEADER = 60
"""Bytes before the data of each member of a Unix `ar` archive."""

_ZSTD = b"\x28\xb5\x2f\xfd"


def open_archive(
    file: IO[bytes], label: str, budget: Budget | None = None
) -> Files:
    """
    Return the archive in `file` as a tree; its first bytes, not its name, say
    of which kind it is.

    Raises `ReadError` when it nests too deeply or is no archive that can be
    read.
    """
    budget = budget or Budget()
    if budget.depth > NESTING:
        raise ReadError(
            RuleId.ARCHIVE_UNSAFE,
            label,
            f"archives nested deeper than {NESTING}",
        )
    start = file.read(512)
    file.seek(0)
    if start.startswith(b"PK") or _is_zip_behind_data(file, label):
        return _open_zip(file, label, budget)
    with file:
        return _open_tar(file, start, label, budget)


def nested(files: Files, path: str) -> Files:
    """
    Return the archive at `path` of `files` as a tree of its own, on the same
    budget. Raises `ReadError`.
    """
    return open_archive(files.stream(path), path, files.budget.deeper())


def _is_zip_behind_data(file: IO[bytes], label: str) -> bool:
    """
    Return True for a file called like a zip that begins with something else.
    """
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
    raise ReadError(
        RuleId.EVIDENCE_UNREADABLE, label, "is no zip and no tar archive"
    )


def open_layer(
    file: IO[bytes],
    label: str,
    budget: Budget,
    keep: Callable[[str, int], int],
) -> TarFiles:
    """
    Return a layer of an image; `keep` says how many bytes of a member are kept
    where the layer is compressed. One that is not compressed goes on reading
    from `file`. Raises `ReadError` when it is no tar archive or compressed in
    a way not known here.
    """
    start = file.read(512)
    file.seek(0)
    try:
        for marks, inflate in _COMPRESSED:
            if start.startswith(marks):
                stream = inflate(file)
                return TarFiles(
                    stream,
                    label,
                    budget,
                    stored=file,
                    keep=keep,
                    is_layer=True,
                )
        # An empty layer is nothing but zeros.
        if start[257:262] == b"ustar" or not start.strip(b"\0"):
            return TarFiles(file, label, budget, is_layer=True)
    except STREAM_ERRORS as error:
        raise _unsafe(label, error) from error
    is_zstd = start.startswith(_ZSTD)
    reason = (
        "compressed with zstd, which cannot be read here"
        if is_zstd
        else "no tar"
    )
    raise ReadError(
        RuleId.EVIDENCE_UNREADABLE, label, f"the layer is {reason}"
    )


class TarIndex:
    """
    Where the members of a tar archive stand, which may be as large as it
    likes: only their headers are read. One that is compressed is inflated to
    find them.
    """

    def __init__(self, file: IO[bytes], label: str) -> None:
        start = file.read(512)
        file.seek(0)
        inflate = next(
            (i for m, i in _COMPRESSED if start.startswith(m)), None
        )
        self.file = file
        self._stream = inflate(file) if inflate else file
        self._extents: dict[str, tuple[int, int]] = {}
        self._links: dict[str, str] = {}
        tape = Tape(self._stream, label, file if inflate else None)
        for header in tape.headers():
            name = posixpath.normpath(header.name)
            if header.isreg():
                self._extents[name] = (tape.offset, header.size)
            elif header.issym():
                # `docker save` of old links to an equal layer.
                folder = os.path.dirname(name)
                self._links[name] = posixpath.normpath(
                    f"{folder}/{header.linkname}"
                )
            elif header.islnk():
                self._links[name] = posixpath.normpath(header.linkname)
            tape.skip(header.size)

    def close(self) -> None:
        """Close the file that is read."""
        self._stream.close()
        self.file.close()

    def names(self) -> Sequence[str]:
        """Return the names of files in the order in which they stand."""
        return [*self._extents, *self._links]

    def offset(self, name: str) -> int:
        """Return where a member begins, 0 for one that is not there."""
        return self._extents.get(self._links.get(name, name), (0, 0))[0]

    def stream(self, name: str) -> IO[bytes]:
        """Open a member as a stream of its own. Raises `MissingError`."""
        extent = self._extents.get(self._links.get(name, name))
        if extent is None:
            raise MissingError(name)
        offset, size = extent
        window = Window(
            lambda at, count: self._piece(offset + at, count), size
        )
        return io.BufferedReader(window, 1 << 18)

    def read(self, name: str, limit: int) -> bytes:
        """Return up to `limit` bytes of a member. Raises `MissingError`."""
        return self.stream(name).read(limit)

    def _piece(self, offset: int, count: int) -> bytes:
        self._stream.seek(offset)
        return self._stream.read(count)


def first_name(file: IO[bytes]) -> str:
    """
    Return the name of the first member of a tar archive, "" when it is none.
    """
    start = file.read(512)
    file.seek(0)
    try:
        inflate = next(
            (i for m, i in _COMPRESSED if start.startswith(m)), None
        )
        block = inflate(file).read(512) if inflate else start
        file.seek(0)
        is_tar = block[257:262] == b"ustar"
        return (
            posixpath.normpath(block[:100].split(b"\0")[0].decode())
            if is_tar
            else ""
        )
    except STREAM_ERRORS:
        return ""


def tar_index(path: str, is_wanted: Callable[[str], bool]) -> TarIndex | None:
    """
    Return the index of the tar archive at `path` if the name of its first
    member is wanted; None for other archives, and for what is none or is
    damaged.
    """
    try:
        file = _open_regular(path)
    except OSError:
        return None
    index = None
    try:
        if is_wanted(first_name(file)):
            index = TarIndex(file, os.path.basename(path))
    except (ReadError, *STREAM_ERRORS):
        pass
    finally:
        if index is None:
            file.close()
    return index


def _open_regular(path: str) -> IO[bytes]:
    """Open the regular file at `path`. Raises `OSError` when it is none."""
    handle = os.open(path, READ_ONLY)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("is not a regular file")
    return os.fdopen(handle, "rb")


def _unsafe(label: str, error: Exception) -> ReadError:
    message = f"cannot be opened as an archive ({error})"
    return ReadError(RuleId.ARCHIVE_UNSAFE, label, message)


def _gunzip(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", GzipFile(fileobj=file, mode="rb"))


def _unxz(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", LZMAFile(file))


_COMPRESSED: tuple[
    tuple[tuple[bytes, ...], Callable[[IO[bytes]], IO[bytes]]], ...
] = (
    ((b"\x1f\x8b",), _gunzip),
    ((b"BZh",), BZ2File),
    ((b"\xfd7zXZ\0", b"\x5d\0\0"), _unxz),
)
"""The first bytes of a compressed stream, and what inflates it."""


def open_files(path: str | os.PathLike[str]) -> Files:
    """
    Return a target as a tree: a folder, or an archive that its first bytes
    announce.

    Raises `IncompleteError` when it cannot be opened as what it is.
    """
    target = os.fspath(path)
    if is_folder(target):
        return FolderFiles(target)
    try:
        return open_archive(_open_regular(target), os.path.basename(target))
    except ReadError as error:
        raise IncompleteError(f"{target}: {error.problem.message}") from error
    except OSError as error:
        raise IncompleteError(
            f"{target}: {error.strerror or error}"
        ) from error


def ar_members(file: IO[bytes]) -> Iterator[tuple[str, int, int]]:
    """
    Yield `(name, offset, size)` of each member of a Unix `ar` archive (a .deb,
    a .a) without reading their data.

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
