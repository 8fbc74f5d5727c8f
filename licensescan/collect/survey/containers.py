"""
Containers inside a component, each with a license of its own: packages vendored with
their metadata, jars, wheels and zips, software bills of materials.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from licensescan.collect import components_in
from licensescan.collect.survey.file_roles import evidence_kind
from licensescan.collect.survey.tree import Contents, Tree, read_text
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Purl
from licensescan.reader import ReadError, decode

_NESTED_INFO = re.compile(r"^(.+)/([^/]+)\.(dist-info|egg-info)/(METADATA|PKG-INFO)$")
_SBOM = re.compile(r"\.(?:dist-info|egg-info)/sboms/[^/]+$")
_TOP_INFO = re.compile(r"^[^/]+\.dist-info/METADATA$")
_METADATA = ("/METADATA", "/PKG-INFO")
_ARCHIVES = 100
_SILENT = ("notice", "coordinates", "readme", EvidenceKind.README_NESTED)
"""Evidence that does not say by itself which license a jar is under."""


def packages(tree: Tree, contents: Contents) -> list[str]:
    """
    Packages vendored with their metadata, one part each. Returns the folders of these
    metadata: they are told.
    """
    from licensescan.collect.formats.core_metadata import read_metadata

    prefixes = []
    for path in tree.paths:
        found = (
            _NESTED_INFO.match(tree.inner(path)) if path.endswith(_METADATA) else None
        )
        if not found:
            continue
        folder = path[: path.rindex("/") + 1]
        try:
            metadata = read_metadata(tree.files.read(path).data, path)
        except ReadError as error:
            contents.problems.append(error.problem)
            continue
        prefixes.append(folder)
        evidence = list(metadata.evidence)
        for other in tree.paths:
            if other.startswith(folder) and evidence_kind(other.rsplit("/", 1)[-1]):
                text = read_text(
                    tree,
                    contents,
                    other,
                    EvidenceKind.LICENSE_FILE,
                    named=True,
                    promised=False,
                )
                evidence += [text] if text else []
        name = metadata.name or found.group(2).split("-")[0]
        part = tree.part(name, "package", "vendored", evidence)
        contents.parts.append(
            replace(part, version=metadata.version, path=folder.rstrip("/"))
        )
    return prefixes


def sboms(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """The parts that a bill of materials in the metadata lists (PEP 770)."""
    from licensescan.collect.formats.sbom import parts_of_sbom

    for path in paths:
        if "/sboms/" in path and _SBOM.search(path):
            try:
                data = tree.files.read(path, 8 << 20)
            except ReadError as error:
                contents.problems.append(error.problem)
                continue
            found, problems = parts_of_sbom(data.data, path, tree.purl)
            contents.parts += found
            contents.problems += problems


def jars(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    Each jar is a part, and so is what it holds; jars called like the component are
    content of its own too.
    """
    own: list[Component] = []
    for path in paths:
        try:
            inside = components_in(tree.files, path)
        except ReadError as error:
            if error.problem.rule != RuleId.EVIDENCE_MISSING:
                contents.problems.append(error.problem)
            continue
        for found in inside:
            whole = hoisted(
                replace(found, path="", relation="bundled"), tree.purl, path
            )
            if re.fullmatch(
                rf"{re.escape(tree.name)}(?:[-_.].*)?", whole.name, re.IGNORECASE
            ):
                own.append(whole)
                if not whole.problems and all(
                    e.kind in _SILENT for e in whole.evidence
                ):
                    # The component's own code in another form: its license is the
                    # component's.
                    contents.parts += whole.parts
                    continue
            contents.parts += [replace(whole, parts=()), *whole.parts]
    contents.evidence += _votes(own)


def archives(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    Wheels and zips that are carried along: a part each, if metadata or a license file
    is in it.
    """
    from licensescan.collect.formats.core_metadata import read_metadata
    from licensescan.reader import nested

    for path in [p for p in paths if p.lower().endswith((".whl", ".zip"))][:_ARCHIVES]:
        evidence: list[Evidence] = []
        name = path.rsplit("/", 1)[-1]
        try:
            inside = nested(tree.files, path)
            for member in inside.paths():
                base = member.rsplit("/", 1)[-1]
                if _TOP_INFO.match(member):
                    metadata = read_metadata(
                        inside.read(member).data, f"{path}/{member}"
                    )
                    name = metadata.name or name
                    evidence += [
                        e for e in metadata.evidence if e.kind != EvidenceKind.README
                    ]
                elif (
                    evidence_kind(base) == EvidenceKind.LICENSE_FILE
                    and (text := decode(inside.read(member).data).text).strip()
                ):
                    evidence.append(
                        Evidence(
                            kind=EvidenceKind.LICENSE_FILE,
                            path=f"{path}/{member}",
                            text=text,
                        )
                    )
        except ReadError as error:
            if error.problem.rule == RuleId.ARCHIVE_UNSAFE:
                contents.problems.append(replace(error.problem, path=path))
            continue
        contents.problems += [
            replace(p, path=f"{path}/{p.path}") for p in inside.problems
        ]
        if evidence:
            contents.parts.append(
                replace(tree.part(name, "package", "bundled", evidence), path=path)
            )


def hoisted(part: Component, whole: Purl, container: str) -> Component:
    """
    A part of a container as a part of the whole: its paths begin with the container's.
    """

    def moved(path: str) -> str:
        return path if path.startswith(container) else f"{container}/{path}".rstrip("/")

    coordinates = Evidence(
        kind=EvidenceKind.COORDINATES, path=moved(part.path), value=part.purl
    )
    own = (
        (coordinates,)
        if part.purl.startswith("pkg:maven/") and "#" not in part.purl
        else ()
    )
    return replace(
        part,
        purl=Purl(f"{whole}#{moved(part.path)}"),
        path=moved(part.path),
        evidence=(*(replace(e, path=moved(e.path)) for e in part.evidence), *own),
        parts=tuple(hoisted(p, whole, container) for p in part.parts),
        problems=tuple(replace(p, path=moved(p.path)) for p in part.problems),
    )


def _votes(jars: Sequence[Component]) -> list[Evidence]:
    """What the POMs of a component's own jars say, as headers: each jar is a vote."""
    said: dict[str, list[Evidence]] = {}
    for item in (e for whole in jars for e in _once(whole.evidence)):
        said.setdefault(item.value, []).append(item)
    return [
        replace(
            items[0],
            kind=EvidenceKind.SPDX_TAG
            if items[0].kind == EvidenceKind.SPDX_TAG
            else EvidenceKind.SOURCE_HEADER,
            share=(n, len(jars)),
        )
        for items in said.values()
        for n in (len(items),)
    ]


def _once(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    return {
        e.value: e
        for e in evidence
        if e.kind in (EvidenceKind.SPDX_TAG, EvidenceKind.POM)
    }.values()
