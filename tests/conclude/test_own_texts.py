"""
What the component's own texts show: a choice that a file offers, terms beside
a license, names for unknown ones.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.classify import Classified
from licensescan.conclude.declared import Declared
from licensescan.conclude.own_texts import PARAGRAPH, Text, offered, shown_by
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Detection,
    Evidence,
    Expression,
    Purl,
    Terms,
    Unmatched,
)

README = "Acme\n\nLicense\n-------\n\nAcme is dual licensed, see the files.\n"


def text(
    expression: str,
    path: str = "LICENSE",
    words: str = "words",
    kind: str = "license-file",
    **more: object,
) -> Text:
    detection = Detection(expression=Expression(expression), **more)  # type: ignore[arg-type]
    found = Classified(
        path=path, sha256="", detection=detection, terms=Terms()
    )
    return Text(
        evidence=Evidence(kind=kind, path=path, text=words), found=found
    )


def component(readme: str = README) -> Component:
    evidence = (Evidence(kind="readme", path="README", text=readme),)
    return Component(
        purl=Purl("pkg:pypi/acme@1"),
        name="acme",
        version="1",
        evidence=evidence,
    )


class TestOffered:
    TWO = (text("MIT", "LICENSE.MIT"), text("GPL-2.0-only", "LICENSE.GPL"))

    def test_two_files_of_one_license_each(self) -> None:
        assert offered(component(), self.TWO) == "MIT OR GPL-2.0-only"

    def test_not_without_the_readme_saying_so(self) -> None:
        assert (
            offered(
                component("Acme\n\nLicense\n-------\n\nSee the files.\n"),
                self.TWO,
            )
            is None
        )

    @pytest.mark.parametrize(
        "texts",
        [
            TWO[:1],
            (text("MIT"), text("MIT", "COPYING")),
            (text("MIT"), text("GPL-2.0-only AND ISC", "COPYING")),
            (text("MIT"), text(NONE, "NOTES")),
            (text("MIT"), text("GPL-2.0-only", kind="license-field")),
        ],
        ids=["one", "one twice", "a sum", "nothing", "a field"],
    )
    def test_not_from_other_files(self, texts: tuple[Text, ...]) -> None:
        assert offered(component(), texts) is None


class TestText:
    @pytest.mark.parametrize(
        ("words", "offers"),
        [
            (
                "You may choose one of the following licenses, at your option.",
                True,
            ),
            ("This package has two licenses.", False),
            ("You may choose one, at your option. " + "word " * 200, False),
        ],
    )
    def test_an_offer_is_short_and_leaves_a_choice(
        self, words: str, offers: bool
    ) -> None:
        assert text(NOASSERTION, words=words).is_offer is offers

    @pytest.mark.parametrize(
        ("words", "part", "more"),
        [
            (PARAGRAPH, None, True),
            (PARAGRAPH - 1, None, False),
            (PARAGRAPH, "libfoo", False),
        ],
    )
    def test_a_paragraph_of_its_own_says_more_than_the_license(
        self, words: int, part: str | None, more: bool
    ) -> None:
        left = (Unmatched(lines=(3, 9), words=words, part=part),)
        assert text("MIT", unmatched=left).says_more is more

    def test_what_is_known_and_unchanged_is_not_open(self) -> None:
        assert not text("MIT").is_open
        assert text("MIT", modified=True).is_open
        assert text(NOASSERTION).is_open
        assert text(NONE).is_open


def test_a_pair_of_files_as_in_rust_is_a_choice() -> None:
    pair = (text("MIT", "LICENSE-MIT"), text("Apache-2.0", "LICENSE-APACHE"))
    assert shown_by(pair, Declared(), ()) == "Apache-2.0 OR MIT"
    third = text("ISC", "COPYING")
    assert (
        shown_by((*pair, third), Declared(), ())
        == "MIT AND Apache-2.0 AND ISC"
    )


def header(expression: str, files: int) -> tuple[Evidence, Expression]:
    return Evidence(
        kind="spdx-tag", path="a.py", share=(files, 100)
    ), Expression(expression)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], "GPL-2.0-only"),
        ([header("GPL-2.0-or-later", 5)], "GPL-2.0-or-later"),
        (
            [header("GPL-2.0-or-later", 5), header("GPL-2.0-only", 5)],
            "GPL-2.0-or-later",
        ),
        (
            [header("GPL-2.0-or-later", 5), header("GPL-2.0-only", 6)],
            "GPL-2.0-only",
        ),
        ([header("LGPL-2.1-or-later", 5)], "GPL-2.0-only"),
    ],
)
def test_headers_say_or_later_unless_more_of_them_say_only(
    tags: list[tuple[Evidence, Expression]], expected: str
) -> None:
    assert shown_by([text("GPL-2.0-only")], Declared(), tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([header("LGPL-3.0-only", 5)], "LGPL-3.0-only"),
        ([], "GPL-3.0-only AND LGPL-3.0-only"),
        (
            [header("LGPL-3.0-only", 5), header("GPL-2.0-only", 1)],
            "GPL-3.0-only AND LGPL-3.0-only",
        ),
    ],
)
def test_the_gpl_is_the_base_of_the_lgpl_unless_something_is_under_it(
    tags: list[tuple[Evidence, Expression]], expected: str
) -> None:
    both = (
        text("GPL-3.0-only", "COPYING"),
        text("LGPL-3.0-only", "COPYING.LESSER"),
    )
    assert shown_by(both, Declared(), tags) == expected
