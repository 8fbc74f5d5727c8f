"""
RECORD, the list of a distribution's files: which they are, and what is wrong with the
list.
"""

from __future__ import annotations

import csv
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence

from licensescan.model.kinds import RuleId
from licensescan.model.types import Problem
from licensescan.reader import RECORD_BYTES, Files, ReadError, decode

WRITERS = ("pip", "uv", "poetry", "pdm", "pipx", "hatch")
"""
Installers that always write a RECORD; distributors (conda, debian) take it away (PEP
627).
"""


def read_record(
    files: Files, info: str, *, needed: bool
) -> tuple[dict[str, str], list[Problem]]:
    """
    The paths that the RECORD in the folder `info` lists, as they stand there, with
    their hashes; and what is wrong.

    Never raises. Rows are `path,hash,size` (the recording installed projects
    specification); a list that is missing although it is `needed`, empty, cut, doubled
    or no list at all is a `metadata-invalid` problem.
    """
    path = f"{info}/RECORD"
    try:
        read = files.read(path, RECORD_BYTES)
    except ReadError as error:
        missing = error.problem.rule == RuleId.EVIDENCE_MISSING
        return {}, [
            _wrong(path, error.problem.message)
        ] if needed or not missing else []
    problems = (
        [_wrong(path, f"{read.size} bytes: only parts of it were read")]
        if read.truncated
        else []
    )
    text = decode(read.data).text
    if not text.strip():
        return {}, [_wrong(path, "lists nothing")]
    if "\0" in text:
        problems.append(_wrong(path, "null bytes in the list"))
    odd: list[str] = []
    twice: list[str] = []
    rows: dict[str, str] = {}
    # Only a quoted row needs the csv module: 3 times the cost of a split, on 113,000
    # rows.
    for row in (
        _quoted(text, odd)
        if '"' in text
        else (line.rsplit(",", 2) for line in text.split("\n") if line)
    ):
        if len(row) < 3:
            odd.append(",".join(row))
            continue
        if row[0] in rows:
            twice.append(row[0])
        rows[row[0]] = row[1]
    if odd:
        problems.append(
            _wrong(
                path, f"{len(odd)} rows are not path,hash,size; first: {odd[0][:80]!r}"
            )
        )
    if twice:
        problems.append(
            _wrong(
                path, f"lists {len(set(twice))} files more than once, first: {twice[0]}"
            )
        )
    return rows, problems


def _quoted(text: str, odd: list[str]) -> Iterator[list[str]]:
    try:
        yield from filter(None, csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error as error:
        odd.append(str(error))


def changed(
    files: Files, rows: Mapping[str, str], paths: Iterable[str], info: str
) -> list[Problem]:
    """
    Which of `paths` are not the bytes that RECORD has the sha256 of; what cannot be
    read is told elsewhere.
    """
    wrong = []
    for path in paths:
        kind, _, said = rows.get(path, "").partition("=")
        if kind != "sha256" or not said:
            continue
        try:
            read = files.read(path)
        except ReadError:
            continue
        digest = (
            urlsafe_b64encode(hashlib.sha256(read.data).digest()).rstrip(b"=").decode()
        )
        if not read.truncated and digest != said.rstrip("="):
            wrong.append(path)
    return [
        _wrong(f"{info}/RECORD", f"{path} is not the file that was recorded")
        for path in wrong
    ]


def compare(listed: Iterable[str], present: Sequence[str], info: str) -> list[Problem]:
    """
    What a wheel's RECORD and its members say differently; signatures of the RECORD
    itself need no row (PEP 427).
    """
    free = {f"{info}/RECORD", f"{info}/RECORD.jws", f"{info}/RECORD.p7s"}
    more, less = set(present) - set(listed) - free, set(listed) - set(present) - free
    path = f"{info}/RECORD"
    problems = (
        [
            _wrong(
                path,
                f"does not list {len(more)} files of the wheel, first: {min(more)}",
            )
        ]
        if more
        else []
    )
    return problems + (
        [
            _wrong(
                path, f"lists {len(less)} files that are not there, first: {min(less)}"
            )
        ]
        if less
        else []
    )


def _wrong(path: str, message: str) -> Problem:
    return Problem(
        rule=RuleId.METADATA_INVALID, path=path, message=f"RECORD: {message}"
    )
