"""Which bans in a comment are about the file, and not about what code does."""

from __future__ import annotations

import pytest

from licensescan.rulebook.standing import limits_its_file


@pytest.mark.parametrize(
    "ban",
    [
        "You may not use it for surveillance or for weapons.",
        "You must not use this build in a live operating environment.",
        "Competitors of the firm may not use the engine.",
        "SaaS use is excluded.",
        "No fee may be charged for passing it on.",
        "You may install the extension to use solely with the editor.",
        "Das Modell darf nicht verkauft werden.",
        "이 파일의 상업적 이용을 금지합니다.",
        "本文件禁止用于商业用途。",
    ],
)
def test_a_ban_limits_its_file(ban: str) -> None:
    assert limits_its_file(ban)


@pytest.mark.parametrize(
    "prose",
    [
        "Typically these classes will only be used by the protocol.",
        "It can only be used with the old loader.",
    ],
)
def test_prose_about_code_limits_nothing(prose: str) -> None:
    assert not limits_its_file(prose)
