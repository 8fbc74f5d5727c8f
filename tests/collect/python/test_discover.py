"""Which environment is the project's: the order, and never licensescan's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licensescan.collect.python.discover import discover, inspect
from licensescan.model.types import UsageError


def venv(folder: Path, version: str = "3.12.1", system: bool = False) -> Path:
    (folder / "lib" / f"python{version.rpartition('.')[0]}" / "site-packages").mkdir(
        parents=True
    )
    (folder / "bin").mkdir()
    home = folder.parent / "base" / "bin"
    flag = "true" if system else "false"
    (folder / "pyvenv.cfg").write_text(
        f"home = {home}\nversion = {version}\ninclude-system-site-packages = {flag}\n"
    )
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_the_order_of_candidates(tmp_path: Path, project: Path) -> None:
    uv, active, dot, plain, path = (
        venv(tmp_path / n) for n in ("uv", "active", "dot", "plain", "onpath")
    )
    conda = tmp_path / "conda"
    (conda / "conda-meta").mkdir(parents=True)
    variables = {
        "UV_PROJECT_ENVIRONMENT": str(uv),
        "VIRTUAL_ENV": str(active),
        "PATH": f"/usr/bin:{path}/bin",
        "CONDA_PREFIX": str(conda),
    }
    (project / ".venv").symlink_to(dot)
    (project / "venv").symlink_to(plain)
    expected = [uv, active, dot, plain, path, conda]
    drop = [
        "UV_PROJECT_ENVIRONMENT",
        "VIRTUAL_ENV",
        ".venv",
        "venv",
        "PATH",
        "CONDA_PREFIX",
    ]
    for environment, gone in zip(expected, drop, strict=True):
        assert discover(str(project), None, variables).prefix == str(environment)
        if gone in variables:
            del variables[gone]
        else:
            (project / gone).unlink()
    with pytest.raises(UsageError, match="--env"):
        discover(str(project), None, variables)


def test_the_own_environment_is_passed_over_unless_asked_for(
    tmp_path: Path, project: Path
) -> None:
    hook, real = venv(tmp_path / "hook"), venv(project / ".venv")
    variables = {"VIRTUAL_ENV": str(hook), "PATH": f"{hook}/bin:/usr/bin"}
    assert discover(str(project), None, variables, own_prefix=str(hook)).prefix == str(
        real
    )
    assert discover(
        str(project), "self", variables, own_prefix=str(hook)
    ).prefix == str(hook)


def test_dot_venv_may_be_a_file_that_names_a_folder(
    tmp_path: Path, project: Path
) -> None:
    real = venv(tmp_path / "elsewhere")
    (project / ".venv").write_text(f"{real}\n")
    assert discover(str(project), None, {}).prefix == str(real)


def test_an_environment_that_was_named_and_is_none_is_an_error(
    tmp_path: Path, project: Path
) -> None:
    with pytest.raises(UsageError, match="no Python environment"):
        discover(str(project), str(tmp_path), {})


def test_the_version_comes_from_the_configuration_and_else_from_the_folder(
    tmp_path: Path,
) -> None:
    found = inspect(str(venv(tmp_path / "a", "3.13.2")), "")
    assert found is not None
    assert found.python == "3.13.2"
    site = tmp_path / "b" / "lib" / "python3.10" / "site-packages"
    site.mkdir(parents=True)
    found = inspect(str(site), "")
    assert found is not None
    assert (found.python, found.sites) == ("3.10", (str(site),))


def test_system_packages_are_seen_where_the_environment_sees_them(
    tmp_path: Path,
) -> None:
    base = tmp_path / "base" / "lib" / "python3.12" / "site-packages"
    base.mkdir(parents=True)
    for system in (False, True):
        found = inspect(str(venv(tmp_path / f"v{system}", system=system)), "")
        assert found is not None
        assert found.system == ((str(base),) if system else ())


def test_a_checkout_that_was_built_in_place_is_no_environment(tmp_path: Path) -> None:
    (tmp_path / "pkg.egg-info").mkdir()
    assert inspect(str(tmp_path), "") is not None
    (tmp_path / "pyproject.toml").write_text("")
    assert inspect(str(tmp_path), "") is None


def test_layouts(tmp_path: Path) -> None:
    for layout in (
        "Lib/site-packages",
        "lib/python3/dist-packages",
        "lib64/python3.11/site-packages",
    ):
        prefix = tmp_path / layout.replace("/", "_")
        (prefix / layout).mkdir(parents=True)
        found = inspect(str(prefix), "")
        assert found is not None
        assert found.sites == (os.path.realpath(prefix / layout),)
