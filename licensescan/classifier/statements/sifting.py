"""
What the sifting of mentions is asked about: one text, and how far it has been
sifted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.words import Words

SHORT = 12
"""
Patterns of fewer words are mentions: they count outside of settled texts only.
"""

_DATED = Regex(
    r"(?m)^(?: -- \S.{2,80}<\S+@\S+>  |[\w.+-]{2,40} \([\w.:~+-]+\) [\w-]+; urgency="
    r"|(?:19|20)\d\d-\d\d-\d\d[ \t]{1,4}\S[^<\n]{2,60}<"
    r"|\#{0,4}[ ]?(?:Version|Release|v)?[ ]?\[?\d+\.\d+(?:\.\d+)*\S*[ \t]{1,3}[-(\u2013:]?[ \t]?\(?"
    r"(?:19|20)\d\d-\d\d-\d\d|\d+\.\d+(?:\.\d+)* \(\w{3,9} \d\d?, (?:19|20)\d\d\))"
)
_ENTRIES, _CHRONICLE_ROWS, _HISTORY_ROWS = 3, 12, 2_000
"""So many dated entries make a history; so many rows are looked at."""


@dataclass(slots=True, kw_only=True)
class Sifting:
    """
    What the rows of the table are asked about: a text with all that was
    recognised in it, and how far its sifting has come.

    `texts` are the license texts among `found`, `tagged` the lines with a tag.
    With `is_settled` there are texts, or so many unknown words of terms that a
    name among them is no grant. `kept` is what counts so far, `before` the
    last of it as it was found.
    """

    found: Sequence[Occurrence]
    held: Words
    known: Store
    texts: Sequence[Occurrence]
    tagged: Collection[int]
    is_settled: bool
    kept: list[Occurrence] = field(default_factory=list)
    before: Occurrence | None = None
    _is_history: bool | None = None

    @property
    def is_history(self) -> bool:
        """
        Return True if the text is a history of changes; it is looked at once.
        """
        if self._is_history is None:
            self._is_history = _is_chronicle(self.held.rows)
        return self._is_history

    def row(self, one: Occurrence) -> str:
        """Return the row in which `one` begins."""
        return self.held.rows[self.held.line(one.start) - 1]


def _is_chronicle(rows: Sequence[str]) -> bool:
    """
    Return True for a history of changes: what it says of a license was so
    once.
    """
    if len(rows) < _CHRONICLE_ROWS:
        return False
    dated = _DATED.finditer("\n".join(rows[:_HISTORY_ROWS]))
    return sum(1 for _ in islice(dated, _ENTRIES)) == _ENTRIES
