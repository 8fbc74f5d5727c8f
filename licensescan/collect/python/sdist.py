"""
A source distribution, or any archive of sources, judged without building it.

Building runs the author's code, and fails for the Python 2 era: the archive is read
instead. PKG-INFO is what the author's own build wrote; pyproject.toml, setup.cfg and
setup.py are read as text where it is absent.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from licensescan.collect.trees import npm
from licensescan.collect.trees.manifests import MARKS
from licensescan.collect.trees.source_tree import component_of
from licensescan.model.types import Component, IncompleteError
from licensescan.reader import Files, open_files

_NAMES = re.compile(r"(?i)\.(?:tar\.(?:gz|bz2|xz|lzma)|tgz|tbz2?|txz|tar|zip)$")
_NOISE = re.compile(r"^(?:__MACOSX/|\._|pax_global_header$)|/\._[^/]*$")


def matches(path: str) -> bool:
    """Whether the file is named like an archive of sources and is no npm package."""
    return bool(_NAMES.search(path)) and os.path.isfile(path) and not npm.matches(path)


def collect(path: str) -> Iterator[Component]:
    """
    The one component that the archive at `path` holds. Raises `IncompleteError` when it
    is empty or unreadable.
    """
    try:
        yield read(open_files(path), os.path.basename(path))
    except IncompleteError as error:
        raise IncompleteError(
            str(error) if path in str(error) else f"{path}: {error}"
        ) from error


def read(files: Files, name: str) -> Component:
    """
    The one component in `files`, an archive that is called `name`. Raises
    `IncompleteError` when it is empty.
    """
    paths = [p for p in files.paths() if not _NOISE.search(p)]
    if not paths:
        raise IncompleteError("the archive holds no file that can be read")
    prefix = top_of(paths)
    return component_of(
        files, paths, prefix, prefix.rstrip("/") or _NAMES.sub("", name)
    )


def top_of(paths: Sequence[str]) -> str:
    """
    The folder (with its slash) that is the project's top: the one with manifests, else
    the shared one, or "".
    """
    present = set(paths)
    if any(mark in present for mark in MARKS):
        return ""
    folders = Counter(p.split("/", 1)[0] + "/" for p in paths if "/" in p)
    marked = [f for f in folders if any(f + mark in present for mark in MARKS)]
    if marked:
        return max(sorted(marked), key=lambda f: folders[f])
    return (
        next(iter(folders))
        if len(folders) == 1 and all("/" in p for p in paths)
        else ""
    )
