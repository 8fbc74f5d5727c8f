"""
What a list of clauses means for patents, commerce and sharing (the mapping in
`docs/clauses.md`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.clauses.detectors import Hit
from licensescan.classifier.clauses.patents import Suit, farthest, suit
from licensescan.classifier.clauses.words import words
from licensescan.classifier.document.sentences import Sentence
from licensescan.model.texts import Clause, Commercial, Copyleft, Grant, Patent, Terms
from licensescan.rulebook.terms import CONDITIONS, FORBIDDING, forbids

Found = tuple[Sentence, Hit, Clause]

GRANTING = frozenset({"patent.grant", "patent.grant_ip", "patent.covenant"})
_COPYLEFT: tuple[Copyleft, ...] = (
    "none",
    "file",
    "library",
    "work",
    "network",
    "service",
)
_ADDITIONAL = Regex(
    r"\badditional (?:\w+ ){0,3}(?:grant|rights)\b.{0,40}\b(?:patents?|ip|intellectual)",
    re.DOTALL,
)
_COPY = Regex(
    r"\bcopyright license\b|\bpermission (?:is|to)\b|\bredistribution\b|\breproduce\b"
)
_PART = "part"
_CARVE_OUT = 700
"""
Characters behind a retaliation in which the next sentence may take a defensive suit out
of it.
"""


def terms(found: Sequence[Found], text: str, *, complete: bool) -> Terms:
    """
    The terms that the clauses found in `text` come to; silence on patents is a finding
    of a complete text only.
    """
    granting = any(clause.clause in GRANTING for _, _, clause in found)
    clauses = [
        _disclaimer(c, s, granting=granting) if c.clause == "patent.disclaimed" else c
        for s, _, c in found
    ]
    names = {c.clause for c in clauses if c.params.get("extent") != _PART}
    low = text.lower()
    incomplete = bool(names & {"risk.incorporated_policy", "patent.by_reference"})
    grant = _grant(names, low)
    if grant == "none" and not complete:
        grant = "unknown"
    elif (
        grant == "none"
        and complete
        and text.strip()
        and all(c.clause != "patent.disclaimed" for c in clauses)
    ):
        clauses.append(
            Clause(
                clause="patent.silent", confidence=0.9 if "patent" not in low else 0.8
            )
        )
    suits: dict[str, list[Suit]] = {
        "patent.retaliation": [],
        "patent.no_suit_condition": [],
    }
    for place, (sentence, _, clause) in enumerate(found):
        if read := _suit(sentence, clause, text, patent_file=grant == "file"):
            suits[clause.clause].append(read)
            clauses[place] = replace(clauses[place], params=read.params)
    hit = farthest(suits["patent.retaliation"]) or farthest(
        suits["patent.no_suit_condition"]
    )
    return Terms(
        patent=Patent(grant=grant, retaliation=hit),
        commercial=_commercial(found, names, complete=complete and bool(text.strip())),
        copyleft=_copyleft(names, low),
        clauses=tuple(clauses),
        incomplete=incomplete,
    )


def _suit(
    sentence: Sentence, clause: Clause, text: str, *, patent_file: bool
) -> Suit | None:
    if clause.clause == "patent.retaliation":
        return suit(
            sentence,
            text[sentence.end : sentence.end + _CARVE_OUT],
            patent_file=patent_file,
        )
    if clause.clause == "patent.no_suit_condition":
        own = replace(
            sentence,
            text=sentence.text[sentence.own :],
            said=sentence.said[sentence.own :],
            own=0,
        )
        return suit(own, patent_file=False)
    return None


def _disclaimer(clause: Clause, sentence: Sentence, *, granting: bool) -> Clause:
    """
    A disclaimer with its extent: of a named field only it says nothing of the work; "no
    other patent rights" takes nothing from the grant beside it.
    """
    extent = (
        _PART
        if words("partly").search(sentence.text)
        else "residual"
        if granting
        else ""
    )
    return (
        replace(clause, params={**clause.params, "extent": extent})
        if extent
        else clause
    )


def _grant(names: set[str], low: str) -> Grant:
    if names & {"patent.grant", "patent.covenant"}:
        return (
            "file"
            if _ADDITIONAL.search(low[:2_000]) and not _COPY.search(low)
            else "express"
        )
    if "patent.by_reference" in names:
        return "express"
    if "patent.grant_ip" in names:
        return "ip"
    if "patent.disclaimed" in names:
        return "disclaimed"
    return "implicit" if "patent.passthrough" in names else "none"


def _commercial(
    found: Sequence[Found], names: set[str], *, complete: bool
) -> Commercial:
    if any(forbids(c) for _, _, c in found):
        # A limit for some (by size or revenue) beside free use for non-commercial ends:
        # commerce has a condition.
        outright = any(
            c.clause in FORBIDDING and hit.mode in ("ban", "agent")
            for _, hit, c in found
        )
        return (
            "conditional" if "use.threshold" in names and not outright else "prohibited"
        )
    if (
        any(n.startswith("use.") for n in names)
        or names & CONDITIONS
        or any(_is_use_policy(c) for _, _, c in found)
    ):
        return "conditional"
    return "allowed" if complete else "unknown"


def _is_use_policy(clause: Clause) -> bool:
    """Whether a clause points to a list of forbidden uses that stands elsewhere."""
    target = clause.params.get("target", "").lower()
    return clause.clause == "risk.incorporated_policy" and (
        " use" in target or target == "aup"
    )


def _copyleft(names: set[str], low: str) -> Copyleft:
    reached = [kind for kind in _COPYLEFT if f"copyleft.{kind}" in names]
    return reached[-1] if reached else "none"
