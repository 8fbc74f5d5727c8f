"""By what a finding is known again in a later run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from licensescan.model.types import Finding


def digest_of(*words: str) -> str:
    """Return 32 hex digits for `words`."""
    text = "\n".join(words)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def fingerprint(rule: str, purl: str, part: str | None, name: str) -> str:
    """
    Return the fingerprint of a finding by `rule` on a component, in any
    version, or on a part of it, for the license `name`.
    """
    return digest_of(rule, purl.split("@")[0], part or "", name)


def fingerprints_of(finding: Finding) -> Iterator[tuple[str, str]]:
    """
    Yield the fingerprint and the verdict of a finding, and those of the rules
    that were joined with it.
    """
    yield finding.fingerprint, finding.verdict
    for further in finding.also:
        known = fingerprint(
            further.rule, finding.component, finding.part, finding.license
        )
        yield known, further.verdict
