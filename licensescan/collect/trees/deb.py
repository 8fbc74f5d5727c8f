"""
Debian packages. A .deb is an `ar` archive of two tar archives, the control
fields and the files; both are read in place. Source: deb(5).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from licensescan.collect.survey.survey import survey
from licensescan.collect.trees.debian_copyright import COPYRIGHT, copyright_of
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    Component,
    IncompleteError,
    Problem,
    Provenance,
)
from licensescan.reader import (
    Files,
    FolderFiles,
    ReadError,
    ar_members,
    decode,
    open_archive,
    read_whole,
)
from licensescan.reader.window import Window
from licensescan.standards.purl import purl

_INFO = re.compile(
    r"usr/lib/python3/dist-packages/([\w.]+?)-[^/]*\.(?:egg|dist)-info"
)
_ZSTD = b"\x28\xb5\x2f\xfd"


def matches(path: str) -> bool:
    """Return True for a file that is named like a Debian package."""
    return path.lower().endswith((".deb", ".udeb")) and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    Yield the package at `path`. Raises `IncompleteError` when it is no .deb or
    is compressed in a way not known here.
    """
    try:
        package = _Package(path)
        control = package.archive("control.tar")
        data = package.archive("data.tar")
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    except IncompleteError as error:
        raise IncompleteError(f"{path}: {error}") from error
    fields, problems = _fields(control)
    fields["package"] = (
        fields.get("package") or os.path.basename(path).split("_")[0]
    )
    told = (*problems, *control.problems, *_odd(data))
    yield component_of(fields, data, list(data.paths()), told)


class _Package:
    """The members of a .deb, each by its offset and size in the file."""

    def __init__(self, path: str) -> None:
        folder, self.name = os.path.split(os.path.realpath(path))
        self.tree = FolderFiles(folder)
        whole = self._stream(0, self.tree.size(self.name))
        self.members = {name: place for name, *place in ar_members(whole)}

    def archive(self, start: str) -> Files:
        """
        Return the tar archive in the member whose name starts with `start`.
        """
        member = next((m for m in self.members if m.startswith(start)), None)
        if member is None:
            raise IncompleteError(f"no Debian package: there is no {start}")
        offset, size = self.members[member]
        if self.tree.read_at(self.name, offset, 4) == _ZSTD:
            raise IncompleteError(
                f"{member} is compressed with zstd, which cannot be read here"
            )
        return open_archive(self._stream(offset, size), member)

    def _stream(self, start: int, size: int) -> IO[bytes]:
        """Return a slice of the file as a stream."""

        def read_at(offset: int, count: int) -> bytes:
            return self.tree.read_at(self.name, start + offset, count)

        return io.BufferedReader(Window(read_at, size), 1 << 18)


def component_of(
    fields: Mapping[str, str],
    data: Files,
    paths: Sequence[str],
    told: Sequence[Problem] = (),
) -> Component:
    """
    Return the package with the control `fields` whose files are `paths` of
    `data`, in a .deb or installed; `told` is what was odd about the archive.
    """
    name = fields["package"]
    version = fields.get("version", "")
    identity = purl("deb", name, version, _vendor(fields))
    copyright_ = copyright_of(data, paths, name, identity)
    contents = survey(
        data,
        [path for path in paths if not COPYRIGHT.match(path)],
        purl=identity,
        name=name,
        prefix=f"usr/share/doc/{name}/",
    )
    parts = (part for part in contents.parts if not _is_itself(part, name))
    problems = (*told, *copyright_.problems, *contents.problems)
    return Component(
        purl=identity,
        name=name,
        version=version,
        path="",
        evidence=(*copyright_.evidence, *contents.evidence),
        parts=(*copyright_.parts, *parts),
        left_out=tuple(contents.left_out),
        problems=tuple(dict.fromkeys(problems)),
        provenance=Provenance(
            supplier=fields.get("maintainer", "").partition("<")[0].strip(),
            homepage=fields.get("homepage", ""),
        ),
    )


def _fields(control: Files) -> tuple[dict[str, str], list[Problem]]:
    """
    Return the control fields by their names in lower case, and what is wrong.
    """
    path = "control"
    try:
        text = decode(read_whole(control, path)).text
    except ReadError as error:
        message = error.problem.message
        return {}, [
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message=message,
            )
        ]
    return fields_of(text), []


def fields_of(stanza: str) -> dict[str, str]:
    """
    Return the fields of a stanza of control data, by their names in lower
    case.
    """
    fields: dict[str, str] = {}
    for line in stanza.split("\n"):
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            fields[key.strip().lower()] = value.strip()
    return fields


def _vendor(fields: Mapping[str, str]) -> str:
    marks = f"{fields.get('maintainer', '')} {fields.get('version', '')}"
    return "ubuntu" if "ubuntu" in marks.lower() else "debian"


def _is_itself(part: Component, package: str) -> bool:
    """
    Return True for a part that is the packaged project's own .egg-info: the
    copyright file says more, and of this copy.
    """
    if not _INFO.fullmatch(part.path):
        return False
    project = re.sub(r"[^a-z0-9]", "", part.name.lower())
    words = set(re.split(r"[^a-z0-9]+", package.lower())) - {"python3", ""}
    return any(project.startswith(w) or w.startswith(project) for w in words)


def _odd(data: Files) -> list[Problem]:
    """
    Return what is odd about the archive; not links to absolute paths: a
    package's paths begin at the system's root.
    """
    return [
        p for p in data.problems if "link that points outside" not in p.message
    ]
