"""
What conda installed: packages that no Python metadata describes, and what conda's
records add to those that have it.

Source: conda's `conda-meta/<name>-<version>-<build>.json` records.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Problem
from licensescan.reader import RECORD_BYTES, FolderFiles, ReadError, decode, load_json
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

_META = "conda-meta"
_INFO = re.compile(
    r"(?:^|/)site-packages/([^/]+?)-[^/]*\.(?:dist|egg)-info/(?:METADATA|PKG-INFO)$"
)
_TEXTS = "info/licenses"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """
    One package as conda records it; `extracted` is its folder in conda's package cache.
    """

    path: str
    name: str
    version: str
    license: str
    files: tuple[str, ...]
    depends: tuple[str, ...]
    extracted: str


def merge(found: list[Component], prefix: str) -> list[Component]:
    """
    `found`, the Python distributions of the environment at `prefix`, and the conda
    packages that are none of them.

    A distribution that conda installed gets conda's license field as further evidence.
    A record that cannot be read becomes a component that says so.
    """
    tree = FolderFiles(prefix)
    records: list[_Record] = []
    broken: list[Component] = []
    for name in tree.names(_META):
        if name.endswith(".json"):
            record = _read(tree, f"{_META}/{name}")
            if isinstance(record, _Record):
                records.append(record)
            elif record is not None:
                broken.append(record)
    present = set(tree.paths()) if records else set()
    known = {canonical(c.name) for c in found}
    added: dict[str, list[Evidence]] = {}
    whole: list[Component] = []
    for record in records:
        python = {
            canonical(m.group(1)) for f in record.files if (m := _INFO.search(f))
        } or {canonical(record.name)}
        if python & known:
            for name in python & known:
                added.setdefault(name, []).extend(_field(record))
        else:
            whole.append(_component(tree, record, present))
    enriched = [
        replace(c, evidence=(*c.evidence, *added.get(canonical(c.name), ())))
        for c in found
    ]
    return [*enriched, *whole, *broken]


def _read(tree: FolderFiles, path: str) -> _Record | Component | None:
    """
    The record at `path`; a component with a problem when it is broken, None when it is
    no package record.
    """
    stem = path.rsplit("/", 1)[-1].removesuffix(".json")
    try:
        value = load_json(tree.read(path, RECORD_BYTES).data)
    except ReadError as error:
        return _broken(stem, error.problem)
    except ValueError as error:
        return _broken(
            stem,
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message=f"conda record: {error}"[:300],
            ),
        )
    if not isinstance(value, Mapping):
        return _broken(
            stem,
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message="the conda record is no object",
            ),
        )
    if not _text(value, "name"):
        return None
    return _Record(
        path=path,
        name=_text(value, "name"),
        version=_text(value, "version"),
        license=_text(value, "license") or _text(value, "license_family"),
        files=tuple(_texts(value.get("files"))),
        depends=tuple(
            m.group()
            for d in _texts(value.get("depends"))
            if (m := re.match(r"[\w.-]+", d))
        ),
        extracted=_text(value, "extracted_package_dir"),
    )


def _broken(stem: str, problem: Problem) -> Component:
    pieces = stem.rsplit("-", 2)
    name, version = (pieces[0], pieces[1]) if len(pieces) == 3 else (stem, "")
    return Component(
        purl=purl("conda", name, version),
        name=name,
        version=version,
        path=problem.path,
        problems=(problem,),
    )


def _component(tree: FolderFiles, record: _Record, present: set[str]) -> Component:
    own = purl("conda", record.name, record.version)
    inside = [f for f in record.files if f in present and not f.endswith(".pyc")]
    # Source headers are read where code is somebody's own work; an interpreter's
    # library is 10,000 files of others'.
    tops = (f"share/{where}/{record.name}/" for where in ("licenses", "doc"))
    top = next((t for t in tops if any(f.startswith(t) for f in inside)), "")
    contents = survey(
        tree, inside, purl=own, name=record.name, prefix=top, with_headers=False
    )
    texts = _cached_texts(record)
    return Component(
        purl=own,
        name=record.name,
        version=record.version,
        path=record.path,
        requires=record.depends,
        evidence=(*_field(record), *texts, *contents.evidence),
        parts=tuple(contents.parts),
        problems=tuple(dict.fromkeys(contents.problems)),
    )


def _field(record: _Record) -> list[Evidence]:
    return (
        [
            Evidence(
                kind=EvidenceKind.LICENSE_FIELD, path=record.path, value=record.license
            )
        ]
        if record.license
        else []
    )


def _cached_texts(record: _Record) -> list[Evidence]:
    """
    The license texts that conda-build put beside the package, when its extracted copy
    is still in the cache.

    The folder is only believed when it is named after the package and holds conda's own
    index of it.
    """
    folder = record.extracted
    stem = record.path.rsplit("/", 1)[-1].removesuffix(".json")
    if not folder or os.path.basename(folder.rstrip("/")) != stem:
        return []
    cache = FolderFiles(folder)
    try:
        index = load_json(cache.read("info/index.json").data)
    except (ReadError, ValueError):
        return []
    if not isinstance(index, Mapping) or index.get("name") != record.name:
        return []
    found = []
    for path in cache.walk(_TEXTS):
        try:
            read = cache.read(path)
        except ReadError:
            continue
        decoded = decode(read.data)
        if not decoded.binary and decoded.text.strip():
            shown = f"{stem}/{path}"
            found.append(
                Evidence(
                    kind=EvidenceKind.LICENSE_FILE,
                    path=shown,
                    sha256=read.sha256,
                    text=decoded.text,
                )
            )
    return found


def _text(value: Mapping[str, Any], key: str) -> str:
    inner = value.get(key)
    return inner.strip() if isinstance(inner, str) else ""


def _texts(value: Any) -> Sequence[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
