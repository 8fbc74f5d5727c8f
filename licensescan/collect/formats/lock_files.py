"""
Lock files as lists of what is locked: uv.lock, pylock.toml, poetry.lock, pdm.lock,
Pipfile.lock, requirements files, conda-lock.yml. One reader a format; none resolves or
downloads anything.

Sources: PEP 751 (pylock.toml), the formats as uv, Poetry, PDM, pipenv, pip and
conda-lock write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licensescan.base import toml
from licensescan.model.types import Scope
from licensescan.reader import decode, load_json
from licensescan.standards.requirements import canonical, parse_requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """
    One locked package: `requires` are the names that it needs, `marker` says where it
    is wanted ("" everywhere), `manager` is `pypi` or `conda`. `version` is "" where a
    requirements file does not pin it.
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
    What reads a lock file of this name, or None for another name. Readers raise
    `ValueError`.
    """
    exact = _EXACT.get(name)
    if exact:
        return exact
    if re.fullmatch(r"pylock\.[^.]+\.toml", name):
        return _pylock
    if re.fullmatch(
        r"(?i)(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in|lock)",
        name,
    ):
        return _requirements
    return _conda_lock if re.fullmatch(r"(?:.*[-.])?conda-lock\.ya?ml", name) else None


def _uv(data: bytes, label: str) -> list[Locked]:
    packages = _tables(toml.loads(data, label=label).get("package"))
    own = [
        p
        for p in packages
        if isinstance(s := p.get("source"), Mapping)
        and ("editable" in s or "virtual" in s)
    ]
    edges = {_name(p): _names(p.get("dependencies")) for p in packages}
    optional = [n for p in own for n in _flat(p.get("optional-dependencies"))]
    dev = [
        n
        for p in own
        for n in (*_flat(p.get("dev-dependencies")), *_flat(p.get("dependency-groups")))
    ]
    runtime = [n for p in own for n in _names(p.get("dependencies"))]
    scopes = _scopes(
        edges, [("runtime", runtime), ("optional", optional), ("dev", dev)]
    )
    return [
        Locked(
            name=_name(p),
            version=_text(p.get("version")),
            requires=tuple(edges[_name(p)]),
            scope=scopes.get(_name(p), "runtime" if not own else "unknown"),
            marker=" or ".join(_texts(p.get("resolution-markers"))),
        )
        for p in packages
        if p not in own
    ]


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
    found = []
    for package in _tables(toml.loads(data, label=label).get("package")):
        groups = set(_texts(package.get("groups"))) or {
            _text(package.get("category")) or "main"
        }
        scope: Scope = "optional" if package.get("optional") is True else "runtime"
        needed = package.get("dependencies")
        markers = package.get("markers")
        found.append(
            Locked(
                name=_name(package),
                version=_text(package.get("version")),
                requires=tuple(canonical(n) for n in needed)
                if isinstance(needed, Mapping)
                else (),
                scope=scope if "main" in groups else "dev",
                marker=markers if isinstance(markers, str) else "",
            )
        )
    return found


def _pdm(data: bytes, label: str) -> list[Locked]:
    return [
        Locked(
            name=_name(p),
            version=_text(p.get("version")),
            requires=tuple(_required(_texts(p.get("dependencies")))),
            scope="runtime"
            if "default" in (_texts(p.get("groups")) or ["default"])
            else "dev",
            marker=_text(p.get("marker")),
        )
        for p in _tables(toml.loads(data, label=label).get("package"))
    ]


def _pipfile(data: bytes, label: str) -> list[Locked]:
    document = load_json(data)
    if not isinstance(document, Mapping):
        raise ValueError(f"{label}: no object")  # noqa: TRY004 - about the document, not about an argument
    found: dict[str, Locked] = {}
    scopes: tuple[tuple[str, Scope], ...] = (("default", "runtime"), ("develop", "dev"))
    for section, scope in scopes:
        table = document.get(section)
        for name, entry in table.items() if isinstance(table, Mapping) else ():
            if isinstance(entry, Mapping):
                version, marker = (
                    _text(entry.get("version")).removeprefix("=="),
                    _text(entry.get("markers")),
                )
                locked = Locked(
                    name=canonical(name), version=version, scope=scope, marker=marker
                )
                found.setdefault(locked.name, locked)
    return list(found.values())


def _requirements(data: bytes, label: str) -> list[Locked]:
    """
    Requirement lines; `-r` and other options are passed over: each file is a target of
    its own.
    """
    scope: Scope = (
        "dev"
        if re.search(r"(?i)dev|test|lint|docs|ci\b", label.rsplit("/", 1)[-1])
        else "runtime"
    )
    found: dict[tuple[str, str], Locked] = {}
    for line in re.sub(r"\\\n", " ", decode(data).text).split("\n"):
        bare = re.sub(
            r"\s--?[a-z][\w-]*(?:[= ]\S+)?", "", " " + re.sub(r"(^|\s)#.*$", "", line)
        ).strip()
        required = parse_requirement(bare) if bare else None
        if required is None:
            egg = re.search(r"#egg=([\w.-]+)", line)
            if egg:
                found.setdefault(
                    (canonical(egg.group(1)), ""),
                    Locked(name=canonical(egg.group(1)), scope=scope),
                )
            continue
        pinned = re.search(
            r"===?\s*([^\s,;)*]+)(?=\s*(?:[,;)]|$))", bare.partition(";")[0]
        )
        version = pinned.group(1) if pinned else ""
        found.setdefault(
            (required.name, version),
            Locked(
                name=required.name, version=version, scope=scope, marker=required.marker
            ),
        )
    return list(found.values())


def _conda_lock(data: bytes, label: str) -> list[Locked]:
    """
    The package list of a conda-lock file, line by line: its writer's layout is fixed,
    and no tag is ever needed.
    """
    entries: list[dict[str, str]] = []
    needs: list[list[str]] = []
    inner = ""
    for line in decode(data).text.split("\n"):
        found = re.match(r"(- |  |    )([\w.-]+):[ \t]*(.*)$", line)
        if not found:
            continue
        indent, key, value = (
            found.group(1),
            found.group(2),
            found.group(3).strip().strip("'\""),
        )
        if indent == "- " and key == "name":
            entries.append({})
            needs.append([])
        if not entries:
            continue
        if indent == "    ":
            if inner == "dependencies":
                needs[-1].append(key)
            continue
        inner = key
        entries[-1].setdefault(key, value)
    if not entries:
        raise ValueError(f"{label}: no package list")
    locked = [
        Locked(
            name=entry.get("name", ""),
            version=entry.get("version", ""),
            requires=tuple(n for n in needed if not n.startswith("__")),
            scope="runtime" if entry.get("category", "main") == "main" else "dev",
            manager="pypi" if entry.get("manager") == "pip" else "conda",
        )
        for entry, needed in zip(entries, needs, strict=True)
    ]
    # One entry a platform.
    return list({(p.manager, p.name, p.version): p for p in reversed(locked)}.values())[
        ::-1
    ]


_EXACT: Mapping[str, Reader] = {
    "uv.lock": _uv,
    "pylock.toml": _pylock,
    "poetry.lock": _poetry,
    "pdm.lock": _pdm,
    "Pipfile.lock": _pipfile,
}


def merged(packages: Sequence[Locked]) -> list[Locked]:
    """
    One entry for each name and version: several entries of one package differ in
    markers and extras only.
    """
    found: dict[tuple[str, str, str], Locked] = {}
    for package in packages:
        if not package.name:
            continue
        key = (package.manager, package.name, package.version)
        first = found.get(key)
        if first is None:
            found[key] = package
            continue
        marker = " or ".join(
            dict.fromkeys(m for m in (first.marker, package.marker) if m)
        )
        scope = (
            first.scope if _RANK[first.scope] <= _RANK[package.scope] else package.scope
        )
        requires = tuple(dict.fromkeys((*first.requires, *package.requires)))
        everywhere = not first.marker or not package.marker
        found[key] = replace(
            first, marker="" if everywhere else marker, scope=scope, requires=requires
        )
    return list(found.values())


_RANK: Mapping[Scope, int] = {"runtime": 0, "optional": 1, "dev": 2, "unknown": 3}


def _scopes(
    edges: Mapping[str, Sequence[str]], starts: Sequence[tuple[Scope, Sequence[str]]]
) -> dict[str, Scope]:
    """The first scope, in the order of `starts`, from which each package is reached."""
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
    return (
        [p for p in value if isinstance(p, Mapping)] if isinstance(value, list) else []
    )


def _name(table: Mapping[str, Any]) -> str:
    return canonical(_text(table.get("name")))


def _names(value: Any) -> list[str]:
    return [_name(p) for p in _tables(value)]


def _flat(value: Any) -> list[str]:
    """The names in a table of lists (extras, groups)."""
    return (
        [n for listed in value.values() for n in _names(listed)]
        if isinstance(value, Mapping)
        else []
    )


def _required(lines: Sequence[str]) -> Iterator[str]:
    yield from (r.name for line in lines if (r := parse_requirement(line)))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
