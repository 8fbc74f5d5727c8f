"""
What Python code imports, binds to one string and calls: modules and the code
cells of notebooks, parsed and never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from licensescan.reader import load_json

_MAGIC = re.compile(r"(?m)^([ \t]*)[%!?].*$")
"""A line of a notebook for IPython or the shell."""


@dataclass(slots=True)
class Module:
    """
    One module: what each name means after the imports, the strings that each
    name is bound to ("" for anything else), and all calls.
    """

    imported: dict[str, str] = field(default_factory=dict)
    bound: dict[str, set[str]] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    strings: list[tuple[str, int]] = field(default_factory=list)
    """What is written out and handed on, each with its line."""

    def add(self, node: ast.AST) -> None:
        """Take over what `node` says."""
        match node:
            case ast.Call():
                self.calls.append(node)
            case ast.Import():
                self._add_import(node)
            case ast.ImportFrom():
                self._add_import_from(node)
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, node.value)
            case ast.AnnAssign():
                self._bind(node.target, node.value)

    def dotted_name(self, node: ast.expr) -> str:
        """
        Return `torch.hub.load` for `hub.load` after `from torch import hub`; a
        call or subscript on the left stands for nothing.
        """
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            names.append(self.imported.get(node.id, node.id))
        return ".".join(reversed(names))

    def string(self, node: ast.expr | None) -> str:
        """
        Return the string that is written out at `node`, or the only one that
        the name there is bound to; else "".
        """
        if isinstance(node, ast.Name):
            strings = self.bound.get(node.id, {""})
            return next(iter(strings)) if len(strings) == 1 else ""
        return _constant(node)

    def _add_import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            if alias.asname:
                self.imported[alias.asname] = alias.name
            else:
                self.imported[top] = top

    def _add_import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name
            self.imported[name] = f"{node.module or ''}.{alias.name}"

    def _bind(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.bound.setdefault(target.id, set()).add(_constant(value))


def _constant(node: ast.expr | None) -> str:
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def parse_module(text: str) -> Module | None:
    """Return what a module says, or None for what is no Python 3."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    module = Module()
    for node in ast.walk(tree):
        module.add(node)
    module.strings.extend(_handed_on(tree))
    return module


def _handed_on(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """
    Yield the strings of a tree but for those that are only compared with or
    looked up (keys, sets, patterns), and docstrings.
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Constant(value=str(text)):
                yield text, node.lineno
            case ast.Expr(value=ast.Constant()) | ast.Compare() | ast.Set():
                pass
            case ast.Dict():
                waiting.extend(node.values)
            case ast.Subscript():
                waiting.append(node.value)
            case ast.match_case():
                waiting.extend(node.body)
            case _:
                waiting.extend(ast.iter_child_nodes(node))


def code_cells(notebook: bytes) -> Iterator[tuple[str, str]]:
    """
    Yield the Python of each code cell of a Jupyter notebook (nbformat, "Code
    cells"), and its lines for IPython and the shell. Raises `ValueError` for
    what is no JSON.
    """
    document = load_json(notebook)
    cells = document.get("cells") if isinstance(document, Mapping) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, Mapping) and cell.get("cell_type") == "code":
            source = _source(cell.get("source"))
            commands = (m[0].strip() for m in _MAGIC.finditer(source))
            shell = "\n".join(line.lstrip("%!? ") for line in commands)
            yield _MAGIC.sub(r"\1pass", source), shell


def _source(source: object) -> str:
    """Return the source of a cell, which is a string or a list of lines."""
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return str(source or "")
