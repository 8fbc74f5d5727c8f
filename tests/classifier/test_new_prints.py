"""
A new print of known terms: other numbers or countries in the same words are no
text of the known version.
"""

from __future__ import annotations

import hashlib
import tomllib
import zipfile
from pathlib import Path

import pytest

from licensescan.classifier.classify import classify_bytes
from licensescan.classifier.new_prints import with_new_prints
from licensescan.model.kinds import MatchKind
from licensescan.model.texts import (
    NOASSERTION,
    Clause,
    Detection,
    Difference,
    Expression,
    Match,
    Terms,
)

CORPUS = Path(__file__).parents[2] / "corpus"
PINNED = tomllib.loads((CORPUS / "sources.toml").read_text("utf-8"))[
    "scancode"
]
WHEEL = Path.home() / ".cache/licensescan-corpus" / PINNED["file"]
LLAMA = "LicenseRef-scancode-llama-3.3-license-2024"


def threshold(amount: str) -> Terms:
    return Terms(
        clauses=(
            Clause(
                clause="use.threshold",
                params={"amount": amount},
                lines=(30, 34),
                quote=f"above {amount} users ask",
            ),
        )
    )


def match(expression: str, *words: str) -> Detection:
    differences = tuple(
        Difference(kind="added", lines=(31, 31), words=w, matters=False)
        for w in words
    )
    one = Match(
        expression=Expression(expression),
        kind=MatchKind.TEXT,
        lines=(1, 90),
        coverage=0.99,
        differences=differences,
    )
    return Detection(expression=Expression(expression), matches=(one,))


@pytest.mark.parametrize(
    ("expression", "words", "amount", "is_new"),
    [
        (LLAMA, "50", "50 million", True),
        (LLAMA, "", "50 million", True),
        (LLAMA, "5", "700 million", False),
        (LLAMA, "", "700 million", False),
        ("MIT", "50", "50 million", False),
    ],
)
def test_what_fills_a_slot_makes_a_new_print(
    expression: str, words: str, amount: str, is_new: bool
) -> None:
    known = match(expression, *filter(None, [words]))
    found = with_new_prints(known, lambda: threshold(amount))
    assert found.modified is is_new
    assert (found.expression == NOASSERTION) is is_new


def text_of(key: str) -> str:
    if not WHEEL.is_file():
        pytest.skip("the pinned source of the corpus is not at hand")
    assert hashlib.sha256(WHEEL.read_bytes()).hexdigest() == PINNED["sha256"]
    with zipfile.ZipFile(WHEEL) as wheel:
        name = f"licensedcode/data/licenses/{key}.LICENSE"
        whole = wheel.read(name).decode()
    return whole.split("---\n", 2)[2]


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("llama-3.3-license-2024", "700 million", "50 million"),
        ("qwen-2024", "100 million", "10 million"),
        ("hyperclova-x-seed-2025", "10 million", "1 million"),
        ("stability-ai-community-2024", "1,000,000", "250,000"),
        ("tencent-hunyuan-3d-2.0-cla", "United Kingdom", "Japan"),
        ("exaone-ai-model-1.1-nc", "Republic of Korea", "State of Texas"),
    ],
)
def test_a_known_text_with_another_value(key: str, old: str, new: str) -> None:
    text = text_of(key)
    assert old in text
    known = classify_bytes(text.encode(), "LICENSE")
    changed = classify_bytes(text.replace(old, new).encode(), "LICENSE")
    assert not known.detection.modified
    assert changed.detection.modified
