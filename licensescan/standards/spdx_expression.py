"""
SPDX license expressions: normalise, join, compare, and take the branch of an OR. The
grammar is in `grammar.py`.

A tree is kept as it was written: nested AND in AND is flattened in order, a repeated
operand of one level is dropped, and nothing else is simplified. `NOASSERTION` and
`NONE` are answers, not licenses: `parse` refuses them, the functions that take an
`Expression` accept them and say what they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from licensescan.model.texts import NOASSERTION, NONE, Expression, LicenseId
from licensescan.standards.license_ids import is_known as is_known
from licensescan.standards.spdx_grammar import check_limits, parse, parse_ids, parse_own
from licensescan.standards.spdx_tree import (
    And,
    Leaf,
    License,
    Node,
    Or,
    With,
    flat,
    leaves,
    unparse,
)

__all__ = [
    "And",
    "Leaf",
    "License",
    "Node",
    "Or",
    "With",
    "best",
    "cost_of",
    "covers",
    "exceptions",
    "is_known",
    "join_and",
    "join_or",
    "leaves",
    "licenses",
    "normalise",
    "offers",
    "parse",
    "parse_ids",
    "settled",
    "unparse",
]


@lru_cache(maxsize=4096)
def normalise(text: str) -> Expression:
    """
    `text` in SPDX spelling; idempotent. `NOASSERTION` and `NONE` are returned as they
    are.

    Raises `ExpressionError` as `parse` does, and when the result is beyond the limits.

    >>> normalise("mit or gpl-2.0+")
    'MIT OR GPL-2.0-or-later'
    """
    plain = text.strip()
    if plain in (NOASSERTION, NONE):
        return Expression(plain)
    result = unparse(parse(plain))
    check_limits(result)
    return result


def licenses(expression: str) -> tuple[str, ...]:
    """
    The licenses of an expression in order, each once; `GPL-2.0-only WITH
    Classpath-exception-2.0` is one.

    Empty for `NOASSERTION` and `NONE`. Raises `ExpressionError`.
    """
    node = _tree(expression)
    return (
        () if node is None else tuple(dict.fromkeys(str(leaf) for leaf in leaves(node)))
    )


def exceptions(expression: str) -> tuple[LicenseId, ...]:
    """
    The exceptions (what follows WITH) of an expression in order, each once. Raises
    `ExpressionError`.
    """
    node = _tree(expression)
    if node is None:
        return ()
    return tuple(
        dict.fromkeys(leaf.exception for leaf in leaves(node) if isinstance(leaf, With))
    )


def join_and(*expressions: str) -> Expression:
    """
    All of `expressions` together.

    `NONE` adds nothing and is the answer when nothing else is there. `NOASSERTION`
    makes the whole `NOASSERTION`: an AND of which one half is unknown is not known.
    Raises `ExpressionError`.

    >>> join_and("MIT OR ISC", "Zlib", "NONE")
    '(MIT OR ISC) AND Zlib'
    """
    return _join(And, expressions)


def join_or(*expressions: str) -> Expression:
    """
    A choice between `expressions`.

    `NONE` adds nothing. `NOASSERTION` makes the whole `NOASSERTION`: whoever wants to
    go on with the known branch has to say so by leaving the unknown one out. Raises
    `ExpressionError`.
    """
    return _join(Or, expressions)


def best(expression: str, cost: Callable[[str], Any]) -> Expression:
    """
    What remains of `expression` when in each OR the cheapest branch is taken, and the
    first of equals.

    `cost` is asked once for each license of `licenses`; its answers must be comparable.
    An AND costs as much as its worst operand. `NOASSERTION` and `NONE` are returned as
    they are. Raises `ExpressionError`.
    """
    node = _tree(expression)
    return (
        Expression(expression.strip())
        if node is None
        else unparse(_best(node, cache(cost))[1])
    )


def cost_of(expression: str, cost: Callable[[str], Any]) -> Any:
    """
    What `best` pays: the worst operand of an AND, the cheapest of an OR.

    `None` for `NOASSERTION` and `NONE`. Raises `ExpressionError`.
    """
    node = _tree(expression)
    return None if node is None else _best(node, cache(cost))[0]


def covers(declared: str, text: str) -> bool:
    """
    Whether `declared` names every license that the `text` of a component shows; its
    operators do not matter.

    -only, -or-later and + share one text, and an SPDX exception is a permission that
    may stand elsewhere: such differences count as covered. So does the text of a later
    version under a declared -or-later, and what is shipped under the declared name
    (`_COMES_WITH`). A `text` of `NONE` is covered by anything, of `NOASSERTION` by
    nothing. Raises `ExpressionError`.
    """
    shown, named = _tree(text), _tree(declared)
    if shown is None:
        return text.strip() == NONE
    if named is None:
        return False
    known = {_same_text(leaf) for leaf in leaves(named)}
    known |= {text for name in tuple(known) for text in _COMES_WITH.get(name, ())}
    open_ended = [stem for leaf in leaves(named) if (stem := _or_later_stem(leaf))]
    return all(
        text in known or any(_is_later(text, stem) for stem in open_ended)
        for text in map(_same_text, leaves(shown))
    )


def settled(expression: Expression) -> Expression:
    """
    What several texts come to: SPDX's id where ScanCode keeps apart what is one text to
    SPDX, and in a sum no "this version or later" of a GNU license beside a later
    version of it, since whoever keeps to that one keeps both.
    """
    for key, spdx in _TWINS.items():
        expression = Expression(expression.replace(key, spdx))
    if " AND " not in expression or " OR " in expression:
        return expression
    given = expression.split(" AND ")
    plain = [stem(e) for e in given if " " not in e]
    return join_and(
        *(
            e
            for e in given
            if not any(_is_later(other, _gnu_stem(e)) for other in plain)
        )
    )


def _gnu_stem(expression: str) -> str:
    """
    The id without its suffix, for a GNU license of some version or later; else nothing.
    """
    return (
        expression.removesuffix("-or-later")
        if re.fullmatch(r"[AL]*GPL-[\d.]+-or-later", expression)
        else ""
    )


def offers(shown: str, declared: str) -> bool:
    """
    Whether `shown` is a choice and all that `declared` names is among its branches: the
    declaration has chosen.
    """
    tree, named = _tree(shown), _tree(declared)
    if not isinstance(tree, Or) or named is None:
        return False
    branches = {_same_text(leaf) for leaf in leaves(tree)}
    return all(_same_text(leaf) in branches for leaf in leaves(named))


def _tree(expression: str) -> Node | None:
    """None for `NOASSERTION` and `NONE`."""
    return None if expression.strip() in (NOASSERTION, NONE) else parse_own(expression)


def _join(kind: type[And | Or], expressions: tuple[str, ...]) -> Expression:
    trees = [_tree(expression) for expression in expressions]
    if any(expression.strip() == NOASSERTION for expression in expressions):
        return NOASSERTION
    known = [tree for tree in trees if tree is not None]
    return unparse(flat(kind, known)) if known else NONE


def _best(node: Node, cost: Callable[[str], Any]) -> tuple[Any, Node]:
    if isinstance(node, License | With):
        return cost(str(node)), node
    priced = [_best(item, cost) for item in node.items]
    if isinstance(node, Or):
        return min(priced, key=lambda pair: pair[0])
    return max(price for price, _ in priced), flat(And, (item for _, item in priced))


_TWINS = {
    "LicenseRef-scancode-secret-labs-2011": "MIT-CMU",
    "LicenseRef-scancode-mit-old-style": "HPND",
    "LicenseRef-scancode-oracle-openjdk-exception-2.0": "Classpath-exception-2.0",
}
"""Ids that ScanCode keeps apart and SPDX does not: one text with other names in it."""


_COMES_WITH = {
    # It builds on that text (LGPL-3.0, opening).
    "LGPL-3.0": ("GPL-3.0",),
    # CPython's LICENSE is a stack, the PSF's own on top; packages that copy it call it
    # by either name, and those that put their own name in the PSF's place by that of
    # the PSF.
    "PSF-2.0": ("Python-2.0", "Python-2.0.1", "LicenseRef-scancode-matplotlib-1.3.0"),
    "Python-2.0": ("PSF-2.0", "Python-2.0.1"),
    "Python-2.0.1": ("PSF-2.0", "Python-2.0"),
    # Pillow called its license HPND until SPDX had an id for CMU's wording of it.
    "HPND": ("MIT-CMU",),
    # BSD-3-Clause and a sentence that lets go of the compiler's output.
    "BSD-3-Clause": ("LicenseRef-scancode-protobuf",),
}
"""License texts that are shipped under the name of another license."""


def stem(name: str) -> str:
    """
    The id of a GNU license without "-only" and "-or-later", which one text may stand
    for; any other id as it is.
    """
    return name.removesuffix("-only").removesuffix("-or-later")


def _same_text(leaf: Leaf) -> str:
    license_ = leaf.license if isinstance(leaf, With) else leaf
    text = stem(_TWINS.get(license_.id, license_.id))
    exception = (
        _TWINS.get(leaf.exception, leaf.exception) if isinstance(leaf, With) else ""
    )
    return f"{text} WITH {exception}" if "Ref-" in exception else text


def _or_later_stem(leaf: Leaf) -> str:
    """The id without its suffix, for a license that says "or later"; else nothing."""
    license_ = leaf.license if isinstance(leaf, With) else leaf
    return (
        license_.id.removesuffix("-or-later")
        if license_.or_later or license_.id.endswith("-or-later")
        else ""
    )


def _is_later(text: str, stem: str) -> bool:
    """Whether `text` is a later version of the license `stem`: GPL-3.0 of GPL-2.0."""
    (name, _, version), (family, _, first) = text.rpartition("-"), stem.rpartition("-")
    return (
        name == family
        and name != ""
        and version.replace(".", "").isdigit()
        and version > first
    )
