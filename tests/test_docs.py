"""
The generated pages are those that rules/ gives, and no page leads nowhere.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from licensescan.rulebook.rulebook import load

ROOT = Path(__file__).resolve().parent.parent
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "tests").rglob("*.md"),
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        ROOT / "benchmarks" / "README.md",
    ]
)


def script(name: str) -> Any:
    """Return a script of `docs/` as a module."""
    spec = importlib.util.spec_from_file_location(
        name, ROOT / "docs" / f"{name}.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generated() -> dict[str, str]:
    pages: dict[str, str] = script("generate").pages()
    return pages


def test_generated_pages_are_up_to_date() -> None:
    old = [
        name
        for name, text in generated().items()
        if not (ROOT / "docs" / name).is_file()
        or (ROOT / "docs" / name).read_text("utf-8") != text
    ]
    assert not old, "run `make docs`"


def test_each_rule_has_a_page_with_an_example() -> None:
    folder = ROOT / "docs" / "rules"
    assert {path.stem for path in folder.iterdir()} == set(load().rules)
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        for part in ("## Why it matters", "## What to do", "## Verdicts"):
            assert part in text, path.name
        assert "\n> " in text.partition("## Example")[2], path.name


VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+[A-Z0-9]")
OTHER_CONSTANTS = {
    *"AMD64 ARM64 USD FILE FOLDER FORMAT NAME TAG TARGET".split(),
    *"ADDRESS DATE DIR EXPLAIN INTEGER DOUBLE QUERY RULE SELECT VARCHAR".split(),
    *"O_BINARY O_CLOEXEC O_NOFOLLOW O_NOINHERIT O_NONBLOCK".split(),
}
"""What is written like a variable beside variables, and is none."""


def test_every_environment_variable_is_documented() -> None:
    page = (ROOT / "docs" / "environment-variables.md").read_text("utf-8")
    documented = set(re.findall(r"`([A-Z][A-Z_0-9]+)`", page))
    read: set[str] = set()
    for path in (ROOT / "licensescan").rglob("*.py"):
        text = path.read_text("utf-8")
        if "variables" not in text and "environ" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and VARIABLE.fullmatch(value):
                read.add(value)
    read -= OTHER_CONSTANTS
    assert {"PATH", "NO_COLOR", "PIP_INDEX_URL"} <= read
    assert sorted(read - documented) == []
    assert sorted(documented - read - {"LICENSESCAN_CHECK_PROFILE"}) == []


def test_the_manual_page_is_roff_that_man_can_show() -> None:
    page = ROOT / "docs" / "licensescan.1"
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff here")
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", str(page)],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"--fail-on" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(
        r"\]\(((?!https?://|#|mailto:)[^)#\s]+)", page.read_text("utf-8")
    ):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_no_place_of_one_machine_is_named(page: Path) -> None:
    assert not re.search(
        r"(?<![\w.])/(?:work|root|home/\w+|tmp/\w+)/", page.read_text("utf-8")
    )


TRACKED = {
    path.relative_to(ROOT).as_posix()
    for folder in (
        "licensescan",
        "tests",
        "rules",
        "corpus",
        "docs",
        "benchmarks",
    )
    for path in (ROOT / folder).rglob("*.*")
}
ELSEWHERE = {
    *(
        "setup.py",
        "pyproject.toml",
        "Cargo.toml",
        "pylock.toml",
        "licensescan.toml",
        "REUSE.toml",
    ),
    *("licensescan.py", "speed.py", "score.py", "boat/__init__.py"),
}
"""Files that a page may name and that are not of this repository."""


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_a_file_that_is_named_is_there(page: Path) -> None:
    """A page that outlives a renamed module sends its reader nowhere."""
    text = page.read_text("utf-8")
    named = set(
        re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|tsv|toml|bin))`", text)
    )
    gone = {
        name
        for name in named - ELSEWHERE
        if not any(f"/{path}".endswith(f"/{name}") for path in TRACKED)
    }
    assert not gone


def test_the_architecture_page_names_every_module_and_none_that_is_gone() -> (
    None
):
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page[
        page.index("| package |") : page.index("Sources and reports are plain")
    ]
    package = ROOT / "licensescan"
    named = set(re.findall(r"`([a-z]\w*(?:\.py|/))`", table))
    files = {
        p.name for p in package.glob("*.py") if not p.stem.startswith("__")
    }
    folders = {
        f"{p.name}/" for p in package.iterdir() if (p / "__init__.py").exists()
    }
    assert files | folders <= named
    assert {n for n in named if n.endswith(".py")} <= {
        p.name for p in package.rglob("*.py")
    }


class TestMap:
    """The drawing in CONTRIBUTING.md, made from the imports."""

    def test_it_is_up_to_date(self) -> None:
        page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
        assert page == script("house").page(page), "run `make docs`"

    def test_it_shows_every_package(self) -> None:
        house = script("house")
        package = ROOT / "licensescan"
        rooms = {
            ".".join(path.relative_to(package).parent.parts)
            for path in package.rglob("__init__.py")
        }
        assert rooms - {""} <= set(house.ROOMS)
        assert [
            room for room in house.ROOMS if "." not in room
        ] == house.layers()


class TestRecords:
    """Decision records: numbered, in one form, and on one page."""

    def test_they_are_numbered(self) -> None:
        numbers = [path.name[:4] for path in RECORDS]
        assert len(numbers) == len(set(numbers))

    @pytest.mark.parametrize("path", RECORDS, ids=lambda p: p.stem)
    def test_a_record_has_its_form(self, path: Path) -> None:
        lines = path.read_text("utf-8").splitlines()
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
        assert lines[0].startswith(f"# {int(path.name[:4])}. ")
        headings = [line for line in lines if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences"]
        assert len(lines) <= 70


def test_our_column_of_the_comparison_is_true(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "comparison", ROOT / "benchmarks" / "comparison.py"
    )
    assert spec
    assert spec.loader
    comparison = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(comparison)
    python = comparison.environment(tmp_path / "env")
    said, code = comparison.licensescan(tmp_path, python)
    page = (ROOT / "docs" / "comparison.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w ]+) \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    held = {name: cell for name, cell in rows if name in said}
    assert held == {name: said[name] for name in comparison.PACKAGES}
    assert f"| exit code | 0 | 1 | {code} |" in page


def test_each_promise_names_tests_that_are_there() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    rows = re.findall(
        r"^\| (?!promise|-)(.+?) \| (.+) \|$", page, re.MULTILINE
    )
    assert len(rows) >= 10
    for promise, cell in rows:
        named = re.findall(r"`([\w/.]+)::(\w+)`", cell)
        assert named, promise
        for path, test in named:
            text = (ROOT / path).read_text("utf-8")
            assert f"def {test}(" in text, (promise, test)
