"""Licenses that are only named: which name it is, which version, and about what."""

from __future__ import annotations

import pytest

from licensescan.detect import detect, own_expression
from licensescan.expression import settled
from licensescan.model import Expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("GNU AFFERO GPL 3.0", "AGPL-3.0-only"),
        ("Distributed under the terms of the Lesser GNU Public License (LGPL).", "LGPL-2.0-or-later"),
        ("This library is distributed under GNU LGPL version 2.1", "LGPL-2.1-only"),
        ("This library is distributed under GNU LGPL version 2.", "LGPL-2.0-only"),
    ],
)
def test_which_license_a_name_means(text: str, expression: str) -> None:
    assert detect(text).expression == expression


@pytest.mark.parametrize(
    "sentence",
    [
        "check.py, which runs the tests, is GPL and copyright somebody else.",
        "The programs in the demo folder are licensed under the GPL version 3.",
        "demo/fonts:\n\nReleased under the GPL version 3.",
    ],
)
def test_what_a_sentence_names_as_its_subject_is_a_part(sentence: str) -> None:
    found = detect(f"Acme is distributed under the BSD license.\n\n{sentence}\n")
    assert own_expression(found) == "BSD-3-Clause"


def test_the_program_itself_is_no_part() -> None:
    found = detect("The program is licensed under the GNU General Public License version 3.\n")
    assert own_expression(found) == "GPL-3.0-only"


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("LicenseRef-scancode-secret-labs-2011", "MIT-CMU"),
        ("LGPL-2.0-or-later AND LGPL-2.1-only", "LGPL-2.1-only"),
        ("LGPL-2.1-or-later AND LGPL-2.0-only", "LGPL-2.1-or-later AND LGPL-2.0-only"),
        (
            "GPL-2.0-or-later AND GPL-3.0-only WITH GCC-exception-3.1",
            "GPL-2.0-or-later AND GPL-3.0-only WITH GCC-exception-3.1",
        ),
        ("GPL-2.0-or-later OR GPL-3.0-only", "GPL-2.0-or-later OR GPL-3.0-only"),
    ],
)
def test_what_several_texts_come_to(several: str, one: str) -> None:
    assert settled(Expression(several)) == one


def test_a_license_to_come_is_not_the_license() -> None:
    assert detect("License: MIT\nChange License: Apache License, Version 2.0\n").expression == "MIT"
