"""
Read what the packaging standards define: project names, requirements, markers,
specifiers. The only importer of `packaging`.

`packaging.tags` is never touched: it imports `_manylinux` from whatever is on
the path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from licensescan.base.document import texts

if TYPE_CHECKING:
    from packaging.markers import Marker

    from licensescan.model.types import Component

_BOUND = r"(?:[=!]=\s*\d[\w.+!-]*\.\*|(?:[<>=!]=|[<>])\s*\d[\w.+!-]*|~=\s*\d+(?:\.\d+)+)"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_SIMPLE = re.compile(
    rf"({_NAME})\s*(?:\[\s*({_NAME}(?:\s*,\s*{_NAME})*)\s*\]\s*)?"
    rf"(?:\(?\s*({_BOUND}(?:\s*,\s*{_BOUND})*)\s*\)?)?$"
)

_TERM = r"\(?\s*[a-z_]+\s*(?:[<>=!]=|[<>])\s*(?:\"[\w.]+\"|'[\w.]+')\s*\)?"
_EXTRA = re.compile(rf"(?:{_TERM}\s+and\s+)*extra\s*==\s*[\"']([\w.-]+)[\"']$")


@lru_cache(maxsize=8192)
def canonical(name: str) -> str:
    """
    Return a project name in its canonical form (PEP 503): `ACME-Y.Z` and
    `acme_y_z` are one project.
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def key_of(component: Component) -> str:
    """
    Return the key of a component in the graph: the canonical name of a
    package, the kind and id of a model or a data set (`model:org/name`), which
    may be the name of a package too.
    """
    if component.kind in ("model", "dataset"):
        return f"{component.kind}:{component.name.lower()}"
    return canonical(component.name)


@dataclass(frozen=True, slots=True)
class Requirement:
    """
    One requirement line: canonical `name` and `extras`, the `text` as written,
    and its `marker`.

    `_parsed` is the marker of `packaging`. It is made when it is needed where
    the line only asks for something in an extra, which `_only_extra` names.
    """

    name: str
    extras: tuple[str, ...]
    text: str
    marker: str
    _parsed: Any = None
    _only_extra: str = ""

    def applies(
        self,
        environment: Mapping[str, str],
        extra: str,
    ) -> bool:
        """
        Return True if the requirement holds in `environment` when `extra` is
        asked for ("" for none). Never raises.
        """
        if self._only_extra:
            if canonical(extra) != self._only_extra:
                return False
            parsed = _parse(self.text)
            return parsed is not None and parsed.applies(environment, extra)
        if self._parsed is None:
            return not extra
        return _evaluate(
            self._parsed,
            self.marker,
            tuple(sorted(environment.items())),
            extra,
        )


@lru_cache(maxsize=8192)
def parse_requirement(line: str) -> Requirement | None:
    """
    Return the requirement that `line` states (PEP 508), or None when it cannot
    be read.
    """
    # Most lines are a name and plain bounds, and most markers only name an
    # extra that nobody asks for: read here, 428 packages cost 0.1 s instead of
    # 0.6 s.
    head, _, marker = line.partition(";")
    simple = _SIMPLE.match(head.strip())
    only_extra = _EXTRA.match(marker.strip())
    if simple is None or (only_extra is None and marker.strip()):
        return _parse(line)
    name, extras, _ = simple.groups(default="")
    named = filter(None, map(str.strip, extras.split(",")))
    return Requirement(
        name=canonical(name),
        extras=tuple(sorted(set(map(canonical, named)))),
        text=line.strip(),
        marker=marker.strip(),
        _only_extra=canonical(only_extra[1]) if only_extra else "",
    )


@lru_cache(maxsize=8192)
def _parse(line: str) -> Requirement | None:
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(line)
    except (InvalidRequirement, RecursionError):
        return None
    return Requirement(
        name=canonical(parsed.name),
        extras=tuple(sorted(map(canonical, parsed.extras))),
        text=line.strip(),
        marker=str(parsed.marker or ""),
        _parsed=parsed.marker,
    )


@lru_cache(maxsize=16384)
def _evaluate(
    marker: Marker,
    text: str,
    environment: tuple[tuple[str, str], ...],
    extra: str,
) -> bool:
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.version import InvalidVersion

    if "extra" not in text and extra:
        return False
    try:
        return marker.evaluate({**dict(environment), "extra": extra})
    except (
        UndefinedComparison,
        UndefinedEnvironmentName,
        InvalidVersion,
        KeyError,
    ):
        # A marker that means nothing here cannot rule a dependency out.
        return not extra


_TAG = re.compile(
    r"(?P<system>linux|manylinux|musllinux|macosx|macos|osx|darwin|win|windows|win32)"
    r"(?:[_-]?\d+_\d+|\d{4}|1)?(?:[_-](?P<machine>[a-z][a-z0-9_]*|64|32))?"
)
_TAG_SYSTEMS = {
    "linux": "linux",
    "manylinux": "linux",
    "musllinux": "linux",
    "macosx": "darwin",
    "macos": "darwin",
    "osx": "darwin",
    "darwin": "darwin",
    "win": "win32",
    "windows": "win32",
    "win32": "win32",
}
_SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


class Platform(NamedTuple):
    """
    A system, by the values of the markers `sys_platform` and
    `platform_machine`.
    """

    system: str = "linux"
    machine: str = "x86_64"


def platform_of(tag: str) -> Platform | None:
    """
    Return the platform that a tag of wheels or a subdir of conda names, or
    None.

    >>> platform_of("macosx_11_0_arm64")
    Platform(system='darwin', machine='arm64')
    >>> platform_of("win-64")
    Platform(system='win32', machine='AMD64')
    """
    match = _TAG.fullmatch(tag.lower())
    if match is None:
        return None
    system = _TAG_SYSTEMS[match["system"]]
    named = match["machine"] or ("arm64" if system == "darwin" else "64")
    if named in ("64", "x86_64", "amd64"):
        return Platform(system, "AMD64" if system == "win32" else "x86_64")
    if named in ("aarch64", "arm64"):
        machines = {"linux": "aarch64", "darwin": "arm64", "win32": "ARM64"}
        return Platform(system, machines[system])
    return Platform(system, named)


def marker_environment(
    python: str,
    platform: str = "linux",
    machine: str = "x86_64",
) -> dict[str, str]:
    """
    Return the marker variables (PEP 508) of a target with Python version
    `python` ("" is taken as 3.11), which is not the interpreter that runs
    licensescan.
    """
    full = python if python.count(".") >= 2 else f"{python or '3.11'}.0"
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "nt" if platform == "win32" else "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": _SYSTEMS.get(platform, ""),
        "platform_version": "",
        "python_full_version": full,
        "python_version": ".".join(full.split(".")[:2]),
        "sys_platform": platform,
    }


_NAMED_EXTRA = re.compile(r"\bextra\b\s*==\s*[\"']([^\"']+)[\"']")
_PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
"""Versions that a target of unknown Python may have."""


@dataclass(frozen=True, slots=True)
class Setting:
    """
    For what a list of packages is read: a platform, and a Python version (""
    where that is not known).
    """

    platform: Platform = Platform()  # noqa: RUF009 - a value
    python: str = ""

    def excludes(self, marker: str) -> bool:
        """
        Return True if `marker` rules a package out on this platform, whichever
        extra is asked for. Never raises; a marker that cannot be read rules
        nothing out.
        """
        if not marker:
            return False
        extras = _NAMED_EXTRA.findall(marker)
        parsed = _parse(f"x; {marker}")
        # With several, they may be needed together, or be ruled out.
        if parsed is None or len(extras) != marker.count("extra"):
            return False
        pythons = (self.python,) if self.python else _PYTHONS
        return not any(
            parsed.applies(marker_environment(python, *self.platform), extra)
            for python in pythons
            for extra in ("", *extras)
        )


class LockedScope(NamedTuple):
    """
    When a package of a pylock.toml is installed: `always`, with some `extra`,
    or with some dependency `group`; with none of these on another platform
    only.
    """

    always: bool
    extra: bool
    group: bool


def pylock_scopes(
    document: Mapping[str, Any],
    markers: Sequence[str],
    setting: Setting,
) -> list[LockedScope]:
    """
    Return the scopes of packages of a pylock.toml (PEP 751) that have these
    `markers`. One that is not valid is read as far as it goes. Raises
    `ValueError` for a version of the format that is not known.
    """
    from packaging.pylock import (
        Pylock,
        PylockUnsupportedVersionError,
        PylockValidationError,
    )

    try:
        Pylock.from_dict(document)
    except PylockUnsupportedVersionError as error:
        raise ValueError(str(error)) from error
    except PylockValidationError:
        pass
    none: frozenset[str] = frozenset()
    default = frozenset(texts(document.get("default-groups")))
    # What is not declared and yet asked for would never be installed.
    extras = frozenset(texts(document.get("extras")))
    extras |= _asked(markers, "extras")
    groups = frozenset(texts(document.get("dependency-groups"))) | default
    groups |= _asked(markers, "dependency_groups")
    asked = ((none, default), (extras, default), (extras, groups))
    return [
        LockedScope(*(_locks(marker, setting, *what) for what in asked))
        for marker in markers
    ]


def _asked(markers: Sequence[str], variable: str) -> frozenset[str]:
    """Return the names that `markers` look for in a set."""
    pattern = rf"[\"']([^\"']+)[\"'] in {variable}\b"
    return frozenset(name for m in markers for name in re.findall(pattern, m))


def _locks(
    marker: str,
    setting: Setting,
    extras: frozenset[str],
    groups: frozenset[str],
) -> bool:
    """Return True if a marker of a pylock.toml holds. Never raises."""
    if not marker:
        return True
    from packaging.markers import (
        InvalidMarker,
        Marker,
        UndefinedComparison,
        UndefinedEnvironmentName,
    )
    from packaging.version import InvalidVersion

    try:
        parsed = Marker(marker)
    except (InvalidMarker, RecursionError):
        return True

    pythons = (setting.python,) if setting.python else _PYTHONS
    for python in pythons:
        environment = marker_environment(python, *setting.platform)
        asked = {"extras": extras, "dependency_groups": groups}
        try:
            if parsed.evaluate({**environment, **asked}, context="lock_file"):
                return True
        except (
            UndefinedComparison,
            UndefinedEnvironmentName,
            InvalidVersion,
            KeyError,
        ):
            return True
    return False


def version_order(version: str) -> tuple[bool, Any]:
    """
    Return what versions are sorted by: those that PEP 440 knows behind all
    others.
    """
    from packaging.version import InvalidVersion, Version

    try:
        return True, Version(version)
    except InvalidVersion:
        return False, version


@lru_cache(maxsize=1024)
def specifier_contains(
    specifier: str,
    version: str,
) -> bool:
    """
    Return True if `version` is within `specifier` (PEP 440); an empty
    specifier holds every version, also none.

    Raises `ValueError` for a specifier that cannot be read; a version that is
    none of PEP 440 is within none.
    """
    if not specifier.strip():
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        ranges = SpecifierSet(specifier)
    except InvalidSpecifier as error:
        message = f"{specifier!r} is no version range such as '>=1.2,<2'"
        raise ValueError(message) from error
    try:
        return ranges.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False
