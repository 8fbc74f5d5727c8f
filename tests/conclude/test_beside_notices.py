"""A second notice in one comment."""

from __future__ import annotations

from licensescan.conclude.beside_notices import (
    beside,
    each_beside,
    is_of_scripts,
)
from licensescan.model.kinds import EvidenceKind, MatchKind
from licensescan.model.types import Evidence, Expression, Match

TERMS = "# Commercial use needs a license.\n"
KNOWN = "# Licensed under the MIT License,\n# which is a license.\n"


def rest(text: str, *lines: tuple[int, int]) -> str | None:
    item = Evidence(
        kind=EvidenceKind.SOURCE_HEADER, path="a.py", text=text, share=(1, 1)
    )
    matches = [
        Match(
            expression=Expression("MIT"),
            kind=MatchKind.NOTICE,
            lines=at,
            coverage=1.0,
        )
        for at in lines
    ]
    found = beside(item, matches)
    return found.text if found else None


def test_a_notice_above_and_one_below_keep_their_lines() -> None:
    assert rest(f"{TERMS}#\n{KNOWN}", (3, 4)) == f"{TERMS}#\n\n\n"
    assert rest(f"{KNOWN}\n{TERMS}", (1, 2)) == f"\n\n\n{TERMS}"


def test_a_paragraph_with_a_known_notice_is_none_of_its_own() -> None:
    assert rest(f"{TERMS}{KNOWN}", (2, 3)) is None


def test_a_paragraph_without_a_word_of_licensing_is_left_out() -> None:
    assert rest(f"# What it does.\n#\n{KNOWN}", (3, 4)) is None


def test_each_comment_of_bundled_scripts_is_a_notice_of_its_own() -> None:
    text = f"{KNOWN}\n/*! Under the Foo License */\n\n{TERMS}"
    item = Evidence(
        kind=EvidenceKind.LICENSE_FILE, path="a.js.LICENSE.txt", text=text
    )
    texts = [rest.text or "" for rest in each_beside(item, [])]
    assert [rest.count("\n", 0, 4) for rest in texts] == [0, 3, 4]
    assert "Foo License" in texts[1]


def test_what_a_bundler_took_out_of_scripts() -> None:
    assert is_of_scripts("static/main.js.LICENSE.txt")
    assert is_of_scripts("a.mjs.license")
    assert not is_of_scripts("LICENSE.txt")
