"""
What the first lines of source files say: SPDX tags, license notices, `__license__`.

A package can carry an AGPL file behind an MIT label. Each source file's first 2 KiB are
read; most are dismissed by the words that are not in them, and equal notices are kept
once, with the first file that has them and how many more do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Evidence
from licensescan.reader import HEAD_BYTES, Files, ReadError, decode

SOURCES = frozenset(
    (
        "py pyx pxd pyi c h hh hpp hxx cc cpp cxx cu cuh m mm java kt scala go rs rb lua php pl sh js mjs ts jsx tsx r"
        " f90 f cmake sql swift cs jl"
    ).split()
)
_CUES = (
    *(
        b"spdx-license-identifier",
        b"licensed under",
        b"license agreement",
        b"__license__",
        b"__licence__",
    ),
    *(
        b"general public license",
        b"general public licence",
        b"affero",
        b"noncommercial",
        b"non-commercial",
    ),
    *(b"additional grant of patent", b"patents file", b"proprietary and confidential"),
    *(b"permission is hereby granted", b"redistribution and use"),
    *(b"commercial use", b"commercial purpose", b"research use", b"research purpose"),
)
"""
Looked for one after the other: as one regular expression without regard to case they
cost 20 times as much.
"""
_GPL = re.compile(rb"\ba?l?gpl\b")
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n*\"'<>]+)")
_DUNDER = re.compile(r"(?m)^__licen[cs]e__\s*=\s*([\"'])(.{1,200}?)\1")
_SHORT = 128
"""Bytes below which a file (an empty `__init__.py`) is no vote on anything."""
_NOTICES = 40
"""Different notices kept of one component: real trees have a handful."""


def headers(files: Files, paths: Iterable[str]) -> list[Evidence]:
    """
    The SPDX tags, `__license__` values and notices of the source files among `paths`.

    Evidence of kind `spdx-tag` has the tag's expression as `value`; kind
    `source-header` has either a `value` (`__license__`) or a `text` (the header
    itself). `share` says how many of how many files bear it; files too short to need a
    header are not counted.
    """
    tags: dict[str, list[tuple[str, int]]] = {}
    dunders: dict[str, list[tuple[str, int]]] = {}
    notices: dict[str, list[tuple[str, str]]] = {}
    seen = 0
    for path in paths:
        if path.rsplit(".", 1)[-1].lower() not in SOURCES:
            continue
        try:
            head = files.read_at(path, 0, HEAD_BYTES)
        except ReadError:
            continue
        seen += len(head) >= _SHORT
        if not _speaks(head):
            continue
        text = decode(head).text
        tag = _TAG.search(text)
        if tag:
            value = re.sub(r"\s*(\*/|-->)\s*$", "", tag.group(1)).strip()
            if value.count(")") > value.count("("):
                value = value.removesuffix(")").rstrip()
            tags.setdefault(value, []).append(
                (path, text.count("\n", 0, tag.start()) + 1)
            )
            continue
        dunder = _DUNDER.search(text)
        if dunder:
            dunders.setdefault(dunder.group(2), []).append(
                (path, text.count("\n", 0, dunder.start()) + 1)
            )
        notice = _comment(text)
        if notice and _speaks(notice.encode("utf-8", "replace")):
            key = hashlib.sha256(
                re.sub(r"[\W\d_]+", " ", notice).encode("utf-8", "replace")
            ).hexdigest()
            if key in notices or len(notices) < _NOTICES:
                bearers = notices.setdefault(key, [])
                bearers.append((path, "" if bearers else notice))
    found = []
    for kind, values in (
        (EvidenceKind.SPDX_TAG, tags),
        (EvidenceKind.SOURCE_HEADER, dunders),
    ):
        for value, places in values.items():
            (path, line), share = places[0], (len(places), max(seen, len(places)))
            found.append(
                Evidence(
                    kind=kind, path=path, value=value, lines=(line, line), share=share
                )
            )
    for bearers in notices.values():
        (path, notice), share = bearers[0], (len(bearers), max(seen, len(bearers)))
        many = f"{len(bearers)} files" if len(bearers) > 1 else ""
        found.append(
            Evidence(
                kind=EvidenceKind.SOURCE_HEADER,
                path=path,
                text=notice,
                value=many,
                share=share,
            )
        )
    return found


def _speaks(head: bytes) -> bool:
    """Whether there is a word in it that a license notice would have."""
    lower = head.lower()
    return any(cue in lower for cue in _CUES) or (
        b"gpl" in lower and _GPL.search(lower) is not None
    )


def _comment(text: str) -> str:
    """The leading comment or docstring of a source file; "" when code comes first."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n")[:80]:
        bare = line.strip()
        if fence:
            lines.append(line)
            if fence in bare:
                fence = ""
            continue
        opened = re.match(r"[rbuRBU]{0,2}(\"\"\"|''')|(/\*)|(--\[\[)|(=begin)", bare)
        if opened:
            fence = (
                opened.group(1)
                or {"/*": "*/", "--[[": "]]", "=begin": "=end"}[opened.group(0)]
            )
            rest = bare[len(opened.group(0)) :]
            lines.append(line)
            if fence in rest:
                fence = ""
        elif not bare or bare.startswith(("#", "//", "%", ";", "--", "!", "'")):
            lines.append(line)
        else:
            break
    # Empty lines above it stay, so that a line of the notice is that line of the file.
    return "\n".join(lines).rstrip("\n")
