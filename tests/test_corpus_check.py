"""
A sample of `make corpus-check`: texts of the pinned wheel are detected as
themselves, and not with words put in.
"""

from __future__ import annotations

import os
import random
import sys
import tomllib
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
SEED, SAMPLE = 3, 40


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    """
    What `sources.toml` says of the wheel; skips when the wheel is not in the
    cache.
    """
    found: dict[str, str] = tomllib.loads(
        (CORPUS / "sources.toml").read_text("utf-8")
    )["scancode"]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    wheel = cache / "licensescan-corpus" / found["file"]
    if not wheel.exists():
        pytest.skip("the pinned wheel is not there; `make corpus` fetches it")
    return {**found, "wheel": str(wheel)}


def test_a_sample_of_licenses_is_detected_as_itself(
    pinned: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(CORPUS), *sys.path])
    import check
    from scancode import entries

    licenses = list(
        entries(
            Path(pinned["wheel"]),
            "licenses",
            ".LICENSE",
            sha256=pinned["sha256"],
        )
    )
    texts = check.texts(licenses, pinned["fragments"])
    wrong = check.check(random.Random(SEED).sample(texts, SAMPLE), SEED)
    assert {
        name: len(keys)
        for name, keys in wrong.items()
        if len(keys) > SAMPLE // 20
    } == {}


@pytest.mark.parametrize(
    "change", ["rewrapped", "commented", "untitled", "reheld"]
)
def test_a_change_of_layout_leaves_the_words(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(CORPUS), *sys.path])
    import check

    from licensescan.classifier.identify.words import words

    own = "The Sample License\n\nCopyright (c) 2011 Somebody\n\nYou may use, copy and keep this work as you like,\n"
    own += "provided that this notice stays with it.\n\nThere is no promise that the work is good for anything.\n"
    changed = getattr(check, change)(own, random.Random(SEED))
    assert changed != own
    kept = words(changed, str, {}).plain
    assert kept[-20:] == words(own, str, {}).plain[-20:]
