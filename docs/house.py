#!/usr/bin/env python3
"""
Draw the map of the house from the imports of the code: `python docs/house.py`
writes it into CONTRIBUTING.md. A test compares them.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "licensescan"
PAGE = ROOT / "CONTRIBUTING.md"
START, END = "<!-- house: written by docs/house.py -->\n", "<!-- /house -->\n"

ROOMS = {
    "cli": "commands, printing, exit codes",
    "fleet": "thousands of targets in a store",
    "pipeline": "the line: targets -> report",
    "collect": "targets -> components",
    "collect.python": "environments, wheels, sdists, conda, lock files",
    "collect.trees": "source trees, npm, Debian packages",
    "collect.models": "models and data sets: caches, folders, code",
    "collect.images": "layers, file systems, what is installed in them",
    "collect.survey": "what any tree of files holds",
    "collect.formats": "bytes of one format -> fields and evidence",
    "collect.binaries": "ELF, PE, Mach-O",
    "conclude": "evidence -> conclusions, parts",
    "report": "report -> text, one module a form",
    "report.html": "one page for lawyers",
    "classifier": "text -> licenses, clauses, terms",
    "classifier.names": "what people write in fields -> SPDX",
    "classifier.clauses": "what a text provides",
    "classifier.statements": "who is said to be under what",
    "classifier.identify": "which known texts stand there",
    "classifier.document": "plain text and sentences",
    "judge": "conclusions x policy -> findings",
    "rulebook": "rules/ as typed tables",
    "resolver": "who requires whom",
    "cache": "texts by content, whole answers",
    "standards": "SPDX, purl, requirements",
    "reader": "every byte of a target is read here",
    "base": "TOML, schemas, lazy patterns, our data",
    "model": "the values that flow, the errors",
}
"""What each package and sub-package is for, in a few words."""


def drawing() -> str:
    """
    Return the map: a row for each package in the order of its layer, with a
    mark under the number of each package that it imports.
    """
    tops = layers()
    uses = imports()
    pad = max(len(label(room)) for room in ROOMS) + 1
    words = max(len(text) for text in ROOMS.values()) + 1
    numbers = " ".join(f"{number:>2}" for number in range(1, len(tops) + 1))
    rows = [f"{'imports':>{pad + words + 4}} {numbers}"]
    for room, text in ROOMS.items():
        head = f"{label(room):{pad}} {text:{words}}"
        if room in tops:
            number = tops.index(room)
            marks = " ".join(mark(room, other, uses) for other in tops)
            rows.append(f"{number + 1:>2} {head} {marks}".rstrip())
        else:
            rows.append(f"   {head}".rstrip())
    return "\n".join(rows) + "\n"


def mark(room: str, other: str, uses: dict[str, set[str]]) -> str:
    """Return the cell of `room` and `other`: itself, an import, or nothing."""
    if room == other:
        return " ."
    return " x" if other in uses[room] else "  "


def label(room: str) -> str:
    """Return what a package or a module at the top is called in the map."""
    parent, _, name = room.rpartition(".")
    is_file = (PACKAGE / f"{room}.py").exists()
    return f"{'  ' * bool(parent)}{name}{'.py' if is_file else '/'}"


def layers() -> list[str]:
    """
    Return the packages from the top layer to the ground, as import-linter
    holds them.
    """
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (rows,) = [
        contract["layers"]
        for contract in contracts["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    names = [name.strip() for row in rows for name in row.split(":")]
    return [name for name in names if name != "__main__"]


def imports() -> dict[str, set[str]]:
    """
    Return for each package at the top those that it imports, at any time.
    """
    found: dict[str, set[str]] = {name: set() for name in layers()}
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room in found:
            tree = ast.parse(path.read_text("utf-8"))
            found[room] |= set(_imported(tree)) - {room}
    return found


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "licensescan":
            names = [f"licensescan.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "licensescan" and len(parts) > 1:
                yield parts[1]


def page(text: str) -> str:
    """Return the page `text` with the map of today in it."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}```\n{drawing()}```\n{END}{after}"


def main() -> None:
    """Write the map into its page."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
