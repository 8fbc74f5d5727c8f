"""
Components and the project's requirements -> the resolved graph.

Extras are followed to a fixpoint and markers evaluated for the target's Python
version; a cycle, a missing and an unneeded package are facts of the graph.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from licensescan.model.types import Component, Root, Scope
from licensescan.resolver.graph import Arrival, Edge, Graph
from licensescan.standards.requirements import (
    Platform,
    Requirement,
    key_of,
    marker_environment,
    parse_requirement,
)

_SCOPES: tuple[Scope, ...] = ("runtime", "optional", "dev")
"""
The scopes of a root, from the strongest reason to be here to the weakest.
"""

_MODELS = ("model:", "dataset:")
"""How the keys of components begin that are no packages."""


_LINUX = Platform()


def resolve(
    components: Sequence[Component],
    roots: Iterable[Root],
    *,
    python: str = "",
    platform: Platform = _LINUX,
    project: str = "project",
) -> Graph:
    """
    Resolve the requirements among `components`, models and data sets included,
    for the Python version `python` ("" is taken as 3.11) on `platform`.

    `roots` are the project's own requirements. Where they name no package, the
    packages that nothing requires stand in: models that code names do not say
    which packages were asked for.
    """
    by_key: dict[str, Component] = {}
    for component in components:
        # Without its texts: the graph outlives the reading of them.
        bare = replace(
            component,
            evidence=(),
            parts=(),
            problems=(),
        )
        by_key.setdefault(key_of(component), bare)
    walk = _Walk(by_key, marker_environment(python, *platform), project)
    for root in roots:
        walk.add_root(root)
    for key in sorted(by_key):
        walk.visit(key, "")
    if all(key.startswith(_MODELS) for key in walk.roots):
        walk.add_top_level_packages()
    return Graph(
        components=by_key,
        project=project,
        roots=walk.roots,
        edges=walk.edges,
        missing=walk.missing,
        malformed=walk.malformed,
        arrivals=_arrivals(walk.roots, walk.edges),
    )


def _required(line: str) -> Requirement | None:
    """
    Return the requirement of a package (PEP 508), or the model or data set
    that another one builds on (`model:org/name (app.py:3)`); None when it
    cannot be read.
    """
    if line.startswith(_MODELS):
        return Requirement(line.partition(" (")[0].lower(), (), line, "")
    return parse_requirement(line)


class _Walk:
    """
    The walk along requirements: a component is visited once for itself, and
    once more for each extra that is asked of it, so that extras of extras
    reach a fixpoint.
    """

    def __init__(
        self,
        components: Mapping[str, Component],
        environment: Mapping[str, str],
        project: str,
    ) -> None:
        self.components = components
        self.environment = environment
        self.project = project
        self.roots: dict[str, Root] = {}
        self.edges: dict[str, list[Edge]] = {}
        self.missing: dict[str, list[Edge]] = {}
        self.malformed: dict[str, list[str]] = {}
        self._requirements: dict[str, list[Requirement]] = {}
        self._visited: set[tuple[str, str]] = set()

    def add_root(self, root: Root) -> None:
        """
        Add a requirement of the project if it applies; of two for one
        component, the one with the stronger scope counts.
        """
        requirement = _required(root.requirement)
        if requirement is None or not requirement.applies(
            self.environment, ""
        ):
            return
        key = requirement.name
        if key not in self.components:
            edge = Edge(
                source=self.project,
                target=key,
                requirement=root.requirement,
            )
            self.missing.setdefault(key, []).append(edge)
            return
        known = self.roots.get(key)
        if known is None or _rank(root) < _rank(known):
            self.roots[key] = replace(root, name=key)
        for extra in ("", *requirement.extras):
            self.visit(key, extra)

    def visit(self, key: str, extra: str) -> None:
        """
        Take the edges of a component for one of its extras ("" for itself),
        and of all that these lead to for the first time.
        """
        waiting = [(key, extra)]
        while waiting:
            visit = waiting.pop()
            if visit not in self._visited:
                self._visited.add(visit)
                waiting += self._followed(*visit)

    def _followed(self, key: str, extra: str) -> list[tuple[str, str]]:
        """
        Take the edges of one visit, and return the visits that follow from it.
        """
        following = []
        for requirement in self._applying(key, extra):
            edge = Edge(
                source=key,
                target=requirement.name,
                requirement=requirement.text,
                extra=extra,
                marker=requirement.marker,
            )
            if edge.target not in self.components:
                self.missing.setdefault(edge.target, []).append(edge)
                continue
            self.edges.setdefault(key, []).append(edge)
            following += [
                (edge.target, asked) for asked in ("", *requirement.extras)
            ]
        return following

    def _applying(self, key: str, extra: str) -> Iterator[Requirement]:
        """
        Yield the requirements that hold when `extra` is asked of a component;
        not those that hold without it, which are edges of the component
        itself.
        """
        for requirement in self._parsed(key):
            if not requirement.applies(self.environment, extra):
                continue
            if not extra or not requirement.applies(self.environment, ""):
                yield requirement

    def _parsed(self, key: str) -> list[Requirement]:
        if key not in self._requirements:
            self._requirements[key] = []
            for line in self.components[key].requires:
                requirement = _required(line)
                if requirement is None:
                    self.malformed.setdefault(key, []).append(line)
                else:
                    self._requirements[key].append(requirement)
        return self._requirements[key]

    def add_top_level_packages(self) -> None:
        """
        Make roots of the components that nothing requires, and of a circle
        that nothing leads to its first in order.
        """
        required = {
            edge.target
            for edges in self.edges.values()
            for edge in edges
            if edge.target != edge.source
        }
        for key in self.components:
            if key not in required:
                self.roots.setdefault(key, _top_level(key))
        reached = set(_reached(self.roots, self.edges, {}))
        for key in sorted(self.components):
            if key not in reached:
                self.roots[key] = _top_level(key)
                reached.update(_reached([key], self.edges, {}))


def _rank(root: Root) -> int:
    return _SCOPES.index(root.scope)


def _top_level(key: str) -> Root:
    return Root(
        requirement=key,
        source="",
        name=key,
    )


def _arrivals(
    roots: Mapping[str, Root], edges: Mapping[str, list[Edge]]
) -> dict[str, Arrival]:
    """
    Return how each component is reached: in the strongest scope of a root that
    leads there, on a shortest path from a root of this scope.
    """
    arrivals: dict[str, Arrival] = {}
    for scope in _SCOPES:
        starts = sorted(
            key for key, root in roots.items() if root.scope == scope
        )
        for key, edge in _reached(starts, edges, arrivals).items():
            arrivals[key] = Arrival(
                scope=scope,
                edge=edge,
            )
    return arrivals


def _reached(
    starts: Iterable[str],
    edges: Mapping[str, list[Edge]],
    known: Mapping[str, object],
) -> dict[str, Edge | None]:
    """
    Return what `starts` lead to, breadth first and without what is `known`
    already, with the edge that leads to each (None for a start).
    """
    reached: dict[str, Edge | None] = {
        k: None for k in starts if k not in known
    }
    waiting = deque(reached)
    while waiting:
        for edge in edges.get(waiting.popleft(), ()):
            if edge.target not in reached and edge.target not in known:
                reached[edge.target] = edge
                waiting.append(edge.target)
    return reached
