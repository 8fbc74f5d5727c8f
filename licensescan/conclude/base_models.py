"""
What the license of a base model passes down to the models made from it.

A fine-tune, an adapter or a quantised copy is made from weights whose terms go
on: limits on use, share-alike, names to keep. Where it is labelled more freely
than that, both readings are judged, and the stricter decides the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from licensescan.model.kinds import Inferred, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Conclusion,
    Expression,
    ExpressionError,
    Problem,
)
from licensescan.rulebook.rulebook import Rulebook, taxonomy
from licensescan.rulebook.terms import FORBIDDING
from licensescan.standards.requirements import key_of
from licensescan.standards.spdx_expression import join_and, licenses

_PASSED_ON = ("use.", "copyleft.", "sharealike.")
_PASSED_ON_TOO = frozenset(
    (
        "dist.flow_down",
        "dist.no_modify",
        "dist.prohibited",
        "attr.branding",
        "attr.naming",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duty:
    """One license of one base model, and the clauses of it that go on."""

    base: str
    license: str
    clauses: tuple[Clause, ...]


def inherited(
    conclusions: Sequence[Conclusion], rulebook: Rulebook
) -> list[Conclusion]:
    """
    `conclusions`, in which a model that is labelled more freely than its base
    requires says so.
    """
    by_key: dict[str, list[Conclusion]] = {}
    for conclusion in conclusions:
        if conclusion.component.kind == "model":
            by_key.setdefault(key_of(conclusion.component), []).append(
                conclusion
            )
    return [
        _relabelled(c, by_key, rulebook) if c.component.kind == "model" else c
        for c in conclusions
    ]


def _relabelled(
    model: Conclusion,
    by_key: Mapping[str, Sequence[Conclusion]],
    rulebook: Rulebook,
) -> Conclusion:
    said = {c.clause for c in model.terms.clauses}
    own = set(_licenses(model.concluded))
    lighter = []
    for duty in _duties(model, by_key, rulebook):
        missing = [c for c in duty.clauses if not _is_met(c.clause, said)]
        if duty.license not in own and missing:
            lighter.append((duty, missing))
    if not lighter or model.basis == Inferred.CURATION:
        return model
    problems = tuple(
        _problem(model, duty, missing) for duty, missing in lighter
    )
    readings = [
        x
        for x in (model.alternative or model.concluded,)
        if x not in (NONE, NOASSERTION)
    ]
    other = join_and(
        *readings,
        *dict.fromkeys(Expression(duty.license) for duty, _ in lighter),
    )
    return replace(
        model, alternative=other, problems=(*model.problems, *problems)
    )


def _duties(
    model: Conclusion,
    by_key: Mapping[str, Sequence[Conclusion]],
    rulebook: Rulebook,
) -> Iterator[_Duty]:
    """
    What the bases of `model` pass down, theirs included; a circle of cards
    ends.
    """
    found: set[tuple[str, str]] = set()
    for base in _bases(model, by_key):
        for name in _licenses(base.concluded):
            terms = rulebook.terms_of(name)
            clauses = tuple(c for c in terms.clauses if _goes_on(c.clause))
            key = (base.component.name, name)
            if clauses and key not in found:
                found.add(key)
                yield _Duty(base=key[0], license=name, clauses=clauses)


def _bases(
    model: Conclusion, by_key: Mapping[str, Sequence[Conclusion]]
) -> Iterator[Conclusion]:
    """
    Yield the models that `model` builds on, the nearest first, each once.
    """
    seen = {key_of(model.component)}
    waiting = _required_models(model)
    while waiting:
        key = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        for base in by_key.get(key, ()):
            waiting += _required_models(base)
            yield base


def _required_models(model: Conclusion) -> list[str]:
    """Return the keys of the models that a model's card names as its base."""
    lines = model.component.requires
    return [line.lower() for line in lines if line.startswith("model:")]


def _goes_on(clause: str) -> bool:
    return clause.startswith(_PASSED_ON) or clause in _PASSED_ON_TOO


def _is_met(clause: str, said: set[str]) -> bool:
    """
    Whether terms with the clauses `said` hold what `clause` asks to pass on,
    or more.
    """
    if clause in FORBIDDING:
        return bool(said & FORBIDDING)
    return clause in said or (
        clause == "copyleft.work" and "copyleft.network" in said
    )


def _problem(
    model: Conclusion, duty: _Duty, missing: Sequence[Clause]
) -> Problem:
    label = (
        f"is labelled {model.concluded}"
        if model.concluded not in (NONE, NOASSERTION)
        else "names no license that is known"
    )
    asked = []
    for clause in {c.clause: c for c in missing}.values():
        section = f", section {clause.section}" if clause.section else ""
        asked.append(
            f"{taxonomy()[clause.clause]['title']} ({clause.clause}{section})"
        )
    message = (
        f"{model.component.name} {label} and is made from {duty.base}, whose {duty.license} goes on to it:"
        f" {'; '.join(asked[:4])}"
    )
    return Problem(
        rule=RuleId.LICENSE_MISMATCH,
        path=model.component.path,
        message=message,
    )


def _licenses(expression: str) -> tuple[str, ...]:
    if expression in (NONE, NOASSERTION):
        return ()
    try:
        return licenses(expression)
    except ExpressionError:
        return ()
