"""
Name the words by which texts and names of licenses are told apart, and give
their codes in an index.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from licensescan.base.index_format import UNKNOWN
from licensescan.classifier.identify.store import Store


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


TELLING = _of(
    "0 1 2 3 4 5 6 7 8 9 10 v1 v2 v3 lesser library affero gpl lgpl agpl apache "
    "mozilla eclipse later either any only commercial noncommercial "
    "noncommercially nonprofit advertising endorse endorsement acknowledgment "
    "acknowledgement acknowledgments academic educational research evaluation "
    "patent patents attribution sharealike derivatives noderivatives nuclear "
    "military evil good not no sell sold fee charge without royalty clause "
    "network server sublicense binary source exception exclusion linking "
    "translation neither nor modified unmodified unchanged altered "
    "misrepresented python perl zlib documentation supporting hereby disclaims"
)
"""Words by which near relatives are told apart: versions, kinds, clauses."""

NUMBERS = _of("0 1 2 3 4 5 6 7 8 9 10 v1 v2 v3")
"""Words that are a version, or a piece of one."""

DEAL = _of(
    "not no none neither never only solely except unless without noncommercial "
    "nonprofit commercial commercially prohibited prohibit forbidden forbid "
    "restricted restriction research evaluation internal academic educational "
    "compete competing competitor military nuclear weapons evil hosted hosting "
    "fee royalty royalties pay payment patent patents sue litigation terminate "
    "terminated terminates revoke revocable consent approval permission "
    "sublicense resell sell sale rent lease disclose agreement purchase"
)
"""
Words that change what is allowed when they are added to a known text or taken
away.
"""

LIMITING = DEAL | _of(
    "sole exclusive exclusively exclude excluded excludes nothing nobody none "
    "cannot limited reserved evaluating evaluate trial demonstration test "
    "testing charge charged revenue profit employees users companies separate "
    "separately service services customers teaching students personal private "
    "production purposes beyond outside buy purchase military subscription"
)
"""
Those, and words that may limit what is allowed, though they occur in much that
limits nothing.
"""

VERBS = _of(
    "for use used using user uses usage purpose purposes may must shall permitted "
    "allowed granted limited solely"
)
"""Words by which a word like "research" becomes a limit."""

NAMED = _of(
    "license research academic educational internal agreement lesser affero "
    "sale purchase only"
)
"""
Words of the deal that names are made of, and that say nothing without a verb.
"""

INSTITUTIONS = _of(
    "institute institutes institution center centre foundation society "
    "laboratory laboratories council trust agency academy association "
    "organisation organization corporation school department ministry fund"
)
"""Words for what an owner is, before what it is for."""

FUNDED = _of("funding funded sponsored sponsorship supported")
"""Words about those who paid for the work."""

HOLDERS = _of(
    "the of its his her their and or by in for to copyright holder holders "
    "owner owners author authors contributor contributors project projects "
    "organization organisation company university regents institute institution "
    "foundation group team developer developers name names inc incorporated "
    "corp corporation ltd limited llc gmbh co committee consortium laboratory "
    "department trustees board college person persons party parties licensor "
    "software product package library program code work materials com org net "
    "www http https original maintainer maintainers individual individuals "
    "respective individually other others this file files these all initial"
)
"""
Words that stand where a text leaves room for the name of its owner or of its
work.
"""

NEGATIONS = _of("not no nor none neither never cannot")
"""Words that turn a sentence round."""

NEITHER = _of("neither none")
"""
Words after which one more "not" is a slip, and turns nothing round again.
"""

GIVING = _of(
    "permission permissions permitted permit permits grant grants granted "
    "redistribute redistributed redistribution distribute distributed "
    "distribution copy copies copied copying modify modified modification "
    "license licensed licenses licence licenced licensor domain dedicate "
    "dedicated waive waives waived free freely gnu gpl lgpl agpl apache rights"
)
"""
Words of which every license has one: it gives something, or names what does.
"""

GRANTING = _of("grant grants granted granting")
"""Words by which something is given, with a "hereby" beside them."""

DISCLAIMING = _of(
    "warranty warranties merchantability damages liable liability"
)
"""Words of a disclaimer, which many licenses share."""

LEGAL = _of(
    "license licensed licensee licensor copyright permission permitted rights "
    "redistribute redistribution warranty liable liability terms agreement "
    "conditions provided restriction prohibited commercial noncommercial patent"
)
"""Words of the trade: several of them near each other read like terms."""

APPENDIX = _of(
    "appendix addendum exhibit annex schedule apply boilerplate covenants creative"
)
"""Words at the head of what follows a license and is no term of it."""

VERSIONED = _of("license licence version v gpl lgpl agpl public")
"""Words of a name that its version follows."""

NAMES = _of(
    "academic affero agpl apache artistic attribution boost bsd cc0 cddl cecill "
    "clause commons copyleft cpl creative distribution eclipse epl eupl "
    "freetype gfdl gpl isc lesser lgpl library mit mozilla mpl noncommercial "
    "nonprofit openssl osl perl php python ruby sharealike unlicense wtfpl x11 "
    "zlib zope"
)
"""Words that licenses are named by."""

KINDS = _of("lesser affero")
"""Words before "GPL" that make it the name of another license."""

HISTORY = _of(
    "originally formerly previously earlier historically relicensed must would could if"
)
"""
Words before the name of a license that is no longer the one, or would be under
a condition.
"""

PAST = _of("was were")
"""
With one of `GRANTED` behind it, that a license was granted once; what was
taken from somewhere has it today.
"""

GRANTED = _of(
    "licensed released distributed available published under covered"
)

COMPARED = _of("compatible compatibility incompatible incompatibility unlike")
"""Words that compare with a license, beside its name."""


@lru_cache(maxsize=64)
def letters_of(index: Store, words: frozenset[str]) -> frozenset[str]:
    """
    Return the codes of those of `words` that stand in any pattern; remembered,
    for the fixed sets above.
    """
    return coded(index, words)


def coded(index: Store, words: Iterable[str]) -> frozenset[str]:
    """Return the same for words that differ from one text to the next."""
    return frozenset(map(index.code, words)) - {UNKNOWN}
