"""
A source distribution, or any archive of sources, judged without building it.

Building runs the author's code, and fails for the Python 2 era: the archive is
read instead. PKG-INFO is what the author's own build wrote; pyproject.toml,
setup.cfg and setup.py are read as text where it is absent.
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

_ENDINGS = re.compile(
    r"(?i)\.(?:tar\.(?:gz|bz2|xz|lzma)|tgz|tbz2?|txz|tar|zip)$"
)
_NOISE = re.compile(r"^(?:__MACOSX/|\._|pax_global_header$)|/\._[^/]*$")


def matches(path: str) -> bool:
    """
    Return True for a file that is named like an archive of sources and is no
    npm package.
    """
    is_archive = _ENDINGS.search(path) is not None and os.path.isfile(path)
    return is_archive and not npm.matches(path)


def collect(path: str) -> Iterator[Component]:
    """
    Yield the one component that the archive at `path` holds. Raises
    `IncompleteError` when it is empty or unreadable.
    """
    try:
        yield read(open_files(path), os.path.basename(path))
    except IncompleteError as error:
        if path in str(error):
            raise
        raise IncompleteError(f"{path}: {error}") from error


def components(files: Files, path: str) -> list[Component]:
    """
    Return the one component of the archive of sources whose members are
    `files`; none when it is empty. Never raises.
    """
    try:
        return [read(files, os.path.basename(path))]
    except IncompleteError:
        return []


def read(files: Files, name: str) -> Component:
    """
    Return the one component in `files`, an archive that is called `name`.
    Raises `IncompleteError` when it is empty.
    """
    paths = [path for path in files.paths() if not _NOISE.search(path)]
    if not paths:
        raise IncompleteError("the archive holds no file that can be read")
    prefix = _top_of(paths)
    fallback = prefix.rstrip("/") or _ENDINGS.sub("", name)
    return component_of(files, paths, prefix, fallback)


def _top_of(paths: Sequence[str]) -> str:
    """
    Return the folder (with its slash) that is the project's top: the one with
    the manifests, of two the one with more files; else the one that all files
    share; "" for the archive itself.
    """
    present = set(paths)
    if _has_manifest(present, ""):
        return ""
    sizes = Counter(p.partition("/")[0] + "/" for p in paths if "/" in p)
    folders = sorted(sizes)
    marked = [folder for folder in folders if _has_manifest(present, folder)]
    if marked:
        return max(marked, key=lambda folder: sizes[folder])
    is_shared = len(folders) == 1 and sizes[folders[0]] == len(paths)
    return folders[0] if is_shared else ""


def _has_manifest(present: set[str], folder: str) -> bool:
    return any(folder + mark in present for mark in MARKS)
