"""
A wheel, judged without installing it: its directory, METADATA, license-like
members and the heads of its libraries.

Source: the binary distribution format specification (PEP 427), PEP 639
(license files), PEP 770 (SBOMs).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from licensescan.collect.formats.core_metadata import Metadata
from licensescan.collect.formats.makers import provenance_of
from licensescan.collect.formats.record import changed, compare, read_record
from licensescan.collect.python.info_folder import (
    disagreements,
    leads_outside,
    license_file,
    metadata_in,
    not_there,
    plain_version,
)
from licensescan.collect.survey.survey import survey
from licensescan.model.types import Component, IncompleteError, Problem, Purl
from licensescan.reader import Files, escapes, open_files
from licensescan.standards.purl import part_purl, purl
from licensescan.standards.requirements import canonical

_METADATA = re.compile(r"^([^/]+\.dist-info)/METADATA$")
_DATA = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")
_ENDINGS = re.compile(r"(?i)\.(?:dist-info|whl)$")


def matches(path: str) -> bool:
    """Return True for a file that is named like a wheel."""
    return path.lower().endswith(".whl") and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    Yield the one package that the wheel at `path` holds. Raises
    `IncompleteError` when it is no wheel.
    """
    try:
        yield read(open_files(path), os.path.basename(path))
    except IncompleteError as error:
        message = str(error)
        raise IncompleteError(
            message if path in message else f"{path}: {message}"
        ) from error


def components(files: Files, path: str) -> list[Component]:
    """
    Return the one package of the wheel whose members are `files`; none when it
    is no wheel. Never raises.
    """
    try:
        return [read(files, os.path.basename(path))]
    except IncompleteError:
        return []


def read(
    files: Files,
    name: str,
    *,
    partly: bool = False,
) -> Component:
    """
    Return the one package in `files`, a wheel that is called `name`. Raises
    `IncompleteError` when it is no wheel.

    With `partly`, source headers are left out and libraries are judged by
    their names: what is far away is dear.
    """
    paths = list(files.paths())
    infos = sorted(
        match[1] for path in paths if (match := _METADATA.match(path))
    )
    if not infos:
        raise IncompleteError(
            "no wheel: there is no METADATA in a .dist-info folder"
        )
    promised = _promised(name)
    info = _own_info(infos, promised)
    metadata = metadata_in(files, [f"{info}/METADATA"])
    identity = purl(
        "pypi",
        metadata.name or promised.name,
        metadata.version or promised.version,
    )
    licenses, license_problems = _license_files(files, info, metadata)
    copied = [other for other in infos if other != info]
    contents = survey(
        files,
        [
            p
            for p in paths
            if not p.startswith(tuple(f"{other}/" for other in copied))
        ],
        purl=identity,
        name=metadata.name or promised.name,
        licenses=licenses,
        prefix=_data_folder(paths),
        with_headers=not partly,
        natives_by_name=partly,
    )
    parts = [_vendored(files, paths, other, identity) for other in copied]
    problems = (
        *disagreements("the file is named", *promised, metadata, info),
        *disagreements(
            "the folder is named", *_promised(info), metadata, info
        ),
        *_record_problems(files, paths, info, licenses),
        *license_problems,
        *metadata.problems,
        *contents.problems,
        *files.problems,
    )
    return Component(
        purl=identity,
        name=metadata.name or promised.name,
        version=metadata.version or promised.version,
        path=info,
        requires=metadata.requires,
        evidence=(*metadata.evidence, *contents.evidence),
        parts=(*parts, *contents.parts),
        left_out=tuple(contents.left_out),
        shipped=contents.shipped,
        problems=tuple(dict.fromkeys(problems)),
        is_empty=not problems
        and all(path.startswith(f"{info}/") for path in paths),
        provenance=provenance_of(metadata, None if partly else files, info),
    )


class _Promise(NamedTuple):
    """What the name of a wheel or .dist-info promises; `version` may be ""."""

    name: str
    version: str


def _promised(entry: str) -> _Promise:
    name, _, rest = _ENDINGS.sub("", entry).partition("-")
    return _Promise(name, rest.partition("-")[0])


def _own_info(infos: Sequence[str], promised: _Promise) -> str:
    """
    Return the .dist-info that the file's name promises, else one with the
    right project, else the first.
    """
    project, version = (
        canonical(promised.name),
        plain_version(promised.version),
    )
    fitting = [i for i in infos if canonical(_promised(i).name) == project]
    exact = [
        i for i in fitting if plain_version(_promised(i).version) == version
    ]
    return (exact or fitting or infos)[0]


def _record_problems(
    files: Files, paths: Sequence[str], info: str, licenses: Sequence[str]
) -> Iterator[Problem]:
    """Yield what RECORD and the members of the wheel say differently."""
    rows, problems = read_record(files, info, needed=True)
    yield from problems or compare(rows, paths, info)
    yield from changed(files, rows, (f"{info}/METADATA", *licenses), info)


def _data_folder(paths: Sequence[str]) -> str:
    """
    Return the folder of `.data` that is unpacked onto the top, where most of
    an old wheel's files may stand; "" when there is none.
    """
    counts = Counter(
        match[0] for path in paths if (match := _DATA.match(path))
    )
    return max(
        counts,
        key=lambda folder: counts[folder],
        default="",
    )


def _license_files(
    files: Files, info: str, metadata: Metadata
) -> tuple[list[str], list[Problem]]:
    """
    Return where the files named by License-File are, and a problem for each
    that is not there.
    """
    paths: list[str] = []
    problems: list[Problem] = []
    for named in metadata.license_files:
        path = license_file(files, info, named)
        if path is not None:
            paths.append(path)
        elif escapes(named):
            problems.append(leads_outside(info, named, "wheel"))
        else:
            problems.append(not_there(info, named))
    return paths, problems


def _vendored(
    files: Files,
    paths: Sequence[str],
    info: str,
    whole: Purl,
) -> Component:
    """
    Return a second .dist-info at the top as a part: a package copied in whole,
    on its own terms.
    """
    metadata = metadata_in(files, [f"{info}/METADATA"])
    name = metadata.name or _promised(info).name
    licenses, license_problems = _license_files(files, info, metadata)
    contents = survey(
        files,
        [path for path in paths if path.startswith(f"{info}/")],
        purl=purl("pypi", name, metadata.version),
        name=metadata.name,
        licenses=licenses,
        with_natives=False,
    )
    problems = (*license_problems, *metadata.problems, *contents.problems)
    return Component(
        purl=part_purl(whole, info),
        name=name,
        version=metadata.version,
        relation="vendored",
        path=info,
        evidence=(*metadata.evidence, *contents.evidence),
        parts=tuple(contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(dict.fromkeys(problems)),
    )
