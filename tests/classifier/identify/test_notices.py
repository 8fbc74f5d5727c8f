"""
Notices and names: which GNU license a notice means, what a name goes on with,
and choices between names.
"""

from __future__ import annotations

import re

import pytest

from licensescan.classifier.detection import detect
from licensescan.model.types import NOASSERTION, NONE
from tests.known_texts import gnu_notice, texts


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        (
            "GNU Lesser General Public License",
            "; either version 2.1 of the License, or any later version",
            "LGPL-2.1-or-later",
        ),
        (
            "GNU Lesser General Public License",
            ", version 3 of the License",
            "LGPL-3.0-only",
        ),
        (
            "GNU Affero General Public License",
            ", either version 3 or any later version",
            "AGPL-3.0-or-later",
        ),
        (
            "GNU General Public License",
            "; either version 3 of the License, or any later version",
            "GPL-3.0-or-later",
        ),
    ],
)
def test_a_notice_says_itself_which_gnu_license_it_means(
    name: str, version: str, expected: str
) -> None:
    assert detect(gnu_notice(name, version)).expression == expected


def test_a_notice_that_does_not_name_a_license_is_not_that_of_another() -> (
    None
):
    text = "This program and the accompanying materials are made available under the terms of the GNU General Public\n"
    assert (
        "BSD"
        not in detect(
            text + "License, version 2, with the Classpath Exception.\n"
        ).expression
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("License: GPL (>= 3)", "GPL-3.0-or-later"),
        ("LGPL >= 2.1", "LGPL-2.1-or-later"),
        ("License: GPLv2 or any later version", "GPL-2.0-or-later"),
        ("Licence : MIT", "MIT"),
        ("released under CeCILL-C.", "CECILL-C"),
        ("This file is licensed under the CeCILL-B license", "CECILL-B"),
        ("Licensed under the Eclipse Public License 2.0", "EPL-2.0"),
        (
            "Copyright: 2009, A. Fitter <fitter@example.net>\nLicense: GPL-2",
            "GPL-2.0-only",
        ),
        (
            "see https://creativecommons.org/licenses/by-nc/3.0/igo/",
            "CC-BY-NC-3.0",
        ),
    ],
)
def test_names_with_their_versions(text: str, expected: str) -> None:
    assert detect(text).expression == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("License: CC-BY-2.5 or CC-BY-3.0", "CC-BY-2.5 OR CC-BY-3.0"),
        (
            "License: MIT or Apache-2.0 or BSD-3-Clause",
            "MIT OR Apache-2.0 OR BSD-3-Clause",
        ),
        ("Licence: MIT OR LGPL-2.1+", "MIT OR LGPL-2.1-or-later"),
        (
            "Licensed under the GPL version 2 or the MIT license, at your option.",
            "GPL-2.0-only OR MIT",
        ),
        (
            "It is dual licensed under the Eclipse Public License 2.0 and the Eclipse Distribution License 1.0",
            "EPL-2.0 OR BSD-3-Clause",
        ),
    ],
)
def test_names_with_or_between_them_are_a_choice(
    text: str, expected: str
) -> None:
    found = detect(text).expression
    assert set(found.split(" OR ")) == set(expected.split(" OR "))


@pytest.mark.parametrize(
    ("joint", "operator"),
    [("or, at your option,", " OR "), ("=====", " AND "), ("and", " AND ")],
)
def test_two_texts_are_a_choice_when_or_stands_between_them(
    joint: str, operator: str
) -> None:
    if not {"MIT", "Apache-2.0"} <= set(texts()):
        pytest.skip("no such texts are installed here")
    found = detect(f"{texts()['MIT']}\n\n{joint}\n\n{texts()['Apache-2.0']}")
    assert set(found.expression.split(operator)) == {"MIT", "Apache-2.0"}


def test_the_pointer_to_the_gpl_adds_nothing_to_its_version() -> None:
    text = gnu_notice(
        "GNU General Public License",
        "; either version 3 of the License, or any later version",
    )
    found = detect(
        f"{text}\nA copy of the GNU General Public License came along with Fitter.\n"
    )
    assert found.expression == "GPL-3.0-or-later"


def test_none_of_the_names_may_be_used_is_the_clause_against_endorsement() -> (
    None
):
    text = texts().get("BSD-3-Clause")
    if text is None:
        pytest.skip("no BSD-3-Clause text is installed here")
    changed, count = re.subn(
        r"(?is)neither\s+the\s+name\s+of", "None of the names of", text
    )
    assert count == 1
    assert detect(changed).expression == "BSD-3-Clause"
    twice = re.sub(
        r"(?is)(neither.*?)\bmay\s+be\s+used",
        r"\1may not be used",
        text,
        count=1,
    )
    assert (detect(twice).expression, detect(twice).modified) == (
        "BSD-3-Clause",
        False,
    )


def test_names_right_above_a_list_of_components_are_the_license_of_the_list() -> (
    None
):
    if "Apache-2.0" not in texts():
        pytest.skip("no Apache-2.0 text is installed here")
    listed = "MIT License\n-----------\n\nfitter-core 1.2.3\nfitter-plot 0.4.1\nfitter-text 2.0\n"
    assert set(
        detect(f"{texts()['Apache-2.0']}\n\n{listed}").expression.split(
            " AND "
        )
    ) == {"Apache-2.0", "MIT"}


def test_a_product_name_is_no_license() -> None:
    assert detect("Uploads go through plupload.").expression == NONE


def test_the_sample_in_the_appendix_of_a_gnu_license_is_no_grant() -> None:
    text = next(
        (
            t
            for t in (texts().get("GPL-3.0-only"), texts().get("GPL-2.0-only"))
            if t
        ),
        None,
    )
    if text is None:
        pytest.skip("no GPL text is installed here")
    lines = text.split("\n")
    assert detect(
        "\n".join(lines[: int(0.97 * len(lines))])
    ).expression.endswith("-only")


def test_what_a_text_lacks_at_its_end_counts_unless_it_is_an_appendix() -> (
    None
):
    text = texts().get("Apache-2.0")
    if text is None or "APPENDIX" not in text:
        pytest.skip("no such Apache-2.0 text is installed here")
    body = text[: text.index("APPENDIX")]
    assert (detect(body).expression, detect(body).modified) == (
        "Apache-2.0",
        False,
    )
    cut = re.split(r"\n\s*9\.\s+Accepting", body)[0]
    assert (detect(cut).expression, detect(cut).modified) == (
        NOASSERTION,
        True,
    )


def test_a_sentence_above_two_texts_leaves_the_choice() -> None:
    if not {"MIT", "ISC"} <= set(texts()):
        pytest.skip("no such texts are installed here")
    both = f"{texts()['MIT']}\n\n{texts()['ISC']}"
    offered = detect(
        f"Fitter is available under the terms of either of the following licenses.\n\n{both}"
    )
    assert set(offered.expression.split(" OR ")) == {"MIT", "ISC"}
    assert set(
        detect(f"Fitter comes with these.\n\n{both}").expression.split(" AND ")
    ) == {"MIT", "ISC"}


def test_the_items_of_a_list_of_licenses_count() -> None:
    if "BSD-3-Clause" not in texts():
        pytest.skip("no BSD-3-Clause text is installed here")
    listed = (
        "Fitter is covered by two licenses:\n\n- The Independent JPEG Group License, in README.ijg\n"
        "- The Modified BSD License, below\n"
    )
    assert set(
        detect(f"{listed}\n{texts()['BSD-3-Clause']}").expression.split(
            " AND "
        )
    ) == {"IJG", "BSD-3-Clause"}


def test_a_word_that_is_also_a_name_is_no_license_among_others() -> None:
    prose = "A copy of the noweb tool is used to weave the chapters of this manual into one file, see the makefile.\n"
    assert detect(prose).expression == NONE


def test_an_exception_under_a_banner_of_its_own_belongs_to_the_license_above() -> (
    None
):
    if "MIT" not in texts():
        pytest.skip("no MIT text is installed here")
    banner = "--- Optional exception to the license ---\n\n"
    found = detect(f"{texts()['MIT']}\n\n{banner}SPDX exception: see below.\n")
    assert all(match.part is None for match in found.matches)


def test_a_notice_of_two_things_may_leave_one_unnamed() -> None:
    text = (
        "This source code is licensed under the license found in the LICENSE file in the root directory of this source "
        "tree. An additional grant of patent rights can be found in the PATENTS file in the same directory.\n"
    )
    assert (
        detect(text).expression
        == "BSD-3-Clause AND LicenseRef-scancode-facebook-patent-rights-2"
    )


def test_a_notice_without_a_version_has_the_one_that_stands_above_it() -> None:
    notice = gnu_notice(
        "GNU General Public License", " under version 3 of the License"
    )
    assert detect(notice).expression == "GPL-3.0-only"
