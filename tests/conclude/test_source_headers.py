"""Headers of many files, put together."""

from __future__ import annotations

import pytest

from licensescan.classifier.classify import classify_text
from licensescan.conclude.source_headers import headline, read_header
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import NONE, Evidence, Expression


def header(
    license_id: str, share: tuple[int, int] | None
) -> tuple[Evidence, Expression]:
    return Evidence(
        kind="source-header", path="a.py", text="x", share=share
    ), Expression(license_id)


def test_nothing_said() -> None:
    assert headline([]) == (NONE, 0.0)
    assert headline([header("NOASSERTION", (5, 5))]) == (NONE, 0.0)


def test_the_share_of_the_files_is_told() -> None:
    assert headline([header("Apache-2.0", (6, 60))]) == ("Apache-2.0", 0.1)


def test_rare_headers_are_left_to_parts() -> None:
    expression, share = headline(
        [header("MIT", (50, 100)), header("GPL-3.0-only", (2, 100))]
    )
    assert (expression, share) == ("MIT", 0.52)
    both, _ = headline(
        [header("MIT", (50, 100)), header("BSD-3-Clause", (30, 100))]
    )
    assert set(both.split(" AND ")) == {"MIT", "BSD-3-Clause"}


def test_a_fifth_of_the_most_frequent_one_is_enough() -> None:
    assert (
        headline([header("MIT", (50, 100)), header("ISC", (10, 100))])[0]
        == "MIT AND ISC"
    )
    assert (
        headline([header("MIT", (50, 100)), header("ISC", (9, 100))])[0]
        == "MIT"
    )


def test_the_docstring_of_the_only_module_speaks_for_all() -> None:
    assert headline([header("BSD-3-Clause", None)]) == ("BSD-3-Clause", 1.0)


@pytest.mark.parametrize(
    "given",
    [
        "You may use this file only in accordance with the {}.",
        "Use of this file is governed by the {}.",
    ],
)
def test_a_long_header_gives_in_more_words_than_one(given: str) -> None:
    name = "Common Development and Distribution License, version 1.1 (CDDL)"
    text = "Copyright (c) 2019 Other Person\n\n" + given.format(name)
    item = Evidence(kind=EvidenceKind.SOURCE_HEADER, path="a.py", text=text)
    said = read_header(item, lambda one: classify_text(one.text or ""))
    assert str(said).startswith("CDDL")
