"""What `explain -f json` says."""

from __future__ import annotations

import json

import pytest

from licensescan.model.types import UsageError
from licensescan.report.explain_json import explain_json
from licensescan.rulebook.rulebook import load


def said(name: str) -> dict:  # type: ignore[type-arg]
    return json.loads(explain_json(name, load()))


def test_a_license_with_its_status_and_text() -> None:
    document = said("Apache-2.0")
    assert (document["kind"], document["expression"]) == (
        "license",
        "Apache-2.0",
    )
    [license_] = document["licenses"]
    status = {a["authority"]: a["status"] for a in license_["authorities"]}
    assert status == {"OSI": "approved", "FSF": "free", "Blue Oak": "silver"}
    assert license_["patent"]["retaliation"]["effect"] == "patent"
    assert len(license_["text"]["sha256"]) == 64
    sections = {c["clause"]: c["section"] for c in license_["clauses"]}
    assert sections["attr.notice"].startswith("4")


def test_an_expression_has_each_license() -> None:
    document = said("mit or gpl-2.0-only WITH Classpath-exception-2.0")
    ids = [license_["id"] for license_ in document["licenses"]]
    assert ids == ["MIT", "GPL-2.0-only"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("copyleft-strong", "rule"),
        ("use.noncommercial", "clause"),
        ("saas", "profile"),
    ],
)
def test_what_else_has_an_id(name: str, kind: str) -> None:
    document = said(name)
    assert (document["kind"], document["id"]) == (kind, name)
    assert document["title"]


def test_nobody_asked_of_a_vendor() -> None:
    [license_] = said("LicenseRef-NVIDIA-Proprietary")["licenses"]
    assert license_["authorities"] == []


def test_a_name_that_means_nothing() -> None:
    with pytest.raises(UsageError):
        explain_json("no such thing", load())
