"""Where the project asks for what a finding is about: a file and a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from licensescan.model.types import Report, Root


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The file, and the line from 1, that states a requirement."""

    path: str
    line: int = 1
    requirement: str = ""


class Origins:
    """The requirements of a project, by the names of what they ask for."""

    def __init__(self, report: Report) -> None:
        self._roots: dict[str, Root] = {}
        for root in report.roots:
            if root.source:
                self._roots.setdefault(root.name, root)
        sources = [origin_of(root).path for root in self._roots.values()]
        named = report.facts.get("roots_from")
        files = list(map(str, named)) if isinstance(named, list) else []
        targets = [*files, *(target.path for target in report.targets)]
        # What nobody asks for by a line is told at the project's own file.
        self._otherwise = next(iter((*sources, *targets)), ".")

    def of(self, path: Sequence[str]) -> Origin:
        """Return where the way `path`, as names from the project on, begins."""
        for name in path[:2]:
            if name in self._roots:
                return origin_of(self._roots[name])
        return Origin(path=self._otherwise)


def origin_of(root: Root) -> Origin:
    """Return the file and line of a requirement."""
    path, separator, number = root.source.rpartition(":")
    if not separator or not number.isdigit():
        return Origin(path=root.source, requirement=root.requirement)
    return Origin(
        path=path, line=max(1, int(number)), requirement=root.requirement
    )
