"""
Names of GNU licenses and the like without a version: which one they stand for, and
when they say nothing that is not said better elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.notices import or_later, renamed
from licensescan.classifier.identify.resolve import Found
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.sifting import SHORT
from licensescan.model.reasons import Reason
from licensescan.model.trace import Trace

UNVERSIONED = {"GPL-1.0-or-later": "GPL-", "LGPL-2.0-or-later": "LGPL-"}
"""
What a GNU license is called when nobody says which version, and how its versions begin.
"""

_LESSER, _MANUAL = "LGPL-2.1-or-later", "GFDL"
_ABOVE_WORDS = 60
_POINTER = 40
"""
A notice of fewer words that names a GNU license without its version only points to one.
"""

_WORDS_OF_LATER = 8
_DIGIT = Regex(r"\d")
_CC_VERSION = Regex(r"\b([1-4]) ([05])\b")


def with_later(one: Found, held: Words) -> Found:
    """
    A notice or name of one version of a GNU license, with the later ones that the next
    words may allow; a name of a Creative Commons license without a version, with the
    one that they give.
    """
    pattern = one.pattern
    if pattern.expression.startswith("CC-BY") and one.size < SHORT:
        said = held.quote(one.start, one.end)
        version = (
            _CC_VERSION.search(held.quote(one.end, one.end + SHORT))
            if not _DIGIT.search(said)
            else None
        )
        if version is not None:
            expression = f"{pattern.expression[:-3]}{version[1]}.{version[2]}"
            return replace(one, pattern=replace(pattern, expression=expression))
        return one
    if pattern.kind == layout.TEXT or not pattern.expression.endswith("-only"):
        return one
    expression = or_later(
        pattern.expression, held.quote(one.end, one.end + _WORDS_OF_LATER)
    )
    return (
        one
        if expression == pattern.expression
        else replace(one, pattern=replace(pattern, expression=expression))
    )


def with_version_above(one: Found, before: Found | None, held: Words) -> Found:
    """
    A notice of a GNU license without a version, with the one that the sentence above it
    gives in its own words.
    """
    pattern = one.pattern
    if pattern.kind != layout.NOTICE or pattern.expression not in UNVERSIONED:
        return one
    above = max(before.end if before is not None else 0, one.start - _ABOVE_WORDS)
    expression = renamed(held.quote(above, one.end), pattern.expression)
    return (
        one
        if expression == pattern.expression
        else replace(one, pattern=replace(pattern, expression=expression))
    )


def without_bare(
    found: list[Found], marked: Sequence[str], held: Words, trace: Trace[Found]
) -> list[Found]:
    """
    Return what is left without the bare names of GNU licenses in a file that says elsewhere
    which version it means.
    """
    told = [*marked, *(one.pattern.expression for one in found if one.size >= SHORT)]
    versioned = {
        bare
        for bare, start in UNVERSIONED.items()
        if any(e.startswith(start) and e != bare for e in told)
    }
    if any(e.startswith("LGPL-") for e in told):
        versioned.add(_LESSER)
    if any(
        one.pattern.expression.startswith("GFDL-") and _bare(one, held) != _MANUAL
        for one in found
    ):
        versioned.add(_MANUAL)
    return [
        one
        for one in found
        if one.size >= _POINTER
        or _bare(one, held) not in versioned
        or not trace.drops(Reason.BARE_NAME, one)
    ]


def _bare(one: Found, held: Words) -> str:
    """
    What the name of a license stands for; "Lesser", which the LGPL is called since 2.1,
    is no version of it, and the GFDL is all that a reference without a number means.
    """
    expression = one.pattern.expression
    lesser = expression == _LESSER and one.size < SHORT
    manual = (
        expression.startswith("GFDL-")
        and "invariants" not in expression
        and one.size < _POINTER
    )
    if (lesser or manual) and not any(map(str.isdigit, held.quote(one.start, one.end))):
        return _LESSER if lesser else _MANUAL
    return expression if expression != _LESSER else ""
