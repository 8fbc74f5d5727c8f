"""The texts that a notice of third parties repeats, each once."""

from __future__ import annotations

from collections.abc import Iterator

from licensescan.model.kinds import EvidenceKind
from licensescan.model.packed import packed
from licensescan.model.types import Component, Evidence

KEPT = frozenset(
    {
        EvidenceKind.LICENSE_FILE,
        EvidenceKind.NOTICE,
        EvidenceKind.PATENTS_FILE,
    }
)
"""Kinds of evidence whose text is passed on with what it is about."""


class KeptTexts:
    """Texts by their sha256, packed; what is there twice is packed once."""

    def __init__(self) -> None:
        self.by_sha256: dict[str, str] = {}

    def keep(self, component: Component) -> None:
        """Keep the texts of a component and of all its parts."""
        for item in _texts(component):
            sha256 = item.sha256
            if sha256 and item.text and sha256 not in self.by_sha256:
                self.by_sha256[sha256] = packed(item.text)


def _texts(component: Component) -> Iterator[Evidence]:
    for item in component.evidence:
        if item.kind in KEPT:
            yield item
    for part in component.parts:
        yield from _texts(part)
