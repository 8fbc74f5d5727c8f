"""
Models and data sets on disk: a Hugging Face cache, Ollama's store, torch.hub's folder,
one model's folder or file.

A component each; nothing is unpickled and no weight is read beyond its header. What
other models and data sets a card builds on goes into `requires` as `model:<id>` and
`dataset:<id>`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from licensescan.collect.models import ollama
from licensescan.collect.models import torch_hub as torchhub
from licensescan.collect.models.folder import WEIGHTS, card_at, component_of, is_card
from licensescan.collect.survey.file_roles import suffix
from licensescan.collect.survey.source_headers import SOURCES
from licensescan.model.types import Component, IncompleteError, Kind
from licensescan.reader import FolderFiles, ReadError, decode
from licensescan.reader.inputs import is_file, is_folder

_REPOSITORY = re.compile(r"(models|datasets|spaces)--(.+)")
_KINDS: dict[str, Kind] = {"models": "model", "datasets": "dataset", "spaces": "source"}
_PROJECT = re.compile(
    r"(?i)(?:pyproject\.toml|setup\.(?:py|cfg)|package\.json|pom\.xml|cargo\.toml|.*\.rockspec|cmakelists\.txt|go\.mod)$"
)
_MARKS = frozenset(("model_index.json", "adapter_config.json", "MLmodel"))
_SPACY = frozenset(("meta.json", "config.cfg"))


def matches(path: str) -> bool:
    """
    Whether this is a cache of models, the folder of one, its card, or a file of
    weights.
    """
    if is_file(path):
        name = os.path.basename(path)
        return bool(WEIGHTS.search(name)) or (
            name.lower().endswith(".md") and is_card(*_split(path))
        )
    if not is_folder(path):
        return False
    if (
        _REPOSITORY.fullmatch(os.path.basename(os.path.realpath(path)))
        or _cache(path) is not None
    ):
        return True
    return (
        _is_folder(path)
        or ollama.store_at(path) is not None
        or torchhub.hub_at(path) is not None
    )


def collect(path: str) -> Iterator[Component]:
    """
    The models and data sets at `path`. Raises `IncompleteError` when it cannot be read
    as any.
    """
    if is_file(path):
        yield _single(path)
        return
    real = os.path.realpath(path)
    name = os.path.basename(real)
    cache, store, hub = _cache(path), ollama.store_at(path), torchhub.hub_at(path)
    if _REPOSITORY.fullmatch(name):
        yield from repository(real)
    elif cache is not None:
        for entry in FolderFiles(cache).folders():
            if _REPOSITORY.fullmatch(entry):
                yield from repository(os.path.join(cache, entry))
    elif _is_folder(path):
        files = FolderFiles(path)
        yield component_of(files, files.paths(), name=name)
    elif store is not None:
        yield from ollama.collect(store)
    elif hub is not None:
        yield from torchhub.collect(hub)
    else:
        raise IncompleteError(f"{path}: holds no model")


def repository(path: str) -> Iterator[Component]:
    """
    Each cached revision of one Hugging Face repository; one without a revision is told
    as not cached.

    A space is an app: its files are code, and of its models it says nothing that its
    card does not.
    """
    found = _REPOSITORY.fullmatch(os.path.basename(path))
    if found is None:
        raise IncompleteError(f"{path}: is no repository of a Hugging Face cache")
    name = found[2].replace("--", "/")
    kind = _KINDS[found[1]]
    inside = FolderFiles(path)
    names = _references(inside)
    for revision in inside.folders("snapshots") or [""]:
        files = (
            FolderFiles(os.path.join(path, "snapshots", revision), [path])
            if revision
            else inside
        )
        paths: Sequence[str] = files.paths() if revision else ()
        # `.no_exist` remembers what was asked for and is not in the repository.
        has_card = not inside.has(f".no_exist/{revision}/README.md")
        note = f"revision {', '.join(names[revision])}" if names.get(revision) else ""
        yield component_of(
            files,
            paths,
            name=name,
            version=revision,
            kind=kind,
            cached=True,
            carded=has_card,
            note=note,
        )


def _references(repository: FolderFiles) -> dict[str, list[str]]:
    """The names (`main`, a tag) of each cached revision."""
    names: dict[str, list[str]] = {}
    for path in repository.walk("refs"):
        try:
            commit = decode(repository.read_at(path, 0, 64)).text.strip()
        except ReadError:
            continue
        names.setdefault(commit, []).append(path.removeprefix("refs/"))
    return names


def current(path: str, revision: str = "main") -> Component | None:
    """
    The revision of a cached repository that code gets when it asks for `revision`; else
    any that is cached.
    """
    names = _references(FolderFiles(path))
    found = list(repository(path))
    wanted = [
        c
        for c in found
        if c.version == revision or revision in names.get(c.version, ())
    ]
    return next(iter(wanted or found), None)


def hub_cache(variables: Mapping[str, str]) -> str:
    """
    Where huggingface_hub keeps what it downloads (its documentation, "Environment
    variables"); "" if unknown.
    """
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if folder := _folder(variables, name):
            return folder
    home = _folder(variables, "HF_HOME") or _below(
        _folder(variables, "XDG_CACHE_HOME"), "huggingface"
    )
    return _below(
        home or _below(variables.get("HOME", ""), ".cache/huggingface"), "hub"
    )


def torch_hub(variables: Mapping[str, str]) -> str:
    """
    Where torch.hub keeps what it downloads (its documentation, "Where are my downloaded
    models saved"); or "".
    """
    home = _folder(variables, "TORCH_HOME") or _below(
        _folder(variables, "XDG_CACHE_HOME"), "torch"
    )
    return _below(home or _below(variables.get("HOME", ""), ".cache/torch"), "hub")


def _folder(variables: Mapping[str, str], name: str) -> str:
    """
    The folder that a variable names; the libraries that read it take `~` for the user's
    home.
    """
    folder = variables.get(name, "")
    return (
        variables.get("HOME", "~") + folder[1:]
        if folder == "~" or folder.startswith("~/")
        else folder
    )


def _below(folder: str, name: str) -> str:
    return os.path.join(folder, name) if folder else ""


def _cache(path: str) -> str | None:
    """
    The folder that holds the repositories of a Hugging Face cache: `path` itself, or
    its `hub`.
    """
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
    if _MARKS & set(names) or set(names) >= _SPACY:
        return True
    return any(WEIGHTS.search(n) for n in names) and not any(
        suffix(n) in SOURCES or n.endswith(".ipynb") for n in names
    )


def _single(path: str) -> Component:
    files, name = _split(path)
    shown = (
        os.path.basename(os.path.dirname(os.path.realpath(path)))
        if name.lower().endswith(".md")
        else name
    )
    try:
        files.size(name)
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    return component_of(files, [name], name=shown)


def _split(path: str) -> tuple[FolderFiles, str]:
    folder, name = os.path.split(os.path.realpath(path))
    return FolderFiles(folder), name
