"""What the facts say against public lists: every difference is decided."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))

import agreement

COMPARED = agreement.compared()


def test_every_list_is_compared() -> None:
    least = {
        "choosealicense": 200,
        "OSI": 80,
        "FSF": 100,
        "Blue Oak": 120,
        "ScanCode": 280,
        "OSADL": 11_000,
    }
    assert least.keys() == COMPARED.keys()
    for name, (count, differences) in COMPARED.items():
        assert count >= least[name]
        assert len(differences) <= count * 0.15


def test_no_difference_is_undecided() -> None:
    undecided = [
        difference
        for _, differences in COMPARED.values()
        for difference in differences
        if not difference.reason
    ]
    assert undecided == []


def test_every_decision_is_about_a_difference() -> None:
    found = [d for _, differences in COMPARED.values() for d in differences]
    for row in agreement.table()["decided"]:
        for pattern in row["licenses"]:
            assert any(
                difference.list == row["list"]
                and difference.topic == row["topic"]
                and fnmatchcase(difference.license, pattern)
                for difference in found
            ), (row["list"], pattern)


def test_osadl_and_the_facts_agree_on_nearly_all() -> None:
    count, differences = COMPARED["OSADL"]
    assert len(differences) < count * 0.015
