from __future__ import annotations

import pytest

from licensescan.standards.purl import encoded, purl


@pytest.mark.parametrize(
    "kind, name, version, namespace, expected",
    [
        (
            "pypi",
            "Keras_Applications",
            "1.0.8",
            "",
            "pkg:pypi/keras-applications@1.0.8",
        ),
        ("pypi", "Pröj", "1", "", "pkg:pypi/pr%C3%B6j@1"),
        ("pypi", "a", "", "", "pkg:pypi/a"),
        ("pypi", "a", "1.0+cu121", "", "pkg:pypi/a@1.0%2Bcu121"),
        ("npm", "core", "7.1.0", "@babel", "pkg:npm/%40babel/core@7.1.0"),
        ("maven", "a_b", "1", "org.x/y", "pkg:maven/org.x/y/a_b@1"),
        ("generic", "a b", "", "", "pkg:generic/a%20b"),
    ],
)
def test_purl(
    kind: str, name: str, version: str, namespace: str, expected: str
) -> None:
    assert purl(kind, name, version, namespace=namespace) == expected


def test_lone_surrogates_do_not_crash() -> None:
    assert encoded("a\udc80") == "a%3F"
