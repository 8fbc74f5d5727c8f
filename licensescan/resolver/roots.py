"""
What the project itself asks for: the roots of the graph, each with the file and line
that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from licensescan.base import toml
from licensescan.model.types import Root, Scope
from licensescan.reader import FolderFiles, ReadError
from licensescan.resolver.requirement_files import Form, Line, read_requirements
from licensescan.standards.requirements import marker_environment, parse_requirement

_DEV = re.compile(r"(?i)(dev|test|doc|lint|typing|ci|bench|build|style|check|example)")
_REQUIREMENTS = re.compile(
    r"(?i)^(?:.*[-_.])?requirements(?:[-_.].*)?\.(?:txt|in)$|^requirements/.*\.(?:txt|in)$"
)


def roots_of(project: str) -> list[Root]:
    """
    The requirements of the project in the folder `project`: pyproject.toml (PEP 621,
    PEP 735 groups, poetry), else requirements files. None when it names none. A file
    that cannot be read says nothing; a lock file is a target.
    """
    files = FolderFiles(project)
    roots = list(_pyproject(files))
    if not roots:
        for name, lines in _requirement_files(project, files):
            is_dev = _DEV.search(name.lower().replace("requirements", ""))
            roots += _requirements(lines, "dev" if is_dev else "runtime")
    return roots


def unread_lines(project: str) -> list[Line]:
    """
    Return the lines of the project's requirement files that ask for something without
    a name, or that could not be followed; none where pyproject.toml names what it needs.
    """
    files = FolderFiles(project)
    if any(_pyproject(files)):
        return []
    return [
        line
        for _, lines in _requirement_files(project, files)
        for line in lines
        if not line.name
    ]


def _requirement_files(
    project: str, files: FolderFiles
) -> Iterator[tuple[str, list[Line]]]:
    """The project's requirement files by name; one that another includes is not twice."""
    found = {
        name: read_requirements(project, name)
        for name in files.names()
        if _REQUIREMENTS.match(name) and files.has(name)
    }
    for name, lines in found.items():
        others = (line.file for n, ls in found.items() if n != name for line in ls)
        if name not in set(others):
            yield name, lines


def declared_names(
    project: str, python: str = "", platform: str = "linux"
) -> frozenset[str]:
    """
    Return the canonical names that the project needs at run time where its markers
    hold: in Python `python` on `platform` (values of `sys_platform`).
    """
    environment = marker_environment(python, platform)
    names = set()
    for root in roots_of(project):
        requirement = parse_requirement(root.requirement)
        if root.scope != "runtime" or requirement is None:
            continue
        if requirement.applies(environment, ""):
            names.add(requirement.name)
    return frozenset(names)


def project_name(project: str) -> str:
    """What the project calls itself, else the folder's name."""
    document, _ = _load(FolderFiles(project))
    table = document.get("project")
    name = table.get("name") if isinstance(table, Mapping) else None
    return (
        name
        if isinstance(name, str) and name
        else project.rstrip("/").rsplit("/", 1)[-1] or "project"
    )


def _load(files: FolderFiles) -> tuple[dict[str, Any], str]:
    try:
        data = files.read("pyproject.toml").data
        return toml.loads(data, label="pyproject.toml"), data.decode("utf-8", "replace")
    except (ReadError, ValueError):
        return {}, ""


def _pyproject(files: FolderFiles) -> Iterator[Root]:
    document, text = _load(files)
    project, tool = document.get("project"), document.get("tool")
    if isinstance(project, Mapping):
        yield from _listed(project.get("dependencies"), text, "runtime")
        optional = project.get("optional-dependencies")
        for group, listed in optional.items() if isinstance(optional, Mapping) else ():
            yield from _listed(
                listed, text, "dev" if _DEV.search(group) else "optional"
            )
    groups = document.get("dependency-groups")
    if isinstance(groups, Mapping):
        for group in groups:
            yield from _listed(_group(groups, group, ()), text, "dev")
    poetry = tool.get("poetry") if isinstance(tool, Mapping) else None
    if isinstance(poetry, Mapping):
        yield from _poetry(poetry.get("dependencies"), text, "runtime")
        yield from _poetry(poetry.get("dev-dependencies"), text, "dev")
        inner = poetry.get("group")
        for name, table in inner.items() if isinstance(inner, Mapping) else ():
            if isinstance(table, Mapping):
                yield from _poetry(
                    table.get("dependencies"),
                    text,
                    "dev" if name != "main" else "runtime",
                )


def _group(groups: Mapping[str, Any], name: str, on_way: tuple[str, ...]) -> list[str]:
    """
    A dependency group with the groups that it includes (PEP 735); an inclusion that
    runs in a circle ends.
    """
    found: list[str] = []
    listed = groups.get(name)
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, Mapping) and isinstance(item.get("include-group"), str):
            inner = item["include-group"]
            if inner not in on_way:
                found += _group(groups, inner, (*on_way, name))
    return found


def _listed(listed: Any, text: str, scope: Scope) -> Iterator[Root]:
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, str):
            yield Root(
                requirement=item,
                source=f"pyproject.toml:{_line(text, item)}",
                scope=scope,
            )


def _poetry(table: Any, text: str, scope: Scope) -> Iterator[Root]:
    """
    Poetry's own table: only names and extras matter, since what is installed is what is
    judged.
    """
    for name, wanted in table.items() if isinstance(table, Mapping) else ():
        if name.lower() == "python":
            continue
        extras = wanted.get("extras") if isinstance(wanted, Mapping) else None
        asked = (
            f"[{','.join(e for e in extras if isinstance(e, str))}]"
            if isinstance(extras, list) and extras
            else ""
        )
        optional = isinstance(wanted, Mapping) and wanted.get("optional") is True
        yield Root(
            requirement=name + asked,
            source=f"pyproject.toml:{_line(text, name)}",
            scope="optional" if optional and scope == "runtime" else scope,
        )


def _line(text: str, needle: str) -> int:
    """The line on which a value stands: TOML parsers give no positions."""
    place = text.find(needle)
    return text.count("\n", 0, place) + 1 if place >= 0 else 1


def _requirements(lines: Iterable[Line], scope: Scope) -> Iterator[Root]:
    """The roots that requirement files name: `-r` and `-c` were followed."""
    for line in lines:
        if line.form is Form.NAMED:
            yield Root(requirement=line.text, source=line.source, scope=scope)
        elif line.name:
            yield Root(requirement=line.name, source=line.source, scope=scope)
