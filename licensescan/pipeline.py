"""
The line itself, on one page.

    targets -> components -> graph -> conclusions -> findings -> report
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from licensescan.base.installation import build_id, cache_folder
from licensescan.cache.texts import Cache
from licensescan.collect import kind_of, source_of
from licensescan.collect.python import environment as installed
from licensescan.collect.python.discover import Environment, discover, inspect
from licensescan.conclude.base_models import inherited
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.judge.judge import judge
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    Component,
    Conclusion,
    IncompleteError,
    Policy,
    Problem,
    Purl,
    Report,
    Target,
    UsageError,
    Verdict,
)
from licensescan.reader.inputs import note
from licensescan.resolver.graph import Graph, Root
from licensescan.resolver.resolve import resolve
from licensescan.resolver.roots import project_name, roots_of
from licensescan.rulebook.rulebook import Rulebook, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    How to look: the `project` folder, which `environment` (`--env`), the process's
    `variables`, whether results are remembered (`cached`), `find_links`, folders of
    wheels for lock files, in how many processes (`jobs`), and whether the package index
    may be asked (`online`).
    """

    project: str = "."
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    cached: bool = True
    find_links: tuple[str, ...] = ()
    jobs: int = 1
    online: bool = False


@dataclass(slots=True)
class _Collected:
    targets: list[Target] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    discovered: bool = False
    roots: list[Root] = field(default_factory=list)


Progress = Callable[[str, int, int], None]
"""Told the step, how many are done, and of how many (0 when that is not known)."""


def scan(
    paths: Sequence[str],
    *,
    policy: Policy | None,
    today: date,
    options: Options,
    fail_on: Verdict | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Report:
    """
    Examine `paths` (none: the environment of the project) and judge them by `policy`
    (None: an inventory only).

    `today` decides whether a waiver has expired. Raises `UsageError` when there is
    nothing to judge; a target that cannot be opened as what it is makes the report
    incomplete instead.
    """
    rulebook = load()
    found = _collect(paths, options, progress)
    graph = _resolve(found, options)
    reading = CachedReading(_cache(options))
    if options.jobs > 1:
        progress("reading ahead", 0, 0)
        reading.read_ahead(found.components, options.jobs)
    conclusions = inherited(
        _conclude(found.components, graph, rulebook, reading, policy, progress),
        rulebook,
    )
    reading.save()
    findings, conclusions = judge(conclusions, rulebook, policy, today=today)
    return Report(
        targets=tuple(found.targets),
        conclusions=tuple(conclusions),
        findings=tuple(findings),
        policy=policy,
        fail_on=fail_on or (policy.fail_on if policy else "review"),
        incomplete=tuple(found.incomplete),
        facts=graph.facts(),
    )


def _collect(paths: Sequence[str], options: Options, progress: Progress) -> _Collected:
    found = _Collected()
    if not paths:
        environment = discover(options.project, options.environment, options.variables)
        found.discovered = options.environment != "self"
        _take_environment(environment, found, options, progress)
    for path in paths:
        note("", os.path.abspath(path)[1:])
        if not os.path.lexists(path):
            raise UsageError(f"{path}: there is no such file or folder")
        environment_here = (
            inspect(path, "named as target") if os.path.isdir(path) else None
        )
        if environment_here:
            _take_environment(environment_here, found, options, progress, shown=path)
        else:
            _take(path, found, options)
    _take_models(found, options)
    return found


def _take_models(found: _Collected, options: Options) -> None:
    """
    The models that the project's code names, and what the models among the components
    were made from.
    """
    if not found.discovered and not any(
        c.kind in ("model", "dataset") for c in found.components
    ):
        return
    from licensescan.collect.models import referenced as named

    sites = [site for environment in found.environments for site in environment.sites]
    shelf = named.Shelf.of(options.variables, sites, options.project)
    if found.discovered:
        code = named.named_by(options.project, found.components, shelf)
        found.components += code.components
        found.roots += named.roots_of(code.references)
        found.components += named.unread(code.problems, project_name(options.project))
    found.components += named.built_on(found.components, shelf)


def _take_environment(
    environment: Environment,
    found: _Collected,
    options: Options,
    progress: Progress,
    shown: str = "",
) -> None:
    path = shown or _relative(environment.prefix, options.project)
    found.environments.append(environment)
    for component in installed.collect(environment):
        found.components.append(component)
        progress("reading", len(found.components), 0)
    python = (
        f"Python {environment.python}"
        if environment.python
        else "Python version unknown"
    )
    found.targets.append(
        Target(kind="environment", path=path, chosen=environment.chosen, detail=python)
    )


def _take(path: str, found: _Collected, options: Options) -> None:
    kind = kind_of(path)
    if kind is None:
        found.incomplete.append(f"{path}: no kind of target that licensescan knows")
        found.targets.append(Target(kind="unknown", path=path))
        return
    found.targets.append(Target(kind=kind, path=path))
    try:
        if kind == "lock":
            from licensescan.collect.python import lock

            # One by one: what was found before the index broke off stays.
            for component in lock.collect(
                path, options.find_links, options.variables, online=options.online
            ):
                found.components.append(component)
        else:
            found.components += _with_models(
                list(source_of(kind).collect(path)), kind, path, options
            )
    except IncompleteError as error:
        found.incomplete.append(str(error))


def _with_models(
    components: list[Component], kind: str, path: str, options: Options
) -> list[Component]:
    """A source tree with the models that its code names."""
    if kind != "tree" or len(components) != 1 or not os.path.isdir(path):
        return components
    from licensescan.collect.models import referenced as named

    code = named.named_by(
        path, components, named.Shelf.of(options.variables, project=path)
    )
    whole = replace(
        components[0],
        requires=(*components[0].requires, *named.requires_of(code.references)),
        problems=(*components[0].problems, *code.problems),
    )
    return [whole, *code.components]


def _resolve(found: _Collected, options: Options) -> Graph:
    python = found.environments[0].python if found.environments else ""
    # A target that was named by its path is not this project's: its own top-level
    # packages are its roots.
    roots = (
        [*roots_of(options.project), *found.roots]
        if found.environments and found.discovered
        else []
    )
    return resolve(
        found.components, roots, python=python, project=project_name(options.project)
    )


def graph_of(paths: Sequence[str], *, options: Options) -> Graph:
    """The graph alone, for `why`."""
    return _resolve(_collect(paths, options, lambda step, done, total: None), options)


def _conclude(
    components: list[Component],
    graph: Graph,
    rulebook: Rulebook,
    reading: CachedReading,
    policy: Policy | None,
    progress: Progress,
) -> list[Conclusion]:
    """
    Each component on its own: what goes wrong with one is said of it, and the next goes
    on.

    `components` is emptied on the way: their texts are most of what a scan holds in
    memory.
    """
    curations = policy.curations if policy else ()
    concluded = []
    total = len(components)
    components.reverse()
    while components:
        progress("concluding", total - len(components) + 1, total)
        component = graph.placed(components.pop())
        try:
            conclusion = conclude(component, rulebook, reading, curations)
        except (
            RecursionError,
            MemoryError,
            ValueError,
            KeyError,
            IndexError,
            TypeError,
        ) as error:
            message = f"an internal error while examining it ({type(error).__name__}: {error})"
            problem = Problem(
                rule=RuleId.LICENSE_UNKNOWN, path=component.path, message=message
            )
            conclusion = Conclusion(
                component=replace(component, evidence=(), parts=()), problems=(problem,)
            )
        concluded.append(replace(conclusion, paths=graph.shortest_paths(component)))
    return sorted(concluded, key=lambda c: (c.component.purl, c.component.path))


def _cache(options: Options) -> Cache:
    return Cache(
        cache_folder(options.variables) if options.cached else None, build_id()
    )


def _relative(path: str, project: str) -> str:
    inside = os.path.relpath(path, project)
    return path if inside.startswith("..") else inside


__all__ = ["Options", "Purl", "scan"]
