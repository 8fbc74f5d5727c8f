"""The digests by which a lock pins what an environment holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from licensescan.collect.formats.lock_files import Locked
from licensescan.collect.formats.makers import locked_sha256
from licensescan.model.types import Component
from licensescan.standards.requirements import canonical


def by_name_and_version(
    packages: Iterable[Locked],
) -> Mapping[tuple[str, str], Locked]:
    """Return what a lock pins, by canonical name and version."""
    return {(canonical(p.name), p.version): p for p in packages}


def pinned(
    component: Component,
    package: Locked | None,
) -> Component:
    """
    Return a component with the sha256 of the archive that it was installed
    from, where `package` pins that and nothing nearer states it.
    """
    provenance = component.provenance
    if package is None or provenance.sha256:
        return component
    unnamed = tuple(("", sha256) for sha256 in package.hashes)
    sha256 = locked_sha256(provenance.build, package.archives or unnamed)
    if not sha256:
        return component
    return replace(component, provenance=replace(provenance, sha256=sha256))
