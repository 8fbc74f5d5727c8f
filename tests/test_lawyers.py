"""The pages for lawyers call things as the page that they get does."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from licensescan.model.types import Expression
from licensescan.report import render
from licensescan.report.speech import speaking, words_of
from tests.samples import package, report

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.mark.parametrize(
    ("name", "language"),
    [("for-lawyers.md", "en"), ("for-lawyers.ko.md", "ko")],
)
def test_what_is_named_stands_in_the_page(name: str, language: str) -> None:
    differing = package("two", "MIT", declared=Expression("BSD-3-Clause"))
    given = report()
    given = replace(given, conclusions=(*given.conclusions, differing))
    page = unescape(render("html", given, language=language))
    with speaking(language):
        page += "".join(words_of("script").values())
    named = re.findall(r"\*\*(.+?)\*\*", (DOCS / name).read_text("utf-8"))
    assert len(named) > 5
    for words in named:
        assert words in page, words
