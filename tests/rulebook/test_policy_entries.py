"""Which components an entry of a policy means."""

from __future__ import annotations

import pytest

from licensescan.model.types import Component, Curation, Evidence, Purl
from licensescan.rulebook.policy_entries import (
    curation_applies,
    names_component,
)

COMPONENT = Component(
    purl=Purl("pkg:pypi/some-name@1.5"),
    name="Some_Name",
    version="1.5",
    evidence=(Evidence(kind="license-file", path="LICENSE", sha256="a" * 64),),
)


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("some-name", True),
        ("SOME.NAME", True),
        ("pkg:pypi/some-name", True),
        ("pkg:pypi/some-name@9", True),
        ("pkg:npm/some-name", False),
        ("some", False),
        ("some*", True),
        ("Some_*", True),
        ("*-n?me", True),
        ("pkg:pypi/some-*", True),
        ("pkg:npm/some-*", False),
        ("some?", False),
    ],
)
def test_who_is_meant(entry: str, meant: bool) -> None:
    assert names_component(entry, COMPONENT) is meant


@pytest.mark.parametrize(
    "entry", ["pkg:npm/@babel/core", "pkg:npm/%40babel/core"]
)
def test_a_scope_of_npm_as_people_write_it(entry: str) -> None:
    component = Component(
        purl=Purl("pkg:npm/%40babel/core@7.1.0"),
        name="@babel/core",
        version="7.1.0",
    )
    assert names_component(entry, component)


@pytest.mark.parametrize(
    ("changes", "applies"),
    [
        ({}, True),
        ({"versions": ">=1.5"}, True),
        ({"versions": ">1.5"}, False),
        ({"sha256": "a" * 64}, True),
        ({"sha256": "b" * 64}, False),
        ({"component": "other"}, False),
    ],
)
def test_when_a_curation_applies(
    changes: dict[str, str], applies: bool
) -> None:
    fields = {
        "component": "some-name",
        "license": "MIT",
        "reason": "told",
        **changes,
    }
    assert curation_applies(Curation(**fields), COMPONENT) is applies  # type: ignore[arg-type]


@pytest.mark.parametrize("component", ["pkg:pypi/some-name", "libx"])
def test_a_curation_says_nothing_of_what_is_inside(component: str) -> None:
    part = Component(
        purl=Purl("pkg:pypi/some-name@1.5#libs/libx.so"),
        name="libx",
        version="",
        kind="native",
    )
    curation = Curation(
        component=component, license="MIT", reason="r", key="k"
    )  # type: ignore[arg-type]
    assert not curation_applies(curation, part)
