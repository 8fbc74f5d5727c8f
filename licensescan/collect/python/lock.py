"""
Lock files: what a project will have, judged from what is already on this
machine.

Each locked package is looked for, name and version, in the project's
environment, in folders of wheels, in the caches of uv and pip, and only where
that is allowed at the package index. A package that is nowhere is a component
that says so, and is never clean.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from licensescan.base.portable import is_below, shown_from
from licensescan.cache.fetched import FetchedCache
from licensescan.collect import kind_of, source_of
from licensescan.collect.formats.boms import is_bom, read_bom
from licensescan.collect.formats.lock_files import (
    Locked,
    is_requirements,
    merged,
    reader_of,
    scope_of_name,
)
from licensescan.collect.formats.script_block import (
    has_script_block,
    read_script,
)
from licensescan.collect.python.package_index import Index
from licensescan.collect.python.pinned import pinned
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    IncompleteError,
    Problem,
    Purl,
    Relation,
    Scope,
)
from licensescan.reader import RECORD_BYTES, FolderFiles, ReadError
from licensescan.reader.inputs import (
    Variables,
    is_file,
    is_folder,
    note_passing,
)
from licensescan.resolver.project import Project, find_project
from licensescan.resolver.requirement_files import (
    Form,
    Line,
    read_requirements,
)
from licensescan.standards.purl import purl
from licensescan.standards.requirements import (
    Platform,
    Requirement,
    Setting,
    canonical,
    marker_environment,
    parse_requirement,
)

if TYPE_CHECKING:
    from licensescan.collect.python.shelf import Shelf

_LINUX = Platform()
_HEAD_BYTES = 64 << 10
_NAMES_ROOTS_ONLY = re.compile(r"(?:.*[-.])?environment\.ya?ml|.*\.py")
"""
Lists that pin nothing of what their packages need: environment.yml, scripts.
"""


def matches(path: str) -> bool:
    """
    Return True for a file that is named like a lock or a requirements file,
    and for a script that says what it needs.
    """
    name = os.path.basename(path)
    is_list = reader_of(name) is not None or is_requirements(name)
    return os.path.isfile(path) and (is_list or _is_script(path))


def _is_script(path: str) -> bool:
    """Return True for a script that says what it needs (PEP 723)."""
    folder, name = os.path.split(os.path.realpath(path))
    if not name.endswith(".py"):
        return False
    try:
        head = FolderFiles(folder).read_at(name, 0, _HEAD_BYTES)
    except ReadError:
        return False
    return has_script_block(head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """
    Where the packages of a list are looked for: in folders of wheels
    (`find_links`), in the places that the process's `variables` name, and with
    `online` at the package index, of which what was read is kept in `fetched`;
    `told` hears how far that is, and `passed_over` what the list has for other
    platforms only.
    """

    find_links: Sequence[str] = ()
    variables: Mapping[str, str] | None = None
    online: bool = False
    platform: Platform = _LINUX
    fetched: FetchedCache = field(default_factory=lambda: FetchedCache(None))
    told: Callable[[str, int, int], None] = lambda step, done, total: None
    passed_over: Callable[[str], None] = lambda words: None


_HERE = Search()


def collect(
    path: str,
    search: Search = _HERE,
) -> Iterator[Component]:
    """
    Yield one component for each package that the file at `path` locks or asks
    for.

    What a list asks for without pinning all that it needs is completed from
    the environment. Raises `IncompleteError` when the file cannot be read as
    what its name says, and after the last package when the index did not
    answer.
    """
    from licensescan.collect.python.shelf import Shelf

    label = os.path.basename(path)
    project = find_project(os.path.dirname(os.path.realpath(path)))
    given = Variables() if search.variables is None else search.variables
    listing = _read(path, project, Setting(search.platform))
    shelf = Shelf.of(project, search.find_links, given, listing.declared())
    if shelf.python:
        listing = _read(path, project, Setting(search.platform, shelf.python))
    collected: list[Component] = []
    absent: list[Locked] = []
    for package in sorted(listing.packages, key=_by_name):
        if package.is_excluded:
            search.passed_over(_excluded(package))
            continue
        components = _at_hand(package, shelf, project, label)
        if not components:
            absent.append(package)
        collected += components
        yield from components
    failure = ""
    if search.online:
        index = Index(given)
        elsewhere = _from_index(absent, index, shelf, search, label)
        failure = index.failure
    else:
        elsewhere = [_absent(p, shelf, label) for p in absent]
    collected += elsewhere
    yield from elsewhere
    if is_requirements(label) or _NAMES_ROOTS_ONLY.fullmatch(label):
        yield from _needed(
            listing.packages, collected, shelf, label, search.platform
        )
    for line in listing.unread:
        yield _unread_line(line, label)
    if failure:
        raise IncompleteError(f"{path}: {failure}")


def _by_name(package: Locked) -> tuple[str, str, str]:
    return package.name, package.version, package.manager


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a file lists, and the lines of it that could not be followed."""

    packages: Sequence[Locked]
    unread: Sequence[Line] = ()

    def declared(self) -> set[str]:
        """Return the names of the packages that are needed at run time."""
        return {
            package.name
            for package in self.packages
            if package.scope == "runtime"
            and package.name
            and not (package.is_excluded or package.location)
        }


def locked_in(path: str, setting: Setting) -> Sequence[Locked]:
    """Return what the lock at `path` pins, () for one that cannot be read."""
    project = find_project(os.path.dirname(os.path.realpath(path)))
    try:
        return _read(path, project, setting).packages
    except IncompleteError:
        return ()


def _excluded(package: Locked) -> str:
    """Return what is said of a package for other platforms."""
    name = f"{package.name} {package.version}".strip()
    marker = f" ({package.marker[:120]})" if package.marker else ""
    return f"{name}: locked for other platforms{marker}"


def _read(
    path: str,
    project: Project,
    setting: Setting,
) -> _Listing:
    """Return what the file at `path` lists. Raises `IncompleteError`."""
    folder, name = os.path.split(os.path.realpath(path))
    label = os.path.basename(path)
    if is_requirements(label) or is_requirements(name):
        return _read_requirements(folder, name, label, project, setting)
    read = reader_of(label) or reader_of(name)
    try:
        data = FolderFiles(folder).read(name, RECORD_BYTES).data
        if read is None and is_bom(name, data[:_HEAD_BYTES]):
            read = read_bom
        if read is None and has_script_block(data[:_HEAD_BYTES]):
            read = read_script
        if read is None:
            raise IncompleteError(
                f"{label}: no lock file that licensescan knows"
            )
        packages = [_placed_in(p, folder) for p in read(data, label, setting)]
        return _Listing(packages=merged(packages))
    except ReadError as error:
        raise IncompleteError(f"{label}: {error.problem.message}") from error
    except ValueError as error:
        raise IncompleteError(f"{label}: {error}") from error


def _read_requirements(
    folder: str,
    name: str,
    label: str,
    project: Project,
    setting: Setting,
) -> _Listing:
    below = (
        project.workspace if is_below(folder, project.workspace) else folder
    )
    lines = read_requirements(folder, name, below)
    unread = [line for line in lines if line.form is Form.UNREAD]
    # One that cannot be opened at all is no list.
    if unread and len(lines) == 1 and unread[0].file == label:
        raise IncompleteError(f"{label}: {unread[0].text}")
    scope = scope_of_name(label)
    read = (line for line in lines if line.form is not Form.UNREAD)
    packages = [_of_line(line, scope, below, setting) for line in read]
    return _Listing(
        packages=merged(packages),
        unread=unread,
    )


def _of_line(
    line: Line,
    scope: Scope,
    below: str,
    setting: Setting,
) -> Locked:
    """Return a requirement line as an entry of a list."""
    requirement = (
        parse_requirement(line.text) if line.form is Form.NAMED else None
    )
    location = os.path.join(below, line.text) if line.form is Form.PATH else ""
    return Locked(
        name=line.name or line.text,
        version=line.version,
        scope=scope,
        marker=line.marker,
        extras=requirement.extras if requirement else (),
        source=line.source,
        location=location,
        hashes=line.hashes,
        address=_address_of(line),
        is_excluded=setting.excludes(line.marker),
    )


def _address_of(line: Line) -> str:
    """Return the address that a line asks for in the place of a version."""
    if line.form is Form.ADDRESS:
        return line.text
    _, _, address = line.text.partition(" @ ")
    return address.partition(" ;")[0].strip() if "://" in address else ""


def _placed_in(
    package: Locked,
    folder: str,
) -> Locked:
    """Return a locked package with its place on this machine, if it has one."""
    place = package.location.removeprefix("file://")
    if not place:
        return package
    elsewhere = "://" in place
    return replace(
        package, location="" if elsewhere else os.path.join(folder, place)
    )


def _unread_line(
    line: Line,
    label: str,
) -> Component:
    """Return a line that could not be followed as a component that says so."""
    message = f"{line.text}: what it asks for was not looked at"
    return Component(
        purl=purl("generic", line.source),
        name=line.source,
        version="",
        kind="source",
        path=label,
        problems=(
            Problem(
                rule=RuleId.TERMS_UNREAD,
                path=line.source,
                message=message,
            ),
        ),
    )


def _local(
    package: Locked,
    project: Project,
    label: str,
) -> list[Component]:
    """
    Return what a requirements file names by its folder or archive. Outside of
    the project it is named and not read.
    """
    place = os.path.realpath(package.location)
    top = os.path.realpath(project.workspace)
    components: list[Component] = []
    reason = "is nothing that licensescan can read"
    if not is_below(place, top):
        reason = "lies outside of the project: not read"
    elif not is_file(place) and not is_folder(place):
        reason = "is not there"
    else:
        try:
            components = _collected(place)
        except IncompleteError as error:
            reason = str(error)
    if not components:
        return [_unread_place(package, top, reason, label)]
    whole, *others = components
    relation: Relation = "own" if is_folder(place) else "import"
    return [
        replace(
            whole,
            scope=package.scope,
            relation=relation,
            requires=whole.requires or package.requires,
        ),
        *others,
    ]


def _collected(place: str) -> list[Component]:
    kind = kind_of(place)
    return list(source_of(kind).collect(place)) if kind else []


def _unread_place(
    package: Locked,
    top: str,
    reason: str,
    label: str,
) -> Component:
    path = shown_from(package.location, top)
    line = Line(
        form=Form.UNREAD,
        text=f"{path} {reason}",
        file="",
        number=0,
    )
    name = package.name or path
    return replace(
        _unread_line(line, label),
        purl=purl("generic", path),
        name=name,
    )


def _needed(
    packages: Sequence[Locked],
    found: Sequence[Component],
    shelf: Shelf,
    label: str,
    platform: Platform,
) -> Iterator[Component]:
    """
    Yield what the listed packages need and the list does not name, from the
    environment: a list of direct requirements is no closure.
    """
    names = {canonical(component.name) for component in found}
    names |= {package.name for package in packages}
    extras = {package.name: package.extras for package in packages}
    waiting = deque((c, extras.get(canonical(c.name), ())) for c in found)
    environment = marker_environment(shelf.python, *platform)
    while waiting:
        component, asked = waiting.popleft()
        for requirement in _applying(component, asked, environment):
            if requirement.name in names:
                continue
            names.add(requirement.name)
            needed = Locked(
                name=requirement.name,
                scope=component.scope,
            )
            at_hand = shelf.find(needed)
            inner = (
                _placed(at_hand, needed)
                if at_hand
                else _absent(needed, shelf, label)
            )
            waiting.append((inner, requirement.extras))
            note = f"needed by {component.name}, not in {label}"
            yield replace(inner, note=inner.note or note)


def _applying(
    component: Component,
    extras: Sequence[str],
    environment: Mapping[str, str],
) -> Iterator[Requirement]:
    """
    Yield the requirements of a component that hold with one of its `extras`.
    """
    for requirement in filter(
        None, map(parse_requirement, component.requires)
    ):
        if any(
            requirement.applies(environment, extra) for extra in ("", *extras)
        ):
            yield requirement


def _purl_of(package: Locked) -> Purl:
    if package.purl:
        return Purl(package.purl)
    return purl(package.manager, package.name, package.version)


def _at_hand(
    package: Locked,
    shelf: Shelf,
    project: Project,
    label: str,
) -> list[Component]:
    """Return a package from this machine, [] when it is not there."""
    if package.location:
        return _local(package, project, label)
    component = shelf.find(package)
    return [_placed(component, package)] if component else []


def _from_index(
    packages: Sequence[Locked],
    index: Index,
    shelf: Shelf,
    search: Search,
    label: str,
) -> list[Component]:
    """Return the packages that are not at hand as the index has them."""
    from licensescan.collect.python.downloads import Delivery, Downloads

    downloads = Downloads(
        index,
        search.fetched,
        search.told,
        platform=search.platform,
        python=shelf.python,
    )
    asked = [p for p in packages if p.manager == "pypi"]
    fetched = dict(zip(asked, downloads.fetch(asked), strict=True))
    found = []
    for package in packages:
        delivery = fetched.get(package, Delivery(is_kept=True))
        if not delivery.is_kept:
            note_passing()
        found.append(
            _placed(delivery.component, package)
            if delivery.component
            else _absent(package, shelf, label, delivery.refusal)
        )
    return found


def _placed(
    component: Component,
    package: Locked,
) -> Component:
    """Return a package that was found as the list speaks of it."""
    note = f"locked for: {package.marker}"[:200] if package.marker else ""
    return replace(
        pinned(component, package),
        scope=package.scope,
        note=component.note or note,
    )


def _absent(
    package: Locked,
    shelf: Shelf,
    label: str,
    refusal: str = "",
) -> Component:
    """Return a package that was found nowhere, which says so."""
    message = _unresolved(package, shelf.installed_version(package), refusal)
    problem = Problem(
        rule=RuleId.TERMS_UNREAD,
        path=label,
        message=message,
    )
    absent = Component(
        purl=_purl_of(package),
        name=package.name,
        version=package.version,
        scope=package.scope,
        path=label,
        requires=package.requires,
        evidence=tuple(_stated_license(package, label)),
        problems=(problem,),
        note=f"locked for: {package.marker}"[:200] if package.marker else "",
    )
    return pinned(absent, package)


def _stated_license(
    package: Locked,
    label: str,
) -> Iterator[Evidence]:
    if package.license:
        kind = EvidenceKind.LICENSE_FIELD
        yield Evidence(
            kind=kind,
            path=label,
            value=package.license,
        )


def _unresolved(
    package: Locked,
    installed: str,
    refusal: str,
) -> str:
    """
    Return why a package was not read: the version `installed` instead, if any,
    and the `refusal` of the index, if it was asked.
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
