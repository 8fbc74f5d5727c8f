"""
What a native binary says of itself: format, name, what it loads, where its strings lie.
It is never run.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from licensescan.collect.binaries import elf, macho, pe
from licensescan.collect.binaries.base import FAR, HEAD, Binary, BinaryError, Source
from licensescan.reader import Files

_READERS = {"elf": elf.read, "pe": pe.read, "macho": macho.read}


def magic(head: bytes) -> str:
    """
    The format that the first bytes announce, or ""; a Java class shares its first four
    bytes with a fat Mach-O.
    """
    if head.startswith(b"\x7fELF"):
        return "elf"
    if head.startswith(b"MZ"):
        return "pe"
    if head[:4] in (
        b"\xcf\xfa\xed\xfe",
        b"\xce\xfa\xed\xfe",
        b"\xfe\xed\xfa\xcf",
        b"\xfe\xed\xfa\xce",
    ):
        return "macho"
    if (
        head[:4] in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
        and 0 < int.from_bytes(head[4:8], "big") < 20
    ):
        return "macho"
    return "archive" if head.startswith(b"!<arch>\n") else ""


def read_binary(files: Files, path: str) -> Binary | None:
    """
    The binary at `path`; None for a file that does not begin like one.

    Raises `ReadError` when the file cannot be read, `BinaryError` when its headers make
    no sense.
    """
    head = files.read_at(path, 0, HEAD)
    kind = magic(head)
    if not kind:
        return None
    if kind == "archive":
        return Binary(format="archive", texts=((0, files.size(path)),))
    source = Source(files, path, head)
    try:
        return _READERS[kind](source)
    except (struct.error, IndexError, OverflowError) as error:
        raise BinaryError(f"{kind}: {error}") from error


def read_texts(files: Files, path: str, binary: Binary, limit: int) -> Iterator[bytes]:
    """
    The bytes that hold the binary's strings, in pieces that overlap by 4 KiB, `limit`
    bytes at most.
    """
    step, overlap = 1 << 20, HEAD
    for start, size in binary.texts:
        at, end = start, min(start + size, FAR)
        while 0 <= start <= at < end and limit > 0:
            piece = files.read_at(
                path, max(at - overlap, start), min(step, end - at, limit) + overlap
            )
            if not piece:
                break
            yield piece
            at += step
            limit -= step


__all__ = ["HEAD", "Binary", "BinaryError", "magic", "read_binary", "read_texts"]
