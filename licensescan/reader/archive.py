"""
Archives as trees, read in memory.

The standard library's extraction filters have been bypassed again and again (CVE-2025-4517, CVE-2025-8194, ...), so
nothing is extracted: zips are read through their directory, tar streams in one pass that keeps what may be evidence.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import tarfile
import weakref
import zipfile
import zlib
from bz2 import BZ2File
from collections.abc import Callable, Iterator, Sequence
from gzip import GzipFile
from itertools import pairwise
from typing import IO, cast

from licensescan.model import IncompleteError, Problem
from licensescan.reader.base import (
    NESTING,
    RATIO,
    RATIO_FROM,
    STREAM_BYTES,
    TEXT_BYTES,
    Budget,
    Files,
    MissingError,
    Read,
    ReadError,
    escapes,
    sample_plan,
)
from licensescan.reader.window import Inflated
from licensescan.witness import is_folder

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_STREAM_ERRORS = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_AT_BYTES = 256 << 20
"""How far `read_at` inflates into a member: the headers of nearly all bundled libraries lie before."""
_HELD = 4 << 20
"""Compressed members up to this size are inflated whole; of longer ones a window is moved."""


class ZipFiles:
    """A zip (wheel, jar, sdist.zip) read through its central directory."""

    def __init__(self, file: IO[bytes], label: str, budget: Budget | None = None) -> None:
        self.label = label
        self.problems: list[Problem] = []
        self._budget = budget or Budget()
        self._file = file
        self._zip = zipfile.ZipFile(file)
        weakref.finalize(self, file.close)
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._last: tuple[str, bytes] = ("", b"")
        self._window: tuple[str, Inflated] = ("", Inflated(lambda _offset, _count: b"", 0, 0, lambda _count: None))
        self._index()

    def paths(self) -> Sequence[str]:
        """All regular members with safe names, sorted."""
        return sorted(self._members)

    def has(self, path: str) -> bool:
        """Whether there is such a member."""
        return path in self._members

    def size(self, path: str) -> int:
        """The member's length as the directory states it."""
        return self._info(path).file_size

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """The member, or head, samples and tail of a longer one."""
        info = self._info(path)
        if self._is_bomb(info):
            self._note(
                "archive-unsafe", path, "inflates to more than 200 times its stored size; only its head was read"
            )
            return Read(data=self._inflate(info, min(limit, RATIO_FROM)), size=info.file_size, truncated=True)
        data = self._inflate(info, info.file_size)
        if len(data) <= limit:
            return Read(data=data, size=len(data))
        pieces = [data[offset : offset + count] for offset, count in sample_plan(len(data), limit)]
        return Read(data=b"\n".join(pieces), size=len(data), truncated=True)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; a compressed member is inflated that far, 64 MiB at most."""
        info = self._info(path)
        if offset + count > _AT_BYTES or (self._is_bomb(info) and offset + count > RATIO_FROM):
            raise ReadError("evidence-truncated", path, "too far into a compressed member")
        if info.file_size > _HELD and info.compress_type == zipfile.ZIP_DEFLATED:
            if self._window[0] != path:
                self._window = (path, self._inflated(info))
            try:
                return self._window[1].piece(offset, count)
            except _ZIP_ERRORS as error:
                raise ReadError("evidence-unreadable", path, f"cannot be inflated ({error})") from error
        if self._last[0] != path or len(self._last[1]) < min(offset + count, info.file_size):
            self._last = (path, self._inflate(info, max(offset + count, 64 << 10)))
        return self._last[1][offset : offset + count]

    def nested(self, path: str) -> Files:
        """The archive that this member is."""
        info = self._info(path)
        if self._is_bomb(info):
            raise ReadError("archive-unsafe", path, "inflates to more than 200 times its stored size")
        if info.file_size > _HELD and info.compress_type == zipfile.ZIP_DEFLATED:
            file: IO[bytes] = io.BufferedReader(self._inflated(info), 1 << 16)
        else:
            file = io.BytesIO(self._inflate(info, info.file_size))
        return open_archive(file, path, self._budget.deeper())

    def _inflated(self, info: zipfile.ZipInfo) -> Inflated:
        """A window on a compressed member. Raises `ReadError` when it is encrypted or its header is damaged."""
        if info.flag_bits & 1:
            raise ReadError("evidence-unreadable", info.filename, "is encrypted")
        self._budget.spend(0, info.filename)
        header = self._raw(info.header_offset, 30)
        if len(header) < 30 or not header.startswith(b"PK\3\4"):
            raise ReadError("evidence-unreadable", info.filename, "cannot be inflated (a damaged header)")
        start = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
        start += int.from_bytes(header[28:30], "little")
        return Inflated(
            lambda offset, count: self._raw(start + offset, count),
            info.compress_size,
            info.file_size,
            lambda count: self._budget.pass_by(count, info.filename),
        )

    def _raw(self, offset: int, count: int) -> bytes:
        """Bytes of the archive itself; zipfile keeps its own place in it."""
        self._file.seek(offset)
        return self._file.read(count)

    def _index(self) -> None:
        taken: list[tuple[int, int, str]] = []
        for info in self._zip.infolist():
            name = info.filename
            mode = info.external_attr >> 16
            if "\0" in info.orig_filename:
                self._note("archive-unsafe", name, "the member's name goes on behind a null byte; it was not read")
            elif escapes(name) or escapes(info.orig_filename):
                self._note("archive-unsafe", name, "the member's name points outside the archive; it was not read")
            elif stat.S_ISLNK(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISFIFO(mode):
                self._note("archive-unsafe", name, "the member is a link or a device; it was not followed")
            elif not info.is_dir():
                if name in self._members:
                    self._note("archive-unsafe", name, "the archive holds this name twice: readers may disagree")
                self._members.setdefault(name, info)
            taken.append((info.header_offset, info.header_offset + 30 + info.compress_size, name))
        taken.sort()
        self._compare(taken)
        for (_, end, _name), (start, _end, name) in pairwise(taken):
            if start < end:
                self._note("archive-unsafe", name, "members overlap in the archive")
                break

    def _compare(self, taken: Sequence[tuple[int, int, str]]) -> None:
        """
        Whether the archive reads alike from its front and from its directory at the end: readers that stream it, and
        those that do not, must see the same members. A nested archive is not gone through for this.
        """
        if taken and taken[-1][1] > self._zip.start_dir:
            self._note("archive-unsafe", taken[-1][2], "the member does not lie before the directory of the archive")
        if self._budget.depth or not self.label.lower().endswith(".whl"):
            return
        if taken and taken[0][0] > 0:
            self._note(
                "archive-unsafe", self.label, "there is data before the first member: another archive, or a program"
            )
        if not self._tail().startswith(b"PK\5\6"):
            self._note("archive-unsafe", self.label, "there is data behind the end of the archive")
        for info in self._zip.infolist():
            header = self._raw(info.header_offset, 30 + 4 * len(info.orig_filename))
            size = int.from_bytes(header[26:28], "little")
            name = header[30 : 30 + size].decode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
            if header.startswith(b"PK\3\4") and name != info.orig_filename:
                self._note("archive-unsafe", info.filename, f"the member calls itself {name}: readers may disagree")

    def _tail(self) -> bytes:
        """What must be the last record of the archive."""
        self._file.seek(0, os.SEEK_END)
        size = 22 + len(self._zip.comment)
        return self._raw(max(0, self._file.tell() - size), size)

    def _info(self, path: str) -> zipfile.ZipInfo:
        try:
            return self._members[path]
        except KeyError:
            raise MissingError(path) from None

    @staticmethod
    def _is_bomb(info: zipfile.ZipInfo) -> bool:
        return info.file_size > RATIO_FROM and info.file_size > RATIO * max(info.compress_size, 1)

    def _inflate(self, info: zipfile.ZipInfo, count: int) -> bytes:
        """Up to `count` bytes of a member, never more than what it says it holds."""
        if info.flag_bits & 1:
            raise ReadError("evidence-unreadable", info.filename, "is encrypted")
        self._budget.spend(min(count, info.file_size), info.filename)
        try:
            with self._zip.open(info) as stream:
                return stream.read(count)
        except _ZIP_ERRORS as error:
            raise ReadError("evidence-unreadable", info.filename, f"cannot be inflated ({error})") from error

    def _note(self, rule: str, path: str, message: str) -> None:
        problem = Problem(rule=rule, path=path, message=message)
        if problem not in self.problems:
            self.problems.append(problem)


_KEEP = re.compile(
    r"(?i)(licen[cs]e|copying|copyright|patents?|notice|unlicense|legal|terms|eula|authors|readme|metadata|pkg-info|record$"
    r"|third.?party|changelog|requires\.txt|setup\.(py|cfg)|pyproject\.toml|package\.json|pom\.(xml|properties)|manifest\.mf"
    r"|\.rockspec|\.models\.json|meta\.json|model_card|\.(jar|whl|spdx|cdx\.json)$|__init__\.py|top_level\.txt|control$|\.md$|\.rst$)"
)
_EVIDENCE = re.compile(r"(?i)(?:^|/)(?:licen[cs]e|copying|notice|pkg-info$|metadata$)[^/]*$")
_BEHIND = 16
"""Pieces of 64 KiB looked at behind the end of a tar archive; writers fill up to 10 KiB."""
_KEEP_HEAD = 4 << 10
_KEEP_ARCHIVE = 96 << 20
_PROSE = (".txt", ".html", ".htm", ".text")
_NATIVE = re.compile(r"(?i)(\.so(\.[\d.]+)?|\.dll|\.dylib|\.pyd|\.exe|\.a)$")


def keep(name: str, size: int) -> int:
    """How many bytes of a tar member are kept: all of what may be evidence, else what a header needs."""
    base = name.rsplit("/", 1)[-1]
    if base.lower().endswith((".jar", ".whl", ".zip")):
        return size if size <= _KEEP_ARCHIVE else 0
    if _NATIVE.search(base):
        return min(size, 16 << 20)
    if _KEEP.search(base):
        return min(size, 4 * TEXT_BYTES)
    if "." not in base or base.lower().endswith(_PROSE):
        return min(size, 256 << 10)
    return min(size, _KEEP_HEAD if size > 64 << 10 else 16 << 10)


class TarFiles:
    """A tar stream (sdist, npm package, member of a .deb), read once; `keep` says how much of each member is held."""

    def __init__(
        self,
        stream: IO[bytes],
        label: str,
        budget: Budget | None = None,
        *,
        stored: Callable[[], int] | None = None,
        keep: Callable[[str, int], int] = keep,
    ) -> None:
        self.label = label
        self.problems: list[Problem] = []
        self._budget = budget or Budget()
        self._held: dict[str, tuple[bytes, int]] = {}
        self._links: dict[str, str] = {}
        self._stream = stream
        self._stored = stored or (lambda: 1 << 62)
        self._passed = 0
        self._keep = keep
        self._take()

    def paths(self) -> Sequence[str]:
        """All regular members with safe names, and links to such, sorted."""
        return sorted([*self._held, *(name for name in self._links if self._resolve(name) in self._held)])

    def has(self, path: str) -> bool:
        """Whether there is such a member."""
        return self._resolve(path) in self._held

    def size(self, path: str) -> int:
        """The member's length."""
        return self._get(path)[1]

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """What was kept of the member, within `limit`."""
        data, size = self._get(path)
        if size <= limit and len(data) == size:
            return Read(data=data, size=size)
        if len(data) < size:
            return Read(data=data[:limit], size=size, truncated=True)
        pieces = [data[offset : offset + count] for offset, count in sample_plan(len(data), limit)]
        return Read(data=b"\n".join(pieces), size=size, truncated=True)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """A slice of what was kept."""
        return self._get(path)[0][offset : offset + count]

    def nested(self, path: str) -> Files:
        """The archive that this member is."""
        data, size = self._get(path)
        if len(data) < size:
            raise ReadError("evidence-truncated", path, "the nested archive is too large to hold")
        return open_archive(io.BytesIO(data), path, self._budget.deeper())

    def _resolve(self, path: str) -> str:
        for _ in range(8):
            if path not in self._links:
                break
            path = self._links[path]
        return path

    def _get(self, path: str) -> tuple[bytes, int]:
        try:
            return self._held[self._resolve(path)]
        except KeyError:
            raise MissingError(path) from None

    def _take(self) -> None:
        """Go through the stream once. A stream that ends early keeps what came before and says so."""
        try:
            for header in self._headers():
                name = header.name.removeprefix("./")
                if escapes(name):
                    self._note("archive-unsafe", name, "the member's name points outside the archive; it was not read")
                    self._skip(header.size)
                elif header.islnk() or header.issym():
                    self._link(name, header)
                elif header.isreg() and not self._is_sparse(header):
                    if name in self._held:
                        self._note("archive-unsafe", name, "the archive holds this name twice: readers may disagree")
                    self._hold(name, header.size)
                elif not header.isdir():
                    self._note(
                        "archive-unsafe", name, "the member is a device, sparse or of an unknown type; it was not read"
                    )
                    self._skip(header.size)
            self._note_behind()
        except ReadError as error:
            self.problems.append(error.problem)
        except _STREAM_ERRORS as error:
            if not self._held:
                raise
            self._note("archive-unsafe", self.label, f"the archive ends early or is damaged ({error})")

        for name in self._links:
            target = self._resolve(name)
            if (
                target not in self._held
                and _EVIDENCE.search(name)
                and not any(h.startswith(target) for h in self._held)
            ):
                self._note("evidence-missing", name, f"a link to {target}, which is not in the archive")

    @staticmethod
    def _is_sparse(header: tarfile.TarInfo) -> bool:
        """A member whose bytes depend on who unpacks it; no source archive has a use for one."""
        return header.type == tarfile.GNUTYPE_SPARSE or any(key.startswith("GNU.sparse") for key in header.pax_headers)

    def _note_behind(self) -> None:
        """Look at what comes behind the end of the archive: some readers stop there, others go on."""
        for _ in range(_BEHIND):
            data = self._read(1 << 16)
            if data.strip(b"\0"):
                self._note("archive-unsafe", self.label, "there is data behind the end of the archive; it was not read")
            if not data or data.strip(b"\0"):
                break

    def _link(self, name: str, header: tarfile.TarInfo) -> None:
        base = "" if header.islnk() else os.path.dirname(name)
        target = os.path.normpath(os.path.join(base, header.linkname)) if header.linkname else ".."
        if escapes(header.linkname if header.islnk() else os.path.join(base, header.linkname)):
            self._note("archive-unsafe", name, "a link that points outside the archive; it was not followed")
        else:
            self._links[name] = target

    def _headers(self) -> Iterator[tarfile.TarInfo]:
        """Each member's header, long names and pax records applied; the stream stands at the member's data."""
        long_name = long_link = ""
        pax: dict[str, str] = {}
        while True:
            block = self._read(512)
            if len(block) < 512 or not block.strip(b"\0"):
                if not self._passed or (block and len(block) < 512):
                    raise tarfile.ReadError("cut short")
                return
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if header.size < 0:
                raise tarfile.ReadError("negative size")
            if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE):
                if header.size > TEXT_BYTES:
                    raise tarfile.ReadError("oversized header")
                data = self._read(header.size)
                self._skip_padding(header.size)
                value = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
                if header.type == tarfile.GNUTYPE_LONGNAME:
                    long_name = value
                elif header.type == tarfile.GNUTYPE_LONGLINK:
                    long_link = value
                elif header.type == tarfile.XHDTYPE:
                    pax = _pax(data)
                continue
            header.pax_headers = pax
            header.name = pax.get("path", long_name or header.name)
            header.linkname = pax.get("linkpath", long_link or header.linkname)
            if pax.get("size", "").isdigit():
                header.size = int(pax["size"])
            long_name = long_link = ""
            pax = {}
            yield header

    def _hold(self, name: str, size: int) -> None:
        wanted = min(self._keep(name, size), size)
        self._budget.spend(wanted, name) if wanted > _KEEP_HEAD else None
        data = self._read(wanted)
        if len(data) < wanted:
            raise tarfile.ReadError("cut short")
        self._skip(size - wanted, padding_of=size)
        self._held.setdefault(name, (data, size))

    def _skip(self, count: int, padding_of: int | None = None) -> None:
        left = count
        while left > 0:
            chunk = self._read(min(left, 1 << 20))
            if not chunk:
                raise tarfile.ReadError("cut short")
            left -= len(chunk)
        self._skip_padding(count if padding_of is None else padding_of)

    def _skip_padding(self, size: int) -> None:
        self._read(-size % 512)

    def _read(self, count: int) -> bytes:
        if not count:
            return b""
        data = self._stream.read(count)
        self._passed += len(data)
        if self._passed > STREAM_BYTES or (self._passed > RATIO_FROM and self._passed > RATIO * self._stored()):
            raise ReadError(
                "archive-unsafe", self.label, "inflates to more than 200 times its stored size; the rest was not read"
            )
        return data

    def _note(self, rule: str, path: str, message: str) -> None:
        problem = Problem(rule=rule, path=path, message=message)
        if problem not in self.problems:
            self.problems.append(problem)


def _pax(data: bytes) -> dict[str, str]:
    """The records of a pax header: `<length> <key>=<value>\\n` each."""
    records: dict[str, str] = {}
    place = 0
    while place < len(data):
        space = data.find(b" ", place)
        digits = data[place:space] if space > 0 else b""
        if not digits.isdigit() or not int(digits):
            break
        record = data[space + 1 : place + int(digits) - 1]
        key, _, value = record.partition(b"=")
        records[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        place += int(digits)
    return records


def ar_members(file: IO[bytes]) -> Iterator[tuple[str, int, int]]:
    """
    `(name, offset, size)` of each member of a Unix `ar` archive (a .deb, a .a), without reading their data.

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
        yield header[:16].decode("utf-8", "replace").strip().rstrip("/"), place + 60, size
        place += 60 + size + size % 2


def open_archive(file: IO[bytes], label: str, budget: Budget | None = None) -> Files:
    """
    The archive in `file` as a tree, whatever its kind: told by its first bytes, not by its name.

    Raises `ReadError` when it nests too deeply or is no archive that can be read.
    """
    budget = budget or Budget()
    if budget.depth > NESTING:
        raise ReadError("archive-unsafe", label, f"archives nested deeper than {NESTING}")
    start = file.read(512)
    file.seek(0)
    if start.startswith(b"PK") or (
        label.lower().endswith((".whl", ".jar", ".zip", ".egg")) and zipfile.is_zipfile(file)
    ):
        try:
            return ZipFiles(file, label, budget)
        except _ZIP_ERRORS as error:
            file.close()
            raise ReadError("archive-unsafe", label, f"cannot be opened as an archive ({error})") from error
    with file:
        return _open_tar(file, start, label, budget)


def _open_tar(file: IO[bytes], start: bytes, label: str, budget: Budget) -> TarFiles:
    """The tar stream in `file`, read to its end."""
    try:
        stored = _position(file)
        if start.startswith(b"\x1f\x8b"):
            return TarFiles(cast("IO[bytes]", GzipFile(fileobj=file, mode="rb")), label, budget, stored=stored)
        if start.startswith(b"BZh"):
            return TarFiles(BZ2File(file), label, budget, stored=stored)
        if start.startswith((b"\xfd7zXZ\0", b"\x5d\0\0")):
            return TarFiles(cast("IO[bytes]", lzma.LZMAFile(file)), label, budget, stored=stored)
        if start[257:262] == b"ustar":
            return TarFiles(file, label, budget)
    except _STREAM_ERRORS as error:
        raise ReadError("archive-unsafe", label, f"cannot be opened as an archive ({error})") from error
    raise ReadError("evidence-unreadable", label, "is no zip and no tar archive")


def _position(file: IO[bytes]) -> Callable[[], int]:
    def stored() -> int:
        return max(file.tell(), 1)

    return stored


def open_files(path: str | os.PathLike[str]) -> Files:
    """
    A target as a tree: a folder, or an archive told by its first bytes.

    Raises `IncompleteError` when it cannot be opened as what it is.
    """
    from licensescan.reader.folder import FolderFiles

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
        raise IncompleteError(f"{os.fspath(path)}: {error.strerror or error}") from error
