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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licensescan.base import toml
from licensescan.collect.formats.yaml_data import load_yaml
from licensescan.model.types import Scope
from licensescan.reader import decode, load_json
from licensescan.standards.requirements import (
    LockedScope,
    Platform,
    Setting,
    canonical,
    parse_requirement,
    platform_of,
    pylock_scopes,
)


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
    conda's, `hashes` the sha256 of each artifact of which one is installed,
    `archives` their names with it where the lock has names, `is_excluded` is
    True for one that is installed on other platforms only, `address` is where it comes from if that is no index.
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
    is_excluded: bool = False
    address: str = ""
    archives: tuple[tuple[str, str], ...] = ()


Reader = Callable[[bytes, str, Setting], list[Locked]]


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


def _uv(
    data: bytes,
    label: str,
    setting: Setting,
) -> list[Locked]:
    packages = _tables(toml.loads(data, label=label).get("package"))
    own = [p for p in packages if _is_project(p)]
    scopes = _uv_scopes(packages, own, setting)
    # What is reached on another platform alone is not for this one.
    others = _uv_scopes(packages, own, None)
    unreached: Scope = "unknown" if own else "runtime"
    return [
        Locked(
            name=_name(p),
            version=_text(p.get("version")),
            requires=tuple(_needs(p, setting)),
            scope=scopes.get(_name(p), unreached),
            marker=" or ".join(_texts(p.get("resolution-markers"))),
            location=_member(p),
            hashes=_hashes([p.get("sdist"), *_tables(p.get("wheels"))]),
            archives=_archives([p.get("sdist"), *_tables(p.get("wheels"))]),
            is_excluded=_name(p) in others and _name(p) not in scopes,
            address=_address(p.get("source")),
        )
        for p in packages
        if p not in own or _member(p)
    ]


def _member(package: Mapping[str, Any]) -> str:
    """Return the folder of a member of the workspace, "" for all else."""
    source = _mapping(package.get("source"))
    folder = _text(source.get("editable") or source.get("virtual"))
    return folder if folder.strip("./") else ""


def _uv_scopes(
    packages: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]],
    setting: Setting | None,
) -> dict[str, Scope]:
    """
    Return the scope of each package that the projects lead to, by those
    markers that hold in `setting` (None: by all).
    """
    starts: dict[Scope, list[str]] = {"runtime": [], "optional": [], "dev": []}
    for project in own:
        listed = {
            "runtime": [project.get("dependencies")],
            "optional": _lists(project.get("optional-dependencies")),
            "dev": _lists(project.get("dev-dependencies"))
            + _lists(project.get("dependency-groups")),
        }
        for scope in starts:
            for entries in listed[scope]:
                starts[scope] += _holding(entries, setting)
    edges = {_name(p): _needs(p, setting) for p in packages}
    return _scopes(edges, list(starts.items()))


def _lists(value: Any) -> list[Any]:
    """Return the lists in a table of lists (extras, groups)."""
    return list(_mapping(value).values())


def _holding(
    value: Any,
    setting: Setting | None,
) -> list[str]:
    """Return the names in a list of entries whose markers hold."""
    return [
        _name(entry)
        for entry in _tables(value)
        if setting is None or not setting.excludes(_text(entry.get("marker")))
    ]


def _needs(
    package: Mapping[str, Any],
    setting: Setting | None,
) -> list[str]:
    """
    Return the names that a package of uv.lock needs where the markers hold,
    those of its extras too.
    """
    names = _holding(package.get("dependencies"), setting)
    if not _is_project(package):
        for listed in _lists(package.get("optional-dependencies")):
            names += _holding(listed, setting)
    return names


def _is_project(package: Mapping[str, Any]) -> bool:
    """Return True for the project itself and the members of its workspace."""
    source = package.get("source")
    return isinstance(source, Mapping) and not _PROJECT.isdisjoint(source)


_PROJECT = frozenset(("editable", "virtual"))


def _pylock(
    data: bytes,
    label: str,
    setting: Setting,
) -> list[Locked]:
    document = toml.loads(data, label=label)
    packages = _tables(document.get("packages"))
    markers = [_text(p.get("marker")) for p in packages]
    scopes = pylock_scopes(document, markers, setting)
    return [
        Locked(
            name=_name(p),
            version=_text(p.get("version")),
            requires=tuple(_names(p.get("dependencies"))),
            scope=_pylock_scope(scope),
            marker=_text(p.get("marker")),
            location=_text(_mapping(p.get("directory")).get("path")),
            hashes=_hashes([p.get("sdist"), *_tables(p.get("wheels"))]),
            archives=_archives([p.get("sdist"), *_tables(p.get("wheels"))]),
            is_excluded=not any(scope),
            address=_address(p.get("vcs")) or _address(p.get("archive")),
        )
        for p, scope in zip(packages, scopes, strict=True)
        if _mapping(p.get("directory")).get("path") not in (".", "./")
    ]


def _pylock_scope(scope: LockedScope) -> Scope:
    if scope.always:
        return "runtime"
    return "optional" if scope.extra else "dev"


def _poetry(
    data: bytes,
    label: str,
    setting: Setting,
) -> list[Locked]:
    locked = []
    for package in _tables(toml.loads(data, label=label).get("package")):
        groups = _texts(package.get("groups"))
        category = _text(package.get("category")) or "main"
        needed = package.get("dependencies")
        marker = _poetry_marker(package.get("markers"))
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
                marker=marker,
                location=_folder(package.get("source")),
                address=_poetry_address(package.get("source")),
                hashes=_hashes(package.get("files")),
                archives=_archives(package.get("files")),
                is_excluded=setting.excludes(marker),
            )
        )
    return locked


def _poetry_marker(value: Any) -> str:
    """Return the marker of a package, or those of its groups as one."""
    markers = _texts(list(_mapping(value).values())) or [_text(value)]
    whole = [f"({marker})" for marker in markers]
    return " or ".join(whole) if len(markers) > 1 else markers[0]


def _folder(source: Any) -> str:
    """Return the folder or archive on this machine that a source names."""
    table = _mapping(source)
    is_local = _text(table.get("type")) in ("directory", "file")
    return _text(table.get("url")) if is_local else ""


def _pdm(
    data: bytes,
    label: str,
    setting: Setting,
) -> list[Locked]:
    locked = []
    for package in _tables(toml.loads(data, label=label).get("package")):
        groups = _texts(package.get("groups")) or ["default"]
        marker = _text(package.get("marker"))
        locked.append(
            Locked(
                name=_name(package),
                version=_text(package.get("version")),
                requires=tuple(_required(_texts(package.get("dependencies")))),
                scope=min(map(_group_scope, groups), key=_RANK.__getitem__),
                marker=marker,
                location=_text(package.get("path")),
                address=_address(package),
                hashes=_hashes(package.get("files")),
                archives=_archives(package.get("files")),
                is_excluded=setting.excludes(marker),
            )
        )
    return locked


def _group_scope(name: str) -> Scope:
    """Return the scope of a group of PDM or a category of pipenv."""
    if name == "default":
        return "runtime"
    is_dev = name == "develop" or scope_of_name(name) == "dev"
    return "dev" if is_dev else "optional"


def _pipfile(
    data: bytes,
    label: str,
    setting: Setting,
) -> list[Locked]:
    document = load_json(data)
    if not isinstance(document, Mapping):
        raise ValueError(f"{label}: no object")
    found = []
    for section, listed in document.items():
        entries = _mapping(listed) if section != "_meta" else {}
        for name, entry in entries.items():
            if not isinstance(entry, Mapping):
                continue
            marker = _text(entry.get("markers"))
            version = _text(entry.get("version")).removeprefix("==")
            found.append(
                Locked(
                    name=canonical(name),
                    version="" if version == "*" else version,
                    scope=_group_scope(section),
                    marker=marker,
                    location=_text(entry.get("path") or entry.get("file")),
                    address=_address(entry),
                    hashes=_hashes(entry.get("hashes")),
                    is_excluded=setting.excludes(marker),
                )
            )
    return found


def _conda_lock(
    data: bytes,
    label: str,
    setting: Setting,
) -> list[Locked]:
    """
    Read a conda-lock file, in YAML or JSON: for the platform if it is locked
    for that, else for all of its platforms.
    """
    document = _document(data, label)
    listed = document.get("package") if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise ValueError(f"{label}: no package list")
    entries = _tables(listed)
    subdirs = _subdirs((_text(e.get("platform")) for e in entries), setting)
    found = []
    for entry in entries:
        needed = entry.get("dependencies")
        names = [*needed] if isinstance(needed, Mapping) else []
        locked = Locked(
            name=_text(entry.get("name")),
            version=_text(entry.get("version")),
            requires=tuple(n for n in names if not n.startswith("__")),
            scope=_category(entry),
            manager="pypi" if entry.get("manager") == "pip" else "conda",
            hashes=_hashes(entry),
            is_excluded=_text(entry.get("platform")) not in subdirs,
        )
        found.append(locked)
    return found


def _category(entry: Mapping[str, Any]) -> Scope:
    """Return the scope of an entry of conda-lock: in one category or more."""
    categories = _texts(entry.get("categories"))
    categories = categories or [_text(entry.get("category")) or "main"]
    if "main" in categories:
        return "runtime"
    return min(map(_group_scope, categories), key=_RANK.__getitem__)


def _subdirs(
    named: Iterable[str],
    setting: Setting,
) -> frozenset[str]:
    """
    Return those of the conda subdirs `named` that are for the platform, all of
    them where none is.
    """
    known = frozenset(named)
    suiting = frozenset(
        name for name in known if _is_subdir(name, setting.platform)
    )
    return (suiting | {"noarch", ""}) if suiting else known


def _is_subdir(name: str, platform: Platform) -> bool:
    return platform_of(name) == platform


_EXPLICIT = re.compile(
    r"(?:https?|file)://\S+/(?P<file>[^/#\s]+)(?:#(?:sha256:)?(?P<hash>\w+))?"
)


def _conda_explicit(data: bytes, label: str, setting: Setting) -> list[Locked]:
    """Read an explicit list of conda: addresses of archives."""
    lines = decode(data).text.split("\n")
    if "@EXPLICIT" not in (line.strip() for line in lines):
        raise ValueError(f"{label}: no explicit list of conda")
    found = filter(None, (_EXPLICIT.fullmatch(line.strip()) for line in lines))
    names = ((m, *_conda_name(m["file"])) for m in found)
    return [
        Locked(
            name=name,
            version=version,
            manager="conda",
            hashes=_hashes([f"sha256:{match['hash']}"])
            if match["hash"] and len(match["hash"]) == 64
            else (),
        )
        for match, name, version in names
    ]


def _pixi(data: bytes, label: str, setting: Setting) -> list[Locked]:
    """
    The packages of a pixi.lock (version 5 or later): `environments` name them
    by address, `packages` describe each once, with the license that the
    channel states.
    """
    document = _document(data, label)
    if not isinstance(document, Mapping) or "packages" not in document:
        raise ValueError(f"{label}: no package list")
    environments = document.get("environments")
    scopes = _pixi_scopes(environments, setting)
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
        is_local = not is_conda and "://" not in address
        found.append(
            Locked(
                name=name if is_conda else canonical(name),
                version=version,
                requires=tuple(n for n in names if not n.startswith("__")),
                scope=scopes.get(address, "runtime"),
                manager="conda" if is_conda else "pypi",
                license=_text(entry.get("license")),
                location=address if is_local and address.strip("./") else "",
                hashes=_hashes(entry),
                is_excluded=bool(scopes) and address not in scopes,
            )
        )
    return found


def _pixi_scopes(environments: Any, setting: Setting) -> dict[str, Scope]:
    """
    Return the scope of each address for the platform (for all of them, where
    none is that): what the default environment has is needed at run time.
    """
    tables = {
        name: _mapping(_mapping(table).get("packages"))
        for name, table in _mapping(environments).items()
    }
    named = (subdir for table in tables.values() for subdir in table)
    subdirs = _subdirs(named, setting)
    scopes: dict[str, Scope] = {}
    for name, table in tables.items():
        scope: Scope = "runtime" if name == "default" else scope_of_name(name)
        for subdir in subdirs.intersection(table):
            for entry in _tables(table[subdir]):
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


def _environment(data: bytes, label: str, setting: Setting) -> list[Locked]:
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
    (re.compile(r".+\.py\.lock"), _uv),
    (re.compile(r"(?:.*[-.])?environment\.ya?ml"), _environment),
    (re.compile(r"(?:.*[-.])?conda-lock\.(?:ya?ml|json)"), _conda_lock),
    (
        re.compile(r"conda-[\w-]+\.lock|(?:.*[-_.])?explicit\.txt"),
        _conda_explicit,
    ),
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
        is_excluded=first.is_excluded and second.is_excluded,
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


def _address(source: Any) -> str:
    """Return the repository or archive elsewhere that a source names."""
    table = _mapping(source)
    named = map(_text, map(table.get, ("git", "hg", "svn", "url", "file")))
    return next((place for place in named if "://" in place), "")


def _poetry_address(source: Any) -> str:
    kind = _text(_mapping(source).get("type"))
    return _address(source) if kind in ("git", "hg", "svn", "url") else ""


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


def _archives(files: Any) -> tuple[tuple[str, str], ...]:
    """Return the names of the artifacts that entries list, with sha256."""
    named = []
    for entry in _tables(files):
        place = next(filter(None, map(_text, map(entry.get, _PLACES))), "")
        named += [(place.rpartition("/")[2], d) for d in _hashes(entry)]
    return tuple(named)


_PLACES = ("name", "file", "path", "url")
"""What an artifact is called by, one of them in each format."""


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
