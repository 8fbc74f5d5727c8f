"""
Read what a native binary says of itself: format, name, what it loads, where
its strings lie. It is never run.

Imports `model` and `reader` alone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from licensescan.collect.binaries import elf, macho, pe
from licensescan.collect.binaries.base import (
    FAR,
    HEAD,
    Binary,
    BinaryError,
    Source,
)
from licensescan.model.kinds import RuleId
from licensescan.reader import Files, ReadError

_READERS = {"elf": elf.read, "pe": pe.read, "macho": macho.read}


_MAGIC = {
    b"\x7fELF": "elf",
    b"\xcf\xfa\xed\xfe": "macho",
    b"\xce\xfa\xed\xfe": "macho",
    b"\xfe\xed\xfa\xcf": "macho",
    b"\xfe\xed\xfa\xce": "macho",
}
_FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
_SLICES = 20
"""
Slices of a fat Mach-O file are fewer; a Java class has its version there.
"""

_STEP = 1 << 20
"""Bytes of strings that are read at once."""


def magic(head: bytes) -> str:
    """
    Return the format that the first bytes announce, or ""; a Java class shares
    its first four bytes with a fat Mach-O.
    """
    if head.startswith(b"MZ"):
        return "pe"
    if head.startswith(b"!<arch>\n"):
        return "archive"
    if (
        head.startswith(_FAT)
        and 0 < int.from_bytes(head[4:8], "big") < _SLICES
    ):
        return "macho"
    return _MAGIC.get(head[:4], "")


def read_binary(files: Files, path: str) -> Binary | None:
    """
    Return the binary at `path`; None for a file that does not begin like one.

    Raises `ReadError` when the file cannot be read, `BinaryError` when its
    headers make no sense.
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


def read_texts(
    files: Files,
    path: str,
    binary: Binary,
    limit: int,
) -> Iterator[bytes]:
    """
    Yield the bytes that hold the binary's strings, in pieces that overlap by 4
    KiB, `limit` bytes at most. Raises `ReadError` where the reader has kept
    less of the file.
    """
    whole = files.size(path)
    for start, size in binary.texts:
        if not start >= 0:
            continue
        at = start
        end = min(start + size, FAR)
        while at < end and limit > 0:
            before = max(at - HEAD, start)
            count = min(_STEP, end - at, limit) + HEAD
            piece = files.read_at(path, before, count)
            if piece:
                yield piece
            if before + len(piece) < min(before + count, whole):
                raise _cut(path, before + len(piece), whole)
            if not piece:
                break
            at += _STEP
            limit -= _STEP


def _cut(path: str, kept: int, size: int) -> ReadError:
    message = f"{size} bytes: only the first {kept} are at hand"
    return ReadError(RuleId.EVIDENCE_TRUNCATED, path, message)


__all__ = [
    "HEAD",
    "Binary",
    "BinaryError",
    "magic",
    "read_binary",
    "read_texts",
]
