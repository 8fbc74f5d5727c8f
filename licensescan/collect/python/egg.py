"""
Eggs, the installed form before wheels: a folder or a zip called
`<name>-<version>-pyX.Y.egg`, with an EGG-INFO.
"""

from __future__ import annotations

import re
from dataclasses import replace

from licensescan.collect.formats.core_metadata import egg_requires, read_metadata
from licensescan.collect.survey.containers import hoisted
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import Files, FolderFiles, ReadError, decode
from licensescan.standards.purl import purl


def collect(site: FolderFiles, name: str, folder: str) -> Component:
    """
    The distribution in the egg `name` of a site; `folder` is its path. An unreadable
    one is named all the same.
    """
    stem = re.sub(r"(?i)-py\d.*$|\.egg$", "", name)
    guessed, _, version = stem.partition("-")
    own = purl("pypi", guessed, version)
    from licensescan.reader import nested

    try:
        files: Files = (
            FolderFiles(folder) if site.is_folder(name) else nested(site, name)
        )
        metadata = read_metadata(
            files.read("EGG-INFO/PKG-INFO", 2 << 20).data, "EGG-INFO/PKG-INFO"
        )
    except ReadError as error:
        problem = Problem(
            rule=RuleId.METADATA_INVALID,
            path=name,
            message=f"an egg: {error.problem.message}",
        )
        return Component(
            purl=own, name=guessed, version=version, path=name, problems=(problem,)
        )
    own = purl("pypi", metadata.name or guessed, metadata.version or version)
    contents = survey(files, files.paths(), purl=own, name=metadata.name or guessed)
    problems = (*metadata.problems, *contents.problems, *files.problems)
    return Component(
        purl=own,
        name=metadata.name or guessed,
        version=metadata.version or version,
        path=name,
        requires=metadata.requires or _requires(files),
        evidence=tuple(
            replace(e, path=f"{name}/{e.path}")
            for e in (*metadata.evidence, *contents.evidence)
        ),
        parts=tuple(hoisted(part, own, name) for part in contents.parts),
        problems=tuple(
            dict.fromkeys(replace(p, path=f"{name}/{p.path}") for p in problems)
        ),
    )


def _requires(files: Files) -> tuple[str, ...]:
    try:
        return egg_requires(
            decode(files.read("EGG-INFO/requires.txt", 1 << 20).data).text
        )
    except ReadError:
        return ()
