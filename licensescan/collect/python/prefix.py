"""
What stands at a prefix: the Python environment there, read without running it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from licensescan.base.document import table, text
from licensescan.reader import (
    RECORD_BYTES,
    FolderFiles,
    ReadError,
    load_json,
)
from licensescan.reader.inputs import is_file, is_folder, names_in

_SITE_NAMES = ("site-packages", "dist-packages")
_LIBRARIES = ("lib", "lib64", "Lib", "local/lib")
_PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "PKG-INFO")
_PYTHON = re.compile(r"python(\d+\.\d+)")
_PYTHON_RECORD = re.compile(r"python-\d[^-]*-[^-]+\.json")
_VERSION = re.compile(r"\d+\.\d+(\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """
    A Python environment on disk: its `prefix`, the `sites` that hold
    distributions, its Python version, and `chosen`, the reason why it was
    taken. `system` are the base interpreter's sites where the environment sees
    them too.
    """

    prefix: str
    sites: tuple[str, ...]
    python: str
    chosen: str
    conda: bool = False
    system: tuple[str, ...] = ()


def inspect(folder: str, why: str) -> Environment | None:
    """
    Return the environment at `folder`, a prefix or a site-packages folder
    itself, or None when it is none.
    """
    if not is_folder(folder):
        return None
    prefix = os.path.realpath(folder)
    config = pyvenv(prefix)
    if config is None and _holds_distributions(prefix):
        return _site_alone(prefix, why)
    sites = _sites(prefix)
    is_conda = is_folder(os.path.join(prefix, "conda-meta"))
    if not sites and not is_conda and config is None:
        return None
    version = next(filter(None, map(_version_in, sites)), "")
    return Environment(
        prefix=prefix,
        sites=sites,
        python=_version_of(config or {}) or version,
        chosen=why,
        conda=is_conda,
        system=_system_sites(config or {}, version),
    )


def _site_alone(site: str, why: str) -> Environment:
    """Return the environment of a site that was named itself."""
    prefix = site
    above = os.path.dirname(os.path.dirname(os.path.dirname(site)))
    config = pyvenv(above)
    if config is not None:
        prefix = above
    return Environment(
        prefix=prefix,
        sites=(site,),
        python=_version_of(config or {}) or _version_in(site),
        chosen=why,
    )


def _system_sites(config: Mapping[str, str], version: str) -> tuple[str, ...]:
    """
    Return the sites of the base interpreter that an environment sees, too, for
    the Python `version` ("" for any).
    """
    sees_them = (
        config.get("include-system-site-packages", "").lower() == "true"
    )
    home = config.get("home", "")
    if not sees_them or not home:
        return ()
    above, name = os.path.split(home.rstrip("/\\"))
    # On Windows python.exe lies at the top.
    sites = _sites(above if name == "bin" else home)
    if not version:
        return sites
    marks = (f"python{version}", "python3/")
    return tuple(site for site in sites if any(mark in site for mark in marks))


def _holds_distributions(folder: str) -> bool:
    """
    Return True for a folder of installed distributions. A checkout that was
    built or installed in place is none: it holds one .egg-info beside its
    pyproject.toml or setup.py.
    """
    if os.path.basename(folder) in _SITE_NAMES:
        return True
    endings = (".dist-info", ".egg-info")
    if not any(name.endswith(endings) for name in _names(folder)):
        return False
    return not any(
        is_file(os.path.join(folder, mark)) for mark in _PROJECT_MARKS
    )


def _sites(prefix: str) -> tuple[str, ...]:
    """
    Return the folders below a prefix in which distributions are installed,
    whatever its layout, sorted.
    """
    folders = filter(is_folder, _site_places(prefix))
    return tuple(sorted({os.path.realpath(folder) for folder in folders}))


def _site_places(prefix: str) -> Iterator[str]:
    # Where names are found in any case, `Lib` would be `lib` once more.
    there = _names(prefix)
    for library in _LIBRARIES:
        if library.partition("/")[0] not in there:
            continue
        base = os.path.join(prefix, library)
        names = _names(base)
        versions = [
            name for name in names if name.startswith(("python", "pypy"))
        ]
        for version in (*versions, ""):
            for site in _SITE_NAMES:
                yield os.path.join(base, version, site)
    if os.path.basename(prefix) == "__pypackages__":
        for name in _names(prefix):
            yield os.path.join(prefix, name, "lib")


def _names(folder: str) -> Sequence[str]:
    """Return the names in a folder, none where it cannot be listed."""
    try:
        return names_in(folder)
    except OSError:
        return ()


def pyvenv(prefix: str) -> dict[str, str] | None:
    """Return the keys of the pyvenv.cfg in `prefix`, None when it has none."""
    if not is_file(os.path.join(prefix, "pyvenv.cfg")):
        return None
    try:
        data = FolderFiles(prefix).read("pyvenv.cfg", 65536).data
    except ReadError:
        return {}
    lines = data.decode("utf-8", "replace").split("\n")
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def subdir_of(prefix: str) -> str:
    """
    Return the subdir of conda (`osx-arm64`) for which the Python in an
    environment of it was built, "" where no record says it.
    """
    files = FolderFiles(os.path.join(prefix, "conda-meta"))
    for name in files.names():
        if _PYTHON_RECORD.fullmatch(name):
            try:
                record = load_json(files.read(name, RECORD_BYTES).data)
            except (ReadError, ValueError):
                continue
            return text(table(record).get("subdir"))
    return ""


def _version_of(config: Mapping[str, str]) -> str:
    """Return the Python version that a pyvenv.cfg states, "" for none."""
    stated = config.get("version") or config.get("version_info", "")
    match = _VERSION.match(stated)
    return match[0] if match else ""


def _version_in(path: str) -> str:
    """Return the Python version in the path of a site, "" for none."""
    match = _PYTHON.search(path)
    return match[1] if match else ""
