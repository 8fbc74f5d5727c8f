"""
What READMEs and descriptions say about licenses: terms for weights, thresholds, a
license named nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from licensescan.classifier.statements.labels import (
    ELSEWHERE,
    OWN,
    Label,
    labels,
    parts_of,
    stated,
    tabled,
)
from licensescan.conclude.source_headers import SOME
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Kind,
    Patent,
    Problem,
    Purl,
    Relation,
    Terms,
)
from licensescan.rulebook.terms import COMMERCIAL, FORBIDDING, VARIETY, added

_HEADING = re.compile(
    r"(?i)^\s{0,3}(?:#{1,6}\s*|=+\s+)?[*_\W]{0,6}(?:\d+[.)]\s*)?(?:[\w,&' -]{0,30}\b)?"
    r"licen[cs](?:e|es|ing)\b[^.]{0,40}$"
)
_WORD = re.compile(r"licen[cs]")
_WORDS = (
    "licens",
    "licenc",
    "patent",
    "commercial",
    "research use",
    "research purpose",
)
"""
Words of which a text has one; as a regular expression without regard to case they cost
three times as much.
"""
_GIVEN = re.compile(
    r"(?i)\b(licensed|released|distributed|available) under\b|\blicen[cs]e:"
)
_NEXT = re.compile(r"^\s{0,3}#{1,6}\s|^(=|-|~|\^|\*){3,}\s*$")
_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n.*?\n---[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
"""A card's fields: data, which `cards` reads, and no sentences."""

_BADGE = re.compile(
    r"(?<=!\[)([^\]\n]*)(?=\]\(https?://img\.shields\.io/badge/((?:[^-/()\s]|--)*)-((?:[^-/()\s]|--)+)-)"
)
"""
The words that stand for a picture in Markdown, and the two fields that the picture
shows (shields.io).
"""

_OFFER = re.compile(
    r"(?i)\b(?:paid|commercial|enterprise|separate|proprietary|professional)\s+licen[cs]e"
    r"|\b(?:buy|purchase|obtain|acquire)\s+(?:a|an|the)\s+(?:\w+\s+)?licen[cs]e"
)
_SUBJECTS: dict[str, tuple[str, Kind, Relation]] = {
    "weights": ("weights", "model", "weights"),
    "models": ("weights", "model", "weights"),
    "model": ("weights", "model", "weights"),
    "data": ("data", "dataset", "data"),
    "dataset": ("data", "dataset", "data"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseRead:
    """
    One README read: where it speaks of its license (`section`), its terms as clauses
    with a `subject` parameter, and the lines in which it refers to a PATENTS file, and
    the licenses that it gives to weights and data.
    """

    section: str = ""
    clauses: tuple[Clause, ...] = ()
    patents: tuple[int, int] | None = None
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """All prose of one component put together."""

    sections: tuple[str, ...] = ()
    states: bool = False
    own: tuple[Clause, ...] = ()
    subjects: tuple[tuple[str, Clause], ...] = ()
    labels: tuple[tuple[str, Label], ...] = ()
    stated: tuple[tuple[str, Label], ...] = ()
    patents_reference: tuple[str, tuple[int, int]] | None = None
    patents_whole: bool = False

    def named(self) -> Expression:
        """
        The license that the prose names. Detected when it is asked for: most components
        say it in another way.
        """
        from licensescan.classifier.detection import detect, own_expression

        named = NONE
        for section in self.sections:
            if named in (NONE, NOASSERTION):
                found = own_expression(detect(section))
                named = found if found != NONE else named
        return named

    def own_terms(self, *, shared_alike: bool = False) -> list[Terms]:
        """
        The terms that the prose adds to the component itself.

        Who gives the code to all under the GPL and sells another license means by
        "commercial use needs a license" use outside the GPL: with `shared_alike` such
        an offer is a condition, and what forbids without one stays a ban.
        """
        own = [
            replace(c, params={**c.params, VARIETY: "offer"})
            if shared_alike and _sells(c)
            else c
            for c in self.own
        ]
        return [added(own)] if own else []

    def labelled(self, component: Component) -> list[Component]:
        """Weights and data sets to which a README gives a license by name."""
        told = {c.path for s, c in self.subjects if _SUBJECTS[s][1] == "model"}
        # That the terms stand elsewhere adds nothing to what is said of them here.
        labels = [
            (path, label)
            for path, label in self.labels
            if label.value != ELSEWHERE or path not in told
        ]
        return [
            part
            for path, label in labels
            for part in parts_of(component, path, (label,))
        ]

    def parts(
        self, component: Component, labelled: Sequence[Conclusion] = ()
    ) -> list[Conclusion]:
        """
        Weights and data sets on terms of their own, as far as a README says so; those
        of which the license is known by name (`labelled`), and is no milder, are not
        told twice.
        """
        named = {
            (p.component.name, p.component.path): COMMERCIAL.index(p.terms.commercial)
            for p in labelled
        }
        grouped: dict[tuple[str, str], list[Clause]] = {}
        for subject, clause in self.subjects:
            grouped.setdefault((_SUBJECTS[subject][0], clause.path), []).append(clause)
        grouped = {
            k: v
            for k, v in grouped.items()
            if named.get(k, -1) < COMMERCIAL.index(added(v).commercial)
        }
        parts = []
        for (subject, path), clauses in grouped.items():
            name, kind, relation = _SUBJECTS[subject]
            part = Component(
                purl=Purl(f"{component.purl}#{name}"),
                name=name,
                version="",
                kind=kind,
                relation=relation,
                path=path,
            )
            terms = replace(added(clauses), patent=Patent(grant="unknown"))
            told = tuple(
                Evidence(
                    kind=EvidenceKind.README,
                    path=c.path,
                    value=c.quote or "",
                    lines=c.lines,
                )
                for c in clauses
            )
            parts.append(
                Conclusion(
                    component=part,
                    detected=NOASSERTION,
                    concluded=_name(clauses),
                    effective=_name(clauses),
                    basis=EvidenceKind.README,
                    confidence=0.6,
                    terms=terms,
                    evidence=told,
                )
            )
        return parts

    def problems(self, component: Component) -> tuple[Problem, ...]:
        """A PATENTS file that is spoken of and not there."""
        if self.patents_reference is None or any(
            e.kind == EvidenceKind.PATENTS_FILE for e in component.evidence
        ):
            return ()
        path, lines = self.patents_reference
        message = f"{path}:{lines[0]} refers to an additional patent grant in a file that is not shipped"
        return (Problem(rule=RuleId.PATENT_FILE_MISSING, path=path, message=message),)


def _sells(clause: Clause) -> bool:
    return clause.clause in FORBIDDING and _OFFER.search(clause.quote or "") is not None


def _name(clauses: Sequence[Clause]) -> Expression:
    outright = added(clauses).commercial == "prohibited"
    return Expression(
        "LicenseRef-non-commercial" if outright else "LicenseRef-conditional"
    )


def speaks(text: str) -> bool:
    """Whether a text has one of the words without which nothing is found here."""
    lower = text.lower()
    return any(word in lower for word in _WORDS)


def read_text(text: str) -> ProseRead:
    """Read one README or description."""
    from licensescan.classifier.clauses import analyse_prose, patents_reference

    text = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text)
    if not speaks(text):
        return ProseRead()
    text = _BADGE.sub(_as_shown, text) if "img.shields.io/badge/" in text else text
    return ProseRead(
        section=license_section(text),
        clauses=tuple(analyse_prose(text).clauses),
        patents=patents_reference(text),
        labels=(*labels(text), *tabled(text), *stated(text)),
    )


def _as_shown(badge: re.Match[str]) -> str:
    """
    The words for a badge, or as many blanks where the picture shows a license that
    withholds nothing.
    """
    from urllib.parse import unquote

    from licensescan.classifier.names.interpret import interpret
    from licensescan.rulebook.rulebook import load

    shown = unquote(badge[3].replace("--", "-").replace("_", " "))
    named = interpret(shown).expression if speaks(badge[2]) else None
    return (
        " " * len(badge[1])
        if named and load().terms_of(named).commercial == "allowed"
        else badge[1]
    )


def license_section(text: str) -> str:
    """
    The lines below a heading about the license, up to the next heading; else single
    lines that name a license.
    """
    lines = text.split("\n")
    named = _lines_with(_WORD, text.lower())
    kept: list[str] = []
    for number in named:
        line, below = (
            lines[number],
            lines[number + 1] if number + 1 < len(lines) else "",
        )
        heading = (
            line.lstrip().startswith("#")
            or _NEXT.match(below)
            or len(line.split()) <= 3
        )
        if heading and _HEADING.match(line):
            kept += [line, *_until_heading(lines, number + 1)]
    if not kept:
        kept = [lines[n] for n in named if _GIVEN.search(lines[n])]
    # The targets of links stand at the end of reStructuredText, in whatever section is
    # the last.
    return "\n".join(
        line for line in kept[:400] if not line.startswith((".. _", ".. |"))
    )


def _lines_with(word: re.Pattern[str], text: str) -> list[int]:
    """The numbers of the lines that `word` is in, from 0."""
    found: dict[int, None] = {}
    number = last = 0
    for match in word.finditer(text):
        number += text.count("\n", last, match.start())
        last = match.start()
        found[number] = None
    return list(found)


def _until_heading(lines: Sequence[str], start: int) -> list[str]:
    end = start
    while end < min(len(lines), start + 200):
        below = lines[end + 1] if end + 1 < len(lines) else ""
        underlined = end > start and lines[end].strip() and _NEXT.match(below)
        if lines[end].startswith("#") or underlined:
            break
        end += 1
    return list(lines[start:end])


def read_prose(
    evidence: Sequence[Evidence], read: Callable[[Evidence], ProseRead]
) -> Prose:
    """Put together what the READMEs, descriptions and headers among `evidence` say."""
    sections: list[str] = []
    states = False
    nested = {item.path for item in evidence if item.kind == EvidenceKind.README_NESTED}
    own: list[Clause] = []
    own_labels: list[tuple[str, Label]] = []
    subjects: list[tuple[str, Clause]] = []
    labelled: dict[tuple[str, str, str], tuple[str, Label]] = {}
    reference: tuple[str, tuple[int, int]] | None = None
    whole = False
    for item in evidence:
        if (
            item.kind
            not in (
                EvidenceKind.README,
                EvidenceKind.README_NESTED,
                EvidenceKind.SOURCE_HEADER,
            )
            or not item.text
        ):
            continue
        found = read(item)
        if found.patents and reference is None:
            reference = (item.path, found.patents)
        # A handful of files with the header of a former license do not speak for the
        # rest.
        whole = whole or (
            found.patents is not None
            and (item.share is None or item.share[0] >= SOME * item.share[1])
        )
        if item.kind == EvidenceKind.SOURCE_HEADER:
            continue
        own_labels += [
            (item.path, x)
            for x in found.labels
            if x.subject == OWN and item.kind == EvidenceKind.README
        ]
        for label in (x for x in found.labels if x.subject != OWN):
            place = item.path if item.path in nested else ""
            labelled.setdefault((label.name, label.value, place), (item.path, label))
        clauses = [replace(c, path=item.path) for c in found.clauses]
        if item.kind == EvidenceKind.README:
            states = states or bool(clauses)
            sections += [found.section] if found.section else []
        for clause in clauses:
            subject = clause.params.get("subject", "")
            if subject in _SUBJECTS:
                subjects.append((subject, clause))
            elif item.kind == EvidenceKind.README and subject != "documentation":
                own.append(clause)
    return Prose(
        sections=tuple(sections),
        states=states,
        own=_once(own),
        subjects=tuple(
            (s, c)
            for s in dict.fromkeys(s for s, _ in subjects)
            for c in _once([c for t, c in subjects if t == s], nested)
        ),
        labels=tuple(labelled.values()),
        stated=tuple(own_labels),
        patents_reference=reference,
        patents_whole=whole,
    )


def _once(
    clauses: Sequence[Clause], nested: Collection[str] = ()
) -> tuple[Clause, ...]:
    """
    The README and the description are often one text: a clause said in both is told
    once. Each card of a model zoo (`nested`) speaks for its own model.
    """
    seen: dict[tuple[str, str | None, str], Clause] = {}
    for clause in clauses:
        place = clause.path if "/" in clause.path and clause.path in nested else ""
        seen.setdefault((clause.clause, clause.quote, place), clause)
    return tuple(seen.values())
