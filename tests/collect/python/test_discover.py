"""
Which environment is the project's: the order, and never licensescan's own.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licensescan.collect.python.discover import Choice, discover
from licensescan.collect.python.kept_elsewhere import computed
from licensescan.collect.python.prefix import inspect
from licensescan.model.types import UsageError
from licensescan.resolver.project import find_project


def venv(folder: Path, version: str = "3.12.1", system: bool = False) -> Path:
    (
        folder
        / "lib"
        / f"python{version.rpartition('.')[0]}"
        / "site-packages"
    ).mkdir(parents=True)
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


def put(environment: Path, *names: str) -> Path:
    """Distributions by name, as far as discovery looks at them."""
    site = next(environment.glob("lib/python*/site-packages"))
    for name in names:
        (site / f"{name}-1.0.dist-info").mkdir()
    return environment


def choose(
    project: Path,
    declared: tuple[str, ...] = (),
    asked: str | None = None,
    **more: str,
) -> Choice:
    own = more.pop("own", "/nowhere/own")
    return discover(
        find_project(str(project)),
        asked,
        more,
        declared=declared,
        own_prefix=own,
    )


def chosen(project: Path, declared: tuple[str, ...] = (), **more: str) -> str:
    """The prefix that is chosen, "" when none is."""
    return "".join(
        e.prefix for e in choose(project, declared, **more).environments
    )


def test_the_order_of_candidates(tmp_path: Path, project: Path) -> None:
    uv, active, dot, plain = (
        venv(tmp_path / n) for n in ("uv", "active", "dot", "plain")
    )
    variables = {"UV_PROJECT_ENVIRONMENT": str(uv), "VIRTUAL_ENV": str(active)}
    (project / ".venv").symlink_to(dot)
    (project / "venv").symlink_to(plain)
    for expected, gone in (
        (uv, "UV_PROJECT_ENVIRONMENT"),
        (active, "VIRTUAL_ENV"),
        (dot, ".venv"),
        (plain, "venv"),
    ):
        assert chosen(project, **variables) == str(expected)
        if variables.pop(gone, None) is None:
            (project / gone).unlink()
    assert chosen(project) == ""


@pytest.mark.parametrize(
    "held, taken", [((), False), (("a", "b"), True), (("a",), False)]
)
def test_a_guess_has_to_hold_what_is_declared(
    tmp_path: Path, project: Path, held: tuple[str, ...], taken: bool
) -> None:
    guess = put(venv(tmp_path / "guess"), *held)
    choice = choose(project, ("a", "b"), PATH=f"/usr/none:{guess}/bin")
    assert [e.prefix for e in choice.environments] == (
        [str(guess)] if taken else []
    )
    assert taken or "it lacks" in choice.passed_over[-1]
    assert chosen(project, PATH=f"{guess}/bin") == "", "nothing is declared"


def test_an_active_one_that_lacks_gives_way_to_one_that_has_all(
    tmp_path: Path, project: Path
) -> None:
    active, own = venv(tmp_path / "active"), put(venv(project / ".venv"), "a")
    assert chosen(project, ("a",), VIRTUAL_ENV=str(active)) == str(own)
    assert chosen(project, ("b",), VIRTUAL_ENV=str(active)) == str(active)


@pytest.mark.parametrize(
    "mark", ["uv-receipt.toml", "pipx_metadata.json", ".install_state_v2"]
)
def test_a_prefix_that_a_tool_made_is_no_projects(
    tmp_path: Path, project: Path, mark: str
) -> None:
    tool, real = put(venv(tmp_path / "tool"), "a"), venv(project / ".venv")
    (tool / mark).write_text("")
    more = {"VIRTUAL_ENV": str(tool), "PATH": f"{tool}/bin", "own": str(tool)}
    choice = choose(project, ("a",), **more)
    assert [e.prefix for e in choice.environments] == [str(real)]
    assert "made it for a program" in choice.passed_over[0]
    assert choose(project, asked="self", **more).environments[0].prefix == str(
        tool
    )


def test_the_own_prefix_is_the_projects_when_it_lies_in_it(
    project: Path,
) -> None:
    own = venv(project / "odd" / "place")
    assert chosen(project, own=str(own)) == str(own)


def test_an_overlay_of_uv_stands_on_the_projects_environment(
    tmp_path: Path, project: Path
) -> None:
    overlay, real = (
        venv(tmp_path / "overlay"),
        put(venv(tmp_path / "real"), "a"),
    )
    with (overlay / "pyvenv.cfg").open("a") as config:
        config.write(f"extends-environment = {real}\n")
    assert chosen(project, ("a",), own=str(overlay)) == str(real)


def test_managers_are_asked_for_the_names_that_they_compute(
    tmp_path: Path, project: Path
) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "My_App"\n')
    (project / "Pipfile").write_text("")
    folder = tmp_path / "cache" / "pypoetry" / "virtualenvs"
    near = [
        venv(folder / n)
        for n in ("my-app-server-Xy12ab34-py3.12", "my-app-py3.12")
    ]
    assert chosen(project, XDG_CACHE_HOME=str(tmp_path / "cache")) == ""
    assert all(e.is_dir() for e in near)
    assert not list(
        computed(str(project), {"POETRY_CACHE_DIR": str(tmp_path)})
    )


def test_all_environments_of_a_pixi_workspace_are_judged(
    project: Path,
) -> None:
    for name in ("default", "test"):
        (project / ".pixi" / "envs" / name / "conda-meta").mkdir(parents=True)
    names = [os.path.basename(e.prefix) for e in choose(project).environments]
    assert names == ["default", "test"]


def test_dot_venv_may_be_a_file_that_names_a_folder(
    tmp_path: Path, project: Path
) -> None:
    real = venv(tmp_path / "elsewhere")
    (project / ".venv").write_text(f"{real}\n")
    assert chosen(project) == str(real)


def test_an_environment_that_was_named_and_is_none_is_an_error(
    tmp_path: Path, project: Path
) -> None:
    with pytest.raises(UsageError, match="no Python environment"):
        choose(project, asked=str(tmp_path))


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


def test_a_checkout_that_was_built_in_place_is_no_environment(
    tmp_path: Path,
) -> None:
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


@pytest.mark.parametrize("tool", ["tox", "nox"])
def test_a_test_run_s_environment_has_to_hold_what_is_declared(
    project: Path, tool: str
) -> None:
    put(venv(project / f".{tool}" / "lint"), "ruff")
    put(venv(project / f".{tool}" / "py312"), "seed", "pytest")
    found = choose(project, ("seed",))
    assert [e.chosen for e in found.environments] == [f"{tool}'s py312"]
    assert any("lint" in passed for passed in found.passed_over)
    assert not choose(project, ("other",)).environments
    put(venv(project / ".venv"), "seed")
    found = choose(project, ("seed",))
    assert [e.chosen for e in found.environments] == ["project .venv"]


def test_a_file_system_that_finds_names_in_any_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Lib` leads to `lib` there, and is no second place."""
    from licensescan.collect.python import prefix

    environment = venv(tmp_path / "env")

    def in_any_case(path: str) -> bool:
        return Path(path.replace(f"{os.sep}Lib", f"{os.sep}lib")).is_dir()

    monkeypatch.setattr(prefix, "is_folder", in_any_case)
    found = inspect(str(environment), "")
    assert found is not None
    assert len(found.sites) == 1


def test_a_base_python_of_windows_lies_at_the_top(tmp_path: Path) -> None:
    base = tmp_path / "Python312"
    (base / "Lib" / "site-packages").mkdir(parents=True)
    environment = venv(tmp_path / "env", system=True)
    config = environment / "pyvenv.cfg"
    text = config.read_text().replace(
        str(tmp_path / "base" / "bin"), str(base)
    )
    config.write_text(text.replace("version = 3.12.1\n", ""))
    (environment / "lib").rename(environment / "Lib")
    (environment / "Lib" / "python3.12" / "site-packages").rename(
        environment / "Lib" / "site-packages"
    )
    found = inspect(str(environment), "")
    assert found is not None
    assert found.system == (str(base / "Lib" / "site-packages"),)
