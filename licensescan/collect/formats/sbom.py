"""
Read software bills of materials (PEP 770): every file in `dist-info/sboms/` is
evidence of what was compiled or copied in, never a complete list.

CycloneDX JSON is read (cargo-cyclonedx, auditwheel and hand-made ones).
Components on the same terms make one part: a Rust extension has hundreds of
crates and three licenses.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from licensescan.classifier.names.interpret import interpret
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import (
    Component,
    Evidence,
    ExpressionError,
    Purl,
)
from licensescan.reader import decode
from licensescan.standards.purl import part_purl
from licensescan.standards.spdx_expression import normalise
from licensescan.standards.spdx_text import (
    has_choice,
    joined,
    slashes_as_choice,
)

_NAMED = 4
"""Components that the name of a part lists."""

_NAME_LENGTH = 512
"""Characters of a license's name; what is longer is a text."""

_PLACEHOLDERS = (
    "unknown",
    "other",
    "none",
    "noassertion",
    "see license",
    "non-standard",
)


class Listed(NamedTuple):
    """A component that an SBOM lists: name with version, and its terms."""

    name: str
    terms: Terms


class File(NamedTuple):
    """A file that an SBOM lists, and its digest by the name of a method."""

    name: str
    method: str
    digest: str


def is_cyclonedx(document: object) -> bool:
    """Return True for an SBOM of CycloneDX."""
    return (
        isinstance(document, Mapping)
        and document.get("bomFormat") == "CycloneDX"
    )


def listed_in(document: Mapping[str, Any]) -> Iterator[Listed]:
    """
    Yield the components of an SBOM of CycloneDX that are in the artifact and
    have a license.
    """
    for component in _there(document):
        terms = _terms(component.get("licenses"))
        name = _shown(component)
        if terms and name is not None:
            yield Listed(name, terms)


def files_in(document: Mapping[str, Any]) -> Iterator[File]:
    """Yield the files that an SBOM of CycloneDX lists with a digest."""
    for component in _there(document):
        name = component.get("name")
        for entry in _mappings(component.get("hashes")):
            method, digest = entry.get("alg"), entry.get("content")
            if isinstance(name, str) and isinstance(digest, str):
                yield File(name, str(method), digest.lower())


def parts_of(
    listed: Iterable[Listed], path: str, purl: Purl
) -> list[Component]:
    """
    Return one part for each license that the SBOM at `path` names or quotes,
    with the components under it.
    """
    by_terms: dict[Terms, list[str]] = {}
    for component in listed:
        by_terms.setdefault(component.terms, []).append(component.name)
    groups = sorted(by_terms.items())
    return [_part(terms, names, path, purl) for terms, names in groups]


_NOT_THERE = ("optional", "excluded")


class Terms(NamedTuple):
    """The terms of a component: an expression, or the text that is quoted."""

    expression: str
    text: str


def _part(
    terms: Terms,
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
        purl=part_purl(purl, path),
        name=", ".join(sorted(names)[:_NAMED]) + more,
        version="",
        kind="source",
        relation="bundled",
        path=path,
        evidence=(evidence,),
    )


def _there(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
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


def _terms(listed: object) -> Terms | None:
    licenses = _mappings(listed)
    expression = expression_of(licenses)
    text = "" if expression else _text(licenses)
    return Terms(expression, text) if expression or text else None


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
            return content
        try:
            return decode(b64decode(content, validate=True)).text
        except ValueError:
            continue
    return _long_name(licenses)


def _long_name(licenses: Sequence[Mapping[str, Any]]) -> str:
    """Return what stands where a name belongs and is a text, else ""."""
    names = (_mapping(item.get("license")).get("name") for item in licenses)
    return next(
        (n for n in names if isinstance(n, str) and len(n) > _NAME_LENGTH), ""
    )


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
    if len(text) > _NAME_LENGTH:
        return ""
    return interpret(text).expression or ""
