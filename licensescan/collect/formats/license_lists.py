"""
Read lists of licenses in JSON: what npm's license plugins, license-checker,
webpack and `cgmanifest.json` write beside bundled code.

None of them has a specification: an entry is an object that has a license
under one of the usual keys, wherever it stands; its name is one of its own or
the key of the entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from licensescan.reader import load_json

_LICENSE = (
    "licenseid",
    "license",
    "licenses",
    "licensedeclared",
    "spdx",
    "licensetype",
)
_NAME = (
    "name",
    "packagename",
    "package",
    "title",
    "module",
    "library",
    "component",
)
_ADDRESS = ("name", "repositoryurl", "downloadurl", "url", "id")
"""
What an object calls the thing that it describes, the best first: a component
of `cgmanifest.json` has its name one level down, under its kind.
"""

_DEPTH = 12
"""Levels of a list that are gone through."""

_LONGEST = 200
"""Characters of a name of a license; a longer value is a text."""


class Listed(NamedTuple):
    """
    An entry of a list: the name of a thing, and its license as it stands
    there, or the text of it.
    """

    name: str
    license: str
    text: str = ""


def read_license_list(data: bytes) -> list[Listed]:
    """
    Return the entries of the list in `data`. Raises `ValueError` for what is
    no JSON or has more levels than are gone through.
    """
    return list(_entries(load_json(data), "", 0))


def _entries(value: object, key: str, depth: int) -> Iterator[Listed]:
    _check_depth(value, depth)
    if isinstance(value, list):
        for item in value:
            yield from _entries(item, "", depth + 1)
    if not isinstance(value, dict):
        return
    fields = {str(name).lower(): field for name, field in value.items()}
    license_ = next(
        filter(None, (_name_of(fields.get(k)) for k in _LICENSE)), ""
    )
    text = "" if license_ else _text_of(fields)
    if license_ or text:
        if fields.get("developmentdependency") is True:
            return
        name = next(
            filter(None, (_title_of(fields.get(k)) for k in _NAME)), key
        )
        yield Listed(name, license_, text)
        return
    for name, item in value.items():
        yield from _entries(item, str(name), depth + 1)


def _check_depth(value: object, depth: int) -> None:
    if depth > _DEPTH and isinstance(value, list | dict):
        raise ValueError(f"more than {_DEPTH} levels")


def _text_of(fields: Mapping[str, object]) -> str:
    """Return the text that stands where a license is named, else ""."""
    values = (fields.get(key) for key in _LICENSE)
    long = (v for v in values if isinstance(v, str) and len(v) > _LONGEST)
    return next(long, "")


def _title_of(value: object, depth: int = 0) -> str:
    """Return what a thing is called: a string, or what its object has."""
    if not isinstance(value, dict) or depth > 1:
        return _name_of(value) if isinstance(value, str) else ""
    fields = {str(name).lower(): field for name, field in value.items()}
    named = (_name_of(fields.get(k)) for k in _ADDRESS)
    inner = (_title_of(field, depth + 1) for field in value.values())
    nested = (
        title
        for field, title in zip(value.values(), inner, strict=True)
        if isinstance(field, dict)
    )
    return next(filter(None, (*named, *nested)), "")


def _name_of(value: object) -> str:
    """
    Return the name that a field holds: a string, an object with one, or
    several.
    """
    if isinstance(value, str):
        return value.strip() if len(value) <= _LONGEST else ""
    if isinstance(value, dict):
        fields = {str(name).lower(): field for name, field in value.items()}
        keys = ("id", "spdx", "type", "name")
        return next(filter(None, (_name_of(fields.get(k)) for k in keys)), "")
    if isinstance(value, list):
        names = list(filter(None, map(_name_of, value)))
        return ", ".join(names)
    return ""
