"""
Read a zip as a tree: through its central directory, compared with its front,
never extracted.

Zips are how two readers are shown two packages (PyPI's "ZIP confusion" of
2025, CVE-2025-54368): members that hide, stand twice, overlap or lie before or
behind the archive are problems of it.
"""

from __future__ import annotations

import io
import lzma
import os
import stat
import weakref
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import IO, NamedTuple

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
    sampled,
    started,
)
from licensescan.reader.inflate import inflated
from licensescan.reader.window import Inflated, Window
from licensescan.reader.zip_front import (
    Raw,
    difference,
    front_of,
    gaps,
    holds_member,
)

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""Raised by zipfile for a file that is no zip, or a damaged one."""
_AT_BYTES = 1 << 30
"""
How far `read_at` inflates into a member: the headers of nearly all bundled
libraries lie before.
"""
_HELD = 4 << 20
"""
Compressed members up to this size are inflated whole; of longer ones a window
is moved.
"""
_FIRST = 64 << 10
"""As much of a member holds most headers."""

_HEADER = 30
"""Bytes of the header before a member, without its name and extra field."""

_END = 22
"""Bytes of the last record of a zip, without its comment."""


class ZipFiles:
    """A zip (wheel, jar, sdist.zip) read through its central directory."""

    inflates = True

    def __init__(
        self, file: IO[bytes], label: str, budget: Budget | None = None
    ) -> None:
        self.label = label
        noted = Problems()
        self.problems: list[Problem] = noted
        self._note = noted.note
        self.budget = budget or Budget()
        self._file = file
        self._zip = zipfile.ZipFile(file)
        weakref.finalize(self, file.close)
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._last: tuple[str, bytes] = ("", b"")
        self._window: tuple[str, Inflated] | None = None
        self._index()

    def paths(self) -> Sequence[str]:
        """Return all regular members with safe names, sorted."""
        return sorted(self._members)

    def has(self, path: str) -> bool:
        """Return True if there is such a member."""
        return path in self._members

    def size(self, path: str) -> int:
        """Return the member's length in bytes as the directory states it."""
        return self._info(path).file_size

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """Return the member, or head, samples and tail of a longer one."""
        info = self._info(path)
        if not _is_bomb(info):
            return sampled(self._inflate(info, info.file_size), limit)
        message = "inflates to more than 200 times its stored size; only its head was read"
        self._note_unsafe(path, message)
        head = self._inflate(info, min(limit, RATIO_FROM))
        return Read(
            data=head,
            size=info.file_size,
            truncated=True,
        )

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """
        Return up to `count` bytes from `offset`; a compressed member is
        inflated that far, `_AT_BYTES` at most.
        """
        info = self._info(path)
        end = offset + count
        if end > (RATIO_FROM if _is_bomb(info) else _AT_BYTES):
            message = "too far into a compressed member"
            raise ReadError(RuleId.EVIDENCE_TRUNCATED, path, message)
        if not _is_long(info):
            return self._head(info, end)[offset:end]
        try:
            return self._window_on(info).piece(offset, count)
        except ZIP_ERRORS as error:
            raise _uninflatable(path, error) from error

    def start(self, path: str, count: int) -> Read:
        """Return the first `count` bytes, and whether there are more."""
        return started(self.read_at(path, 0, count), self.size(path))

    def stream(self, path: str) -> IO[bytes]:
        """
        Open a member: a window on a long one, the whole of a short one. Raises
        `ReadError` for a bomb.
        """
        info = self._info(path)
        if _is_bomb(info):
            message = "inflates to more than 200 times its stored size"
            raise ReadError(RuleId.ARCHIVE_UNSAFE, path, message)
        if _is_long(info):
            inflated = self._inflated(info)
            return io.BufferedReader(
                Window(inflated.piece, inflated.size), 1 << 16
            )
        return io.BytesIO(self._inflate(info, info.file_size))

    def _head(self, info: zipfile.ZipInfo, end: int) -> bytes:
        """
        Return at least the first `end` bytes of a member, if it has them.
        """
        path, head = self._last
        if path != info.filename:
            head = b""
        if len(head) < min(end, info.file_size) or path != info.filename:
            # Each time four times as much: headers are read piece by piece,
            # further on, and begin at the front again.
            count = max(end, 4 * len(head), _FIRST)
            head = self._inflate(info, count, kept=False)
            self._last = (info.filename, head)
        return head

    def _window_on(self, info: zipfile.ZipInfo) -> Inflated:
        if self._window is None or self._window[0] != info.filename:
            self._window = (info.filename, self._inflated(info))
        return self._window[1]

    def _inflated(self, info: zipfile.ZipInfo) -> Inflated:
        """
        Return a window on a compressed member. Raises `ReadError` when it is
        encrypted or its header is damaged.
        """
        self.budget.spend(0, info.filename)
        return Inflated(
            self._stored(info),
            info.compress_size,
            info.file_size,
            lambda count: self.budget.pass_by(count, info.filename),
        )

    def _raw(self, offset: int, count: int) -> bytes:
        """
        Return bytes of the archive itself; zipfile keeps its own place in it.
        """
        self._file.seek(offset)
        return self._file.read(count)

    def _index(self) -> None:
        """Find the members, and note what is odd about them."""
        extents = []
        for info in self._zip.infolist():
            fault = _fault_of(info)
            if fault:
                self._note_unsafe(info.filename, fault)
            elif not info.is_dir():
                self._add(info)
            end = info.header_offset + _HEADER + info.compress_size
            extents.append(_Extent(info.header_offset, end, info.filename))
        extents.sort()
        self._compare(extents)
        for before, after in pairwise(extents):
            if after.start < before.end:
                self._note_unsafe(after.name, "members overlap in the archive")
                break

    def _add(self, info: zipfile.ZipInfo) -> None:
        if info.filename in self._members:
            message = "the archive holds this name twice: readers may disagree"
            self._note_unsafe(info.filename, message)
        self._members.setdefault(info.filename, info)

    def _note_unsafe(self, path: str, message: str) -> None:
        self._note(RuleId.ARCHIVE_UNSAFE, path, message)

    def _compare(self, extents: Sequence[_Extent]) -> None:
        """
        Compare the archive as it reads from its front with its directory at
        the end: readers that stream it, and those that do not, must see the
        same members.

        Of an archive inside another, the members are not gone through for
        this.
        """
        if extents and extents[-1].end > self._zip.start_dir:
            message = (
                "the member does not lie before the directory of the archive"
            )
            self._note_unsafe(extents[-1].name, message)
        if self.budget.depth:
            return
        if self.label.lower().endswith(".whl"):
            self._compare_ends(extents)
        self._compare_fronts()

    def _compare_ends(self, extents: Sequence[_Extent]) -> None:
        if extents and extents[0].start > 0:
            message = "there is data before the first member: another archive, or a program"
            self._note_unsafe(self.label, message)
        if not self._last_record().startswith(b"PK\5\6"):
            message = "there is data behind the end of the archive"
            self._note_unsafe(self.label, message)

    def _compare_fronts(self) -> None:
        members = []
        for info in self._zip.infolist():
            front = front_of(self._raw, info)
            if front is None:
                continue
            members.append((info, front))
            fault = difference(front, info)
            if fault:
                self._note_unsafe(
                    info.filename, f"{fault}: readers may disagree"
                )
        for gap in gaps(members, self._zip.start_dir):
            is_member = holds_member(self._raw, gap, _HELD)
            what = (
                "a member that the directory does not list"
                if is_member
                else f"{gap.end - gap.start} bytes that belong to no member"
            )
            message = f"behind it stand {what}: readers may disagree"
            self._note_unsafe(gap.behind, message)

    def _last_record(self) -> bytes:
        """Return the bytes that must be the last record of the archive."""
        self._file.seek(0, os.SEEK_END)
        size = _END + len(self._zip.comment)
        return self._raw(max(0, self._file.tell() - size), size)

    def _info(self, path: str) -> zipfile.ZipInfo:
        try:
            return self._members[path]
        except KeyError:
            raise MissingError(path) from None

    def _inflate(
        self, info: zipfile.ZipInfo, count: int, *, kept: bool = True
    ) -> bytes:
        """
        Return up to `count` bytes of a member, never more than it says it
        holds; the budget for bytes that are `kept` pays, or that for bytes
        that pass by.
        """
        fetch = self._stored(info)
        count = min(count, info.file_size)
        is_whole = count == info.file_size
        take = self.budget.spend if kept else self.budget.pass_by
        take(count, info.filename)
        try:
            data = inflated(
                info.compress_type, fetch, info.compress_size, count + is_whole
            )
        except ZIP_ERRORS as error:
            raise _uninflatable(info.filename, error) from error
        if len(data) < count:
            raise _uninflatable(info.filename, "the member ends early")
        if len(data) > count:
            message = "the member goes on behind its stated size: readers may disagree"
            self._note_unsafe(info.filename, message)
            return data[:count]
        if is_whole and zlib.crc32(data) != info.CRC:
            raise _uninflatable(info.filename, "its sum is another")
        return data

    def _stored(self, info: zipfile.ZipInfo) -> Raw:
        """
        Return what reads the bytes of a member as they are stored. Raises
        `ReadError` when it is encrypted or calls itself otherwise.
        """
        front = front_of(self._raw, info)
        if front is None:
            raise _uninflatable(info.filename, "a damaged header")
        if (info.flag_bits | front.flags) & 1:
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE, info.filename, "is encrypted"
            )
        fault = difference(front, info)
        if fault:
            self._note_unsafe(info.filename, f"{fault}: readers may disagree")
        return lambda offset, count: self._raw(front.start + offset, count)


class _Extent(NamedTuple):
    """The bytes of an archive that a member takes, from `start` to `end`."""

    start: int
    end: int
    name: str


def _fault_of(info: zipfile.ZipInfo) -> str | None:
    """Return why a member is not read, or None."""
    if "\0" in info.orig_filename:
        return "the member's name goes on behind a null byte; it was not read"
    if escapes(info.filename) or escapes(info.orig_filename):
        return "the member's name points outside the archive; it was not read"
    if stat.S_IFMT(info.external_attr >> 16) in _SPECIAL:
        return "the member is a link or a device; it was not followed"
    return None


_SPECIAL = (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO)


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    if info.file_size <= RATIO_FROM:
        return False
    return info.file_size > RATIO * max(info.compress_size, 1)


def _is_long(info: zipfile.ZipInfo) -> bool:
    """Return True for a member that is not inflated whole."""
    return (
        info.file_size > _HELD and info.compress_type == zipfile.ZIP_DEFLATED
    )


def _uninflatable(path: str, reason: object) -> ReadError:
    message = f"cannot be inflated ({reason})"
    return ReadError(RuleId.EVIDENCE_UNREADABLE, path, message)
