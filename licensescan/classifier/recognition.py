"""
Which known texts, notices and names stand in a text: the tiers of detection,
cheap before dear.

The whole text by its sum; every known text word for word; alignment for what
is left; then the difference of each aligned text decides whether it is that
license, a modified one, or another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.adjacent_words import completed
from licensescan.classifier.identify.differences import words_of_deal
from licensescan.classifier.identify.exact import Hit, exact, whole
from licensescan.classifier.identify.notices import renamed
from licensescan.classifier.identify.occurrences import (
    Occurrence,
    gaps,
    longest,
    occurrence_of,
    settles,
)
from licensescan.classifier.identify.store import Pattern, Store
from licensescan.classifier.identify.wording import cuts_version, is_kind
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.sifting import SHORT
from licensescan.model.reasons import Reason
from licensescan.model.trace import Trace
from licensescan.standards.gnu import is_gnu
from licensescan.standards.spdx_text import is_scancode

if TYPE_CHECKING:
    from licensescan.classifier.identify.alignment import Aligned

_ENDS_A_NAME = Regex(r"(?i)\w\W*licen[cs]e[^\w:]*$")
"""
A row that ends with the name of a license: its last word is no field for what
the next row says.
"""

_SAME = 0.92
_OTHER_DEAL = 6
"""
A text that lacks a twelfth of a license and differs in more words of the deal
than this is another license.
"""

_SHORTENED = 0.85
_FEW = 100
"""
With so much of a license, and hardly a word of its own (one in so many), a
text is that license shortened.
"""

_LOOSE = 15
"""Words of so long a pattern may stand however far apart."""

_ALIGN_FROM = 18
"""
Words that must be left unexplained before an alignment is worth its time.
"""


def recognised(
    tokens: Words, index: Store, trace: Trace[Occurrence]
) -> list[Occurrence]:
    """
    Return the patterns of the index that stand in a text, in order: of those
    that explain the same words the longest.
    """
    matches = _recognised(tokens, index, trace)
    return completed(_against_licenses(matches, tokens, index), tokens)


def _against_licenses(
    matches: list[Occurrence], tokens: Words, index: Store
) -> list[Occurrence]:
    """
    Return the matches; where one is a text that gives less than the license
    under which it is filed, how that license fits there.
    """
    if all(match.pattern.number not in index.altered for match in matches):
        return matches
    from licensescan.classifier.identify.align import nearest

    compared = []
    for match in matches:
        known = index.canonical(match.pattern)
        if match.pattern.number in index.altered and known is not None:
            found = nearest(tokens.codes, match.span, known, index)
            if found is not None:
                match = occurrence_of(found, found.pattern)
        compared.append(match)
    return compared


def _recognised(
    tokens: Words, index: Store, trace: Trace[Occurrence]
) -> list[Occurrence]:
    codes = tokens.codes
    if not codes:
        return []
    pattern = whole(codes, index)
    if (
        pattern is not None
        and pattern.expression
        and pattern.number not in index.altered
        and pattern.kind <= layout.NOTICE
    ):
        return [Occurrence(0, len(codes), pattern)]
    every = list(_hits(tokens, index, trace))
    hits = longest(every)
    _explain(every, hits, trace)
    settled = [found for found in hits if settles(found)]
    zones = [
        zone for zone in gaps(settled, len(codes)) if _is_open(zone, hits)
    ]
    if not zones:
        return hits
    from licensescan.classifier.identify.align import align

    aligned = [
        occurrence_of(one, _read(one, tokens))
        for one in align(
            codes, zones, [(f.start, f.end) for f in settled], index
        )
    ]
    if not aligned:
        return hits
    every = [*hits, *aligned]
    hits = longest(every)
    _explain(every, hits, trace)
    return hits


def _explain(
    every: Sequence[Occurrence],
    kept: Sequence[Occurrence],
    trace: Trace[Occurrence],
) -> None:
    """
    Say which licenses are named inside something longer that is not the same
    license.
    """
    if not trace.asked:
        return
    for found in every:
        name = found.pattern.expression
        over = [k for k in kept if k.start < found.end and found.start < k.end]
        if name and over and all(k.pattern.expression != name for k in over):
            trace.drops(Reason.INSIDE_LONGER, found)


def _hits(
    tokens: Words, index: Store, trace: Trace[Occurrence]
) -> Iterator[Occurrence]:
    """
    The patterns that stand in the text word for word, and are not cut out of
    more.
    """
    codes = tokens.codes
    for start, end, pattern in _with_longer_names(
        exact(codes, index), codes, index
    ):
        found = Occurrence(start, end, pattern)
        if (
            pattern.kind != layout.TEXT
            and cuts_version(codes, start, end, pattern.expression, index)
            and trace.drops(Reason.CUTS_VERSION, found)
        ):
            continue
        if (
            end - start < _LOOSE
            and not _is_together(start, end, tokens)
            and trace.drops(Reason.APART, found)
        ):
            continue
        yield found


def _with_longer_names(hits: list[Hit], codes: str, index: Store) -> list[Hit]:
    """
    Return the hits; a few words that end in the middle of a longer name are
    about that: "licensed under the BSD-2-Clause" before "-Patent", "License:
    GPL" before "version 3 or later". "License" alone makes no name longer.
    """
    names: dict[int, Hit] = {}
    for hit in hits:
        if hit.pattern.kind == layout.REFERENCE and hit.pattern.expression:
            before = names.get(hit.start)
            if before is None or hit.end > before.end:
                names[hit.start] = hit
    if not names:
        return hits
    ends = index.code("license"), index.code("licensed")
    return [_with_longer_name(hit, names, codes, ends, index) for hit in hits]


def _with_longer_name(
    hit: Hit,
    names: Mapping[int, Hit],
    codes: str,
    ends: Collection[str],
    index: Store,
) -> Hit:
    """
    Return a hit of a few words up to the end of the name in whose middle it
    ends.
    """
    start, end, pattern = hit
    if (
        pattern.kind == layout.TEXT
        or end - start >= SHORT
        or not pattern.expression
    ):
        return hit
    inside = (names[at] for at in range(start + 1, end) if at in names)
    name = max(inside, key=lambda longer: longer.end, default=hit)
    if (
        name.end <= end
        or codes[end] in ends
        or is_kind(codes, name.start, index)
    ):
        return hit
    pattern = replace(pattern, expression=name.pattern.expression)
    return Hit(start, name.end, pattern)


def _is_together(start: int, end: int, tokens: Words) -> bool:
    """
    Return True if a few words stand near enough to each other to be one name;
    lines without words part nothing.
    """
    first, last = tokens.lines(start, end)
    if first == last:
        return True
    is_first_of_row = tokens.starts[first] - start == 1
    if is_first_of_row and _ENDS_A_NAME.search(tokens.rows[first - 1]):
        return False
    rows = {tokens.line(at) for at in range(start, end)}
    return len(rows) <= max(end - start, 2)


def _read(aligned: Aligned, tokens: Words) -> Pattern:
    """
    Return the pattern of an alignment; of a notice of a GNU license with the
    version that the words themselves name.
    """
    pattern = aligned.pattern
    if pattern.kind != layout.NOTICE or not is_gnu(pattern.expression):
        return pattern
    words = tokens.quote(aligned.start, aligned.end)
    return replace(pattern, expression=renamed(words, pattern.expression))


def _is_open(zone: tuple[int, int], hits: Sequence[Occurrence]) -> bool:
    """
    Return True if a stretch holds enough words that nothing explains yet.
    """
    start, end = zone
    explained = sum(
        found.size
        for found in hits
        if start <= found.start
        and found.end <= end
        and not is_scancode(found.pattern.expression)
    )
    return end - start - explained >= _ALIGN_FROM


def without_others(
    found: Sequence[Occurrence], index: Store, trace: Trace[Occurrence]
) -> list[Occurrence]:
    """
    Return what is left without texts that are another license; one that is
    called by the name is that license, changed.
    """
    others = {id(one) for one in found if _is_another(one, index)}
    named = {one.pattern.expression for one in found if id(one) not in others}
    return [
        one
        for one in found
        if id(one) not in others
        or one.pattern.expression in named
        or not trace.drops(Reason.ANOTHER_TEXT, one)
    ]


def _is_another(found: Occurrence, index: Store) -> bool:
    """
    Return True if so much of the deal differs that the text is not a changed
    license but one of its own.

    One that says nothing else, and leaves a part out, is the license without
    that part.
    """
    if found.covered >= _SAME:
        return False
    deal = sum(len(words_of_deal(run.codes, index)) for run in found.runs)
    added = sum(run.end - run.start for run in found.runs)
    is_shortened = found.covered > _SHORTENED and added * _FEW < found.size
    return deal > _OTHER_DEAL and not is_shortened
