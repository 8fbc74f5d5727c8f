"""
Core metadata (METADATA, PKG-INFO) read byte by byte, so that no field of a bad file
takes the others with it.

The standard library's parser returns `Header` objects for bytes that are not ASCII, and
`packaging.metadata` takes 721 MiB on a hostile file of 64 MiB: both were measured, so
the dozen rules of the format are read here. Source: the core metadata specification,
and PEP 566, 639 and 643.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, Problem
from licensescan.reader import decode

_HEADERS_BYTES = 1 << 20
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_LONGEST = 256
"""Characters of a name or a version; no file name could hold more."""
_VERSION = re.compile(
    r"(?i)\s*v?(?:\d+!)?\d+(?:\.\d+)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?"
    r"(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?(?:[-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\s*$"
)
"""PEP 440, appendix B, with a local version."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """
    The fields of one metadata file; `name` and `version` are "" where the file has
    none.

    `evidence` holds what it says about licenses: the expression, the License field, the
    classifiers, and the description as a README. `fields` maps a field's name in lower
    case to its values in order.
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
    What the metadata file at `path` with the bytes `data` says. Never raises: what is
    wrong is among `problems`.

    A byte-order mark and bytes that are no UTF-8 in fields that say nothing about
    licenses are not problems.
    """
    text = decode(data).text
    head, _, body = text.partition("\n\n")
    problems: list[Problem] = []
    if len(head) > _HEADERS_BYTES:
        problems.append(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message="the headers are larger than 1 MiB",
            )
        )
        head = head[:_HEADERS_BYTES]
    fields, lines, junk = _fields(head)
    problems += [
        Problem(rule=RuleId.METADATA_INVALID, path=path, message=why)
        for why in _malformed(fields, junk, data)
    ]
    name, version = _one(fields, "name"), _one(fields, "version")
    for label, value in (("Name", name), ("Version", version)):
        if not value:
            problems.append(
                Problem(
                    rule=RuleId.METADATA_INVALID,
                    path=path,
                    message=f"no {label} in the metadata",
                )
            )
    if name and (not _NAME.match(name) or len(name) > _LONGEST):
        message = f"{_cut(name)!r} is no valid name"
        problems.append(
            Problem(rule=RuleId.METADATA_INVALID, path=path, message=message)
        )
    if version and (not _VERSION.match(version) or len(version) > _LONGEST):
        message = f"{_cut(version)!r} is no valid version"
        problems.append(
            Problem(rule=RuleId.METADATA_INVALID, path=path, message=message)
        )
    for key in ("name", "version", "license-expression"):
        if len(set(fields.get(key, ()))) > 1:
            message = f"{key} stands {len(fields[key])} times, with different values"
            problems.append(
                Problem(rule=RuleId.METADATA_INVALID, path=path, message=message)
            )
    body_text, before = (
        (body, head.count("\n") + 2)
        if body.strip()
        else (_one(fields, "description"), 0)
    )
    if body_text and not before:
        before = lines["description"][0] - 1
    return Metadata(
        name=name,
        version=version,
        requires=tuple(fields.get("requires-dist", ())),
        license_files=tuple(v for v in fields.get("license-file", ()) if v),
        evidence=tuple(_evidence(fields, lines, path, body_text, before)),
        problems=tuple(problems),
        fields={key: tuple(values) for key, values in fields.items()},
    )


def _malformed(
    fields: Mapping[str, list[str]], junk: Sequence[int], data: bytes
) -> list[str]:
    """
    What is wrong with the file as a whole: readers that are strict would see other
    fields than we do.
    """
    wrong = []
    if not data.strip():
        return ["the file is empty"]
    if junk:
        wrong.append(f"line {junk[0]} is no header ({len(junk)} of this kind)")
    if b"\0" in data[:_HEADERS_BYTES] and not data.startswith(
        (b"\xff\xfe", b"\xfe\xff")
    ):
        wrong.append("null bytes in the headers")
    format_ = _one(fields, "metadata-version")
    if not re.fullmatch(r"[12]\.\d", format_):
        wrong.append(
            f"Metadata-Version {_cut(format_)!r} is none that is known"
            if format_
            else "no Metadata-Version"
        )
    return wrong


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _fields(head: str) -> tuple[dict[str, list[str]], dict[str, list[int]], list[int]]:
    """
    The header lines, continuation lines joined; the line on which each value begins;
    lines that are no header.
    """
    fields: dict[str, list[str]] = {}
    lines: dict[str, list[int]] = {}
    junk: list[int] = []
    current: list[str] | None = None
    for number, line in enumerate(head.split("\n"), 1):
        if line[:1] in (" ", "\t", "|") and current is not None:
            # PEP 566 and setuptools write continuation lines as 7 or 8 blanks, with or
            # without a bar.
            current[-1] += "\n" + re.sub(r"^(?: {7}\||[ \t]{1,8})", "", line)
            continue
        name, colon, value = line.partition(":")
        if not colon or not _FIELD.fullmatch(name):
            current = None
            if line.strip() or number == 1:
                junk.append(number)
            continue
        key = name.lower()
        current = fields.setdefault(key, [])
        current.append(value.strip())
        lines.setdefault(key, []).append(number)
    return fields, lines, junk


def _one(fields: Mapping[str, list[str]], key: str) -> str:
    values = fields.get(key)
    return values[0].strip() if values else ""


def _evidence(
    fields: Mapping[str, list[str]],
    lines: Mapping[str, list[int]],
    path: str,
    body: str,
    before: int,
) -> list[Evidence]:
    """
    What the fields and the description say; `before` lines of the file come before the
    description.
    """
    found = []
    for kind, key in (
        (EvidenceKind.LICENSE_EXPRESSION, "license-expression"),
        (EvidenceKind.LICENSE_FIELD, "license"),
    ):
        for place, value in enumerate(fields.get(key, ())):
            if value.strip():
                line = lines[key][place]
                found.append(
                    Evidence(
                        kind=kind,
                        path=path,
                        value=value.strip(),
                        lines=(line, line + value.count("\n")),
                    )
                )
    for place, value in enumerate(fields.get("classifier", ())):
        if value.startswith("License ::"):
            line = lines["classifier"][place]
            found.append(
                Evidence(
                    kind=EvidenceKind.CLASSIFIER,
                    path=path,
                    value=value,
                    lines=(line, line),
                )
            )
    if body.strip():
        # Empty lines in front of it keep the lines of the file.
        found.append(
            Evidence(kind=EvidenceKind.README, path=path, text="\n" * before + body)
        )
    return found
