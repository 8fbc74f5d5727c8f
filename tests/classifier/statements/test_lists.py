"""Licenses in tables, in lists of components, and several in one field."""

from __future__ import annotations

import pytest

from licensescan.classifier.detection import detect, own_expression
from licensescan.classifier.identify.store import store
from licensescan.classifier.statements.lists import named_by
from licensescan.model.types import NONE, Expression
from licensescan.standards.spdx_expression import licenses
from tests.known_texts import texts

_TABLE = """
Built packages of Fitter hold:

| Library | Version | License | Text |
| --- | --- | --- | --- |
| [plot](https://plot.example) | 1.2 | IJG + BSD-3-Clause | plot.txt |
| press | 3.1 | zlib | press.txt |
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_TABLE, "BSD-3-Clause AND IJG AND Zlib"),
        (
            "Fitter also includes:\nLibrary | License\n- plot  | BSD-3\n- press | Custom BSD-like\n- rest | zlib\n",
            "BSD-3-Clause AND Zlib",
        ),
        (
            "Fitter contains these:\n\n- plot, BSD licence\n- press, public domain\n",
            "BSD-3-Clause AND LicenseRef-scancode-public-domain",
        ),
        (
            "Portions are on their own licenses:\n\nplot/   - CC0; see the notice in it.c\nit/ - MIT; see it.c\n",
            "CC0-1.0 AND MIT",
        ),
        (
            "On the following licenses.\n\nMIT (src/plot/LICENSE):\n  src/plot/*\n\nEPL v1.0 (a/LICENSE)\n  a/*\n",
            "EPL-1.0 AND MIT",
        ),
        (
            "License: GPL-3.0-with-GCC-exception (libone, libtwo), MIT and BSD (libthree)\n",
            "BSD-3-Clause AND GPL-3.0-only WITH GCC-exception-3.1 AND MIT",
        ),
    ],
)
def test_names_where_nothing_else_stands_count(
    text: str, expected: str
) -> None:
    assert set(detect(text).expression.split(" AND ")) == set(
        expected.split(" AND ")
    )


@pytest.mark.parametrize(
    "text",
    [
        "Fitter can be combined with:\n\n- plot, a library\n- MIT, a place\n",
        "- plot, BSD\n- press, MIT\n",
        "The files are included:\n\nFiles: third/zlib/\nComment: zlib\n",
        "| License | Allowed |\n| --- | --- |\n| MIT | yes |\n| ISC | yes |\n",
    ],
)
def test_what_is_no_list_of_components_names_nothing(text: str) -> None:
    assert detect(text).expression == NONE


def test_what_a_list_names_beside_an_own_text_are_parts() -> None:
    if "MIT" not in texts():
        pytest.skip("no MIT text is installed here")
    found = detect(f"{texts()['MIT']}\n{_TABLE}")
    assert set(licenses(found.expression)) == {
        "MIT",
        "BSD-3-Clause",
        "IJG",
        "Zlib",
    }
    assert own_expression(found) == "MIT"
    assert {m.part for m in found.matches if m.expression == "Zlib"} == {
        "press"
    }


@pytest.mark.parametrize(
    ("words", "license_"),
    [
        ("GPL v2 or later", "GPL-2.0-or-later"),
        ("zlib", "Zlib"),
        ("a zlib port", ""),
        ("LLVM-exception", ""),
    ],
)
def test_a_name_is_all_of_the_words(words: str, license_: str) -> None:
    assert named_by(words, store()) == license_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "* license: Apache-2.0 OR Apache-2.0 WITH LLVM-exception OR MIT\n",
            "Apache-2.0 OR Apache-2.0 WITH LLVM-exception OR MIT",
        ),
        ('  "licenseId": "(MIT AND Zlib)",\n', "MIT AND Zlib"),
        (
            '{"name": "fitter",\n"license": {\n  "type": "ISC",\n  "url": "https://a.example"\n}}\n',
            "ISC",
        ),
        ("License: MIT OR whatever you want\n", "MIT"),
        ("License: MIT/X11\n", "MIT"),
        ("License: zlib/libpng license\n", "Zlib"),
    ],
)
def test_a_field_may_hold_an_expression(text: str, expected: str) -> None:
    assert detect(text).expression == Expression(expected)
