"""What a native binary says of itself: format, name, what it loads, where its strings lie. It is never run."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from licensescan.reader import Files, ReadError
from licensescan.reader.data import load_json

HEAD = 4096
"""Enough for the headers of nearly every binary; what lies elsewhere is read where it lies."""

_TABLE = 1 << 16
_TEXTS = (".rodata", ".rdata")
_FAR = 1 << 60
"""No file is as long: offsets beyond this would not even reach the system call."""
_LIMIT = 512
"""Needed libraries, sections or load commands beyond this are not believed."""


class BinaryError(ValueError):
    """The bytes begin like a binary and do not go on like one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """
    A binary's own statements. `format` is `elf`, `pe`, `macho` or `archive`.

    `soname` is the name that it gives itself, `needed` what it loads, `runpath` where it looks for them. `package` and
    `version` come from a packager's note. `texts` are the `(offset, size)` ranges of the file that hold its strings.
    """

    format: str
    soname: str = ""
    needed: tuple[str, ...] = ()
    runpath: str = ""
    package: str = ""
    version: str = ""
    texts: tuple[tuple[int, int], ...] = ()


def magic(head: bytes) -> str:
    """The format that the first bytes announce, or ""; a Java class shares its first four bytes with a fat Mach-O."""
    if head.startswith(b"\x7fELF"):
        return "elf"
    if head.startswith(b"MZ"):
        return "pe"
    if head[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce"):
        return "macho"
    if head[:4] in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf") and 0 < int.from_bytes(head[4:8], "big") < 20:
        return "macho"
    return "archive" if head.startswith(b"!<arch>\n") else ""


def read_binary(files: Files, path: str) -> Binary | None:
    """
    The binary at `path`; None for a file that does not begin like one.

    Raises `ReadError` when the file cannot be read, `BinaryError` when its headers make no sense.
    """
    head = files.read_at(path, 0, HEAD)
    kind = magic(head)
    if not kind:
        return None
    if kind == "archive":
        return Binary(format="archive", texts=((0, files.size(path)),))
    source = _Source(files, path, head)
    reader = {"elf": _elf, "pe": _pe, "macho": _macho}[kind]
    try:
        return reader(source)
    except (struct.error, IndexError, OverflowError) as error:
        raise BinaryError(f"{kind}: {error}") from error


def read_texts(files: Files, path: str, binary: Binary, limit: int) -> Iterator[bytes]:
    """The bytes that hold the binary's strings, in pieces that overlap by 4 KiB, `limit` bytes at most."""
    step, overlap = 1 << 20, HEAD
    for start, size in binary.texts:
        at, end = start, min(start + size, _FAR)
        while 0 <= start <= at < end and limit > 0:
            piece = files.read_at(path, max(at - overlap, start), min(step, end - at, limit) + overlap)
            if not piece:
                break
            yield piece
            at += step
            limit -= step


class _Source:
    """A file of which the head is at hand."""

    def __init__(self, files: Files, path: str, head: bytes) -> None:
        self.files = files
        self.path = path
        self.head = head

    def at(self, offset: int, count: int) -> bytes:
        """`count` bytes, all of them. Raises `BinaryError` when the file is shorter."""
        if not 0 <= count <= 1 << 24:
            raise BinaryError("a size is out of bounds")
        if offset >= 0 and offset + count <= len(self.head):
            return self.head[offset : offset + count]
        data = self.some(offset, count)
        if len(data) < count:
            raise BinaryError("the file ends too early")
        return data

    def some(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes, as many as there are. Raises `BinaryError` for an offset that no file can have."""
        if not 0 <= offset < _FAR:
            raise BinaryError("an offset is out of bounds")
        return self.files.read_at(self.path, offset, count)

    def text(self, offset: int, longest: int = 256) -> str:
        """The NUL-ended string at `offset`."""
        if offset >= 0 and offset + longest <= len(self.head):
            return _text(self.head[offset : offset + longest])
        return _text(self.some(offset, longest))


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")


# -- ELF: System V ABI, chapters 4 and 5; packagers' notes: systemd.io/ELF_PACKAGE_METADATA ---------------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the tables of one class of ELF files lie: `struct` formats without the byte order, and sizes of rows."""

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


def _elf(source: _Source) -> Binary:
    """The quick reader takes files in good order; pyelftools takes the rest."""
    try:
        layout, order = _LAYOUTS.get(source.head[4]), _ORDERS.get(source.head[5])
        if layout is None or order is None:
            raise BinaryError("of no known class or byte order")
        return _quick_elf(source, layout, order)
    except (BinaryError, struct.error):
        return _slow_elf(source)


def _quick_elf(source: _Source, layout: _Layout, order: str) -> Binary:
    offset, sections, size, count = struct.unpack_from(order + layout.places, source.head)
    if size != layout.segment_size or not 0 < count <= _LIMIT:
        raise BinaryError("odd program headers")
    table = source.at(offset, size * count)
    loads: list[tuple[int, int, int]] = []
    dynamic = (0, 0)
    package = version = ""
    for kind, start, address, length in struct.iter_unpack(order + layout.segment, table):
        if kind == 1:
            loads.append((address, start, length))
        elif kind == 2:
            dynamic = (start, length)
        elif kind == 4 and not package and length < _TABLE:
            package, version = _note(source.at(start, length), order)
    pairs = (order + layout.pair, layout.pair_size)
    soname, needed, runpath = _dynamic(source, dynamic, loads, pairs) if dynamic[1] else ("", (), "")
    return Binary(
        format="elf",
        soname=soname,
        needed=needed,
        runpath=runpath,
        package=package,
        version=version,
        texts=_sections(source, sections, layout, order) or tuple((start, length) for _, start, length in loads),
    )


def _dynamic(
    source: _Source, where: tuple[int, int], loads: list[tuple[int, int, int]], pairs: tuple[str, int]
) -> tuple[str, tuple[str, ...], str]:
    layout, size = pairs
    length = min(where[1], _TABLE)
    data = source.at(where[0], length - length % size)
    needed: list[int] = []
    single: dict[int, int] = {}
    for tag, value in struct.iter_unpack(layout, data):
        if tag == 0:
            break
        if tag == 1:
            needed.append(value)
        elif tag in (5, 10, 14, 15, 29):
            single[tag] = value
    if not needed and 14 not in single:
        return "", (), ""
    address = single.get(5, -1)
    start = next((o + address - a for a, o, length in loads if a <= address < a + length), -1)
    if start < 0 or len(needed) > _LIMIT:
        raise BinaryError("the string table is nowhere")
    wanted = [*needed, *(single[t] for t in (14, 15, 29) if t in single)]
    low, high = min(wanted), max(wanted)
    if high >= single.get(10, 1 << 32):
        raise BinaryError("a name lies outside the string table")
    if high - low < _TABLE:
        block = source.some(start + low, high - low + 1024)
        names = {w: _text(block[w - low :][:1024]) for w in wanted}
    else:
        names = {w: source.text(start + w) for w in wanted}
    runpath = names.get(single.get(29, single.get(15, -1)), "")
    return names.get(single.get(14, -1), ""), tuple(names[n] for n in needed), runpath


def _note(data: bytes, order: str) -> tuple[str, str]:
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


def _sections(source: _Source, offset: int, layout: _Layout, order: str) -> tuple[tuple[int, int], ...]:
    """The read-only data sections; empty for a file whose section table was stripped or is broken."""
    size, count, names = struct.unpack_from(order + layout.section_places, source.head)
    if not offset or size != layout.section_size or not 0 < count <= _LIMIT or names >= count:
        return ()
    try:
        rows = list(struct.iter_unpack(order + layout.section, source.at(offset, size * count)))
        words = source.at(rows[names][2], min(rows[names][3], _TABLE))
    except BinaryError:
        return ()
    return tuple(
        (start, length) for name, _, start, length in rows if _text(words[name : name + 64]).startswith(_TEXTS)
    )


def _slow_elf(source: _Source) -> Binary:
    from elftools.common.exceptions import ELFError
    from elftools.elf.dynamic import DynamicSegment
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(cast("IO[bytes]", _Stream(source)))
        soname = runpath = ""
        needed: list[str] = []
        loads: list[tuple[int, int]] = []
        if elf.num_segments() > _LIMIT:
            raise BinaryError("odd program headers")
        for segment in elf.iter_segments():
            if segment["p_type"] == "PT_LOAD":
                loads.append((segment["p_offset"], segment["p_filesz"]))
            if isinstance(segment, DynamicSegment) and segment["p_filesz"] <= _TABLE:
                for tag in segment.iter_tags():
                    kind = tag.entry.d_tag
                    if kind == "DT_NEEDED" and len(needed) < _LIMIT:
                        needed.append(str(getattr(tag, "needed", "")))
                    elif kind == "DT_SONAME":
                        soname = str(getattr(tag, "soname", ""))
                    elif kind in ("DT_RUNPATH", "DT_RPATH"):
                        runpath = str(getattr(tag, "runpath", "") or getattr(tag, "rpath", ""))
        texts = [
            (s["sh_offset"], s["sh_size"])
            for s in (elf.iter_sections() if elf.num_sections() <= _LIMIT else ())
            if s.name.startswith(_TEXTS)
        ]
    except ReadError:
        raise
    # pyelftools checks little of what it reads: a broken file ends it in many ways.
    except (ELFError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError, TypeError) as error:
        raise BinaryError(f"elf: {error}") from error
    except (ValueError, MemoryError, RecursionError, struct.error) as error:
        raise BinaryError(f"elf: {error}") from error
    return Binary(format="elf", soname=soname, needed=tuple(needed), runpath=runpath, texts=tuple(texts or loads))


class _Stream:
    """A binary as the seekable stream that pyelftools asks for."""

    def __init__(self, source: _Source) -> None:
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
        """Up to `count` bytes; more than 16 MiB at once are never a header or a name."""
        left = max(self._size - self._at, 0)
        count = left if count is None or count < 0 else min(count, left)
        if count > 1 << 24:
            raise OSError("too large a piece")
        data = self._source.some(self._at, count) if count else b""
        self._at += len(data)
        return data


# -- PE: Microsoft, "PE Format" --------------------------------------------------------------------------------------


def _pe(source: _Source) -> Binary:
    start = struct.unpack_from("<I", source.head, 0x3C)[0]
    head = source.at(start, 24)
    count, optional = struct.unpack_from("<6xH12xH", head)
    if head[:4] != b"PE\0\0" or count > _LIMIT:
        raise BinaryError("pe: an MZ file without PE header")
    fields = source.at(start + 24, optional)
    directories = {0x10B: 96, 0x20B: 112}.get(struct.unpack_from("<H", fields)[0], 0)
    if not directories or len(fields) < directories + 16:
        raise BinaryError("pe: odd optional header")
    sections = []
    texts = []
    rows = struct.iter_unpack("<8sIIII16x", source.at(start + 24 + optional, 40 * count))
    for name, size, address, raw, offset in rows:
        sections.append((address, max(size, raw), offset))
        if _text(name) in (".rdata", ".data"):
            texts.append((offset, raw))
    exports, _, imports, length = struct.unpack_from("<IIII", fields, directories)
    soname = ""
    if exports:
        soname = source.text(_raw(sections, struct.unpack("<I", source.at(_raw(sections, exports) + 12, 4))[0]))
    needed = []
    if imports:
        at = _raw(sections, imports)
        for row in range(min(length // 20 or _LIMIT, _LIMIT)):
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


# -- Mach-O: Apple, <mach-o/loader.h> and <mach-o/fat.h> ---------------------------------------------------------------


def _macho(source: _Source) -> Binary:
    start = 0
    if source.head[:3] == b"\xca\xfe\xba":
        # Slices of a fat file are the same library for other processors: the first speaks for all.
        wide = source.head[3] == 0xBF
        start = struct.unpack_from(">8xQ" if wide else ">8xI", source.head, 8)[0]
    head = source.at(start, 32)
    order = "<" if head[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe") else ">"
    word, count, length = struct.unpack_from(order + "I12xII", head)
    if word not in (0xFEEDFACF, 0xFEEDFACE) or count > 4 * _LIMIT:
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
        kind &= 0x7FFFFFFF
        if kind in (0xC, 0xD, 0x18, 0x1C, 0x1F, 0x23):
            name = _text(body[struct.unpack_from(order + "I", body, 8)[0] :])
            if kind == 0xD:
                soname = name
            elif kind == 0x1C:
                runpath = runpath or name
            else:
                needed.append(name)
        elif kind in (1, 0x19):
            texts += [(start + o, n) for o, n in _cstrings(body, order, wide=kind == 0x19)]
        at += size
    return Binary(format="macho", soname=soname, needed=tuple(needed), runpath=runpath, texts=tuple(texts))


def _cstrings(body: bytes, order: str, *, wide: bool) -> Iterator[tuple[int, int]]:
    """The sections of one segment that hold strings and constants."""
    first, size = (72, 80) if wide else (56, 68)
    count = struct.unpack_from(order + "I", body, first - 8)[0]
    for row in range(min(count, _LIMIT)):
        at = first + row * size
        if body[at : at + 16].rstrip(b"\0") in (b"__cstring", b"__const"):
            length, offset = (
                struct.unpack_from(order + "QI", body, at + 40)
                if wide
                else struct.unpack_from(order + "II", body, at + 36)
            )
            yield offset, length
