"""Manifests of one source tree that name different licenses."""

from __future__ import annotations

import pytest

from licensescan.conclude.manifests import declared_by
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence

PKG_INFO, SETUP = "a-1.0/PKG-INFO", "a-1.0/setup.py"


def field(path: str, value: str) -> Evidence:
    is_classifier = value.startswith("License ::")
    kind = (
        EvidenceKind.CLASSIFIER
        if is_classifier
        else EvidenceKind.LICENSE_FIELD
    )
    return Evidence(kind=kind, path=path, value=value)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("MIT", "CC BY-NC 4.0", "CC-BY-NC-4.0"),
        ("MIT", "GPLv3", "GPL-3.0-only"),
        ("GPLv3", "MIT", "MIT"),
        ("Apache-2.0", "Proprietary", "'Proprietary'"),
        ("Apache-2.0", "License :: OSI Approved :: BSD License", "BSD"),
    ],
)
def test_another_license_is_a_mismatch(
    first: str, second: str, says: str
) -> None:
    declared = declared_by([field(PKG_INFO, first), field(SETUP, second)])
    (problem,) = declared.problems
    assert problem.rule is RuleId.LICENSE_MISMATCH
    assert problem.path == SETUP
    assert problem.message.endswith(f"setup.py says {says}")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("MIT", "MIT License"),
        ("MIT", "License :: OSI Approved :: MIT License"),
        ("BSD-3-Clause", "BSD"),
        ("MIT", "UNKNOWN"),
        ("UNKNOWN", "MIT"),
        ("Apache-2.0", "License :: OSI Approved"),
    ],
)
def test_the_same_in_other_words_is_none(first: str, second: str) -> None:
    declared = declared_by([field(PKG_INFO, first), field(SETUP, second)])
    assert declared.problems == ()
    assert declared.expression in ("MIT", "BSD-3-Clause", "Apache-2.0")


def test_fields_of_one_manifest_are_read_together() -> None:
    fields = [field(PKG_INFO, "MIT"), field(PKG_INFO, "GPLv3")]
    assert declared_by(fields).problems == ()
