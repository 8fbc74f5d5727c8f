"""
Reports of licensescan that lie in the user's own project: they quote the terms
of everything that was judged, and are no part of what is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licensescan.collect.survey.file_roles import suffix
from licensescan.reader import Files, ReadError

_HEAD = 2048
_DEEPEST = 3
"""Folders below the project's own in which a report is looked for."""

_BEGINNINGS = {
    "html": (
        b"<!DOCTYPE html>",
        b'<meta name="generator" content="licensescan',
    ),
    "md": (b"**licensescan", b""),
    "sarif": (b"{", b'"name": "licensescan"'),
    "json": (b"{", b'"name": "licensescan"'),
    "xml": (b"<?xml", b'<testsuites name="licensescan"'),
    "csv": (b"component,part,", b""),
    "spdx": (b"{", b"Tool: licensescan"),
}
"""How a file begins, by its ending, and what its head holds."""


def own_reports(files: Files, paths: Sequence[str]) -> Iterator[str]:
    """Yield those of `paths` that are reports which licensescan has written."""
    for path in paths:
        begins = _BEGINNINGS.get(suffix(path))
        if begins and path.count("/") <= _DEEPEST and _is(files, path, begins):
            yield path


def _is(files: Files, path: str, begins: tuple[bytes, bytes]) -> bool:
    try:
        head = files.read(path, _HEAD).data[:_HEAD]
    except ReadError:
        return False
    first, inside = begins
    return head.lstrip().startswith(first) and inside in head
