"""What READMEs say about terms of use: only sentences that state terms, with what they are about."""

from __future__ import annotations

import re

from licensescan.model import Terms


def analyse_prose(text: str) -> Terms:
    """The license terms that a README states in sentences of its own."""
    return Terms()


def patents_reference(text: str) -> tuple[int, int] | None:
    """The lines in which a text says that an additional grant of patent rights stands in a PATENTS file."""
    match = re.search(r"(?i)\bpatent\w*\b[^.]{0,120}\bPATENTS\b", text)
    if match is None:
        return None
    return text.count("\n", 0, match.start()) + 1, text.count("\n", 0, match.end()) + 1
