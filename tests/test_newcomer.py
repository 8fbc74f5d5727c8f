"""
The newcomer's path with each manager: from installing licensescan to the first
right answer, as the README says it. `make newcomer` runs it: it installs real
packages, so it needs a package index and the managers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ASKED = os.environ.get("LICENSESCAN_NEWCOMER") == "1"
pytestmark = pytest.mark.skipif(
    not ASKED, reason="installs from a package index: run `make newcomer`"
)
PYPROJECT = """[project]
name = "app"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["gplseed"]
"""
DEV = '[dependency-groups]\ndev = ["licensescan"]\n'


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of licensescan, and one of a package under the GPL."""
    folder = tmp_path_factory.mktemp("wheels")
    root = Path(__file__).parent.parent
    command = ("-m", "pip", "wheel", "--quiet", "--no-deps", "-w")
    done = subprocess.run(
        [sys.executable, *command, str(folder), str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no index to build with: {done.stderr.strip()[-200:]}")
    info = "gplseed-1.0.dist-info"
    members = {
        f"{info}/METADATA": "Metadata-Version: 2.4\nName: gplseed\nVersion: 1.0\n"
        "License-Expression: GPL-3.0-only\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: t\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
        "gplseed.py": "",
    }
    listed = "".join(f"{m},,\n" for m in (*members, f"{info}/RECORD"))
    path = folder / "gplseed-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in {**members, f"{info}/RECORD": listed}.items():
            file.writestr(name, text)
    return folder


class Shell:
    """A shell of a newcomer in a project of one dependency."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        inherited = ("VIRTUAL_ENV", "CONDA_PREFIX", "LICENSESCAN_CACHE_DIR")
        kept = {k: v for k, v in os.environ.items() if k not in inherited}
        links = f"{kept.get('PIP_FIND_LINKS', '')} {wheels}".strip()
        self.variables = {
            **kept,
            "PIP_FIND_LINKS": links,
            "UV_FIND_LINKS": str(wheels),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "POETRY_VIRTUALENVS_IN_PROJECT": "false",
            "POETRY_CACHE_DIR": str(folder.parent / "poetry"),
            "MAMBA_ROOT_PREFIX": str(folder.parent / "mamba"),
        }
        (folder / "pyproject.toml").write_text(PYPROJECT)

    def run(self, *command: str, fails: bool = True) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if done.returncode and fails:
            pytest.skip(f"{' '.join(command[:3])}: {done.stderr[-300:]}")
        return done.stdout

    def answer(self, *command: str) -> None:
        """The first answer is red, and names the one that makes it so."""
        out = self.run(*command, "check", "-f", "json", fails=False)
        report: dict[str, Any] = json.loads(out)
        assert report["exit_code"] == 1
        denied = [f for f in report["findings"] if f["verdict"] == "deny"]
        assert "pkg:pypi/gplseed@1.0" in {f["component"] for f in denied}
        assert {t["kind"] for t in report["targets"]} == {
            "project",
            "environment",
        }


@pytest.fixture
def shell(tmp_path: Path, wheels: Path) -> Shell:
    folder = tmp_path / "app"
    folder.mkdir()
    return Shell(folder, wheels)


def needs(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(names)} is on PATH")
    return found


def _venv(shell: Shell, packages: Sequence[str]) -> Path:
    shell.run(sys.executable, "-m", "venv", ".venv")
    bin_ = shell.folder / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    shell.run(str(bin_ / "python"), "-m", "pip", "install", "-q", *packages)
    return bin_


def test_pip_in_the_projects_environment(shell: Shell) -> None:
    bin_ = _venv(shell, ("gplseed", "licensescan"))
    shell.answer(str(bin_ / "licensescan"))


def test_pip_elsewhere(shell: Shell, tmp_path: Path) -> None:
    _venv(shell, ("gplseed",))
    shell.answer(sys.executable, "-m", "licensescan")


def test_uv_run(shell: Shell) -> None:
    uv = needs("uv")
    (shell.folder / "pyproject.toml").write_text(PYPROJECT + DEV)
    shell.run(uv, "sync", "-q")
    shell.answer(uv, "run", "-q", "licensescan")


def test_uvx(shell: Shell) -> None:
    uv = needs("uv")
    shell.run(uv, "sync", "-q")
    shell.answer(uv, "tool", "run", "-q", "licensescan")


def test_poetry(shell: Shell) -> None:
    poetry = needs("poetry")
    shell.run(poetry, "env", "use", "-q", sys.executable)
    place = shell.run(poetry, "env", "info", "-p").strip()
    python = Path(place) / "bin" / "python"
    shell.run(poetry, "run", "python", "-m", "ensurepip")
    packages = ("gplseed", "licensescan")
    shell.run(str(python), "-m", "pip", "install", "-q", *packages)
    shell.answer(poetry, "run", "licensescan")


def test_conda(shell: Shell) -> None:
    conda = needs("micromamba", "mamba", "conda")
    place = str(shell.folder.parent / "conda-env")
    shell.run(conda, "create", "-y", "-q", "-p", place, "python=3.11", "pip")
    inside = (conda, "run", "-p", place)
    shell.run(*inside, "pip", "install", "-q", "gplseed", "licensescan")
    shell.answer(*inside, "licensescan")
