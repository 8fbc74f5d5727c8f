"""
Java archives, alone or inside other containers: coordinates, POM, manifest, and the
texts in META-INF.

A shaded jar holds the classes of many projects, and often somebody else's LICENSE: what
speaks for the jar is its own POM, the manifest, and texts that can be told to be its
own. The rest are parts. Sources: Maven's POM reference, the OSGi Core specification
3.2.1 (Bundle-License), the JAR file specification (manifest).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from licensescan.collect.formats.pom import (
    Pom,
    choice_of,
    pom_evidence,
    properties,
    read_pom,
)
from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Problem, Purl
from licensescan.reader import Files, ReadError, decode, open_files
from licensescan.standards.purl import purl

_ENDS = (".jar", ".war", ".aar", ".ear")
_MAVEN = re.compile(r"^META-INF/maven/([^/]+)/([^/]+)/pom\.(xml|properties)$")
_FILE = re.compile(r"^(?P<name>.+?)-(?P<version>\d[\w.+\-]*)$")
_META = "META-INF/"
_NAMED = 4
_FEW = 3
"""
Foreign projects in a jar up to which its texts are still taken for its own when nothing
else speaks.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """One project whose POM or coordinates lie in a jar."""

    folder: str
    group: str
    artifact: str
    version: str = ""
    pom: Pom | None = None

    @property
    def evidence(self) -> list[Evidence]:
        return pom_evidence(self.pom, f"{self.folder}/pom.xml") if self.pom else []

    @property
    def purl(self) -> Purl:
        return purl("maven", self.artifact, self.version, self.group.replace("/", "."))

    @property
    def coordinates(self) -> Evidence:
        return Evidence(
            kind=EvidenceKind.COORDINATES, path=self.folder, value=self.purl
        )


def matches(path: str) -> bool:
    """Whether the file is named like a Java archive."""
    return path.lower().endswith(_ENDS) and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    The jar at `path` as one component. Raises `IncompleteError` when it is no archive.
    """
    yield from components(open_files(path), os.path.basename(path))


def components(files: Files, path: str) -> list[Component]:
    """
    The jar whose members are `files` as a list of one component; `path` is where it
    stands. Never raises.
    """
    paths = list(files.paths())
    stem = re.sub(r"(?i)\.(?:jar|war|aar|ear)$", "", path.rsplit("/", 1)[-1])
    problems: list[Problem] = []
    projects = _projects(files, paths, problems)
    own = _own(projects, stem)
    others = [p for p in projects if p is not own]
    name, version, identity = _identity(own, stem)
    declared = [*(own.evidence if own else _siblings(others)), *_bundle_license(files)]
    if own and not own.evidence:
        declared = [*_siblings([p for p in others if p.group == own.group]), *declared]
    contents = survey(files, paths, purl=identity, name=name, prefix=_META)
    if others and (declared or len(others) > _FEW):
        _give_away_alien_texts(contents, identity, own, name)
    component = Component(
        purl=identity,
        name=name,
        version=version,
        kind="jar",
        path=path,
        evidence=(*declared, *contents.evidence),
        parts=(*_shaded(others, own, identity), *contents.parts),
        problems=tuple(dict.fromkeys((*problems, *contents.problems, *files.problems))),
    )
    return [component]


def _projects(
    files: Files, paths: Sequence[str], problems: list[Problem]
) -> list[_Project]:
    folders = dict.fromkeys(p.rsplit("/", 1)[0] for p in paths if _MAVEN.match(p))
    return [_project(files, folder, problems) for folder in folders]


def _project(files: Files, folder: str, problems: list[Problem]) -> _Project:
    """
    The project in one folder of META-INF/maven; the folder's name is believed where the
    POM is silent.
    """
    pieces = folder.split("/")
    group, artifact, version, pom = pieces[2], pieces[3], "", None
    with suppress(ReadError):
        version = properties(files.read(f"{folder}/pom.properties", 65536).data).get(
            "version", ""
        )
    path = f"{folder}/pom.xml"
    if files.has(path):
        try:
            pom = read_pom(files.read(path).data)
        except ReadError as error:
            problems.append(error.problem)
        except ValueError as error:
            problems.append(
                Problem(
                    rule=RuleId.METADATA_INVALID,
                    path=path,
                    message=f"POM: {error}"[:300],
                )
            )
    if pom and not version and "${" not in pom.version:
        version = pom.version
    return _Project(
        folder=folder, group=group, artifact=artifact, version=version, pom=pom
    )


def _own(projects: Sequence[_Project], stem: str) -> _Project | None:
    """
    The project that the file is named after; the only one there is speaks for the jar
    too.
    """
    fitting = [
        p
        for p in projects
        if re.match(rf"{re.escape(p.artifact)}(?:$|[-_.]\d|[-_.])", stem)
    ]
    if fitting:
        return max(fitting, key=lambda p: len(p.artifact))
    return projects[0] if len(projects) == 1 else None


def _identity(own: _Project | None, stem: str) -> tuple[str, str, Purl]:
    if own:
        return own.artifact, own.version, own.purl
    found = _FILE.match(stem)
    name, version = (found["name"], found["version"]) if found else (stem, "")
    return name, version, purl("generic", name, version)


def _siblings(projects: Sequence[_Project]) -> list[Evidence]:
    """
    What POMs of the jar's own group say where its own says nothing: their common parent
    is not in the jar.
    """
    groups = {p.group for p in projects}
    if len(groups) != 1:
        return []
    seen: dict[str, Evidence] = {}
    for project in projects:
        for item in project.evidence:
            seen.setdefault(item.value, item)
    return list(seen.values()) if len(seen) == 1 else []


def _bundle_license(files: Files) -> list[Evidence]:
    """
    The manifest's Bundle-License: names or addresses in a list are alternatives, each
    may carry attributes.
    """
    path = "META-INF/MANIFEST.MF"
    try:
        text = decode(files.read(path).data).text
    except ReadError:
        return []
    main = text.split("\n\n", 1)[0]
    whole = re.sub(r"\n ", "", main)
    found = re.search(r"(?im)^Bundle-License:[ \t]*(.+)$", whole)
    if not found:
        return []
    line = main.count("\n", 0, max(main.lower().find("bundle-license:"), 0)) + 1
    names = [n for n in map(_bundle_name, _clauses(found.group(1))) if n]
    if not names:
        return []
    return [
        Evidence(
            kind=EvidenceKind.MANIFEST,
            path=path,
            value=choice_of(list(dict.fromkeys(names))),
            lines=(line, line),
        )
    ]


def _clauses(value: str) -> list[str]:
    """
    The clauses of an OSGi header; a comma before "Version" belongs to the name, as many
    bundles write it.
    """
    pieces = re.findall(r"(?:\"[^\"]*\"|[^,\"])+", value)
    found: list[str] = []
    for piece in pieces:
        if found and re.match(r"(?i)\s*(?:version|v\.?\s*\d|inc\b)", piece):
            found[-1] += "," + piece
        else:
            found.append(piece)
    return found


def _bundle_name(clause: str) -> str:
    pieces: list[str] = [
        p.strip() for p in re.findall(r"(?:\"[^\"]*\"|[^;\"])+", clause)
    ]
    name = pieces[0].strip('" ') if pieces else ""
    if name and name != "<<EXTERNAL>>":
        return name
    given: dict[str, str] = dict(
        re.findall(r"^(link|description)\s*:?=\s*\"?([^\"]*)", a)[0]
        for a in pieces[1:]
        if "=" in a[:14]
    )
    return given.get("link") or given.get("description") or ""


def _give_away_alien_texts(
    contents: Contents, identity: Purl, own: _Project | None, name: str
) -> None:
    """
    In a shaded jar, keep as the jar's own only texts that can be told to be: those
    beside a NOTICE that names it.

    The others may have come with any of the projects inside, whatever their name: each
    becomes a part. Where nothing is declared and few projects are inside, the caller
    keeps the texts: they are all that speaks for the jar.
    """
    texts = [e for e in contents.evidence if e.kind == EvidenceKind.LICENSE_FILE]
    words = {
        w
        for w in re.split(r"[^a-z0-9]+", f"{name} {own.group if own else ''}".lower())
        if len(w) > 3
    } - _COMMON
    notices = [e for e in contents.evidence if e.kind == EvidenceKind.NOTICE and e.text]
    mine = [
        n
        for n in notices
        if words & set(re.split(r"[^a-z0-9]+", "\n".join(_first(n.text or "")).lower()))
    ]
    endings = {os.path.splitext(n.path)[1] for n in mine}
    kept = [t for t in texts if mine and os.path.splitext(t.path)[1] in endings]
    aliens = [t for t in texts if t not in kept] + [n for n in notices if n not in mine]
    contents.evidence = [e for e in contents.evidence if e not in aliens]
    contents.parts += [
        Component(
            purl=Purl(f"{identity}#{e.path}"),
            name=f"a shaded project ({e.path.rsplit('/', 1)[-1]})",
            version="",
            kind="source",
            relation="vendored",
            path=e.path,
            evidence=(e,),
        )
        for e in aliens
        if e.kind == EvidenceKind.LICENSE_FILE
    ]


_COMMON = frozenset(
    "apache client core common java library server runtime util utils google github eclipse".split()
)


def _first(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()][:3]


def _shaded(
    others: Sequence[_Project], own: _Project | None, identity: Purl
) -> Iterator[Component]:
    """
    A part for each foreign project whose POM names a license, and one for each group of
    those whose POMs do not.
    """
    silent: dict[str, list[_Project]] = {}
    for project in others:
        if not project.evidence:
            if not own or project.group != own.group:
                silent.setdefault(project.group, []).append(project)
            continue
        yield Component(
            purl=Purl(f"{identity}#{project.folder}"),
            name=project.artifact,
            version=project.version,
            kind="jar",
            relation="vendored",
            path=project.folder,
            evidence=(*project.evidence, project.coordinates),
        )
    for group, projects in silent.items():
        folder = f"{_META}maven/{group}"
        names = ", ".join(p.artifact for p in projects[:_NAMED])
        more = f" and {len(projects) - _NAMED} more" if len(projects) > _NAMED else ""
        yield Component(
            purl=Purl(f"{identity}#{folder}"),
            name=names + more,
            version="",
            kind="jar",
            relation="vendored",
            path=folder,
            evidence=tuple(p.coordinates for p in projects),
            note="their POMs name no license here; it is in parent POMs that are not in the jar",
        )
