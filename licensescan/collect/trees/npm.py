"""
An npm package (`npm pack`, the registry's .tgz): package.json, license files,
and PATENTS beside them.

Packages that it bundles (`node_modules` inside) are parts on their own terms.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from licensescan.collect.trees.source_tree import component_of
from licensescan.model.types import Component, IncompleteError
from licensescan.reader import Files, FolderFiles, ReadError, open_files
from licensescan.standards.purl import part_purl

_MANIFEST = "package.json"
_FIRST = re.compile(rb"(?:\./)?(?:PaxHeaders?[^/]*/)?package/")
_BUNDLED = re.compile(r"(?:^|/)node_modules/(?:@[^/]+/)?[^/]+/package\.json$")


def matches(path: str) -> bool:
    """
    Return True for a .tgz whose first member stands in the folder `package/`,
    as npm packs it.
    """
    if not path.lower().endswith((".tgz", ".tar.gz")) or not os.path.isfile(
        path
    ):
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
    Yield the one package at `path`. Raises `IncompleteError` when it holds no
    package.json.
    """
    found = components(open_files(path), path)
    if not found:
        raise IncompleteError(
            f"{path}: no npm package: there is no package.json"
        )
    yield from found


def components(files: Files, path: str) -> list[Component]:
    """
    Return the one npm package whose members are `files`; none when it holds no
    package.json. Never raises.
    """
    rest = list(files.paths())
    prefix = _top_of(rest)
    if not prefix:
        return []
    bundled = []
    for folder in _bundled_folders(rest):
        inside = [p for p in rest if p.startswith(folder)]
        rest = [p for p in rest if not p.startswith(folder)]
        name = os.path.basename(folder.rstrip("/"))
        bundled.append(component_of(files, inside, folder, name))
    name = os.path.basename(path).rsplit(".", 1)[0]
    whole = component_of(files, rest, prefix, name)
    parts = [_part(component, whole) for component in bundled]
    return [replace(whole, parts=(*whole.parts, *parts))]


def _top_of(paths: Sequence[str]) -> str:
    """
    Return the folder, with its slash, that is the package's top, or "". npm
    takes the first folder off whatever its name; `package` is what `npm pack`
    writes.
    """
    manifests = [path for path in paths if path.endswith(f"/{_MANIFEST}")]
    tops = [p.removesuffix(_MANIFEST) for p in manifests if p.count("/") == 1]
    return "package/" if "package/" in tops else min(tops, default="")


def _bundled_folders(paths: Sequence[str]) -> list[str]:
    """Return the folders of bundled packages, the innermost first."""
    folders = [p.removesuffix(_MANIFEST) for p in paths if _BUNDLED.search(p)]
    return sorted(
        folders,
        key=len,
        reverse=True,
    )


def _part(bundled: Component, whole: Component) -> Component:
    """
    Return a bundled package as a part. What is odd about the archive itself is
    said of the whole only.
    """
    return replace(
        bundled,
        purl=part_purl(whole.purl, bundled.path),
        relation="vendored",
        problems=tuple(p for p in bundled.problems if p not in whole.problems),
    )
