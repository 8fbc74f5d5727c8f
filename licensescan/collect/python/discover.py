"""
Which environment belongs to the project here, found without running its Python.

The order is that of `docs/environments.md`. licensescan's own environment is never
taken unless asked for by `self`: a pre-commit hook of `language: python` sets
VIRTUAL_ENV and the head of PATH to the hook's own environment.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from licensescan.model.types import UsageError
from licensescan.reader import FolderFiles, ReadError
from licensescan.reader.inputs import is_file, is_folder, names_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """
    A Python environment on disk: its `prefix`, the `sites` that hold distributions, its
    Python version, and `chosen`, the reason why it was taken. `system` are the base
    interpreter's sites where the environment sees them too.
    """

    prefix: str
    sites: tuple[str, ...]
    python: str
    chosen: str
    conda: bool = False
    system: tuple[str, ...] = ()


def discover(
    project: str,
    asked: str | None,
    variables: Mapping[str, str],
    own_prefix: str | None = None,
) -> Environment:
    """
    The environment to judge for the project in the folder `project`.

    `asked` is `--env` or the policy's `environment`: a folder, or `self`. Raises
    `UsageError`, with what to do, when none is found.
    """
    own = os.path.realpath(own_prefix or sys.prefix)
    if asked == "self":
        return _need(own, "licensescan's own (--env self)")
    if asked:
        return _need(os.path.join(project, asked), f"--env {asked}")
    for folder, why in _candidates(project, variables):
        if os.path.realpath(folder) == own:
            continue
        found = inspect(folder, why)
        if found:
            return found
    raise UsageError(
        "no Python environment found for this project: activate it, create .venv here, or name it with --env PATH"
        " (--env self judges licensescan's own)"
    )


def _candidates(
    project: str, variables: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    uv = variables.get("UV_PROJECT_ENVIRONMENT")
    if uv:
        yield os.path.join(project, uv), "UV_PROJECT_ENVIRONMENT"
    if variables.get("VIRTUAL_ENV"):
        yield variables["VIRTUAL_ENV"], "VIRTUAL_ENV"
    yield from ((p, "project .venv") for p in _dot_venv(project))
    for name in ("venv", "env"):
        if is_file(os.path.join(project, name, "pyvenv.cfg")):
            yield os.path.join(project, name), f"project {name}"
    for entry in variables.get("PATH", "").split(os.pathsep):
        parent = os.path.dirname(entry.rstrip(os.sep))
        if entry and is_file(os.path.join(parent, "pyvenv.cfg")):
            yield parent, "on PATH"
    if variables.get("CONDA_PREFIX"):
        yield variables["CONDA_PREFIX"], "CONDA_PREFIX"
    if is_folder(os.path.join(project, "__pypackages__")):
        yield os.path.join(project, "__pypackages__"), "project __pypackages__"
    yield from _managed(project, variables)


def _dot_venv(project: str) -> Iterator[str]:
    """
    `.venv` as a folder, a link, or a one-line file that holds a path (uv, virtualenv);
    `.python-envs`' last line.
    """
    files = FolderFiles(project)
    if is_folder(os.path.join(project, ".venv")):
        yield os.path.join(project, ".venv")
    for name in (".venv", ".python-envs"):
        try:
            lines = files.read(name, 4096).data.decode("utf-8", "replace").split("\n")
        except ReadError:
            continue
        named = [line.strip() for line in lines if line.strip()]
        if named and "\0" not in named[-1]:
            yield os.path.join(project, os.path.expanduser(named[-1]))


def _managed(project: str, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """
    Where poetry, pipenv and hatch keep environments: folders that are named after the
    project.
    """
    home = variables.get("HOME", "")
    name = re.sub(
        r"[^a-z0-9]+", "-", os.path.basename(os.path.abspath(project)).lower()
    )
    data = variables.get("XDG_DATA_HOME", os.path.join(home, ".local", "share"))
    cache = variables.get("XDG_CACHE_HOME", os.path.join(home, ".cache"))
    places = (
        (
            variables.get(
                "POETRY_VIRTUALENVS_PATH",
                os.path.join(cache, "pypoetry", "virtualenvs"),
            ),
            "poetry's cache",
        ),
        (
            variables.get("WORKON_HOME", os.path.join(data, "virtualenvs")),
            "pipenv's folder",
        ),
        (os.path.join(data, "hatch", "env", "virtual", name), "hatch's folder"),
    )
    for place, why in places:
        try:
            entries = names_in(place)
        except OSError:
            continue
        for entry in entries:
            if entry.lower().startswith(name):
                yield os.path.join(place, entry), why


def _need(folder: str, why: str) -> Environment:
    found = inspect(folder, why)
    if found is None:
        raise UsageError(
            f"{folder} is no Python environment: no pyvenv.cfg, conda-meta or site-packages in it ({why})"
        )
    return found


def inspect(folder: str, why: str) -> Environment | None:
    """
    The environment at `folder` (a prefix, or a site-packages folder itself), or None
    when it is none.
    """
    if not is_folder(folder):
        return None
    real = os.path.realpath(folder)
    config = _pyvenv(real)
    if config is None and _holds_distributions(real):
        prefix = real
        up = os.path.dirname(os.path.dirname(os.path.dirname(real)))
        if _pyvenv(up) is not None:
            prefix, config = up, _pyvenv(up)
        named = re.search(r"python(\d+\.\d+)", real)
        python = _version(config) or (named.group(1) if named else "")
        return Environment(prefix=prefix, sites=(real,), python=python, chosen=why)
    sites = sorted(_sites(real))
    conda = is_folder(os.path.join(real, "conda-meta"))
    if not sites and not conda and config is None:
        return None
    version = next(
        (m.group(1) for s in sites if (m := re.search(r"python(\d+\.\d+)", s))), ""
    )
    system: tuple[str, ...] = ()
    if (
        config
        and config.get("include-system-site-packages", "").lower() == "true"
        and config.get("home")
    ):
        base = os.path.dirname(config["home"].rstrip("/"))
        system = tuple(
            s
            for s in sorted(_sites(base))
            if not version or f"python{version}" in s or "python3/" in s
        )
    return Environment(
        prefix=real,
        sites=tuple(sites),
        python=_version(config) or version,
        chosen=why,
        conda=conda,
        system=system,
    )


def _holds_distributions(folder: str) -> bool:
    if os.path.basename(folder) in ("site-packages", "dist-packages"):
        return True
    try:
        found = [n for n in names_in(folder) if n.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return False
    # A checkout that was built or installed in place holds one .egg-info beside its
    # pyproject.toml or setup.py.
    marks = ("pyproject.toml", "setup.py", "setup.cfg", "PKG-INFO")
    return bool(found) and not any(is_file(os.path.join(folder, m)) for m in marks)


def _sites(prefix: str) -> Iterator[str]:
    """
    The folders below a prefix in which distributions are installed, whatever its
    layout.
    """
    seen = set()
    for lib in ("lib", "lib64", "Lib", "local/lib"):
        base = os.path.join(prefix, lib)
        try:
            names = names_in(base)
        except OSError:
            continue
        places = [
            os.path.join(base, n, s)
            for n in names
            if n.startswith(("python", "pypy"))
            for s in _SITE_NAMES
        ]
        places += [os.path.join(base, s) for s in _SITE_NAMES]
        for place in places:
            real = os.path.realpath(place)
            if is_folder(place) and real not in seen:
                seen.add(real)
                yield real
    if os.path.basename(prefix) == "__pypackages__":
        for name in names_in(prefix):
            place = os.path.join(prefix, name, "lib")
            if is_folder(place):
                yield os.path.realpath(place)


_SITE_NAMES = ("site-packages", "dist-packages")


def _pyvenv(prefix: str) -> dict[str, str] | None:
    if not is_file(os.path.join(prefix, "pyvenv.cfg")):
        return None
    try:
        text = (
            FolderFiles(prefix)
            .read("pyvenv.cfg", 65536)
            .data.decode("utf-8", "replace")
        )
    except ReadError:
        return {}
    pairs = (line.partition("=") for line in text.split("\n") if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _version(config: Mapping[str, str] | None) -> str:
    value = (config or {}).get("version") or (config or {}).get("version_info") or ""
    found = re.match(r"\d+\.\d+(\.\d+)?", value)
    return found.group(0) if found else ""
