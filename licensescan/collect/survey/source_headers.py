"""
Read what source files say of licenses: SPDX tags, notices, `__license__`.

A package can carry an AGPL file behind an MIT label, and its notice can stand
anywhere: behind 3 KiB of banner, below the imports, in a constant, in the last
line. Each file is read whole, in pieces; most are dismissed by the words that
are not in them. Equal notices are one piece of evidence, with the first file
that has it and how many more do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from licensescan.collect.survey.notices import Block, notices
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, Problem
from licensescan.reader import Files, ReadError, cues, decode, speaks
from licensescan.rulebook.standing import is_beside

SOURCES = frozenset(
    (
        "py pyx pxd pyi c h hh hpp hxx cc cpp cxx cu cuh m mm java kt scala go rs rb lua php pl sh js mjs ts jsx tsx r"
        " f90 f cmake sql swift cs jl"
    ).split()
)
"""Endings of files that count for the share of a header."""

_OTHER_SOURCES = frozenset(
    (
        "html htm xhtml css scss sass less styl vue svelte xml xsl xslt svg tex sty cls bib ps1 psm1 bat cmd awk tcl "
        "el clj cljs hs ml mli erl ex exs dart groovy gradle vb pas asm s sv vhd vhdl metal glsl hlsl vert frag comp "
        "wgsl cl nim zig d ada adb ads m4 am ac in mk mak make cfg ini toml yaml yml bzl bazel star build proto thrift "
        "fbs graphql idl inc inl def ld pm t sage mojo lean lisp scm rkt bash zsh fish ksh csh jsp asp phtml twig j2 "
        "jinja jinja2 erb ejs hbs mustache pug haml f95 f03 f08 for fpp cjs mts cts coffee ipp tpp tcc ixx cppm "
        "hip ptx td ll mlir y yy l ll lex rl re nix dockerfile sol vy move cairo qml typ as hx gd wat cuf kts sc"
    ).split()
)
"""
Endings of other files with comments: read, but no header is missed in them.
"""

_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n*\"'<>]+)")
_TAG_WORD = "SPDX-License-Identifier"
_DUNDER_WORD = "__licen"
_DUNDER = re.compile(r"(?m)^__licen[cs]e__\s*=\s*([\"'])(.{1,200}?)\1")
_COMMENT_END = re.compile(r"\s*(\*/|-->?|-?\}|#\})\s*$")
_COPYRIGHT = re.compile(
    r"(?im)^\W*(?:copyright|\(c\)|©|spdx-filecopyrighttext)\b.*$"
)

_SHORT = 128
"""Bytes below which a file (an empty `__init__.py`) counts for no share."""

_STRINGS = 40
"""
Strings of a file that can be notices; a file with more is about licenses.
"""

_PIECE = 256 << 10
"""Bytes of a file that are read at once."""

_OVERLAP = 8 << 10
"""
Bytes that are read again with the next piece, so that no notice is cut in two.
"""

_MOST = 16 << 20
"""Bytes of a source file beyond which the rest is not read, which is told."""


class _Place(NamedTuple):
    """A line of a file, counted from 1."""

    path: str
    line: int


class _Piece(NamedTuple):
    """Bytes of a source file, and the number of lines before them."""

    data: bytes
    lines: int


@dataclass(slots=True)
class _Notice:
    """A notice as the first of its bearers has it, and the bearers."""

    path: str
    text: str
    files: int = 0
    last: str = ""

    def add(self, path: str) -> None:
        """Count a bearer once."""
        if path != self.last:
            self.files += 1
            self.last = path


@dataclass(slots=True)
class _Headers:
    """The headers of one component's source files, equal ones together."""

    tags: dict[str, list[_Place]] = field(default_factory=dict)
    dunders: dict[str, list[_Place]] = field(default_factory=dict)
    notices: dict[str, _Notice] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counted: int = 0
    """Files that are long enough to need a header."""

    def add(self, path: str, piece: _Piece) -> None:
        """Add a piece of a source file that has a word of licensing."""
        text = decode(piece.data).text
        self._add_values(path, text, piece.lines)
        found = list(notices(text, _ending(path)))
        strings = sum(block.quoted for block in found)
        if strings > _STRINGS:
            message = f"{strings} strings speak of licenses, as in a list of licenses; they were not read"
            self.problems.append(
                Problem(
                    rule=RuleId.EVIDENCE_TRUNCATED, path=path, message=message
                )
            )
            found = [block for block in found if not block.quoted]
        if is_beside(path):
            # A string below the head of a test is what the test is about.
            found = [b for b in found if not b.quoted or not b.line]
        for block in found:
            line = block.line + piece.lines
            self._add_notice(path, block._replace(line=line))

    def _add_values(self, path: str, text: str, lines: int) -> None:
        """
        Add the tags and the `__license__` of a text that begins at a line.
        """
        tags = _TAG.finditer(text) if _TAG_WORD in text else ()
        for tag in tags:
            place = _Place(path, lines + _line(text, tag.start()))
            places = self.tags.setdefault(_tag_value(tag[1]), [])
            if not places or places[-1].path != path:
                places.append(place)
        dunder = _DUNDER.search(text) if _DUNDER_WORD in text else None
        if dunder:
            place = _Place(path, lines + _line(text, dunder.start()))
            self.dunders.setdefault(dunder[2], []).append(place)

    def _add_notice(self, path: str, block: Block) -> None:
        # A tag is evidence by itself; what stands beside it may say otherwise.
        text = block.text
        if _TAG_WORD in text:
            text = _TAG.sub("", text)
        if text != block.text and not cues(text):
            return
        key = _key(text)
        notice = self.notices.get(key)
        if notice is None:
            # Empty lines keep a line of the notice that line of the file.
            text = "\n" * block.line + text.rstrip("\n")
            notice = self.notices[key] = _Notice(path, text)
        notice.add(path)

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


def headers(
    files: Files, paths: Iterable[str], problems: list[Problem] | None = None
) -> list[Evidence]:
    """
    Return the SPDX tags, `__license__` values and notices of the source files
    among `paths`; what could not be read is added to `problems`.

    Evidence of kind `spdx-tag` has the tag's expression as `value`; kind
    `source-header` has either a `value` (`__license__`) or a `text` (the
    notice itself). `share` is the number of files that bear it and the number
    of all; files too short to need a header are not counted.
    """
    collected = _Headers()
    for path in filter(is_source, paths):
        try:
            _look(files, path, collected)
        except ReadError as error:
            if error.problem.rule != RuleId.EVIDENCE_MISSING:
                collected.problems.append(error.problem)
    if problems is not None:
        problems += collected.problems
    return list(collected.evidence())


def _look(files: Files, path: str, collected: _Headers) -> None:
    """Add what one source file says to `collected`. Raises `ReadError`."""
    is_counted = _ending(path) in SOURCES
    for piece in _pieces(files, path):
        if is_counted and not piece.lines:
            collected.counted += len(piece.data) >= _SHORT
        if speaks(piece.data):
            collected.add(path, piece)


def is_source(path: str) -> bool:
    """
    Return True if the file at `path` is one whose comments are read here; a
    POM is read whole as what it is.
    """
    ending = _ending(path)
    if path.endswith("pom.xml"):
        return False
    return ending in SOURCES or ending in _OTHER_SOURCES


def _ending(path: str) -> str:
    """
    Return the ending of a file's name, else the name itself ("dockerfile").
    """
    return path[path.rfind("/") + 1 :].rsplit(".", 1)[-1].lower()


def _pieces(files: Files, path: str) -> Iterator[_Piece]:
    """
    Yield the file in pieces. Raises `ReadError` when it cannot be read to its
    end.
    """
    first = files.start(path, _PIECE)
    yield _Piece(first.data, 0)
    if not first.truncated:
        return
    offset = lines = 0
    data = first.data
    while len(data) == _PIECE:
        step = _PIECE - _OVERLAP
        lines += data.count(b"\n", 0, step)
        offset += step
        if offset >= _MOST:
            break
        data = files.read_at(path, offset, _PIECE)
        yield _Piece(data, lines)
    end = offset + (len(data) if offset < _MOST else 0)
    if end < first.size:
        message = f"{first.size} bytes: only the first {end} were read"
        raise ReadError(RuleId.EVIDENCE_TRUNCATED, path, message)


@lru_cache(maxsize=2048)
def _key(text: str) -> str:
    """
    Return what equal notices share: their words without lines of copyright.
    """
    plain = _COPYRIGHT.sub(lambda m: m[0] if cues(m[0]) else "", text)
    words = re.sub(r"[\W\d_]+", " ", plain).encode("utf-8", "replace")
    return hashlib.sha256(words).hexdigest()


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _tag_value(tag: str) -> str:
    """
    Return the expression of a tag without the end of the comment that it is
    in.
    """
    value = _COMMENT_END.sub("", tag).strip()
    if value.count(")") > value.count("("):
        return value.removesuffix(")").rstrip()
    return value
