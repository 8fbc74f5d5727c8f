"""Read Mach-O files: Apple, <mach-o/loader.h> and <mach-o/fat.h>."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from licensescan.collect.binaries.base import (
    LIMIT,
    Binary,
    BinaryError,
    Source,
    text_of,
)

_FAT = b"\xca\xfe\xba"
"""The first bytes of a file with a slice for each of several processors."""

_LITTLE = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
"""The first bytes of a slice in little-endian order."""

_HEADERS = {0xFEEDFACF: 32, 0xFEEDFACE: 28}
"""Bytes of the header by its magic number: 64 and 32 bits."""

_COMMANDS_BYTES = 1 << 20
"""Bytes of load commands that are read."""

_ID, _RPATH, _SEGMENT, _SEGMENT_64 = 0xD, 0x1C, 0x1, 0x19
"""Load commands: LC_ID_DYLIB, LC_RPATH, LC_SEGMENT, LC_SEGMENT_64."""

_LOADS = (0xC, 0x18, 0x1F, 0x23)
"""
Load commands that name a library: LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB,
LC_REEXPORT_DYLIB, LC_LOAD_UPWARD_DYLIB.
"""

_NAMED = (_ID, _RPATH, *_LOADS)
_SEGMENTS = (_SEGMENT, _SEGMENT_64)

_REQUIRED = 0x80000000
"""The bit of a load command that the loader must understand: LC_REQ_DYLD."""


def read(source: Source) -> Binary:
    """
    Return name, loaded libraries and strings. Raises `BinaryError`,
    `struct.error` or `IndexError` for a broken file.
    """
    start = _first_slice(source)
    head = source.at(start, 32)
    order = "<" if head[:4] in _LITTLE else ">"
    magic, count, length = struct.unpack_from(order + "I12xII", head)
    if magic not in _HEADERS or count > 4 * LIMIT:
        raise BinaryError("mach-o: odd header")
    if length > _COMMANDS_BYTES:
        raise BinaryError("mach-o: too many load commands")
    commands = source.at(start + _HEADERS[magic], length)
    names = _Names()
    texts: list[tuple[int, int]] = []
    for command in _commands(commands, count, order):
        names.add(command, order)
        if command.kind in _SEGMENTS:
            ranges = _strings_of(command, order)
            texts += [(start + offset, size) for offset, size in ranges]
    return Binary(
        format="macho",
        soname=names.soname,
        needed=tuple(names.needed),
        runpath=names.runpath,
        texts=tuple(texts),
    )


def _first_slice(source: Source) -> int:
    """
    Return the offset of the first slice of a fat file, which speaks for all:
    they are the same library for other processors.
    """
    if not source.head.startswith(_FAT):
        return 0
    is_wide = source.head[3] == 0xBF
    row = ">8xQ" if is_wide else ">8xI"
    offset: int = struct.unpack_from(row, source.head, 8)[0]
    return offset


class _Command(NamedTuple):
    """A load command with its own header."""

    kind: int
    body: bytes


def _commands(data: bytes, count: int, order: str) -> Iterator[_Command]:
    at = 0
    for _ in range(count):
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 8:
            raise BinaryError("mach-o: odd load command")
        yield _Command(kind & ~_REQUIRED, data[at : at + size])
        at += size


@dataclass(slots=True)
class _Names:
    """What the load commands name: see `Binary`."""

    soname: str = ""
    needed: list[str] = field(default_factory=list)
    runpath: str = ""

    def add(self, command: _Command, order: str) -> None:
        """Add the name in `command`, if it is one with a name."""
        if command.kind not in _NAMED:
            return
        offset = struct.unpack_from(order + "I", command.body, 8)[0]
        name = text_of(command.body[offset:])
        if command.kind == _ID:
            self.soname = name
        elif command.kind == _RPATH:
            self.runpath = self.runpath or name
        else:
            self.needed.append(name)


def _strings_of(segment: _Command, order: str) -> Iterator[tuple[int, int]]:
    """
    Yield `(offset, size)` of the sections that hold strings and constants.
    """
    is_wide = segment.kind == _SEGMENT_64
    first, size = (72, 80) if is_wide else (56, 68)
    offset_in_row, fields = (40, "QI") if is_wide else (36, "II")
    count = struct.unpack_from(order + "I", segment.body, first - 8)[0]
    if count > LIMIT:
        raise BinaryError("mach-o: too many sections")
    for row in range(count):
        at = first + row * size
        name = segment.body[at : at + 16].rstrip(b"\0")
        if name in (b"__cstring", b"__const"):
            length, offset = struct.unpack_from(
                order + fields, segment.body, at + offset_in_row
            )
            yield offset, length
