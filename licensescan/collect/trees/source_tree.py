"""
A source tree, or a single text: what its manifests, license files, headers and READMEs
say.

Nothing in it is built or run. Version control, caches, virtual environments and
installed node modules inside a tree are not its code and are passed over; they can be
targets of their own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from licensescan.collect.survey.file_roles import evidence_kind, suffix
from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.collect.trees.manifests import read_project
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Component, Evidence, IncompleteError
from licensescan.reader import Files, FolderFiles, ReadError, decode
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

_FOREIGN = re.compile(
    r"(?:^|/)(?:\.git|\.hg|\.svn|\.bzr|__pycache__|node_modules|\.venv|\.tox|\.nox|\.eggs|\.mypy_cache|\.ruff_cache"
    r"|\.pytest_cache|\.idea|__pypackages__|site-packages|dist-packages)/"
)
_INFO = re.compile(r"(?:^|/)([^/]+)\.(?:egg|dist)-info/")
_TEXTS = frozenset(
    (
        "txt",
        "md",
        "rst",
        "markdown",
        "html",
        "htm",
        "text",
        "adoc",
        "license",
        "licence",
        "rtf",
        "",
    )
)
_DOCSTRING = re.compile(
    r"(?s)(?:[ \t]*#[^\n]*\n|\s*\n)*[rbuRBU]{0,2}(\"\"\"|\'\'\').*?\1"
)
_GRANT = re.compile(
    r"(?i)redistribution and use|permission is hereby granted|permission to use|licen[sc]ed under|under the terms of"
)
_WHOLE = re.compile(
    r"(?i)redistribution\s+and\s+use\s+in|permission\s+is\s+hereby\s+granted|permission\s+to\s+use,"
)
_DUNDER = re.compile(r"(?m)^__licen[cs]e__\s*=\s*([\"\'])(.{1,200}?)\1")
_LICENSE_FOLDER = re.compile(r"(?i)licen[cs]es?/[^/]+$")
_MODULE_BYTES = 32 << 10


def matches(path: str) -> bool:
    """Whether this is a folder, or a file that may be a license text."""
    if os.path.isdir(path):
        return True
    name = os.path.basename(path)
    return os.path.isfile(path) and (
        evidence_kind(name) is not None or suffix(name) in _TEXTS
    )


def collect(path: str) -> Iterator[Component]:
    """
    The one component that the tree at `path` is. Raises `IncompleteError` for a file
    that is no text.
    """
    if os.path.isdir(path):
        files = FolderFiles(path)
        yield component_of(
            files,
            own_paths(files.paths()),
            "",
            os.path.basename(os.path.realpath(path)),
        )
    else:
        yield _single(path)


def collect_project(path: str, outputs: Collection[str] = ()) -> Component:
    """
    Return the user's own project in the folder `path` as one component. `outputs` are
    the paths of reports that this run writes: an earlier one of them is no part of it.
    """
    files = FolderFiles(path)
    written = {
        os.path.relpath(os.path.abspath(o), os.path.abspath(path)) for o in outputs
    }
    paths = files.walk("", is_foreign, only_code=False)
    own = [p for p in paths if p not in written]
    component = component_of(files, own, "", os.path.basename(os.path.realpath(path)))
    return replace(component, relation="own", scope="runtime", requires=())


def own_paths(paths: Sequence[str]) -> list[str]:
    """
    Those of `paths` that are the tree's own: no version control, caches, virtual
    environments or node modules.
    """
    inside = tuple(
        p.removesuffix("pyvenv.cfg") for p in paths if p.endswith("/pyvenv.cfg")
    )
    return [
        p
        for p in paths
        if not _FOREIGN.search(p) and not (inside and p.startswith(inside))
    ]


def is_foreign(folder: str, names: Collection[str]) -> bool:
    """
    Whether a folder of a tree, with these `names` in it, is one of those that
    `own_paths` leaves out.
    """
    return bool(folder) and (
        "pyvenv.cfg" in names or _FOREIGN.search(f"{folder}/") is not None
    )


def component_of(
    files: Files, paths: Sequence[str], prefix: str, fallback: str
) -> Component:
    """
    The tree below `prefix` ("" or a folder with its slash) as one component, named by
    its manifests or `fallback`.

    Its kind is `package` when Python metadata name it, else `source`.
    """
    project = read_project(files, paths, prefix)
    name = project.name or fallback
    own = project.purl(fallback)
    # The .egg-info or .dist-info that building leaves in a tree is the tree's own, not
    # a package copied in.
    mine = _plain(name)
    rest = [
        p
        for p in paths
        if not ((m := _INFO.search(p)) and _plain(m.group(1)) in (mine, ""))
    ]
    contents = survey(
        files, rest, purl=own, name=name, licenses=project.licenses, prefix=prefix
    )
    if not project.evidence:
        _take_only_text(contents, prefix)
    if not any(e.kind == EvidenceKind.LICENSE_FILE for e in contents.evidence):
        contents.evidence = _with_docstrings(files, rest, prefix, contents.evidence)
    return Component(
        purl=own,
        name=name,
        version=project.version,
        kind="package" if project.ecosystem in ("pypi", "npm") else "source",
        path=prefix.rstrip("/"),
        requires=project.requires,
        evidence=(*project.evidence, *contents.evidence),
        parts=tuple(contents.parts),
        problems=tuple(
            dict.fromkeys((*project.problems, *contents.problems, *files.problems))
        ),
    )


def _with_docstrings(
    files: Files, paths: Sequence[str], prefix: str, evidence: list[Evidence]
) -> list[Evidence]:
    """
    `evidence` with the whole docstring of each top module that has license words in it.

    Single-module projects of the setup.py era hold their license nowhere else, and
    below the first 2 KiB. A docstring that gives the grant itself is the project's
    license text.
    """
    found: list[Evidence] = []
    for path in paths:
        if not re.fullmatch(
            r"(?:[^/]+/)?__init__\.py|[^/]+\.py", path[len(prefix) :]
        ) or path.endswith("/setup.py"):
            continue
        try:
            text = decode(files.read_at(path, 0, _MODULE_BYTES)).text
        except ReadError:
            continue
        docstring = _DOCSTRING.match(text)
        if docstring and _GRANT.search(docstring.group()):
            end = docstring.group().count("\n") + 1
            kind = (
                EvidenceKind.LICENSE_FILE
                if _WHOLE.search(docstring.group())
                else EvidenceKind.SOURCE_HEADER
            )
            found.append(
                Evidence(kind=kind, path=path, text=docstring.group(), lines=(1, end))
            )
        dunder = _DUNDER.search(text)
        if dunder:
            line = text.count("\n", 0, dunder.start()) + 1
            found.append(
                Evidence(
                    kind=EvidenceKind.SOURCE_HEADER,
                    path=path,
                    value=dunder.group(2),
                    lines=(line, line),
                )
            )
    read = {(e.path, e.text is None) for e in found}
    kept = [
        e
        for e in evidence
        if e.kind != EvidenceKind.SOURCE_HEADER or (e.path, e.text is None) not in read
    ]
    return [*kept, *found]


def _take_only_text(contents: Contents, prefix: str) -> None:
    """
    Where nothing else speaks, the one text in the top's license folder is the project's
    own, whatever its name says.
    """
    if any(e.kind == EvidenceKind.LICENSE_FILE for e in contents.evidence):
        return
    texts = [
        p
        for p in contents.parts
        if _LICENSE_FOLDER.match(p.path[len(prefix) :]) and p.kind == "source"
    ]
    if len(texts) == 1 and len(texts[0].evidence) == 1:
        contents.parts.remove(texts[0])
        contents.evidence += texts[0].evidence


def _plain(name: str) -> str:
    return canonical(re.sub(r"-\d.*$", "", name))


def _single(path: str) -> Component:
    """A text as a tree of one file, itself the license."""
    real = os.path.realpath(path)
    folder, name = os.path.split(real)
    files = FolderFiles(folder)
    try:
        if decode(files.read(name).data).binary:
            raise IncompleteError(f"{path}: is not a text")
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    shown = os.path.basename(path)
    own = purl("generic", shown)
    contents = survey(
        files, [name], purl=own, name=shown, licenses=[name], with_natives=False
    )
    return Component(
        purl=own,
        name=shown,
        version="",
        kind="source",
        path=name,
        evidence=tuple(contents.evidence),
        parts=tuple(contents.parts),
        problems=tuple(contents.problems),
    )
