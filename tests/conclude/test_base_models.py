"""What a base model's license passes down, and labels that leave it out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licensescan.conclude.base_models import inherited
from licensescan.model.types import (
    NOASSERTION,
    Component,
    Conclusion,
    Expression,
    Purl,
)
from licensescan.rulebook.rulebook import load

LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
RAIL = "LicenseRef-CreativeML-Open-RAIL-M"


def model(
    name: str, license_: str, *bases: str, basis: str = "model-card"
) -> Conclusion:
    component = Component(
        purl=Purl(f"pkg:huggingface/{name}"),
        name=name,
        version="",
        kind="model",
        relation="weights",
        path="README.md",
        requires=tuple(f"model:{b}" for b in bases),
    )
    return Conclusion(
        component=component,
        concluded=Expression(license_),
        basis=basis,
        terms=load().terms_of(license_),
    )


def tuned(*models: Conclusion) -> Conclusion:
    return inherited(models, load())[0]


@pytest.mark.parametrize(
    ("label", "base", "words"),
    [
        ("MIT", LLAMA, ["attr.branding", "section 1.b.i"]),
        ("Apache-2.0", RAIL, ["use.field", "dist.flow_down", "Attachment A"]),
        ("MIT", "CC-BY-NC-4.0", ["use.noncommercial", "2(a)(1)"]),
        ("MIT", "AGPL-3.0-only", ["copyleft.network"]),
        ("CC-BY-4.0", "CC-BY-SA-4.0", ["sharealike.data"]),
        ("MIT", "CC-BY-ND-4.0", ["dist.no_modify"]),
    ],
)
def test_a_label_that_is_freer_than_the_base_is_told(
    label: str, base: str, words: list[str]
) -> None:
    found = tuned(
        model("me/tuned", label, "Acme/Base"), model("acme/base", base)
    )
    (problem,) = found.problems
    assert (problem.rule, problem.path) == ("license-mismatch", "README.md")
    for word in ("me/tuned", label, "acme/base", base, *words):
        assert word in problem.message
    assert found.alternative == f"{label} AND {base}"
    assert found.concluded == label


@pytest.mark.parametrize(
    ("label", "base"),
    [
        ("MIT", "Apache-2.0"),
        ("MIT", "CC-BY-4.0"),
        (LLAMA, LLAMA),
        (f"MIT AND {LLAMA}", LLAMA),
        ("CC-BY-NC-SA-4.0", "CC-BY-NC-4.0"),
        ("AGPL-3.0-only", "GPL-3.0-only"),
        ("MIT", str(NOASSERTION)),
        ("MIT", "NONE"),
    ],
)
def test_a_label_that_carries_on_what_it_must_is_fine(
    label: str, base: str
) -> None:
    given = model("me/tuned", label, "acme/base")
    assert tuned(given, model("acme/base", base)) == given


def test_it_goes_on_through_models_between() -> None:
    found = tuned(
        model("a/a", "MIT", "b/b"),
        model("b/b", "Apache-2.0", "c/c"),
        model("c/c", "CC-BY-NC-4.0"),
    )
    assert found.alternative == "MIT AND CC-BY-NC-4.0"
    assert "c/c" in found.problems[0].message


def test_what_has_no_license_of_its_own_has_its_bases() -> None:
    found = tuned(model("a/a", NOASSERTION, "b/b"), model("b/b", LLAMA))
    assert found.alternative == LLAMA
    assert "no license that is known" in found.problems[0].message


def test_a_circle_ends() -> None:
    one, two = model("a/a", "MIT", "b/b"), model("b/b", "MIT", "a/a")
    assert inherited([one, two], load()) == [one, two]


def test_a_curation_settles_it() -> None:
    given = model("a/a", "MIT", "b/b", basis="curation")
    assert tuned(given, model("b/b", LLAMA)) == given


def test_packages_inherit_nothing() -> None:
    package = replace(
        model("a", "MIT", "b/b"),
        component=replace(model("a", "MIT", "b/b").component, kind="package"),
    )
    assert tuned(package, model("b/b", LLAMA)) == package
