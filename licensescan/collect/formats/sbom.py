"""
Read software bills of materials (PEP 770): every file in `dist-info/sboms/` is
evidence of what was compiled or copied in, never a complete list.

CycloneDX JSON is read (cargo-cyclonedx, auditwheel and hand-made ones).
Components on the same terms make one part: a Rust extension has hundreds of
crates and three licenses.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from licensescan.classifier.names.interpret import interpret
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    ExpressionError,
    Problem,
    Purl,
)
from licensescan.reader import TEXT_BYTES, decode, load_json
from licensescan.standards.spdx_expression import normalise
from licensescan.standards.spdx_text import (
    has_choice,
    joined,
    slashes_as_choice,
)

_NAMED = 4
"""Components that the name of a part lists."""

_NAME_LENGTH = 512
"""Characters of a license's name that are interpreted."""

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
    Return one part for each license that the SBOM names or quotes, with the
    components under it; those without a license are left to other evidence. A
    file that is no JSON object is a `metadata-invalid` problem; other SBOM
    formats are passed over.
    """
    if data.lstrip()[:1] != b"{":
        return [], []
    try:
        document = load_json(data)
    except ValueError as error:
        problem = Problem(
            rule=RuleId.METADATA_INVALID,
            path=path,
            message=f"SBOM: {error}",
        )
        return [], [problem]
    if (
        not isinstance(document, Mapping)
        or document.get("bomFormat") != "CycloneDX"
    ):
        return [], []
    by_terms: dict[_Terms, list[str]] = {}
    for component in _listed(document):
        terms = _terms(component.get("licenses"))
        name = _shown(component)
        if terms and name is not None:
            by_terms.setdefault(terms, []).append(name)
    groups = sorted(by_terms.items())
    return [_part(terms, names, path, purl) for terms, names in groups], []


_NOT_THERE = ("optional", "excluded")


class _Terms(NamedTuple):
    """The terms of a component: an expression, or the text that is quoted."""

    expression: str
    text: str


def _part(
    terms: _Terms,
    names: Sequence[str],
    path: str,
    purl: Purl,
) -> Component:
    evidence = Evidence(
        kind=EvidenceKind.SBOM,
        path=path,
        value=terms.expression,
    )
    if terms.text:
        evidence = Evidence(
            kind=EvidenceKind.LICENSE_FILE,
            path=path,
            text=terms.text,
        )
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return Component(
        purl=Purl(f"{purl}#{path}"),
        name=", ".join(sorted(names)[:_NAMED]) + more,
        version="",
        kind="source",
        relation="bundled",
        path=path,
        evidence=(evidence,),
    )


def _listed(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """
    Yield all components but the one that the SBOM is about, and those that are
    not in the artifact: of scope "excluded" or "optional" (CycloneDX,
    `component.scope`).
    """
    metadata = _mapping(document.get("metadata"))
    own = _mapping(metadata.get("component")).get("bom-ref")
    for component in components_of(document):
        is_there = component.get("scope") not in _NOT_THERE
        if is_there and (own is None or component.get("bom-ref") != own):
            yield component


def _shown(component: Mapping[str, Any]) -> str | None:
    """Return name and version, or None for a component without a name."""
    name = component.get("name")
    if not isinstance(name, str):
        return None
    version = component.get("version")
    return f"{name} {version}" if isinstance(version, str) else name


def components_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """
    Return all components, nested ones too, however deep the reader's own limit
    allows.
    """
    components: list[Mapping[str, Any]] = []
    stack = [document]
    while stack:
        listed = _mappings(stack.pop().get("components"))
        components += listed
        stack += listed
    return components


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _terms(listed: object) -> _Terms | None:
    licenses = _mappings(listed)
    expression = expression_of(licenses)
    text = "" if expression else _text(licenses)
    return _Terms(expression, text) if expression or text else None


def expression_of(licenses: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the license of one component: an expression, or its ids and names;
    several stand together with AND.
    """
    named = []
    for item in licenses:
        inner = item.get("license")
        name = item.get("expression")
        if isinstance(inner, Mapping):
            name = inner.get("id") or inner.get("name")
        if isinstance(name, str) and name.strip():
            named.append(_spdx(name.strip()))
    known = [name for name in dict.fromkeys(named) if name]
    if len(known) == 1:
        return known[0]
    return joined(
        "AND", (f"({name})" if has_choice(name) else name for name in known)
    )


def _text(licenses: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the license text that CycloneDX quotes, plain or in base64; ""
    without one that can be read.
    """
    for item in licenses:
        quoted = _mapping(_mapping(item.get("license")).get("text"))
        content = quoted.get("content")
        if not isinstance(content, str):
            continue
        if quoted.get("encoding") != "base64":
            return content[:TEXT_BYTES]
        try:
            return decode(b64decode(content[:TEXT_BYTES], validate=True)).text
        except ValueError:
            continue
    return ""


def _spdx(text: str) -> str:
    """Return the expression that a name or id stands for, or ""."""
    if text.lower() in _PLACEHOLDERS:
        return ""
    spellings = [text]
    if "/" in text and " " not in text:
        spellings.append(slashes_as_choice(text))
    for spelling in spellings:
        with suppress(ExpressionError):
            return normalise(spelling)
    return interpret(text[:_NAME_LENGTH]).expression or ""
