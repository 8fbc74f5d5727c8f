"""What a list of clauses means for patents, commerce and sharing (the mapping in `docs/clauses.md`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from licensescan.clauses.detectors import Hit
from licensescan.clauses.layout import Sentence
from licensescan.clauses.patents import retaliation
from licensescan.model import Clause, Commercial, Copyleft, Grant, Patent, Terms
from licensescan.terms import CONDITIONS, FORBIDDING, forbids

Found = tuple[Sentence, Hit, Clause]

GRANTING = frozenset({"patent.grant", "patent.grant_ip", "patent.covenant"})
_COPYLEFT: tuple[Copyleft, ...] = ("none", "file", "library", "work", "network", "service")
_ADDITIONAL = re.compile(
    r"\badditional (?:\w+ ){0,3}(?:grant|rights)\b.{0,40}\b(?:patents?|ip|intellectual)", re.DOTALL
)
_COPY = re.compile(r"\bcopyright license\b|\bpermission (?:is|to)\b|\bredistribution\b|\breproduce\b")
_ANSWERS = frozenset({"patent.grant", "patent.covenant", "patent.grant_ip", "patent.disclaimed", "patent.by_reference"})


def terms(found: Sequence[Found], text: str, *, complete: bool) -> Terms:
    """The terms that the clauses found in `text` come to; silence on patents is a finding of a complete text only."""
    clauses = [clause for _, _, clause in found]
    if {c.clause for c in clauses} & GRANTING:
        # "No other patent rights": a residual disclaimer takes nothing from the grant beside it.
        clauses = [_residual(c) if c.clause == "patent.disclaimed" else c for c in clauses]
    names = {c.clause for c in clauses}
    low = text.lower()
    incomplete = bool(names & {"risk.incorporated_policy", "patent.by_reference"})
    grant = _grant(names, low)
    if grant == "none" and not complete:
        grant = "unknown"
    elif grant == "none" and complete and text.strip():
        clauses.append(Clause(clause="patent.silent", confidence=0.9 if "patent" not in low else 0.8))
    suits = [(s.text, h.params) for s, h, c in found if c.clause == "patent.retaliation"]
    hit = retaliation(suits, patent_file=grant == "file")
    if hit is None and "patent.no_suit_condition" in names:
        quote = next(s.text[s.own :] for s, _, c in found if c.clause == "patent.no_suit_condition")
        hit = retaliation([(quote, {"trigger": quote[:240]})], patent_file=False)
    return Terms(
        patent=Patent(grant=grant, retaliation=hit),
        commercial=_commercial(found, names, complete=complete and bool(text.strip())),
        copyleft=_copyleft(names, low),
        clauses=tuple(clauses),
        incomplete=incomplete,
    )


def _residual(clause: Clause) -> Clause:
    return replace(clause, params={**clause.params, "extent": "residual"})


def _grant(names: set[str], low: str) -> Grant:
    if names & {"patent.grant", "patent.covenant"}:
        return "file" if _ADDITIONAL.search(low[:2_000]) and not _COPY.search(low) else "express"
    if "patent.by_reference" in names:
        return "express"
    if "patent.grant_ip" in names:
        return "ip"
    if "patent.disclaimed" in names:
        return "disclaimed"
    return "implicit" if "patent.passthrough" in names else "none"


def _commercial(found: Sequence[Found], names: set[str], *, complete: bool) -> Commercial:
    if any(forbids(c) for _, _, c in found):
        # A limit for some (by size or revenue) beside free use for non-commercial ends: commerce has a condition.
        outright = any(c.clause in FORBIDDING and hit.mode in ("ban", "agent") for _, hit, c in found)
        return "conditional" if "use.threshold" in names and not outright else "prohibited"
    if any(n.startswith("use.") for n in names) or names & CONDITIONS:
        return "conditional"
    return "allowed" if complete else "unknown"


def _copyleft(names: set[str], low: str) -> Copyleft:
    reached = [kind for kind in _COPYLEFT if f"copyleft.{kind}" in names]
    return reached[-1] if reached else "none"
