"""
Inflate a member of a zip piece by piece, whatever its method.

`zipfile` gives the libraries of bzip2 and LZMA no limit: 4 KiB of theirs can
inflate to gigabytes before the first byte is handed out.
"""

from __future__ import annotations

import bz2
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

_FEED = 32 << 10
"""Stored bytes that are fetched at once."""

_CHUNK = 1 << 20
"""Bytes that are inflated at once."""

_LZMA_MOST = 64 << 20
"""Bytes that an LZMA stream may want to remember."""


class _Decompressor(Protocol):
    """What bzip2 and LZMA have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Deflated:
    """A raw deflate stream in the shape of the others."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        """True behind the end of the stream."""
        return self._inflater.eof

    @property
    def needs_input(self) -> bool:
        """True if nothing of what was given is left."""
        return not self._inflater.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return up to `max_length` bytes of what was given so far."""
        feed = self._inflater.unconsumed_tail + data
        return self._inflater.decompress(feed, max_length)


class _Lzma:
    """A member in LZMA: its header says how the stream is read."""

    def __init__(self) -> None:
        self._head = b""
        self._stream: lzma.LZMADecompressor | None = None

    @property
    def eof(self) -> bool:
        """True behind the end of the stream."""
        return self._stream is not None and self._stream.eof

    @property
    def needs_input(self) -> bool:
        """True if nothing of what was given is left."""
        return self._stream is None or self._stream.needs_input

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """
        Return up to `max_length` bytes of what was given so far. Raises
        `LZMAError` when it wants too much memory.
        """
        if self._stream is not None:
            return self._stream.decompress(data, max_length)
        self._head += data
        size = int.from_bytes(self._head[2:4], "little")
        if len(self._head) < 4 + size or size < 5:
            return b""
        self._stream = _raw_lzma(self._head[4 : 4 + size])
        return self._stream.decompress(self._head[4 + size :], max_length)


def _raw_lzma(properties: bytes) -> lzma.LZMADecompressor:
    """
    Return the decompressor for properties as LZMA's own files have them: one
    byte for lc, lp and pb, four for the size of the dictionary.
    """
    dictionary = int.from_bytes(properties[1:5], "little")
    if dictionary > _LZMA_MOST:
        raise lzma.LZMAError(f"wants a dictionary of {dictionary} bytes")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    how = {
        "id": lzma.FILTER_LZMA1,
        "dict_size": dictionary,
        "lc": lc,
        "lp": lp,
        "pb": pb,
    }
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[how])


_METHODS: dict[int, Callable[[], _Decompressor]] = {
    zipfile.ZIP_DEFLATED: _Deflated,
    zipfile.ZIP_BZIP2: bz2.BZ2Decompressor,
    zipfile.ZIP_LZMA: _Lzma,
}


def inflated(
    method: int, fetch: Callable[[int, int], bytes], stored: int, count: int
) -> bytes:
    """
    Return the first `count` bytes of a member of `stored` bytes, which
    `fetch(offset, count)` reads; fewer where it ends, and never more is
    inflated.

    Raises `NotImplementedError` for a method that is not known, and the errors
    of its library.
    """
    if method == zipfile.ZIP_STORED:
        return fetch(0, min(count, stored))
    if method not in _METHODS:
        raise NotImplementedError(f"compression method {method}")
    return b"".join(_pieces(_METHODS[method](), fetch, stored, count))


def _pieces(
    stream: _Decompressor,
    fetch: Callable[[int, int], bytes],
    stored: int,
    count: int,
) -> Iterator[bytes]:
    fed = 0
    while count > 0 and not stream.eof:
        feed = b""
        if stream.needs_input:
            feed = fetch(fed, min(_FEED, stored - fed))
            fed += len(feed)
            if not feed:
                return
        data = stream.decompress(feed, min(count, _CHUNK))
        count -= len(data)
        yield data
