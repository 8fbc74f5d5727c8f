"""Problems without number are told with their number."""

from __future__ import annotations

from licensescan.collect.many_problems import MOST, bounded
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem, Purl

HOW_MANY = 5_000


def component(
    *problems: Problem, parts: tuple[Component, ...] = ()
) -> Component:
    return Component(
        purl=Purl("pkg:pypi/a@1"),
        name="a",
        version="1",
        problems=problems,
        parts=parts,
    )


def problem(rule: RuleId, number: int) -> Problem:
    return Problem(rule=rule, path=f"m{number}", message=f"m{number} is odd")


def test_the_first_of_each_rule_are_kept_and_the_others_counted() -> None:
    rules = (RuleId.ARCHIVE_UNSAFE, RuleId.PATH_ESCAPE)
    many = [problem(rules[0], number) for number in range(HOW_MANY)]
    kept = bounded(component(*many, problem(rules[1], 0))).problems
    assert len(kept) == MOST + 2
    assert kept[-2].rule == rules[1]
    assert kept[-1].message == f"m{MOST} is odd and 4,899 more"


def test_one_more_is_kept_as_it_is() -> None:
    many = [problem(RuleId.PATH_ESCAPE, n) for n in range(MOST + 1)]
    assert list(bounded(component(*many)).problems) == many


def test_parts_are_bounded_and_others_left_alone() -> None:
    many = [problem(RuleId.PATH_ESCAPE, n) for n in range(HOW_MANY)]
    whole = component(parts=(component(*many), component()))
    first, second = bounded(whole).parts
    assert len(first.problems) == MOST + 1
    assert second is whole.parts[1]
    small = component(problem(RuleId.PATH_ESCAPE, 0))
    assert bounded(small) is small
