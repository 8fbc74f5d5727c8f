"""What a reviewer decided in the HTML report, and exported from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from licensescan.model.errors import UsageError
from licensescan.model.types import Finding

SCHEMA = "licensescan-decisions-1"
VERDICTS = ("accept", "reject", "ask")
_MOST_LETTERS = 4_000
"""Letters of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """
    A reviewer's word on a decision: `verdict` is one of `VERDICTS`,
    `fingerprints` are those of the findings that were looked at, `until` is
    set for what is accepted.
    """

    id: str
    verdict: str
    reason: str
    by: str
    until: date | None
    fingerprints: frozenset[str]

    def among(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that the reviewer has seen."""
        return [
            finding
            for finding in findings
            if finding.decision == self.id
            and finding.fingerprint in self.fingerprints
        ]


def reviewed_in(data: bytes, path: str) -> tuple[Reviewed, ...]:
    """
    Return what the file that an HTML report exported says. Raises `UsageError`
    for anything else.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no JSON: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UsageError(
            f"{path}: holds no decisions of an HTML report (its schema is not"
            f" {SCHEMA})"
        )
    entries = document.get("decisions")
    if not isinstance(entries, list):
        raise UsageError(f"{path}: decisions: must be a list")
    return tuple(
        _reviewed(entry, f"{path}: decisions[{number}]")
        for number, entry in enumerate(entries)
    )


def _reviewed(entry: Any, where: str) -> Reviewed:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: must be an object")
    verdict = _word(entry, "verdict", where)
    if verdict not in VERDICTS:
        raise UsageError(f"{where}: verdict: one of {', '.join(VERDICTS)}")
    prints = entry.get("findings")
    if not isinstance(prints, list) or not all(
        isinstance(value, str) for value in prints
    ):
        raise UsageError(f"{where}: findings: must be a list of fingerprints")
    found = Reviewed(
        id=_word(entry, "id", where),
        verdict=verdict,
        reason=_word(entry, "reason", where),
        by=_word(entry, "by", where),
        until=_day(_word(entry, "until", where), where),
        fingerprints=frozenset(prints),
    )
    if found.verdict == "accept" and not (found.reason and found.until):
        raise UsageError(f"{where}: to accept needs a reason and an end")
    return found


def _word(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str) or len(value) > _MOST_LETTERS:
        raise UsageError(f"{where}: {key}: must be a text")
    return " ".join(value.split())


def _day(text: str, where: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{where}: until: {text} is no date") from error
