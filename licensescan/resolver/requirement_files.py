"""
Requirement files as pip reads them, without asking pip or the network.

Source: pip's documentation, "Requirements File Format": continuations,
comments, `-r`, `-c`, `-e`, paths, URLs, per-requirement options and
environment variables.
"""

from __future__ import annotations

import os
import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import unquote, urlsplit

from licensescan.base.portable import slashed
from licensescan.reader import FolderFiles, ReadError, decode, read_whole
from licensescan.standards.requirements import canonical, parse_requirement

_OPTION = re.compile(
    r"\s+--(?:hash|config-settings?|global-option)(?:[= ]\s*\S+)"
)
_HASH = re.compile(r"\s--hash[= ]\s*sha256:([0-9a-f]{64})\b")
_ASKING = {
    "-e": "-e",
    "--editable": "-e",
    "-r": "-r",
    "--requirement": "-r",
    "-c": "-c",
    "--constraint": "-c",
}
"""Options that ask for something; all others change how pip looks for it."""

_COMMENT = re.compile(r"(^|\s+)#.*$")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
_PIN = re.compile(r"===?\s*([^\s,;)*]+)(?=\s*(?:[,;)]|$))")
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_WHEEL = re.compile(r"([^/]+?)-(\d[^-/]*)(?:-[^/]*)?\.whl$")
_SDIST = re.compile(r"([^/]+?)-(\d[^-/]*)\.(?:tar\.(?:gz|bz2|xz)|zip|tgz)$")
_DEPTH = 32
"""Files that include each other so deeply are told, not followed."""


class Form(Enum):
    """How a line asks for something."""

    NAMED = "a name, perhaps with versions, extras, a marker and an address"
    PATH = "a folder or archive on this machine"
    ADDRESS = "a URL without a name"
    UNREAD = "a line that could not be followed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One requirement: where it stands (`file` relative to the folder that is
    read, `number` from 1), its `text`, and what is known of it before anything
    is resolved.

    `text` is the requirement as PEP 508 spells it for NAMED, the path for
    PATH, the address for ADDRESS, and the reason for UNREAD. `version` is ""
    unless one is pinned, `hashes` are the sha256 of which one is accepted.
    """

    form: Form
    text: str
    file: str
    number: int
    name: str = ""
    version: str = ""
    marker: str = ""
    is_editable: bool = False
    hashes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Where it stands, as reports show it: `requirements/base.txt:3`."""
        return f"{self.file}:{self.number}"


def read_requirements(
    folder: str,
    name: str,
    below: str = "",
) -> list[Line]:
    """
    Return the requirements of the file `name` in `folder`, those of included
    files among them, in the order in which pip reads them.

    Includes are followed inside `below` (`folder` when ""). Constraints ask
    for nothing: they only pin. What could not be followed is a line of form
    UNREAD, and the file itself too when it cannot be read.
    """
    base = below or folder
    start = posixpath.join(slashed(os.path.relpath(folder, base)), name)
    reader = _Reader(base)
    lines = list(reader.lines(posixpath.normpath(start), 0, f"{name}"))
    return [reader.pinned(line) for line in lines]


class _Reader:
    """
    Reads one file and those that it includes; a class because constraints add
    up.
    """

    def __init__(
        self,
        base: str,
    ) -> None:
        self.base = base
        self.files = FolderFiles(base)
        self.seen: set[tuple[str, bool]] = set()
        self.is_constraining = False
        self.constraints: dict[str, str] = {}

    def lines(
        self,
        path: str,
        depth: int,
        asked_by: str,
    ) -> Iterator[Line]:
        # What only pins is not asked for yet.
        visit = (path, self.is_constraining)
        if visit in self.seen:
            return
        self.seen.add(visit)
        if depth > _DEPTH:
            yield _unread(asked_by, 1, f"{path} is included too deeply")
            return
        try:
            text = decode(read_whole(self.files, path)).text
        except ReadError as error:
            number = int(asked_by.rpartition(":")[2]) if ":" in asked_by else 1
            reason = f"{path} cannot be read: {error.problem.message}"
            yield _unread(asked_by.partition(":")[0], number, reason)
            return
        for number, line in logical_lines(text):
            yield from self._line(line, path, number, depth)

    def _line(
        self,
        line: str,
        path: str,
        number: int,
        depth: int,
    ) -> Iterator[Line]:
        option, named = _asked_by(line)
        if option == "-e":
            yield self._requirement(named, path, number, editable=True)
        elif option:
            yield from self._included(option, named, path, number, depth)
        elif not line.startswith("-"):
            found = self._requirement(
                _OPTION.sub("", line).strip(), path, number
            )
            yield replace(found, hashes=tuple(sorted(_HASH.findall(line))))

    def _included(
        self,
        option: str,
        named: str,
        path: str,
        number: int,
        depth: int,
    ) -> Iterator[Line]:
        """Return what `-r FILE` brings in, and what `-c FILE` pins."""
        if _VARIABLE.search(named) or "://" in named:
            yield _unread(path, number, f"{named} was not read")
            return
        inner = posixpath.normpath(
            posixpath.join(posixpath.dirname(path), named)
        )
        if inner.startswith("../") or os.path.isabs(inner):
            yield _unread(
                path, number, f"{named} leads out of the project, not read"
            )
            return
        outside = self.is_constraining
        self.is_constraining = outside or option == "-c"
        found = list(self.lines(inner, depth + 1, f"{path}:{number}"))
        self.is_constraining = outside
        if option == "-r":
            yield from found
            return
        yield from (line for line in found if line.form is Form.UNREAD)
        for line in found:
            if line.name and line.version:
                self.constraints.setdefault(line.name, line.version)

    def _requirement(
        self,
        text: str,
        path: str,
        number: int,
        *,
        editable: bool = False,
    ) -> Line:
        """Return what one line asks for."""
        if _VARIABLE.search(text):
            return _unread(
                path, number, f"{text[:120]}: a variable is not resolved"
            )
        bare, marker = _apart(text)
        egg = _EGG.search(bare)
        if "://" in bare and " @ " not in bare:
            return self._address(
                bare, egg, marker, path, number, editable=editable
            )
        requirement = None if editable else parse_requirement(text)
        if requirement is not None:
            pin = _PIN.search(text.partition(";")[0])
            return Line(
                form=Form.NAMED,
                text=text,
                file=path,
                number=number,
                name=requirement.name,
                version=pin[1] if pin else _version_of_address(text),
                marker=requirement.marker,
            )
        is_path = (
            bare[:1] in "./~\\"
            or "/" in bare
            or bare.endswith((".whl", ".zip"))
        )
        if editable or is_path or self.files.is_folder(_joined(path, bare)):
            return self._local(bare, marker, path, number, editable=editable)
        return _unread(
            path, number, f"{text[:120]}: not a requirement (PEP 508)"
        )

    def _address(
        self,
        bare: str,
        egg: re.Match[str] | None,
        marker: str,
        path: str,
        number: int,
        *,
        editable: bool,
    ) -> Line:
        """
        Return a requirement that is an address: a file on this machine or
        elsewhere.
        """
        parts = urlsplit(bare.removeprefix("git+"))
        if parts.scheme == "file" and not bare.startswith(
            ("git+", "hg+", "svn+")
        ):
            return self._local(
                unquote(parts.path), marker, path, number, editable=editable
            )
        name, version = name_and_version(unquote(parts.path))
        return Line(
            form=Form.ADDRESS,
            text=bare.strip(),
            file=path,
            number=number,
            name=canonical(egg[1]) if egg else name,
            version=version,
            marker=marker.strip(),
            is_editable=editable,
        )

    def _local(
        self,
        bare: str,
        marker: str,
        path: str,
        number: int,
        *,
        editable: bool,
    ) -> Line:
        """Return a folder or archive; extras in brackets are taken off."""
        where = re.sub(r"\[[\w, .-]*\]$", "", bare.partition("#")[0].strip())
        name, version = name_and_version(where)
        return Line(
            form=Form.PATH,
            text=_joined(path, where),
            file=path,
            number=number,
            name=name,
            version=version,
            marker=marker.strip(),
            is_editable=editable,
        )

    def pinned(
        self,
        line: Line,
    ) -> Line:
        """Return `line` with the version that a constraint gives it."""
        version = self.constraints.get(line.name, "")
        if line.version or not version:
            return line
        return replace(line, version=version)


def name_and_version(path: str) -> tuple[str, str]:
    """
    Return the canonical name and the version in the name of a wheel or sdist.

    >>> name_and_version("dist/Acme_Y-1.0-py3-none-any.whl")
    ('acme-y', '1.0')
    """
    match = _WHEEL.search(path) or _SDIST.search(path)
    return (
        (canonical(match[1].rpartition("/")[2]), match[2])
        if match
        else ("", "")
    )


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """
    Yield lines with continuations joined and comments taken off, each with the
    number of its first line.
    """
    kept, first = "", 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        is_comment = _COMMENT.match(line) is not None
        first = first or number
        if line.endswith("\\") and not is_comment:
            kept += line.strip("\\")
            continue
        # A comment ends a line that goes on.
        whole = _COMMENT.sub("", kept + (f" {line}" if is_comment else line))
        if whole.strip():
            yield first, whole.strip()
        kept, first = "", 0


def _asked_by(line: str) -> tuple[str, str]:
    """
    Return the option of a line that asks for something, and what for; "" and
    "" for a line without one.
    """
    if not line.startswith("-"):
        return "", ""
    try:
        tokens = shlex.split(line)
    except ValueError:
        tokens = line.split()
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        option, _, value = token.partition("=")
        if option in _ASKING:
            return _ASKING[option], value or following
        if token[:2] in _ASKING and not token.startswith("--"):
            return _ASKING[token[:2]], token[2:]
    return "", ""


def _apart(text: str) -> tuple[str, str]:
    """
    Return a path or an address and the marker after it: `./lib; os_name ==
    'nt'`. An address may hold semicolons of its own.
    """
    is_address = "://" in text
    bare, _, marker = text.partition(" ;")
    if not marker:
        bare, _, marker = text.partition("; " if is_address else ";")
    return bare.strip(), marker.strip()


def _unread(
    file: str,
    number: int,
    reason: str,
) -> Line:
    return Line(
        form=Form.UNREAD,
        text=reason,
        file=file,
        number=number,
    )


def _joined(
    file: str,
    path: str,
) -> str:
    """Return a path in a requirements file, from the folder that is read."""
    if os.path.isabs(path) or path.startswith("~"):
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))


def _version_of_address(text: str) -> str:
    """
    Return the version in the file name of `name @
    https://.../name-1.0-py3-none-any.whl`.
    """
    _, _, address = text.partition(" @ ")
    path = urlsplit(address.partition(" ;")[0].strip()).path if address else ""
    return name_and_version(unquote(path))[1]
