"""
A folder as a tree: nothing outside its roots is opened, and nothing but regular files
is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Sequence
from typing import IO

from licensescan.model.kinds import RuleId
from licensescan.model.texts import Problem
from licensescan.reader import inputs as witness
from licensescan.reader.base import (
    FILES,
    TEXT_BYTES,
    Budget,
    MissingError,
    Read,
    ReadError,
    sample_plan,
)

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


class FolderFiles:
    """
    The files below `root`. `roots` are further folders that links may lead to (an
    environment's prefix, for example).

    Links to folders are listed but not walked into, so that each file is met once and a
    loop ends.
    """

    inflates = False

    def __init__(
        self,
        root: str | os.PathLike[str],
        roots: Sequence[str] = (),
        budget: Budget | None = None,
    ) -> None:
        self.label = os.fspath(root)
        self.problems: list[Problem] = []
        self._root = os.path.realpath(root)
        self._roots = [self._root, *(os.path.realpath(r) for r in roots)]
        self._prefixes = tuple(r.rstrip(os.sep) + os.sep for r in self._roots)
        self._folders = {self._root: self._root}
        self.budget = budget or Budget()
        self._listing: list[str] | None = None

    def paths(self) -> Sequence[str]:
        """All files below the root, sorted."""
        if self._listing is None:
            self._listing = sorted(self._walk())
        return self._listing

    def walk(
        self, below: str, skip: Callable[[str, Collection[str]], bool] | None = None
    ) -> list[str]:
        """
        The files below one folder of the tree, sorted; an empty list when it is not
        there or leads outside.

        `skip` is told a folder and the names in it, and says whether to leave it out.
        """
        start = os.path.join(self._root, below)
        if self._inside_folder(start) is None:
            return []
        return sorted(self._walk(below, skip))

    def folders(self, below: str = "") -> list[str]:
        """The names of the folders directly in `below`, sorted."""
        found = self._entries(below)
        witness.note_names(self._root, below, [e.name for e in found])
        return sorted(e.name for e in found if self._leads_to_folder(below, e))

    def names(self, below: str = "") -> list[str]:
        """The names of everything directly in `below`, sorted."""
        found = sorted(e.name for e in self._entries(below))
        witness.note_names(self._root, below, found)
        return found

    def has(self, path: str) -> bool:
        """Whether something other than a folder stands at `path`, readable or not."""
        witness.note(self._root, path)
        try:
            mode = os.lstat(os.path.join(self._root, path)).st_mode
        except (OSError, ValueError):
            return False
        return not stat.S_ISDIR(mode)

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder inside the tree."""
        witness.note(self._root, path)
        full = os.path.join(self._root, path)
        return os.path.isdir(full) and self._inside_folder(full) is not None

    def size(self, path: str) -> int:
        """The file's length in bytes."""
        handle = self._open(path)
        try:
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """
        The file, or head, samples and tail of one that is longer than `limit` bytes.
        """
        handle = self._open(path)
        try:
            size = os.fstat(handle).st_size
            plan = sample_plan(size, limit)
            data = b"\n".join(os.pread(handle, count, offset) for offset, count in plan)
            return Read(data=data, size=size, truncated=len(plan) > 1)
        except OSError as error:
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE, path, error.strerror or "cannot be read"
            ) from error
        finally:
            os.close(handle)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`."""
        handle = self._open(path)
        try:
            return os.pread(handle, count, offset)
        except OSError as error:
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE, path, error.strerror or "cannot be read"
            ) from error
        finally:
            os.close(handle)

    def stream(self, path: str) -> IO[bytes]:
        """Open the file at `path` in place."""
        return os.fdopen(self._open(path), "rb")

    def _walk(
        self,
        below: str = "",
        skip: Callable[[str, Collection[str]], bool] | None = None,
    ) -> list[str]:
        found: list[str] = []
        stack = [below.strip("/")]
        while stack:
            folder = stack.pop()
            prefix = folder + "/" if folder else ""
            # What is left out by its name is not looked at, and a change in it is none.
            if skip and skip(folder, ()):
                continue
            if skip is None:
                witness.note(self._root, folder or ".")
            entries = self._entries(folder)
            if skip is not None:
                if skip(folder, [e.name for e in entries]):
                    entries = []
                witness.note_code(self._root, folder)
            for entry in entries:
                if entry.is_symlink():
                    witness.note(self._root, prefix + entry.name)
                    # os.path.isfile answers False for a link that leads to itself,
                    # where entry.is_dir() raises.
                    if os.path.isfile(entry.path):
                        found.append(prefix + entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    stack.append(prefix + entry.name)
                else:
                    found.append(prefix + entry.name)
            if len(found) > FILES:
                self.problems.append(
                    Problem(
                        rule=RuleId.EVIDENCE_TRUNCATED,
                        path=folder,
                        message="too many files to list",
                    )
                )
                break
        return found

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        full = os.path.join(self._root, folder)
        try:
            if self._inside_folder(full) is None:
                return []
            with os.scandir(full) as entries:
                return list(entries)
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.problems.append(
                Problem(
                    rule=RuleId.EVIDENCE_UNREADABLE,
                    path=folder,
                    message=f"folder: {reason}",
                )
            )
            return []

    def _leads_to_folder(self, below: str, entry: os.DirEntry[str]) -> bool:
        if entry.is_symlink():
            witness.note(self._root, f"{below}/{entry.name}" if below else entry.name)
        return os.path.isdir(entry.path)

    def _inside_folder(self, folder: str) -> str | None:
        """
        The real path of `folder` if it is inside the roots; remembered, since many
        files share it.
        """
        known = self._folders.get(folder)
        if known is None:
            real = self._real(folder)
            known = (
                real if real in self._roots or real.startswith(self._prefixes) else ""
            )
            self._folders[folder] = known
        return known or None

    def _real(self, folder: str) -> str:
        """
        `os.path.realpath`, which looks at each folder on the way: one look below a
        folder that is known already.
        """
        above, _, name = folder.rpartition("/")
        known = self._folders.get(above)
        if known and name not in ("", ".", ".."):
            try:
                if not stat.S_ISLNK(os.lstat(f"{known}/{name}").st_mode):
                    return f"{known}/{name}"
            except (OSError, ValueError):
                pass
        return os.path.realpath(folder)

    def _open(self, path: str) -> int:
        """
        A descriptor of the regular file at `path`, opened without following a link out
        of the roots.
        """
        full = path if path.startswith("/") else f"{self._root}/{path}"
        folder, _, name = full.rpartition("/")
        found = None
        try:
            real = self._inside_folder(folder)
            if real is None or name in ("", ".", ".."):
                raise ReadError(
                    RuleId.PATH_ESCAPE,
                    path,
                    "points outside the target and was not followed",
                )
            try:
                handle = os.open(f"{real}/{name}", _FLAGS)
                found = os.fstat(handle)
            except OSError:
                if not os.path.islink(f"{real}/{name}"):
                    raise
                target = os.path.realpath(f"{real}/{name}")
                if not target.startswith(self._prefixes):
                    raise ReadError(
                        RuleId.PATH_ESCAPE,
                        path,
                        "is a link out of the target and was not followed",
                    ) from None
                witness.note(self._root, path)
                handle = os.open(target, _FLAGS)
                found = os.fstat(handle)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(path) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE, path, reason or "cannot be opened"
            ) from error
        finally:
            # Of what was opened as it is, the stamp is at hand; of a link and of what
            # is missing, it is asked for.
            witness.note(self._root, path, found)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise ReadError(RuleId.EVIDENCE_UNREADABLE, path, "is not a regular file")
        return handle
