"""
Tags say of themselves what they are: SPDX's, and the License field of a
stanza.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.detection import detect
from licensescan.classifier.statements.tags import tags

STANZAS = """Files: *
Copyright: 2020 Somebody
License: BSD-3-Clause

Files: inner/one.py
       inner/two.py
Copyright: 2021 Somebody Else
           2022 Another
Comment: taken from elsewhere
License: GPL-2.0-or-later WITH GCC-exception-2.0

License: MIT
 Some words that are no text of a license.
"""


def test_the_license_field_of_a_stanza() -> None:
    assert [(t.line, t.expression) for t in tags(STANZAS)] == [
        (3, "BSD-3-Clause"),
        (10, "GPL-2.0-or-later WITH GCC-exception-2.0"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "License: MIT\n",
        "Files: a.py\n\nLicense: MIT\n",
        "Files: a.py\nLicense: see below\n",
    ],
)
def test_a_field_that_belongs_to_no_files_or_names_no_license_is_none(
    words: str,
) -> None:
    assert tags(words) == []


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        ("# SPDX-License-Identifier: MIT", "MIT"),
        (
            "/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */",
            "MIT OR GPL-2.0-only",
        ),
        ("SPDX-License-Identifier: No-Such-License", None),
    ],
)
def test_an_spdx_tag(words: str, expression: str | None) -> None:
    assert [t.expression for t in tags(words)] == [expression]


def test_a_long_list_of_files_takes_linear_time() -> None:
    """
    Each `Files:` looks no further than its own stanza: 20,000 of them are read
    in one sweep.
    """
    assert tags("Files: a\n b\n" * 20_000) == []


def test_a_stanza_that_a_field_of_metadata_has_set_in() -> None:
    words = "License: none of these\n         Name: Glyphs\n         Files: glyphs/*.so\n         License: FTL OR MIT\n"
    assert [t.expression for t in tags(words)] == ["FTL OR MIT"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# SPDX-License-Identifier: MIT AND\n#   Apache-2.0\n",
            "MIT AND Apache-2.0",
        ),
        (
            "/* SPDX-License-Identifier: (GPL-2.0-only OR\n *  MIT) */",
            "GPL-2.0-only OR MIT",
        ),
        (
            "dnl SPDX-License-Identifier: GPL-3.0-or-later WITH\ndnl  Autoconf-exception-3.0",
            "GPL-3.0-or-later WITH Autoconf-exception-3.0",
        ),
        ("// SPDX-License-Identifier: MIT OR\nint main() {}", "MIT"),
    ],
)
def test_an_expression_goes_on_in_the_next_line(
    text: str, expected: str
) -> None:
    assert [tag.expression for tag in tags(text)] == [expected]


def test_a_name_of_somebodys_own_may_plainly_be_a_license() -> None:
    assert (
        detect("SPDX-License-Identifier: LicenseRef-Apache2").expression
        == "Apache-2.0"
    )
    assert (
        detect("SPDX-License-Identifier: LicenseRef-Fitter-2").expression
        == "LicenseRef-Fitter-2"
    )


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        (
            "SPDX-License-Identifier: GPL-2.0+ BSD-3-Clause",
            "GPL-2.0-or-later AND BSD-3-Clause",
        ),
        ("SPDX-License-Identifier: MIT Copyright 2020 A. Fitter", "MIT"),
        ("SPDX-License-Identifier: MIT MIT licensed files follow", "MIT"),
    ],
)
def test_ids_with_nothing_between_them_all_count(
    words: str, expression: str
) -> None:
    assert [tag.expression for tag in tags(words)] == [expression]
