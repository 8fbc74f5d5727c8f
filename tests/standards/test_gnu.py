from __future__ import annotations

import pytest

from licensescan.standards.gnu import (
    Gnu,
    Later,
    adds_later,
    chosen,
    claim,
    consists_of,
    is_gnu,
    is_same_text,
    is_unversioned,
    merged,
    text_of,
    unversioned,
    with_later,
    without_later,
)
from tests.spdx import is_known


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("GPL-2.0-only", ("GPL", "2.0", Later.NO, "", frozenset())),
        ("LGPL-2.1-or-later", ("LGPL", "2.1", Later.YES, "", frozenset())),
        ("AGPL-3.0", ("AGPL", "3.0", Later.UNSAID, "", frozenset())),
        (
            "GPL-3.0-only WITH GCC-exception-3.1",
            ("GPL", "3.0", Later.NO, "", frozenset({"GCC-exception-3.1"})),
        ),
        (
            "GFDL-1.3-no-invariants-or-later",
            ("GFDL", "1.3", Later.YES, "-no-invariants", frozenset()),
        ),
    ],
)
def test_claim(expression: str, expected: tuple[object, ...]) -> None:
    gnu = claim(expression)
    assert gnu is not None
    found = (gnu.family, gnu.version, gnu.later, gnu.variant, gnu.exceptions)
    assert found == expected
    suffixed = expression if gnu.later else f"{expression}-only"
    assert gnu.expression == suffixed


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "GPL",
        "GPL-2.0-only AND MIT",
        "LicenseRef-GPL-2.0",
        "NONE",
        "Apache-1.1+",
    ],
)
def test_what_is_no_claim_stays_as_it_is(expression: str) -> None:
    assert claim(expression) is None
    assert text_of(expression) == with_later(expression) == expression
    assert not is_gnu(expression)


# expression, other: says `other` more, is `expression` given up for a later
# version, is it within `other`.
PAIRS = [
    ("GPL-2.0-only", "GPL-2.0-or-later", True, False, True),
    ("GPL-2.0-or-later", "GPL-2.0-only", False, False, True),
    ("GPL-2.0-only", "GPL-2.0-only", False, False, True),
    ("GPL-2.0-or-later", "GPL-2.0-only WITH X", True, False, False),
    ("GPL-2.0-only WITH X", "GPL-2.0-or-later WITH X", False, False, False),
    ("GPL-2.0-only WITH X", "GPL-2.0-only WITH Y", False, False, False),
    ("GPL-2.0-or-later", "GPL-3.0-only", False, True, False),
    ("GPL-1.0-or-later", "GPL-2.0-or-later", False, True, False),
    ("GPL-2.0-only", "GPL-3.0-only", False, False, False),
    ("GPL-3.0-or-later", "GPL-2.0-only", False, False, False),
    ("LGPL-2.0-or-later", "LGPL-2.1-only", False, True, False),
    ("LGPL-2.1-or-later", "GPL-3.0-only", False, False, False),
    ("LGPL-3.0-only", "AGPL-3.0-or-later", False, False, True),
    ("AGPL-3.0-only", "GPL-3.0-only", False, False, False),
    ("GFDL-1.2-or-later", "GFDL-1.3-only", False, False, False),
    ("GFDL-1.2-only", "GFDL-1.2-or-later", True, False, False),
    ("GFDL-1.2-only", "GFDL-1.2-invariants-or-later", False, False, False),
]


@pytest.mark.parametrize("expression, other, less, given_up, within", PAIRS)
def test_pairs(
    expression: str, other: str, less: bool, given_up: bool, within: bool
) -> None:
    one, two = claim(expression), claim(other)
    assert one is not None
    assert two is not None
    assert (one < two) is less
    assert one.gives_way_to(two) is given_up
    assert one.is_within(two) is within


def test_merged_keeps_order_and_what_is_no_claim() -> None:
    given = ["MIT", "GPL-2.0-only", "GPL-2.0-or-later", "MIT", "GPL-3.0-only"]
    assert merged(given) == ["MIT", "GPL-2.0-or-later", "GPL-3.0-only"]
    assert chosen(given) == ["MIT", "GPL-2.0-only", "GPL-3.0-only"]


def test_a_name_without_a_version() -> None:
    for family in ("GPL", "LGPL"):
        expression = unversioned(family)
        assert expression is not None
        assert is_known(expression)
        assert is_unversioned(expression)
    assert unversioned("AGPL") is None
    assert not is_unversioned("GPL-1.0-only")


def test_later() -> None:
    assert with_later("LGPL-2.1-only") == "LGPL-2.1-or-later"
    assert without_later("LGPL-2.1-or-later") == "LGPL-2.1-only"
    assert adds_later("GPL-2.0-only", "GPL-2.0-or-later")
    assert not adds_later("GPL-2.0-or-later", "GPL-2.0-or-later")
    assert not adds_later("GPL-2.0-only", "GPL-3.0-or-later")
    assert not adds_later("GPL-2.0-only WITH X", "GPL-2.0-or-later WITH X")


def test_texts() -> None:
    assert consists_of("LGPL-3.0-or-later", "GPL-3.0-only")
    assert not consists_of("LGPL-2.1-only", "GPL-2.0-only")
    assert is_same_text("GPL-2.0-only WITH X", "GPL-2.0-or-later")
    assert not is_same_text("MIT", "MIT")
    assert text_of("GFDL-1.1-invariants-only") == "GFDL-1.1-invariants"


def test_published() -> None:
    for version in ("1.0", "2.0", "2.1", "3.0"):
        for family in ("GPL", "LGPL", "AGPL"):
            gnu = Gnu(family=family, version=version)
            assert gnu.is_published is is_known(gnu.expression)
