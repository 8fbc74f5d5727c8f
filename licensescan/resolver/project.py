"""
Which project a command is about: found upwards from a folder, as ruff and
cargo do.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licensescan.base import toml
from licensescan.base.document import table, texts
from licensescan.reader import FolderFiles, ReadError
from licensescan.reader.inputs import is_file

MARKS = (
    "pyproject.toml",
    "licensescan.toml",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "pixi.toml",
    "environment.yml",
    "environment.yaml",
    "requirements.txt",
)
"""Files that make a folder a project, beside its lock files."""

LOCKS = (
    "uv.lock",
    "pylock.toml",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pixi.lock",
    "conda-lock.yml",
    "requirements.txt",
)
"""
What a project is judged by without an environment, the best closure first.
"""

_REPOSITORY = (".git/HEAD", ".git", ".hg/requires")
"""
No project reaches above the folder that holds one of these files (`.git` is
one in a linked work tree). The folder `.git` itself changes with every command
of git.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """
    The project in `folder`, found from the folder `start` (both absolute
    paths).

    `workspace` is the folder of the workspace (uv) that it is a member of,
    else `folder`. `members` are the folders of a workspace's members. `marked`
    is False for a folder in which nothing says that it is a project.
    """

    folder: str
    start: str
    workspace: str
    members: tuple[str, ...] = ()
    marked: bool = True

    @property
    def folders(self) -> tuple[str, ...]:
        """
        The folders in which the project keeps its environment, the nearest
        first.
        """
        return tuple(dict.fromkeys((self.folder, self.workspace)))

    @property
    def own(self) -> frozenset[str]:
        """
        The real paths of the project's own packages: itself and its members.
        """
        paths = (self.folder, self.workspace, *self.members)
        return frozenset(os.path.realpath(path) for path in paths)

    @property
    def lock(self) -> str | None:
        """
        The path of the lock file that stands for the project, if there is one.
        """
        for folder in self.folders:
            for name in LOCKS:
                if is_file(os.path.join(folder, name)):
                    return os.path.join(folder, name)
        return None


def find_project(start: str) -> Project:
    """
    Return the project in the folder `start` or the nearest one above it.

    The search ends at the top of a repository, and below the user's home
    folder.
    """
    start = os.path.abspath(start)
    folder = next((f for f in upwards(start) if _is_marked(f)), None)
    if folder is None:
        return Project(
            folder=start,
            start=start,
            workspace=start,
            marked=False,
        )
    workspace = next(
        (f for f in upwards(folder) if _has_member(f, folder)), folder
    )
    members = tuple(_members(workspace))
    return Project(
        folder=folder,
        start=start,
        workspace=workspace,
        members=members,
    )


def upwards(folder: str) -> Iterator[str]:
    """
    Yield the folder itself and those above it that can hold its project: not
    above the top of a repository, and not the user's home folder.
    """
    folder = os.path.abspath(folder)
    home = os.path.expanduser("~")
    yield folder
    while not _is_repository(folder):
        above = os.path.dirname(folder)
        if above in (folder, home):
            return
        folder = above
        yield folder


def _is_repository(folder: str) -> bool:
    return any(is_file(os.path.join(folder, name)) for name in _REPOSITORY)


def _is_marked(folder: str) -> bool:
    return any(is_file(os.path.join(folder, n)) for n in (*MARKS, *LOCKS))


def _has_member(workspace: str, folder: str) -> bool:
    return workspace != folder and folder in set(_members(workspace))


def _members(workspace: str) -> Iterator[str]:
    """
    Yield the folders that the workspace table of uv names, globs resolved.
    """
    stated = workspace_table(workspace)
    patterns = texts(stated.get("members"))
    left_out = texts(stated.get("exclude"))
    files = FolderFiles(workspace)
    for pattern in patterns:
        for path in _matching(files, "", pattern.strip("/").split("/")):
            if not any(
                fnmatch.fnmatchcase(path, p.strip("/")) for p in left_out
            ):
                yield os.path.join(workspace, path)


def workspace_table(folder: str) -> Mapping[str, Any]:
    """
    Return `[tool.uv.workspace]` of the pyproject.toml in `folder`, {} without
    one.
    """
    try:
        data = FolderFiles(folder).read("pyproject.toml").data
        document = toml.loads(data, label="pyproject.toml")
    except (ReadError, ValueError):
        return {}
    return table(document, "tool", "uv", "workspace")


def _matching(
    files: FolderFiles,
    folder: str,
    parts: Sequence[str],
) -> Iterator[str]:
    """Yield the folders below `folder` that match a pattern, part by part."""
    if not parts:
        yield folder
        return
    for name in files.folders(folder):
        if fnmatch.fnmatchcase(name, parts[0]) and not name.startswith("."):
            path = f"{folder}/{name}" if folder else name
            yield from _matching(files, path, parts[1:])
