"""
What one text says, as values: apart from `types`, since a dataclass costs
three quarters of a millisecond to make, and `classify` needs these ten alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NewType

from licensescan.model.kinds import ClauseBasis, MatchKind, RuleId

LicenseId = NewType("LicenseId", str)
"""
One SPDX license id or `LicenseRef-*` in its canonical spelling; a plain `str`
has not been checked yet.
"""

Expression = NewType("Expression", str)
"""
An SPDX license expression in normal spelling, or `NOASSERTION` or `NONE`.
"""

NOASSERTION = Expression("NOASSERTION")
"""There is evidence, and it could not be decided."""

NONE = Expression("NONE")
"""Looked, and there is no evidence."""

Commercial = Literal["allowed", "conditional", "prohibited", "unknown"]
Grant = Literal[
    "none", "implicit", "express", "ip", "disclaimed", "file", "unknown"
]
Strength = Literal["work", "grantor", "broad", "ip"]
Copyleft = Literal[
    "none",
    "file",
    "module",
    "library",
    "adaptation",
    "work",
    "network",
    "service",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Something that was met while reading and that a report must say; `rule` is
    the rule that it raises. `readings` are the licenses between which it
    leaves open which one holds, as far as all of them are known: none where
    one is only words. `shade` says in a word why it is a question, and no
    answer: a policy may refine its verdict by it.
    """

    rule: RuleId
    path: str
    message: str
    readings: tuple[Expression, ...] = ()
    shade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    Words that a text has more (`added`, quoted) or less (`missing`, named if
    known) than the license it matches.
    """

    kind: Literal["added", "missing"]
    lines: tuple[int, int]
    words: str
    matters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    One license found in a text: its expression, where (`lines` count from 1),
    and how far the words agree.

    `part` names what the license is about when the file itself says that it is
    something else than the component (a stanza, a "the following applies to"
    section); else None.
    """

    expression: Expression
    kind: MatchKind
    lines: tuple[int, int]
    coverage: float
    differences: tuple[Difference, ...] = ()
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """
    Legal wording that no known license accounts for; `part` as in `Match`.
    """

    lines: tuple[int, int]
    words: int
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """
    Words of a file with a known license that this does not account for, `said`
    in lower case; `told` if they may limit what is given, which harmless ones
    (titles, credits, pointers) do not. `part` as in `Match`.
    """

    lines: tuple[int, int]
    said: str
    told: bool
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """
    What a text is: `expression` sums up the matches that belong to the
    component itself (`NOASSERTION` if nothing could be decided, `NONE` if
    there is no license in it); `modified` says that a known text was changed
    in words that matter. `obfuscated` says that invisible or look-alike
    characters had to be undone. `exceptions` are those to a license that is
    not in the text: alone they give nothing. `residue` is what is left over.
    """

    expression: Expression
    modified: bool = False
    obfuscated: bool = False
    matches: tuple[Match, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    exceptions: tuple[Match, ...] = ()
    residue: tuple[Residue, ...] = ()

    def with_changed(self, matches: Sequence[Match]) -> Detection:
        """
        Return this with `matches`, some of which turned out to be changed in
        words that matter: nothing is decided then.
        """
        if tuple(matches) == self.matches:
            return self
        return replace(
            self,
            expression=NOASSERTION,
            modified=True,
            matches=tuple(matches),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """
    One thing that a text provides, in the taxonomy of `docs/clauses.md`, e.g.
    `use.noncommercial`.

    `quote` is cut word for word from the text at `lines`; `lead` is the
    lead-in of the list that it is an item of ("You may not:"), in single
    spaces. `section` is the section of a known license.
    """

    clause: str
    params: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    lines: tuple[int, int] | None = None
    quote: str | None = None
    lead: str = ""
    confidence: float = 1.0
    basis: ClauseBasis = ClauseBasis.RULE
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retaliation:
    """
    What ends rights when the licensee sues: how far the trigger reaches
    (`strength`) and what ends (`effect`).
    """

    strength: Strength
    effect: Literal["patent", "all"]
    trigger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patent:
    """The patent terms of one license or of a whole component."""

    grant: Grant = "unknown"
    retaliation: Retaliation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    What a license or a text means for patents, commerce and sharing;
    `incomplete` = some terms are not at hand.
    """

    patent: Patent = field(default_factory=Patent)
    commercial: Commercial = "unknown"
    copyleft: Copyleft = "none"
    clauses: tuple[Clause, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFact:
    """
    What one license says: from `rules/licenses/<id>.toml` (`basis` `fact`),
    from its text as clause analysis read it when this version was made
    (`reading`), or coarsely from ScanCode's category (`category`).
    """

    id: LicenseId
    name: str
    summary: str = ""
    source: str = ""
    category: str = ""
    basis: Literal["fact", "reading", "category"] = "fact"
    terms: Terms = field(default_factory=Terms)
    patent_from: str = ""
    patent_scope: str = ""
    patent_section: str = ""
    obligations: tuple[str, ...] = ()
    text_sha256: str = ""
    """Of the text that the sheet was read against; "" if nobody did."""
    text_date: str = ""
    unread: str = ""
    """Why nobody read the sheet against the text; "" where that is not said."""
