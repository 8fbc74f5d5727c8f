"""One manifest of a source tree, as its reader fills it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Evidence, Problem, Provenance


@dataclass(slots=True)
class Manifest:
    """
    What one manifest says; `named` are patterns of license files, relative to
    the tree's top.
    """

    ecosystem: str
    path: str
    namespace: str = ""
    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    named: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    provenance: Provenance = field(default_factory=Provenance)

    def add(
        self,
        kind: EvidenceKind,
        value: object,
        text: str = "",
        key: str = "license",
    ) -> None:
        """Keep `value` as evidence, with the line of its key in `text`."""
        if not isinstance(value, str) or not value.strip():
            return
        evidence = Evidence(
            kind=kind,
            path=self.path,
            value=value.strip(),
            lines=_lines_of(text, key, value.strip()),
        )
        self.evidence.append(evidence)

    def add_classifiers(self, classifiers: list[str], text: str) -> None:
        """Keep the trove classifiers that name licenses."""
        for classifier in classifiers:
            if classifier.strip().startswith("License ::"):
                self.add(EvidenceKind.CLASSIFIER, classifier, text, key="")


Reader = Callable[[bytes, str], Manifest]
"""
Reads the bytes of a manifest at a path. Raises `ValueError` for what it cannot
read.
"""


def _lines_of(
    text: str,
    key: str,
    value: str,
) -> tuple[int, int] | None:
    """
    Return the lines on which a value stands, None where it cannot be found:
    readers of TOML, JSON and INI give no positions.
    """
    if not text:
        return None
    first = value.split("\n", 1)[0]
    beside_key = rf"(?m)^.*\b{re.escape(key)}.*{re.escape(first[:80])}"
    match = re.search(beside_key, text)
    offset = match.start() if match else text.find(first)
    if offset < 0:
        return None
    line = text.count("\n", 0, offset) + 1
    return line, line + value.count("\n")
