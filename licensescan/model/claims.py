"""
What one sentence says of whom: a claim is a subject, a mood and a license.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from licensescan.model.texts import NOASSERTION, Expression


class Subject(Enum):
    """Whom a sentence about licensing speaks of."""

    OWN = "own"
    FILE = "file"
    WEIGHTS = "weights"
    DATA = "data"
    DOCS = "docs"
    PART = "part"
    NAMED = "named"
    OTHER = "other"
    UNSAID = "unsaid"


class Mood(Enum):
    """How a sentence speaks of a license: only `GRANTED` gives it."""

    GRANTED = "granted"
    DENIED = "denied"
    PAST = "past"
    FUTURE = "future"
    OFFERED = "offered"
    COMPARED = "compared"
    EXAMPLE = "example"
    REQUIRED = "required"
    MENTIONED = "mentioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One sentence, or clause of one, that speaks of licensing.

    `name` is what a part is called; `expression` is `NOASSERTION` where no
    license is named that is known, and `terms` the name of one that nobody
    knows. `start` and `end` are offsets in the text as given, `lines` count
    from 1, and `rule` is the row of `rules/statements` that decided. One that
    `leads` ends with a colon: what it gives follows; one that is `limited`
    says beside a name that commerce is not free, and one that `is_exact` has
    its version in words before the name.
    """

    subject: Subject
    mood: Mood
    start: int
    end: int
    lines: tuple[int, int]
    name: str = ""
    expression: Expression = NOASSERTION
    terms: str = ""
    rule: str = ""
    leads: bool = False
    limited: bool = False
    is_exact: bool = False

    @property
    def is_quiet(self) -> bool:
        """Return True if nothing may be heard of it at the gate."""
        return self.mood is not Mood.GRANTED or self.subject is Subject.OTHER
