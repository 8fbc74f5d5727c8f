"""
Read a folder as a tree: nothing outside its roots is opened, and nothing but
regular files is read.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Sequence
from typing import IO

from licensescan.base.portable import HAS_NOFOLLOW, READ_NO_LINK, read_at
from licensescan.model.kinds import RuleId
from licensescan.model.texts import Problem
from licensescan.reader import inputs
from licensescan.reader.base import (
    FILES,
    TEXT_BYTES,
    Budget,
    MissingError,
    Read,
    ReadError,
    sample_plan,
    started,
)

_NO_NAMES = ("", ".", "..")
"""Last pieces of a path that name no file."""

Skip = Callable[[str, Collection[str]], bool]
"""
Returns True for a folder to leave out, given its path and the names in it.
"""


class FolderFiles:
    """
    The files below `root`. `roots` are further folders that links may lead to
    (an environment's prefix, for example).

    Links to folders are not walked into, so that each file is met once and a
    loop ends; one that leads out of the roots is a problem.
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
        self._root = self._realpath(os.fspath(root))
        self._roots = [self._root, *(os.path.realpath(r) for r in roots)]
        self._prefixes = tuple(r.rstrip(os.sep) + os.sep for r in self._roots)
        self._folders = {self._root: self._root}
        self.budget = budget or Budget()
        self._listing: list[str] | None = None

    def paths(self) -> Sequence[str]:
        """Return all files below the root, sorted."""
        if self._listing is None:
            self._listing = sorted(self._walk())
        return self._listing

    def walk(
        self,
        below: str,
        skip: Skip | None = None,
        *,
        only_code: bool = True,
    ) -> list[str]:
        """
        Return the files below one folder of the tree, sorted; an empty list
        when it is not there or leads outside.

        `skip` is asked twice: before a folder is looked at, without names, and
        after. With `only_code` the caller is not interested in files that are
        no code, so that one that comes or goes is no change.
        """
        start = os.path.join(self._root, below)
        if self._real_folder(start) is None:
            return []
        return sorted(self._walk(below, skip, only_code))

    def below(
        self,
        folder: str,
    ) -> FolderFiles:
        """
        Return the tree at `folder`; links in it may lead anywhere in this one.
        """
        full = os.path.join(self._root, folder.lstrip("/"))
        return FolderFiles(full, self._roots, self.budget)

    def folders(
        self,
        below: str = "",
    ) -> list[str]:
        """Return the names of the folders directly in `below`, sorted."""
        entries = self._entries(below)
        inputs.note_names(self._root, below, [e.name for e in entries])
        return sorted(
            e.name for e in entries if self._leads_to_folder(below, e)
        )

    def names(
        self,
        below: str = "",
    ) -> list[str]:
        """Return the names of everything directly in `below`, sorted."""
        names = sorted(e.name for e in self._entries(below))
        inputs.note_names(self._root, below, names)
        return names

    def has(
        self,
        path: str,
    ) -> bool:
        """Return True if `path` is there and no folder, readable or not."""
        inputs.note(self._root, path)
        try:
            mode = os.lstat(self._place(path)).st_mode
        except (OSError, ValueError):
            return False
        return not stat.S_ISDIR(mode)

    def is_folder(
        self,
        path: str,
    ) -> bool:
        """Return True if `path` is a folder inside the tree."""
        inputs.note(self._root, path)
        full = os.path.join(self._root, path)
        return self._is_folder(full) and self._real_folder(full) is not None

    def size(
        self,
        path: str,
    ) -> int:
        """Return the file's length in bytes."""
        handle, size = self._open(path)
        os.close(handle)
        return size

    def read(
        self,
        path: str,
        limit: int = TEXT_BYTES,
    ) -> Read:
        """
        Return the file, or head, samples and tail of one longer than `limit`
        bytes.
        """
        handle, size = self._open(path)
        try:
            plan = sample_plan(size, limit)
            data = b"\n".join(
                read_at(handle, count, offset) for offset, count in plan
            )
            return Read(
                data=data,
                size=size,
                truncated=len(plan) > 1,
            )
        except OSError as error:
            raise _unreadable(path, error, "cannot be read") from error
        finally:
            os.close(handle)

    def read_at(
        self,
        path: str,
        offset: int,
        count: int,
    ) -> bytes:
        """Return up to `count` bytes from `offset`."""
        handle, size = self._open(path)
        try:
            # A larger buffer than is needed costs more than the read.
            return read_at(handle, min(count, max(size - offset, 0)), offset)
        except OSError as error:
            raise _unreadable(path, error, "cannot be read") from error
        finally:
            os.close(handle)

    def start(
        self,
        path: str,
        count: int,
    ) -> Read:
        """
        Return the first `count` bytes, and whether there are more: one look.
        """
        handle, size = self._open(path)
        try:
            data = read_at(handle, min(count, size), 0) if size else b""
        except OSError as error:
            raise _unreadable(path, error, "cannot be read") from error
        finally:
            os.close(handle)
        return started(data, size)

    def name_of_content(
        self,
        path: str,
    ) -> str:
        """
        Return what a file is called that the link at `path` leads to, if that
        is the sha256 of a content, as caches call it; else "".
        """
        full = os.path.join(self._root, path)
        if not os.path.islink(full):
            return ""
        name = os.path.basename(os.path.realpath(full))
        is_digest = len(name) == 64 and set(name) <= set("0123456789abcdef")
        return name if is_digest else ""

    def stream(
        self,
        path: str,
    ) -> IO[bytes]:
        """Open the file at `path` in place."""
        return os.fdopen(self._open(path)[0], "rb")

    def _walk(
        self,
        below: str = "",
        skip: Skip | None = None,
        only_code: bool = True,
    ) -> list[str]:
        paths: list[str] = []
        stack = [below.strip("/")]
        while stack:
            folder = stack.pop()
            prefix = folder + "/" if folder else ""
            for entry in self._entries_kept(folder, skip, only_code):
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    stack.append(path)
                elif not entry.is_symlink() or self._leads_to_file(
                    path, entry
                ):
                    paths.append(path)
                else:
                    self._note_link(path, entry, skip)
            if len(paths) > FILES:
                self._note(
                    RuleId.EVIDENCE_TRUNCATED,
                    folder,
                    f"more than {FILES} files: the others are not listed",
                )
                break
        return paths

    def _entries_kept(
        self,
        folder: str,
        skip: Skip | None,
        only_code: bool,
    ) -> Sequence[os.DirEntry[str]]:
        if skip is None:
            inputs.note(self._root, folder or ".")
            return self._entries(folder)
        # A folder that is left out by its name is not looked at: a change in
        # it is none.
        if skip(folder, ()):
            return ()
        entries = self._entries(folder)
        is_skipped = skip(folder, [e.name for e in entries])
        if only_code:
            inputs.note_code(self._root, folder)
        else:
            inputs.note_names(
                self._root, folder, sorted(e.name for e in entries)
            )
        return () if is_skipped else entries

    def _entries(
        self,
        folder: str,
    ) -> list[os.DirEntry[str]]:
        full = os.path.join(self._root, folder)
        try:
            if self._real_folder(full) is None:
                return []
            with os.scandir(full) as entries:
                return list(entries)
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            self._note(
                RuleId.EVIDENCE_UNREADABLE, folder, f"folder: {_reason(error)}"
            )
            return []

    def _note(
        self,
        rule: RuleId,
        path: str,
        message: str,
    ) -> None:
        self.problems.append(
            Problem(
                rule=rule,
                path=path,
                message=message,
            )
        )

    def _note_link(
        self,
        path: str,
        link: os.DirEntry[str],
        skip: Skip | None,
    ) -> None:
        """
        Note a link to a folder outside the roots, unless the folder would be
        left out: nobody reads what is there.
        """
        if not os.path.isdir(link.path) or self._real_folder(link.path):
            return
        if skip is None or not skip(path, _names_behind(link.path)):
            message = (
                "is a link to a folder outside the target: not read;"
                " name that folder as a target of its own"
            )
            self._note(RuleId.EVIDENCE_TRUNCATED, path, message)

    def _leads_to_file(
        self,
        path: str,
        link: os.DirEntry[str],
    ) -> bool:
        inputs.note(self._root, path)
        # os.path.isfile answers False for a link that leads to itself, where
        # entry.is_dir() raises.
        return os.path.isfile(self._led(link.path))

    def _leads_to_folder(
        self,
        below: str,
        entry: os.DirEntry[str],
    ) -> bool:
        if entry.is_symlink():
            inputs.note(
                self._root, f"{below}/{entry.name}" if below else entry.name
            )
        return self._is_folder(entry.path)

    def _is_folder(
        self,
        full: str,
    ) -> bool:
        return os.path.isdir(self._led(full))

    def _place(
        self,
        path: str,
    ) -> str:
        """Return where `path` is, links to its folder followed or not."""
        return os.path.join(self._root, path)

    def _led(
        self,
        full: str,
    ) -> str:
        """Return a path from which the system finds what `full` leads to."""
        return full

    def _realpath(
        self,
        full: str,
    ) -> str:
        """Return the path of what `full` leads to, links followed."""
        return os.path.realpath(full)

    def _real_folder(
        self,
        folder: str,
    ) -> str | None:
        """
        Return the real path of `folder` if it is inside the roots, else None.
        It is kept, since many files share it.
        """
        kept = self._folders.get(folder)
        if kept is None:
            real = self._resolve(folder)
            is_inside = real in self._roots or real.startswith(self._prefixes)
            kept = real if is_inside else ""
            self._folders[folder] = kept
        return kept or None

    def _resolve(
        self,
        folder: str,
    ) -> str:
        """
        Return the real path of `folder`, which takes a look at each folder on
        the way, by one look where the folder above is known already.
        """
        above, _, name = folder.rpartition("/")
        known = self._folders.get(above)
        if not known or name in _NO_NAMES:
            return self._realpath(folder)
        full = f"{known}{os.sep}{name}"
        try:
            is_link = stat.S_ISLNK(os.lstat(full).st_mode)
        except (OSError, ValueError):
            is_link = True
        return self._realpath(folder) if is_link else full

    def _open(
        self,
        path: str,
    ) -> tuple[int, int]:
        """
        Return a descriptor of the regular file at `path`, opened without
        following a link out of the roots, and its length in bytes.
        """
        status = None
        try:
            full = self._locate(path)
            try:
                handle = _open_no_link(full)
            except OSError:
                if not os.path.islink(full):
                    raise
                handle = _open_no_link(self._target(full, path))
            status = os.fstat(handle)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(path) from None
        except (OSError, ValueError) as error:
            raise _unreadable(path, error, "cannot be opened") from error
        finally:
            # Of a file that was opened as it is, the status is at hand; that
            # of a link was asked for before, that of a missing file is asked
            # for here.
            inputs.note(self._root, path, status)
        if not stat.S_ISREG(status.st_mode):
            os.close(handle)
            raise ReadError(
                RuleId.EVIDENCE_UNREADABLE, path, "is not a regular file"
            )
        return handle, status.st_size

    def _locate(
        self,
        path: str,
    ) -> str:
        """Return the full path of a file whose folder is inside the roots."""
        full = path if os.path.isabs(path) else f"{self._root}/{path}"
        folder, _, name = full.rpartition("/")
        real = self._real_folder(folder)
        if real is None or name in _NO_NAMES:
            message = "points outside the target and was not followed"
            raise ReadError(RuleId.PATH_ESCAPE, path, message)
        return f"{real}{os.sep}{name}"

    def _target(
        self,
        link: str,
        path: str,
    ) -> str:
        """Return the target of a `link` if it is inside the roots."""
        target = self._realpath(link)
        if not target.startswith(self._prefixes):
            message = "is a link out of the target and was not followed"
            raise ReadError(RuleId.PATH_ESCAPE, path, message) from None
        inputs.note(self._root, path)
        return target


_LINKS = 40
"""Links on one way, as Linux counts them; more are a loop."""


class SystemFiles(FolderFiles):
    """
    The files of a whole system whose root is the folder `top`: a link in it
    that begins with `/` begins there, as it would for a process in it.
    """

    def __init__(
        self,
        root: str,
        roots: Sequence[str] = (),
        budget: Budget | None = None,
        *,
        top: str = "",
    ) -> None:
        self._top = top or os.path.realpath(root)
        super().__init__(root, roots, budget)

    def below(
        self,
        folder: str,
    ) -> SystemFiles:
        """
        Return the tree at `folder`; links in it may lead anywhere in this one.
        """
        start = self._top if folder.startswith("/") else self._root
        full = os.path.join(start, folder.lstrip("/"))
        return SystemFiles(full, self._roots, self.budget, top=self._top)

    def _place(
        self,
        path: str,
    ) -> str:
        folder, name = os.path.split(os.path.join(self._root, path))
        return os.path.join(self._realpath(folder), name)

    def _led(
        self,
        full: str,
    ) -> str:
        return self._realpath(full)

    def _realpath(
        self,
        full: str,
    ) -> str:
        inside = os.path.relpath(full, self._top).replace(os.sep, "/")
        waiting = inside.split("/")[::-1]
        way: list[str] = []
        links = 0
        while waiting and links <= _LINKS:
            name = waiting.pop()
            if name == "..":
                way = way[:-1]
            elif name not in _NO_NAMES:
                target = _target_of(os.path.join(self._top, *way, name))
                links += bool(target)
                way = [] if target.startswith("/") else way
                waiting += target.split("/")[::-1]
                way += [] if target else [name]
        # A loop leads to what cannot be there.
        return os.path.join(self._top, *(way if links <= _LINKS else ["\0"]))


def _target_of(full: str) -> str:
    """Return where a link leads, "" for what is no link."""
    try:
        return os.readlink(full)
    except (OSError, ValueError):
        return ""


def _names_behind(link: str) -> Sequence[str]:
    """Return the names in the folder that a link leads to."""
    try:
        return os.listdir(link)
    except OSError:
        return ()


def _open_no_link(full: str) -> int:
    """Open the file at `full`. Raises `OSError` when it is a link."""
    if not HAS_NOFOLLOW and os.path.islink(full):
        raise OSError(errno.ELOOP, "is a link")
    return os.open(full, READ_NO_LINK)


def _reason(error: OSError | ValueError) -> str | None:
    return error.strerror if isinstance(error, OSError) else str(error)


def _unreadable(
    path: str,
    error: OSError | ValueError,
    otherwise: str,
) -> ReadError:
    return ReadError(
        RuleId.EVIDENCE_UNREADABLE, path, _reason(error) or otherwise
    )
