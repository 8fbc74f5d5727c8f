"""
Where this installation keeps things: the shipped data, what it is made of, and the
folder of remembered results.

The shipped data is beside the package in a wheel, and one level up in a checkout or an
editable install.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


@cache
def folder(name: str) -> Path:
    """
    The folder `rules` or `corpus` that belongs to this installation.

    hatchling's `force-include` puts both into the package in a wheel; an editable
    install has no such mapping, so the checkout's top level is looked at second. Raises
    `FileNotFoundError` when neither is there.
    """
    from pathlib import Path

    return Path(place_of(name))


def place_of(name: str) -> str:
    """`folder` as a string, for those who do without the import of pathlib (6 ms)."""
    for place in (_PACKAGE, os.path.dirname(_PACKAGE)):
        if os.path.isdir(os.path.join(place, name)):
            return os.path.join(place, name)
    raise FileNotFoundError(
        f"licensescan's data folder {name!r} is missing from {_PACKAGE}"
    )


@cache
def build() -> str:
    """
    Sixteen hex digits that change with any file of this installation (code, rules,
    index), with Python and libraries.

    Of the names, sizes and times of 800 files, which costs 3 ms; reading them would
    cost 40 ms.
    """
    import hashlib

    lines = [
        sys.version,
        *sorted(
            line for place in (_PACKAGE, place_of("rules")) for line in _stamps(place)
        ),
    ]
    index = os.path.join(place_of("corpus"), "index.bin")
    # The folder of libraries changes when one is installed, removed or replaced.
    libraries = (
        p for p in sys.path if os.path.basename(p) in ("site-packages", "dist-packages")
    )
    lines += [f"{path} {_times(path)}" for path in (index, *libraries)]
    return hashlib.sha256(
        "\n".join(lines).encode("utf-8", "surrogateescape")
    ).hexdigest()[:16]


def _stamps(place: str) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in ("__pycache__", "corpus", "rules"):
                    yield from _stamps(entry.path)
            else:
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def sizes(place: str, below: str = "") -> Iterator[str]:
    """Each TOML file below `place` with its size: `checks/evidence.toml 2048`."""
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from sizes(entry.path, f"{below}{entry.name}/")
            elif entry.name.endswith(".toml"):
                yield f"{below}{entry.name} {entry.stat().st_size}"


def tables(place: str) -> list[str]:
    """The names of the TOML files in a folder of ours, without their ending."""
    return [
        name.removesuffix(".toml")
        for name in os.listdir(place)
        if name.endswith(".toml")
    ]


def _times(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "-"
    return f"{found.st_size} {found.st_mtime_ns}"


def cache_folder(variables: Mapping[str, str]) -> str | None:
    """
    Where results are remembered: `$LICENSESCAN_CACHE_DIR`, else below `$XDG_CACHE_HOME`
    or `~/.cache`.
    """
    if variables.get("LICENSESCAN_CACHE_DIR"):
        return variables["LICENSESCAN_CACHE_DIR"]
    base = variables.get("XDG_CACHE_HOME") or (
        os.path.join(variables["HOME"], ".cache") if variables.get("HOME") else ""
    )
    return os.path.join(base, "licensescan") if base else None


def private(folder: str) -> bool:
    """
    Whether `folder`, which is made if need be, is the user's own and closed to the
    writing of others.
    """
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.stat(folder)
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.geteuid()
        and not stat.S_IMODE(found.st_mode) & 0o022
    )
