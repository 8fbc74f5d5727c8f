"""
What the `.dist-info` or `.egg-info` folder of a distribution holds, whether it
is installed, in a wheel or vendored in one: metadata, license files, and
whether they agree with what the names of files promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from licensescan.collect.formats.core_metadata import Metadata, read_metadata
from licensescan.model.kinds import RuleId
from licensescan.model.types import Problem
from licensescan.reader import Files, ReadError
from licensescan.standards.requirements import canonical

_METADATA_BYTES = 2 << 20
_LICENSE_FOLDERS = ("licenses/", "", "license_files/", "LICENSES/")
"""
Where files named by License-File are: PEP 639's folder first, then older
habits.
"""


def metadata_in(files: Files, paths: Sequence[str]) -> Metadata:
    """
    Return the metadata in the first of `paths` that can be read. Where none
    can, or only in parts, a problem says so; never raises.
    """
    reason = "the file is not there"
    for path in paths:
        try:
            read = files.read(path, _METADATA_BYTES)
        except ReadError as error:
            reason = error.problem.message
            continue
        metadata = read_metadata(read.data, path)
        if not read.truncated:
            return metadata
        cut = Problem(
            rule=RuleId.EVIDENCE_TRUNCATED,
            path=path,
            message=f"{read.size} bytes: only the head and parts of the description were read",
        )
        return replace(metadata, problems=(cut, *metadata.problems))
    message = f"no metadata: {reason}"
    missing = Problem(
        rule=RuleId.METADATA_INVALID,
        path=paths[-1],
        message=message,
    )
    return Metadata(
        name="",
        version="",
        problems=(missing,),
    )


def disagreements(
    label: str, name: str, version: str, metadata: Metadata, info: str
) -> Iterator[Problem]:
    """
    Yield a problem for the name and for the version that the metadata say
    otherwise than the name of a file or folder; `label` says which ("the
    folder is named").
    """
    if metadata.name and name and canonical(metadata.name) != canonical(name):
        message = f"{label} {name}, the metadata says {metadata.name}"
        yield Problem(
            rule=RuleId.METADATA_INVALID,
            path=info,
            message=message,
        )
    if not metadata.version or not version:
        return
    if plain_version(metadata.version) != plain_version(version):
        message = (
            f"{label} {version}, the metadata says version {metadata.version}"
        )
        yield Problem(
            rule=RuleId.METADATA_INVALID,
            path=info,
            message=message,
        )


def plain_version(version: str) -> str:
    """
    Return a version without the differences of spelling that file names bring:
    `1.02+cu_1` and `1.2_cu.1` are one.
    """
    pieces = re.split(r"[-_.+!]", version.lower().removeprefix("v"))
    return ".".join(piece.lstrip("0") or "0" for piece in pieces)


def license_file(
    files: Files,
    info: str,
    named: str,
) -> str | None:
    """
    Return the path of the file that License-File calls `named`, or None. Old
    builds wrote where it was in their tree, and kept it by its last name.
    """
    names = dict.fromkeys((named, named.rsplit("/", 1)[-1]))
    places = (
        f"{info}/{folder}{n}" for folder in _LICENSE_FOLDERS for n in names
    )
    return next((path for path in places if files.has(path)), None)


def leads_outside(
    info: str,
    named: str,
    whole: str,
) -> Problem:
    """Return the problem of a License-File that leads out of the `whole`."""
    message = f"License-File names a file outside the {whole}: {named}; it was not read"
    return Problem(
        rule=RuleId.PATH_ESCAPE,
        path=info,
        message=message,
    )


def not_there(info: str, named: str) -> Problem:
    """Return the problem of a License-File that is not there."""
    message = f"License-File names {named}, which is not there"
    return Problem(
        rule=RuleId.EVIDENCE_MISSING,
        path=info,
        message=message,
    )
