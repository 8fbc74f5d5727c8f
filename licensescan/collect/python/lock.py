"""
Lock files: what a project will have, judged from what is already on this machine.

Each locked package is looked for by name and version on the shelf of what is at hand,
and only where that is allowed at the package index. A package that is nowhere is a
component that says so, and is never clean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from licensescan.collect.formats.lock_files import Locked, merged, reader_of
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, IncompleteError, Problem
from licensescan.reader import RECORD_BYTES, FolderFiles, ReadError
from licensescan.reader.inputs import Variables
from licensescan.standards.purl import purl

if TYPE_CHECKING:
    from licensescan.collect.python.package_index import Index
    from licensescan.collect.python.shelf import Shelf


def matches(path: str) -> bool:
    """Return True for a file that is named like a lock file or a requirements file."""
    return os.path.isfile(path) and reader_of(os.path.basename(path)) is not None


def collect(
    path: str,
    find_links: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    *,
    online: bool = False,
) -> Iterator[Component]:
    """
    Yield one component for each package that the file at `path` locks.

    `find_links` are folders of wheels; `variables` are the process's, for the places of
    environment, caches and index; with `online` the index is asked for what is nowhere
    else. Raises `IncompleteError` when the file cannot be read as what its name says,
    and after the last package when the index did not answer.
    """
    from licensescan.collect.python.shelf import Shelf

    label = os.path.basename(path)
    packages = _locked(path)
    given = Variables() if variables is None else variables
    shelf = Shelf.of(os.path.dirname(os.path.realpath(path)), find_links, given)
    index = _index(given) if online else None
    for package in sorted(packages, key=lambda p: (p.name, p.version, p.manager)):
        yield _component(package, shelf, label, index)
    if index and index.failure:
        raise IncompleteError(f"{path}: {index.failure}")


def _locked(path: str) -> list[Locked]:
    """Return the packages that the file at `path` locks. Raises `IncompleteError`."""
    folder, name = os.path.split(os.path.realpath(path))
    label = os.path.basename(path)
    read = reader_of(label) or reader_of(name)
    if read is None:
        raise IncompleteError(f"{path}: no lock file that licensescan knows")
    try:
        data = FolderFiles(folder).read(name, RECORD_BYTES).data
        return merged(read(data, label))
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    except ValueError as error:
        raise IncompleteError(f"{path}: {error}") from error


def _index(variables: Mapping[str, str]) -> Index:
    from licensescan.collect.python.package_index import Index

    return Index(variables)


def _component(
    package: Locked, shelf: Shelf, label: str, index: Index | None
) -> Component:
    component, refusal = shelf.find(package), ""
    if not component and index and package.manager == "pypi":
        component, refusal = _from_index(package, index)
    note = f"locked for: {package.marker}"[:200] if package.marker else ""
    if component:
        return replace(component, scope=package.scope, note=component.note or note)
    message = _unresolved(package, shelf.installed_version(package), refusal)
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


def _unresolved(package: Locked, installed: str, refusal: str) -> str:
    """
    Return why a package was not read: the version `installed` instead, if any, and the
    `refusal` of the index, if it was asked.
    """
    reason = "not installed here and not in a cache"
    if installed:
        reason = f"version {installed} is installed, not this one"
    if refusal:
        reason += f", and {refusal}"
    message = f"{reason}: unresolved; its terms were not read"
    if package.marker:
        message += f" (locked for: {package.marker[:120]})"
    return message


def _from_index(package: Locked, index: Index) -> tuple[Component | None, str]:
    """Return the package as the index has it, or why it could not be read there."""
    from licensescan.collect.python.package_index import UnresolvedError

    if not package.version:
        return None, "no version is pinned that could be asked for"
    try:
        return index.component(package.name, package.version), ""
    except UnresolvedError as error:
        return None, str(error)
