"""
Lock files as lists of what is locked: uv.lock, pylock.toml, poetry.lock,
pdm.lock, Pipfile.lock, pixi.lock, conda-lock.yml, environment.yml. One reader
a format; none resolves or downloads anything.

Sources: PEP 751 (pylock.toml), the formats as uv, Poetry, PDM, pipenv, pixi,
conda and conda-lock write them. Requirements files are read in
`resolver.requirement_files`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licensescan.base import toml
from licensescan.collect.formats.yaml_data import load_yaml
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
    One locked package: `requires` are the names that it needs, `marker` the
    condition under which it is installed ("" always), `manager` is `pypi` or
    `conda`. `version` is "" where it is not pinned, `extras` are those asked
    for, `license` is what the lock itself says (pixi.lock), `source` the file
    and line that name it, `location` a folder or archive on this machine,
    `purl` what an SBOM calls a package of another kind than Python's and
    conda's, `hashes` the sha256 of each artifact of which one is installed.
    """

    name: str
    version: str = ""
    requires: tuple[str, ...] = ()
    scope: Scope = "runtime"
    marker: str = ""
    manager: str = "pypi"
    extras: tuple[str, ...] = ()
    license: str = ""
    source: str = ""
    location: str = ""
    purl: str = ""
    hashes: tuple[str, ...] = ()


Reader = Callable[[bytes, str], list[Locked]]


def reader_of(name: str) -> Reader | None:
    """
    Return the reader of a lock file of this name, or None for another name.
    Readers raise `ValueError`.
    """
    readers = (
        reader for pattern, reader in _READERS if pattern.fullmatch(name)
    )
    return _EXACT.get(name) or next(readers, None)


def is_requirements(name: str) -> bool:
    """Return True for the name of a requirements file as pip reads them."""
    pattern = r"(?i)(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in|lock)"
    return re.fullmatch(pattern, name) is not None


def scope_of_name(name: str) -> Scope:
    """Return the scope that the name of a file, group or environment tells."""
    is_dev = re.search(
        r"(?i)(?<![a-z])(?:dev|test|lint|doc|ci\b|typing)", name
    )
    return "dev" if is_dev else "runtime"


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
    edges = {_name(p): _needs(p) for p in packages}
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
            hashes=_hashes([p.get("sdist"), *_tables(p.get("wheels"))]),
        )
        for p in packages
        if p not in own
    ]


def _needs(package: Mapping[str, Any]) -> list[str]:
    """
    Return the names that a package of uv.lock needs, those of its extras too.
    """
    names = _names(package.get("dependencies"))
    if not _is_project(package):
        names += _flat(package.get("optional-dependencies"))
    return names


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
            hashes=_hashes([p.get("sdist"), *_tables(p.get("wheels"))]),
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
        scope: Scope = (
            "optional" if package.get("optional") is True else "runtime"
        )
        if "main" not in (groups or [category]):
            scope = "dev"
        locked.append(
            Locked(
                name=_name(package),
                version=_text(package.get("version")),
                requires=tuple(map(canonical, _mapping(needed))),
                scope=scope,
                marker=markers if isinstance(markers, str) else "",
                hashes=_hashes(package.get("files")),
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
                hashes=_hashes(package.get("files")),
            )
        )
    return locked


def _pipfile(data: bytes, label: str) -> list[Locked]:
    document = load_json(data)
    if not isinstance(document, Mapping):
        raise ValueError(f"{label}: no object")
    by_name: dict[str, Locked] = {}
    scopes: tuple[tuple[str, Scope], ...] = (
        ("default", "runtime"),
        ("develop", "dev"),
    )
    for section, scope in scopes:
        for name, entry in _mapping(document.get(section)).items():
            if not isinstance(entry, Mapping):
                continue
            locked = Locked(
                name=canonical(name),
                version=_text(entry.get("version")).removeprefix("=="),
                scope=scope,
                marker=_text(entry.get("markers")),
                hashes=_hashes(entry.get("hashes")),
            )
            by_name.setdefault(locked.name, locked)
    return list(by_name.values())


def _conda_lock(data: bytes, label: str) -> list[Locked]:
    """
    The packages of a conda-lock file, in YAML or JSON; one entry a platform is
    one.
    """
    document = _document(data, label)
    listed = document.get("package") if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise ValueError(f"{label}: no package list")
    found: dict[tuple[str, str, str], Locked] = {}
    for entry in _tables(listed):
        needed = entry.get("dependencies")
        names = [*needed] if isinstance(needed, Mapping) else []
        is_main = (_text(entry.get("category")) or "main") == "main"
        locked = Locked(
            name=_text(entry.get("name")),
            version=_text(entry.get("version")),
            requires=tuple(n for n in names if not n.startswith("__")),
            scope="runtime" if is_main else "dev",
            manager="pypi" if entry.get("manager") == "pip" else "conda",
            hashes=_hashes(entry),
        )
        found.setdefault((locked.manager, locked.name, locked.version), locked)
    return list(found.values())


def _pixi(data: bytes, label: str) -> list[Locked]:
    """
    The packages of a pixi.lock (version 5 or later): `environments` name them
    by address, `packages` describe each once, with the license that the
    channel states.
    """
    document = _document(data, label)
    if not isinstance(document, Mapping) or "packages" not in document:
        raise ValueError(f"{label}: no package list")
    scopes = _pixi_scopes(document.get("environments"))
    found = []
    for entry in _tables(document.get("packages")):
        is_conda = entry.get("kind") == "conda" or "conda" in entry
        address = _text(
            entry.get("conda") or entry.get("pypi") or entry.get("url")
        )
        name, version = _text(entry.get("name")), _text(entry.get("version"))
        if is_conda and not name:
            name, version = _conda_name(address)
        needed = _texts(entry.get("depends") or entry.get("requires_dist"))
        names = (m[0] for n in needed if (m := re.match(r"[\w.-]+", n)))
        found.append(
            Locked(
                name=name if is_conda else canonical(name),
                version=version,
                requires=tuple(n for n in names if not n.startswith("__")),
                scope=scopes.get(address, "runtime"),
                manager="conda" if is_conda else "pypi",
                license=_text(entry.get("license")),
                hashes=_hashes(entry),
            )
        )
    return found


def _pixi_scopes(environments: Any) -> dict[str, Scope]:
    """
    The scope of each address: what the default environment has is needed at
    run time.
    """
    scopes: dict[str, Scope] = {}
    for name, table in (
        environments.items() if isinstance(environments, Mapping) else ()
    ):
        scope: Scope = "runtime" if name == "default" else scope_of_name(name)
        platforms = (
            table.get("packages") if isinstance(table, Mapping) else None
        )
        for listed in (
            platforms.values() if isinstance(platforms, Mapping) else ()
        ):
            for entry in _tables(listed):
                address = _text(entry.get("conda") or entry.get("pypi"))
                first = scopes.get(address, scope)
                scopes[address] = min(first, scope, key=_RANK.__getitem__)
    return scopes


def _conda_name(address: str) -> tuple[str, str]:
    """
    Name and version of a conda archive: `<name>-<version>-<build>.conda`.
    """
    base = re.sub(r"\.(?:conda|tar\.bz2)$", "", address.rpartition("/")[2])
    pieces = base.rsplit("-", 2)
    return (pieces[0], pieces[1]) if len(pieces) == 3 else (base, "")


_CONDA_SPEC = re.compile(
    r"(?:[\w.-]+::)?([\w.-]+)\s*(?:={1,2}\s*([\w.+!-]+))?"
)
"""
A package in an environment.yml: its channel, name, and the version it is
pinned to.
"""

_PIP_PIN = re.compile(r"==\s*([\w.+!-]+)")


def _environment(data: bytes, label: str) -> list[Locked]:
    """Read the roots that an environment.yml of conda names, pinned or not."""
    listed = _mapping(_document(data, label)).get("dependencies")
    if not isinstance(listed, list):
        raise ValueError(f"{label}: no list of dependencies")
    specs = filter(None, map(_CONDA_SPEC.match, _texts(listed)))
    roots = [
        Locked(name=m[1], version=m[2] or "", manager="conda") for m in specs
    ]
    for table in _tables(listed):
        roots += filter(None, map(_pip_root, _texts(table.get("pip"))))
    return roots


def _pip_root(line: str) -> Locked | None:
    """
    Return the package that a line below `pip:` names, None for an option.
    """
    requirement = parse_requirement(line.partition(" #")[0].strip())
    if requirement is None:
        return None
    pin = _PIP_PIN.search(line)
    return Locked(name=requirement.name, version=pin[1] if pin else "")


def _document(data: bytes, label: str) -> Any:
    """A YAML or JSON document. Raises `ValueError` for what is neither."""
    text = decode(data).text
    if text.lstrip().startswith("{"):
        return load_json(data)
    try:
        return load_yaml(text, nodes=2_000_000)
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from error


_READERS: Sequence[tuple[re.Pattern[str], Reader]] = (
    (re.compile(r"pylock\.[^.]+\.toml"), _pylock),
    (re.compile(r"(?:.*[-.])?environment\.ya?ml"), _environment),
    (re.compile(r"(?:.*[-.])?conda-lock\.ya?ml"), _conda_lock),
)
_EXACT: Mapping[str, Reader] = {
    "uv.lock": _uv,
    "pylock.toml": _pylock,
    "poetry.lock": _poetry,
    "pdm.lock": _pdm,
    "Pipfile.lock": _pipfile,
    "pixi.lock": _pixi,
}


def merged(packages: Sequence[Locked]) -> list[Locked]:
    """
    Return one entry for each name and version: several entries of one package
    differ in markers and extras only.
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
        hashes=tuple(sorted({*first.hashes, *second.hashes})),
    )


_RANK: Mapping[Scope, int] = {
    "runtime": 0,
    "optional": 1,
    "dev": 2,
    "unknown": 3,
}


def _scopes(
    edges: Mapping[str, Sequence[str]],
    starts: Sequence[tuple[Scope, Sequence[str]]],
) -> dict[str, Scope]:
    """
    Return the first scope, in the order of `starts`, from which each package
    is reached.
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
    return [
        name for listed in _mapping(value).values() for name in _names(listed)
    ]


def _hashes(files: Any) -> tuple[str, ...]:
    """
    Return the sha256 that entries state: each `sha256:...`, or a table that
    holds that as `hash`, or the bare digest below `hashes` or itself.
    """
    digests = set()
    for entry in files if isinstance(files, list) else [files]:
        if isinstance(entry, Mapping):
            hashes = _mapping(entry.get("hashes") or entry.get("hash"))
            bare = _text(hashes.get("sha256") or entry.get("sha256"))
            entry = f"sha256:{bare}" if bare else entry.get("hash")
        kind, _, digest = _text(entry).lower().partition(":")
        digests |= {digest} if kind == "sha256" and digest else set()
    return tuple(sorted(digests))


def _required(lines: Sequence[str]) -> Iterator[str]:
    yield from (r.name for line in lines if (r := parse_requirement(line)))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return (
        [v for v in value if isinstance(v, str)]
        if isinstance(value, list)
        else []
    )
