"""
What stands beside a known license in the same file: a term of its own changes
the license, however short it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.document.languages import spoken
from licensescan.model.kinds import MatchKind
from licensescan.model.reasons import Reason
from licensescan.model.texts import (
    Clause,
    Detection,
    Difference,
    Match,
    Unmatched,
)
from licensescan.model.trace import SILENT, Trace
from licensescan.rulebook.terms import is_on_part

# Both are asked of lower case, and each alternative begins with a letter: what
# begins with an edge, or is asked of both cases, is tried at each character,
# and takes more than ten times as long. The edge before a word is looked for
# behind its first letter.
_SPEAKS = Regex(
    r"a(?:cademic|cceptable\s+use)|c(?:ommerc|ompet|ompanies|an\s*not\b)|e(?:valuat|xclu|xcept|mployees)|forbid|hosted"
    r"|in(?:ternal|demn)|l(?:imited|icen[cs]ed?\s+(?:for|from|separately))|must|n(?:on-?profit|obody)"
    r"|n(?<!\wn)(?:o|ot|ever)\b|o(?<!\wo)nly\b|p(?:atent|rohibit|ermission)|r(?:esearch|oyalt|evoc|estrict|evenue)"
    r"|solely|t(?:erminat|eaching)|u(?:nless|sers)|f(?<!\wf)ree\b|p(?<!\wp)ays?\b"
)
_TRADE = Regex(
    r"a(?<!\wa)greement\b|c(?<!\wc)opyright|g(?<!\wg)rant|l(?<!\wl)(?:icen[cs]|iab\w|aw\b)"
    r"|p(?<!\wp)(?:ermi\w|atents?\b)|r(?<!\wr)edistribut\w|t(?<!\wt)erms\b|w(?<!\ww)arrant"
)
_TOLD = 40
"""Words of a remark beside a license; more are terms of their own."""

_REMARKS = 3
"""Remarks beside a license; where there are more, a program or manual is."""

_LEAST_WORDS = 5
_SHORT = 60
_LONG = 300
_PROSE = 60
"""
A long stretch with fewer than one word of the trade in so many is what the
license is about: a manual, a program.
"""

_OWN_LICENSE = 400
"""
So many words of unknown terms are a license of their own, not a rider of the
one beside them.
"""

_NEAR = 6
"""Lines around one that speaks that belong to the same statement."""

_SURE = 0.75
"""A clause that was read less surely is told, and changes nothing."""

_REACH = {
    MatchKind.TEXT: 1_000_000,
    MatchKind.NOTICE: 3,
    MatchKind.REFERENCE: 3,
}
"""
Lines between a license and what limits it: not far from a notice begins the
file that it is the notice of.
"""

_MARGINS = ("#", "//", "*", "--", ";", "%", "!", "dnl")
"""How the lines of a comment begin."""

_MOST = 0.8
"""The share of the lines that begin so."""

_LIMITS = frozenset(
    "dist.prohibited dist.no_modify dist.binary_only dist.anti_copyleft dist.no_reverse_engineering access.payment "
    "patent.retaliation patent.disclaimed".split()
)


_FORMS = {
    "BUSL-1.1": Regex(
        r"(?i)^\W*(?:Licensor|Licensed Work|Additional Use Grant|Change Date|Change License)\W*:"
    ),
}
"""
Licenses that are forms, and the names of their blanks: what a licensor fills
in is not a change of the license.
"""

_DO = (
    r"(?:be )?(?:used?|sell|sold|resell|resold|rent(?:ed)?|leased?|(?:re)?distributed?|copy|copied|modify|modified"
    r"|host(?:ed)?|offer(?:ed)?|compete|train(?:ed)?|shared?|publish(?:ed)?|sublicensed?|deploy(?:ed)?"
    r"|commerciali[sz]ed?|exploit(?:ed)?|reproduced?)\b"
)
_WHAT = "you|users?|anyone|companies|people|software|program|package|library|code|works?|product|models?|it|copies"
_BAN = Regex(
    rf"\b(?:{_WHAT})\b(?: \w+){{0,4}} (?:(?:may|must|can|do) not|cannot) {_DO}(?! to endorse| in advertising)"
    r"|\b(?:redistribution|use|sale|resale|copying|distribution|modification|reverse engineering)\b(?: \w+){0,6} "
    r"(?:is|are) (?:strictly |expressly )?"
    r"(?:prohibited|forbidden|not (?:permitted|allowed|granted|licensed|authori[sz]ed))\b"
    r"|\bnot for (?:resale|sale|commercial use|production|profit)\b|\b(?:must|have to) (?:pay|purchase|buy)\b"
    r"|\bused for good,? not evil\b|\bcommons clause\b"
)
_NO_BAN = Regex(
    r"\bwe (?:must|can|may) ?not\b|\b(?:has|have|was|were) (?:been )?(?:removed|lifted|dropped)\b"
    # Another license is offered to those who do not like this one.
    r"|\bif you (?:do not|don t|cannot) (?:wish|want|like|agree|accept|comply)\b"
)
_BAN_WORDS = 60


Lines = tuple[int, int]
"""The first and last line of a stretch, from 1."""


class Rider(NamedTuple):
    """
    Words beside or within a license that limit, and the clause that they are.
    """

    lines: Lines
    words: str
    clause: str = ""


def filled_in(text: str, detection: Detection) -> tuple[int, int] | None:
    """
    The first and last line of the blanks that are filled in above a license
    which is a form; None without one.
    """
    for match in detection.matches:
        form = (
            _FORMS.get(match.expression)
            if match.kind == MatchKind.TEXT and match.part is None
            else None
        )
        if form is None:
            continue
        rows = text.split("\n", match.lines[0])[: match.lines[0]]
        named = [
            number for number, row in enumerate(rows, 1) if form.match(row)
        ]
        if named:
            ends = (
                number
                for number in range(named[-1], len(rows))
                if not rows[number].strip()
            )
            return named[0], next(ends, len(rows))
    return None


def bans(
    text: str, detection: Detection, trace: Trace[Rider] = SILENT
) -> list[tuple[Lines, str]]:
    """
    Lines and words of short stretches beside the component's own license that
    forbid something in so many words, whatever clause that may be.
    """
    if not detection.unmatched:
        return []
    rows = text.split("\n")
    margin = _margin(rows, detection)
    found = []
    for region in detection.unmatched:
        if region.part or region.words > _OWN_LICENSE:
            continue
        first, last = region.lines
        said = " ".join(_inside(margin, rows[first - 1 : last]))
        plain = " ".join(re.sub(r"[^\w,]+", " ", said.lower()).split())
        if not _BAN.search(plain):
            continue
        ban = Rider(region.lines, " ".join(said.split()[:_BAN_WORDS]))
        if _NO_BAN.search(plain) and trace.drops(Reason.NO_BAN, ban):
            continue
        found.append((ban.lines, ban.words))
    return found


def foreign(
    text: str, detection: Detection
) -> list[tuple[tuple[int, int], int]]:
    """
    Lines and number of words of terms so long that they are a license of their
    own, which nobody knows.
    """
    long = [
        r
        for r in detection.unmatched
        if r.part is None and r.words > _OWN_LICENSE
    ]
    rows = text.split("\n") if long else []
    return [
        (r.lines, r.words)
        for r in long
        if _are_terms("\n".join(rows[r.lines[0] - 1 : r.lines[1]]), r.words)
    ]


def _are_terms(said: str, words: int) -> bool:
    """
    Whether so many words speak of licenses and law often enough to be more
    than a manual or a program.
    """
    return len(_TRADE.findall(said.lower())) * _PROSE >= words


def unexplained(
    text: str, detection: Detection, trace: Trace[Rider] = SILENT
) -> str:
    """
    The lines that no known license accounts for, at their own line numbers; ""
    when they hold no word of a clause.

    These are the stretches beside the known texts, and the words put into one
    that detection found too few to matter. Clause analysis costs ten times
    what detection costs, so it sees these lines alone.
    """
    wanted = [
        (r.lines, r.words)
        for r in detection.unmatched
        if r.words >= _LEAST_WORDS
    ]
    wanted += [
        (d.lines, len(d.words.split()))
        for m in detection.matches
        for d in _inserted(m)
    ]
    wanted += [(lines, 0) for lines in _told_beside(detection)]
    if not wanted:
        return ""
    rows = text.split("\n")
    kept = [""] * len(rows)
    margin = _margin(rows, detection)
    for (first, last), words in wanted:
        chosen = _inside(margin, rows[first - 1 : last])
        reason = _why_unread("\n".join(chosen), words)
        if reason is None or not trace.drops(
            reason, Rider((first, last), chosen[0])
        ):
            kept[first - 1 : last] = chosen
    return "\n".join(kept) if any(kept) else ""


def _told_beside(detection: Detection) -> Iterator[Lines]:
    """
    Yield the lines of a few words that may limit and stand in no license: they
    are read whatever these words are.
    """
    told = [left for left in detection.residue if left.told]
    if len(told) > _REMARKS:
        return
    taken = [m.lines for m in detection.matches if m.kind == MatchKind.TEXT]
    for left in told:
        is_short = len(left.said.split()) <= _TOLD
        first, last = left.lines
        if is_short and all(b < first or last < a for a, b in taken):
            yield left.lines


def _why_unread(stretch: str, words: int) -> Reason | None:
    """Return why a stretch is not read for clauses; None if it is."""
    low = stretch.lower()
    if words >= _SHORT and not _SPEAKS.search(low):
        return None if spoken(low) else Reason.NO_WORD_OF_LIMITS
    if words < _LONG or _are_terms(stretch, words) or spoken(low):
        return None
    return Reason.PROSE


def speaking(text: str) -> str:
    """
    The lines of `text`, in which no license was found, that stand near a word
    of a license or of a limit, at their own line numbers. A list of a thousand
    authors has a sentence or two, and reading it for clauses costs as much as
    all that detection does with it.
    """
    rows = text.split("\n")
    kept = [""] * len(rows)
    is_foreign = bool(spoken(text.lower()))
    for number, row in enumerate(text.lower().split("\n")):
        is_on_terms = _SPEAKS.search(row) or _TRADE.search(row)
        if is_on_terms or (is_foreign and spoken(row)):
            first, last = max(0, number - _NEAR), number + _NEAR + 1
            kept[first:last] = rows[first:last]
    return "\n".join(kept)


def _margin(rows: Sequence[str], detection: Detection) -> str:
    """
    What the lines of the licenses in `rows` begin with, when they are a
    comment; else "".
    """
    spans = [m.lines for m in detection.matches if m.kind in _REACH]
    told = [
        row.lstrip()
        for first, last in spans
        for row in rows[first - 1 : last]
        if row.strip()
    ]
    if not told:
        return ""
    commonest, count = Counter(row[0] for row in told).most_common(1)[0]
    likely = (
        [m for m in _MARGINS if m[0] == commonest]
        if count > _MOST * len(told)
        else ()
    )
    return next(
        (
            m
            for m in likely
            if sum(row.startswith(m) for row in told) > _MOST * len(told)
        ),
        "",
    )


def _inside(margin: str, rows: Sequence[str]) -> list[str]:
    """
    `rows` without those that are no comment, where a license is one: what
    limits it stands in the comment too, and beside it begins the program.
    """
    return (
        [row if row.lstrip().startswith(margin) else "" for row in rows]
        if margin
        else list(rows)
    )


def ridden(
    detection: Detection,
    clauses: Iterable[Clause],
    banned: Sequence[tuple[Lines, str]] = (),
    form: Lines | None = None,
    trace: Trace[Rider] = SILENT,
) -> Detection:
    """
    Return `detection` as changed by limits (`clauses`, and words that forbid:
    see `bans`) that stand beside or within the component's own license: the
    text that carries them is `modified`, with the words as a difference that
    matters. What belongs to parts, terms that take nothing away (credit, law,
    warranty), and what is written into the blanks of a form (the lines `form`)
    leaves it as it is.
    """
    riders = _riders(list(clauses), banned, detection, trace)
    carriers = _carriers(detection)
    matches = list(detection.matches)
    for rider in riders:
        is_filled_in = form is not None and _distance(rider.lines, form) == 0
        if is_filled_in and trace.drops(Reason.FILLED_IN, rider):
            continue
        own = [
            place
            for place in carriers
            if _reaches(matches[place], rider.lines)
        ]
        if not own:
            trace.drops(Reason.OUT_OF_REACH, rider)
            continue
        trace.keeps(Reason.RIDER, rider)
        nearest = min(
            own, key=lambda at: _distance(matches[at].lines, rider.lines)
        )
        matches[nearest] = _with_rider(matches[nearest], rider)
    return detection.with_changed(matches)


def _riders(
    clauses: Sequence[Clause],
    banned: Sequence[tuple[Lines, str]],
    detection: Detection,
    trace: Trace[Rider],
) -> list[Rider]:
    """
    Return the clauses that limit the component itself; without any, the words
    that forbid, but for those about weights or data.
    """
    limits = [
        Rider(c.lines or (1, 1), " ".join((c.quote or "").split()), c.clause)
        for c in clauses
        if not _is_harmless(c, detection.unmatched, trace)
    ]
    if limits:
        return limits
    of_parts = [c.lines for c in clauses if is_on_part(c) and c.lines]
    return [
        Rider(lines, words)
        for lines, words in banned
        if not any(_distance(lines, of_part) == 0 for of_part in of_parts)
    ]


def _carriers(detection: Detection) -> list[int]:
    """
    Return the places of the matches that a rider may change: those of the
    component itself. Of several that are only named, each may be the license
    of another thing.
    """
    several = len(detection.matches) > 1
    return [
        place
        for place, match in enumerate(detection.matches)
        if match.kind in _REACH
        and match.part is None
        and not (several and match.kind == MatchKind.REFERENCE)
    ]


def _with_rider(match: Match, rider: Rider) -> Match:
    added = Difference(
        kind="added", lines=rider.lines, words=rider.words, matters=True
    )
    if added in match.differences:
        return match
    return replace(match, differences=(*match.differences, added))


def is_limit(clause: Clause) -> bool:
    """Return True for a clause that limits for sure what one may do."""
    return _takes_away(clause) and clause.confidence >= _SURE


def _takes_away(clause: Clause) -> bool:
    return clause.clause.startswith("use.") or clause.clause in _LIMITS


def _is_harmless(
    clause: Clause, regions: Sequence[Unmatched], trace: Trace[Rider]
) -> bool:
    """Return True for a clause that changes no license, wherever it stands."""
    rider = Rider(clause.lines or (1, 1), clause.quote or "", clause.clause)
    if not is_limit(clause):
        is_unsure = _takes_away(clause)
        return trace.drops(
            Reason.UNSURE if is_unsure else Reason.TAKES_NOTHING, rider
        )
    reason = _why_of_another(clause, regions)
    return reason is not None and trace.drops(reason, rider)


def _why_of_another(
    clause: Clause, regions: Sequence[Unmatched]
) -> Reason | None:
    """Return why a clause is not about the license beside it."""
    if is_on_part(clause):
        return Reason.OF_A_PART
    first, last = clause.lines or (0, 0)
    around = [r for r in regions if r.lines[0] <= last and first <= r.lines[1]]
    if any(r.part for r in around):
        return Reason.OF_A_PART
    is_another = any(r.words > _OWN_LICENSE for r in around)
    return Reason.OF_UNKNOWN_LICENSE if is_another else None


def _inserted(match: Match) -> list[Difference]:
    return (
        []
        if match.part
        else [
            d
            for d in match.differences
            if d.kind == "added" and len(d.words.split()) >= _LEAST_WORDS
        ]
    )


def _reaches(match: Match, lines: tuple[int, int]) -> bool:
    """
    Whether a limit that stands at `lines` is one of this license: of a notice,
    when it goes on with it.
    """
    above = match.kind != MatchKind.TEXT and lines[1] < match.lines[0]
    return not above and _distance(match.lines, lines) <= _REACH[match.kind]


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)
