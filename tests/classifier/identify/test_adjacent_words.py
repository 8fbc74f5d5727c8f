"""What stands beside a recognised text and belongs to it."""

from __future__ import annotations

import re

import pytest

from licensescan.base import index_format as layout
from licensescan.classifier.detection import detect
from licensescan.classifier.identify.adjacent_words import differences_of
from licensescan.classifier.identify.differences import Run
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.store import Pattern, store
from licensescan.classifier.identify.words import words
from licensescan.model.types import NOASSERTION
from tests.known_texts import texts


def _bsd(further: str) -> str:
    """
    BSD's three conditions, numbered, with what is to stand below them, and the
    disclaimer.
    """
    text = texts().get("BSD-3-Clause")
    if text is None:
        pytest.skip("no BSD-3-Clause text is installed here")
    numbers = iter("123")
    mark = re.compile(
        r"(?m)^[ \t]*(?:[*-]|\(?\d[.)])?[ \t]*(?=Redistributions|Neither)"
    )
    numbered = mark.sub(lambda _: f"{next(numbers)}. ", text)
    place = numbered.index("THIS SOFTWARE")
    return f"{numbered[:place]}{further}\n\n{numbered[place:]}"


def test_a_further_condition_is_a_change() -> None:
    found = detect(
        _bsd(
            "4. The manual must say on its first page that A. Fitter has made all of this."
        )
    )
    assert (found.expression, found.modified) == (NOASSERTION, True)


@pytest.mark.parametrize(
    "further",
    ["", "4. Thanks go to all who took part.", "The manual must be read."],
)
def test_what_is_no_further_condition_is_none(further: str) -> None:
    assert detect(_bsd(further)).expression == "BSD-3-Clause"


@pytest.mark.parametrize(
    ("tail", "matters"),
    [(" All rights reserved except as told below.", False), ("", True)],
)
def test_words_of_a_line_of_copyright_are_not_missing(
    tail: str, *, matters: bool
) -> None:
    known = store()
    rows = "The terms of use of this program stand below for all who read them today.\n"
    text = f"{rows}Fitter is copyright (c) 2020 by A. Fitter.{tail}\nIt may be used by everybody who has read this.\n"
    held = words(text, known.code, known.rows)
    place = held.starts[2]
    runs = (Run("missing", place, place, known.code("except")),)
    one = Occurrence(
        0, len(held.codes), Pattern(0, 20, "FTL", layout.TEXT, 100), runs=runs
    )
    assert [d.matters for d in differences_of(one, held, known)] == [matters]


def test_the_tags_that_a_text_shows_are_not_those_of_the_file() -> None:
    lines = texts()["Apache-2.0"].split("\n")
    middle = len(lines) // 2
    shown = [
        *lines[:middle],
        "",
        "   SPDX-License-Identifier: MIT",
        "",
        *lines[middle:],
    ]
    assert detect("\n".join(shown)).expression == "Apache-2.0"
    below = detect("\n".join([*lines, "", "SPDX-License-Identifier: MIT"]))
    assert below.expression == "Apache-2.0 AND MIT"


@pytest.mark.parametrize(
    ("words_left", "expression"), [(9, "BSD-3-Clause"), (0, "BSD-2-Clause")]
)
def test_a_text_that_ends_within_the_third_condition_is_of_three(
    words_left: int, expression: str
) -> None:
    text = _bsd("")
    third = text.index("3. ")
    assert (
        detect(
            text[:third]
            + " ".join(
                text[third:].split()[: words_left + 1 if words_left else 0]
            )
        ).expression
        == expression
    )
