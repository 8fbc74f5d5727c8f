"""
The precedence: what a component declares and what its own texts show, put against each
other.

`decide` fits on one screen. Two sources that disagree are both kept: the stricter
reading decides the gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from licensescan.classifier.names.reading import fits, is_vague
from licensescan.conclude.declared import Declared, agrees, refines, sharpened
from licensescan.conclude.own_texts import (
    KINDS,
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
from licensescan.conclude.source_headers import MOST, SOME, headline
from licensescan.model.kinds import Basis, EvidenceKind, Inferred, MatchKind, RuleId
from licensescan.model.types import NOASSERTION, NONE, Component, Expression, Problem
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import burden, restricts
from licensescan.standards.spdx_expression import (
    covers,
    join_and,
    join_or,
    licenses,
    offers,
    settled,
)
from licensescan.standards.spdx_text import (
    has_reference,
    is_reference,
    is_scancode,
    joined,
)

UNREAD = (RuleId.LICENSE_UNKNOWN, RuleId.TERMS_UNREAD)
"""Rules of what was not at hand: they say why nothing is known."""

_OPEN = ("Permissive", "Public Domain", "Copyleft", "Copyleft Limited")
"""Categories of ScanCode's that are not a vendor's terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    The concluded expression, what decided it, how sure that is, and the other reading
    where there is one.
    """

    expression: Expression
    basis: Basis
    also: Basis | None = None
    confidence: float = 1.0
    other: Expression | None = None
    problems: tuple[Problem, ...] = ()
    texts: tuple[Text, ...] = ()
    """
    The texts that no known license accounts for: their clauses are terms of the
    component.
    """


def decide(
    component: Component,
    declared: Declared,
    texts: Sequence[Text],
    tags: Tags,
    prose: Prose,
    rulebook: Rulebook,
) -> Decision:
    """
    The precedence: what metadata declares and what the component's own texts show, put
    against each other.
    """
    known = [t for t in texts if not t.is_open]
    unread = [t for t in texts if t.is_open]
    shown = shown_by(known, declared, tags)
    said = declared.expression
    if declared.basis != EvidenceKind.LICENSE_EXPRESSION:
        said = sharpened(said, shown)
    if any(t.found.detection.modified for t in unread):
        if shown == NONE and _is_a_version(said, unread):
            return _unread_but_declared(component, declared, unread, rulebook)
        return _modified(unread, said)
    if said in (NONE, NOASSERTION) and unread:
        return _unread(component, shown, unread)
    if said in (NONE, NOASSERTION) and shown != NONE:
        return _undeclared(
            component, declared, offered(component, known) or shown, rulebook
        )
    if shown == NONE and unread:
        return _unread_but_declared(component, declared, unread, rulebook)
    if shown == NONE:
        return _without_text(component, declared, tags, prose)
    return _declared_and_shown(
        component, declared, (said, shown), (known, unread), rulebook
    )


def _declared_and_shown(
    component: Component,
    declared: Declared,
    readings: tuple[Expression, Expression],
    texts: tuple[Sequence[Text], Sequence[Text]],
    rulebook: Rulebook,
) -> Decision:
    """
    Metadata and texts both name licenses: `readings` of the two, and the `texts` that
    are known and that are not.
    """
    (said, shown), (known, unread) = readings, texts
    problems = (
        *(unknown(t) for t in unread if restricts(t.found.terms)),
        *contradicted(component, declared, said, rulebook),
    )
    if covers(said, shown) or offers(shown, said):
        answer = shown if refines(shown, said) else said
        return Decision(
            expression=answer,
            basis=declared.basis,
            problems=problems,
            texts=tuple(unread),
        )
    if _is_nameless(said):
        named = all(rulebook.fact(x) for x in licenses(said))
        more = [] if named else [t for t in known if t.says_more]
        if not more:
            return Decision(
                expression=shown,
                basis=EvidenceKind.LICENSE_FILE,
                problems=problems,
                texts=tuple(unread),
                confidence=0.9,
            )
        # Terms with a name of their own that build on a known license: the base alone
        # is not what is given.
        problems = (*problems, *(more_than_known(t, said) for t in more))
        return Decision(
            expression=said,
            basis=declared.basis,
            problems=problems,
            texts=(*unread, *more),
            confidence=0.6,
        )
    extra = [x for x in licenses(shown) if not covers(said, x)]
    if set(licenses(shown)) - set(extra) or agrees(said, shown):
        whole = join_and(said, *extra)
        if burden(rulebook.terms_of(whole)) > burden(rulebook.terms_of(said)):
            message = f"declares {said}; its own texts also show {joined('AND', extra)}"
            problems = (*problems, mismatch(component, message))
        return Decision(
            expression=whole,
            basis=declared.basis,
            also=EvidenceKind.LICENSE_FILE,
            confidence=0.8,
            problems=problems,
        )
    clash = mismatch(
        component, f"declares {said}; its license text is {shown}", (*known, *unread)
    )
    return Decision(
        expression=shown,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.7,
        other=said,
        problems=(*problems, clash),
        texts=tuple(unread),
    )


def _undeclared(
    component: Component, declared: Declared, shown: Expression, rulebook: Rulebook
) -> Decision:
    """
    Texts decide alone; a field that names another family, or restricts, is a
    contradiction.
    """
    if declared.restricted and not any(map(_is_proprietary, licenses(shown))):
        message = (
            f"ships the text of {shown}; a field says {short(declared.restricted)!r}"
        )
        problems: tuple[Problem, ...] = (mismatch(component, message),)
    else:
        problems = contradicted(component, declared, shown, rulebook)
        if not problems and declared.family and not _of_family(shown, declared.family):
            problems = (
                mismatch(
                    component,
                    f"ships the text of {shown}; a field says {declared.family}",
                ),
            )
    return Decision(
        expression=shown,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.9 if problems else 1.0,
        problems=problems,
    )


def _modified(unread: Sequence[Text], said: Expression) -> Decision:
    """
    A known text was changed: its name is not what is given, and its words are read as
    terms.
    """
    return Decision(
        expression=NOASSERTION,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.5,
        other=said if said not in (NONE, NOASSERTION) else None,
        problems=tuple(changed(t) for t in unread if t.found.detection.modified),
        texts=tuple(unread),
    )


def _unread(
    component: Component, shown: Expression, unread: Sequence[Text]
) -> Decision:
    """
    No license is declared and a text is not known: it gets a name of its own when its
    clauses could be read.
    """
    offers_one = [t for t in unread if t.is_offer]
    if len(offers_one) < len(unread):
        unread = [t for t in unread if not t.is_offer]
    names = [t.name_for(component) for t in unread]
    problems = tuple(map(unknown, unread))
    if all(names):
        several = list(
            dict.fromkeys(
                [*([shown] if shown != NONE else []), *(n for n in names if n)]
            )
        )
        expression = join_or(*several) if offers_one else join_and(*several)
        return Decision(
            expression=expression,
            basis=Inferred.CLAUSES,
            confidence=0.6,
            problems=problems,
            texts=tuple(unread),
        )
    return Decision(
        expression=NOASSERTION,
        basis=EvidenceKind.LICENSE_FILE,
        confidence=0.3,
        problems=problems,
        texts=tuple(unread),
    )


def _unread_but_declared(
    component: Component, declared: Declared, unread: Sequence[Text], rulebook: Rulebook
) -> Decision:
    """A license is declared, and the only text there is no known one."""
    said = declared.expression
    problems = tuple(map(unknown, unread))
    if _is_nameless(said) or has_reference(said):
        if all(rulebook.fact(x) for x in licenses(said)):
            problems = ()
        return Decision(
            expression=said,
            basis=declared.basis,
            confidence=0.6,
            problems=problems,
            texts=tuple(unread),
        )
    if any(
        m.kind == MatchKind.TEXT and covers(said, m.expression)
        for t in unread
        for m in t.found.detection.matches
    ):
        # A manual about licensing that holds the declared text among others.
        return Decision(
            expression=said, basis=declared.basis, confidence=0.6, problems=problems
        )
    if all(t.words < PARAGRAPH and not restricts(t.found.terms) for t in unread):
        # A few lines beside a declared license (a copyright line, a pointer) do not
        # make the license unknown.
        return Decision(expression=said, basis=declared.basis, confidence=0.7)
    names = [t.name_for(component) for t in unread]
    clash = mismatch(
        component,
        f"declares {said}; its license text is not recognised as that",
        unread,
    )
    return Decision(
        expression=join_and(*dict.fromkeys(n for n in names if n))
        if all(names)
        else NOASSERTION,
        basis=Inferred.CLAUSES if all(names) else EvidenceKind.LICENSE_FILE,
        confidence=0.4,
        other=said,
        problems=(clash, *problems),
        texts=tuple(unread),
    )


def _without_text(
    component: Component, declared: Declared, tags: Tags, prose: Prose
) -> Decision:
    """
    No license text at all: metadata, then source headers, then what the README says.
    """
    if declared.expression not in (NONE, NOASSERTION):
        return _declared_alone(component, declared, tags)
    headers, share = headline(tags)
    if headers != NONE and share >= SOME:
        return Decision(
            expression=settled(headers),
            basis=EvidenceKind.SOURCE_HEADER,
            confidence=0.6,
        )
    named = prose.named()
    if named not in (NONE, NOASSERTION):
        return Decision(
            expression=settled(named), basis=EvidenceKind.README, confidence=0.5
        )
    if declared.expression == NOASSERTION:
        words = (
            short(declared.words or declared.restricted or declared.said)
            or "a license that is not known"
        )
        message = f"the metadata says only {words!r}, and no text decides which license that is"
        rule = (
            RuleId.LICENSE_AMBIGUOUS
            if declared.likely or declared.alike
            else RuleId.LICENSE_UNKNOWN
        )
        if not declared.likely:
            return _undecided(component, declared.basis, message, rule)
        message += f"; taken for {declared.likely}, which it practically always means"
        return replace(
            _undecided(component, declared.basis, message, rule),
            expression=declared.likely,
            confidence=0.3,
        )
    if headers != NONE:
        message = f"only few of its files have a license header ({headers}), and nothing speaks for the rest"
        return _undecided(component, EvidenceKind.SOURCE_HEADER, message)
    speaks = prose.states or named != NONE
    if speaks or any(
        e.kind in KINDS for e in component.evidence if (e.text or "").strip()
    ):
        message = "there is text about a license, and it could not be decided"
        return _undecided(
            component,
            EvidenceKind.README if speaks else EvidenceKind.LICENSE_FILE,
            message,
        )
    if any(p.rule in UNREAD for p in component.problems):
        # What was not at hand may have a license: that it is unknown was told, and it
        # is not "no license".
        return Decision(expression=NOASSERTION, basis=Inferred.NONE, confidence=0.0)
    missing = Problem(
        rule=RuleId.LICENSE_MISSING,
        path=component.path,
        message="no license in metadata, files, headers or README",
    )
    return Decision(expression=NONE, basis=Inferred.NONE, problems=(missing,))


def _declared_alone(component: Component, declared: Declared, tags: Tags) -> Decision:
    """
    Metadata names a license, and no text is there; headers of most files go before it,
    where they name another.
    """
    said = declared.expression
    if declared.conflict is not None:
        clash = mismatch(
            component,
            f"one field says {said}, another {declared.conflict}; no text decides",
        )
        return Decision(
            expression=said,
            basis=declared.basis,
            confidence=0.4,
            other=declared.conflict,
            problems=(clash,),
        )
    problems: tuple[Problem, ...] = ()
    if declared.restricted and not all(map(_is_proprietary, licenses(said))):
        problems = (
            mismatch(
                component,
                f"one field says {said}, another {short(declared.restricted)!r}",
            ),
        )
    elif declared.family and not _of_family(said, declared.family):
        problems = (
            mismatch(
                component,
                f"one field says {said}, another {declared.family}; no text decides",
            ),
        )
    elif (
        component.kind == "package"
        and component.relation == "import"
        and declared.basis != EvidenceKind.DEBIAN
    ):
        message = f"{said} is declared, and no license text is shipped with it"
        problems = (
            Problem(rule=RuleId.NOTICE_MISSING, path=component.path, message=message),
        )
    headers, share = headline(tags)
    if headers != NONE and share >= MOST and not agrees(said, headers):
        clash = mismatch(
            component,
            f"declares {said}, without a text; most of its files say {headers}",
        )
        return Decision(
            expression=headers,
            basis=EvidenceKind.SOURCE_HEADER,
            confidence=0.6,
            other=said,
            problems=(*problems, clash),
        )
    if headers != NONE and refines(headers, said):
        said = headers
    return Decision(
        expression=said, basis=declared.basis, confidence=0.7, problems=problems
    )


def _undecided(
    component: Component,
    basis: Basis,
    message: str,
    rule: RuleId = RuleId.LICENSE_UNKNOWN,
) -> Decision:
    """There is evidence, and it does not decide."""
    problem = Problem(rule=rule, path=component.path, message=message)
    return Decision(
        expression=NOASSERTION, basis=basis, confidence=0.0, problems=(problem,)
    )


def _is_nameless(expression: Expression) -> bool:
    """
    A LicenseRef that stands for no particular text ("LicenseRef-Proprietary"): any text
    says more than it.
    """
    return all(is_reference(x) and not is_scancode(x) for x in licenses(expression))


def _is_a_version(said: Expression, unread: Sequence[Text]) -> bool:
    """
    Whether texts that differ from known ones are but versions of a vendor's terms: the
    name that is declared stands for no particular text of them, so that no change
    contradicts it.
    """
    near = [
        x
        for t in unread
        for m in t.found.detection.matches
        for x in licenses(m.expression)
    ]
    return (
        said not in (NONE, NOASSERTION)
        and _is_nameless(said)
        and bool(near)
        and all(map(_is_proprietary, near))
    )


def _is_proprietary(name: str) -> bool:
    """
    Whether a license is a vendor's terms: a field that says "proprietary" is no
    contradiction to it.
    """
    from licensescan.standards.license_list import info

    known = info(name)
    return is_reference(name) and (known is None or known.category not in _OPEN)


def _of_family(expression: Expression, family: str) -> bool:
    """
    Whether what is shown can be what a field names; "OSI Approved" can be anything but
    a vendor's terms.
    """
    return fits(family, expression) or (
        is_vague(family) and not any(map(_is_proprietary, licenses(expression)))
    )
