"""
SPDX 2.3: valid by an independent reader, with the same packages, licenses and
requirements.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from licensescan.model.types import Conclusion, Dependency, Purl, Report
from licensescan.report import render
from tests.samples import HOSTILE, judged, package, report


@pytest.fixture
def read(tmp_path: Path) -> Any:
    with warnings.catch_warnings():
        # The reader's own libraries use what Python deprecates.
        warnings.simplefilter("ignore")
        from spdx_tools.spdx.parser.parse_anything import parse_file
        from spdx_tools.spdx.validation.document_validator import (
            validate_full_spdx_document,
        )

    def reading(given: Report) -> Any:
        path = tmp_path / "report.spdx.json"
        path.write_text(render("spdx", given))
        document = parse_file(str(path))
        faults = validate_full_spdx_document(document)
        assert not faults, [fault.validation_message for fault in faults]
        return document

    return reading


def everything(given: Report) -> list[Conclusion]:
    found = list(given.conclusions)
    for conclusion in found:
        found += conclusion.parts
    return found


@pytest.mark.parametrize("with_policy", [True, False])
def test_it_is_valid_and_holds_everything(
    read: Any, with_policy: bool
) -> None:
    given = report(with_policy=with_policy)
    document = read(given)
    told = {
        (p.external_references[0].locator, str(p.license_concluded))
        for p in document.packages
    }
    assert {purl for purl, _ in told} == {
        str(c.component.purl) for c in everything(given)
    }
    by_purl = dict(told)
    assert by_purl["pkg:pypi/plain@1.0"] == "MIT"
    assert by_purl["pkg:pypi/odd@1.0"] == "LicenseRef-odd"


def test_edges_are_those_of_the_graph(read: Any) -> None:
    a, b = package("a", "MIT"), package("b", "MIT")
    edge = Dependency(
        source=Purl("pkg:pypi/a@1.0"),
        target=Purl("pkg:pypi/b@1.0"),
        requirement="b>=1",
    )
    given = replace(judged(a, b), dependencies=(edge, edge))
    document = read(given)
    depends = [
        (r.spdx_element_id, r.related_spdx_element_id)
        for r in document.relationships
        if r.relationship_type.name == "DEPENDS_ON"
    ]
    assert depends == [("SPDXRef-a-1.0", "SPDXRef-b-1.0")]


def test_a_license_that_spdx_lacks_has_its_words(read: Any) -> None:
    document = read(report())
    (extracted,) = [
        info
        for info in document.extracted_licensing_info
        if info.license_id == "LicenseRef-odd"
    ]
    assert "for play and study" in extracted.extracted_text


def test_a_hostile_name_is_valid(read: Any) -> None:
    named = []
    for name in (HOSTILE, ""):
        whole = package("a", "MIT")
        component = replace(whole.component, name=name)
        named.append(replace(whole, component=component))
    read(judged(*named))


def test_two_of_one_name_have_two_ids() -> None:
    twins = [package("a", "MIT"), package("a", "BSD-3-Clause")]
    document = json.loads(render("spdx", judged(*twins)))
    ids = [p["SPDXID"] for p in document["packages"]]
    assert len(set(ids)) == 2
