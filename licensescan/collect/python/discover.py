"""
Which environments belong to a project, found without running its Python.

What was asked for comes first, then an active environment, those in the
project's own folders, those that managers keep for it elsewhere, licensescan's
own prefix, and what is merely on PATH. A prefix that a tool made for a program
(pre-commit, pipx, uvx) is never a project's. What is only a guess has to hold
what the project declares.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from licensescan.collect.python.kept_elsewhere import computed, tool_of
from licensescan.collect.python.prefix import Environment, inspect, pyvenv
from licensescan.model.types import UsageError
from licensescan.reader import FolderFiles, ReadError
from licensescan.reader.inputs import is_file, is_folder, names_in
from licensescan.resolver.project import Project
from licensescan.standards.requirements import canonical

_INFO = re.compile(
    r"(.+?)(?:-\d[^-]*(?:-py\d.*)?)?\.(?:dist-info|egg-info|egg-link)$"
)
_CONDA_RECORD = re.compile(r"(.+)-[^-]+-[^-]+\.json$")


class Trust(Enum):
    """Why an environment may be the project's."""

    ASKED = "named by the user"
    ACTIVE = "activated in this shell"
    PROJECT = "in the project's own folder"
    MANAGER = "where the project's manager keeps it"
    GUESS = "only seen, so that it has to hold what the project declares"


@dataclass(frozen=True, slots=True)
class _Candidate:
    prefix: str
    why: str
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    The environments of a project, usually one, and which were passed over:
    lines of the form "/opt/tool/venv (on PATH): it lacks gplseed".
    """

    environments: tuple[Environment, ...] = ()
    passed_over: tuple[str, ...] = ()


def discover(
    project: Project,
    asked: str | None,
    variables: Mapping[str, str],
    *,
    declared: Collection[str] = (),
    own_prefix: str | None = None,
) -> Choice:
    """
    Return the environments of `project`; none when none is certain enough.

    `asked` is `--env` (relative to where the user stands) or the policy's
    `environment`: a folder, or `self`. `declared` are the canonical names that
    the project requires at run time. Raises `UsageError` for an asked one that
    is none.
    """
    own = os.path.realpath(own_prefix or sys.prefix)
    if asked == "self":
        return Choice(
            environments=(_need(own, "licensescan's own (--env self)"),)
        )
    if asked:
        named = os.path.join(project.start, asked)
        return Choice(environments=(_need(named, f"--env {asked}"),))
    return _Search(project, variables, frozenset(declared), own).choice()


class _Search:
    """
    The search for one project; a class because each refusal is kept with its
    reason.
    """

    def __init__(
        self,
        project: Project,
        variables: Mapping[str, str],
        declared: frozenset[str],
        own: str,
    ) -> None:
        self.project = project
        self.variables = variables
        self.declared = declared
        self.own = own
        self.passed_over: list[str] = []
        self._seen: set[str] = set()

    def choice(self) -> Choice:
        """
        Take the first candidate that has all that the project declares, else
        the first that is no guess: what it lacks is then a finding.

        So another project's environment that is still active gives way to one
        of the project's own.
        """
        incomplete: list[Environment] = []
        for candidate in self._candidates():
            is_guess = candidate.trust is Trust.GUESS or self._is_hook(
                candidate
            )
            if is_guess and incomplete:
                break
            environment = self._accepted(candidate)
            if environment is None:
                continue
            lacks = self._lacks(environment)
            if not lacks and (self.declared or not is_guess):
                return self._in_place_of(incomplete, environment)
            if is_guess:
                self._pass_over(candidate.prefix, candidate.why, lacks)
            else:
                incomplete.append(environment)
        return self._chosen(*incomplete[:1])

    def _in_place_of(
        self,
        incomplete: list[Environment],
        environment: Environment,
    ) -> Choice:
        for other in incomplete:
            self._pass_over(other.prefix, other.chosen, self._lacks(other))
        return self._chosen(environment)

    def _chosen(
        self,
        *environments: Environment,
    ) -> Choice:
        """
        Return the choice, with the other environments of the same pixi
        workspace.
        """
        siblings = [s for e in environments for s in _siblings(e)]
        return Choice(
            environments=(*environments, *siblings),
            passed_over=tuple(dict.fromkeys(self.passed_over)),
        )

    def _accepted(
        self,
        candidate: _Candidate,
    ) -> Environment | None:
        """
        Return the environment of a candidate; None when it is none, or a
        tool's.
        """
        real = os.path.realpath(candidate.prefix)
        if real in self._seen:
            return None
        self._seen.add(real)
        environment = inspect(candidate.prefix, candidate.why)
        if environment is None:
            return None
        tool = tool_of(real, pyvenv(real))
        if tool:
            reason = f"{tool} made it for a program"
            self.passed_over.append(
                f"{candidate.prefix} ({candidate.why}): {reason}"
            )
            return None
        if real == self.own and not self._is_inside(real):
            return replace(
                environment, chosen=f"{candidate.why}, licensescan's own"
            )
        return environment

    def _pass_over(
        self,
        prefix: str,
        why: str,
        lacks: list[str],
    ) -> None:
        reason = (
            f"it lacks {_listed(lacks)}"
            if lacks
            else "the project declares nothing"
        )
        self.passed_over.append(f"{prefix} ({why}): {reason}")

    def _is_hook(
        self,
        candidate: _Candidate,
    ) -> bool:
        """
        Return True for the prefix that runs licensescan as a hook: with
        `language: python` it is the hook's own, with `language: system` it may
        be the project's.
        """
        is_own = os.path.realpath(candidate.prefix) == self.own
        is_hook = bool(self.variables.get("PRE_COMMIT"))
        return is_own and is_hook and not self._is_inside(self.own)

    def _is_inside(
        self,
        path: str,
    ) -> bool:
        folders = map(os.path.realpath, self.project.folders)
        return any(path.startswith(f.rstrip(os.sep) + os.sep) for f in folders)

    def _lacks(
        self,
        environment: Environment,
    ) -> list[str]:
        """Return the declared packages that an environment does not hold."""
        if not self.declared:
            return []
        return sorted(self.declared - installed_names(environment))

    def _candidates(self) -> Iterator[_Candidate]:
        """
        Yield every prefix that may be the project's, the most certain first.
        """
        yield from self._active()
        for folder in self.project.folders:
            yield from self._in_folder(folder)
        if self._is_inside(self.own):
            yield _Candidate(
                self.own, "licensescan is installed in it", Trust.PROJECT
            )
        for folder in self.project.folders:
            for prefix, why in computed(folder, self.variables):
                yield _Candidate(prefix, why, Trust.MANAGER)
        for folder in self.project.folders:
            yield from _of_test_runs(folder)
        yield _Candidate(
            self.own, "the Python that runs licensescan", Trust.GUESS
        )
        yield from self._on_path()

    def _active(self) -> Iterator[_Candidate]:
        variables = self.variables
        uv = variables.get("UV_PROJECT_ENVIRONMENT")
        if uv:
            path = os.path.join(self.project.workspace, uv)
            yield _Candidate(path, "UV_PROJECT_ENVIRONMENT", Trust.PROJECT)
        # `uv run --with licensescan` lays an environment of its own over the
        # project's.
        beneath = (pyvenv(self.own) or {}).get("extends-environment")
        if beneath:
            yield _Candidate(
                beneath, "beneath that of uv run --with", Trust.ACTIVE
            )
        if variables.get("VIRTUAL_ENV"):
            yield _Candidate(
                variables["VIRTUAL_ENV"], "VIRTUAL_ENV", Trust.ACTIVE
            )
        conda = variables.get("CONDA_PREFIX")
        if conda:
            is_base = variables.get("CONDA_DEFAULT_ENV") == "base"
            trust = Trust.GUESS if is_base else Trust.ACTIVE
            if not is_base or not self._has_own():
                yield _Candidate(conda, "CONDA_PREFIX", trust)

    def _has_own(self) -> bool:
        found = (c for f in self.project.folders for c in self._in_folder(f))
        return any(is_folder(candidate.prefix) for candidate in found)

    def _in_folder(
        self,
        folder: str,
    ) -> Iterator[_Candidate]:
        """Yield the environments that a project keeps in its own folder."""
        for path in _dot_venv(folder):
            yield _Candidate(path, "project .venv", Trust.PROJECT)
        for name in ("venv", "env"):
            if is_file(os.path.join(folder, name, "pyvenv.cfg")):
                path = os.path.join(folder, name)
                yield _Candidate(path, f"project {name}", Trust.PROJECT)
        pixi = os.path.join(folder, ".pixi", "envs")
        names = names_in(pixi) if is_folder(pixi) else []
        for name in sorted(names, key=lambda n: (n != "default", n)):
            path = os.path.join(pixi, name)
            yield _Candidate(path, f"pixi environment {name}", Trust.PROJECT)
        packages = os.path.join(folder, "__pypackages__")
        if is_folder(packages):
            yield _Candidate(packages, "project __pypackages__", Trust.PROJECT)

    def _on_path(self) -> Iterator[_Candidate]:
        """Yield environments and global Pythons whose programs are on PATH."""
        for entry in self.variables.get("PATH", "").split(os.pathsep):
            parent = os.path.dirname(entry.rstrip("/\\"))
            if parent and is_folder(parent):
                yield _Candidate(parent, "on PATH", Trust.GUESS)


def _of_test_runs(folder: str) -> Iterator[_Candidate]:
    """
    Yield what tox and nox made for their runs: one may hold tools alone.
    """
    for tool in ("tox", "nox"):
        place = os.path.join(folder, f".{tool}")
        names = names_in(place) if is_folder(place) else []
        for name in names:
            if is_file(os.path.join(place, name, "pyvenv.cfg")):
                path = os.path.join(place, name)
                yield _Candidate(path, f"{tool}'s {name}", Trust.GUESS)


def installed_names(environment: Environment) -> frozenset[str]:
    """
    Return the canonical names of the distributions in an environment, unread.
    """
    matches: list[re.Match[str] | None] = []
    for site in (*environment.sites, *environment.system):
        try:
            matches += map(_INFO.match, names_in(site))
        except OSError:
            continue
    if environment.conda:
        records = names_in(os.path.join(environment.prefix, "conda-meta"))
        matches += map(_CONDA_RECORD.match, records)
    return frozenset(canonical(match[1]) for match in matches if match)


def _siblings(environment: Environment) -> Iterator[Environment]:
    """
    Yield the other environments of the pixi workspace that one belongs to.
    """
    folder = os.path.dirname(environment.prefix)
    if not folder.endswith(os.path.join(os.sep, ".pixi", "envs")):
        return
    for name in names_in(folder):
        sibling = inspect(os.path.join(folder, name), environment.chosen)
        if sibling and sibling.prefix != environment.prefix:
            yield sibling


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _dot_venv(folder: str) -> Iterator[str]:
    """
    Yield what `.venv` is, a folder, a link, or a one-line file that holds a
    path (uv, virtualenv), and what the last line of `.python-envs` names.
    """
    files = FolderFiles(folder)
    if is_folder(os.path.join(folder, ".venv")):
        yield os.path.join(folder, ".venv")
    for name in (".venv", ".python-envs"):
        try:
            text = files.read(name, 4096).data.decode("utf-8", "replace")
        except ReadError:
            continue
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if lines and "\0" not in lines[-1]:
            yield os.path.join(folder, os.path.expanduser(lines[-1]))


def _need(
    folder: str,
    why: str,
) -> Environment:
    environment = inspect(folder, why)
    if environment is None:
        raise UsageError(
            f"{folder} is no Python environment: no pyvenv.cfg, conda-meta or"
            f" site-packages in it ({why})"
        )
    return environment
