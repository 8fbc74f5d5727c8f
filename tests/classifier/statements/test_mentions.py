"""
Licenses that are only named: which name it is, which version, and about what.
"""

from __future__ import annotations

import pytest

from licensescan.base import index_format as layout
from licensescan.classifier.detection import detect, own_expression
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.store import Pattern, store
from licensescan.classifier.identify.words import words
from licensescan.classifier.statements.mentions import introduces
from licensescan.model.types import NONE, Expression
from licensescan.standards.spdx_expression import settled
from tests.known_texts import gnu_notice, texts


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("GNU AFFERO GPL 3.0", "AGPL-3.0-only"),
        (
            "Fitter is available under the Lesser GNU Public License (LGPL).",
            "LGPL-2.0-or-later",
        ),
        (
            "This library is distributed under GNU LGPL version 2.1",
            "LGPL-2.1-only",
        ),
        (
            "This library is distributed under GNU LGPL version 2.",
            "LGPL-2.0-only",
        ),
    ],
)
def test_which_license_a_name_means(text: str, expression: str) -> None:
    assert detect(text).expression == expression


@pytest.mark.parametrize(
    "sentence",
    [
        "check.py, which runs the tests, is GPL and copyright somebody else.",
        "The programs in the demo folder are licensed under the GPL version 3.",
        "demo/fonts:\n\nReleased under the GPL version 3.",
    ],
)
def test_what_a_sentence_names_as_its_subject_is_a_part(sentence: str) -> None:
    found = detect(
        f"Acme is distributed under the BSD license.\n\n{sentence}\n"
    )
    assert own_expression(found) == "BSD-3-Clause"


def test_the_program_itself_is_no_part() -> None:
    found = detect(
        "The program is licensed under the GNU General Public License version 3.\n"
    )
    assert own_expression(found) == "GPL-3.0-only"


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("LicenseRef-scancode-secret-labs-2011", "MIT-CMU"),
        ("LGPL-2.0-or-later AND LGPL-2.1-only", "LGPL-2.1-only"),
        (
            "LGPL-2.1-or-later AND LGPL-2.0-only",
            "LGPL-2.1-or-later AND LGPL-2.0-only",
        ),
        (
            "GPL-2.0-or-later AND GPL-3.0-only WITH GCC-exception-3.1",
            "GPL-2.0-or-later AND GPL-3.0-only WITH GCC-exception-3.1",
        ),
        (
            "GPL-2.0-or-later OR GPL-3.0-only",
            "GPL-2.0-or-later OR GPL-3.0-only",
        ),
    ],
)
def test_what_several_texts_come_to(several: str, one: str) -> None:
    assert settled(Expression(several)) == one


def test_a_license_to_come_is_not_the_license() -> None:
    assert (
        detect(
            "License: MIT\nChange License: Apache License, Version 2.0\n"
        ).expression
        == "MIT"
    )


def test_a_history_of_changes_grants_nothing() -> None:
    entries = [
        f"fitter (1.{n}-1) unstable; urgency=medium\n\n  * The license is {name} now.\n\n"
        f" -- A. Fitter <fitter@example.net>  Mon, 0{n} Jan 2024 10:00:00 +0000\n"
        for n, name in enumerate(("GPL-2.0", "MIT", "Apache-2.0"), 1)
    ]
    assert detect("\n".join(entries)).expression == NONE
    headings = [
        f"## [1.{n}.0] - 2024-0{n}-01\n\n- Released under the MIT License.\n- Faster.\n"
        for n in range(1, 5)
    ]
    assert detect("\n".join(headings)).expression == NONE


def test_words_of_the_trade_that_stand_far_apart_are_no_terms() -> None:
    story = (
        "The fitter reads a file and draws a line through all of its points, one after the other. "
        * 12
    )
    assert (
        detect(
            f"{story} license {story} copyright {story} warranty {story} terms"
        ).expression
        == NONE
    )


def test_assembly_is_no_public_domain() -> None:
    assert detect("The inner loop is written in assembly.").expression == NONE


def test_many_names_with_their_licenses_are_no_terms_of_somebody() -> None:
    entries = [
        f"/*!\n * Fitter {n}, a drawing tool\n * Copyright (c) A. Fitter\n * @license MIT\n */"
        for n in range(40)
    ]
    notice = "/*! Released under the MIT license, see the license file */"
    assert detect(
        "\n".join(
            [*entries, notice, "/*! ruler. BSD-3-Clause License. A. Fitter */"]
        )
    ).expression == ("MIT AND BSD-3-Clause")


def test_a_heading_and_what_stands_below_it_are_one() -> None:
    assert (
        detect(
            "## License\n\nMIT © [A. Fitter](https://example.net)\n"
        ).expression
        == "MIT"
    )


def test_the_end_of_a_name_is_no_field_for_the_next_row() -> None:
    assert (
        detect(
            " * (c) 2020 A. Fitter. MIT License\n * Unicode tables by B. Drawer\n"
        ).expression
        == "MIT"
    )


def test_an_address_is_where_the_license_named_before_it_stands() -> None:
    text = (
        "Fitter is licensed under the Apache License 2.0. A copy of it lies in the file TERMS,\n"
        "or stands at https://www.openssl.org/source/license.html\n"
    )
    assert detect(text).expression == "Apache-2.0"


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [("Lesser", 3, "LGPL-3.0-or-later"), ("Library", 2, "LGPL-2.0-or-later")],
)
def test_lesser_is_no_version_beside_one(
    name: str, version: int, expected: str
) -> None:
    later = f", either version {version} of the License, or (at your option) any later version"
    notice = gnu_notice(f"GNU {name} General Public License", later)
    assert (
        detect(
            f"{notice}\nA copy of the GNU Lesser General Public License came with Fitter.\n"
        ).expression
        == expected
    )


def test_the_bare_name_of_the_gfdl_is_no_version_beside_one() -> None:
    manual = (
        "This manual of Fitter may be copied under the terms of the GNU Free Documentation License, Version 1.1.\n"
        "Its words stand at the end, where the heading is GNU Free Documentation License.\n"
    )
    assert detect(manual).expression == "GFDL-1.1-only"


@pytest.mark.parametrize(
    "sentence",
    [
        "Licensed to PSF under a Contributor Agreement.",
        "Many people gave their work to Fitter for the Apache Software Foundation, see http://www.apache.org/.",
    ],
)
def test_who_took_part_says_nothing_on_terms(sentence: str) -> None:
    assert detect(sentence).expression == NONE


def test_the_end_of_a_notice_is_no_field_for_the_code_below() -> None:
    assert (
        detect(
            '# See the terms of the License.\r\n"""Intel tools for fitting."""\r\n'
        ).expression
        == NONE
    )


def test_a_name_joined_to_one_that_counts_counts_too() -> None:
    if "MIT" not in texts():
        pytest.skip("no MIT text is installed here")
    sentence = "The folder ruler has code of B. Drawer, available under the ISC license OR the zlib license."
    assert (
        detect(f"{texts()['MIT']}\n\n{sentence}\n").expression
        == "MIT AND (ISC OR Zlib)"
    )


@pytest.mark.parametrize(
    ("above", "about_the_text"),
    [
        (
            "Except where another file says so, all the files are under the terms that follow here",
            True,
        ),
        (
            "All the files are under the terms of the Veillard license, which follow here",
            False,
        ),
    ],
)
def test_a_notice_without_a_name_is_about_the_text_below(
    above: str, about_the_text: bool
) -> None:
    index = store()
    held = words(f"{above} fitter may be used by all", index.code, index.rows)
    split = len(held.codes) - 6
    notice = Pattern(
        0,
        split,
        "LicenseRef-scancode-x11-xconsortium-veillard",
        layout.NOTICE,
        100,
    )
    text = Pattern(1, 6, "MIT", layout.TEXT, 100)
    found = Occurrence(0, split, notice), Occurrence(split, split + 6, text)
    assert introduces(*found, held, index) is about_the_text


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (
            "We only use its ruler part,\nwhich is under the MIT license.",
            "MIT",
        ),
        (
            "We only use\nits ruler part, which is under the\nMIT license.",
            "MIT",
        ),
        (
            "We only use it in demos.\nOur own code is under the MIT license.",
            "GPL-2.0-only AND MIT",
        ),
    ],
)
def test_a_license_of_a_part_that_is_not_there_does_not_count(
    narrowed: str, expected: str
) -> None:
    text = f"Drawer is licensed under the GPL-2.0-only license and others for its parts.\n{narrowed}\n"
    assert detect(text).expression == expected
    assert detect(text.replace("\n", " ")).expression == expected


@pytest.mark.parametrize(
    ("sentence", "added"),
    [
        (
            "All versions of Fitter prior to this change are available under the GPLv3.",
            "",
        ),
        ("Older versions were and are available under the GPLv3.", ""),
        (
            "It may be incompatible with software licensed exclusively under GPL2.",
            "",
        ),
        (
            "The plotter bears the zlib License, which goes with the above.",
            "Zlib",
        ),
        (
            "The pictures are released under the CC-BY-SA (Share Alike 4.0 International).",
            "CC-BY-SA-4.0",
        ),
        (
            "The files in ci/ have the following license\n\nBSD 3-clause license\nCopyright (c) 2022, A. Fitter",
            "BSD-3-Clause",
        ),
    ],
)
def test_what_stands_beside_a_text(sentence: str, added: str) -> None:
    if "MIT" not in texts():
        pytest.skip("no MIT text is installed here")
    found = detect(f"{texts()['MIT']}\n\n{sentence}\n").expression
    assert set(found.split(" AND ")) == {"MIT", *filter(None, [added])}


def test_a_grant_right_above_the_text_of_another_license_is_no_title() -> None:
    if "MIT" not in texts():
        pytest.skip("no MIT text is installed here")
    above = "Most of it is on the MIT License (below).\nSome files are licensed under the\nEclipse Public License 2.0.\n\n"
    found = detect(f"{above}The MIT License\n\n{texts()['MIT']}").expression
    assert set(found.split(" AND ")) == {"MIT", "EPL-2.0"}


def test_the_end_of_a_file_name_and_the_beginning_of_the_next_are_no_name() -> (
    None
):
    found = detect(
        "Fitter is under the MIT license. See LICENSE-LLVM, LICENSE-MIT and COPYING.\n"
    )
    assert found.expression == "MIT"


def test_a_license_field_is_no_list_of_names() -> None:
    names = "MIT Apache-2.0 BSD-2-Clause BSD-3-Clause ISC Zlib MPL-2.0 EPL-2.0 CC0-1.0 BSL-1.0 Unlicense 0BSD Unicode-3.0"
    rows = "\n\n".join(
        f"### part{n} 1.{n}\n* license: {name}"
        for n, name in enumerate(names.split())
    )
    assert set(detect(rows).expression.split(" AND ")) == set(names.split())
    classifiers = "\n".join(
        f"License :: OSI Approved :: {name}"
        for name in [*names.split(), "zlib/libpng License"]
    )
    assert detect(classifiers).expression == NONE
