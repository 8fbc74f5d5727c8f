"""
What POSIX systems have and Windows lacks, each with something that does
instead.
"""

from __future__ import annotations

import os

HAS_NOFOLLOW = hasattr(os, "O_NOFOLLOW")
"""
False where opening a link cannot be refused: ask `os.path.islink` before.
"""

HAS_USERS = hasattr(os, "geteuid")
"""
False where files have no owner by number (Windows): folders have lists of
rights.
"""

READ_ONLY = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOINHERIT", "O_BINARY"):
    READ_ONLY |= getattr(os, _name, 0)

READ_NO_LINK = READ_ONLY | getattr(os, "O_NOFOLLOW", 0)
"""
Flags that open a file to read it, as bytes, and no link where the system can
tell.
"""


def read_at(handle: int, count: int, offset: int) -> bytes:
    """Return up to `count` bytes from `offset` of an open file."""
    if hasattr(os, "pread"):
        return os.pread(handle, count, offset)
    os.lseek(handle, offset, os.SEEK_SET)
    return os.read(handle, count)


def user_id() -> int:
    """
    Return the number of the user, which `st_uid` of own files is; 0 on
    Windows.
    """
    return os.geteuid() if HAS_USERS else 0
