"""
The terms of a conclusion: facts for the licenses that are known, clauses for
the rest, riders on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from licensescan.conclude.decision import Decision
from licensescan.conclude.listed_files import unlisted
from licensescan.conclude.own_texts import Text
from licensescan.conclude.parts import region_of
from licensescan.conclude.sources import Sources
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Expression,
    Patent,
    Terms,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import (
    added,
    burden,
    is_on_part,
    restricts,
    together,
)
from licensescan.standards.spdx_expression import licenses
from licensescan.standards.spdx_text import has_choice, is_reference

_WIDE = ("work", "network", "service")
"""Copyleft that reaches the whole of what is passed on."""


def terms_of(
    decision: Decision, sources: Sources, rulebook: Rulebook
) -> Terms:
    """
    Return the terms under which a component may be used, by all that it says.
    """
    if decision.expression in (NONE, NOASSERTION):
        return _undecided(decision, sources)
    riders = [
        t
        for t in decision.texts
        if t.evidence.kind == EvidenceKind.PATENTS_FILE
    ]
    unread = [
        t
        for t in decision.texts
        if t.evidence.kind != EvidenceKind.PATENTS_FILE
    ]
    terms = _of_license(decision.expression, unread, rulebook)
    terms = _with_clauses(terms, sources.texts)
    shipped = sources.component.shipped
    beyond = tuple(unlisted(sources.texts, shipped))
    terms = replace(terms, clauses=(*terms.clauses, *beyond))
    for rider in riders:
        terms = _with_patents_file(terms, rider)
    prose = sources.prose
    own = prose.own_terms(shared_alike=terms.copyleft in _WIDE)
    terms = together([terms, *own]) if own else terms
    if prose.patents_whole and terms.patent.grant != "file":
        return replace(terms, patent=Patent(grant="unknown", retaliation=None))
    return terms


def _undecided(decision: Decision, sources: Sources) -> Terms:
    """
    Return what the texts, READMEs and fields say that come to no license.
    """
    texts = decision.texts or sources.texts
    read = [*(text.found.terms for text in texts), *sources.prose.own_terms()]
    withheld = sources.declared.withheld()
    if sources.declared.restricted or withheld.clauses:
        read.append(withheld)
    return together(read)


def _of_license(
    expression: Expression, unread: Sequence[Text], rulebook: Rulebook
) -> Terms:
    """
    Return the facts of a license with what its `unread` texts say beyond them;
    where nothing is known of it, its texts alone.
    """
    terms = rulebook.terms_of(expression)
    if not unread:
        return terms
    is_known = any(
        not is_reference(name) or rulebook.fact(name)
        for name in licenses(expression)
    )
    if is_known:
        # The facts of the named license speak on patents; what its text says
        # beyond them is added.
        heavy = [added(_own(t)) for t in unread if restricts(t.found.terms)]
        return together([terms, *heavy]) if heavy else terms
    read = [text.found.terms for text in unread]
    return min(read, key=burden) if has_choice(expression) else together(read)


def _with_clauses(terms: Terms, texts: Sequence[Text]) -> Terms:
    """
    Return `terms` with the clauses that the texts have besides: riders add
    terms.
    """
    quoted = (c for t in texts for c in _own(t) if c.quote)
    extra = list(_without(quoted, terms.clauses))
    known = [text for text in texts if not text.is_open]
    beside = [c for text in known for c in extra if _is_beside(c, text)]
    terms = together([terms, added(beside)]) if beside else terms
    more = _without(extra, terms.clauses)
    return replace(terms, clauses=(*terms.clauses, *more))


def _without(
    clauses: Iterable[Clause], known: Iterable[Clause]
) -> Iterator[Clause]:
    """
    Yield those of `clauses` that are none of `known`. They have no hash: those
    that could be equal are found by what they quote.
    """
    by_quote: dict[tuple[str, str | None], list[Clause]] = {}
    for clause in known:
        by_quote.setdefault((clause.path, clause.quote), []).append(clause)
    for clause in clauses:
        if clause not in by_quote.get((clause.path, clause.quote), ()):
            yield clause


def _with_patents_file(terms: Terms, rider: Text) -> Terms:
    """Return `terms` with the patent grant of a file beside the license."""
    read = rider.found.terms
    hit = read.patent.retaliation or terms.patent.retaliation
    spoken = (
        clause for clause in terms.clauses if clause.clause != "patent.silent"
    )
    return replace(
        terms,
        patent=Patent(grant="file", retaliation=hit),
        clauses=(*spoken, *read.clauses),
    )


def _own(text: Text) -> tuple[Clause, ...]:
    """
    Return the clauses of a text but for those of parts: what they are about,
    or where they stand, is set apart.
    """
    apart = [
        region for region in text.found.detection.unmatched if region.part
    ]
    return tuple(
        clause
        for clause in text.found.terms.clauses
        if text.is_open or not is_on_part(clause)
        if region_of(clause, apart) is None
    )


def _is_beside(clause: Clause, text: Text) -> bool:
    """
    Return True for a rider: a clause that stands in the text beside its
    licenses, about the component itself.
    """
    if clause.path != text.evidence.path:
        return False
    region = region_of(clause, text.found.detection.unmatched)
    return region is not None and region.part is None
