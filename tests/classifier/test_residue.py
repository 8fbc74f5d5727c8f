"""What stands beside and within a known license is accounted for."""

from __future__ import annotations

import pytest

from licensescan.classifier.classify import classify_text
from licensescan.model.texts import Residue


def residue(said: str) -> tuple[Residue, ...]:
    """Return what is left over of a file that names a license."""
    text = f"This project is licensed under the MIT License.\n\n{said}\n"
    return classify_text(text).detection.residue


@pytest.mark.parametrize(
    "said",
    [
        "Whoever runs it in a shop pays the cooperative a monthly sum.",
        "Your permission is gone once the pilot phase is over.",
        "The codec below third/ is not ours to give, leave it out.",
        "Laboratories of industry need an agreement with the institute.",
        "本软件仅限校内教学使用，其他用途须事先取得授权。",
        "Este programa solo lo pueden usar los socios de la cooperativa.",
        "Käufer der Vollversion dürfen das Programm auf zwei Rechnern nutzen.",
    ],
)
def test_words_that_may_limit_are_told(said: str) -> None:
    """A sentence that takes something away, in words that nobody knows."""
    assert any(one.told for one in residue(said))


@pytest.mark.parametrize(
    "said",
    [
        "Many thanks to Edda Holm and to the reviewers.",
        "Written in Aarhus by the people of the wave group.",
        "https://example.org/gadget",
        "This package contains a copy of the gadget library.",
        "A small library for reading tide tables.",
    ],
)
def test_credits_and_descriptions_are_kept_and_not_told(said: str) -> None:
    """Harmless words are in the residue, and raise nothing."""
    left = residue(said)
    assert left
    assert not any(one.told for one in left)


def test_residue_has_its_lines() -> None:
    """A sentence is found again by its lines."""
    left = residue("Only the crew of the ferry may run this program.")
    assert [one.lines for one in left if one.told] == [(3, 3)]


def test_a_file_without_a_license_has_no_residue() -> None:
    """Prose that names no license is no license file."""
    assert not classify_text("We need a contract.").detection.residue
