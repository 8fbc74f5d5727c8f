"""
Detection: which licenses a text holds, where, and what differs from them.

What is recognised (`recognition`) is sifted (`statements.mentions`), put into
sections, choices and exceptions (`statements`) and summed up.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from licensescan.classifier.describe import (
    claims_in,
    describe_section,
    describe_tag,
    names_in,
    rows_in,
)
from licensescan.classifier.document.languages import count_words, spoken
from licensescan.classifier.identify.adjacent_words import further_conditions
from licensescan.classifier.identify.altered_texts import with_changed
from licensescan.classifier.identify.occurrences import (
    Occurrence,
    gaps,
    settles,
)
from licensescan.classifier.identify.store import Store, store
from licensescan.classifier.identify.wording import is_legal, is_limiting
from licensescan.classifier.identify.words import Words, words
from licensescan.classifier.ledger import left_over
from licensescan.classifier.matches import Matches, is_modified
from licensescan.classifier.recognition import recognised, without_others
from licensescan.classifier.residue import may_limit
from licensescan.classifier.statements.apart import set_apart
from licensescan.classifier.statements.choices import choices, without_narrower
from licensescan.classifier.statements.exceptions import bound
from licensescan.classifier.statements.lists import listed
from licensescan.classifier.statements.mentions import sift
from licensescan.classifier.statements.riders import is_limit
from licensescan.classifier.statements.sections import (
    Section,
    part_at,
    sections,
)
from licensescan.classifier.statements.sifting import SHORT
from licensescan.classifier.statements.tags import Tag, tags
from licensescan.model.reasons import Reason
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    Detection,
    Expression,
    Match,
    Residue,
    Unmatched,
)
from licensescan.model.trace import SILENT, Trace
from licensescan.standards.spdx_expression import summed
from licensescan.standards.spdx_text import ids

_SENTENCE = 3
"""A term can be said in so few words."""

_TERMS_WORDS = 400
"""
So many words of unknown terms are a license of their own, which may name
others.
"""

_TERMS_LEAST = 40
"""Fewer words of the trade may be a remark in a list of authors."""


def detect(text: str, trace: Trace[Any] = SILENT) -> Detection:
    """
    Say which licenses `text` holds, where, and what differs from the license
    that each place is nearest to.

    Pure: the answer depends on the text and the index alone. Linear in the
    length of the text.
    """
    return detect_apart(text, trace)[0]


def detect_apart(
    text: str, trace: Trace[Any] = SILENT
) -> tuple[Detection, str]:
    """
    Return what `detect` does, and the text without the sentences that it sets
    apart: those about parts, and those that give no license.
    """
    index = store()
    tokens = words(text, index.code, index.rows)
    names = trace.of(names_in(tokens))
    seen = recognised(tokens, index, names)
    told = trace.of(claims_in(text))
    apart = set_apart(text, tokens, seen, limits, _takes, told)
    if apart is None:
        return _detected(text, tokens, seen, (), trace), text
    tokens = words(apart.text, index.code, index.rows)
    seen = recognised(tokens, index, trace.of(names_in(tokens)))
    detection = _detected(apart.text, tokens, seen, apart.matches, trace)
    return detection, apart.text


def _residue(
    tokens: Words,
    found: Sequence[Occurrence],
    seen: Sequence[Occurrence],
    places: Sequence[Section],
) -> tuple[Residue, ...]:
    """
    Return what a text says beside and within the licenses `found` in it;
    `seen` are all that are named in it.
    """
    if not any(one.pattern.expression for one in found):
        return ()
    index = store()
    return tuple(
        Residue(
            lines=left.lines,
            said=left.said,
            told=may_limit(
                left.words,
                left.said,
                index,
                is_cut=left.is_cut,
                names_license=left.names_license,
            ),
            part=part_at(places, left.lines[0]),
        )
        for left in left_over(tokens, found, seen)
    )


def limits(said: str) -> bool:
    """Return True if a sentence limits for sure what one may do."""
    from licensescan.classifier.clauses import analyse

    return any(map(is_limit, analyse(said, complete=False).clauses))


def _takes(said: str) -> bool:
    """Return True if words may limit what one may do."""
    index = store()
    heard = words(said, index.code, {}).plain
    return limits(said) or may_limit(
        heard,
        said,
        index,
        is_cut=False,
        # Of a piece of English only what sounds sure.
        names_license=said.isascii(),
    )


def _detected(
    text: str,
    tokens: Words,
    seen: Sequence[Occurrence],
    said: Sequence[Match],
    trace: Trace[Any],
) -> Detection:
    """
    Return what the patterns `seen` in a text and what it has `said` in
    sentences come to.
    """
    index = store()
    names = trace.of(names_in(tokens))
    marked = _outside(tags(text), seen, tokens, trace.of(describe_tag))
    found = sift(seen, tokens, marked, index, names)
    found = with_changed(without_others(found, index, names), tokens, index)
    taken = [
        tokens.lines(one.start, one.end) for one in found if one.size > SHORT
    ]
    about = (
        sections(tokens.rows, taken, trace.of(describe_section))
        if found or marked
        else []
    )
    making = Matches(tokens=tokens, index=index, sections=about)
    chosen = choices(found, seen, tokens, index)
    further = further_conditions(seen, tokens)
    given = without_narrower(found, chosen, names)
    patterns = [making.of_pattern(one, further.get(one.end)) for one in given]
    matches = [*patterns, *making.of_tags(marked), *said]
    matches += map(making.of_choice, chosen)
    in_rows = trace.of(rows_in(tokens))
    rows = listed(tokens, taken, index, in_rows)
    matches += making.of_rows(rows, matches, in_rows)
    matches, alone = bound(
        sorted(matches, key=lambda m: (m.lines, m.expression))
    )
    is_changed = any(is_modified(m) and m.part is None for m in matches)
    explained = _explained(found, seen)
    expression = _expression(matches, found, marked, tokens, index)
    if trace.asked:
        _explain(given, patterns, alone, expression, names)
    return Detection(
        expression=expression,
        modified=is_changed,
        obfuscated=tokens.obfuscated,
        matches=tuple(matches),
        unmatched=_unmatched(explained, tokens, index, about),
        exceptions=tuple(alone),
        residue=_residue(tokens, explained, seen, about),
    )


def _explained(
    found: Sequence[Occurrence], seen: Sequence[Occurrence]
) -> Sequence[Occurrence]:
    """
    Return what accounts for words: what was `found`, and whole texts that were
    `seen` and do not count beside it (the GPL that the LGPL consists of).
    """
    if not found:
        return found
    counted = {one.span for one in found}
    texts = [one for one in filter(settles, seen) if one.span not in counted]
    return sorted([*found, *texts], key=lambda one: one.span)


def _explain(
    found: Sequence[Occurrence],
    matches: Sequence[Match],
    alone: Sequence[Match],
    expression: Expression,
    trace: Trace[Occurrence],
) -> None:
    """Say of each pattern, whose match is in its place, what it came to."""
    summed_up = set(ids(expression))
    without_license = set(map(id, alone))
    for one, match in zip(found, matches, strict=True):
        if is_modified(match):
            trace.drops(Reason.CHANGED, one)
        elif id(match) in without_license:
            trace.drops(Reason.EXCEPTION_ALONE, one)
        elif expression != NOASSERTION and not summed_up.issuperset(
            ids(match.expression)
        ):
            trace.drops(Reason.SUMMED_UP, one)
        else:
            trace.keeps(Reason.STANDS, one)


def _outside(
    marked: Sequence[Tag],
    found: Sequence[Occurrence],
    tokens: Words,
    trace: Trace[Tag],
) -> list[Tag]:
    """
    Return the tags that no text of a license has within: CAL-1.0 shows the
    tags that its users are to write.
    """
    if not marked:
        return []
    texts = [tokens.lines(one.start, one.end) for one in found if settles(one)]
    outside = [
        tag
        for tag in marked
        if not any(first < tag.line < last for first, last in texts)
        or not trace.drops(Reason.TAG_IN_TEXT, tag)
    ]
    for tag in outside:
        if tag.expression:
            trace.keeps(Reason.STANDS, tag)
        else:
            trace.drops(Reason.TAG_INVALID, tag)
    return outside


def _expression(
    matches: Sequence[Match],
    found: Sequence[Occurrence],
    marked: Sequence[Tag],
    tokens: Words,
    index: Store,
) -> Expression:
    """
    Return what the matches come to: undecided where one was changed, or where
    only a tag that is none or unknown terms speak of a license.
    """
    if not matches:
        is_open = marked or _holds_terms(found, tokens, index)
        return NOASSERTION if is_open else NONE
    if any(is_modified(match) and match.part is None for match in matches):
        return NOASSERTION
    distinct = [
        match.expression for match in matches if not is_modified(match)
    ]
    return summed(distinct) if distinct else NOASSERTION


def _holds_terms(
    found: Sequence[Occurrence], tokens: Words, index: Store
) -> bool:
    """
    Return True for a stretch that reads like terms and that nothing accounts
    for.
    """
    codes = tokens.codes
    return any(
        end - start >= _TERMS_LEAST and is_legal(codes[start:end], index)
        for start, end in gaps(found, len(codes))
    )


def own_expression(detection: Detection) -> Expression:
    """
    What a text says of the component itself: its expression without what the
    text gives to parts.
    """
    if detection.expression in (NOASSERTION, NONE) or not any(
        m.part for m in detection.matches
    ):
        return detection.expression
    own = [
        m.expression
        for m in detection.matches
        if m.part is None and not is_modified(m)
    ]
    if (
        not own
        and sum(u.words for u in detection.unmatched if u.part is None)
        > _TERMS_WORDS
    ):
        return NOASSERTION
    return summed(own)


def _by_section(
    region: Unmatched, places: Sequence[Section], tokens: Words
) -> list[Unmatched]:
    """
    The region cut where a section begins in it, each piece with its part.
    """
    first, last = region.lines
    begun = bisect_right(places, first, key=lambda s: s.line)
    begins = itertools.takewhile(
        lambda line: line <= last,
        (s.line for s in itertools.islice(places, begun, None)),
    )
    cuts = [first, *begins, last + 1]
    pieces = []
    for start, end in itertools.pairwise(cuts):
        words = tokens.starts[end - 1] - tokens.starts[start - 1]
        if words >= min(SHORT, region.words):
            pieces.append(
                Unmatched(
                    lines=(start, end - 1),
                    words=words,
                    part=part_at(places, start),
                )
            )
    return pieces


def _in_other_words(
    rows: Sequence[str], lines: tuple[int, int]
) -> Unmatched | None:
    """
    Return the stretch at `lines` if it speaks of terms in another language
    than English, whose words the index does not know.
    """
    text = "\n".join(rows[lines[0] - 1 : lines[1]])
    if not spoken(text.lower()):
        return None
    return Unmatched(lines=lines, words=max(_SENTENCE, count_words(text)))


def _unmatched(
    found: Sequence[Occurrence],
    tokens: Words,
    index: Store,
    places: Sequence[Section],
) -> tuple[Unmatched, ...]:
    left = []
    # All gaps of a text of one line lie in that line.
    in_other_words = cache(partial(_in_other_words, tokens.rows))
    for start, end in gaps(found, len(tokens.codes)):
        codes = tokens.codes[start:end]
        # Words that limit are terms beside a license; alone they are any prose
        # (AUTHORS: "not everyone is listed").
        rider = found and len(codes) >= _SENTENCE and is_limiting(codes, index)
        lines = tokens.lines(start, end)
        size = end - start
        if rider or (len(codes) >= SHORT and is_legal(codes, index)):
            region = Unmatched(lines=lines, words=size)
            left += _by_section(region, places, tokens)
        elif found and (others := in_other_words(lines)):
            left.append(replace(others, part=part_at(places, lines[0])))
    return tuple(left)
