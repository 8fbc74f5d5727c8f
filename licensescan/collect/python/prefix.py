"""
What stands at a prefix: the Python environment there, read without running it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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


def inspect(folder: str, why: str) -> Environment | None:
    """
    The environment at `folder` (a prefix, or a site-packages folder itself), or None
    when it is none.
    """
    if not is_folder(folder):
        return None
    real = os.path.realpath(folder)
    config = pyvenv(real)
    if config is None and _holds_distributions(real):
        prefix = real
        up = os.path.dirname(os.path.dirname(os.path.dirname(real)))
        if pyvenv(up) is not None:
            prefix, config = up, pyvenv(up)
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


def pyvenv(prefix: str) -> dict[str, str] | None:
    """Return the keys of the pyvenv.cfg in `prefix`, None when it has none."""
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
