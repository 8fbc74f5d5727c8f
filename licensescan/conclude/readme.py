"""
What READMEs and descriptions say about licenses: terms for weights,
thresholds, a license named nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from licensescan.classifier.describe import statements_in
from licensescan.classifier.statements.apart import is_term, without
from licensescan.classifier.statements.claims import (
    claims,
    cues,
    license_of,
)
from licensescan.classifier.statements.labels import (
    ELSEWHERE,
    OWN,
    Label,
    labels,
    parts_of,
    stated,
    tabled,
)
from licensescan.conclude.describe import describe_clause, describe_statement
from licensescan.conclude.source_headers import SOME
from licensescan.model.claims import Claim, Subject
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace
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
    Relation,
    Terms,
)
from licensescan.rulebook.terms import COMMERCIAL, FORBIDDING, VARIETY, added
from licensescan.standards.purl import part_purl
from licensescan.standards.requirements import canonical
from licensescan.standards.spdx_expression import alternatives, summed

_HEADING = re.compile(
    r"(?i)^\s{0,3}(?:#{1,6}\s*|=+\s+)?[*_\W]{0,6}(?:\d+[.)]\s*)?(?:[\w,&' -]{0,30}\b)?"
    r"licen[cs](?:e|es|ing)\b[^.]{0,40}$"
)
_WORD = re.compile(r"licen[cs]")
_OWN = (Subject.OWN, Subject.UNSAID, Subject.FILE)
"""What a README calls the project: "this module" is no file there."""

_WORDS = (
    "eupl",
    "free to",
    "licens",
    "licenc",
    "patent",
    "commercial",
    "research",
    "academic",
    "may not",
    "must not",
    "not allowed",
    "not permitted",
    "only",
    "solely",
    "exclusively",
    "restricted",
    "limited to",
    "other than",
    "anything but",
    "nothing but",
    "prohibited",
    "forbid",
    "free for",
    "for free",
    "permission",
    "reserved",
    "profit",
    "selling",
    "gpl",
    "cc by",
    "cc-by",
    "cc0",
    "creative commons",
    "apache-2",
    "bsd-",
    "mpl-",
    "released under",
    "published under",
    "under the mit",
    "under mit",
    "under bsd",
    "under apache",
    "under the apache",
    "subject to",
    "governed by",
    "covered by",
    "agreement",
    "teaching",
    "military",
    "public domain",
    "may be used",
    "buy a",
    "sold",
    "revenue",
    "purchase",
    "solely",
    "off limits",
    "sell ",
    "nobody",
    "no one",
    "not allow",
    "pays",
    "customers",
    "members",
    "outside",
    "as a service",
    "excluded",
    "production",
)
"""
Words of which a text has one; as a regular expression without regard to case
they cost three times as much.
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
The words that stand for a picture in Markdown, and the two fields that the
picture shows (shields.io).
"""

_OFFER = re.compile(
    r"(?i)\b(?:paid|commercial|enterprise|separate|proprietary|professional)\s+licen[cs]e"
    r"|\b(?:buy|purchase|obtain|acquire)\s+(?:a|an|the)\s+(?:\w+\s+)?licen[cs]e"
)
_KINDS = (
    EvidenceKind.README,
    EvidenceKind.README_NESTED,
    EvidenceKind.SOURCE_HEADER,
    EvidenceKind.NOTICE,
)
"""Kinds of evidence that are read as prose."""

_LABELLING = (EvidenceKind.README, EvidenceKind.README_NESTED)
"""Those whose sentences name licenses that no other reading hears."""

DOCUMENTATION = "documentation"
"""The subject whose terms raise no question about the component."""

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
    One README read: where it speaks of its license (`section`), its terms as
    clauses with a `subject` parameter, and the lines in which it refers to a
    PATENTS file, and the licenses that it gives to weights and data.
    """

    section: str = ""
    named: Expression = NONE
    clauses: tuple[Clause, ...] = ()
    patents: tuple[int, int] | None = None
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """All prose of one component put together."""

    sections: tuple[str, ...] = ()
    given: Expression = NONE
    states: bool = False
    own: tuple[Clause, ...] = ()
    subjects: tuple[tuple[str, Clause], ...] = ()
    labels: tuple[tuple[str, Label], ...] = ()
    stated: tuple[tuple[str, Label], ...] = ()
    patents_reference: tuple[str, tuple[int, int]] | None = None
    patents_whole: bool = False

    def named(self, component: str, trace: Trace[Any] = SILENT) -> Expression:
        """
        The license that the prose gives to itself or to what is called as the
        component is. Detected when it is asked for: most components say it in
        another way.
        """
        from licensescan.classifier.detection import detect, own_expression

        named = NONE
        for section in self.sections:
            if named in (NONE, NOASSERTION):
                found = own_expression(
                    detect(section, trace.at("README, its section"))
                )
                named = found if found != NONE else named
        # A sentence says more than the words of which a name is made.
        is_open = named in (NONE, NOASSERTION)
        if is_open or self.given in alternatives(named):
            named = self.given
        if named != NONE:
            return named
        return summed(
            Expression(label.value)
            for _, label in self.stated
            if canonical(label.name) == canonical(component)
        )

    def own_terms(self, *, shared_alike: bool = False) -> list[Terms]:
        """
        The terms that the prose adds to the component itself.

        Who gives the code to all under the GPL and sells another license means
        by "commercial use needs a license" use outside the GPL: with
        `shared_alike` such an offer is a condition, and what forbids without
        one stays a ban.
        """
        own = [
            replace(c, params={**c.params, VARIETY: "offer"})
            if shared_alike and _sells(c)
            else c
            for c in self.own
        ]
        return [added(own)] if own else []

    def labelled(
        self,
        component: Component,
        trace: Trace[Any] = SILENT,
        *,
        is_model: bool = False,
    ) -> list[Component]:
        """
        Weights and data sets to which a README gives a license by name. Of a
        model the README is its card, where "elsewhere" is this place.
        """
        told = {c.path for s, c in self.subjects if _SUBJECTS[s][1] == "model"}
        statements = trace.of(describe_statement)
        parts: list[Component] = []
        for path, label in self.labels:
            # That the terms stand elsewhere adds nothing to what is said of
            # them here.
            is_elsewhere = label.value == ELSEWHERE
            if is_elsewhere and is_model:
                continue
            is_told = is_elsewhere and path in told
            if is_told and statements.drops(Reason.SAID_HERE, (path, label)):
                continue
            parts += parts_of(component, path, (label,))
        return parts

    def parts(
        self,
        component: Component,
        labelled: Sequence[Conclusion] = (),
        trace: Trace[Clause] = SILENT,
    ) -> list[Conclusion]:
        """
        Weights and data sets on terms of their own, as far as a README says
        so; those of which the license is known by name (`labelled`), and is no
        milder, are not told twice.
        """
        named = {
            (p.component.name, p.component.path): COMMERCIAL.index(
                p.terms.commercial
            )
            for p in labelled
        }
        grouped: dict[tuple[str, str], list[Clause]] = {}
        for subject, clause in self.subjects:
            grouped.setdefault(
                (_SUBJECTS[subject][0], clause.path), []
            ).append(clause)
        parts = []
        for key, clauses in grouped.items():
            weight = COMMERCIAL.index(added(clauses).commercial)
            if named.get(key, -1) >= weight:
                for clause in clauses:
                    trace.drops(Reason.KNOWN_BY_NAME, clause)
                continue
            parts.append(_part(component, *key, clauses))
        return parts

    def problems(self, component: Component) -> tuple[Problem, ...]:
        """A PATENTS file that is spoken of and not there."""
        if self.patents_reference is None or any(
            e.kind == EvidenceKind.PATENTS_FILE for e in component.evidence
        ):
            return ()
        path, lines = self.patents_reference
        message = f"{path}:{lines[0]} refers to an additional patent grant in a file that is not shipped"
        return (
            Problem(
                rule=RuleId.PATENT_FILE_MISSING, path=path, message=message
            ),
        )


def is_own(clause: Clause) -> bool:
    """Return True if a clause of prose is about the software itself."""
    subject = clause.params.get("subject", "")
    return subject not in (*_SUBJECTS, DOCUMENTATION)


def _part(
    component: Component, subject: str, path: str, clauses: Sequence[Clause]
) -> Conclusion:
    """Return weights or data on the terms that sentences of a README state."""
    name, kind, relation = _SUBJECTS[subject]
    part = Component(
        purl=part_purl(component.purl, name),
        name=name,
        version="",
        kind=kind,
        relation=relation,
        path=path,
    )
    evidence = tuple(
        Evidence(
            kind=EvidenceKind.README,
            path=c.path,
            value=c.quote or "",
            lines=c.lines,
        )
        for c in clauses
    )
    return Conclusion(
        component=part,
        detected=NOASSERTION,
        concluded=name_of_limits(clauses),
        effective=name_of_limits(clauses),
        basis=EvidenceKind.README,
        confidence=0.6,
        terms=replace(added(clauses), patent=Patent(grant="unknown")),
        evidence=evidence,
    )


def _sells(clause: Clause) -> bool:
    return (
        clause.clause in FORBIDDING
        and _OFFER.search(clause.quote or "") is not None
    )


def name_of_limits(clauses: Sequence[Clause]) -> Expression:
    """Return what terms are called that limit and have no name."""
    outright = added(clauses).commercial == "prohibited"
    return Expression(
        "LicenseRef-non-commercial" if outright else "LicenseRef-conditional"
    )


def speaks(text: str) -> bool:
    """
    Whether a text has one of the words without which nothing is found here.
    """
    from licensescan.classifier.document.languages import spoken

    lower = text.lower().replace("\n", " ")
    if any(word in lower for word in _WORDS) or cues().holds(lower):
        return True
    return bool(spoken(lower))


def read_text(text: str, trace: Trace[Any] = SILENT) -> ProseRead:
    """Read one README or description."""
    from licensescan.classifier.clauses import analyse_prose, patents_reference
    from licensescan.classifier.engine import limits

    text = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text)
    if not speaks(text):
        return ProseRead()
    text = (
        _BADGE.sub(_as_shown, text)
        if "img.shields.io/badge/" in text
        else text
    )
    statements = trace.of(statements_in(text))
    said = claims(text)
    heard = without(text, (c for c in said if not _is_own(c)))
    named = (
        c for c in said if _is_said_by_name(c) and not is_term(c, text, limits)
    )
    spoken = without(text, named)
    own = [c for c in said if _is_own(c)]
    return ProseRead(
        section=_section(heard, own),
        named=summed(c.expression for c in own if c.expression != NOASSERTION),
        clauses=tuple(analyse_prose(spoken, trace).clauses),
        patents=patents_reference(text),
        labels=(
            *labels(text, statements, said),
            *tabled(text, statements),
            *stated(text, statements, said),
        ),
    )


def _is_said_by_name(claim: Claim) -> bool:
    """
    Return True for a sentence whose words are no clauses: it gives nothing, or
    a license by name to a part.
    """
    is_part = claim.subject in (Subject.PART, Subject.DOCS)
    return claim.is_quiet or (is_part and license_of(claim) != NOASSERTION)


def _is_own(claim: Claim) -> bool:
    """Return True if a README says it of the project itself."""
    return claim.subject in _OWN and not claim.is_quiet


def _section(text: str, own: Sequence[Claim]) -> str:
    """
    Return the lines about the project's license: those below a heading, and
    the sentences that give it.
    """
    below = license_section(text)
    sentences = (text[claim.start : claim.end].strip() for claim in own)
    return "\n".join([below, *(s for s in sentences if s not in below)])


def _as_shown(badge: re.Match[str]) -> str:
    """
    The words for a badge, or as many blanks where the picture shows a license
    that withholds nothing.
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
    The lines below a heading about the license, up to the next heading; else
    single lines that name a license.
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
    # The targets of links stand at the end of reStructuredText, in whatever
    # section is the last.
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


@dataclass(slots=True)
class _Gathered:
    """
    What the READMEs of a component say, while they are put together; `nested`
    are the paths of those that speak for a model of their own.
    """

    nested: Collection[str]
    sections: list[str] = field(default_factory=list)
    given: Expression = NONE
    states: bool = False
    own: list[Clause] = field(default_factory=list)
    subjects: list[tuple[str, Clause]] = field(default_factory=list)
    stated: list[tuple[str, Label]] = field(default_factory=list)
    labels: dict[tuple[str, str, str], tuple[str, Label]] = field(
        default_factory=dict
    )
    patents: tuple[str, tuple[int, int]] | None = None
    patents_whole: bool = False


def read_prose(
    evidence: Sequence[Evidence],
    read: Callable[[Evidence], ProseRead],
    trace: Trace[Any] = SILENT,
) -> Prose:
    """
    Put together what the READMEs, descriptions and headers among `evidence`
    say.
    """
    nested = {e.path for e in evidence if e.kind == EvidenceKind.README_NESTED}
    gathered = _Gathered(nested=nested)
    for item in evidence:
        if item.kind in _KINDS and item.text:
            _gather(item, read(item), gathered, trace)
    names = dict.fromkeys(subject for subject, _ in gathered.subjects)
    subjects = (
        (name, clause)
        for name in names
        for clause in _once(
            [c for s, c in gathered.subjects if s == name], nested
        )
    )
    return Prose(
        sections=tuple(gathered.sections),
        given=gathered.given,
        states=gathered.states,
        own=_once(gathered.own),
        subjects=tuple(subjects),
        labels=tuple(gathered.labels.values()),
        stated=tuple(gathered.stated),
        patents_reference=gathered.patents,
        patents_whole=gathered.patents_whole,
    )


def _gather(
    item: Evidence, found: ProseRead, gathered: _Gathered, trace: Trace[Any]
) -> None:
    """Take what one text says; each kind is heard on what it can speak for."""
    _gather_patents(item, found, gathered)
    if item.kind in _LABELLING:
        _gather_labels(item, found, gathered, trace.of(describe_statement))
    if item.kind != EvidenceKind.SOURCE_HEADER:
        _gather_clauses(item, found, gathered, trace.of(describe_clause))


def _gather_patents(
    item: Evidence, found: ProseRead, gathered: _Gathered
) -> None:
    """
    Take where a text refers to a PATENTS file. A handful of files with the
    header of a former license do not speak for the rest.
    """
    if not found.patents:
        return
    if gathered.patents is None:
        gathered.patents = (item.path, found.patents)
    if item.share is None or item.share[0] >= SOME * item.share[1]:
        gathered.patents_whole = True


def _gather_labels(
    item: Evidence,
    found: ProseRead,
    gathered: _Gathered,
    trace: Trace[tuple[str, Label]],
) -> None:
    """
    Take the licenses that a README gives by name; a nested one to its own
    model.
    """
    place = item.path if item.path in gathered.nested else ""
    for label in found.labels:
        statement = (item.path, label)
        if label.subject != OWN:
            key = (label.name, label.value, place)
            gathered.labels.setdefault(key, statement)
        elif item.kind == EvidenceKind.README:
            gathered.stated.append(statement)
        else:
            trace.drops(Reason.NESTED_README, statement)


def _gather_clauses(
    item: Evidence, found: ProseRead, gathered: _Gathered, trace: Trace[Clause]
) -> None:
    """
    Take the terms that a README states; a nested one only those of weights,
    data.
    """
    is_own = item.kind == EvidenceKind.README
    clauses = [replace(clause, path=item.path) for clause in found.clauses]
    if is_own:
        gathered.states = gathered.states or bool(clauses)
        gathered.sections += [found.section] if found.section else []
        if gathered.given == NONE:
            gathered.given = found.named
    for clause in clauses:
        subject = clause.params.get("subject", "")
        if subject in _SUBJECTS:
            gathered.subjects.append((subject, clause))
        elif not is_own:
            trace.drops(Reason.NESTED_README, clause)
        elif subject == DOCUMENTATION:
            trace.drops(Reason.OF_DOCUMENTATION, clause)
        else:
            gathered.own.append(clause)


def _once(
    clauses: Sequence[Clause], nested: Collection[str] = ()
) -> tuple[Clause, ...]:
    """
    The README and the description are often one text: a clause said in both is
    told once. Each card of a model zoo (`nested`) speaks for its own model.
    """
    seen: dict[tuple[str, str | None, str], Clause] = {}
    for clause in clauses:
        place = (
            clause.path if "/" in clause.path and clause.path in nested else ""
        )
        seen.setdefault((clause.clause, clause.quote, place), clause)
    return tuple(seen.values())
