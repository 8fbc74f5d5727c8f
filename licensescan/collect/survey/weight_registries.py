"""
Registries of weights in packages: what timm's configurations or Coqui's table say of
each model's license.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from licensescan.collect.formats import model_card as cards
from licensescan.reader import Files, ReadError, decode
from licensescan.rulebook.model_families import Registry

_ENTRY = re.compile(
    r"[\"']([\w.\-/]{2,120})[\"']\s*:\s*_?\w+\(|\blicense\s*=\s*[\"']([^\"'\n]{2,80})[\"']"
)
_SOURCE_BYTES = 2 << 20


@dataclass(frozen=True, slots=True)
class Listed:
    """
    One entry of a registry: the id of its weights, their license, and where that
    stands.
    """

    name: str
    license: str
    path: str
    line: int


def entries(files: Files, paths: Sequence[str], registry: Registry) -> Iterator[Listed]:
    """
    The entries of `registry` in those of `paths` that belong to it.

    A registry in Python is read as text, never run: an entry's key, then `license=`
    among the arguments of its call.
    """
    folder, _, base = registry.files.rpartition("/")
    for path in paths:
        if path.rpartition("/")[0] != folder or not fnmatchcase(
            path.rsplit("/", 1)[-1], base
        ):
            continue
        try:
            data = files.read(path, _SOURCE_BYTES).data
        except ReadError:
            continue  # the survey of the package tells what cannot be read
        if base.endswith(".json"):
            yield from (
                Listed(registry.shape.format(n), said, path, 1)
                for n, said in cards.licensed(data)
            )
        elif b"license=" in data:
            text, name = decode(data).text, ""
            for found in _ENTRY.finditer(text):
                if found[1]:
                    name = found[1]
                elif name:
                    line = text.count("\n", 0, found.start()) + 1
                    yield Listed(registry.shape.format(name), found[2], path, line)
