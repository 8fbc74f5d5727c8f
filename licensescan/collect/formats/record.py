"""
Read RECORD, the list of a distribution's files, and note the faults of the
list.
"""

from __future__ import annotations

import csv
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from licensescan.model.kinds import RuleId
from licensescan.model.types import Problem
from licensescan.reader import RECORD_BYTES, Files, ReadError, decode

WRITERS = ("pip", "uv", "poetry", "pdm", "pipx", "hatch")
"""
Installers that always write a RECORD; distributors (conda, debian) take it
away (PEP 627).
"""

_QUOTED = 80
"""Characters of a bad row that a message quotes."""


def read_record(
    files: Files, info: str, *, needed: bool
) -> tuple[dict[str, str], list[Problem]]:
    """
    Return the paths that the RECORD in the folder `info` lists, as they stand
    there, with their hashes; and the faults of the list.

    Never raises. Rows are `path,hash,size` (the recording installed projects
    specification); a list that is missing although it is `needed`, empty, cut,
    doubled or no list at all is a `metadata-invalid` problem.
    """
    path = f"{info}/RECORD"
    try:
        read = files.read(path, RECORD_BYTES)
    except ReadError as error:
        is_missing = error.problem.rule == RuleId.EVIDENCE_MISSING
        if is_missing and not needed:
            return {}, []
        return {}, [_invalid(path, error.problem.message)]
    text = decode(read.data).text
    if not text.strip():
        return {}, [_invalid(path, "lists nothing")]
    rows = _rows(text)
    faults = []
    if read.truncated:
        faults.append(f"{read.size} bytes: only parts of it were read")
    if "\0" in text:
        faults.append("null bytes in the list")
    faults += rows.faults()
    return rows.hashes, [_invalid(path, fault) for fault in faults]


@dataclass(slots=True)
class _Rows:
    """
    The rows of a RECORD: the hash of each path, bad rows, and paths met again.
    """

    hashes: dict[str, str] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the rows."""
        if self.odd:
            first = self.odd[0][:_QUOTED]
            yield f"{len(self.odd)} rows are not path,hash,size; first: {first!r}"
        if self.twice:
            count = len(set(self.twice))
            yield f"lists {count} files more than once, first: {self.twice[0]}"


def _rows(text: str) -> _Rows:
    rows = _Rows()
    hashes = rows.hashes
    for row in _cells(text, rows.odd):
        if len(row) < 3:
            rows.odd.append(",".join(row))
            continue
        if row[0] in hashes:
            rows.twice.append(row[0])
        hashes[row[0]] = row[1]
    return rows


def _cells(text: str, odd: list[str]) -> Iterator[list[str]]:
    """
    Yield the cells of each row; `odd` takes the error that ends the list
    early.
    """
    # Only a quoted row needs the csv module: 3 times the cost of a split, on
    # 113,000 rows.
    if '"' not in text:
        yield from (line.rsplit(",", 2) for line in text.split("\n") if line)
        return
    lines = text.splitlines(keepends=True)
    try:
        yield from filter(None, csv.reader(lines, strict=True))
    except csv.Error as error:
        odd.append(str(error))


def changed(
    files: Files, rows: Mapping[str, str], paths: Iterable[str], info: str
) -> list[Problem]:
    """
    Return a problem for each of `paths` that has other bytes than RECORD has
    the sha256 of; a file that cannot be read is reported elsewhere.
    """
    record = f"{info}/RECORD"
    return [
        _invalid(record, f"{path} is not the file that was recorded")
        for path in paths
        if _is_changed(files, path, rows.get(path, ""))
    ]


def _is_changed(files: Files, path: str, recorded: str) -> bool:
    kind, _, expected = recorded.partition("=")
    if kind != "sha256" or not expected:
        return False
    try:
        read = files.read(path)
    except ReadError:
        return False
    digest = urlsafe_b64encode(hashlib.sha256(read.data).digest())
    is_same = digest.rstrip(b"=").decode() == expected.rstrip("=")
    return not is_same and not read.truncated


def compare(
    listed: Iterable[str], present: Sequence[str], info: str
) -> list[Problem]:
    """
    Return the differences between a wheel's RECORD and its members; signatures
    of the RECORD itself need no row (PEP 427).
    """
    record = f"{info}/RECORD"
    free = {record, f"{record}.jws", f"{record}.p7s"}
    unlisted = set(present) - set(listed) - free
    missing = set(listed) - set(present) - free
    problems = []
    if unlisted:
        first = min(unlisted)
        message = (
            f"does not list {len(unlisted)} files of the wheel, first: {first}"
        )
        problems.append(_invalid(record, message))
    if missing:
        first = min(missing)
        message = (
            f"lists {len(missing)} files that are not there, first: {first}"
        )
        problems.append(_invalid(record, message))
    return problems


def _invalid(path: str, message: str) -> Problem:
    return Problem(
        rule=RuleId.METADATA_INVALID,
        path=path,
        message=f"RECORD: {message}",
    )
