"""
Read the compiled index as a memory map, section by section, so that an answer
touches only what it needs.

Layout, little-endian: the magic `LSIX`, a format version and the number of
sections (`<4sHH`), then one row a section (`<8sQQ`: name, offset, length),
then the sections. `corpus/build.py` writes it; no section holds words of a
text, only their CRC-32 sums and numbers made of them.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from functools import cache

from licensescan.base.installation import data_path
from licensescan.model.errors import LicensescanError

MAGIC = b"LSIX"
FORMAT = 6
_HEAD = struct.Struct("<4sHH")
_ROW = struct.Struct("<8sQQ")


class CorpusError(LicensescanError):
    """
    Raised when the index is missing, cut short or of another format than this
    version of licensescan reads.
    """


def pack(sections: Mapping[str, bytes]) -> bytes:
    """
    Return the bytes of an index file with these sections (names of at most 8
    ASCII letters), in the order given; each begins at a multiple of 8.
    """
    start = _HEAD.size + _ROW.size * len(sections)
    start += -start % 8
    head = bytearray(_HEAD.pack(MAGIC, FORMAT, len(sections)))
    body = bytearray()
    for name, data in sections.items():
        body += bytes(-len(body) % 8)
        head += _ROW.pack(name.encode("ascii"), start + len(body), len(data))
        body += data
    padding = bytes(start - len(head))
    return bytes(head + padding + body)


@cache
def sections() -> Mapping[str, memoryview]:
    """
    Return the sections of the installed index by name. Raises `CorpusError`
    for a file that is no index.
    """
    path = os.path.join(data_path("corpus"), "index.bin")
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        if size < _HEAD.size:
            raise CorpusError(f"{path}: no index")
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    magic, version, count = _HEAD.unpack_from(view)
    if magic != MAGIC or version != FORMAT:
        raise CorpusError(f"{path}: not an index of format {FORMAT}")
    by_name = {}
    for row in range(count):
        name, start, length = _ROW.unpack_from(
            view, _HEAD.size + row * _ROW.size
        )
        if start + length > size:
            raise CorpusError(f"{path}: cut short")
        by_name[name.rstrip(b"\0").decode("ascii")] = view[
            start : start + length
        ]
    return by_name


@cache
def version() -> str:
    """
    Return the version of the index, `<format>-<sum>`, from the sums of its
    sections that the build stored.
    """
    checksum = zlib.crc32(sections()["sums"])
    return f"{FORMAT}-{checksum:08x}"
