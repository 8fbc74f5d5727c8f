"""
The paths by which a component got in, with the requirement, extra and marker
of each step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from licensescan.base.schema import nearest
from licensescan.model.types import Component, Root, UsageError
from licensescan.report.escape import line
from licensescan.report.phrases import few, number
from licensescan.report.speech import say
from licensescan.resolver.graph import Edge, Graph, Path, Paths, find
from licensescan.standards.requirements import canonical

_MOST_PATHS = 20
"""More are counted, not shown."""

_MOST_NAMES = 8


Parts = Mapping[str, Sequence[Component]]
"""The parts of each component, by its purl."""


def render_why(
    graph: Graph,
    name: str,
    parts: Parts | None = None,
) -> str:
    """
    Return the paths from the project to the component that is called `name`,
    or that holds a part of this name, shortest first, and what else would go
    if the project did not ask for it.

    Raises `UsageError` when the component is neither installed nor required.
    """
    key = find(graph, name) or canonical(name)
    if key in graph.components:
        return "\n".join(_rows(graph, key)) + "\n"
    if key in graph.missing:
        askers = sorted({edge.source for edge in graph.missing[key]})
        said = say(
            "{name} is not installed; it is required by {askers}",
            name=name,
            askers=", ".join(askers),
        )
        return f"{said}\n"
    holders = list(_holders(graph, name.lower(), parts or {}))
    if holders:
        return "\n\n".join(holders) + "\n"
    close = nearest(key, graph.components)
    hint = close or "; licensescan scan lists them"
    raise UsageError(f"{name} is not among the components{hint}")


def _holders(
    graph: Graph,
    name: str,
    parts: Parts,
) -> Iterator[str]:
    """Yield the page of each component that holds a part of this name."""
    for key, component in sorted(graph.components.items()):
        named = [
            say("part {name} of", name=_shown(part))
            for part in _all(parts.get(component.purl, ()))
            if _is_called(part, name)
        ]
        if named:
            yield "\n".join([*map(line, named), *_rows(graph, key)])


def _all(parts: Sequence[Component]) -> Iterator[Component]:
    for part in parts:
        yield part
        yield from _all(part.parts)


def _is_called(
    part: Component,
    name: str,
) -> bool:
    base = part.path.rpartition("/")[2].lower()
    return name in (part.name.lower(), part.path.lower(), base)


def _shown(part: Component) -> str:
    return f"{part.name} ({part.path})" if part.path else part.name


def _rows(
    graph: Graph,
    key: str,
) -> Iterator[str]:
    yield line(_labelled(graph, key))
    paths = graph.paths_to(key, most=_MOST_PATHS)
    for path in paths.shown:
        yield ""
        yield from _path_rows(graph, path)
    if not paths.shown:
        yield ""
        nothing = say("nothing that the project asks for leads here")
        yield f"  {nothing}"
    if paths.more != 0:
        yield ""
        yield f"  {_counted(paths)}"
    if key in graph.roots:
        yield from _dropping_rows(graph, key)


def _counted(paths: Paths) -> str:
    if paths.more is None:
        return say(
            "and more paths, not counted: packages on them require each other"
        )
    return say("and {more}", more=number(paths.more, "more path"))


def _path_rows(
    graph: Graph,
    path: Path,
) -> Iterator[str]:
    """
    Yield a row for each step, each indented below the one that asks for it.
    """
    root = path.root
    depth = 2
    if root.source:
        yield f"  {line(graph.project)}"
        yield f"    {_root_row(root)}"
        depth = 3
    else:
        label = line(_labelled(graph, root.name))
        why = say("a top-level package: nothing installed requires it")
        yield f"  {label}   ({why})"
    for edges in path.steps:
        yield "  " * depth + line(_step_row(graph, edges))
        depth += 1


def _root_row(root: Root) -> str:
    row = f"{line(root.requirement)}   {line(root.source)}"
    return row if root.scope == "runtime" else f"{row}   [{say(root.scope)}]"


def _step_row(
    graph: Graph,
    edges: Sequence[Edge],
) -> str:
    requirements = say("; and by ").join(map(_requirement, edges))
    by = say("by {requirements}", requirements=requirements)
    return f"{_labelled(graph, edges[0].target)}   {by}"


def _requirement(edge: Edge) -> str:
    pieces = [edge.requirement.split(";")[0].strip()]
    if edge.extra:
        pieces.append(say("extra {name}", name=edge.extra))
    if edge.marker:
        pieces.append(say("when {marker}", marker=edge.marker))
    return "   ".join(pieces)


def _dropping_rows(
    graph: Graph,
    key: str,
) -> Iterator[str]:
    """
    Yield what else only this requirement of the project brings in, if
    anything.
    """
    settled = graph.settled_by_dropping()[key]
    others = [graph.display_name(other) for other in settled if other != key]
    if not others:
        return
    said = say(
        "without it, {count} more would go: {names}",
        count=len(others),
        names=few(others, _MOST_NAMES),
    )
    yield ""
    yield f"  {line(said)}"


def _labelled(
    graph: Graph,
    key: str,
) -> str:
    component = graph.components[key]
    return f"{component.name} {component.version}"
