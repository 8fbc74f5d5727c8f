"""
Read registries of weights in packages: what timm's configurations or Coqui's
table say of each model's license.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from licensescan.collect.formats import model_card
from licensescan.reader import Files, ReadError, decode, read_whole
from licensescan.rulebook.model_families import Registry

_ENTRY = re.compile(
    r"[\"']([\w.\-/]{2,120})[\"']\s*:\s*_?\w+\(|\blicense\s*=\s*[\"']([^\"'\n]{2,80})[\"']"
)
_SOURCE_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Listed:
    """
    One entry of a registry: the id of its weights, their license, and the line
    that says so.
    """

    name: str
    license: str
    path: str
    line: int


def entries(
    files: Files, paths: Sequence[str], registry: Registry
) -> Iterator[Listed]:
    """
    Yield the entries of `registry` in those of `paths` that belong to it.

    A registry in Python is read as text, never run: an entry's key, then
    `license=` among the arguments of its call. A file that cannot be read is
    left to the survey of the package, which reports it.
    """
    folder, _, pattern = registry.files.rpartition("/")
    for path in paths:
        path_folder, _, name = path.rpartition("/")
        if path_folder != folder or not fnmatchcase(name, pattern):
            continue
        try:
            data = read_whole(files, path, _SOURCE_BYTES)
        except ReadError:
            continue
        for key, value, line in _rows(data, is_json=pattern.endswith(".json")):
            yield Listed(registry.shape.format(key), value, path, line)


def _rows(data: bytes, *, is_json: bool) -> Iterator[tuple[str, str, int]]:
    """Yield key, license and line of each entry that states a license."""
    if not is_json:
        yield from _in_code(data)
        return
    for key, value in model_card.licensed(data):
        yield key, value, 1


def _in_code(data: bytes) -> Iterator[tuple[str, str, int]]:
    if b"license=" not in data:
        return
    text = decode(data).text
    key = ""
    for match in _ENTRY.finditer(text):
        if match[1]:
            key = match[1]
        elif key:
            line = text.count("\n", 0, match.start()) + 1
            yield key, match[2], line
