"""
Read containers inside a component, each on terms of its own: packages vendored
with their metadata, archives of any kind, software bills of materials.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from licensescan.collect import components_in
from licensescan.collect.formats.sbom import File
from licensescan.collect.survey.file_roles import base_name, evidence_kind
from licensescan.collect.survey.tree import Contents, Tree, read_text
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Purl
from licensescan.reader import ReadError, read_whole
from licensescan.standards.purl import part_purl

_NESTED_INFO = re.compile(
    r"^(.+)/([^/]+)\.(dist-info|egg-info)/(METADATA|PKG-INFO)$"
)
_SBOM = re.compile(r"\.(?:dist-info|egg-info)/sboms/[^/]+$")
_METADATA = ("/METADATA", "/PKG-INFO")
_SBOM_BYTES = 8 << 20
_DOCUMENT = "pdf"
"""
The ending of documents that are no text at all; others (`LICENSE.docx`) are
read as texts, and are told to be none.
"""

_LISTS = ("cgmanifest.json",)
"""Lists of licenses that are not called after them."""

_METHODS = {"SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}
"""Digests of CycloneDX by the names of Python."""

_PIECE = 1 << 20
"""Bytes of a file that are read at once."""

_NAMED = 3
"""Things of one license that the name of their part shows."""

_SILENT = (
    EvidenceKind.NOTICE,
    EvidenceKind.COORDINATES,
    EvidenceKind.README,
    EvidenceKind.README_NESTED,
)
"""Evidence that does not say by itself which license a jar is under."""


def packages(tree: Tree, contents: Contents) -> list[str]:
    """
    Read packages vendored with their metadata, one part each. Returns the
    folders of their metadata, which need no other look.
    """
    folders = []
    for path in tree.paths:
        if not path.endswith(_METADATA):
            continue
        match = _NESTED_INFO.match(tree.inner(path))
        if match and _add_package(tree, contents, path, match[2]):
            folders.append(_folder_of(path))
    return folders


def _folder_of(path: str) -> str:
    """Return the folder of a file, with its slash."""
    return path[: path.rindex("/") + 1]


def _add_package(
    tree: Tree,
    contents: Contents,
    path: str,
    stem: str,
) -> bool:
    """
    Add the package whose metadata is at `path`, in a folder called `stem`.
    Returns False when it cannot be read.
    """
    from licensescan.collect.formats.core_metadata import read_metadata

    try:
        read = tree.files.read(path)
    except ReadError as error:
        contents.problems.append(error.problem)
        return False
    if read.truncated:
        contents.cut(path, read.size)
    metadata = read_metadata(read.data, path)
    folder = _folder_of(path)
    texts = _license_texts(tree, contents, folder)
    name = metadata.name or stem.split("-")[0]
    part = tree.part(name, "package", "vendored", [*metadata.evidence, *texts])
    part = replace(
        part,
        version=metadata.version,
        path=folder.rstrip("/"),
    )
    contents.parts.append(part)
    return True


def _license_texts(
    tree: Tree, contents: Contents, folder: str
) -> Iterator[Evidence]:
    for path in tree.paths:
        if not path.startswith(folder) or not evidence_kind(base_name(path)):
            continue
        text = read_text(
            tree,
            contents,
            path,
            EvidenceKind.LICENSE_FILE,
            named=True,
            promised=False,
        )
        if text:
            yield text


def sboms(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    Read the parts that a bill of materials in the metadata lists (PEP 770).
    """
    from licensescan.collect.formats.boms import parts_of_sbom

    for path in paths:
        if "/sboms/" not in path or not _SBOM.search(path):
            continue
        try:
            data = read_whole(tree.files, path, _SBOM_BYTES)
        except ReadError as error:
            contents.problems.append(error.problem)
            continue
        parts, listed, problems = parts_of_sbom(data, path, tree.purl)
        contents.parts += parts
        contents.problems += problems
        _check_digests(tree, contents, path, listed)


def _check_digests(
    tree: Tree, contents: Contents, path: str, listed: Sequence[File]
) -> None:
    """
    Note the files that are not what the SBOM at `path` says that they are.
    """
    present: dict[str, list[str]] = {}
    for inside in tree.paths if listed else ():
        present.setdefault(base_name(inside), []).append(inside)
    for file in listed:
        named = [
            inside
            for inside in present.get(base_name(file.name), ())
            if f"/{inside}".endswith(f"/{file.name}")
        ]
        if len(named) == 1 and file.method in _METHODS:
            _check_digest(tree, contents, path, file, named[0])


def _check_digest(
    tree: Tree, contents: Contents, path: str, file: File, inside: str
) -> None:
    digest = hashlib.new(_METHODS[file.method])
    try:
        with tree.files.stream(inside) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except ReadError as error:
        contents.problems.append(error.problem)
        return
    if digest.hexdigest() != file.digest:
        message = f"{inside} is not the file that the SBOM lists: its {file.method} is another"
        contents.problem(RuleId.METADATA_INVALID, path, message)


def listed_modules(contents: Contents) -> set[str]:
    """
    Return some of the modules, with version, that bills of materials list.
    """
    return {name for part in contents.parts for name in part.name.split(", ")}


def lists(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    Add what lists of licenses in JSON name, one part for each license: they
    are called like a license file (`third-party-licenses.json`).
    """
    from licensescan.collect.formats.license_lists import read_license_list

    for path in paths:
        if not _is_list(base_name(path)):
            continue
        try:
            data = read_whole(tree.files, path, _SBOM_BYTES)
            listed = read_license_list(data)
        except ReadError as error:
            if error.problem.rule != RuleId.EVIDENCE_MISSING:
                contents.problems.append(error.problem)
            continue
        except ValueError as error:
            contents.problem(
                RuleId.EVIDENCE_UNREADABLE,
                path,
                f"no list that can be read: {error}",
            )
            continue
        by_license: dict[tuple[str, str], list[str]] = {}
        for entry in listed:
            terms = (entry.license, entry.text)
            by_license.setdefault(terms, []).append(entry.name)
        for (license_, text), names in by_license.items():
            evidence = Evidence(
                kind=EvidenceKind.LICENSE_FILE if text else EvidenceKind.SBOM,
                path=path,
                value=license_,
                text=text or None,
            )
            contents.parts.append(_of_list(tree, path, evidence, names))


def documents(paths: Iterable[str], contents: Contents) -> None:
    """
    Note the documents that are called like terms and that are not read: what
    stands in `EULA.pdf` holds, whatever stands beside it.
    """
    for path in paths:
        stem, _, ending = base_name(path).rpartition(".")
        if ending.lower() == _DOCUMENT and evidence_kind(stem) is not None:
            contents.problem(
                RuleId.TERMS_UNREAD, path, f"{path} is a document: not read"
            )


def _is_list(name: str) -> bool:
    stem, _, ending = name.rpartition(".")
    if ending.lower() != "json":
        return False
    return name in _LISTS or evidence_kind(stem) is not None


def _of_list(
    tree: Tree, path: str, evidence: Evidence, names: Sequence[str]
) -> Component:
    """Return the things that a list gives one license, as a part."""
    shown = [name for name in dict.fromkeys(names) if name]
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    name = (", ".join(shown[:_NAMED]) or base_name(path)) + more
    return tree.part(name, "source", "bundled", [evidence])


def archives(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    Add each archive that says anything as a part, and what it holds; jars
    called like the component are content of its own too.
    """
    name = re.escape(tree.name)
    called_alike = re.compile(rf"{name}(?:[-_.].*)?", re.IGNORECASE)
    own_jars: list[Component] = []
    for path in paths:
        for jar in _components_in(tree, path, contents):
            if jar.kind != "jar":
                contents.parts += _of_archive(jar)
                continue
            is_own = called_alike.fullmatch(jar.name) is not None
            if is_own:
                own_jars.append(jar)
            # The component's own code in another form has the component's
            # license.
            if not is_own or jar.problems or _speaks(jar):
                contents.parts.append(replace(jar, parts=()))
            contents.parts += jar.parts
    contents.evidence += _shares(own_jars)


def _of_archive(component: Component) -> Sequence[Component]:
    """
    Return what an archive shows: itself, if it says anything of its license,
    and its parts.
    """
    if component.problems or _speaks(component):
        whole = replace(component, parts=(), requires=())
        return (whole, *component.parts)
    return component.parts


def _components_in(
    tree: Tree, path: str, contents: Contents
) -> Iterator[Component]:
    try:
        components = components_in(tree.files, path)
    except ReadError as error:
        if error.problem.rule != RuleId.EVIDENCE_MISSING:
            contents.problems.append(error.problem)
        return
    for component in components:
        bundled = replace(component, path="", relation="bundled")
        yield hoisted(bundled, tree.purl, path)


def _speaks(jar: Component) -> bool:
    return any(e.kind not in _SILENT for e in jar.evidence)


def hoisted(part: Component, whole: Purl, container: str) -> Component:
    """
    Return a part of a container as a part of the whole: its paths begin with
    the container's.
    """

    def moved(path: str) -> str:
        return (
            path
            if path.startswith(container)
            else f"{container}/{path}".rstrip("/")
        )

    path = moved(part.path)
    evidence = [replace(e, path=moved(e.path)) for e in part.evidence]
    if part.purl.startswith("pkg:maven/") and "#" not in part.purl:
        coordinates = Evidence(
            kind=EvidenceKind.COORDINATES,
            path=path,
            value=part.purl,
        )
        evidence.append(coordinates)
    return replace(
        part,
        purl=part_purl(whole, path),
        path=path,
        evidence=tuple(evidence),
        parts=tuple(hoisted(p, whole, container) for p in part.parts),
        problems=tuple(replace(p, path=moved(p.path)) for p in part.problems),
        left_out=tuple(replace(o, path=moved(o.path)) for o in part.left_out),
    )


def _shares(jars: Sequence[Component]) -> list[Evidence]:
    """
    Return what the tags and POMs of a component's own jars say, as headers:
    each jar counts as one file.
    """
    by_value: dict[str, list[Evidence]] = {}
    for jar in jars:
        for item in _once(jar.evidence):
            by_value.setdefault(item.value, []).append(item)
    return [_header(items, len(jars)) for items in by_value.values()]


def _header(items: Sequence[Evidence], jars: int) -> Evidence:
    is_tag = items[0].kind == EvidenceKind.SPDX_TAG
    return replace(
        items[0],
        kind=EvidenceKind.SPDX_TAG if is_tag else EvidenceKind.SOURCE_HEADER,
        share=(len(items), jars),
    )


def _once(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    kinds = (EvidenceKind.SPDX_TAG, EvidenceKind.POM)
    return {e.value: e for e in evidence if e.kind in kinds}.values()
