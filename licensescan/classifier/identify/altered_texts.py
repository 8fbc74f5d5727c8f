"""
A text that calls itself by the name of a license and is nearest to it, though a good
part of it is gone or new.
"""

from __future__ import annotations

from collections.abc import Sequence

from licensescan.base import index_format as layout
from licensescan.classifier.identify.differences import legal
from licensescan.classifier.identify.resolve import Found, found_by, gaps, longest
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.words import Words

_LEAST = 60
"""
So many words of unknown terms may be the text of the license that is named beside them.
"""

_TRIED = 4
"""Texts of one license that are tried, the longest first."""

_NEAR, _OF_IT = 0.6, 0.5
"""
The least score, and the least share of the license that is there: half a text by
another name is another text.
"""


def with_changed(found: Sequence[Found], held: Words, known: Store) -> list[Found]:
    """
    `found`, with the terms that no license accounts for taken as a changed text of the
    license that the file names, if they are that: without it the name alone would
    count, and what was changed would be nobody's.
    """
    texts = [one for one in found if one.pattern.kind == layout.TEXT]
    there = {one.pattern.expression for one in texts}
    named = {
        o.pattern.expression for o in found if o.pattern.kind != layout.TEXT
    } - there
    if not named:
        return list(found)
    spans = [
        (start, end)
        for start, end in gaps(found, len(held.codes))
        if end - start >= _LEAST
    ]
    spans = [span for span in spans if legal(held.codes[slice(*span)], known)]
    if not spans:
        return list(found)
    from licensescan.classifier.identify.align import nearest

    changed = []
    for low, high in gaps(texts, len(held.codes)):
        if not any(low <= start and end <= high for start, end in spans):
            continue
        for name in sorted(named):
            rivals = [
                nearest(held.codes, low, high, *text, known)
                for text in known.texts_of(name)[:_TRIED]
            ]
            fitting = [
                one
                for one in rivals
                if one and one.score >= _NEAR and one.covered >= _OF_IT
            ]
            if fitting:
                one = max(fitting, key=lambda one: one.score)
                changed.append(found_by(one, one.pattern))
    return longest([*found, *changed]) if changed else list(found)
