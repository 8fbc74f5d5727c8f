"""
Evidence -> declared, detected, concluded. The precedence is
`precedence.decide`.

A curation wins; then the SPDX expression; then the texts; then the names in
the metadata. Text that stands in a place of its own belongs to a part. Two
sources that disagree are both kept: the stricter reading decides the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licensescan.classifier.statements.labels import parts_of, titled
from licensescan.conclude.beside_notices import (
    beside,
    each_beside,
    is_of_scripts,
)
from licensescan.conclude.decision import Decision
from licensescan.conclude.describe import (
    describe_clause,
    describe_header,
    describe_left_out,
    describe_part,
)
from licensescan.conclude.duplicate_parts import without_repeats
from licensescan.conclude.header_parts import (
    changed_parts,
    header_parts,
    limited_parts,
    unread_parts,
)
from licensescan.conclude.many_parts import bounded
from licensescan.conclude.own_texts import KINDS, Text
from licensescan.conclude.parts import (
    distinct,
    hidden_parts,
    of_the_package,
    opened,
    shown_beside,
    stanza_parts,
    unknown_parts,
)
from licensescan.conclude.pointers import Pointers
from licensescan.conclude.precedence import decide
from licensescan.conclude.problems import doubts, left_over, short, spoken
from licensescan.conclude.readme import is_own
from licensescan.conclude.sources import (
    Classify,
    Reading,
    Sources,
    read_sources,
)
from licensescan.conclude.standing import with_standing
from licensescan.conclude.terms import terms_of
from licensescan.conclude.without_text import UNREAD
from licensescan.model.kinds import EvidenceKind, Inferred, MatchKind, RuleId
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Curation,
    Evidence,
    Expression,
    LeftOut,
    Problem,
    Shipped,
)
from licensescan.rulebook.component_facts import CuratedFacts, curated_facts
from licensescan.rulebook.policy_entries import curation_applies
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import forbids
from licensescan.standards.spdx_expression import covers, join_and

_SETTLED = (
    RuleId.LICENSE_MISSING,
    RuleId.LICENSE_UNKNOWN,
    RuleId.LICENSE_AMBIGUOUS,
)
"""Rules of open questions, which a fact about a component answers."""

_STATING = (EvidenceKind.NOTICE, EvidenceKind.SOURCE_HEADER)
"""Kinds of evidence beside the own texts whose sentences name parts."""

_LONGEST_VALUE = 200
"""Characters of a field that the report shows whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What each component is concluded with, its parts included."""

    rulebook: Rulebook
    reading: Reading
    curations: Sequence[Curation]
    trace: Trace[Any]
    shipped: Shipped | None
    """What the whole installs, in which its parts are."""


def conclude(
    component: Component,
    rulebook: Rulebook,
    reading: Reading,
    curations: Sequence[Curation] = (),
    trace: Trace[Any] = SILENT,
) -> Conclusion:
    """
    Say under which license `component` may be used, and on what evidence.

    Text that belongs to a part stays with that part. Text that belongs to no
    part is added with AND, never dropped (PEP 639: the expression covers this
    archive). `trace` is told what was considered; `reading` is to be of the
    same trace.
    """
    run = _Run(
        rulebook=rulebook,
        reading=reading,
        curations=curations,
        trace=trace,
        shipped=component.shipped,
    )
    return with_standing(bounded(_concluded(component, run)), component)


def _concluded(component: Component, run: _Run) -> Conclusion:
    rulebook = run.rulebook
    sources = read_sources(component, rulebook, run.reading, run.trace)
    sums = [t.evidence.sha256 for t in sources.texts if t.evidence.sha256]
    decision = _decided(sources, run)
    facts = curated_facts(
        sources.component,
        declared=sources.declared.expression,
        concluded=decision.expression,
        texts=sums,
    )
    decision = _with_facts(decision, facts)
    decision = _with_rider(sources.component, decision, run.reading.classify)
    own = decision.expression
    parts = _parts(sources, own, run)
    told = run.trace.of(describe_part)
    parts += hidden_parts(sources.component, facts, rulebook, parts, told)
    return Conclusion(
        component=replace(sources.component, evidence=(), parts=()),
        declared=sources.declared.expression,
        detected=_detected(sources.texts),
        concluded=own,
        effective=own,
        alternative=decision.other,
        basis=decision.basis,
        also=decision.also,
        confidence=decision.confidence,
        terms=terms_of(decision, sources, rulebook),
        evidence=_shown(sources, decision.texts, run.reading),
        problems=_problems(sources, decision, parts, run),
        parts=tuple(
            without_repeats(distinct(parts, own, frozenset(sums), told), told)
        ),
    )


def _decided(sources: Sources, run: _Run) -> Decision:
    component = sources.component
    decision = _curated(component, run.curations) or decide(
        component,
        sources.declared,
        sources.texts,
        sources.tags,
        sources.prose,
        run.rulebook,
        run.trace,
    )
    is_open = decision.expression in (NONE, NOASSERTION)
    if is_open and not sources.texts and sources.is_list:
        return Decision(expression=NONE, basis=Inferred.NONE)
    return decision


def _curated(
    component: Component, curations: Sequence[Curation]
) -> Decision | None:
    for curation in curations:
        if curation_applies(curation, component):
            return Decision(
                expression=curation.license,
                basis=Inferred.CURATION,
                confidence=1.0,
            )
    return None


def _with_facts(decision: Decision, facts: CuratedFacts | None) -> Decision:
    """
    What is known beyond what the component says, last of all: it settles what
    is open, and is named as the basis.
    """
    if facts is None:
        return decision
    if facts.license is None or decision.basis == Inferred.CURATION:
        return replace(
            decision, problems=(*decision.problems, *facts.problems)
        )
    said = decision.expression
    return Decision(
        expression=facts.license,
        basis=EvidenceKind.CURATED,
        confidence=0.8,
        other=facts.other
        or (said if said not in (NONE, NOASSERTION) else None),
        problems=(
            *(p for p in decision.problems if p.rule not in _SETTLED),
            *facts.problems,
        ),
    )


def _with_rider(
    component: Component, decision: Decision, classify: Classify
) -> Decision:
    """
    A PATENTS file beside the license is a license of its own, given with it.
    """
    for item in component.evidence:
        if (
            item.kind != EvidenceKind.PATENTS_FILE
            or not (item.text or "").strip()
        ):
            continue
        found = classify(item)
        expression = found.detection.expression
        text = Text(evidence=item, found=found)
        if expression in (NONE, NOASSERTION):
            expression = decision.expression
        elif not covers(decision.expression, expression):
            expression = join_and(decision.expression, expression)
        decision = replace(
            decision, expression=expression, texts=(*decision.texts, text)
        )
    return decision


def _parts(sources: Sources, own: Expression, run: _Run) -> list[Conclusion]:
    """
    What is on terms of its own inside a component that is concluded to be
    under `own`.
    """
    component, rulebook, trace = sources.component, run.rulebook, run.trace
    texts = sources.texts or sources.given
    told = trace.of(describe_part)

    def inner(part: Component) -> Conclusion:
        return _concluded(part, replace(run, trace=trace.about(part.name)))

    parts = opened(map(inner, _apart(component, run)), told)
    if component.kind == "package":
        parts = of_the_package(parts, component, own, rulebook, told)
    # A text that is all about others says nothing of the component itself.
    read = {text.evidence.path for text in texts}
    others = [t for t in sources.given if t.evidence.path not in read]
    said = [*texts, *others, *_stated(sources, run)]
    parts += stanza_parts(
        component,
        said,
        rulebook,
        parts,
        run.shipped,
        told,
    )
    parts += unknown_parts(component, texts, rulebook, told)
    if "#" in component.purl and component.kind not in (
        "package",
        "source",
        "jar",
    ):
        return parts
    parts += _of_headers(sources, own, run)
    clauses = trace.of(describe_clause)
    # Weights on the terms of the code say nothing new.
    named = [
        part
        for part in map(inner, _labelled(sources, trace))
        if part.concluded != own or not told.drops(Reason.SAME_AS_OWN, part)
    ]
    return [*parts, *named, *sources.prose.parts(component, named, clauses)]


def _of_headers(
    sources: Sources, own: Expression, run: _Run
) -> list[Conclusion]:
    """Return the parts that headers of source files and NOTICEs show."""
    component, rulebook, trace = sources.component, run.rulebook, run.trace
    headers = trace.of(describe_header)
    parts = header_parts(component, sources.tags, own, rulebook, headers)
    nameless = [
        (item, run.reading.prose(item).clauses)
        for item in _nameless(sources, run.reading.classify)
    ]
    clauses = trace.of(describe_clause)
    nameless += _limiting_others(sources, run)
    limiting = [*nameless, *_limiting_notices(component, run)]
    limited = limited_parts(component, limiting, rulebook, clauses)
    parts += limited
    shown = {e.path for part in limited for e in part.evidence}
    rest = [item for item, _ in nameless if item.path not in shown]
    changed = changed_parts(
        component,
        [Text(evidence=i, found=run.reading.classify(i)) for i in rest],
        rulebook,
    )
    parts += changed
    shown = {e.path for part in changed for e in part.evidence}
    unread = [item for item in rest if item.path not in shown]
    parts += unread_parts(component, unread, own, rulebook)
    return parts


def _limiting_others(
    sources: Sources, run: _Run
) -> Iterator[tuple[Evidence, tuple[Clause, ...]]]:
    """Yield headers that name a license, with what they say of weights, data."""
    for item, expression in sources.tags:
        if item.text and expression not in (NONE, NOASSERTION):
            said = run.reading.prose(item).clauses
            others = tuple(c for c in said if not is_own(c))
            if others:
                yield item, others


def _limiting_notices(
    component: Component, run: _Run
) -> Iterator[tuple[Evidence, list[Clause]]]:
    """Yield each NOTICE with the clauses that are about the software."""
    for item in component.evidence:
        if item.kind == EvidenceKind.NOTICE and item.text:
            yield item, list(filter(is_own, run.reading.prose(item).clauses))


def _nameless(sources: Sources, classify: Classify) -> Iterator[Evidence]:
    """
    Yield the headers that name no license, and of the others what stands
    beside the one that they name; so of the comments of bundled scripts.
    """
    for item, expression in sources.tags:
        if item.text and expression in (NONE, NOASSERTION):
            yield item
        elif item.text:
            rest = beside(item, classify(item).detection.matches)
            if rest is not None:
                yield rest
    for item in sources.component.evidence:
        if item.kind == EvidenceKind.LICENSE_FILE and is_of_scripts(item.path):
            yield from each_beside(item, classify(item).detection.matches)


def _apart(component: Component, run: _Run) -> list[Component]:
    """
    Return the parts that were collected, but for those whose few lines only
    point to another text.
    """
    files = run.trace.of(describe_left_out)
    pointers = Pointers(component, run.reading.classify)

    def is_dropped(part: Component) -> bool:
        pointer = LeftOut(path=part.path, reason=Reason.POINTER)
        return pointers.are_all_of(part) and files.drops(
            Reason.POINTER, pointer
        )

    return [part for part in component.parts if not is_dropped(part)]


def _stated(sources: Sources, run: _Run) -> list[Text]:
    """
    Return the notices and headers whose sentences give licenses to parts, with
    these alone.
    """
    stated = []
    given = {id(text.evidence) for text in sources.given}
    for item in sources.component.evidence:
        if item.kind not in _STATING or not item.text or id(item) in given:
            continue
        found = run.reading.classify(item)
        detection = found.detection
        matches = tuple(
            m for m in detection.matches if m.kind == MatchKind.STATEMENT
        )
        if matches:
            detection = replace(detection, matches=matches)
            found = replace(found, detection=detection)
            stated.append(Text(evidence=item, found=found))
    return stated


def _labelled(sources: Sources, trace: Trace[Any]) -> list[Component]:
    """
    What READMEs and license files give another license by name, as parts; a
    model's own card is about itself.
    """
    component = sources.component
    found = [
        part
        for text in sources.texts
        if text.evidence.kind == EvidenceKind.LICENSE_FILE
        for part in parts_of(
            component, text.evidence.path, titled(text.evidence.text or "")
        )
    ]
    is_model = component.kind in ("model", "dataset")
    labelled = sources.prose.labelled(component, trace, is_model=is_model)
    return [*found, *labelled]


def _problems(
    sources: Sources,
    decision: Decision,
    parts: Sequence[Conclusion],
    run: _Run,
) -> tuple[Problem, ...]:
    """All that is wrong with the evidence, each once."""
    component = sources.component
    problems = [
        *_met(component, decision),
        *sources.declared.problems,
        *decision.problems,
        *sources.prose.problems(component),
    ]
    is_missing = any(p.rule == RuleId.NOTICE_MISSING for p in problems)
    if is_missing and shown_beside(parts, decision.expression):
        problems = [p for p in problems if p.rule != RuleId.NOTICE_MISSING]
    if decision.basis != Inferred.CURATION:
        problems = _with_doubts(problems, sources, decision, run)
    return tuple(dict.fromkeys(problems))


def _with_doubts(
    problems: Sequence[Problem],
    sources: Sources,
    decision: Decision,
    run: _Run,
) -> list[Problem]:
    """Return the problems, and what the words of the texts leave open."""
    if sources.component.relation != "import":
        is_part = "#" in sources.component.purl
        left = left_over(sources.given) if is_part else ()
        return [*problems, *left]
    doubtful = _doubtful(sources, decision, run)
    # What names the lines says more than what names the file.
    named = {p.path for p in doubtful if p.rule == RuleId.LICENSE_UNKNOWN}
    kept = [
        p
        for p in problems
        if p.rule != RuleId.LICENSE_UNKNOWN or p.path not in named
    ]
    return [*kept, *doubtful]


def _met(component: Component, decision: Decision) -> tuple[Problem, ...]:
    """
    Return what was met while collecting. A model that is not at hand is known
    all the same once a curation or a fact says what it is under.
    """
    is_told = decision.basis in (Inferred.CURATION, EvidenceKind.CURATED)
    if component.kind in ("model", "dataset") and is_told:
        return tuple(p for p in component.problems if p.rule not in UNREAD)
    return component.problems


def _doubtful(
    sources: Sources, decision: Decision, run: _Run
) -> tuple[Problem, ...]:
    """Return what makes the conclusion of a whole package doubtful."""
    component = sources.component
    notices = [
        Text(evidence=item, found=run.reading.classify(item))
        for item in component.evidence
        if item.kind == EvidenceKind.NOTICE and item.text
    ]
    read = [
        text
        for text in notices
        if any(
            not is_own(clause) or forbids(clause)
            for clause in run.reading.prose(text.evidence).clauses
        )
    ]
    return (
        *doubts(sources.given, notices, read),
        *spoken(
            component,
            decision.expression,
            sources.prose,
            run.rulebook,
            run.trace,
        ),
    )


def _detected(texts: Sequence[Text]) -> Expression:
    expressions = [t.expression for t in texts if t.expression != NONE]
    if not expressions:
        return NONE
    known = [e for e in expressions if e != NOASSERTION]
    return NOASSERTION if len(known) < len(expressions) else join_and(*known)


_TEXTS = (*KINDS, EvidenceKind.NOTICE)


def _shown(
    sources: Sources, more: Sequence[Text], reading: Reading
) -> tuple[Evidence, ...]:
    """
    Return every observation, with what it alone was read as and what of a text
    is left over; texts themselves stay behind.
    """
    read = {id(t.evidence): t.expression for t in (*sources.texts, *more)}
    declared = sources.declared.evidence
    fields = {(e.kind, e.path, e.value): e.expression for e in declared}
    headers = {id(item): expression for item, expression in sources.tags}
    shown = []
    for item in sources.component.evidence:
        if item.kind in (EvidenceKind.README, EvidenceKind.README_NESTED):
            continue
        expression = (
            read.get(id(item))
            or headers.get(id(item))
            or fields.get((item.kind, item.path, item.value))
        )
        value = (
            item.value
            if len(item.value) <= _LONGEST_VALUE
            else short(item.value)
        )
        is_text = item.text and item.kind in _TEXTS
        found = reading.classify(item) if is_text else None
        shown.append(
            replace(
                item,
                text=None,
                value=value,
                expression=expression,
                residue=found.detection.residue if found else (),
            )
        )
    return tuple(shown)
