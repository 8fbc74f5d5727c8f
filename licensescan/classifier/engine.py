"""
The tiers of detection, cheap before dear.

SPDX tags; the whole text by its sum; every known text word for word; alignment for what
is left; then the difference of each aligned text decides whether it is that license, a
modified one, or another.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.adjacent_words import (
    completed,
    differences_of,
    further_conditions,
)
from licensescan.classifier.identify.altered_texts import with_changed
from licensescan.classifier.identify.differences import is_riddled, words_of_deal
from licensescan.classifier.identify.exact import Hit, exact, whole
from licensescan.classifier.identify.notices import is_gnu, renamed
from licensescan.classifier.identify.resolve import (
    Found,
    found_by,
    gaps,
    is_relative,
    longest,
    settles,
)
from licensescan.classifier.identify.store import Pattern, Store, store
from licensescan.classifier.identify.wording import (
    cuts_version,
    is_kind,
    is_legal,
    is_limiting,
)
from licensescan.classifier.identify.words import Words, words
from licensescan.classifier.statements.choices import Choice, choices, without_narrower
from licensescan.classifier.statements.exceptions import bound
from licensescan.classifier.statements.lists import listed
from licensescan.classifier.statements.mentions import SHORT, sift
from licensescan.classifier.statements.sections import Section, part_at, sections
from licensescan.classifier.statements.tags import Tag, tags
from licensescan.model.kinds import MatchKind
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    Detection,
    Difference,
    Expression,
    Match,
    Unmatched,
)
from licensescan.standards.license_list import info
from licensescan.standards.spdx_expression import join_and, licenses, stem

if TYPE_CHECKING:
    import re

    from licensescan.classifier.identify.alignment import Aligned

_OWN_NAME = Regex(r"LicenseRef-(?!scancode-)([\w.-]+)")

_NAME_AND_NUMBER = Regex(r"(\D+?)[-_]?v?(\d)")

_ENDS_A_NAME = Regex(r"(?i)\w\W*licen[cs]e[^\w:]*$")
"""
A row that ends with the name of a license: its last word is no field for what the next
row says.
"""

_SENTENCE = 3
"""A term can be said in so few words."""

_TERMS_WORDS = 400
"""So many words of unknown terms are a license of their own, which may name others."""

_TERMS_LEAST = 40
"""Fewer words of the trade may be a remark in a list of authors."""

_SAME = 0.92
_OTHER_DEAL = 6
"""
A text that lacks a twelfth of a license and differs in more words of the deal than this
is another license.
"""

_SHORTENED = 0.85
_FEW = 100
"""
With so much of a license, and hardly a word of its own (one in so many), a text is that
license shortened.
"""

_LOOSE = 15
"""Words of so long a pattern may stand however far apart."""

_ALIGN_FROM = 18
"""Words that must be left unexplained before an alignment is worth its time."""


def detect(text: str) -> Detection:
    """
    Say which licenses `text` holds, where, and what differs from the license that each
    place is nearest to.

    Pure: the answer depends on the text and the index alone. Linear in the length of
    the text.
    """
    known = store()
    held = words(text, known.code, known.rows)
    marked = tags(text)
    seen = completed(_find(held, known), held)
    marked = _outside(marked, seen, held)
    found = with_changed(
        _without_others(sift(seen, held, marked, known), known), held, known
    )
    taken = [held.lines(one.start, one.end) for one in found if one.size > SHORT]
    places = sections(held.rows, taken) if len(found) + len(marked) > 0 else []
    chosen = choices(found, seen, held, known)
    more = further_conditions(seen, held)
    matches = [
        _match(one, more.get(one.end), held, known, places)
        for one in without_narrower(found, chosen)
    ]
    matches += _tagged(marked, places, known)
    matches += [_chosen(choice, held, places) for choice in chosen]
    matches += _listed(matches, held, taken, places, known)
    matches, alone = bound(sorted(matches, key=lambda m: (m.lines, m.expression)))
    modified = any(is_modified(m) and m.part is None for m in matches)
    unmatched = _unmatched(found, held, known, places)
    return Detection(
        expression=_expression(
            matches, modified, marked, _holds_terms(found, held, known)
        ),
        modified=modified,
        obfuscated=held.obfuscated,
        matches=tuple(matches),
        unmatched=unmatched,
        exceptions=tuple(alone),
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
        for h in _gone_on(exact(codes, known), codes, known)
        if h.pattern.kind == layout.TEXT
        or not cuts_version(codes, h.start, h.end, h.pattern.expression, known)
        if h.end - h.start >= _LOOSE or _is_together(h.start, h.end, held)
    )
    settled = [one for one in hits if settles(one)]
    zones = [zone for zone in gaps(settled, len(codes)) if _open(zone, hits)]
    if not zones:
        return hits
    from licensescan.classifier.identify.align import align

    aligned = [
        found_by(a, _read(a, held))
        for a in align(codes, zones, [(one.start, one.end) for one in settled], known)
    ]
    return longest([*hits, *aligned]) if aligned else hits


def _gone_on(hits: list[Hit], codes: str, known: Store) -> list[Hit]:
    """
    The hits; a few words that end in the middle of a longer name are about that:
    "licensed under the BSD-2-Clause" before "-Patent", "License: GPL" before "version 3
    or later". "License" alone makes no name longer.
    """
    names: dict[int, Hit] = {}
    for hit in hits:
        if hit.pattern.kind == layout.REFERENCE and hit.pattern.expression:
            before = names.get(hit.start)
            if before is None or hit.end > before.end:
                names[hit.start] = hit
    if not names:
        return hits
    ends = known.code("license"), known.code("licensed")
    told = []
    for hit in hits:
        if (
            hit.pattern.kind != layout.TEXT
            and hit.end - hit.start < SHORT
            and hit.pattern.expression
        ):
            inside = (
                names[start]
                for start in range(hit.start + 1, hit.end)
                if start in names
            )
            name = max(inside, key=lambda n: n.end, default=hit)
            if (
                name.end > hit.end
                and codes[hit.end] not in ends
                and not is_kind(codes, name.start, known)
            ):
                hit = Hit(
                    hit.start,
                    name.end,
                    replace(hit.pattern, expression=name.pattern.expression),
                )
        told.append(hit)
    return told


def _is_together(start: int, end: int, held: Words) -> bool:
    """
    Whether a few words stand near enough to each other to be one name; lines without
    words part nothing.
    """
    first, last = held.lines(start, end)
    if first == last:
        return True
    if _ENDS_A_NAME.search(held.rows[first - 1]) and held.starts[first] - start == 1:
        return False
    return len({held.line(place) for place in range(start, end)}) <= max(end - start, 2)


def _read(one: Aligned, held: Words) -> Pattern:
    """
    The pattern of an alignment; of a notice of a GNU license with the version that the
    words themselves name.
    """
    pattern = one.pattern
    if pattern.kind != layout.NOTICE or not is_gnu(pattern.expression):
        return pattern
    return replace(
        pattern, expression=renamed(held.quote(one.start, one.end), pattern.expression)
    )


def _open(zone: tuple[int, int], hits: Sequence[Found]) -> bool:
    """Whether a stretch holds enough words that nothing explains yet."""
    start, end = zone
    explained = sum(
        o.size
        for o in hits
        if start <= o.start and o.end <= end and not is_relative(o.pattern.expression)
    )
    return end - start - explained >= _ALIGN_FROM


def _holds_terms(found: Sequence[Found], held: Words, known: Store) -> bool:
    """
    Whether there is a stretch that reads like terms and that nothing accounts for.
    """
    codes = held.codes
    return any(
        end - start >= _TERMS_LEAST and is_legal(codes[start:end], known)
        for start, end in gaps(found, len(codes))
    )


def is_modified(match: Match) -> bool:
    """Whether a match is no longer the license it is nearest to."""
    return any(d.matters for d in match.differences)


def _match(
    one: Found,
    more: Difference | None,
    held: Words,
    known: Store,
    places: Sequence[Section],
) -> Match:
    lines = held.lines(one.start, one.end)
    differences = differences_of(one, held, known)
    if is_riddled(one.scattered, one.size):
        words = f"words at {one.scattered} places"
        differences += (
            Difference(kind="added", lines=lines, words=words, matters=True),
        )
    if one.pattern.kind == layout.NOTICE and is_gnu(one.pattern.expression):
        differences = tuple(map(_of_notice, differences))
    if more is not None:
        differences += (more,)
    return Match(
        expression=Expression(one.pattern.expression),
        kind=MatchKind(layout.KINDS[one.pattern.kind]),
        lines=lines,
        coverage=round(one.covered, 4),
        differences=differences,
        part=part_at(places, lines[0]),
    )


def _of_notice(difference: Difference) -> Difference:
    """
    A difference as it counts in a GNU notice: "if not, see ..." is all that it negates,
    and where to read the license is told in many ways.
    """
    sent = difference.kind == "missing" and difference.words == "not"
    return replace(difference, matters=difference.matters and not sent)


def _without_others(found: Sequence[Found], known: Store) -> list[Found]:
    """
    What is left without texts that are another license; one that is called by the name
    is that license, changed.
    """
    told = [(one, _is_another(one, known)) for one in found]
    named = {one.pattern.expression for one, other in told if not other}
    return [one for one, other in told if not other or one.pattern.expression in named]


def _is_another(one: Found, known: Store) -> bool:
    """
    Whether so much of the deal differs that the text is not a changed license but one
    of its own.

    One that says nothing else, and leaves a part out, is the license without that part.
    """
    deal = sum(len(words_of_deal(run.codes, known)) for run in one.runs)
    added = sum(run.end - run.start for run in one.runs)
    shortened = one.covered > _SHORTENED and added * _FEW < one.size
    return one.covered < _SAME and deal > _OTHER_DEAL and not shortened


def _chosen(choice: Choice, held: Words, places: Sequence[Section]) -> Match:
    lines = held.lines(choice.start, choice.end)
    return Match(
        expression=choice.expression,
        kind=MatchKind.NOTICE,
        lines=lines,
        coverage=1.0,
        part=part_at(places, lines[0]),
    )


def _outside(marked: Sequence[Tag], found: Sequence[Found], held: Words) -> list[Tag]:
    """
    The tags that no text of a license has within: CAL-1.0 shows the tags that its users
    are to write.
    """
    if not marked:
        return []
    texts = [held.lines(one.start, one.end) for one in found if settles(one)]
    return [
        tag
        for tag in marked
        if not any(first < tag.line < last for first, last in texts)
    ]


def _tagged(
    marked: Sequence[Tag], places: Sequence[Section], known: Store
) -> list[Match]:
    return [
        Match(
            expression=Expression(
                _OWN_NAME.sub(lambda name: _known_by(name, known), tag.expression)
            ),
            kind=MatchKind.TAG,
            lines=(tag.line, tag.line),
            coverage=1.0,
            part=part_at(places, tag.line),
        )
        for tag in marked
        if tag.expression
    ]


def _listed(
    matches: Sequence[Match],
    held: Words,
    taken: Sequence[tuple[int, int]],
    places: Sequence[Section],
    known: Store,
) -> list[Match]:
    """What tables, lists and fields name that no match has found in their row."""
    own = any(match.part is None for match in matches)
    found = []
    for one in listed(held, taken, known):
        there = {
            stem(x)
            for m in matches
            if m.lines[0] <= one.line <= m.lines[1]
            for x in _ids(m.expression)
        }
        if not {stem(x) for x in _ids(one.expression)} <= there:
            part = part_at(places, one.line) or (
                one.thing if own and one.thing else None
            )
            lines = (one.line, one.line)
            found.append(
                Match(
                    expression=Expression(one.expression),
                    kind=MatchKind.REFERENCE,
                    lines=lines,
                    coverage=1.0,
                    part=part,
                )
            )
    return found


def _ids(expression: str) -> list[str]:
    """The ids in an expression that may be an exception by itself."""
    return [
        word
        for word in expression.replace("(", " ").replace(")", " ").split()
        if word not in ("AND", "OR")
    ]


def _known_by(name: re.Match[str], known: Store) -> str:
    """
    The license that a name of somebody's own is a plain name of: "LicenseRef-Apache2";
    else that name.
    """
    if info(name[0]) is not None:
        return name[0]
    pattern = whole(words(name[1], known.code, known.rows).codes, known)
    if pattern is not None and pattern.expression and " " not in pattern.expression:
        return pattern.expression
    versioned = info(_NAME_AND_NUMBER.sub(r"\1-\2.0", name[1]))
    return (
        versioned.id if versioned is not None and not versioned.is_generic else name[0]
    )


def _expression(
    matches: Sequence[Match], modified: bool, marked: Sequence[Tag], terms: bool
) -> Expression:
    if modified:
        return NOASSERTION
    if not matches:
        return NOASSERTION if marked or terms else NONE
    distinct = [m.expression for m in matches if not is_modified(m)]
    return summed(distinct) if distinct else NOASSERTION


def own_expression(detection: Detection) -> Expression:
    """
    What a text says of the component itself: its expression without what the text gives
    to parts.
    """
    if detection.expression in (NOASSERTION, NONE) or not any(
        m.part for m in detection.matches
    ):
        return detection.expression
    own = [
        m.expression for m in detection.matches if m.part is None and not is_modified(m)
    ]
    if (
        not own
        and sum(u.words for u in detection.unmatched if u.part is None) > _TERMS_WORDS
    ):
        return NOASSERTION
    return summed(own)


def summed(expressions: Iterable[Expression]) -> Expression:
    """
    The licenses of one work that were found at different places, as one expression.

    The text of a GNU license fits both suffixes: where a notice says "or later", or
    grants an exception, the text that goes with it adds nothing. Where a choice is
    offered, the texts of what is offered add nothing to it.
    """
    distinct = list(dict.fromkeys(expressions))
    stems = {_stem(e) for e in distinct if e.endswith("-or-later")}
    excepted = {
        _stem(e.split(" WITH ")[0])
        for e in distinct
        if " WITH " in e and " AND " not in e and " OR " not in e
    }
    offered = {
        _stem(x)
        for e in distinct
        if " OR " in e and " AND " not in e
        for x in licenses(e)
    }
    kept = [
        e
        for e in distinct
        if _stem(e) not in offered
        if _stem(e) == e
        or not (_stem(e) in excepted or (e.endswith("-only") and _stem(e) in stems))
    ]
    return join_and(*kept)


def _stem(expression: str) -> str:
    return (
        expression.removesuffix("-Perl").removesuffix("-only").removesuffix("-or-later")
    )


def _by_section(
    region: Unmatched, places: Sequence[Section], held: Words
) -> list[Unmatched]:
    """The region cut where a section begins in it, each piece with its part."""
    first, last = region.lines
    begun = bisect_right(places, first, key=lambda s: s.line)
    begins = itertools.takewhile(
        lambda line: line <= last,
        (s.line for s in itertools.islice(places, begun, None)),
    )
    cuts = [first, *begins, last + 1]
    pieces = []
    for start, end in itertools.pairwise(cuts):
        words = held.starts[end - 1] - held.starts[start - 1]
        if words >= min(SHORT, region.words):
            pieces.append(
                Unmatched(
                    lines=(start, end - 1), words=words, part=part_at(places, start)
                )
            )
    return pieces


def _unmatched(
    found: Sequence[Found], held: Words, known: Store, places: Sequence[Section]
) -> tuple[Unmatched, ...]:
    left = []
    for start, end in gaps(found, len(held.codes)):
        codes = held.codes[start:end]
        # Words that limit are terms beside a license; alone they are any prose
        # (AUTHORS: "not everyone is listed").
        rider = found and len(codes) >= _SENTENCE and is_limiting(codes, known)
        if rider or (len(codes) >= SHORT and is_legal(codes, known)):
            lines = held.lines(start, end)
            left += _by_section(Unmatched(lines=lines, words=end - start), places, held)
    return tuple(left)
