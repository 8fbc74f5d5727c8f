"""
Where tools keep the environments of a project, by the names that the tools
compute.

A folder that merely begins with the project's name is another project's.
Sources: the code of poetry (`EnvManager.generate_env_name`), pipenv
(`Project.virtualenv_name`) and hatch (`virtual` environment plugin), and how
pre-commit, prek, pipx and uv mark theirs.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping

from licensescan.base import toml
from licensescan.base.document import table
from licensescan.base.portable import cache_of
from licensescan.reader import FolderFiles, ReadError
from licensescan.reader.inputs import is_file, is_folder, names_in
from licensescan.standards.requirements import canonical

_TOOL_MARKS = {
    "uv-receipt.toml": "uv tool",
    "pipx_metadata.json": "pipx",
    ".install_state_v1": "pre-commit",
    ".install_state_v2": "pre-commit",
    ".prek-hook.json": "prek",
}
"""Files that a tool leaves in the prefixes that it makes for programs."""


def tool_of(
    prefix: str,
    config: Mapping[str, str] | None,
) -> str:
    """
    Return the tool that made `prefix` for a program, "" when it may be a
    project's.

    `config` is its pyvenv.cfg. uvx marks its prefixes only as relocatable, and
    keeps them in the archive of its cache.
    """
    for name, tool in _TOOL_MARKS.items():
        if is_file(os.path.join(prefix, name)):
            return tool
    in_cache = re.search(
        r"[/\\](?:archive|environments)-v\d+[/\\]", prefix + os.sep
    )
    if in_cache and config and config.get("relocatable", "").lower() == "true":
        return "uvx"
    return ""


def computed(
    project: str,
    variables: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """
    Yield `(prefix, manager)` where poetry, pipenv and hatch would keep one.
    """
    yield from _poetry(project, variables)
    yield from _pipenv(project, variables)
    yield from _hatch(project, variables)


def _poetry(
    project: str,
    variables: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """
    Yield `<name>-<8 letters of the path's digest>-py<version>` for each Python
    version.
    """
    inside = ("Cache",) if sys.platform == "win32" else ()
    cache = variables.get("POETRY_CACHE_DIR") or cache_of(
        variables, "pypoetry", *inside
    )
    folder = variables.get("POETRY_VIRTUALENVS_PATH") or _join(
        cache, "virtualenvs"
    )
    name = re.sub(
        r'[ $`!*@"\\\r\n\t]', "_", canonical(_declared_name(project))
    )[:42]
    path = os.path.normcase(os.path.realpath(project))
    start = f"{name}-{_digest(path)}-py"
    for entry in _names(folder):
        if entry.startswith(start):
            yield os.path.join(folder, entry), "poetry's cache"


def _pipenv(
    project: str,
    variables: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """
    Yield `<folder>-<8 letters of the digest of the Pipfile's path>`, and its
    own name.
    """
    data = variables.get("XDG_DATA_HOME") or _home(
        variables, ".local", "share"
    )
    usual = _join(data, "virtualenvs")
    if sys.platform == "win32":
        usual = _home(variables, ".virtualenvs")
    folder = variables.get("WORKON_HOME") or usual
    pipfile = os.path.join(project, "Pipfile")
    if not is_file(pipfile):
        return
    named = variables.get("PIPENV_CUSTOM_VENV_NAME")
    base = os.path.basename(project)
    stem = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", base)[:42]
    for path in dict.fromkeys((pipfile, os.path.normcase(pipfile))):
        name = named or f"{stem}-{_digest(path)}"
        python = variables.get("PIPENV_PYTHON", "")
        for end in dict.fromkeys(("", f"-{python}" if python else "")):
            if is_folder(_join(folder, name + end)):
                yield _join(folder, name + end), "pipenv's folder"


def _hatch(
    project: str,
    variables: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """
    Yield `<name>/<8 letters of the path's digest>/<name>`: the default
    environment.
    """
    data = variables.get("HATCH_DATA_DIR")
    if not data:
        base = variables.get("XDG_DATA_HOME") or _data_home(variables)
        data = _join(base, "hatch")
    name = canonical(_declared_name(project))
    above = _join(data, "env", "virtual", name, _digest(project))
    for entry in (name, "default"):
        if is_folder(_join(above, entry)):
            yield _join(above, entry), "hatch's folder"


def _digest(path: str) -> str:
    """
    Return the first eight letters of the path's SHA-256, as URL-safe base64.
    """
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def _declared_name(project: str) -> str:
    """
    Return the name in pyproject.toml (PEP 621, else poetry's), else the
    folder's.
    """
    try:
        data = FolderFiles(project).read("pyproject.toml").data
        document = toml.loads(data, label="pyproject.toml")
    except (ReadError, ValueError):
        document = {}
    for keys in (("project",), ("tool", "poetry")):
        name = table(document, *keys).get("name")
        if isinstance(name, str) and name:
            return name
    return os.path.basename(project)


def _data_home(
    variables: Mapping[str, str],
) -> str:
    """Return where programs keep data of the user, as platformdirs says."""
    if sys.platform == "win32":
        return variables.get("LOCALAPPDATA", "")
    if sys.platform == "darwin":
        return _home(variables, "Library", "Application Support")
    return _home(variables, ".local", "share")


def _home(
    variables: Mapping[str, str],
    *parts: str,
) -> str:
    home = variables.get("HOME") or variables.get("USERPROFILE") or ""
    return _join(home, *parts) if home else ""


def _join(
    folder: str,
    *parts: str,
) -> str:
    return os.path.join(folder, *parts) if folder else ""


def _names(folder: str) -> list[str]:
    try:
        return sorted(names_in(folder)) if folder else []
    except OSError:
        return []
