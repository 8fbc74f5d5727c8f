"""Debian copyright files: stanzas, texts, and what is free-form."""

from __future__ import annotations

import pytest

from licensescan.collect.formats.dep5 import names_in, read_dep5

FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
FILE = (
    FORMAT
    + """Upstream-Name: acme

Files: *
Copyright: 2020 Acme
License: Expat

Files: lib/a.c
 lib/b.c
Copyright: 2021 Other
License: GPL-2+ or Acme
 In place.
 .
 Second paragraph.

# a comment
Files: debian/*
Copyright: 2022 Packager
License: Acme and Expat

License: Expat
 Expat words.

License: Acme
 Acme words.
"""
)


def test_stanzas() -> None:
    found = read_dep5(FILE)
    assert found is not None
    assert found.headline is not None
    assert (
        found.headline.license,
        found.headline.text,
        found.headline.lines,
    ) == (
        "Expat",
        "Expat words.",
        (4, 6),
    )
    assert [(s.files, s.license) for s in found.stanzas] == [
        (("lib/a.c", "lib/b.c"), "GPL-2+ or Acme"),
        (("debian/*",), "Acme and Expat"),
    ]
    assert [s.text for s in found.stanzas] == [
        "In place.\n\nSecond paragraph.",
        "Acme words.\n\nExpat words.",
    ]


def test_the_header_may_speak_for_the_whole() -> None:
    found = read_dep5(FORMAT + "License: MIT\n\nFiles: a\nLicense: ISC\n")
    assert found is not None
    assert found.headline is not None
    assert (found.headline.license, [s.license for s in found.stanzas]) == (
        "MIT",
        ["ISC"],
    )


def test_without_a_star_nothing_is_the_headline() -> None:
    found = read_dep5(
        FORMAT + "\nFiles: a\nLicense: ISC\n\nFiles: b\nLicense: MIT\n"
    )
    assert found is not None
    assert found.headline is None
    single = read_dep5(FORMAT + "\nFiles: a\nLicense: ISC\n")
    assert single is not None
    assert single.headline is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "This package was debianized by A.\n\nFiles: *\n",
        " indented\n",
        "Format",
    ],
)
def test_free_form(text: str) -> None:
    assert read_dep5(text) is None


def test_names() -> None:
    assert names_in("GPL-2+ or Artistic, and Expat | BSD") == [
        "GPL-2+",
        "Artistic",
        "Expat",
        "BSD",
    ]
