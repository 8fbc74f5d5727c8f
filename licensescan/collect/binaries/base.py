"""
Provide what the readers of all formats share: the answer, the limits, and a
file of which the head is at hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from licensescan.reader import Files

HEAD = 4096
"""
Bytes that hold the headers of nearly every binary; anything else is read where
it lies.
"""

TABLE = 1 << 16
"""Bytes of a table of names or notes beyond which it is not believed."""

FAR = 1 << 60
"""
No file is as long: offsets beyond this would not even reach the system call.
"""

LIMIT = 512
"""Needed libraries, sections or load commands beyond this are not believed."""


_PIECE = 1 << 24
"""Bytes that are read at once: more are never headers."""


class BinaryError(ValueError):
    """Raised for bytes that begin like a binary and do not go on like one."""


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Binary:
    """
    What a binary says of itself. `format` is `elf`, `pe`, `macho` or
    `archive`.

    `soname` is the name that it gives itself, `needed` what it loads,
    `runpath` where it looks for them. `package` and `version` come from a
    packager's note. `texts` are the `(offset, size)` ranges of the file that
    hold its strings, `crates` that of the list of a Rust build.
    """

    format: str
    soname: str = ""
    needed: tuple[str, ...] = ()
    runpath: str = ""
    package: str = ""
    version: str = ""
    texts: tuple[tuple[int, int], ...] = ()
    crates: tuple[int, int] = (0, 0)


class Source:
    """A file of which the head is at hand."""

    def __init__(self, files: Files, path: str, head: bytes) -> None:
        self.files = files
        self.path = path
        self.head = head

    def at(self, offset: int, count: int) -> bytes:
        """
        Return `count` bytes. Raises `BinaryError` when the file has fewer.
        """
        if not 0 <= count <= _PIECE:
            raise BinaryError("a size is out of bounds")
        if offset >= 0 and offset + count <= len(self.head):
            return self.head[offset : offset + count]
        data = self.some(offset, count)
        if len(data) < count:
            raise BinaryError("the file ends too early")
        return data

    def some(self, offset: int, count: int) -> bytes:
        """
        Return up to `count` bytes. Raises `BinaryError` for an offset that no
        file can have.
        """
        if not 0 <= offset < FAR:
            raise BinaryError("an offset is out of bounds")
        return self.files.read_at(self.path, offset, count)

    def text(self, offset: int, longest: int = 256) -> str:
        """
        Return the NUL-ended string at `offset`, cut off at `longest` bytes.
        """
        if offset >= 0 and offset + longest <= len(self.head):
            return text_of(self.head[offset : offset + longest])
        return text_of(self.some(offset, longest))


def text_of(data: bytes) -> str:
    """Return the NUL-ended string at the start of `data`."""
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")
