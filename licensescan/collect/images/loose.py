"""
Libraries that lie in a file system and that no package manager knows: what
`make install` or `COPY` put there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator

from licensescan.collect.images.packages import Installed
from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import FileTree
from licensescan.standards.purl import purl

_LIBRARY = re.compile(r"(?P<stem>.*/(?:[^/]+?)\.so)(?:\.[\w.]+)?$")
_STANDARD_LIBRARY = re.compile(r"(?:^|/)lib(?:64)?/python\d[^/]*/")
_TOLD = 5
"""Libraries that a message names."""

_MERGED = "usr/"
"""`/lib` is a link to `/usr/lib`, and lists of packages say either."""


def loose_libraries(
    files: FileTree,
    paths: Iterable[str],
    owned: Collection[str],
) -> Iterator[Installed]:
    """
    Yield a component for each folder with libraries among `paths` that are
    none of those `owned` by packages: what is known of them is a part, and of
    what is not known a problem says that it is there.
    """
    known = {m["stem"] for p in owned if (m := _LIBRARY.match(p))}
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        match = _LIBRARY.match(path)
        if match is None or _STANDARD_LIBRARY.search(path):
            continue
        stem = match["stem"]
        # A name beside the one that is listed is a link that ldconfig made.
        names = {stem, stem.removeprefix(_MERGED), f"{_MERGED}{stem}"}
        if known.isdisjoint(names):
            by_folder.setdefault(os.path.dirname(path), []).append(path)
    for folder, found in by_folder.items():
        yield Installed(component=_folder(files, folder, found), path=found[0])


def _folder(
    files: FileTree,
    folder: str,
    paths: list[str],
) -> Component:
    contents = _survey(files, folder, paths)
    unknown = [p for p in paths if not _survey(files, folder, [p]).parts]
    problems = [*contents.problems, *_unlisted(unknown)]
    return Component(
        purl=purl("generic", folder),
        name=f"libraries in /{folder}",
        version="",
        kind="native",
        path=folder,
        evidence=tuple(contents.evidence),
        parts=tuple(contents.parts),
        problems=tuple(dict.fromkeys(problems)),
        note="no package manager knows them",
        is_empty=True,
    )


def _survey(
    files: FileTree,
    folder: str,
    paths: list[str],
) -> Contents:
    return survey(
        files,
        paths,
        purl=purl("generic", folder),
        name=f"libraries in /{folder}",
        prefix=f"{folder}/",
        with_headers=False,
    )


def _unlisted(unknown: list[str]) -> Iterator[Problem]:
    """Yield a problem that names the libraries that nobody knows."""
    if unknown:
        names = [os.path.basename(path) for path in unknown]
        more = f" and {len(names) - _TOLD} more" if names[_TOLD:] else ""
        yield Problem(
            rule=RuleId.NATIVE_UNLISTED,
            path=unknown[0],
            message=f"nothing says what it is: {', '.join(names[:_TOLD])}{more}",
        )
