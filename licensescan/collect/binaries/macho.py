"""Mach-O: Apple, <mach-o/loader.h> and <mach-o/fat.h>."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from licensescan.collect.binaries.base import (
    LIMIT,
    Binary,
    BinaryError,
    Source,
    text_of,
)

_ID, _RPATH, _SEGMENT, _SEGMENT_64 = 0xD, 0x1C, 0x1, 0x19
"""Load commands: LC_ID_DYLIB, LC_RPATH, LC_SEGMENT, LC_SEGMENT_64."""

_LOADS = (0xC, 0x18, 0x1F, 0x23)
"""
Load commands that name a library: LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB,
LC_LOAD_UPWARD_DYLIB.
"""

_REQUIRED = 0x80000000
"""The bit of a load command that the loader must understand: LC_REQ_DYLD."""


def read(source: Source) -> Binary:
    """
    Name, loaded libraries and strings. Raises `BinaryError`, `struct.error` or
    `IndexError` for a broken file.
    """
    start = 0
    if source.head[:3] == b"\xca\xfe\xba":
        # Slices of a fat file are the same library for other processors: the first
        # speaks for all.
        wide = source.head[3] == 0xBF
        start = struct.unpack_from(">8xQ" if wide else ">8xI", source.head, 8)[0]
    head = source.at(start, 32)
    order = "<" if head[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe") else ">"
    word, count, length = struct.unpack_from(order + "I12xII", head)
    if word not in (0xFEEDFACF, 0xFEEDFACE) or count > 4 * LIMIT:
        raise BinaryError("mach-o: odd header")
    begin = 32 if word == 0xFEEDFACF else 28
    commands = source.at(start + begin, min(length, 1 << 20))
    soname = runpath = ""
    needed: list[str] = []
    texts: list[tuple[int, int]] = []
    at = 0
    for _ in range(count):
        kind, size = struct.unpack_from(order + "II", commands, at)
        if size < 8:
            raise BinaryError("mach-o: odd load command")
        body = commands[at : at + size]
        kind &= ~_REQUIRED
        if kind in (_ID, _RPATH, *_LOADS):
            name = text_of(body[struct.unpack_from(order + "I", body, 8)[0] :])
            if kind == _ID:
                soname = name
            elif kind == _RPATH:
                runpath = runpath or name
            else:
                needed.append(name)
        elif kind in (_SEGMENT, _SEGMENT_64):
            texts += [
                (start + o, n)
                for o, n in _cstrings(body, order, wide=kind == _SEGMENT_64)
            ]
        at += size
    return Binary(
        format="macho",
        soname=soname,
        needed=tuple(needed),
        runpath=runpath,
        texts=tuple(texts),
    )


def _cstrings(body: bytes, order: str, *, wide: bool) -> Iterator[tuple[int, int]]:
    """The sections of one segment that hold strings and constants."""
    first, size = (72, 80) if wide else (56, 68)
    count = struct.unpack_from(order + "I", body, first - 8)[0]
    for row in range(min(count, LIMIT)):
        at = first + row * size
        if body[at : at + 16].rstrip(b"\0") in (b"__cstring", b"__const"):
            length, offset = (
                struct.unpack_from(order + "QI", body, at + 40)
                if wide
                else struct.unpack_from(order + "II", body, at + 36)
            )
            yield offset, length
