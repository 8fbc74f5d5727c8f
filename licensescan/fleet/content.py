"""
Targets -> units: the digest of what lies there, so that the same wheel on
forty mirrors, and the same environment on a thousand machines, is read once.

A digest is remembered with the stamps of its files: where none has changed
nothing is read again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from licensescan.collect.python.prefix import inspect
from licensescan.fleet.values import Target, Unit
from licensescan.resolver.project import find_project

_PIECE = 1 << 20
_BYTES_A_SECOND = 20_000_000
_FILES_A_SECOND = 4_000
_LEAST = 0.03
"""Seconds for which anything counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The digest of a content, and what reading it is expected to cost."""

    artifact: str
    weight: float


Recall = Callable[[str, str], Content | None]
"""The content at a path whose stamp is this, if it is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A target with its unit, and the stamp by which it is known again."""

    target: Target
    unit: Unit
    stamp: str


def seen(target: Target, recall: Recall) -> Seen:
    """Return the unit of a target; one that cannot be read has an error."""
    path = os.path.abspath(target.path)
    name = _name_of(path)
    try:
        stamp = stamp_of(path)
        content = recall(path, stamp) or _content(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        content = Content(artifact="", weight=_LEAST)
        unit = _unit(f"{target.shown}: {reason}", content, name, path, reason)
        return Seen(target=target, unit=unit, stamp="")
    unit = _unit(f"{content.artifact} {name}", content, name, path)
    return Seen(target=target, unit=unit, stamp=stamp)


def _unit(
    key: str,
    content: Content,
    name: str,
    path: str,
    error: str = "",
) -> Unit:
    return Unit(
        unit=hashlib.sha256(os.fsencode(key)).hexdigest(),
        artifact=content.artifact,
        name=name,
        path=path,
        weight=content.weight,
        error=error,
    )


def _name_of(path: str) -> str:
    """
    Return the name under which a target is read: none for an environment,
    whose answers do not depend on it.
    """
    is_environment = os.path.isdir(path) and inspect(path, "") is not None
    return "environment" if is_environment else os.path.basename(path)


def stamp_of(path: str) -> str:
    """
    Return a digest of sizes and times, which changes when anything at `path`
    does. Raises `OSError`.
    """
    status = os.stat(path)
    if not stat.S_ISDIR(status.st_mode):
        return _stamp(status)
    digest = hashlib.sha256(_around(path))
    for place, entry in _entries(path):
        line = f"{place} {_stamp(entry.stat(follow_symlinks=False))}\n"
        digest.update(os.fsencode(line))
    return digest.hexdigest()


def _stamp(status: os.stat_result) -> str:
    times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
    return f"{status.st_mode} {status.st_size} {times} {status.st_ino}"


def _content(path: str) -> Content:
    if not os.path.isdir(path):
        weight = max(_LEAST, os.stat(path).st_size / _BYTES_A_SECOND)
        return Content(artifact=_digest_of_file(path), weight=weight)
    digest = hashlib.sha256(_around(path))
    count = 0
    for place, entry in _entries(path):
        digest.update(os.fsencode(f"{place}\0{_digest_of(entry)}\n"))
        count += 1
    weight = max(_LEAST, count / _FILES_A_SECOND)
    return Content(artifact=digest.hexdigest(), weight=weight)


def _digest_of(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return f"link {os.readlink(entry.path)}"
    if entry.is_dir():
        return "folder"
    return _digest_of_file(entry.path) if entry.is_file() else "special"


def _digest_of_file(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _around(path: str) -> bytes:
    """
    Return what the answer on a folder depends on and that lies around it: the
    project that an environment belongs to owns some of what is installed.
    """
    project = find_project(os.path.dirname(os.path.realpath(path)))
    own = sorted(project.own) if project.marked else ()
    return os.fsencode("\n".join(own))


def _entries(path: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """
    Yield what lies below a folder, by paths from there, in order. Compiled
    bytecode is left out: it has dates, and says nothing of licenses.
    """
    waiting = [("", path)]
    while waiting:
        above, path = waiting.pop()
        with os.scandir(path) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
        for entry in inside:
            if entry.name == "__pycache__":
                continue
            place = f"{above}{entry.name}"
            yield place, entry
            if entry.is_dir(follow_symlinks=False):
                waiting.append((f"{place}/", entry.path))
