"""
A process that takes itself to be on Windows, as far as files go: `os.sep` is a
backslash, `os.path` is ntpath, every path begins with `C:`, names are found in
any case, and what only POSIX has is gone. The files lie where they are.

Run as `python windows.py ARGUMENT...` in the place of licensescan.
"""

from __future__ import annotations

import builtins
import io
import ntpath
import os
import posixpath
import sys
import types
from typing import Any

POSIX = (
    "O_NOFOLLOW",
    "O_NONBLOCK",
    "O_CLOEXEC",
    "geteuid",
    "getuid",
    "pread",
    "link",
    "fchmod",
    "fork",
    "sched_getaffinity",
)
_REAL = {
    name: getattr(os, name)
    for name in (
        *("open", "stat", "lstat", "listdir", "scandir", "mkdir", "unlink"),
        *(
            "readlink",
            "rmdir",
            "chmod",
            "utime",
            "access",
            "replace",
            "rename",
        ),
        "getcwd",
    )
}
_OPEN = io.open


def here(path: Any) -> Any:
    """Return the path of the machine for one of Windows, in any case."""
    if not isinstance(path, (str, os.PathLike)):
        return path
    plain = os.fspath(path)
    if not isinstance(plain, str):
        return path
    if plain[1:2] == ":":
        plain = plain[2:]
    plain = plain.replace("\\", "/")
    return plain if os_exists(plain) else _in_any_case(plain)


def os_exists(path: str) -> bool:
    try:
        _REAL["lstat"](path)
    except (OSError, ValueError):
        return False
    return True


def _in_any_case(path: str) -> str:
    done = "/" if path.startswith("/") else ""
    for piece in path.split("/"):
        full = posixpath.join(done, piece)
        if piece and not os_exists(full):
            try:
                names = _REAL["listdir"](done or ".")
            except OSError:
                names = []
            same = [n for n in names if n.lower() == piece.lower()]
            full = posixpath.join(done, *(same[:1] or [piece]))
        done = full
    return done


def there(path: str) -> str:
    """Return the path of Windows for one of the machine."""
    return "C:" + path.replace("/", "\\") if path.startswith("/") else path


def _mapped(name: str, count: int) -> Any:
    real = _REAL[name]

    def call(*args: Any, **more: Any) -> Any:
        return real(*map(here, args[:count]), *args[count:], **more)

    return call


def _path() -> types.ModuleType:
    module = types.ModuleType("ntpath")
    module.__dict__.update(vars(ntpath))

    def absolute(path: Any) -> str:
        joined = ntpath.join(there(_REAL["getcwd"]()), os.fspath(path))
        return ntpath.normpath(there(joined))

    def real(path: Any, *, strict: bool = False) -> str:
        return there(posixpath.realpath(here(absolute(path)), strict=strict))

    def relative(path: Any, start: Any = ".") -> str:
        inside = posixpath.relpath(here(absolute(path)), here(absolute(start)))
        return inside.replace("/", "\\")

    module.__dict__.update(
        abspath=absolute,
        realpath=real,
        relpath=relative,
        exists=lambda p: posixpath.exists(here(p)),
        lexists=lambda p: posixpath.lexists(here(p)),
        isfile=lambda p: posixpath.isfile(here(p)),
        isdir=lambda p: posixpath.isdir(here(p)),
        islink=lambda p: posixpath.islink(here(p)),
        getsize=lambda p: posixpath.getsize(here(p)),
        samefile=lambda a, b: posixpath.samefile(here(a), here(b)),
    )
    return module


def pretend() -> None:
    """Turn this process into one of Windows."""
    # What the standard library looks at while it is imported.
    import random
    import shutil
    import sqlite3
    import subprocess
    import tarfile
    import tempfile
    import zipfile

    tempfile.gettempdir()
    for module in (random, shutil, sqlite3, subprocess, tarfile, zipfile):
        assert module
    for name in _REAL:
        if name != "getcwd":
            count = 2 if name in ("replace", "rename") else 1
            setattr(os, name, _mapped(name, count))
    os.getcwd = lambda: there(_REAL["getcwd"]())
    builtins.open = io.open = lambda f, *a, **k: _OPEN(here(f), *a, **k)  # type: ignore[assignment]
    os.path = _path()  # type: ignore[assignment]
    os.sep, os.altsep, os.pathsep = "\\", "/", ";"
    for name in POSIX:
        if hasattr(os, name):
            delattr(os, name)


if __name__ == "__main__":
    from pathlib import Path  # noqa: F401 - looks at os while it is imported

    import click  # noqa: F401
    import importlib_metadata  # noqa: F401
    import tomli  # noqa: F401

    pretend()
    from licensescan.cli import main

    sys.exit(main(sys.argv[1:]))
