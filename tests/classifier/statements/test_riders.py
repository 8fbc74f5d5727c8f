"""
Riders: one sentence beside, above or within a known license changes it; what
takes nothing away does not.
"""

from __future__ import annotations

import re

import pytest

from licensescan.classifier.classify import Classified, classify_text
from licensescan.classifier.statements.riders import filled_in, foreign, ridden
from licensescan.model.types import NOASSERTION, Detection, Expression, Match
from tests.known_texts import KNOWN, texts


@pytest.fixture(params=KNOWN)
def host(request: pytest.FixtureRequest) -> str:
    text = texts().get(request.param)
    if text is None:
        pytest.skip(f"no {request.param} text is installed here")
    return text


def joined(host: str, sentence: str, where: str) -> Classified:
    """
    The host with a paragraph more, at the head, in the middle or at the end.
    """
    paragraphs = re.split(r"\n[ \t]*\n", host.strip("\n"))
    at = {"head": 0, "middle": len(paragraphs) // 2, "end": len(paragraphs)}[
        where
    ]
    return classify_text(
        "\n\n".join([*paragraphs[:at], sentence, *paragraphs[at:]]) + "\n",
        "LICENSE",
    )


@pytest.mark.parametrize("where", ["head", "middle", "end"])
@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("Commercial use of this work is not allowed.", "use.noncommercial"),
        (
            "Your only right is to use it for the sole purpose of evaluating it.",
            "use.evaluation_only",
        ),
        (
            "Offering it to others as a hosted service is excluded.",
            "use.no_hosting",
        ),
        ("Nobody may sell copies of the work.", "use.no_sale"),
        (
            "Commercial users must at first purchase a licence from its author.",
            "use.noncommercial",
        ),
        (
            "Whoever sues a contributor over patents loses all rights under this license.",
            "patent.retaliation",
        ),
        (
            "You must not use generations of the model to improve another language model.",
            "use.output",
        ),
    ],
)
def test_a_term_changes_the_license(
    host: str, sentence: str, clause: str, where: str
) -> None:
    found = joined(host, sentence, where)
    assert found.detection.modified
    assert found.detection.expression == NOASSERTION
    [told] = [
        c
        for c in found.terms.clauses
        if c.clause == clause and c.quote == sentence
    ]
    assert told.path == "LICENSE"
    assert any(
        d.matters for m in found.detection.matches for d in m.differences
    )


@pytest.mark.parametrize("where", ["head", "end"])
@pytest.mark.parametrize(
    "sentence",
    [
        "You may use it for commercial purposes as well.",
        "Questions about this work go to the authors, who answer when they can.",
        "The logo was drawn by a friend of ours and may be used in the same way.",
        "If you do not wish to comply with these terms, you have to buy a license from the author.",
        "The folder with samples is only used for testing.",
        "Commercial licenses are available for purchase from the author.",
        "If you want a license without attribution, you can purchase one.",
    ],
)
def test_what_takes_nothing_away_does_not(
    host: str, sentence: str, where: str
) -> None:
    found = joined(host, sentence, where)
    assert not found.detection.modified
    assert found.detection.expression in KNOWN
    assert found.terms.commercial == "allowed"


def test_a_manual_under_a_license_is_no_rider() -> None:
    host = texts()["Apache-2.0"]
    manual = "\n\n".join(
        f"Option {n} opens the file, reads it, and should only be used for testing."
        for n in range(60)
    )
    assert joined(host, manual, "end").detection.expression == "Apache-2.0"


def test_a_license_without_its_patent_section_is_that_license_changed() -> (
    None
):
    whole = texts()["Apache-2.0"]
    before, _, rest = whole.partition("3. Grant of Patent License")
    _, heading, after = rest.partition("4. Redistribution")
    if not heading:
        pytest.skip("the text at hand is divided otherwise")
    found = classify_text(before + heading + after, "LICENSE")
    assert found.detection.modified
    assert [
        m.expression for m in found.detection.matches if m.kind == "text"
    ] == ["Apache-2.0"]
    assert found.terms.patent.grant == "none"


NOTICES = (
    "This program is licensed under the GNU General Public License, version 3 or later.",
    "This file is licensed under the Apache License, Version 2.0.",
)
TERM = "Commercial use of it is not allowed."


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("mark", ["", "# ", "// ", " * "])
def test_a_term_below_a_notice_changes_it(notice: str, mark: str) -> None:
    text = (
        "\n".join(f"{mark}{line}".rstrip() for line in (notice, "", TERM))
        + "\n\nfirst = second + third\n"
    )
    found = classify_text(text)
    assert found.detection.modified
    assert found.terms.commercial == "prohibited"


@pytest.mark.parametrize("notice", NOTICES)
def test_what_the_program_says_below_its_notice_does_not(notice: str) -> None:
    found = classify_text(f"# {notice}\n\nHINT = '{TERM}'\n")
    assert not found.detection.modified
    assert found.terms.commercial == "allowed"


def test_what_stands_far_from_a_notice_does_not_change_it() -> None:
    assert not classify_text(
        f"{NOTICES[1]}\n" + "\n" * 6 + f"{TERM}\n"
    ).detection.modified


def test_long_terms_beside_a_license_are_told(host: str) -> None:
    terms = (
        "The parties to this agreement keep to the terms of the schedule, and no right under it is given up. "
        * 25
    )
    found = classify_text(f"{host}\n\n{terms}\n")
    assert [
        words for _, words in foreign(f"{host}\n\n{terms}\n", found.detection)
    ] == [len(terms.split())]
    manual = (
        "Turn the wheel until the lamp is lit, then pull the lever and wait for the bell to ring twice. "
        * 25
    )
    assert (
        foreign(
            f"{host}\n\n{manual}\n",
            classify_text(f"{host}\n\n{manual}\n").detection,
        )
        == []
    )


def test_what_is_filled_into_a_form_is_no_rider() -> None:
    text = "Licensor: Acme\nAdditional Use Grant: You may\n  not host it.\n\nAsk us.\n\nThe text of the form.\n"
    match = Match(
        expression=Expression("BUSL-1.1"),
        kind="text",
        lines=(7, 7),
        coverage=1.0,
    )
    detection = Detection(expression=match.expression, matches=(match,))
    form = filled_in(text, detection)
    assert form == (1, 3)
    assert (
        ridden(detection, [], [((2, 3), "You may not host it.")], form)
        == detection
    )
    assert ridden(
        detection, [], [((5, 5), "You may not host it.")], form
    ).modified
    other = Detection(
        expression=Expression("MIT"),
        matches=(
            Match(
                expression=Expression("MIT"),
                kind="text",
                lines=(7, 7),
                coverage=1.0,
            ),
        ),
    )
    assert filled_in(text, other) is None


def test_what_is_no_license_allows_nothing_by_its_silence() -> None:
    item = classify_text("Ada wrote the parser.\nGrace mended the tests.\n")
    assert item.detection.expression == "NONE"
    assert item.terms.commercial == "unknown"
    assert item.terms.patent.grant == "unknown"
    assert item.terms.clauses == ()


def test_a_sentence_in_a_long_list_of_names_is_read_at_its_own_lines() -> None:
    names = [f"Contributor {number}" for number in range(400)]
    names[250] = "\nNobody may sell these drawings.\n"
    item = classify_text("\n".join(names))
    assert [
        (clause.clause, clause.lines) for clause in item.terms.clauses
    ] == [("use.no_sale", (252, 252))]
