#!/usr/bin/env python3
"""
Measure how dense the code is: tokens a code line and branches per 100 code
lines, for each package below a folder.

    python benchmarks/density.py licensescan
    python benchmarks/density.py licensescan --most-tokens 7.5 --most-branches 25

Docstrings, comments and blank lines do not count. A branch is an `if`, a loop,
a handler, a case, a ternary, an `and` or `or`, a comprehension or its
condition. With limits, exits with 1 when the whole is above one of them.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass
class Density:
    """What was counted."""

    lines: int = 0
    tokens: int = 0
    branches: int = 0

    def add(self, other: Density) -> None:
        """Add the counts of `other`."""
        self.lines += other.lines
        self.tokens += other.tokens
        self.branches += other.branches

    def row(self, name: str) -> str:
        """Return the row of the table for `name`."""
        lines = max(self.lines, 1)
        return f"{name:24} {self.lines:6} {self.tokens / lines:7.2f} {100 * self.branches / lines:7.1f}"


def density(source: str) -> Density:
    """Return the counts of one module."""
    tree = ast.parse(source)
    documented = set(_docstring_lines(tree))
    found = Density(branches=sum(_branches(node) for node in ast.walk(tree)))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in LAYOUT or token.start[0] in documented:
            continue
        found.tokens += 1
        lines.update(range(token.start[0], token.end[0] + 1))
    found.lines = len(lines)
    return found


def _docstring_lines(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(
                statement.value, ast.Constant
            ):
                yield from range(
                    statement.lineno, (statement.end_lineno or 0) + 1
                )


def _branches(node: ast.AST) -> int:
    match node:
        case (
            ast.If()
            | ast.For()
            | ast.While()
            | ast.IfExp()
            | ast.ExceptHandler()
        ):
            return 1
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.Match():
            return len(node.cases)
    return 0


def main() -> int:
    """Print the table and hold the whole against the limits."""
    parser = argparse.ArgumentParser(
        description="Measure how dense the code is."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most-tokens", type=float, default=float("inf"))
    parser.add_argument("--most-branches", type=float, default=float("inf"))
    given = parser.parse_args()
    packages: dict[str, Density] = {}
    whole = Density()
    for path in sorted(given.folder.rglob("*.py")):
        found = density(path.read_text("utf-8"))
        packages.setdefault(
            str(path.relative_to(given.folder).parent), Density()
        ).add(found)
        whole.add(found)
    print(f"{'package':24} {'lines':>6} {'tokens':>7} {'branches':>7}")
    for name, found in packages.items():
        print(found.row(name))
    print(whole.row("all"))
    too_many = whole.tokens / whole.lines > given.most_tokens
    return int(
        too_many or 100 * whole.branches / whole.lines > given.most_branches
    )


if __name__ == "__main__":
    sys.exit(main())
