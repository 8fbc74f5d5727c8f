"""
What lies in a site and belongs to no distribution: files that nobody lists,
folders that could not be read, folders that `.pth` files add to the path.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from licensescan.collect.python.site import Site
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import ReadError, decode, read_whole
from licensescan.reader.inputs import is_folder
from licensescan.standards.purl import purl

_GENERATED = (
    "README.txt",
    "_virtualenv.py",
    "sitecustomize.py",
    "usercustomize.py",
    ".DS_Store",
    ".lock",
)
"""Files that interpreters and tools put into a site."""

_LINKS = (".pth", ".egg-link")
_EGG = ".egg"
_OF_SYSTEM = "dist-packages"
"""Sites of Debian's own Python, whose files belong to packages of dpkg."""

_PTH_BYTES = 1 << 16
_SHOWN = 3


def rest(
    site: Site,
    unowned: Sequence[str],
    known: Sequence[str],
) -> Component | None:
    """
    Return what is in a site and in none of its distributions as a component,
    None when there is nothing. `unowned` are the files that nobody lists,
    `known` the folders outside that something else is said of.
    """
    name = os.path.basename(site.folder) or "site"
    identity = purl("generic", name)
    paths = [path for path in unowned if _counts(site, path)]
    problems = [
        *_unowned(paths),
        *site.files.problems,
        *_added(site, known),
    ]
    if not problems:
        return None
    contents = survey(site.files, paths, purl=identity, name=name)
    problems += site.files.problems
    return Component(
        purl=identity,
        name=name,
        version="",
        kind="source",
        relation="import",
        path=paths[0] if paths else problems[0].path,
        evidence=tuple(contents.evidence),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(dict.fromkeys((*problems, *contents.problems))),
        # Nobody could have stated a license for what nobody has made a
        # distribution of: the problem says more than that it is missing.
        is_empty=True,
    )


def _counts(site: Site, path: str) -> bool:
    """Return True for a file that somebody has put into the site."""
    top, _, below = path.partition("/")
    if not below and (top in _GENERATED or top.endswith((*_LINKS, _EGG))):
        return False
    is_system = os.path.basename(site.folder) == _OF_SYSTEM
    return not is_system and not top.endswith(_EGG)


def _unowned(paths: Sequence[str]) -> Iterator[Problem]:
    if not paths:
        return
    shown = ", ".join(paths[:_SHOWN])
    more = len(paths) - _SHOWN
    shown += f" and {more} more" if more > 0 else ""
    yield Problem(
        rule=RuleId.METADATA_INVALID,
        path=paths[0],
        message=f"{len(paths)} files belong to no distribution: {shown}",
    )


def _added(site: Site, known: Sequence[str]) -> Iterator[Problem]:
    """
    Yield a problem for each folder that a `.pth` file of the site adds to the
    path, and that nobody reads: outside the site, and below none of `known`.
    """
    for entry in site.entries:
        if not entry.endswith(".pth"):
            continue
        try:
            folders = list(_folders(site, entry))
        except ReadError as error:
            yield error.problem
            continue
        for folder in folders:
            if not _is_below(folder, [site.folder, site.prefix, *known]):
                message = (
                    f"adds {folder}, which nothing else reads;"
                    " name that folder as a target of its own"
                )
                yield Problem(
                    rule=RuleId.PATH_ESCAPE, path=entry, message=message
                )


def _folders(site: Site, entry: str) -> Iterator[str]:
    """
    Yield the folders that the lines of a `.pth` file name (Python's `site`
    module); lines of code are not looked at. Raises `ReadError`.
    """
    text = decode(read_whole(site.files, entry, _PTH_BYTES)).text
    for line in text.splitlines():
        words = line.strip()
        if not words or words.startswith(("#", "import ", "import\t")):
            continue
        folder = os.path.normpath(os.path.join(site.folder, words))
        if "\0" not in folder and is_folder(folder):
            yield folder


def _is_below(folder: str, tops: Sequence[str]) -> bool:
    real = f"{os.path.realpath(folder)}/"
    return any(
        real.startswith(f"{os.path.realpath(top).rstrip('/')}/")
        for top in tops
        if top
    )
