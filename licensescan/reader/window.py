"""
A deflated member as something that can be read anywhere, without holding it.

Jars of 70 MB lie in wheels, and a zip's directory is at its end. The member is inflated
once from front to back while snapshots of the inflater (40 KB each) are kept; a later
read starts at the snapshot before it. Memory stays at about 10 MB whatever the member's
size, where holding it would cost all of that.
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
Bytes between two snapshots of a member up to 50 MB; longer ones get as many snapshots,
farther apart.
"""
_FEED = 32 << 10
_CHUNK = 256 << 10


class Inflated(io.RawIOBase):
    """
    The `size` bytes that a raw deflate stream of `stored` bytes holds, as a seekable
    read-only file.

    `fetch(offset, count)` reads the stored bytes; `charge(count)` is told of every byte
    that is inflated, and may raise to stop. Raises `zlib.error` and `EOFError` for a
    damaged stream.
    """

    def __init__(
        self,
        fetch: Callable[[int, int], bytes],
        stored: int,
        size: int,
        charge: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._fetch, self._stored, self._size, self._charge = (
            fetch,
            stored,
            size,
            charge,
        )
        self._step = max(_STEP, size // _SNAPSHOTS)
        self._starts = [0]
        self._states = [(0, zlib.decompressobj(-zlib.MAX_WBITS))]
        self._inflater, self._fed, self._at = self._states[0][1].copy(), 0, 0
        self._chunk, self._chunk_start = b"", 0
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always; only reading costs anything."""
        return True

    def tell(self) -> int:
        """The place of the next read."""
        return self._place

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place; nothing is inflated yet."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[
            whence
        ]
        self._place = max(0, base + place)
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's `WriteableBuffer` is no type at run time
        """Fill `buffer` from the place; short only at the end."""
        data = self.piece(self._place, len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def piece(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; short only at the end."""
        end = min(offset + count, self._size)
        found: list[bytes] = []
        while offset < end:
            self._move_to(offset)
            data = self._chunk[offset - self._chunk_start : end - self._chunk_start]
            found.append(data)
            offset += len(data)
        return found[0] if len(found) == 1 else b"".join(found)

    def _move_to(self, offset: int) -> None:
        """Make the chunk at hand one that holds `offset`."""
        if self._chunk_start <= offset < self._chunk_start + len(self._chunk):
            return
        nearest = bisect_right(self._starts, offset) - 1
        if offset < self._at or self._starts[nearest] > self._at:
            self._at = self._starts[nearest]
            self._fed, state = self._states[nearest]
            self._inflater = state.copy()
        while self._at <= offset:
            self._chunk_start, self._chunk = self._at, self._next()
            self._at += len(self._chunk)
            if self._at >= self._starts[-1] + self._step:
                self._starts.append(self._at)
                self._states.append((self._fed, self._inflater.copy()))

    def _next(self) -> bytes:
        """The next inflated bytes, never beyond the size that the directory states."""
        while True:
            feed = self._inflater.unconsumed_tail
            if not feed:
                feed = self._fetch(self._fed, min(_FEED, self._stored - self._fed))
                self._fed += len(feed)
            data = self._inflater.decompress(feed, min(_CHUNK, self._size - self._at))
            if data:
                self._charge(len(data))
                return data
            if self._inflater.eof or not feed:
                raise EOFError("the member ends early")
