"""
Which of a component's texts belong to a part: stanzas and sections of a
license file, headers of source files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from licensescan.conclude.left_out import split
from licensescan.conclude.own_texts import Text
from licensescan.model.kinds import (
    Certainty,
    ClauseBasis,
    EvidenceKind,
    Inferred,
    RuleId,
)
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
    Relation,
    Shipped,
    Unmatched,
)
from licensescan.rulebook import native_libraries
from licensescan.rulebook.component_facts import CuratedFacts
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.standing import standings
from licensescan.rulebook.terms import added
from licensescan.standards.gnu import is_gnu, is_same_text
from licensescan.standards.purl import part_purl
from licensescan.standards.spdx_expression import covers, licenses, summed
from licensescan.standards.spdx_text import (
    has_choice,
    has_exception,
    reference,
    reference_name,
)

_BESIDE = re.compile(r"(?:[^/]+\.(?:dist|egg)-info/(?:licen[cs]es/)?)?[^/]+")
"""A file beside the component's own license."""

_AFFIX = re.compile(r"^(?:py|python)[-_.]|[-_.]?(?:py|python)?\d*$")
"""What a Python package adds to the name of its project."""


SUBJECTS: dict[str, tuple[Kind, Relation]] = {
    "weights": ("model", "weights"),
    "data": ("dataset", "data"),
}
"""Parts that sentences name by what they are, not by a name."""

_ALWAYS_NAMED = ("native", "model", "jar")
"""Kinds of parts that are told of without a license as well."""


def stanza_parts(
    component: Component,
    texts: Sequence[Text],
    rulebook: Rulebook,
    known: Sequence[Conclusion],
    shipped: Shipped | None,
    trace: Trace[Conclusion] = SILENT,
) -> list[Conclusion]:
    """
    One part for each thing that a license file itself sets apart ("Name: ...
    Files: ... License: ...", "the following applies to ..."), with the
    licenses found there. A part that a file of the tree has already shown is
    left out; `shipped` is what the whole installs.
    """
    parts: list[Conclusion] = []
    for stanza, evidence in _set_apart(texts, shipped).items():
        expression = summed(e.expression or NONE for e in evidence)
        kind, relation = SUBJECTS.get(stanza.name, ("source", "bundled"))
        part = new_part(
            component,
            stanza.name,
            stanza.path,
            expression,
            tuple(evidence),
            rulebook,
            relation=relation,
            kind=kind,
        )
        if stanza.is_left_out or _is_away(stanza.name, shipped):
            part = replace(part, certainty=Certainty.TALKED_OF)
        reason = _why_no_stanza(part, known, parts)
        if reason is None or not trace.drops(reason, part):
            parts.append(_of_library(part, rulebook))
    return parts


class _Stanza(NamedTuple):
    """What a text sets apart; `is_left_out` as in `left_out`."""

    path: str
    name: str
    is_left_out: bool


def _set_apart(
    texts: Sequence[Text], shipped: Shipped | None
) -> dict[_Stanza, list[Evidence]]:
    """
    Return the licenses that texts give to parts.
    """
    grouped: dict[_Stanza, list[Evidence]] = {}
    for text in texts:
        path, words = text.evidence.path, text.evidence.text or ""
        for match in text.found.detection.matches:
            if not match.part or match.expression in (NONE, NOASSERTION):
                continue
            shares = split(match.expression, words, shipped)
            for is_away, expression in enumerate(shares):
                if expression == NONE:
                    continue
                evidence = Evidence(
                    kind=text.evidence.kind,
                    path=path,
                    sha256=text.evidence.sha256,
                    lines=match.lines,
                    expression=expression,
                )
                stanza = _Stanza(path, match.part, bool(is_away))
                grouped.setdefault(stanza, []).append(evidence)
    return grouped


def _is_away(name: str, shipped: Shipped | None) -> bool:
    """
    Return True for the path of a script that is not there: no folder of its
    name is shipped, and nothing is compiled from it.
    """
    folder, _, file = name.rpartition("/")
    folder = folder.rpartition("/")[2]
    if shipped is None or not folder or folder in shipped.folders:
        return False
    ending = file.rpartition(".")[2].lower()
    return ending in standings().scripts and len(name.split()) == 1


def _why_no_stanza(
    part: Conclusion, known: Sequence[Conclusion], before: Sequence[Conclusion]
) -> Reason | None:
    """
    Return why what a stanza says is no part of its own, beside the parts that
    files have shown (`known`) and those of the stanzas `before`; None if it is
    one.
    """
    name = part.component.name
    if any(
        p.concluded == part.concluded
        and p.component.name.lower() == name.lower()
        for p in known
    ):
        return Reason.SHOWN_BY_FILE
    if _is_base(part, before):
        return Reason.BASE_OF_EXCEPTION
    return Reason.KNOWN_LIBRARY if _is_listed(name, known) else None


def _of_library(part: Conclusion, rulebook: Rulebook) -> Conclusion:
    """
    A stanza that holds the licenses of a whole project, its tools and its
    build system too, concluded to be what the table of natives knows of the
    library itself: of XZ Utils, liblzma alone is ever linked in.
    """
    name = part.component.name
    row = native_libraries.library_of(name) if " " not in name else None
    if row is None or row.strings:
        return part
    known = Expression(row.license)
    if not _is_reciprocal(part.detected, rulebook) or _is_reciprocal(
        known, rulebook
    ):
        return part
    table = Evidence(
        kind=EvidenceKind.NATIVE,
        path=part.component.path,
        value=f"{known} ({row.source})",
    )
    terms = rulebook.terms_of(known)
    return replace(
        part,
        concluded=known,
        effective=known,
        basis=EvidenceKind.NATIVE,
        terms=terms,
        evidence=(*part.evidence, table),
    )


def _is_reciprocal(expression: Expression, rulebook: Rulebook) -> bool:
    """
    Whether the expression leaves no choice but terms that reach the whole
    work.
    """
    return rulebook.terms_of(expression).copyleft in (
        "work",
        "network",
        "service",
    )


def _is_listed(name: str, parts: Sequence[Conclusion]) -> bool:
    """
    Whether a stanza is about a library that is there as a file and whose
    license the table of natives knows for every build: the text of a whole
    project names its tools and its build system too.
    """
    row = native_libraries.library_of(name) if " " not in name else None
    natives = {p.component.name for p in parts if p.component.kind == "native"}
    return row is not None and row.name in natives and not row.strings


def _is_base(part: Conclusion, before: Sequence[Conclusion]) -> bool:
    """
    Return True for the GNU text that follows its exception, below the
    exception's own heading.
    """
    expression = part.concluded
    if "exception" not in part.component.name.lower() or not is_gnu(
        expression
    ):
        return False
    return any(
        other.component.path == part.component.path
        and has_exception(license_)
        and is_same_text(license_, expression)
        for other in before
        for license_ in licenses(other.concluded)
    )


def opened(
    parts: Iterable[Conclusion], trace: Trace[Conclusion]
) -> list[Conclusion]:
    """
    `parts`, with those taken apart that are only a list: a notices file whose
    every word is about something else.
    """
    found: list[Conclusion] = []
    for part in parts:
        is_open = part.concluded in (NONE, NOASSERTION)
        is_list = (
            part.detected == NONE
            and part.component.kind == "source"
            and is_open
        )
        if is_list and part.parts and trace.drops(Reason.OPENED, part):
            found += part.parts
        else:
            found.append(part)
    return found


def unknown_parts(
    component: Component,
    texts: Sequence[Text],
    rulebook: Rulebook,
    trace: Trace[Conclusion] = SILENT,
) -> list[Conclusion]:
    """
    One part for each thing that a license file sets apart with terms that no
    known license accounts for, when clauses were read in them: the clauses are
    its terms.
    """
    parts = []
    for text in texts:
        for name, clauses in _clauses_apart(text).items():
            part = _unknown_part(
                component, name, text.evidence.path, clauses, rulebook
            )
            is_free = part.terms.commercial == "allowed"
            if not (is_free and trace.drops(Reason.FREE_OF_LIMITS, part)):
                parts.append(part)
    return parts


def _clauses_apart(text: Text) -> dict[str, list[Clause]]:
    """
    Return the clauses of what a text sets apart, by the name of the part.
    """
    grouped: dict[str, list[Clause]] = {}
    for clause in text.found.terms.clauses:
        region = region_of(clause, text.found.detection.unmatched)
        if region is not None and region.part:
            grouped.setdefault(region.part, []).append(clause)
    return grouped


def _unknown_part(
    component: Component,
    name: str,
    path: str,
    clauses: Sequence[Clause],
    rulebook: Rulebook,
) -> Conclusion:
    evidence = tuple(
        Evidence(
            kind=EvidenceKind.LICENSE_FILE,
            path=path,
            value=clause.quote or "",
            lines=clause.lines,
        )
        for clause in clauses
    )
    expression = reference(slug(name))
    part = new_part(
        component,
        name,
        path,
        expression,
        evidence,
        rulebook,
        relation="bundled",
    )
    return replace(
        part,
        detected=NOASSERTION,
        basis=Inferred.CLAUSES,
        confidence=0.6,
        terms=added(clauses),
    )


def region_of(
    clause: Clause, regions: Sequence[Unmatched]
) -> Unmatched | None:
    """
    The unexplained stretch of a text in which a clause was read; None for
    clauses of known texts.
    """
    if clause.lines is None or clause.basis == ClauseBasis.KNOWN_TEXT:
        return None
    first, last = clause.lines
    return next(
        (r for r in regions if first <= r.lines[1] and last >= r.lines[0]),
        None,
    )


def slug(name: str) -> str:
    """Return a name as it stands in a `LicenseRef`."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[:60] or "unnamed"


def hidden_parts(
    component: Component,
    facts: CuratedFacts | None,
    rulebook: Rulebook,
    there: Sequence[Conclusion],
    trace: Trace[Conclusion] = SILENT,
) -> list[Conclusion]:
    """
    One part for each thing that no file shows and a curated fact knows; what a
    file has shown is left out.
    """
    shown = {part.component.name.lower() for part in there}
    parts = []
    for hidden in facts.parts if facts else ():
        evidence = Evidence(
            kind=EvidenceKind.CURATED,
            path=component.path,
            value=f"{hidden.license} ({hidden.source})",
        )
        part = new_part(
            component,
            hidden.name,
            component.path,
            hidden.license,
            (evidence,),
            rulebook,
            relation=hidden.relation,
            kind=hidden.kind,
        )
        is_shown = hidden.name.lower() in shown
        if not (is_shown and trace.drops(Reason.SHOWN_BY_FILE, part)):
            parts.append(part)
    return parts


def distinct(
    parts: Sequence[Conclusion],
    own: Expression,
    sums: Collection[str],
    trace: Trace[Conclusion] = SILENT,
) -> list[Conclusion]:
    """
    Parts that say something: neither that nothing is known, nor what the
    component's own texts or terms say.
    """
    kept = []
    for part in parts:
        reason = _why_nothing_new(part, own, sums)
        if reason is not None and trace.drops(reason, part):
            continue
        trace.keeps(Reason.STANDS, part)
        kept.append(part)
    return kept


def _why_nothing_new(
    part: Conclusion, own: Expression, sums: Collection[str]
) -> Reason | None:
    """Return why a part says nothing beside what the component itself says."""
    kind = part.component.kind
    says_nothing = (
        part.concluded == NONE and not part.problems and not part.parts
    )
    if says_nothing and kind not in _ALWAYS_NAMED and not _is_catalogue(part):
        return Reason.NOTHING_KNOWN
    if kind == "source" and _is_copy(part, sums):
        return Reason.COPY_OF_OWN
    is_tool_made = kind == "native" or part.basis == EvidenceKind.SPDX_TAG
    if is_tool_made and _is_of_owner(part.concluded, own):
        return Reason.OF_OWNER
    if kind == "source" and _is_branch(part, own):
        return Reason.BRANCH_OF_CHOICE
    return None


def _is_catalogue(part: Conclusion) -> bool:
    """Return True for texts of licenses that are data."""
    return any(e.kind == EvidenceKind.CATALOGUE for e in part.evidence)


def of_the_package(
    parts: Sequence[Conclusion],
    component: Component,
    own: Expression,
    rulebook: Rulebook,
    trace: Trace[Conclusion] = SILENT,
) -> list[Conclusion]:
    """
    `parts`, with a jar that is called after its Python package and says
    nothing itself put under the package's license: the Java half of one
    project (`org.jpype.jar` in jpype1), of which the package's license speaks.
    """
    if own in (NONE, NOASSERTION):
        return list(parts)
    stem = _AFFIX.sub("", component.name.lower())
    return [
        replace(
            part,
            concluded=own,
            effective=own,
            basis=Inferred.PACKAGE,
            confidence=0.5,
            terms=rulebook.terms_of(own),
            problems=(),
        )
        if _is_half_of(part, stem) and trace.drops(Reason.OF_PACKAGE, part)
        else part
        for part in parts
    ]


def _is_half_of(part: Conclusion, stem: str) -> bool:
    """
    Return True for a jar without a license that is called after its package.
    """
    return (
        part.component.kind == "jar"
        and part.concluded == NONE
        and {problem.rule for problem in part.problems}
        <= {RuleId.LICENSE_MISSING}
        and part.component.name.lower().rpartition(".")[2] == stem
    )


def shown_beside(parts: Iterable[Conclusion], declared: Expression) -> bool:
    """
    Whether a file beside the component's own holds a license that is declared:
    called after a thing, it is a part (`LICENSE-unicode`), and the text is
    shipped all the same.
    """
    return any(
        p.component.kind == "source"
        and p.basis == EvidenceKind.LICENSE_FILE
        and covers(declared, p.concluded)
        and _stands_beside(p)
        for p in parts
        if p.concluded not in (NONE, NOASSERTION)
    )


def _stands_beside(part: Conclusion) -> bool:
    return bool(part.evidence) and all(
        _BESIDE.fullmatch(e.path) for e in part.evidence
    )


def _is_branch(part: Conclusion, own: Expression) -> bool:
    """
    Whether a part is but the text of one branch of the component's own choice:
    LICENSE-NC beside LICENSE-MIT.
    """
    return (
        has_choice(own)
        and _stands_beside(part)
        and not part.parts
        and covers(own, part.concluded)
    )


def _is_copy(part: Conclusion, sums: Collection[str]) -> bool:
    """
    Whether a part has only texts that are the component's own, byte for byte:
    its documentation's copy of them.
    """
    told = [e for e in part.evidence if e.kind == EvidenceKind.LICENSE_FILE]
    whole = (
        part.basis == EvidenceKind.LICENSE_FILE
        and not part.parts
        and not any(e.lines for e in told)
    )
    return whole and bool(told) and all(e.sha256 in sums for e in told)


def _is_of_owner(part: Expression, own: Expression) -> bool:
    """
    Whether both are terms of one owner's making: a vendor's library in its own
    package is that package.
    """
    both = (*licenses(own), *licenses(part))
    matched = [
        re.match(r"[A-Za-z]+", reference_name(license_)) for license_ in both
    ]
    names = sorted((m[0].lower() if m else "" for m in matched), key=len)
    return (
        bool(names)
        and len(names[0]) > 1
        and all(name.startswith(names[0]) for name in names)
    )


def new_part(
    component: Component,
    name: str,
    path: str,
    expression: Expression,
    evidence: tuple[Evidence, ...],
    rulebook: Rulebook,
    *,
    relation: Relation,
    kind: Kind = "source",
) -> Conclusion:
    """
    Return a part of `component` that is concluded to be under `expression`.
    """
    part = Component(
        purl=part_purl(component.purl, path),
        name=name,
        version="",
        kind=kind,
        relation=relation,
        path=path,
    )
    return Conclusion(
        component=part,
        detected=expression,
        concluded=expression,
        effective=expression,
        basis=evidence[0].kind,
        confidence=0.9,
        terms=rulebook.terms_of(expression),
        evidence=evidence,
    )
