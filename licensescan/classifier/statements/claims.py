"""
Read prose for claims: one sentence, one subject, one mood, and the licenses
that it names.

The grammar is data (`rules/statements`). A sentence is asked in lower case with
`LICENSE` for each name, so that a row sees what is said and not of which
license. Blocks without a word of licensing are never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from licensescan.base.patterns import Pattern
from licensescan.classifier.document.blocks import (
    Block,
    Document,
    document,
    layout,
    sentences,
)
from licensescan.classifier.names.reading import reference
from licensescan.classifier.statements.grammar import (
    NAME,
    MoodRow,
    grants,
    moods,
    of_subjects,
    subjects,
    verb,
    words,
)
from licensescan.classifier.statements.license_names import (
    LicenseName,
    family_license,
    license_names,
    words_of,
)
from licensescan.model.claims import Claim, Mood, Subject
from licensescan.model.texts import NOASSERTION, Expression
from licensescan.standards.spdx_expression import (
    alternatives,
    join_and,
    join_or,
    licenses,
)
from licensescan.standards.spdx_text import has_choice, is_sum

_LONGEST = 1_200
"""Characters of a sentence; a longer one is a list or no prose."""

_PAID = "LicenseRef-scancode-commercial-license"
"""A license that is sold is an offer beside the one that is given."""

NON_COMMERCIAL = Expression("LicenseRef-non-commercial")
"""Terms of which it is only said that they forbid commerce."""

UNREAD = Expression("LicenseRef-unread-terms")
"""Terms whose name has no letter that an id may have."""

_LONGEST_NAME = 60
"""Characters of what a part is called."""

_IT = ("it is ", "they are ", "it has ", "its license ")
"""How a clause goes on with what the one before it is about."""

_WHOLE = (Subject.OWN, Subject.UNSAID, Subject.FILE)
"""Subjects that may be all that a text is about."""

_PIECES = 2
"""So many pieces are a whole."""

_THINGS = (
    Subject.OWN,
    Subject.WEIGHTS,
    Subject.DATA,
    Subject.DOCS,
    Subject.PART,
)
"""Subjects that a sentence may name behind a license, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """A clause with its names, and as the rows of the grammar see it."""

    start: int
    end: int
    names: Sequence[LicenseName]
    words: str


def claims(text: str) -> tuple[Claim, ...]:
    """Return what the sentences of `text` say of licenses, in order."""
    lower = text.lower().replace("\n", " ")
    if not cues().holds(lower):
        return ()
    near = cues().within(lower)
    page = document(text)
    return _with_pieces(
        tuple(
            claim
            for block in page.blocks
            if block.role != "heading"
            and near.holds(_line(page.plain[block.start : block.end]))
            for claim in _of_block(page, block)
        )
    )


def _with_pieces(read: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """
    Return claims in which several pieces of a program ("the Python part", "the
    C core") are the whole of which nothing else is said.
    """
    given = [claim for claim in read if not claim.is_quiet]
    if any(claim.subject in _WHOLE for claim in given):
        return read
    pieces = [c for c in given if of_subjects("piece").fullmatch(c.name)]
    if len(pieces) < _PIECES:
        return read
    return tuple(
        replace(c, subject=Subject.OWN, name="") if c in pieces else c
        for c in read
    )


def cues() -> Pattern:
    """Return the words without one of which nothing is said of licenses."""
    return words("cues")


def _line(words_: str) -> str:
    return words_.lower().replace("\n", " ")


def _of_block(page: Document, block: Block) -> Iterator[Claim]:
    if block.role == "row":
        yield from _of_row(page, block)
        return
    start = block.start
    if block.role == "item":
        start = _after_mark(page.plain, block)
    subject: tuple[Subject, str] = (Subject.UNSAID, "")
    for begin, end in sentences(page.plain, start, block.end):
        if end - begin > _LONGEST:
            continue
        for claim in _of_sentence(page, begin, end, subject):
            yield claim
            subject = claim.subject, claim.name


def _after_mark(plain: str, block: Block) -> int:
    mark = layout("blocks", "item").match(plain, block.start, block.end)
    return mark.end() if mark else block.start


def _of_row(page: Document, block: Block) -> Iterator[Claim]:
    """
    Yield the claims of a row of a table: of the cell below a heading "License"
    about what its first cell names, else of each cell as a sentence.
    """
    column = _license_column(block)
    for number, (start, end) in enumerate(block.cells):
        if column is None:
            yield from _of_cell(page, start, end)
        elif number == column and page.plain[start:end].strip():
            yield from _of_column(page, block, start, end)


def _of_cell(page: Document, start: int, end: int) -> Iterator[Claim]:
    for begin, stop in sentences(page.plain, start, end):
        yield from _of_sentence(page, begin, stop, (Subject.UNSAID, ""))


def _license_column(block: Block) -> int | None:
    heads = [head.lower() for head in block.heads]
    named = (
        n for n, head in enumerate(heads) if n and words("column").search(head)
    )
    column = next(named, None)
    return column if column is not None and column < len(block.cells) else None


def _of_column(
    page: Document, block: Block, start: int, end: int
) -> Iterator[Claim]:
    names = license_names(page.plain, start, end)
    thing = page.plain[slice(*block.cells[0])].strip()
    if not names or not thing:
        return
    kind, name = _subject_of(thing, thing.lower(), is_label=True)
    yield _claim(page, start, end, names, kind, name, Mood.GRANTED, "row")


def _of_sentence(
    page: Document,
    start: int,
    end: int,
    before: tuple[Subject, str],
) -> Iterator[Claim]:
    """Yield the claims of the clauses of a sentence."""
    start = _opened(page.plain, start, end)
    names = license_names(page.plain, start, end)
    whole = _masked(page.plain, start, end, names)
    clauses = tuple(_clauses(page.plain, start, end, names))
    is_one = sum(bool(clause.names) for clause in clauses) == 1
    for clause in clauses:
        quiet = _quiet(clause, whole)
        if quiet is not None:
            yield _unheard(page, clause, quiet)
            before = Subject.UNSAID, ""
            continue
        rule = _granted_by(clause.words) if clause.names else ""
        if not rule:
            before = _here(clause) or before
            continue
        kind, name = _about(page, clause, before)
        claim = _claim(
            page,
            clause.start,
            clause.end,
            clause.names,
            kind,
            name,
            Mood.GRANTED,
            rule,
            whole if is_one else "",
        )
        # What leaves the choice may be said behind the names.
        is_open = is_one and has_choice(claim.expression)
        yield replace(claim, end=end) if is_open else claim
        before = kind, name


def _opened(plain: str, start: int, end: int) -> int:
    """Return where a sentence begins behind what it opens with ("Note:")."""
    opening = of_subjects("opening").match(plain, start, end)
    return opening.end() if opening else start


def _about(
    page: Document, clause: _Clause, before: tuple[Subject, str]
) -> tuple[Subject, str]:
    """
    Return what a clause speaks of: what it names, else what the clause before
    it spoke of.
    """
    kind, name = _subject(page.plain, clause)
    is_it = before[0] is Subject.PART and clause.words.startswith(_IT)
    return before if kind is Subject.UNSAID or is_it else (kind, name)


def _here(clause: _Clause) -> tuple[Subject, str] | None:
    """Return the part that a clause says to be here, without a license."""
    here = of_subjects("here").match(clause.words)
    if here is None or here["here"] in words_of("no-part"):
        return None
    return Subject.PART, here["here"]


def _unheard(page: Document, clause: _Clause, row: MoodRow) -> Claim:
    """Return a clause that gives nothing, by a row of the moods."""
    start = clause.start
    if row.after and clause.names:
        start = clause.names[0].end
    return _claim(
        page,
        start,
        clause.end,
        clause.names,
        Subject.OTHER,
        "",
        row.mood,
        row.id,
    )


def _claim(
    page: Document,
    start: int,
    end: int,
    names: Sequence[LicenseName],
    kind: Subject,
    name: str,
    mood: Mood,
    rule: str,
    whole: str = "",
) -> Claim:
    said = _masked(page.plain, start, end, ())
    expression = _expression(names, whole or said)
    terms = next((n.terms for n in names if n.terms), "")
    if expression == NOASSERTION and not terms and _is_less(kind, name):
        expression = family_license(names)
    return Claim(
        subject=kind,
        mood=mood,
        start=start,
        end=end,
        lines=page.lines(start + _indent(page.plain[start:end]), end),
        name=name,
        expression=expression,
        terms=terms,
        rule=rule,
        leads=said.endswith(":") or "the following " in said,
        limited=words("limited").search(_masked(page.plain, start, end, names))
        is not None,
        is_exact=any(n.is_exact for n in names),
    )


def license_of(claim: Claim) -> Expression:
    """
    Return what a claim gives: its license, or a name for terms that nobody
    knows, with the limit that is said beside it.
    """
    if not claim.terms:
        return claim.expression
    named = reference(claim.terms) or UNREAD
    return join_and(named, NON_COMMERCIAL) if claim.limited else named


def _is_less(kind: Subject, name: str) -> bool:
    """
    Return True if a sentence speaks of weights, data or a part with a name:
    "you can redistribute it" names none.
    """
    if kind in (Subject.WEIGHTS, Subject.DATA):
        return True
    begin = name.lower().partition(" ")[0]
    return kind is Subject.PART and begin not in words_of("no-part")


def _indent(words_: str) -> int:
    return len(words_) - len(words_.lstrip())


def _expression(names: Sequence[LicenseName], said: str) -> Expression:
    """Return what the names of a clause come to."""
    given = (
        join_or(*(a for a in alternatives(n.expression) if a != _PAID))
        for n in names
        if n.expression not in (NOASSERTION, _PAID)
    )
    known = list(dict.fromkeys(given))
    if not known or any(n.terms for n in names):
        return NOASSERTION
    is_choice = words("choice").search(said) and not words("both").search(said)
    if not is_choice or (len(names) == 1 and not is_sum(known[0])):
        return join_and(*known)
    return join_or(*(b for e in known for b in _branches(e)))


def _branches(expression: Expression) -> Sequence[str]:
    """Return what a name of one or several licenses leaves to choose."""
    several = is_sum(expression)
    return licenses(expression) if several else alternatives(expression)


def _masked(
    plain: str, start: int, end: int, names: Sequence[LicenseName]
) -> str:
    """
    Return a stretch in lower case and single spaces, with `LICENSE` for names.
    """
    pieces, at = [], start
    for name in names:
        if name.start >= at and name.end <= end:
            pieces += [plain[at : name.start].lower(), NAME]
            at = name.end
    pieces.append(plain[at:end].lower())
    said = " ".join("".join(pieces).replace("`", " ").split())
    return said.replace("( ", "(").replace(" )", ")")


def _clauses(
    plain: str, start: int, end: int, names: Sequence[LicenseName]
) -> Iterator[_Clause]:
    """Yield the clauses of a sentence; no cut goes through a name."""
    inner = (
        cut.end()
        for cut in layout("sentences", "clause").finditer(plain, start, end)
        if not _is_taken(cut, names)
    )
    cuts = [start, *sorted({*inner, *_shared(plain, names)}), end]
    for begin, stop in pairwise(cuts):
        inside = [n for n in names if begin <= n.start < stop]
        yield _Clause(
            start=begin,
            end=stop,
            names=inside,
            words=_masked(plain, begin, stop, inside).rstrip(";,"),
        )


def _shared(plain: str, names: Sequence[LicenseName]) -> Iterator[int]:
    """Yield where a sentence goes on with the license of another thing."""
    each = layout("sentences", "each")
    for one, other in pairwise(names):
        between = each.fullmatch(plain, one.end, other.start)
        if between is None:
            continue
        said = " ".join(between["second"].split()).removesuffix(" the")
        thing = said.removesuffix(" under")
        kinds = {_subject_behind(plain, one)[0]}
        kinds.add(_subject_of(thing, thing.lower())[0])
        if not kinds.isdisjoint(_THINGS):
            yield between.end("first")


def _is_taken(cut: re.Match[str], names: Iterable[LicenseName]) -> bool:
    return any(n.start < cut.end() and cut.start() < n.end for n in names)


def _quiet(clause: _Clause, whole: str) -> MoodRow | None:
    """Return the row by which a clause gives nothing; None for none."""
    for row in moods():
        said = whole if row.whole else clause.words
        # "No limits, except ...": what frees may go on to a limit.
        is_hedged = row.frees and words("hedged").search(said)
        if not is_hedged and row.holds(said):
            return row
    return None


def _granted_by(said: str) -> str:
    """Return the row by which a clause gives a license; "" for none."""
    return next((row.id for row in grants() if row.holds(said)), "")


def _subject(plain: str, clause: _Clause) -> tuple[Subject, str]:
    """Return whom a clause speaks of: what stands before its verb."""
    name = clause.names[0]
    behind = _subject_behind(plain, name)
    if behind[0] in _THINGS:
        return behind
    written = " ".join(plain[clause.start : name.start].split())
    opening = of_subjects("opening").match(written.lower())
    written = written[opening.end() :] if opening else written
    held = of_subjects("held").search(f"{written} ")
    what = (held["held"] or held["source"]) if held else ""
    if what and what.lower() not in words_of("no-part"):
        return Subject.PART, _called(what, Subject.PART)
    lower = f"{written.lower()} "
    until = verb().search(lower + NAME)
    head = lower[: until.start()] if until else lower
    return _subject_of(written[: len(head)].strip(), head.strip())


def _subject_behind(plain: str, name: LicenseName) -> tuple[Subject, str]:
    """Return what a name is said to be for behind it: "MIT for the code"."""
    rest = plain[name.end : name.end + _LONGEST_NAME]
    behind = of_subjects("behind").match(rest)
    if behind is None:
        return Subject.UNSAID, ""
    thing = " ".join(behind["behind"].split())
    return _subject_of(thing, thing.lower())


def _subject_of(
    written: str, head: str, is_label: bool = False
) -> tuple[Subject, str]:
    head = head.removesuffix("'s license").strip(" ,:-")
    if not head:
        return Subject.UNSAID, ""
    for row in subjects():
        if row.holds(head):
            return row.kind, _called(written, row.kind)
    return Subject.NAMED, _called(written, Subject.NAMED)


def _called(written: str, kind: Subject) -> str:
    """Return what a subject is called."""
    if kind in (Subject.WEIGHTS, Subject.DATA):
        return str(kind.value)
    if kind is Subject.DOCS:
        return "documentation"
    if kind not in (Subject.PART, Subject.NAMED):
        return ""
    # "test.py, the test-runner script": the file is the name.
    name = written.strip(" ,:;-(").partition(", the ")[0]
    for words_ in ("For ", "The ", "the ", "Our ", "All "):
        name = name.removeprefix(words_)
    for words_ in (" the terms of", " which", " that"):
        name = name.removesuffix(words_)
    return name[:_LONGEST_NAME].strip()
