"""
What is shipped: floors only, one wheel with its data, and hooks that say what
the readme says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from licensescan import __version__

LARGEST_FILE = 8 << 20


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def needs(project: dict[str, object]) -> list[Requirement]:
    """What the base needs, and what the extra `fleet` does."""
    lines = project["project"]["dependencies"]  # type: ignore[index]
    extras = project["project"]["optional-dependencies"]  # type: ignore[index]
    return [Requirement(r) for r in [*lines, *extras["fleet"]]]


def test_the_base_needs_no_library_of_the_extra(
    project: dict[str, object],
) -> None:
    lines = project["project"]["dependencies"]  # type: ignore[index]
    names = {Requirement(line).name for line in lines}
    assert not names & {"distributed", "duckdb", "pyarrow"}


def test_floors_never_caps(project: dict[str, object]) -> None:
    for requirement in needs(project):
        operators = {s.operator for s in requirement.specifier}
        assert operators == {">="}, (
            f"{requirement}: the tool has to fit into any environment"
        )
        assert requirement.url is None


def test_what_is_asked_for_is_what_is_imported(
    project: dict[str, object],
) -> None:
    from tests.test_house import FILES, IMPORTERS, imports

    names = {"yaml": "pyyaml", "elftools": "pyelftools"}
    asked = {r.name.lower().replace("_", "-") for r in needs(project)}
    used = {m.split(".")[0] for p in FILES for m, _ in imports(p)} & set(
        IMPORTERS
    )
    assert {names.get(u, u.replace("_", "-")) for u in used} == asked


def test_the_data_reaches_the_wheel(project: dict[str, object]) -> None:
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"][
        "force-include"
    ]  # type: ignore[index]
    assert included["rules"] == "licensescan/rules"
    assert included["corpus/index.bin"] == "licensescan/corpus/index.bin"


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(place),
        str(root),
    ]
    try:
        import hatchling  # noqa: F401

        # With the backend at hand nothing has to be fetched.
        command[4:4] = ["--no-build-isolation", "--no-index"]
    except ImportError:
        pytest.skip(
            "hatchling is not installed, and tests fetch nothing; .ci/run builds the wheel"
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = place.glob("*.whl")
    return built


class TestWheel:
    def test_it_holds_code_rules_index_and_schema(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
        for wanted in (
            "licensescan/cli/__init__.py",
            "licensescan/py.typed",
            "licensescan/report/report.schema.json",
            "licensescan/corpus/index.bin",
            "licensescan/rules/taxonomy.toml",
            "licensescan/rules/checks/patent.toml",
            "licensescan/rules/profiles/saas.toml",
            "licensescan/rules/licenses/MIT.toml",
            f"licensescan-{__version__}.dist-info/licenses/LICENSE",
            f"licensescan-{__version__}.dist-info/licenses/NOTICE",
            "licensescan/rules/lang/ko.toml",
            "licensescan/report/html/page.html.jinja",
            f"licensescan-{__version__}.data/data/share/man/man1/licensescan.1",
        ):
            assert wanted in names, wanted
        assert not [
            n
            for n in names
            if n.startswith(("tests/", "benchmarks/", "docs/", "demo/"))
        ]

    def test_no_file_is_too_large(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            large = [
                (i.filename, i.file_size)
                for i in archive.infolist()
                if i.file_size > LARGEST_FILE
            ]
        assert not large

    def test_it_runs_from_the_wheel_alone(
        self, wheel: Path, tmp_path: Path
    ) -> None:
        place = tmp_path / "site"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place)
        (tmp_path / "x").write_text("SPDX-License-Identifier: MIT\n")
        code = "import licensescan, sys; assert 'site' in licensescan.__file__; from licensescan.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "classify", "x"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(place),
                "LICENSESCAN_CACHE_DIR": str(tmp_path / "c"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("x: MIT")


@pytest.fixture(scope="module")
def hooks(root: Path) -> dict[str, dict[str, object]]:
    return {
        h["id"]: h
        for h in yaml.safe_load(
            (root / ".pre-commit-hooks.yaml").read_text("utf-8")
        )
    }


class TestHooks:
    def test_two_hooks(self, hooks: dict[str, dict[str, object]]) -> None:
        assert {i: h["language"] for i, h in hooks.items()} == {
            "licensescan": "python",
            "licensescan-system": "system",
        }
        for hook in hooks.values():
            assert hook["entry"] == "licensescan check"
            assert hook["pass_filenames"] is False
            assert hook["require_serial"] is True
            assert "always_run" not in hook

    @pytest.mark.parametrize(
        ("name", "matters"),
        [
            ("pyproject.toml", True),
            ("sub/requirements-dev.txt", True),
            ("requirements.in", True),
            ("uv.lock", True),
            ("pylock.toml", True),
            ("pylock.dev.toml", True),
            ("poetry.lock", True),
            ("environment.yml", True),
            ("licensescan.toml", True),
            ("src/app.py", False),
            ("README.md", False),
            ("uv.lock.bak", False),
        ],
    )
    def test_which_files_matter(
        self, hooks: dict[str, dict[str, object]], name: str, matters: bool
    ) -> None:
        for hook in hooks.values():
            assert bool(re.search(str(hook["files"]), name)) is matters


def test_the_makefile_has_the_targets(root: Path) -> None:
    text = (root / "Makefile").read_text("utf-8")
    for target in (
        "demo",
        "test",
        "dev",
        "lint",
        "corpus",
        "corpus-check",
        "bench",
        "fuzz",
        "goldens",
        "docs",
        "site",
        "newcomer",
    ):
        assert re.search(rf"^{target}:", text, re.MULTILINE), target


def test_the_ci_script_runs_the_readmes_test_command(root: Path) -> None:
    script = root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8")
    assert "set -euo pipefail" in text
    for step in (
        "make test",
        "make lint",
        "make site",
        "pip wheel",
        "--version",
        "classify",
        "licensescan check",
    ):
        assert step in text
    assert (
        subprocess.run(["bash", "-n", str(script)], check=False).returncode
        == 0
    )


def test_the_demo_is_pinned_and_small(root: Path) -> None:
    rows = (root / "demo" / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [
        Requirement(r.split("#")[0])
        for r in rows
        if r and not r.startswith("#")
    ]
    assert 10 <= len(wanted) <= 14
    assert all([s.operator for s in r.specifier] == ["=="] for r in wanted)


def test_ci_runs_the_oldest_and_the_newest_python_that_is_told(
    root: Path, project: dict[str, object]
) -> None:
    classifiers: list[str] = project["project"]["classifiers"]  # type: ignore[index]
    told = [
        c.rpartition(" ")[2]
        for c in classifiers
        if re.search(r"Python :: 3\.\d+$", c)
    ]
    (job,) = yaml.safe_load(
        (root / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    )["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == [told[0], told[-1]]
    assert project["project"]["requires-python"] == f">={told[0]}"  # type: ignore[index]
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", action) for action in used), (
        "an action is pinned by its commit"
    )
