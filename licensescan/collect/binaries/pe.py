"""Portable executables: Microsoft, "PE Format"."""

from __future__ import annotations

import struct

from licensescan.collect.binaries.base import (
    LIMIT,
    Binary,
    BinaryError,
    Source,
    text_of,
)

_DIRECTORIES = {0x10B: 96, 0x20B: 112}
"""
Where the data directories begin in the optional header, by its magic number: PE32 and
PE32+.
"""


def read(source: Source) -> Binary:
    """
    Name, imports and data sections. Raises `BinaryError`, `struct.error` or
    `IndexError` for a broken file.
    """
    start = struct.unpack_from("<I", source.head, 0x3C)[0]
    head = source.at(start, 24)
    count, optional = struct.unpack_from("<6xH12xH", head)
    if head[:4] != b"PE\0\0" or count > LIMIT:
        raise BinaryError("pe: an MZ file without PE header")
    fields = source.at(start + 24, optional)
    directories = _DIRECTORIES.get(struct.unpack_from("<H", fields)[0], 0)
    if not directories or len(fields) < directories + 16:
        raise BinaryError("pe: odd optional header")
    sections = []
    texts = []
    rows = struct.iter_unpack(
        "<8sIIII16x", source.at(start + 24 + optional, 40 * count)
    )
    for name, size, address, raw, offset in rows:
        sections.append((address, max(size, raw), offset))
        if text_of(name) in (".rdata", ".data"):
            texts.append((offset, raw))
    exports, _, imports, length = struct.unpack_from("<IIII", fields, directories)
    soname = ""
    if exports:
        soname = source.text(
            _raw(
                sections,
                struct.unpack("<I", source.at(_raw(sections, exports) + 12, 4))[0],
            )
        )
    needed = []
    if imports:
        at = _raw(sections, imports)
        for row in range(min(length // 20 or LIMIT, LIMIT)):
            name = struct.unpack_from("<12xI", source.at(at + 20 * row, 20))[0]
            if not name:
                break
            needed.append(source.text(_raw(sections, name)))
    return Binary(format="pe", soname=soname, needed=tuple(needed), texts=tuple(texts))


def _raw(sections: list[tuple[int, int, int]], address: int) -> int:
    """Where in the file the byte lies that is loaded at `address`."""
    for start, size, offset in sections:
        if start <= address < start + size:
            return offset + address - start
    raise BinaryError("pe: an address outside all sections")
