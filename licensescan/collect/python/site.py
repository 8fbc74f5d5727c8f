"""
One site-packages folder: which distributions are in it, and which file is
whose.

One listing of the folder and one pass over each RECORD say so. Files that no
RECORD lists but that stand in a distribution's folders belong to it too:
RECORD is a claim, the tree is the fact.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from licensescan.base.portable import slashed
from licensescan.collect.python.distribution import InstalledDistribution
from licensescan.model.kinds import RuleId
from licensescan.model.types import Problem
from licensescan.reader import FileTree, escapes

_INFO = (".dist-info", ".egg-info")

NOBODY = ""
"""The owner of files that belong to no distribution."""

_SCHEME = re.compile(
    r"^(?:\.\./){1,5}(?:bin|Scripts|share|etc|include|lib|lib64|Lib|man|sbin|libexec|var|opt|src)/"
)
"""A path of an installation scheme (sysconfig), which lies beside the site."""


class Site:
    """
    The site at the path `folder`, whose files are `files`, of the environment
    at `prefix`. `root` is the tree in which its absolute paths lie, None for
    this machine. `listed` has the paths that each distribution records, by its
    info folder, without those that lead out of the environment; `problems`
    what is wrong with the lists.
    """

    def __init__(
        self,
        files: FileTree,
        folder: str,
        prefix: str,
        root: FileTree | None = None,
    ) -> None:
        self.folder = folder
        self.prefix = prefix
        self.files = files
        self.root = root
        self.entries = self.files.names()
        self.distributions = [
            InstalledDistribution(self.files, entry)
            for entry in self.entries
            if entry.endswith(_INFO)
        ]
        self.problems: dict[str, list[Problem]] = {}
        self._depth = _depth(folder, prefix)
        self._present = [
            p for p in self.files.paths() if not p.endswith(".pyc")
        ]
        self.listed = {d.info: self._recorded(d) for d in self.distributions}

    def owned(self) -> dict[str, list[str]]:
        """
        Return the files present of each distribution, by its info folder:
        those that it lists, and unlisted ones that stand in its folders. Under
        `NOBODY` are the others.
        """
        owners = self._owners_of_files()
        unlisted = any(
            "/" in path and path not in owners for path in self._present
        )
        folders = self._owners_of_folders() if unlisted else {}
        owned: dict[str, list[str]] = {}
        for path in self._present:
            owner = owners.get(path) or _owner_above(path, folders)
            owned.setdefault(owner or NOBODY, []).append(path)
        return owned

    def _recorded(self, distribution: InstalledDistribution) -> list[str]:
        """
        Return the recorded paths; those that lead outside are a problem
        instead.
        """
        paths, problems = distribution.recorded()
        self.problems[distribution.info] = problems
        outside = {path for path in paths if self._leads_outside(path)}
        if not outside:
            return paths
        first = next(path for path in paths if path in outside)
        message = f"RECORD names files outside the environment ({len(outside)}), first: {first}"
        record = f"{distribution.info}/RECORD"
        problems.append(
            Problem(
                rule=RuleId.PATH_ESCAPE,
                path=record,
                message=message,
            )
        )
        return [path for path in paths if path not in outside]

    def _leads_outside(self, path: str) -> bool:
        is_plain = (
            ".." not in path and path[:1] not in "/\\" and path[1:2] != ":"
        )
        if is_plain or not escapes(path) or _SCHEME.match(path):
            return False
        return not self._is_below_prefix(path)

    def _is_below_prefix(self, path: str) -> bool:
        """
        Return True for a path that leaves the site and stays below its prefix:
        scripts, data, libraries.
        """
        if path.startswith("/"):
            return path.startswith(self.folder + "/")
        plain = posixpath.normpath(path)
        climbs = plain.startswith("../" * (self._depth + 1)) or plain == ".."
        return not climbs and ":" not in plain[:2]

    def _owners_of_files(self) -> dict[str, str]:
        """Return whose each listed file is: the first's that lists it."""
        present = set(self._present)
        owners: dict[str, str] = {}
        for distribution in reversed(self.distributions):
            info = distribution.info
            owners.update(
                dict.fromkeys(present.intersection(self.listed[info]), info)
            )
        return owners

    def _owners_of_folders(self) -> dict[str, str]:
        """
        Return whose each folder is: the first's that lists a file in it, or
        names it as its top.
        """
        owners: dict[str, str] = {}
        for distribution in self.distributions:
            info = distribution.info
            _claim_folders(self.listed[info], info, owners)
            owners[info] = info
            for top in distribution.top_level():
                owners.setdefault(top, info)
        return owners


def _claim_folders(
    paths: Iterable[str],
    info: str,
    owners: dict[str, str],
) -> None:
    """
    Enter `info` as the owner of all folders above `paths` that have none yet.
    """
    for folder in {path.rpartition("/")[0] for path in paths}:
        above = folder
        while above and above not in owners:
            owners[above] = info
            above = above.rpartition("/")[0]


def _owner_above(path: str, owners: Mapping[str, str]) -> str | None:
    """
    Return the owner of the nearest folder above `path` that has one, or None.
    """
    folder = path.rpartition("/")[0]
    while folder and folder not in owners:
        folder = folder.rpartition("/")[0]
    return owners[folder] if folder else None


def _depth(site: str, prefix: str) -> int:
    """
    Return how many folders below its prefix a site is; by its name where the
    prefix is not known (`lib/pythonX.Y/...`).
    """
    site, prefix = slashed(site), slashed(prefix)
    if site != prefix and site.startswith(prefix.rstrip("/") + "/"):
        return len(posixpath.relpath(site, prefix).split("/"))
    if re.search(r"/lib(64)?/(python|pypy)[\d.]*/(site|dist)-packages$", site):
        return 3
    return 2 if re.search(r"/[Ll]ib/site-packages$", site) else 0
