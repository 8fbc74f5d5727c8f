"""
Read what stands before a member of a zip, and compare it with the directory.

A reader that streams a zip from its front believes these headers, one that
opens it believes the directory at its end: where they differ, the archive has
two readings.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

Raw = Callable[[int, int], bytes]
"""Returns up to `count` bytes of an archive from `offset`."""

_HEADER = struct.Struct("<4s5H3L2H")
_MAGIC = b"PK\3\4"
_ENCRYPTED, _STREAMED, _UTF8 = 0x1, 0x8, 0x800
"""Flags of a member; `_STREAMED`: sums and sizes follow its data."""

_IN_EXTRA = 0xFFFFFFFF
"""What stands in place of a size that an extra field holds (ZIP64)."""

_BEHIND = 24
"""Bytes that sums and sizes behind the data of a member may take."""


class Front(NamedTuple):
    """The header before a member; `start` is where its data begin."""

    name: bytes
    flags: int
    method: int
    crc: int
    stored: int
    size: int
    start: int


class Gap(NamedTuple):
    """Bytes between members, named by the member before them."""

    start: int
    end: int
    behind: str


def front_of(raw: Raw, info: zipfile.ZipInfo) -> Front | None:
    """Return the header before a member; None where there is none."""
    offset = info.header_offset
    header = raw(offset, _HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(_MAGIC):
        return None
    _, _, flags, method, _, _, crc, stored, size, name_size, extra_size = (
        _HEADER.unpack(header)
    )
    name = raw(offset + _HEADER.size, name_size)
    start = offset + _HEADER.size + name_size + extra_size
    return Front(name, flags, method, crc, stored, size, start)


def difference(front: Front, info: zipfile.ZipInfo) -> str | None:
    """
    Return what a member says of itself otherwise than the directory does; None
    where both agree.
    """
    encoding = "utf-8" if info.flag_bits & _UTF8 else "cp437"
    name = front.name.decode(encoding, "replace")
    if name != info.orig_filename:
        return f"the member calls itself {name}"
    if front.method != info.compress_type:
        return "the member and the directory name two methods of compression"
    if (front.flags ^ info.flag_bits) & _ENCRYPTED:
        return "only one of the member and the directory says: encrypted"
    if not _agree(front, info):
        return "the member and the directory state two sizes or sums"
    return None


def _agree(front: Front, info: zipfile.ZipInfo) -> bool:
    pairs = (
        (front.crc, info.CRC),
        (front.stored, info.compress_size),
        (front.size, info.file_size),
    )
    is_streamed = bool(front.flags & _STREAMED)
    return all(
        here in (there, _IN_EXTRA) or (is_streamed and here == 0)
        for here, there in pairs
    )


def gaps(
    members: Iterable[tuple[zipfile.ZipInfo, Front]], end: int
) -> Iterator[Gap]:
    """
    Yield the bytes before `end`, where the directory begins, that belong to no
    member: what stands there is seen by those alone who do not ask the
    directory.
    """
    last: zipfile.ZipInfo | None = None
    at = 0
    for info, front in sorted(members, key=lambda member: member[1].start):
        if last is not None and info.header_offset > at + _BEHIND:
            yield Gap(at, info.header_offset, last.filename)
        last = info
        at = front.start + info.compress_size
    if last is not None and end > at + _BEHIND:
        yield Gap(at, end, last.filename)


def holds_member(raw: Raw, gap: Gap, most: int) -> bool:
    """Return True if a member begins in the first `most` bytes of a gap."""
    return _MAGIC in raw(gap.start, min(gap.end - gap.start, most))
