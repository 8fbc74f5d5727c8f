"""
Notices that are nearly a known one: do they name the same license?

Two notices of different licenses share nearly all their words; the few that differ are
the name. So a notice that was aligned must name what the known one names, and one of a
GNU license says by itself which license and version it means.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import NAMES, coded, letters_of

_ORDINARY = frozenset(
    (
        "library",
        "distribution",
        "attribution",
        "clause",
        "php",
        "python",
        "perl",
        "ruby",
        "academic",
    )
)
"""
Words of names that a notice may also use of the thing it is about; they may be added,
not missed.
"""

_NO_NAME = frozenset(
    "only or later with exception licenseref scancode license public and generic new plus the no".split()
)
_BEFORE = frozenset("version license licence v gpl lgpl agpl mpl epl".split())
_DIGITS = frozenset("1 2 3 4 v1 v2 v3 v4".split())
"""Words before a version, and versions."""

_GNU = Regex(r"[AL]*GPL-[\d.]+-(?:only|or-later)")
_KINDS = (
    ("AGPL", Regex(r"\baffero\b|\bagpl")),
    (
        "LGPL",
        Regex(
            r"\b(?:lesser|library) (?:gnu )?(?:general )?public licen[cs]e|\blgpl|\blesser gpl"
        ),
    ),
    (
        "GPL",
        Regex(
            r"(?<!lesser )(?<!library )(?<!affero )\bgeneral public licen[cs]e|(?<!lesser )(?<!affero )\bgpl"
        ),
    ),
)
_VERSION = Regex(r"\b(?:version |licen[cs]e |v ?|gplv?)([123])(?: (\d))?\+?(?![\w])")
_LATER = Regex(
    r"\bany (?:later|newer|higher)|\bor (?:later|newer|higher|above|greater)|\d\+"
)
_AND_LATER = Regex(
    r"(?:(?:license|version|\d) )?(?:or|and|ou|oder|o|eller)\b(?: at your option)?(?: any| a)? ?"
    r"(?:later|newer|higher|above|greater|up|ultérieure?|superior|spätere?|posterior|senare)\b"
)
_VALID = frozenset(
    (
        "GPL-1.0",
        "GPL-2.0",
        "GPL-3.0",
        "LGPL-2.0",
        "LGPL-2.1",
        "LGPL-3.0",
        "AGPL-1.0",
        "AGPL-3.0",
    )
)
_BARE = {"GPL": "GPL-1.0-or-later", "LGPL": "LGPL-2.0-or-later"}


def is_gnu(expression: str) -> bool:
    """
    Whether the expression is one GNU license of some version, without an exception.
    """
    return bool(_GNU.fullmatch(expression))


def agrees(theirs: str, ours: str, expression: str, store: Store) -> bool:
    """
    Whether the words `ours`, aligned with the notice `theirs` of `expression`, name the
    same license.

    Of a notice of a GNU license its kind and version may differ: `renamed` says what it
    is. A notice of two things may leave one unnamed: "the license found in the LICENSE
    file", and an additional grant of patent rights.
    """
    if is_gnu(expression):
        return True
    names, ordinary = letters_of(store, NAMES), letters_of(store, _ORDINARY)
    own = named_in(expression, store)
    known, told = set(theirs), set(ours)
    missing = (known & (names | own)) - told
    added = (told & (names - ordinary)) - known
    if len(missing) == 1 and " AND " in expression:
        missing = set()
    return (
        not missing and not added and _versions(theirs, store) == _versions(ours, store)
    )


def renamed(words: str, expression: str) -> str:
    """
    What the `words` of a notice say about a GNU license that is nearest to
    `expression`; that, when they name several.
    """
    kinds = [kind for kind, pattern in _KINDS if pattern.search(words)]
    if len(kinds) != 1:
        return expression
    versions = {f"{number[1]}.{number[2] or 0}" for number in _VERSION.finditer(words)}
    if len(versions) > 1:
        return expression
    if not versions:
        return _BARE.get(kinds[0], expression)
    name = f"{kinds[0]}-{versions.pop()}"
    return (
        f"{name}-{'or-later' if _LATER.search(words) else 'only'}"
        if name in _VALID
        else expression
    )


def or_later(expression: str, after: str) -> str:
    """
    The GNU license `expression` of one version with what the words `after` its name say
    about later ones.
    """
    if expression.endswith("-only") and is_gnu(expression) and _AND_LATER.match(after):
        return expression.removesuffix("-only") + "-or-later"
    return expression


@lru_cache(maxsize=1024)
def named_in(expression: str, store: Store) -> frozenset[str]:
    """The words of the expression's ids."""
    return coded(
        store, frozenset(re.findall(r"[a-z]{2,}", expression.lower())) - _NO_NAME
    )


def _versions(codes: str, store: Store) -> set[str]:
    """The numbers that stand where a version does."""
    before, digits = letters_of(store, _BEFORE), letters_of(store, _DIGITS)
    return {two for one, two in pairwise(codes) if two in digits and one in before}
