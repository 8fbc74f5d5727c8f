"""Who requires whom, as bills of materials write it."""

from __future__ import annotations

from collections.abc import Iterator

from licensescan.model.types import Report


def edges_of(report: Report) -> Iterator[tuple[str, str]]:
    """
    Yield the purls of what requires and of what is required, each pair once:
    the project asks for its roots, and nothing requires itself.
    """
    seen: dict[tuple[str, str], None] = {}
    by_name: dict[str, str] = {}
    own = ""
    for conclusion in report.conclusions:
        component = conclusion.component
        by_name.setdefault(component.name, str(component.purl))
        if component.relation == "own":
            own = own or str(component.purl)
    known = {str(c.component.purl) for c in report.conclusions}
    for edge in report.dependencies:
        seen[str(edge.source), str(edge.target)] = None
    for root in report.roots:
        if own and root.source and root.name in by_name:
            seen[own, by_name[root.name]] = None
    for source, target in seen:
        if source != target and {source, target} <= known:
            yield source, target
