"""
PEP 770: every file in `dist-info/sboms/` is an SBOM, evidence of what was compiled or copied in, never a complete list.

CycloneDX JSON is read (cargo-cyclonedx, auditwheel and hand-made ones). Components on the same terms make one part:
a Rust extension has hundreds of crates and three licenses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licensescan.expression import normalise
from licensescan.model import Component, Evidence, ExpressionError, Problem, Purl
from licensescan.names import interpret
from licensescan.reader import load_json

_NAMED = 4


def parts_of_sbom(data: bytes, path: str, purl: Purl) -> tuple[list[Component], list[Problem]]:
    """
    One part for each license that the SBOM names, with the components under it; those without a license are left to
    other evidence. A file that is no JSON object is a `metadata-invalid` problem; other SBOM formats are passed over.
    """
    if data.lstrip()[:1] != b"{":
        return [], []
    try:
        document = load_json(data)
    except ValueError as error:
        return [], [Problem(rule="metadata-invalid", path=path, message=f"SBOM: {error}")]
    if not isinstance(document, Mapping) or document.get("bomFormat") != "CycloneDX":
        return [], []
    grouped: dict[str, list[str]] = {}
    own = document.get("metadata")
    root = own.get("component") if isinstance(own, Mapping) else None
    reference = root.get("bom-ref") if isinstance(root, Mapping) else None
    for component in _components(document):
        if reference is not None and component.get("bom-ref") == reference:
            continue
        expression = _license(component.get("licenses"))
        name = component.get("name")
        if expression and isinstance(name, str):
            version = component.get("version")
            grouped.setdefault(expression, []).append(f"{name} {version}" if isinstance(version, str) else name)
    parts = []
    for expression, names in sorted(grouped.items()):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        shown = ", ".join(sorted(names)[:_NAMED]) + more
        parts.append(
            Component(
                purl=Purl(f"{purl}#{path}"),
                name=shown,
                version="",
                kind="source",
                relation="bundled",
                path=path,
                evidence=(Evidence(kind="sbom", path=path, value=expression),),
            )
        )
    return parts, []


def _components(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All components, nested ones too, however deep the reader's own limit allows."""
    found: list[Mapping[str, Any]] = []
    stack = [document]
    while stack:
        listed = stack.pop().get("components")
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, Mapping):
                found.append(item)
                stack.append(item)
    return found


def _license(listed: Any) -> str:
    """The license of one component: an expression, or its ids and names; several stand together with AND."""
    found = []
    for item in listed if isinstance(listed, list) else ():
        if not isinstance(item, Mapping):
            continue
        inner = item.get("license")
        named = item.get("expression")
        if isinstance(inner, Mapping):
            named = inner.get("id") or inner.get("name")
        if isinstance(named, str) and named.strip():
            found.append(_spdx(named.strip()))
    known = [f for f in dict.fromkeys(found) if f]
    return " AND ".join(f"({f})" if " OR " in f and len(known) > 1 else f for f in known)


def _spdx(text: str) -> str:
    try:
        return normalise(text)
    except ExpressionError:
        # Cargo's older form writes a choice as "MIT/Apache-2.0".
        halves = text.split("/")
        if len(halves) > 1 and " " not in text:
            try:
                return normalise(" OR ".join(halves))
            except ExpressionError:
                pass
        return interpret(text[:512], context="license-field").expression or ""
