"""Tags say of themselves what they are: SPDX's, and the License field of a stanza."""

from __future__ import annotations

import pytest

from licensescan.detect.tags import tags

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
    "words", ["License: MIT\n", "Files: a.py\n\nLicense: MIT\n", "Files: a.py\nLicense: see below\n"]
)
def test_a_field_that_belongs_to_no_files_or_names_no_license_is_none(words: str) -> None:
    assert tags(words) == []


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        ("# SPDX-License-Identifier: MIT", "MIT"),
        ("/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */", "MIT OR GPL-2.0-only"),
        ("SPDX-License-Identifier: No-Such-License", None),
    ],
)
def test_an_spdx_tag(words: str, expression: str | None) -> None:
    assert [t.expression for t in tags(words)] == [expression]


def test_a_long_list_of_files_takes_linear_time() -> None:
    """Each `Files:` looks no further than its own stanza: 20,000 of them are read in one sweep."""
    assert tags("Files: a\n b\n" * 20_000) == []


def test_a_stanza_that_a_field_of_metadata_has_set_in() -> None:
    words = "License: none of these\n         Name: Glyphs\n         Files: glyphs/*.so\n         License: FTL OR MIT\n"
    assert [t.expression for t in tags(words)] == ["FTL OR MIT"]
