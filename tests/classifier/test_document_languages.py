"""
The language of a paragraph, how many words it has, and what nobody reads.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.clauses import analyse
from licensescan.classifier.document.languages import (
    count_words,
    language_of,
    languages_in,
    spoken,
    unread_paragraphs,
)
from licensescan.classifier.document.sentences import sentences

RUSSIAN = "Использование в коммерческих целях запрещено. Лицензия автора."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You may use the work for any purpose that you like.", "en"),
        ("이 소프트웨어는 MIT License 로 배포됩니다.", "ko"),
        ("本ソフトウェアは MIT License です。", "ja"),
        ("本软件采用 MIT License 发布。", "zh"),
        ("Die Software darf nicht von Dritten verkauft werden.", "de"),
        ("Le logiciel est fourni pour la recherche et les cours.", "fr"),
        ("El programa se entrega para los fines de la escuela.", "es"),
        (
            "O programa é fornecido para uso em escolas, não para os outros.",
            "pt",
        ),
        ("Il programma è fornito per gli usi della scuola e non altri.", "it"),
        (RUSSIAN, "cyrillic"),
        ("frob 1.0", ""),
    ],
)
def test_language_of(text: str, language: str) -> None:
    assert language_of(text) == language


def test_languages_in_a_text_of_several() -> None:
    assert languages_in("The code is MIT. 상업 금지") == {"ko"}
    assert languages_in("商用は禁止") == {"ja"}
    assert languages_in("商用禁止") == {"zh"}
    assert not languages_in("plain")


def test_words_are_counted_without_spaces_too() -> None:
    assert count_words("one two three") == 3
    assert count_words("本软件禁止用于商业用途") == 7
    assert count_words("상업적 이용 금지") == 5
    assert count_words("Лицензия автора") == 2


def test_what_speaks_of_terms() -> None:
    assert spoken("상업적 이용 금지") == "ko"
    assert spoken("die weitergabe ist untersagt") == "de"
    assert not spoken("you may not sell it")


def test_paragraphs_that_nobody_reads() -> None:
    assert unread_paragraphs(f"MIT License\n\n{RUSSIAN}\n") == [(3, 3)]
    assert not unread_paragraphs("Die Nutzung ist untersagt.")
    assert not unread_paragraphs("Это библиотека для работы с тензорами.")


@pytest.mark.parametrize("text", [RUSSIAN, "누구나 자유롭게 쓸 수 있습니다."])
def test_silence_in_another_language_is_no_finding(text: str) -> None:
    terms = analyse(text)
    assert terms.commercial == "unknown"
    assert terms.patent.grant == "unknown"
    assert "patent.silent" not in {c.clause for c in terms.clauses}


def test_sentences_end_without_spaces() -> None:
    read = [s.said for s in sentences("可以修改。不得商用！本软件免费")]
    assert read == ["可以修改。", "不得商用！", "本软件免费"]


def test_wide_forms_are_read_as_narrow_ones() -> None:
    wide = {
        c.clause for c in analyse("禁止用于ｃｏｍｍｅｒｃｉａｌ用途").clauses
    }
    assert "use.noncommercial" in wide
