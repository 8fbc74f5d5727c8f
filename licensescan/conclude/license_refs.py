"""
What to call terms that no list knows: after their own title, or after the
component that carries them.
"""

from __future__ import annotations

import re

from licensescan.classifier.names.reading import reference
from licensescan.model.types import Expression

_FRAME = " \t#*=-_\"'“”"
_LOOKED_AT = 60
"""Lines in which a title is looked for; a preface may stand before it."""

_MOST_WORDS = 10
_LEAST_OF_A_PHRASE = 3
"""Words from which small ones ("of", "and") need no capital."""

_LEAST_OF_A_TEXT = 80
"""Words below which a text is a scrap that has no name of its own."""

_TITLE = re.compile(r"(?i)\b(?:licen[cs]e|agreement|terms|eula)\b")
_SENTENCE = re.compile(
    r"(?i)[.;:,]$|\b(?:is|are|was|shall|must|may|can|by|this|you|your|we|see|please|hereby|grants?|copyright)\b"
)
_PLAIN = frozenset(
    "a an and the of for to on in license licence licenses agreement agreements software end user eula terms term "
    "conditions condition use product products service services general standard full text version file legal "
    "information".split()
)


def reference_of(body: str, component: str, path: str) -> Expression | None:
    """
    `LicenseRef-<title>` for the terms in `body`, which `component` carries at
    `path`; None for a mere scrap of text.

    A title is a short line in capitals or with capital initials that speaks of
    a license, an agreement or terms. One that any such text might have
    ("Software License Agreement") gets the line above it before it, or the
    component's name. Without a title the file's name stands for it: two texts
    of a component must not share a name.
    """
    if len(body.split()) < _LEAST_OF_A_TEXT:
        return None
    above = ""
    for line in body.split("\n", _LOOKED_AT)[:_LOOKED_AT]:
        title = line.strip(_FRAME)
        if _TITLE.search(title) and _is_heading(title):
            return reference(f"{_whose(title, above, component)} {title}")
        above = title
    stem = re.sub(r"(?i)\.(?:txt|md|rst|html?)$", "", path.rsplit("/", 1)[-1])
    whose = component.rpartition("/")[2]
    is_named = whose.lower() in stem.lower()
    return reference(stem if is_named else f"{whose} {stem}")


def _whose(title: str, above: str, component: str) -> str:
    """Return what tells a title apart that any such text might have."""
    if _tells(title):
        return ""
    return above if _tells(above) and _is_heading(above) else component


def _is_heading(line: str) -> bool:
    """
    Return True for a few words in capitals or with capital initials, no
    sentence.
    """
    words = line.split()
    if not 1 <= len(words) <= _MOST_WORDS or _SENTENCE.search(line):
        return False
    telling = words
    if len(words) >= _LEAST_OF_A_PHRASE:
        telling = [word for word in words if word.lower() not in _PLAIN]
    return not any(word[0].islower() for word in telling)


def _tells(line: str) -> bool:
    """Return True if there is a word in it that not every title has."""
    words = (word.lower() for word in re.findall(r"[A-Za-z0-9.]+", line))
    return any(
        not word.strip(".").isdigit() for word in words if word not in _PLAIN
    )
