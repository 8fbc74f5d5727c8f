"""What the founding systems come to on patents."""

from __future__ import annotations

import pytest

from licensescan.report.explain import explain
from licensescan.report.patent_states import State, states
from licensescan.rulebook.rulebook import load

STATES = {state.name: state for state in states(load())}


def named(start: str) -> list[State]:
    return [s for name, s in STATES.items() if name.startswith(start)]


@pytest.mark.parametrize("name", ["Theano", "Torch7", "Caffe", "CNTK 1.x"])
def test_the_silent(name: str) -> None:
    for state in named(name):
        assert (state.grants, state.ends) == ("silent", "")


@pytest.mark.parametrize("name", ["Deeplearning4j", "ND4J"])
def test_a_grant_that_ends_and_a_copyright_license_that_stays(
    name: str,
) -> None:
    [state] = named(name)
    assert state.grants == "granted"
    assert state.ends.endswith("the copyright license stays)")
    assert "counterclaim" in state.ends


def test_cntk_in_its_first_state_ends_as_a_whole() -> None:
    [state] = named("CNTK of 2014")
    assert state.grants == "silent"
    assert state.ends.endswith("every right ends, copyright included)")


def test_one_bit_sgd_has_four_states() -> None:
    first, second, third, fourth = named("1-bit SGD")
    assert first.ends == third.ends != ""
    assert second.ends == fourth.ends == ""
    assert " OR " in third.license


def test_facebooks_grant_ends_on_other_suits_too() -> None:
    first, second = named("Torch's")
    for state in (first, second):
        assert "file of its own" in state.grants
        assert "Facebook about anything" in state.ends
    assert "invalid" in first.ends
    assert "counterclaim" in second.ends


def test_the_page() -> None:
    page = explain("patents", load(), width=100)
    for name in STATES:
        assert name.split(" (")[0] in page
    assert "patent-pool" in page
