"""
SPDX license expressions as they are written: what one in normal spelling says
at a glance, and how names are put together before anything is parsed.

An id holds no space and stands alone between operators and brackets, so that
these questions need no tree. They are asked of every match of a text, and of
ids that no expression may consist of (an exception by itself). No other
package looks into an expression as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

from licensescan.base.lazy_regex import Regex
from licensescan.model.texts import Expression

_OR, _AND, _WITH = " OR ", " AND ", " WITH "

_REFERENCE, _SCANCODE = "LicenseRef-", "LicenseRef-scancode-"

_OWN_REFERENCE = Regex(rf"{_REFERENCE}(?!scancode-)([\w.-]+)")
_LAST_VERSION = Regex(r"(?<=-)\d+\.\d+$")


def is_single(expression: str) -> bool:
    """Return True if `expression` is one id: no exception, no operator."""
    return " " not in expression


def has_choice(expression: str) -> bool:
    """Return True if there is an OR in `expression`."""
    return _OR in expression


def has_sum(expression: str) -> bool:
    """Return True if there is an AND in `expression`."""
    return _AND in expression


def is_sum(expression: str) -> bool:
    """Return True if `expression` is nothing but licenses that all hold."""
    return has_sum(expression) and not has_choice(expression)


def has_exception(expression: str) -> bool:
    """Return True if there is a WITH in `expression`."""
    return _WITH in expression


def has_operator(text: str) -> bool:
    """
    Return True if an operator of expressions stands in `text`, in capitals.
    """
    return _OR in text or _AND in text or _WITH in text


def operators(expression: str) -> int:
    """Return how many operators `expression` has."""
    return expression.count(" ") // 2


def ids(expression: str) -> list[str]:
    """
    Return the ids of `expression`, those of its exceptions too, repeats
    included.
    """
    words = expression.replace("(", " ").replace(")", " ").split()
    return [word for word in words if word not in ("AND", "OR", "WITH")]


def holds(expression: str, license_: str) -> bool:
    """
    Return True if one license, as it is written, stands in `expression`;
    there, an exception may follow.

    >>> holds("(LGPL-2.1-only AND MIT) OR ISC", "MIT"), holds("LGPL-2.1-only", "GPL-2.1-only")
    (True, False)
    """
    whole = rf"(?<![^\s(]){re.escape(license_)}(?![^\s)])"
    return re.search(whole, expression) is not None


def split_exception(license_: str) -> tuple[str, str]:
    """
    Return the license and the exception of one leaf of an expression; ""
    without one.
    """
    plain, _, exception = license_.partition(_WITH)
    return plain, exception


def with_exception(
    license_: str,
    exception: str,
) -> Expression:
    """Return one license with an exception."""
    return Expression(f"{license_}{_WITH}{exception}")


def family(expression: str) -> str:
    """
    Return the family of the first license: its id up to the first "-".

    >>> family("LGPL-2.1-only"), family("BSD-3-Clause"), family("MIT")
    ('LGPL', 'BSD', 'MIT')
    """
    return expression.partition(" ")[0].partition("-")[0]


def says_later(expression: str) -> bool:
    """Return True if a license of `expression` says "or later"."""
    return any(id_.endswith(("-or-later", "+")) for id_ in ids(expression))


def with_version(
    id_: str,
    version: str,
) -> str:
    """Return `id_`, which ends with a version, with another one."""
    return _LAST_VERSION.sub(version, id_)


# -- names of one's own --


def reference(name: str) -> Expression:
    """Return the `LicenseRef` for `name`: letters, digits, "." and "-"."""
    return Expression(f"{_REFERENCE}{name}")


def is_reference(license_: str) -> bool:
    """Return True if the id of a license is a `LicenseRef`."""
    return license_.startswith(_REFERENCE)


def is_scancode(license_: str) -> bool:
    """
    Return True if only ScanCode's list has a license: `LicenseRef-scancode-*`.
    """
    return license_.startswith(_SCANCODE)


def has_reference(expression: str) -> bool:
    """Return True if there is a `LicenseRef` in `expression`."""
    return _REFERENCE in expression


def reference_name(license_: str) -> str:
    """
    Return the name in a `LicenseRef`, ScanCode's key in one of ScanCode's; ""
    for any other id.
    """
    if not is_reference(license_):
        return ""
    return license_.removeprefix(_SCANCODE).removeprefix(_REFERENCE)


def renamed_references(
    expression: str,
    rename: Callable[[Expression], str],
) -> Expression:
    """
    Return `expression` with each `LicenseRef` that is none of ScanCode's
    replaced by the id that `rename` gives for it.
    """
    return Expression(
        _OWN_REFERENCE.sub(
            lambda match: rename(Expression(match[0])), expression
        )
    )


# -- names that are not parsed yet --


def joined(
    operator: Literal["AND", "OR"],
    names: Iterable[str],
) -> str:
    """Return `names` as written, with an operator between them."""
    return f" {operator} ".join(names)


def slashes_as_choice(text: str) -> str:
    """
    Return `text` with each "/" read as OR, the older form of Cargo's manifests
    (The Cargo Book, "The license and license-file fields").
    """
    return re.sub(r"\s*/\s*", _OR, text)


def is_unfinished(text: str) -> bool:
    """
    Return True if an expression cannot end where `text` does: an operator
    comes last, or a bracket is open.
    """
    if text.count("(") > text.count(")"):
        return True
    return text.rstrip().upper().endswith((_OR[:-1], _AND[:-1], _WITH[:-1]))


def looks_like_id(word: str) -> bool:
    """
    Return True for a word in lower case that is spelled as ids are.

    >>> looks_like_id("lgpl-2.1-only"), looks_like_id("apache-like")
    (True, False)
    """
    ends = word.endswith(("-only", "-later"))
    return "-" in word and (word[-1].isdigit() or ends)


def is_operator(word: str) -> bool:
    """Return True if `word` is an operator of expressions, in any case."""
    return word.upper() in ("AND", "OR", "WITH")
