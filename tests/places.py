"""
Small places to run the command line in: an environment by hand, a project, and
the run itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


def add_package(
    site: Path,
    name: str,
    license_: str,
    version: str = "1.0",
    *,
    requires: str = "",
) -> Path:
    """
    An installed distribution that declares `license_` and has a short module.
    """
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    fields = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: {license_}\n"
    fields += "".join(f"Requires-Dist: {r}\n" for r in requires.split())
    (info / "METADATA").write_text(fields)
    (site / f"{name}.py").write_text("")
    (info / "RECORD").write_text(
        f"{info.name}/METADATA,,\n{info.name}/RECORD,,\n{name}.py,,\n"
    )
    return info


def add_environment(place: Path, packages: dict[str, str]) -> Path:
    """
    A virtual environment without a Python in it; gives its site-packages.
    """
    site = place / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (place / "pyvenv.cfg").write_text("home = /nowhere\nversion = 3.11.4\n")
    for name, license_ in packages.items():
        add_package(site, name, license_)
    return site


@dataclass(frozen=True, slots=True)
class Run:
    """What a process left behind."""

    code: int
    out: str
    err: str


def run(*args: str, cwd: Path, given: bytes = b"", **variables: str) -> Run:
    """
    `licensescan` in a process of its own, as a user runs it, from a shell that
    knows no other environment.
    """
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT")
    }
    env = {
        **kept,
        "PATH": "/usr/bin:/bin",
        "COLUMNS": "100",
        "HOME": str(cwd),
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "-m", "licensescan", *args],
        cwd=cwd,
        input=given,
        capture_output=True,
        env=env,
        check=False,
    )
    # A workbook is no text; its bytes are kept apart one by one.
    out = done.stdout.decode("utf-8", "surrogateescape")
    return Run(done.returncode, out, done.stderr.decode())
