"""
The paths by which a component got in, with the requirement, extra and marker of each
step.
"""

from __future__ import annotations

from licensescan.base.schema import nearest
from licensescan.model.types import UsageError
from licensescan.report.escape import line
from licensescan.resolver.graph import Edge, Graph, find
from licensescan.standards.requirements import canonical


def render_why(graph: Graph, name: str, *, width: int = 100) -> str:
    """
    Every way from a root to `name`, shortest first, at most twenty. Raises `UsageError`
    when it is not in the graph.
    """
    wanted = find(graph, name) or canonical(name)
    if wanted not in graph.components:
        if wanted in graph.missing:
            askers = sorted({e.source for e in graph.missing[wanted]})
            return f"{name} is not installed; it is required by {', '.join(askers)}\n"
        raise UsageError(
            f"{name} is not among the components{nearest(wanted, graph.components)}"
        )
    component = graph.components[wanted]
    rows = [line(f"{component.name} {component.version}")]
    ways = graph.all_paths(wanted)
    for way in ways:
        rows += ["", *_way(graph, way, wanted)]
    if not ways:
        rows += ["", "  nothing that the project asks for leads here"]
    return "\n".join(rows) + "\n"


def _way(graph: Graph, way: list[Edge], wanted: str) -> list[str]:
    first = way[0].source if way else wanted
    root = graph.roots[first]
    rows = []
    depth = 1
    if root.source:
        rows.append(f"  {line(graph.project)}")
        rows.append(
            f"    {line(root.requirement)}   {line(root.source)}"
            + ("" if root.scope == "runtime" else f"   [{root.scope}]")
        )
        depth = 2
    else:
        rows.append(
            f"  {_shown(graph, first)}   (a top-level package: nothing installed requires it)"
        )
    for edge in way:
        depth += 1
        extra = f"   extra {edge.extra}" if edge.extra else ""
        marker = f"   when {edge.marker}" if edge.marker else ""
        rows.append(
            "  " * depth
            + line(
                f"{_shown(graph, edge.target)}   by {edge.requirement.split(';')[0].strip()}{extra}{marker}"
            )
        )
    return rows


def _shown(graph: Graph, name: str) -> str:
    component = graph.components.get(name)
    return f"{component.name} {component.version}" if component else name
