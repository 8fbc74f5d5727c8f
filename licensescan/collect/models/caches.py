"""
Models and data sets on disk: a Hugging Face cache, Ollama's store, torch.hub's
folder, one model's folder or file.

A component each; nothing is unpickled and no weight is read beyond its header.
What other models and data sets a card builds on goes into `requires` as
`model:<id>` and `dataset:<id>`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import partial

from licensescan.collect.models import hugging_face, ollama, torch_hub
from licensescan.collect.models.folder import (
    WEIGHTS,
    card_at,
    component_of,
    is_card,
)
from licensescan.collect.survey.file_roles import suffix
from licensescan.collect.survey.source_headers import SOURCES
from licensescan.model.types import Component, IncompleteError
from licensescan.reader import FolderFiles, ReadError
from licensescan.reader.inputs import is_file, is_folder

_PROJECT = re.compile(
    r"(?i)(?:pyproject\.toml|setup\.(?:py|cfg)|package\.json|pom\.xml|cargo\.toml|.*\.rockspec|cmakelists\.txt|go\.mod)$"
)
"""
Files of a project that happens to hold models: a source tree, not a model.
"""

_MARKS = {"model_index.json", "adapter_config.json", "MLmodel"}
_SPACY = {"meta.json", "config.cfg"}


def matches(path: str) -> bool:
    """
    Return True if `path` is a cache of models, the folder of one, its card, or
    a file of weights.
    """
    if is_file(path):
        return _is_model_file(path)
    return is_folder(path) and _reader_of(path) is not None


def collect(path: str) -> Iterator[Component]:
    """
    Yield the models and data sets at `path`. Raises `IncompleteError` when it
    cannot be read as any.
    """
    if is_file(path):
        yield _single(path)
        return
    read = _reader_of(path)
    if read is None:
        raise IncompleteError(f"{path}: holds no model")
    yield from read()


def _reader_of(path: str) -> Callable[[], Iterator[Component]] | None:
    """
    Return what reads the models in the folder `path`; None if it holds none.
    """
    real = os.path.realpath(path)
    if hugging_face.is_repository(real):
        return partial(hugging_face.repository, real)
    cache = hugging_face.cache_at(path)
    if cache is not None:
        return partial(hugging_face.collect, cache)
    if _is_model_folder(path):
        return partial(_model_folder, path)
    store = ollama.store_at(path)
    if store is not None:
        return partial(ollama.collect, store)
    hub = torch_hub.hub_at(path)
    return partial(torch_hub.collect, hub) if hub is not None else None


# -- one model --


def _is_model_folder(path: str) -> bool:
    files = FolderFiles(path)
    names = files.names()
    if any(map(_PROJECT.match, names)):
        return False
    card = card_at(names)
    if card and is_card(files, card):
        return True
    if not _MARKS.isdisjoint(names) or _SPACY.issubset(names):
        return True
    has_weights = any(map(WEIGHTS.search, names))
    return has_weights and not any(map(_is_code, names))


def _is_code(name: str) -> bool:
    return suffix(name) in SOURCES or name.endswith(".ipynb")


def _model_folder(path: str) -> Iterator[Component]:
    files = FolderFiles(path)
    name = os.path.basename(os.path.realpath(path))
    yield component_of(files, files.paths(), name=name)


def _is_model_file(path: str) -> bool:
    if WEIGHTS.search(os.path.basename(path)):
        return True
    return _is_markdown(path) and is_card(*_split(path))


def _is_markdown(path: str) -> bool:
    return path.lower().endswith(".md")


def _single(path: str) -> Component:
    """
    Return the model of one file; a card speaks for the model in its folder.
    """
    files, name = _split(path)
    try:
        files.size(name)
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    folder = os.path.dirname(os.path.realpath(path))
    shown = os.path.basename(folder) if _is_markdown(name) else name
    return component_of(files, [name], name=shown)


def _split(path: str) -> tuple[FolderFiles, str]:
    folder, name = os.path.split(os.path.realpath(path))
    return FolderFiles(folder), name
