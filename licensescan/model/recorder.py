"""The trace of a run with `--why`, which keeps what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from licensescan.model.considered import Considered
from licensescan.model.reasons import Reason
from licensescan.model.trace import Describe, Item, Other, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder(Trace[Item]):
    """
    A trace that keeps what it is told.

    `describe` says what an item is, and by which key it is the same as one
    that was told before. A reason that is in `off` drops nothing, so that it
    can be measured which answers depend on it. `path` and `part` are where
    things stand unless they say so themselves.
    """

    describe: Describe[Item] | None = None
    off: frozenset[Reason] = frozenset()
    path: str = ""
    part: str = ""
    told: dict[object, Considered] = field(default_factory=dict)

    @property
    def asked(self) -> bool:
        """Return True: somebody wants to know."""
        return True

    def drops(self, reason: Reason, item: Item) -> bool:
        """Keep that `item` is dropped, unless the reason is switched off."""
        if reason in self.off:
            return False
        self._tell(item, reason, kept=False)
        return True

    def keeps(self, reason: Reason, item: Item) -> None:
        """
        Keep why `item` counts; the first of several reasons for that stays.
        """
        self._tell(item, reason, kept=True)

    def of(self, describe: Describe[Other]) -> Recorder[Other]:
        """Return a trace of other items that keeps them in the same place."""
        return Recorder(
            describe=describe,
            off=self.off,
            path=self.path,
            part=self.part,
            told=self.told,
        )

    def at(self, path: str) -> Recorder[Item]:
        """Return a trace of what the file at `path` holds."""
        return replace(self, path=path)

    def about(self, part: str) -> Recorder[Item]:
        """Return a trace of what is considered while `part` is concluded."""
        return replace(self, part=part)

    def considered(self) -> tuple[Considered, ...]:
        """Return all that was kept: by file and line, else as it came."""
        return tuple(
            sorted(
                self.told.values(), key=lambda c: (c.path, c.lines or (0, 0))
            )
        )

    def _tell(self, item: Item, reason: Reason, *, kept: bool) -> None:
        assert self.describe is not None, "a trace of nothing in particular"
        key, seen = self.describe(item)
        path = seen.path or self.path
        place = (self.part, path, seen.kind, key)
        before = self.told.get(place)
        if before is not None and before.kept and kept:
            reason = before.reason
        self.told[place] = replace(
            seen, path=path, about=self.part, kept=kept, reason=reason
        )
