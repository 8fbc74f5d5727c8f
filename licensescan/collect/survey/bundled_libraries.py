"""
Identify bundled native libraries and programs, by name first and by their
strings second.

The table is `rules/natives.toml`; `docs/natives.md` says how a file is
identified and what cannot be seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from licensescan.collect.binaries import (
    Binary,
    BinaryError,
    read_binary,
    read_texts,
)
from licensescan.collect.formats.build_lists import go_modules, rust_crates
from licensescan.collect.survey.file_roles import base_name
from licensescan.collect.survey.library_claims import (
    Claimed,
    claimed_by,
    matches_any,
    shown,
)
from licensescan.collect.survey.linked_libraries import (
    LinkedLibraries,
    strings_with,
)
from licensescan.collect.survey.own_names import OwnNames
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    Problem,
    Purl,
    Relation,
)
from licensescan.reader import Files, MissingError, ReadError
from licensescan.rulebook.native_libraries import (
    Row,
    library_of,
    plain_name,
    stems,
    table,
)
from licensescan.standards.gnu import is_gnu
from licensescan.standards.purl import part_purl
from licensescan.standards.spdx_expression import join_and
from licensescan.standards.spdx_text import family

_LIBRARY = re.compile(
    r"\.(?:so(?:[.\d][\w.\-+]*)?|dll|dylib|pyd|a|lib|exe)$", re.IGNORECASE
)
_MODULE = re.compile(
    r"\.(?:cpython-\w+|pypy\w+|abi3|cp\d+)[\w-]*\.(?:so|pyd)$|\.pyd$"
)
_FOREIGN = re.compile(r"(?:^|/)(?:[^/]*\.libs|[^/]*\.dylibs|__dot__dylibs)/")
_PROGRAMS = re.compile(
    r"(?:^|/)s?bin(?:aries|ary)?/[^/]+$|(?:^|/)(?:exe|lib|libexec|tools)/[^/]+$"
)
_PLAIN = frozenset(
    (
        "py pyc pyi pyo pyx pxd txt md rst json yaml yml toml cfg ini h hh hpp hxx cu cuh c cc cpp cxx m mm js mjs ts "
        "css html htm xml svg png jpg jpeg gif ico csv tsv npy npz pkl gz bz2 xz zip whl jar sh bat ps1 cmake pc la in "
        "typed qml qmltypes metainfo prl pri prf conf po mo qm ttf otf woff woff2 proto pem crt bc ptx cubin f90 f mod "
        "map lua pl r dat bin sql template"
    ).split()
)
_INFO = re.compile(r"\.(?:dist|egg)-info/")
_LINKED_BYTES = 128 << 20
"""Bytes of strings of one binary that are searched for libraries linked in."""

_LINKED_TOTAL = 1 << 30
"""Bytes of strings of all binaries of a component that are searched."""

_LARGE = 16 << 20
"""Bytes of a library or program that something has to explain."""

_TEXT_BYTES = 96 << 20
"""Bytes of strings of one library whose strings decide."""

_TEXT_TOTAL = 512 << 20
"""Bytes of strings of all such libraries of a component."""

_INFLATED = 1 << 30
"""
Natives of one archive that are opened, in bytes: what is inflated costs a
second for each 250 MB, and one library of open3d has 770 MB.
"""

_LIST_BYTES = 4 << 20
"""Bytes of the list of modules of a build that are read."""

_MODULES = 4
"""Modules of a build that a part is called after."""

_SHOWN = 40
"""Files of one library, and names of unlisted ones, that are shown."""


@dataclass(slots=True, kw_only=True)
class _Library:
    """
    One library under one license: its files, and the strings that decided,
    with the file they are in.
    """

    row: Row
    license: str
    relation: Relation
    version: str = ""
    files: list[str] = field(default_factory=list)
    quotes: list[Evidence] = field(default_factory=list)

    def component(self, purl: Purl) -> Component:
        """
        Return one part of `purl`, with its files and the deciding strings as
        evidence; past 40 files they are only counted.
        """
        path = self.files[0]
        more = len(self.files) - _SHOWN
        notes = [f"license from the table of natives ({self.row.source})"]
        if more > 0:
            notes.append(f"and {more} more files")
        evidence = [
            Evidence(kind=EvidenceKind.NATIVE, path=file, value=self.license)
            for file in self.files[:_SHOWN]
        ]
        return Component(
            purl=part_purl(purl, path),
            name=self.row.name,
            version=self.version,
            kind="native",
            relation=self.relation,
            path=path,
            evidence=(*evidence, *self.quotes),
            problems=tuple(self._pools()),
            note="; ".join(notes),
        )

    def _pools(self) -> Iterator[Problem]:
        """Yield what patents bear on, whatever the license grants."""
        is_linked = bool(self.quotes) and self.relation == "static"
        path = self.row.codec_in(self.files, is_linked=is_linked)
        if path:
            message = f"{self.row.name}: {self.row.patents}"
            yield Problem(rule=RuleId.PATENT_POOL, path=path, message=message)


class _Sign(NamedTuple):
    """
    The string that shows a library to be linked in, and the version that
    another string states.
    """

    quote: str
    version: str = ""


def parts(
    files: Files,
    paths: Sequence[str],
    *,
    purl: Purl,
    own_names: Collection[str],
    by_name: bool = False,
    listed: Collection[str] = (),
) -> tuple[list[Component], list[Problem]]:
    """
    Return the bundled libraries and programs among `paths`, one component for
    each library and license.

    `own_names` holds the names that mean the component itself, in lower case:
    a library called so is its own, unless the table knows it on terms that a
    name does not settle. Files that are listed and not there are judged by
    name, and with `by_name` all are. `listed` are modules, with version, some
    of what a bill of materials lists: a build that has one of them is the one
    that the bill is about.
    """
    inflated = _INFLATED if files.inflates else None
    search = _Search(
        files, paths, own_names, inflated=inflated, by_name=by_name
    )
    for path in paths:
        search.look(path)
    search.modules()
    search.forget_modules(listed)
    return search.components(purl), search.problems()


class _Search:
    """
    One walk over a component's files; `inflated` is how many bytes of them may
    be opened, or None without a limit; none are `by_name`.
    """

    def __init__(
        self,
        files: Files,
        paths: Sequence[str],
        own_names: Collection[str],
        *,
        inflated: int | None = None,
        by_name: bool = False,
    ) -> None:
        self._files = files
        self._is_by_name = by_name
        self._paths = paths
        self._own = OwnNames(own_names)
        self._libraries: dict[tuple[str, str, Relation], _Library] = {}
        self._unlisted: list[str] = []
        self._broken: list[Problem] = []
        self._modules: list[str] = []
        self._hosts: list[tuple[str, Row]] = []
        self._linked_left = _LINKED_TOTAL
        self._unsearched: list[str] = []
        self._modules_of: dict[str, list[str]] = {}
        self._texts_left = _TEXT_TOTAL
        self._inflated_left = inflated
        self._neighbours: dict[str, frozenset[str]] = {}

    def look(self, path: str) -> None:
        """Decide which library one file is, and note it."""
        name = base_name(path)
        if name.rpartition(".")[2].lower() in _PLAIN:
            return
        if not _LIBRARY.search(name):
            if not _INFO.search(path):
                self._look_at_program(path, name)
        elif _FOREIGN.search(path):
            self._look_at_foreign(path, name)
        elif _is_module(name):
            self._modules.append(path)
        else:
            self._look_at_library(path, name)

    def _look_at_foreign(self, path: str, name: str) -> None:
        """Look at a library in a folder that a repairing tool filled."""
        row = table().whose(path) or library_of(name)
        if row is not None:
            self._add(row, path, _relation(name))
            self._hosts.append((path, row))
            return
        is_own = self._own.mean(name)
        binary = self._open(path, needed=not is_own)
        if is_own:
            self._search_inside(path, binary)
        elif not self._add_by_own_name(path, binary):
            self._unlisted.append(path)

    def _look_at_library(self, path: str, name: str) -> None:
        row = table().whose(path) or library_of(name)
        if row is not None:
            if self._own.mean_row(name, row):
                self._modules.append(path)
            else:
                self._add(row, path, _relation(name))
                self._hosts.append((path, row))
            return
        binary = self._open(path)
        is_own = self._own.mean(name)
        if not is_own and self._add_by_own_name(path, binary):
            return
        is_explained = self._search_inside(path, binary)
        if not is_own and not is_explained:
            self._note_unexplained(path)

    def _add_by_own_name(self, path: str, binary: Binary | None) -> bool:
        """
        Add a library by what it calls itself. Returns False for an unknown
        name.
        """
        if binary is None:
            return False
        for name in (binary.soname, binary.package):
            row = library_of(name) if name else None
            if row is not None:
                self._add(row, path, "bundled", binary)
                return True
        return False

    def _look_at_program(self, path: str, name: str) -> None:
        """
        Look at a file without a telling suffix: its name must be in the table
        or its folder one of programs.
        """
        row = library_of(name)
        if row is None and (
            path.startswith("..") or not _PROGRAMS.search(path)
        ):
            return
        binary = self._open(path)
        if binary is None or binary.format == "archive":
            return
        if row is not None and not self._own.mean_row(name, row):
            self._add(row, path, "bundled", binary)
            self._search_inside(path, binary, row)
        elif not self._search_inside(path, binary):
            self._note_unexplained(path)

    def modules(self) -> None:
        """
        Search the component's own files, then the libraries that the table
        knows: of what is linked into them only strings give anything away.
        """
        for path in self._modules:
            self._search_inside(path, self._open(path))
        for path, row in self._hosts:
            self._search_inside(path, self._open(path), row)

    def forget_modules(self, listed: Collection[str]) -> None:
        """Leave out the builds of which a bill of materials has modules."""
        self._modules_of = {
            path: modules
            for path, modules in self._modules_of.items()
            if set(modules).isdisjoint(listed)
        }

    def _search_inside(
        self, path: str, binary: Binary | None, host: Row | None = None
    ) -> bool:
        """
        Add the libraries that strings of the binary show to be linked into it;
        `host` is the library that it is itself. Returns True if its strings
        explain it: they name the component or a library.
        """
        if binary is None or binary.format == "archive":
            return True
        linked = LinkedLibraries()
        is_own = False
        modules: list[str] = self._crates(path, binary)
        for piece in self._pieces(path, binary):
            linked.feed(piece)
            modules += go_modules(piece)
            is_own = is_own or self._own.speak_in(piece)
        found = [
            library
            for library in linked.found()
            if library.row != host and not self._own.are(library.row)
        ]
        for library in found:
            sign = _Sign(shown(library.quote), library.version)
            self._add(library.row, path, _inside(host), binary, sign)
        if modules:
            self._modules_of[path] = list(dict.fromkeys(modules))
        return is_own or bool(found or modules)

    def _crates(self, path: str, binary: Binary) -> list[str]:
        """Return the crates that the build of a binary lists."""
        start, size = binary.crates
        if size > _LIST_BYTES:
            self._unsearched.append(path)
        if not 0 < size <= _LIST_BYTES:
            return []
        try:
            return rust_crates(self._files.read_at(path, start, size))
        except ReadError as error:
            self._note_unread(error)
        except ValueError as error:
            self._note_broken(path, f"the list of its crates: {error}")
        return []

    def _pieces(self, path: str, binary: Binary) -> Iterator[bytes]:
        """
        Yield the strings of a binary, as far as they may be searched for what
        is linked in; what is beyond is noted.
        """
        limit = min(_LINKED_BYTES, self._linked_left)
        if sum(size for _, size in binary.texts) > limit:
            self._unsearched.append(path)
        try:
            for piece in read_texts(self._files, path, binary, limit):
                self._linked_left -= len(piece)
                yield piece
        except ReadError as error:
            self._note_unread(error)

    def _note_unexplained(self, path: str) -> None:
        """Note a large library or program that nothing explains."""
        if self._files.size(path) >= _LARGE:
            self._unlisted.append(path)

    def _open(self, path: str, *, needed: bool = False) -> Binary | None:
        """
        Return what the binary says of itself; None for a file that is not
        there (its name must do) or is no binary.

        One that makes no sense is searched as a whole; it is a problem only if
        it is `needed` since nothing else identifies it.
        """
        try:
            return (
                read_binary(self._files, path)
                if self._can_open(path)
                else None
            )
        except ReadError as error:
            if error.problem.rule == RuleId.EVIDENCE_TRUNCATED:
                return self._broken_binary(path)
            if needed:
                self._note_unread(error)
            return None
        except BinaryError as error:
            if needed:
                self._note_broken(path, f"as a binary: {error}")
            return self._broken_binary(path)

    def _broken_binary(self, path: str) -> Binary:
        """Return a binary all of which is searched for strings."""
        whole = (0, self._files.size(path))
        return Binary(format="broken", texts=(whole,))

    def _can_open(self, path: str) -> bool:
        """
        Return True if this member may still be inflated, and count it: its
        headers point to its end.
        """
        if self._is_by_name:
            return False
        if self._inflated_left is None:
            return True
        size = self._files.size(path)
        if size > self._inflated_left:
            self._unsearched.append(path)
            return False
        self._inflated_left -= size
        return True

    def _note_unread(self, error: ReadError) -> None:
        problem = error.problem
        if problem.rule == RuleId.EVIDENCE_TRUNCATED:
            self._unsearched.append(problem.path)
        elif not isinstance(error, MissingError):
            self._broken.append(problem)

    def _note_broken(self, path: str, message: str) -> None:
        rule = RuleId.EVIDENCE_UNREADABLE
        self._broken.append(Problem(rule=rule, path=path, message=message))

    def _add(
        self,
        row: Row,
        path: str,
        relation: Relation,
        binary: Binary | None = None,
        sign: _Sign | None = None,
    ) -> None:
        """
        Add a file of the library in `row`; `sign` shows one that is linked
        into the file, which is called otherwise.
        """
        if row.anchors:
            binary = binary or self._open(path)
        claimed = self._claimed(row, path, binary, sign)
        license_, loaded = _with_needed(claimed.license, binary)
        library = self._libraries.setdefault(
            (row.name, license_, relation),
            _Library(row=row, license=license_, relation=relation),
        )
        library.files.append(path)
        if not library.quotes:
            library.quotes = [
                Evidence(
                    kind=EvidenceKind.NATIVE_STRING, path=path, value=value
                )
                for value in (claimed.quote, loaded)
                if value
            ]
        if not library.version:
            stated = binary.version if binary and not sign else ""
            library.version = sign.version if sign else stated

    def _claimed(
        self, row: Row, path: str, binary: Binary | None, sign: _Sign | None
    ) -> Claimed:
        """
        Return the license that the first claim of the row gives the file that
        its name or strings bear out, else the row's own.
        """
        claimed = None if sign else self._by_name(row, path)
        if claimed is None and row.anchors:
            claimed = self._by_strings(row, path, binary)
        quote = sign.quote if sign else ""
        if claimed is None:
            return Claimed(row.license, quote)
        return Claimed(claimed.license, claimed.quote or quote)

    def _by_name(self, row: Row, path: str) -> Claimed | None:
        """
        Return the first claim of the row that the file's name or folder
        fulfils.
        """
        name = plain_name(path)
        for claim in row.strings:
            if matches_any(name, claim.named):
                return Claimed(claim.license)
            if claim.beside and any(
                matches_any(stem, claim.beside) for stem in self._beside(path)
            ):
                return Claimed(claim.license)
        return None

    def _beside(self, path: str) -> frozenset[str]:
        """Return the stems of the libraries in the file's folder."""
        folder = path.rpartition("/")[0]
        if folder not in self._neighbours:
            prefix = folder + "/"
            names = [
                p.removeprefix(prefix)
                for p in self._paths
                if p.startswith(prefix)
            ]
            libraries = (
                n for n in names if _LIBRARY.search(n) and "/" not in n
            )
            self._neighbours[folder] = frozenset(
                stems(n)[0] for n in libraries
            )
        return self._neighbours[folder]

    def _by_strings(
        self,
        row: Row,
        path: str,
        binary: Binary | None,
    ) -> Claimed | None:
        """
        Return the first claim of the row that strings of the file bear out.
        """
        if binary is None:
            return None
        limit = min(_TEXT_BYTES, self._texts_left)
        if sum(size for _, size in binary.texts) > limit:
            self._unsearched.append(path)
        try:
            for piece in read_texts(self._files, path, binary, limit):
                self._texts_left -= len(piece)
                strings = (
                    text
                    for anchor in row.anchors
                    for text in strings_with(piece, anchor)
                )
                license_ = claimed_by(row, list(strings))
                if license_ is not None:
                    return license_
        except ReadError as error:
            self._note_unread(error)
        return None

    def components(self, purl: Purl) -> list[Component]:
        """Return a part for each library, in the order of the first files."""
        return [
            *(library.component(purl) for library in self._libraries.values()),
            *(
                _unread_modules(purl, path, modules)
                for path, modules in self._modules_of.items()
            ),
        ]

    def problems(self) -> list[Problem]:
        """
        Return one problem for all libraries that the table lacks, and one for
        each that cannot be read.
        """
        problems = [*self._broken, *self._limits()]
        if not self._unlisted:
            return problems
        names = sorted({plain_name(p) for p in self._unlisted})
        first = ", ".join(names[:_SHOWN])
        if len(names) > _SHOWN:
            first += f" and {len(names) - _SHOWN} more"
        plural = "y that is" if len(names) == 1 else "ies that are"
        unlisted = Problem(
            rule=RuleId.NATIVE_UNLISTED,
            path=self._unlisted[0],
            message=f"{len(names)} bundled librar{plural} not in the table of natives: {first}",
        )
        return [*problems, unlisted]

    def _limits(self) -> Iterator[Problem]:
        """Yield one problem for all binaries that were not searched whole."""
        paths = sorted(set(self._unsearched))
        if paths:
            message = (
                f"{len(paths)} binaries are more than is searched for"
                f" libraries linked in, first: {paths[0]}"
            )
            yield Problem(
                rule=RuleId.EVIDENCE_TRUNCATED, path=paths[0], message=message
            )


def _unread_modules(
    purl: Purl, path: str, modules: Sequence[str]
) -> Component:
    """Return the modules that a build lists as a part that nobody has read."""
    more = len(modules) - _MODULES
    first = ", ".join(modules[:_MODULES])
    first += f" and {more} more" if more > 0 else ""
    message = f"the build lists {len(modules)} modules, whose terms are not here: {first}"
    return Component(
        purl=part_purl(purl, path),
        name=first,
        version="",
        kind="source",
        relation="static",
        path=path,
        problems=(
            Problem(rule=RuleId.TERMS_UNREAD, path=path, message=message),
        ),
    )


def _inside(host: Row | None) -> Relation:
    """
    Return how a library inside another is contained: what a copyleft library
    carries can be replaced together with it.
    """
    return "bundled" if host is not None and host.copyleft else "static"


def _relation(name: str) -> Relation:
    return "static" if name.lower().endswith((".a", ".lib")) else "bundled"


def _is_module(name: str) -> bool:
    """
    Return True if Python imports the file: it is tagged for an interpreter, or
    called `name.so` where a library is `libname.so`.
    """
    if _MODULE.search(name):
        return True
    return name.endswith(".so") and not name.startswith("lib")


def _with_needed(license_: str, binary: Binary | None) -> tuple[str, str]:
    """
    Return the license with that of a GPL library that the binary loads, and
    what says so: a library that claims the LGPL and loads one is bound by
    both, whatever its configure line says.
    """
    if binary is None or not is_gnu(license_) or family(license_) != "LGPL":
        return license_, ""
    for name in binary.needed:
        row = library_of(name)
        if row is not None and _is_gpl_alone(row.license):
            return join_and(license_, row.license), f"NEEDED {name}"
    return license_, ""


def _is_gpl_alone(license_: str) -> bool:
    return is_gnu(license_) and family(license_) != "LGPL"
