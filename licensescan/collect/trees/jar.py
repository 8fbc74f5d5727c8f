"""
Java archives, alone or inside other containers: coordinates, POM, manifest,
and the texts in META-INF.

A shaded jar holds the classes of many projects, and often somebody else's
LICENSE: what speaks for the jar is its own POM, the manifest, and texts that
can be told to be its own. The rest are parts. Sources: Maven's POM reference,
the OSGi Core specification 3.2.1 (Bundle-License), the JAR file specification
(manifest).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
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
from licensescan.reader import (
    Files,
    MissingError,
    ReadError,
    decode,
    open_files,
    read_whole,
)
from licensescan.standards.purl import part_purl, purl

_ENDINGS = re.compile(r"(?i)\.(?:jar|war|aar|ear)$")
_META = "META-INF/"
_MAVEN = re.compile(r"^META-INF/maven/([^/]+)/([^/]+)/pom\.(xml|properties)$")
_STEM = re.compile(r"^(?P<name>.+?)-(?P<version>\d[\w.+\-]*)$")
_BUNDLE_LICENSE = re.compile(r"(?im)^Bundle-License:[ \t]*(.+)$")
_ATTRIBUTE = re.compile(r"^(link|description)\s*:?=\s*\"?([^\"]*)")
_COMMON = frozenset(
    "apache client core common java library server runtime util utils google github eclipse".split()
)
"""Words in names and groups that tell no project from another."""

_NAMES_SHOWN = 4
_FEW = 3
"""
Foreign projects in a jar up to which its texts are still taken for its own
when nothing else speaks.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """
    One project whose POM or coordinates lie in `folder` of a jar; `evidence`
    is what its POM says.
    """

    folder: str
    group: str
    artifact: str
    version: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def purl(self) -> Purl:
        return purl(
            "maven", self.artifact, self.version, self.group.replace("/", ".")
        )

    @property
    def coordinates(self) -> Evidence:
        kind = EvidenceKind.COORDINATES
        return Evidence(
            kind=kind,
            path=self.folder,
            value=self.purl,
        )


def matches(path: str) -> bool:
    """Return True for a file that is named like a Java archive."""
    return _ENDINGS.search(path) is not None and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    Yield the jar at `path` as one component. Raises `IncompleteError` when it
    is no archive.
    """
    yield from components(open_files(path), os.path.basename(path))


def components(files: Files, path: str) -> list[Component]:
    """
    Return the jar whose members are `files` as a list of one component; `path`
    is where it stands. Never raises.
    """
    paths = list(files.paths())
    stem = _ENDINGS.sub("", path.rsplit("/", 1)[-1])
    problems: list[Problem] = []
    projects = _projects(files, paths, problems)
    own = _own(projects, stem)
    others = [project for project in projects if project is not own]
    name, version, identity = _identity(own, stem)
    declared = [*_declared(own, others), *_bundle_license(files, problems)]
    contents = survey(
        files,
        paths,
        purl=identity,
        name=name,
        prefix=_META,
    )
    if others and (declared or len(others) > _FEW):
        _give_away_foreign_texts(
            contents, identity, f"{name} {own.group if own else ''}"
        )
    problems += (*contents.problems, *files.problems)
    component = Component(
        purl=identity,
        name=name,
        version=version,
        kind="jar",
        path=path,
        evidence=(*declared, *contents.evidence),
        parts=(*_shaded(others, own, identity), *contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(dict.fromkeys(problems)),
    )
    return [component]


def _projects(
    files: Files, paths: Sequence[str], problems: list[Problem]
) -> list[_Project]:
    folders = dict.fromkeys(
        p.rsplit("/", 1)[0] for p in paths if _MAVEN.match(p)
    )
    return [_project(files, folder, problems) for folder in folders]


def _project(
    files: Files,
    folder: str,
    problems: list[Problem],
) -> _Project:
    """
    Return the project in one folder of META-INF/maven; the folder's name is
    believed where the POM is silent.
    """
    _, _, group, artifact, *_ = folder.split("/")
    path = f"{folder}/pom.xml"
    pom = _pom(files, path, problems)
    version = _stated_version(files, folder)
    if pom and not version and "${" not in pom.version:
        version = pom.version
    return _Project(
        folder=folder,
        group=group,
        artifact=artifact,
        version=version,
        evidence=tuple(pom_evidence(pom, path)) if pom else (),
    )


def _pom(
    files: Files,
    path: str,
    problems: list[Problem],
) -> Pom | None:
    if not files.has(path):
        return None
    try:
        return read_pom(read_whole(files, path))
    except ReadError as error:
        problems.append(error.problem)
    except ValueError as error:
        message = f"POM: {error}"[:300]
        rule = RuleId.METADATA_INVALID
        problems.append(
            Problem(
                rule=rule,
                path=path,
                message=message,
            )
        )
    return None


def _stated_version(files: Files, folder: str) -> str:
    try:
        data = files.read(f"{folder}/pom.properties", 65536).data
    except ReadError:
        return ""
    return properties(data).get("version", "")


def _own(projects: Sequence[_Project], stem: str) -> _Project | None:
    """
    Return the project that the file is named after; the only one there is
    speaks for the jar, too.
    """
    fitting = [
        project
        for project in projects
        if re.match(rf"{re.escape(project.artifact)}(?:$|[-_.])", stem)
    ]
    if fitting:
        return max(fitting, key=lambda project: len(project.artifact))
    return projects[0] if len(projects) == 1 else None


def _identity(own: _Project | None, stem: str) -> tuple[str, str, Purl]:
    """
    Return the name, version and package URL of a jar with this file name.
    """
    if own:
        return own.artifact, own.version, own.purl
    match = _STEM.match(stem)
    name, version = (match["name"], match["version"]) if match else (stem, "")
    return name, version, purl("generic", name, version)


def _declared(
    own: _Project | None, others: Sequence[_Project]
) -> tuple[Evidence, ...]:
    """
    Return what the jar's own POM says, else those of its group: their common
    parent is not in the jar.
    """
    if own is None:
        return _shared_by(others)
    siblings = [project for project in others if project.group == own.group]
    return own.evidence or _shared_by(siblings)


def _shared_by(projects: Sequence[_Project]) -> tuple[Evidence, ...]:
    """Return the one license that all POMs of one group that name any name."""
    if len({project.group for project in projects}) != 1:
        return ()
    by_value: dict[str, Evidence] = {}
    for project in projects:
        for evidence in project.evidence:
            by_value.setdefault(evidence.value, evidence)
    return tuple(by_value.values()) if len(by_value) == 1 else ()


def _bundle_license(files: Files, problems: list[Problem]) -> list[Evidence]:
    """
    Return the manifest's Bundle-License: names or addresses in a list are
    alternatives, each may carry attributes.
    """
    path = f"{_META}MANIFEST.MF"
    try:
        text = decode(read_whole(files, path)).text
    except ReadError as error:
        if not isinstance(error, MissingError):
            problems.append(error.problem)
        return []
    main = text.split("\n\n", 1)[0]
    header = _BUNDLE_LICENSE.search(main.replace("\n ", ""))
    clauses = _clauses(header[1]) if header else []
    names = [name for name in map(_bundle_name, clauses) if name]
    if not names:
        return []
    offset = main.lower().find("bundle-license:")
    line = main.count("\n", 0, max(offset, 0)) + 1
    evidence = Evidence(
        kind=EvidenceKind.MANIFEST,
        path=path,
        value=choice_of(list(dict.fromkeys(names))),
        lines=(line, line),
    )
    return [evidence]


def _clauses(value: str) -> list[str]:
    """
    Return the clauses of an OSGi header; a comma before "Version" belongs to
    the name, as many bundles write it.
    """
    clauses: list[str] = []
    for piece in re.findall(r"(?:\"[^\"]*\"|[^,\"])+", value):
        if clauses and re.match(r"(?i)\s*(?:version|v\.?\s*\d|inc\b)", piece):
            clauses[-1] += "," + piece
        else:
            clauses.append(piece)
    return clauses


def _bundle_name(clause: str) -> str:
    """
    Return the license that a clause names, else its link or description, or
    "".
    """
    pieces: list[str] = re.findall(r"(?:\"[^\"]*\"|[^;\"])+", clause)
    first, *attributes = [piece.strip() for piece in pieces] or [""]
    name = first.strip('" ')
    if name and name != "<<EXTERNAL>>":
        return name
    matches = map(_ATTRIBUTE.match, attributes)
    given = {match[1]: match[2] for match in matches if match}
    return given.get("link") or given.get("description") or ""


def _give_away_foreign_texts(
    contents: Contents,
    identity: Purl,
    names: str,
) -> None:
    """
    In a shaded jar, keep as the jar's own only texts that can be told to be:
    those beside a NOTICE that has one of its `names` at the top.

    The others may have come with any of the projects inside, whatever their
    name: each becomes a part. Where nothing is declared and few projects are
    inside, the caller keeps the texts: they are all that speaks for the jar.
    """
    own_words = {word for word in _words(names) if len(word) > 3} - _COMMON
    endings = set()
    foreign = []
    for evidence in contents.evidence:
        if evidence.kind == EvidenceKind.NOTICE and evidence.text:
            if own_words & _words(_top_of(evidence.text)):
                endings.add(os.path.splitext(evidence.path)[1])
            else:
                foreign.append(evidence)
    for evidence in contents.evidence:
        is_text = evidence.kind == EvidenceKind.LICENSE_FILE
        if is_text and os.path.splitext(evidence.path)[1] not in endings:
            foreign.append(evidence)
            contents.parts.append(_shaded_text(evidence, identity))
    contents.evidence = [e for e in contents.evidence if e not in foreign]


def _words(text: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", text.lower()))


def _top_of(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    return "\n".join(lines[:3])


def _shaded_text(evidence: Evidence, identity: Purl) -> Component:
    return Component(
        purl=part_purl(identity, evidence.path),
        name=f"a shaded project ({evidence.path.rsplit('/', 1)[-1]})",
        version="",
        kind="source",
        relation="vendored",
        path=evidence.path,
        evidence=(evidence,),
    )


def _shaded(
    others: Sequence[_Project], own: _Project | None, identity: Purl
) -> Iterator[Component]:
    """
    Yield a part for each foreign project whose POM names a license, and one
    for each group of those whose POMs do not.
    """
    silent: dict[str, list[_Project]] = {}
    for project in others:
        if project.evidence:
            yield _shaded_project(project, identity)
        elif not own or project.group != own.group:
            silent.setdefault(project.group, []).append(project)
    for group, projects in silent.items():
        yield _shaded_group(group, projects, identity)


def _shaded_project(project: _Project, identity: Purl) -> Component:
    return Component(
        purl=part_purl(identity, project.folder),
        name=project.artifact,
        version=project.version,
        kind="jar",
        relation="vendored",
        path=project.folder,
        evidence=(*project.evidence, project.coordinates),
    )


def _shaded_group(
    group: str, projects: Sequence[_Project], identity: Purl
) -> Component:
    folder = f"{_META}maven/{group}"
    names = [project.artifact for project in projects]
    more = len(names) - _NAMES_SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return Component(
        purl=part_purl(identity, folder),
        name=", ".join(names[:_NAMES_SHOWN]) + rest,
        version="",
        kind="jar",
        relation="vendored",
        path=folder,
        evidence=tuple(project.coordinates for project in projects),
        note="their POMs name no license here; it is in parent POMs that are not in the jar",
    )
