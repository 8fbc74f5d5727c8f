"""
Models and data sets on disk: a Hugging Face cache, the folder or the card of one model.

A component each; nothing is unpickled and no weight is read beyond its header. What other models and data sets a card
builds on goes into `requires` as `huggingface:<id>` and `dataset:<id>`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from licensescan.model import Component, IncompleteError
from licensescan.reader import FolderFiles, ReadError
from licensescan.sources.modelfolder import WEIGHTS, card_at, component_of, is_card

_REPOSITORY = re.compile(r"(models|datasets)--(.+)")
_PROJECT = re.compile(
    r"(?i)(?:pyproject\.toml|setup\.(?:py|cfg)|package\.json|pom\.xml|cargo\.toml|.*\.rockspec|cmakelists\.txt|go\.mod)$"
)
_MARKS = frozenset(("config.json", "model_index.json", "adapter_config.json", "MLmodel", "params.json"))


def matches(path: str) -> bool:
    """Whether this is a cache of models, the folder of one, its card, or a file of weights."""
    if os.path.isfile(path):
        name = os.path.basename(path)
        return bool(WEIGHTS.search(name)) or (name.lower().endswith(".md") and is_card(*_split(path)))
    if not os.path.isdir(path):
        return False
    if _REPOSITORY.fullmatch(os.path.basename(os.path.realpath(path))) or _cache(path) is not None:
        return True
    return _is_folder(path)


def collect(path: str) -> Iterator[Component]:
    """The models and data sets at `path`. Raises `IncompleteError` when it cannot be read as any."""
    if os.path.isfile(path):
        yield _single(path)
        return
    real = os.path.realpath(path)
    name = os.path.basename(real)
    cache = _cache(path)
    if _REPOSITORY.fullmatch(name):
        yield from repository(real)
    elif cache is not None:
        for entry in FolderFiles(cache).folders():
            if _REPOSITORY.fullmatch(entry):
                yield from repository(os.path.join(cache, entry))
    else:
        files = FolderFiles(path)
        yield component_of(files, files.paths(), name=name)


def repository(path: str) -> Iterator[Component]:
    """Each cached revision of one Hugging Face repository; one without a revision is told as not cached."""
    found = _REPOSITORY.fullmatch(os.path.basename(path))
    if found is None:
        raise IncompleteError(f"{path}: is no repository of a Hugging Face cache")
    kind, name = found[1], found[2].replace("--", "/")
    inside = FolderFiles(path)
    revisions = inside.folders("snapshots")
    for revision in revisions or [""]:
        files = FolderFiles(os.path.join(path, "snapshots", revision), [path]) if revision else inside
        paths: Sequence[str] = files.paths() if revision else ()
        yield component_of(
            files, paths, name=name, version=revision, kind="dataset" if kind == "datasets" else "model", cached=True
        )


def _cache(path: str) -> str | None:
    """The folder that holds the repositories of a Hugging Face cache: `path` itself, or its `hub`."""
    for folder in (path, os.path.join(path, "hub")):
        if any(_REPOSITORY.fullmatch(name) for name in FolderFiles(folder).folders()):
            return folder
    return None


def _is_folder(path: str) -> bool:
    files = FolderFiles(path)
    names = files.names()
    if any(_PROJECT.match(n) for n in names):
        return False
    readme = card_at(names)
    if readme and is_card(files, readme):
        return True
    weights = any(WEIGHTS.search(n) for n in names)
    return weights and (readme is not None or bool(_MARKS & set(names)))


def _single(path: str) -> Component:
    files, name = _split(path)
    shown = os.path.basename(os.path.dirname(os.path.realpath(path))) if name.lower().endswith(".md") else name
    try:
        files.size(name)
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    return component_of(files, [name], name=shown)


def _split(path: str) -> tuple[FolderFiles, str]:
    folder, name = os.path.split(os.path.realpath(path))
    return FolderFiles(folder), name
