"""
What metadata says: the fields of a component read together, each kept as evidence,
their disagreement kept too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from licensescan.classifier.names.interpret import Name, combine, interpret
from licensescan.classifier.names.phrases import forbids, normal
from licensescan.model.kinds import Basis, ClauseBasis, EvidenceKind, Inferred, RuleId
from licensescan.model.texts import Clause, Patent, Terms
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Evidence,
    Expression,
    ExpressionError,
    Problem,
)
from licensescan.rulebook.terms import added
from licensescan.standards.gnu import adds_later
from licensescan.standards.spdx_expression import covers, join_and, licenses, normalise
from licensescan.standards.spdx_text import has_choice, has_exception

FIELDS = (
    EvidenceKind.LICENSE_FIELD,
    EvidenceKind.POM,
    EvidenceKind.NPM,
    EvidenceKind.DEBIAN,
    EvidenceKind.ROCKSPEC,
    EvidenceKind.MODEL_CARD,
    EvidenceKind.WEIGHTS_HEADER,
    EvidenceKind.MANIFEST,
    EvidenceKind.SBOM,
    EvidenceKind.NATIVE,
    EvidenceKind.LABEL,
)

_READ = frozenset(
    (
        *FIELDS,
        EvidenceKind.LICENSE_EXPRESSION,
        EvidenceKind.SPDX_FIELD,
        EvidenceKind.CLASSIFIER,
    )
)
_CARDS = (EvidenceKind.MODEL_CARD, EvidenceKind.WEIGHTS_HEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """
    The metadata's answer: `expression` is `NONE` without any field and `NOASSERTION`
    when the fields do not decide.

    `family` is what an undecided field names ("BSD"), `words` that field as it is
    written, `likely` the id that this name practically always means, `alike` that the
    family leaves nothing open but the wording, `named` every exact license that a field
    names, `conflict` the second reading when two fields disagree, `restricted` that a
    field holds restricting words, `said` the words of a field that names no license,
    `evidence` the fields with their own reading, and `pasted` texts that were found
    where a name belongs.
    """

    expression: Expression = NONE
    basis: Basis = Inferred.NONE
    family: str = ""
    words: str = ""
    named: tuple[Expression, ...] = ()
    likely: Expression | None = None
    alike: bool = False
    conflict: Expression | None = None
    restricted: str = ""
    said: str = ""
    evidence: tuple[Evidence, ...] = ()
    pasted: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()

    def withheld(self) -> Terms:
        """
        What a field that gives no license forbids or puts under a condition ("Free for
        non-commercial use").
        """
        item = next(
            (
                e
                for e in self.evidence
                if self.restricted and e.value == self.restricted
            ),
            None,
        )
        if item is None:
            return Terms()
        clause = forbids(normal(item.value))
        told = Clause(
            clause=clause,
            path=item.path,
            lines=item.lines,
            quote=item.value,
            basis=ClauseBasis.METADATA,
        )
        terms = added([told] if clause else [])
        return replace(
            terms,
            commercial=terms.commercial if clause else "conditional",
            patent=Patent(),
        )


def read_declared(evidence: Sequence[Evidence]) -> Declared:
    """
    What the metadata among `evidence` declares, in the order License-Expression,
    License, classifiers (PEP 639).

    A lower field refines a family named by a higher one ("GPL" with the classifier for
    version 2 or later); it never overrules an exact answer, but a different exact
    answer is kept as `conflict`.
    """
    if not any(e.kind in _READ for e in evidence):
        return Declared()
    read: list[Evidence] = []
    problems: list[Problem] = []
    formal = NONE
    for item in (
        e
        for e in evidence
        if e.kind in (EvidenceKind.LICENSE_EXPRESSION, EvidenceKind.SPDX_FIELD)
    ):
        answer, problem = _formal(item)
        read.append(replace(item, expression=answer))
        problems += [problem] if problem else []
        formal = answer if formal in (NONE, NOASSERTION) else formal
    fields = [
        (
            e,
            interpret(e.value),
        )
        for e in evidence
        if e.kind in FIELDS
    ]
    pasted = tuple(
        replace(e, text=e.value, value="") for e, name in fields if name.looks_like_text
    )
    fields = [(e, name) for e, name in fields if not name.looks_like_text]
    classifiers = [
        (e, interpret(e.value)) for e in evidence if e.kind == EvidenceKind.CLASSIFIER
    ]
    read += [replace(e, expression=n.expression) for e, n in (*fields, *classifiers)]
    # What weights say of themselves is a voice of its own beside their card.
    stated = [
        (e, n) for e, n in fields if e.kind != EvidenceKind.WEIGHTS_HEADER
    ] or fields
    inside = combine([n for e, n in fields if e.kind == EvidenceKind.WEIGHTS_HEADER])
    field, trove = combine([n for _, n in stated]), combine([n for _, n in classifiers])
    restricted = next((e.value for e, n in (*fields, *classifiers) if n.restricted), "")
    expression, basis, conflict = _decide(
        formal,
        (field, stated[0][0].kind if stated else EvidenceKind.LICENSE_FIELD),
        (inside, EvidenceKind.WEIGHTS_HEADER),
        (trove, EvidenceKind.CLASSIFIER),
    )
    family = field.family or trove.family or ""
    # A card that says "other" has said something; a License field that says "UNKNOWN"
    # was left empty by a tool.
    spoken = any(n.basis != "placeholder" or e.kind in _CARDS for e, n in fields)
    spoken = spoken or any(n.understood for _, n in classifiers)
    if expression == NONE and (family or restricted or spoken or pasted):
        expression = NOASSERTION
        basis = (
            fields[0][0].kind
            if fields
            else pasted[0].kind
            if pasted
            else EvidenceKind.CLASSIFIER
        )
    return Declared(
        expression=expression,
        basis=basis,
        family=family,
        words=next(
            (e.value for e, n in (*fields, *classifiers) if family in n.families), ""
        ),
        named=tuple(dict.fromkeys((*field.named, *trove.named))),
        likely=None
        if restricted
        else field.likely or (None if field.family else trove.likely),
        alike=not restricted and (field if field.families else trove).alike,
        conflict=conflict,
        restricted=restricted,
        said=next((e.value for e, n in fields if n.expression is None and n.value), ""),
        evidence=tuple(read),
        pasted=pasted,
        problems=tuple(problems),
    )


def _formal(item: Evidence) -> tuple[Expression, Problem | None]:
    """
    A License-Expression; one that is no SPDX is read like a License field when its
    meaning is plain.
    """
    try:
        return normalise(item.value), None
    except ExpressionError as error:
        problem = Problem(
            rule=RuleId.EXPRESSION_INVALID,
            path=item.path,
            message=f"License-Expression: {error}",
        )
        name = interpret(item.value[:512])
        return name.expression or NOASSERTION, problem


def _decide(
    formal: Expression, *fields: tuple[Name, EvidenceKind]
) -> tuple[Expression, Basis, Expression | None]:
    lower = [(n.expression, b) for n, b in fields if n.expression]
    answers = [(formal, EvidenceKind.LICENSE_EXPRESSION)] * (
        formal not in (NONE, NOASSERTION)
    ) + lower
    if not answers:
        return (
            (NOASSERTION, EvidenceKind.LICENSE_EXPRESSION, None)
            if formal == NOASSERTION
            else (NONE, Inferred.NONE, None)
        )
    expression, basis = answers[0]
    for other, why in answers[1:]:
        if agrees(expression, other):
            if refines(other, expression):
                expression, basis = other, why
            continue
        return expression, basis, other
    return expression, basis, None


def agrees(one: Expression, other: Expression) -> bool:
    """
    Whether two readings can both be meant: one names what the other does, whatever the
    version suffix.
    """
    return covers(one, other) or covers(other, one)


def refines(other: Expression, first: Expression) -> bool:
    """
    Return True if `other` says "or later" of the one license that `first` names without
    it.
    """
    return adds_later(first, other)


def sharpened(said: Expression, shown: Expression) -> Expression:
    """
    `said` with what a text adds to a license that it names too: an exception, for which
    no classifier has a word.

    A choice stays as it was said, and so does a license that names an exception itself.
    """
    if has_choice(said) or not has_exception(shown):
        return said
    excepted = [x for x in licenses(shown) if has_exception(x)]
    return join_and(
        *(
            next(
                (x for x in excepted if not has_exception(name) and covers(name, x)),
                name,
            )
            for name in licenses(said)
        )
    )
