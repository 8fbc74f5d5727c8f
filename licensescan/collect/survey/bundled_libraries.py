"""
Whose library is this? Bundled native libraries and programs, identified by name first
and by their strings second.

The table is `rules/natives.toml`; `docs/natives.md` says how a file is identified and
what cannot be seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from licensescan.collect.binaries import Binary, BinaryError, read_binary, read_texts
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Problem, Purl, Relation
from licensescan.reader import Files, MissingError, ReadError
from licensescan.rulebook.native_libraries import (
    Claim,
    Row,
    known,
    plain_name,
    stems,
    table,
)

_LIBRARY = re.compile(
    r"\.(?:so(?:[.\d][\w.\-+]*)?|dll|dylib|pyd|a|lib|exe)$", re.IGNORECASE
)
_MODULE = re.compile(r"\.(?:cpython-\w+|pypy\w+|abi3|cp\d+)[\w-]*\.(?:so|pyd)$|\.pyd$")
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
_COMMON = frozenset(
    "core base linux binary data cpu gpu lib api python tools native runtime headless".split()
)

_PEEKS = 64
"""Files without a telling name whose first bytes are looked at, per component."""
_OWN_BYTES = 4 << 20
"""
Strings of one own module that are searched for libraries linked in: configure lines are
rarely far behind.
"""
_OWN_TOTAL = 32 << 20
_TEXT_BYTES = 96 << 20
"""Strings of one library whose strings decide, and of all such of a component."""
_TEXT_TOTAL = 512 << 20
_INFLATED = 256 << 20
"""
Natives of one archive that are opened, in bytes: what is inflated costs a second for
each 250 MB.
"""
_PIECE = 48 << 20
_SHOWN = 40
_QUOTE = 200


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)


def _is_module(name: str) -> bool:
    """
    Whether Python imports the file: tagged for an interpreter, or `name.so` where a
    library is `libname.so`.
    """
    return _MODULE.search(name) is not None or (
        name.endswith(".so") and not name.startswith("lib")
    )


def _names(binary: Binary | None) -> Iterator[str]:
    """What a binary calls itself."""
    return (n for n in (binary.soname, binary.package) if n) if binary else iter(())


def _strings(piece: bytes, needle: bytes) -> Iterator[bytes]:
    """The NUL-ended strings of `piece` that hold `needle`, the first 64."""
    at = 0
    for _ in range(64):
        at = piece.find(needle, at)
        if at < 0:
            return
        start = piece.rfind(b"\0", max(0, at - 4096), at) + 1
        end = piece.find(b"\0", at, at + 4096)
        end = len(piece[: at + 4096]) if end < 0 else end
        yield piece[start or max(0, at - 4096) : end]
        at = end


def _bears(claim: Claim, said: Iterable[bytes]) -> bytes | None:
    """The first string that holds all that the claim looks for."""
    return next(
        (s for s in said if claim.find and all(f in s for f in claim.find)), None
    )


def _shown(quote: bytes, needle: bytes) -> str:
    """
    The string as evidence: on one line, 200 characters with the needle among them.
    """
    at = (
        max(quote.find(needle) - _QUOTE // 2, 0)
        if quote.find(needle) + len(needle) > _QUOTE
        else 0
    )
    words = quote[at : at + _QUOTE].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in words).strip()


def _with_needed(answer: str, binary: Binary | None) -> tuple[str, str]:
    """
    A library that claims the LGPL and loads a GPL library is bound by both, whatever
    its configure line says.
    """
    if binary is not None and answer.startswith("LGPL-") and " " not in answer:
        for name in binary.needed:
            row = known(name)
            if (
                row is not None
                and row.license.startswith(("GPL-", "AGPL-"))
                and " " not in row.license
            ):
                return f"{answer} AND {row.license}", f"NEEDED {name}"
    return answer, ""


def _component(found: _Found, purl: Purl) -> Component:
    """
    One part, with its files and the deciding strings as evidence; past 40 files they
    are only counted.
    """
    path = found.files[0]
    shown = found.files[:_SHOWN]
    more = len(found.files) - len(shown)
    notes = [f"license from the table of natives ({found.row.source})"]
    notes += [f"patents: {found.row.patents}"] if found.row.patents else []
    notes += [f"and {more} more files"] if more else []
    return Component(
        purl=Purl(f"{purl}#{path}"),
        name=found.row.name,
        version=found.version,
        kind="native",
        relation=found.relation,
        path=path,
        evidence=(
            *(
                Evidence(kind=EvidenceKind.NATIVE, path=p, value=found.license)
                for p in shown
            ),
            *found.quotes,
        ),
        note="; ".join(notes),
    )


@dataclass(slots=True, kw_only=True)
class _Found:
    """
    One library under one license: its files, and the string that decided, with the file
    it is in.
    """

    row: Row
    license: str
    relation: Relation
    version: str = ""
    files: list[str] = field(default_factory=list)
    quotes: list[Evidence] = field(default_factory=list)


def parts(
    files: Files,
    paths: Sequence[str],
    *,
    purl: Purl,
    own: Collection[str],
    by_name: bool = False,
) -> tuple[list[Component], list[Problem]]:
    """
    The bundled libraries and programs among `paths`, one component for each library and
    license.

    `own` holds the names that mean the component itself, in lower case: a library
    called so is its own, unless the table knows it on terms that a name does not
    settle. Files that are listed and not there are judged by name, and with `by_name`
    all are.
    """
    search = _Search(
        files, paths, own, purse=0 if by_name else _INFLATED if files.inflates else None
    )
    for path in paths:
        search.look(path)
    search.modules()
    return search.components(purl), search.problems()


class _Search:
    """
    One walk over a component's files; a class because every step adds to the same
    findings.
    """

    def __init__(
        self,
        files: Files,
        paths: Sequence[str],
        own: Collection[str],
        *,
        purse: int | None = None,
    ) -> None:
        self.files = files
        self.paths = paths
        self.own = tuple(o for o in own if len(o) > 2 and o not in _COMMON)
        self.found: dict[tuple[str, str, Relation], _Found] = {}
        self.unlisted: list[str] = []
        self.broken: list[Problem] = []
        self.peeks = _PEEKS
        self.own_files: list[str] = []
        self.left = _OWN_TOTAL
        self.texts = _TEXT_TOTAL
        self.purse = purse
        self.neighbours: dict[str, frozenset[str]] = {}

    def look(self, path: str) -> None:
        """Decide what one file is, and note it."""
        name = path.rsplit("/", 1)[-1]
        if name.rpartition(".")[2].lower() in _PLAIN:
            return
        if _LIBRARY.search(name):
            foreign = _FOREIGN.search(path) is not None
            if not foreign and _is_module(name):
                self.own_files.append(path)
            else:
                self._library(path, name, foreign)
        elif not _INFO.search(path):
            self._program(path, name)

    def _library(self, path: str, name: str, foreign: bool) -> None:
        row = table().whose(path) or known(name)
        if row is not None:
            if self._is_own(name, row) and not foreign:
                self.own_files.append(path)
            else:
                self._add(
                    row,
                    path,
                    "static" if name.lower().endswith((".a", ".lib")) else "bundled",
                )
            return
        own = self._is_own(name)
        binary = self._open(path, needed=foreign and not own)
        row = None if own else next((r for r in map(known, _names(binary)) if r), None)
        if row is not None:
            self._add(row, path, "bundled", binary)
        elif foreign and not own:
            self.unlisted.append(path)
        elif binary is not None:
            self._inside(path, binary)

    def _program(self, path: str, name: str) -> None:
        """
        A file without a telling suffix: its name must be in the table or its folder one
        of programs.
        """
        row = known(name)
        if (
            row is None and (path.startswith("..") or not _PROGRAMS.search(path))
        ) or self.peeks <= 0:
            return
        self.peeks -= 1
        binary = self._open(path)
        if binary is not None and binary.format != "archive":
            if row is not None and not self._is_own(name, row):
                self._add(row, path, "bundled", binary)
            else:
                self._inside(path, binary)

    def modules(self) -> None:
        """
        Search the component's own files, last: of what is linked into them only strings
        give anything away.
        """
        for path in self.own_files:
            binary = self._open(path) if self.left > 0 else None
            if binary is not None:
                self._inside(path, binary)

    def _inside(self, path: str, binary: Binary) -> None:
        if binary.format == "archive":
            return
        rows = list(table().inside)
        try:
            for piece in read_texts(
                self.files, path, binary, min(_OWN_BYTES, self.left)
            ):
                self.left -= len(piece)
                for row in [r for r in rows if any(n in piece for n in r.inside)]:
                    rows.remove(row)
                    quote = next(
                        _shown(q, n) for n in row.inside for q in _strings(piece, n)
                    )
                    self._add(row, path, "static", binary, quote)
        except ReadError as error:
            self._unread(error)

    def _is_own(self, name: str, row: Row | None = None) -> bool:
        """
        Whether a file is called like the component, or is listed under the component's
        own name.

        A package may be called after the GPL library that it wraps: such a row is never
        taken for granted.
        """
        if row is not None and row.copyleft:
            return False
        stem = _plain(stems(name)[0])
        if any(o in stem if len(o) > 3 else stem.startswith(o) for o in self.own):
            return True
        if row is None:
            return len(stem) > 3 and any(stem in o for o in self.own)
        listed = _plain(row.name.lower())
        return any(o in listed and 2 * len(o) > len(listed) for o in self.own)

    def _open(self, path: str, *, needed: bool = False) -> Binary | None:
        """
        The binary's own statements; None for what is not there (its name must do) or is
        no binary.

        One that makes no sense is searched as a whole; only where nothing else tells
        what it is, that is a problem.
        """
        try:
            return read_binary(self.files, path) if self._afford(path) else None
        except ReadError as error:
            if error.problem.rule == RuleId.EVIDENCE_TRUNCATED:
                return Binary(format="broken", texts=((0, _PIECE),))
            if needed:
                self._unread(error)
        except BinaryError as error:
            if needed:
                self.broken.append(
                    Problem(
                        rule=RuleId.EVIDENCE_UNREADABLE,
                        path=path,
                        message=f"as a binary: {error}",
                    )
                )
            return Binary(format="broken", texts=((0, _OWN_BYTES),))
        return None

    def _afford(self, path: str) -> bool:
        """
        Whether the purse still pays for inflating this member: its headers point to its
        end.
        """
        if self.purse is None:
            return True
        size = self.files.size(path)
        if size > self.purse:
            return False
        self.purse -= size
        return True

    def _unread(self, error: ReadError) -> None:
        # Deep inside a compressed archive only the name can be had: that is a limit of
        # the reader, not of the file.
        if (
            not isinstance(error, MissingError)
            and error.problem.rule != RuleId.EVIDENCE_TRUNCATED
        ):
            self.broken.append(error.problem)

    def _add(
        self,
        row: Row,
        path: str,
        relation: Relation,
        binary: Binary | None = None,
        quote: str = "",
    ) -> None:
        answer, said = self._by_name(row, path), quote
        if answer is None and row.anchors:
            binary = binary or self._open(path)
            answer, said = self._by_strings(row, path, binary)
        answer, loaded = _with_needed(answer or row.license, binary)
        found = self.found.setdefault(
            (row.name, answer, relation),
            _Found(row=row, license=answer, relation=relation),
        )
        found.files.append(path)
        if not found.quotes:
            found.quotes = [
                Evidence(kind=EvidenceKind.NATIVE_STRING, path=path, value=q)
                for q in (said or quote, loaded)
                if q
            ]
        if binary is not None and binary.version:
            found.version = found.version or binary.version

    def _by_name(self, row: Row, path: str) -> str | None:
        plain = plain_name(path)
        for claim in row.strings:
            if any(fnmatchcase(plain, n) for n in claim.named):
                return claim.license
            if claim.beside and any(
                fnmatchcase(s, b) for s in self._beside(path) for b in claim.beside
            ):
                return claim.license
        return None

    def _beside(self, path: str) -> frozenset[str]:
        folder = path.rpartition("/")[0]
        if folder not in self.neighbours:
            names = [
                p[len(folder) + 1 :] for p in self.paths if p.startswith(folder + "/")
            ]
            self.neighbours[folder] = frozenset(
                stems(n)[0] for n in names if _LIBRARY.search(n) and "/" not in n
            )
        return self.neighbours[folder]

    def _by_strings(
        self, row: Row, path: str, binary: Binary | None
    ) -> tuple[str | None, str]:
        """
        The first claim of the row that the strings of the file bear out, with that
        string.
        """
        if binary is None:
            return None, ""
        said: list[bytes] = []
        try:
            for piece in read_texts(
                self.files, path, binary, min(_TEXT_BYTES, self.texts)
            ):
                self.texts -= len(piece)
                said += [q for anchor in row.anchors for q in _strings(piece, anchor)]
                if any(_bears(claim, said) for claim in row.strings):
                    break
        except ReadError as error:
            self._unread(error)
        for claim in row.strings:
            quote = _bears(claim, said)
            if quote is not None:
                return claim.license, _shown(quote, claim.find[0])
        return None, ""

    def components(self, purl: Purl) -> list[Component]:
        """What was found, in the order of the first files."""
        return [_component(found, purl) for found in self.found.values()]

    def problems(self) -> list[Problem]:
        """
        One problem for all libraries that nobody knows, and one for each that cannot be
        read.
        """
        if not self.unlisted:
            return self.broken
        names = sorted({plain_name(p) for p in self.unlisted})
        shown = ", ".join(names[:_SHOWN]) + (
            f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        )
        plural = "y that is" if len(names) == 1 else "ies that are"
        message = (
            f"{len(names)} bundled librar{plural} not in the table of natives: {shown}"
        )
        return [
            *self.broken,
            Problem(
                rule=RuleId.NATIVE_UNLISTED, path=self.unlisted[0], message=message
            ),
        ]
