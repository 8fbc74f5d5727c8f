"""SPDX-License-Identifier tags: an expression that says of itself what it is (SPDX 2.3, annex E)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from licensescan.expression import normalise
from licensescan.model import Expression, ExpressionError

_TAG = re.compile(
    r"SPDX-?Licen[cs]e-?(?:Identifier|Expression)[ \t]*[:=]+[ \t]*[\"'`(]?[ \t]*"
    r"([(]*[A-Za-z0-9][A-Za-z0-9.+:_-]*(?:[ \t]+[(]*[A-Za-z0-9][A-Za-z0-9.+:_-]*[)]*|[)]){0,60})",
    re.IGNORECASE,
)
_FREE = re.compile(r"(?:LicenseRef-)?(?:COPYING|LICENSE|FILE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at `line` (from 1): its expression, or None when it is no valid one, and the words as written."""

    line: int
    expression: Expression | None
    written: str


def tags(text: str) -> list[Tag]:
    """Every SPDX tag in `text`, in order."""
    if "dentifier" not in text and "DENTIFIER" not in text and "icense-Expression" not in text:
        return []
    found = []
    for match in _TAG.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Tag(line, _longest(match[1]), match[1].strip()))
    return found


def _longest(written: str) -> Expression | None:
    """The longest beginning that is a valid expression: comment closers and prose may follow on the line."""
    pieces = written.split()
    for count in range(len(pieces), 0, -1):
        if count < len(pieces) and pieces[count - 1].upper() in ("AND", "OR", "WITH"):
            continue
        candidate = " ".join(pieces[:count])
        if candidate.count("(") < candidate.count(")"):
            candidate = candidate.rstrip(")")
        try:
            return normalise(candidate.rstrip(".,;"))
        except ExpressionError:
            continue
    return None
