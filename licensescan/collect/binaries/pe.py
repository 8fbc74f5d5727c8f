"""Read portable executables: Microsoft, "PE Format"."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from licensescan.collect.binaries.base import (
    LIMIT,
    Binary,
    BinaryError,
    Source,
    text_of,
)

_DIRECTORIES = {0x10B: 96, 0x20B: 112}
"""
Offset of the data directories in the optional header, by its magic number:
PE32 and PE32+.
"""

_TEXTS = (".rdata", ".data")
"""Names of sections that hold strings."""

_IMPORT_BYTES = 20
"""Bytes of a row of the import table."""


class _Section(NamedTuple):
    """
    A section: where it is loaded, and where its `raw` bytes lie in the file.
    """

    name: str
    address: int
    size: int
    offset: int
    raw: int


def read(source: Source) -> Binary:
    """
    Return name, imports and data sections. Raises `BinaryError`,
    `struct.error` or `IndexError` for a broken file.
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
    table = source.at(start + 24 + optional, 40 * count)
    sections = list(_sections(table))
    exports, _, imports, length = struct.unpack_from(
        "<IIII", fields, directories
    )
    return Binary(
        format="pe",
        soname=_exported_name(source, sections, exports),
        needed=tuple(_imported_names(source, sections, imports, length)),
        texts=tuple((s.offset, s.raw) for s in sections if s.name in _TEXTS),
    )


def _sections(table: bytes) -> Iterator[_Section]:
    for name, size, address, raw, offset in struct.iter_unpack(
        "<8sIIII16x", table
    ):
        yield _Section(text_of(name), address, max(size, raw), offset, raw)


def _exported_name(
    source: Source, sections: Sequence[_Section], exports: int
) -> str:
    """
    Return the name in the export table at the address `exports`, if there is
    one.
    """
    if not exports:
        return ""
    field = source.at(_offset_of(sections, exports) + 12, 4)
    name = struct.unpack("<I", field)[0]
    return source.text(_offset_of(sections, name))


def _imported_names(
    source: Source, sections: Sequence[_Section], imports: int, length: int
) -> Iterator[str]:
    """
    Yield the libraries in the import table of `length` bytes at `imports`.
    """
    if not imports:
        return
    at = _offset_of(sections, imports)
    rows = min(length // _IMPORT_BYTES or LIMIT, LIMIT)
    for _ in range(rows):
        row = source.at(at, _IMPORT_BYTES)
        name = struct.unpack_from("<12xI", row)[0]
        if not name:
            return
        yield source.text(_offset_of(sections, name))
        at += _IMPORT_BYTES
    if rows == LIMIT:
        raise BinaryError("pe: too many libraries")


def _offset_of(sections: Sequence[_Section], address: int) -> int:
    """
    Return the offset in the file of the byte that is loaded at `address`.
    """
    for section in sections:
        if section.address <= address < section.address + section.size:
            return section.offset + address - section.address
    raise BinaryError("pe: an address outside all sections")
