"""
Bound the problems of a component: a hostile archive has as many as it likes,
and nobody reads the thousandth of one kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem

MOST = 100
"""Problems of one rule that a component keeps; the others are counted."""


MOST_PARTS = 5_000
"""Parts that a component keeps; that there are more is told."""


def bounded(component: Component) -> Component:
    """
    Return a component without the parts that are too many, and the problems
    that are too many of a rule.
    """
    parts = tuple(map(bounded, component.parts[:MOST_PARTS]))
    problems = component.problems
    if len(component.parts) > MOST_PARTS:
        message = f"{len(component.parts)} parts, of which the first {MOST_PARTS} are judged"
        cut = Problem(
            rule=RuleId.EVIDENCE_TRUNCATED,
            path=component.parts[MOST_PARTS].path,
            message=message,
        )
        problems = (cut, *problems)
    if len(problems) > MOST:
        problems = tuple(_first(problems))
    if problems is component.problems and _are_same(parts, component.parts):
        return component
    return replace(component, parts=parts, problems=problems)


def _are_same(some: Sequence[Component], others: Sequence[Component]) -> bool:
    if len(some) != len(others):
        return False
    return all(a is b for a, b in zip(some, others, strict=True))


def _first(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the first problems of each rule, and one for all others of it."""
    seen: Counter[RuleId] = Counter()
    left: dict[RuleId, Problem] = {}
    for problem in problems:
        seen[problem.rule] += 1
        if seen[problem.rule] <= MOST:
            yield problem
        else:
            left.setdefault(problem.rule, problem)
    for rule, problem in left.items():
        more = seen[rule] - MOST - 1
        end = f" and {more:,} more" if more else ""
        yield replace(problem, message=problem.message + end)
