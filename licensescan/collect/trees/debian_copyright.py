"""
The copyright file of a Debian package, as evidence and parts: it says which
files are on which terms, better than most metadata. Sources: DEP-5, Debian
Policy 12.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from licensescan.classifier.names.interpret import interpret
from licensescan.collect.formats.dep5 import Dep5, Stanza, names_in, read_dep5
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    Problem,
    Purl,
    Relation,
)
from licensescan.reader import Files, ReadError, decode
from licensescan.standards.purl import part_purl
from licensescan.standards.spdx_text import joined

COPYRIGHT = re.compile(r"^usr/share/doc/([^/]+)/copyright$")
_COPYRIGHT_BYTES = 4 << 20
"""A list of stanzas, not prose: that of Boost has 2 MB."""

_PUBLIC_DOMAIN = re.compile(r"(?i)public[- ]domain")
_FILES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Copyright:
    """What a copyright file says of the package, and of parts of it."""

    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Component, ...] = ()
    problems: tuple[Problem, ...] = ()


def copyright_of(
    data: Files,
    paths: Sequence[str],
    name: str,
    identity: Purl,
) -> Copyright:
    """
    Return what the package `name` says in its own copyright file, else in the
    only one there is. `data` are its files, `paths` their names.
    """
    path = _own_path(data, paths, name)
    if path is None:
        problem = Problem(
            rule=RuleId.EVIDENCE_MISSING,
            path=f"usr/share/doc/{name}/copyright",
            message="no copyright file: Debian packages of one source may keep it in another package",
        )
        return Copyright(problems=(problem,))
    try:
        read = data.read(path, _COPYRIGHT_BYTES)
    except ReadError as error:
        return Copyright(problems=(error.problem,))
    problems: list[Problem] = []
    if read.truncated:
        message = f"{read.size} bytes: only parts were read"
        rule = RuleId.EVIDENCE_TRUNCATED
        problems.append(
            Problem(
                rule=rule,
                path=path,
                message=message,
            )
        )
    decoded = decode(read.data)
    if decoded.binary:
        rule = RuleId.EVIDENCE_UNREADABLE
        problems.append(
            Problem(
                rule=rule,
                path=path,
                message="is not a text",
            )
        )
        return Copyright(problems=tuple(problems))
    structured = read_dep5(decoded.text)
    if structured is None:
        text = Evidence(
            kind=EvidenceKind.LICENSE_FILE,
            path=path,
            sha256=read.sha256,
            text=decoded.text,
        )
        return Copyright(
            evidence=(text,),
            problems=tuple(problems),
        )
    return Copyright(
        evidence=tuple(_of_the_whole(structured, path)),
        parts=tuple(_parts(structured, path, identity)),
        problems=tuple(problems),
    )


def _own_path(
    data: Files,
    paths: Sequence[str],
    name: str,
) -> str | None:
    found = [path for path in paths if COPYRIGHT.match(path)]
    own = f"usr/share/doc/{name}/copyright"
    if own in found:
        return own
    return found[0] if found and data.has(found[0]) else None


def _of_the_whole(structured: Dep5, path: str) -> Iterator[Evidence]:
    """
    Yield what the headline stanza says; without one, all licenses that the
    stanzas name stand together.
    """
    if structured.headline:
        yield from _stated(structured.headline, path)
        return
    upstream = [s for s in structured.stanzas if s.files != ("debian/*",)]
    names = dict.fromkeys(
        stanza.license for stanza in upstream if stanza.license
    )
    whole = joined("AND", map(_bracketed, names))
    if whole:
        yield Evidence(
            kind=EvidenceKind.DEBIAN,
            path=path,
            value=whole,
        )


def _bracketed(name: str) -> str:
    return f"({name})" if len(names_in(name)) > 1 else name


def _stated(stanza: Stanza, path: str) -> Iterator[Evidence]:
    """
    Yield a stanza's license by name, and by its text where the name is one of
    Debian's own making.
    """
    name = stanza.license
    if _PUBLIC_DOMAIN.fullmatch(name):
        # A short name that the format reserves: "no license is required for
        # any purpose".
        yield Evidence(
            kind=EvidenceKind.DEBIAN,
            path=path,
            value="LicenseRef-scancode-public-domain",
            lines=stanza.lines,
        )
        return
    if name:
        yield Evidence(
            kind=EvidenceKind.DEBIAN,
            path=path,
            value=name,
            lines=stanza.lines,
        )
    is_known = bool(name) and bool(interpret(name).expression)
    if stanza.text and not is_known:
        yield Evidence(
            kind=EvidenceKind.LICENSE_FILE,
            path=path,
            text=stanza.text,
            lines=stanza.lines,
        )


def _parts(
    structured: Dep5,
    path: str,
    identity: Purl,
) -> Iterator[Component]:
    """
    Yield one part for each license beside the headline; the packaging in
    debian/ is not in the package itself.
    """
    headline = structured.headline.license if structured.headline else ""
    grouped: dict[tuple[str, Relation], list[Stanza]] = {}
    for stanza in structured.stanzas:
        if stanza.license and stanza.license == headline:
            continue
        key = (stanza.license, _relation(stanza))
        grouped.setdefault(key, []).append(stanza)
    for (_, relation), stanzas in grouped.items():
        files = [file for stanza in stanzas for file in stanza.files]
        more = len(files) - _FILES_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        yield Component(
            purl=part_purl(identity, f"{path}:{stanzas[0].lines[0]}"),
            name=", ".join(files[:_FILES_SHOWN]) + rest,
            version="",
            kind="source",
            relation=relation,
            path=path,
            evidence=tuple(_stated(stanzas[0], path)),
        )


def _relation(stanza: Stanza) -> Relation:
    files = (file.removeprefix("./") for file in stanza.files)
    is_packaging = all(file.startswith("debian/") for file in files)
    return "dev" if is_packaging else "vendored"
