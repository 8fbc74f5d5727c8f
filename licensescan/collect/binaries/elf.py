"""
Read ELF files: System V ABI, chapters 4 and 5; packagers' notes:
systemd.io/ELF_PACKAGE_METADATA.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

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

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

_TEXTS = (".rodata", ".rdata", ".dynstr", ".go.buildinfo")
"""
How the names of sections with read-only data, with the names of symbols and
with Go's list of modules begin.
"""

_CRATES = ".dep-v0"
"""The section with the list of crates of a Rust build (cargo-auditable)."""

_LOAD, _DYNAMIC, _NOTE = 1, 2, 4
"""Kinds of segments: PT_LOAD, PT_DYNAMIC, PT_NOTE."""

_END, _NEEDED, _NAMES, _NAMES_SIZE, _SONAME, _RPATH, _RUNPATH = (
    0,
    1,
    5,
    10,
    14,
    15,
    29,
)
"""
Tags of the dynamic section: DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ,
DT_SONAME, DT_RPATH, DT_RUNPATH.
"""

_LONGEST = 1024
"""Bytes of a name that are read."""

_PACKAGE_NOTE = 0xCAFE1A7E
"""The type of a packager's note; its owner is `FDO`."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """
    How the tables of one class of ELF files lie: `struct` formats without the
    byte order, and sizes of rows in bytes.
    """

    segments: str
    segment: str
    segment_size: int
    pair: str
    pair_size: int
    sections: str
    section: str
    section_size: int


_LAYOUTS = {
    1: _Layout(
        "28xII6xHH", "III4xI12x", 32, "II", 8, "46xHHH", "II8xII16x", 40
    ),
    2: _Layout(
        "32xQQ6xHH", "I4xQQ8xQ16x", 56, "QQ", 16, "58xHHH", "II16xQQ24x", 64
    ),
}
_ORDERS = {1: "<", 2: ">"}


def read(source: Source) -> Binary:
    """
    Read a file in good order quickly, any other by pyelftools. Raises
    `BinaryError` for a broken one.
    """
    try:
        layout, order = (
            _LAYOUTS.get(source.head[4]),
            _ORDERS.get(source.head[5]),
        )
        if layout is None or order is None:
            raise BinaryError("of no known class or byte order")
        return _Quick(source, layout, order).read()
    except (BinaryError, struct.error):
        return _read_slowly(source)


class _Range(NamedTuple):
    """Bytes of the file."""

    offset: int
    size: int


class _Load(NamedTuple):
    """A segment that is loaded at `address`."""

    address: int
    offset: int
    size: int


@dataclass(slots=True)
class _Segments:
    """The segments that say something."""

    loads: list[_Load] = field(default_factory=list)
    dynamic: _Range | None = None
    notes: list[_Range] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Dynamic:
    """
    Offsets into the string table, by tag; of needed libraries there may be
    many.
    """

    needed: Sequence[int]
    single: Mapping[int, int]

    @property
    def names(self) -> list[int]:
        """Return all offsets of names."""
        tags = (_SONAME, _RPATH, _RUNPATH)
        single = (self.single[tag] for tag in tags if tag in self.single)
        return [*self.needed, *single]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the dynamic section says: see `Binary`."""

    soname: str = ""
    needed: tuple[str, ...] = ()
    runpath: str = ""


@dataclass(frozen=True, slots=True)
class _Quick:
    """One file, read by its own tables of segments and sections."""

    source: Source
    layout: _Layout
    order: str

    def read(self) -> Binary:
        segments = self._segments()
        names = self._names(segments)
        package, version = self._packaged(segments)
        sections = self._sections()
        texts = tuple(
            place for name, place in sections if name.startswith(_TEXTS)
        )
        if not texts:
            texts = tuple((load.offset, load.size) for load in segments.loads)
        return Binary(
            format="elf",
            soname=names.soname,
            needed=names.needed,
            runpath=names.runpath,
            package=package,
            version=version,
            texts=texts,
            crates=dict(sections).get(_CRATES, (0, 0)),
        )

    def _rows(self, row: str, data: bytes) -> Iterator[Any]:
        return struct.iter_unpack(self.order + row, data)

    def _header(self, fields: str) -> tuple[Any, ...]:
        return struct.unpack_from(self.order + fields, self.source.head)

    def _segments(self) -> _Segments:
        offset, _, size, count = self._header(self.layout.segments)
        if size != self.layout.segment_size or not 0 < count <= LIMIT:
            raise BinaryError("odd program headers")
        table = self.source.at(offset, size * count)
        segments = _Segments()
        for kind, start, address, length in self._rows(
            self.layout.segment, table
        ):
            if kind == _LOAD:
                segments.loads.append(_Load(address, start, length))
            elif kind == _DYNAMIC:
                segments.dynamic = _Range(start, length)
            elif kind == _NOTE and length < TABLE:
                segments.notes.append(_Range(start, length))
        return segments

    def _packaged(self, segments: _Segments) -> tuple[str, str]:
        """
        Return name and version from the first packager's note that names it.
        """
        package = version = ""
        for note in segments.notes:
            package, version = _packaged(self.source.at(*note), self.order)
            if package:
                break
        return package, version

    def _names(self, segments: _Segments) -> _Names:
        if not segments.dynamic or not segments.dynamic.size:
            return _Names()
        dynamic = self._dynamic(segments.dynamic)
        if not dynamic.needed and _SONAME not in dynamic.single:
            return _Names()
        if len(dynamic.needed) > LIMIT:
            raise BinaryError("too many libraries")
        texts = self._texts(dynamic, _offset_of_names(dynamic, segments.loads))
        single = dynamic.single
        runpath = single.get(_RUNPATH, single.get(_RPATH, -1))
        return _Names(
            soname=texts.get(single.get(_SONAME, -1), ""),
            needed=tuple(texts[n] for n in dynamic.needed),
            runpath=texts.get(runpath, ""),
        )

    def _dynamic(self, table: _Range) -> _Dynamic:
        length = table.size
        if length > TABLE:
            raise BinaryError("too long a dynamic section")
        data = self.source.at(
            table.offset, length - length % self.layout.pair_size
        )
        needed: list[int] = []
        single: dict[int, int] = {}
        for tag, value in self._rows(self.layout.pair, data):
            if tag == _END:
                break
            if tag == _NEEDED:
                needed.append(value)
            else:
                single[tag] = value
        return _Dynamic(needed, single)

    def _texts(self, dynamic: _Dynamic, start: int) -> dict[int, str]:
        """
        Return the names by their offset in the string table, which is at
        `start`.
        """
        names = dynamic.names
        low, high = min(names), max(names)
        if high >= dynamic.single.get(_NAMES_SIZE, 1 << 32):
            raise BinaryError("a name lies outside the string table")
        if high - low >= TABLE:
            return {name: self.source.text(start + name) for name in names}
        block = self.source.some(start + low, high - low + _LONGEST)
        return {
            name: text_of(block[name - low :][:_LONGEST]) for name in names
        }

    def _sections(self) -> tuple[tuple[str, tuple[int, int]], ...]:
        """
        Return the sections by name, with offset and size; none of a file whose
        section table was stripped or is broken.
        """
        offset = self._header(self.layout.segments)[1]
        size, count, names = self._header(self.layout.sections)
        if not offset or size != self.layout.section_size:
            return ()
        if not 0 < count <= LIMIT or names >= count:
            return ()
        try:
            table = self.source.at(offset, size * count)
            rows = list(self._rows(self.layout.section, table))
            _, _, start, length = rows[names]
            words = self.source.at(start, min(length, TABLE))
        except BinaryError:
            return ()
        return tuple(
            (text_of(words[name : name + 64]), (start, length))
            for name, _, start, length in rows
        )


def _offset_of_names(dynamic: _Dynamic, loads: Sequence[_Load]) -> int:
    """Return where in the file the string table lies."""
    address = dynamic.single.get(_NAMES, -1)
    for load in loads:
        if load.address <= address < load.address + load.size:
            return load.offset + address - load.address
    raise BinaryError("the string table is nowhere")


def _packaged(data: bytes, order: str) -> tuple[str, str]:
    """Return name and version from a packager's note, which is JSON."""
    at = 0
    while at + 12 <= len(data):
        owner, length, kind = struct.unpack_from(order + "III", data, at)
        body = at + 12 + _aligned(owner)
        if kind == _PACKAGE_NOTE and data[at + 12 : at + 15] == b"FDO":
            return _package_in(data[body : body + length])
        at = body + _aligned(length)
    return "", ""


def _aligned(size: int) -> int:
    return size + 3 & ~3


def _package_in(data: bytes) -> tuple[str, str]:
    try:
        note = load_json(data.rstrip(b"\0"))
    except ValueError:
        return "", ""
    if not isinstance(note, dict):
        return "", ""
    return str(note.get("name") or ""), str(note.get("version") or "")


def _read_slowly(source: Source) -> Binary:
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(cast("IO[bytes]", _Stream(source)))
        if elf.num_segments() > LIMIT:
            raise BinaryError("odd program headers")
        return _binary_of(elf)
    except ReadError:
        raise
    # pyelftools checks little of what it reads: a broken file ends it in many
    # ways.
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


def _binary_of(elf: ELFFile) -> Binary:
    segments = list(elf.iter_segments())
    tags = list(_tags(segments))
    needed = [
        _attribute(tag, "needed") for kind, tag in tags if kind == "DT_NEEDED"
    ]
    sonames = [
        _attribute(tag, "soname") for kind, tag in tags if kind == "DT_SONAME"
    ]
    runpaths = [
        _attribute(tag, "runpath", "rpath")
        for kind, tag in tags
        if kind in ("DT_RUNPATH", "DT_RPATH")
    ]
    texts = [
        (section["sh_offset"], section["sh_size"])
        for section in (
            elf.iter_sections() if elf.num_sections() <= LIMIT else ()
        )
        if section.name.startswith(_TEXTS)
    ]
    loads = [
        (segment["p_offset"], segment["p_filesz"])
        for segment in segments
        if segment["p_type"] == "PT_LOAD"
    ]
    return Binary(
        format="elf",
        soname=sonames[-1] if sonames else "",
        needed=tuple(needed),
        runpath=runpaths[-1] if runpaths else "",
        texts=tuple(texts or loads),
    )


def _tags(segments: Sequence[Any]) -> Iterator[tuple[str, object]]:
    """Yield each entry of the dynamic segments with its kind."""
    from elftools.elf.dynamic import DynamicSegment

    for segment in segments:
        if isinstance(segment, DynamicSegment):
            if segment["p_filesz"] > TABLE:
                raise BinaryError("too long a dynamic section")
            for tag in segment.iter_tags():
                yield tag.entry.d_tag, tag


def _attribute(tag: object, *names: str) -> str:
    """
    Return the first of these attributes that is there and not empty, or "".
    """
    values = (getattr(tag, name, "") for name in names)
    return next((str(value) for value in values if value), "")


class _Stream:
    """A binary as the seekable stream that pyelftools asks for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0
        self._size = source.files.size(source.path)

    def seek(self, offset: int, whence: int = 0) -> int:
        """
        Move; raise `OSError` for an offset before the start, as a file would.
        """
        bases = (0, self._at, self._size)
        self._at = offset + bases[whence]
        if self._at < 0:
            raise OSError("seek before the start")
        return self._at

    def tell(self) -> int:
        """Return the offset of the next read."""
        return self._at

    def read(self, count: int | None = -1) -> bytes:
        """
        Return up to `count` bytes. Raises `OSError` for more than 16 MiB at
        once, which are never a header or a name.
        """
        left = max(self._size - self._at, 0)
        if count is None or count < 0:
            count = left
        count = min(count, left)
        if count > 1 << 24:
            raise OSError("too large a piece")
        data = self._source.some(self._at, count) if count else b""
        self._at += len(data)
        return data
