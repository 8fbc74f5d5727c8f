"""
Which license a sentence gives to something else than the component: weights
and data in a README ("the weights are released under CC-BY-NC 4.0"), copied
code in a license file ("their license is ..." below a title).

Only names that are understood count, except in a license file, where a name
that is not is an open question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from licensescan.classifier.names.interpret import interpret
from licensescan.classifier.statements.claims import claims, license_of
from licensescan.model.claims import Claim, Subject
from licensescan.model.kinds import EvidenceKind
from licensescan.model.reasons import Reason
from licensescan.model.texts import NOASSERTION
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import Component, Evidence, Kind, Relation
from licensescan.standards.purl import part_purl

LONGEST = 400
OWN = "own"
"""The subject of what a README says of its own project."""

ELSEWHERE = "LicenseRef-conditional"
"""Terms of which it is only said that they are other ones."""

_ELSEWHERE = re.compile(
    r"(?i)\b(?:refer to|check|see|follow|consult|comply with|subject to|have|respect)\s+(?:(?:the|their|its|each)\s+)?"
    r"(?:original|own|respective|individual|corresponding)\s+licen[cs](?:es?|ing)\b"
)
_APART = re.compile(
    r"\b(?:carry|bring|keep|retain|come with|under|use)s?\s+(?:their|its)\s+own\s+licen[cs]e"
    r"|\blicen[cs]ed\s+separately\b|\bseparately\s+licen[cs]ed\b"
    r"|\blicen[cs]es?\s+(?:is|are)\s+(?:separate|independent|distinct|different)\b"
    r"|\b(?:check|review|verify|read)\s+(?:the\s+)?licen[cs]es?(?:\s+(?:types?|terms))?\s+(?:of|for|shown on)"
    r"\s+(?:(?:those|these|each|the|every|any)\s+)?(?:[\w-]+\s+)?(?:models?|weights|checkpoints?)\b"
)
"""
Words that put what their own sentence is about on terms that stand elsewhere.
"""

_MODELS = re.compile(r"\b(?:models?|weights|checkpoints?)\b")
_PARAGRAPH = re.compile(r"\n\s*\n|\n#")
_SENTENCE = re.compile(r"[.;!?]\s|\n\s*(?:\n|[-*#|])")
_CUES = ("under", "licens", "licenc")
_OWNERS = ("original", "own", "respective", "individual", "corresponding")
_BEFORE, _AFTER = 100, 86
"""
Characters of what is looked for that may stand before its cue, and from there
on.
"""

_LEARNED_WORDS = (
    "weight",
    "checkpoint",
    "model",
    "network",
    "algorithm",
    "dataset",
    "data set",
)
_LEARNED = re.compile(
    r"(?i)\b(?:models?|weights?|checkpoints?|networks?|algorithms?)\b"
)
_NEAR = 250
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_TABLE = re.compile(
    r"(?m)^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*\r?$"
)
"""The line under the heads of a Markdown table."""

_LICENSE_HEAD = re.compile(r"(?i)\blicen[cs]e\b")
_LOCAL = re.compile(
    r"\[([^\]]{1,60})\]\((?![a-z]+:|[/#])[\w.-]+(?:/[\w.-]*)+\)"
)
_KIND_OF = {
    Subject.WEIGHTS: "weights",
    Subject.DATA: "data",
    Subject.DOCS: "part",
    Subject.PART: "part",
}
"""Subjects of claims that are parts."""

_WHOLE = (Subject.OWN, Subject.NAMED)
_STATING = (
    "verb",
    "under",
    "license-of",
    "choice",
    "accepted",
    "other-languages",
)
"""Rows of grants that are a sentence, and not only a name."""

_KINDS: dict[str, tuple[str, Kind, Relation]] = {
    "weights": ("weights", "model", "weights"),
    "data": ("data", "dataset", "data"),
    "part": ("", "source", "vendored"),
}
_SAYS = re.compile(
    r"(?i)\b(?:their|its|whose) licen[cs]e is (?:the |an? )?(?P<name>[^\n]{2,100}?)\.?\s*$"
    r"|\bhere is the (?P<titled>[A-Z][\w.-]{1,30}(?: [A-Z0-9][\w.-]{0,30}){0,4}) licen[cs]e\b"
)
_CUE = re.compile(
    r"(?i)\b(?:their|its|whose) licen[cs]e is\b|\bhere is the \w"
)
_CUE_WORDS = (
    *(
        f"{whose} licen{c}e is"
        for whose in ("their", "its", "whose")
        for c in "cs"
    ),
    "here is the ",
)


@dataclass(frozen=True, slots=True)
class Label:
    """
    `value` is the name of the license, or, with `is_text`, its text; `name` is
    what it is about.
    """

    subject: str
    name: str
    value: str
    lines: tuple[int, int]
    is_text: bool = False


def labels(
    text: str,
    trace: Trace[Label] = SILENT,
    said: Sequence[Claim] | None = None,
) -> tuple[Label, ...]:
    """
    What a README says of weights, data and parts, each license once for each
    of them; `said` are its claims, if they were read.
    """
    given = _given(claims(text) if said is None else said, trace)
    if not any(map(text.lower().__contains__, _LEARNED_WORDS)):
        return tuple(_first_of_each(given))
    plain = _without_marks(text.replace("![", " ["))
    # Of all letters only this one is longer in lower case.
    lower = plain.replace("\u0130", "i").lower()
    cues = _places(lower)
    elsewhere = (
        *_own_terms(text, plain, lower, cues),
        *_apart(text, lower, cues),
    )
    return tuple(_first_of_each((*given, *elsewhere)))


def _given(said: Iterable[Claim], trace: Trace[Label]) -> Iterator[Label]:
    """Yield the licenses that sentences give to weights, data and parts."""
    for claim in said:
        kind = _KIND_OF.get(claim.subject)
        label = _label(claim, kind or OWN)
        if claim.is_quiet or not kind:
            trace.drops(Reason.NOT_OF_WEIGHTS, label)
        elif not label.value:
            trace.drops(Reason.NO_LICENSE_NAMED, label)
        else:
            trace.keeps(Reason.GIVEN_BY_NAME, label)
            yield label


def _label(claim: Claim, subject: str) -> Label:
    named = license_of(claim)
    value = "" if named == NOASSERTION else str(named)
    return Label(subject, claim.name, value, claim.lines)


def _own_terms(
    text: str, plain: str, lower: str, cues: Iterable[int]
) -> Iterator[Label]:
    """
    Sentences by which models have licenses of their own ("may have their own
    licenses"): a condition, of which only the fact is said.
    """
    owners = [
        cue
        for cue in cues
        if lower[max(0, cue - _BEFORE) : cue].rstrip().endswith(_OWNERS)
    ]
    for anchor in _around(_ELSEWHERE, plain, owners):
        before = plain[max(0, anchor.start() - _NEAR) : anchor.start()]
        if _LEARNED.search(_PARAGRAPH.split(before)[-1]):
            yield Label(
                "weights", "weights", ELSEWHERE, _line_of(text, anchor)
            )


def _apart(text: str, lower: str, cues: Iterable[int]) -> Iterator[Label]:
    """Sentences that put models on terms which stand elsewhere."""
    for anchor in _around(_APART, lower, cues):
        said = lower[max(0, anchor.start() - _NEAR) : anchor.end()]
        if _MODELS.search(_SENTENCE.split(said)[-1]):
            yield Label(
                "weights", "weights", ELSEWHERE, _line_of(text, anchor)
            )


def _first_of_each(found: Iterable[Label]) -> list[Label]:
    """
    Return each license once for each subject; that terms stand elsewhere once.
    """
    first: dict[tuple[str, str], Label] = {}
    for label in found:
        value = "" if label.value == ELSEWHERE else label.value
        first.setdefault((label.subject, value), label)
    return list(first.values())


def stated(
    text: str,
    trace: Trace[Label] = SILENT,
    said: Sequence[Claim] | None = None,
) -> tuple[Label, ...]:
    """
    The licenses that a README gives to the project itself, or to what it calls
    by a name, in so many words.
    """
    found = []
    for claim in claims(text) if said is None else said:
        label = _label(claim, OWN)
        if claim.subject not in _WHOLE:
            trace.drops(Reason.NOT_OF_THE_WHOLE, label)
            continue
        if not label.value or claim.rule not in _STATING:
            trace.drops(Reason.NO_LICENSE_NAMED, label)
            continue
        trace.keeps(Reason.STATED, label)
        found.append(label)
    return tuple(_first_of_each(found))


def _without_marks(text: str) -> str:
    """Return a text in the same length without links and emphasis."""
    if "](" in text:
        text = _LINK.sub(lambda link: link[1].ljust(len(link[0])), text)
    return text.replace("*", " ").replace("`", " ").replace("_", " ")


def _line_of(text: str, found: re.Match[str]) -> tuple[int, int]:
    line = text.count("\n", 0, found.start()) + 1
    return line, line


def _places(lower: str) -> list[int]:
    """Where the words begin that all that is looked for must have."""
    return sorted(at for cue in _CUES for at in _occurrences(cue, lower))


def _occurrences(words: str, lower: str) -> Iterator[int]:
    at = lower.find(words)
    while at >= 0:
        yield at
        at = lower.find(words, at + 1)


def _around(
    pattern: re.Pattern[str], text: str, places: Iterable[int]
) -> Iterator[re.Match[str]]:
    """
    What `pattern` finds near these places; in the whole text it would take ten
    times as long.
    """
    end = 0
    for at in places:
        if at >= end and (
            found := pattern.search(text, max(end, at - _BEFORE), at + _AFTER)
        ):
            end = found.end()
            yield found


def tabled(text: str, trace: Trace[Label] = SILENT) -> tuple[Label, ...]:
    """
    What a table of a README gives a license of its own: code of the same
    repository, to which its row links. What a row only names may be a model, a
    tool or anything else that is not here.
    """
    if "|" not in text or not _TABLE.search(text):
        return ()
    rows = text.split("\n")
    heads = [n for n, row in enumerate(rows) if n and _TABLE.fullmatch(row)]
    return tuple(
        label for n in heads for label in _rows_of_table(rows, n, trace)
    )


def _rows_of_table(
    rows: Sequence[str], number: int, trace: Trace[Label]
) -> Iterator[Label]:
    """The labels of the table whose line below the heads is row `number`."""
    heads = _cells(rows[number - 1])
    named = (
        n for n, head in enumerate(heads) if n and _LICENSE_HEAD.search(head)
    )
    column = next(named, 0)
    for line, row in enumerate(rows[number + 1 :], number + 2):
        cells = _cells(row)
        if not column or len(cells) <= column:
            return
        here = _LOCAL.fullmatch(cells[0])
        value = _LINK.sub(r"\1", cells[column])
        label = Label(
            "part", here[1] if here else cells[0], value, (line, line)
        )
        if here is None and trace.drops(Reason.NOT_HERE, label):
            continue
        if not interpret(value).understood:
            trace.drops(Reason.NO_LICENSE_NAMED, label)
            continue
        trace.keeps(Reason.GIVEN_BY_NAME, label)
        yield label


def _cells(row: str) -> list[str]:
    return (
        [cell.strip() for cell in row.strip().strip("|").split("|")]
        if "|" in row
        else []
    )


def titled(text: str) -> tuple[Label, ...]:
    """
    What a license file says of code that it lists by a title: the license that
    it names below, or the text that it announces ("here is the Acme license")
    and gives under "Terms of the Acme License".
    """
    lower = text.lower()
    if not any(map(lower.__contains__, _CUE_WORDS)) or not _CUE.search(text):
        return ()
    rows = text.split("\n")
    found: dict[str, Label] = {}
    for number, row in enumerate(rows):
        said = _SAYS.search(row)
        title = _title_above(rows, number) if said else ""
        if said is None or not title or title in found:
            continue
        lines = (number + 1, number + 1)
        if said["titled"]:
            body, place = _terms_of(said["titled"], text)
            if body:
                found[title] = Label("part", title, body, place, True)
        else:
            found[title] = Label("part", title, said["name"].strip(), lines)
    return tuple(found.values())


def _title_above(rows: Sequence[str], number: int) -> str:
    """
    The short line on top of the lines that hold together with row `number`.
    """
    first = number
    while first > 0 and rows[first - 1].strip() and number - first < 4:
        first -= 1
        title = rows[first].strip()
        if (
            len(title.split()) <= 4
            and len(title) <= 40
            and title[-1] not in ".;:,)"
            and title[0].isalnum()
        ):
            return title
    return ""


def _terms_of(name: str, text: str) -> tuple[str, tuple[int, int]]:
    """
    The text under a heading such as "Terms of the Acme License:", up to the
    next heading of that kind.
    """
    heading = re.search(
        rf"(?mi)^terms of the {re.escape(name)} licen[cs]e\b[^\n]*\n", text
    )
    if heading is None:
        return "", (0, 0)
    after = re.compile(
        r"(?mi)^(?:terms of the [^\n]* licen[cs]e|open source software licensed under)\b"
    ).search(text, heading.end())
    body = text[heading.end() : after.start() if after else len(text)]
    first = text.count("\n", 0, heading.end()) + 1
    return body, (first, first + body.rstrip().count("\n"))


def parts_of(
    component: Component, path: str, found: Sequence[Label]
) -> Iterator[Component]:
    """The labels of the file at `path` as parts of `component`."""
    for label in found:
        _, kind, relation = _KINDS[label.subject]
        if label.is_text:
            evidence = Evidence(
                kind=EvidenceKind.LICENSE_FILE,
                path=path,
                text=label.value,
                lines=label.lines,
            )
        else:
            evidence = Evidence(
                kind=EvidenceKind.LABEL,
                path=path,
                value=label.value,
                lines=label.lines,
            )
        yield Component(
            purl=part_purl(component.purl, path),
            name=label.name,
            version="",
            kind=kind,
            relation=relation,
            path=path,
            evidence=(evidence,),
        )
