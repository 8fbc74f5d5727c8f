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

_NOTICES = b"Third-party notices\n\nThis product contains or is used with the"
_MARKS = {
    "": (_NOTICES,),
    "txt": (
        _NOTICES,
        b"\nprofile      ",
        "\n프로필       ".encode(),
        b"::error file=",
        b"::warning file=",
    ),
    "html": (b'<meta name="generator" content="licensescan',),
    "md": (b"**licensescan", _NOTICES),
    "sarif": (b'"name": "licensescan"',),
    "json": (
        b'"name": "licensescan"',
        b'"Tool: licensescan-',
        b'"fingerprint": "d-',
    ),
    "jsonld": (b'"name": "licensescan"',),
    "xml": (b'<testsuites name="licensescan"',),
    "csv": (b"component,part,version,kind,declared,detected,concluded",),
}
"""What the head of a report holds, by its ending."""


def own_reports(files: Files, paths: Sequence[str]) -> Iterator[str]:
    """Yield those of `paths` that are reports which licensescan has written."""
    for path in paths:
        marks = _MARKS.get(suffix(path), ())
        if marks and path.count("/") <= _DEEPEST and _has(files, path, marks):
            yield path


def _has(files: Files, path: str, marks: Sequence[bytes]) -> bool:
    try:
        head = files.read(path, _HEAD).data[:_HEAD]
    except ReadError:
        return False
    return any(mark in head for mark in marks)
