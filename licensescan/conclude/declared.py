"""
What metadata says: the fields of a component read together, each kept as
evidence, their disagreement kept too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from licensescan.classifier.names.interpret import Name, combine, interpret
from licensescan.classifier.names.phrases import forbids, normal
from licensescan.model.kinds import (
    Basis,
    ClauseBasis,
    EvidenceKind,
    Inferred,
    RuleId,
)
from licensescan.model.reasons import Reason
from licensescan.model.texts import Clause, Patent, Terms
from licensescan.model.trace import SILENT, Trace
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
from licensescan.standards.spdx_expression import (
    covers,
    join_and,
    licenses,
    normalise,
)
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
_FORMAL = (EvidenceKind.LICENSE_EXPRESSION, EvidenceKind.SPDX_FIELD)
_PLACEHOLDER = "placeholder"
"""The basis of a name that tools write where nothing was said."""

_CARDS = (EvidenceKind.MODEL_CARD, EvidenceKind.WEIGHTS_HEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """
    The metadata's answer: `expression` is `NONE` without any field and
    `NOASSERTION` when the fields do not decide.

    `family` is what an undecided field names ("BSD"), `words` that field as it
    is written, `likely` the id that this name practically always means,
    `alike` that the family leaves nothing open but the wording, `named` every
    exact license that a field names, `conflict` the second reading when two
    fields disagree, `restricted` that a field holds restricting words, `said`
    the words of a field that names no license, `evidence` the fields with
    their own reading, and `pasted` texts that were found where a name belongs.
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
        What a field that gives no license forbids or puts under a condition
        ("Free for non-commercial use"), be it in a sentence of its own.
        """
        value = self.restricted or self.said
        fields = (e for e in self.evidence if value)
        item = next((e for e in fields if e.value == value), None)
        if item is None:
            return Terms()
        forbidden = forbids(normal(item.value)) if self.restricted else ""
        if not forbidden:
            return _stated(item, is_restricted=bool(self.restricted))
        clause = Clause(
            clause=forbidden,
            path=item.path,
            lines=item.lines,
            quote=item.value,
            basis=ClauseBasis.METADATA,
        )
        return replace(added([clause]), patent=Patent())


def _stated(item: Evidence, *, is_restricted: bool) -> Terms:
    """Return the terms that the sentences of a field state."""
    from licensescan.classifier.clauses import analyse_prose

    said = [
        replace(
            c, path=item.path, lines=item.lines, basis=ClauseBasis.METADATA
        )
        for c in analyse_prose(item.value).clauses
    ]
    if not (said or is_restricted):
        return Terms()
    terms = replace(added(said), patent=Patent())
    return terms if said else replace(terms, commercial="conditional")


Field = tuple[Evidence, Name]
"""A field, and the name of a license that was read in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """
    The fields of a component, read: those for an SPDX expression (`formal`),
    for a name (`named`) and `classifiers`; `pasted` are texts where a name
    belongs.
    """

    formal: Sequence[tuple[Evidence, Expression, Problem | None]]
    named: Sequence[Field]
    classifiers: Sequence[Field]
    pasted: Sequence[Evidence]

    @property
    def expression(self) -> Expression:
        """Return the first answer of a formal field that names a license."""
        answers = [answer for _, answer, _ in self.formal]
        exact = [
            answer for answer in answers if answer not in (NONE, NOASSERTION)
        ]
        return exact[0] if exact else answers[-1] if answers else NONE

    @property
    def all(self) -> Sequence[Field]:
        """Return the fields with a name, classifiers last."""
        return (*self.named, *self.classifiers)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Return each field with what it alone was read as."""
        formal = (
            replace(e, expression=answer) for e, answer, _ in self.formal
        )
        named = (
            replace(e, expression=name.expression) for e, name in self.all
        )
        return (*formal, *named)


def read_declared(
    evidence: Sequence[Evidence], trace: Trace[Evidence] = SILENT
) -> Declared:
    """
    What the metadata among `evidence` declares, in the order
    License-Expression, License, classifiers (PEP 639).

    A lower field refines a family named by a higher one ("GPL" with the
    classifier for version 2 or later); it never overrules an exact answer, but
    a different exact answer is kept as `conflict`.
    """
    if not any(e.kind in _READ for e in evidence):
        return Declared()
    fields = _fields(evidence)
    # What weights say of themselves is a voice of its own beside their card.
    header = EvidenceKind.WEIGHTS_HEADER
    weights = [(e, name) for e, name in fields.named if e.kind == header]
    stated = [
        (e, name) for e, name in fields.named if e.kind != header
    ] or weights
    field = combine([name for _, name in stated])
    trove = combine([name for _, name in fields.classifiers])
    restricted = next(
        (e.value for e, name in fields.all if name.restricted), ""
    )
    family = field.family or trove.family or ""
    expression, basis, conflict = _decide(
        fields.expression,
        (field, stated[0][0].kind if stated else EvidenceKind.LICENSE_FIELD),
        (combine([name for _, name in weights]), header),
        (trove, EvidenceKind.CLASSIFIER),
    )
    if expression == NONE and (family or restricted or _speak(fields)):
        expression, basis = NOASSERTION, _basis_of_words(fields)
    declared = Declared(
        expression=expression,
        basis=basis,
        family=family,
        words=next(
            (e.value for e, name in fields.all if family in name.families), ""
        ),
        named=tuple(dict.fromkeys((*field.named, *trove.named))),
        likely=None if restricted else _likely(field, trove),
        alike=not restricted and (field if field.families else trove).alike,
        conflict=conflict,
        restricted=restricted,
        said=next(
            (
                e.value
                for e, n in fields.named
                if n.expression is None and n.value
            ),
            "",
        ),
        evidence=fields.evidence,
        pasted=tuple(fields.pasted),
        problems=tuple(problem for _, _, problem in fields.formal if problem),
    )
    if trace.asked:
        _explain(fields, declared, trace)
    return declared


def _fields(evidence: Sequence[Evidence]) -> _Fields:
    formal = [(e, *_formal(e)) for e in evidence if e.kind in _FORMAL]
    named = [(e, interpret(e.value)) for e in evidence if e.kind in FIELDS]
    classifiers = [
        (e, interpret(e.value))
        for e in evidence
        if e.kind == EvidenceKind.CLASSIFIER
    ]
    return _Fields(
        formal=formal,
        named=[(e, name) for e, name in named if not name.looks_like_text],
        classifiers=classifiers,
        pasted=[
            replace(e, text=e.value, value="")
            for e, name in named
            if name.looks_like_text
        ],
    )


def _speak(fields: _Fields) -> bool:
    """
    Return True if a field says anything. A card that says "other" has said
    something; a License field that says "UNKNOWN" was left empty by a tool.
    """
    if fields.pasted:
        return True
    if any(
        n.basis != _PLACEHOLDER or e.kind in _CARDS for e, n in fields.named
    ):
        return True
    return any(name.understood for _, name in fields.classifiers)


def _basis_of_words(fields: _Fields) -> EvidenceKind:
    """
    Return the kind of the first field that says something which names no
    license.
    """
    items = (*(e for e, _ in fields.named), *fields.pasted)
    return items[0].kind if items else EvidenceKind.CLASSIFIER


def _likely(field: Name, trove: Name) -> Expression | None:
    """Return what the name of a family practically always means."""
    return field.likely or (None if field.family else trove.likely)


def _explain(
    fields: _Fields, declared: Declared, trace: Trace[Evidence]
) -> None:
    """Say of each field whether it decides, agrees, or why it does neither."""
    names = {id(e): name for e, name in fields.all}
    read = (*(e for e, _, _ in fields.formal), *(e for e, _ in fields.all))
    for original, item in zip(read, fields.evidence, strict=True):
        name = names.get(id(original))
        if item.expression in (None, NONE, NOASSERTION):
            trace.drops(_why_unread(name), item)
        elif declared.expression in (NONE, NOASSERTION):
            trace.drops(Reason.DECIDES_NOTHING, item)
        elif agrees(declared.expression, item.expression or NONE):
            trace.keeps(Reason.DECLARES, item)
        else:
            trace.keeps(Reason.CONTRADICTS, item)
    for item in fields.pasted:
        trace.keeps(Reason.PASTED_TEXT, item)


def _why_unread(name: Name | None) -> Reason:
    """Return why a field with this name in it gives no license."""
    if name is None:
        return Reason.NO_EXPRESSION
    if name.basis == _PLACEHOLDER:
        return Reason.PLACEHOLDER
    if name.restricted:
        return Reason.WITHHOLDS
    return Reason.FAMILY if name.families else Reason.NOT_UNDERSTOOD


def _formal(item: Evidence) -> tuple[Expression, Problem | None]:
    """
    A License-Expression; one that is no SPDX is read like a License field when
    its meaning is plain.
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
    Whether two readings can both be meant: one names what the other does,
    whatever the version suffix.
    """
    return covers(one, other) or covers(other, one)


def refines(other: Expression, first: Expression) -> bool:
    """
    Return True if `other` says "or later" of the one license that `first`
    names without it.
    """
    return adds_later(first, other)


def sharpened(said: Expression, shown: Expression) -> Expression:
    """
    `said` with what a text adds to a license that it names too: an exception,
    for which no classifier has a word.

    A choice stays as it was said, and so does a license that names an
    exception itself.
    """
    if has_choice(said) or not has_exception(shown):
        return said
    excepted = [x for x in licenses(shown) if has_exception(x)]
    return join_and(
        *(
            next(
                (
                    x
                    for x in excepted
                    if not has_exception(name) and covers(name, x)
                ),
                name,
            )
            for name in licenses(said)
        )
    )
