"""
Every reason has an id and one line of meaning, and is the reason of something.
"""

from __future__ import annotations

import re
from pathlib import Path

import licensescan
from licensescan.model.reasons import Reason

SOURCES = [
    path
    for path in Path(licensescan.__file__).parent.rglob("*.py")
    if path.name != "reasons.py"
]


def test_ids_are_unique_and_in_kebab_case() -> None:
    ids = [reason.id for reason in Reason]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", each) for each in ids)


def test_each_has_one_line_of_meaning() -> None:
    for reason in Reason:
        assert 15 <= len(reason.meaning) <= 100, reason
        assert reason.meaning[-1] != "."


def test_each_is_the_reason_of_something() -> None:
    used = set()
    for path in SOURCES:
        used |= set(
            re.findall(r"\bReason\.([A-Z_]+)\b", path.read_text("utf-8"))
        )
    assert used == {reason.name for reason in Reason}
