"""
Read the first lines of source files: SPDX tags, license notices, `__license__`.

A package can carry an AGPL file behind an MIT label. Each source file's first 2 KiB are
read; most are dismissed by the words that are not in them, and equal notices are kept
once, with the first file that has them and how many more do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

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
    b"spdx-license-identifier",
    b"licensed under",
    b"license agreement",
    b"__license__",
    b"__licence__",
    b"general public license",
    b"general public licence",
    b"affero",
    b"noncommercial",
    b"non-commercial",
    b"additional grant of patent",
    b"patents file",
    b"proprietary and confidential",
    b"permission is hereby granted",
    b"redistribution and use",
    b"commercial use",
    b"commercial purpose",
    b"research use",
    b"research purpose",
)
"""
Words of a notice, searched one after the other: as one regular expression without
regard to case they cost 20 times as much.
"""

_GPL = re.compile(rb"\ba?l?gpl\b")
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n*\"'<>]+)")
_DUNDER = re.compile(r"(?m)^__licen[cs]e__\s*=\s*([\"'])(.{1,200}?)\1")
_COMMENT_END = re.compile(r"\s*(\*/|-->)\s*$")

_SHORT = 128
"""Bytes below which a file (an empty `__init__.py`) counts for no share."""

_NOTICES = 40
"""Different notices that are kept of one component: real trees have a handful."""

_COMMENT_LINES = 80
"""Lines of a file that its leading comment is looked for in."""

_OPENING = re.compile(r"[rbuRBU]{0,2}(\"\"\"|'''|/\*|--\[\[|=begin)")
_CLOSING = {"/*": "*/", "--[[": "]]", "=begin": "=end"}
"""What ends a comment of several lines, where that is not what began it."""

_MARGINS = ("#", "//", "%", ";", "--", "!", "'")
"""How a line of a comment begins."""


class _Place(NamedTuple):
    """A line of a file, counted from 1."""

    path: str
    line: int


@dataclass(slots=True)
class _Notice:
    """A notice as the first of its bearers has it, and the number of bearers."""

    path: str
    text: str
    files: int = 0


@dataclass(slots=True)
class _Headers:
    """The headers of one component's source files, equal ones together."""

    tags: dict[str, list[_Place]] = field(default_factory=dict)
    dunders: dict[str, list[_Place]] = field(default_factory=dict)
    notices: dict[str, _Notice] = field(default_factory=dict)
    counted: int = 0
    """Files that are long enough to need a header."""

    def add(self, path: str, head: bytes) -> None:
        """Add the first bytes of a source file."""
        self.counted += len(head) >= _SHORT
        if not _may_speak(head):
            return
        text = decode(head).text
        tag = _TAG.search(text)
        if tag:
            place = _Place(path, _line(text, tag.start()))
            self.tags.setdefault(_tag_value(tag[1]), []).append(place)
            return
        dunder = _DUNDER.search(text)
        if dunder:
            place = _Place(path, _line(text, dunder.start()))
            self.dunders.setdefault(dunder[2], []).append(place)
        notice = _leading_comment(text)
        if notice and _may_speak(notice.encode("utf-8", "replace")):
            self._add_notice(path, notice)

    def _add_notice(self, path: str, text: str) -> None:
        words = re.sub(r"[\W\d_]+", " ", text).encode("utf-8", "replace")
        key = hashlib.sha256(words).hexdigest()
        if key not in self.notices:
            if len(self.notices) >= _NOTICES:
                return
            self.notices[key] = _Notice(path, text)
        self.notices[key].files += 1

    def evidence(self) -> Iterator[Evidence]:
        """Yield one piece of evidence for each tag, value and notice."""
        yield from self._values(EvidenceKind.SPDX_TAG, self.tags)
        yield from self._values(EvidenceKind.SOURCE_HEADER, self.dunders)
        for notice in self.notices.values():
            yield Evidence(
                kind=EvidenceKind.SOURCE_HEADER,
                path=notice.path,
                text=notice.text,
                value=f"{notice.files} files" if notice.files > 1 else "",
                share=self._share(notice.files),
            )

    def _values(
        self, kind: EvidenceKind, values: dict[str, list[_Place]]
    ) -> Iterator[Evidence]:
        for value, places in values.items():
            path, line = places[0]
            yield Evidence(
                kind=kind,
                path=path,
                value=value,
                lines=(line, line),
                share=self._share(len(places)),
            )

    def _share(self, files: int) -> tuple[int, int]:
        return files, max(self.counted, files)


def headers(files: Files, paths: Iterable[str]) -> list[Evidence]:
    """
    Return the SPDX tags, `__license__` values and notices of the source files among
    `paths`.

    Evidence of kind `spdx-tag` has the tag's expression as `value`; kind
    `source-header` has either a `value` (`__license__`) or a `text` (the header
    itself). `share` is the number of files that bear it and the number of all; files
    too short to need a header are not counted.
    """
    collected = _Headers()
    for path in paths:
        if path.rsplit(".", 1)[-1].lower() not in SOURCES:
            continue
        try:
            head = files.read_at(path, 0, HEAD_BYTES)
        except ReadError:
            continue
        collected.add(path, head)
    return list(collected.evidence())


def _may_speak(head: bytes) -> bool:
    """Return True if `head` has a word that a license notice would have."""
    lower = head.lower()
    if any(cue in lower for cue in _CUES):
        return True
    return b"gpl" in lower and _GPL.search(lower) is not None


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _tag_value(tag: str) -> str:
    """Return the expression of a tag without the end of the comment that it is in."""
    value = _COMMENT_END.sub("", tag).strip()
    if value.count(")") > value.count("("):
        return value.removesuffix(")").rstrip()
    return value


def _leading_comment(text: str) -> str:
    """
    Return the leading comment or docstring of a source file; "" when code comes first.
    Empty lines above it stay, so that a line of the notice is that line of the file.
    """
    lines: list[str] = []
    closing = ""
    for line in text.split("\n")[:_COMMENT_LINES]:
        bare = line.strip()
        opening = None if closing else _OPENING.match(bare)
        if opening:
            closing = _CLOSING.get(opening[1], opening[1])
            bare = bare[opening.end() :]
        elif not closing and bare and not bare.startswith(_MARGINS):
            break
        lines.append(line)
        if closing and closing in bare:
            closing = ""
    return "\n".join(lines).rstrip("\n")
