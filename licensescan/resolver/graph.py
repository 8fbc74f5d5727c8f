"""
Components -> graph: who requires whom, by which requirement, extra and marker, and so
why each is here.

Plain dicts hold it (importing networkx costs 135 ms); `to_networkx` hands it over where
a question needs more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem, Scope
from licensescan.standards.requirements import (
    Requirement,
    canonical,
    marker_environment,
    parse_requirement,
)

if TYPE_CHECKING:
    import networkx

_SCOPES: tuple[Scope, ...] = ("runtime", "optional", "dev", "unknown")
"""From the strongest reason to be here to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """
    What the project asks for: a requirement, by which file and line, in which scope.
    """

    requirement: str
    source: str
    scope: Scope = "runtime"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """
    `source` requires `target` by `requirement`; `extra` is the extra of `source` that
    asked for it, or "".
    """

    source: str
    target: str
    requirement: str
    extra: str = ""
    marker: str = ""
    scope: Scope = "runtime"


@dataclass(slots=True, kw_only=True)
class Graph:
    """
    The resolved graph over canonical names.

    `roots` maps a name to the root that asked for it; where the project names none, the
    packages that nobody requires are the roots. `missing` are required and not
    installed, `unneeded` are installed and not reached, `malformed` maps a name to the
    requirement lines that could not be read.
    """

    components: Mapping[str, Component]
    project: str
    roots: dict[str, Root] = field(default_factory=dict)
    edges: dict[str, list[Edge]] = field(default_factory=dict)
    missing: dict[str, list[Edge]] = field(default_factory=dict)
    malformed: dict[str, list[str]] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    ways: dict[str, Edge | None] = field(default_factory=dict)

    def placed(self, component: Component) -> Component:
        """
        The component with its scope, and with a problem for each requirement line that
        cannot be read.
        """
        name = key_of(component)
        told = tuple(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=component.path,
                message=f"a requirement that cannot be read: {line}",
            )
            for line in self.malformed.get(name, ())
        )
        return replace(
            component,
            scope=self.scopes.get(name, "unknown"),
            problems=(*component.problems, *told),
        )

    def paths(self, component: Component) -> tuple[tuple[str, ...], ...]:
        """
        The shortest way from the project (or a top-level package) to the component; ()
        when nothing leads there.
        """
        steps = self.steps(key_of(component))
        if steps is None:
            return ()
        names = [self._shown(e.source) for e in steps] + [component.name]
        if self.roots[steps[0].source if steps else key_of(component)].source:
            names.insert(0, self.project)
        return (tuple(names),)

    def steps(self, name: str) -> list[Edge] | None:
        """The edges of the shortest way to `name`, or None when nothing leads there."""
        if name not in self.ways:
            return None
        steps = []
        edge = self.ways[name]
        while edge is not None:
            steps.append(edge)
            edge = self.ways[edge.source]
        return steps[::-1]

    def unneeded(self) -> list[str]:
        """Installed packages that no root leads to, sorted."""
        return sorted(self._shown(n) for n in self.components if n not in self.ways)

    def cycles(self) -> list[list[str]]:
        """
        Groups of packages that require each other in a circle (strongly connected
        components), sorted.
        """
        return sorted(
            sorted(self._shown(n) for n in group) for group in _circles(self.edges)
        )

    def facts(self) -> dict[str, object]:
        """What a report says of the graph as a whole."""
        return {
            "roots": sorted(self._shown(n) for n in self.roots),
            "roots_from": sorted(
                {r.source.rpartition(":")[0] for r in self.roots.values() if r.source}
            ),
            "missing": sorted(
                {
                    f"{e.requirement} (required by {self._shown(e.source)})"
                    for v in self.missing.values()
                    for e in v
                }
            ),
            "unneeded": self.unneeded(),
            "cycles": self.cycles(),
        }

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The same graph for questions that need an algorithm."""
        import networkx

        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        graph.add_nodes_from(self.components)
        for edges in self.edges.values():
            for e in edges:
                graph.add_edge(
                    e.source,
                    e.target,
                    requirement=e.requirement,
                    extra=e.extra,
                    marker=e.marker,
                )
        return graph

    def all_paths(self, name: str, limit: int = 20) -> list[list[Edge]]:
        """
        Up to `limit` ways from roots to `name`, shortest first, each as its edges.
        """
        into: dict[str, list[Edge]] = {}
        for edges in self.edges.values():
            for e in edges:
                into.setdefault(e.target, []).append(e)
        found: list[list[Edge]] = []
        queue: deque[list[Edge]] = deque([[e] for e in into.get(name, ())])
        if name in self.roots:
            found.append([])
        # Each way is extended backwards; a name is never met twice on one way, so a
        # circle ends.
        looked = 0
        while queue and len(found) < limit and looked < 20_000:
            way = queue.popleft()
            looked += 1
            first = way[0].source
            if first in self.roots:
                found.append(way)
            on_way = {e.source for e in way} | {name}
            queue.extend(
                [e, *way] for e in into.get(first, ()) if e.source not in on_way
            )
        return found

    def _shown(self, name: str) -> str:
        component = self.components.get(name)
        return component.name if component else name


def resolve(
    components: Sequence[Component],
    roots: Iterable[Root],
    *,
    python: str = "",
    project: str = "project",
) -> Graph:
    """
    Resolve requirements among `components` for the target's Python version `python` on
    Linux x86-64.

    Extras are followed to a fixpoint, markers evaluated for the target; a cycle, a
    missing and an unneeded package are facts of the graph. Models and data sets are
    nodes like packages.
    """
    by_name: dict[str, Component] = {}
    for component in components:
        # Without its texts: the graph outlives the reading of them.
        by_name.setdefault(
            key_of(component), replace(component, evidence=(), parts=(), problems=())
        )
    environment = marker_environment(python)
    graph = Graph(components=by_name, project=project)
    walk = _Walk(graph, environment)
    given = list(roots)
    for root in given:
        walk.add_root(root)
    walk.everything()
    if not any(
        name.partition(":")[0] not in ("model", "dataset") for name in graph.roots
    ):
        # Models that code names do not say which packages were asked for.
        _guess_roots(graph)
    _spread(graph)
    return graph


def key_of(component: Component) -> str:
    """
    What a component is called in the graph: a package by its canonical name, a model or
    a data set by its id, which may be the name of a package too.
    """
    kind = component.kind
    return (
        f"{kind}:{component.name.lower()}"
        if kind in ("model", "dataset")
        else canonical(component.name)
    )


def find(graph: Graph, name: str) -> str | None:
    """The key of the component that somebody calls `name`; None when there is none."""
    keys = (
        canonical(name),
        f"model:{name.lower()}",
        f"dataset:{name.lower()}",
        name.lower(),
    )
    return next((k for k in keys if k in graph.components), None)


def _required(line: str) -> Requirement | None:
    """
    A requirement line of a package, or the model or data set that one builds on:
    `model:org/name (app.py:3)`.
    """
    if line.startswith(("model:", "dataset:")):
        return Requirement(line.partition(" (")[0].lower(), (), line, "")
    return parse_requirement(line)


class _Walk:
    """
    The fixpoint: a package is looked at again when an extra is asked of it for the
    first time.
    """

    def __init__(self, graph: Graph, environment: Mapping[str, str]) -> None:
        self.graph = graph
        self.environment = environment
        self.parsed: dict[str, list[Requirement]] = {}
        self.done: set[tuple[str, str]] = set()

    def add_root(self, root: Root) -> None:
        requirement = _required(root.requirement)
        if requirement is None or not requirement.applies(self.environment, ""):
            return
        name = requirement.name
        known = self.graph.roots.get(name)
        if known is None or _SCOPES.index(root.scope) < _SCOPES.index(known.scope):
            self.graph.roots[name] = replace(root, name=name)
        if name not in self.graph.components:
            edge = Edge(
                source=self.graph.project, target=name, requirement=root.requirement
            )
            self.graph.missing.setdefault(name, []).append(edge)
            del self.graph.roots[name]
            return
        for extra in ("", *requirement.extras):
            self.visit(name, extra)

    def everything(self) -> None:
        """Every installed package's own requirements are edges too, reached or not."""
        for name in sorted(self.graph.components):
            self.visit(name, "")

    def visit(self, name: str, extra: str) -> None:
        stack = [(name, extra)]
        while stack:
            current = stack.pop()
            if current in self.done:
                continue
            self.done.add(current)
            stack += self._look(*current)

    def _look(self, name: str, extra: str) -> list[tuple[str, str]]:
        following = []
        for requirement in self._requirements(name):
            if not requirement.applies(self.environment, extra):
                continue
            if extra and requirement.applies(self.environment, ""):
                continue  # an edge of the package itself, not of this extra
            edge = Edge(
                source=name,
                target=requirement.name,
                requirement=requirement.text,
                extra=extra,
                marker=requirement.marker,
                scope="optional" if extra else "runtime",
            )
            if requirement.name not in self.graph.components:
                self.graph.missing.setdefault(requirement.name, []).append(edge)
                continue
            self.graph.edges.setdefault(name, []).append(edge)
            following += [(requirement.name, e) for e in ("", *requirement.extras)]
        return following

    def _requirements(self, name: str) -> list[Requirement]:
        if name not in self.parsed:
            self.parsed[name] = []
            for line in self.graph.components[name].requires:
                requirement = _required(line)
                if requirement is None:
                    self.graph.malformed.setdefault(name, []).append(line)
                else:
                    self.parsed[name].append(requirement)
        return self.parsed[name]


def _guess_roots(graph: Graph) -> None:
    """
    Without a project file, what nobody requires is a root; of a circle that nobody
    leads to, its first name.
    """
    required = {
        e.target
        for edges in graph.edges.values()
        for e in edges
        if e.target != e.source
    }
    for name in graph.components:
        if name not in required:
            graph.roots.setdefault(name, Root(requirement=name, source="", name=name))
    reached = set(_reach(graph, graph.roots))
    for name in sorted(graph.components):
        if name not in reached:
            graph.roots[name] = Root(requirement=name, source="", name=name)
            reached |= set(_reach(graph, [name]))


def _reach(graph: Graph, names: Iterable[str]) -> set[str]:
    seen = set(names)
    stack = list(seen)
    while stack:
        for edge in graph.edges.get(stack.pop(), ()):
            if edge.target not in seen:
                seen.add(edge.target)
                stack.append(edge.target)
    return seen


def _spread(graph: Graph) -> None:
    """
    Shortest ways and scopes: a package is `runtime` when any runtime root leads to it,
    and so on down.
    """
    for scope in _SCOPES[:3]:
        start = sorted(n for n, r in graph.roots.items() if r.scope == scope)
        for name in start:
            graph.ways.setdefault(name, None)
            graph.scopes.setdefault(name, scope)
        queue = deque(start)
        while queue:
            for edge in graph.edges.get(queue.popleft(), ()):
                if edge.target not in graph.ways:
                    graph.ways[edge.target] = edge
                    graph.scopes.setdefault(edge.target, scope)
                    queue.append(edge.target)


def _circles(edges: Mapping[str, list[Edge]]) -> list[list[str]]:
    """Strongly connected components of two or more (Kosaraju, without recursion)."""
    after = {name: [e.target for e in out] for name, out in edges.items()}
    before: dict[str, list[str]] = {}
    for name, targets in after.items():
        for target in targets:
            before.setdefault(target, []).append(name)
    seen: set[str] = set()
    order = [name for start in sorted(after) for name in _finished(start, after, seen)]
    seen = set()
    groups = (_finished(name, before, seen) for name in reversed(order))
    return [group for group in groups if len(group) > 1]


def _finished(start: str, after: Mapping[str, list[str]], seen: set[str]) -> list[str]:
    """
    The names that `start` leads to and that were not `seen`, each after all those that
    it leads to itself.
    """
    order: list[str] = []
    stack = [(start, False)]
    while stack:
        name, is_done = stack.pop()
        if is_done:
            order.append(name)
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack += [(target, False) for target in after.get(name, ())]
    return order
