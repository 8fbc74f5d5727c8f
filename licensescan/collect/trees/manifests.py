"""
What the manifests of a source tree say together: name, version, requirements,
and every word about licenses.

Nothing is built. The Python metadata that an sdist carries (PKG-INFO) comes
first, then pyproject.toml, setup.cfg and setup.py; manifests of other
languages add what they say.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from licensescan.collect.trees.manifest import Manifest, Reader
from licensescan.collect.trees.other_manifests import (
    cargo,
    package_json,
    pom_xml,
    rockspec,
)
from licensescan.collect.trees.python_manifests import (
    pkg_info,
    pyproject,
    setup_cfg,
    setup_py,
)
from licensescan.model.kinds import RuleId
from licensescan.model.types import Evidence, Problem, Provenance, Purl
from licensescan.reader import Files, ReadError, escapes, read_whole
from licensescan.standards.purl import purl

_PYTHON: dict[str, Reader] = {
    "PKG-INFO": pkg_info,
    "pyproject.toml": pyproject,
    "setup.cfg": setup_cfg,
    "setup.py": setup_py,
}
_OTHERS: dict[str, Reader] = {
    "package.json": package_json,
    "Cargo.toml": cargo,
    "pom.xml": pom_xml,
}
MARKS = (*_PYTHON, *_OTHERS)
"""The names of manifests, in the order in which they are asked."""

_ROCKSPEC = re.compile(r"^(?:(?:rocks|rockspecs?)/)?[^/]+\.rockspec$")
_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """
    What the manifests of one tree say together.

    `ecosystem` is the purl type of the first manifest that gives a name (""
    when none does), `namespace` its scope or group. `licenses` are the files
    that manifests name as license texts, as paths in the tree.
    """

    ecosystem: str = ""
    namespace: str = ""
    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    def purl(self, fallback: str) -> Purl:
        """
        Return the package URL; of type `generic` with the name `fallback` when
        no manifest gives a name.
        """
        if not self.ecosystem:
            return purl("generic", fallback)
        return purl(self.ecosystem, self.name, self.version, self.namespace)


def read_project(
    files: Files,
    paths: Sequence[str],
    prefix: str = "",
) -> Project:
    """
    Return what the manifests directly in `prefix` say ("" or a folder with its
    slash). Never raises.
    """
    inside = [path for path in paths if path.startswith(prefix)]
    manifests = [
        *_python_manifests(files, prefix),
        *_other_manifests(files, inside, prefix),
    ]
    licenses: dict[str, None] = {}
    problems: list[Problem] = []
    for manifest in manifests:
        problems += manifest.problems
    for manifest in manifests:
        for pattern in manifest.named:
            named = _license_files(pattern, inside, prefix)
            licenses.update(dict.fromkeys(named))
            problems += _pattern_problems(manifest.path, pattern, named)
    first = next((m for m in manifests if m.name), Manifest("", ""))
    versions = (m.version for m in manifests if m.ecosystem == first.ecosystem)
    requires = (m.requires for m in manifests if m.ecosystem == "pypi")
    return Project(
        ecosystem=first.ecosystem,
        namespace=first.namespace,
        name=first.name,
        version=next(filter(None, versions), "") if first.name else "",
        requires=next(filter(None, requires), ()),
        licenses=tuple(licenses),
        evidence=tuple(e for manifest in manifests for e in manifest.evidence),
        problems=tuple(problems),
        provenance=first.provenance,
    )


def _python_manifests(files: Files, prefix: str) -> Iterator[Manifest]:
    """
    Yield Python's manifests; of those behind the first that has a name and
    says something about licenses, its fields alone: they may contradict it.
    """
    is_named = False
    for name, read in _PYTHON.items():
        manifest = _manifest(files, prefix + name, read)
        if manifest is None:
            continue
        if is_named:
            yield Manifest("", manifest.path, evidence=manifest.evidence)
        else:
            yield manifest
        is_named = is_named or bool(manifest.name and manifest.evidence)


def _other_manifests(
    files: Files,
    inside: Sequence[str],
    prefix: str,
) -> Iterator[Manifest]:
    """Yield the manifests of all other languages."""
    readers = {prefix + name: read for name, read in _OTHERS.items()}
    for path in inside:
        if _ROCKSPEC.match(path.removeprefix(prefix)):
            readers[path] = rockspec
    for path, read in readers.items():
        manifest = _manifest(files, path, read)
        if manifest is not None:
            yield manifest


def _manifest(
    files: Files,
    path: str,
    read: Reader,
) -> Manifest | None:
    """
    Return the manifest at `path`, with a problem when it cannot be read, or
    None.
    """
    if not files.has(path):
        return None
    try:
        return read(read_whole(files, path), path)
    except ReadError as error:
        problem = error.problem
    except ValueError as error:
        message = f"cannot be read: {error}"[:300]
        problem = Problem(
            rule=RuleId.METADATA_INVALID,
            path=path,
            message=message,
        )
    return Manifest("", path, problems=[problem])


def _license_files(
    pattern: str,
    inside: Sequence[str],
    prefix: str,
) -> list[str]:
    """
    Return the paths that a pattern of license files names, [] for one that
    escapes.
    """
    if escapes(pattern):
        return []
    wanted = prefix + pattern.removeprefix("./")
    if wanted in inside:
        return [wanted]
    if "*" not in wanted:
        return []
    return [path for path in inside if fnmatch.fnmatchcase(path, wanted)]


def _pattern_problems(
    path: str,
    pattern: str,
    named: list[str],
) -> Iterator[Problem]:
    """Yield what is wrong with a pattern of the manifest at `path`."""
    if escapes(pattern):
        yield Problem(
            rule=RuleId.PATH_ESCAPE,
            path=path,
            message=f"names a license file outside the tree: {pattern}; it was not read",
        )
    elif not named and not _PATTERN.search(pattern):
        yield Problem(
            rule=RuleId.EVIDENCE_MISSING,
            path=path,
            message=f"names {pattern} as license file, which is not there",
        )
