"""
What the package managers of a distribution say is installed: dpkg, apk, rpm.

Sources: deb-control(5) and dpkg(1) for var/lib/dpkg, Alpine's wiki "Apk spec"
for lib/apk/db/installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from licensescan.collect.trees import deb
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Problem
from licensescan.reader import (
    RECORD_BYTES,
    FileTree,
    ReadError,
    decode,
    read_whole,
)
from licensescan.standards.purl import purl

_STATUS = "var/lib/dpkg/status"
_STATUS_FOLDER = "var/lib/dpkg/status.d"
"""Distroless images keep a file for each package."""

_APK = "lib/apk/db/installed"
_RPM = (
    "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """
    A component, the path that says it is there, and the files that are its
    own.
    """

    component: Component
    path: str
    owned: frozenset[str] = frozenset()


def system_packages(files: FileTree) -> Iterator[Installed]:
    """
    Yield what dpkg, apk and rpm have installed in the system whose root is
    `files`.
    """
    yield from _debian(files)
    yield from _alpine(files)
    for path in _RPM:
        if files.has(path):
            message = "packages of rpm: its database was not read"
            yield Installed(component=_unread("rpm", path, message), path=path)


def _debian(files: FileTree) -> Iterator[Installed]:
    for read in _stanzas(files):
        if isinstance(read, ReadError):
            path = read.problem.path
            component = _unread("dpkg", path, str(read))
            yield Installed(component=component, path=path)
            continue
        path, stanza = read
        fields = deb.fields_of(stanza)
        state = fields.get("status", "install ok installed").split()
        if fields.get("package") and state[-1:] == ["installed"]:
            yield _deb(files, fields, path)


def _stanzas(files: FileTree) -> Iterator[tuple[str, str] | ReadError]:
    """
    Yield the stanzas of dpkg's status, each with the file in which it stands,
    and an error for a file that cannot be read.
    """
    folder = [f"{_STATUS_FOLDER}/{n}" for n in files.names(_STATUS_FOLDER)]
    for path in [_STATUS, *folder]:
        if path.endswith((".md5sums", ".list")) or not files.has(path):
            continue
        try:
            text = decode(read_whole(files, path, RECORD_BYTES)).text
        except ReadError as error:
            yield error
            continue
        for stanza in re.split(r"\n\s*\n", text):
            yield path, stanza


def _deb(files: FileTree, fields: Mapping[str, str], path: str) -> Installed:
    name = fields["package"]
    arch = fields.get("architecture", "")
    owned = _listed(files, name, arch)
    copyright_file = f"usr/share/doc/{name}/copyright"
    paths = sorted(
        owned | {copyright_file} if files.has(copyright_file) else owned
    )
    component = deb.component_of(fields, files, paths)
    where = copyright_file if files.has(copyright_file) else path
    return Installed(component=component, path=where, owned=owned)


def _listed(files: FileTree, name: str, arch: str) -> frozenset[str]:
    """
    Return the regular files that a package's list names and that are there.
    """
    info = "var/lib/dpkg/info"
    sums = f"{_STATUS_FOLDER}/{name}.md5sums"
    for path in (f"{info}/{name}.list", f"{info}/{name}:{arch}.list", sums):
        lines = _lines(files, path)
        if path == sums:
            lines = [line.partition("  ")[2] for line in lines]
        names = (line.strip().removeprefix("./").lstrip("/") for line in lines)
        owned = frozenset(n for n in names if n and files.has(n))
        if owned:
            return owned
    return frozenset()


def _lines(files: FileTree, path: str) -> list[str]:
    """Return the lines of a file, none where it cannot be read."""
    try:
        return decode(files.read(path, RECORD_BYTES).data).text.split("\n")
    except ReadError:
        return []


def _alpine(files: FileTree) -> Iterator[Installed]:
    if not files.has(_APK):
        return
    try:
        text = decode(read_whole(files, _APK, RECORD_BYTES)).text
    except ReadError as error:
        yield Installed(component=_unread("apk", _APK, str(error)), path=_APK)
        return
    line = 1
    for stanza in text.split("\n\n"):
        rows = [row for row in stanza.split("\n") if row[1:2] == ":"]
        fields = {row[0]: row[2:] for row in rows}
        if fields.get("P"):
            yield Installed(component=_apk(fields, stanza, line), path=_APK)
        line += stanza.count("\n") + 2


def _apk(fields: Mapping[str, str], stanza: str, line: int) -> Component:
    """
    Return one package of Alpine: its records name a license, and no text is
    kept.
    """
    name, version = fields["P"], fields.get("V", "")
    stated = fields.get("L", "")
    rows = stanza.split("\n")
    at = line + next(
        (i for i, row in enumerate(rows) if row.startswith("L:")), 0
    )
    field = Evidence(
        kind=EvidenceKind.LICENSE_FIELD,
        path=_APK,
        value=stated,
        lines=(at, at),
    )
    return Component(
        purl=purl("apk", name, version, "alpine"),
        name=name,
        version=version,
        path=_APK,
        evidence=(field,) if stated else (),
    )


def _unread(name: str, path: str, message: str) -> Component:
    """Return what stands for packages that could not be listed."""
    problem = Problem(rule=RuleId.TERMS_UNREAD, path=path, message=message)
    return Component(
        purl=purl("generic", f"{name}-packages"),
        name=f"packages of {name}",
        version="",
        kind="source",
        path=path,
        problems=(problem,),
    )
