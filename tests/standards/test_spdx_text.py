from __future__ import annotations

import pytest

from licensescan.standards.spdx_text import (
    family,
    has_choice,
    has_exception,
    has_reference,
    has_sum,
    holds,
    ids,
    is_reference,
    is_scancode,
    is_single,
    is_sum,
    is_unfinished,
    joined,
    operators,
    reference,
    reference_name,
    renamed_references,
    says_later,
    slashes_as_choice,
    split_exception,
    with_exception,
    with_version,
)

WHOLE = "(GPL-2.0-or-later WITH GCC-exception-2.0 AND MIT) OR LicenseRef-x"


def test_at_a_glance() -> None:
    assert has_choice(WHOLE)
    assert has_sum(WHOLE)
    assert has_exception(WHOLE)
    assert has_reference(WHOLE)
    assert says_later(WHOLE)
    assert not is_sum(WHOLE)
    assert is_sum("MIT AND ISC")
    assert is_single("MIT")
    assert not is_single("MIT WITH x")
    assert operators(WHOLE) == 3
    assert operators("MIT") == 0
    expected = ["GPL-2.0-or-later", "GCC-exception-2.0", "MIT", "LicenseRef-x"]
    assert ids(WHOLE) == expected


@pytest.mark.parametrize(
    "license_, expected",
    [
        ("MIT", True),
        ("GPL-2.0-or-later", True),
        ("GPL-2.0-or-later WITH GCC-exception-2.0", True),
        ("LicenseRef-x", True),
        ("GPL-2.0", False),
        ("LicenseRef", False),
        ("IT", False),
    ],
)
def test_a_license_stands_in_an_expression_whole(
    license_: str, expected: bool
) -> None:
    assert holds(WHOLE, license_) is expected


def test_no_license_stands_in_the_name_of_another() -> None:
    assert not holds("LGPL-2.1-only", "GPL-2.1-only")
    assert not holds("MIT-CMU", "MIT")
    assert not holds("Apache-1.1+", "Apache-1.1")


def test_exceptions() -> None:
    license_ = with_exception("Apache-2.0", "LLVM-exception")
    assert license_ == "Apache-2.0 WITH LLVM-exception"
    assert split_exception(license_) == ("Apache-2.0", "LLVM-exception")
    assert split_exception("MIT") == ("MIT", "")


def test_names_of_ones_own() -> None:
    assert reference("Acme") == "LicenseRef-Acme"
    assert is_reference("LicenseRef-scancode-x")
    assert is_scancode("LicenseRef-scancode-x")
    assert not is_scancode("LicenseRef-x")
    assert reference_name("LicenseRef-scancode-x-1") == "x-1"
    assert reference_name("LicenseRef-Acme") == "Acme"
    assert reference_name("MIT") == ""
    text = "(LicenseRef-Apache2 OR LicenseRef-scancode-x) AND LicenseRef-y"
    known = {"LicenseRef-Apache2": "Apache-2.0"}
    assert (
        renamed_references(text, lambda own: known.get(own, own))
        == "(Apache-2.0 OR LicenseRef-scancode-x) AND LicenseRef-y"
    )


def test_family_and_version() -> None:
    assert family("LGPL-2.1-only OR MIT") == "LGPL"
    assert family("") == ""
    assert with_version("CC-BY-NC-3.0", "4.0") == "CC-BY-NC-4.0"
    assert with_version("CC-PDDC", "4.0") == "CC-PDDC"


def test_what_is_not_parsed_yet() -> None:
    assert (
        joined("OR", ["MIT License", "(a AND b)"])
        == "MIT License OR (a AND b)"
    )
    assert slashes_as_choice("MIT / Apache-2.0") == "MIT OR Apache-2.0"
    for text in ("MIT OR", "(MIT", "MIT with ", "MIT and"):
        assert is_unfinished(text)
    assert not is_unfinished("MIT OR ISC")
