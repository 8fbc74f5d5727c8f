"""
What the classifier can name is shown to it: the corpus, its names and its
notices.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from licensescan.collect.survey.notices import phrases
from licensescan.reader import speaks
from licensescan.standards.license_list import ids, info

CORPUS = Path(__file__).parents[3] / "corpus"
PINNED = tomllib.loads((CORPUS / "sources.toml").read_text("utf-8"))[
    "scancode"
]
WHEEL = Path.home() / ".cache/licensescan-corpus" / PINNED["file"]
LEAST = 0.93
"""
Share of the corpus' notices that are shown; most others give all and ask
nothing.
"""


def is_shown(text: str) -> bool:
    return speaks(text.encode()) and bool(phrases(text.lower()))


@pytest.mark.parametrize(
    "given",
    [
        "This file is licensed under the {}.",
        "Released under the terms of the {}",
        "License: {}",
        "You may use this only in accordance with the {} license.",
    ],
)
def test_each_license_of_the_list_is_shown_by_its_name(given: str) -> None:
    known = [license_ for license_ in map(info, ids()) if license_ is not None]
    names = {license_.name for license_ in known if not license_.is_generic}
    assert len(names) > 500
    assert [name for name in names if not is_shown(given.format(name))] == []


def test_the_notices_of_the_corpus_are_shown() -> None:
    if not WHEEL.is_file():
        pytest.skip(
            "the pinned source of the corpus is not at hand: make corpus"
        )
    sys.path.insert(0, str(CORPUS))
    try:
        from scancode import entries  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(CORPUS))
    rules = entries(WHEEL, "rules", ".RULE", sha256=PINNED["sha256"])
    notices = [r.text for r in rules if "is_license_notice" in r.fields]
    shown = sum(map(is_shown, notices))
    assert shown >= LEAST * len(notices)
