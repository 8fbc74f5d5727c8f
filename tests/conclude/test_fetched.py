"""What a notice in a package is about where it is no file of the package."""

from __future__ import annotations

import pytest

from licensescan.model.kinds import Role
from licensescan.rulebook.standing import (
    fetched_by,
    licensing_of_data,
    limits_its_file,
)


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("The data is distributed under CC BY-NC 4.0", Role.FETCHED_DATA),
        ("This corpus: non-commercial use only", Role.FETCHED_DATA),
        ("Pretrained checkpoints are CC-BY-NC", Role.FETCHED),
        ("The dataset and the weights are CC-BY-NC", Role.FETCHED),
        ("The dataset and this code are CC-BY-NC", None),
        ("Licensed under CC BY-NC-SA 3.0 US", None),
        ("This file is licensed under CC-BY-NC-4.0", None),
        ("A metadata library", None),
    ],
)
def test_what_a_sentence_is_about(sentence: str, role: Role | None) -> None:
    assert fetched_by(sentence) is role


def test_the_sentence_that_licenses_data() -> None:
    text = """Reader of a treebank. For license information, see LICENSE.

    Ten trees of a corpus.

    The data are given under
    Creative Commons BY-NC. Thanks."""
    sentence = "The data are given under Creative Commons BY-NC"
    assert licensing_of_data(text) == sentence
    assert not licensing_of_data("Reads data. This is licensed under CC-BY.")


@pytest.mark.parametrize(
    "passage",
    [
        "For research use only.",
        "This file may not be used in products.",
        "Not for redistribution",
        "ACME internal use only",
    ],
)
def test_words_that_limit_a_file(passage: str) -> None:
    assert limits_its_file(passage)


@pytest.mark.parametrize(
    "passage",
    [
        "Copying and assignment is prohibited",
        "It must not be used outside tests and may leak keys.",
        "Should be used only for handlers that are linked statically.",
    ],
)
def test_words_on_what_code_does_limit_nothing(passage: str) -> None:
    assert not limits_its_file(passage)
