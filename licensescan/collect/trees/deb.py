"""
Debian packages: the copyright file says which files are on which terms, better than
most metadata.

A .deb is an `ar` archive of two tar archives; both are read in place. Sources: deb(5),
DEP-5, Debian Policy 12.5.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from typing import IO

from licensescan.classifier.names.interpret import interpret
from licensescan.collect.formats.dep5 import Dep5, Stanza, names_in, read_dep5
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    IncompleteError,
    Problem,
    Purl,
    Relation,
)
from licensescan.reader import (
    Files,
    FolderFiles,
    ReadError,
    ar_members,
    decode,
    open_archive,
)
from licensescan.reader.window import Window
from licensescan.standards.purl import purl
from licensescan.standards.spdx_text import joined

_COPYRIGHT = re.compile(r"^usr/share/doc/([^/]+)/copyright$")
_ZSTD = b"\x28\xb5\x2f\xfd"
_SHOWN = 3
_COPYRIGHT_BYTES = 4 << 20
"""A list of stanzas, not prose: that of Boost has 2 MB."""


def matches(path: str) -> bool:
    """Whether the file is named like a Debian package."""
    return path.lower().endswith((".deb", ".udeb")) and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    The package at `path`. Raises `IncompleteError` when it is no .deb or is compressed
    in a way not known here.
    """
    folder, name = os.path.split(os.path.realpath(path))
    tree = FolderFiles(folder)
    try:
        members = {
            m: (offset, size)
            for m, offset, size in ar_members(_stream(tree, name, 0, tree.size(name)))
        }
        control = _member(tree, name, members, "control.tar")
        data = _member(tree, name, members, "data.tar")
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    except IncompleteError as error:
        raise IncompleteError(f"{path}: {error}") from error
    yield _component(control, data, os.path.basename(path))


def _member(
    tree: FolderFiles, name: str, members: dict[str, tuple[int, int]], start: str
) -> Files:
    """The tar archive in the member whose name starts with `start`."""
    member = next((m for m in members if m.startswith(start)), None)
    if member is None:
        raise IncompleteError(f"no Debian package: there is no {start}")
    offset, size = members[member]
    if tree.read_at(name, offset, 4) == _ZSTD:
        raise IncompleteError(
            f"{member} is compressed with zstd, which cannot be read here"
        )
    return open_archive(_stream(tree, name, offset, size), member)


def _stream(tree: FolderFiles, name: str, offset: int, size: int) -> IO[bytes]:
    """Return a slice of a file as a stream: an inner archive is read in place."""
    window = Window(lambda at, count: tree.read_at(name, offset + at, count), size)
    return io.BufferedReader(window, 1 << 18)


def _component(control: Files, data: Files, shown: str) -> Component:
    problems: list[Problem] = []
    fields = _fields(control, problems)
    name = fields.get("package") or shown.split("_", 1)[0]
    version = fields.get("version") or ""
    vendor = (
        "ubuntu"
        if "ubuntu" in f"{fields.get('maintainer', '')} {version}".lower()
        else "debian"
    )
    own = purl("deb", name, version, vendor)
    paths = list(data.paths())
    where = _copyright(data, paths, name)
    evidence: list[Evidence] = []
    parts: list[Component] = []
    known = None
    if where is None:
        message = "no copyright file: Debian packages of one source may keep it in another package"
        problems.append(
            Problem(
                rule=RuleId.EVIDENCE_MISSING,
                path=f"usr/share/doc/{name}/copyright",
                message=message,
            )
        )
    else:
        text, known = _read_copyright(data, where, problems)
        evidence, parts = (
            _evidence(known, where),
            _parts(known, where, own) if known else [],
        )
        if known is None and text is not None:
            evidence = [text]
    contents = survey(
        data,
        [p for p in paths if not _COPYRIGHT.match(p)],
        purl=own,
        name=name,
        prefix=f"usr/share/doc/{name}/",
    )
    return Component(
        purl=own,
        name=name,
        version=version,
        path="",
        evidence=(*evidence, *contents.evidence),
        parts=(*parts, *(p for p in contents.parts if not _is_itself(p, name))),
        problems=tuple(
            dict.fromkeys(
                (*problems, *contents.problems, *control.problems, *_odd(data))
            )
        ),
    )


def _is_itself(part: Component, package: str) -> bool:
    """
    Whether a part is the packaged project's own .egg-info: the copyright file says
    more, and of this copy.
    """
    found = re.fullmatch(
        r"usr/lib/python3/dist-packages/([\w.]+?)-[^/]*\.(?:egg|dist)-info", part.path
    )
    plain = re.sub(r"[^a-z0-9]", "", part.name.lower())
    words = [
        w for w in re.split(r"[^a-z0-9]+", package.lower()) if w not in ("python3", "")
    ]
    return found is not None and any(
        plain.startswith(w) or w.startswith(plain) for w in words
    )


def _odd(data: Files) -> list[Problem]:
    """
    What is odd about the archive; not links to absolute paths: a package's paths begin
    at the system's root.
    """
    return [p for p in data.problems if "link that points outside" not in p.message]


def _fields(control: Files, problems: list[Problem]) -> dict[str, str]:
    try:
        text = decode(control.read("control").data).text
    except ReadError as error:
        problems.append(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path="control",
                message=error.problem.message,
            )
        )
        return {}
    pairs = (
        line.partition(":")
        for line in text.split("\n")
        if line[:1].strip() and ":" in line
    )
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _copyright(data: Files, paths: Sequence[str], name: str) -> str | None:
    """The package's own copyright file, else the only one there is."""
    found = [p for p in paths if _COPYRIGHT.match(p)]
    own = f"usr/share/doc/{name}/copyright"
    return own if own in found else found[0] if found and data.has(found[0]) else None


def _read_copyright(
    data: Files, path: str, problems: list[Problem]
) -> tuple[Evidence | None, Dep5 | None]:
    try:
        read = data.read(path, _COPYRIGHT_BYTES)
    except ReadError as error:
        problems.append(error.problem)
        return None, None
    if read.truncated:
        message = f"{read.size} bytes: only parts were read"
        problems.append(
            Problem(rule=RuleId.EVIDENCE_TRUNCATED, path=path, message=message)
        )
    decoded = decode(read.data)
    if decoded.binary:
        problems.append(
            Problem(rule=RuleId.EVIDENCE_UNREADABLE, path=path, message="is not a text")
        )
        return None, None
    text = Evidence(
        kind=EvidenceKind.LICENSE_FILE, path=path, sha256=read.sha256, text=decoded.text
    )
    return text, read_dep5(decoded.text)


def _evidence(known: Dep5 | None, path: str) -> list[Evidence]:
    """
    What the headline stanza says; without one, all licenses that the stanzas name stand
    together.
    """
    if known is None:
        return []
    if known.headline:
        return list(_said(known.headline, path))
    licenses = list(
        dict.fromkeys(
            s.license for s in known.stanzas if s.license and s.files != ("debian/*",)
        )
    )
    whole = joined("AND", (f"({n})" if len(names_in(n)) > 1 else n for n in licenses))
    return [Evidence(kind=EvidenceKind.DEBIAN, path=path, value=whole)] if whole else []


def _said(stanza: Stanza, path: str) -> Iterator[Evidence]:
    """
    A stanza's license by name, and by its text where the name is one of Debian's own
    making.
    """
    if re.fullmatch(r"(?i)public[- ]domain", stanza.license):
        # A short name that the format reserves: "no license is required for any
        # purpose".
        yield Evidence(
            kind=EvidenceKind.DEBIAN,
            path=path,
            value="LicenseRef-scancode-public-domain",
            lines=stanza.lines,
        )
        return
    if stanza.license:
        yield Evidence(
            kind=EvidenceKind.DEBIAN,
            path=path,
            value=stanza.license,
            lines=stanza.lines,
        )
    if stanza.text and not (stanza.license and interpret(stanza.license).expression):
        yield Evidence(
            kind=EvidenceKind.LICENSE_FILE,
            path=path,
            text=stanza.text,
            lines=stanza.lines,
        )


def _parts(known: Dep5, path: str, own: Purl) -> list[Component]:
    """
    One part for each license beside the headline; the packaging in debian/ is not in
    the package itself.
    """
    headline = known.headline.license if known.headline else ""
    grouped: dict[tuple[str, Relation], list[Stanza]] = {}
    for stanza in known.stanzas:
        if stanza.license == headline and stanza.license:
            continue
        packaging = all(
            f.removeprefix("./").startswith("debian/") for f in stanza.files
        )
        grouped.setdefault(
            (stanza.license, "dev" if packaging else "vendored"), []
        ).append(stanza)
    parts = []
    for (_, relation), stanzas in grouped.items():
        files = [f for s in stanzas for f in s.files]
        more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
        parts.append(
            Component(
                purl=Purl(f"{own}#{path}:{stanzas[0].lines[0]}"),
                name=", ".join(files[:_SHOWN]) + more,
                version="",
                kind="source",
                relation=relation,
                path=path,
                evidence=tuple(_said(stanzas[0], path)),
            )
        )
    return parts
