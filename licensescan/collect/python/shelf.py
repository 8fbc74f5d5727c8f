"""
Where the packages that a lock file names may be at hand: the project's
environment, folders of wheels, the caches of uv and pip.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from licensescan.base.portable import cache_of
from licensescan.collect.formats.lock_files import Locked
from licensescan.collect.python import wheel
from licensescan.collect.python.discover import discover
from licensescan.collect.python.environment import collect
from licensescan.collect.python.info_folder import plain_version
from licensescan.collect.python.prefix import Environment
from licensescan.model.types import Component, IncompleteError
from licensescan.reader import FolderFiles, ReadError, open_files
from licensescan.resolver.project import Project
from licensescan.standards.requirements import canonical

_INFO = re.compile(r"^(.+)-([^-]+)\.dist-info$")


class Release(NamedTuple):
    """
    One version of a package: its canonical name, its version in plain
    spelling.
    """

    name: str
    version: str


@dataclass(slots=True)
class Shelf:
    """
    What is at hand, in the order in which it is asked: `installed` are the
    project's own components by manager and name, `linked` the wheels in the
    folders that the user names, `wheels` those that pip built, `unpacked`
    site folders in uv's cache, and `pip_cache` the folder whose downloads are
    listed when they are needed. `python` is the version of the project's
    environment, "" without one.
    """

    python: str = ""

    installed: dict[str, Component] = field(default_factory=dict)
    linked: dict[Release, str] = field(default_factory=dict)
    wheels: dict[Release, str] = field(default_factory=dict)
    unpacked: dict[Release, str] = field(default_factory=dict)
    pip_cache: str = ""
    downloads: dict[Release, str] | None = None

    @classmethod
    def of(
        cls,
        project: Project,
        find_links: Sequence[str],
        variables: Mapping[str, str],
        declared: Collection[str] = (),
    ) -> Shelf:
        """
        Return what is at hand for a project that asks for the packages
        `declared`; `find_links` are folders of wheels, `variables` those of
        the process.
        """
        environments = discover(
            project, None, variables, declared=declared
        ).environments
        pip_cache, uv_cache = _caches(variables)
        built = [os.path.join(pip_cache, "wheels")] if pip_cache else []
        return cls(
            python=environments[0].python if environments else "",
            installed=_installed(environments, project),
            linked=_by_release(find_links),
            wheels=_by_release(built),
            unpacked=dict(_unpacked(uv_cache)),
            pip_cache=pip_cache,
        )

    def find(
        self,
        package: Locked,
    ) -> Component | None:
        """
        Return the package itself, whole; None when it is not at hand in the
        version that is locked.
        """
        here = self._installed_one(package)
        wanted = plain_version(package.version)
        if here and (
            not package.version or plain_version(here.version) == wanted
        ):
            return here
        if package.manager != "pypi" or not package.version:
            return None
        release = Release(package.name, wanted)
        if release in self.linked:
            return _from_wheel(self.linked[release])
        if package.address:
            # It is not what an index has under this name.
            return None
        if release in self.wheels:
            return _from_wheel(self.wheels[release])
        if release in self.unpacked:
            return _from_site(self.unpacked[release], package.name)
        if self.downloads is None:
            self.downloads = (
                dict(_downloads(self.pip_cache)) if self.pip_cache else {}
            )
        if release in self.downloads:
            name = f"{package.name}-{package.version}.whl"
            return _from_download(self.downloads[release], name)
        return None

    def installed_version(
        self,
        package: Locked,
    ) -> str:
        """Return the version that is installed, "" when none is."""
        here = self._installed_one(package)
        return here.version if here else ""

    def _installed_one(
        self,
        package: Locked,
    ) -> Component | None:
        if package.manager not in ("pypi", "conda"):
            return None
        name = canonical(package.name)
        # A conda package that is a Python distribution is known by its Python
        # metadata.
        own = self.installed.get(f"{package.manager}:{name}")
        return own or self.installed.get(f"pypi:{name}")


def _installed(
    environments: Sequence[Environment],
    project: Project,
) -> dict[str, Component]:
    """Return what environments hold, by manager and canonical name."""
    found: dict[str, Component] = {}
    for environment in environments:
        for component in collect(environment, own=project.own):
            manager = (
                "conda" if component.purl.startswith("pkg:conda/") else "pypi"
            )
            found.setdefault(
                f"{manager}:{canonical(component.name)}", component
            )
    return found


def _from_wheel(path: str) -> Component | None:
    try:
        return next(wheel.collect(path), None)
    except IncompleteError:
        return None


def _from_site(
    site: str,
    name: str,
) -> Component | None:
    alone = Environment(
        prefix=site,
        sites=(site,),
        python="",
        chosen="uv's cache",
    )
    return next((c for c in collect(alone) if canonical(c.name) == name), None)


def _from_download(
    path: str,
    name: str,
) -> Component | None:
    try:
        return wheel.read(open_files(path), name)
    except IncompleteError:
        return None


def _release(wheel_name: str) -> Release:
    name, *rest = wheel_name.split("-")
    return Release(
        canonical(name), plain_version(rest[0]) if len(rest) > 1 else ""
    )


def _release_of(info: str) -> Release | None:
    match = _INFO.match(info)
    return (
        Release(canonical(match[1]), plain_version(match[2]))
        if match
        else None
    )


def _by_release(folders: Sequence[str]) -> dict[Release, str]:
    """Return the wheels in folders, the first of each release."""
    found: dict[Release, str] = {}
    for folder in folders:
        for path in _wheels(folder):
            found.setdefault(_release(os.path.basename(path)), path)
    return found


def _wheels(folder: str) -> Iterator[str]:
    for path in FolderFiles(folder).paths():
        if path.lower().endswith(".whl"):
            yield os.path.join(folder, path)


def _caches(
    variables: Mapping[str, str],
) -> tuple[str, str]:
    """Return the cache folders of pip and uv; "" for one that is not known."""
    is_windows = sys.platform == "win32"
    pip = ("pip", "Cache") if is_windows else ("pip",)
    uv = ("uv", "cache") if is_windows else ("uv",)
    home = variables.get("HOME", "")
    # uv keeps to ~/.cache on macOS, too.
    usual = os.path.join(home, ".cache", "uv") if home else ""
    is_mac = sys.platform == "darwin" and not variables.get("XDG_CACHE_HOME")
    return (
        variables.get("PIP_CACHE_DIR") or cache_of(variables, *pip),
        variables.get("UV_CACHE_DIR")
        or (usual if is_mac else cache_of(variables, *uv)),
    )


def _downloads(cache: str) -> Iterator[tuple[Release, str]]:
    """
    Yield the wheels among the answers to downloads that pip keeps in the
    folder `cache` (from pip 23.3 on, bodies in files of their own).
    """
    files = FolderFiles(cache)
    for path in files.paths():
        is_body = path.startswith("http-v2/") and path.endswith(".body")
        release = _downloaded(files, cache, path) if is_body else None
        if release:
            yield release, os.path.join(cache, path)


def _downloaded(
    files: FolderFiles,
    cache: str,
    path: str,
) -> Release | None:
    """
    Return the release of the wheel that a download is, None when it is none.
    """
    try:
        if not files.read_at(path, 0, 4).startswith(b"PK"):
            return None
        names = open_files(os.path.join(cache, path)).paths()
    except (ReadError, IncompleteError):
        return None
    tops = (name for name in names if name.count("/") == 1)
    infos = {
        t.partition("/")[0] for t in tops if t.endswith(".dist-info/METADATA")
    }
    return _release_of(infos.pop()) if len(infos) == 1 else None


def _unpacked(cache: str) -> Iterator[tuple[Release, str]]:
    """Yield the unpacked wheels in uv's cache, if there is one, by release."""
    if not cache:
        return
    files = FolderFiles(cache)
    buckets = (f for f in files.folders() if f.startswith("archive-v"))
    entries = (
        f"{bucket}/{e}" for bucket in buckets for e in files.folders(bucket)
    )
    for entry in entries:
        for release in filter(None, map(_release_of, files.names(entry))):
            yield release, os.path.realpath(os.path.join(cache, entry))
