"""
Reading the texts of one component anew, for a trace: what is kept of texts
that were read before does not say what was considered.
"""

from __future__ import annotations

from typing import Any

from licensescan.classifier.classify import Classified, classify_text
from licensescan.conclude.cached_reading import placed
from licensescan.conclude.readme import ProseRead, read_text
from licensescan.model.trace import Trace
from licensescan.model.types import Evidence


class TracedReading:
    """
    `conclude`'s reading of texts: each is read once, and its trace is told of
    the file that it stands in.
    """

    def __init__(self, trace: Trace[Any]) -> None:
        self._trace = trace
        self._texts: dict[tuple[str, str], Classified] = {}
        self._prose: dict[tuple[str, str], ProseRead] = {}

    def classify(self, evidence: Evidence) -> Classified:
        """Return the license and the clauses of a license text."""
        key = (evidence.path, evidence.text or "")
        if key not in self._texts:
            self._texts[key] = classify_text(key[1], key[0], trace=self._trace)
        return placed(self._texts[key], evidence)

    def prose(self, evidence: Evidence) -> ProseRead:
        """Return what a README says about licenses."""
        key = (evidence.path, evidence.text or "")
        if key not in self._prose:
            self._prose[key] = read_text(key[1], self._trace.at(evidence.path))
        return self._prose[key]
