"""Parts without number are told with their number."""

from __future__ import annotations

import pytest

from licensescan.cache.texts import Cache
from licensescan.conclude import many_parts
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Purl
from licensescan.rulebook.rulebook import load


def test_the_first_parts_are_kept_and_the_number_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(many_parts, "MOST_PARTS", 2)
    parts = tuple(part(f"{license_}-only") for license_ in LICENSES)
    whole = Component(
        purl=Purl("pkg:pypi/a@1"), name="a", version="1", parts=parts
    )
    conclusion = conclude(whole, load(), CachedReading(Cache(None, "v1")))
    assert len(conclusion.parts) == 2
    (problem,) = (
        p for p in conclusion.problems if p.rule == RuleId.EVIDENCE_TRUNCATED
    )
    assert problem.message == "3 parts, of which the first 2 are judged"


LICENSES = ("GPL-2.0", "GPL-3.0", "AGPL-3.0")


def part(license_: str) -> Component:
    path = f"sub/{license_}"
    evidence = Evidence(kind=EvidenceKind.NATIVE, path=path, value=license_)
    return Component(
        purl=Purl(f"pkg:pypi/a@1#{path}"),
        name=license_,
        version="",
        kind="native",
        relation="bundled",
        path=path,
        evidence=(evidence,),
    )
