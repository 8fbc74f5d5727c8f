"""What stands beside and within a known license is accounted for."""

from __future__ import annotations

import pytest

from licensescan.classifier.classify import classify_text
from licensescan.model.texts import Residue
from tests.known_texts import whole


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


@pytest.mark.parametrize(
    "said",
    [
        "Commercial use is allowed.",
        "You may use it commercially without paying anything.",
        "This license does not prohibit commercial use.",
        "상업적 이용이 가능합니다.",
        "商用利用も可能です。",
        "Se permite el uso comercial.",
    ],
)
def test_what_allows_is_not_told(said: str) -> None:
    """Whoever says that commerce is free takes nothing away."""
    assert not any(one.told for one in residue(said))


@pytest.mark.parametrize(
    "said",
    [
        "Commercial use is allowed for members of the consortium.",
        "Commercial use is allowed until 2027.",
        "You may use it commercially in Korea.",
        "You can use it commercially on devices of Frob.",
        "There are no restrictions on commercial use except for cloud firms.",
        "L'utilisation commerciale est autorisée aux membres.",
        "회원사에 한해 상업적 이용이 가능합니다.",
    ],
)
def test_what_allows_and_goes_on_to_a_limit_is_told(said: str) -> None:
    """An allowance for some, somewhere or for a while is a limit."""
    text = f"This project is licensed under the MIT License.\n\n{said}\n"
    read = classify_text(text)
    assert (
        any(one.told for one in read.detection.residue)
        or read.terms.commercial != "allowed"
        or read.detection.modified
    )


def test_the_gpl_that_the_lgpl_consists_of_is_accounted_for() -> None:
    """Both texts in one file leave nothing over."""
    both = whole("LGPL-3.0") + "\n\n" + whole("GPL-3.0")
    detection = classify_text(both).detection
    assert detection.expression == "LGPL-3.0-only"
    assert not detection.unmatched
    assert not any(one.told for one in detection.residue)
