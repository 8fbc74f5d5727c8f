"""
The precedence: what a component declares and what its own texts show, put
against each other.

`_PRECEDENCE` is the whole of it: the first row whose question holds decides.
Two sources that disagree are both kept: the stricter reading decides the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from licensescan.conclude.decision import Case, Decision
from licensescan.conclude.declared import Declared, agrees, refines, sharpened
from licensescan.conclude.own_texts import (
    PARAGRAPH,
    Tags,
    Text,
    offered,
    shown_by,
)
from licensescan.conclude.problems import (
    changed,
    contradicted,
    mismatch,
    more_than_known,
    short,
    unknown,
)
from licensescan.conclude.readme import Prose
from licensescan.conclude.vendors import (
    is_nameless,
    is_of_family,
    is_proprietary,
)
from licensescan.conclude.without_text import without_text
from licensescan.model.kinds import EvidenceKind, Inferred, MatchKind
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import NOASSERTION, Component, Expression, Problem
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import burden, restricts
from licensescan.standards.spdx_expression import (
    covers,
    join_and,
    join_or,
    licenses,
    offers,
)
from licensescan.standards.spdx_text import has_reference, joined


def decide(
    component: Component,
    declared: Declared,
    texts: Sequence[Text],
    tags: Tags,
    prose: Prose,
    rulebook: Rulebook,
    trace: Trace[Any] = SILENT,
) -> Decision:
    """
    Return what metadata declares and the component's own texts show, put
    against each other.
    """
    known = [text for text in texts if not text.is_open]
    shown = shown_by(known, declared, tags)
    said = declared.expression
    if declared.basis != EvidenceKind.LICENSE_EXPRESSION:
        said = sharpened(said, shown)
    case = Case(
        component=component,
        declared=declared,
        said=said,
        shown=shown,
        known=known,
        unread=[text for text in texts if text.is_open],
        tags=tags,
        prose=prose,
        rulebook=rulebook,
        trace=trace,
    )
    return next(
        decision(case) for holds, decision in _PRECEDENCE if holds(case)
    )


def _is_changed(case: Case) -> bool:
    return any(text.found.detection.modified for text in case.unread)


def _is_a_version(case: Case) -> bool:
    """
    Return True if texts that differ from known ones are but versions of a
    vendor's terms: the name that is declared stands for no particular text of
    them, so that no change contradicts it.
    """
    if not _is_changed(case) or case.is_shown:
        return False
    near = [
        name
        for text in case.unread
        for match in text.found.detection.matches
        for name in licenses(match.expression)
    ]
    is_named = case.is_declared and is_nameless(case.said)
    return is_named and bool(near) and all(map(is_proprietary, near))


def _modified(case: Case) -> Decision:
    """
    A known text was changed: its name is not what is given, and its words are
    read as terms.
    """
    modified = [text for text in case.unread if text.found.detection.modified]
    return Decision(
        expression=NOASSERTION,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.5,
        other=case.said if case.is_declared else None,
        problems=tuple(map(changed, modified)),
        texts=tuple(case.unread),
    )


def _unread(case: Case) -> Decision:
    """
    No license is declared and a text is not known: it gets a name of its own
    when its clauses could be read.
    """
    terms = [text for text in case.unread if not text.is_offer]
    is_offered = len(terms) < len(case.unread)
    unread = terms or case.unread
    names = [text.name_for(case.component) for text in unread]
    read = [name for name in names if name]
    expression, confidence = NOASSERTION, 0.3
    if len(read) == len(names):
        several = dict.fromkeys([case.shown, *read] if case.is_shown else read)
        expression = join_or(*several) if is_offered else join_and(*several)
        confidence = 0.6
    return Decision(
        expression=expression,
        basis=_basis_of_unread(expression),
        confidence=confidence,
        problems=tuple(map(unknown, unread)),
        texts=tuple(unread),
    )


def _undeclared(case: Case) -> Decision:
    """
    Texts decide alone; a field that names another family, or restricts, is a
    contradiction.
    """
    shown = offered(case.component, case.known) or case.shown
    problems = _contradictions(case, shown)
    return Decision(
        expression=shown,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.9 if problems else 1.0,
        problems=problems,
    )


def _contradictions(case: Case, shown: Expression) -> tuple[Problem, ...]:
    component, declared = case.component, case.declared
    ships = f"ships the text of {shown}; a field says"
    if declared.restricted and not any(map(is_proprietary, licenses(shown))):
        return (
            mismatch(component, f"{ships} {short(declared.restricted)!r}"),
        )
    problems = contradicted(component, declared, shown, case.rulebook)
    if problems or not declared.family or is_of_family(shown, declared.family):
        return problems
    return (mismatch(component, f"{ships} {declared.family}"),)


def _unread_but_declared(case: Case) -> Decision:
    """A license is declared, and the only text there is no known one."""
    said, unread = case.said, case.unread
    problems = tuple(map(unknown, unread))
    if is_nameless(said) or has_reference(said):
        is_known = all(case.rulebook.fact(name) for name in licenses(said))
        return Decision(
            expression=said,
            basis=case.declared.basis,
            confidence=0.6,
            problems=() if is_known else problems,
            texts=tuple(unread),
        )
    if any(_holds_text_of(said, text) for text in unread):
        # A manual about licensing that holds the declared text among others.
        return Decision(
            expression=said,
            basis=case.declared.basis,
            confidence=0.6,
            problems=problems,
        )
    if all(
        t.words < PARAGRAPH and not restricts(t.found.terms) for t in unread
    ):
        # A few lines beside a declared license (a copyright line, a pointer)
        # do not make the license unknown.
        return Decision(
            expression=said, basis=case.declared.basis, confidence=0.7
        )
    names = [text.name_for(case.component) for text in unread]
    read = dict.fromkeys(name for name in names if name)
    expression = join_and(*read) if all(names) else NOASSERTION
    message = f"declares {said}; its license text is not recognised as that"
    return Decision(
        expression=expression,
        basis=_basis_of_unread(expression),
        confidence=0.4,
        other=said,
        problems=(mismatch(case.component, message, unread), *problems),
        texts=tuple(unread),
    )


def _holds_text_of(said: Expression, text: Text) -> bool:
    matches = text.found.detection.matches
    return any(
        m.kind == MatchKind.TEXT and covers(said, m.expression)
        for m in matches
    )


def _basis_of_unread(expression: Expression) -> EvidenceKind | Inferred:
    """
    Return what decides where texts are not known: clauses, if they were read.
    """
    is_open = expression == NOASSERTION
    return EvidenceKind.LICENSE_FILE if is_open else Inferred.CLAUSES


def _declared_and_shown(case: Case) -> Decision:
    """Metadata and texts both name licenses."""
    said, shown = case.said, case.shown
    if covers(said, shown) or offers(shown, said):
        return Decision(
            expression=shown if refines(shown, said) else said,
            basis=case.declared.basis,
            problems=_doubts(case),
            texts=tuple(case.unread),
        )
    if is_nameless(said):
        return _nameless_and_shown(case)
    extra = [name for name in licenses(shown) if not covers(said, name)]
    if len(extra) < len(licenses(shown)) or agrees(said, shown):
        return _shown_besides(case, extra)
    message = f"declares {said}; its license text is {shown}"
    texts = (*case.known, *case.unread)
    clash = mismatch(case.component, message, texts, (said, shown))
    return Decision(
        expression=shown,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.7,
        other=said,
        problems=(*_doubts(case), clash),
        texts=tuple(case.unread),
    )


def _nameless_and_shown(case: Case) -> Decision:
    """
    A name of the vendor's own is declared, and texts show a known license.
    """
    is_named = all(case.rulebook.fact(name) for name in licenses(case.said))
    more = [] if is_named else [text for text in case.known if text.says_more]
    if not more:
        return _shown_alone(case, is_named=is_named)
    # Terms with a name of their own that build on a known license: the base
    # alone is not what is given.
    beyond = (more_than_known(text, case.said) for text in more)
    return Decision(
        expression=case.said,
        basis=case.declared.basis,
        problems=(*_doubts(case), *beyond),
        texts=(*case.unread, *more),
        confidence=0.6,
    )


def _shown_alone(case: Case, *, is_named: bool) -> Decision:
    """
    Return what the texts show. A name that is known to stand for heavier terms
    contradicts them: a wheel of a vendor's that ships the text of its sources.
    """
    said, shown = case.said, case.shown
    terms_of = case.rulebook.terms_of
    is_heavier = burden(terms_of(said))[:1] > burden(terms_of(shown))[:1]
    problems = _doubts(case)
    if is_named and is_heavier:
        message = f"declares {said}; its license text is {shown}"
        clash = mismatch(
            case.component, message, case.known, readings=(said, shown)
        )
        problems = (*problems, clash)
    return Decision(
        expression=shown,
        basis=EvidenceKind.LICENSE_FILE,
        other=said if is_named and is_heavier else None,
        problems=problems,
        texts=tuple(case.unread),
        confidence=0.9,
    )


def _shown_besides(case: Case, extra: Sequence[str]) -> Decision:
    """Texts show what is declared and, with `extra`, more than that."""
    said, rulebook = case.said, case.rulebook
    problems = _doubts(case)
    whole = join_and(said, *map(Expression, extra))
    if burden(rulebook.terms_of(whole)) > burden(rulebook.terms_of(said)):
        message = (
            f"declares {said}; its own texts also show {joined('AND', extra)}"
        )
        clash = mismatch(case.component, message, readings=(said, whole))
        problems = (*problems, clash)
    return Decision(
        expression=whole,
        basis=case.declared.basis,
        also=EvidenceKind.LICENSE_FILE,
        confidence=0.8,
        problems=problems,
    )


def _doubts(case: Case) -> tuple[Problem, ...]:
    """
    Return what speaks against what is declared: unknown terms, heavier fields.
    """
    heavy = (text for text in case.unread if restricts(text.found.terms))
    is_settled = case.declared.basis != EvidenceKind.CLASSIFIER and (
        covers(case.said, case.shown) or covers(case.shown, case.said)
    )
    contradictions = contradicted(
        case.component,
        case.declared,
        case.said,
        case.rulebook,
        is_settled=is_settled,
    )
    return (*map(unknown, heavy), *contradictions)


_PRECEDENCE: tuple[
    tuple[Callable[[Case], bool], Callable[[Case], Decision]], ...
] = (
    (_is_a_version, _unread_but_declared),
    (_is_changed, _modified),
    (lambda case: bool(case.unread) and not case.is_declared, _unread),
    (lambda case: case.is_shown and not case.is_declared, _undeclared),
    (
        lambda case: bool(case.unread) and not case.is_shown,
        _unread_but_declared,
    ),
    (lambda case: not case.is_shown, without_text),
    (lambda case: True, _declared_and_shown),
)
