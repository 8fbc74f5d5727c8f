"""
Compare a notice with a known one that it is near to: do they name the same
license?

Two notices of different licenses share nearly all their words; the few that
differ are the name. So a notice that was aligned must name what the known one
names, and one of a GNU license says by itself which license and version it
means.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import NAMES, coded, letters_of
from licensescan.standards.gnu import (
    Gnu,
    Later,
    is_gnu,
    unversioned,
    with_later,
)
from licensescan.standards.spdx_text import has_sum

_ORDINARY = frozenset(
    "library distribution attribution clause php python perl ruby academic".split()
)
"""
Words of names that a notice may also use of the thing it is about; they may be
added, not missed.
"""

_NO_NAME = frozenset(
    "only or later with exception licenseref scancode license public "
    "and generic new plus the no".split()
)
"""Words of ids that are no name by themselves."""

_BEFORE_VERSION = frozenset(
    "version license licence v gpl lgpl agpl mpl epl".split()
)
_VERSIONS = frozenset("1 2 3 4 v1 v2 v3 v4".split())
"""Words before a version, and versions."""

_KINDS = (
    ("AGPL", Regex(r"\baffero\b|\bagpl")),
    (
        "LGPL",
        Regex(
            r"\b(?:lesser|library) (?:gnu )?(?:general )?public licen[cs]e"
            r"|\blgpl|\blesser gpl"
        ),
    ),
    (
        "GPL",
        Regex(
            r"(?<!lesser )(?<!library )(?<!affero )\bgeneral public licen[cs]e"
            r"|(?<!lesser )(?<!affero )\bgpl"
        ),
    ),
)
_VERSION = Regex(
    r"\b(?:version |licen[cs]e |v ?|gplv?)([123])(?: (\d))?\+?(?![\w])"
)
_LATER = Regex(
    r"\bany (?:later|newer|higher)|\bor (?:later|newer|higher|above|greater)|\d\+"
)
_AND_LATER = Regex(
    r"(?:(?:license|version|\d) )?(?:or|and|ou|oder|o|eller)\b"
    r"(?: at your option)?(?: any| a)? ?"
    r"(?:later|newer|higher|above|greater|up|ultérieure?|superior|spätere?|posterior|senare)\b"
)


def agrees(
    theirs: str,
    ours: str,
    expression: str,
    index: Store,
) -> bool:
    """
    Return True if the words `ours`, aligned with the notice `theirs` of
    `expression`, name the same license.

    Of a notice of a GNU license its kind and version may differ: `renamed`
    says what it is. A notice of two things may leave one unnamed: "the license
    found in the LICENSE file", and an additional grant of patent rights.
    """
    if is_gnu(expression):
        return True
    known, present = set(theirs), set(ours)
    names = letters_of(index, NAMES)
    missing = known & (names | named_in(expression, index)) - present
    added = present & (names - letters_of(index, _ORDINARY)) - known
    may_miss = 1 if has_sum(expression) else 0
    if added or len(missing) > may_miss:
        return False
    return _versions(theirs, index) == _versions(ours, index)


def renamed(words: str, expression: str) -> str:
    """
    Return the GNU license that the `words` of a notice name, which is nearest
    to `expression`; that itself, when they name several.
    """
    kinds = [kind for kind, pattern in _KINDS if pattern.search(words)]
    versions = {
        f"{number[1]}.{number[2] or 0}" for number in _VERSION.finditer(words)
    }
    if len(kinds) != 1 or len(versions) > 1:
        return expression
    kind = kinds[0]
    if not versions:
        return unversioned(kind) or expression
    later = Later.YES if _LATER.search(words) else Later.NO
    named = Gnu(family=kind, version=versions.pop(), later=later)
    return named.expression if named.is_published else expression


def or_later(expression: str, after: str) -> str:
    """
    Return the GNU license `expression` of one version with what the words
    `after` its name say about later ones.
    """
    if is_gnu(expression) and _AND_LATER.match(after):
        return with_later(expression)
    return expression


@lru_cache(maxsize=1024)
def named_in(expression: str, index: Store) -> frozenset[str]:
    """Return the codes of the words of the expression's ids that are names."""
    words = frozenset(re.findall(r"[a-z]{2,}", expression.lower()))
    return coded(index, words - _NO_NAME)


def _versions(codes: str, index: Store) -> set[str]:
    """Return the numbers that stand where a version does."""
    before, versions = (
        letters_of(index, _BEFORE_VERSION),
        letters_of(index, _VERSIONS),
    )
    return {
        code
        for previous, code in pairwise(codes)
        if code in versions and previous in before
    }
