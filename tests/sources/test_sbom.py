"""SBOMs that wheels ship (PEP 770)."""

from __future__ import annotations

import json

from licensescan.model import Purl
from licensescan.sources.sbom import parts_of_sbom

WHOLE = Purl("pkg:pypi/acme@1")


def sbom(*components: dict[str, object], **more: object) -> bytes:
    return json.dumps({"bomFormat": "CycloneDX", "components": list(components), **more}).encode()


def test_components_on_the_same_terms_are_one_part() -> None:
    one = {"name": "a", "version": "1", "licenses": [{"expression": "MIT OR Apache-2.0"}]}
    two = {"name": "b", "version": "2", "licenses": [{"license": {"name": "MIT/Apache-2.0"}}]}
    three = {"name": "c", "licenses": [{"license": {"id": "ISC"}}], "components": [{"name": "d", "licenses": []}]}
    parts, problems = parts_of_sbom(sbom(one, two, three), "x.dist-info/sboms/s.json", WHOLE)
    assert problems == []
    assert [(p.name, p.evidence[0].value) for p in parts] == [("c", "ISC"), ("a 1, b 2", "MIT OR Apache-2.0")]


def test_the_described_component_itself_is_no_part() -> None:
    root = {"name": "acme", "bom-ref": "r", "licenses": [{"license": {"id": "MIT"}}]}
    assert parts_of_sbom(sbom(root, metadata={"component": root}), "s.json", WHOLE) == ([], [])


def test_broken_json_is_told_and_other_formats_are_passed_over() -> None:
    assert parts_of_sbom(b"{", "s.json", WHOLE)[1][0].rule == "metadata-invalid"
    assert parts_of_sbom(b"SPDXVersion: SPDX-2.3", "s.spdx", WHOLE) == ([], [])
    assert parts_of_sbom(b"[1]", "s.json", WHOLE) == ([], [])
