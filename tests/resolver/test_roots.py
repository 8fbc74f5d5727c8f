"""What a project itself asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.resolver.roots import project_name, roots_of


def asked(place: Path) -> list[tuple[str, str, str]]:
    return [(r.requirement, r.source, r.scope) for r in roots_of(str(place))]


def test_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        """[project]
name = "my-app"
dependencies = ["numpy>=2"]
[project.optional-dependencies]
gpu = ["cupy"]
test = ["pytest"]
[dependency-groups]
lint = ["ruff"]
dev = [{include-group = "lint"}, "mypy"]
"""
    )
    assert asked(tmp_path) == [
        ("numpy>=2", "pyproject.toml:3", "runtime"),
        ("cupy", "pyproject.toml:5", "optional"),
        ("pytest", "pyproject.toml:6", "dev"),
        ("ruff", "pyproject.toml:8", "dev"),
        ("ruff", "pyproject.toml:8", "dev"),
        ("mypy", "pyproject.toml:9", "dev"),
    ]
    assert project_name(str(tmp_path)) == "my-app"


def test_groups_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[dependency-groups]\na = [{include-group = "b"}, "x"]\nb = [{include-group = "a"}, "y"]\n'
    )
    assert {r for r, _, _ in asked(tmp_path)} == {"x", "y"}


def test_poetry(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        """[tool.poetry.dependencies]
python = "^3.11"
torch = {version = "^2", extras = ["opt"]}
cupy = {version = "*", optional = true}
[tool.poetry.group.dev.dependencies]
ruff = "*"
"""
    )
    assert [(r, s) for r, _, s in asked(tmp_path)] == [
        ("torch[opt]", "runtime"),
        ("cupy", "optional"),
        ("ruff", "dev"),
    ]


def test_requirements_as_pip_reads_them(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "# a comment\n-r more/base.txt\nnumpy==2.0 \\\n    --hash=sha256:abc\n--index-url https://x\n"
        "-e git+https://x/y#egg=why\npandas  # with pandas\n"
    )
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text(
        "scipy\n-r ../requirements.txt\n"
    )
    (tmp_path / "requirements-dev.txt").write_text("pytest\n")
    found = asked(tmp_path)
    assert ("scipy", "more/base.txt:1", "runtime") in found
    assert ("numpy==2.0", "requirements.txt:3", "runtime") in found
    assert ("why", "requirements.txt:6", "runtime") in found
    assert ("pandas", "requirements.txt:7", "runtime") in found
    assert ("pytest", "requirements-dev.txt:1", "dev") in found
    assert not any("index-url" in r for r, _, _ in found)


def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("sentinel\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text(
        "-r ../secret.txt\n-r /etc/hostname\nok\n"
    )
    (project / "requirements-link.txt").symlink_to(tmp_path / "secret.txt")
    assert {r for r, _, _ in asked(project)} == {"ok"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project",
        '[project]\ndependencies = "numpy"\n',
        "[project]\ndependencies = [1, {}]\n",
    ],
)
def test_a_project_file_that_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert roots_of(str(tmp_path)) == []
    assert project_name(str(tmp_path)) == tmp_path.name


def test_nothing_at_all(tmp_path: Path) -> None:
    assert roots_of(str(tmp_path)) == []
