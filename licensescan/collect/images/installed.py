"""
Everything that is installed in one file system, each thing once, by the code
that surveys it alone: packages of the system, conda and Python environments,
npm packages, jars, caches of models, and models that lie there by themselves.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from licensescan.collect import components_in
from licensescan.collect.images.layouts import Image
from licensescan.collect.images.loose import loose_libraries
from licensescan.collect.images.packages import Installed, system_packages
from licensescan.collect.models import folder as model_folder
from licensescan.collect.models import hugging_face, ollama, torch_hub
from licensescan.collect.python.environment import distributions
from licensescan.collect.python.site import Site
from licensescan.collect.trees.source_tree import component_of
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import FileTree, ReadError
from licensescan.standards.purl import purl

_SITE = re.compile(r"(.*?)((?:^|/)(?:site|dist)-packages)/")
_PREFIX = re.compile(
    r"/?(?:local/)?(?:lib|lib64|Lib)(?:/(?:python|pypy)[^/]*)?/?$"
)
_CONDA = re.compile(r"(?:^|(.*)/)conda-meta/[^/]+\.json$")
_CONDA_CACHE = re.compile(r"(?:^|/)pkgs/[^/]+-[^/]+-[^/]+/")
"""The package cache of conda holds what is installed a second time."""

_CONDA_FOLDERS = (
    "bin",
    "conda-meta",
    "etc",
    "include",
    "lib",
    "Library",
    "share",
)
"""Folders of a conda environment whose files its records list."""

_REPOSITORY = re.compile(r"(.*?/)?((?:models|datasets|spaces)--[^/]+)/")
_OLLAMA = re.compile(r"(?:(.*)/)?manifests/registry\.ollama\.ai/.")
_HUB = re.compile(
    r"(?:(.*)/)?(?:checkpoints/[^/]+|[^/]+_[^/]+_[^/]+/hubconf\.py)$"
)
_NPM = re.compile(r"(.*/)?node_modules/(?:@[^/]+/)?[^/@.][^/]*/package\.json$")
_JAR = (".jar", ".war")
_STANDARD_LIBRARY = re.compile(
    r"(?:^|/)lib(?:64)?/python\d[^/]*/(?!site-|dist-)"
)


def installed(image: Image) -> Iterator[Component]:
    """
    Yield what is installed in `image`, each component with the layer it is
    from.
    """
    search = _Search(image)
    yield from search.components()


@dataclass(slots=True)
class _Search:
    """
    One walk over the paths of an image; what a kind has taken is left to it.
    """

    image: Image
    rest: list[str] = field(default_factory=list)
    owned: set[str] = field(default_factory=set)

    @property
    def files(self) -> FileTree:
        return self.image.files

    def components(self) -> Iterator[Component]:
        """
        Yield the components of all kinds, the managers of packages first.
        """
        self.rest = [
            p for p in self.files.paths() if not _CONDA_CACHE.search(p)
        ]
        kinds: tuple[Callable[[], Iterable[Installed]], ...] = (
            self._system,
            self._environments,
            self._repositories,
            self._stores,
            self._hubs,
            self._npm,
            self._jars,
            self._models,
            self._loose,
        )
        for kind in kinds:
            for found in kind():
                note = self.image.layer_note(found.path)
                notes = filter(None, (found.component.note, note))
                yield replace(found.component, note=", ".join(notes))

    def _take(
        self,
        folders: Iterable[str],
    ) -> None:
        """Leave out what is below `folders` from now on."""
        starts = tuple(f"{f}/" if f else "" for f in folders)
        self.rest = [p for p in self.rest if not p.startswith(starts)]

    def _system(self) -> Iterator[Installed]:
        for found in system_packages(self.files):
            self.owned |= found.owned
            yield found
        self.rest = [p for p in self.rest if p not in self.owned]

    # -- Python and conda --

    def _environments(self) -> Iterator[Installed]:
        sites = dict.fromkeys(
            m[1] + m[2] for p in self.rest if (m := _SITE.match(p))
        )
        conda = dict.fromkeys(
            m[1] or "" for p in self.rest if (m := _CONDA.match(p))
        )
        by_prefix: dict[str, list[str]] = {prefix: [] for prefix in conda}
        for site in sites:
            by_prefix.setdefault(_prefix_of(site), []).append(site)
        for prefix, folders in by_prefix.items():
            yield from self._environment(
                prefix, folders, is_conda=prefix in conda
            )
        self._take(sites)
        if conda:
            tops = (
                f"{p}/{n}".lstrip("/") for p in conda for n in _CONDA_FOLDERS
            )
            self._take(tops)

    def _environment(
        self,
        prefix: str,
        folders: Sequence[str],
        *,
        is_conda: bool,
    ) -> Iterator[Installed]:
        tree = self.files.below(prefix) if is_conda else None
        for folder in folders or [""]:
            sites = [self._site(folder, prefix)] if folder else []
            # Conda's records complete the first site's distributions.
            found = distributions(sites, tree, root=self.files)
            tree = None
            for component in found:
                is_record = component.path.startswith("conda-meta/")
                top = prefix if is_record else folder
                placed = below(component, top)
                if not self._is_left_to_system(placed):
                    yield Installed(component=placed, path=placed.path)

    def _site(
        self,
        folder: str,
        prefix: str,
    ) -> Site:
        return Site(
            self.files.below(folder),
            f"/{folder}",
            f"/{prefix}",
            root=self.files,
        )

    def _is_left_to_system(
        self,
        component: Component,
    ) -> bool:
        """
        Return True for a distribution that a package of the system brought
        along.
        """
        names = (f"{component.path}/METADATA", f"{component.path}/PKG-INFO")
        there = [p for p in (*names, component.path) if self.files.has(p)]
        return bool(there) and there[0] in self.owned

    # -- models --

    def _repositories(self) -> Iterator[Installed]:
        found = dict.fromkeys(
            ((m[1] or "") + m[2], m[2])
            for p in self.rest
            if (m := _REPOSITORY.match(p))
        )
        for path, name in found:
            for component in hugging_face.revisions(
                self.files.below(path), name
            ):
                inside = f"{path}/snapshots/{component.version}"
                top = inside if component.version else path
                yield Installed(component=below(component, top), path=top)
        self._take(path for path, _ in found)

    def _stores(self) -> Iterator[Installed]:
        found = dict.fromkeys(
            m[1] or "" for p in self.rest if (m := _OLLAMA.match(p))
        )
        for path in found:
            for component in ollama.models_in(self.files.below(path)):
                placed = below(component, path)
                yield Installed(component=placed, path=placed.path)
        self._take(f"{p}/blobs".lstrip("/") for p in found)

    def _hubs(self) -> Iterator[Installed]:
        found = dict.fromkeys(
            m[1] or "" for p in self.rest if (m := _HUB.match(p))
        )
        for path in found:
            for component in torch_hub.models_in(self.files.below(path)):
                placed = below(component, path)
                yield Installed(component=placed, path=placed.path or path)
        self._take(f"{p}/checkpoints".lstrip("/") for p in found)

    def _models(self) -> Iterator[Installed]:
        """Weights that lie by themselves, with what is beside them."""
        weights = [
            p
            for p in self.rest
            if model_folder.WEIGHTS.search(os.path.basename(p))
            and not _STANDARD_LIBRARY.search(p)
        ]
        for path in dict.fromkeys(os.path.dirname(p) for p in weights):
            tree = self.files.below(path)
            name = os.path.basename(path) or "model"
            beside = [p for p in tree.paths() if "/" not in p]
            component = model_folder.component_of(tree, beside, name=name)
            yield Installed(component=below(component, path), path=path)

    def _loose(self) -> Iterable[Installed]:
        """Libraries that nothing above has taken."""
        if not self.owned:
            # Nothing says what belongs to the system.
            return ()
        return loose_libraries(self.files, self.rest, self.owned)

    # -- other ecosystems --

    def _npm(self) -> Iterator[Installed]:
        manifests = [p for p in self.rest if _NPM.match(p)]
        folders = sorted(os.path.dirname(p) + "/" for p in manifests)
        inside = _by_owner(self.rest, folders)
        for top in folders:
            name = top.rstrip("/").rpartition("node_modules/")[2]
            component = component_of(
                self.files, inside.get(top, []), top, name
            )
            yield Installed(component=component, path=f"{top}package.json")
        self._take(f.rstrip("/") for f in folders)

    def _jars(self) -> Iterator[Installed]:
        jars = [p for p in self.rest if p.lower().endswith(_JAR)]
        for path in jars:
            try:
                found = components_in(self.files, path)
            except ReadError as error:
                found = [_unread(path, error.problem)]
            for component in found:
                placed = below(replace(component, path=""), path)
                yield Installed(component=placed, path=path)


def _prefix_of(site: str) -> str:
    return _PREFIX.sub("", os.path.dirname(site))


def _by_owner(
    paths: Iterable[str],
    folders: Sequence[str],
) -> dict[str, list[str]]:
    """
    Return the paths below each of `folders`, each with the innermost alone.
    """
    tops = set(folders)
    inside: dict[str, list[str]] = {}
    for path in paths:
        above = os.path.dirname(path)
        while above and f"{above}/" not in tops:
            above = os.path.dirname(above)
        if above:
            inside.setdefault(f"{above}/", []).append(path)
    return inside


def _unread(
    path: str,
    problem: Problem,
) -> Component:
    told = Problem(
        rule=RuleId.EVIDENCE_UNREADABLE, path=path, message=problem.message
    )
    name = os.path.basename(path)
    return Component(
        purl=purl("generic", name),
        name=name,
        version="",
        kind="jar",
        problems=(told,),
    )


def below(
    component: Component,
    folder: str,
) -> Component:
    """
    Return `component` with its paths as they are in a tree whose `folder` it
    is in.
    """
    if not folder:
        return component

    def moved(path: str) -> str:
        return posixpath.normpath(f"{folder}/{path}") if path else folder

    return replace(
        component,
        path=moved(component.path),
        evidence=tuple(
            replace(e, path=moved(e.path)) for e in component.evidence
        ),
        parts=tuple(below(part, folder) for part in component.parts),
        problems=tuple(
            replace(p, path=moved(p.path)) for p in component.problems
        ),
    )
