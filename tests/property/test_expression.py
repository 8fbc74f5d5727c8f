from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from licensescan.model.types import ExpressionError
from licensescan.standards.spdx_expression import (
    best,
    covers,
    join_and,
    join_or,
    licenses,
    normalise,
    parse,
    unparse,
)
from tests.spdx import cost_of

IDS = [
    "MIT",
    "Apache-2.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later WITH Classpath-exception-2.0",
    "LicenseRef-Acme",
    "BSD-3-Clause",
    "Apache-1.1+",
]
WORDS = [
    "MIT",
    "gpl-2.0+",
    "(",
    ")",
    "AND",
    "or",
    "WITH",
    "Classpath-exception-2.0",
    "LicenseRef-x",
    "BSD",
    "NONE",
    "+",
]


def compound(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda operator, items: "(" + f" {operator} ".join(items) + ")",
        st.sampled_from(["AND", "OR", "and", "or"]),
        st.lists(children, min_size=2, max_size=3),
    )


expressions = st.recursive(st.sampled_from(IDS), compound, max_leaves=12)


def cost(license_: str) -> int:
    return zlib.crc32(license_.encode()) % 7


@given(expressions)
def test_parse_and_print_round_trip(text: str) -> None:
    tree = parse(text)
    assert parse(unparse(tree)) == tree


@given(expressions)
def test_normalise_is_idempotent_and_loses_no_license(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert set(licenses(once)) == {id_ for id_ in IDS if id_ in text}


@given(expressions, expressions)
def test_and_never_improves_and_or_never_worsens(
    left: str, right: str
) -> None:
    assert cost_of(join_and(left, right), cost) == max(
        cost_of(left, cost), cost_of(right, cost)
    )
    assert cost_of(join_or(left, right), cost) == min(
        cost_of(left, cost), cost_of(right, cost)
    )


@given(expressions)
def test_best_costs_what_it_should_and_leaves_no_choice(text: str) -> None:
    chosen = best(text, cost)
    assert " OR " not in chosen
    assert cost_of(chosen, cost) == cost_of(text, cost)
    assert set(licenses(chosen)) <= set(licenses(text))


@given(expressions, expressions)
def test_a_join_covers_its_operands(left: str, right: str) -> None:
    assert covers(join_and(left, right), left)
    assert covers(join_or(left, right), right)


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
)
def test_no_input_crashes(text: str) -> None:
    try:
        once = normalise(text)
    except ExpressionError as error:
        once = normalise("NONE") if str(error).isprintable() else str(error)
    assert normalise(once) == once
