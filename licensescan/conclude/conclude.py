"""
Evidence -> declared, detected, concluded. The precedence is `decide.decide`.

A curation wins; then the SPDX expression; then the texts; then the names in the
metadata. Text that stands in a place of its own belongs to a part. Two sources that
disagree are both kept: the stricter reading decides the gate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from licensescan.classifier.classify import Classified
from licensescan.classifier.statements.labels import parts_of, titled
from licensescan.conclude.declared import Declared, read_declared
from licensescan.conclude.duplicate_parts import without_repeats
from licensescan.conclude.exceptions import excepted, gathered
from licensescan.conclude.own_texts import KINDS, Tags, Text
from licensescan.conclude.parts import (
    distinct,
    header_parts,
    hidden_parts,
    limited_parts,
    of_the_package,
    opened,
    region_of,
    shown_beside,
    stanza_parts,
    unknown_parts,
)
from licensescan.conclude.precedence import UNREAD, Decision, decide
from licensescan.conclude.problems import doubts, short, spoken
from licensescan.conclude.readme import Prose, ProseRead, read_prose
from licensescan.conclude.source_headers import HEADERS, read_header
from licensescan.model.kinds import EvidenceKind, Inferred, MatchKind, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Curation,
    Evidence,
    Expression,
    Patent,
    Problem,
    Terms,
)
from licensescan.rulebook.component_facts import CuratedFacts, curated_facts
from licensescan.rulebook.policy_entries import curation_applies
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import added, burden, restricts, together
from licensescan.standards.gnu import is_unversioned
from licensescan.standards.spdx_expression import covers, join_and, licenses, summed
from licensescan.standards.spdx_text import has_choice, is_reference

Classify = Callable[[Evidence], Classified]


class Reading(Protocol):
    """How texts are read: with or without a cache."""

    def classify(self, evidence: Evidence) -> Classified:
        """What a license text is and says."""
        ...

    def prose(self, evidence: Evidence) -> ProseRead:
        """What a README says about licenses."""
        ...


_THANKS = re.compile(r"(?i)third[-_ ]?part(?:y|ies)[-_ ]?notices?[^/]*$")
_THANKS_WORDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """
    All that a component says, each voice read: `given` are all its own texts, `texts`
    those that say anything.
    """

    component: Component
    declared: Declared
    given: Sequence[Text]
    texts: Sequence[Text]
    tags: Tags
    prose: Prose


def conclude(
    component: Component,
    rulebook: Rulebook,
    reading: Reading,
    curations: Sequence[Curation] = (),
) -> Conclusion:
    """
    Say under which license `component` may be used, and on what evidence.

    Text that belongs to a part stays with that part. Text that belongs to no part is
    added with AND, never dropped (PEP 639: the expression covers this archive).
    """
    heard = _heard(component, rulebook, reading)
    sums = [t.evidence.sha256 for t in heard.texts if t.evidence.sha256]
    decision = _decided(heard, curations, rulebook)
    facts = curated_facts(
        heard.component,
        declared=heard.declared.expression,
        concluded=decision.expression,
        texts=sums,
    )
    decision = _with_rider(
        heard.component, _with_facts(decision, facts), reading.classify
    )

    def inner(part: Component) -> Conclusion:
        return conclude(part, rulebook, reading, curations)

    parts = _parts(heard, decision.expression, inner, rulebook, reading)
    parts += hidden_parts(heard.component, facts, rulebook, there=parts)
    return Conclusion(
        component=replace(heard.component, evidence=(), parts=()),
        declared=heard.declared.expression,
        detected=_detected(heard.texts),
        concluded=decision.expression,
        effective=decision.expression,
        alternative=decision.other,
        basis=decision.basis,
        also=decision.also,
        confidence=decision.confidence,
        terms=_terms(decision, heard.declared, heard.texts, heard.prose, rulebook),
        evidence=_told(heard, decision.texts),
        problems=_problems(heard, decision, parts, rulebook, reading.classify),
        parts=tuple(
            without_repeats(distinct(parts, decision.expression, frozenset(sums)))
        ),
    )


def _heard(component: Component, rulebook: Rulebook, reading: Reading) -> _Heard:
    classify = reading.classify
    declared = read_declared(component.evidence)
    component = gathered(component, declared.expression, classify, rulebook)
    kinds = (
        KINDS
        if any(e.kind != EvidenceKind.NOTICE for e in component.evidence)
        else (EvidenceKind.NOTICE,)
    )
    own = [e for e in component.evidence if e.kind in kinds and (e.text or "").strip()]
    given = excepted(
        [
            Text(evidence=e, found=_of_itself(e, classify(e)))
            for e in (*own, *declared.pasted)
        ],
        rulebook,
    )
    inside = component.kind == "source" and "#" in component.purl
    texts = [t for t in given if _speaks(t) and not (inside and _only_thanks(t))]
    return _Heard(
        component=component,
        declared=declared,
        given=given,
        texts=texts or _about_itself(given, declared.expression),
        tags=[
            (e, read_header(e, classify))
            for e in component.evidence
            if e.kind in HEADERS
        ],
        prose=read_prose(component.evidence, reading.prose),
    )


def _decided(
    heard: _Heard, curations: Sequence[Curation], rulebook: Rulebook
) -> Decision:
    component, texts = heard.component, heard.texts
    decision = _curated(component, curations)
    decision = decision or decide(
        component, heard.declared, texts, heard.tags, heard.prose, rulebook
    )
    if (
        not texts
        and decision.expression in (NONE, NOASSERTION)
        and _is_list(component, heard.given)
    ):
        return Decision(expression=NONE, basis=Inferred.NONE)
    return decision


def _parts(
    heard: _Heard,
    own: Expression,
    inner: Callable[[Component], Conclusion],
    rulebook: Rulebook,
    reading: Reading,
) -> list[Conclusion]:
    """
    What is on terms of its own inside a component that is concluded to be under `own`;
    `inner` concludes a part.
    """
    component, texts = heard.component, heard.texts or heard.given
    parts = opened(map(inner, component.parts))
    if component.kind == "package":
        parts = of_the_package(parts, component, own, rulebook)
    parts += stanza_parts(component, texts, rulebook, known=parts)
    parts += unknown_parts(component, texts, rulebook)
    if "#" in component.purl and component.kind not in ("package", "source", "jar"):
        return parts
    parts += header_parts(component, heard.tags, own, rulebook)
    nameless = [
        (e, reading.prose(e).clauses)
        for e, x in heard.tags
        if e.text and x in (NONE, NOASSERTION)
    ]
    parts += limited_parts(component, nameless, rulebook)
    # Weights on the terms of the code say nothing new.
    named = [
        p
        for p in map(inner, _labelled(component, heard.prose, heard.texts))
        if p.concluded != own
    ]
    return [*parts, *named, *heard.prose.parts(component, named)]


def _problems(
    heard: _Heard,
    decision: Decision,
    parts: Sequence[Conclusion],
    rulebook: Rulebook,
    classify: Classify,
) -> tuple[Problem, ...]:
    """All that is wrong with the evidence, each once."""
    component, prose = heard.component, heard.prose
    # A model that is not at hand is known all the same once somebody has said what it
    # is under.
    settled = component.kind in ("model", "dataset") and decision.basis in (
        Inferred.CURATION,
        EvidenceKind.CURATED,
    )
    met = tuple(p for p in component.problems if not settled or p.rule not in UNREAD)
    problems = (
        *met,
        *heard.declared.problems,
        *decision.problems,
        *prose.problems(component),
    )
    if any(p.rule == RuleId.NOTICE_MISSING for p in problems) and shown_beside(
        parts, decision.expression
    ):
        problems = tuple(p for p in problems if p.rule != RuleId.NOTICE_MISSING)
    if component.relation == "import" and decision.basis != Inferred.CURATION:
        notices = [
            Text(evidence=e, found=classify(e))
            for e in component.evidence
            if e.kind == EvidenceKind.NOTICE and e.text
        ]
        doubtful = (
            *doubts(heard.given, notices),
            *spoken(component, decision.expression, prose, rulebook),
        )
        # What names the lines says more than what names the file.
        told = {p.path for p in doubtful if p.rule == RuleId.LICENSE_UNKNOWN}
        problems = (
            *(
                p
                for p in problems
                if p.rule != RuleId.LICENSE_UNKNOWN or p.path not in told
            ),
            *doubtful,
        )
    return tuple(dict.fromkeys(problems))


def _is_list(component: Component, given: Sequence[Text]) -> bool:
    """
    Whether a part is nothing but a file about other things: a list of what is bundled,
    a NOTICE.
    """
    if component.kind != "source" or "#" not in component.purl:
        return False
    kinds = {e.kind for e in component.evidence}
    if kinds <= {EvidenceKind.LICENSE_FILE, EvidenceKind.HIDDEN_TEXT} and all(
        map(_only_thanks, given)
    ):
        return True
    return kinds == {EvidenceKind.NOTICE} or (
        kinds == {EvidenceKind.LICENSE_FILE}
        and any(t.found.detection.matches for t in given)
    )


def _only_thanks(text: Text) -> bool:
    """
    Whether a short file of notices on third parties names no license and limits
    nothing.
    """
    found = text.found
    said = {c.clause.partition(".")[0] for c in found.terms.clauses if c.quote}
    silent = (
        not found.detection.matches
        and not restricts(found.terms)
        and said.isdisjoint(("dist", "risk", "use"))
    )
    return (
        silent
        and text.words < _THANKS_WORDS
        and _THANKS.search(text.evidence.path) is not None
    )


def _about_itself(given: Sequence[Text], said: Expression) -> list[Text]:
    """
    The texts of a component all of which name one and the same thing ("StatsBase.jl is
    licensed under ..."): that is the component, unless it declares something else.
    """
    if len({m.part for t in given for m in t.found.detection.matches}) != 1:
        return []
    own = []
    for text in given:
        matches = tuple(replace(m, part=None) for m in text.found.detection.matches)
        detection = replace(text.found.detection, matches=matches)
        own.append(replace(text, found=replace(text.found, detection=detection)))
    shown = join_and(*(t.expression for t in own))
    return own if said in (NONE, NOASSERTION) or covers(said, shown) else []


def _labelled(
    component: Component, prose: Prose, texts: Sequence[Text]
) -> list[Component]:
    """
    What READMEs and license files give another license by name, as parts; a model's own
    card is about itself.
    """
    found = [
        part
        for t in texts
        if t.evidence.kind == EvidenceKind.LICENSE_FILE
        for part in parts_of(component, t.evidence.path, titled(t.evidence.text or ""))
    ]
    return (
        found
        if component.kind in ("model", "dataset")
        else [*found, *prose.labelled(component)]
    )


def _with_facts(decision: Decision, facts: CuratedFacts | None) -> Decision:
    """
    What is known beyond what the component says, last of all: it settles what is open,
    and is named as the basis.
    """
    if facts is None:
        return decision
    if facts.license is None or decision.basis == Inferred.CURATION:
        return replace(decision, problems=(*decision.problems, *facts.problems))
    said = decision.expression
    settled = (RuleId.LICENSE_MISSING, RuleId.LICENSE_UNKNOWN, RuleId.LICENSE_AMBIGUOUS)
    return Decision(
        expression=facts.license,
        basis=EvidenceKind.CURATED,
        confidence=0.8,
        other=said if said not in (NONE, NOASSERTION) else None,
        problems=(
            *(p for p in decision.problems if p.rule not in settled),
            *facts.problems,
        ),
    )


def _with_rider(
    component: Component, decision: Decision, classify: Classify
) -> Decision:
    """A PATENTS file beside the license is a license of its own, given with it."""
    for item in component.evidence:
        if item.kind != EvidenceKind.PATENTS_FILE or not (item.text or "").strip():
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


def _terms(
    decision: Decision,
    declared: Declared,
    texts: Sequence[Text],
    prose: Prose,
    rulebook: Rulebook,
) -> Terms:
    """Facts for what is known, clauses for the rest, riders on top."""
    if decision.expression in (NONE, NOASSERTION):
        read = [*(t.found.terms for t in decision.texts or texts), *prose.own_terms()]
        return together([*read, declared.withheld()] if declared.restricted else read)
    known = [
        x
        for x in licenses(decision.expression)
        if not is_reference(x) or rulebook.fact(x)
    ]
    base = rulebook.terms_of(decision.expression)
    unread = [
        t.found.terms
        for t in decision.texts
        if t.evidence.kind != EvidenceKind.PATENTS_FILE
    ]
    if not known and unread:
        base = (
            together(unread)
            if not has_choice(decision.expression)
            else min(unread, key=burden)
        )
    elif unread:
        # The facts of the named license speak on patents; what its text says beyond
        # them is added.
        texts_of = (
            t
            for t in decision.texts
            if t.evidence.kind != EvidenceKind.PATENTS_FILE and restricts(t.found.terms)
        )
        heavy = [added(_own(t)) for t in texts_of]
        base = together([base, *heavy]) if heavy else base
    extra = tuple(
        c for t in texts for c in _own(t) if c.quote and c not in base.clauses
    )
    beside = [c for t in texts if not t.is_open for c in extra if _is_beside(c, t)]
    base = together([base, added(beside)]) if beside else base
    base = replace(
        base, clauses=(*base.clauses, *(c for c in extra if c not in base.clauses))
    )
    for rider in (
        t for t in decision.texts if t.evidence.kind == EvidenceKind.PATENTS_FILE
    ):
        terms = rider.found.terms
        hit = terms.patent.retaliation or base.patent.retaliation
        spoken = tuple(c for c in base.clauses if c.clause != "patent.silent")
        base = replace(
            base,
            patent=Patent(grant="file", retaliation=hit),
            clauses=(*spoken, *terms.clauses),
        )
    own = prose.own_terms(shared_alike=base.copyleft in ("work", "network", "service"))
    base = together([base, *own]) if own else base
    if prose.patents_whole and base.patent.grant != "file":
        base = replace(base, patent=Patent(grant="unknown", retaliation=None))
    return base


def _own(text: Text) -> tuple[Clause, ...]:
    """
    The clauses of a text but for those that stand in what it sets apart, which are the
    part's.
    """
    apart = [region for region in text.found.detection.unmatched if region.part]
    return tuple(
        clause
        for clause in text.found.terms.clauses
        if region_of(clause, apart) is None
    )


def _is_beside(clause: Clause, text: Text) -> bool:
    """
    Whether a clause stands in the text beside its licenses, about the component itself:
    a rider.
    """
    region = (
        region_of(clause, text.found.detection.unmatched)
        if clause.path == text.evidence.path
        else None
    )
    return region is not None and region.part is None


def _detected(texts: Sequence[Text]) -> Expression:
    expressions = [t.expression for t in texts if t.expression != NONE]
    if not expressions:
        return NONE
    known = [e for e in expressions if e != NOASSERTION]
    return NOASSERTION if len(known) < len(expressions) else join_and(*known)


def _speaks(text: Text) -> bool:
    """
    Whether a license-like file says anything: AUTHORS listed as License-File does not.
    """
    return text.expression != NONE or (
        bool(text.found.terms.clauses) and restricts(text.found.terms)
    )


def _of_itself(item: Evidence, found: Classified) -> Classified:
    """
    What a text says of itself: in a file that is no license file, a bare "GPL" beside
    the notice of a license is about other software ("the solver that this leads to is
    under the GPL").
    """
    matches = found.detection.matches
    kept = tuple(
        m
        for m in matches
        if m.kind != MatchKind.REFERENCE or not is_unversioned(m.expression)
    )
    if (
        item.kind != EvidenceKind.HIDDEN_TEXT
        or not kept
        or len(kept) == len(matches)
        or found.detection.modified
    ):
        return found
    detection = replace(
        found.detection, expression=summed(m.expression for m in kept), matches=kept
    )
    return replace(found, detection=detection)


def _curated(component: Component, curations: Sequence[Curation]) -> Decision | None:
    for curation in curations:
        if curation_applies(curation, component):
            return Decision(
                expression=curation.license, basis=Inferred.CURATION, confidence=1.0
            )
    return None


def _told(heard: _Heard, more: Sequence[Text]) -> tuple[Evidence, ...]:
    """
    Every observation, with what it alone was read as; texts themselves stay behind.
    """
    read = {id(t.evidence): t.expression for t in (*heard.texts, *more)}
    fields = {(e.kind, e.path, e.value): e.expression for e in heard.declared.evidence}
    headers = {id(e): x for e, x in heard.tags}
    told = []
    for item in heard.component.evidence:
        if item.kind in (EvidenceKind.README, EvidenceKind.README_NESTED):
            continue
        expression = (
            read.get(id(item))
            or headers.get(id(item))
            or fields.get((item.kind, item.path, item.value))
        )
        value = short(item.value) if len(item.value) > 200 else item.value
        told.append(replace(item, text=None, value=value, expression=expression))
    return tuple(told)
