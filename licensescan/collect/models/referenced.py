"""
The models that a project's code names, and those that they were made from: each as a
component, wherever it is known.

A reference is looked for in the caches of huggingface_hub and torch.hub, in Ollama's
store, and in what installed packages list of the weights that they download. What is
nowhere is a component too, which says so and is never clean.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from licensescan.collect.models import caches as models
from licensescan.collect.models import ollama
from licensescan.collect.models import torch_hub as torchhub
from licensescan.collect.models.code_references import Reference, references
from licensescan.collect.models.folder import component_of
from licensescan.collect.survey import weight_registries as registry
from licensescan.collect.trees import source_tree as tree
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Kind, Problem, Root
from licensescan.reader import FolderFiles
from licensescan.reader.inputs import is_folder
from licensescan.rulebook.model_families import family_of, table
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical, key_of

_MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """
    What a project's code names: the components to add, the references to them, and what
    could not be read.
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
    _listed: dict[str, registry.Listed] | None = field(default=None)

    @classmethod
    def of(
        cls, variables: Mapping[str, str], sites: Sequence[str] = (), project: str = ""
    ) -> Stores:
        """The stores of a user with these environment variables."""
        home = variables.get("HOME", "")
        store = variables.get("OLLAMA_MODELS") or (
            os.path.join(home, ".ollama", "models") if home else ""
        )
        return cls(
            hub=models.hub_cache(variables),
            torch=models.torch_hub(variables),
            ollama=store,
            sites=tuple(sites),
            project=project,
        )

    def find(self, kind: Kind, name: str, revision: str = "") -> Component | None:
        """The model or data set itself, when it is at hand."""
        prefix = {"dataset": "datasets"}.get(kind, "models")
        folder = (
            os.path.join(self.hub, f"{prefix}--{name.replace('/', '--')}")
            if self.hub
            else ""
        )
        if folder and is_folder(folder):
            return models.current(folder, revision or "main")
        if kind == "model" and "/" in name:
            return self._elsewhere(name)
        return None

    def _elsewhere(self, name: str) -> Component | None:
        owner, _, rest = name.partition("/")
        if owner == "ollama" and self.ollama and is_folder(self.ollama):
            return ollama.find(self.ollama, rest)
        found = (
            torchhub.find(self.torch, name)
            if self.torch and is_folder(self.torch)
            else None
        )
        return found or self._in_registry(name)

    def _in_registry(self, name: str) -> Component | None:
        """What an installed package lists of the weights `name`."""
        if self._listed is None:
            self._listed = {}
            for site in self.sites:
                files = FolderFiles(site)
                for one in table().registries:
                    for entry in registry.entries(
                        files, files.walk(one.files.rpartition("/")[0]), one
                    ):
                        self._listed.setdefault(entry.name, entry)
        # `net` stands for the first of its trained versions, `net.one`.
        starts = (e for n, e in self._listed.items() if n.startswith(f"{name}."))
        found = self._listed.get(name) or next(starts, None)
        if found is None:
            return None
        evidence = Evidence(
            kind=EvidenceKind.MODEL_CARD,
            path=found.path,
            value=found.license,
            lines=(found.line, found.line),
        )
        own = purl("huggingface", name.rsplit("/", 1)[-1], "", name.rpartition("/")[0])
        return Component(
            purl=own,
            name=name,
            version="",
            kind="model",
            relation="weights",
            path=found.path,
            evidence=(evidence,),
        )


def named_by(project: str, there: Sequence[Component], stores: Stores) -> Named:
    """
    What the code in the folder `project` names, beside what is `there`.

    Virtual environments, caches and installed packages inside the folder are not its
    code.
    """
    files = FolderFiles(project)
    found, problems = references(files, files.walk("", tree.is_foreign))
    seen = {key_of(c) for c in there}
    # A package that is not installed (a spaCy model) is a model that is not at hand.
    found = [
        replace(r, kind="model", hub="pypi") if _is_absent(r, seen) else r
        for r in found
    ]
    components = tuple(_components(found, there, stores))
    seen |= {key_of(c) for c in components}
    return Named(
        components=components,
        references=tuple(
            r for r in found if not r.folder or f"{r.kind}:{r.name.lower()}" in seen
        ),
        problems=(*problems, *files.problems),
    )


def _is_absent(reference: Reference, there: set[str]) -> bool:
    return reference.kind == "package" and canonical(reference.name) not in there


def unread(problems: Sequence[Problem], project: str) -> list[Component]:
    """
    The project's code as a component that says what could not be looked into; none when
    all could.
    """
    if not problems:
        return []
    named_ = ", ".join(f"{p.path or 'the project'} ({p.message})" for p in problems[:5])
    message = f"models that its code names may be missing here: {named_}"[:800]
    told = Problem(rule=RuleId.TERMS_UNREAD, path=problems[0].path, message=message)
    own = purl("generic", project)
    return [
        Component(purl=own, name=project, version="", kind="source", problems=(told,))
    ]


def roots_of(references: Sequence[Reference]) -> list[Root]:
    """The references of a project's code as what the project asks for."""
    return [
        Root(requirement=_requirement(r), source=f"{r.path}:{r.line}", scope=r.scope)
        for r in references
    ]


def requires_of(references: Sequence[Reference]) -> tuple[str, ...]:
    """The references of a tree's code as its requirement lines, each with its place."""
    return tuple(
        f"{_requirement(r)} ({r.path}:{r.line})"
        for r in references
        if r.kind != "package"
    )


def _requirement(reference: Reference) -> str:
    return (
        reference.name
        if reference.kind == "package"
        else f"{reference.kind}:{reference.name}"
    )


def built_on(there: Sequence[Component], stores: Stores) -> list[Component]:
    """
    What the models among `there` were made from, as far as it is not there itself.
    """
    return list(_components((), there, stores))


def _components(
    found: Sequence[Reference], there: Sequence[Component], stores: Stores
) -> Iterator[Component]:
    seen = {key_of(c) for c in there}
    for reference in found:
        if (
            reference.kind == "package"
            or (key := f"{reference.kind}:{reference.name.lower()}") in seen
        ):
            continue
        seen.add(key)
        component = _component(reference, stores)
        if component:
            yield component
            there = (*there, component)
    waiting = deque(c for c in there if c.kind in ("model", "dataset"))
    while waiting and len(seen) < _MOST:
        whole = waiting.popleft()
        for line in whole.requires:
            kind, _, name = line.partition(":")
            if kind not in ("model", "dataset") or line.lower() in seen:
                continue
            seen.add(line.lower())
            made = _built_on(
                "model" if kind == "model" else "dataset", name, whole, stores
            )
            if made:
                waiting.append(made)
                yield made


def _component(reference: Reference, stores: Stores) -> Component | None:
    if reference.folder:
        folder = os.path.join(stores.project, reference.name)
        if not is_folder(folder) or not models.matches(folder):
            return None
        files = FolderFiles(folder, [stores.project])
        return component_of(files, files.paths(), name=reference.name)
    kind: Kind = "dataset" if reference.kind == "dataset" else "model"
    found = stores.find(kind, reference.name, reference.revision)
    if found is None:
        where = f"{reference.path}:{reference.line} names it"
        found = _unresolved(kind, reference.name, where, reference.path, reference.hub)
    place = (reference.line, reference.line)
    named = Evidence(
        kind=EvidenceKind.REFERENCE,
        path=reference.path,
        value=f"{reference.call}({reference.name!r})",
        lines=place,
    )
    return replace(found, evidence=(*found.evidence, named))


def _built_on(
    kind: Kind, name: str, whole: Component, stores: Stores
) -> Component | None:
    """
    A base model always is a component: what its license passes down concerns the model
    made from it. A data set that somebody else trained on is one when something is
    known of it.
    """
    found = stores.find(kind, name)
    if found or (kind == "dataset" and family_of(kind, name) is None):
        return found
    return _unresolved(kind, name, f"{whole.name} builds on it", "")


def _unresolved(
    kind: Kind, name: str, where: str, path: str, hub: str = "huggingface"
) -> Component:
    message = (
        f"{name}: {where}, and it is not at hand: unresolved; its terms were not read"
    )
    return Component(
        purl=purl(hub, name.rsplit("/", 1)[-1], "", name.rpartition("/")[0]),
        name=name,
        version="",
        kind=kind,
        relation="data" if kind == "dataset" else "weights",
        path=path,
        problems=(Problem(rule=RuleId.TERMS_UNREAD, path=path, message=message),),
    )
