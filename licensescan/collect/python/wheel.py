"""
A wheel, judged without installing it: its directory, METADATA, license-like members and
the heads of its libraries.

Source: the binary distribution format specification (PEP 427), PEP 639 (license files),
PEP 770 (SBOMs).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from licensescan.collect.formats.core_metadata import Metadata, read_metadata
from licensescan.collect.formats.record import changed, compare, read_record
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, IncompleteError, Problem
from licensescan.reader import Files, ReadError, escapes, open_files
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

_INFO = re.compile(r"^([^/]+\.dist-info)/METADATA$")
_DATA = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")
_LICENSE_PLACES = ("licenses/", "", "license_files/", "LICENSES/")


def matches(path: str) -> bool:
    """Whether the file is named like a wheel."""
    return path.lower().endswith(".whl") and os.path.isfile(path)


def collect(path: str) -> Iterator[Component]:
    """
    The one package that the wheel at `path` holds. Raises `IncompleteError` when it is
    no wheel.
    """
    try:
        yield read(open_files(path), os.path.basename(path))
    except IncompleteError as error:
        raise IncompleteError(
            str(error) if path in str(error) else f"{path}: {error}"
        ) from error


def read(files: Files, name: str, *, partly: bool = False) -> Component:
    """
    The one package in `files`, a wheel that is called `name`. Raises `IncompleteError`
    when it is no wheel.

    With `partly`, source headers are left out and libraries are judged by their names:
    what is far away is dear.
    """
    paths = list(files.paths())
    infos = sorted(m.group(1) for p in paths if (m := _INFO.match(p)))
    if not infos:
        raise IncompleteError("no wheel: there is no METADATA in a .dist-info folder")
    info = _own_info(infos, name)
    return _component(
        files, paths, info, [i for i in infos if i != info], name, partly=partly
    )


def _own_info(infos: list[str], wheel: str) -> str:
    """
    The .dist-info that the file's name promises, else one with the right project, else
    the first.
    """
    name, _, version = _stem(wheel)
    fitting = [i for i in infos if canonical(_stem(i)[0]) == canonical(name)]
    exact = [i for i in fitting if plain_version(_stem(i)[2]) == plain_version(version)]
    return (exact or fitting or infos)[0]


def _stem(name: str) -> tuple[str, str, str]:
    """Name and version in the name of a wheel or .dist-info."""
    pieces = re.sub(r"(?i)\.(?:dist-info|whl)$", "", name).split("-")
    return pieces[0], "-", pieces[1] if len(pieces) > 1 else ""


def plain_version(version: str) -> str:
    """
    A version without the differences of spelling that file names bring: `1.02+cu_1` and
    `1.2_cu.1` are one.
    """
    return ".".join(
        p.lstrip("0") or "0"
        for p in re.split(r"[-_.+!]", version.lower().removeprefix("v"))
    )


def _component(
    files: Files,
    paths: list[str],
    info: str,
    others: list[str],
    wheel: str,
    *,
    partly: bool,
) -> Component:
    problems: list[Problem] = []
    metadata = _metadata(files, info, problems)
    for label, where in (("the file is named", wheel), ("the folder is named", info)):
        name, _, version = _stem(where)
        if metadata.name and canonical(metadata.name) != canonical(name):
            problems.append(
                _mismatch(info, f"{label} {name}, the metadata says {metadata.name}")
            )
        if (
            metadata.version
            and version
            and plain_version(metadata.version) != plain_version(version)
        ):
            problems.append(
                _mismatch(
                    info,
                    f"{label} {version}, the metadata says version {metadata.version}",
                )
            )
    rows, wrong = read_record(files, info, needed=True)
    problems += wrong or compare(rows, paths, info)
    name, version = (
        metadata.name or _stem(wheel)[0],
        metadata.version or _stem(wheel)[2],
    )
    own = purl("pypi", name, version)
    parts = [_vendored(files, paths, other, str(own)) for other in others]
    licenses = _license_files(files, info, metadata, problems)
    problems += changed(files, rows, (f"{info}/METADATA", *licenses), info)
    contents = survey(
        files,
        [p for p in paths if not p.startswith(tuple(f"{o}/" for o in others))],
        purl=own,
        name=name,
        licenses=licenses,
        prefix=_data_folder(paths),
        with_headers=not partly,
        natives_by_name=partly,
    )
    return Component(
        purl=own,
        name=name,
        version=version,
        path=info,
        requires=metadata.requires,
        evidence=(*metadata.evidence, *contents.evidence),
        parts=(*parts, *contents.parts),
        problems=tuple(
            dict.fromkeys(
                (*problems, *metadata.problems, *contents.problems, *files.problems)
            )
        ),
    )


def _mismatch(info: str, message: str) -> Problem:
    return Problem(rule=RuleId.METADATA_INVALID, path=info, message=message)


def _data_folder(paths: list[str]) -> str:
    """
    The folder of `.data` that is unpacked onto the top, where most of an old wheel's
    files may stand.
    """
    counts: dict[str, int] = {}
    for path in paths:
        found = _DATA.match(path)
        if found:
            counts[found.group()] = counts.get(found.group(), 0) + 1
    return max(counts, key=lambda folder: counts[folder]) if counts else ""


def _metadata(files: Files, info: str, problems: list[Problem]) -> Metadata:
    path = f"{info}/METADATA"
    try:
        read = files.read(path, 2 << 20)
    except ReadError as error:
        problems.append(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message=f"no metadata: {error.problem.message}",
            )
        )
        return Metadata(name="", version="")
    if read.truncated:
        message = (
            f"{read.size} bytes: only the head and parts of the description were read"
        )
        problems.append(
            Problem(rule=RuleId.EVIDENCE_TRUNCATED, path=path, message=message)
        )
    return read_metadata(read.data, path)


def _license_files(
    files: Files, info: str, metadata: Metadata, problems: list[Problem]
) -> list[str]:
    """
    Where the files named by License-File are: the standard's place first (PEP 639),
    then older habits.
    """
    found = []
    for named in metadata.license_files:
        # Old builds wrote where the file was in their tree, and kept it by its last
        # name.
        names = dict.fromkeys((named, named.rsplit("/", 1)[-1]))
        there = next(
            (
                f"{info}/{p}{n}"
                for p in _LICENSE_PLACES
                for n in names
                if files.has(f"{info}/{p}{n}")
            ),
            None,
        )
        if there is None and escapes(named):
            message = (
                f"License-File names a file outside the wheel: {named}; it was not read"
            )
            problems.append(
                Problem(rule=RuleId.PATH_ESCAPE, path=info, message=message)
            )
            continue
        if there:
            found.append(there)
        else:
            message = f"License-File names {named}, which is not there"
            problems.append(
                Problem(rule=RuleId.EVIDENCE_MISSING, path=info, message=message)
            )
    return found


def _vendored(files: Files, paths: list[str], info: str, whole: str) -> Component:
    """A second .dist-info at the top: a package copied in whole, on its own terms."""
    problems: list[Problem] = []
    metadata = _metadata(files, info, problems)
    own = purl("pypi", metadata.name or _stem(info)[0], metadata.version)
    inside = [p for p in paths if p.startswith(f"{info}/")]
    licenses = _license_files(files, info, metadata, problems)
    contents = survey(
        files,
        inside,
        purl=own,
        name=metadata.name,
        licenses=licenses,
        with_natives=False,
    )
    return Component(
        purl=type(own)(f"{whole}#{info}"),
        name=metadata.name or _stem(info)[0],
        version=metadata.version,
        relation="vendored",
        path=info,
        evidence=(*metadata.evidence, *contents.evidence),
        parts=tuple(contents.parts),
        problems=tuple(
            dict.fromkeys((*problems, *metadata.problems, *contents.problems))
        ),
    )
