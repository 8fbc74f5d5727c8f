"""
Find a text that calls itself by the name of a license and is nearest to it,
though a good part of it is gone or new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from licensescan.base.index_format import TEXT
from licensescan.classifier.identify.intervals import Span
from licensescan.classifier.identify.occurrences import (
    Occurrence,
    gaps,
    longest,
    occurrence_of,
)
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.wording import is_legal
from licensescan.classifier.identify.words import Words

_LEAST = 60
"""
So many words of unknown terms may be the text of the license that is named
beside them.
"""

_TRIED = 4
"""Texts of one license that are tried, the longest first."""

_NEAR, _OF_IT = 0.6, 0.5
"""
The least score, and the least share of the license that is there: half a text
by another name is another text.
"""


def with_changed(
    matches: Sequence[Occurrence],
    tokens: Words,
    index: Store,
) -> list[Occurrence]:
    """
    Return `matches` with the terms that no license accounts for taken as a
    changed text of the license that the file names, if they are that: without
    it the name alone would count, and what was changed would be nobody's.
    """
    texts = [match for match in matches if match.pattern.kind == TEXT]
    names = _expressions(matches) - _expressions(texts)
    terms = _unexplained_terms(matches, tokens, index) if names else ()
    if not terms:
        return list(matches)
    changed: list[Occurrence] = []
    for start, end in gaps(texts, len(tokens.codes)):
        if any(start <= first and last <= end for first, last in terms):
            changed += _changed(
                sorted(names), tokens.codes, (start, end), index
            )
    return longest([*matches, *changed]) if changed else list(matches)


def _expressions(matches: Iterable[Occurrence]) -> set[str]:
    return {match.pattern.expression for match in matches}


def _unexplained_terms(
    matches: Sequence[Occurrence],
    tokens: Words,
    index: Store,
) -> list[Span]:
    """
    Return the stretches that read like terms and that nothing accounts for.
    """
    codes = tokens.codes
    return [
        (start, end)
        for start, end in gaps(matches, len(codes))
        if end - start >= _LEAST and is_legal(codes[start:end], index)
    ]


def _changed(
    names: Iterable[str],
    codes: str,
    span: Span,
    index: Store,
) -> Iterable[Occurrence]:
    """
    Yield the nearest text of each license in `names` if the span is near it.
    """
    from licensescan.classifier.identify.align import nearest

    for name in names:
        tried = (
            nearest(codes, span, known, index)
            for known in index.texts_of(name)[:_TRIED]
        )
        fitting = [
            match
            for match in tried
            if match and match.score >= _NEAR and match.covered >= _OF_IT
        ]
        if fitting:
            match = max(fitting, key=lambda match: match.score)
            yield occurrence_of(match, match.pattern)
