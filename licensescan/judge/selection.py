"""What a person means who names something to be accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from licensescan.model.types import Conclusion, Finding
from licensescan.rulebook.policy_entries import names_component

_LEAST_LETTERS = 8
"""Letters of a fingerprint or sha256 that are enough to name it."""


def selected(
    word: str,
    findings: Sequence[Finding],
    conclusions: Mapping[str, Conclusion],
) -> tuple[str, list[Finding]]:
    """
    Return what kind of thing `word` names, and the findings that are about it:
    a decision, finding (by its fingerprint), text (by its sha256), license or
    component. "" and none if it names nothing.
    """
    kinds = {
        "decision": [f for f in findings if f.decision == word],
        "finding": [f for f in findings if _begins(f.fingerprint, word)],
        "text": [f for f in findings if _begins(f.text_sha256 or "", word)],
        "license": [f for f in findings if f.license.lower() == word.lower()],
        "component": [
            finding
            for finding in findings
            if _is_named(word, finding, conclusions)
        ],
    }
    return next(
        ((kind, found) for kind, found in kinds.items() if found), ("", [])
    )


def _begins(digest: str, word: str) -> bool:
    return len(word) >= _LEAST_LETTERS and digest.startswith(word)


def _is_named(
    word: str, finding: Finding, conclusions: Mapping[str, Conclusion]
) -> bool:
    conclusion = conclusions.get(finding.component)
    return conclusion is not None and names_component(
        word, conclusion.component
    )
