"""
What the items of the classifier's trace are: where they stand, and in which
words.

Each function takes a text and gives what says it of one item
(`trace.Describe`). Nothing of it runs, and nothing that it needs is imported,
unless somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.words import Words
from licensescan.model.trace import Describe

if TYPE_CHECKING:
    from licensescan.classifier.document.sentences import Sentence
    from licensescan.classifier.statements.labels import Label
    from licensescan.classifier.statements.lists import Listed
    from licensescan.classifier.statements.riders import Rider
    from licensescan.classifier.statements.sections import Section
    from licensescan.classifier.statements.tags import Tag
    from licensescan.model.claims import Claim
    from licensescan.model.considered import Considered, Kind

_LONGEST_ROW = 160
"""Characters of a row that is quoted whole."""

_LONGEST_QUOTE = 400
"""Characters of a sentence that are quoted."""

_WORDS = 24
"""Words that are quoted of a longer one."""


def names_in(tokens: Words) -> Describe[Occurrence]:
    """
    Say what a pattern is that was found in the text: the words that name a
    license.
    """

    def described(found: Occurrence) -> tuple[object, Considered]:
        lines = tokens.lines(found.start, found.end)
        quote = _quote(tokens, lines)
        if len(quote) > _LONGEST_ROW:
            quote = tokens.quote(
                found.start, min(found.end, found.start + _WORDS)
            )
        expression = found.pattern.expression
        return (found.start, found.end), _considered(
            "name", lines, quote, expression
        )

    return described


def describe_tag(item: Tag) -> tuple[object, Considered]:
    """Say what a tag is that stands in the text."""
    lines = (item.line, item.line)
    return lines, _considered(
        "tag", lines, item.written, item.expression or ""
    )


def describe_section(item: tuple[Section, str]) -> tuple[object, Considered]:
    """Say what a row is that may begin a section about a part."""
    section, row = item
    lines = (section.line, section.line)
    part = section.name or ""
    return (lines, part), _considered("section", lines, row.strip(), "", part)


def riders_in(text: str) -> Describe[Rider]:
    """Say what the words are that stand beside a license, and may limit it."""

    def described(rider: Rider) -> tuple[object, Considered]:
        from licensescan.model.considered import Considered

        rows = text.split("\n")[rider.lines[0] - 1 : rider.lines[1]]
        quote = " ".join(rider.words.split()) or " ".join(
            " ".join(rows).split()
        )
        return rider, Considered(
            kind="rider",
            lines=rider.lines,
            quote=quote[:_LONGEST_QUOTE],
            clause=rider.clause,
        )

    return described


def clauses_in(text: str) -> Describe[tuple[Sentence, str]]:
    """Say what a sentence is in which a clause was looked for."""

    def described(item: tuple[Sentence, str]) -> tuple[object, Considered]:
        from licensescan.model.considered import Considered

        sentence, clause = item
        first = text.count("\n", 0, sentence.start) + 1
        last = first + text.count("\n", sentence.start, sentence.end)
        quote = " ".join(text[sentence.start : sentence.end].split())
        return (clause, (first, last)), Considered(
            kind="clause",
            lines=(first, last),
            quote=quote[:_LONGEST_QUOTE],
            clause=clause,
        )

    return described


def statements_in(text: str) -> Describe[Label]:
    """
    Say what a sentence or row of a README is that gives something a license.
    """

    def described(label: Label) -> tuple[object, Considered]:
        from licensescan.model.considered import Considered

        first, last = label.lines
        rows = " ".join(text.split("\n")[first - 1 : last]).split()
        return (label.subject, label.name, label.lines), Considered(
            kind="statement",
            lines=label.lines,
            quote=" ".join(rows)[:_LONGEST_QUOTE],
            expression=label.value,
            part=label.name,
        )

    return described


def claims_in(text: str) -> Describe[Claim]:
    """Say what a sentence is that speaks of a license; its row is the rule."""

    def described(claim: Claim) -> tuple[object, Considered]:
        from licensescan.model.considered import Considered

        quote = " ".join(text[claim.start : claim.end].split())
        return (claim.start, claim.rule), Considered(
            kind="statement",
            lines=claim.lines,
            quote=quote[:_LONGEST_QUOTE],
            expression=claim.expression,
            clause=claim.rule,
            part=claim.name,
        )

    return described


def rows_in(tokens: Words) -> Describe[Listed]:
    """Say what the row of a table or list is that names a license."""

    def described(row: Listed) -> tuple[object, Considered]:
        lines = (row.line, row.line)
        quote = _quote(tokens, lines)[:_LONGEST_ROW]
        return (lines, row.expression), _considered(
            "row", lines, quote, row.expression, row.thing
        )

    return described


def _quote(tokens: Words, lines: tuple[int, int]) -> str:
    """Return the first row of `lines` that says anything."""
    rows = (row.strip() for row in tokens.rows[lines[0] - 1 : lines[1]])
    return next(filter(None, rows), "")


def _considered(
    kind: Kind,
    lines: tuple[int, int],
    quote: str,
    expression: str,
    part: str = "",
) -> Considered:
    from licensescan.model.considered import Considered

    return Considered(
        kind=kind, lines=lines, quote=quote, expression=expression, part=part
    )
