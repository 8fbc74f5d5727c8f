"""
What POSIX systems have and Windows lacks, each with something that does
instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

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


def slashed(path: str) -> str:
    """Return a path of this system as trees spell it, with slashes."""
    return path if os.sep == "/" else path.replace(os.sep, "/")


def is_below(path: str, top: str) -> bool:
    """Return True if `path` is `top` or below it, both spelled alike."""
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def shown_from(path: str, folder: str) -> str:
    """
    Return `path` as one says it in `folder`: from there if it is below, else
    as it is (two drives have no way between them).
    """
    try:
        inside = slashed(os.path.relpath(path, folder))
    except ValueError:
        return path
    return path if inside.split("/")[0] == ".." else inside


def cache_of(variables: Mapping[str, str], *name: str) -> str:
    """
    Return the folder in which a program keeps what it can do without, by the
    habits of this system; "" when no variable says where.
    """
    home = variables.get("HOME") or variables.get("USERPROFILE") or ""
    base = variables.get("XDG_CACHE_HOME", "")
    if not base and sys.platform == "win32":
        base = variables.get("LOCALAPPDATA", "")
    if not base and home:
        is_mac = sys.platform == "darwin"
        base = os.path.join(home, *_MAC_CACHES if is_mac else (".cache",))
    return os.path.join(base, *name) if base else ""


_MAC_CACHES = ("Library", "Caches")


def this_platform() -> str:
    """Return this machine as a tag of wheels names it: `linux_aarch64`."""
    uname = getattr(os, "uname", None)
    of_windows = "arm64" if "(ARM64)" in sys.version else "amd64"
    machine = uname().machine if uname else of_windows
    return f"{sys.platform}_{machine}".lower()


def user_id() -> int:
    """
    Return the number of the user, which `st_uid` of own files is; 0 on
    Windows.
    """
    return os.geteuid() if HAS_USERS else 0
