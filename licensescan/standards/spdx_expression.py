"""
SPDX license expressions: normalise, join, compare, and take the branch of an
OR. The grammar is in `spdx_grammar.py`, the tree in `spdx_tree.py`.

`NOASSERTION` and `NONE` are answers, not licenses: `parse` refuses them, the
functions that take an `Expression` accept them and say what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from licensescan.model.errors import ExpressionError
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    Expression,
    LicenseId,
)
from licensescan.standards import gnu, spdx_text
from licensescan.standards.spdx_grammar import (
    check_limits,
    parse,
    parse_ids,
    parse_own,
)
from licensescan.standards.spdx_tree import (
    And,
    Leaf,
    License,
    Node,
    Or,
    With,
    flat,
    leaves,
    license_of,
    mapped,
    unparse,
)

__all__ = [
    "And",
    "Leaf",
    "License",
    "Node",
    "Or",
    "With",
    "alternatives",
    "best",
    "covers",
    "exceptions",
    "join_and",
    "join_or",
    "leaves",
    "licenses",
    "longest",
    "normalise",
    "offers",
    "parse",
    "parse_ids",
    "settled",
    "substituted",
    "summed",
    "unparse",
    "with_later",
    "without",
]


@lru_cache(maxsize=4096)
def normalise(text: str) -> Expression:
    """
    Return `text` in SPDX spelling; idempotent. `NOASSERTION` and `NONE` are
    returned as they are.

    Raises `ExpressionError` as `parse` does, and when the result is beyond the
    limits.

    >>> normalise("mit or gpl-2.0+")
    'MIT OR GPL-2.0-or-later'
    """
    plain = text.strip()
    if plain in (NOASSERTION, NONE):
        return Expression(plain)
    result = unparse(parse(plain))
    check_limits(result)
    return result


@lru_cache(maxsize=1024)
def longest(text: str) -> Expression | None:
    """
    Return the longest beginning of `text` that is an expression, without
    brackets and punctuation that close behind it; None without one.
    """
    words = text.split()
    for count in range(len(words), 0, -1):
        if count < len(words) and spdx_text.is_operator(words[count - 1]):
            continue
        candidate = " ".join(words[:count])
        if candidate.count("(") < candidate.count(")"):
            candidate = candidate.rstrip(")")
        try:
            return normalise(candidate.rstrip(".,;"))
        except ExpressionError:
            continue
    return None


# -- what is in it --


def licenses(expression: str) -> tuple[str, ...]:
    """
    Return the licenses of an expression in order, each once; `GPL-2.0-only
    WITH Classpath-exception-2.0` is one.

    Empty for `NOASSERTION` and `NONE`. Raises `ExpressionError`.
    """
    node = _tree(expression)
    return () if node is None else _distinct(map(str, leaves(node)))


def exceptions(expression: str) -> tuple[LicenseId, ...]:
    """
    Return the exceptions (what follows WITH) of an expression in order, each
    once. Raises `ExpressionError`.
    """
    node = _tree(expression)
    if node is None:
        return ()
    return _distinct(
        leaf.exception for leaf in leaves(node) if isinstance(leaf, With)
    )


def alternatives(expression: str) -> tuple[Expression, ...]:
    """
    Return what can be chosen: the branches of an OR, else the expression by
    itself. Raises `ExpressionError`.
    """
    node = _tree(expression)
    if not isinstance(node, Or):
        return (Expression(expression),)
    return tuple(map(unparse, node.items))


def _distinct(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


# -- made of others --


def join_and(*expressions: str) -> Expression:
    """
    Return all of `expressions` together.

    `NONE` adds nothing and is the answer when nothing else is there.
    `NOASSERTION` makes the whole `NOASSERTION`: an AND of which one half is
    unknown is not known. Raises `ExpressionError`.

    >>> join_and("MIT OR ISC", "Zlib", "NONE")
    '(MIT OR ISC) AND Zlib'
    """
    return _join(And, expressions)


def join_or(*expressions: str) -> Expression:
    """
    Return a choice between `expressions`.

    `NONE` adds nothing. `NOASSERTION` makes the whole `NOASSERTION`: whoever
    wants to go on with the known branch has to say so by leaving the unknown
    one out. Raises `ExpressionError`.
    """
    return _join(Or, expressions)


def _join(
    kind: type[And | Or],
    expressions: tuple[str, ...],
) -> Expression:
    trees = [_tree(expression) for expression in expressions]
    if any(expression.strip() == NOASSERTION for expression in expressions):
        return NOASSERTION
    known = [tree for tree in trees if tree is not None]
    return unparse(flat(kind, known)) if known else NONE


def summed(expressions: Iterable[Expression]) -> Expression:
    """
    Return the licenses of one work that were found at different places, as one
    expression.

    The text of a GNU license fits both suffixes: where a notice says "or
    later", or grants an exception, the text that goes with it adds nothing.
    Where a choice is offered, the texts of what is offered add nothing to it.
    """
    distinct = _distinct(expressions)
    offered = {
        _choice_text(license_)
        for expression in distinct
        if spdx_text.has_choice(expression)
        and not spdx_text.has_sum(expression)
        for license_ in licenses(expression)
    }
    left = [e for e in distinct if _choice_text(e) not in offered]
    return join_and(*gnu.merged(left))


def _choice_text(expression: str) -> str:
    """Return the text that a license offered in a choice is shipped with."""
    return _SHORTER.get(expression) or gnu.text_of(expression)


_SHORTER = {"Artistic-1.0-Perl": "Artistic-1.0"}
"""Perl's Artistic License is offered by either id."""


def with_later(
    expression: Expression,
    later: Iterable[str],
) -> Expression:
    """
    Return `expression` with "or later" for each GNU license of which `later`
    holds that id. Raises `ExpressionError`.
    """
    wanted = set(later)

    def widened(license_: License) -> License:
        claim = gnu.claim(license_.id)
        wider = claim.with_later().expression if claim else ""
        return License(LicenseId(wider)) if wider in wanted else license_

    def changed(leaf: Leaf) -> Leaf:
        if isinstance(leaf, With):
            return With(widened(leaf.license), leaf.exception)
        return widened(leaf)

    node = _tree(expression)
    return expression if node is None else unparse(mapped(node, changed))


def substituted(
    expression: Expression,
    old: str,
    new: str,
) -> Expression:
    """
    Return `expression` with the license `new` for the license `old`. Raises
    `ExpressionError`.
    """
    if old not in spdx_text.ids(expression):
        return expression
    tree, other = parse_own(expression), parse_own(new)
    return unparse(
        mapped(tree, lambda leaf: other if str(leaf) == old else leaf)
    )


def without(
    expression: Expression,
    is_left_out: Callable[[str], bool],
) -> Expression:
    """
    Return `expression` without the licenses of its AND that `is_left_out` is
    true of; `NONE` when nothing is left. Raises `ExpressionError`.
    """
    node = _tree(expression)
    if node is None:
        return expression
    operands = node.items if isinstance(node, And) else (node,)
    kept = [
        operand
        for operand in operands
        if isinstance(operand, And | Or) or not is_left_out(str(operand))
    ]
    return unparse(flat(And, kept)) if kept else NONE


# -- the branch of an OR --


def best(
    expression: str,
    cost: Callable[[str], Any],
) -> Expression:
    """
    Return what remains of `expression` when in each OR the cheapest branch is
    taken, and the first of equals.

    `cost` is asked once for each license of `licenses`; its answers must be
    comparable. An AND costs as much as its worst operand. `NOASSERTION` and
    `NONE` are returned as they are. Raises `ExpressionError`.
    """
    node = _tree(expression)
    if node is None:
        return Expression(expression.strip())
    return unparse(_best(node, cache(cost))[1])


def _best(
    node: Node,
    cost: Callable[[str], Any],
) -> tuple[Any, Node]:
    if isinstance(node, License | With):
        return cost(str(node)), node
    priced = [_best(item, cost) for item in node.items]
    if isinstance(node, Or):
        return min(priced, key=lambda pair: pair[0])
    return max(price for price, _ in priced), flat(
        And, (item for _, item in priced)
    )


# -- what is declared against what is shown --


def covers(
    declared: str,
    text: str,
) -> bool:
    """
    Return True if `declared` names every license that the `text` of a
    component shows; its operators do not matter.

    -only, -or-later and + share one text, and an SPDX exception is a
    permission that may stand elsewhere: such differences count as covered. So
    does the text of a later version under a declared -or-later, and what is
    shipped under the declared name (`_COMES_WITH`). A `text` of `NONE` is
    covered by anything, of `NOASSERTION` by nothing. Raises `ExpressionError`.
    """
    shown, named = _tree(text), _tree(declared)
    if shown is None:
        return text.strip() == NONE
    if named is None:
        return False
    texts = {_text(leaf) for leaf in leaves(named)}
    texts |= {other for name in texts for other in _COMES_WITH.get(name, ())}
    open_ended = [
        text for leaf in leaves(named) if (text := _open_ended(leaf))
    ]
    return all(
        text in texts or any(_is_later(text, first) for first in open_ended)
        for text in map(_text, leaves(shown))
    )


def offers(
    shown: str,
    declared: str,
) -> bool:
    """
    Return True if `shown` is a choice and all that `declared` names is among
    its branches: the declaration has chosen.
    """
    tree, named = _tree(shown), _tree(declared)
    if not isinstance(tree, Or) or named is None:
        return False
    branches = {_text(leaf) for leaf in leaves(tree)}
    return all(_text(leaf) in branches for leaf in leaves(named))


def settled(expression: Expression) -> Expression:
    """
    Return what several texts come to: SPDX's id where ScanCode keeps apart
    what is one text to SPDX, and in a sum no "this version or later" of a GNU
    license beside a later version of it.
    """
    node = _tree(expression)
    if node is None:
        return expression
    node = mapped(node, _listed)
    if not isinstance(node, And) or any(
        isinstance(item, Or) for item in node.items
    ):
        return unparse(node)
    return join_and(*gnu.chosen(map(unparse, node.items)))


def _tree(expression: str) -> Node | None:
    """Return the tree; None for `NOASSERTION` and `NONE`."""
    return (
        None
        if expression.strip() in (NOASSERTION, NONE)
        else parse_own(expression)
    )


_TWINS = {
    "LicenseRef-scancode-secret-labs-2011": LicenseId("MIT-CMU"),
    "LicenseRef-scancode-mit-old-style": LicenseId("HPND"),
    "LicenseRef-scancode-oracle-openjdk-exception-2.0": LicenseId(
        "Classpath-exception-2.0"
    ),
}
"""
Ids that ScanCode keeps apart and SPDX does not: one text with other names in
it.
"""

_COMES_WITH = {
    # It builds on that text (LGPL-3.0, opening).
    "LGPL-3.0": ("GPL-3.0",),
    # CPython's LICENSE is a stack, the PSF's own on top; packages that copy it
    # call it by either name, and those that put their own name in the PSF's
    # place by that of the PSF.
    "PSF-2.0": (
        "Python-2.0",
        "Python-2.0.1",
        "LicenseRef-scancode-matplotlib-1.3.0",
    ),
    "Python-2.0": ("PSF-2.0", "Python-2.0.1"),
    "Python-2.0.1": ("PSF-2.0", "Python-2.0"),
    # Pillow called its license HPND until SPDX had an id for CMU's wording of
    # it.
    "HPND": ("MIT-CMU",),
    # BSD-3-Clause and a sentence that lets go of the compiler's output.
    "BSD-3-Clause": ("LicenseRef-scancode-protobuf",),
}
"""License texts that are shipped under the name of another license."""


def _listed(leaf: Leaf) -> Leaf:
    """
    Return a leaf with SPDX's ids in place of ScanCode's for the same text.
    """
    license_ = license_of(leaf)
    license_ = License(_TWINS.get(license_.id, license_.id), license_.or_later)
    if isinstance(leaf, With):
        return With(license_, _TWINS.get(leaf.exception, leaf.exception))
    return license_


def _text(leaf: Leaf) -> str:
    """
    Return the name of the text of a leaf. An exception of SPDX's list may
    stand elsewhere; one that the list lacks is a part of the text.
    """
    leaf = _listed(leaf)
    text = gnu.text_of(license_of(leaf).id)
    if isinstance(leaf, With) and "Ref-" in leaf.exception:
        return spdx_text.with_exception(text, leaf.exception)
    return text


def _open_ended(leaf: Leaf) -> str:
    """Return the text of a license that says "or later"; "" for any other."""
    license_ = license_of(leaf)
    if license_.or_later:
        return license_.id
    claim = gnu.claim(license_.id)
    return claim.text if claim and claim.later is gnu.Later.YES else ""


def _is_later(
    text: str,
    first: str,
) -> bool:
    """
    Return True if `text` is a later version of `first`: GPL-3.0 of GPL-2.0.
    """
    name, _, version = text.rpartition("-")
    family, _, first_version = first.rpartition("-")
    if not name or name != family:
        return False
    return version.replace(".", "").isdigit() and version > first_version
