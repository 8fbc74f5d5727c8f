"""
What `classify` found in each text, for people: the expression, why, and what the text
says in its own words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from licensescan.classifier.classify import Classified
from licensescan.model.types import Clause, Difference, Match, Terms
from licensescan.report.considered import rows as considered_rows
from licensescan.report.escape import line, terminal
from licensescan.rulebook.rulebook import taxonomy

_INDENT = 2
_LABEL = 15
_TOLD = ("note", "trigger")
"""
Parameters that are shown otherwise: the trigger stands in the words of the clause.
"""

_QUOTE = 1_200
"""Characters of a quote that are shown; the JSON holds all of it."""


def render(results: Sequence[Classified], width: int) -> str:
    """
    The results one after another, `width` columns wide. Everything that a text says is
    escaped.
    """
    # Escaped once more as a whole: wrapping can move a "::" to the head of a row, where
    # CI runners look for commands.
    return terminal(
        "\n".join("\n".join(_result(item, width)) + "\n" for item in results)
    )


def _result(item: Classified, width: int) -> Iterator[str]:
    found = item.detection
    marks = [
        w
        for w, on in (("modified", found.modified), ("tricks undone", found.obfuscated))
        if on
    ]
    tail = f"   ({', '.join(marks)})" if marks else ""
    yield f"{line(item.path or '-')}: {line(found.expression)}{tail}"
    if item.note:
        yield from _row("note", item.note, width)
    for match in found.matches:
        yield from _match(match, width)
    for gap in found.unmatched:
        yield from _row(
            "unmatched",
            f"{_lines(gap.lines)}: {gap.words} words that no known license accounts for",
            width,
        )
    yield from _terms(item.terms, width)
    for clause in _in_order(item.terms.clauses):
        yield from _clause(clause, width)
    if item.considered is not None:
        yield from considered_rows(item.considered, width)


def _match(match: Match, width: int) -> Iterator[str]:
    # 0.9996 must not read as complete, so the share is cut, not rounded.
    share = f"{int(match.coverage * 1000) / 10:g} %"
    about = f", about {line(match.part)}" if match.part else ""
    yield from _row(
        "match",
        f"{line(match.expression)}, {match.kind}, {_lines(match.lines)}, {share}{about}",
        width,
    )
    for difference in match.differences:
        yield from _difference(difference, width)


def _difference(difference: Difference, width: int) -> Iterator[str]:
    weight = "" if difference.matters else " (does not matter)"
    words = _cut(line(difference.words))
    said = (
        f"“{words}”"
        if difference.kind == "added"
        else words or "words that are known by their hashes only"
    )
    yield from _row(
        "", f"{difference.kind} in {_lines(difference.lines)}{weight}: {said}", width
    )


def _terms(terms: Terms, width: int) -> Iterator[str]:
    patent = f"grant {terms.patent.grant}"
    hit = terms.patent.retaliation
    if hit:
        patent += f"; a suit ends {'all rights' if hit.effect == 'all' else 'the patent license'} ({hit.strength})"
    yield from _row("patents", patent, width)
    if hit and hit.trigger:
        yield from _row("", line(hit.trigger), width)
    yield from _row("commercial", terms.commercial, width)
    yield from _row("copyleft", terms.copyleft, width)
    if terms.incomplete:
        yield from _row(
            "incomplete",
            "some of the terms stand in a document that is not at hand",
            width,
        )


def _clause(clause: Clause, width: int) -> Iterator[str]:
    """
    The place first, so that a reader goes down the text once; what the clause is; and
    the words themselves.
    """
    place = _lines(clause.lines) if clause.lines else ""
    section = f" ({_section(clause.section)})" if clause.section else ""
    sure = "" if clause.confidence >= 0.995 else f"   ({clause.confidence:.2f})"
    title = taxonomy().get(clause.clause, {}).get("title", "")
    yield from _row(place, f"{clause.clause}{section}: {title}{sure}", width)
    params = "; ".join(
        f"{k} {line(v)}"
        for k, v in sorted(clause.params.items())
        if k not in _TOLD and v
    )
    if params:
        yield from _row("", f"[{params}]", width)
    if note := clause.params.get("note"):
        yield from _row("", line(note), width)
    if clause.quote:
        lead = f"“{line(clause.lead)}” … " if clause.lead else ""
        yield from _row("", f"{lead}“{_cut(line(clause.quote))}”", width)


def _section(section: str) -> str:
    return line(section if not section[:1].isdigit() else f"section {section}")


def _in_order(clauses: Sequence[Clause]) -> list[Clause]:
    """
    As a reader meets them; what has no line (a fact, an absence) comes after, by name.
    """
    return sorted(clauses, key=lambda c: (c.lines is None, c.lines or (0, 0), c.clause))


def _lines(lines: tuple[int, int]) -> str:
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"


def _row(label: str, text: str, width: int) -> list[str]:
    first = " " * _INDENT + f"{label:{_LABEL}s}"
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )
