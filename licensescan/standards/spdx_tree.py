"""
An SPDX license expression as a tree: licenses at its leaves, AND and OR above
them.

A tree is kept as it was written: nested AND in AND is flattened in order, a
repeated operand of one level is dropped, and nothing else is simplified.
Nothing is brought into a normal form: of 24 choices under one AND it would
have 16 million terms.
"""

from __future__ import annotations

from collections.abc import (
    Callable,
    Iterable,
    Iterator,
)
from dataclasses import dataclass
from typing import TypeAlias

from licensescan.model.texts import Expression, LicenseId


@dataclass(frozen=True, slots=True)
class License:
    """
    One license; `or_later` is SPDX's `+` for licenses whose id does not say it
    (`Apache-1.1+`).
    """

    id: LicenseId
    or_later: bool = False

    def __str__(self) -> str:
        return f"{self.id}+" if self.or_later else self.id


@dataclass(frozen=True, slots=True)
class With:
    """
    A license with an exception: one leaf, since the exception means nothing
    alone.
    """

    license: License
    exception: LicenseId

    def __str__(self) -> str:
        return f"{self.license} WITH {self.exception}"


@dataclass(frozen=True, slots=True)
class And:
    """All of `items` hold; at least two, none of them an `And`."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(map(_operand, self.items))


@dataclass(frozen=True, slots=True)
class Or:
    """One of `items` can be chosen; at least two, none of them an `Or`."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(_operand, self.items))


Leaf: TypeAlias = License | With
Node: TypeAlias = License | With | And | Or


def _operand(node: Node) -> str:
    """
    Return an operand as it stands between operators. An AND inside an OR is
    put in brackets as well: the grammar does not ask for them, readers do.
    """
    return f"({node})" if isinstance(node, And | Or) else str(node)


def unparse(node: Node) -> Expression:
    """Return the expression that is parsed as `node`."""
    return Expression(str(node))


def leaves(node: Node) -> Iterator[Leaf]:
    """
    Yield each license of the tree, with its exception, from left to right,
    repeats included.
    """
    if isinstance(node, License | With):
        yield node
    else:
        for item in node.items:
            yield from leaves(item)


def license_of(leaf: Leaf) -> License:
    """Return the license of a leaf, without its exception."""
    return leaf.license if isinstance(leaf, With) else leaf


def mapped(
    node: Node,
    change: Callable[[Leaf], Node],
) -> Node:
    """Return the tree with each leaf replaced by what `change` makes of it."""
    if isinstance(node, License | With):
        return change(node)
    return flat(type(node), (mapped(item, change) for item in node.items))


def flat(
    kind: type[And | Or],
    items: Iterable[Node],
) -> Node:
    """
    Return `items` under one `And` or `Or`: operands of the same kind are taken
    apart, repeats dropped, order kept.
    """
    operands: dict[Node, None] = {}
    for item in items:
        inner = (
            item.items
            if isinstance(item, And | Or) and type(item) is kind
            else None
        )
        operands.update(dict.fromkeys((item,) if inner is None else inner))
    return kind(tuple(operands)) if len(operands) > 1 else next(iter(operands))
