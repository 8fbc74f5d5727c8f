"""
Take the licenses that REUSE.toml gives to files: those of the component's own
code are its own, those of other files are parts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from licensescan.collect.formats.reuse import read_reuse
from licensescan.collect.survey.file_roles import base_name, suffix
from licensescan.collect.survey.source_headers import SOURCES
from licensescan.collect.survey.tree import Contents, Tree, read_text
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, ExpressionError
from licensescan.reader import ReadError, read_whole
from licensescan.standards.spdx_expression import licenses

_LIST = "REUSE.toml"
_TEXTS = "LICENSES/"
"""The folder with the texts of all licenses, called by their ids."""


def annotated(
    tree: Tree, paths: Sequence[str], contents: Contents
) -> frozenset[str]:
    """
    Add what the lists in `paths` give to files. Returns the texts of licenses
    that only parts are under: they are not the component's own.
    """
    taken: set[str] = set()
    for path in paths:
        if base_name(path) == _LIST:
            taken.update(_of_list(tree, path, paths, contents))
    return frozenset(taken)


def _of_list(
    tree: Tree, path: str, paths: Sequence[str], contents: Contents
) -> list[str]:
    """Add what one list says; return the texts of its parts."""
    folder = path.removesuffix(_LIST)
    inside = [p for p in paths if p.startswith(folder) and p != path]
    files = [p for p in inside if not _is_text(p, folder)]
    covered = _covered(tree, path, files, contents)
    if not covered:
        return []
    own = max(covered, key=lambda name: sum(map(_is_code, covered[name])))
    contents.evidence.append(_tag(path, own))
    taken: list[str] = []
    for license_ in sorted(covered.keys() - {own}):
        wanted = _ids(license_) - _ids(own)
        texts = [p for p in inside if _is_text(p, folder, wanted)]
        taken += texts
        part = _part(tree, path, license_, covered[license_])
        read = [
            read_text(
                tree,
                contents,
                text,
                EvidenceKind.LICENSE_FILE,
                named=True,
                promised=False,
            )
            for text in texts
        ]
        evidence = (*part.evidence, *filter(None, read))
        contents.parts.append(replace(part, evidence=evidence))
    return taken


def _covered(
    tree: Tree, path: str, files: Sequence[str], contents: Contents
) -> dict[str, list[str]]:
    """Return the files by the license that a list gives them."""
    folder = path.removesuffix(_LIST)
    try:
        data = read_whole(tree.files, path)
        annotations = read_reuse(data, path)
    except ReadError as error:
        contents.problems.append(error.problem)
        return {}
    except ValueError as error:
        contents.problem(RuleId.METADATA_INVALID, path, str(error))
        return {}
    covered: dict[str, list[str]] = {}
    for file in files:
        inner = file.removeprefix(folder)
        last = [a.license for a in annotations if a.covers(inner)][-1:]
        for license_ in last:
            covered.setdefault(license_, []).append(file)
    return covered


def _is_code(path: str) -> bool:
    return suffix(base_name(path)) in SOURCES


def _tag(path: str, license_: str) -> Evidence:
    return Evidence(kind=EvidenceKind.SPDX_TAG, path=path, value=license_)


def _part(
    tree: Tree, path: str, license_: str, files: Sequence[str]
) -> Component:
    """Return the files under one license as a part, called after the first."""
    is_code = any(map(_is_code, files))
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    first = tree.inner(files[0])
    shown = Evidence(kind=EvidenceKind.SPDX_TAG, path=files[0], value=license_)
    return tree.part(
        f"{first}{more}",
        "source" if is_code else "dataset",
        "vendored" if is_code else "data",
        [shown, _tag(path, license_)],
    )


def _is_text(
    path: str, folder: str, ids: Collection[str] | None = None
) -> bool:
    """
    Return True for the text of a license in the folder of a list, of one of
    `ids` where they are given.
    """
    if not path.startswith(folder + _TEXTS):
        return False
    return ids is None or base_name(path).rpartition(".")[0] in ids


def _ids(expression: str) -> set[str]:
    try:
        return set(licenses(expression))
    except ExpressionError:
        return set()
