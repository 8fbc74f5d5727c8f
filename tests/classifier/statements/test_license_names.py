"""Names of licenses that a pattern tells within sentences."""

import pytest

from licensescan.classifier.statements.license_names import license_names


@pytest.mark.parametrize(
    "sentence, license_",
    [
        ("공공누리 제1유형에 따라", "LicenseRef-KOGL-Type-1"),
        ("공공누리의 제 3유형에 따라", "LicenseRef-KOGL-Type-3"),
        ("공공누리(KOGL) 제4유형: 출처표시", "LicenseRef-KOGL-Type-4"),
        ("KOGL(공공누리) Type 2 라이선스", "LicenseRef-KOGL-Type-2"),
        ("공공누리 유형1 라이선스", "LicenseRef-KOGL-Type-1"),
        ("AI Hub 이용정책을 따릅니다", "LicenseRef-AI-Hub"),
        ("AI 허브의 데이터 이용약관", "LicenseRef-AI-Hub"),
        ("under the AI-Hub usage policy", "LicenseRef-AI-Hub"),
    ],
)
def test_shaped_names(sentence: str, license_: str) -> None:
    names = license_names(sentence, 0, len(sentence))
    assert [str(name.expression) for name in names] == [license_]


@pytest.mark.parametrize(
    "sentence",
    [
        "공공누리 데이터 2개를 모았습니다",
        "공공누리 2024년 통계",
        "AI Hub에서 내려받은 데이터",
    ],
)
def test_what_only_looks_like_one(sentence: str) -> None:
    names = license_names(sentence, 0, len(sentence))
    assert not [n for n in names if "LicenseRef" in str(n.expression)]
