"""Which project a command is about, from wherever one stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.resolver.project import LOCKS, MARKS, find_project, upwards


@pytest.mark.parametrize("mark", [*MARKS, *LOCKS])
def test_each_mark_makes_a_project_from_below(
    tmp_path: Path, mark: str
) -> None:
    (tmp_path / mark).write_text("")
    deep = tmp_path / "src" / "deep"
    deep.mkdir(parents=True)
    found = find_project(str(deep))
    assert found.marked
    assert found.folder == str(tmp_path)
    assert found.start == str(deep)


def test_a_folder_without_anything_is_no_project(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    found = find_project(str(tmp_path))
    assert not found.marked
    assert found.folder == str(tmp_path)
    assert found.lock is None


def test_the_search_ends_at_a_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    inner = tmp_path / "inner"
    (inner / "src").mkdir(parents=True)
    (inner / ".git").write_text("gitdir: ../elsewhere\n")
    assert list(upwards(str(inner / "src"))) == [
        str(inner / "src"),
        str(inner),
    ]
    assert not find_project(str(inner / "src")).marked


def test_the_search_stays_below_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "requirements.txt").write_text("alpha\n")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    assert not find_project(str(folder)).marked


def workspace(top: Path) -> None:
    (top / "pyproject.toml").write_text(
        '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'
    )
    for name in ("one", "two", "old"):
        folder = top / "packages" / name
        folder.mkdir(parents=True)
        (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')


def test_a_member_belongs_to_its_workspace(tmp_path: Path) -> None:
    workspace(tmp_path)
    (tmp_path / "uv.lock").write_text("")
    member = tmp_path / "packages" / "one"
    found = find_project(str(member))
    assert (found.folder, found.workspace) == (str(member), str(tmp_path))
    assert found.folders == (str(member), str(tmp_path))
    assert found.lock == str(tmp_path / "uv.lock")
    assert {Path(p).name for p in found.own} == {tmp_path.name, "one", "two"}
    left_out = find_project(str(tmp_path / "packages" / "old"))
    assert left_out.workspace == left_out.folder


def test_the_best_closure_stands_for_the_project(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("alpha\n")
    assert find_project(str(tmp_path)).lock == str(
        tmp_path / "requirements.txt"
    )
    (tmp_path / "poetry.lock").write_text("")
    assert find_project(str(tmp_path)).lock == str(tmp_path / "poetry.lock")
    (tmp_path / "uv.lock").write_text("")
    assert find_project(str(tmp_path)).lock == str(tmp_path / "uv.lock")


def test_a_broken_pyproject_is_a_project_without_members(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv.workspace\n")
    found = find_project(str(tmp_path))
    assert found.marked
    assert found.members == ()
