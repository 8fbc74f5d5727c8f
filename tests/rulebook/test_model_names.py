"""
Names of terms and ids of models lead to a sheet (`corpus/cases`), and a sheet
that stands for a vendor's terms is of a family or names the text it is from.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from licensescan.classifier.names.interpret import interpret
from licensescan.rulebook.model_families import family_of
from licensescan.rulebook.rulebook import load

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "corpus/cases/model-names.toml").read_text(
        "utf-8"
    )
)


@pytest.mark.parametrize(("name", "license_"), CASES["names"].items())
def test_a_name_of_terms_leads_to_its_sheet(name: str, license_: str) -> None:
    assert interpret(name).expression == license_
    fact = load().fact(license_)
    assert fact
    assert fact.basis != "category"


@pytest.mark.parametrize(("name", "license_"), CASES["models"].items())
def test_an_id_of_a_model_leads_to_its_sheet(name: str, license_: str) -> None:
    family = family_of("model", name.replace("*", "x"))
    assert family
    assert family.license == license_
