"""
Read a tar stream as a tree: once, front to back, keeping what may be evidence,
never extracted.

The standard library's extraction filters have been bypassed again and again
(CVE-2025-4517, CVE-2025-8194, ...), and its reader seeks; only its header
parser is used.
"""

from __future__ import annotations

import io
import lzma
import os
import posixpath
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import IO

from licensescan.model.kinds import RuleId
from licensescan.model.texts import Problem
from licensescan.reader.base import (
    RATIO,
    RATIO_FROM,
    TEXT_BYTES,
    Budget,
    MissingError,
    Problems,
    Read,
    ReadError,
    escapes,
    sample_plan,
    sampled,
    started,
)
from licensescan.reader.cues import speaks
from licensescan.reader.window import Window

STREAM_ERRORS = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
)
"""
What a damaged stream, or a stream that is no tar, raises while it is read.
"""
_KEEP = re.compile(
    r"(?i)(licen[cs]e|copying|copyright|patents?|notice|unlicense|legal|terms|eula|authors|readme|metadata|pkg-info|record$"
    r"|third.?party|changelog|requires\.txt|setup\.(py|cfg)|pyproject\.toml|package\.json|pom\.(xml|properties)|manifest\.mf"
    r"|\.rockspec|\.models\.json|meta\.json|model_card|\.(jar|whl|spdx|cdx\.json)$|__init__\.py|top_level\.txt|control$|\.md$|\.rst$)"
)
_EVIDENCE = re.compile(
    r"(?i)(?:^|/)(?:licen[cs]e|copying|notice|pkg-info$|metadata$)[^/]*$"
)
_LINKS = 8
"""Links that are followed from one name to the next."""

_KEEP_HEAD = 4 << 10
_KEEP_TEXT = 1 << 20
_KEEP_NATIVE = 16 << 20
_KEEP_ARCHIVE = 96 << 20
"""Bytes that are kept of a member, by its kind."""

_KEEP_PROGRAM = 256 << 10
_LARGE = 64 << 10
"""Bytes of a binary beyond which it is data: its head is kept."""

_SILENT_HEAD = 16 << 10
"""Bytes that are kept of a text without a word of licensing."""

ARCHIVES = (
    *(
        ".jar",
        ".war",
        ".aar",
        ".ear",
        ".whl",
        ".zip",
        ".egg",
        ".tar",
        ".tgz",
        ".tbz2",
    ),
    *(
        ".txz",
        ".tar.gz",
        ".tar.bz2",
        ".tar.xz",
        ".nupkg",
        ".crate",
        ".gem",
        ".conda",
    ),
)
_NATIVE = re.compile(r"(?i)(\.so(\.[\d.]+)?|\.dll|\.dylib|\.pyd|\.exe|\.a)$")


LISTS = re.compile(
    r"(?:^|/)(?:var/lib/dpkg/.*|lib/apk/db/installed|conda-meta/.*\.json)$"
)
"""What package managers have installed in a file system."""


def keep(name: str, size: int) -> int:
    """
    Return how many of the `size` bytes of a member are kept: all of what may
    be evidence, else what a header needs.
    """
    base = name.rsplit("/", 1)[-1]
    if base.lower().endswith(ARCHIVES):
        return size if size <= _KEEP_ARCHIVE else 0
    if _NATIVE.search(base):
        return min(size, _KEEP_NATIVE)
    if _KEEP.search(base):
        return min(size, 4 * TEXT_BYTES)
    return min(size, _KEEP_TEXT)


def _is_kept(name: str) -> bool:
    """Return True for a member that is kept by its name, whatever it holds."""
    base = name.rsplit("/", 1)[-1]
    is_archive = base.lower().endswith(ARCHIVES)
    if is_archive or LISTS.search(name):
        return True
    return bool(_NATIVE.search(base) or _KEEP.search(base))


def _of_binary(name: str, size: int) -> int:
    """
    Return how many bytes of a binary member are kept: a program has no ending.
    """
    if "." not in name.rsplit("/", 1)[-1]:
        return _KEEP_PROGRAM
    return _KEEP_HEAD if size > _LARGE else _SILENT_HEAD


@dataclass(frozen=True, slots=True)
class _Member:
    """
    The head of a member, and its size in bytes: of the whole, or of the head
    where the rest was searched and says nothing. `offset` is where it stands
    in a stream that is read again when it is asked for, else None.
    """

    data: bytes
    size: int
    offset: int | None = None


class TarFiles:
    """
    The members of a tar stream (sdist, npm package, member of a .deb), read
    once.

    `stored` is the compressed file that the stream inflates, if any; `keep`
    says how many bytes of a member are kept. With `is_layer` it is a layer of
    an image: absolute links begin at its top, links may lead into layers
    below, and devices are no oddity. A layer that is not compressed is not
    held: a member is read when it is asked for.
    """

    inflates = False

    def __init__(
        self,
        stream: IO[bytes],
        label: str,
        budget: Budget | None = None,
        *,
        stored: IO[bytes] | None = None,
        keep: Callable[[str, int], int] = keep,
        is_layer: bool = False,
    ) -> None:
        self.label = label
        noted = Problems()
        self.problems: list[Problem] = noted
        self._note = noted.note
        self.budget = budget or Budget()
        self._members: dict[str, _Member] = {}
        self._links: dict[str, str] = {}
        self._hard: set[str] = set()
        # The layers of an image are large, and no more than it lists.
        payer = None if is_layer else self.budget
        self._tape = Tape(stream, label, stored, payer)
        self._keep = keep
        self._is_layer = is_layer
        self._is_lazy = is_layer and stored is None
        self._read_all()

    @property
    def links(self) -> Mapping[str, str]:
        """
        The symbolic links and where they lead, within a layer or out of it.
        """
        return {n: t for n, t in self._links.items() if n not in self._hard}

    def paths(self) -> Sequence[str]:
        """
        Return all regular members with safe names, and links to such, sorted.
        """
        links = [name for name in self._links if self.has(name)]
        return sorted([*self._members, *links])

    def has(self, path: str) -> bool:
        """Return True if there is such a member."""
        return self._resolve(path) in self._members

    def size(self, path: str) -> int:
        """Return the member's length in bytes."""
        return self._get(path).size

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """Return what was kept of the member, `limit` bytes at most."""
        member = self._get(path)
        if member.offset is not None:
            plan = sample_plan(member.size, limit)
            pieces = (
                self._tape.at(member.offset + at, count) for at, count in plan
            )
            data = b"\n".join(pieces)
            return Read(data=data, size=member.size, truncated=len(plan) > 1)
        if len(member.data) < member.size:
            return Read(
                data=member.data[:limit],
                size=member.size,
                truncated=True,
            )
        return sampled(member.data, limit)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """
        Return up to `count` bytes from `offset`, of those that were kept.
        """
        member = self._get(path)
        if member.offset is not None:
            left = max(0, min(count, member.size - offset))
            return self._tape.at(member.offset + offset, left)
        return member.data[offset : offset + count]

    def start(self, path: str, count: int) -> Read:
        """Return the first `count` bytes, and whether there are more."""
        return started(self.read_at(path, 0, count), self.size(path))

    def stream(self, path: str) -> IO[bytes]:
        """
        Open a member that was kept whole. Raises `ReadError` for one that was
        not.
        """
        member = self._get(path)
        if member.offset is not None:
            window = Window(partial(self.read_at, path), member.size)
            return io.BufferedReader(window, 1 << 18)
        if len(member.data) < member.size:
            raise ReadError(
                RuleId.EVIDENCE_TRUNCATED,
                path,
                f"the nested archive of {member.size} bytes is too large to hold",
            )
        return io.BytesIO(member.data)

    def _resolve(self, path: str) -> str:
        for _ in range(_LINKS):
            if path not in self._links:
                break
            path = self._links[path]
        return path

    def _get(self, path: str) -> _Member:
        try:
            return self._members[self._resolve(path)]
        except KeyError:
            raise MissingError(path) from None

    def _read_all(self) -> None:
        """
        Go through the stream once. Of a stream that ends early, what came
        before is kept, and a problem says so.
        """
        try:
            for header in self._tape.headers():
                self._read_member(header)
            self._note_data_behind()
        except ReadError as error:
            self.problems.append(error.problem)
        except STREAM_ERRORS as error:
            if not self._members:
                raise
            self._note_unsafe(
                self.label, f"the archive ends early or is damaged ({error})"
            )
        for name in () if self._is_layer else self._links:
            self._note_dangling(name)

    def _read_member(self, header: tarfile.TarInfo) -> None:
        name = header.name.removeprefix("./")
        if self._is_layer:
            name = name.lstrip("/")
        if escapes(name):
            message = (
                "the member's name points outside the archive; it was not read"
            )
            self._note_unsafe(name, message)
            self._tape.skip(header.size)
        elif header.islnk() or header.issym():
            self._link(name, header)
        elif header.isreg() and not _is_sparse(header):
            self._hold(name, header.size)
        elif self._is_layer and header.isdev():
            self._tape.skip(header.size)
        elif not header.isdir():
            message = "the member is a device, sparse or of an unknown type; it was not read"
            self._note_unsafe(name, message)
            self._tape.skip(header.size)

    def _link(self, name: str, header: tarfile.TarInfo) -> None:
        folder = "" if header.islnk() else os.path.dirname(name)
        target = os.path.join(folder, header.linkname)
        if self._is_layer:
            target = posixpath.normpath(f"/{target}").lstrip("/")
        if header.islnk():
            self._hard.add(name)
        if escapes(target):
            message = (
                "a link that points outside the archive; it was not followed"
            )
            self._note_unsafe(name, message)
        else:
            self._links[name] = (
                posixpath.normpath(target) if header.linkname else ".."
            )

    def _hold(self, name: str, size: int) -> None:
        if name in self._members:
            message = "the archive holds this name twice: readers may disagree"
            self._note_unsafe(name, message)
        if self._is_lazy:
            self._members[name] = _Member(b"", size, self._tape.offset)
            self._tape.skip(size)
            return
        wanted = min(self._keep(name, size), size)
        if name.lower().endswith(ARCHIVES):
            self.budget.hold(wanted, name)
        data = self._tape.take(wanted, size)
        if not _is_kept(name):
            is_binary = b"\0" in data[:_KEEP_HEAD]
            if is_binary:
                data = data[: _of_binary(name, size)]
            elif wanted == size and not speaks(data):
                data = data[:_SILENT_HEAD]
                size = len(data)
        if len(data) > _KEEP_HEAD and not name.lower().endswith(ARCHIVES):
            self.budget.spend(len(data), name)
        self._members.setdefault(name, _Member(data, size))

    def _note_unsafe(self, path: str, message: str) -> None:
        self._note(RuleId.ARCHIVE_UNSAFE, path, message)

    def _note_data_behind(self) -> None:
        """
        Note data behind the end of the archive: some readers go on, others
        stop.
        """
        while data := self._tape.read(1 << 16):
            if data.strip(b"\0"):
                message = "there is data behind the end of the archive; it was not read"
                self._note_unsafe(self.label, message)
                return

    def _note_dangling(self, name: str) -> None:
        """
        Note a link called like evidence whose target is not in the archive.
        """
        target = self._resolve(name)
        if target in self._members or not _EVIDENCE.search(name):
            return
        if not any(member.startswith(target) for member in self._members):
            message = f"a link to {target}, which is not in the archive"
            self._note(RuleId.EVIDENCE_MISSING, name, message)


def _is_sparse(header: tarfile.TarInfo) -> bool:
    """
    Return True for a member whose bytes depend on who unpacks it; no source
    archive has a use for one.
    """
    if header.type == tarfile.GNUTYPE_SPARSE:
        return True
    return any(key.startswith("GNU.sparse") for key in header.pax_headers)


@dataclass(slots=True)
class _Extension:
    """
    What the blocks before a member's header say of it: long names, pax
    records.
    """

    name: str = ""
    link: str = ""
    pax: dict[str, str] = field(default_factory=dict)

    def add(self, kind: bytes, data: bytes) -> None:
        """
        Add a block of this kind; global pax records hold for no single member.
        """
        value = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
        if kind == tarfile.GNUTYPE_LONGNAME:
            self.name = value
        elif kind == tarfile.GNUTYPE_LONGLINK:
            self.link = value
        elif kind == tarfile.XHDTYPE:
            self.pax = _pax(data)

    def apply(self, header: tarfile.TarInfo) -> None:
        """Put names and size of the extension into the header."""
        header.pax_headers = self.pax
        header.name = self.pax.get("path", self.name or header.name)
        header.linkname = self.pax.get(
            "linkpath", self.link or header.linkname
        )
        size = self.pax.get("size", "")
        if size.isdigit():
            header.size = int(size)


_EXTENSIONS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
)


_FOR_ALL = frozenset({"path", "linkpath", "size"})
"""What belongs to one member alone, in a pax header."""


class Tape:
    """
    A stream of 512-byte blocks that is read forward and counted; `budget` pays
    for what is inflated. In one that is not inflated, what is not wanted is
    stepped over.

    Raises `ReadError` when it inflates too far, and `tarfile.ReadError` when
    it is damaged.
    """

    def __init__(
        self,
        stream: IO[bytes],
        label: str,
        stored: IO[bytes] | None,
        budget: Budget | None = None,
    ) -> None:
        self._stream = stream
        self._label = label
        self._stored = stored
        self._budget = budget or Budget()
        self._passed = 0
        self._end = _end_of(stream) if stored is None else None

    @property
    def offset(self) -> int:
        """The offset of the next block in the stream."""
        return self._stream.tell()

    def at(self, offset: int, count: int) -> bytes:
        """
        Return `count` bytes from `offset` of a stream that is not inflated.
        """
        self._stream.seek(offset)
        return self._stream.read(count)

    def headers(self) -> Iterator[tarfile.TarInfo]:
        """
        Yield each member's header, extensions applied; the tape then stands at
        the member's data, which the caller must read or skip.
        """
        extension = _Extension()
        while True:
            block = self.read(tarfile.BLOCKSIZE)
            if len(block) < tarfile.BLOCKSIZE or not block.strip(b"\0"):
                break
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if header.size < 0:
                raise tarfile.ReadError("negative size")
            if header.type in _EXTENSIONS:
                if header.size > TEXT_BYTES:
                    raise tarfile.ReadError("oversized header")
                data = self.read(header.size)
                self._pad(header.size)
                self._refuse_global(header.type, data)
                extension.add(header.type, data)
            else:
                extension.apply(header)
                extension = _Extension()
                yield header
        if not self._passed or 0 < len(block) < tarfile.BLOCKSIZE:
            raise tarfile.ReadError("cut short")

    def _refuse_global(self, kind: bytes, data: bytes) -> None:
        """
        Raise `ReadError` for a header that names all members that follow, or
        states their size: some readers believe it, others do not.
        """
        if kind == tarfile.XGLTYPE and not _FOR_ALL.isdisjoint(_pax(data)):
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                self._label,
                "a global header names members or states their size: readers may disagree; the rest was not read",
            )

    def take(self, count: int, size: int) -> bytes:
        """
        Return the first `count` bytes of a member of `size` bytes, and pass
        it.
        """
        data = self.read(count)
        if len(data) < count:
            raise tarfile.ReadError("cut short")
        self.skip(size - count, padding_of=size)
        return data

    def skip(self, count: int, padding_of: int | None = None) -> None:
        """Pass `count` bytes, the end of a member of `padding_of` bytes."""
        left = count
        if self._end is not None and left > 0:
            if self._stream.tell() + left > self._end:
                raise tarfile.ReadError("cut short")
            self._stream.seek(left, os.SEEK_CUR)
            left = 0
        while left > 0:
            chunk = self.read(min(left, 1 << 20))
            if not chunk:
                raise tarfile.ReadError("cut short")
            left -= len(chunk)
        self._pad(count if padding_of is None else padding_of)

    def _pad(self, size: int) -> None:
        """Pass what fills up the last block of `size` bytes."""
        missing = -size % tarfile.BLOCKSIZE
        if len(self.read(missing)) < missing:
            raise tarfile.ReadError("cut short")

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes; fewer at the end."""
        if not count:
            return b""
        data = self._stream.read(count)
        self._passed += len(data)
        if self._stored is not None:
            self._budget.pass_by(len(data), self._label)
        if self._is_bomb():
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                self._label,
                "inflates to more than 200 times its stored size; the rest was not read",
            )
        return data

    def _is_bomb(self) -> bool:
        if self._stored is None or self._passed <= RATIO_FROM:
            return False
        return self._passed > RATIO * max(self._stored.tell(), 1)


def _end_of(stream: IO[bytes]) -> int | None:
    """
    Return the length of a stream in bytes, None when it cannot be stepped
    over.
    """
    if not stream.seekable():
        return None
    here = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    stream.seek(here)
    return end


def _pax(data: bytes) -> dict[str, str]:
    """Return the records of a pax header: `<length> <key>=<value>\\n` each."""
    records: dict[str, str] = {}
    start = 0
    while start < len(data):
        space = data.find(b" ", start)
        digits = data[start:space] if space > 0 else b""
        if not digits.isdigit() or not int(digits):
            break
        end = start + int(digits)
        key, _, value = data[space + 1 : end - 1].partition(b"=")
        name = key.decode("utf-8", "replace")
        records[name] = value.decode("utf-8", "surrogateescape")
        start = end
    return records
