from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from licensescan.classifier.names.interpret import combine, interpret
from licensescan.standards.spdx_expression import normalise

NAMES = [
    "MIT",
    "GPLv2+",
    "BSD",
    "Apache License, Version 2.0",
    "LGPL",
    "CC BY 4.0",
    "Artistic",
    "Proprietary",
    "ISC",
]
GLUE = [
    " and ",
    " or ",
    "/",
    ", ",
    " + ",
    " (",
    ")",
    " with ",
    "+",
    " License",
    " :: ",
    "; ",
    "https://",
    "-like",
    "dual ",
]

values = st.text(max_size=60) | st.lists(
    st.sampled_from(NAMES + GLUE), max_size=9
).map("".join)


@given(values)
def test_no_value_crashes_and_what_is_read_is_an_expression(
    value: str,
) -> None:
    name = interpret(value)
    assert name.value == value
    for expression in (*name.named, *((name.likely,) if name.likely else ())):
        assert normalise(expression) == expression
    assert not (name.expression and (name.candidates or name.families))


@given(
    st.sampled_from(NAMES),
    st.sampled_from(
        ["non-commercial use only", "for evaluation", "research use only"]
    ),
)
def test_a_restriction_is_never_lost(name: str, words: str) -> None:
    for value in (
        f"{name} ({words})",
        f"{name}, {words}",
        f"{name} - {words}",
        f"{name} {words}",
    ):
        read = interpret(value)
        assert read.expression is None
        assert read.restricted


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))
def test_combine_loses_no_name_and_depends_on_no_order(
    values: list[str],
) -> None:
    names = [interpret(value) for value in values]
    whole = combine(names)
    assert combine([*names, *names]) == whole
    assert set(combine(names[::-1]).named) == set(whole.named)
    assert set(combine(names[::-1]).families) == set(whole.families)
    assert whole.restricted == any(name.restricted for name in names)
