"""
A notices file is a list of pieces: what parts them is learned from the file,
and each begins with what it is about.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.statements.sections import part_at, sections

TERMS = "\nCopyright (c) 2020 A. Fitter\n\nSome license text.\n"

ADDRESS = "https://example.org/ann/boltlib"


def names(text: str) -> list[str | None]:
    return [section.name for section in sections(text.split("\n"))]


def file_of(divider: str, *titles: str) -> str:
    head = "\nNotices for what others made.\n\n"
    return head + "".join(f"{divider}\n\n{title}\n{TERMS}" for title in titles)


@pytest.mark.parametrize("divider", ["_____", "----", "=" * 41, "*" * 60])
def test_rows_of_one_sign_part_the_pieces(divider: str) -> None:
    text = file_of(divider, "fitter/reader", "Boltlib", "G3 : a bolt")
    assert names(text) == ["fitter/reader", "Boltlib", "G3"]


def test_lines_under_titles_part_the_pieces() -> None:
    titles = ("Bolt", "Nut (https://example.org/nut)", "Washer")
    text = "".join(f"\n{t}\n{'-' * len(t)}\n{TERMS}" for t in titles)
    assert names(text) == ["Bolt", "Nut", "Washer"]


def test_comments_of_scripts_part_the_pieces() -> None:
    text = (
        "/*! bolt. MIT License. A. Fitter <https://example.org> */\n\n"
        "/**\n * @license Nut v1.2.3\n * nut.min.js\n *\n * MIT licensed\n */\n"
        "\n/*!\n\tCopyright (c) 2018 A. Fitter.\n\tLicensed under the MIT "
        "License, see\n\thttps://example.org/washer\n*/\n"
    )
    assert names(text) == ["bolt", "Nut", "washer"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("This project includes code from the Bolt project.", "Bolt"),
        ("The files in src/vendored/bolt/ have the following license",
         "src/vendored/bolt"),
        ("Bolt is statically linked in certain binaries", "Bolt"),
        ("Includes file(s) from Bolt", "Bolt"),
        ("Includes File authored by Ann Fitter", "Ann Fitter"),
        ("Includes https://example.org/ann/bolt 1234567 - MIT", "bolt"),
        ("7. Bolt (src/bolt/)", "Bolt (src/bolt/)"),
        (f"src/bolt.c (some portions)\n\nParts are from\n\n{ADDRESS}", "boltlib"),
        ("This license applies to Bolt binary in the directory lib/.",
         "Bolt"),
    ],
)  # fmt: skip
def test_a_piece_is_called_what_it_is_from(title: str, name: str) -> None:
    assert names(file_of("----", "Nut", title, "Washer")) == [
        "Nut",
        name,
        "Washer",
    ]


def test_one_comment_that_a_packer_kept_is_a_piece() -> None:
    assert names("/*! bolt. MIT License. A. Fitter */\n") == ["bolt"]
    assert names("/*\n * Bolt\n *\n * Copyright (c) A. Fitter\n */\n") == []


def test_notices_that_begin_and_end_are_called_by_their_name() -> None:
    text = "".join(
        f"\n%% {name} NOTICES AND INFORMATION BEGIN HERE\n{'=' * 20}\n{TERMS}"
        f"{'=' * 20}\nEND OF {name} NOTICES AND INFORMATION\n"
        for name in ("Bolt", "Nut", "Washer")
    )
    assert names(text) == ["Bolt", "Nut", "Washer"]


def test_titles_of_licenses_and_two_rules_make_no_list() -> None:
    licenses = file_of(
        "----", "MIT License", "License terms", "The BSD License"
    )
    assert names(licenses) == []
    assert names(file_of("----", "Definitions", "Preamble")) == []


def test_nothing_inside_a_piece_begins_another() -> None:
    text = file_of("----", "Bolt", "Nut", "Washer").replace(
        "Some license text.", "The file src/x.c is under the MIT license.", 1
    )
    found = sections(text.split("\n"))
    assert [section.name for section in found] == ["Bolt", "Nut", "Washer"]
    line = text.split("\n").index("The file src/x.c is under the MIT license.")
    assert part_at(found, line + 1) == "Bolt"
