from __future__ import annotations

import pytest

from licensescan.collect.formats.reuse import Annotation, read_reuse


@pytest.mark.parametrize(
    ("glob", "path", "covered"),
    [
        ("data/**", "data/a/b.csv", True),
        ("data/*", "data/a/b.csv", False),
        ("data/*", "data/b.csv", True),
        ("**.md", "docs/a.md", True),
        ("*.md", "docs/a.md", False),
        (r"a\*.txt", "a*.txt", True),
        (r"a\*.txt", "ab.txt", False),
        ("a.b", "axb", False),
        ("[x]", "[x]", True),
    ],
)
def test_stars_of_a_path(glob: str, path: str, covered: bool) -> None:
    assert Annotation((glob,), "MIT").covers(path) is covered


def test_fields_hold_one_or_several_strings() -> None:
    content = b"""
    version = 1
    [[annotations]]
    path = ["a/**", "b"]
    SPDX-License-Identifier = ["MIT OR ISC", "Zlib"]
    [[annotations]]
    path = "c"
    SPDX-FileCopyrightText = "somebody"
    """
    assert read_reuse(content, "REUSE.toml") == [
        Annotation(("a/**", "b"), "(MIT OR ISC) AND Zlib")
    ]


@pytest.mark.parametrize("content", [b"annotations = 1", b"= =", b"\xff"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"REUSE\.toml"):
        read_reuse(content, "REUSE.toml")
