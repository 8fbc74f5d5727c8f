"""
Ollama's store: a manifest for each model and tag, whose layers are blobs (ollama docs,
`OLLAMA_MODELS`).

The license layers are texts; the model layer is a GGUF file whose header may name a
license and base models.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from licensescan.collect.formats import weight_headers as weights
from licensescan.collect.models.folder import requirements
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Problem
from licensescan.reader import FolderFiles, ReadError, decode, load_json
from licensescan.standards.purl import purl

_LAYER = "application/vnd.ollama.image."
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_LIBRARY = "registry.ollama.ai/library/"
_LAYERS = 64


def store_at(path: str) -> str | None:
    """The folder that holds `manifests` and `blobs`: `path` itself, or its `models`."""
    for folder in (path, os.path.join(path, "models")):
        if {"manifests", "blobs"} <= set(FolderFiles(folder).folders()):
            return folder
    return None


def collect(store: str) -> Iterator[Component]:
    """A component for each manifest of the store."""
    files = FolderFiles(store)
    for path in files.walk("manifests"):
        yield _model(files, path)


def find(store: str, wanted: str) -> Component | None:
    """
    The model that `ollama run` gets for `wanted` (`name`, `name:tag`, `owner/name`),
    when it is in the store.
    """
    name, _, tag = wanted.partition(":")
    place = f"{'' if '/' in name else 'library/'}{name}/{tag or 'latest'}"
    path = f"manifests/registry.ollama.ai/{place}"
    files = FolderFiles(store)
    return (
        replace(_model(files, path), name=f"ollama/{wanted}")
        if files.has(path)
        else None
    )


def _model(files: FolderFiles, path: str) -> Component:
    place, _, tag = path.removeprefix("manifests/").rpartition("/")
    shown = (place + "/").removeprefix(_LIBRARY).rstrip("/")
    name = f"{shown}:{tag}"
    problems: list[Problem] = []
    evidence: list[Evidence] = []
    bases: list[str] = []
    datasets: list[str] = []
    texts = 0
    for kind, blob in _layers(files, path, problems):
        if kind == "license":
            texts += 1
            evidence += _text(files, blob, problems)
        elif kind in ("model", "adapter"):
            header = weights.read_header(files, blob, form="gguf")
            evidence += header.evidence
            bases += header.base_models
            datasets += header.datasets
            problems += header.problems
    if not texts and not evidence:
        message = f"{name}: its manifest has no license layer, and its header names no license"
        problems.append(
            Problem(rule=RuleId.LICENSE_UNKNOWN, path=path, message=message)
        )
    return Component(
        purl=purl("ollama", shown.rsplit("/", 1)[-1], tag, shown.rpartition("/")[0]),
        name=name,
        version=tag,
        kind="model",
        relation="weights",
        path=path,
        requires=requirements(name, bases, datasets),
        evidence=tuple(evidence),
        problems=tuple(dict.fromkeys(problems)),
    )


def _layers(
    files: FolderFiles, path: str, problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    """The kind of each layer, and the path of its blob."""
    try:
        manifest = load_json(files.read(path).data)
    except ReadError as error:
        problems.append(error.problem)
        return
    except ValueError as error:
        problems.append(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message=f"Ollama manifest: {error}",
            )
        )
        return
    layers: Any = manifest.get("layers") if isinstance(manifest, Mapping) else None
    if not isinstance(layers, list):
        problems.append(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message="Ollama manifest: it lists no layers",
            )
        )
        return
    for layer in layers[:_LAYERS]:
        said = layer if isinstance(layer, Mapping) else {}
        kind, digest = (
            str(said.get("mediaType", "")),
            _DIGEST.fullmatch(str(said.get("digest", ""))),
        )
        if not kind.startswith(_LAYER) or digest is None:
            problems.append(
                Problem(
                    rule=RuleId.METADATA_INVALID,
                    path=path,
                    message="Ollama manifest: a layer without blob",
                )
            )
            continue
        yield kind.removeprefix(_LAYER), f"blobs/sha256-{digest[1]}"


def _text(files: FolderFiles, path: str, problems: list[Problem]) -> Iterator[Evidence]:
    try:
        read = files.read(path)
    except ReadError as error:
        problems.append(error.problem)
        return
    decoded = decode(read.data)
    if decoded.binary:
        problems.append(
            Problem(rule=RuleId.EVIDENCE_UNREADABLE, path=path, message="is not a text")
        )
        return
    if read.truncated:
        message = f"{read.size} bytes: only head, tail and samples were read"
        problems.append(
            Problem(rule=RuleId.EVIDENCE_TRUNCATED, path=path, message=message)
        )
    yield Evidence(
        kind=EvidenceKind.LICENSE_FILE, path=path, sha256=read.sha256, text=decoded.text
    )
