"""
What a component is decided to be under, and what there is to decide by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from licensescan.conclude.declared import Declared
from licensescan.conclude.own_texts import Tags, Text
from licensescan.conclude.readme import Prose
from licensescan.model.kinds import Basis, RuleId
from licensescan.model.trace import Trace
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Expression,
    Problem,
)
from licensescan.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    The concluded expression, what decided it, how sure that is, and the other
    reading where there is one.
    """

    expression: Expression
    basis: Basis
    also: Basis | None = None
    confidence: float = 1.0
    other: Expression | None = None
    problems: tuple[Problem, ...] = ()
    texts: tuple[Text, ...] = ()
    """
    The texts that no known license accounts for: their clauses are terms of
    the component.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    A component with all that speaks for it. `said` is what its metadata
    declares, made exact by its texts; `shown` what the texts that are `known`
    say together; `unread` are the texts that no known license accounts for.
    """

    component: Component
    declared: Declared
    said: Expression
    shown: Expression
    known: Sequence[Text]
    unread: Sequence[Text]
    tags: Tags
    prose: Prose
    rulebook: Rulebook
    trace: Trace[Any]

    @property
    def is_declared(self) -> bool:
        """Return True if metadata names a license."""
        return self.said not in (NONE, NOASSERTION)

    @property
    def is_shown(self) -> bool:
        """Return True if a text shows a license that is known."""
        return self.shown != NONE


def undecided(
    component: Component,
    basis: Basis,
    message: str,
    rule: RuleId = RuleId.LICENSE_UNKNOWN,
) -> Decision:
    """Return that there is evidence, and that it does not decide."""
    problem = Problem(
        rule=rule,
        path=component.path,
        message=message,
        shade="undecided",
    )
    return Decision(
        expression=NOASSERTION,
        basis=basis,
        confidence=0.0,
        problems=(problem,),
    )
