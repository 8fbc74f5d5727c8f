"""
torch.hub's folder (`TORCH_HOME/hub`): repositories as
`<owner>_<repository>_<reference>`, and downloaded checkpoints.

A repository is a tree with its license. A checkpoint is a pickle that says
nothing of licenses and is not read: what is known of it comes from its name
(`rules/models.toml`), and without that it is unknown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

from licensescan.collect.models.folder import WEIGHTS
from licensescan.collect.trees import source_tree
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem, Purl
from licensescan.reader import FileTree, FolderFiles
from licensescan.standards.purl import purl

_REPOSITORY = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)_(.+)_([^_]+)")
_MARK = "hubconf.py"


def hub_at(path: str) -> str | None:
    """
    Return the hub folder that `path` is or holds: one with repositories that
    have a hubconf.py.
    """
    for folder in (path, os.path.join(path, "hub")):
        files = FolderFiles(folder)
        if "trusted_list" in files.names() or _repositories(files):
            return folder
    return None


def _repositories(hub: FileTree) -> list[str]:
    return [
        name
        for name in hub.folders()
        if _REPOSITORY.fullmatch(name) and hub.has(f"{name}/{_MARK}")
    ]


def collect(hub: str) -> Iterator[Component]:
    """Yield the repositories of the hub folder, then its checkpoints."""
    yield from models_in(FolderFiles(hub))


def models_in(files: FileTree) -> Iterator[Component]:
    """
    Yield the repositories of the hub whose files these are, then its
    checkpoints.
    """
    for name in _repositories(files):
        yield _repository(files.below(name), name)
    for name in files.names("checkpoints"):
        path = f"checkpoints/{name}"
        if WEIGHTS.search(name) and not files.is_folder(path):
            yield _checkpoint(name, path)


def _checkpoint(name: str, path: str) -> Component:
    message = f"{name}: weights say nothing of licenses, and where these came from is not kept"
    problem = Problem(rule=RuleId.LICENSE_UNKNOWN, path=path, message=message)
    return Component(
        purl=purl("generic", name),
        name=name,
        version="",
        kind="model",
        relation="weights",
        path=path,
        problems=(problem,),
    )


def find(hub: str, wanted: str) -> Component | None:
    """
    Return the cached repository `owner/name` (with `:reference` or without),
    the first of several.
    """
    owner, _, rest = wanted.partition("/")
    name, _, reference = rest.partition(":")
    start = f"{owner}_{name}_{reference.replace('/', '_')}".lower()
    for folder in _repositories(FolderFiles(hub)):
        if folder.lower().startswith(start):
            return repository(hub, folder)
    return None


def repository(hub: str, name: str) -> Component:
    """Return one cached repository, as the tree that it is."""
    return _repository(FolderFiles(os.path.join(hub, name), [hub]), name)


def _repository(files: FileTree, name: str) -> Component:
    match = _REPOSITORY.fullmatch(name)
    owner, repo, reference = match.groups() if match else ("", name, "")
    paths = source_tree.own_paths(files.paths())
    tree = source_tree.component_of(files, paths, "", name)
    own_purl = purl("github", repo, reference, owner)
    parts = []
    for part in tree.parts:
        part_purl = Purl(part.purl.replace(tree.purl, own_purl, 1))
        parts.append(replace(part, purl=part_purl))
    return replace(
        tree,
        purl=own_purl,
        name=f"{owner}/{repo}",
        version=reference,
        kind="model",
        parts=tuple(parts),
    )
