"""
The models that a project's code names, and those that they were made from:
each as a component, wherever it is known.

A reference is looked for in the caches of huggingface_hub and torch.hub, in
Ollama's store, and in what installed packages list of the weights that they
download. What is nowhere is a component too, which says so and is never clean.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from licensescan.collect.models import (
    caches,
    hugging_face,
    locations,
    ollama,
    torch_hub,
)
from licensescan.collect.models.code_references import Reference, references
from licensescan.collect.models.folder import component_of
from licensescan.collect.models.gathered import model_purl
from licensescan.collect.survey import weight_registries
from licensescan.collect.survey.weight_registries import Listed
from licensescan.collect.trees import source_tree
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    Component,
    Evidence,
    Kind,
    Problem,
    Purl,
    Root,
)
from licensescan.reader import FolderFiles
from licensescan.reader.inputs import is_folder
from licensescan.rulebook.model_families import family_of, table
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical, key_of

_MODEL_KINDS: Mapping[str, Kind] = {"model": "model", "dataset": "dataset"}
_FOLDERS: Mapping[str, str] = {"model": "models", "dataset": "datasets"}
"""Starts of folders in a Hugging Face cache."""

_UNREAD_SHOWN = 5
_MESSAGE_LENGTH = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """
    What a project's code names: the components to add, the references to them,
    and what could not be read.
    """

    components: tuple[Component, ...] = ()
    references: tuple[Reference, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Stores:
    """
    Where models may be at hand. `sites` are the folders of installed packages,
    `project` is where code was read.
    """

    hub: str = ""
    torch: str = ""
    ollama: str = ""
    sites: tuple[str, ...] = ()
    project: str = ""
    _listed: dict[str, Listed] | None = field(default=None)

    @classmethod
    def of(
        cls,
        variables: Mapping[str, str],
        sites: Sequence[str] = (),
        project: str = "",
    ) -> Stores:
        """Return the stores of a user with these environment variables."""
        return cls(
            hub=locations.hub_cache(variables),
            torch=locations.torch_hub(variables),
            ollama=locations.ollama_store(variables),
            sites=tuple(sites),
            project=project,
        )

    def find(
        self, kind: Kind, name: str, revision: str = ""
    ) -> Component | None:
        """Return the model or data set itself, when it is at hand."""
        folder = f"{_FOLDERS[kind]}--{name.replace('/', '--')}"
        path = os.path.join(self.hub, folder)
        if self.hub and is_folder(path):
            return hugging_face.current(path, revision or "main")
        if kind == "dataset" or "/" not in name:
            return None
        return self._find_elsewhere(name)

    def _find_elsewhere(self, name: str) -> Component | None:
        owner, _, rest = name.partition("/")
        if owner == "ollama" and _is_store(self.ollama):
            return ollama.find(self.ollama, rest)
        cached = (
            torch_hub.find(self.torch, name) if _is_store(self.torch) else None
        )
        return cached or self._find_listed(name)

    def _find_listed(self, name: str) -> Component | None:
        """
        Return the weights `name` by what an installed package lists of them.
        """
        if self._listed is None:
            self._listed = self._list()
        # `net` stands for the first of its trained versions, `net.one`.
        versions = [
            full for full in self._listed if full.startswith(f"{name}.")
        ]
        for full in (name, *versions):
            if full in self._listed:
                return _listed(name, self._listed[full])
        return None

    def _list(self) -> dict[str, Listed]:
        """
        Return what installed packages list of weights, by name; the first
        counts.
        """
        listed: dict[str, Listed] = {}
        for site in self.sites:
            files = FolderFiles(site)
            for registry in table().registries:
                paths = files.walk(registry.files.rpartition("/")[0])
                for entry in weight_registries.entries(files, paths, registry):
                    listed.setdefault(entry.name, entry)
        return listed


def _is_store(folder: str) -> bool:
    return bool(folder) and is_folder(folder)


def _listed(name: str, entry: Listed) -> Component:
    evidence = Evidence(
        kind=EvidenceKind.MODEL_CARD,
        path=entry.path,
        value=entry.license,
        lines=(entry.line, entry.line),
    )
    return Component(
        purl=model_purl("huggingface", name),
        name=name,
        version="",
        kind="model",
        relation="weights",
        path=entry.path,
        evidence=(evidence,),
    )


# -- what code names --


def named_by(
    project: str, present: Sequence[Component], stores: Stores
) -> Named:
    """
    Return what the code in the folder `project` names, beside what is
    `present`.

    Virtual environments, caches and installed packages inside the folder are
    not its code.
    """
    files = FolderFiles(project)
    paths = files.walk("", source_tree.is_foreign)
    written, problems = references(files, paths)
    keys = {key_of(component) for component in present}
    # A package that is not installed (a spaCy model) is a model that is not at
    # hand.
    named = [
        replace(reference, kind="model", hub="pypi")
        if _is_absent(reference, keys)
        else reference
        for reference in written
    ]
    components = tuple(_components(named, present, stores))
    keys |= {key_of(component) for component in components}
    return Named(
        components=components,
        references=tuple(
            reference
            for reference in named
            if not reference.folder or _key(reference) in keys
        ),
        problems=(*problems, *files.problems),
    )


def _key(reference: Reference) -> str:
    """Return what the component of a reference is called in the graph."""
    return f"{reference.kind}:{reference.name.lower()}"


def _is_absent(reference: Reference, keys: set[str]) -> bool:
    return (
        reference.kind == "package" and canonical(reference.name) not in keys
    )


def unread(problems: Sequence[Problem], project: str) -> list[Component]:
    """
    Return the project's code as a component that says what could not be looked
    into; none when all could.
    """
    if not problems:
        return []
    named = ", ".join(
        f"{problem.path or 'the project'} ({problem.message})"
        for problem in problems[:_UNREAD_SHOWN]
    )
    message = f"models that its code names may be missing here: {named}"
    problem = Problem(
        rule=RuleId.TERMS_UNREAD,
        path=problems[0].path,
        message=message[:_MESSAGE_LENGTH],
    )
    return [
        Component(
            purl=purl("generic", project),
            name=project,
            version="",
            kind="source",
            problems=(problem,),
        )
    ]


def roots_of(references: Sequence[Reference]) -> list[Root]:
    """
    Return the references of a project's code as what the project asks for.
    """
    return [
        Root(
            requirement=_requirement(reference),
            source=f"{reference.path}:{reference.line}",
            scope=reference.scope,
        )
        for reference in references
    ]


def requires_of(references: Sequence[Reference]) -> tuple[str, ...]:
    """
    Return the references of a tree's code as its requirement lines, each with
    its place.
    """
    return tuple(
        f"{_requirement(reference)} ({reference.path}:{reference.line})"
        for reference in references
        if reference.kind != "package"
    )


def _requirement(reference: Reference) -> str:
    is_package = reference.kind == "package"
    return (
        reference.name if is_package else f"{reference.kind}:{reference.name}"
    )


# -- their components, and what these build on --


def built_on(present: Sequence[Component], stores: Stores) -> list[Component]:
    """
    Return what the models that are `present` were made from, as far as it is
    not present itself.
    """
    return list(_components((), present, stores))


def _components(
    named: Iterable[Reference], present: Sequence[Component], stores: Stores
) -> Iterator[Component]:
    seen = {key_of(component) for component in present}
    waiting = deque(present)
    for reference in named:
        key = _key(reference)
        if reference.kind == "package" or key in seen:
            continue
        seen.add(key)
        component = _component(reference, stores)
        if component:
            yield component
            waiting.append(component)
    while waiting:
        for component in _bases(waiting.popleft(), seen, stores):
            yield component
            waiting.append(component)


def _bases(
    whole: Component, seen: set[str], stores: Stores
) -> Iterator[Component]:
    """Yield what a model or data set builds on and was not `seen`."""
    if whole.kind not in _MODEL_KINDS:
        return
    for requirement in whole.requires:
        kind, _, name = requirement.partition(":")
        key = requirement.lower()
        if kind not in _MODEL_KINDS or key in seen:
            continue
        seen.add(key)
        component = _base(_MODEL_KINDS[kind], name, whole, stores)
        if component:
            yield component


def _component(reference: Reference, stores: Stores) -> Component | None:
    if reference.folder:
        return _folder(reference, stores)
    kind: Kind = "dataset" if reference.kind == "dataset" else "model"
    component = stores.find(kind, reference.name, reference.revision)
    if component is None:
        where = f"{reference.path}:{reference.line} names it"
        own_purl = model_purl(reference.hub, reference.name)
        component = replace(
            _unresolved(
                kind,
                reference.name,
                where,
                own_purl,
                reference.path,
            ),
            version=reference.revision,
        )
    evidence = Evidence(
        kind=EvidenceKind.REFERENCE,
        path=reference.path,
        value=reference.shown,
        lines=(reference.line, reference.line),
    )
    return replace(component, evidence=(*component.evidence, evidence))


def _folder(reference: Reference, stores: Stores) -> Component | None:
    """
    Return the model in a folder of the project; None where it holds none.
    """
    path = os.path.join(stores.project, reference.name)
    if not is_folder(path) or not caches.matches(path):
        return None
    files = FolderFiles(path, [stores.project])
    return component_of(files, files.paths(), name=reference.name)


def _base(
    kind: Kind, name: str, whole: Component, stores: Stores
) -> Component | None:
    """
    Return what `whole` builds on. A base model always is a component: what its
    license passes down concerns the model made from it. A data set that
    another model was trained on is one when something is known of it.
    """
    component = stores.find(kind, name)
    is_known = kind == "model" or family_of(kind, name) is not None
    if component or not is_known:
        return component
    where = f"{whole.name} builds on it"
    return _unresolved(kind, name, where, model_purl("huggingface", name))


def _unresolved(
    kind: Kind, name: str, where: str, own_purl: Purl, path: str = ""
) -> Component:
    message = f"{name}: {where}, and it is not at hand: unresolved; its terms were not read"
    problem = Problem(rule=RuleId.TERMS_UNREAD, path=path, message=message)
    return Component(
        purl=own_purl,
        name=name,
        version="",
        kind=kind,
        relation="data" if kind == "dataset" else "weights",
        path=path,
        problems=(problem,),
    )
