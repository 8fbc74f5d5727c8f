"""
Read core metadata (METADATA, PKG-INFO) by hand, so that no field of a bad file
takes the others with it.

The standard library's parser returns `Header` objects for bytes that are not
ASCII, and `packaging.metadata` takes 721 MiB on a hostile file of 64 MiB: both
were measured, so the dozen rules of the format are read here. Source: the core
metadata specification, and PEP 566, 639 and 643.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, Problem
from licensescan.reader import decode

_HEADERS_BYTES = 1 << 20
"""Characters of headers that are read."""

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_CONTINUED = re.compile(r"^(?: {7}\||[ \t]{1,8})")
"""
The margin of a continuation line: PEP 566 and setuptools write 7 or 8 blanks,
with or without a bar.
"""

_LONGEST = 256
"""Characters of a name or a version; no file name could hold more."""

_VERSION = re.compile(
    r"(?i)\s*v?(?:\d+!)?\d+(?:\.\d+)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?"
    r"(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?(?:[-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\s*$"
)
"""PEP 440, appendix B, with a local version."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$")
_SINGLE = ("name", "version", "license-expression")
"""Fields that may stand once."""

_QUOTED = 80
"""Characters of a bad value that a message quotes."""


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Metadata:
    """
    The fields of one metadata file; `name` and `version` are "" where the file
    has none.

    `evidence` holds what it says about licenses: the expression, the License
    field, the classifiers, and the description as a README. `fields` maps a
    field's name in lower case to its values in order.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    license_files: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_metadata(data: bytes, path: str) -> Metadata:
    """
    Read the metadata file at `path` with the bytes `data`. Never raises: its
    faults are among `problems`.

    A byte-order mark and bytes that are no UTF-8 in fields that say nothing
    about licenses are not problems.
    """
    head, _, body = decode(data).text.partition("\n\n")
    headers = _read_headers(head[:_HEADERS_BYTES])
    description = _description(headers, head, body)
    problems = (
        Problem(
            rule=RuleId.METADATA_INVALID,
            path=path,
            message=message,
        )
        for message in _faults(headers, head, data)
    )
    fields = headers.texts()
    return Metadata(
        name=headers.first("name"),
        version=headers.first("version"),
        requires=fields.get("requires-dist", ()),
        license_files=tuple(f for f in fields.get("license-file", ()) if f),
        evidence=tuple(_evidence(headers, description, path)),
        problems=tuple(problems),
        fields=fields,
    )


@dataclass(slots=True)
class _Value:
    """A value of a field, and the line on which it begins, counted from 1."""

    text: str
    line: int


@dataclass(slots=True)
class _Headers:
    """
    The values of each field, by its name in lower case; `junk` are the lines
    that are no header.
    """

    values: dict[str, list[_Value]] = field(default_factory=dict)
    junk: list[int] = field(default_factory=list)

    def first(self, key: str) -> str:
        """Return the first value of a field, or ""."""
        values = self.values.get(key)
        return values[0].text.strip() if values else ""

    def all(self, key: str) -> list[_Value]:
        """Return the values of a field in order."""
        return self.values.get(key, [])

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the values of all fields without their lines."""
        return {
            key: tuple(value.text for value in values)
            for key, values in self.values.items()
        }


def _read_headers(head: str) -> _Headers:
    """Return the headers, continuation lines joined."""
    headers = _Headers()
    current: _Value | None = None
    for number, line in enumerate(head.split("\n"), 1):
        if current is not None and line.startswith((" ", "\t", "|")):
            current.text += "\n" + _CONTINUED.sub("", line)
            continue
        name, colon, value = line.partition(":")
        if colon and _FIELD.fullmatch(name):
            current = _Value(value.strip(), number)
            headers.values.setdefault(name.lower(), []).append(current)
            continue
        current = None
        if line.strip() or number == 1:
            headers.junk.append(number)
    return headers


def _description(headers: _Headers, head: str, body: str) -> _Value:
    """Return the description: what stands below the headers, or a field."""
    if body.strip():
        return _Value(body, head.count("\n") + 3)
    fields = headers.all("description")
    text = headers.first("description")
    return _Value(text, fields[0].line) if text else _Value("", 1)


def _faults(headers: _Headers, head: str, data: bytes) -> Iterator[str]:
    """
    Yield the faults of the file: readers that are strict would see other
    fields than we do.
    """
    if len(head) > _HEADERS_BYTES:
        yield "the headers are larger than 1 MiB"
    if data.strip():
        yield from _malformed(headers, data)
    else:
        yield "the file is empty"
    name, version = headers.first("name"), headers.first("version")
    if not name:
        yield "no Name in the metadata"
    if not version:
        yield "no Version in the metadata"
    if name and not _is_valid(name, _NAME):
        yield f"{_cut(name)!r} is no valid name"
    if version and not _is_valid(version, _VERSION):
        yield f"{_cut(version)!r} is no valid version"
    for key in _SINGLE:
        values = headers.all(key)
        if len({value.text for value in values}) > 1:
            yield f"{key} stands {len(values)} times, with different values"


def _malformed(headers: _Headers, data: bytes) -> Iterator[str]:
    """Yield the faults of the file as a whole."""
    if headers.junk:
        yield f"line {headers.junk[0]} is no header ({len(headers.junk)} of this kind)"
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_wide and b"\0" in data[:_HEADERS_BYTES]:
        yield "null bytes in the headers"
    version = headers.first("metadata-version")
    if not version:
        yield "no Metadata-Version"
    elif not re.fullmatch(r"[12]\.\d", version):
        yield f"Metadata-Version {_cut(version)!r} is none that is known"


def _is_valid(value: str, pattern: re.Pattern[str]) -> bool:
    return len(value) <= _LONGEST and pattern.match(value) is not None


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def _evidence(
    headers: _Headers, description: _Value, path: str
) -> Iterator[Evidence]:
    """Yield what the fields and the description say."""
    for kind, key in (
        (EvidenceKind.LICENSE_EXPRESSION, "license-expression"),
        (EvidenceKind.LICENSE_FIELD, "license"),
    ):
        for value in headers.all(key):
            if value.text.strip():
                yield Evidence(
                    kind=kind,
                    path=path,
                    value=value.text.strip(),
                    lines=(value.line, value.line + value.text.count("\n")),
                )
    for value in headers.all("classifier"):
        if value.text.startswith("License ::"):
            yield Evidence(
                kind=EvidenceKind.CLASSIFIER,
                path=path,
                value=value.text,
                lines=(value.line, value.line),
            )
    if description.text.strip():
        # Empty lines in front of it keep the lines of the file.
        text = "\n" * (description.line - 1) + description.text
        yield Evidence(
            kind=EvidenceKind.README,
            path=path,
            text=text,
        )
