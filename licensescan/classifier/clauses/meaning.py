"""
Say what a list of clauses means for patents, commerce and sharing (the mapping
in `docs/clauses.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.clauses.detector import Hit, Spot
from licensescan.classifier.clauses.patents import Suit, farthest, suit
from licensescan.classifier.clauses.words import has
from licensescan.classifier.document.languages import ENGLISH, language_of
from licensescan.classifier.document.sentences import Sentence, sentences
from licensescan.model.texts import (
    Clause,
    Commercial,
    Copyleft,
    Grant,
    Patent,
    Retaliation,
    Terms,
)
from licensescan.rulebook.terms import (
    CONDITIONS,
    COPYLEFT,
    FORBIDDING,
    forbids,
)


class FoundClause(NamedTuple):
    """A clause with the sentence in which it was found, and by what."""

    sentence: Sentence
    hit: Hit
    clause: Clause

    @property
    def spot(self) -> Spot:
        """Return what a trace calls it."""
        return self.sentence, self.clause.clause


_GRANTING = frozenset({"patent.grant", "patent.grant_ip", "patent.covenant"})
_GRANTS: tuple[tuple[str, Grant], ...] = (
    ("patent.grant", "express"),
    ("patent.covenant", "express"),
    ("patent.by_reference", "express"),
    ("patent.grant_ip", "ip"),
    ("patent.disclaimed", "disclaimed"),
    ("patent.passthrough", "implicit"),
)
"""Clauses and the grant that the first of them makes."""

_OF_FILES = frozenset({"patent.grant", "patent.covenant"})
"""Those that may stand in a file beside a license, as an additional grant."""

_INCOMPLETE = frozenset({"risk.incorporated_policy", "patent.by_reference"})
"""Clauses by which terms stand elsewhere."""

_ADDITIONAL = Regex(
    r"\badditional (?:\w+ ){0,3}(?:grant|rights)\b.{0,40}\b(?:patents?|ip|intellectual)",
    re.DOTALL,
)
_ADDITIONAL_WITHIN = 2_000
"""Characters in which a file calls itself an additional grant."""

_FOR_SOME = frozenset({"use.threshold"})
"""Clauses that limit commerce for some, and leave it to the others."""

_COPY = Regex(
    r"\bcopyright license\b|\bpermission (?:is|to)\b|\bredistribution\b|\breproduce\b"
)
_READ_WHOLE = ("", ENGLISH)
"""
Languages in which what was not found is not said; of others a few ideas are
read.
"""

_PART = "part"
_CARVE_OUT = 700
"""
Characters behind a retaliation in which the next sentence may take a defensive
suit out of it.
"""

_LONGEST = 1_200
"""Characters of a quote."""

_SURE, _UNSURE = 0.9, 0.8
"""
How sure it is that a text says nothing on patents, and when it has the word
all the same.
"""


def terms(
    found: Sequence[FoundClause],
    text: str,
    *,
    complete: bool,
    is_commercial: bool = False,
    is_for_all_ends: bool = False,
) -> Terms:
    """
    Return the terms that the clauses found in `text` come to; silence on
    patents is a finding of a complete text only. `is_commercial` says that a
    sentence allows commerce: what limits it elsewhere is a condition.
    `is_for_all_ends` says that one gives the work for all ends: where nothing
    limits that, commerce is allowed.
    """
    low = text.lower()
    is_read = complete and language_of(text) in _READ_WHOLE
    is_whole = is_read and bool(text.strip())
    clauses = _with_extents(found)
    names = {c.clause for c in clauses if c.params.get("extent") != _PART}
    grant = _grant(names, low)
    suits = list(_suits(found, text, patent_file=grant == "file"))
    for number, read in suits:
        clauses[number] = replace(clauses[number], params=read.params)
    retaliation = _retaliation(clauses, suits)
    if grant == "none" and is_whole and not _disclaims(clauses):
        _insert(clauses, _without_grant(text, found))
    return Terms(
        patent=Patent(
            grant="unknown" if grant == "none" and not is_read else grant,
            retaliation=retaliation,
        ),
        commercial=_commercial(
            found,
            names,
            is_whole=is_whole or is_commercial or is_for_all_ends,
            is_commercial=is_commercial,
        ),
        copyleft=_copyleft(names),
        clauses=tuple(clauses),
        incomplete=not names.isdisjoint(_INCOMPLETE),
    )


def _disclaims(clauses: Iterable[Clause]) -> bool:
    return any(clause.clause == "patent.disclaimed" for clause in clauses)


def _without_grant(text: str, found: Sequence[FoundClause]) -> Clause:
    """
    Return the clause of a text that grants no patents in words: it is silent,
    names them all the same, or says what was not understood.
    """
    if not has("patents", text.lower()):
        return Clause(clause="patent.silent", confidence=_SURE)
    read = {
        sentence.start
        for sentence, _, clause in found
        if clause.clause.startswith("patent.")
    }
    named = [
        sentence
        for sentence in sentences(text, _names_patents)
        if has("patents", sentence.text[sentence.own :])
        and not has("patents_in_passing", sentence.text)
    ]
    unread = [s for s in named if s.start not in read and _may_license(s)]
    if not named:
        return Clause(clause="patent.silent", confidence=_UNSURE)
    name = "patent.unclear" if unread else "patent.named"
    first = (unread or named)[0]
    line = text.count("\n", 0, first.start) + 1
    last = line + text.count("\n", first.start, first.end)
    return Clause(
        clause=name,
        confidence=_UNSURE,
        lines=(line, last),
        quote=text[first.start : first.end][:_LONGEST],
    )


def _insert(clauses: list[Clause], clause: Clause) -> None:
    """Put a clause where its words stand; one without words goes last."""
    at = len(clauses)
    if clause.lines:
        later = (
            number
            for number, other in enumerate(clauses)
            if other.lines and other.lines > clause.lines
        )
        at = next(later, at)
    clauses.insert(at, clause)


def _names_patents(_: str, paragraph: str) -> bool:
    return has("patents", paragraph.lower())


def _may_license(sentence: Sentence) -> bool:
    """Return True if a sentence may be a license that nobody understood."""
    text = sentence.text
    return has("patents_licensed", text) and not has("patents_of_others", text)


def _with_extents(found: Sequence[FoundClause]) -> list[Clause]:
    """
    Return the clauses, disclaimers of patents with their extent: of a named
    field only it says nothing of the work; "no other patent rights" takes
    nothing from the grant beside it.
    """
    grants = any(clause.clause in _GRANTING for _, _, clause in found)
    residual = "residual" if grants else ""
    clauses = []
    for sentence, _, clause in found:
        extent = ""
        if clause.clause == "patent.disclaimed":
            extent = _PART if has("partly", sentence.text) else residual
        if extent:
            clause = replace(
                clause, params={**clause.params, "extent": extent}
            )
        clauses.append(clause)
    return clauses


def _suits(
    found: Sequence[FoundClause],
    text: str,
    *,
    patent_file: bool,
) -> Iterator[tuple[int, Suit]]:
    """Yield the suits that end rights, each with the number of its clause."""
    for number, (sentence, _, clause) in enumerate(found):
        read = None
        if clause.clause == "patent.retaliation":
            after = text[sentence.end : sentence.end + _CARVE_OUT]
            read = suit(sentence, after, patent_file=patent_file)
        elif clause.clause == "patent.no_suit_condition":
            read = suit(_without_lead(sentence), patent_file=False)
        if read is not None:
            yield number, read


def _without_lead(sentence: Sentence) -> Sentence:
    """Return a sentence without the lead-in of its list."""
    own = sentence.own
    return replace(
        sentence,
        text=sentence.text[own:],
        said=sentence.said[own:],
        own=0,
    )


def _retaliation(
    clauses: Sequence[Clause],
    suits: Sequence[tuple[int, Suit]],
) -> Retaliation | None:
    """
    Return how far retaliation reaches: that of a condition only without
    another.
    """
    for name in ("patent.retaliation", "patent.no_suit_condition"):
        reach = farthest(
            read for n, read in suits if clauses[n].clause == name
        )
        if reach is not None:
            return reach
    return None


def _grant(names: set[str], low: str) -> Grant:
    """
    Return what the clauses grant on patents: in the license, or in a file of
    its own.
    """
    head = low[:_ADDITIONAL_WITHIN]
    for clause, grant in _GRANTS:
        if clause not in names:
            continue
        if clause not in _OF_FILES:
            return grant
        is_file = _ADDITIONAL.search(head) and not _COPY.search(low)
        return "file" if is_file else grant
    return "none"


def _commercial(
    found: Sequence[FoundClause],
    names: set[str],
    *,
    is_whole: bool,
    is_commercial: bool,
) -> Commercial:
    """Return what the clauses leave of commercial use."""
    if any(forbids(clause) for _, _, clause in found):
        # A limit for some (by size or revenue) beside free use for
        # non-commercial ends, and commerce that is free after a registration:
        # commerce has a condition.
        has_limit = not names.isdisjoint(_FOR_SOME)
        is_limited = is_commercial or (has_limit and not _bars(found))
        return "conditional" if is_limited else "prohibited"
    if any(name.startswith("use.") for name in names) or names & CONDITIONS:
        return "conditional"
    if any(_is_use_policy(clause) for _, _, clause in found):
        return "conditional"
    return "allowed" if is_whole else "unknown"


def _bars(found: Iterable[FoundClause]) -> bool:
    """Return True if commerce is forbidden outright."""
    return any(
        clause.clause in FORBIDDING and hit.mode in ("ban", "agent")
        for _, hit, clause in found
    )


def _is_use_policy(clause: Clause) -> bool:
    """Return True if a clause points to a list of forbidden uses elsewhere."""
    if clause.clause != "risk.incorporated_policy":
        return False
    target = clause.params.get("target", "").lower()
    return " use" in target or target == "aup"


def _copyleft(names: set[str]) -> Copyleft:
    """
    Return how far what is shared must reach: the farthest of all clauses.
    """
    reached = [kind for kind in COPYLEFT if f"copyleft.{kind}" in names]
    return reached[-1] if reached else "none"
