"""
Lock files: what a project will have, judged from what is already on this machine.

Each locked package is looked for, name and version, in the project's environment, in
folders of wheels, in the caches of uv and pip, and only where that is allowed at the
package index. A package that is nowhere is a component that says so, and is never
clean.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from licensescan.collect.formats.lock_files import Locked, merged, reader_of
from licensescan.collect.python import environment as installed
from licensescan.collect.python import wheel
from licensescan.collect.python.discover import Environment, discover
from licensescan.collect.python.wheel import plain_version
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, IncompleteError, Problem, UsageError
from licensescan.reader import RECORD_BYTES, FolderFiles, ReadError, open_files
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

if TYPE_CHECKING:
    from licensescan.collect.python.package_index import Index
from licensescan.reader.inputs import Variables

_INFO = re.compile(r"^(.+)-([^-]+)\.dist-info$")


def matches(path: str) -> bool:
    """Whether the file is named like a lock file or a requirements file."""
    return os.path.isfile(path) and reader_of(os.path.basename(path)) is not None


def collect(
    path: str,
    find_links: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    *,
    online: bool = False,
) -> Iterator[Component]:
    """
    One component for each package that the file at `path` locks.

    `find_links` are folders of wheels; `variables` are the process's, for the places of
    environment, caches and index; with `online` the index is asked for what is nowhere
    else. Raises `IncompleteError` when the file cannot be read as what its name says,
    and after the last package when the index did not answer.
    """
    folder, name = os.path.split(os.path.realpath(path))
    read = reader_of(os.path.basename(path)) or reader_of(name)
    try:
        if read is None:
            raise IncompleteError(f"{path}: no lock file that licensescan knows")
        packages = merged(
            read(
                FolderFiles(folder).read(name, RECORD_BYTES).data,
                os.path.basename(path),
            )
        )
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    except ValueError as error:
        raise IncompleteError(f"{path}: {error}") from error
    given = Variables() if variables is None else variables
    shelf = _Shelf.of(folder, find_links, given)
    index = _index(given) if online else None
    for package in sorted(packages, key=lambda p: (p.name, p.version, p.manager)):
        yield _component(package, shelf, os.path.basename(path), index)
    if index and index.failure:
        raise IncompleteError(f"{path}: {index.failure}")


def _index(variables: Mapping[str, str]) -> Index:
    from licensescan.collect.python.package_index import Index

    return Index(variables)


def _component(
    package: Locked, shelf: _Shelf, label: str, index: Index | None
) -> Component:
    found, asked = shelf.find(package), ""
    if not found and index and package.manager == "pypi":
        found, asked = _from_index(package, index)
    note = f"locked for: {package.marker}"[:200] if package.marker else ""
    if found:
        return replace(found, scope=package.scope, note=found.note or note)
    other = shelf.installed_version(package)
    where = (
        f"version {other} is installed, not this one"
        if other
        else "not installed here and not in a cache"
    )
    where += f", and {asked}" if asked else ""
    message = f"{where}: unresolved; its terms were not read"
    if package.marker:
        message += f" (locked for: {package.marker[:120]})"
    return Component(
        purl=purl(package.manager, package.name, package.version),
        name=package.name,
        version=package.version,
        scope=package.scope,
        path=label,
        requires=package.requires,
        problems=(Problem(rule=RuleId.TERMS_UNREAD, path=label, message=message),),
        note=note,
    )


def _from_index(package: Locked, index: Index) -> tuple[Component | None, str]:
    """The package as the index has it, or why it could not be read there."""
    from licensescan.collect.python.package_index import UnresolvedError

    if not package.version:
        return None, "no version is pinned that could be asked for"
    try:
        return index.component(package.name, package.version), ""
    except UnresolvedError as error:
        return None, str(error)


@dataclass(slots=True)
class _Shelf:
    """Where locked packages may be at hand, in the order in which they are asked."""

    environment: dict[str, Component] = field(default_factory=dict)
    wheels: dict[tuple[str, str], str] = field(default_factory=dict)
    unpacked: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: str = ""
    downloads: dict[tuple[str, str], str] | None = None

    @classmethod
    def of(
        cls, project: str, find_links: Sequence[str], variables: Mapping[str, str]
    ) -> _Shelf:
        """What is at hand for the project in the folder `project`."""
        shelf = cls()
        try:
            # Name and version must agree, so licensescan's own environment does no
            # harm: it is often the project's.
            here = discover(project, None, variables, own_prefix=os.sep)
        except UsageError:
            pass
        else:
            for component in installed.collect(here):
                kind = "conda" if component.purl.startswith("pkg:conda/") else "pypi"
                shelf.environment.setdefault(
                    f"{kind}:{canonical(component.name)}", component
                )
        for folder in (*find_links, *_pip_wheels(variables)):
            for wheel_path in _wheels(folder):
                shelf.wheels.setdefault(_key(os.path.basename(wheel_path)), wheel_path)
        shelf.unpacked = dict(_uv_archives(variables))
        shelf.answers = _cache(variables, "PIP_CACHE_DIR", "pip")
        return shelf

    def find(self, package: Locked) -> Component | None:
        """
        The package itself, whole; None when it is not at hand in the version that is
        locked.
        """
        here = self._installed(package)
        if here and (
            not package.version
            or plain_version(here.version) == plain_version(package.version)
        ):
            return here
        if package.manager != "pypi" or not package.version:
            return None
        key = (package.name, plain_version(package.version))
        if key in self.wheels:
            try:
                return next(wheel.collect(self.wheels[key]), None)
            except IncompleteError:
                return None
        if key in self.unpacked:
            site = self.unpacked[key]
            alone = Environment(
                prefix=site, sites=(site,), python="", chosen="uv's cache"
            )
            return next(
                (
                    c
                    for c in installed.collect(alone)
                    if canonical(c.name) == package.name
                ),
                None,
            )
        if self.downloads is None:
            self.downloads = dict(_pip_downloads(self.answers)) if self.answers else {}
        if key in self.downloads:
            path = self.downloads[key]
            try:
                return wheel.read(
                    open_files(path), f"{package.name}-{package.version}.whl"
                )
            except IncompleteError:
                return None
        return None

    def installed_version(self, package: Locked) -> str:
        """The version that is installed instead, "" when none is."""
        here = self._installed(package)
        return here.version if here else ""

    def _installed(self, package: Locked) -> Component | None:
        here = self.environment.get(f"{package.manager}:{canonical(package.name)}")
        # A conda package that is a Python distribution is known by its Python metadata.
        return here or self.environment.get(f"pypi:{canonical(package.name)}")


def _key(name: str) -> tuple[str, str]:
    pieces = name.split("-")
    return canonical(pieces[0]), plain_version(pieces[1]) if len(pieces) > 2 else ""


def _wheels(folder: str) -> Iterable[str]:
    files = FolderFiles(folder)
    return (
        os.path.join(folder, p) for p in files.paths() if p.lower().endswith(".whl")
    )


def _cache(variables: Mapping[str, str], own: str, name: str) -> str:
    """
    The cache folder of a tool: its own variable, else below XDG_CACHE_HOME or ~/.cache;
    "" when none is known.
    """
    if variables.get(own):
        return variables[own]
    home = variables.get("HOME", "")
    base = variables.get("XDG_CACHE_HOME") or (
        os.path.join(home, ".cache") if home else ""
    )
    return os.path.join(base, name) if base else ""


def _pip_wheels(variables: Mapping[str, str]) -> list[str]:
    """Where pip keeps wheels that it built."""
    cache = _cache(variables, "PIP_CACHE_DIR", "pip")
    return [os.path.join(cache, "wheels")] if cache else []


def _pip_downloads(cache: str) -> Iterator[tuple[tuple[str, str], str]]:
    """
    The wheels among the answers to downloads that pip keeps (from pip 23.3 on, bodies
    in files of their own).
    """
    files = FolderFiles(cache)
    for path in files.paths():
        if not (path.startswith("http-v2/") and path.endswith(".body")):
            continue
        try:
            if not files.read_at(path, 0, 4).startswith(b"PK"):
                continue
            names = open_files(os.path.join(cache, path)).paths()
        except (ReadError, IncompleteError):
            continue
        infos = {
            n.partition("/")[0]
            for n in names
            if n.count("/") == 1 and n.endswith(".dist-info/METADATA")
        }
        found = _INFO.match(next(iter(infos))) if len(infos) == 1 else None
        if found:
            yield (
                (canonical(found.group(1)), plain_version(found.group(2))),
                os.path.join(cache, path),
            )


def _uv_archives(variables: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """The unpacked wheels in uv's cache, by name and version."""
    cache = _cache(variables, "UV_CACHE_DIR", "uv")
    if not cache:
        return
    files = FolderFiles(cache)
    for bucket in (f for f in files.folders() if f.startswith("archive-v")):
        for entry in files.folders(bucket):
            for name in files.names(f"{bucket}/{entry}"):
                found = _INFO.match(name)
                if found:
                    site = os.path.join(cache, bucket, entry)
                    yield (
                        (canonical(found.group(1)), plain_version(found.group(2))),
                        os.path.realpath(site),
                    )
