"""
`rules/models.toml`: read strictly, sourced, and about licenses of which the
terms are held.
"""

from __future__ import annotations

import pytest

from licensescan.model.errors import PolicyError
from licensescan.rulebook.model_families import (
    family_of,
    read_models,
    registries_of,
    table,
)
from licensescan.rulebook.rulebook import load
from licensescan.standards.spdx_expression import licenses


@pytest.mark.parametrize("family", table().families, ids=lambda f: f.names[0])
def test_the_terms_of_a_family_are_held(family: object) -> None:
    for name in licenses(family.license):  # type: ignore[attr-defined]
        fact = load().fact(name)
        assert fact
        assert fact.basis == "fact"


def test_no_row_stands_behind_one_that_takes_its_names() -> None:
    for family in table().families:
        for name in family.names:
            plain = name.replace("*", "x").replace("?", "x")
            assert family_of(family.kind, plain) is family, name


@pytest.mark.parametrize(
    ("name", "license_"),
    [
        (
            "meta-llama/Llama-3.1-8B-Instruct",
            "LicenseRef-scancode-llama-3.1-license-2024",
        ),
        ("meta-llama/Meta-Llama-3-8B", "LicenseRef-Llama-3-Community"),
        (
            "meta-llama/Meta-Llama-3.1-8B",
            "LicenseRef-scancode-llama-3.1-license-2024",
        ),
        ("google/gemma-2-9b-it", "LicenseRef-Gemma-Terms-of-Use"),
        ("Qwen/Qwen2.5-7B", "Apache-2.0"),
        ("Qwen/Qwen2.5-3B-Instruct", "LicenseRef-Qwen-Research-2024"),
        ("Qwen/Qwen2.5-32B", "Apache-2.0"),
        ("Qwen/Qwen2-72B", "LicenseRef-scancode-tongyi-qianwen-2023"),
        ("black-forest-labs/FLUX.1-dev", "LicenseRef-FLUX-NC-2.0"),
        ("openai/whisper-large-v3-turbo", "MIT"),
        ("openai/whisper-large-v3", "Apache-2.0"),
    ],
)
def test_well_known_models(name: str, license_: str) -> None:
    family = family_of("model", name)
    assert family
    assert family.license == license_


def test_others_are_not_guessed() -> None:
    assert family_of("model", "acme/llama-3.1-8b-merge") is None
    assert family_of("dataset", "meta-llama/Llama-3.1-8B") is None
    assert registries_of("Timm")
    assert registries_of("acme") == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[famly]]\n", "famly"),
        ('[[family]]\nname = "x"\n', "name"),
        ('[[family]]\nnames = ["a/b"]\nlicense = "MIT"\n', "source"),
        (
            '[[family]]\nnames = ["A/b"]\nlicense = "MIT"\nsource = "x"\n',
            "lower case",
        ),
        (
            '[[family]]\nnames = ["a/b"]\nlicense = "no such"\nsource = "x"\n',
            "family[1].license",
        ),
        ('[[call]]\nname = "f"\nkind = "model"\n', "position"),
        ('[[call]]\nname = "f"\nkind = "thing"\nposition = 0\n', "kind"),
        (
            '[[call]]\nname = "f"\nkind = "model"\nposition = 0\nas = "x"\n',
            "{}",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, word: str) -> None:
    with pytest.raises(PolicyError, match=r"models\.toml") as caught:
        read_models(text.encode())
    assert word in str(caught.value)


TURNED = b"""
[[family]]
names = ["lab/net-*"]
license = "MIT"
since = "2024-01"
revisions = ["bbbbbbb1"]
source = "the card"

[[family.earlier]]
license = "CC-BY-NC-4.0"
revisions = ["aaaaaaa1", "v1"]
source = "the first card"
"""


@pytest.mark.parametrize(
    ("revision", "license_", "other"),
    [
        ("", "MIT", None),
        ("bbbbbbb1" + "0" * 32, "MIT", None),
        ("aaaaaaa1" + "0" * 32, "CC-BY-NC-4.0", None),
        ("v1", "CC-BY-NC-4.0", None),
        ("c" * 40, "MIT", "CC-BY-NC-4.0"),
        ("v", "MIT", "CC-BY-NC-4.0"),
    ],
)
def test_terms_that_changed_hold_for_their_revisions(
    revision: str, license_: str, other: str | None
) -> None:
    family = read_models(TURNED).families[0]
    at = family.at(revision)
    assert (at.license, at.other) == (license_, other)
    assert "2024-01" in at.says


def test_a_change_says_when_and_from_what() -> None:
    with pytest.raises(PolicyError, match="earlier"):
        read_models(TURNED.replace(b'since = "2024-01"\n', b""))


def test_known_changes_are_dated() -> None:
    for name in (
        "facebook/dinov2-base",
        "microsoft/phi-2",
        "tiiuae/falcon-40b",
        "01-ai/Yi-34B",
        "black-forest-labs/FLUX.1-dev",
        "openbmb/MiniCPM-2B-sft-bf16",
    ):
        family = family_of("model", name)
        assert family, name
        assert family.since, name
        assert family.earlier, name
