"""
The tiers of detection, cheap before dear.

SPDX tags; the whole text by its sum; every known text word for word; alignment for what is left; then the difference
of each aligned text decides whether it is that license, a modified one, or another.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from licensescan.detect import layout
from licensescan.detect.catalog import info
from licensescan.detect.differences import (
    cuts_version,
    is_kind,
    is_mention,
    is_riddled,
    judged,
    legal,
    limits,
    words_of_deal,
)
from licensescan.detect.exact import exact, whole
from licensescan.detect.normalise import Words, words
from licensescan.detect.resolve import Found, gaps, longest, settles
from licensescan.detect.sections import Section, part_at, sections
from licensescan.detect.store import Store, store
from licensescan.detect.tags import Tag, tags
from licensescan.expression import join_and, licenses
from licensescan.regex import Regex
from licensescan.texts import NOASSERTION, NONE, Detection, Difference, Expression, Match, Unmatched

_SHORT = 12
"""Patterns of fewer words are mentions: they count outside of settled texts only."""

_SENTENCE = 3
"""A term can be said in so few words."""

_TERMS_WORDS = 400
"""So many words of unknown terms are a license of their own, which may name others."""

_MENTION = (0, 5, 6, 10_000, 0, 0, 0)
"""By kind of pattern: of fewer words it is but a mention when a text stands in the same file."""

_TERMS_LEAST = 40
"""Fewer words of the trade may be a remark in a list of authors."""

_LARGE = 500
"""Words of a license that is so long that its own paragraphs are other people's licenses."""

_SAME = 0.92
_OTHER_DEAL = 6
"""A text that lacks a twelfth of a license and differs in more words of the deal than this is another license."""

_SHORTENED = 0.85
_FEW = 100
"""With so much of a license, and hardly a word of its own (one in so many), a text is that license shortened."""

_NAMES_OF_A_LIST = 12
"""So many different licenses named in a few words each are a list, not the terms of one work."""

_UNVERSIONED = {"GPL-1.0-or-later": "GPL-", "LGPL-2.0-or-later": "LGPL-"}
"""What a GNU license is called when nobody says which version, and how its versions begin."""

_TITLE_ROWS, _TITLE_WORDS = 8, 10
_FIELD = Regex(r"(?i)^[^\w\n]*licen[cs]e(?:s|d|\(s\))?[ \t]*[:=]")
_GRANT = Regex(
    r"\b(?:released|licen[cs]ed|distributed|available|covered|published)\b(?: \w+){0,3} (?:under|using|by)\b"
    r"|licen[cs]e is\b"
)

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
    found = [one for one in _sift(found, held, marked, known) if not _is_another(one, known)]
    taken = [held.lines(one.start, one.end) for one in found if one.size > _SHORT]
    places = sections(held.rows, taken) if len(found) + len(marked) > 0 else []
    matches = [_match(one, held, known, places) for one in found] + _tagged(marked, places)
    matches = _bound(sorted(matches, key=lambda m: (m.lines, m.expression)))
    modified = any(is_modified(m) and m.part is None for m in matches)
    unmatched = _unmatched(found, held, known, places)
    return Detection(
        expression=_expression(matches, modified, marked, _holds_terms(found, held, known)),
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
    hits = longest(
        Found(h.start, h.end, h.pattern)
        for h in exact(codes, known)
        if h.end - h.start >= _SHORT or not cuts_version(codes, h.end, known)
    )
    settled = [one for one in hits if settles(one)]
    zones = [zone for zone in gaps(settled, len(codes)) if _open(zone, hits)]
    if not zones:
        return hits
    from licensescan.detect.match import align

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
    foreign = _unknown_words(found, held, known) > _TERMS_WORDS
    settled = foreign or any(settles(one) or (one.pattern.kind == layout.TEXT and one.size > 40) for one in found)
    texts = [held.line(one.start) for one in found if one.pattern.kind == layout.TEXT and one.size > 40]
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
        few = settled and one.size < _MENTION[pattern.kind] and " OR " not in pattern.expression
        if few and not _is_said(one, texts, held):
            continue
        if one.size < _SHORT and is_mention(held.codes, one.start, one.end, known):
            continue
        if one.size < _SHORT and pattern.expression.startswith("GPL-") and is_kind(held.codes[: one.start], known):
            continue
        kept.append(one)
    return _without_pieces(_without_bare(kept), held, known)


def _without_bare(found: list[Found]) -> list[Found]:
    """What is left without the bare names of GNU licenses in a file that says elsewhere which version it means."""
    told = [one.pattern.expression for one in found if one.size >= _SHORT]
    versioned = {bare for bare, start in _UNVERSIONED.items() if any(e.startswith(start) and e != bare for e in told)}
    return [one for one in found if one.size >= _SHORT or one.pattern.expression not in versioned]


def _is_said(one: Found, texts: Sequence[int], held: Words) -> bool:
    """
    Whether a few words beside a text say which license something else is on: "License: X", "released under X".

    Right above a text they are its title, unless they stand in a sentence. `texts` are the lines where texts begin.
    """
    first, last = held.lines(one.start, one.end)
    is_title = len(held.rows[first - 1].split()) <= _TITLE_WORDS
    if is_title and any(first <= line <= last + _TITLE_ROWS for line in texts):
        return False
    if _FIELD.match(held.rows[first - 1]):
        return True
    before = held.quote(max(0, one.start - 8), one.start + 4)
    return one.pattern.expression not in _UNVERSIONED and bool(_GRANT.search(before))


def _without_pieces(found: list[Found], held: Words, known: Store) -> list[Found]:
    """What is left without texts that are a piece of a license which stands in the same file, whole or nearly."""
    large = {one.pattern.expression: one.size for one in found if one.size >= _LARGE}
    if not large:
        return found
    kept = []
    for one in found:
        codes = held.codes[one.start : one.end]
        wholes = [e for e, size in large.items() if e != one.pattern.expression and size > 2 * one.size]
        if one.size >= _SHORT and any(codes in known.canonical(e) for e in wholes):
            continue
        kept.append(one)
    return kept


def _unknown_words(found: Sequence[Found], held: Words, known: Store) -> int:
    """How many words of terms there are that no license accounts for: what is named among them is a mention."""
    texts = [one for one in found if one.size >= _SHORT]
    return sum(end - start for start, end in gaps(texts, len(held.codes)) if legal(held.codes[start:end], known))


def _holds_terms(found: Sequence[Found], held: Words, known: Store) -> bool:
    """Whether there is a stretch that reads like terms and that nothing accounts for."""
    codes = held.codes
    return any(end - start >= _TERMS_LEAST and legal(codes[start:end], known) for start, end in gaps(found, len(codes)))


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


def _is_another(one: Found, known: Store) -> bool:
    """
    Whether so much of the deal differs that the text is not a changed license but one of its own.

    One that says nothing else, and leaves a part out, is the license without that part.
    """
    deal = sum(len(words_of_deal(run.codes, known)) for run in one.runs)
    added = sum(run.end - run.start for run in one.runs)
    shortened = one.covered > _SHORTENED and added * _FEW < one.size
    return one.covered < _SAME and deal > _OTHER_DEAL and not shortened


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


def _expression(matches: Sequence[Match], modified: bool, marked: Sequence[Tag], terms: bool) -> Expression:
    if modified:
        return NOASSERTION
    if not matches:
        return NOASSERTION if marked or terms else NONE
    distinct = [m.expression for m in matches if not is_modified(m)]
    return summed(distinct) if distinct else NOASSERTION


def own_expression(detection: Detection) -> Expression:
    """What a text says of the component itself: its expression without what the text gives to parts."""
    if detection.expression in (NOASSERTION, NONE) or not any(m.part for m in detection.matches):
        return detection.expression
    own = [m.expression for m in detection.matches if m.part is None and not is_modified(m)]
    if not own and sum(u.words for u in detection.unmatched if u.part is None) > _TERMS_WORDS:
        return NOASSERTION
    return summed(own)


def summed(expressions: Iterable[Expression]) -> Expression:
    """
    The licenses of one work that were found at different places, as one expression.

    The text of a GNU license fits both suffixes: where a notice says "or later", or grants an exception, the text
    that goes with it adds nothing. Where a choice is offered, the texts of what is offered add nothing to it.
    """
    distinct = list(dict.fromkeys(expressions))
    stems = {_stem(e) for e in distinct if e.endswith("-or-later")}
    excepted = {_stem(e.split(" WITH ")[0]) for e in distinct if " WITH " in e and " AND " not in e and " OR " not in e}
    offered = {_stem(x) for e in distinct if " OR " in e and " AND " not in e for x in licenses(e)}
    kept = [
        e
        for e in distinct
        if _stem(e) not in offered
        if _stem(e) == e or not (_stem(e) in excepted or (e.endswith("-only") and _stem(e) in stems))
    ]
    return join_and(*kept)


def _stem(expression: str) -> str:
    return expression.removesuffix("-Perl").removesuffix("-only").removesuffix("-or-later")


def _bound(matches: Sequence[Match]) -> list[Match]:
    """An exception that stands by itself is joined to the license before it; without one it is nobody's."""
    bound: list[Match] = []
    for match in matches:
        known = info(match.expression) if " " not in match.expression else None
        if known is None or not known.is_exception:
            bound.append(match)
            continue
        for place in range(len(bound) - 1, -1, -1):
            before = bound[place]
            if before.part == match.part and _takes(before.expression, match.expression):
                joined = Expression(f"{before.expression} WITH {match.expression}")
                differences = before.differences + match.differences
                bound[place] = replace(before, expression=joined, differences=differences)
                break
    return bound


_EXCEPTIONS_TO = {
    "LLVM-exception": "Apache-2.0",
    "Swift-exception": "Apache-2.0",
    "SHL-2.0": "Apache-2.0",
    "SHL-2.1": "Apache-2.0",
    "fmt-exception": "MIT",
    "CAL-1.0-Combined-Work-Exception": "CAL-1.0",
}
"""Which license an exception of SPDX's list is for, where that is not a GNU one."""


def _takes(expression: str, exception: str) -> bool:
    """Whether the exception is one to this license."""
    if " " in expression:
        return False
    if exception.startswith("LicenseRef-"):
        return expression.startswith(("GPL", "LGPL", "AGPL", "Apache", "MIT", "BSD", "CDDL"))
    return expression.startswith(_EXCEPTIONS_TO.get(exception, ("GPL", "LGPL", "AGPL")))


def _by_section(region: Unmatched, places: Sequence[Section], held: Words) -> list[Unmatched]:
    """The region cut where a section begins in it, each piece with its part."""
    first, last = region.lines
    begun = bisect_right(places, first, key=lambda s: s.line)
    begins = itertools.takewhile(lambda line: line <= last, (s.line for s in itertools.islice(places, begun, None)))
    cuts = [first, *begins, last + 1]
    pieces = []
    for start, end in itertools.pairwise(cuts):
        words = held.starts[end - 1] - held.starts[start - 1]
        if words >= min(_SHORT, region.words):
            pieces.append(Unmatched(lines=(start, end - 1), words=words, part=part_at(places, start)))
    return pieces


def _unmatched(found: Sequence[Found], held: Words, known: Store, places: Sequence[Section]) -> tuple[Unmatched, ...]:
    left = []
    for start, end in gaps(found, len(held.codes)):
        codes = held.codes[start:end]
        # Words that limit are terms beside a license; alone they are any prose (AUTHORS: "not everyone is listed").
        rider = found and len(codes) >= _SENTENCE and limits(codes, known)
        if rider or (len(codes) >= _SHORT and legal(codes, known)):
            lines = held.lines(start, end)
            left += _by_section(Unmatched(lines=lines, words=end - start), places, held)
    return tuple(left)
