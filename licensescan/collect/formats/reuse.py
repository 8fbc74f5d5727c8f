"""
Read REUSE.toml, which gives files the license that they do not state
themselves (REUSE specification 3.3, chapter "REUSE.toml").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from licensescan.base import toml
from licensescan.standards.spdx_text import has_choice, joined

_STARS = re.compile(r"\\.|\*\*|\*|[^*\\]+|\\")
_WILD = {"**": ".*", "*": "[^/]*"}


@dataclass(frozen=True)
class Annotation:
    """
    The license of the files whose paths, from the folder of the list, one of
    the patterns matches.
    """

    patterns: tuple[str, ...]
    license: str

    @cached_property
    def _expressions(self) -> list[re.Pattern[str]]:
        return [re.compile(_expression(glob)) for glob in self.patterns]

    def covers(self, path: str) -> bool:
        """Return True if the annotation is about the file at `path`."""
        return any(e.fullmatch(path) for e in self._expressions)


def read_reuse(data: bytes, label: str) -> list[Annotation]:
    """
    Return the annotations that state a license, in order: the last that covers
    a file counts. Raises `ValueError` for what is no such list.
    """
    tables = toml.loads(data, label=label).get("annotations", [])
    if not isinstance(tables, list):
        raise ValueError(f"{label}: annotations are no list of tables")
    return list(_annotations(tables))


def _annotations(tables: Iterable[Any]) -> Iterator[Annotation]:
    for table in tables:
        fields = table if isinstance(table, dict) else {}
        licenses = _strings(fields.get("SPDX-License-Identifier"))
        patterns = _strings(fields.get("path"))
        if licenses and patterns:
            yield Annotation(patterns, _all_of(licenses))


def _all_of(licenses: Sequence[str]) -> str:
    """Return the expression of licenses that hold together."""
    if len(licenses) == 1:
        return licenses[0]
    return joined(
        "AND", (f"({name})" if has_choice(name) else name for name in licenses)
    )


def _strings(value: object) -> tuple[str, ...]:
    """Return the strings of a field that holds one or a list of them."""
    values = value if isinstance(value, list) else [value]
    return tuple(v.strip() for v in values if isinstance(v, str) and v.strip())


def _expression(glob: str) -> str:
    r"""
    Return the regular expression of a path with stars; `\*` is a star itself.
    """
    return "".join(
        _WILD.get(piece) or re.escape(piece.removeprefix("\\") or piece)
        for piece in _STARS.findall(glob)
    )
