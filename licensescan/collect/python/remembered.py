"""
Remember the distributions of an environment one by one: a change in one costs
that one.

A component is kept with all that was looked at for it, by stamps, and with the
digest of what it was given: the files that are its own, what its RECORD says,
the folders of the project. The rest of the environment has no say in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from licensescan.cache.steps import Steps
from licensescan.model.codec import NotStoredError, Reader, Writer
from licensescan.model.types import Component
from licensescan.reader import Budget
from licensescan.reader.inputs import note_unchanged, recording

_WRONG = (KeyError, TypeError, ValueError, AttributeError, NotStoredError)


class Remembered:
    """The components of former runs; with None none are."""

    def __init__(self, steps: Steps | None = None) -> None:
        self._steps = steps

    def component(
        self,
        place: str,
        given: object,
        budget: Budget,
        make: Callable[[], Component],
    ) -> Component:
        """
        Return what `make` makes of the distribution at `place`, from memory if
        what it is `given` and all that it would look at is unchanged. What it
        would take of a `budget` is taken.
        """
        if self._steps is None:
            return make()
        key = hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()
        written = repr(given).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(written).hexdigest()
        kept = self._steps.get(key)
        component = _recalled(kept, digest, budget) if kept else None
        if component is not None:
            return component
        before = _left(budget)
        with recording() as inputs:
            component = make()
        left = _left(budget)
        if inputs.is_settled and not inputs.variables and min(left) >= 0:
            paths, stamps = inputs.recorded()
            spent = [a - b for a, b in zip(before, left, strict=True)]
            data = Writer().plain(component)
            self._steps.put(key, [digest, paths, stamps, spent, data])
        return component

    def save(self) -> None:
        """Keep what was made anew."""
        if self._steps is not None:
            self._steps.save()


def _recalled(kept: Any, digest: str, budget: Budget) -> Component | None:
    """Return a component as it was kept; None if it has to be made anew."""
    try:
        given, paths, stamps, spent, data = kept
        left = [a - b for a, b in zip(_left(budget), spent, strict=True)]
        if given != digest or min(left) < 0:
            return None
        component = Reader(()).value(Component, data)
        if not note_unchanged(paths, stamps):
            return None
    except _WRONG:
        return None
    budget.inflated, budget.held, budget.passed, budget.members = left
    return component


def _left(budget: Budget) -> tuple[int, ...]:
    return budget.inflated, budget.held, budget.passed, budget.members
