"""
What a user named -> targets: the lines of a list, what lies in a folder, or
what a pattern matches.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator

from licensescan.collect import CONTAINERS, kind_of
from licensescan.collect.python.prefix import inspect
from licensescan.fleet.values import Target
from licensescan.model.errors import UsageError
from licensescan.reader import FolderFiles, ReadError
from licensescan.resolver.project import find_project

_MOST_OF_A_LIST = 256 << 20
_PATTERN = frozenset("*?[")
_LISTS = (".txt", ".tsv", ".list", ".lst")

_ENDINGS = (
    *CONTAINERS,
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tar.xz",
    ".zip",
    ".deb",
)
"""Endings of the archives that a folder is searched for."""

_PASSED = ("__pycache__", ".git", "node_modules")
_IS_ALONE = ("image", "models")
"""Kinds of folders that are a target whole."""


def targets_in(source: str) -> list[Target]:
    """
    Return the targets that a list, a folder or a pattern names, each once, in
    the order of how they are shown. Raises `UsageError` for none.
    """
    found = {target.shown: target for target in _targets(source)}
    if not found:
        raise UsageError(f"{source}: names no target")
    return [found[shown] for shown in sorted(found)]


def _targets(path: str) -> Iterator[Target]:
    if os.path.isdir(path):
        yield from map(_target, _in_folder(path))
    elif _is_list(path):
        yield from _listed(path)
    elif os.path.lexists(path):
        yield _target(path)
    elif _PATTERN & set(path):
        yield from map(_target, glob.iglob(path, recursive=True))
    else:
        raise UsageError(f"{path}: there is no such list, folder or pattern")


def _target(path: str) -> Target:
    return Target(path=path, shown=path.rstrip("/") or path)


def _is_list(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    return path.lower().endswith(_LISTS) or kind_of(path) is None


def _listed(path: str) -> Iterator[Target]:
    """
    Yield the target of each line: its path, from the folder of the list, and
    behind a tab the environment that it belongs to.
    """
    folder, name = os.path.split(path)
    try:
        data = FolderFiles(folder or ".").read(name, _MOST_OF_A_LIST).data
    except ReadError as error:
        raise UsageError(f"{path}: {error.problem.message}") from error
    for row in data.decode("utf-8", "surrogateescape").splitlines():
        shown, _, environment = row.strip().partition("\t")
        if shown and not shown.startswith("#"):
            yield Target(
                path=os.path.join(folder, shown),
                shown=shown.rstrip("/") or shown,
                environment=environment.strip(),
            )


def _in_folder(path: str) -> Iterator[str]:
    """
    Yield the archives below a folder, and the folders there that are targets
    whole: environments, images, models, projects. The folder itself is one
    where it is an environment.
    """
    if _is_whole(path):
        yield path
        return
    with os.scandir(path) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    for entry in inside:
        if entry.is_file() and entry.name.lower().endswith(_ENDINGS):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, entry.name)


def _below(path: str, name: str) -> Iterator[str]:
    if name in _PASSED:
        return
    project = find_project(path)
    if project.marked and project.folder == os.path.abspath(path):
        yield path
    else:
        yield from _in_folder(path)


def _is_whole(path: str) -> bool:
    return inspect(path, "") is not None or kind_of(path) in _IS_ALONE
