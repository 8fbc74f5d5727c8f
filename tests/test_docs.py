"""The generated pages are those that rules/ gives, and no page leads nowhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        ROOT / "benchmarks" / "README.md",
    ]
)


def generated() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location(
        "generate_docs", ROOT / "docs" / "generate.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages: dict[str, str] = module.pages()
    return pages


@pytest.mark.parametrize("name", ["rules.md", "profiles.md", "clauses.md"])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == generated()[name], (
        "run `make docs`"
    )


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


def test_the_architecture_page_names_every_module_and_none_that_is_gone() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page[
        page.index("| package |") : page.index("Sources and reports are plain")
    ]
    package = ROOT / "licensescan"
    named = set(re.findall(r"`([a-z]\w*(?:\.py|/))`", table))
    files = {p.name for p in package.glob("*.py") if not p.stem.startswith("__")}
    folders = {f"{p.name}/" for p in package.iterdir() if (p / "__init__.py").exists()}
    assert files | folders <= named
    assert {n for n in named if n.endswith(".py")} <= {
        p.name for p in package.rglob("*.py")
    }
