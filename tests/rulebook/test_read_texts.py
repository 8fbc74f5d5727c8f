"""Texts that fact sheets were read against are known by their words."""

from __future__ import annotations

from licensescan.classifier import classify
from licensescan.model.texts import Expression
from licensescan.rulebook.read_texts import (
    hash_of_words,
    read_texts,
    sheet_of,
)
from licensescan.rulebook.rulebook import load


def test_each_row_is_of_a_sheet_that_names_a_text() -> None:
    assert len(read_texts()) > 70
    for name in read_texts().values():
        fact = load().fact(name)
        assert fact, name
        assert fact.text_sha256, name


def test_marks_and_lines_make_no_other_text() -> None:
    one = "The “Model” is\n   licensed, as is."
    assert hash_of_words(one) == hash_of_words('the "model" is licensed as is')
    assert hash_of_words(one) != hash_of_words("the model is not licensed")
    assert sheet_of("nobody read this") is None


def test_a_text_of_a_sheet_is_its_license(monkeypatch: object) -> None:
    text = (
        "Terms of the laboratory\n\nOnly on Sundays may you use the model.\n"
    )
    rows = {hash_of_words(text): "LicenseRef-DINOv3"}
    monkeypatch.setattr(  # type: ignore[attr-defined]
        "licensescan.rulebook.read_texts.read_texts", lambda: rows
    )
    found = classify.classify_bytes(text.encode(), "LICENSE")
    assert found.detection.expression == Expression("LicenseRef-DINOv3")
    assert found.terms.commercial == "conditional"
    other = classify.classify_bytes(f"{text}Not you.\n".encode(), "LICENSE")
    assert other.detection.expression != "LicenseRef-DINOv3"
