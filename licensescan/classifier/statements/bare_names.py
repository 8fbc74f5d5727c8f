"""
Names of GNU licenses and the like without a version: which one they stand for,
and when they say nothing that is not said better elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.notices import or_later, renamed
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.sifting import SHORT
from licensescan.model.reasons import Reason
from licensescan.model.trace import Trace
from licensescan.standards.gnu import is_gnu, is_manual_license, is_unversioned
from licensescan.standards.spdx_text import family, with_version

_LESSER = "LGPL-2.1-or-later"
"""
What "Lesser" without a number is read as: the LGPL is called so since 2.1.
"""

_ABOVE_WORDS = 60
_POINTER = 40
"""
A notice of fewer words that names a GNU license without its version only
points to one.
"""

_WORDS_OF_LATER = 8
_DIGIT = Regex(r"\d")
_CC_VERSION = Regex(r"\b([1-4]) ([05])\b")


def with_later(one: Occurrence, held: Words) -> Occurrence:
    """
    Return a notice or name of one version of a GNU license with the later ones
    that the next words may allow; a name of a Creative Commons license without
    a version with the one that they give.
    """
    expression = one.pattern.expression
    if family(expression) == "CC" and one.size < SHORT:
        if _DIGIT.search(held.quote(one.start, one.end)):
            return one
        version = _CC_VERSION.search(held.quote(one.end, one.end + SHORT))
        if version is None:
            return one
        return _named(
            one, with_version(expression, f"{version[1]}.{version[2]}")
        )
    if one.pattern.kind == layout.TEXT or not is_gnu(expression):
        return one
    after = held.quote(one.end, one.end + _WORDS_OF_LATER)
    return _named(one, or_later(expression, after))


def with_version_above(
    one: Occurrence, before: Occurrence | None, held: Words
) -> Occurrence:
    """
    Return a notice of a GNU license without a version with the one that the
    sentence above it gives in its own words.
    """
    pattern = one.pattern
    if pattern.kind != layout.NOTICE or not is_unversioned(pattern.expression):
        return one
    above = max(
        before.end if before is not None else 0, one.start - _ABOVE_WORDS
    )
    return _named(one, renamed(held.quote(above, one.end), pattern.expression))


def _named(one: Occurrence, expression: str) -> Occurrence:
    """Return a match with the license that the words around it make of it."""
    if expression == one.pattern.expression:
        return one
    return replace(one, pattern=replace(one.pattern, expression=expression))


def without_bare(
    found: list[Occurrence],
    marked: Sequence[str],
    held: Words,
    trace: Trace[Occurrence],
) -> list[Occurrence]:
    """
    Return what is left without the bare names of GNU licenses in a file that
    says elsewhere which version it means.
    """
    told = [
        *marked,
        *(o.pattern.expression for o in found if _says_version(o, held)),
    ]
    return [
        one
        for one in found
        if one.size >= _POINTER
        or not _is_bare(one, held)
        or not _is_said(one, told)
        or not trace.drops(Reason.BARE_NAME, one)
    ]


def _says_version(one: Occurrence, held: Words) -> bool:
    """
    Return True for a match that may say which version the bare names mean.
    """
    if family(one.pattern.expression) == "GFDL":
        return not _is_bare(one, held)
    return one.size >= SHORT


def _is_said(one: Occurrence, told: Sequence[str]) -> bool:
    """
    Return True if `told` say of the license of a bare name which version it
    is.
    """
    name = one.pattern.expression
    versions = {other for other in told if family(other) == family(name)}
    return bool(versions - {name} if is_unversioned(name) else versions)


def _is_bare(one: Occurrence, held: Words) -> bool:
    """
    Return True for the name of a GNU license without a version. "Lesser" is no
    version, and the GFDL is all that a reference without a number means.
    """
    expression = one.pattern.expression
    if is_unversioned(expression):
        return True
    is_lesser = expression == _LESSER and one.size < SHORT
    is_manual = is_manual_license(expression) and one.size < _POINTER
    if not is_lesser and not is_manual:
        return False
    return not any(map(str.isdigit, held.quote(one.start, one.end)))
