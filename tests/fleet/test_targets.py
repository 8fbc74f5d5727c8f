"""What a list, a folder and a pattern name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licensescan.fleet.content import seen
from licensescan.fleet.targets import targets_in
from licensescan.model.errors import UsageError
from tests.fleet.targets import environment, wheels


def shown(source: Path | str, below: Path) -> list[str]:
    return [os.path.relpath(t.path, below) for t in targets_in(str(source))]


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    wheels(tmp_path / "deep" / "er", 1)
    environment(tmp_path / "env", ("thing", "1", "MIT"))
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text(
        '[project]\nname = "app"\n'
    )
    wheels(tmp_path / "project" / "vendor", 1)
    (tmp_path / "notes.md").write_text("nothing\n")
    return tmp_path


def test_a_folder_has_archives_and_folders_that_are_whole(
    mirror: Path,
) -> None:
    assert shown(mirror, mirror) == [
        "deep/er/thing0-0.0-py3-none-any.whl",
        "env",
        "project",
    ]


def test_an_environment_is_one_target(mirror: Path) -> None:
    assert shown(mirror / "env", mirror) == ["env"]


def test_a_pattern(mirror: Path) -> None:
    found = shown(f"{mirror}/**/*.whl", mirror)
    assert found == [
        "deep/er/thing0-0.0-py3-none-any.whl",
        "project/vendor/thing0-0.0-py3-none-any.whl",
    ]


def test_a_list_with_environments(mirror: Path) -> None:
    listed = mirror / "list.txt"
    listed.write_text("# ours\nenv\tshop/web\n\nproject/\nenv\tshop/web\n")
    found = targets_in(str(listed))
    assert [(t.shown, t.environment) for t in found] == [
        ("env", "shop/web"),
        ("project", ""),
    ]


@pytest.mark.parametrize("source", ["no-such-thing", "no-such-*", "empty"])
def test_no_target_at_all(source: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        targets_in(str(tmp_path / source))


class TestContent:
    def unit(self, path: Path) -> str:
        (target,) = targets_in(str(path))
        return seen(target, lambda *_: None).unit.unit

    def test_of_an_environment_is_what_lies_in_it(
        self, tmp_path: Path
    ) -> None:
        one = environment(tmp_path / "one", ("thing", "1", "MIT"))
        two = environment(tmp_path / "two", ("thing", "1", "MIT"))
        assert self.unit(one) == self.unit(two)
        (two / "lib" / "more.py").write_text("")
        assert self.unit(one) != self.unit(two)

    def test_bytecode_is_no_content(self, tmp_path: Path) -> None:
        one = environment(tmp_path / "one", ("thing", "1", "MIT"))
        before = self.unit(one)
        (one / "lib" / "__pycache__").mkdir()
        (one / "lib" / "__pycache__" / "x.pyc").write_bytes(b"1")
        assert self.unit(one) == before

    def test_names_of_files_count(self, tmp_path: Path) -> None:
        wheel = next(wheels(tmp_path / "w", 1).iterdir())
        before = self.unit(wheel)
        assert self.unit(wheel.rename(wheel.with_suffix(".zip"))) != before
