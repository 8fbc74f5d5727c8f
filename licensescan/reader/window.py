"""
Read bytes that are fetched piece by piece as a seekable file; inflate a member
without holding it.

Jars of 70 MB lie in wheels, and a zip's directory is at its end. The member is
inflated once from front to back while snapshots of the inflater (40 KB each)
are kept; a later read starts at the snapshot before it. Memory stays at about
10 MB whatever the member's size, where holding it would cost all of that.
"""

from __future__ import annotations

import io
import os
import zlib
from bisect import bisect_right
from collections.abc import Callable

_SNAPSHOTS = 200
_STEP = 256 << 10
"""
Bytes between two snapshots of a member up to 50 MB; longer ones get as many
snapshots, farther apart.
"""

_FEED = 32 << 10
"""Stored bytes that are fetched at once."""

_CHUNK = 256 << 10
"""Inflated bytes that are held."""


class Window(io.RawIOBase):
    """
    `size` bytes as a seekable read-only file; `piece(offset, count)` returns
    up to `count` of them, fewer only where that is cheaper or at the end.
    """

    def __init__(self, piece: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._piece = piece
        self._size = size
        self._offset = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True; only reading costs anything."""
        return True

    def tell(self) -> int:
        """Return the offset of the next read."""
        return self._offset

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to an offset and return it; nothing is read yet."""
        bases = {
            os.SEEK_SET: 0,
            os.SEEK_CUR: self._offset,
            os.SEEK_END: self._size,
        }
        self._offset = max(0, bases[whence] + offset)
        return self._offset

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's `WriteableBuffer` is no type at run time
        """Fill `buffer` from the offset, with as much as one piece gives."""
        count = max(0, min(len(buffer), self._size - self._offset))
        data = self._piece(self._offset, count)
        buffer[: len(data)] = data
        self._offset += len(data)
        return len(data)


class Inflated:
    """
    The `size` bytes that a raw deflate stream of `stored` bytes holds.

    `fetch(offset, count)` reads the stored bytes; `charge(count)` is called
    for all bytes that are inflated, and may raise to stop. Raises `zlib.error`
    and `EOFError` for a damaged stream.
    """

    def __init__(
        self,
        fetch: Callable[[int, int], bytes],
        stored: int,
        size: int,
        charge: Callable[[int], None],
    ) -> None:
        self.size = size
        self._fetch = fetch
        self._stored = stored
        self._charge = charge
        self._step = max(_STEP, size // _SNAPSHOTS)
        self._starts = [0]
        self._snapshots = [(0, zlib.decompressobj(-zlib.MAX_WBITS))]
        self._fed, inflater = self._snapshots[0]
        self._inflater = inflater.copy()
        self._at = 0
        self._chunk = b""
        self._chunk_start = 0

    def piece(self, offset: int, count: int) -> bytes:
        """Return up to `count` bytes from `offset`, fewer only at the end."""
        end = min(offset + count, self.size)
        pieces: list[bytes] = []
        while offset < end:
            self._move_to(offset)
            start = self._chunk_start
            pieces.append(self._chunk[offset - start : end - start])
            offset += len(pieces[-1])
        return b"".join(pieces)

    def _move_to(self, offset: int) -> None:
        """Make the chunk at hand one that holds `offset`."""
        if self._chunk_start <= offset < self._chunk_start + len(self._chunk):
            return
        nearest = bisect_right(self._starts, offset) - 1
        if offset < self._at or self._starts[nearest] > self._at:
            self._at = self._starts[nearest]
            self._fed, inflater = self._snapshots[nearest]
            self._inflater = inflater.copy()
        while self._at <= offset:
            self._chunk_start = self._at
            self._chunk = self._next()
            self._at += len(self._chunk)
            if self._at >= self._starts[-1] + self._step:
                self._starts.append(self._at)
                self._snapshots.append((self._fed, self._inflater.copy()))

    def _next(self) -> bytes:
        """
        Return the next inflated bytes, never beyond the size that was stated.
        """
        while True:
            feed = self._inflater.unconsumed_tail
            if not feed:
                feed = self._fetch(
                    self._fed, min(_FEED, self._stored - self._fed)
                )
                self._fed += len(feed)
            data = self._inflater.decompress(
                feed, min(_CHUNK, self.size - self._at)
            )
            if data:
                self._charge(len(data))
                return data
            if self._inflater.eof or not feed:
                raise EOFError("the member ends early")
