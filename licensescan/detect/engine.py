"""
The tiers of detection, cheap before dear.

SPDX tags; the whole text by its sum; every known text word for word; alignment for what is left; then the difference
of each aligned text decides whether it is that license, a modified one, or another.
"""

from __future__ import annotations

from collections.abc import Sequence

from licensescan.detect import layout
from licensescan.detect.catalog import info
from licensescan.detect.differences import is_past, is_riddled, judged, legal
from licensescan.detect.exact import exact, whole
from licensescan.detect.match import align
from licensescan.detect.normalise import Words, words
from licensescan.detect.resolve import Found, gaps, longest, settles
from licensescan.detect.sections import Section, part_at, sections
from licensescan.detect.store import Store, store
from licensescan.detect.tags import Tag, tags
from licensescan.expression import join_and, licenses
from licensescan.model import NOASSERTION, NONE, Detection, Difference, Expression, Match, Unmatched

_SHORT = 12
"""Patterns of fewer words are mentions: they count outside of settled texts only."""

_BARE = 6
"""A tag of fewer words is no more than a name."""

_NAMES_OF_A_LIST = 12
"""So many different licenses named in a few words each are a list, not the terms of one work."""

_ALIGN_FROM = 18
"""Words that must be left unexplained before an alignment is worth its time."""


def detect(text: str) -> Detection:
    """
    Say which licenses `text` holds, where, and what differs from the license that each place is nearest to.

    Pure: the answer depends on the text and the index alone. Linear in the length of the text.
    """
    known = store()
    held = words(text, known.code, known.rows)
    marked = tags(text)
    found = _find(held, known)
    found = _sift(found, held, marked, known)
    places = _outside(sections(held.rows), found, held) if len(found) + len(marked) > 1 else []
    matches = [_match(one, held, known, places) for one in found] + _tagged(marked, places)
    matches.sort(key=lambda m: (m.lines, m.expression))
    modified = any(is_modified(m) and m.part is None for m in matches)
    unmatched = _unmatched(found, held, known)
    return Detection(
        expression=_expression(matches, modified, marked),
        modified=modified,
        obfuscated=held.obfuscated,
        matches=tuple(matches),
        unmatched=unmatched,
    )


def _find(held: Words, known: Store) -> list[Found]:
    codes = held.codes
    if not codes:
        return []
    pattern = whole(codes, known)
    if pattern is not None and pattern.expression and pattern.kind <= layout.NOTICE:
        return [Found(0, len(codes), pattern)]
    hits = longest(Found(h.start, h.end, h.pattern) for h in exact(codes, known))
    settled = [one for one in hits if settles(one)]
    zones = [zone for zone in gaps(settled, len(codes)) if _open(zone, hits)]
    aligned = [
        Found(a.start, a.end, a.pattern, a.score, a.covered, a.runs, a.scattered)
        for a in align(codes, zones, [(one.start, one.end) for one in settled], known)
    ]
    return longest([*hits, *aligned]) if aligned else hits


def _open(zone: tuple[int, int], hits: Sequence[Found]) -> bool:
    """Whether a stretch holds enough words that nothing explains yet."""
    start, end = zone
    explained = sum(one.size for one in hits if start <= one.start and one.end <= end)
    return end - start - explained >= _ALIGN_FROM


def _sift(found: Sequence[Found], held: Words, marked: Sequence[Tag], known: Store) -> list[Found]:
    """Leave out what names no license, and mentions beside a text."""
    tagged = {tag.line for tag in marked if tag.expression}
    if _is_list_of_names(found):
        return []
    settled = any(settles(one) or (one.pattern.kind == layout.TEXT and one.size > 40) for one in found)
    kept = []
    for one in found:
        pattern = one.pattern
        if not pattern.expression or pattern.kind in (layout.INTRO, layout.CLUE, layout.NEGATIVE):
            continue
        first, last = held.lines(one.start, one.end)
        if pattern.kind >= layout.NOTICE and first == last and first in tagged:
            continue
        if one.size < 15 and last - first + 1 > max(one.size, 2):
            continue
        if settled and (pattern.kind == layout.REFERENCE or pattern.kind == layout.TAG and one.size < _BARE):
            continue
        if one.size < _SHORT and is_past(held.codes[max(0, one.start - 6) : one.start + 2], known):
            continue
        kept.append(one)
    return kept


def _is_list_of_names(found: Sequence[Found]) -> bool:
    """Whether a text does nothing but name licenses, many of them: an index, a list of classifiers."""
    named = {one.pattern.expression for one in found if one.pattern.expression and one.size < _SHORT}
    texts = sum(1 for one in found if one.pattern.expression and one.size >= _SHORT)
    return len(named) >= _NAMES_OF_A_LIST and texts * 4 < len(named)


def is_modified(match: Match) -> bool:
    """Whether a match is no longer the license it is nearest to."""
    return any(d.matters for d in match.differences)


def _match(one: Found, held: Words, known: Store, places: Sequence[Section]) -> Match:
    lines = held.lines(one.start, one.end)
    differences = judged(one.runs, one.start, one.end, held, known)
    if is_riddled(one.scattered, one.size):
        words = f"words at {one.scattered} places"
        differences += (Difference(kind="added", lines=lines, words=words, matters=True),)
    return Match(
        expression=Expression(one.pattern.expression),
        kind=layout.KINDS[one.pattern.kind],
        lines=lines,
        coverage=round(one.covered, 4),
        differences=differences,
        part=part_at(places, lines[0]),
    )


def _outside(places: Sequence[Section], found: Sequence[Found], held: Words) -> list[Section]:
    """The sections that begin outside of every text found: a heading within a license is that license's own."""
    taken = [held.lines(one.start, one.end) for one in found if one.size > _SHORT]
    return [s for s in places if not any(first < s.line <= last for first, last in taken)]


def _tagged(marked: Sequence[Tag], places: Sequence[Section]) -> list[Match]:
    return [
        Match(
            expression=tag.expression,
            kind="tag",
            lines=(tag.line, tag.line),
            coverage=1.0,
            part=part_at(places, tag.line),
        )
        for tag in marked
        if tag.expression
    ]


def _expression(matches: Sequence[Match], modified: bool, marked: Sequence[Tag]) -> Expression:
    if modified:
        return NOASSERTION
    if not matches:
        return NOASSERTION if marked else NONE
    plain = [m.expression for m in matches if not is_modified(m)]
    distinct = _with_exceptions(list(dict.fromkeys(plain)))
    if not distinct:
        return NOASSERTION
    later = {x for e in distinct for x in licenses(e) if x.endswith("-or-later")}
    distinct = [e for e in distinct if not (e.endswith("-only") and f"{e.removesuffix('-only')}-or-later" in later)]
    return join_and(*distinct)


def _with_exceptions(expressions: Sequence[Expression]) -> list[Expression]:
    """An exception that stands by itself is joined to the license it is made for: the last one before it."""
    joined: list[Expression] = []
    for expression in expressions:
        known = info(expression)
        if known is None or not known.is_exception:
            joined.append(expression)
        elif joined and " " not in joined[-1]:
            joined[-1] = Expression(f"{joined[-1]} WITH {expression}")
    return joined


def _unmatched(found: Sequence[Found], held: Words, known: Store) -> tuple[Unmatched, ...]:
    left = []
    for start, end in gaps(found, len(held.codes)):
        if end - start >= _SHORT and legal(held.codes[start:end], known):
            left.append(Unmatched(lines=held.lines(start, end), words=end - start))
    return tuple(left)
