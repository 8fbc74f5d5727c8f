"""
Find what this installation is made of: the shipped data, the files that an
answer depends on, and the folder of kept results.

The shipped data is beside the package in a wheel, and one level up in a
checkout or an editable install.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from licensescan.base.portable import HAS_USERS, user_id

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_TOML = ".toml"
_LIBRARIES = ("site-packages", "dist-packages")


@cache
def data_folder(name: str) -> Path:
    """
    Return the folder `rules` or `corpus` that belongs to this installation.

    hatchling's `force-include` puts both into the package in a wheel; an
    editable install has no such mapping, so the checkout's top level is looked
    at second. Raises `FileNotFoundError` when neither is there.
    """
    from pathlib import Path

    return Path(data_path(name))


def data_path(name: str) -> str:
    """
    Return `data_folder` as a string, without the import of pathlib (6 ms).
    """
    for folder in (_PACKAGE, os.path.dirname(_PACKAGE)):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            return path
    raise FileNotFoundError(
        f"licensescan's data folder {name!r} is missing from {_PACKAGE}"
    )


def read_data(folder: str, *names: str) -> bytes:
    """
    Return the bytes of a file of `rules` or `corpus`, without the import of
    pathlib.
    """
    with open(os.path.join(data_path(folder), *names), "rb") as file:
        return file.read()


_CORPUS = ("index.bin", "residue.bin")
"""What `make corpus` and `make residue` compile."""


@cache
def build_id() -> str:
    """
    Return sixteen hex digits that change with any file of this installation
    (code, rules, index), with Python and with its libraries.

    They are made of the names, sizes and times of 800 files, which costs 3 ms;
    reading the files would cost 40 ms.
    """
    import hashlib

    stamps = [*_stamps_below(_PACKAGE), *_stamps_below(data_path("rules"))]
    lines = [sys.version, *sorted(stamps)]
    corpus = data_path("corpus")
    lines += [_stamp(os.path.join(corpus, name)) for name in _CORPUS]
    # The folder of libraries changes when one is installed, removed or
    # replaced.
    lines += [_stamp(p) for p in sys.path if os.path.basename(p) in _LIBRARIES]
    joined = "\n".join(lines).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()[:16]


@cache
def content_id() -> str:
    """
    Return sixteen hex digits that change with the contents of this
    installation's code and rules: the same for the same version wherever and
    whenever it was installed.

    It reads what `build_id` only looks at (40 ms), for what is dear to lose.
    """
    import hashlib

    digest = hashlib.sha256()
    for top in (_PACKAGE, data_path("rules")):
        for path in sorted(_files_below(top)):
            with open(path, "rb") as file:
                content = hashlib.sha256(file.read()).hexdigest()
            name = os.path.relpath(path, top).replace(os.sep, "/")
            digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()[:16]


def _files_below(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry.path
            elif entry.name not in ("__pycache__", "corpus", "rules"):
                yield from _files_below(entry.path)


def _stamps_below(folder: str) -> Iterator[str]:
    for path in _files_below(folder):
        yield _line(path, os.stat(path))


def _stamp(path: str) -> str:
    try:
        return _line(path, os.stat(path))
    except OSError:
        return f"{path} -"


def _line(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def table_sizes(folder: str, prefix: str = "") -> Iterator[str]:
    """
    Yield each TOML file below `folder` and its size: `checks/evidence.toml
    2048`.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from table_sizes(entry.path, f"{prefix}{entry.name}/")
            elif entry.name.endswith(_TOML):
                yield f"{prefix}{entry.name} {entry.stat().st_size}"


def table_names(folder: str) -> list[str]:
    """Return the names of the TOML files in `folder`, without their ending."""
    names = os.listdir(folder)
    return [name.removesuffix(_TOML) for name in names if name.endswith(_TOML)]


def cache_folder(variables: Mapping[str, str]) -> str | None:
    """
    Return the folder of kept results: `$LICENSESCAN_CACHE_DIR`, else below
    `$XDG_CACHE_HOME`, `~/.cache` or `%LOCALAPPDATA%`; None when no variable
    says where.

    A relative `$XDG_CACHE_HOME` is ignored, as its specification says: it
    would be a folder of the project that is judged.
    """
    named = variables.get("LICENSESCAN_CACHE_DIR")
    if named:
        return named
    home = variables.get("HOME")
    caches: str | None = variables.get("XDG_CACHE_HOME", "")
    if not (caches and os.path.isabs(caches)):
        caches = None
    if not caches and home:
        # The same on macOS: one place to keep between jobs of CI.
        caches = os.path.join(home, ".cache")
    caches = caches or variables.get("LOCALAPPDATA")
    return os.path.join(caches, "licensescan") if caches else None


def make_private(folder: str) -> bool:
    """
    Make `folder` if need be. Return True if it is the user's own and nobody
    else may write into it.
    """
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.stat(folder)
    except OSError:
        return False
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user_id():
        return False
    if not HAS_USERS:
        return True  # what the modes say there is made up
    return not stat.S_IMODE(status.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)
