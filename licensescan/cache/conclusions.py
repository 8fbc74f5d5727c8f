"""
Keep what was concluded on a distribution: one that has not changed is not
judged anew from its texts.

A conclusion depends on its component, on the curations of the policy, and on
the build of licensescan, which is part of the place where it is kept. A
component that came from memory as it was is known by its digest there, with
what was changed of it on the way (its scope, its problems); any other has none,
and is concluded on as if nothing were kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

from licensescan.cache.steps import Steps
from licensescan.model.codec import NotStoredError, Reader, Writer
from licensescan.model.types import Component, Conclusion, Curation

_LARGE = frozenset(
    {
        "evidence",
        "facts",
        "left_out",
        "parts",
        "provenance",
        "requires",
        "shipped",
    }
)
"""Fields of a component that are the same objects as long as none changed."""

_SMALL = tuple(f.name for f in fields(Component) if f.name not in _LARGE)


class _Known(NamedTuple):
    """A component as it is in memory, and its digest there."""

    component: Component
    digest: str


class Identities:
    """
    The components that are in memory as they are. They are found by the object
    that says where they come from, which no two share.
    """

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def add(self, component: Component, digest: str) -> None:
        """Say under which digest a component is kept."""
        known = _Known(component, digest)
        self._known[id(component.provenance)] = known

    def take(self, component: Component) -> str:
        """
        Return what a component is known by, "" for one that is not in memory;
        the next time it is not known.
        """
        known = self._known.pop(id(component.provenance), None)
        if known is None or not _has_same(component, known.component):
            return ""
        small = [getattr(component, name) for name in _SMALL]
        return f"{known.digest} {small!r}"


def _has_same(component: Component, other: Component) -> bool:
    return all(
        getattr(component, name) is getattr(other, name) for name in _LARGE
    )


class Conclusions:
    """
    The conclusions of former runs, made with the same `curations`; without
    `steps` none, and none is kept.
    """

    def __init__(
        self, steps: Steps | None, curations: Sequence[Curation]
    ) -> None:
        self._steps = steps
        self._curations = repr(curations)

    def get(self, identity: str) -> Conclusion | None:
        """Return the conclusion on what is known by `identity`, or None."""
        if self._steps is None or not identity:
            return None
        kept = self._steps.get(self._key(identity))
        try:
            return Reader(()).value(Conclusion, kept) if kept else None
        except NotStoredError:
            return None

    def put(self, identity: str, conclusion: Conclusion) -> None:
        """Keep the conclusion on what is known by `identity`."""
        if self._steps is not None and identity:
            value = Writer().plain(conclusion)
            self._steps.put(self._key(identity), value)

    def save(self) -> None:
        """Write what is new."""
        if self._steps is not None:
            self._steps.save()

    def _key(self, identity: str) -> str:
        asked = f"{identity}\n{self._curations}"
        data = asked.encode("utf-8", "surrogatepass")
        return f"conclusion:{hashlib.sha256(data).hexdigest()}"
