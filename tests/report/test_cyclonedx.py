"""
CycloneDX: valid by its schema, and read by an independent reader with the same
components, licenses and requirements.
"""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from licensescan.model.provenance import Measured
from licensescan.model.types import (
    Dependency,
    ModelFacts,
    Provenance,
    Purl,
    Report,
    Root,
    Target,
)
from licensescan.report import render
from licensescan.report.cyclonedx import _licenses
from licensescan.standards.license_list import ids, info
from tests.samples import (
    HOSTILE,
    conclusions,
    judged,
    native,
    package,
    report,
)

VERSIONS = {
    "cyclonedx": SchemaVersion.V1_6,
    "cyclonedx-1.7": SchemaVersion.V1_7,
}


def valid(given: Report, form: str = "cyclonedx") -> dict[str, Any]:
    text = str(render(form, given))
    fault = JsonStrictValidator(VERSIONS[form]).validate_str(text)
    assert fault is None, fault
    return dict(json.loads(text))


def read(document: dict[str, Any]) -> Bom:
    bom = Bom.from_json(document)  # type: ignore[attr-defined]
    assert isinstance(bom, Bom)
    return bom


@pytest.mark.parametrize("form", VERSIONS)
@pytest.mark.parametrize("with_policy", [True, False])
def test_it_is_valid_and_holds_every_component(
    with_policy: bool, form: str
) -> None:
    given = report(with_policy=with_policy)
    document = valid(given, form)
    told = {
        (c["purl"], _expression(c), _property(c, "declared"))
        for c in document["components"]
    }
    assert told == {
        (c.component.purl, c.concluded, c.declared) for c in given.conclusions
    }


def _expression(component: dict[str, Any]) -> str:
    licenses = component.get("licenses", ())
    assert len(licenses) <= 1
    for license_ in licenses:
        named = license_.get("license", license_)
        assert named["acknowledgement"] == "concluded"
        return str(named.get("id") or named["expression"])
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


def test_every_id_that_stands_alone_is_in_the_schema() -> None:
    schema = resources.files("cyclonedx.schema") / "_res"
    text = (schema / "spdx.SNAPSHOT.schema.json").read_text()
    known = set(json.loads(text)["enum"])
    listed = [found.id for name in ids() if (found := info(name))]
    alone = [
        one[0]["license"]["id"]
        for name in listed
        if "license" in (one := _licenses(name))[0]
    ]
    assert len(alone) > 600
    assert set(alone) <= known
    assert _licenses("MIT OR ISC") == [{"expression": "MIT OR ISC"}]
    assert _licenses("LicenseRef-x") == [{"expression": "LicenseRef-x"}]


MADE = Provenance(
    supplier="The Keepers",
    authors=("Ada", HOSTILE),
    homepage="https://x.org/home",
    repository="https://x.org/a b",
    download="git+https://x.org/src@abc",
    build=("py3-none-any",),
    sha256="ab" * 32,
)


@pytest.mark.parametrize("form", VERSIONS)
def test_makers_digests_and_addresses_are_read_back(form: str) -> None:
    plain = package("a", "MIT")
    made = replace(plain, component=replace(plain.component, provenance=MADE))
    (component,) = read(valid(judged(made), form)).components
    assert component.supplier.name == "The Keepers"
    assert "Ada" in {author.name for author in component.authors}
    assert [h.content for h in component.hashes] == ["ab" * 32]
    # What is no address is left out: readers refuse a whole document for it.
    assert {
        r.type.value: str(r.url) for r in component.external_references
    } == {
        "website": "https://x.org/home",
        "distribution": "git+https://x.org/src@abc",
    }


def test_what_was_judged_is_told() -> None:
    target = Target(
        kind="lock",
        path="uv.lock",
        revision="c" * 40,
        digests={"uv.lock": "d" * 64},
    )
    metadata = valid(replace(report(), targets=(target,)))["metadata"]
    assert metadata["lifecycles"] == [{"phase": "pre-build"}]
    told = {p["name"]: p["value"] for p in metadata["properties"]}
    assert told["licensescan:target.revision"] == "c" * 40
    assert told["licensescan:target.sha256"] == f"{'d' * 64} uv.lock"


class TestModels:
    @staticmethod
    def given() -> Report:
        facts = ModelFacts(
            task="text-to-image",
            library="diffusers",
            architecture="UNet",
            languages=("en", "ko"),
            base_models=("org/base",),
            datasets=("org/Data", "org/elsewhere"),
            measured=(Measured(name="FID", value="7.1", dataset="coco"),),
            weights={"a.safetensors": "e" * 64, "b.bin": ""},
        )
        plain = package("m", "LicenseRef-odd")
        model = replace(
            plain,
            component=replace(
                plain.component,
                purl=Purl("pkg:huggingface/org/m@1"),
                kind="model",
                facts=facts,
            ),
        )
        data = replace(
            plain,
            component=replace(
                plain.component,
                purl=Purl("pkg:huggingface/org/data@1"),
                name="org/data",
                kind="dataset",
                facts=ModelFacts(size="1K<n<10K"),
                provenance=Provenance(homepage="https://x.org/datasets/d"),
            ),
        )
        return judged(model, data)

    @pytest.mark.parametrize("form", VERSIONS)
    def test_cards_are_valid_and_lead_to_the_data(self, form: str) -> None:
        found = {c["type"]: c for c in valid(self.given(), form)["components"]}
        card = found["machine-learning-model"]["modelCard"]
        parameters = card["modelParameters"]
        assert parameters["task"] == "text-to-image"
        assert parameters["inputs"] == [{"format": "text"}]
        assert parameters["outputs"] == [{"format": "image"}]
        assert parameters["modelArchitecture"] == "UNet"
        data = found["data"]
        assert parameters["datasets"] == [
            {"ref": data["bom-ref"]},
            {"type": "dataset", "name": "org/elsewhere"},
        ]
        (figure,) = card["quantitativeAnalysis"]["performanceMetrics"]
        assert figure == {"type": "FID", "value": "7.1", "slice": "coco"}
        told = {p["name"]: p["value"] for p in card["properties"]}
        assert told["licensescan:model.weights.a.safetensors"] == "e" * 64
        assert data["data"][0]["contents"] == {
            "url": "https://x.org/datasets/d"
        }
        read(valid(self.given(), form))

    def test_what_no_card_says_is_not_there(self) -> None:
        given = self.given()
        bare = [
            replace(c, component=replace(c.component, facts=None))
            for c in given.conclusions
        ]
        found = valid(replace(given, conclusions=tuple(bare)))["components"]
        assert not [c for c in found if "modelCard" in c]


def test_the_words_of_unlisted_licenses_are_in_1_7() -> None:
    def details(form: str) -> list[dict[str, Any]]:
        components = valid(report(), form)["components"]
        (odd,) = [c for c in components if c["name"] == "odd"]
        return list(odd["licenses"][0].get("expressionDetails", ()))

    assert details("cyclonedx") == []
    (told,) = details("cyclonedx-1.7")
    assert told["licenseIdentifier"] == "LicenseRef-odd"
    assert "for play and study" in told["text"]["content"]
    components = read(valid(report(), "cyclonedx-1.7")).components
    (odd,) = [c for c in components if c.name == "odd"]
    assert [license_.value for license_ in odd.licenses] == ["LicenseRef-odd"]
