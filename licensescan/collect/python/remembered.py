"""
Remember the distributions of an environment one by one, and make those that
have changed in several processes: a change in one costs that one.

A component is kept with all that was looked at for it, by stamps, and with the
digest of what it was given: the files that are its own, what its RECORD says,
the folders of the project. The rest of the environment has no say in it, so
that it may be made anywhere, in any order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from licensescan.base.workers import CAN_FORK, share
from licensescan.cache.conclusions import Identities
from licensescan.cache.steps import Steps, digest_of
from licensescan.model.codec import NotStoredError, Reader, Writer
from licensescan.model.types import Component
from licensescan.reader import Budget
from licensescan.reader.inputs import Inputs, add, note_unchanged, recording

_WRONG = (KeyError, TypeError, ValueError, AttributeError, NotStoredError)

_FAILED = (
    ArithmeticError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What goes wrong in the reading of one distribution."""

_FILE = 80
"""Characters of text that take as long to read as a file to look at."""

Spent = Sequence[int]
"""What reading took of a budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    A component to be made by `make`: where it stands, what it depends on
    besides the files that are looked at, and how many may be.
    """

    place: str
    given: object
    files: int
    make: Callable[[], Component]


class _Ready(NamedTuple):
    """A component, and what it takes of the budget."""

    component: Component
    spent: Spent


class _Made(NamedTuple):
    """What was made anew, and what was looked at for it."""

    ready: _Ready
    inputs: Inputs


class Remembered:
    """
    The components of former runs, none without `steps`; others are made in as
    many as `jobs` processes.
    """

    def __init__(
        self,
        steps: Steps | None = None,
        jobs: int = 1,
        identities: Identities | None = None,
    ) -> None:
        self._steps = steps
        self._identities = identities or Identities()
        self._jobs = jobs
        self._ready: dict[str, _Ready] = {}

    def prepare(self, wanted: Sequence[Wanted], budget: Budget) -> None:
        """Recall what has not changed, and make the rest ahead."""
        for one in wanted:
            kept = self._recalled(one)
            if kept is not None:
                self._ready[one.place] = kept
        rest = [one for one in wanted if one.place not in self._ready]
        for number, made in _made_ahead(rest, budget, self._jobs):
            self._keep(rest[number], made)
            add(made.inputs)
            self._ready[rest[number].place] = made.ready

    def component(self, wanted: Wanted, budget: Budget) -> Component:
        """
        Return the component, as it is ready or made here. What it takes of the
        `budget` is taken.
        """
        ready = self._ready.pop(wanted.place, None)
        if ready is not None and _take(ready.spent, budget):
            return ready.component
        if self._steps is None:
            return wanted.make()
        made = _made(wanted, budget)
        self._keep(wanted, made)
        return made.ready.component

    def save(self) -> None:
        """Keep what was made anew."""
        if self._steps is not None:
            self._steps.save()

    def _recalled(self, wanted: Wanted) -> _Ready | None:
        """Return a component as it was kept; None if it has to be made."""
        if self._steps is None:
            return None
        kept = self._steps.get(_key(wanted)) or ()
        try:
            given, paths, stamps, spent, digest, data = tuple(kept)
            if given != _digest(wanted):
                return None
            component = Reader(()).value(Component, data)
            if not note_unchanged(paths, stamps):
                return None
        except _WRONG:
            return None
        self._identities.add(component, str(digest))
        return _Ready(component, spent)

    def _keep(self, wanted: Wanted, made: _Made) -> None:
        """Keep a component, if all that it came from will show a change."""
        (component, spent), inputs = made
        if self._steps is None or not inputs.is_settled:
            return
        if inputs.variables or min(spent) < 0:
            return
        paths, stamps = inputs.recorded()
        data = Writer().plain(component)
        digest = digest_of(data)
        value = [_digest(wanted), paths, stamps, list(spent), digest, data]
        self._steps.put(_key(wanted), value)
        self._identities.add(component, digest)


def _key(wanted: Wanted) -> str:
    return hashlib.sha256(wanted.place.encode("utf-8", "replace")).hexdigest()


def _digest(wanted: Wanted) -> str:
    written = repr(wanted.given).encode("utf-8", "surrogatepass")
    return hashlib.sha256(written).hexdigest()


def _made(wanted: Wanted, budget: Budget) -> _Made:
    """Make a component, and see what it looks at and takes."""
    before = _left(budget)
    with recording() as inputs:
        component = wanted.make()
    left = _left(budget)
    # What met the end of the budget is another thing with more of it.
    is_over = min(left) < 0
    spent = [
        -1 if is_over else a - b for a, b in zip(before, left, strict=True)
    ]
    return _Made(_Ready(component, spent), inputs)


# -- several processes --

_shared: list[tuple[Sequence[Wanted], Budget]] = []
"""What a forked process finds of its parent's: it cannot be sent."""


def _made_ahead(
    wanted: Sequence[Wanted], budget: Budget, jobs: int
) -> Iterator[tuple[int, _Made]]:
    """Yield those of `wanted` that were made in processes, by number."""
    if not CAN_FORK or jobs < 2:
        return
    numbers = {number: one.files for number, one in enumerate(wanted)}
    _shared.append((wanted, budget))
    try:
        yield from share(_make_all, numbers, jobs, _characters)
    finally:
        _shared.clear()


def _characters(files: int) -> int:
    return files * _FILE


def _make_all(numbers: Mapping[int, int]) -> list[tuple[int, _Made]]:
    """
    Make some of what the parent wants. One that fails, or asks more than there
    is, is left to the parent.
    """
    wanted, budget = _shared[0]
    whole = _left(budget)
    answers = []
    for number in numbers:
        _set(budget, whole)
        try:
            made = _made(wanted[number], budget)
        except _FAILED:
            break  # the parent meets it again, and says so
        if min(made.ready.spent) >= 0:
            answers.append((number, made))
    return answers


# -- budgets --


def _left(budget: Budget) -> Spent:
    return budget.inflated, budget.held, budget.passed, budget.members


def _set(budget: Budget, left: Spent) -> None:
    budget.inflated, budget.held, budget.passed, budget.members = left


def _take(spent: Spent, budget: Budget) -> bool:
    """Take from a budget; False, and nothing is taken, without enough."""
    left = [a - b for a, b in zip(_left(budget), spent, strict=True)]
    if min(left) < 0:
        return False
    _set(budget, left)
    return True
