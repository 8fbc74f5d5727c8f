"""
What license and notice files state beside the licenses in them: terms of
weights and data, and of a NOTICE those of the component itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from licensescan.conclude.own_texts import Text
from licensescan.conclude.readme import DOCUMENTATION, Prose
from licensescan.model.types import Clause
from licensescan.rulebook.terms import SUBJECT

_SURE = 0.75
"""A clause that was read less surely is told, and changes nothing."""

_LIMITS = ("use.", "dist.prohibited", "dist.no_modify")
"""Clauses that a sentence of a NOTICE may state."""


def with_texts(
    prose: Prose, texts: Iterable[Text], notices: Sequence[Text]
) -> Prose:
    """
    Return what prose states together with what the component's own `texts` and
    the `notices` beside them do. Every word of an unknown license is its own.
    """
    known = [text for text in texts if not text.is_open]
    subjects = [
        (clause.params[SUBJECT], clause)
        for text in (*known, *notices)
        for clause in _limits(text)
        if clause.params.get(SUBJECT) not in (None, DOCUMENTATION)
    ]
    own = [
        clause
        for text in notices
        if not text.found.detection.matches
        for clause in _limits(text)
        if SUBJECT not in clause.params
    ]
    if not (subjects or own):
        return prose
    return replace(
        prose,
        subjects=(*prose.subjects, *subjects),
        own=(*prose.own, *own),
    )


def _limits(text: Text) -> Iterator[Clause]:
    """Yield the clauses of a text that limit for sure."""
    for clause in text.found.terms.clauses:
        is_sure = clause.quote and clause.confidence >= _SURE
        if is_sure and clause.clause.startswith(_LIMITS):
            yield clause
