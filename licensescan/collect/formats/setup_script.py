"""
Read the literal arguments of `setup(...)` in a setup.py as text: it is never
run.

Values that are computed at run time stay unknown. A script in Python 2 does
not parse; its plain `key="value"` arguments are then found by their spelling.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_SETUP = ("setup",)
_PLAIN = re.compile(
    r"(?m)(?:^|[(,{])\s*[\"']?(name|version|license|licence)[\"']?\s*[=:]\s*[rub]?([\"'])(.{0,200}?)\2\s*[,)\n]"
)
_CLASSIFIER = re.compile(r"[\"'](License ::[^\"'\n]+)[\"']")


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class SetupCall:
    """
    What a setup.py passes to `setup`; "" and () for what is absent or
    computed.
    """

    name: str = ""
    version: str = ""
    license: str = ""
    classifiers: tuple[str, ...] = ()
    license_files: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


def read_setup(text: str) -> SetupCall:
    """
    Return the literal arguments of the `setup` call in `text`. Never raises.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _by_spelling(text)
    script = _Script(dict(_assignments(tree)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in _SETUP:
            script.arguments.update(script.arguments_of(node))
    return SetupCall(
        name=script.string("name"),
        version=script.string("version"),
        license=script.string("license", "licence"),
        classifiers=tuple(script.classifiers()),
        license_files=script.strings("license_files")
        or script.strings("license_file"),
        requires=script.strings("install_requires"),
    )


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that the module itself assigns, each with its value."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value


@dataclass(frozen=True, slots=True)
class _Script:
    """The constants of a script, and the arguments of its `setup` call."""

    constants: Mapping[str, ast.expr]
    arguments: dict[str, ast.expr] = field(default_factory=dict)

    def arguments_of(self, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
        """
        Yield keyword arguments, and those of a dictionary that is written out
        and passed with `**`.
        """
        for keyword in call.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword.value
            else:
                yield from _items(self._value(keyword.value))

    def string(self, *names: str) -> str:
        """Return the argument of the first of these names that is there."""
        return self._string(self._argument(*names))

    def strings(self, name: str) -> tuple[str, ...]:
        """Return an argument that is a string or a list of them."""
        return tuple(self._literals(self._argument(name)))

    def classifiers(self) -> Iterator[str]:
        """
        Yield the license classifiers among all strings of the argument: lists
        are built in many ways.
        """
        argument = self._argument("classifiers")
        for node in ast.walk(argument) if argument else ():
            for text in self._texts_of(node):
                yield from _license_classifiers(text.split("\n"))

    def _argument(self, *names: str) -> ast.expr | None:
        nodes = (self.arguments.get(name) for name in names)
        return next((node for node in nodes if node is not None), None)

    def _value(self, node: ast.expr) -> ast.expr:
        """Return the constant that a name stands for, or the node itself."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id, node)
        return node

    def _string(self, node: ast.expr | None) -> str:
        value = self._value(node) if node else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
        return ""

    def _literals(self, node: ast.expr | None) -> list[str]:
        value = self._value(node) if node else None
        items = (
            value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
        )
        return [text for text in map(self._string, items) if text]

    def _texts_of(self, node: ast.AST) -> list[str]:
        """Return the strings of a constant or a name."""
        if isinstance(node, ast.Name):
            return self._literals(node)
        if isinstance(node, ast.Constant):
            return [self._string(node)]
        return []


def _items(given: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield the items of a dictionary that is written out."""
    if isinstance(given, ast.Dict):
        for key, value in zip(given.keys, given.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(given, ast.Call) and _called(given.func) == "dict":
        for keyword in given.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword.value


def _license_classifiers(lines: Iterable[str]) -> Iterator[str]:
    for line in map(str.strip, lines):
        if line.startswith("License ::"):
            yield line


def _by_spelling(text: str) -> SetupCall:
    """
    Return the plain `key="value"` arguments of a script that does not parse.
    """
    values: dict[str, str] = {}
    start = re.search(r"\bsetup\s*\(", text)
    for match in _PLAIN.finditer(text, start.start() if start else 0):
        values.setdefault(match[1].replace("licence", "license"), match[3])
    return SetupCall(
        name=values.get("name", ""),
        version=values.get("version", ""),
        license=values.get("license", ""),
        classifiers=tuple(dict.fromkeys(_CLASSIFIER.findall(text))),
    )
