"""The grammar of statements, row by row, and what claims come to."""

from __future__ import annotations

import pytest

from licensescan.classifier.statements.claims import claims
from licensescan.classifier.statements.grammar import (
    Row,
    grants,
    moods,
    subjects,
)
from licensescan.model.claims import Mood

MOODS = [(row, said) for row in moods() for said in row.fires]
NO_MOODS = [(row, said) for row in moods() for said in row.silent]


def ids(pairs: list[tuple[Row, str]]) -> list[str]:
    return [f"{row.id}: {said}" for row, said in pairs]


@pytest.mark.parametrize(("row", "said"), MOODS, ids=ids(MOODS))
def test_a_mood_is_heard(row: Row, said: str) -> None:
    assert any(claim.is_quiet for claim in claims(said)), said
    assert all(
        claim.mood is not Mood.GRANTED or claim.expression == "MIT"
        for claim in claims(said)
    )


@pytest.mark.parametrize(("row", "said"), NO_MOODS, ids=ids(NO_MOODS))
def test_a_mood_is_not_heard(row: Row, said: str) -> None:
    assert not any(claim.rule == row.id for claim in claims(said)), said


@pytest.mark.parametrize("row", grants(), ids=lambda row: row.id)
def test_a_grant_fires_and_does_not(row: Row) -> None:
    for said in row.fires:
        assert any(c.mood is Mood.GRANTED for c in claims(said)), said
    for said in row.silent:
        assert not any(c.rule == row.id for c in claims(said)), said


@pytest.mark.parametrize("row", subjects(), ids=lambda row: row.id)
def test_a_subject_fires_and_does_not(row: Row) -> None:
    for said in row.fires:
        assert row.holds(said.lower()), said
    for said in row.silent:
        assert not row.holds(said.lower()), said


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("The bundled libfoo is licensed under the GPL.", "GPL-1.0-or-later"),
        ("The bundled libfoo is under the LGPL.", "LGPL-2.0-or-later"),
        (
            "The weights are released under a Creative Commons license.",
            "LicenseRef-Creative-Commons",
        ),
        ("The bundled libfoo is licensed under a BSD license.", "NOASSERTION"),
        ("You can redistribute it under the GPL.", "NOASSERTION"),
    ],
)
def test_a_part_under_a_family_is_under_its_widest_license(
    text: str, expression: str
) -> None:
    (claim,) = claims(text)
    assert claim.expression == expression


OPENINGS = (
    "Note, that",
    "**Note:**",
    "> NOTE -",
    "N.B.:",
    "\u26a0\ufe0f Warning!",
    "License note:",
    "(Please read:",
    "Please be aware that",
    "Users should know that",
    "We would like to point out that",
    "Unfortunately, for legal reasons,",
    "And",
)


@pytest.mark.parametrize("opening", OPENINGS)
def test_what_a_sentence_opens_with_changes_nothing(opening: str) -> None:
    said = "the pretrained weights are released under CC-BY-NC-4.0."
    (claim,) = claims(f"{opening} {said}")
    assert claim.mood is Mood.GRANTED
    assert (claim.subject.value, claim.expression) == (
        "weights",
        "CC-BY-NC-4.0",
    )


@pytest.mark.parametrize("label", ["Libfrob", "The decoder", "Notepad"])
def test_a_label_is_no_opening(label: str) -> None:
    (claim,) = claims(f"{label}: GPL-3.0-only.")
    assert claim.subject.value != "own"
