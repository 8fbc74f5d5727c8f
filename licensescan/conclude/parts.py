"""
Which of a component's texts belong to a part: stanzas and sections of a license file,
headers of source files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from licensescan.conclude.own_texts import Tags, Text
from licensescan.model.kinds import ClauseBasis, EvidenceKind, Inferred, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Kind,
    Purl,
    Relation,
    Unmatched,
)
from licensescan.rulebook import native_libraries
from licensescan.rulebook.component_facts import CuratedFacts
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import added, forbids
from licensescan.standards.gnu import claim, is_gnu, is_same_text
from licensescan.standards.spdx_expression import covers, licenses, summed, without
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

_LITERAL = re.compile(r"`[^`]*`")
_SURE = 0.75
"""
A clause of a comment that was read less surely may be about what the file does; to
evaluate is what many do.
"""


def stanza_parts(
    component: Component,
    texts: Sequence[Text],
    rulebook: Rulebook,
    known: Sequence[Conclusion],
) -> list[Conclusion]:
    """
    One part for each thing that a license file itself sets apart ("Name: ... Files: ...
    License: ...", "the following applies to ..."), with the licenses found there. A
    part that a file of the tree has already shown is left out.
    """
    there = {(p.component.name.lower(), p.concluded) for p in known}
    grouped: dict[
        tuple[str, str], list[tuple[Evidence, Expression, tuple[int, int]]]
    ] = {}
    for text in texts:
        evidence = text.evidence
        for match in text.found.detection.matches:
            if match.part and match.expression not in (NONE, NOASSERTION):
                grouped.setdefault((evidence.path, match.part), []).append(
                    (evidence, match.expression, match.lines)
                )
    parts: list[Conclusion] = []
    for (path, name), hits in grouped.items():
        expression = summed(e for _, e, _ in hits)
        if (
            (name.lower(), expression) in there
            or _is_base(name, path, expression, parts)
            or _is_listed(name, known)
        ):
            continue
        told = tuple(
            Evidence(
                kind=EvidenceKind.LICENSE_FILE,
                path=path,
                sha256=e.sha256,
                lines=lines,
                expression=x,
            )
            for e, x, lines in hits
        )
        part = _part(
            component, name, path, expression, told, rulebook, relation="bundled"
        )
        parts.append(_of_library(part, rulebook))
    return parts


def _of_library(part: Conclusion, rulebook: Rulebook) -> Conclusion:
    """
    A stanza that holds the licenses of a whole project, its tools and its build system
    too, concluded to be what the table of natives knows of the library itself: of XZ
    Utils, liblzma alone is ever linked in.
    """
    name = part.component.name
    row = native_libraries.library_of(name) if " " not in name else None
    if row is None or row.strings:
        return part
    known = Expression(row.license)
    if not _is_reciprocal(part.detected, rulebook) or _is_reciprocal(known, rulebook):
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
    """Whether the expression leaves no choice but terms that reach the whole work."""
    return rulebook.terms_of(expression).copyleft in ("work", "network", "service")


def _is_listed(name: str, parts: Sequence[Conclusion]) -> bool:
    """
    Whether a stanza is about a library that is there as a file and whose license the
    table of natives knows for every build: the text of a whole project names its tools
    and its build system too.
    """
    row = native_libraries.library_of(name) if " " not in name else None
    natives = {p.component.name for p in parts if p.component.kind == "native"}
    return row is not None and row.name in natives and not row.strings


def _is_base(
    name: str, path: str, expression: Expression, before: Sequence[Conclusion]
) -> bool:
    """
    Whether this is the GNU text that follows its exception, below the exception's own
    heading.
    """
    if "exception" not in name.lower() or not is_gnu(expression):
        return False
    return any(
        p.component.path == path
        and has_exception(license_)
        and is_same_text(license_, expression)
        for p in before
        for license_ in licenses(p.concluded)
    )


def opened(parts: Iterable[Conclusion]) -> list[Conclusion]:
    """
    `parts`, with those taken apart that are only a list: a notices file whose every
    word is about something else.
    """
    found: list[Conclusion] = []
    for part in parts:
        is_list = (
            part.detected == NONE and part.parts and part.component.kind == "source"
        )
        found += (
            part.parts if is_list and part.concluded in (NONE, NOASSERTION) else [part]
        )
    return found


def unknown_parts(
    component: Component, texts: Sequence[Text], rulebook: Rulebook
) -> list[Conclusion]:
    """
    One part for each thing that a license file sets apart with terms that no known
    license accounts for, when clauses were read in them: the clauses are its terms.
    """
    parts = []
    for text in texts:
        path = text.evidence.path
        grouped: dict[str, list[Clause]] = {}
        for clause in text.found.terms.clauses:
            region = region_of(clause, text.found.detection.unmatched)
            if region is not None and region.part:
                grouped.setdefault(region.part, []).append(clause)
        for name, clauses in grouped.items():
            terms = added(clauses)
            if terms.commercial == "allowed":
                continue
            told = tuple(
                Evidence(
                    kind=EvidenceKind.LICENSE_FILE,
                    path=path,
                    value=c.quote or "",
                    lines=c.lines,
                )
                for c in clauses
            )
            named = reference(_slug(name))
            part = _part(
                component, name, path, named, told, rulebook, relation="bundled"
            )
            parts.append(
                replace(
                    part,
                    detected=NOASSERTION,
                    basis=Inferred.CLAUSES,
                    confidence=0.6,
                    terms=terms,
                )
            )
    return parts


def region_of(clause: Clause, regions: Sequence[Unmatched]) -> Unmatched | None:
    """
    The unexplained stretch of a text in which a clause was read; None for clauses of
    known texts.
    """
    if clause.lines is None or clause.basis == ClauseBasis.KNOWN_TEXT:
        return None
    first, last = clause.lines
    return next(
        (r for r in regions if first <= r.lines[1] and last >= r.lines[0]), None
    )


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[:60] or "unnamed"


def header_parts(
    component: Component, tags: Tags, own: Expression, rulebook: Rulebook
) -> list[Conclusion]:
    """
    One part for each license that source headers name and the component's own
    expression does not.
    """
    grouped: dict[Expression, list[Evidence]] = {}
    has_rider = any(e.kind == EvidenceKind.PATENTS_FILE for e in component.evidence)
    for evidence, said in tags:
        expression = _without_rider(said) if not has_rider else said
        if (
            expression in (NONE, NOASSERTION)
            or covers(own, expression)
            or _is_within(expression, own)
        ):
            continue
        told = Evidence(
            kind=evidence.kind,
            path=evidence.path,
            value=evidence.value[:200],
            lines=evidence.lines,
        )
        grouped.setdefault(expression, []).append(told)
    return [
        _part(
            component,
            evidence[0].path,
            evidence[0].path,
            expression,
            tuple(evidence),
            rulebook,
            relation="vendored",
        )
        for expression, evidence in grouped.items()
    ]


def limited_parts(
    component: Component,
    headers: Iterable[tuple[Evidence, Sequence[Clause]]],
    rulebook: Rulebook,
) -> list[Conclusion]:
    """
    One part for each of `headers`, which name no license, that forbids commerce ("for
    non-commercial use only").
    """
    parts = []
    for evidence, said in headers:
        sure = (
            c
            for c in said
            if c.confidence >= _SURE and c.clause != "use.evaluation_only"
        )
        clauses = [
            replace(c, path=evidence.path)
            for c in sure
            if forbids(c) and not _is_cited(c)
        ]
        if not clauses:
            continue
        told = Evidence(
            kind=evidence.kind,
            path=evidence.path,
            value=clauses[0].quote or "",
            lines=clauses[0].lines,
        )
        name = Expression("LicenseRef-non-commercial")
        part = _part(
            component,
            evidence.path,
            evidence.path,
            name,
            (told,),
            rulebook,
            relation="vendored",
        )
        parts.append(
            replace(part, basis=Inferred.CLAUSES, confidence=0.7, terms=added(clauses))
        )
    return parts


def _is_cited(clause: Clause) -> bool:
    """
    Whether what forbids stands between back quotes: words that a comment speaks about.
    """
    quote = clause.quote or ""
    if "`" not in quote:
        return False
    from licensescan.classifier.clauses import analyse

    return not any(
        forbids(c) for c in analyse(_LITERAL.sub(" ", quote), complete=False).clauses
    )


def _without_rider(expression: Expression) -> Expression:
    """
    Return a header's license without the patent grant that it only refers to: that the
    file is not there is a finding.
    """
    return without(expression, lambda x: "patent" in reference_name(x).lower())


def _is_within(expression: Expression, own: Expression) -> bool:
    """
    Return True if a GNU license asks nothing that the component's own GNU license does
    not ask: LGPL or GPL within AGPL.
    """
    inner, outer = claim(expression), claim(own)
    return inner is not None and outer is not None and inner.is_within(outer)


def hidden_parts(
    component: Component,
    facts: CuratedFacts | None,
    rulebook: Rulebook,
    there: Sequence[Conclusion],
) -> list[Conclusion]:
    """
    One part for each thing that no file shows and a curated fact knows; what a file has
    shown is left out.
    """
    shown = {p.component.name.lower() for p in there}
    return [
        _part(
            component,
            hidden.name,
            component.path,
            hidden.license,
            (
                Evidence(
                    kind=EvidenceKind.CURATED,
                    path=component.path,
                    value=f"{hidden.license} ({hidden.source})",
                ),
            ),
            rulebook,
            relation=hidden.relation,
            kind=hidden.kind,
        )
        for hidden in (facts.parts if facts else ())
        if hidden.name.lower() not in shown
    ]


def distinct(
    parts: Sequence[Conclusion], own: Expression, sums: Collection[str]
) -> list[Conclusion]:
    """
    Parts that say something: neither that nothing is known, nor what the component's
    own texts or terms say.
    """
    return [
        p
        for p in parts
        if p.concluded != NONE
        or p.problems
        or p.parts
        or p.component.kind in (EvidenceKind.NATIVE, "model", "jar")
        if not (p.component.kind == "source" and _is_copy(p, sums))
        if not (
            (p.component.kind == "native" or p.basis == EvidenceKind.SPDX_TAG)
            and _is_of_owner(p.concluded, own)
        )
        if not (p.component.kind == "source" and _is_branch(p, own))
    ]


def of_the_package(
    parts: Sequence[Conclusion],
    component: Component,
    own: Expression,
    rulebook: Rulebook,
) -> list[Conclusion]:
    """
    `parts`, with a jar that is called after its Python package and says nothing itself
    put under the package's license: the Java half of one project (`org.jpype.jar` in
    jpype1), of which the package's license speaks.
    """
    stem = _AFFIX.sub("", component.name.lower())
    return [
        replace(
            p,
            concluded=own,
            effective=own,
            basis=Inferred.PACKAGE,
            confidence=0.5,
            terms=rulebook.terms_of(own),
            problems=(),
        )
        if p.component.kind == "jar"
        and p.concluded == NONE
        and own not in (NONE, NOASSERTION)
        and {x.rule for x in p.problems} <= {RuleId.LICENSE_MISSING}
        and p.component.name.lower().rpartition(".")[2] == stem
        else p
        for p in parts
    ]


def shown_beside(parts: Iterable[Conclusion], declared: Expression) -> bool:
    """
    Whether a file beside the component's own holds a license that is declared: called
    after a thing, it is a part (`LICENSE-unicode`), and the text is shipped all the
    same.
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
    return bool(part.evidence) and all(_BESIDE.fullmatch(e.path) for e in part.evidence)


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
    Whether a part has only texts that are the component's own, byte for byte: its
    documentation's copy of them.
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
    Whether both are terms of one owner's making: a vendor's library in its own package
    is that package.
    """
    both = (*licenses(own), *licenses(part))
    matched = [re.match(r"[A-Za-z]+", reference_name(license_)) for license_ in both]
    names = sorted((m[0].lower() if m else "" for m in matched), key=len)
    return (
        bool(names)
        and len(names[0]) > 1
        and all(name.startswith(names[0]) for name in names)
    )


def _part(
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
    part = Component(
        purl=Purl(f"{component.purl}#{path}"),
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
