"""
Requirement files as pip reads them: `make requirements-check` asks pip for the
same cases.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.resolver.requirement_files import (
    Form,
    Line,
    logical_lines,
    name_and_version,
    read_requirements,
)
from licensescan.standards.requirements import Setting, canonical
from tests.resolver.requirement_cases import CASES, lay


def name_of(line: Line) -> str:
    """Return the name of a line; a folder's is that of its project."""
    return canonical(line.name) or line.text.rpartition("/")[2]


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_asks_for_what_pip_asks_for(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    path = lay(case, tmp_path / "project")
    lines = read_requirements(str(path.parent), path.name)
    setting = Setting(python="3.11")
    asked = {
        name_of(line)
        for line in lines
        if line.form is not Form.UNREAD and not setting.excludes(line.marker)
    }
    assert asked == case.asked
    unread = [line for line in lines if line.form is Form.UNREAD]
    assert len(unread) == case.unread
    assert all(line.number for line in lines)


def read(folder: Path, text: str, **more: str) -> list[Line]:
    (folder / "requirements.txt").write_text(text)
    for name, content in more.items():
        (folder / f"{name}.txt").write_text(content)
    return read_requirements(str(folder), "requirements.txt")


def test_hashes_belong_to_their_line(tmp_path: Path) -> None:
    one, two = "a" * 64, "b" * 64
    text = (
        f"alpha==1.0 \\\n --hash=sha256:{two} \\\n --hash sha256:{one}\nbeta\n"
    )
    lines = read(tmp_path, text)
    assert [(x.name, x.hashes) for x in lines] == [
        ("alpha", (one, two)),
        ("beta", ()),
    ]


def test_a_constraint_pins_and_asks_for_nothing(tmp_path: Path) -> None:
    text = "-c pins.txt\nalpha\nbeta==3\n"
    lines = read(tmp_path, text, pins="alpha==1.0\nbeta==2\ngamma==1\n")
    assert [(x.name, x.version) for x in lines] == [
        ("alpha", "1.0"),
        ("beta", "3"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-r ../outside.txt\n", "leads out of the project"),
        ("-r https://index.example/base.txt\n", "was not read"),
        ("-r gone.txt\n", "cannot be read"),
        ("${WHEEL_HOUSE}/alpha.whl\n", "variable is not resolved"),
        ("alpha>>1\n", "not a requirement"),
    ],
)
def test_what_cannot_be_followed_is_told(
    tmp_path: Path, text: str, words: str
) -> None:
    (line,) = read(tmp_path, text)
    assert line.form is Form.UNREAD
    assert words in line.text
    assert line.source.endswith(":1")


def test_files_that_name_each_other_are_read_once(tmp_path: Path) -> None:
    lines = read(
        tmp_path,
        "-r one.txt\nalpha\n",
        one="-r requirements.txt\nbeta\n",
    )
    assert [x.name for x in lines] == ["beta", "alpha"]


def test_a_tower_of_files_ends(tmp_path: Path) -> None:
    for number in range(40):
        name = "requirements" if number == 0 else f"r{number}"
        (tmp_path / f"{name}.txt").write_text(
            f"-r r{number + 1}.txt\nalpha{number}\n"
        )
    lines = read_requirements(str(tmp_path), "requirements.txt")
    assert any("too deeply" in x.text for x in lines)


@pytest.mark.parametrize(
    ("text", "form", "name", "is_editable"),
    [
        (
            "git+https://x.example/a/b.git@v1#egg=Beta",
            Form.ADDRESS,
            "beta",
            False,
        ),
        ("-e git+https://x.example/b#egg=Beta", Form.ADDRESS, "beta", True),
        (
            "https://x.example/Beta-2.0-py3-none-any.whl",
            Form.ADDRESS,
            "beta",
            False,
        ),
        ("beta @ git+https://x.example/b", Form.NAMED, "beta", False),
        ("./dist/Beta-2.0.tar.gz", Form.PATH, "beta", False),
        ("-e .", Form.PATH, "", True),
        ("-e .[dev]", Form.PATH, "", True),
    ],
)
def test_forms(
    tmp_path: Path, text: str, form: Form, name: str, is_editable: bool
) -> None:
    (line,) = read(tmp_path, f"{text}\n")
    assert (line.form, line.name, line.is_editable) == (
        form,
        name,
        is_editable,
    )


def test_logical_lines_have_the_number_of_their_first() -> None:
    text = "# a\nalpha \\\n==1\n\nbeta#no comment\n"
    assert list(logical_lines(text)) == [
        (2, "alpha ==1"),
        (5, "beta#no comment"),
    ]


def test_names_of_archives() -> None:
    assert name_and_version("a/b/Acme_Y-1.0.zip") == ("acme-y", "1.0")
    assert name_and_version("a/b/no-version.whl") == ("", "")
