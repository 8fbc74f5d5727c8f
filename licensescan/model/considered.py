"""
What `--why` shows: each thing that was considered, where, and why it counts or
not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from licensescan.model.reasons import Reason

Kind = Literal[
    "name",
    "tag",
    "row",
    "section",
    "rider",
    "clause",
    "text",
    "field",
    "header",
    "statement",
    "part",
    "file",
]
"""
What was considered: words that name a license (`name`, `tag`, `row` of a
list), a row that may begin a `section` about a part, words beside a license
(`rider`), a `clause`; a whole `text`, a `field`, the `header` of source files,
a `statement` of a README, a `part`; a `file` that is left out.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """
    One thing that was considered, and the `reason` why it counts (`kept`) or
    not.

    `expression`, `clause` or `part` is what it was read as, `quote` is cut
    from the text at `path` and `lines` (from 1). `about` names the part that
    was being concluded, "" for the component itself.
    """

    kind: Kind
    path: str = ""
    lines: tuple[int, int] | None = None
    quote: str = ""
    expression: str = ""
    clause: str = ""
    part: str = ""
    about: str = ""
    kept: bool = True
    reason: Reason = Reason.STANDS
