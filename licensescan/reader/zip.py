"""
A zip as a tree: read through its central directory, compared with its front, never
extracted.

Zips are how two readers are shown two packages (PyPI's "ZIP confusion" of 2025,
CVE-2025-54368): names that hide, stand twice, overlap or lie before or behind the
archive are said.
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
    sampled,
)
from licensescan.reader.window import Inflated

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
"""What zipfile raises for what is no zip, or a damaged one."""
_AT_BYTES = 256 << 20
"""
How far `read_at` inflates into a member: the headers of nearly all bundled libraries
lie before.
"""
_HELD = 4 << 20
"""
Compressed members up to this size are inflated whole; of longer ones a window is moved.
"""
_FIRST = 64 << 10
"""As much of a member holds most headers."""


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
        self._window: tuple[str, Inflated] = (
            "",
            Inflated(lambda _offset, _count: b"", 0, 0, lambda _count: None),
        )
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
                RuleId.ARCHIVE_UNSAFE,
                path,
                "inflates to more than 200 times its stored size; only its head was read",
            )
            return Read(
                data=self._inflate(info, min(limit, RATIO_FROM)),
                size=info.file_size,
                truncated=True,
            )
        data = self._inflate(info, info.file_size)
        return sampled(data, limit)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """
        Up to `count` bytes from `offset`; a compressed member is inflated that far, 64
        MiB at most.
        """
        info = self._info(path)
        if offset + count > _AT_BYTES or (
            self._is_bomb(info) and offset + count > RATIO_FROM
        ):
            raise ReadError(
                RuleId.EVIDENCE_TRUNCATED, path, "too far into a compressed member"
            )
        if info.file_size > _HELD and info.compress_type == zipfile.ZIP_DEFLATED:
            if self._window[0] != path:
                self._window = (path, self._inflated(info))
            try:
                return self._window[1].piece(offset, count)
            except ZIP_ERRORS as error:
                raise ReadError(
                    RuleId.EVIDENCE_UNREADABLE, path, f"cannot be inflated ({error})"
                ) from error
        if self._last[0] != path or len(self._last[1]) < min(
            offset + count, info.file_size
        ):
            # Each time four times as much: headers are read piece by piece, further on,
            # and begin at the front again.
            before = len(self._last[1]) if self._last[0] == path else _FIRST // 4
            self._last = (
                path,
                self._inflate(info, max(offset + count, 4 * before), kept=False),
            )
        return self._last[1][offset : offset + count]

    def stream(self, path: str) -> IO[bytes]:
        """
        Open a member: a window on a long one, the whole of a short one. Raises
        `ReadError` for a bomb.
        """
        info = self._info(path)
        if self._is_bomb(info):
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                "inflates to more than 200 times its stored size",
            )
        if info.file_size > _HELD and info.compress_type == zipfile.ZIP_DEFLATED:
            return io.BufferedReader(self._inflated(info), 1 << 16)
        return io.BytesIO(self._inflate(info, info.file_size))

    def _inflated(self, info: zipfile.ZipInfo) -> Inflated:
        """
        A window on a compressed member. Raises `ReadError` when it is encrypted or its
        header is damaged.
        """
        if info.flag_bits & 1:
            raise ReadError(RuleId.EVIDENCE_UNREADABLE, info.filename, "is encrypted")
        self.budget.spend(0, info.filename)
        header = self._raw(info.header_offset, 30)
        if len(header) < 30 or not header.startswith(b"PK\3\4"):
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE,
                info.filename,
                "cannot be inflated (a damaged header)",
            )
        start = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
        start += int.from_bytes(header[28:30], "little")
        return Inflated(
            lambda offset, count: self._raw(start + offset, count),
            info.compress_size,
            info.file_size,
            lambda count: self.budget.pass_by(count, info.filename),
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
                self._note(
                    RuleId.ARCHIVE_UNSAFE,
                    name,
                    "the member's name goes on behind a null byte; it was not read",
                )
            elif escapes(name) or escapes(info.orig_filename):
                self._note(
                    RuleId.ARCHIVE_UNSAFE,
                    name,
                    "the member's name points outside the archive; it was not read",
                )
            elif (
                stat.S_ISLNK(mode)
                or stat.S_ISCHR(mode)
                or stat.S_ISBLK(mode)
                or stat.S_ISFIFO(mode)
            ):
                self._note(
                    RuleId.ARCHIVE_UNSAFE,
                    name,
                    "the member is a link or a device; it was not followed",
                )
            elif not info.is_dir():
                if name in self._members:
                    self._note(
                        RuleId.ARCHIVE_UNSAFE,
                        name,
                        "the archive holds this name twice: readers may disagree",
                    )
                self._members.setdefault(name, info)
            taken.append(
                (info.header_offset, info.header_offset + 30 + info.compress_size, name)
            )
        taken.sort()
        self._compare(taken)
        for (_, end, _name), (start, _end, name) in pairwise(taken):
            if start < end:
                self._note(
                    RuleId.ARCHIVE_UNSAFE, name, "members overlap in the archive"
                )
                break

    def _compare(self, taken: Sequence[tuple[int, int, str]]) -> None:
        """
        Whether the archive reads alike from its front and from its directory at the
        end: readers that stream it, and those that do not, must see the same members. A
        nested archive is not gone through for this.
        """
        if taken and taken[-1][1] > self._zip.start_dir:
            self._note(
                RuleId.ARCHIVE_UNSAFE,
                taken[-1][2],
                "the member does not lie before the directory of the archive",
            )
        if self.budget.depth or not self.label.lower().endswith(".whl"):
            return
        if taken and taken[0][0] > 0:
            self._note(
                RuleId.ARCHIVE_UNSAFE,
                self.label,
                "there is data before the first member: another archive, or a program",
            )
        if not self._tail().startswith(b"PK\5\6"):
            self._note(
                RuleId.ARCHIVE_UNSAFE,
                self.label,
                "there is data behind the end of the archive",
            )
        for info in self._zip.infolist():
            header = self._raw(info.header_offset, 30 + 4 * len(info.orig_filename))
            size = int.from_bytes(header[26:28], "little")
            name = header[30 : 30 + size].decode(
                "utf-8" if info.flag_bits & 0x800 else "cp437", "replace"
            )
            if header.startswith(b"PK\3\4") and name != info.orig_filename:
                self._note(
                    RuleId.ARCHIVE_UNSAFE,
                    info.filename,
                    f"the member calls itself {name}: readers may disagree",
                )

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
        return info.file_size > RATIO_FROM and info.file_size > RATIO * max(
            info.compress_size, 1
        )

    def _inflate(
        self, info: zipfile.ZipInfo, count: int, *, kept: bool = True
    ) -> bytes:
        """
        Up to `count` bytes of a member, never more than what it says it holds; `kept`
        says from which purse.
        """
        if info.flag_bits & 1:
            raise ReadError(RuleId.EVIDENCE_UNREADABLE, info.filename, "is encrypted")
        take = self.budget.spend if kept else self.budget.pass_by
        take(min(count, info.file_size), info.filename)
        try:
            with self._zip.open(info) as stream:
                return stream.read(count)
        except ZIP_ERRORS as error:
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE,
                info.filename,
                f"cannot be inflated ({error})",
            ) from error
