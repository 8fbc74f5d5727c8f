"""
Distributions that were installed from a folder and still live there: editable
installs (direct_url.json, PEP 610) and development installs (.egg-link).
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Evidence, Problem, Purl
from licensescan.reader import (
    FileTree,
    FolderFiles,
    ReadError,
    decode,
    load_json,
    read_whole,
)
from licensescan.reader.inputs import is_file, is_folder
from licensescan.standards.purl import purl

EDITABLE = "editable, "
"""What the note of an editable install begins with, before its folder."""

_PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")
_METADATA_BYTES = 2 << 20
_LINK_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """
    Where a distribution was installed from, as a `note` for people, and what
    the project's folder says about licenses when the installation is editable
    and the folder is the user's own.
    """

    note: str = ""
    is_own: bool = False
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()


def origin_of(
    files: FileTree,
    info: str,
    own: Collection[str] = (),
    root: FileTree | None = None,
) -> Origin:
    """
    Return the origin that direct_url.json in the folder `info` states, if any.
    Only folders of `own`, or below one, are looked into: a package may not
    choose what is read. Of an image the folder is looked for in the image,
    `root`.
    """
    path = f"{info}/direct_url.json"
    if not files.has(path):
        return Origin()
    try:
        document = load_json(read_whole(files, path))
    except (ReadError, ValueError) as error:
        return _invalid(
            path, f"direct_url.json cannot be read: {str(error)[:200]}"
        )
    if not isinstance(document, Mapping):
        return _invalid(path, "direct_url.json is no object")
    url = document.get("url")
    folder = _folder_of(url)
    if folder is None:
        return _invalid(path, "direct_url.json names no valid url")
    if folder and _is_editable(document):
        if root is not None:
            return _inside(root, folder, path)
        return _project(folder, path, own)
    return Origin(note=f"from {url}")


def _folder_of(url: Any) -> str | None:
    """
    Return the folder that a file URL names, "" for another URL, None for no
    URL.
    """
    if (
        not isinstance(url, str)
        or not url
        or re.search("[\ud800-\udfff]", url)
    ):
        return None
    if not url.startswith("file://"):
        return ""
    try:
        folder = unquote(urlsplit(url).path)
    except ValueError:
        return None
    return None if "\0" in folder else folder


def _is_editable(document: Mapping[str, Any]) -> bool:
    details = document.get("dir_info")
    return isinstance(details, Mapping) and bool(details.get("editable"))


def _inside(root: FileTree, folder: str, path: str) -> Origin:
    """Return what the folder of an editable install inside an image says."""
    note = f"{EDITABLE}{folder}"
    if not root.is_folder(folder.lstrip("/")):
        message = f"an editable install whose folder is gone: {folder}"
        return _invalid(path, message, note)
    name = folder.rstrip("/").rsplit("/", 1)[-1]
    contents = _top_of(root.below(folder), Purl("pkg:pypi/editable"), name)
    return Origin(
        note=note,
        evidence=tuple(contents.evidence),
        problems=tuple(contents.problems),
    )


def _project(folder: str, path: str, own: Collection[str]) -> Origin:
    """Return what the folder of an editable install says; `path` names it."""
    note = f"{EDITABLE}{folder}"
    if not is_folder(folder):
        message = f"an editable install whose folder is gone: {folder}"
        return _invalid(path, message, note)
    if not any(is_file(os.path.join(folder, mark)) for mark in _PROJECT_MARKS):
        message = f"an editable install of a folder that holds no Python project: {folder}"
        return _invalid(path, message, note)
    if not _is_own(folder, own):
        return Origin(
            note=note,
            problems=(_outside(path, folder),),
        )
    name = folder.rsplit("/", 1)[-1]
    contents = _top_of(FolderFiles(folder), Purl("pkg:pypi/editable"), name)
    return Origin(
        note=note,
        is_own=True,
        evidence=tuple(contents.evidence),
        problems=tuple(contents.problems),
    )


def _is_own(folder: str, own: Collection[str]) -> bool:
    """Return True if a folder is one of the user's project, or lies in one."""
    real = os.path.realpath(folder)
    return any(f"{real}/".startswith(f"{top.rstrip('/')}/") for top in own)


def _outside(path: str, folder: str) -> Problem:
    """Return an editable install of a folder that is not the project's."""
    message = (
        f"installed from {folder}, which is outside the project: not read;"
        " name that folder as a target of its own"
    )
    return Problem(
        rule=RuleId.PATH_ESCAPE,
        path=path,
        message=message,
    )


def _invalid(
    path: str,
    message: str,
    note: str = "",
) -> Origin:
    problem = Problem(
        rule=RuleId.METADATA_INVALID,
        path=path,
        message=message,
    )
    return Origin(
        note=note,
        problems=(problem,),
    )


def _top_of(project: FileTree, identity: Purl, name: str) -> Contents:
    """Return what the files at the top of a project's folder say."""
    top = [entry for entry in project.names() if not project.is_folder(entry)]
    return survey(
        project,
        top,
        purl=identity,
        name=name,
        with_natives=False,
    )


def linked(
    site: FileTree,
    entry: str,
    own: Collection[str] = (),
    root: FileTree | None = None,
) -> Component | None:
    """
    Return the development install (`setup.py develop`) that the `.egg-link`
    file `entry` of a site names by its folder; None when the file cannot be
    read. Of an image the folder is looked for in the image, `root`.
    """
    try:
        text = decode(site.read(entry, _LINK_BYTES).data).text
    except ReadError:
        return None
    folder = text.split("\n")[0].strip()
    project: FileTree | None = None
    if root is not None:
        project = (
            root.below(folder) if root.is_folder(folder.lstrip("/")) else None
        )
    elif is_folder(folder):
        if not _is_own(folder, own):
            return _broken_link(entry, _outside(entry, folder))
        project = FolderFiles(folder)
    infos = (
        [n for n in project.names() if n.endswith(".egg-info")]
        if project
        else []
    )
    if project is None or not infos:
        message = f"a development install whose folder is gone: {folder}"
        return _broken_link(
            entry,
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=entry,
                message=message,
            ),
        )
    path = f"{infos[0]}/PKG-INFO"
    try:
        metadata = read_metadata(
            read_whole(project, path, _METADATA_BYTES), path
        )
    except ReadError as error:
        return _broken_link(entry, error.problem)
    name = entry.removesuffix(".egg-link")
    contents = _top_of(project, purl("pypi", name), name)
    return Component(
        purl=purl("pypi", name, metadata.version),
        name=metadata.name or name,
        version=metadata.version,
        relation="own" if root is None else "import",
        path=entry,
        requires=metadata.requires,
        evidence=(*metadata.evidence, *contents.evidence),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        problems=(*metadata.problems, *contents.problems),
        note=f"{EDITABLE}{folder}",
    )


def _broken_link(entry: str, problem: Problem) -> Component:
    name = entry.removesuffix(".egg-link")
    return Component(
        purl=purl("pypi", name),
        name=name,
        version="",
        path=entry,
        problems=(problem,),
    )
