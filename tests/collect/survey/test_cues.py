"""
What the classifier can name is shown to it: the corpus, its names and its
notices.
"""

from __future__ import annotations

import sys
import sysconfig
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from licensescan.classifier.clauses.detectors import detectors
from licensescan.collect.survey.notices import notices
from licensescan.reader import speaks
from licensescan.standards.license_list import ids, info

CORPUS = Path(__file__).parents[3] / "corpus"
PINNED = tomllib.loads((CORPUS / "sources.toml").read_text("utf-8"))[
    "scancode"
]
WHEEL = Path.home() / ".cache/licensescan-corpus" / PINNED["file"]


def is_shown(text: str) -> bool:
    """Return True if `text` is shown where it stands below code."""
    comment = "".join(f"# {line}\n" for line in text.splitlines())
    source = f"import os\n\nx = 1\n\n{comment}\ny = 2\n"
    return speaks(source.encode()) and any(notices(source, "py"))


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


def test_each_license_that_the_corpus_knows_as_a_header_is_shown() -> None:
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
    by_license: defaultdict[str, list[bool]] = defaultdict(list)
    for rule in rules:
        if "is_license_notice" in rule.fields:
            shown = is_shown(rule.text.replace("{{", "").replace("}}", ""))
            by_license[rule.word("license_expression")].append(shown)
    shown = [one for given in by_license.values() for one in given]
    assert len(shown) > 14_000
    assert sum(shown) >= 0.999 * len(shown)
    assert [key for key, given in by_license.items() if not any(given)] == []


def test_the_clauses_that_are_read_are_shown() -> None:
    told = [
        sentence
        for detector in detectors()
        if detector.clause.startswith(("use.", "dist.", "copyleft."))
        for sentence in detector.fires
    ]
    hidden = [sentence for sentence in told if not is_shown(sentence)]
    assert len(hidden) <= 0.04 * len(told), hidden


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody outside the company may read, copy or pass on this module.",
        "You are not permitted to use this in a commercial setting.",
        "Subject to the Zork Vendor Agreement.",
        "Hobbyists only; firms must buy a license.",
        "Solo para fines de investigación.",
        "Usage commercial interdit.",
        "Nur zu Forschungszwecken.",
        "상업적 이용 금지",
        "仅限内部使用",
        "商用利用禁止",
    ],
)
def test_sentences_that_no_corpus_has_are_shown(sentence: str) -> None:
    assert is_shown(sentence)


def test_few_files_of_code_call_for_reading() -> None:
    library = Path(sysconfig.get_path("stdlib"))
    files = sorted(library.glob("*.py"))[:150]
    assert len(files) > 100
    read = [
        file
        for file in files
        if any(b.line for b in notices(file.read_text("utf-8"), "py"))
    ]
    assert len(read) <= 0.3 * len(files)
