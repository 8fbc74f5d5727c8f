"""
Detection: what names a license and what only mentions it, how differences
weigh, which wording is which license.
"""

from __future__ import annotations

import re

import pytest

from licensescan.classifier import matches
from licensescan.classifier.detection import detect
from licensescan.classifier.identify.differences import (
    Run,
    changes_deal,
    reworded,
    words_of_deal,
)
from licensescan.classifier.identify.intervals import Window
from licensescan.classifier.identify.store import store
from licensescan.classifier.identify.words import words
from licensescan.classifier.statements.exceptions import bound
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Difference,
    Expression,
    Match,
)
from tests.known_texts import gnu_notice, texts

NOTHING = Window(0, "")
"""The words around differences, where they do not count."""


def known(name: str) -> str:
    text = texts().get(name)
    if text is None:
        pytest.skip(f"no {name} text is installed here")
    return text


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Much of the face model comes from another group. Their license is CC-BY-NC-SA-4.0.",
            "CC-BY-NC-SA-4.0",
        ),
        ("Name: quickfit\nFiles: src/quickfit/*\nLicense: Zlib\n", "Zlib"),
        (
            "The icons were drawn elsewhere and are licensed under the MPL-2.0.",
            "MPL-2.0",
        ),
    ],
)
def test_a_few_words_beside_a_text_may_say_what_something_else_is_on(
    sentence: str, expected: str
) -> None:
    found = detect(f"{known('Apache-2.0')}\n\n{sentence}\n")
    assert set(found.expression.split(" AND ")) == {"Apache-2.0", expected}


@pytest.mark.parametrize(
    "sentence",
    [
        "We looked at MPL-2.0 for this, and at others.",
        "It would have been simpler under MPL-2.0 terms.",
        "Examples of such a license are the GPL and the Mozilla Public License.",
    ],
)
def test_a_mention_beside_a_text_is_none(sentence: str) -> None:
    assert (
        detect(f"{known('Apache-2.0')}\n\n{sentence}\n").expression
        == "Apache-2.0"
    )


def test_the_title_of_a_text_is_not_another_license() -> None:
    body = re.sub(
        r"(?i)^.*mit license.*$", "", known("MIT"), count=1, flags=re.MULTILINE
    )
    assert detect(f"License: Zlib\n\n{body}").expression == "MIT"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dual Licensed - GNU AFFERO GPL 3.0 or a commercial license from us",
            "AGPL-3.0-only",
        ),
        (
            "We asked about this potential MIT/Apache 2.0 compatibility issue.",
            NONE,
        ),
        ("The plan is to choose something GPL-2.0 compatible.", NONE),
    ],
)
def test_words_around_a_name_count(text: str, expected: str) -> None:
    assert detect(text).expression == expected


def test_the_bare_name_adds_nothing_to_a_version() -> None:
    later = "; either version 2 of the License, or (at your option) any later version"
    notice = f"Fitter is under the GNU GPL.\n\n{gnu_notice('GNU General Public License', later)}"
    assert detect(notice).expression == "GPL-2.0-or-later"


def runs(*sides: tuple[str, int, str]) -> list[Run]:
    code = store().code
    return [
        Run(kind, at, at + len(said.split()), words(said, code, {}).codes)
        for kind, at, said in sides
    ]


def test_a_sentence_in_other_words_turns_nothing_round() -> None:
    neither = runs(
        ("missing", 40, "neither"),
        ("missing", 43, "nor the names of its"),
        ("added", 45, "not"),
    )
    assert not changes_deal(neither, (0, 200), NOTHING, store())
    assert all(
        store().code("not") not in run.codes
        for run in reworded(neither, store())
    )


@pytest.mark.parametrize(
    "side",
    [("added", 45, "not"), ("missing", 45, "not"), ("missing", 40, "neither")],
)
def test_a_negation_on_one_side_does(side: tuple[str, int, str]) -> None:
    assert changes_deal(runs(side), (0, 200), NOTHING, store())


def test_the_name_of_one_holder_may_stand_for_all() -> None:
    text = known("BSD-3-Clause")
    clause = r"(?is)neither\s+the\s+name\s+of.*?\bmay\s+be\s+used"
    changed, count = re.subn(
        clause, "Names of the Fitter Developers may not be used", text
    )
    assert count == 1
    found = detect(changed)
    assert (found.expression, found.modified) == ("BSD-3-Clause", False)
    allowed = detect(changed.replace("may not be used", "may be used"))
    assert allowed.expression != "BSD-3-Clause"


def test_an_exception_is_bound_to_a_license_that_it_is_for() -> None:
    found = detect(
        f"{known('BSD-3-Clause')}\n\nSPDX-License-Identifier: Zlib\n\nGCC Runtime Library Exception 3.1\n"
    )
    assert " WITH " not in found.expression


@pytest.mark.parametrize(
    ("kind", "words", "matters"),
    [
        ("missing", "not", False),
        ("missing", "not warranty", True),
        ("added", "not", True),
    ],
)
def test_where_a_gnu_notice_sends_its_reader_changes_nothing(
    kind: str, words: str, *, matters: bool
) -> None:
    difference = Difference(kind=kind, lines=(9, 9), words=words, matters=True)  # type: ignore[arg-type]
    assert matches._of_notice(difference).matters is matters


def test_a_permission_notice_is_nothing_that_is_given() -> None:
    known_words = store()
    codes = words(
        "both the copyright notice and this permission notice appear",
        known_words.code,
        known_words.rows,
    ).codes
    assert words_of_deal(codes, known_words) == ""
    asked = words(
        "only with the permission of the author",
        known_words.code,
        known_words.rows,
    ).codes
    assert words_of_deal(asked, known_words) == known_words.code(
        "only"
    ) + known_words.code("permission")


def test_an_institute_for_research_is_a_name() -> None:
    changed, count = re.subn(
        r"(?i)neither the name of .*? nor",
        "Neither the name of Fit Institutes for Curve Research Inc. nor",
        known("BSD-3-Clause"),
    )
    if not count:
        pytest.skip(
            "the BSD-3-Clause text that is installed here is worded in another way"
        )
    found = detect(changed)
    assert (found.expression, found.modified) == ("BSD-3-Clause", False)


@pytest.mark.parametrize(
    ("lost", "place", "matters"),
    [
        (
            "Permission is hereby granted under any and all patent rights to anyone who holds a copy",
            0,
            True,
        ),
        (
            "Permission is hereby granted under any and all patent rights to anyone who holds a copy",
            90,
            False,
        ),
        ("The Fit License without any agreement on patents", 0, False),
    ],
)
def test_a_grant_at_the_top_is_no_title(
    lost: str, place: int, *, matters: bool
) -> None:
    known = store()
    run = Run("missing", place, place, words(lost, known.code, {}).codes)
    assert changes_deal([run], (place, 900), NOTHING, known) is matters


@pytest.mark.parametrize(
    ("sentence", "modified"),
    [
        (
            "This work was supported in part by funding from the Fit Research Projects Agency and the Curve Fund.",
            False,
        ),
        (
            "This work was supported by the Fit Agency, and may be used for research only in the states it names.",
            True,
        ),
    ],
)
def test_who_paid_for_the_work_is_no_term(
    sentence: str, *, modified: bool
) -> None:
    changed, count = re.subn(
        r"THIS SOFTWARE IS PROVIDED",
        f"{sentence}\n\nTHIS SOFTWARE IS PROVIDED",
        known("BSD-3-Clause"),
    )
    assert count == 1
    assert detect(changed).modified is modified


def test_names_are_no_terms() -> None:
    people = "\n".join(
        f"* Person {n} <p{n}@example.org> (only the tests, no code)"
        for n in range(40)
    )
    assert detect(f"AUTHORS\n=======\n\n{people}\n").expression in (NONE, "")


def test_terms_that_nobody_knows_are_told() -> None:
    terms = (
        "The licensee may use the work under these terms. The licensor gives no warranty and bears no liability. "
        "All rights that are not granted here are reserved, and redistribution is permitted to those alone who have "
        "bought a copy from the licensor and agree to the conditions of the agreement that came with that copy."
    )
    assert detect(terms).expression == NOASSERTION


def test_an_exception_on_top_of_its_license_is_bound_to_it() -> None:
    def match(expression: str, first: int, kind: str = "text") -> Match:
        return Match(
            expression=Expression(expression),
            kind=kind,
            lines=(first, first + 9),
            coverage=1.0,
        )

    exception = match("Classpath-exception-2.0", 1)
    (joined,), alone = bound([exception, match("GPL-2.0-only", 11)])
    assert (joined.expression, alone) == (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        [],
    )
    for other in (match("MIT", 11), match("GPL-2.0-only", 11, "notice")):
        assert bound([exception, other]) == ([other], [exception])
    between = [exception, match("MIT", 11), match("GPL-2.0-only", 31)]
    assert bound(between) == (between[1:], [exception])


def test_a_changed_exception_changes_the_license_that_it_belongs_to() -> None:
    added = Difference(
        kind="added", lines=(4, 4), words="not commercial", matters=True
    )
    base = Match(
        expression=Expression("GPL-2.0-only"),
        kind="tag",
        lines=(1, 1),
        coverage=1.0,
    )
    exception = Match(
        expression=Expression("Classpath-exception-2.0"),
        kind="text",
        lines=(3, 9),
        coverage=0.97,
        differences=(added,),
    )
    (joined,), alone = bound([base, exception])
    assert not alone
    assert joined.expression == "GPL-2.0-only WITH Classpath-exception-2.0"
    assert matches.is_modified(joined)


def test_a_disclaimer_alone_names_no_license() -> None:
    disclaimer = known("BSD-3-Clause")[
        known("BSD-3-Clause").index("THIS SOFTWARE IS PROVIDED") :
    ]
    assert detect(disclaimer).matches == ()
    assert (
        detect(f"# BSD 3-Clause License\n\n{disclaimer}").expression
        == "BSD-3-Clause"
    )


def test_any_of_several_is_a_choice_whatever_files_are_named_beside() -> None:
    text = "This tool is released under any of the GPL (see the file GPL) or the BSD License (see the file BSD)."
    assert detect(text).expression == "GPL-1.0-or-later OR BSD-3-Clause"


RIDER = '"Commons Clause" License Condition v1.0\n\n'


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (
            f"{RIDER}SPDX-License-Identifier: Apache-2.0\n",
            "Apache-2.0 WITH LicenseRef-scancode-commons-clause",
        ),
        (
            f"SPDX-License-Identifier: Apache-2.0\n\n{RIDER}",
            "Apache-2.0 WITH LicenseRef-scancode-commons-clause",
        ),
        (
            f"{RIDER}SPDX-License-Identifier: Zlib\n",
            "LicenseRef-scancode-commons-clause AND Zlib",
        ),
        (RIDER, "LicenseRef-scancode-commons-clause"),
    ],
)
def test_a_rider_that_takes_something_away_is_never_lost(
    text: str, expression: str
) -> None:
    assert detect(text).expression == expression
