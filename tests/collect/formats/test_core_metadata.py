"""Core metadata, well-formed and not."""

from __future__ import annotations

import pytest

from licensescan.collect.formats.core_metadata import Metadata, read_metadata


def read(text: str | bytes) -> Metadata:
    return read_metadata(
        text if isinstance(text, bytes) else text.encode(),
        "x.dist-info/METADATA",
    )


def said(found: Metadata) -> list[tuple[str, str]]:
    return [(e.kind, e.value) for e in found.evidence]


BASE = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"


def test_what_it_says_about_licenses() -> None:
    found = read(
        BASE
        + "License-Expression: MIT OR Apache-2.0\nLicense: MIT\nClassifier: License :: OSI Approved :: MIT License\n"
        + "Classifier: Topic :: Utilities\nLicense-File: LICENSE\nLicense-File: licenses/B\n"
        + "Requires-Dist: a; extra == 'x'\n"
        + "Provides-Extra: x\nRequires-Python: >=3.9\n\nA readme.\n"
    )
    assert said(found)[:3] == [
        ("license-expression", "MIT OR Apache-2.0"),
        ("license-field", "MIT"),
        ("classifier", "License :: OSI Approved :: MIT License"),
    ]
    assert [e.lines for e in found.evidence[:3]] == [(4, 4), (5, 5), (6, 6)]
    assert found.evidence[3].kind == "readme"
    assert found.license_files == ("LICENSE", "licenses/B")
    assert found.requires == ("a; extra == 'x'",)
    assert found.problems == ()


def test_a_text_pasted_into_a_field_keeps_its_lines() -> None:
    found = read(
        BASE
        + "License: First line\n        second line\n               \n        third line\nHome-page: x\n"
    )
    assert said(found) == [
        ("license-field", "First line\nsecond line\n       \nthird line")
    ]
    assert found.evidence[0].lines == (4, 7)
    assert found.fields["home-page"] == ("x",)


def test_the_bars_of_old_setuptools() -> None:
    assert said(read(BASE + "License: one\n       |two\n")) == [
        ("license-field", "one\ntwo")
    ]


def test_names_of_fields_in_any_case() -> None:
    assert said(read("name: demo\nVERSION: 1\nLiCeNsE: MIT\n")) == [
        ("license-field", "MIT")
    ]


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("Version: 1\n", "no Name"),
        ("Name: demo\n", "no Version"),
        ("Name: ../evil\nVersion: 1\n", "no valid name"),
        (BASE + "Name: other\n", "name stands 2 times"),
        (
            BASE
            + "License-Expression: MIT\nLicense-Expression: GPL-3.0-only\n",
            "license-expression stands 2 times",
        ),
        ("", "no Name"),
    ],
)
def test_what_is_wrong_is_told(text: str, said_of_it: str) -> None:
    problems = read(text).problems
    assert {p.rule for p in problems} == {"metadata-invalid"}
    assert any(said_of_it in p.message for p in problems)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfName: demo\nVersion: 1\nLicense: MIT\n",
        b"Name: demo\r\nVersion: 1\r\nLicense: MIT\r\n\r\nbody",
        b"Name: demo\nVersion: 1\nAuthor: M\xfcller\nLicense: MIT\n",
        b"junk without a colon\nName: demo\nVersion: 1\nLicense: MIT\n",
    ],
)
def test_one_bad_thing_does_not_hide_the_license(data: bytes) -> None:
    found = read(data)
    assert ("license-field", "MIT") in said(found)
    assert (found.name, found.version) == ("demo", "1")


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 1000,
        b"\xff\xfe" + b"N\0a\0m\0e\0",
        bytes(range(256)) * 50,
        b":" * 99,
    ],
)
def test_bytes_that_are_no_metadata_never_raise(data: bytes) -> None:
    assert read(data).problems


def test_huge_headers_are_cut_and_told() -> None:
    found = read(BASE + "License: MIT\n" + "Keywords: x\n" * 200_000)
    assert any("larger than 1 MiB" in p.message for p in found.problems)
    assert ("license-field", "MIT") in said(found)


def test_the_lines_of_the_description_are_those_of_the_file() -> None:
    for text in (
        BASE + "\nOne.\n\nTwo.\n",
        BASE + "Description: One.\n        \n        Two.\nPlatform: any\n",
    ):
        (readme,) = read(text).evidence
        lines = text.split("\n")
        assert (readme.text or "").split("\n").index("Two.") == next(
            i for i, x in enumerate(lines) if "Two." in x
        )


def test_a_description_header_is_a_readme_too() -> None:
    assert [e.kind for e in read(BASE + "Description: words\n").evidence] == [
        "readme"
    ]
