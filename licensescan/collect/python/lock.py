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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from licensescan.collect import kind_of, source_of
from licensescan.collect.formats.lock_files import (
    Locked,
    is_requirements,
    merged,
    reader_of,
    scope_of_name,
)
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    IncompleteError,
    Problem,
    Relation,
    Scope,
)
from licensescan.reader import RECORD_BYTES, FolderFiles, ReadError
from licensescan.reader.inputs import Variables, is_file, is_folder
from licensescan.resolver.project import Project, find_project
from licensescan.resolver.requirement_files import Form, Line, read_requirements
from licensescan.standards.purl import purl
from licensescan.standards.requirements import (
    canonical,
    marker_environment,
    parse_requirement,
)

if TYPE_CHECKING:
    from licensescan.collect.python.package_index import Index
    from licensescan.collect.python.shelf import Shelf


def matches(path: str) -> bool:
    """Return True for a file that is named like a lock or a requirements file."""
    name = os.path.basename(path)
    is_list = reader_of(name) is not None or is_requirements(name)
    return os.path.isfile(path) and is_list


def collect(
    path: str,
    find_links: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    *,
    online: bool = False,
) -> Iterator[Component]:
    """
    Yield one component for each package that the file at `path` locks or asks for.

    What a list asks for without pinning all that it needs is completed from the
    environment. `find_links` are folders of wheels; `variables` are the process's, for
    the places of environment, caches and index; with `online` the index is asked for
    what is nowhere else. Raises `IncompleteError` when the file cannot be read as what
    its name says, and after the last package when the index did not answer.
    """
    from licensescan.collect.python.shelf import Shelf

    folder, name = os.path.split(os.path.realpath(path))
    label = os.path.basename(path)
    project = find_project(folder)
    packages, unread = _listed(folder, name, label, project)
    given = Variables() if variables is None else variables
    declared = {p.name for p in packages if p.scope == "runtime" and p.name}
    shelf = Shelf.of(project, find_links, given, declared)
    index = _index(given) if online else None
    found = []
    for package in sorted(packages, key=lambda p: (p.name, p.version, p.manager)):
        if package.location:
            found += _local(package, project, label)
        else:
            found.append(_component(package, shelf, label, index))
        yield from found[-1:]
    if is_requirements(label) or _is_unpinned(label):
        yield from _needed(packages, found, shelf, label)
    yield from (_unread_line(line, label) for line in unread)
    if index and index.failure:
        raise IncompleteError(f"{path}: {index.failure}")


def _is_unpinned(label: str) -> bool:
    """Return True for a list that names roots only: environment.yml."""
    return re.fullmatch(r"(?:.*[-.])?environment\.ya?ml", label) is not None


def _listed(
    folder: str, name: str, label: str, project: Project
) -> tuple[list[Locked], list[Line]]:
    """What the file lists, and the lines of it that could not be followed."""
    if is_requirements(label) or is_requirements(name):
        below = project.workspace if _is_below(folder, project.workspace) else folder
        lines = read_requirements(folder, name, below)
        scope = scope_of_name(label)
        packages = [_of_line(line, scope, below) for line in lines]
        unread = [line for line in lines if line.form is Form.UNREAD]
        # One that cannot be opened at all is no list.
        if unread and len(lines) == 1 and unread[0].file == label:
            raise IncompleteError(f"{label}: {unread[0].text}")
        return merged([p for p in packages if p]), unread
    read = reader_of(label) or reader_of(name)
    try:
        if read is None:
            raise IncompleteError(f"{label}: no lock file that licensescan knows")
        data = FolderFiles(folder).read(name, RECORD_BYTES).data
        return merged(read(data, label)), []
    except ReadError as error:
        raise IncompleteError(f"{label}: {error.problem.message}") from error
    except ValueError as error:
        raise IncompleteError(f"{label}: {error}") from error


def _of_line(line: Line, scope: Scope, below: str) -> Locked | None:
    """A requirement line as an entry of a list; None for one that was not read."""
    if line.form is Form.UNREAD:
        return None
    requirement = parse_requirement(line.text) if line.form is Form.NAMED else None
    return Locked(
        name=line.name or line.text,
        version=line.version,
        scope=scope,
        marker=line.marker,
        extras=requirement.extras if requirement else (),
        source=line.source,
        location=os.path.join(below, line.text) if line.form is Form.PATH else "",
    )


def _is_below(folder: str, top: str) -> bool:
    return f"{folder}/".startswith(f"{top.rstrip('/')}/")


def _unread_line(line: Line, label: str) -> Component:
    """A line that could not be followed, as a component that says so."""
    message = f"{line.text}: what it asks for was not looked at"
    return Component(
        purl=purl("generic", line.source),
        name=line.source,
        version="",
        kind="source",
        path=label,
        problems=(
            Problem(rule=RuleId.TERMS_UNREAD, path=line.source, message=message),
        ),
    )


def _local(package: Locked, project: Project, label: str) -> list[Component]:
    """
    A folder or archive that a requirements file names, by what it is; outside of the
    project it is told and not read.
    """
    place = os.path.realpath(package.location)
    top = os.path.realpath(project.workspace)
    reason = ""
    if not _is_below(place, top):
        reason = "lies outside of the project: not read"
    elif not (is_file(place) or is_folder(place)):
        reason = "is not there"
    else:
        kind = kind_of(place)
        try:
            found = list(source_of(kind).collect(place)) if kind else []
        except IncompleteError as error:
            reason, found = str(error), []
        if found:
            is_own = is_folder(place)
            relation: Relation = "own" if is_own else "import"
            return [
                replace(c, scope=package.scope, relation=relation) if not i else c
                for i, c in enumerate(found)
            ]
        reason = reason or "is nothing that licensescan can read"
    shown = os.path.relpath(package.location, top)
    line = Line(form=Form.UNREAD, text=f"{shown} {reason}", file="", number=0)
    told = _unread_line(line, label)
    return [replace(told, purl=purl("generic", shown), name=package.name or shown)]


def _needed(
    packages: Sequence[Locked],
    found: Sequence[Component],
    shelf: Shelf,
    label: str,
) -> Iterator[Component]:
    """
    What the listed packages need and the list does not name, from the environment: a
    list of direct requirements is no closure.
    """
    names = {canonical(c.name) for c in found} | {p.name for p in packages}
    extras = {p.name: p.extras for p in packages}
    queue = [(c, extras.get(canonical(c.name), ())) for c in found]
    environment = marker_environment(shelf.python)
    while queue:
        component, asked = queue.pop(0)
        for text in component.requires:
            requirement = parse_requirement(text)
            if requirement is None or requirement.name in names:
                continue
            if not any(requirement.applies(environment, e) for e in ("", *asked)):
                continue
            names.add(requirement.name)
            needed = Locked(name=requirement.name, scope=component.scope)
            inner = _component(needed, shelf, label, None)
            note = f"needed by {component.name}, not in {label}"
            queue.append((inner, requirement.extras))
            yield replace(inner, note=inner.note or note)


def _index(variables: Mapping[str, str]) -> Index:
    from licensescan.collect.python.package_index import Index

    return Index(variables)


def _component(
    package: Locked, shelf: Shelf, label: str, index: Index | None
) -> Component:
    found, asked = shelf.find(package), ""
    if not found and index and package.manager == "pypi":
        found, asked = _from_index(package, index)
    note = f"locked for: {package.marker}"[:200] if package.marker else ""
    stated = package.license
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
        evidence=(
            (Evidence(kind=EvidenceKind.LICENSE_FIELD, path=label, value=stated),)
            if stated
            else ()
        ),
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
