"""
The literal arguments of `setup(...)` in a setup.py, read as text and never run.

What is computed at run time stays unknown. A script in Python 2 does not parse; its
plain `key="value"` arguments are then found by their spelling.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SETUP = ("setup",)
_PLAIN = re.compile(
    r"(?m)(?:^|[(,{])\s*[\"']?(name|version|license|licence)[\"']?\s*[=:]\s*[rub]?([\"'])(.{0,200}?)\2\s*[,)\n]"
)
_CLASSIFIER = re.compile(r"[\"'](License ::[^\"'\n]+)[\"']")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCall:
    """What a setup.py passes to `setup`, "" and () for what is absent or computed."""

    name: str = ""
    version: str = ""
    license: str = ""
    classifiers: tuple[str, ...] = ()
    license_files: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


def read_setup(text: str) -> SetupCall:
    """The literal arguments of the `setup` call in `text`. Never raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _by_spelling(text)
    constants = dict(_assignments(tree))
    arguments: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in _SETUP:
            arguments.update(_arguments(node, constants))
    return SetupCall(
        name=_string(arguments.get("name"), constants),
        version=_string(arguments.get("version"), constants),
        license=_string(
            arguments.get("license") or arguments.get("licence"), constants
        ),
        classifiers=tuple(_classifiers(arguments.get("classifiers"), constants)),
        license_files=tuple(
            _literals(arguments.get("license_files"), constants)
            or _literals(arguments.get("license_file"), constants)
        ),
        requires=tuple(_literals(arguments.get("install_requires"), constants)),
    )


def _called(function: ast.expr) -> str:
    return (
        function.attr
        if isinstance(function, ast.Attribute)
        else function.id
        if isinstance(function, ast.Name)
        else ""
    )


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value


def _arguments(
    call: ast.Call, constants: Mapping[str, ast.expr]
) -> Iterator[tuple[str, ast.expr]]:
    """
    Keyword arguments, and those of a dictionary that is written out and passed with
    `**`.
    """
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
            continue
        given = keyword.value
        if isinstance(given, ast.Name):
            given = constants.get(given.id, given)
        if isinstance(given, ast.Dict):
            for key, value in zip(given.keys, given.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        elif isinstance(given, ast.Call) and _called(given.func) == "dict":
            yield from ((k.arg, k.value) for k in given.keywords if k.arg is not None)


def _string(node: ast.expr | None, constants: Mapping[str, ast.expr]) -> str:
    if isinstance(node, ast.Name):
        node = constants.get(node.id)
    return (
        node.value
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        else ""
    )


def _literals(node: ast.expr | None, constants: Mapping[str, ast.expr]) -> list[str]:
    if isinstance(node, ast.Name):
        node = constants.get(node.id)
    if isinstance(node, ast.List | ast.Tuple):
        return [text for item in node.elts if (text := _string(item, constants))]
    return [text] if (text := _string(node, constants)) else []


def _classifiers(
    node: ast.expr | None, constants: Mapping[str, ast.expr]
) -> Iterator[str]:
    """
    The license classifiers among all strings of an expression: lists are built in many
    ways.
    """
    if node is None:
        return
    for inner in ast.walk(node):
        text = (
            _string(inner, constants)
            if isinstance(inner, ast.Constant | ast.Name)
            else ""
        )
        found = (
            [text]
            if text
            else _literals(inner, constants)
            if isinstance(inner, ast.Name)
            else []
        )
        for value in found:
            yield from (
                line.strip()
                for line in value.split("\n")
                if line.strip().startswith("License ::")
            )


def _by_spelling(text: str) -> SetupCall:
    found: dict[str, str] = {}
    start = re.search(r"\bsetup\s*\(", text)
    for match in _PLAIN.finditer(text, start.start() if start else 0):
        found.setdefault(match.group(1).replace("licence", "license"), match.group(3))
    return SetupCall(
        name=found.get("name", ""),
        version=found.get("version", ""),
        license=found.get("license", ""),
        classifiers=tuple(dict.fromkeys(_CLASSIFIER.findall(text))),
    )
