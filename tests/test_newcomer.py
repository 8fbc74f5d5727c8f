"""
The newcomer's path with each manager, as the README and the tutorial say it:
from installing licensescan to the first right answer, and on to a green gate,
the first real finding, its acceptance and its lapse. `make newcomer` runs it:
it installs real packages, so it needs a package index and the managers. The
suite goes the path of pip, with packages of its own and no index.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.test_tutorial import chapters

ASKED = os.environ.get("LICENSESCAN_NEWCOMER") == "1"
asked = pytest.mark.skipif(
    not ASKED, reason="installs from a package index: run `make newcomer`"
)
PYPROJECT = """[project]
name = "app"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["gplseed"]
"""
DEV = '[dependency-groups]\ndev = ["licensescan"]\n'


SEEDS = (
    ("gplseed", "1.0", "GPL-3.0-only"),
    ("old", "1.0", "GPL-3.0-only"),
    ("plain", "1.0", "MIT"),
    ("newcomer", "1.0", "AGPL-3.0-only"),
    ("newcomer", "2.0", "SSPL-1.0"),
)
"""Packages that the newcomer's project comes to ask for."""


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel of each of the packages."""
    folder = tmp_path_factory.mktemp("wheels")
    for name, version, license_ in SEEDS:
        info = f"{name}-{version}.dist-info"
        members = {
            f"{info}/METADATA": f"Metadata-Version: 2.4\nName: {name}\n"
            f"Version: {version}\nLicense-Expression: {license_}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: t\n"
            "Root-Is-Purelib: true\nTag: py3-none-any\n",
            f"{name}.py": "",
        }
        listed = "".join(f"{m},,\n" for m in (*members, f"{info}/RECORD"))
        path = folder / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as file:
            for member, text in members.items():
                file.writestr(member, text)
            file.writestr(f"{info}/RECORD", listed)
    return folder


@pytest.fixture(scope="module")
def wheels(seeds: Path) -> Path:
    """The same folder, with a wheel of licensescan."""
    root = Path(__file__).parent.parent
    command = ("-m", "pip", "wheel", "--quiet", "--no-deps", "-w")
    done = subprocess.run(
        [sys.executable, *command, str(seeds), str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no index to build with: {done.stderr.strip()[-200:]}")
    return seeds


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
        self.wheels = wheels

    def start(self) -> None:
        """Begin with a project that asks for nothing."""
        text = PYPROJECT.replace('"gplseed"', "")
        (self.folder / "pyproject.toml").write_text(text)

    def result(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def must(self, *command: str) -> None:
        done = self.result(*command)
        assert done.returncode == 0, done.stderr[-500:]

    def run(self, *command: str, fails: bool = True) -> str:
        done = self.result(*command)
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
    if packages:
        pip = (str(bin_ / "python"), "-m", "pip", "install", "-q")
        shell.run(*pip, *packages)
    return bin_


@asked
def test_pip_in_the_projects_environment(shell: Shell) -> None:
    bin_ = _venv(shell, ("gplseed", "licensescan"))
    shell.answer(str(bin_ / "licensescan"))


@asked
def test_pip_elsewhere(shell: Shell, tmp_path: Path) -> None:
    _venv(shell, ("gplseed",))
    shell.answer(sys.executable, "-m", "licensescan")


@asked
def test_uv_run(shell: Shell) -> None:
    uv = needs("uv")
    (shell.folder / "pyproject.toml").write_text(PYPROJECT + DEV)
    shell.run(uv, "sync", "-q")
    shell.answer(uv, "run", "-q", "licensescan")


@asked
def test_uvx(shell: Shell) -> None:
    uv = needs("uv")
    shell.run(uv, "sync", "-q")
    shell.answer(uv, "tool", "run", "-q", "licensescan")


@asked
def test_poetry(shell: Shell) -> None:
    poetry = needs("poetry")
    shell.run(poetry, "env", "use", "-q", sys.executable)
    place = shell.run(poetry, "env", "info", "-p").strip()
    python = Path(place) / "bin" / "python"
    shell.run(poetry, "run", "python", "-m", "ensurepip")
    packages = ("gplseed", "licensescan")
    shell.run(str(python), "-m", "pip", "install", "-q", *packages)
    shell.answer(poetry, "run", "licensescan")


@asked
def test_conda(shell: Shell) -> None:
    conda = needs("micromamba", "mamba", "conda")
    place = str(shell.folder.parent / "conda-env")
    shell.run(conda, "create", "-y", "-q", "-p", place, "python=3.11", "pip")
    inside = (conda, "run", "-p", place)
    shell.run(*inside, "pip", "install", "-q", "gplseed", "licensescan")
    shell.answer(*inside, "licensescan")


# -- the whole path, as the tutorial prints it --


def follow(
    shell: Shell, run: Sequence[str], add: Callable[[str], None]
) -> None:
    """
    Type what the tutorial prints, `run` before it, while the project lives on:
    `add` brings in a requirement.
    """
    look, adopt, first, settle, lapse = chapters()
    typed = 1  # installing licensescan

    def type_all(chapter: Sequence[tuple[list[str], int]]) -> None:
        nonlocal typed
        for words, code in chapter:
            done = shell.result(*run, *words)
            said = (words, done.stdout[-2000:], done.stderr[-500:])
            assert done.returncode == code, said
            typed += 1

    add("old")
    add("plain")
    type_all(look)
    type_all(adopt)
    add("newcomer==1.0")
    type_all(first)
    type_all(settle)
    add("newcomer==2.0")
    type_all(lapse)
    assert typed <= 12


def declared(shell: Shell) -> Callable[[str], None]:
    """Return what writes a requirement into pyproject.toml, for pip."""
    asked_for: dict[str, str] = {}

    def write(requirement: str) -> None:
        asked_for[requirement.partition("=")[0]] = requirement
        listed = ", ".join(f'"{one}"' for one in asked_for.values())
        text = PYPROJECT.replace('"gplseed"', listed)
        (shell.folder / "pyproject.toml").write_text(text)

    return write


def test_the_path_with_pip(tmp_path: Path, seeds: Path) -> None:
    """As with pipx: licensescan is not in the project's environment."""
    folder = tmp_path / "app"
    folder.mkdir()
    shell = Shell(folder, seeds)
    bin_ = _venv(shell, ())
    write = declared(shell)

    def add(requirement: str) -> None:
        write(requirement)
        index = ("--no-index", "--find-links", str(seeds))
        command = ("-m", "pip", "install", "-q", *index, requirement)
        shell.must(str(bin_ / "python"), *command)

    follow(shell, (sys.executable, "-m", "licensescan"), add)


@asked
def test_the_path_with_pip_inside(shell: Shell) -> None:
    bin_ = _venv(shell, ("licensescan",))
    write = declared(shell)

    def add(requirement: str) -> None:
        write(requirement)
        shell.run(
            str(bin_ / "python"), "-m", "pip", "install", "-q", requirement
        )

    follow(shell, (str(bin_ / "licensescan"),), add)


@asked
def test_the_path_with_uv(shell: Shell) -> None:
    uv = needs("uv")
    shell.start()
    shell.run(uv, "add", "-q", "--dev", "licensescan")
    follow(
        shell,
        (uv, "run", "-q", "licensescan"),
        lambda requirement: shell.must(uv, "add", "-q", requirement),
    )


@asked
def test_the_path_with_poetry(shell: Shell) -> None:
    poetry = needs("poetry")
    shell.start()
    links = f"file://{shell.wheels}"
    source = f'[[tool.poetry.source]]\nname = "seeds"\nurl = "{links}"\n'
    project = shell.folder / "pyproject.toml"
    project.write_text(project.read_text() + source)
    shell.run(poetry, "env", "use", "-q", sys.executable)
    place = shell.run(poetry, "env", "info", "-p").strip()
    python = str(Path(place) / "bin" / "python")
    shell.run(poetry, "run", "python", "-m", "ensurepip")
    shell.run(python, "-m", "pip", "install", "-q", "licensescan")
    write = declared(shell)

    def add(requirement: str) -> None:
        write(requirement)
        shell.run(python, "-m", "pip", "install", "-q", requirement)

    follow(shell, (poetry, "run", "licensescan"), add)


@asked
def test_the_path_with_conda(shell: Shell) -> None:
    conda = needs("micromamba", "mamba", "conda")
    place = str(shell.folder.parent / "conda-env")
    shell.run(conda, "create", "-y", "-q", "-p", place, "python=3.11", "pip")
    inside = (conda, "run", "-p", place)
    shell.run(*inside, "pip", "install", "-q", "licensescan")
    write = declared(shell)

    def add(requirement: str) -> None:
        write(requirement)
        shell.run(*inside, "pip", "install", "-q", requirement)

    follow(shell, (*inside, "licensescan"), add)
