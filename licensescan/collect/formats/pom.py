"""
Read Maven POMs: coordinates, licenses, and SPDX tags in comments.

A POM may come from anywhere, so one with a DTD or entities is refused, and
depth and size are bounded. Parent POMs are elsewhere: what they say is unknown
here, and a POM without `<licenses>` says nothing. Source: the POM reference,
"Licenses" and "Maven Coordinates".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from licensescan.classifier.names.interpret import interpret
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Evidence
from licensescan.standards.spdx_text import joined

_LARGEST = 4 << 20
"""Bytes of a POM."""

_DEEPEST = 64
"""Levels of elements."""

_DOCTYPE = re.compile(
    rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE
)
_TAG = re.compile(
    r"SPDX-License-Identifier:[ \t]*([^\r\n*\"'<>]+?)\s*(?:-->|~|$)",
    re.MULTILINE,
)
_PROPERTY = re.compile(r"\$\{([^{}]+)\}")


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class License:
    """
    One `<license>` of a POM: its `name` and `url`, and the line of its opening
    tag (0 when not found).
    """

    name: str = ""
    url: str = ""
    line: int = 0

    @property
    def stated(self) -> str:
        """
        Return the name; the address where there is no name, or where only the
        address says exactly which license it is.
        """
        if not self.name or not self.url or interpret(self.name).expression:
            return self.name or self.url
        return self.url if interpret(self.url).expression else self.name


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Pom:
    """
    What one POM says; coordinates that it leaves out are its parent's,
    `parent` is the parent's `group:artifact`.

    `tags` are the SPDX tags in comments, with their lines.
    """

    group: str = ""
    artifact: str = ""
    version: str = ""
    parent: str = ""
    licenses: tuple[License, ...] = ()
    tags: tuple[tuple[str, int], ...] = ()


def read_pom(data: bytes) -> Pom:
    """
    Return what the POM `data` says. Raises `ValueError` for a text that is no
    XML, holds a DTD, or is too large or too deep.
    """
    if len(data) > _LARGEST:
        raise ValueError("a POM of more than 4 MiB")
    if _has_doctype(data):
        raise ValueError("a POM with a DTD or entities is not read")
    root = _root(data)
    if _local(root) != "project":
        raise ValueError(f"<{_local(root)[:40]}> is no POM")
    parent = _child(root, "parent")
    group = _text(root, "groupId") or _text(parent, "groupId")
    version = _text(root, "version") or _text(parent, "version")
    properties = {
        _local(e): (e.text or "").strip() for e in _inside(root, "properties")
    }
    properties["project.version"] = version
    properties["pom.version"] = version
    properties["project.groupId"] = group
    text = data.decode("utf-8", "replace")
    licenses = _licenses(root, properties, text)
    return Pom(
        group=_filled(group, properties),
        artifact=_filled(_text(root, "artifactId"), properties),
        version=_filled(version, properties),
        parent=_coordinates(parent),
        licenses=tuple(entry for entry in licenses if entry.stated),
        tags=tuple(_tags(text)),
    )


def _has_doctype(data: bytes) -> bool:
    if _DOCTYPE.search(data):
        return True
    is_wide = b"\0" in data[:64]
    return is_wide and _DOCTYPE.search(data.replace(b"\0", b"")) is not None


def _coordinates(parent: Element | None) -> str:
    if parent is None:
        return ""
    return f"{_text(parent, 'groupId')}:{_text(parent, 'artifactId')}"


def _licenses(
    root: Element,
    properties: Mapping[str, str],
    text: str,
) -> Iterator[License]:
    """
    Yield the licenses, with their lines where as many tags are found in
    `text`.
    """
    elements = [e for e in _inside(root, "licenses") if _local(e) == "license"]
    tags = re.finditer(r"<(?:\w+:)?license>", _commentless(text))
    lines = [_line(text, tag.start()) for tag in tags]
    if len(lines) != len(elements):
        lines = [0] * len(elements)
    for element, line in zip(elements, lines, strict=True):
        name = _filled(_text(element, "name"), properties)
        yield License(
            name=" ".join(name.split()),
            url=_filled(_text(element, "url"), properties),
            line=line,
        )


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def pom_evidence(pom: Pom, path: str) -> list[Evidence]:
    """
    Return the licenses of `pom` as evidence: one value, joined with OR, and
    one `spdx-tag` for each tag in a comment.

    Maven says of several licenses only that "multiple licenses can be listed";
    in practice they are offered as a choice (CDDL or GPL with Classpath
    exception, MPL or LGPL or GPL), and tools treat them so.
    """
    evidence = [
        Evidence(
            kind=EvidenceKind.SPDX_TAG,
            path=path,
            value=tag,
            lines=(line, line),
        )
        for tag, line in pom.tags
    ]
    names = list(dict.fromkeys(entry.stated for entry in pom.licenses))
    if names:
        first, last = pom.licenses[0].line, pom.licenses[-1].line
        lines = (first, last) if first else None
        evidence.append(
            Evidence(
                kind=EvidenceKind.POM,
                path=path,
                value=choice_of(names),
                lines=lines,
            )
        )
    return evidence


def choice_of(names: Sequence[str]) -> str:
    """
    Return several names as one choice: addresses by the license they stand
    for, brackets around joiners of their own.
    """
    if len(names) == 1:
        return names[0]
    plain = [
        (interpret(n).expression or n) if "://" in n else n for n in names
    ]
    distinct = dict.fromkeys(plain)
    return joined(
        "OR",
        (f"({n})" if re.search(r"\s(?:AND|OR)\s", n) else n for n in distinct),
    )


def properties(data: bytes) -> Mapping[str, str]:
    """Return the pairs of a Java properties file such as `pom.properties`."""
    pairs: dict[str, str] = {}
    for line in data.decode("latin-1").splitlines():
        match = re.match(r"\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$", line)
        if match:
            pairs[match[1]] = match[2]
    return pairs


def _root(data: bytes) -> Element:
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    depth = 0
    root: Element | None = None
    try:
        for start in range(0, len(data), 65536):
            parser.feed(data[start : start + 65536])
            for event, element in cast(
                "Iterator[tuple[str, Element]]", parser.read_events()
            ):
                depth += 1 if event == "start" else -1
                root = element if root is None else root
                if depth > _DEEPEST:
                    raise ValueError(f"XML nested deeper than {_DEEPEST}")
        parser.close()
    except (ParseError, LookupError) as error:
        raise ValueError(f"no XML: {error}") from error
    if root is None:
        raise ValueError("an empty document")
    return root


def _local(element: Element) -> str:
    return (
        element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    )


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in element if _local(child) == name), None)


def _inside(element: Element, name: str) -> Iterable[Element]:
    """
    Return the children of the child `name`; none where there is no such child.
    """
    child = _child(element, name)
    return () if child is None else child


def _text(element: Element | None, name: str) -> str:
    child = _child(element, name)
    return (child.text or "").strip() if child is not None else ""


def _filled(text: str, properties: Mapping[str, str]) -> str:
    """
    Put the properties that the POM itself defines into `text`; once, so that
    none can feed itself.
    """
    return _PROPERTY.sub(lambda m: properties.get(m[1], m[0]), text)


def _commentless(text: str) -> str:
    return re.sub(
        r"(?s)<!--.*?-->", lambda m: re.sub(r"[^\n]", " ", m.group()), text
    )


def _tags(text: str) -> Iterator[tuple[str, int]]:
    for comment in re.finditer(r"(?s)<!--.*?-->", text):
        for tag in _TAG.finditer(comment.group()):
            yield tag[1].strip(), _line(text, comment.start() + tag.start())
