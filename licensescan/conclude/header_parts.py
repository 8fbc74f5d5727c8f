"""
Parts that headers of source files show: files on terms of their own within a
component.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from licensescan.conclude.own_texts import Tags, Text
from licensescan.conclude.parts import new_part, slug
from licensescan.conclude.problems import changed
from licensescan.conclude.readme import name_of_limits
from licensescan.conclude.unread_terms import UnreadTerms, unread_terms
from licensescan.model.kinds import EvidenceKind, Inferred, MatchKind, RuleId
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
    Problem,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.standing import licensing_of_data, limits_its_file
from licensescan.rulebook.terms import added, forbids
from licensescan.standards.gnu import claim
from licensescan.standards.requirements import canonical
from licensescan.standards.spdx_expression import covers, licenses, without
from licensescan.standards.spdx_text import (
    has_exception,
    reference,
    reference_name,
    split_exception,
)

_LICENSE_OF = re.compile(
    r"(?i)(?:'s|\u2019s)?\s+(?:licen[cs]e|terms|agreement).*"
)
_WHOLE = 0.9
"""
With less of a license above a file the rest of it may not have been read.
"""

_FOR_WORKS = "CC-"
"""Licenses that are made for other works than programs."""

_SHOWN = 5
"""Files that a part of many shows; their number is in its message."""

_LITERAL = re.compile(r"`[^`]*`")
_SURE = 0.75
"""
A clause of a comment that was read less surely may be about what the file
does; to evaluate is what many do.
"""


_LIMITS = (
    "use.no_",
    "use.threshold",
    "use.field",
    "use.platform",
    "use.internal_only",
    "use.territory",
    "dist.prohibited",
    "dist.no_modify",
)
"""Clauses that a comment may state of its file."""


def header_parts(
    component: Component,
    tags: Tags,
    own: Expression,
    rulebook: Rulebook,
    trace: Trace[tuple[Evidence, Expression]] = SILENT,
) -> list[Conclusion]:
    """
    One part for each license that source headers name and the component's own
    expression does not.
    """
    grouped: dict[Expression, list[Evidence]] = {}
    has_rider = any(
        e.kind == EvidenceKind.PATENTS_FILE for e in component.evidence
    )
    exact = _exact(tags)
    for evidence, said in tags:
        expression = said if has_rider else _without_rider(said)
        if expression in (NONE, NOASSERTION):
            continue
        reason = _why_no_news(expression, own)
        if _is_told_by_tag(evidence, expression, exact):
            reason = Reason.COVERED
        if reason is not None and trace.drops(reason, (evidence, said)):
            continue
        trace.keeps(Reason.TERMS_OF_FILES, (evidence, said))
        header = Evidence(
            kind=evidence.kind,
            path=evidence.path,
            value=(_of_data(evidence, expression) or evidence.value)[:200],
            lines=evidence.lines or _first_line(evidence),
            share=evidence.share,
        )
        grouped.setdefault(expression, []).append(header)
    return [
        _of_files(component, expression, headers, rulebook)
        for expression, headers in grouped.items()
    ]


def _of_data(evidence: Evidence, expression: Expression) -> str:
    """
    Return the sentence of a notice by which one of Creative Commons' licenses
    is given for weights or data, and not for the file; "" if there is none.
    """
    is_notice = evidence.kind == EvidenceKind.SOURCE_HEADER
    if not is_notice or not expression.startswith(_FOR_WORKS):
        return ""
    return licensing_of_data(evidence.text or "")


def _exact(tags: Tags) -> set[tuple[str, str]]:
    """
    Return the files with a tag that has an exception, and to which license.
    """
    return {
        (item.path, split_exception(name)[0])
        for item, said in tags
        if item.kind == EvidenceKind.SPDX_TAG
        for name in licenses(said)
        if has_exception(name)
    }


def _is_told_by_tag(
    evidence: Evidence,
    expression: Expression,
    exact: Collection[tuple[str, str]],
) -> bool:
    """
    Return True for a notice whose license the tag of the same file gives with
    an exception: the notice says that in words of its own.
    """
    is_notice = evidence.kind == EvidenceKind.SOURCE_HEADER
    return is_notice and (evidence.path, expression) in exact


def _first_line(evidence: Evidence) -> tuple[int, int] | None:
    """
    Return the line of the file in which a notice begins: the empty lines above
    it stand for those of the file.
    """
    text = evidence.text or ""
    if not text.strip():
        return None
    line = text.count("\n", 0, len(text) - len(text.lstrip())) + 1
    return (line, line)


def _why_no_news(expression: Expression, own: Expression) -> Reason | None:
    """
    Return why a header says nothing new beside a component's `own` license.
    """
    if covers(own, expression):
        return Reason.COVERED
    return Reason.WITHIN_OWN_GNU if _is_within(expression, own) else None


def _of_files(
    component: Component,
    expression: Expression,
    headers: Sequence[Evidence],
    rulebook: Rulebook,
) -> Conclusion:
    """Return the part that files with these headers are."""
    path = headers[0].path
    evidence = tuple(headers)
    return new_part(
        component,
        path,
        path,
        expression,
        evidence,
        rulebook,
        relation="vendored",
    )


def limited_parts(
    component: Component,
    headers: Iterable[tuple[Evidence, Sequence[Clause]]],
    rulebook: Rulebook,
    trace: Trace[Clause] = SILENT,
) -> list[Conclusion]:
    """
    One part for each of `headers`, which name no license, that limits its file
    ("for non-commercial use only").
    """
    parts = []
    for evidence, said in headers:
        clauses = [
            clause
            for clause in (replace(c, path=evidence.path) for c in said)
            if not _is_no_limit(clause, evidence, trace)
        ]
        if not clauses:
            continue
        header = Evidence(
            kind=evidence.kind,
            path=evidence.path,
            value=clauses[0].quote or "",
            lines=clauses[0].lines,
            share=evidence.share,
        )
        expression = name_of_limits(clauses)
        part = _of_files(component, expression, [header], rulebook)
        parts.append(
            replace(
                part,
                basis=Inferred.CLAUSES,
                confidence=0.7,
                terms=added(clauses),
            )
        )
    return parts


def changed_parts(
    component: Component, headers: Iterable[Text], rulebook: Rulebook
) -> list[Conclusion]:
    """
    One part for each change of a known license that stands above source files:
    who reads the header as that license reads what it does not say.
    """
    by_change: dict[str, list[Text]] = {}
    for header in headers:
        if _is_changed_text(header):
            message = changed(header).message
            by_change.setdefault(message, []).append(header)
    parts = []
    for message, same in by_change.items():
        shown = [header.evidence for header in same[:_SHOWN]]
        part = _of_files(component, NOASSERTION, shown, rulebook)
        path = shown[0].path
        files = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
        problem = Problem(
            rule=RuleId.LICENSE_MODIFIED,
            path=path,
            message=f"{path}{files}: {message}",
        )
        parts.append(replace(part, basis=shown[0].kind, problems=(problem,)))
    return parts


def _is_changed_text(header: Text) -> bool:
    """Return True for a header that holds a license whose words differ."""
    return any(
        match.kind == MatchKind.TEXT
        and match.part is None
        and match.coverage >= _WHOLE
        and any(difference.matters for difference in match.differences)
        for match in header.found.detection.matches
    )


def unread_parts(
    component: Component,
    headers: Iterable[Evidence],
    own: Expression,
    rulebook: Rulebook,
) -> list[Conclusion]:
    """
    One part for each license that `headers` name and no list knows, for each
    vendor's, and for each way in which they withhold.
    """
    by_terms: dict[str, list[Evidence]] = {}
    read: dict[str, UnreadTerms] = {}
    for evidence in headers:
        terms = unread_terms(evidence.text or "")
        if terms is None or _is_own_name(terms.name, component.name, own):
            continue
        if not terms.name and not _is_about_rights(terms, evidence):
            continue
        if covers(own, terms.expression):
            continue
        key = (
            terms.name.lower() or re.sub(r"[\W\d_]+", " ", terms.quote).lower()
        )
        read.setdefault(key, terms)
        shown = Evidence(
            kind=evidence.kind,
            path=evidence.path,
            value=terms.quote,
            lines=(terms.line, terms.line),
            share=evidence.share,
        )
        by_terms.setdefault(key, []).append(shown)
    return [
        _unread_part(component, read[key], shown, rulebook)
        for key, shown in by_terms.items()
    ]


def _unread_part(
    component: Component,
    terms: UnreadTerms,
    shown: Sequence[Evidence],
    rulebook: Rulebook,
) -> Conclusion:
    if terms.expression != NOASSERTION:
        some = shown[:_SHOWN]
        return _of_files(component, terms.expression, some, rulebook)
    name, path = terms.name, shown[0].path
    named = reference(slug(name)) if name else NOASSERTION
    part = new_part(
        component,
        path,
        path,
        named,
        tuple(shown[:_SHOWN]),
        rulebook,
        relation="vendored",
    )
    files = f" (and {len(shown) - 1} more)" if len(shown) > 1 else ""
    says = f"names the {name}" if name else "withholds"
    message = f"a notice in {path}{files} {says}: {shown[0].value[:200]!r}"
    problem = Problem(
        rule=RuleId.LICENSE_UNKNOWN,
        path=path,
        message=message,
        shade="named" if name else "",
    )
    return replace(
        part,
        detected=NOASSERTION,
        basis=shown[0].kind,
        confidence=0.5,
        problems=(problem,),
    )


def _is_own_name(name: str, component: str, own: Expression) -> bool:
    """
    Return True if a notice names the component's license by the component's
    name, or a component on terms of its owner's making withholds what these
    terms are about.
    """
    if name and canonical(_LICENSE_OF.sub("", name)) == canonical(component):
        return True
    references = [reference_name(license_) for license_ in licenses(own)]
    if not name:
        return bool(references) and all(references)
    plain = re.sub(r"[^a-z0-9]+", "", name.lower())
    return any(
        re.sub(r"[^a-z0-9]+", "", other.lower()) in plain
        for other in references
        if other
    )


_PURPOSES = ("use.research_only", "use.evaluation_only")
"""Clauses whose words are also said of what code is good for."""


def _is_no_limit(
    clause: Clause, evidence: Evidence, trace: Trace[Clause]
) -> bool:
    """
    Return True for a clause of a comment that limits its file not for sure.
    """
    reason = None
    if clause.confidence < _SURE:
        reason = Reason.UNSURE
    elif clause.clause == "use.evaluation_only" and not _says(
        "to_try", clause
    ):
        reason = Reason.EVALUATES
    elif clause.clause in _PURPOSES and _says("fitness", clause):
        reason = Reason.ABOUT_CODE
    elif not (forbids(clause) or clause.clause.startswith(_LIMITS)):
        reason = Reason.FORBIDS_NO_COMMERCE
    elif _is_cited(clause):
        reason = Reason.CITED
    elif not limits_its_file(
        f"{clause.quote} {_passage(clause.lines, evidence)}"
    ):
        reason = Reason.ABOUT_CODE
    return reason is not None and trace.drops(reason, clause)


def _says(table: str, clause: Clause) -> bool:
    """Return True if the quote of a clause has words of a table."""
    from licensescan.classifier.clauses.words import has

    return has(table, (clause.quote or "").lower())


def _is_about_rights(terms: UnreadTerms, evidence: Evidence) -> bool:
    passage = _passage((terms.line, terms.line), evidence)
    return limits_its_file(f"{terms.quote} {passage}")


def _passage(lines: tuple[int, int] | None, evidence: Evidence) -> str:
    """
    Return these lines of a comment with those around them, up to those without
    a word; the whole of it where there are no such lines.
    """
    text = evidence.text or ""
    rows = text.split("\n")
    if lines is None or lines[1] > len(rows):
        return text
    first, last = lines[0] - 1, lines[1]
    while first > 0 and _has_words(rows[first - 1]):
        first -= 1
    while last < len(rows) and _has_words(rows[last]):
        last += 1
    return " ".join(rows[first:last])


def _has_words(row: str) -> bool:
    return any(map(str.isalnum, row))


def _is_cited(clause: Clause) -> bool:
    """
    Whether what forbids stands between back quotes: words that a comment
    speaks about.
    """
    quote = clause.quote or ""
    if "`" not in quote:
        return False
    from licensescan.classifier.clauses import analyse

    return not any(
        forbids(c)
        for c in analyse(_LITERAL.sub(" ", quote), complete=False).clauses
    )


def _without_rider(expression: Expression) -> Expression:
    """
    Return a header's license without the patent grant that it only refers to:
    that the file is not there is a finding.
    """
    return without(expression, lambda x: "patent" in reference_name(x).lower())


def _is_within(expression: Expression, own: Expression) -> bool:
    """
    Return True if a GNU license asks nothing that the component's own GNU
    license does not ask: LGPL or GPL within AGPL.
    """
    inner, outer = claim(expression), claim(own)
    return inner is not None and outer is not None and inner.is_within(outer)
