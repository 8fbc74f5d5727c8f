"""
The cache of huggingface_hub: a folder for each repository, with a snapshot of
each revision that was downloaded (its documentation, "Understand caching").
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from licensescan.collect.models.folder import component_of
from licensescan.model.types import Component, IncompleteError, Kind
from licensescan.reader import FileTree, FolderFiles, ReadError, decode

_REPOSITORY = re.compile(r"(models|datasets|spaces)--(.+)")
_KINDS: Mapping[str, Kind] = {
    "models": "model",
    "datasets": "dataset",
    "spaces": "source",  # an app: its files are code
}
_COMMIT_BYTES = 64


def is_repository(path: str) -> bool:
    """Return True if `path` is called like the folder of a repository."""
    return _REPOSITORY.fullmatch(os.path.basename(path)) is not None


def cache_at(path: str) -> str | None:
    """
    Return the folder that holds the repositories of a cache: `path` itself, or
    its `hub`.
    """
    for folder in (path, os.path.join(path, "hub")):
        if any(map(is_repository, FolderFiles(folder).folders())):
            return folder
    return None


def collect(cache: str) -> Iterator[Component]:
    """Yield each revision of each repository in the cache."""
    for name in FolderFiles(cache).folders():
        if is_repository(name):
            yield from repository(os.path.join(cache, name))


def repository(path: str) -> Iterator[Component]:
    """
    Yield each cached revision of one repository; one without a revision is a
    component that is not cached.
    """
    if not is_repository(path):
        raise IncompleteError(
            f"{path}: is no repository of a Hugging Face cache"
        )
    yield from revisions(FolderFiles(path), os.path.basename(path))


def revisions(whole: FileTree, folder: str) -> Iterator[Component]:
    """
    Yield each revision in `whole`, the repository in a folder called `folder`.
    """
    kind, _, repository_name = folder.partition("--")
    names = _names_of_revisions(whole)
    for revision in whole.folders("snapshots") or [""]:
        files, paths = _snapshot(whole, revision)
        # `.no_exist` remembers what was asked for and is not in the
        # repository.
        has_no_card = whole.has(f".no_exist/{revision}/README.md")
        references = ", ".join(names.get(revision, ()))
        yield component_of(
            files,
            paths,
            name=repository_name.replace("--", "/"),
            version=revision,
            kind=_KINDS[kind],
            cached=True,
            carded=not has_no_card,
            note=f"revision {references}" if references else "",
        )


def _snapshot(
    whole: FileTree, revision: str
) -> tuple[FileTree, Sequence[str]]:
    """Return the files of a revision, which are links into the repository."""
    if not revision:
        return whole, ()
    files = whole.below(f"snapshots/{revision}")
    return files, files.paths()


def _names_of_revisions(repository: FileTree) -> dict[str, list[str]]:
    """
    Return the names (`main`, a tag) of each cached revision, by its commit.
    """
    names: dict[str, list[str]] = {}
    for path in repository.walk("refs"):
        try:
            commit = decode(
                repository.read_at(path, 0, _COMMIT_BYTES)
            ).text.strip()
        except ReadError:
            continue
        names.setdefault(commit, []).append(path.removeprefix("refs/"))
    return names


def current(path: str, revision: str = "main") -> Component | None:
    """
    Return the revision of a cached repository that code gets when it asks for
    `revision`; else any that is cached.
    """
    names = _names_of_revisions(FolderFiles(path))
    cached = list(repository(path))
    for component in cached:
        commit = component.version
        if revision == commit or revision in names.get(commit, ()):
            return component
    return next(iter(cached), None)
