"""
An npm package (`npm pack`, the registry's .tgz): package.json, license files, and
PATENTS beside them.

Packages that it bundles (`node_modules` inside) are parts on their own terms.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from licensescan.collect.trees.source_tree import component_of
from licensescan.model.types import Component, IncompleteError, Problem, Purl
from licensescan.reader import FolderFiles, ReadError, open_files

_MANIFEST = "package.json"
_FIRST = re.compile(rb"(?:\./)?(?:PaxHeaders?[^/]*/)?package/")
_BUNDLED = re.compile(r"(?:^|/)node_modules/(?:@[^/]+/)?[^/]+/package\.json$")


def matches(path: str) -> bool:
    """
    Whether the file is a .tgz whose first member stands in the folder `package/`, as
    npm packs it.
    """
    if not path.lower().endswith((".tgz", ".tar.gz")) or not os.path.isfile(path):
        return False
    folder, name = os.path.split(os.path.realpath(path))
    try:
        start = FolderFiles(folder).read_at(name, 0, 8192)
        first = zlib.decompressobj(wbits=31).decompress(start, 512)
    except (ReadError, zlib.error):
        return False
    return _FIRST.match(first) is not None


def collect(path: str) -> Iterator[Component]:
    """
    The one package at `path`. Raises `IncompleteError` when it holds no package.json.
    """
    files = open_files(path)
    paths = list(files.paths())
    tops = sorted(
        {
            p.split("/", 1)[0] + "/"
            for p in paths
            if p.count("/") == 1 and p.endswith(f"/{_MANIFEST}")
        }
    )
    if not tops:
        raise IncompleteError(f"{path}: no npm package: there is no package.json")
    # npm takes the first folder off whatever its name; `package` is what `npm pack`
    # writes.
    prefix = "package/" if "package/" in tops else tops[0]
    bundled = sorted(
        (p.removesuffix(_MANIFEST) for p in paths if _BUNDLED.search(p)),
        key=len,
        reverse=True,
    )
    parts = []
    for folder in bundled:
        inside = [p for p in paths if p.startswith(folder)]
        taken = set(inside)
        paths = [p for p in paths if p not in taken]
        parts.append(
            component_of(files, inside, folder, folder.rstrip("/").rsplit("/", 1)[-1])
        )
    whole = component_of(files, paths, prefix, os.path.basename(path).rsplit(".", 1)[0])
    named = (
        replace(
            p,
            purl=Purl(f"{whole.purl}#{p.path}"),
            relation="vendored",
            problems=_told_once(p, whole),
        )
        for p in parts
    )
    yield replace(whole, parts=(*whole.parts, *named))


def _told_once(part: Component, whole: Component) -> tuple[Problem, ...]:
    """What is odd about the archive itself is said of the whole only."""
    return tuple(p for p in part.problems if p not in whole.problems)
