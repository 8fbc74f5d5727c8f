"""
How sure it is that terms hold for what is shipped, and what they are about.
"""

from __future__ import annotations

import pytest

from licensescan.conclude.left_out import split
from licensescan.conclude.listed_files import _listed, _others
from licensescan.model.kinds import EvidenceKind, Inferred
from licensescan.model.types import NONE, Expression, Shipped
from licensescan.rulebook.standing import (
    describes_data,
    is_beside,
    standings,
)

SENTENCE = "To be rid of the JSON license, exclude the bin/checker/ folder, the only code under it."


@pytest.mark.parametrize("basis", [*EvidenceKind, *Inferred])
def test_each_kind_of_evidence_has_a_certainty(
    basis: EvidenceKind | Inferred,
) -> None:
    assert basis in standings().certainty


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("pkg/tests/test_x.py", True),
        ("docs/conf.py", True),
        ("pkg/__pyinstaller/hook.py", True),
        ("pkg/setup.py", True),
        ("pkg/testify/core.py", False),
        ("pkg/latest/x.py", False),
        ("pkg/documents.py", False),
    ],
)
def test_what_is_beside_a_component(path: str, beside: bool) -> None:
    assert is_beside(path) is beside


def test_files_that_describe_data() -> None:
    assert describes_data("pkg/cfg/datasets/signs.yaml")
    assert not describes_data("pkg/datasets/signs.py")
    assert not describes_data("pkg/core/signs.yaml")


def test_a_license_of_what_is_left_out() -> None:
    both = Expression("MIT AND JSON")
    without, with_it = Shipped(), Shipped(folders=frozenset({"checker"}))
    assert split(both, SENTENCE, without) == ("MIT", "JSON")
    assert split(both, SENTENCE, with_it) == (both, NONE)
    assert split(both, SENTENCE, None) == (both, NONE)
    assert split(both, "JSON license: bin/checker/ only", without)[1] == NONE


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("libone.so, libone_static.a", ["libtwo.so.3"]),
        ("the .so files", []),
        ("one.dll and two.dll", []),
        ("nothing is listed", []),
    ],
)
def test_a_list_is_held_against_what_is_shipped(
    text: str, others: list[str]
) -> None:
    compiled = {"libone.so.12.1", "libtwo.so.3"}
    assert _others(compiled, set(_listed(text))) == others
