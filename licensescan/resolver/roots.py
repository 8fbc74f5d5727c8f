"""
The project's own requirements: the roots of the graph, each with the file and
line that states it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from licensescan.base import toml
from licensescan.base.document import table, texts
from licensescan.model.types import ExpressionError, Root, Scope
from licensescan.reader import FolderFiles, ReadError
from licensescan.resolver.requirement_files import (
    Form,
    Line,
    read_requirements,
)
from licensescan.standards.requirements import (
    Platform,
    marker_environment,
    parse_requirement,
)
from licensescan.standards.spdx_expression import normalise

_DEV = re.compile(
    r"(?i)(dev|test|doc|lint|typing|ci|bench|build|style|check|example)"
)
_REQUIREMENTS = re.compile(
    r"(?i)^(?:.*[-_.])?requirements(?:[-_.].*)?\.(?:txt|in)$|^requirements/.*\.(?:txt|in)$"
)


def roots_of(project: str) -> list[Root]:
    """
    Return the requirements of the project in the folder `project`: those of
    pyproject.toml (PEP 621, PEP 735 groups, poetry), and of requirements files
    where that names nothing for run time: many projects keep their tools in the
    one and what they need in the other. A file that cannot be read says
    nothing; a lock file is a target.
    """
    files = FolderFiles(project)
    roots = list(_Pyproject(files).roots())
    if _names_runtime(roots):
        return roots
    return [*roots, *_requirements(project, files)]


def _names_runtime(roots: Iterable[Root]) -> bool:
    return any(root.scope == "runtime" for root in roots)


def unread_lines(project: str) -> list[Line]:
    """
    Return the lines of the project's requirement files that ask for something
    without a name, or that could not be followed; none where pyproject.toml
    names what is needed at run time.
    """
    files = FolderFiles(project)
    if _names_runtime(_Pyproject(files).roots()):
        return []
    found = _requirement_files(project, files).values()
    return [line for lines in found for line in lines if not line.name]


_LINUX = Platform()


def declared_names(
    project: str, python: str = "", platform: Platform = _LINUX
) -> frozenset[str]:
    """
    Return the canonical names that the project needs at run time where its
    markers hold: in Python `python` on `platform`.
    """
    environment = marker_environment(python, *platform)
    names = set()
    for root in roots_of(project):
        requirement = parse_requirement(root.requirement)
        if root.scope != "runtime" or requirement is None:
            continue
        if requirement.applies(environment, ""):
            names.add(requirement.name)
    return frozenset(names)


def project_name(project: str) -> str:
    """Return the name in pyproject.toml, else that of the folder `project`."""
    declared = table(_Pyproject(FolderFiles(project)).document, "project").get(
        "name"
    )
    if isinstance(declared, str) and declared:
        return declared
    return project.rstrip("/").rsplit("/", 1)[-1] or "project"


def stated_license(project: str) -> str:
    """
    Return the SPDX expression that pyproject.toml states for the project in
    the folder `project`; "" without one.
    """
    declared = table(_Pyproject(FolderFiles(project)).document, "project").get(
        "license"
    )
    if isinstance(declared, dict):
        declared = declared.get("text")
    try:
        return normalise(declared) if isinstance(declared, str) else ""
    except ExpressionError:
        return ""


class _Pyproject:
    """
    pyproject.toml as a `document`, empty when it cannot be read, and as a
    `text`, in which values have their lines: TOML parsers give no positions.
    """

    def __init__(self, files: FolderFiles) -> None:
        self.document: Mapping[str, Any] = {}
        self.text = ""
        try:
            data = files.read("pyproject.toml").data
            self.document = toml.loads(data, label="pyproject.toml")
        except (ReadError, ValueError):
            return
        self.text = data.decode("utf-8", "replace")

    def roots(self) -> Iterator[Root]:
        """Yield the requirements of all tables that state some."""
        yield from self._project()
        yield from self._dependency_groups()
        yield from self._poetry()

    def _project(self) -> Iterator[Root]:
        project = table(self.document, "project")
        for requirement in texts(project.get("dependencies")):
            yield self._root(requirement, "runtime")
        for group, listed in table(project, "optional-dependencies").items():
            scope: Scope = "dev" if _DEV.search(group) else "optional"
            for requirement in texts(listed):
                yield self._root(requirement, scope)

    def _dependency_groups(self) -> Iterator[Root]:
        groups = table(self.document, "dependency-groups")
        for group in groups:
            for requirement in _group(groups, group, ()):
                yield self._root(requirement, "dev")

    def _poetry(self) -> Iterator[Root]:
        poetry = table(self.document, "tool", "poetry")
        yield from self._poetry_table(table(poetry, "dependencies"), "runtime")
        yield from self._poetry_table(table(poetry, "dev-dependencies"), "dev")
        for group in table(poetry, "group"):
            dependencies = table(poetry, "group", group, "dependencies")
            scope: Scope = "runtime" if group == "main" else "dev"
            yield from self._poetry_table(dependencies, scope)

    def _poetry_table(
        self,
        dependencies: Mapping[str, Any],
        scope: Scope,
    ) -> Iterator[Root]:
        """
        Yield the roots of one of poetry's own tables. Only names and extras
        matter, since what is installed is what is judged.
        """
        for name in dependencies:
            if name.lower() == "python":
                continue
            details = table(dependencies, name)
            extras = texts(details.get("extras"))
            requirement = f"{name}[{','.join(extras)}]" if extras else name
            is_optional = (
                details.get("optional") is True and scope == "runtime"
            )
            own_scope: Scope = "optional" if is_optional else scope
            yield self._root(requirement, own_scope, stated_as=name)

    def _root(
        self,
        requirement: str,
        scope: Scope,
        stated_as: str = "",
    ) -> Root:
        offset = self.text.find(stated_as or requirement)
        line = self.text.count("\n", 0, offset) + 1 if offset >= 0 else 1
        return Root(
            requirement=requirement,
            source=f"pyproject.toml:{line}",
            scope=scope,
        )


def _group(
    groups: Mapping[str, Any],
    name: str,
    including: tuple[str, ...],
) -> Iterator[str]:
    """
    Yield the requirements of a dependency group with those of the groups that
    it includes (PEP 735); an inclusion that runs in a circle ends.
    """
    listed = groups.get(name)
    for item in listed if isinstance(listed, list) else ():
        included = table(item).get("include-group")
        if isinstance(item, str):
            yield item
        elif isinstance(included, str) and included not in including:
            yield from _group(groups, included, (*including, name))


def _requirements(project: str, files: FolderFiles) -> Iterator[Root]:
    """
    Yield the roots that requirement files name; `-r` and `-c` were followed.
    """
    for name, lines in _requirement_files(project, files).items():
        is_dev = _DEV.search(name.lower().replace("requirements", ""))
        scope: Scope = "dev" if is_dev else "runtime"
        for line in lines:
            requirement = line.text if line.form is Form.NAMED else line.name
            if requirement:
                yield Root(
                    requirement=requirement,
                    source=line.source,
                    scope=scope,
                )


def _requirement_files(
    project: str, files: FolderFiles
) -> dict[str, list[Line]]:
    """
    Return the lines of the project's requirement files by name; one that
    another includes is not there by itself.
    """
    names = [name for name in files.names() if _REQUIREMENTS.match(name)]
    found = {n: read_requirements(project, n) for n in names if files.has(n)}
    alone = {}
    for name, lines in found.items():
        others = (
            line.file for n, ls in found.items() if n != name for line in ls
        )
        if name not in set(others):
            alone[name] = lines
    return alone
