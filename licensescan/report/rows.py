"""
JSON of which each item of a list is a line: a person finds a row, and a diff
of two reports shows what changed.

The standard library's fast encoder knows no indentation: an indented report of
428 packages took 0.4 s, this 0.05 s.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard


class Written(str):
    """A value that is JSON already."""

    __slots__ = ()


def dumps(value: object) -> str:
    """
    Return JSON in ASCII: control, bidi and undecodable characters stay escapes
    wherever the text ends up.
    """
    if isinstance(value, Written):
        return value
    return json.dumps(value, ensure_ascii=True)


def laid_out_list(documents: Iterable[Mapping[str, object]]) -> str:
    """Return a list of objects, each as `laid_out` writes it."""
    items = ",\n".join(laid_out(document, " ") for document in documents)
    return f"[\n{items}\n]"


def laid_out(document: Mapping[str, object], margin: str = "") -> str:
    """
    Return an object with one key a line, and one item a line in those of its
    lists that have any. An iterator stands for a list of which only one item
    at a time is there.
    """
    rows = []
    for key, value in document.items():
        text = _listed(value, margin) if _is_list(value) else dumps(value)
        rows.append(f"{margin} {dumps(key)}: {text}")
    return f"{margin}{{\n" + ",\n".join(rows) + f"\n{margin}}}"


def _is_list(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, list | Iterator)


def _listed(values: Iterable[object], margin: str) -> str:
    items = list(map(dumps, values))
    if not items:
        return "[]"
    inner = f",\n{margin}  ".join(items)
    return f"[\n{margin}  {inner}\n{margin} ]"
