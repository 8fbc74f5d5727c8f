"""
The precedence where a component has no license text at all: metadata, then
headers of its source files, then what its README says.
"""

from __future__ import annotations

from dataclasses import replace

from licensescan.conclude.decision import Case, Decision, undecided
from licensescan.conclude.declared import agrees, refines
from licensescan.conclude.own_texts import KINDS
from licensescan.conclude.problems import mismatch, short
from licensescan.conclude.source_headers import MOST, SOME, headline
from licensescan.conclude.vendors import is_of_family, is_proprietary
from licensescan.model.kinds import EvidenceKind, Inferred, RuleId
from licensescan.model.types import NOASSERTION, NONE, Expression, Problem
from licensescan.standards.spdx_expression import licenses, settled

UNREAD = (RuleId.LICENSE_UNKNOWN, RuleId.TERMS_UNREAD)
"""Rules of what was not at hand: they say why nothing is known."""


def without_text(case: Case) -> Decision:
    """
    Return what decides in place of a text; what is there and decides nothing.
    """
    if case.is_declared:
        return _declared_alone(case)
    headers, share = headline(case.tags, SOME, case.trace)
    if headers != NONE and share >= SOME:
        return Decision(
            expression=settled(headers),
            basis=EvidenceKind.SOURCE_HEADER,
            confidence=0.6,
        )
    named = case.prose.named(case.component.name, case.trace)
    if named not in (NONE, NOASSERTION):
        return Decision(
            expression=settled(named),
            basis=EvidenceKind.README,
            confidence=0.5,
        )
    if case.said == NOASSERTION:
        return _declared_in_words(case)
    return _open(case, headers, named)


def _declared_in_words(case: Case) -> Decision:
    """A field says something, and not which license it means."""
    declared = case.declared
    words = short(declared.words or declared.restricted or declared.said)
    words = words or "a license that is not known"
    message = f"the metadata says only {words!r}, and no text decides which license that is"
    is_family = declared.likely or declared.alike
    rule = RuleId.LICENSE_AMBIGUOUS if is_family else RuleId.LICENSE_UNKNOWN
    if not declared.likely:
        return undecided(case.component, declared.basis, message, rule)
    message += (
        f"; taken for {declared.likely}, which it practically always means"
    )
    decision = undecided(case.component, declared.basis, message, rule)
    readings = (declared.likely,)
    return replace(
        decision,
        expression=declared.likely,
        confidence=0.3,
        problems=tuple(
            replace(p, readings=readings) for p in decision.problems
        ),
    )


def _open(case: Case, headers: Expression, named: Expression) -> Decision:
    """
    Nothing decides: what there is besides is said, or that there is nothing.
    """
    component = case.component
    if headers != NONE:
        message = f"only few of its files have a license header ({headers}), and nothing speaks for the rest"
        return undecided(component, EvidenceKind.SOURCE_HEADER, message)
    message = "there is text about a license, and it could not be decided"
    if case.prose.states or named != NONE:
        return undecided(component, EvidenceKind.README, message)
    texts = (e for e in component.evidence if (e.text or "").strip())
    if any(item.kind in KINDS for item in texts):
        return undecided(component, EvidenceKind.LICENSE_FILE, message)
    if any(problem.rule in UNREAD for problem in component.problems):
        # What was not at hand may have a license: that it is unknown was told,
        # and it is not "no license".
        return Decision(
            expression=NOASSERTION, basis=Inferred.NONE, confidence=0.0
        )
    if any(e.kind == EvidenceKind.CATALOGUE for e in component.evidence):
        return Decision(expression=NONE, basis=EvidenceKind.CATALOGUE)
    missing = Problem(
        rule=RuleId.LICENSE_MISSING,
        path=component.path,
        message="no license in metadata, files, headers or README",
    )
    return Decision(expression=NONE, basis=Inferred.NONE, problems=(missing,))


def _declared_alone(case: Case) -> Decision:
    """
    Metadata names a license, and no text is there; headers of most files go
    before it, where they name another.
    """
    said, conflict, basis = (
        case.said,
        case.declared.conflict,
        case.declared.basis,
    )
    if conflict is not None:
        message = f"one field says {said}, another {conflict}; no text decides"
        return Decision(
            expression=said,
            basis=basis,
            confidence=0.4,
            other=conflict,
            problems=(
                mismatch(case.component, message, readings=(said, conflict)),
            ),
        )
    problems = _problems(case)
    headers, share = headline(case.tags, MOST, case.trace)
    if headers != NONE and share >= MOST and not agrees(said, headers):
        message = (
            f"declares {said}, without a text; most of its files say {headers}"
        )
        return Decision(
            expression=headers,
            basis=EvidenceKind.SOURCE_HEADER,
            confidence=0.6,
            other=said,
            problems=(
                *problems,
                mismatch(case.component, message, readings=(said, headers)),
            ),
        )
    if headers != NONE and refines(headers, said):
        said = headers
    return Decision(
        expression=said, basis=basis, confidence=0.7, problems=problems
    )


def _problems(case: Case) -> tuple[Problem, ...]:
    """
    Return what is doubtful about a license that is declared without a text.
    """
    component, declared, said = case.component, case.declared, case.said
    if declared.restricted and not all(map(is_proprietary, licenses(said))):
        message = (
            f"one field says {said}, another {short(declared.restricted)!r}"
        )
        return (mismatch(component, message),)
    if declared.family and not is_of_family(said, declared.family):
        message = f"one field says {said}, another {declared.family}; no text decides"
        return (mismatch(component, message),)
    is_imported = (
        component.kind == "package" and component.relation == "import"
    )
    if is_imported and declared.basis != EvidenceKind.DEBIAN:
        message = f"{said} is declared, and no license text is shipped with it"
        return (
            Problem(
                rule=RuleId.NOTICE_MISSING,
                path=component.path,
                message=message,
            ),
        )
    return ()
