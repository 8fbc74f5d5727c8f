"""
What the top modules of a project say about its license: docstrings that grant
something, and `__license__`.

Single-module projects of the setup.py era hold their license nowhere else, and
below the first 2 KiB, where headers are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Evidence
from licensescan.reader import Files, ReadError, decode

_TOP_MODULE = re.compile(r"(?:[^/]+/)?__init__\.py|[^/]+\.py")
_DOCSTRING = re.compile(
    r"(?s)(?:[ \t]*#[^\n]*\n|\s*\n)*[rbuRBU]{0,2}(\"\"\"|\'\'\').*?\1"
)
_GRANT = re.compile(
    r"(?i)redistribution and use|permission is hereby granted|permission to use|licen[sc]ed under|under the terms of"
)
_WHOLE = re.compile(
    r"(?i)redistribution\s+and\s+use\s+in|permission\s+is\s+hereby\s+granted|permission\s+to\s+use,"
)
"""Words of a grant itself, which make a docstring a license text."""

_DUNDER = re.compile(r"(?m)^__licen[cs]e__\s*=\s*([\"\'])(.{1,200}?)\1")
_MODULE_BYTES = 32 << 10


def with_docstrings(
    files: Files,
    paths: Sequence[str],
    prefix: str,
    evidence: Sequence[Evidence],
) -> list[Evidence]:
    """
    Return `evidence` with what the top modules below `prefix` say, each in
    place of the header that was read of the same module.
    """
    said = [
        e
        for path in paths
        if _is_top(path, prefix)
        for e in _evidence(files, path)
    ]
    read_anew = {_source(e) for e in said}
    kept = [
        e
        for e in evidence
        if e.kind != EvidenceKind.SOURCE_HEADER or _source(e) not in read_anew
    ]
    return [*kept, *said]


def _source(evidence: Evidence) -> tuple[str, bool]:
    """
    Return the path, and True for a value that stands there rather than a text.
    """
    return evidence.path, evidence.text is None


def _is_top(path: str, prefix: str) -> bool:
    is_module = _TOP_MODULE.fullmatch(path.removeprefix(prefix)) is not None
    return is_module and not path.endswith("/setup.py")


def _evidence(files: Files, path: str) -> Iterator[Evidence]:
    try:
        text = decode(files.read_at(path, 0, _MODULE_BYTES)).text
    except ReadError:
        return
    match = _DOCSTRING.match(text)
    docstring = match[0] if match else ""
    if _GRANT.search(docstring):
        is_whole = _WHOLE.search(docstring) is not None
        yield Evidence(
            kind=EvidenceKind.LICENSE_FILE
            if is_whole
            else EvidenceKind.SOURCE_HEADER,
            path=path,
            text=docstring,
            lines=(1, docstring.count("\n") + 1),
        )
    dunder = _DUNDER.search(text)
    if dunder:
        line = text.count("\n", 0, dunder.start()) + 1
        yield Evidence(
            kind=EvidenceKind.SOURCE_HEADER,
            path=path,
            value=dunder[2],
            lines=(line, line),
        )
