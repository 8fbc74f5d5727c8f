"""What tests ask of ids and expressions and the product does not."""

from __future__ import annotations

from collections.abc import Callable

from licensescan.standards import license_ids
from licensescan.standards.spdx_expression import (
    License,
    Node,
    Or,
    With,
    parse,
)


def is_known(id_: str) -> bool:
    """
    Return True if `id_` is an SPDX license or exception or a ScanCode key, or
    has the form of a `LicenseRef`.
    """
    listed = license_ids.lookup(id_, keys=True)
    return listed is not None or license_ids.is_reference(id_)


def cost_of(expression: str, cost: Callable[[str], int]) -> int:
    """
    Return what `best` pays: the worst operand of an AND, the cheapest of an
    OR.
    """
    return _cost(parse(expression), cost)


def _cost(node: Node, cost: Callable[[str], int]) -> int:
    if isinstance(node, License | With):
        return cost(str(node))
    choose = min if isinstance(node, Or) else max
    return choose(_cost(item, cost) for item in node.items)
