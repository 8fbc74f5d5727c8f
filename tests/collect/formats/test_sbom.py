"""SBOMs that wheels ship (PEP 770)."""

from __future__ import annotations

import base64
import json

import pytest

from licensescan.collect.formats import boms
from licensescan.model.types import Component, Problem, Purl

WHOLE = Purl("pkg:pypi/acme@1")


def parts_of_sbom(
    data: bytes, path: str, whole: Purl
) -> tuple[list[Component], list[Problem]]:
    parts, _, problems = boms.parts_of_sbom(data, path, whole)
    return parts, problems


def sbom(*components: dict[str, object], **more: object) -> bytes:
    return json.dumps(
        {"bomFormat": "CycloneDX", "components": list(components), **more}
    ).encode()


def test_components_on_the_same_terms_are_one_part() -> None:
    one = {
        "name": "a",
        "version": "1",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
    }
    two = {
        "name": "b",
        "version": "2",
        "licenses": [{"license": {"name": "MIT/Apache-2.0"}}],
    }
    three = {
        "name": "c",
        "licenses": [{"license": {"id": "ISC"}}],
        "components": [{"name": "d", "licenses": []}],
    }
    parts, problems = parts_of_sbom(
        sbom(one, two, three), "x.dist-info/sboms/s.json", WHOLE
    )
    assert problems == []
    assert [(p.name, p.evidence[0].value) for p in parts] == [
        ("c", "ISC"),
        ("a 1, b 2", "MIT OR Apache-2.0"),
    ]


def test_the_described_component_itself_is_no_part() -> None:
    root = {
        "name": "acme",
        "bom-ref": "r",
        "licenses": [{"license": {"id": "MIT"}}],
    }
    assert parts_of_sbom(
        sbom(root, metadata={"component": root}), "s.json", WHOLE
    ) == (
        [],
        [],
    )


def test_broken_json_is_told() -> None:
    _, (problem,) = parts_of_sbom(b"{", "s.json", WHOLE)
    assert problem.rule == "metadata-invalid"


@pytest.mark.parametrize(
    "data", [b"SPDXVersion: SPDX-2.3", b"[1]", b'<bom xmlns="x"/>']
)
def test_a_format_that_is_not_read_is_told(data: bytes) -> None:
    parts, (problem,) = parts_of_sbom(data, "s.spdx", WHOLE)
    assert parts == []
    assert problem.rule == "terms-unread"


def test_an_sbom_of_spdx_has_parts() -> None:
    packages = [
        {"SPDXID": "a", "name": "gmp", "licenseDeclared": "LGPL-3.0-only"},
        {"SPDXID": "b", "name": "m4", "licenseConcluded": "GPL-3.0-only"},
        {"SPDXID": "c", "name": "z", "licenseDeclared": "NOASSERTION"},
    ]
    document = {"spdxVersion": "SPDX-2.3", "packages": packages}
    data = json.dumps(document).encode()
    parts, problems = parts_of_sbom(data, "s.spdx.json", WHOLE)
    assert problems == []
    assert [(p.name, p.evidence[0].value) for p in parts] == [
        ("m4", "GPL-3.0-only"),
        ("gmp", "LGPL-3.0-only"),
    ]


def test_a_long_name_is_a_text() -> None:
    words = "You may use this for evaluation alone. " * 20
    crate = {"name": "crate", "licenses": [{"license": {"name": words}}]}
    parts, _ = parts_of_sbom(sbom(crate), "s.json", WHOLE)
    assert [(p.name, p.evidence[0].text) for p in parts] == [("crate", words)]


@pytest.mark.parametrize(
    "text",
    [
        {"content": "Words of a license."},
        {
            "content": base64.b64encode(b"Words of a license.").decode(),
            "encoding": "base64",
        },
    ],
)
def test_a_text_that_is_quoted_is_read_where_the_name_says_nothing(
    text: dict[str, str],
) -> None:
    crate = {
        "name": "crate",
        "version": "1",
        "licenses": [{"license": {"name": "Unknown", "text": text}}],
    }
    parts, _ = parts_of_sbom(sbom(crate), "s.json", WHOLE)
    assert [
        (p.name, p.evidence[0].kind, p.evidence[0].text) for p in parts
    ] == [("crate 1", "license-file", "Words of a license.")]


@pytest.mark.parametrize(
    "text",
    [{"content": "%%%", "encoding": "base64"}, {"content": 3}, "words", None],
)
def test_a_text_that_cannot_be_read_leaves_the_component_to_other_evidence(
    text: object,
) -> None:
    crate = {
        "name": "crate",
        "licenses": [{"license": {"name": "unknown", "text": text}}],
    }
    assert parts_of_sbom(sbom(crate), "s.json", WHOLE) == ([], [])


def test_what_is_optional_or_excluded_is_no_part() -> None:
    listed = [
        {
            "name": name,
            "scope": scope,
            "licenses": [{"license": {"id": "GPL-3.0-only"}}],
        }
        for name, scope in (
            ("a", "optional"),
            ("b", "excluded"),
            ("c", "required"),
        )
    ]
    parts, _ = parts_of_sbom(sbom(*listed), "s.json", WHOLE)
    assert [part.name for part in parts] == ["c"]
