"""
What a command is about -> components: the project, or the targets that were
named.

The project is its own tree, its environments, and the models that its code
names; without an environment, its lock file. A component that two targets hold
counts once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from licensescan.base.installation import build_id, cache_folder
from licensescan.base.portable import shown_from, this_platform
from licensescan.cache.conclusions import Identities
from licensescan.cache.steps import Steps
from licensescan.collect import kind_of, source_of
from licensescan.collect.many_problems import bounded
from licensescan.collect.python.discover import Choice, discover
from licensescan.collect.python.prefix import (
    Environment,
    inspect,
    subdir_of,
)
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    Component,
    IncompleteError,
    Problem,
    Root,
    Target,
    UsageError,
)
from licensescan.reader.inputs import is_file, note_path
from licensescan.resolver.project import Project, find_project
from licensescan.resolver.roots import (
    declared_names,
    project_name,
    roots_of,
    unread_lines,
)
from licensescan.standards.purl import purl
from licensescan.standards.requirements import (
    Platform,
    Setting,
    canonical,
    parse_requirement,
    platform_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    How to look: the folder `project` in which the user stands, which
    `environment` (`--env`), the process's `variables`, whether results are
    remembered (`cached`), `find_links`, folders of wheels for lock files, in
    how many processes (`jobs`), whether the package index may be asked
    (`online`), the tag of another `platform`, the paths of the reports that
    are written (`outputs`), the component of which all that was considered
    is to be shown (`why`), and whether texts are kept for a report, and what
    exactly was judged is looked up (`with_origins`).
    """

    project: str = "."
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    cached: bool = True
    find_links: tuple[str, ...] = ()
    jobs: int = 1
    online: bool = False
    platform: str = ""
    outputs: tuple[str, ...] = ()
    why: str = ""
    with_texts: bool = False
    with_origins: bool = False


MOST_LISTED = 10_000
"""Packages that are read of one list; a longer one is incomplete."""

Progress = Callable[[str, int, int], None]
"""
Told the step, how many are done, and of how many (0 when that is not known).
"""


def steps_of(options: Options) -> Steps | None:
    """Return what former runs made, unless nothing is remembered."""
    if not options.cached:
        return None
    return Steps(cache_folder(options.variables), build_id())


@dataclass(slots=True)
class Collected:
    """
    What the targets hold, and the roots that the project names, if it is one.
    """

    project: Project
    targets: list[Target] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)
    asked: Platform | None = None
    identities: Identities = field(default_factory=Identities)

    @property
    def platform(self) -> Platform:
        """
        The platform asked for, else that of the environment, else this
        machine's.
        """
        if self.asked:
            return self.asked
        sites = [site for e in self.environments for site in e.sites]
        # Only Windows has `Lib/site-packages` without a Python's version above
        # it.
        if any(_WINDOWS_SITE.search(site) for site in sites):
            return Platform("win32", "AMD64")
        subdirs = (subdir_of(e.prefix) for e in self.environments if e.conda)
        known = filter(None, map(platform_of, subdirs))
        here = platform_of(this_platform()) or platform_of(sys.platform)
        return next(known, here or Platform())

    @property
    def python(self) -> str:
        """
        The Python version of the first environment, "" when none is known.
        """
        return self.environments[0].python if self.environments else ""


def collect(
    paths: Sequence[str],
    options: Options,
    progress: Progress,
) -> Collected:
    """
    Return what `paths` hold; none, or ".", stands for the project.

    Raises `UsageError` when there is nothing that could be judged. A target
    that cannot be opened as what it is makes the result incomplete instead.
    """
    collector = _Collector(options, progress)
    if not paths:
        collector.take_project()
    for path in paths:
        if path in (".", "./") and collector.stands_in_project():
            collector.take_project()
        else:
            collector.take(path)
    collector.take_models()
    found = collector.found
    found.components = once(map(bounded, found.components))
    if options.with_origins:
        found.targets = list(map(collector.identified, found.targets))
    if not found.components and not found.incomplete:
        named = ", ".join(paths) or found.project.folder
        raise UsageError(
            f"nothing to judge in {named}. {_advice(found.project)}"
        )
    return found


class _Collector:
    """Takes one target after the other; what they hold adds up in `found`."""

    def __init__(
        self,
        options: Options,
        progress: Progress,
    ) -> None:
        self.options = options
        self.progress = progress
        self.found = Collected(
            project=find_project(options.project),
            asked=_platform_asked(options.platform),
        )
        self.is_project = False

    # -- the project --

    def stands_in_project(self) -> bool:
        """
        Return True unless the user stands in an environment or in any other
        tree.
        """
        is_environment = inspect(self.options.project, "") is not None
        return self.found.project.marked and not is_environment

    def take_project(self) -> None:
        """
        The project's own tree, its environments or its lock, what it declares.
        """
        options, project = self.options, self.found.project
        self.is_project = options.environment != "self"
        choice = discover(
            project,
            options.environment,
            options.variables,
            declared=declared_names(project.folder, "", self.found.platform),
        )
        lock = None if choice.environments else project.lock
        if not choice.environments and lock is None:
            raise UsageError(_no_environment(project, choice))
        if self.is_project and project.marked:
            self._take_tree(choice)
        for environment in choice.environments:
            self.take_environment(environment)
        if lock is not None:
            why = "no environment: the lock of the project"
            self._take_kind("lock", self._shown(lock), chosen=why)
        elif project.lock and options.with_origins:
            self._pin_by(project.lock)
        if self.is_project:
            self._take_roots(is_closed=lock is not None)

    def _pin_by(self, lock_path: str) -> None:
        """Take the digests of what is installed from the project's lock."""
        from licensescan.collect.python.lock import locked_in
        from licensescan.collect.python.pinned import (
            by_name_and_version,
            pinned,
        )

        found = self.found
        setting = Setting(found.platform, found.python)
        packages = by_name_and_version(locked_in(lock_path, setting))
        found.components = [
            pinned(c, packages.get((canonical(c.name), c.version)))
            for c in found.components
        ]

    def identified(self, target: Target) -> Target:
        """Return a target with its commit and the digests that pin it."""
        from licensescan.collect.identity import revision_of, sha256_of

        place = os.path.join(self.options.project, target.path)
        is_tree = target.kind in ("project", "tree", "models")
        pins: list[str] = []
        if target.kind == "project":
            pins += filter(None, [self.found.project.lock])
        elif target.kind != "environment" and is_file(place):
            pins.append(place)
        digests = {os.path.basename(p): sha256_of(p) for p in pins}
        return replace(
            target,
            revision=revision_of(place) if is_tree else "",
            digests={name: d for name, d in digests.items() if d},
        )

    def _take_tree(
        self,
        choice: Choice,
    ) -> None:
        """The project's own files, and those of its workspace's members."""
        project = self.found.project
        from licensescan.collect.trees import source_tree

        tree = source_tree.collect_project(
            project.folder, self.options.outputs
        )
        self.found.components.append(tree)
        name = project_name(project.folder)
        self.found.targets.append(
            Target(
                kind="project",
                path=self._shown(project.folder),
                detail=name,
                passed_over=choice.passed_over,
            )
        )

    def _take_roots(
        self,
        *,
        is_closed: bool,
    ) -> None:
        """
        What the project asks for; what of it is not there is a component, too.
        """
        project = self.found.project
        roots = roots_of(project.folder)
        self.found.roots += roots
        if not is_closed:
            self._add(self._absent(roots), project.folder)
        self.found.components += [
            _unresolved(line.text, line.source, line.text)
            for line in unread_lines(project.folder)
        ]

    def _add(self, components: Iterable[Component], source: str) -> None:
        """Add what the file or project at `source` lists."""
        listed = iter(components)
        self.found.components += islice(listed, MOST_LISTED)
        if next(listed, None) is not None:
            reason = f"{source}: lists more than {MOST_LISTED:,} packages, and only so many are read"
            self.found.incomplete.append(reason)

    def _absent(
        self,
        roots: Sequence[Root],
    ) -> Iterable[Component]:
        """What the project declares at run time and its environment lacks."""
        there = {canonical(c.name) for c in self.found.components}
        found = self.found
        wanted = declared_names(
            found.project.folder, found.python, found.platform
        )
        for root in roots:
            requirement = parse_requirement(root.requirement)
            if requirement is None or requirement.name in there:
                continue
            if root.scope == "runtime" and requirement.name in wanted:
                there.add(requirement.name)
                message = f"{root.source} asks for it and it is not installed"
                yield _unresolved(requirement.name, root.source, message)

    # -- targets --

    def take(
        self,
        path: str,
    ) -> None:
        """The target at `path`, told by what it is."""
        note_path(path)
        if not os.path.lexists(path):
            raise UsageError(f"{path}: there is no such file or folder")
        is_folder = os.path.isdir(path)
        # A file system has a Python's folders at its top, and is more than
        # that.
        is_system = is_folder and source_of("image").matches(path)
        environment = None
        if is_folder and not is_system:
            environment = inspect(path, "named as target")
        if environment:
            self.take_environment(environment, shown=path)
            return
        kind = kind_of(path)
        if kind is None:
            reason = f"{path}: no kind of target that licensescan knows; see licensescan check --help"
            self.found.incomplete.append(reason)
        self._take_kind(kind or "unknown", path)

    def take_environment(
        self,
        environment: Environment,
        shown: str = "",
    ) -> None:
        """Every distribution of an environment."""
        found = self.found
        found.environments.append(environment)
        # It loads importlib-metadata, which other targets do without.
        from licensescan.collect.python import environment as installed
        from licensescan.collect.python import remembered

        above = find_project(os.path.dirname(environment.prefix))
        own = found.project.own | (above.own if above.marked else frozenset())
        is_read = self.is_project and found.project.marked
        read = found.project.own if is_read else ()
        memory = remembered.Remembered(
            steps_of(self.options), self.options.jobs, found.identities
        )
        for component in installed.collect(
            environment, own=own, read=read, memory=memory
        ):
            found.components.append(component)
            self.progress("reading", len(found.components), 0)
        memory.save()
        version = environment.python
        found.targets.append(
            Target(
                kind="environment",
                path=shown or self._shown(environment.prefix),
                chosen=environment.chosen,
                detail=f"Python {version}"
                if version
                else "Python version unknown",
            )
        )

    def _take_kind(
        self,
        kind: str,
        path: str,
        chosen: str = "",
    ) -> None:
        self.found.targets.append(Target(kind=kind, path=path, chosen=chosen))
        try:
            if kind in ("lock", "sbom"):
                self._take_lock(path)
            elif kind == "image":
                for component in source_of(kind).collect(path):
                    self.found.components.append(component)
                    self.progress("reading", len(self.found.components), 0)
            elif kind != "unknown":
                components = list(source_of(kind).collect(path))
                if self.options.with_origins and kind in _ARCHIVES:
                    components = _of_archive(components, path)
                self.found.components += self._with_models(
                    components, kind, path
                )
        except IncompleteError as error:
            self.found.incomplete.append(str(error))

    def _take_lock(
        self,
        path: str,
    ) -> None:
        """
        What a lock file lists; where the index breaks off, what was found
        stays.
        """
        from licensescan.cache.fetched import FetchedCache
        from licensescan.collect.python import lock

        options, found = self.options, self.found
        kept = cache_folder(options.variables) if options.cached else None
        passed_over: list[str] = []
        search = lock.Search(
            find_links=options.find_links,
            variables=options.variables,
            online=options.online,
            platform=found.platform,
            fetched=FetchedCache(kept if options.online else None),
            told=self.progress,
            passed_over=passed_over.append,
        )
        first = len(found.components)
        self._add(lock.collect(path, search), path)
        found.targets[-1] = _locked_target(
            found.targets[-1], found.platform, passed_over
        )
        folder = os.path.dirname(os.path.realpath(path))
        of_project = folder in map(os.path.realpath, found.project.folders)
        roots = roots_of(folder) if of_project else []
        locked = found.components[first:]
        found.roots += roots or _top_level(locked, os.path.basename(path))

    # -- models --

    def _with_models(
        self,
        components: list[Component],
        kind: str,
        path: str,
    ) -> list[Component]:
        """A source tree with the models that its code names."""
        if kind != "tree" or len(components) != 1 or not os.path.isdir(path):
            return components
        from licensescan.collect.models import referenced

        stores = referenced.Stores.of(self.options.variables, project=path)
        code = referenced.named_by(path, components, stores)
        tree = components[0]
        requires = (*tree.requires, *referenced.requires_of(code.references))
        problems = (*tree.problems, *code.problems)
        return [
            replace(tree, requires=requires, problems=problems),
            *code.components,
        ]

    def take_models(self) -> None:
        """
        The models that the project's code names, and what the models among the
        components were made from.
        """
        found, options = self.found, self.options
        has_models = any(
            c.kind in ("model", "dataset") for c in found.components
        )
        if not self.is_project and not has_models:
            return
        from licensescan.collect.models import referenced

        folder = found.project.folder
        sites = [site for e in found.environments for site in e.sites]
        stores = referenced.Stores.of(options.variables, sites, folder)
        if self.is_project:
            code = referenced.named_by(folder, found.components, stores)
            found.components += code.components
            found.roots += referenced.roots_of(code.references)
            found.components += referenced.unread(
                code.problems, project_name(folder)
            )
        found.components += referenced.built_on(found.components, stores)

    def _shown(
        self,
        path: str,
    ) -> str:
        """
        A path as a report shows it: from where the user stands, if it is
        below.
        """
        return shown_from(path, os.path.abspath(self.options.project))


_ARCHIVES = ("wheel", "sdist", "jar", "npm", "deb")
"""Targets that are one file with one component in it."""


def _of_archive(components: Sequence[Component], path: str) -> list[Component]:
    """Return the one component of an archive with the sha256 of that."""
    if len(components) != 1:
        return list(components)
    from licensescan.collect.identity import sha256_of

    (whole,) = components
    provenance = replace(whole.provenance, sha256=sha256_of(path))
    return [replace(whole, provenance=provenance)]


_WINDOWS_SITE = re.compile(r"[/\\]Lib[/\\]site-packages$")


def _locked_target(
    target: Target,
    platform: Platform,
    passed_over: Sequence[str],
) -> Target:
    """Return a list of packages as a target that says for what it was read."""
    if target.kind != "lock":
        return target
    detail = f"for {platform.system}-{platform.machine}"
    if passed_over:
        detail += f", without {len(passed_over)} for other platforms"
    return replace(target, detail=detail, passed_over=tuple(passed_over))


def _platform_asked(tag: str) -> Platform | None:
    """
    Return the platform of `--platform`. Raises `UsageError` for no known tag.
    """
    platform = platform_of(tag) if tag else None
    if tag and platform is None:
        examples = "linux_x86_64, manylinux_2_28_aarch64, macosx_11_0_arm64, win_amd64"
        raise UsageError(
            f"--platform {tag}: no platform tag, such as {examples}"
        )
    return platform


def _top_level(
    components: Sequence[Component],
    label: str,
) -> list[Root]:
    """What a list asks for itself: all that nothing else in it needs."""
    needed = {
        requirement.name
        for component in components
        for text in component.requires
        if (requirement := parse_requirement(text))
    }
    tops = [c for c in components if canonical(c.name) not in needed]
    return [
        Root(requirement=c.name, source=label, scope=c.scope) for c in tops
    ]


def once(components: Iterable[Component]) -> list[Component]:
    """
    Return `components` without what is said again, in their order: one that holds the
    very same as an earlier one of its purl, and one that only says where something
    should be which another target holds.

    Two of one purl that hold different things are both kept: either may be on other
    terms.
    """
    everything = list(components)
    read: set[str] = {c.purl for c in everything if not _is_unresolved(c)}
    read |= {identity.partition("@")[0] for identity in read}
    found = dict.fromkeys(
        _Content(component)
        for component in everything
        if not _is_unresolved(component) or component.purl not in read
    )
    return [content.component for content in found]


class _Content:
    """A component, equal to another of its purl that holds the very same."""

    def __init__(
        self,
        component: Component,
    ) -> None:
        self.component = component

    def __hash__(self) -> int:
        return hash(self.component.purl)

    def __eq__(
        self,
        other: object,
    ) -> bool:
        if not isinstance(other, _Content):
            return NotImplemented
        return self._held() == other._held()

    def _held(self) -> tuple[object, ...]:
        c = self.component
        return (c.purl, c.evidence, c.parts, c.problems)


def _is_unresolved(component: Component) -> bool:
    return not component.evidence and any(
        p.rule is RuleId.TERMS_UNREAD for p in component.problems
    )


def _unresolved(
    name: str,
    source: str,
    message: str,
) -> Component:
    """What the project asks for and nobody can look at here."""
    problem = Problem(
        rule=RuleId.TERMS_UNREAD,
        path=source,
        message=f"{message}: unresolved; its terms were not read",
    )
    is_name = parse_requirement(name) is not None
    return Component(
        purl=purl("pypi", canonical(name))
        if is_name
        else purl("generic", source),
        name=name if is_name else source,
        version="",
        scope="runtime",
        path=source,
        kind="package" if is_name else "source",
        problems=(problem,),
    )


def _no_environment(
    project: Project,
    choice: Choice,
) -> str:
    """The message for a project without an environment and without a lock."""
    rows = ["no Python environment found for this project"]
    if choice.passed_over:
        rows.append(f"passed over: {'; '.join(choice.passed_over[:3])}")
    return f"{'. '.join(rows)}. {_advice(project)}"


def _advice(project: Project) -> str:
    """What to type next, for this project."""
    folder = project.workspace

    def has(*names: str) -> bool:
        return any(is_file(os.path.join(folder, name)) for name in names)

    if project.lock:
        name = os.path.basename(project.lock)
        return f"Judge the lock with `licensescan check {name}`, or name one: --env PATH"
    for names, command in (
        (("poetry.toml",), "poetry install"),
        (("Pipfile",), "pipenv install"),
        (("pixi.toml",), "pixi install"),
        (("environment.yml", "environment.yaml"), "conda env create"),
        (
            ("requirements.txt",),
            "python -m venv .venv && .venv/bin/pip install -r requirements.txt",
        ),
        (
            ("pyproject.toml", "setup.py", "setup.cfg"),
            "python -m venv .venv && .venv/bin/pip install .",
        ),
    ):
        if has(*names):
            return f"Make one (`{command}`), or name it with --env PATH"
    return (
        "Go to the project's folder, or name what to judge: `licensescan check PATH`,"
        " --env PATH, or --env self for licensescan's own environment"
    )
