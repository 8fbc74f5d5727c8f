"""
Ollama's store: a manifest for each model and tag, whose layers are blobs
(ollama docs, `OLLAMA_MODELS`).

The license layers are texts; the model layer is a GGUF file whose header may
name a license and base models.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from licensescan.collect.formats.weight_headers import read_header
from licensescan.collect.models.gathered import Gathered, model_purl, unique
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence
from licensescan.reader import (
    FileTree,
    FolderFiles,
    ReadError,
    decode,
    load_json,
)

_LAYER = "application/vnd.ollama.image."
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_LIBRARY = "registry.ollama.ai/library/"
_LAYERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """A layer of a manifest: its kind, and the path of its blob."""

    kind: str
    blob: str


def store_at(path: str) -> str | None:
    """
    Return the folder that holds `manifests` and `blobs`: `path` itself, or its
    `models`.
    """
    for folder in (path, os.path.join(path, "models")):
        if {"manifests", "blobs"}.issubset(FolderFiles(folder).folders()):
            return folder
    return None


def collect(store: str) -> Iterator[Component]:
    """Yield a component for each manifest of the store."""
    yield from models_in(FolderFiles(store))


def models_in(store: FileTree) -> Iterator[Component]:
    """Yield a component for each manifest of the store."""
    for path in store.walk("manifests"):
        yield _model(store, path)


def find(store: str, wanted: str) -> Component | None:
    """
    Return the model that `ollama run` gets for `wanted` (`name`, `name:tag`,
    `owner/name`), when it is in the store.
    """
    name, _, tag = wanted.partition(":")
    owner_and_name = name if "/" in name else f"library/{name}"
    path = f"manifests/registry.ollama.ai/{owner_and_name}/{tag or 'latest'}"
    files = FolderFiles(store)
    if not files.has(path):
        return None
    return replace(_model(files, path), name=f"ollama/{wanted}")


def _model(files: FileTree, path: str) -> Component:
    """Return the model of the manifest at `path`."""
    full_name, _, tag = path.removeprefix("manifests/").rpartition("/")
    model_id = f"{full_name}/".removeprefix(_LIBRARY).rstrip("/")
    name = f"{model_id}:{tag}"
    gathered = Gathered()
    layers = _layers(files, path, gathered)
    for layer in layers:
        if layer.kind == "license":
            _add_text(files, layer.blob, gathered)
        elif layer.kind in ("model", "adapter"):
            gathered.add(read_header(files, layer.blob, form="gguf"))
    has_text = any(layer.kind == "license" for layer in layers)
    if not has_text and not gathered.evidence:
        message = f"{name}: its manifest has no license layer, and its header names no license"
        gathered.add_problem(RuleId.LICENSE_UNKNOWN, path, message)
    return Component(
        purl=model_purl("ollama", model_id, tag),
        name=name,
        version=tag,
        kind="model",
        relation="weights",
        path=path,
        requires=gathered.requirements(name),
        evidence=tuple(gathered.evidence),
        problems=unique(gathered.problems),
    )


def _layers(files: FileTree, path: str, gathered: Gathered) -> list[_Layer]:
    """Return the layers of a manifest; what is wrong with it is a problem."""
    try:
        manifest = load_json(files.read(path).data)
    except ReadError as error:
        gathered.problems.append(error.problem)
        return []
    except ValueError as error:
        _add_invalid(gathered, path, str(error))
        return []
    listed = manifest.get("layers") if isinstance(manifest, Mapping) else None
    if not isinstance(listed, list):
        _add_invalid(gathered, path, "it lists no layers")
        return []
    if len(listed) > _LAYERS:
        fault = f"{len(listed)} layers, of which {_LAYERS} are read"
        gathered.add_problem(RuleId.EVIDENCE_TRUNCATED, path, fault)
    layers = []
    for entry in listed[:_LAYERS]:
        layer = _layer(entry)
        if layer:
            layers.append(layer)
        else:
            _add_invalid(gathered, path, "a layer without blob")
    return layers


def _layer(entry: object) -> _Layer | None:
    if not isinstance(entry, Mapping):
        return None
    media_type = str(entry.get("mediaType", ""))
    digest = _DIGEST.fullmatch(str(entry.get("digest", "")))
    if not media_type.startswith(_LAYER) or digest is None:
        return None
    kind = media_type.removeprefix(_LAYER)
    return _Layer(kind=kind, blob=f"blobs/sha256-{digest[1]}")


def _add_invalid(gathered: Gathered, path: str, fault: str) -> None:
    message = f"Ollama manifest: {fault}"
    gathered.add_problem(RuleId.METADATA_INVALID, path, message)


def _add_text(files: FileTree, path: str, gathered: Gathered) -> None:
    try:
        read = files.read(path)
    except ReadError as error:
        gathered.problems.append(error.problem)
        return
    text = decode(read.data)
    if text.binary:
        gathered.add_problem(RuleId.EVIDENCE_UNREADABLE, path, "is not a text")
        return
    if read.truncated:
        message = f"{read.size} bytes: only head, tail and samples were read"
        gathered.add_problem(RuleId.EVIDENCE_TRUNCATED, path, message)
    gathered.evidence.append(
        Evidence(
            kind=EvidenceKind.LICENSE_FILE,
            path=path,
            sha256=read.sha256,
            text=text.text,
        )
    )
