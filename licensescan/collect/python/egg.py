"""
Eggs, the installed form before wheels: a folder or a zip called
`<name>-<version>-pyX.Y.egg`, with an EGG-INFO.
"""

from __future__ import annotations

from dataclasses import replace

from licensescan.collect.formats.makers import provenance_of
from licensescan.collect.python.distribution import (
    InstalledDistribution,
    promised,
)
from licensescan.collect.survey.containers import hoisted
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import Files, FileTree, ReadError, nested
from licensescan.standards.purl import purl

_INFO = "EGG-INFO"


def collect(site: FileTree, entry: str) -> Component:
    """
    Return the distribution in the egg `entry` of a site. An egg that cannot be
    read is named all the same.
    """
    is_folder = site.is_folder(entry)
    try:
        files: Files = site.below(entry) if is_folder else nested(site, entry)
        files.read(f"{_INFO}/PKG-INFO")
    except ReadError as error:
        return _unreadable(entry, error.problem.message)
    return _component(files, entry)


def _unreadable(entry: str, reason: str) -> Component:
    problem = Problem(
        rule=RuleId.METADATA_INVALID, path=entry, message=f"an egg: {reason}"
    )
    name, version = promised(entry)
    return Component(
        purl=purl("pypi", name, version),
        name=name,
        version=version,
        path=entry,
        problems=(problem,),
    )


def _component(files: Files, entry: str) -> Component:
    distribution = InstalledDistribution(files, _INFO, entry)
    metadata = distribution.core
    name, version = distribution.name, distribution.version
    identity = purl("pypi", name, version)
    contents = survey(
        files,
        files.paths(),
        purl=identity,
        name=name,
    )
    evidence = (*metadata.evidence, *contents.evidence)
    problems = (*metadata.problems, *contents.problems, *files.problems)
    return Component(
        purl=identity,
        name=name,
        version=version,
        path=entry,
        requires=tuple(distribution.requires),
        evidence=tuple(replace(e, path=f"{entry}/{e.path}") for e in evidence),
        parts=tuple(hoisted(part, identity, entry) for part in contents.parts),
        left_out=tuple(contents.left_out),
        problems=tuple(
            dict.fromkeys(
                replace(p, path=f"{entry}/{p.path}") for p in problems
            )
        ),
        provenance=provenance_of(metadata),
    )
