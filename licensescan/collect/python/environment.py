"""
An installed Python environment, read from the outside: every distribution in
it, whole or broken.
"""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import replace
from functools import partial
from typing import ParamSpec

from licensescan.collect.formats.makers import provenance_of
from licensescan.collect.formats.record import changed
from licensescan.collect.python import egg
from licensescan.collect.python.distribution import (
    InstalledDistribution,
    promised,
)
from licensescan.collect.python.editable import EDITABLE, linked, origin_of
from licensescan.collect.python.info_folder import (
    disagreements,
    leads_outside,
    license_file,
    not_there,
)
from licensescan.collect.python.prefix import Environment
from licensescan.collect.python.remembered import Remembered, Wanted
from licensescan.collect.python.rest import rest
from licensescan.collect.python.site import NOBODY, Site
from licensescan.collect.survey.file_roles import base_name, evidence_kind
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import FileTree, FolderFiles, escapes
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

P = ParamSpec("P")


def collect(
    environment: Environment,
    *,
    own: Collection[str] = (),
    read: Collection[str] = (),
    memory: Remembered | None = None,
) -> Iterator[Component]:
    """
    Yield each distribution of `environment`, in order of name; a broken one is
    named by its folder and says what is broken. Those that have not changed
    come from `memory`.

    `own` are the folders of the user's project: an editable install of one of
    them is the user's own, one of any other folder is not read. `read` are
    those that are read as a tree.

    Distributions of one name are all given, each with a `metadata-invalid`
    problem.
    """
    prefix = environment.prefix
    folders = (*environment.sites, *environment.system)
    sites = (Site(FolderFiles(f, roots=[prefix]), f, prefix) for f in folders)
    conda_tree = FolderFiles(prefix) if environment.conda else None
    yield from distributions(
        sites, conda_tree, own=own, read=read, memory=memory
    )


def distributions(
    sites: Iterable[Site],
    conda_tree: FileTree | None = None,
    *,
    own: Collection[str] = (),
    read: Collection[str] = (),
    root: FileTree | None = None,
    memory: Remembered | None = None,
) -> Iterator[Component]:
    """
    Yield each distribution of the sites of one environment, in order of name.

    `conda_tree` is the prefix of a conda environment; `root` the tree in which
    absolute paths lie, None for this machine. What belongs to none of them
    comes last.
    """
    found: list[Component] = []
    others: list[Component] = []
    for site in sites:
        owned = site.owned()
        inside = _components(site, owned, own, memory or Remembered())
        found += inside
        # What conda has installed stands in lists of its own.
        unowned = owned.get(NOBODY, []) if conda_tree is None else []
        folders = [_editable_folder(c.note) for c in inside]
        known = [*folders, *read]
        other = rest(site, unowned, known) if root is None else None
        others += [other] if other else []
    if conda_tree is not None:
        from licensescan.collect.python import conda

        found = conda.merge(found, conda_tree, root)
    by_name: dict[str, list[Component]] = {}
    for component in found:
        by_name.setdefault(canonical(component.name), []).append(component)
    for _, namesakes in sorted(by_name.items()):
        yield from _told_apart(namesakes)
    yield from others


def _editable_folder(note: str) -> str:
    """Return the folder of an editable install by its note, else ""."""
    return note.removeprefix(EDITABLE) if note.startswith(EDITABLE) else ""


def _told_apart(namesakes: list[Component]) -> Iterator[Component]:
    """
    Yield the distributions of one name in order. A system package that the
    environment has again at the same version is shadowed, not doubled.
    """
    versions = {component.version for component in namesakes}
    paths = {component.path for component in namesakes}
    is_doubled = len(versions) > 1 or len(paths) > 1
    for component in sorted(namesakes, key=lambda c: (c.version, c.path)):
        if is_doubled:
            message = (
                f"{len(namesakes)} distributions of this name are installed"
            )
            component = _with_problem(component, message)
        yield component


def _with_problem(component: Component, message: str) -> Component:
    problem = Problem(
        rule=RuleId.METADATA_INVALID, path=component.path, message=message
    )
    return replace(component, problems=(*component.problems, problem))


def _components(
    site: Site,
    owned: Mapping[str, Sequence[str]],
    own: Collection[str],
    memory: Remembered,
) -> list[Component]:
    budget = site.files.budget
    wanted = [
        _wanted(site, d, owned.get(d.info, []), own)
        for d in site.distributions
    ]
    memory.prepare(wanted, budget)
    found = [
        _guarded(d.info, memory.component, one, budget)
        for d, one in zip(site.distributions, wanted, strict=True)
    ]
    found += [
        _guarded(entry, egg.collect, site.files, entry)
        for entry in site.entries
        if entry.endswith(".egg")
    ]
    links = (entry for entry in site.entries if entry.endswith(".egg-link"))
    found += filter(
        None, (linked(site.files, e, own, site.root) for e in links)
    )
    return found


def _guarded(
    entry: str, read: Callable[P, Component], *args: P.args, **kwargs: P.kwargs
) -> Component:
    """
    Return what `read` makes of an entry of a site. An error of ours is said of
    this one distribution, and the next goes on.
    """
    try:
        return read(*args, **kwargs)
    except (
        ArithmeticError,
        LookupError,
        MemoryError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        name, version = promised(entry)
        bare = Component(
            purl=purl("pypi", name, version),
            name=name,
            version=version,
            path=entry,
        )
        kind = type(error).__name__
        return _with_problem(
            bare, f"an internal error while reading it ({kind}: {error})"
        )


def _wanted(
    site: Site,
    distribution: InstalledDistribution,
    present: Sequence[str],
    own: Collection[str],
) -> Wanted:
    """Return what one distribution depends on, and how it is made."""
    info = distribution.info
    given = (
        present,
        site.listed[info],
        site.problems[info],
        distribution.hashes,
        # Whose an editable install is; no other asks.
        sorted(own) if f"{info}/direct_url.json" in present else (),
    )
    return Wanted(
        place=f"{site.folder}\0{site.prefix}\0{info}",
        given=given,
        files=len(present),
        make=partial(_component, site, distribution, present, own),
    )


def _component(
    site: Site,
    distribution: InstalledDistribution,
    present: Sequence[str],
    own: Collection[str],
) -> Component:
    """Return one distribution whose files are those of `present`."""
    info, metadata = distribution.info, distribution.core
    name, version = distribution.name, distribution.version
    identity = purl("pypi", name, version)
    licenses, license_problems = _license_files(distribution)
    owned = set(present)
    contents = survey(
        site.files,
        [*present, *(path for path in licenses if path not in owned)],
        purl=identity,
        name=name,
        licenses=licenses,
    )
    origin = origin_of(site.files, info, own, site.root)
    problems = (
        *site.problems[info],
        *_disagreements(distribution),
        *license_problems,
        *_lost_licenses(site, info, owned.union(licenses)),
        *changed(
            distribution.tree,
            distribution.hashes,
            (f"{info}/METADATA", *_texts_in(info, owned.union(licenses))),
            info,
        ),
        *metadata.problems,
        *contents.problems,
        *origin.problems,
    )
    return Component(
        purl=identity,
        name=name,
        version=version,
        relation="own" if origin.is_own else "import",
        path=info,
        requires=tuple(distribution.requires),
        evidence=(*metadata.evidence, *contents.evidence, *origin.evidence),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        shipped=contents.shipped,
        problems=tuple(dict.fromkeys(problems)),
        note=origin.note,
        is_empty=_is_empty(site, info, present),
        provenance=provenance_of(metadata, distribution.tree, info),
    )


def _texts_in(info: str, paths: Iterable[str]) -> list[str]:
    """Return the texts of licenses and notices in the info folder, sorted."""
    inside = (path for path in paths if path.startswith(f"{info}/"))
    return sorted(path for path in inside if evidence_kind(base_name(path)))


def _is_empty(site: Site, info: str, present: Sequence[str]) -> bool:
    """
    Return True for a distribution of metadata alone: a RECORD without faults
    lists no file outside the info folder, and none is there.
    """
    listed = site.listed[info]
    if f"{info}/RECORD" not in listed or site.problems[info]:
        return False
    return all(path.startswith(f"{info}/") for path in (*listed, *present))


def _disagreements(distribution: InstalledDistribution) -> Iterator[Problem]:
    yield from disagreements(
        "the folder is named",
        distribution.promised_name,
        distribution.promised_version,
        distribution.core,
        distribution.info,
    )


def _license_files(
    distribution: InstalledDistribution,
) -> tuple[list[str], list[Problem]]:
    """
    Return where the files named by License-File are, and a problem for each
    that leads outside or, in the format that demands them, is not there.
    """
    info = distribution.info
    paths: list[str] = []
    problems: list[Problem] = []
    for named in distribution.core.license_files:
        if escapes(named):
            problems.append(leads_outside(info, named, "distribution"))
            continue
        path = license_file(distribution.tree, info, named)
        if path is not None:
            paths.append(path)
        elif info.endswith(".dist-info"):
            problems.append(not_there(info, named))
    return paths, problems


def _lost_licenses(
    site: Site,
    info: str,
    present: set[str],
) -> Iterator[Problem]:
    """
    Yield a problem for each license file in the info folder that RECORD lists
    and that is gone: it would have been evidence.
    """
    starts = (f"{info}/licenses/", f"{info}/LICENSE", f"{info}/COPYING")
    for path in site.listed[info]:
        is_lost = path.startswith(starts) and path not in present
        if is_lost and not path.endswith(".pyc"):
            message = "RECORD lists this license file, and it is not there"
            yield Problem(
                rule=RuleId.EVIDENCE_MISSING,
                path=path,
                message=message,
            )
