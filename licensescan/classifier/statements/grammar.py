"""
The grammar of statements, read from `rules/statements/*.toml`: how a sentence
speaks of a license, whether it gives it, and to what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from licensescan.base.installation import read_data
from licensescan.base.lazy_regex import Regex
from licensescan.base.patterns import Pattern
from licensescan.base.toml import loads
from licensescan.model.claims import Mood, Subject

NAME = "LICENSE"
"""Stands for each name of a license in the words that rows are asked of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One row of the grammar, with sentences that it holds for (`fires`) and that
    it does not (`silent`).
    """

    id: str
    pattern: Pattern
    fires: Sequence[str] = ()
    silent: Sequence[str] = ()

    def holds(self, words: str) -> bool:
        """Return True if the row holds for a clause."""
        return self.pattern.holds(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodRow(Row):
    """
    A row by which a license is spoken of, and not given. One of the `whole`
    sentence is asked of that; with `after`, the first name stands. One that
    `frees` says that nothing is withheld.
    """

    mood: Mood
    whole: bool = False
    after: bool = False
    frees: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRow(Row):
    """A row by which the words before a verb name a kind of subject."""

    kind: Subject


@cache
def moods() -> tuple[MoodRow, ...]:
    """Return the rows of `moods.toml`, in the order of asking."""
    return tuple(
        MoodRow(
            **_row(row),
            mood=Mood(row["mood"]),
            whole=row.get("whole", False),
            after=row.get("after", False),
            frees=row.get("frees", False),
        )
        for row in _load("moods")["mood"]
    )


@cache
def grants() -> tuple[Row, ...]:
    """Return the rows of `grants.toml`, in the order of asking."""
    return tuple(Row(**_row(row)) for row in _load("grants")["grant"])


@cache
def subjects() -> tuple[SubjectRow, ...]:
    """Return the rows of `subjects.toml`, in the order of asking."""
    return tuple(
        SubjectRow(
            **_row(row | {"id": row["kind"]}), kind=Subject(row["kind"])
        )
        for row in _load("subjects")["subject"]
    )


@cache
def verb() -> Regex:
    """Return what ends the words that name a subject."""
    return Regex(_load("subjects")["verb"])


@cache
def of_subjects(name: str) -> Regex:
    """Return a pattern of `subjects.toml` that stands by itself."""
    return Regex(_load("subjects")[name])


@cache
def words(name: str) -> Pattern:
    """Return a table of `words.toml` as one pattern."""
    return Pattern(*_load("words")[name])


def _row(row: dict[str, Any]) -> dict[str, Any]:
    between = _load("grants")["of"]
    written = (p.replace("{of}", between) for p in row["patterns"])
    return {
        "id": row["id"],
        "pattern": Pattern(*written),
        "fires": tuple(row.get("fires", ())),
        "silent": tuple(row.get("silent", ())),
    }


@cache
def _load(name: str) -> dict[str, Any]:
    data = read_data("rules", "statements", f"{name}.toml")
    return loads(data, label=f"{name}.toml")
