"""
An answer is given again when nothing has changed, and never when anything has.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from licensescan import pipeline as line
from licensescan.base import installation
from licensescan.cache import answers as answer_cache
from licensescan.cli import main
from licensescan.reader import inputs
from tests.places import add_environment, add_package


class Asked:
    """
    The command line in this process: what it said, and whether it looked at
    all.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.looks = 0
        self.capsys = capsys
        real = line.scan

        def counted(*args: object, **options: object) -> object:
            self.looks += 1
            return real(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(line, "scan", counted)

    def __call__(self, *args: str) -> tuple[int, str, bool]:
        before = self.looks
        with pytest.raises(SystemExit) as stop:
            main(list(args))
        return (
            int(str(stop.value.code)),
            self.capsys.readouterr().out,
            self.looks > before,
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A project that is known to nobody, and file times that are relied on at
    once.
    """
    place = tmp_path / "project"
    place.mkdir()
    site = add_environment(
        place / ".venv", {"plain": "MIT", "other": "BSD-3-Clause"}
    )
    info = site / "plain-1.0.dist-info"
    (info / "LICENSE").write_text("All rights reserved.\n")
    (site / "plain").mkdir()
    (site / "plain" / "deep.py").write_text(
        "# a module that is not empty, whose head is read for what it says\n"
        * 4
    )
    (place / "licensescan.toml").write_text('profile = "saas"\n')
    (place / "pyproject.toml").write_text(
        '[project]\nname = "p"\ndependencies = ["plain"]\n'
    )
    monkeypatch.chdir(place)
    monkeypatch.setenv("LICENSESCAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(inputs, "SETTLED_NS", 0)
    return place


@pytest.fixture
def asked(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Asked:
    return Asked(monkeypatch, capsys)


def site(project: Path) -> Path:
    return project / ".venv" / "lib" / "python3.11" / "site-packages"


@pytest.mark.parametrize(
    "args",
    [
        ("check",),
        ("check", "-f", "json"),
        ("scan", "-f", "json"),
        ("scan", ".venv"),
    ],
)
def test_the_same_question_gets_the_same_bytes_without_a_look(
    asked: Asked, args: tuple[str, ...]
) -> None:
    code, first, looked = asked(*args)
    assert looked
    assert asked(*args) == (code, first, False)
    assert asked(*args, "--no-cache") == (code, first, True)


def test_reports_in_files_are_written_again(
    asked: Asked, project: Path
) -> None:
    args = ("check", "-o", "out.txt", "--report", "json=out.json")
    asked(*args)
    texts = (
        (project / "out.txt").read_text(),
        (project / "out.json").read_text(),
    )
    asked(*args)  # two files more in the project's folder are a change
    (project / "out.txt").write_text("")
    asked(*args)
    assert asked(*args)[2] is False
    assert (
        (project / "out.txt").read_text(),
        (project / "out.json").read_text(),
    ) == texts


def _rewrite(path: Path, old: str, new: str) -> None:
    """
    Other bytes of the same length, and the time of before: only the inode's
    own time tells.
    """
    assert len(old) == len(new)
    before = path.stat()
    path.write_text(path.read_text().replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "metadata, same size and time": lambda p: _rewrite(
        site(p) / "other-1.0.dist-info" / "METADATA",
        "BSD-3-Clause",
        "AGPL-3.0-only"[:12],
    ),
    "a text, same size and time": lambda p: _rewrite(
        site(p) / "plain-1.0.dist-info" / "LICENSE", "All", "Few"
    ),
    "the head of a module": lambda p: _rewrite(
        site(p) / "plain" / "deep.py", "module", "MODULE"
    ),
    "a file more": lambda p: (site(p) / "plain" / "COPYING").write_text(
        "terms"
    ),
    "a file less": lambda p: (
        site(p) / "plain-1.0.dist-info" / "LICENSE"
    ).unlink(),
    "a file under another name": lambda p: (
        site(p) / "plain" / "deep.py"
    ).rename(site(p) / "plain" / "LICENSE"),
    "a package more": lambda p: add_package(site(p), "third", "MIT"),
    "a package less": lambda p: shutil.rmtree(site(p) / "other-1.0.dist-info"),
    "a file that cannot be read": lambda p: (
        site(p) / "plain-1.0.dist-info" / "LICENSE"
    ).chmod(0),
    "the policy": lambda p: (p / "licensescan.toml").write_text(
        'profile = "data-training"\n'
    ),
    "no policy": lambda p: (p / "licensescan.toml").unlink(),
    "the project's requirements": lambda p: _rewrite(
        p / "pyproject.toml", "plain", "other"
    ),
    "another environment": lambda p: (
        add_environment(p / "venv", {}) and shutil.rmtree(p / ".venv")
    ),
    "a module in a new folder": lambda p: _code(p / "new.d" / "app.py"),
    "a notebook": lambda p: _code(p / "a.ipynb"),
    "the version of Python": lambda p: _rewrite(
        p / ".venv" / "pyvenv.cfg", "3.11.4", "3.11.5"
    ),
}


def _code(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("x = AutoModel.from_pretrained('acme/m')\n")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(asked: Asked, project: Path, change: str) -> None:
    asked("check", "-f", "json")
    assert asked("check", "-f", "json")[2] is False
    CHANGES[change](project)
    code, out, looked = asked("check", "-f", "json")
    assert looked
    assert (code, out) == asked("check", "-f", "json", "--no-cache")[:2]


def test_what_is_no_code_is_no_change(asked: Asked, project: Path) -> None:
    asked("check")
    (project / "notes.txt").write_text("nothing\n")
    (project / ".git").mkdir()
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    asked("check")
    (project / ".git" / "index.lock").write_text("")
    assert asked("check")[2] is False


def test_a_policy_that_appears_is_seen(asked: Asked, project: Path) -> None:
    (project / "licensescan.toml").unlink()
    asked("check")
    assert asked("check")[2] is False
    (project / "licensescan.toml").write_text('profile = "saas"\n')
    assert asked("check")[2] is True


@pytest.mark.parametrize(
    "args",
    [
        ("check", "--profile", "saas"),
        ("check", "--fail-on", "deny"),
        ("check", "-v"),
        ("check", "--color", "always"),
        ("scan",),
        ("check", ".venv"),
    ],
)
def test_another_question_is_another_answer(
    asked: Asked, args: tuple[str, ...]
) -> None:
    asked("check")
    assert asked(*args)[2] is True


@pytest.mark.parametrize(
    "name", ["COLUMNS", "SOURCE_DATE_EPOCH", "VIRTUAL_ENV"]
)
def test_variables_are_part_of_the_question(
    asked: Asked, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked("check", "-f", "json")
    monkeypatch.setenv(name, "77")
    assert asked("check", "-f", "json")[2] is True


def test_files_that_changed_just_now_are_not_relied_on(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "SETTLED_NS", 2_000_000_000)
    asked("check")
    assert asked("check")[2] is True


def test_a_target_that_is_no_environment(
    asked: Asked, project: Path, tmp_path: Path
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "LICENSE").write_text("Do as you like.")
    with zipfile.ZipFile(tmp_path / "one-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            "one-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: one\nVersion: 1.0\nLicense: MIT\n",
        )
    (tmp_path / "link").symlink_to(tree)
    for target in (
        tree,
        tmp_path / "one-1.0-py3-none-any.whl",
        tmp_path / "link",
    ):
        asked("check", str(target))
        assert asked("check", str(target))[2] is False
    (tree / "LICENSE").write_text("Do as you must.")
    with zipfile.ZipFile(tmp_path / "one-1.0-py3-none-any.whl", "a") as wheel:
        wheel.writestr("one/LICENSE", "terms")
    for target in (
        tree,
        tmp_path / "one-1.0-py3-none-any.whl",
        tmp_path / "link",
    ):
        assert asked("check", str(target))[2] is True


def test_what_could_not_be_examined_is_looked_at_again(
    asked: Asked, tmp_path: Path
) -> None:
    (tmp_path / "broken-1.0-py3-none-any.whl").write_bytes(
        b"PK\3\4 and no more"
    )
    for _ in range(2):
        code, _, looked = asked(
            "check", str(tmp_path / "broken-1.0-py3-none-any.whl")
        )
        assert (code, looked) == (3, True)


def answers(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "cache" / "answers").iterdir())


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _elsewhere(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.symlink_to(path.parent.parent / "moved")


@pytest.mark.parametrize(
    "damage",
    [
        _shorten,
        _elsewhere,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(
            path.read_bytes()
            .replace(b"exit 0", b"exit 1")
            .replace(b"MIT", b"BSD")
        ),
        lambda path: path.write_bytes(b"00000000\n{}\n"),
        lambda path: path.parent.chmod(0o777),
        lambda path: path.parent.parent.chmod(0o777),
    ],
)
def test_a_damaged_or_foreign_answer_is_none(
    asked: Asked, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    code, out, _ = asked("check", "-v", "-f", "json")
    (path,) = answers(tmp_path)
    damage(path)
    assert asked("check", "-v", "-f", "json") == (code, out, True)


def test_answers_are_private_and_few(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_cache, "_ANSWERS", 2)
    for width in ("80", "90", "100"):
        monkeypatch.setenv("COLUMNS", width)
        asked("check")
    kept = answers(tmp_path)
    assert len(kept) == 2
    assert {
        p.stat().st_mode & 0o077
        for p in (*kept, tmp_path / "cache", tmp_path / "cache" / "answers")
    } == {0}


def test_a_file_of_the_installation_is_part_of_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("rules/licenses", "corpus", "sources"):
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "rules/licenses/A.toml",
        "corpus/index.bin",
        "cli.py",
        "sources/x.py",
    ):
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(installation, "_PACKAGE", str(tmp_path))
    seen = {installation.build_id.__wrapped__()}
    for number, name in enumerate(
        (
            "rules/licenses/A.toml",
            "corpus/index.bin",
            "cli.py",
            "sources/x.py",
        ),
        1,
    ):
        os.utime(tmp_path / name, ns=(number, number))
        seen.add(installation.build_id.__wrapped__())
    (tmp_path / "rules" / "licenses" / "B.toml").write_text("1")
    seen.add(installation.build_id.__wrapped__())
    assert len(seen) == 6
