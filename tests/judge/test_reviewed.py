"""The file that an HTML report exports: read strictly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from licensescan.judge.reviewed import SCHEMA, reviewed_in
from licensescan.model.errors import UsageError

ENTRY = {
    "id": "d-3f2a",
    "verdict": "accept",
    "reason": "bought a license",
    "until": "2027-06-30",
    "by": "Kim",
    "findings": ["f1", "f2"],
}


def document(**changed: Any) -> bytes:
    entry = {**ENTRY, **changed}
    return json.dumps({"schema": SCHEMA, "decisions": [entry]}).encode()


def test_an_entry_says_what_was_seen() -> None:
    (entry,) = reviewed_in(document(), "d.json")
    assert (entry.id, entry.verdict, entry.by) == ("d-3f2a", "accept", "Kim")
    assert str(entry.until) == "2027-06-30"
    assert entry.fingerprints == {"f1", "f2"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "is no JSON"),
        (b"[]", "no decisions of an HTML report"),
        (b'{"schema": "other"}', "no decisions of an HTML report"),
        (json.dumps({"schema": SCHEMA}).encode(), "must be a list"),
        (document(verdict="maybe"), "one of accept, reject, ask"),
        (document(reason=""), "needs a reason and an end"),
        (document(until=""), "needs a reason and an end"),
        (document(until="tomorrow"), "is no date"),
        (document(findings="f1"), "a list of fingerprints"),
        (document(by=7), "must be a text"),
    ],
)
def test_anything_else_is_refused_with_the_place(
    data: bytes, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        reviewed_in(data, "d.json")
