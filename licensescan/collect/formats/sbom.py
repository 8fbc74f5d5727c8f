"""
PEP 770: every file in `dist-info/sboms/` is an SBOM, evidence of what was compiled or
copied in, never a complete list.

CycloneDX JSON is read (cargo-cyclonedx, auditwheel and hand-made ones). Components on
the same terms make one part: a Rust extension has hundreds of crates and three
licenses.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from licensescan.classifier.names.interpret import interpret
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, ExpressionError, Problem, Purl
from licensescan.reader import TEXT_BYTES, decode, load_json
from licensescan.standards.spdx_expression import normalise

_NAMED = 4
_PLACEHOLDERS = (
    "unknown",
    "other",
    "none",
    "noassertion",
    "see license",
    "non-standard",
)


def parts_of_sbom(
    data: bytes, path: str, purl: Purl
) -> tuple[list[Component], list[Problem]]:
    """
    One part for each license that the SBOM names or quotes, with the components under
    it; those without a license are left to other evidence. A file that is no JSON
    object is a `metadata-invalid` problem; other SBOM formats are passed over.
    """
    if data.lstrip()[:1] != b"{":
        return [], []
    try:
        document = load_json(data)
    except ValueError as error:
        return [], [
            Problem(rule=RuleId.METADATA_INVALID, path=path, message=f"SBOM: {error}")
        ]
    if not isinstance(document, Mapping) or document.get("bomFormat") != "CycloneDX":
        return [], []
    grouped: dict[tuple[str, str], list[str]] = {}
    own = document.get("metadata")
    root = own.get("component") if isinstance(own, Mapping) else None
    reference = root.get("bom-ref") if isinstance(root, Mapping) else None
    for component in _components(document):
        if reference is not None and component.get("bom-ref") == reference:
            continue
        listed = component.get("licenses")
        expression = _license(listed)
        text = "" if expression else _text(listed)
        name = component.get("name")
        if (expression or text) and isinstance(name, str):
            version = component.get("version")
            shown = f"{name} {version}" if isinstance(version, str) else name
            grouped.setdefault((expression, text), []).append(shown)
    parts = []
    for (expression, text), names in sorted(grouped.items()):
        told = Evidence(kind=EvidenceKind.SBOM, path=path, value=expression)
        if text:
            told = Evidence(kind=EvidenceKind.LICENSE_FILE, path=path, text=text)
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
                evidence=(told,),
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
    """
    The license of one component: an expression, or its ids and names; several stand
    together with AND.
    """
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
    return " AND ".join(
        f"({f})" if " OR " in f and len(known) > 1 else f for f in known
    )


def _text(listed: Any) -> str:
    """
    The license text that CycloneDX quotes, plain or in base64; "" without one that can
    be read.
    """
    for item in listed if isinstance(listed, list) else ():
        inner = item.get("license") if isinstance(item, Mapping) else None
        quoted = inner.get("text") if isinstance(inner, Mapping) else None
        content = quoted.get("content") if isinstance(quoted, Mapping) else None
        if not isinstance(content, str) or not isinstance(quoted, Mapping):
            continue
        if quoted.get("encoding") != "base64":
            return content[:TEXT_BYTES]
        try:
            return decode(b64decode(content[:TEXT_BYTES], validate=True)).text
        except ValueError:
            continue
    return ""


def _spdx(text: str) -> str:
    if text.lower() in _PLACEHOLDERS:
        return ""
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
        return interpret(text[:512]).expression or ""
