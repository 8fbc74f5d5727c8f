from __future__ import annotations

import re

import pytest

from licensescan.model.types import ExpressionError
from licensescan.standards.spdx_expression import (
    And,
    License,
    With,
    best,
    covers,
    exceptions,
    join_and,
    join_or,
    licenses,
    normalise,
    parse,
)
from tests.spdx import cost_of


@pytest.mark.parametrize(
    "text, expected",
    [
        ("mit", "MIT"),
        ("MIT OR apache-2.0", "MIT OR Apache-2.0"),
        ("mit and isc or zlib", "(MIT AND ISC) OR Zlib"),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", "MPL-2.0 AND (Apache-2.0 OR MIT)"),
        ("MIT AND (ISC AND (Zlib AND MIT))", "MIT AND ISC AND Zlib"),
        ("(MIT OR Apache-2.0) AND MIT", "(MIT OR Apache-2.0) AND MIT"),
        ("((MIT))", "MIT"),
        ("GPL-2.0", "GPL-2.0-only"),
        ("gpl-2.0+", "GPL-2.0-or-later"),
        ("LGPL-2.1", "LGPL-2.1-only"),
        ("AGPL-3.0+", "AGPL-3.0-or-later"),
        ("GFDL-1.3", "GFDL-1.3-only"),
        (
            "GPL-2.0-with-classpath-exception",
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        (
            "GPL-2.0+ WITH classpath-exception-2.0",
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
        ),
        (
            "wxWindows OR MIT",
            "LGPL-2.0-or-later WITH WxWindows-exception-3.1 OR MIT",
        ),
        ("Apache-1.1+", "Apache-1.1+"),
        ("LicenseRef-Acme-EULA-1.0", "LicenseRef-Acme-EULA-1.0"),
        ("licenseref-acme", "LicenseRef-acme"),
        ("LicenseRef-scancode-3dslicer-1.0", "3D-Slicer-1.0"),
        ("issl-2018", "LicenseRef-scancode-issl-2018"),
        ("DocumentRef-doc:LicenseRef-x", "DocumentRef-doc:LicenseRef-x"),
        ("NOASSERTION", "NOASSERTION"),
        ("NONE", "NONE"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    "text, part",
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Appache-2.0", "nearest: Apache-2.0"),
        ("BSD", "unknown license id 'BSD'"),
        ("foo bar baz", "unknown license id 'foo' "),
        ("MIT ISC", "expected before 'ISC' at character 5"),
        ("MIT OR", "a license id expected after the end"),
        ("AND MIT", "expected instead of 'AND' at character 1"),
        ("(MIT", "bracket not closed"),
        ("MIT)", "unbalanced ')' at character 4"),
        ("()", "expected instead of ')'"),
        ("MIT WITH Apache-2.0", "not an exception"),
        ("MIT WITH", "an exception id expected"),
        ("Classpath-exception-2.0", "needs a license and WITH"),
        ("(MIT OR ISC) WITH LLVM-exception", "WITH needs a single license"),
        ("LicenseRef-a_b", "only letters, digits"),
        ("MIT OR NONE", "'NONE' is not a license"),
        ("GPL-2.0-only+", "'+' after an id that says 'only'"),
        ("MIT/Apache-2.0", "unknown license id"),
        ("MIT OR \x1b[31mISC", r"\x1b"),
    ],
)
def test_junk_is_refused_with_what_and_where(text: str, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        normalise(text)
    assert part in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "MIT OR " * 585 + "MIT",
        "(" * 65 + "MIT" + ")" * 65,
        " OR ".join(["MIT"] * 257),
        "(" * 4000,
        "gpl-2.0 and " * 200 + "lgpl-2.1 OR " * 60,
    ],
)
def test_limits_hold_before_parsing(text: str) -> None:
    with pytest.raises(ExpressionError):
        normalise(text)


def test_limits_leave_room() -> None:
    assert normalise("(" * 64 + "MIT" + ")" * 64) == "MIT"
    assert normalise(" OR ".join(["MIT"] * 256)) == "MIT"


@pytest.mark.parametrize("text", ["NOASSERTION", "NONE", "noassertion"])
def test_parse_takes_no_answers(text: str) -> None:
    with pytest.raises(ExpressionError, match="is not a license"):
        parse(text)


def test_scancode_keys_can_be_left_out() -> None:
    assert parse("bsd-new") == License(parse("BSD-3-Clause").id)  # type: ignore[union-attr]
    with pytest.raises(ExpressionError):
        parse("bsd-new", keys=False)


def test_tree_shape() -> None:
    tree = parse("MIT AND GPL-2.0 WITH Classpath-exception-2.0")
    assert isinstance(tree, And)
    assert [type(item) for item in tree.items] == [License, With]


def test_licenses_and_exceptions_in_order() -> None:
    text = "(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND MIT AND Apache-2.0 WITH LLVM-exception"
    assert licenses(text) == (
        "MIT",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "Apache-2.0 WITH LLVM-exception",
    )
    assert exceptions(text) == ("Classpath-exception-2.0", "LLVM-exception")
    assert (
        licenses("NOASSERTION") == licenses("NONE") == exceptions("NONE") == ()
    )


def test_join() -> None:
    assert (
        join_and("MIT OR ISC", "Zlib", "NONE", "Zlib AND MIT")
        == "(MIT OR ISC) AND Zlib AND MIT"
    )
    assert join_or("MIT", "ISC AND Zlib", "MIT") == "MIT OR (ISC AND Zlib)"
    assert join_and() == join_and("NONE") == join_or("NONE", "NONE") == "NONE"
    assert (
        join_and("MIT", "NOASSERTION")
        == join_or("MIT", "NOASSERTION")
        == "NOASSERTION"
    )
    with pytest.raises(ExpressionError):
        join_and("MIT", "NOASSERTION", "Foo")


def test_best_takes_the_cheapest_branch_and_the_worst_operand() -> None:
    cost = {
        "MIT": 0,
        "Apache-2.0": 1,
        "GPL-3.0-only": 3,
        "SSPL-1.0": 4,
    }.__getitem__
    assert best("GPL-3.0-only OR MIT", cost) == "MIT"
    assert best("(GPL-3.0-only AND MIT) OR Apache-2.0", cost) == "Apache-2.0"
    assert best("(MIT OR GPL-3.0-only) AND MIT", cost) == "MIT"
    assert (
        best("(SSPL-1.0 OR GPL-3.0-only) AND (MIT OR Apache-2.0)", cost)
        == "GPL-3.0-only AND MIT"
    )
    assert (
        cost_of("(SSPL-1.0 OR GPL-3.0-only) AND (MIT OR Apache-2.0)", cost)
        == 3
    )
    assert best("NOASSERTION", cost) == "NOASSERTION"


@pytest.mark.parametrize(
    "declared, text, expected",
    [
        ("MIT", "MIT", True),
        ("MIT AND BSD-3-Clause", "BSD-3-Clause", True),
        ("MIT OR Apache-2.0", "MIT AND Apache-2.0", True),
        ("MIT", "MIT AND ISC", False),
        ("GPL-2.0-or-later", "GPL-2.0-only", True),
        ("GPL-2.0-only", "GPL-3.0-only", False),
        ("GPL-2.0-or-later", "GPL-3.0-only", True),
        ("GPL-3.0-or-later", "GPL-2.0-only", False),
        ("LGPL-2.0-or-later", "LGPL-2.1-only", True),
        ("GPL-2.0-or-later", "LGPL-3.0-only", False),
        ("Apache-1.1+", "Apache-2.0", True),
        ("LGPL-3.0-or-later", "LGPL-3.0-only AND GPL-3.0-only", True),
        ("LGPL-2.1-only", "GPL-2.0-only", False),
        ("Apache-2.0", "Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-3.0-only", True),
        ("MIT", "MIT WITH AdditionRef-no-selling", False),
        ("MIT", "NONE", True),
        ("MIT", "NOASSERTION", False),
        ("NOASSERTION", "MIT", False),
        ("NONE", "NONE", True),
        ("PSF-2.0", "LicenseRef-scancode-matplotlib-1.3.0", True),
        ("HPND", "LicenseRef-scancode-secret-labs-2011", True),
        ("MIT-CMU", "HPND", False),
        (
            "CDDL-1.0 OR GPL-2.0-only",
            "GPL-2.0-only WITH LicenseRef-scancode-oracle-openjdk-exception-2.0",
            True,
        ),
    ],
)
def test_covers(declared: str, text: str, expected: bool) -> None:
    assert covers(declared, text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "mit and isc or zlib",
        "MIT OR (Apache-2.0 AND (ISC OR Zlib))",
        "GPL-2.0-or-later WITH Classpath-exception-2.0 OR CDDL-1.0",
        "lgpl-3.0-only AND AGPL-3.0-or-later",
        "(MIT AND ISC) OR (Zlib AND BSL-1.0) OR Ruby",
        "(((mit)))",
        "LicenseRef-x OR Apache-1.1+",
    ],
)
def test_packaging_reads_the_same_licenses(text: str) -> None:
    canonical = pytest.importorskip("packaging.licenses")
    theirs = canonical.canonicalize_license_expression(text)
    assert normalise(theirs) == normalise(text)
    assert re.findall(r"[^\s()]+", theirs) == re.findall(
        r"[^\s()]+", normalise(text)
    )


@pytest.mark.parametrize(
    "text",
    [
        "(MIT) ISC AND Zlib",
        "(MIT) (ISC)",
        "MIT (ISC)",
        "MIT AND (ISC) Zlib",
        "MIT AND ((ISC",
        "MIT OR ()",
        "MIT AND OR ISC",
        "MIT ISC WITH LLVM-exception",
        "MIT WITH LLVM-exception WITH LLVM-exception",
        "WITH LLVM-exception",
        "(MIT AND ISC) WITH LLVM-exception",
        "MIT WITH (LLVM-exception)",
    ],
)
def test_what_license_expression_would_let_pass(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"at character \d+ of "):
        normalise(text)


def test_brackets_around_one_id_say_nothing() -> None:
    assert normalise("((MIT)) AND (ISC)") == "MIT AND ISC"
    assert (
        normalise("(Apache-2.0) WITH LLVM-exception")
        == "Apache-2.0 WITH LLVM-exception"
    )


def test_every_id_of_the_spdx_list_is_itself() -> None:
    spdx = pytest.importorskip("packaging.licenses._spdx")
    for known in spdx.LICENSES.values():
        if not known["deprecated"]:
            assert normalise(known["id"].lower()) == known["id"]
    for known in spdx.EXCEPTIONS.values():
        if not known["deprecated"]:
            assert (
                normalise(f"GPL-2.0-only WITH {known['id'].lower()}")
                == f"GPL-2.0-only WITH {known['id']}"
            )


def test_every_deprecated_id_has_a_reading() -> None:
    spdx = pytest.importorskip("packaging.licenses._spdx")
    for known in spdx.LICENSES.values():
        if known["deprecated"]:
            assert normalise(known["id"]) != known["id"]
