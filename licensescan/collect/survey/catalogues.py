"""
Find catalogues of license texts: what a scanner knows, what a generator of
projects writes. Their texts are data, and put nothing under their terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet

from licensescan.collect.survey.file_roles import base_name, subject_of
from licensescan.collect.survey.tree import INFO, Contents, Tree
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Evidence
from licensescan.standards.license_list import info

_MANY = 20
"""Licenses of which texts in one folder are no longer those of its code."""

_FEW = 5
"""The same, where the folder or the names say that they are templates."""

_SHARE = 0.8
"""Share of the files of a catalogue that are called after a license."""

_TEMPLATES = frozenset(
    "template templates tmpl skeleton skeletons spdx licensedb choosealicense cookiecutter boilerplate".split()
)
"""Words of a place where texts lie that are to be written elsewhere."""

_AFFIXES = ("template", "license", "licence", "copying", "text")
_MARKS = ("-", "_", ".")
_OWN_FOLDERS = ("", "LICENSES")
"""Folders whose texts are those of the work itself (REUSE)."""


def without_catalogues(
    tree: Tree,
    paths: Collection[str],
    declared: AbstractSet[str],
    contents: Contents,
) -> list[str]:
    """
    Return `paths` without those of catalogues; each is added to `contents` as
    a part that is data. What metadata declare as license files is none.
    """
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder = tree.inner(path).rpartition("/")[0]
        if folder not in _OWN_FOLDERS and not INFO.match(tree.inner(path)):
            folders[folder].append(path)
    found: set[str] = set()
    for folder, files in folders.items():
        if len(files) < _FEW or not declared.isdisjoint(files):
            continue
        texts = [path for path in files if not path.endswith(".py")]
        if _is_catalogue(folder, texts):
            found.update(texts)
            contents.parts.append(
                tree.part(folder, "dataset", "data", [_told(texts)])
            )
    return [path for path in paths if path not in found]


def _told(texts: list[str]) -> Evidence:
    return Evidence(
        kind=EvidenceKind.CATALOGUE,
        path=texts[0],
        value=f"{len(texts)} texts of licenses",
    )


def _is_catalogue(folder: str, texts: list[str]) -> bool:
    words = {word for path in texts for word in _words(base_name(path))}
    is_template = not _TEMPLATES.isdisjoint({*_words(folder), *words})
    least = _FEW if is_template else _MANY
    if len(texts) < least:
        return False
    names: set[str] = set()
    most = len(texts) - _SHARE * len(texts)
    others = 0
    for name in map(_license, texts):
        names.add(name)
        others += not name
        # Of a folder of code, a few names are enough to see that.
        if others > most:
            return False
    return len(names - {""}) >= least


def _words(name: str) -> Iterator[str]:
    word = ""
    for letter in f"{name.lower()}/":
        if letter.isalpha():
            word += letter
        elif word:
            yield word
            word = ""


def _license(path: str) -> str:
    """Return the license that a file is called after; "" for none."""
    name = base_name(path)
    stem, _, ending = name.rpartition(".")
    # The minor version of a name is no ending: "Apache-2.0".
    stem = stem if stem and not ending.isdecimal() else name
    if stem.endswith((".txt", ".md", ".html", ".rst")):
        stem = stem.rpartition(".")[0]
    stem = _without_affixes(stem)
    known = info(stem)
    if known is not None:
        return known.id
    return stem if not subject_of(stem, ()) else ""


def _without_affixes(stem: str) -> str:
    lower = stem.lower()
    for affix in _AFFIXES:
        if lower.startswith(affix) and lower[len(affix) :][:1] in _MARKS:
            stem = stem[len(affix) + 1 :]
            lower = stem.lower()
        if lower.endswith(affix) and lower[: -len(affix)][-1:] in _MARKS:
            stem = stem[: -len(affix) - 1]
            lower = stem.lower()
    return stem
