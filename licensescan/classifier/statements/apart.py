"""
What a text sets apart in sentences of its own: what it says of parts becomes
matches of these, and what it only speaks of is not heard at all.

License texts and long notices are left alone, and so are long stretches of
unknown terms: in these a sentence is a term, and no remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from licensescan.base import index_format as layout
from licensescan.classifier.document.languages import spoken
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.words import Words
from licensescan.classifier.statements.sections import sections
from licensescan.classifier.statements.sifting import SHORT
from licensescan.model.claims import Claim, Mood, Subject
from licensescan.model.kinds import MatchKind
from licensescan.model.reasons import Reason
from licensescan.model.texts import NOASSERTION, Match
from licensescan.model.trace import SILENT, Trace
from licensescan.standards.spdx_text import has_choice, is_scancode

_LONG = 24
"""Words of a notice that is a text of its own, whose sentences belong to it."""

_LEAST = 3
"""Words of the shortest sentence: a name and what is said of it."""

_TERMS = 400
"""Words of a stretch that is a license of its own."""

_TITLE_ROWS = 6
"""Rows above a text in which a sentence may be its introduction."""

_APART = (Subject.WEIGHTS, Subject.DATA, Subject.DOCS, Subject.PART)
"""Subjects that are a part, wherever it is said."""

_CUES = "licen|commercial|research|agreement|eula|terms of".split("|")
"""Words of sentences that name no license by words that are known."""

_REASONS = {
    Mood.DENIED: Reason.DENIED,
    Mood.PAST: Reason.PAST,
    Mood.FUTURE: Reason.FUTURE,
    Mood.OFFERED: Reason.OFFERED,
    Mood.COMPARED: Reason.COMPARED,
    Mood.EXAMPLE: Reason.EXAMPLE,
    Mood.REQUIRED: Reason.REQUIRED,
}
"""Why a claim in this mood gives nothing."""

_TERMS_IN = (Mood.OFFERED, Mood.REQUIRED)
"""Moods in which a sentence may say what one may not do without."""

_GIVING = ("verb", "under", "license-of", "other-languages", "accepted")
"""Rows of grants that are sure enough for a name that nobody knows."""

Lines = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """
    A text without what it sets apart, which is in `matches`; no line is lost.
    """

    text: str
    matches: tuple[Match, ...]


def set_apart(
    text: str,
    tokens: Words,
    found: Sequence[Occurrence],
    limits: Callable[[str], bool],
    takes: Callable[[str], bool],
    trace: Trace[Claim] = SILENT,
) -> Apart | None:
    """
    Return what a text sets apart; None if it does nothing of the kind. What
    `limits` in an offer is a term, and stays; so does that to which a sentence
    goes on if it `takes` something.
    """
    taken = [
        tokens.lines(one.start, one.end) for one in found if _is_text(one)
    ]
    named = [
        (tokens.lines(one.start, one.end), one)
        for one in found
        if one.pattern.expression and not _is_vague(one)
    ]
    rows = _outside(text, tokens, taken)
    if rows is None or not _may_speak(rows, found):
        return None
    matches: list[Match] = []
    blanked: list[Claim] = []
    said = tuple(_without_terms(text, rows, limits))
    for claim in said:
        beside = _beside(claim, said, named)
        match = _heard(claim, taken, beside, trace)
        if match is claim:
            continue
        blanked.append(_without_more(claim, text, takes))
        if isinstance(match, Match):
            matches.append(match)
    if not blanked:
        return None
    rest = without(text, blanked)
    # "This package embeds readline (GPL)" announces nothing below it.
    if sections(rest.split("\n"), taken):
        return None
    return Apart(text=rest, matches=tuple(matches))


def _without_more(
    claim: Claim, text: str, takes: Callable[[str], bool]
) -> Claim:
    """
    Return a denial up to where its sentence goes on to something that `takes`:
    "no code here is under the GPL and none may be passed on".
    """
    from licensescan.classifier.statements.claims import claims
    from licensescan.classifier.statements.grammar import words

    said = text[claim.start : claim.end]
    if claim.mood is not Mood.DENIED:
        return claim
    for joint in words("goes_on").finditer(said):
        rest = said[joint.end() :]
        if takes(rest) and not claims(rest):
            return replace(claim, end=claim.start + joint.end())
    return claim


def _without_terms(
    text: str, rows: str, limits: Callable[[str], bool]
) -> Iterator[Claim]:
    """Yield the claims of the `rows` of a text but for offers that limit."""
    from licensescan.classifier.statements.claims import claims

    for claim in claims(rows):
        if not is_term(claim, text, limits):
            yield claim


def is_term(claim: Claim, text: str, limits: Callable[[str], bool]) -> bool:
    """Return True for an offer or demand in `text` that `limits` its use."""
    if claim.mood not in _TERMS_IN:
        return False
    return limits(text[_begin(text, claim.start) : claim.end])


def _begin(text: str, start: int) -> int:
    """Return where the sentence or row begins that `start` is in."""
    marks = (". ", ".\n", "\n\n", "| ", "。")
    return max(text.rfind(mark, 0, start) for mark in marks) + 1


def _may_speak(rows: str, found: Iterable[Occurrence]) -> bool:
    """
    Return True if a sentence may name a license, or speak of terms: most that
    stands beside a license is a line of copyright.
    """
    lower = rows.lower()
    if any(map(lower.__contains__, _CUES)) or spoken(lower):
        return True
    return any(one.pattern.expression and not _is_text(one) for one in found)


def _is_vague(one: Occurrence) -> bool:
    """
    Return True for a few words that only ScanCode takes for a license: "source
    code license" is a part of many names.
    """
    return one.size < SHORT and is_scancode(one.pattern.expression)


def _is_text(one: Occurrence) -> bool:
    return one.pattern.kind == layout.TEXT or one.size >= _LONG


def _outside(text: str, tokens: Words, taken: Iterable[Lines]) -> str | None:
    """
    Return the text with the lines `taken`, and all long stretches, left blank;
    None if nothing is left.
    """
    rows = text.split("\n")
    if len(rows) != len(tokens.rows):
        return None
    kept: list[Lines] = []
    last = 0
    for first, end in [*sorted(taken), (len(rows) + 1, len(rows) + 1)]:
        size = sum(map(len, tokens.spans[last : first - 1]))
        if size and not "".join(rows[last : first - 1]).isascii():
            # A sentence without spaces is one word.
            size = max(size, _LEAST)
        if _LEAST <= size <= _TERMS:
            kept.append((last, first - 1))
        last = max(last, end)
    if not kept:
        return None
    blank = [" " * len(row) for row in rows]
    for first, end in kept:
        blank[first:end] = rows[first:end]
    return "\n".join(blank)


def _heard(
    claim: Claim,
    taken: Sequence[Lines],
    beside: Sequence[Occurrence],
    trace: Trace[Claim],
) -> Claim | Match | None:
    """
    Return the match that a claim is apart from the text around it; None if it
    is not heard, and the claim itself if it stays where it is.
    """
    if claim.is_quiet:
        reason = _REASONS.get(claim.mood, Reason.SPOKEN_OF)
        return None if trace.drops(reason, claim) else claim
    if claim.subject in _APART:
        if _introduces(claim, taken):
            return claim
        trace.keeps(Reason.SET_APART, claim)
        return _match(claim)
    is_known = claim.expression != NOASSERTION
    is_sure = claim.rule in _GIVING or (is_known and claim.rule == "label")
    is_unread = not beside and is_sure
    is_named = is_known and all(map(_is_name, beside))
    is_more = has_choice(claim.expression) or claim.is_exact
    is_apart = not taken and (is_unread or (is_named and is_more))
    return _match(claim) if is_apart else claim


def _beside(
    claim: Claim,
    said: Sequence[Claim],
    named: Sequence[tuple[Lines, Occurrence]],
) -> list[Occurrence]:
    """
    Return the names in the lines of a claim but for those that another claim
    in them gives.
    """
    others = {
        other.expression
        for other in said
        if other is not claim and _meet(other.lines, claim.lines)
    } - {claim.expression}
    return [
        one
        for lines, one in named
        if _meet(claim.lines, lines) and one.pattern.expression not in others
    ]


def _meet(one: Lines, other: Lines) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _is_name(one: Occurrence) -> bool:
    """Return True for so few words that they only name a license."""
    return one.size < SHORT and not has_choice(one.pattern.expression)


def _introduces(claim: Claim, taken: Sequence[Lines]) -> bool:
    """Return True if a text follows right below a claim."""
    if claim.leads:
        return True
    below = claim.lines[1]
    return any(below < first <= below + _TITLE_ROWS for first, _ in taken)


def _match(claim: Claim) -> Match | Claim:
    from licensescan.classifier.statements.claims import license_of

    expression = license_of(claim)
    if expression == NOASSERTION:
        return claim
    return Match(
        expression=expression,
        kind=MatchKind.STATEMENT,
        lines=claim.lines,
        coverage=1.0,
        part=claim.name or None if claim.subject in _APART else None,
    )


def without(text: str, said: Iterable[Claim]) -> str:
    """Return a text with these claims blanked; line ends stay."""
    pieces, at = [], 0
    for claim in sorted(said, key=lambda claim: claim.start):
        if claim.start < at:
            continue
        pieces += [text[at : claim.start]]
        pieces += _blanks(text[claim.start : claim.end])
        at = claim.end
    return "".join([*pieces, text[at:]])


def _blanks(words: str) -> Iterator[str]:
    return (c if c == "\n" else " " for c in words)
