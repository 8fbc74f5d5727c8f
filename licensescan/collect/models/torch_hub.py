"""
torch.hub's folder (`TORCH_HOME/hub`): repositories as
`<owner>_<repository>_<reference>`, and downloaded checkpoints.

A repository is a tree with its license. A checkpoint is a pickle that says nothing of
licenses and is not read: what is known of it comes from its name (`rules/models.toml`),
and without that it is unknown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

from licensescan.collect.models.folder import WEIGHTS
from licensescan.collect.trees import source_tree as tree
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import FolderFiles
from licensescan.standards.purl import purl

_REPOSITORY = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)_(.+)_([^_]+)")
_MARK = "hubconf.py"


def hub_at(path: str) -> str | None:
    """
    The hub folder that `path` is or holds: one with repositories that have a
    hubconf.py.
    """
    for folder in (path, os.path.join(path, "hub")):
        files = FolderFiles(folder)
        if "trusted_list" in files.names() or any(
            _is_repository(files, name) for name in files.folders()
        ):
            return folder
    return None


def _is_repository(files: FolderFiles, name: str) -> bool:
    return _REPOSITORY.fullmatch(name) is not None and files.has(f"{name}/{_MARK}")


def collect(hub: str) -> Iterator[Component]:
    """The repositories of the hub folder, then its checkpoints."""
    files = FolderFiles(hub)
    for name in files.folders():
        if _is_repository(files, name):
            yield repository(hub, name)
    for name in files.names("checkpoints"):
        if WEIGHTS.search(name) and not files.is_folder(f"checkpoints/{name}"):
            message = f"{name}: weights say nothing of licenses, and where these came from is not kept"
            yield Component(
                purl=purl("generic", name),
                name=name,
                version="",
                kind="model",
                relation="weights",
                path=f"checkpoints/{name}",
                problems=(
                    Problem(
                        rule=RuleId.LICENSE_UNKNOWN,
                        path=f"checkpoints/{name}",
                        message=message,
                    ),
                ),
            )


def find(hub: str, wanted: str) -> Component | None:
    """
    The cached repository `owner/name` (with `:reference` or without), the first of
    several.
    """
    owner, _, rest = wanted.partition("/")
    name, _, reference = rest.partition(":")
    start = f"{owner}_{name}_{reference.replace('/', '_')}".lower()
    files = FolderFiles(hub)
    found = (
        n
        for n in files.folders()
        if n.lower().startswith(start) and _is_repository(files, n)
    )
    return next((repository(hub, n) for n in found), None)


def repository(hub: str, name: str) -> Component:
    """One cached repository, as the tree that it is."""
    found = _REPOSITORY.fullmatch(name)
    owner, repo, reference = found.groups() if found else ("", name, "")
    files = FolderFiles(os.path.join(hub, name), [hub])
    whole = tree.component_of(files, tree.own_paths(files.paths()), "", name)
    own = purl("github", repo, reference, owner)
    parts = tuple(
        replace(p, purl=type(own)(p.purl.replace(whole.purl, own, 1)))
        for p in whole.parts
    )
    return replace(
        whole,
        purl=own,
        name=f"{owner}/{repo}",
        version=reference,
        kind="model",
        parts=parts,
    )
