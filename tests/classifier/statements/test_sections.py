"""Sections of a license file: where a part begins, and what it is called."""

from __future__ import annotations

import pytest

from licensescan.classifier.statements.part_names import named
from licensescan.classifier.statements.sections import part_at, sections


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("1. fitlib (src/fit/lib/)", "fitlib (src/fit/lib/)"),
        ("12.3) Fit Tools", "Fit Tools"),
        ("** fitlib (<https://example.org/fitlib>)", "fitlib"),
        ("Name: fitlib", "fitlib"),
        ("Includes file(s) from Fitter", "Fitter"),
        ("code from Someone's fitlib project", "Someone's fitlib"),
        ("source code from fitlib", "fitlib"),
        (
            "Some files have been taken from the fitting library and are therefore",
            "fitting library",
        ),
        (
            "Some of the sample data in testdata/ is licensed differently",
            "sample data in testdata/",
        ),
        (
            'Portions of "src/lib/fit" are subject to the following notice',
            "src/lib/fit",
        ),
        ('src/util/fit.c" and', "src/util/fit.c"),
        (
            "fit/vendored/base.cpp has the following license",
            "fit/vendored/base.cpp",
        ),
        ("Fitclip - BSD license", "Fitclip"),
        (
            "various third-party components under other open source licenses",
            "third-party software",
        ),
        ("Third-Party Notices", "third-party software"),
    ],
)
def test_the_thing_is_named_not_the_sentence(words: str, name: str) -> None:
    assert named(words) == name


@pytest.mark.parametrize(
    "words",
    [
        "following",
        "are subject to the following",
        "over 100+ samples that demonstrate",
        "software developed at",
        "BEGIN LICENSE BLOCK",
        "A. HISTORY OF THE SOFTWARE",
        "University of Illinois/NCSA",
        "3-Clause BSD License",
        "Some Person <person@example.org>",
    ],
)
def test_half_a_sentence_is_no_name(words: str) -> None:
    assert named(words) is None


def part_below(text: str) -> str | None:
    rows = text.split("\n")
    return part_at(sections(rows), len(rows))


def test_a_sentence_goes_on_in_the_next_row() -> None:
    assert part_below(
        "Fitter\n\nSome portions of this module are derived from code from\nfitlib by others.\n\n"
    ) == ("fitlib by others")


@pytest.mark.parametrize(
    "what",
    [
        "everything except the contents of test/",
        "all parts of Fitter except the following",
    ],
)
def test_what_applies_to_everything_begins_no_part(what: str) -> None:
    assert part_below(f"This license applies to {what}:\n\n") is None
    assert (
        part_below(
            f"This project bundles fitlib.\n\nThis license applies to {what}:\n\n"
        )
        == "fitlib"
    )


def test_a_stanza_of_all_files_is_the_component_itself() -> None:
    assert (
        part_below(
            "Files: fit/*\nCopyright: A\nLicense: MIT\n\nFiles: **/*\nCopyright: B\n"
        )
        is None
    )


def test_a_stanza_is_called_by_its_files_alone() -> None:
    assert (
        part_below(
            "Files: *\nCopyright: A\nLicense: MIT\n\nFiles: debian/fit\nCopyright: B\n"
        )
        == "debian/fit"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Driver\n\nThis package contains the operating system driver and\nsystem components for boards.\n\nSetup\n",
        "To obtain the right\nto use it you may need other\nthird-party licenses required to run it.\nAsk us.\n",
        'Copies carry this notice:\n\n"This software contains source code provided by Foo."\n\nNo more is asked.\n',
    ],
)
def test_a_description_or_half_a_sentence_begins_no_part(text: str) -> None:
    assert part_below(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "This package contains code from fitlib\n\nIt reads files.\n",
            "fitlib",
        ),
        (
            "This package contains the fitting routines.\n\nTheir license is below:\n\nAsk us.\n",
            "fitting routines",
        ),
        ("\nthird-party notices\n\nThe rest.\n", "third-party software"),
    ],
)
def test_what_has_a_name_or_terms_of_its_own_begins_one(
    text: str, name: str
) -> None:
    assert part_below(text) == name


def test_a_sentence_that_ends_in_a_colon_begins_no_part() -> None:
    assert (
        part_at(
            sections(
                [
                    "Fitter comes with paid versions. For the purposes",
                    "of this license:",
                ]
            ),
            2,
        )
        is None
    )
    assert (
        part_at(sections(["   \u00a0  license:", "* * license:"]), 2) is None
    )


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        (
            "Fitlib is redistributed within all packages as build option.",
            "Fitlib",
        ),
        (
            "The Fit ICV library statically linked within x86 packages.",
            "Fit ICV library",
        ),
        ("Fit SDK distributed with arm64 packages.", "Fit SDK"),
    ],
)
@pytest.mark.parametrize("gap", [[], [""]])
def test_what_is_carried_along_is_named_under_a_rule(
    sentence: str, name: str, gap: list[str]
) -> None:
    rows = [
        "Acme",
        "",
        "Its license.",
        "",
        "",
        "",
        "-" * 40,
        *gap,
        sentence,
        "",
        "A text.",
    ]
    assert part_at(sections(rows), len(rows)) == name


def test_the_title_of_an_agreement_begins_no_part() -> None:
    title = "LICENSE AGREEMENT FOR ACME DEVELOPMENT KITS"
    assert (
        part_below(f"\n{title}\n\nThis agreement is between you and Acme.\n")
        is None
    )
    assert (
        part_below(
            f"Acme fits curves.\n\n{title}\n\nThis agreement is between you and Acme.\n"
        )
        is not None
    )


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("### external/org_fitter/LICENSE.txt", "org_fitter"),
        ("external/com_fitter_plot/package/LICENSE", "com_fitter_plot"),
        ("node_modules/@fit/core/LICENSE:", "@fit/core"),
        ("==== third_party/fitlib/COPYING ====", "fitlib"),
        ("src/LICENSE", None),
        ("see external/fitlib/LICENSE for it", None),
        ("## [fitlib](https://example.org/fitlib)", "fitlib"),
        ("## [MIT License](https://example.org/mit)", None),
    ],
)
def test_a_row_that_is_a_path_or_a_link_heads_what_it_names(
    row: str, name: str | None
) -> None:
    assert part_below(f"Fitter\n\n{row}\n\nCopyright A. N. Author\n") == name


@pytest.mark.parametrize(
    ("announced", "name"),
    [
        (
            "Fitter includes parts of the fitlib package\n(its scan). These parts are licensed as follows:",
            "fitlib package",
        ),
        ("Fitter wheel includes fitlib which is licensed as below", "fitlib"),
        ("Fitter includes fitlib, which is fast.", None),
    ],
)
def test_what_a_project_includes_on_terms_that_follow(
    announced: str, name: str | None
) -> None:
    assert (
        part_below(f"Fitter\n\n{announced}\n\nCopyright A. N. Author\n")
        == name
    )


ITEMS = """Most files are in the public domain.

* foo/quotes.py

  Copyright A. Released under the BSD 2-Clause License.

* | foo/a.py,
  | foo/b.py

  Released under the MIT license.

* tools/emacs/foo.el

  released under the GNU General Public License version 3

All else is under the GPL.
"""


def test_an_item_that_is_a_path_begins_a_part_that_ends_with_the_list() -> (
    None
):
    rows = ITEMS.split("\n")
    found = sections(rows)
    assert part_at(found, 1) is None
    assert part_at(found, 5) == "foo/quotes.py"
    assert part_at(found, 10) == "foo/a.py"
    assert part_at(found, 14) == "tools/emacs/foo.el"
    assert part_at(found, 16) is None


@pytest.mark.parametrize(
    "item",
    ["* foo/quotes.py is fast", "* foo", "* https://a.example/b", "- a/b"],
)
def test_other_items_begin_no_part(item: str) -> None:
    rows = [item, "", "  Released under the GPL.", ""]
    assert not sections(rows)
