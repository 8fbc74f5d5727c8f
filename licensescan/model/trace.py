"""
What was considered and why it counts or does not: the trace that `--why`
prints.

Each place that drops a mention, a part, a clause or a file asks the trace with
the `Reason`. In a scan that is `SILENT`, which answers yes and keeps nothing;
with `--why` it is a `Recorder`, which keeps what it is told, and can switch
reasons off, so that it can be measured which answers depend on one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from licensescan.model.considered import Considered
    from licensescan.model.reasons import Reason


Item = TypeVar("Item")
Other = TypeVar("Other")
Describe = Callable[[Item], "tuple[object, Considered]"]
"""Says what an item is, and by which key it is known again."""


class Trace(Generic[Item]):
    """
    The trace of a scan that nobody asks for reasons: it drops what is to be
    dropped and keeps nothing.
    """

    __slots__ = ()

    @property
    def asked(self) -> bool:
        """
        Return True if somebody wants to know; what is only explained asks
        first.
        """
        return False

    def drops(self, reason: Reason, item: Item) -> bool:
        """Return True if `item` is to be dropped for this reason."""
        return True

    def keeps(self, reason: Reason, item: Item) -> None:
        """Take note of why `item` counts."""

    def considered(self) -> tuple[Considered, ...]:
        """
        Return all that was kept of it: by file and line, else as it came.
        """
        return ()

    def of(self, describe: Describe[Other]) -> Trace[Other]:
        """Return a trace of other items, which `describe` describes."""
        return SILENT

    def at(self, path: str) -> Trace[Item]:
        """Return a trace of what the file at `path` holds."""
        return self

    def about(self, part: str) -> Trace[Item]:
        """Return a trace of what is considered while `part` is concluded."""
        return self


SILENT: Trace[Any] = Trace()
"""Asks for nothing and keeps nothing."""
