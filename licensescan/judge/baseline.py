"""
A baseline: findings that were there when it was written, and fail nothing
today.

It is a file of JSON, written by `init --adopt`, or any JSON report. A finding
is known if its rule, component, part, license and text are those of an entry
and its verdict is no heavier. One about evidence must say the same as well:
what two fields say can change while no license can be told from them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from licensescan.judge.fingerprints import fingerprints_of
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    VERDICTS,
    Baseline,
    Finding,
    Known,
    PolicyError,
    Verdict,
)
from licensescan.reader.inputs import is_file

_ABOUT_EVIDENCE = frozenset(RuleId)
"""The rules that the code raises, whose findings say what was met."""


def read_baseline(path: Path, shown: str) -> Baseline:
    """
    Return the baseline in a file. Raises `PolicyError` if it holds none.
    """
    if not is_file(str(path)):
        raise PolicyError(f"{shown}: there is no such baseline")
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise PolicyError(f"{shown}: is no JSON: {error}") from error
    findings = document.get("findings") if type(document) is dict else None
    if type(findings) is not list:
        raise PolicyError(
            f"{shown}: is neither a baseline nor a JSON report: no findings"
        )
    texts = _texts_of_decisions(document)
    entries: dict[str, Known] = {}
    for finding in findings:
        for known in _entries_of(finding, texts, shown):
            entries[known.fingerprint] = known
    return Baseline(source=shown, entries=entries)


def is_known(baseline: Baseline, finding: Finding, text: str) -> bool:
    """Return True if a finding about `text` is no news."""
    known = baseline.entries.get(finding.fingerprint)
    return (
        known is not None
        and known.text in ("", text)
        and (
            finding.rule not in _ABOUT_EVIDENCE
            or known.message in ("", finding.message)
        )
        and VERDICTS.index(finding.verdict) <= VERDICTS.index(known.verdict)
    )


def write_baseline(findings: Iterable[Finding]) -> str:
    """Return a baseline of `findings`, one a line, sorted."""
    rows = [
        {
            "rule": finding.rule,
            "component": finding.component.split("@")[0],
            "part": finding.part,
            "license": finding.license,
            "verdict": finding.verdict,
            "text_sha256": finding.text_sha256,
            "message": finding.message,
            "fingerprint": finding.fingerprint,
            "also": [
                {"fingerprint": fingerprint, "verdict": verdict}
                for fingerprint, verdict in list(fingerprints_of(finding))[1:]
            ],
        }
        for finding in findings
    ]
    lines = sorted(json.dumps(row, ensure_ascii=False) for row in rows)
    inside = ",\n  ".join(lines)
    return f'{{\n "baseline": "1",\n "findings": [\n  {inside}\n ]\n}}\n'


def _texts_of_decisions(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of each decision of a report that is about one."""
    decisions = document.get("decisions") or ()
    return {
        str(item.get("id")): item.get("text_sha256") or ""
        for item in decisions
        if isinstance(item, Mapping)
    }


def _entries_of(
    finding: Any, texts: Mapping[str, str], shown: str
) -> list[Known]:
    """Return what a finding of a baseline or a report makes known."""
    if not isinstance(finding, Mapping):
        raise PolicyError(f"{shown}: a finding is not an object")
    text = finding.get("text_sha256") or texts.get(
        str(finding.get("decision")), ""
    )
    also = [item for item in finding.get("also", ()) if "fingerprint" in item]
    return [
        Known(
            fingerprint=_word(row, "fingerprint", shown),
            verdict=_verdict(row, shown),
            text=text,
            message=str(row.get("message") or ""),
        )
        for row in (finding, *also)
    ]


def _word(row: Mapping[str, Any], key: str, shown: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise PolicyError(f"{shown}: a finding has no {key}")
    return value


def _verdict(row: Mapping[str, Any], shown: str) -> Verdict:
    value = _word(row, "verdict", shown)
    for verdict in VERDICTS:
        if value == verdict:
            return verdict
    raise PolicyError(f"{shown}: {value!r} is no verdict")
