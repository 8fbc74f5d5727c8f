"""
What conda installed: packages that no Python metadata describes, and what
conda's records add to those that have it.

Source: conda's `conda-meta/<name>-<version>-<build>.json` records.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from licensescan.base.document import text, texts
from licensescan.collect.formats.makers import plain_address, sha256_in
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Problem, Provenance
from licensescan.reader import (
    RECORD_BYTES,
    FileTree,
    FolderFiles,
    ReadError,
    decode,
    load_json,
    read_whole,
)
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

_RECORDS = "conda-meta"
_TEXTS = "info/licenses"
_PYTHON_INFO = re.compile(
    r"(?:^|/)site-packages/([^/]+?)-[^/]*\.(?:dist|egg)-info/(?:METADATA|PKG-INFO)$"
)
_DEPENDENCY = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """
    One package as conda records it at `path`; `extracted` is its folder in
    conda's package cache.
    """

    path: str
    name: str
    version: str
    license: str
    files: tuple[str, ...]
    depends: tuple[str, ...]
    extracted: str
    provenance: Provenance

    @property
    def stem(self) -> str:
        """Name, version and build, as conda writes them together."""
        return _stem(self.path)

    def field(self) -> list[Evidence]:
        """Return the license field as evidence."""
        if not self.license:
            return []
        kind = EvidenceKind.LICENSE_FIELD
        return [
            Evidence(
                kind=kind,
                path=self.path,
                value=self.license,
            )
        ]

    def distributions(self) -> set[str]:
        """
        Return the canonical names of the Python distributions that the package
        installs, its own name where it shows none.
        """
        matches = map(_PYTHON_INFO.search, self.files)
        names = {canonical(match[1]) for match in matches if match}
        return names or {canonical(self.name)}


def merge(
    found: list[Component], tree: FileTree, root: FileTree | None = None
) -> list[Component]:
    """
    Return `found`, the Python distributions of the environment whose prefix is
    `tree`, with the conda packages that are none of them. `root` is the image
    around it, if any.

    A distribution that conda installed gets conda's license field as further
    evidence. A record that cannot be read becomes a component that says so.
    """
    read = list(_records(tree))
    records = [record for record in read if isinstance(record, _Record)]
    broken = [record for record in read if isinstance(record, Component)]
    present = set(tree.paths()) if records else set()
    known = {canonical(component.name) for component in found}
    fields: dict[str, list[Evidence]] = {}
    packed: dict[str, Provenance] = {}
    alone: list[Component] = []
    for record in records:
        described = record.distributions() & known
        if not described:
            alone.append(_component(tree, record, present, root))
        for name in described:
            fields.setdefault(name, []).extend(record.field())
            packed[name] = record.provenance
    enriched = [
        _with_fields(c, fields[key], packed[key])
        if (key := canonical(c.name)) in packed
        else c
        for c in found
    ]
    return [*enriched, *alone, *broken]


def _with_fields(
    component: Component, fields: list[Evidence], packed: Provenance
) -> Component:
    """Return a distribution with what conda says of the package around it."""
    provenance = replace(
        component.provenance, download=packed.download, sha256=packed.sha256
    )
    evidence = (*component.evidence, *fields)
    return replace(component, evidence=evidence, provenance=provenance)


def _records(tree: FileTree) -> Iterator[_Record | Component]:
    """
    Yield the records, and a component with a problem for each broken one.
    """
    for name in tree.names(_RECORDS):
        path = f"{_RECORDS}/{name}"
        if not name.endswith(".json"):
            continue
        try:
            document = load_json(read_whole(tree, path, RECORD_BYTES))
        except ReadError as error:
            yield _broken(error.problem)
        except ValueError as error:
            yield _broken(_invalid(path, f"conda record: {error}"[:300]))
        else:
            if not isinstance(document, Mapping):
                yield _broken(_invalid(path, "the conda record is no object"))
            elif text(document.get("name")):
                yield _record(document, path)


def _record(document: Mapping[str, Any], path: str) -> _Record:
    declared = text(document.get("license")) or text(
        document.get("license_family")
    )
    dependencies = map(_DEPENDENCY.match, texts(document.get("depends")))
    return _Record(
        path=path,
        name=text(document.get("name")),
        version=text(document.get("version")),
        license=declared,
        files=tuple(texts(document.get("files"))),
        depends=tuple(match[0] for match in dependencies if match),
        extracted=text(document.get("extracted_package_dir")),
        provenance=Provenance(
            supplier=plain_address(text(document.get("channel"))),
            download=plain_address(text(document.get("url"))),
            sha256=sha256_in(text(document.get("sha256"))),
        ),
    )


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".json")


def _invalid(path: str, message: str) -> Problem:
    return Problem(
        rule=RuleId.METADATA_INVALID,
        path=path,
        message=message,
    )


def _broken(problem: Problem) -> Component:
    """Return the package of a broken record, as the record's name has it."""
    name, version = _stem(problem.path), ""
    pieces = name.rsplit("-", 2)
    if len(pieces) == 3:
        name, version, _ = pieces
    return Component(
        purl=purl("conda", name, version),
        name=name,
        version=version,
        path=problem.path,
        problems=(problem,),
    )


def _component(
    tree: FileTree,
    record: _Record,
    present: Container[str],
    root: FileTree | None,
) -> Component:
    """Return a package that no Python metadata describes."""
    identity = purl("conda", record.name, record.version)
    owned = [path for path in record.files if path in present]
    inside = [path for path in owned if not path.endswith(".pyc")]
    # Source headers are read where code is the package's own work; an
    # interpreter's library is 10,000 files of other people's.
    contents = survey(
        tree,
        inside,
        purl=identity,
        name=record.name,
        prefix=_texts_folder(record, inside),
        with_headers=False,
    )
    return Component(
        purl=identity,
        name=record.name,
        version=record.version,
        path=record.path,
        requires=record.depends,
        evidence=(
            *record.field(),
            *_cached_texts(record, root),
            *contents.evidence,
        ),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(dict.fromkeys(contents.problems)),
        provenance=record.provenance,
    )


def _texts_folder(record: _Record, inside: list[str]) -> str:
    """Return the folder of the package's own texts, "" when it has none."""
    for kind in ("licenses", "doc"):
        folder = f"share/{kind}/{record.name}/"
        if any(path.startswith(folder) for path in inside):
            return folder
    return ""


def _cached_texts(
    record: _Record, root: FileTree | None
) -> Iterator[Evidence]:
    """
    Yield the license texts that conda-build put beside the package, when its
    extracted copy is still in the cache.

    The folder is only believed when it is named after the package and holds
    conda's own index of it.
    """
    folder = record.extracted
    if not folder or os.path.basename(folder.rstrip("/")) != record.stem:
        return
    cache: FileTree = root.below(folder) if root else FolderFiles(folder)
    if not _is_cache_of(cache, record.name):
        return
    for path in cache.walk(_TEXTS):
        try:
            read = cache.read(path)
        except ReadError:
            continue
        decoded = decode(read.data)
        if not decoded.binary and decoded.text.strip():
            yield Evidence(
                kind=EvidenceKind.LICENSE_FILE,
                path=f"{record.stem}/{path}",
                sha256=read.sha256,
                text=decoded.text,
            )


def _is_cache_of(cache: FileTree, name: str) -> bool:
    try:
        index = load_json(cache.read("info/index.json").data)
    except (ReadError, ValueError):
        return False
    return isinstance(index, Mapping) and index.get("name") == name
