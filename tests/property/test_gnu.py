"""
The GNU lattice: what several claims come to depends on nothing but the claims.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from licensescan.model.texts import Expression
from licensescan.standards.gnu import Gnu, Later, chosen, claim, merged
from licensescan.standards.spdx_expression import settled, summed

gnus = st.builds(
    Gnu,
    family=st.sampled_from(["GPL", "LGPL", "AGPL", "GFDL"]),
    version=st.sampled_from(["1.0", "2.0", "2.1", "3.0"]),
    later=st.sampled_from(Later),
    exceptions=st.sampled_from(
        [
            frozenset[str](),
            frozenset({"GCC-exception-3.1"}),
            frozenset({"Font-exception-2.0"}),
        ]
    ),
)
claims = gnus.map(lambda gnu: gnu.expression) | st.sampled_from(
    [Expression("MIT"), Expression("GPL-2.0-only AND MIT")]
)
groups = st.lists(claims, max_size=6)


@given(groups, groups)
def test_merge_is_commutative(
    left: list[Expression], right: list[Expression]
) -> None:
    assert set(merged(left + right)) == set(merged(right + left))
    assert set(chosen(left + right)) == set(chosen(right + left))


@given(groups, groups, groups)
def test_merge_is_associative(
    a: list[Expression], b: list[Expression], c: list[Expression]
) -> None:
    for merge in (merged, chosen):
        together = set(merge(a + b + c))
        assert set(merge(merge(a + b) + c)) == together
        assert set(merge(a + merge(b + c))) == together


@given(groups)
def test_merge_is_idempotent(group: list[Expression]) -> None:
    for merge in (merged, chosen):
        assert merge(merge(group)) == merge(group)
        assert merge(group + group) == merge(group)
        assert set(merge(group)) <= set(group)


@given(gnus, gnus, gnus)
def test_saying_more_is_a_partial_order(a: Gnu, b: Gnu, c: Gnu) -> None:
    assert not a < a
    assert not (a < b and b < a)
    if a < b and b < c:
        assert a < c
    if a.gives_way_to(b) and b.gives_way_to(c):
        assert a.gives_way_to(c)


@given(gnus)
def test_a_claim_is_read_as_it_was_written(gnu: Gnu) -> None:
    read = claim(gnu.expression)
    assert read is not None
    assert read.expression == gnu.expression
    assert read.text == gnu.text


real = st.lists(
    st.sampled_from(
        [
            Expression(e)
            for e in (
                "MIT",
                "GPL-2.0-only",
                "GPL-2.0-or-later",
                "GPL-3.0-only",
                "LGPL-2.1-or-later",
                "GPL-2.0-only WITH Classpath-exception-2.0",
                "GPL-2.0-only OR MIT",
                "Artistic-1.0-Perl OR GPL-1.0-or-later",
                "Artistic-1.0",
            )
        ]
    ),
    min_size=1,
    max_size=5,
)


@given(real)
def test_sums_are_stable(expressions: list[Expression]) -> None:
    whole = summed(expressions)
    assert summed([whole]) == whole
    assert settled(settled(whole)) == settled(whole)
