"""
What exactly was judged: the commit of a git checkout, read from its files, and
the sha256 of a file.
"""

from __future__ import annotations

import hashlib
import os

from licensescan.reader import FolderFiles, ReadError, decode
from licensescan.reader.inputs import is_file

_FILE_BYTES = 4 << 30
"""A longer file is not read through for its digest."""

_PIECE = 1 << 20
_REF_BYTES = 4096
_PACKED_BYTES = 32 << 20
_HEX = frozenset("0123456789abcdef")


def sha256_of(
    path: str,
) -> str:
    """Return the sha256 of the file at `path`, "" where it cannot be read."""
    folder, name = os.path.split(os.path.realpath(path))
    digest = hashlib.sha256()
    files = FolderFiles(folder)
    try:
        if files.size(name) > _FILE_BYTES:
            return ""
        with files.stream(name) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except (OSError, ReadError):
        return ""
    return digest.hexdigest()


def revision_of(
    folder: str,
) -> str:
    """
    Return the commit that the git checkout around `folder` stands at, "" where
    there is none. Git is not asked: it runs what a repository's own files say.
    """
    above = os.path.realpath(folder)
    while not (git := _git_folder(above)):
        parent = os.path.dirname(above)
        if parent == above:
            return ""
        above = parent
    return _commit(git)


def _git_folder(
    top: str,
) -> str:
    """
    Return the folder of a repository, or that of a linked work tree. The
    folder itself is not looked at: it changes with every command of git.
    """
    path = os.path.join(top, ".git")
    if is_file(os.path.join(path, "HEAD")):
        return path
    if not is_file(path):
        return ""
    named = _line(top, ".git").removeprefix("gitdir:").strip()
    folder = os.path.join(top, named) if named else ""
    return folder if is_file(os.path.join(folder, "HEAD")) else ""


def _commit(
    git: str,
) -> str:
    head = _line(git, "HEAD")
    if _is_commit(head):
        return head
    name = head.removeprefix("ref:").strip()
    if not name.startswith("refs/") or ".." in name:
        return ""
    # The branches of a linked work tree stand in the repository itself.
    common = _line(git, "commondir")
    places = (git, os.path.join(git, common)) if common else (git,)
    for place in places:
        for commit in (_line(place, name), _packed(place, name)):
            if _is_commit(commit):
                return commit
    return ""


def _packed(
    git: str,
    name: str,
) -> str:
    """Return the commit of a branch in the list of those that are packed."""
    rows = _text(git, "packed-refs", _PACKED_BYTES).split("\n")
    found = (row[: -len(name) - 1] for row in rows if row.endswith(f" {name}"))
    return next(found, "")


def _line(
    folder: str,
    name: str,
) -> str:
    return _text(folder, name, _REF_BYTES).partition("\n")[0].strip()


def _text(
    folder: str,
    name: str,
    most: int,
) -> str:
    try:
        return decode(FolderFiles(folder).read_at(name, 0, most)).text
    except ReadError:
        return ""


def _is_commit(
    text: str,
) -> bool:
    return len(text) in (40, 64) and set(text) <= _HEX
