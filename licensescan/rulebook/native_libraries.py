"""
The table of native libraries and programs, `rules/natives.toml`, and how a
file's name is looked up in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, parse_table
from licensescan.standards.gnu import FAMILIES as GNU_FAMILIES
from licensescan.standards.spdx_expression import alternatives, licenses
from licensescan.standards.spdx_text import family, has_exception, is_reference

_SHAPE = re.compile(r"^(.+?)(?:\.(?:so|dll|dylib|pyd|a|lib|exe)(?:\..*)?)$")
_HASH = re.compile(
    r"[-.][0-9a-f]{8}(?=[-.]|$)|-[0-9a-f]{32}(?=\.|$)|-[0-9a-f]{64}(?=\.|$)"
)
_DOTTED = re.compile(r"(?:\.\d+)+$")
_UNVERSIONED = re.compile(
    r"(?:[._-]?v?\d[\d.]*[a-z]?|[._-]x(?:64|86)|[._-]win(?:32|64)|[._-]amd64)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One way in which a row's license is decided: all of `find` in one string,
    or a file name, or a neighbour's.
    """

    license: str
    find: tuple[bytes, ...] = ()
    named: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One library of the table; see `docs/natives.md` for its keys. Strings are
    bytes: they are sought in binaries.
    """

    name: str
    license: str
    source: str
    patents: str = ""
    patents_in: tuple[str, ...] = ()
    anchors: tuple[bytes, ...] = ()
    strings: tuple[Claim, ...] = ()
    inside: tuple[bytes, ...] = ()
    within: tuple[str, ...] = ()

    def codec_in(
        self,
        paths: Sequence[str],
        *,
        is_linked: bool,
    ) -> str:
        """
        Return the first of the `paths` of this row on which patents bear that
        its license does not cover, "" without one. The names of what is linked
        in are those of its host, and tell nothing.
        """
        if not self.patents:
            return ""
        if is_linked or not self.patents_in:
            return paths[0]
        return next(filter(self._is_codec, paths), "")

    def _is_codec(self, path: str) -> bool:
        return any(
            fnmatchcase(stem, pattern)
            for stem in stems(path)
            for pattern in self.patents_in
        )

    @property
    def copyleft(self) -> bool:
        """
        Return True if each alternative that is open to all is a GNU license
        without an exception.
        """
        offered = [
            x for x in alternatives(self.license) if not is_reference(x)
        ]
        return bool(offered) and all(map(_is_copyleft, offered))


def _is_copyleft(alternative: str) -> bool:
    families = map(family, licenses(alternative))
    return not has_exception(alternative) and not GNU_FAMILIES.isdisjoint(
        families
    )


_TO_IT = re.compile(r"(?:^|[_.-])(?:adapt[eo]r|wrapper|shim)s?(?=[_.\d-]|$)")
"""
What a name goes on with when the library only leads to the one that it names
(`libgurobi_adaptor.so`).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    The rows by what a report calls them, and by stem: exact names, patterns
    that end in a star by what comes before it, and other patterns.
    """

    named: Mapping[str, Row]
    exact: Mapping[str, Row]
    prefixes: Mapping[str, Row]
    patterns: tuple[tuple[str, Row], ...]
    inside: tuple[Row, ...]
    within: tuple[tuple[str, Row], ...]

    def whose(self, path: str) -> Row | None:
        """Return the row whose folder the file lies in, whatever its name."""
        folder = "/" + path.lower()
        return next(
            (row for piece, row in self.within if piece in folder), None
        )

    def row(self, stem: str) -> Row | None:
        """
        Return the row that names `stem`: exactly, else by its longest
        beginning, else by a pattern.
        """
        if stem in self.exact:
            return self.exact[stem]
        for length in range(len(stem), 0, -1):
            if stem[:length] in self.prefixes and not _TO_IT.search(
                stem, length
            ):
                return self.prefixes[stem[:length]]
        return next(
            (
                row
                for pattern, row in self.patterns
                if fnmatchcase(stem, pattern)
            ),
            None,
        )


@cache
def table() -> Table:
    """
    Return the shipped table. Raises `PolicyError` for a row that cannot be
    used.
    """
    path = data_folder("rules") / "natives.toml"
    return read_natives(path.read_bytes(), label=path.name)


_KEYS = (
    "name",
    "match",
    "license",
    "source",
    "patents",
    "patents-in",
    "anchors",
    "strings",
    "inside",
    "within",
)


def read_natives(
    content: bytes,
    *,
    label: str,
) -> Table:
    """
    Return the table that a TOML document holds. Raises `PolicyError`, with the
    line, for a row that cannot be used.
    """
    exact: dict[str, Row] = {}
    prefixes: dict[str, Row] = {}
    patterns: list[tuple[str, Row]] = []
    rows: list[Row] = []
    for block in parse_table(content, label).tables("native"):
        row = _row(block)
        rows.append(row)
        for stem in block.strings("match"):
            head = stem.rstrip("*")
            if "*" in head:
                patterns.append((stem, row))
                continue
            taken = exact if head == stem else prefixes
            if taken.setdefault(head, row) is not row:
                raise block.error("match", f"{stem} is already taken", stem)
    return Table(
        named={row.name: row for row in rows},
        exact=exact,
        prefixes=prefixes,
        patterns=tuple(patterns),
        inside=tuple(row for row in rows if row.inside),
        within=tuple((piece, row) for row in rows for piece in row.within),
    )


def _row(block: StrictTable) -> Row:
    block.check_keys(*_KEYS)
    if not block.strings("match"):
        raise block.missing("match")
    return Row(
        name=block.needed("name"),
        license=block.needed("license"),
        source=block.needed("source"),
        patents=block.text("patents"),
        patents_in=block.strings("patents-in"),
        anchors=_encoded(block.strings("anchors")),
        strings=tuple(map(_claim, block.tables("strings"))),
        inside=_encoded(block.strings("inside")),
        within=block.strings("within"),
    )


def _claim(block: StrictTable) -> Claim:
    block.check_keys("license", "find", "named", "beside")
    return Claim(
        license=block.needed("license"),
        find=_encoded(block.strings("find")),
        named=block.strings("named"),
        beside=block.strings("beside"),
    )


def _encoded(words: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in words)


@lru_cache(maxsize=8192)
def stems(name: str) -> tuple[str, ...]:
    """
    Return the names under which a file is looked up, the most telling first.

    >>> stems("libgfortran-040039e1-0352e75f.so.5.0.0")
    ('gfortran',)
    >>> stems("libopenblasp-r0-59ffcd50.3.15.so")
    ('openblasp-r0.3.15', 'openblasp-r0', 'openblasp-r')
    """
    lower = plain_name(name)
    found = _SHAPE.match(lower)
    stem = found.group(1) if found else lower
    stem = stem.removeprefix("lib") or stem
    answers = [stem]
    while True:
        # "openjp2.2.4.0" is openjp2, and the 2 is a piece of its name.
        shorter = _DOTTED.sub("", stem)
        shorter = _UNVERSIONED.sub("", stem) if shorter == stem else shorter
        if shorter == stem or not shorter:
            return tuple(answers)
        answers.append(shorter)
        stem = shorter


def plain_name(name: str) -> str:
    """
    Return a file's name in lower case, without folders and without the hashes
    that wheel repair tools put into it.
    """
    _, _, base = name.rpartition("/")
    return _HASH.sub("", base.lower())


@lru_cache(maxsize=8192)
def library_of(name: str) -> Row | None:
    """Return the row that a file of this name belongs to."""
    rows = map(table().row, stems(name))
    return next(filter(None, rows), None)
