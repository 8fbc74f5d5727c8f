"""
What stands in the sentences of a license that give a right is read word by
word; what stands elsewhere is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from licensescan.base import toml
from licensescan.classifier.detection import detect
from licensescan.classifier.identify.granted import Change, is_harmless
from licensescan.classifier.identify.store import store
from licensescan.model.texts import NOASSERTION
from tests.known_texts import texts

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
sys.path.insert(0, str(CORPUS))

import grants  # noqa: E402

TABLE = toml.loads(
    (CORPUS.parent / "rules" / "identify" / "harmless.toml").read_bytes(),
    label="harmless.toml",
)


def edited(license_: str, old: str, new: str) -> str:
    text = " ".join(texts()[license_].split())
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("license_", "old", "new"),
    [
        ("MIT", "to any person", "to any student"),
        ("MIT", "to any person", "to any person in Europe"),
        (
            "MIT",
            "hereby granted, free",
            "hereby granted for thirty days, free",
        ),
        ("MIT", "merge, publish, ", ""),
        ("MIT", " sublicense,", ""),
        ("MIT", "free of charge, ", ""),
        ("MIT", "without restriction", "without resale"),
        ("MIT", "do so, subject", "do so at home, subject"),
        ("MIT", "Permission is", "Permission once is"),
        ("MIT", "Permission is", "\n\nFor students, permission is"),
        ("MIT", "Permission is", "\n\nNo permission is"),
        ("MIT", "Permission is hereby", "\n\nThus no permission is"),
        ("ISC", "for any purpose", "for any private purpose"),
        ("ISC", "with or without fee", "without fee"),
        ("BSD-3-Clause", "source and binary forms", "binary forms"),
        ("BSD-3-Clause", ", with or without modification,", ","),
        ("BSD-3-Clause", "Redistribution and use", "Use"),
        ("Apache-2.0", "perpetual, worldwide,", "worldwide,"),
        ("Apache-2.0", "hereby grants to You", "hereby grants to schools"),
        ("Apache-2.0", "and in Source or Object form, prov", "prov"),
    ],
)
def test_a_grant_with_other_words_is_another_license(
    license_: str, old: str, new: str
) -> None:
    found = detect(edited(license_, old, new))
    assert (found.expression, found.modified) == (NOASSERTION, True)


@pytest.mark.parametrize(
    ("license_", "old", "new"),
    [
        ("MIT", "furnished", "fur nished"),
        ("MIT", "sublicense", "sub-license"),
        ("MIT", "obtaining", "obtainning"),
        ("MIT", "to use, copy", "to use, use, copy"),
        ("MIT", "and/or sell", "and sell"),
        ("MIT", "publish, distribute", "publish, perform, distribute"),
        ("MIT", "of this software and", "of this program and"),
        ("BSD-3-Clause", "are permitted", "is permitted"),
        ("BSD-3-Clause", "and use in", "and use of Fitterlib in"),
    ],
)
def test_a_grant_that_gives_the_same_is_the_license(
    license_: str, old: str, new: str
) -> None:
    found = detect(edited(license_, old, new))
    assert (found.expression, found.modified) == (license_, False)


def test_missing_acts_are_named() -> None:
    found = detect(edited("MIT", " sublicense,", ""))
    assert [d.words for d in found.matches[0].differences] == ["sublicense"]


@pytest.mark.parametrize("row", TABLE["change"], ids=lambda r: r["example"])
def test_a_row_is_harmless_behind_its_words_alone(
    row: dict[str, str | list[str]],
) -> None:
    index = store()

    def coded(words: object) -> str:
        return "".join(map(index.code, str(words).split()))

    def after(word: str) -> bool:
        change = Change(
            missing=coded(row["missing"]),
            added=coded(row["added"]),
            before=coded(word),
        )
        return is_harmless(change, index)

    wanted = list(row["after"])
    assert all(map(after, wanted or ["forms"]))
    assert not wanted or not after("forms")


def test_conditions_bans_and_meanings_are_no_grants() -> None:
    text = (
        "You may copy and use the fitter, provided that you keep this notice. "
        "You may not sell the fitter. You must pass on all copies. "
        '"You" means who may use the fitter.'
    )
    spans = [text[start:end] for start, end in grants.spans(text)]
    assert spans == ["You may copy and use the fitter, "]
