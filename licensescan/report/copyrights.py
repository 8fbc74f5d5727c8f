"""Who states a copyright in the texts of a component."""

from __future__ import annotations

from functools import cache

from licensescan.classifier.document.copyrights import copyrights_in
from licensescan.model.packed import unpacked
from licensescan.model.types import Conclusion, Report


class Copyrights:
    """The copyright lines of components and parts, by their kept texts."""

    def __init__(self, report: Report) -> None:
        self._texts = report.texts

    def of(self, conclusion: Conclusion) -> tuple[str, ...]:
        """Return the copyright lines of a component or part, each once."""
        found: dict[str, None] = {}
        for item in conclusion.evidence:
            packed = self._texts.get(item.sha256 or "")
            if packed:
                found |= dict.fromkeys(_stated(packed))
        return tuple(found)


@cache
def _stated(packed: str) -> tuple[str, ...]:
    try:
        return copyrights_in(unpacked(packed))
    except ValueError:  # a stored report that somebody has changed
        return ()
