"""
The targets of one run -> their components: the project's environment where nothing is
named, else each path as the first kind that takes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from licensescan.collect import kind_of, source_of
from licensescan.collect.python.discover import Environment, discover, inspect
from licensescan.model.types import Component, IncompleteError, Root, Target, UsageError
from licensescan.reader.inputs import note
from licensescan.resolver.roots import project_name

Progress = Callable[[str, int, int], None]
"""Called with a step, how many are done, and of how many (0 if that is not known)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    How a run looks at its targets.

    `project` is the folder of the project, `environment` what `--env` names,
    `variables` are those of the process. `cached` lets results be remembered,
    `find_links` are folders of wheels for lock files, `jobs` is the number of
    processes, and `online` lets the package index be asked.
    """

    project: str = "."
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    cached: bool = True
    find_links: tuple[str, ...] = ()
    jobs: int = 1
    online: bool = False


@dataclass(slots=True)
class Collected:
    """
    What the targets of a run hold. `incomplete` says what could not be opened as what
    it is. `roots` are the models that the project's own code asks for.
    """

    targets: list[Target] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    is_project: bool = False
    roots: list[Root] = field(default_factory=list)


def collect(paths: Sequence[str], options: Options, progress: Progress) -> Collected:
    """
    Return what `paths` hold; without any, what the environment of the project holds.

    Raises `UsageError` when a path leads nowhere or no environment is found.
    """
    gathering = _Gathering(options, progress)
    if not paths:
        gathering.add_project()
    for path in paths:
        gathering.add_path(path)
    gathering.add_models()
    return gathering.collected


class _Gathering:
    """Gathers the components of one target after the other."""

    def __init__(self, options: Options, progress: Progress) -> None:
        self.collected = Collected()
        self.options = options
        self.progress = progress

    def add_project(self) -> None:
        options = self.options
        environment = discover(options.project, options.environment, options.variables)
        self.collected.is_project = options.environment != "self"
        shown = _relative(environment.prefix, options.project)
        self._add_environment(environment, shown)

    def add_path(self, path: str) -> None:
        note("", os.path.abspath(path)[1:])
        if not os.path.lexists(path):
            raise UsageError(f"{path}: there is no such file or folder")
        is_folder = os.path.isdir(path)
        environment = inspect(path, "named as target") if is_folder else None
        if environment:
            self._add_environment(environment, path)
        else:
            self._add_target(path)

    def _add_environment(self, environment: Environment, shown: str) -> None:
        collected = self.collected
        collected.environments.append(environment)
        # It loads importlib-metadata, which other targets do without.
        from licensescan.collect.python import environment as installed

        for component in installed.collect(environment):
            collected.components.append(component)
            self.progress("reading", len(collected.components), 0)
        version = environment.python
        python = f"Python {version}" if version else "Python version unknown"
        collected.targets.append(
            Target(
                kind="environment",
                path=shown,
                chosen=environment.chosen,
                detail=python,
            )
        )

    def _add_target(self, path: str) -> None:
        collected = self.collected
        kind = kind_of(path)
        collected.targets.append(Target(kind=kind or "unknown", path=path))
        if kind is None:
            collected.incomplete.append(
                f"{path}: no kind of target that licensescan knows"
            )
            return
        try:
            # One by one: what was found before a source broke off stays.
            for component in self._components(kind, path):
                collected.components.append(component)
        except IncompleteError as error:
            collected.incomplete.append(str(error))

    def _components(self, kind: str, path: str) -> Iterable[Component]:
        options = self.options
        if kind == "lock":
            from licensescan.collect.python import lock

            return lock.collect(
                path, options.find_links, options.variables, online=options.online
            )
        components = list(source_of(kind).collect(path))
        if kind == "tree" and len(components) == 1 and os.path.isdir(path):
            return _with_models(components[0], path, options)
        return components

    def add_models(self) -> None:
        """
        Add the models that the project's code names, and those from which the models
        among the components were made.
        """
        collected = self.collected
        kinds = {component.kind for component in collected.components}
        if not collected.is_project and not kinds & {"model", "dataset"}:
            return
        from licensescan.collect.models import referenced

        options = self.options
        sites = [site for found in collected.environments for site in found.sites]
        stores = referenced.Stores.of(options.variables, sites, options.project)
        if collected.is_project:
            named = referenced.named_by(options.project, collected.components, stores)
            collected.components += named.components
            collected.roots += referenced.roots_of(named.references)
            collected.components += referenced.unread(
                named.problems, project_name(options.project)
            )
        collected.components += referenced.built_on(collected.components, stores)


def _with_models(tree: Component, path: str, options: Options) -> list[Component]:
    """Return a source tree and the models that its code names."""
    from licensescan.collect.models import referenced

    stores = referenced.Stores.of(options.variables, project=path)
    named = referenced.named_by(path, [tree], stores)
    whole = replace(
        tree,
        requires=(*tree.requires, *referenced.requires_of(named.references)),
        problems=(*tree.problems, *named.problems),
    )
    return [whole, *named.components]


def _relative(path: str, project: str) -> str:
    """Return `path` as seen from the project, or as it is where it lies elsewhere."""
    inside = os.path.relpath(path, project)
    return path if inside.startswith("..") else inside
