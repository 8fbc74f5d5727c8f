"""
Read lock files as lists of packages: uv.lock, pylock.toml, poetry.lock, pdm.lock,
Pipfile.lock, requirements files, conda-lock.yml. One reader a format; none resolves or
downloads anything.

Sources: PEP 751 (pylock.toml), the formats as uv, Poetry, PDM, pipenv, pip and
conda-lock write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from licensescan.base import toml
from licensescan.model.types import Scope
from licensescan.reader import decode, load_json
from licensescan.standards.requirements import canonical, parse_requirement


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Locked:
    """
    One locked package: `requires` are the names that it needs, `marker` the condition
    under which it is installed ("" always), `manager` is `pypi` or `conda`. `version`
    is "" where a requirements file does not pin it.
    """

    name: str
    version: str = ""
    requires: tuple[str, ...] = ()
    scope: Scope = "runtime"
    marker: str = ""
    manager: str = "pypi"


Reader = Callable[[bytes, str], list[Locked]]


def reader_of(name: str) -> Reader | None:
    """
    Return the reader of a lock file of this name, or None for another name. Readers
    raise `ValueError`.
    """
    readers = (reader for pattern, reader in _READERS if pattern.fullmatch(name))
    return _EXACT.get(name) or next(readers, None)


def _uv(data: bytes, label: str) -> list[Locked]:
    packages = _tables(toml.loads(data, label=label).get("package"))
    own = [p for p in packages if _is_project(p)]
    runtime: list[str] = []
    optional: list[str] = []
    dev: list[str] = []
    for project in own:
        runtime += _names(project.get("dependencies"))
        optional += _flat(project.get("optional-dependencies"))
        dev += _flat(project.get("dev-dependencies"))
        dev += _flat(project.get("dependency-groups"))
    edges = {_name(p): _names(p.get("dependencies")) for p in packages}
    scopes = _scopes(
        edges, [("runtime", runtime), ("optional", optional), ("dev", dev)]
    )
    unreached: Scope = "unknown" if own else "runtime"
    return [
        Locked(
            name=_name(p),
            version=_text(p.get("version")),
            requires=tuple(edges[_name(p)]),
            scope=scopes.get(_name(p), unreached),
            marker=" or ".join(_texts(p.get("resolution-markers"))),
        )
        for p in packages
        if p not in own
    ]


def _is_project(package: Mapping[str, Any]) -> bool:
    """Return True for the project itself and the members of its workspace."""
    source = package.get("source")
    return isinstance(source, Mapping) and not _PROJECT.isdisjoint(source)


_PROJECT = frozenset(("editable", "virtual"))


def _pylock(data: bytes, label: str) -> list[Locked]:
    packages = _tables(toml.loads(data, label=label).get("packages"))
    return [
        Locked(
            name=_name(p),
            version=_text(p.get("version")),
            requires=tuple(_names(p.get("dependencies"))),
            scope=_scope_of_marker(_text(p.get("marker"))),
            marker=_text(p.get("marker")),
        )
        for p in packages
    ]


def _scope_of_marker(marker: str) -> Scope:
    if "dependency_groups" in marker:
        return "dev"
    return "optional" if " in extras" in marker else "runtime"


def _poetry(data: bytes, label: str) -> list[Locked]:
    locked = []
    for package in _tables(toml.loads(data, label=label).get("package")):
        groups = _texts(package.get("groups"))
        category = _text(package.get("category")) or "main"
        needed = package.get("dependencies")
        markers = package.get("markers")
        scope: Scope = "optional" if package.get("optional") is True else "runtime"
        if "main" not in (groups or [category]):
            scope = "dev"
        locked.append(
            Locked(
                name=_name(package),
                version=_text(package.get("version")),
                requires=tuple(map(canonical, _mapping(needed))),
                scope=scope,
                marker=markers if isinstance(markers, str) else "",
            )
        )
    return locked


def _pdm(data: bytes, label: str) -> list[Locked]:
    locked = []
    for package in _tables(toml.loads(data, label=label).get("package")):
        groups = _texts(package.get("groups")) or ["default"]
        locked.append(
            Locked(
                name=_name(package),
                version=_text(package.get("version")),
                requires=tuple(_required(_texts(package.get("dependencies")))),
                scope="runtime" if "default" in groups else "dev",
                marker=_text(package.get("marker")),
            )
        )
    return locked


def _pipfile(data: bytes, label: str) -> list[Locked]:
    document = load_json(data)
    if not isinstance(document, Mapping):
        raise ValueError(f"{label}: no object")  # noqa: TRY004 - about the document, not about an argument
    by_name: dict[str, Locked] = {}
    scopes: tuple[tuple[str, Scope], ...] = (("default", "runtime"), ("develop", "dev"))
    for section, scope in scopes:
        for name, entry in _mapping(document.get(section)).items():
            if not isinstance(entry, Mapping):
                continue
            locked = Locked(
                name=canonical(name),
                version=_text(entry.get("version")).removeprefix("=="),
                scope=scope,
                marker=_text(entry.get("markers")),
            )
            by_name.setdefault(locked.name, locked)
    return list(by_name.values())


def _requirements(data: bytes, label: str) -> list[Locked]:
    """
    Read requirement lines; `-r` and other options are passed over: each file is a
    target of its own.
    """
    name = label.rsplit("/", 1)[-1]
    is_dev = re.search(r"(?i)dev|test|lint|docs|ci\b", name)
    scope: Scope = "dev" if is_dev else "runtime"
    by_key: dict[tuple[str, str], Locked] = {}
    for line in _CONTINUED.sub(" ", decode(data).text).split("\n"):
        locked = _requirement(line, scope)
        if locked:
            by_key.setdefault((locked.name, locked.version), locked)
    return list(by_key.values())


_CONTINUED = re.compile(r"\\\n")
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"\s--?[a-z][\w-]*(?:[= ]\S+)?")
_EGG = re.compile(r"#egg=([\w.-]+)")
_PINNED = re.compile(r"===?\s*([^\s,;)*]+)(?=\s*(?:[,;)]|$))")


def _requirement(line: str, scope: Scope) -> Locked | None:
    """Return the package that one line names, or None."""
    bare = _OPTION.sub("", " " + _COMMENT.sub("", line)).strip()
    required = parse_requirement(bare) if bare else None
    if required is None:
        egg = _EGG.search(line)
        return Locked(name=canonical(egg[1]), scope=scope) if egg else None
    pinned = _PINNED.search(bare.partition(";")[0])
    return Locked(
        name=required.name,
        version=pinned[1] if pinned else "",
        scope=scope,
        marker=required.marker,
    )


def _conda_lock(data: bytes, label: str) -> list[Locked]:
    """
    Read the package list of a conda-lock file line by line: its writer's layout is
    fixed, and no tag is ever needed.
    """
    entries: list[_CondaEntry] = []
    for line in decode(data).text.split("\n"):
        match = _CONDA_LINE.match(line)
        if not match:
            continue
        indent, key, value = match.groups()
        if indent == "- " and key == "name":
            entries.append(_CondaEntry())
        if entries:
            entries[-1].add(indent, key, value.strip().strip("'\""))
    if not entries:
        raise ValueError(f"{label}: no package list")
    locked = [entry.locked() for entry in reversed(entries)]
    # A package has one entry for each platform: the first speaks.
    by_key = {(p.manager, p.name, p.version): p for p in locked}
    return list(reversed(by_key.values()))


_CONDA_LINE = re.compile(r"(- |  |    )([\w.-]+):[ \t]*(.*)$")


@dataclass(slots=True)
class _CondaEntry:
    """One package of a conda-lock file: its keys, and the names that it needs."""

    fields: dict[str, str] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    last_key: str = ""

    def add(self, indent: str, key: str, value: str) -> None:
        """Add one line: a key of the package, or of the table under its last key."""
        if indent != "    ":
            self.last_key = key
            self.fields.setdefault(key, value)
        elif self.last_key == "dependencies":
            self.needs.append(key)

    def locked(self) -> Locked:
        """Return the package; virtual packages (`__glibc`) are no need."""
        is_runtime = self.fields.get("category", "main") == "main"
        is_pypi = self.fields.get("manager") == "pip"
        return Locked(
            name=self.fields.get("name", ""),
            version=self.fields.get("version", ""),
            requires=tuple(n for n in self.needs if not n.startswith("__")),
            scope="runtime" if is_runtime else "dev",
            manager="pypi" if is_pypi else "conda",
        )


_READERS: Sequence[tuple[re.Pattern[str], Reader]] = (
    (re.compile(r"pylock\.[^.]+\.toml"), _pylock),
    (
        re.compile(
            r"(?i)(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in|lock)"
        ),
        _requirements,
    ),
    (re.compile(r"(?:.*[-.])?conda-lock\.ya?ml"), _conda_lock),
)
_EXACT: Mapping[str, Reader] = {
    "uv.lock": _uv,
    "pylock.toml": _pylock,
    "poetry.lock": _poetry,
    "pdm.lock": _pdm,
    "Pipfile.lock": _pipfile,
}


def merged(packages: Sequence[Locked]) -> list[Locked]:
    """
    Return one entry for each name and version: several entries of one package differ in
    markers and extras only.
    """
    by_key: dict[tuple[str, str, str], Locked] = {}
    for package in packages:
        if not package.name:
            continue
        key = (package.manager, package.name, package.version)
        first = by_key.get(key)
        by_key[key] = _united(first, package) if first else package
    return list(by_key.values())


def _united(first: Locked, second: Locked) -> Locked:
    """Return two entries of one package as one."""
    markers = [first.marker, second.marker]
    return replace(
        first,
        marker=" or ".join(dict.fromkeys(markers)) if all(markers) else "",
        scope=min(first.scope, second.scope, key=_RANK.__getitem__),
        requires=tuple(dict.fromkeys((*first.requires, *second.requires))),
    )


_RANK: Mapping[Scope, int] = {"runtime": 0, "optional": 1, "dev": 2, "unknown": 3}


def _scopes(
    edges: Mapping[str, Sequence[str]], starts: Sequence[tuple[Scope, Sequence[str]]]
) -> dict[str, Scope]:
    """
    Return the first scope, in the order of `starts`, from which each package is reached.
    """
    scopes: dict[str, Scope] = {}
    for scope, names in starts:
        stack = [n for n in names if n not in scopes]
        while stack:
            name = stack.pop()
            if name not in scopes:
                scopes[name] = scope
                stack += edges.get(name, ())
    return scopes


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _name(table: Mapping[str, Any]) -> str:
    return canonical(_text(table.get("name")))


def _names(value: Any) -> list[str]:
    return [_name(p) for p in _tables(value)]


def _flat(value: Any) -> list[str]:
    """Return the names in a table of lists (extras, groups)."""
    return [name for listed in _mapping(value).values() for name in _names(listed)]


def _required(lines: Sequence[str]) -> Iterator[str]:
    yield from (r.name for line in lines if (r := parse_requirement(line)))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
