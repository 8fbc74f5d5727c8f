"""
CycloneDX: valid by its schema, and read by an independent reader with the same
components, licenses and requirements.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from licensescan.model.types import Dependency, Purl, Report, Root
from licensescan.report import render
from tests.samples import conclusions, judged, native, package, report


def valid(given: Report) -> dict[str, Any]:
    text = render("cyclonedx", given)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert fault is None, fault
    return dict(json.loads(text))


def read(document: dict[str, Any]) -> Bom:
    bom = Bom.from_json(document)  # type: ignore[attr-defined]
    assert isinstance(bom, Bom)
    return bom


@pytest.mark.parametrize("with_policy", [True, False])
def test_it_is_valid_and_holds_every_component(with_policy: bool) -> None:
    given = report(with_policy=with_policy)
    document = valid(given)
    told = {
        (c["purl"], _expression(c), _property(c, "declared"))
        for c in document["components"]
    }
    assert told == {
        (c.component.purl, c.concluded, c.declared) for c in given.conclusions
    }


def _expression(component: dict[str, Any]) -> str:
    for license_ in component.get("licenses", ()):
        return str(license_["expression"])
    return _property(component, "concluded")


def _property(component: dict[str, Any], name: str) -> str:
    (value,) = [
        p["value"]
        for p in component["properties"]
        if p["name"] == f"licensescan:{name}"
    ]
    return str(value)


def test_parts_stand_in_their_components() -> None:
    whole = package(
        "whole", "MIT", parts=(native("x264", "GPL-2.0-or-later"),)
    )
    document = valid(judged(whole))
    (component,) = document["components"]
    (part,) = component["components"]
    assert _expression(part) == "GPL-2.0-or-later"
    assert _property(part, "copyleft") == "work"


def test_requirements_are_read_back() -> None:
    app = package("app", "MIT")
    own = replace(app, component=replace(app.component, relation="own"))
    names = [Purl(f"pkg:pypi/{name}@1.0") for name in ("a", "b")]
    given = replace(
        judged(own, package("a", "MIT"), package("b", "MIT")),
        roots=(Root(requirement="a", source="pyproject.toml:1", name="a"),),
        dependencies=(
            Dependency(source=names[0], target=names[1], requirement="b>1"),
        ),
    )
    bom = read(valid(given))
    assert bom.metadata.component is not None
    assert bom.metadata.component.name == "app"
    edges = {
        (str(d.ref), str(inner.ref))
        for d in bom.dependencies
        for inner in d.dependencies
    }
    assert edges == {
        ("pkg:pypi/app@1.0", names[0]),
        (names[0], names[1]),
    }


def test_two_of_one_purl_have_two_names() -> None:
    one = package("same", "MIT")
    given = replace(report(), conclusions=(one, replace(one, concluded="ISC")))
    refs = [c["bom-ref"] for c in valid(given)["components"]]
    assert len(set(refs)) == 2


def test_the_same_components_have_the_same_number() -> None:
    first, again = valid(report()), valid(report())
    assert first["serialNumber"] == again["serialNumber"]
    less = replace(report(), conclusions=tuple(conclusions()[:1]))
    assert valid(less)["serialNumber"] != first["serialNumber"]
