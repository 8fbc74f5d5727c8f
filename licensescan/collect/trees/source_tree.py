"""
A source tree, or a single text: what its manifests, license files, headers and
READMEs say.

Nothing in it is built or run. Version control, caches, virtual environments
and installed node modules inside a tree are not its code and are passed over;
they can be targets of their own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from licensescan.base.portable import shown_from
from licensescan.collect.survey.file_roles import evidence_kind, suffix
from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.collect.trees.docstrings import with_docstrings
from licensescan.collect.trees.manifests import read_project
from licensescan.collect.trees.own_reports import own_reports
from licensescan.model.kinds import EvidenceKind
from licensescan.model.reasons import Reason
from licensescan.model.types import Component, IncompleteError, LeftOut
from licensescan.reader import Files, FolderFiles, ReadError, decode
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

_FOREIGN = re.compile(
    r"(?:^|/)(?:\.git|\.hg|\.svn|\.bzr|__pycache__|node_modules|\.venv|\.tox|\.nox|\.eggs|\.mypy_cache|\.ruff_cache"
    r"|\.pytest_cache|\.idea|__pypackages__|site-packages|dist-packages)/"
)
_INFO = re.compile(r"(?:^|/)([^/]+)\.(?:egg|dist)-info/")
_TEXTS = frozenset(
    "txt md rst markdown html htm text adoc license licence rtf".split()
) | {""}
"""The endings of files that may be a license text by themselves."""

_LICENSE_FOLDER = re.compile(r"(?i)licen[cs]es?/[^/]+$")


def matches(path: str) -> bool:
    """Return True for a folder, and for a file that may be a license text."""
    if os.path.isdir(path):
        return True
    name = os.path.basename(path)
    may_be_text = evidence_kind(name) is not None or suffix(name) in _TEXTS
    return may_be_text and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    Yield the one component that the tree at `path` is. Raises
    `IncompleteError` for a file that is no text.
    """
    if not os.path.isdir(path):
        yield _single(path)
        return
    files = FolderFiles(path)
    name = os.path.basename(os.path.realpath(path))
    yield component_of(files, own_paths(files.paths()), "", name)


def collect_project(path: str, outputs: Collection[str] = ()) -> Component:
    """
    Return the user's own project in the folder `path` as one component.
    `outputs` are the paths of reports that this run writes: an earlier one of
    them is no part of it.
    """
    files = FolderFiles(path)
    top = os.path.abspath(path)
    written = {shown_from(os.path.abspath(o), top) for o in outputs}
    paths = files.walk("", is_foreign, only_code=False)
    own = [p for p in paths if p not in written]
    reports = tuple(own_reports(files, own))
    component = component_of(
        files,
        [p for p in own if p not in reports],
        "",
        os.path.basename(os.path.realpath(path)),
    )
    return replace(
        component,
        relation="own",
        scope="runtime",
        requires=(),
        left_out=(
            *component.left_out,
            *(LeftOut(path=p, reason=Reason.OWN_REPORT) for p in reports),
        ),
    )


def own_paths(paths: Sequence[str]) -> list[str]:
    """
    Return those of `paths` that are the tree's own: no version control,
    caches, virtual environments or node modules.
    """
    config = "pyvenv.cfg"
    environments = [p for p in paths if p.endswith(f"/{config}")]
    inside = tuple(path.removesuffix(config) for path in environments)
    own = [path for path in paths if not _FOREIGN.search(path)]
    return [path for path in own if not path.startswith(inside)]


def is_foreign(folder: str, names: Collection[str]) -> bool:
    """
    Return True for a folder of a tree, with these `names` in it, that
    `own_paths` leaves out.
    """
    if not folder:
        return False
    return "pyvenv.cfg" in names or _FOREIGN.search(f"{folder}/") is not None


def component_of(
    files: Files,
    paths: Sequence[str],
    prefix: str,
    fallback: str,
) -> Component:
    """
    Return the tree below `prefix` ("" or a folder with its slash) as one
    component, named by its manifests or `fallback`.

    Its kind is `package` when the metadata of Python or npm name it, else
    `source`.
    """
    project = read_project(files, paths, prefix)
    name = project.name or fallback
    identity = project.purl(fallback)
    inside = _without_own_info(paths, name)
    contents = survey(
        files,
        inside,
        purl=identity,
        name=name,
        licenses=project.licenses,
        prefix=prefix,
    )
    if not project.evidence:
        _take_only_text(contents, prefix)
    if not _has_license_file(contents):
        evidence = contents.evidence
        contents.evidence = with_docstrings(files, inside, prefix, evidence)
    problems = (*project.problems, *contents.problems, *files.problems)
    return Component(
        purl=identity,
        name=name,
        version=project.version,
        kind="package" if project.ecosystem in ("pypi", "npm") else "source",
        path=prefix.rstrip("/"),
        requires=project.requires,
        evidence=(*project.evidence, *contents.evidence),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(dict.fromkeys(problems)),
        provenance=project.provenance,
    )


def _without_own_info(paths: Sequence[str], name: str) -> list[str]:
    """
    Return `paths` without the .egg-info or .dist-info that building leaves in
    a tree: it is the tree's own, not a package copied in.
    """
    own = ("", _without_version(name))
    inside = []
    for path in paths:
        match = _INFO.search(path)
        if match is None or _without_version(match[1]) not in own:
            inside.append(path)
    return inside


def _without_version(name: str) -> str:
    return canonical(re.sub(r"-\d.*$", "", name))


def _has_license_file(contents: Contents) -> bool:
    return any(e.kind == EvidenceKind.LICENSE_FILE for e in contents.evidence)


def _take_only_text(contents: Contents, prefix: str) -> None:
    """
    Where nothing else speaks, the one text in the top's license folder is the
    project's own, whatever its name says.
    """
    if _has_license_file(contents):
        return
    sources = [part for part in contents.parts if part.kind == "source"]
    texts = [
        p
        for p in sources
        if _LICENSE_FOLDER.match(p.path.removeprefix(prefix))
    ]
    if len(texts) == 1 and len(texts[0].evidence) == 1:
        contents.parts.remove(texts[0])
        contents.evidence += texts[0].evidence


def _single(path: str) -> Component:
    """Return a text as a tree of one file, itself the license."""
    folder, name = os.path.split(os.path.realpath(path))
    files = FolderFiles(folder)
    try:
        is_binary = decode(files.read(name).data).binary
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    if is_binary:
        raise IncompleteError(f"{path}: is not a text")
    label = os.path.basename(path)
    identity = purl("generic", label)
    contents = survey(
        files,
        [name],
        purl=identity,
        name=label,
        licenses=[name],
        with_natives=False,
    )
    return Component(
        purl=identity,
        name=label,
        version="",
        kind="source",
        path=name,
        evidence=tuple(contents.evidence),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(contents.problems),
    )
