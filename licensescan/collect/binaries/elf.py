"""
ELF: System V ABI, chapters 4 and 5; packagers' notes: systemd.io/ELF_PACKAGE_METADATA.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, cast

from licensescan.collect.binaries.base import (
    LIMIT,
    TABLE,
    Binary,
    BinaryError,
    Source,
    text_of,
)
from licensescan.reader import ReadError
from licensescan.reader.json_data import load_json

_TEXTS = (".rodata", ".rdata")
"""How the names of sections with read-only data begin."""

_LOAD, _DYNAMIC, _NOTE = 1, 2, 4
"""Kinds of segments: PT_LOAD, PT_DYNAMIC, PT_NOTE."""

_END, _NEEDED, _NAMES, _NAMES_SIZE, _SONAME, _RPATH, _RUNPATH = 0, 1, 5, 10, 14, 15, 29
"""
Tags of the dynamic section: DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_SONAME,
DT_RPATH, DT_RUNPATH.
"""


@dataclass(frozen=True, slots=True)
class _Layout:
    """
    How the tables of one class of ELF files lie: `struct` formats without the byte
    order, and sizes of rows.
    """

    places: str
    segment: str
    segment_size: int
    pair: str
    pair_size: int
    section_places: str
    section: str
    section_size: int


_LAYOUTS = {
    1: _Layout("28xII6xHH", "III4xI12x", 32, "II", 8, "46xHHH", "II8xII16x", 40),
    2: _Layout("32xQQ6xHH", "I4xQQ8xQ16x", 56, "QQ", 16, "58xHHH", "II16xQQ24x", 64),
}
_ORDERS = {1: "<", 2: ">"}


def read(source: Source) -> Binary:
    """The quick reader takes files in good order; pyelftools takes the rest."""
    try:
        layout, order = _LAYOUTS.get(source.head[4]), _ORDERS.get(source.head[5])
        if layout is None or order is None:
            raise BinaryError("of no known class or byte order")
        return _quick_elf(source, layout, order)
    except (BinaryError, struct.error):
        return _slow_elf(source)


def _quick_elf(source: Source, layout: _Layout, order: str) -> Binary:
    offset, sections, size, count = struct.unpack_from(
        order + layout.places, source.head
    )
    if size != layout.segment_size or not 0 < count <= LIMIT:
        raise BinaryError("odd program headers")
    table = source.at(offset, size * count)
    loads: list[tuple[int, int, int]] = []
    dynamic = (0, 0)
    package = version = ""
    for kind, start, address, length in struct.iter_unpack(
        order + layout.segment, table
    ):
        if kind == _LOAD:
            loads.append((address, start, length))
        elif kind == _DYNAMIC:
            dynamic = (start, length)
        elif kind == _NOTE and not package and length < TABLE:
            package, version = _packaged(source.at(start, length), order)
    pairs = (order + layout.pair, layout.pair_size)
    soname, needed, runpath = (
        _dynamic(source, dynamic, loads, pairs) if dynamic[1] else ("", (), "")
    )
    return Binary(
        format="elf",
        soname=soname,
        needed=needed,
        runpath=runpath,
        package=package,
        version=version,
        texts=_sections(source, sections, layout, order)
        or tuple((start, length) for _, start, length in loads),
    )


def _dynamic(
    source: Source,
    where: tuple[int, int],
    loads: list[tuple[int, int, int]],
    pairs: tuple[str, int],
) -> tuple[str, tuple[str, ...], str]:
    layout, size = pairs
    length = min(where[1], TABLE)
    data = source.at(where[0], length - length % size)
    needed: list[int] = []
    single: dict[int, int] = {}
    for tag, value in struct.iter_unpack(layout, data):
        if tag == _END:
            break
        if tag == _NEEDED:
            needed.append(value)
        elif tag in (_NAMES, _NAMES_SIZE, _SONAME, _RPATH, _RUNPATH):
            single[tag] = value
    if not needed and _SONAME not in single:
        return "", (), ""
    address = single.get(_NAMES, -1)
    start = next(
        (o + address - a for a, o, length in loads if a <= address < a + length), -1
    )
    if start < 0 or len(needed) > LIMIT:
        raise BinaryError("the string table is nowhere")
    wanted = [*needed, *(single[t] for t in (_SONAME, _RPATH, _RUNPATH) if t in single)]
    low, high = min(wanted), max(wanted)
    if high >= single.get(_NAMES_SIZE, 1 << 32):
        raise BinaryError("a name lies outside the string table")
    if high - low < TABLE:
        block = source.some(start + low, high - low + 1024)
        names = {w: text_of(block[w - low :][:1024]) for w in wanted}
    else:
        names = {w: source.text(start + w) for w in wanted}
    runpath = names.get(single.get(_RUNPATH, single.get(_RPATH, -1)), "")
    return (
        names.get(single.get(_SONAME, -1), ""),
        tuple(names[n] for n in needed),
        runpath,
    )


def _packaged(data: bytes, order: str) -> tuple[str, str]:
    """Name and version from a packager's note (owner `FDO`, type 0xcafe1a7e, JSON)."""
    at = 0
    while at + 12 <= len(data):
        owner, length, kind = struct.unpack_from(order + "III", data, at)
        body = at + 12 + (owner + 3 & ~3)
        if kind == 0xCAFE1A7E and data[at + 12 : at + 15] == b"FDO":
            try:
                note = load_json(data[body : body + length].rstrip(b"\0"))
            except ValueError:
                return "", ""
            found = note if isinstance(note, dict) else {}
            return str(found.get("name") or ""), str(found.get("version") or "")
        at = body + (length + 3 & ~3)
    return "", ""


def _sections(
    source: Source, offset: int, layout: _Layout, order: str
) -> tuple[tuple[int, int], ...]:
    """
    The read-only data sections; empty for a file whose section table was stripped or is
    broken.
    """
    size, count, names = struct.unpack_from(order + layout.section_places, source.head)
    if (
        not offset
        or size != layout.section_size
        or not 0 < count <= LIMIT
        or names >= count
    ):
        return ()
    try:
        rows = list(
            struct.iter_unpack(order + layout.section, source.at(offset, size * count))
        )
        words = source.at(rows[names][2], min(rows[names][3], TABLE))
    except BinaryError:
        return ()
    return tuple(
        (start, length)
        for name, _, start, length in rows
        if text_of(words[name : name + 64]).startswith(_TEXTS)
    )


def _slow_elf(source: Source) -> Binary:
    from elftools.common.exceptions import ELFError
    from elftools.elf.dynamic import DynamicSegment
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(cast("IO[bytes]", _Stream(source)))
        if elf.num_segments() > LIMIT:
            raise BinaryError("odd program headers")
        segments = list(elf.iter_segments())
        loads = [
            (s["p_offset"], s["p_filesz"]) for s in segments if s["p_type"] == "PT_LOAD"
        ]
        dynamic = (
            s
            for s in segments
            if isinstance(s, DynamicSegment) and s["p_filesz"] <= TABLE
        )
        said = [
            (tag.entry.d_tag, tag) for segment in dynamic for tag in segment.iter_tags()
        ]
        needed = [
            str(getattr(tag, "needed", "")) for kind, tag in said if kind == "DT_NEEDED"
        ][:LIMIT]
        sonames = [
            str(getattr(tag, "soname", "")) for kind, tag in said if kind == "DT_SONAME"
        ]
        runpaths = [
            str(getattr(tag, "runpath", "") or getattr(tag, "rpath", ""))
            for kind, tag in said
            if kind in ("DT_RUNPATH", "DT_RPATH")
        ]
        texts = [
            (s["sh_offset"], s["sh_size"])
            for s in (elf.iter_sections() if elf.num_sections() <= LIMIT else ())
            if s.name.startswith(_TEXTS)
        ]
    except ReadError:
        raise
    # pyelftools checks little of what it reads: a broken file ends it in many ways.
    except (
        ELFError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        OSError,
        TypeError,
    ) as error:
        raise BinaryError(f"elf: {error}") from error
    except (ValueError, MemoryError, RecursionError, struct.error) as error:
        raise BinaryError(f"elf: {error}") from error
    return Binary(
        format="elf",
        soname=sonames[-1] if sonames else "",
        needed=tuple(needed),
        runpath=runpaths[-1] if runpaths else "",
        texts=tuple(texts or loads),
    )


class _Stream:
    """A binary as the seekable stream that pyelftools asks for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0
        self._size = source.files.size(source.path)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move; offsets before the start are refused as a real file would."""
        self._at = offset + (0, self._at, self._size)[whence]
        if self._at < 0:
            raise OSError("seek before the start")
        return self._at

    def tell(self) -> int:
        """Where the next read starts."""
        return self._at

    def read(self, count: int = -1) -> bytes:
        """
        Up to `count` bytes; more than 16 MiB at once are never a header or a name.
        """
        left = max(self._size - self._at, 0)
        count = left if count is None or count < 0 else min(count, left)
        if count > 1 << 24:
            raise OSError("too large a piece")
        data = self._source.some(self._at, count) if count else b""
        self._at += len(data)
        return data
