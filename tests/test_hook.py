"""
The hooks, run by the real `pre-commit` program in a real git repository with a
project environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.places import add_environment, add_package

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None
    or shutil.which("pre-commit", path=str(Path(sys.executable).parent))
    is None,
    reason="needs git and pre-commit (`make dev` installs it)",
)

BIN = Path(sys.executable).parent


class Repository:
    """A git repository with a `.venv` and a configuration of hooks."""

    def __init__(
        self, place: Path, hooks: list[dict[str, object]], **variables: str
    ) -> None:
        self.place = place
        place.mkdir()
        self.env = {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "HOME": str(place.parent),
            "PRE_COMMIT_HOME": str(place.parent / "pre-commit"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            **variables,
        }
        self.git("init", "-q", "-b", "main")
        self.site = add_environment(place / ".venv", {"plain": "MIT"})
        (place / ".gitignore").write_text(".venv/\n")
        (place / "requirements.txt").write_text("plain\n")
        config = {"repos": [{"repo": "local", "hooks": hooks}]}
        (place / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
        assert self.run(str(BIN / "pre-commit"), "install").returncode == 0

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.place,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def git(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.run("git", *args)

    def commit(self) -> subprocess.CompletedProcess[str]:
        self.git("add", ".")
        return self.git("commit", "-m", "change")

    def commits(self) -> int:
        return int(self.git("rev-list", "--all", "--count").stdout.strip())


@pytest.fixture
def hook(root: Path) -> dict[str, object]:
    """
    The hook as it ships, for the licensescan that is installed here, so that
    nothing has to be fetched.
    """
    shipped = yaml.safe_load(
        (root / ".pre-commit-hooks.yaml").read_text("utf-8")
    )
    (found,) = [h for h in shipped if h["id"] == "licensescan-system"]
    return dict(found)


@pytest.fixture
def repository(tmp_path: Path, hook: dict[str, object]) -> Repository:
    return Repository(tmp_path / "project", [hook])


def test_a_clean_commit_goes_through(repository: Repository) -> None:
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr
    assert repository.commits() == 1


def test_a_commit_that_adds_a_forbidden_package_is_stopped(
    repository: Repository,
) -> None:
    assert repository.commit().returncode == 0
    add_package(repository.site, "shared", "AGPL-3.0-only")
    (repository.place / "requirements.txt").write_text("plain\nshared\n")
    done = repository.commit()
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "copyleft-network" in said
    assert "shared" in said
    assert (
        "requirements.txt"
        not in repository.git(
            "log", "--format=", "--name-only", "-1", "--", "nothing"
        ).stdout
    )
    assert repository.commits() == 1


def test_the_policy_of_the_project_is_the_one_that_counts(
    repository: Repository,
) -> None:
    add_package(repository.site, "shared", "AGPL-3.0-only")
    (repository.place / "licensescan.toml").write_text(
        '[[waiver]]\ncomponent = "shared"\nrule = "copyleft-network"\nreason = "used at build time only"\n'
    )
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_that_say_nothing_about_packages_do_not_start_it(
    repository: Repository,
) -> None:
    assert repository.commit().returncode == 0
    add_package(repository.site, "shared", "AGPL-3.0-only")
    (repository.place / "app.py").write_text("")
    assert repository.commit().returncode == 0
    assert repository.commits() == 2


def test_the_projects_environment_is_judged_not_the_hooks_own(
    tmp_path: Path, hook: dict[str, object]
) -> None:
    """
    As with `language: python`: VIRTUAL_ENV and the head of PATH are
    licensescan's own environment.
    """
    own = {**hook, "verbose": True}
    repository = Repository(
        tmp_path / "project", [own], VIRTUAL_ENV=sys.prefix
    )
    done = repository.commit()
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "environment  .venv (project .venv)" in said
    assert "2 components:" in said


@pytest.mark.skipif(
    not os.environ.get("LICENSESCAN_SLOW"),
    reason="installs licensescan with pip; LICENSESCAN_SLOW=1 runs it",
)
def test_the_python_hook_in_an_environment_of_its_own(
    tmp_path: Path, root: Path
) -> None:
    repository = Repository(tmp_path / "project", [])
    for name in (
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_CERT",
        "PIP_CONFIG_FILE",
    ):
        if name in os.environ:
            repository.env[name] = os.environ[name]
    add_package(repository.site, "shared", "AGPL-3.0-only")
    repository.git("add", ".")
    command = (
        str(BIN / "pre-commit"),
        "try-repo",
        str(root),
        "licensescan",
        "--all-files",
        "--verbose",
    )
    done = repository.run(*command)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "environment  .venv (project .venv)" in said
    assert "copyleft-network" in said
    assert "shared" in said
