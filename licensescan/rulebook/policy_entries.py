"""
Which components an entry of a policy means: a list of packages, a curation.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from licensescan.model.types import Component, Curation
from licensescan.standards.requirements import canonical, specifier_contains

_WILD = frozenset("*?[")


def names_component(entry: str, component: Component) -> bool:
    """
    Return True if a policy's `entry`, a name or a purl without a version,
    means `component`. `*`, `?` and `[...]` in it stand for letters, as in a
    shell.
    """
    if entry.startswith("pkg:"):
        # A scope of npm's is written `@babel` by people, and `%40babel` in a
        # purl.
        wanted = entry.replace("/@", "/%40")
        whole, _, _ = component.purl.partition("#")
        return _is_same(_package(whole), _package(wanted))
    return _is_same(canonical(component.name), canonical(entry))


def is_pattern(entry: str) -> bool:
    """Return True for an entry that may mean several components."""
    return not _WILD.isdisjoint(entry)


def _is_same(name: str, wanted: str) -> bool:
    return fnmatchcase(name, wanted) if is_pattern(wanted) else name == wanted


def _package(purl: str) -> str:
    """Return a purl without its version, in lower case."""
    package, _, _ = purl.partition("@")
    return package.lower()


def is_listed(entries: Iterable[str], component: Component) -> bool:
    """Return True if one of the `entries` names `component`."""
    return any(names_component(entry, component) for entry in entries)


def curation_applies(curation: Curation, component: Component) -> bool:
    """
    Return True if a curation speaks of this component, in this version, with
    the text that it was made for.

    It does not speak of what is inside (`#` in the purl): a bundled library
    keeps the terms that were found.
    """
    if "#" in component.purl or not names_component(
        curation.component, component
    ):
        return False
    if not specifier_contains(curation.versions, component.version):
        return False
    return not curation.sha256 or any(
        item.sha256 == curation.sha256 for item in component.evidence
    )
