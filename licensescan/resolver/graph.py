"""
The resolved dependency graph: who requires whom, by which requirement, extra
and marker, and so why each component is here.

The graph is a frozen value of plain mappings, which is all that a scan needs:
each component's scope and shortest path are found while it is resolved.
Questions that need an algorithm (all paths, cycles, dominators) are answered
by networkx, which is imported for them alone: docs/decisions/0004-networkx.md
has what that saves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    Component,
    Dependency,
    Problem,
    Root,
    Scope,
)
from licensescan.standards.requirements import canonical, key_of

if TYPE_CHECKING:
    from networkx import DiGraph

_PROJECT = ""
"""The node of the project; no component has this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """
    A requirement between two components, given by their keys: `source`
    requires `target` by the line `requirement`. `extra` is the extra of
    `source` that brings it in, "" for none; `marker` is its environment
    marker, "" for none.
    """

    source: str
    target: str
    requirement: str
    extra: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """
    How the project reaches a component: in which scope, and by which last edge
    of the shortest path (None for what it asks for itself).
    """

    scope: Scope
    edge: Edge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """
    One path to a component: the root that begins it, and for each step the
    requirements that lead from one component to the next (two, when an extra
    repeats one).
    """

    root: Root
    steps: tuple[tuple[Edge, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """
    The shortest paths to a component, and how many `more` there are; None when
    cyclic requirements make them too many to count.
    """

    shown: tuple[Path, ...]
    more: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """
    The resolved graph; its keys are those of `key_of`.

    `roots` are what the project asks for; where it asks for nothing, the
    packages that nothing requires. `edges` are the requirements that apply, by
    the component that states them. `missing` are those whose target is not
    installed, by target, and `malformed` the requirement lines that cannot be
    read, by component. `arrivals` has each component that a root leads to.
    """

    components: Mapping[str, Component]
    project: str
    roots: Mapping[str, Root] = field(default_factory=dict)
    edges: Mapping[str, list[Edge]] = field(default_factory=dict)
    missing: Mapping[str, list[Edge]] = field(default_factory=dict)
    malformed: Mapping[str, list[str]] = field(default_factory=dict)
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)

    def placed(self, component: Component) -> Component:
        """
        Return the component with its scope, and with a `metadata-invalid`
        problem for each of its requirement lines that cannot be read.
        """
        key = key_of(component)
        arrival = self.arrivals.get(key)
        unread = (
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=component.path,
                message=f"a requirement that cannot be read: {line}",
            )
            for line in self.malformed.get(key, ())
        )
        return replace(
            component,
            scope=arrival.scope if arrival else component.scope,
            problems=(*component.problems, *unread),
        )

    def shortest_paths(
        self, component: Component
    ) -> tuple[tuple[str, ...], ...]:
        """
        Return the shortest path to the component as names, from the project or
        a top-level package on; () when nothing leads there.
        """
        key = key_of(component)
        if key not in self.arrivals:
            return ()
        steps = self.shortest_path(key)
        first = steps[0].source if steps else key
        names = [self.display_name(step.source) for step in steps]
        if self.roots[first].source:
            names.insert(0, self.project)
        return ((*names, component.name),)

    def shortest_path(self, key: str) -> list[Edge]:
        """
        Return the edges from a root to `key`, which must have an arrival.
        """
        steps = []
        edge = self.arrivals[key].edge
        while edge is not None:
            steps.append(edge)
            edge = self.arrivals[edge.source].edge
        return steps[::-1]

    def unneeded(self) -> list[str]:
        """
        Return the names of installed packages that no root leads to, sorted;
        the project's own are none of them.
        """
        return sorted(
            self.display_name(key)
            for key, component in self.components.items()
            if key not in self.arrivals and component.relation != "own"
        )

    def cycles(self) -> list[list[str]]:
        """
        Return the groups of packages that require each other in a circle (the
        strongly connected components of two or more), each and all sorted.
        """
        # Nearly every environment has none, and the standard library says so
        # for a thousandth of what it costs to import networkx.
        if self._is_acyclic():
            return []
        network = self._network()
        with _without_backends():
            from networkx import strongly_connected_components
        groups = [
            sorted(self.display_name(str(key)) for key in group)
            for group in strongly_connected_components(network)
            if len(group) > 1
        ]
        return sorted(groups)

    def paths_to(self, key: str, *, most: int) -> Paths:
        """
        Return the `most` shortest paths from the project to `key`, shortest
        first and then by name, and how many more there are.
        """
        network = self._network()
        with _without_backends():
            from networkx import ancestors, shortest_simple_paths
        if key not in self.arrivals:
            return Paths(
                shown=(),
                more=0,
            )
        leading = network.subgraph({*ancestors(network, key), key})
        found = shortest_simple_paths(leading, _PROJECT, key)
        shortest = sorted(islice(found, most), key=_length_and_names)
        shown = tuple(self._path(nodes) for nodes in shortest)
        if next(found, None) is None:
            return Paths(
                shown=shown,
                more=0,
            )
        total = _count_paths(leading, key)
        return Paths(
            shown=shown,
            more=None if total is None else total - most,
        )

    def settled_by_dropping(self) -> dict[str, list[str]]:
        """
        Return for each root, by key, the keys of the components that disappear
        when the project no longer asks for it, itself included: every path to
        them begins there (it dominates them). A root that another one requires
        keeps everything: [].
        """
        if not any(self.edges.values()):
            return {key: [key] for key in sorted(self.roots)}
        network = self._network()
        with _without_backends():
            from networkx import DiGraph, descendants, immediate_dominators
        dominators = immediate_dominators(network, _PROJECT)
        tree: DiGraph[Hashable] = DiGraph()
        tree.add_nodes_from(network)
        tree.add_edges_from(
            (above, node)
            for node, above in dominators.items()
            if above != node
        )
        return {
            key: sorted(str(node) for node in descendants(tree, root))
            for key, root in sorted(self.roots.items())
        }

    def named_roots(self) -> tuple[Root, ...]:
        """
        Return what the project asks for, each by the name that the component
        gives itself.
        """
        return tuple(
            replace(root, name=self.display_name(key))
            for key, root in sorted(self.roots.items())
        )

    def dependencies(self) -> tuple[Dependency, ...]:
        """Return the requirements between components, sorted."""
        found = {
            Dependency(
                source=self.components[edge.source].purl,
                target=self.components[edge.target].purl,
                requirement=edge.requirement,
                extra=edge.extra,
                marker=edge.marker,
            )
            for edges in self.edges.values()
            for edge in edges
            if edge.target in self.components
        }
        return tuple(sorted(found, key=astuple))

    def facts(self) -> dict[str, object]:
        """Return what a report says of the graph as a whole."""
        missing = {
            f"{edge.requirement} (required by {self.display_name(edge.source)})"
            for edges in self.missing.values()
            for edge in edges
        }
        sources = {
            root.source.rpartition(":")[0] for root in self.roots.values()
        }
        return {
            "roots": sorted(self.display_name(key) for key in self.roots),
            "roots_from": sorted(sources - {""}),
            "missing": sorted(missing),
            "unneeded": self.unneeded(),
            "cycles": self.cycles(),
        }

    def display_name(self, key: str) -> str:
        """Return the name of a component as it writes it itself."""
        component = self.components.get(key)
        return component.name if component else key

    def _is_acyclic(self) -> bool:
        required = {
            source: {edge.target for edge in edges} - {source}
            for source, edges in self.edges.items()
        }
        try:
            TopologicalSorter(required).prepare()
        except CycleError:
            return False
        return True

    def _network(self) -> DiGraph[Hashable]:
        """
        Return the graph for networkx: the project, a node for each root
        between it and what the root asks for (so that a root can be dropped
        while its component stays), and the components.

        Nodes and edges come in order, so that equal graphs give equal answers.
        """
        with _without_backends():
            from networkx import DiGraph

        network: DiGraph[Hashable] = DiGraph()
        network.add_node(_PROJECT)
        network.add_nodes_from(sorted(self.components))
        for key, root in sorted(self.roots.items()):
            network.add_edge(_PROJECT, root)
            network.add_edge(root, key)
        for source, edges in sorted(self.edges.items()):
            targets = sorted({edge.target for edge in edges})
            network.add_edges_from((source, target) for target in targets)
        return network

    def _path(self, nodes: list[Hashable]) -> Path:
        """
        Return the path along `nodes`: the project, a root, and components.
        """
        _, root, *keys = nodes
        steps = tuple(
            tuple(
                edge
                for edge in self.edges[str(source)]
                if edge.target == target
            )
            for source, target in pairwise(keys)
        )
        if not isinstance(root, Root):
            raise TypeError("a path begins with a root")
        return Path(
            root=root,
            steps=steps,
        )


def find(graph: Graph, name: str) -> str | None:
    """Return the key of the component that a user calls `name`, or None."""
    keys = (
        canonical(name),
        f"model:{name.lower()}",
        f"dataset:{name.lower()}",
        name.lower(),
    )
    return next((key for key in keys if key in graph.components), None)


def _length_and_names(nodes: list[Hashable]) -> tuple[int, list[str]]:
    """
    Return what paths are sorted by; the second node is a root, which has none.
    """
    return len(nodes), [str(node) for node in nodes[2:]]


def _count_paths(network: DiGraph[Hashable], target: str) -> int | None:
    """
    Return the number of paths from the project to `target`, or None for a
    network with cycles: there no way to count them is known that ends in time
    (#P-complete).
    """
    with _without_backends():
        from networkx import is_directed_acyclic_graph, topological_sort
    if not is_directed_acyclic_graph(network):
        return None
    counts: Counter[Hashable] = Counter({_PROJECT: 1})
    for node in topological_sort(network):
        for successor in network[node]:
            counts[successor] += counts[node]
    return counts[target]


@contextmanager
def _without_backends() -> Iterator[None]:
    """
    Hide installed entry points while networkx is imported.

    It imports and calls whatever an installed distribution registers as its
    `networkx.backend_info`. Where licensescan is installed in the environment
    that it judges, that would run code of what is judged.
    """
    import importlib.metadata

    installed = vars(importlib.metadata)
    entry_points = installed["entry_points"]
    installed["entry_points"] = lambda **_: importlib.metadata.EntryPoints()
    try:
        yield
    finally:
        installed["entry_points"] = entry_points


def layered(
    edges: Iterable[tuple[str, str]],
) -> dict[str, tuple[int, int]]:
    """
    Return a column and a row for each node of a drawing of `edges`: columns
    by the distance from where the edges begin, and in each the nodes in the
    order of those that lead to them.
    """
    with _without_backends():
        from networkx import DiGraph, bfs_layers
    network: DiGraph[str] = DiGraph()
    network.add_edges_from(edges)
    starts = [node for node, number in network.in_degree() if not number]
    places: dict[str, tuple[int, int]] = {}
    for column, nodes in enumerate(bfs_layers(network, starts)):
        rows = {
            node: min(
                (
                    places[before][1]
                    for before in network.predecessors(node)
                    if before in places
                ),
                default=0,
            )
            for node in nodes
        }
        ordered = sorted(nodes, key=lambda node: (rows[node], node))
        places |= {node: (column, row) for row, node in enumerate(ordered)}
    return places
