"""
The manifests of a Python project: PKG-INFO, pyproject.toml (PEP 621, poetry,
flit), setup.cfg and setup.py, which is read as text and never run.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from typing import Any

from licensescan.base import toml
from licensescan.base.document import table, text, texts
from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.formats.makers import (
    people,
    provenance_by,
    provenance_of,
)
from licensescan.collect.formats.setup_script import read_setup
from licensescan.collect.trees.manifest import Manifest
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Provenance
from licensescan.reader import decode


def pkg_info(data: bytes, path: str) -> Manifest:
    """Return what the metadata of an sdist say."""
    metadata = read_metadata(data, path)
    return Manifest(
        "pypi",
        path,
        name=metadata.name,
        version=metadata.version,
        requires=metadata.requires,
        named=list(metadata.license_files),
        evidence=list(metadata.evidence),
        problems=list(metadata.problems),
        provenance=provenance_of(metadata),
    )


def pyproject(data: bytes, path: str) -> Manifest:
    """
    Return what a pyproject.toml says in the tables of PEP 621, poetry and
    flit.
    """
    document = toml.loads(data, label=path)
    source = decode(data).text
    project = table(document, "project")
    poetry = table(document, "tool", "poetry")
    flit = table(document, "tool", "flit", "metadata")
    manifest = Manifest("pypi", path)
    for metadata in (project, poetry, flit):
        name = text(metadata.get("name")) or text(metadata.get("module"))
        manifest.name = manifest.name or name
        manifest.version = manifest.version or text(metadata.get("version"))
        manifest.add_classifiers(texts(metadata.get("classifiers")), source)
    _add_project_license(manifest, project, source)
    manifest.add(EvidenceKind.LICENSE_FIELD, poetry.get("license"), source)
    manifest.add(EvidenceKind.LICENSE_FIELD, flit.get("license"), source)
    manifest.requires = tuple(texts(project.get("dependencies")))
    manifest.provenance = _made_by(project)
    return manifest


def _made_by(project: Mapping[str, Any]) -> Provenance:
    """Return who made a project, by the tables of PEP 621."""
    authors = tuple(people(project.get("authors")))
    keepers = tuple(people(project.get("maintainers")))
    stated = [f"{k}, {v}" for k, v in table(project, "urls").items()]
    return provenance_by(authors, keepers, stated)


def _add_project_license(
    manifest: Manifest,
    project: Mapping[str, Any],
    source: str,
) -> None:
    """Add `license` and `license-files` of PEP 621 and PEP 639."""
    declared = project.get("license")
    if isinstance(declared, Mapping):
        manifest.add(EvidenceKind.LICENSE_FIELD, declared.get("text"), source)
        if declared.get("file"):
            manifest.named.append(text(declared.get("file")))
    else:
        manifest.add(EvidenceKind.LICENSE_EXPRESSION, declared, source)
    # The drafts of PEP 639 had a table with `paths` where the standard has a
    # list.
    manifest.named += texts(table(project, "license-files").get("paths"))
    manifest.named += texts(project.get("license-files"))


def setup_cfg(data: bytes, path: str) -> Manifest:
    """Return what the metadata and options in a setup.cfg say (setuptools)."""
    source = decode(data).text
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(source)
    except configparser.Error as error:
        raise ValueError(str(error).split("\n", 1)[0]) from error
    manifest = Manifest("pypi", path)
    if not parser.has_section("metadata"):
        return manifest
    fields = {
        key.replace("-", "_"): value for key, value in parser.items("metadata")
    }
    manifest.name = _literal(fields, "name")
    manifest.version = _literal(fields, "version")
    manifest.add(
        EvidenceKind.LICENSE_FIELD, _literal(fields, "license"), source
    )
    key = "classifiers" if _literal(fields, "classifiers") else "classifier"
    manifest.add_classifiers(_literal(fields, key).split("\n"), source)
    manifest.named = list(_license_files(fields))
    requires = parser.get("options", "install_requires", fallback="")
    manifest.requires = tuple(_requirements(requires))
    return manifest


def _literal(fields: Mapping[str, str], key: str) -> str:
    """
    Return a value that stands there itself, "" for one that is read elsewhere.
    """
    value = fields.get(key, "").strip()
    return "" if value.startswith(("file:", "attr:")) else value


def _license_files(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the license files that a setup.cfg names in three ways."""
    listed = [fields.get("license_file", ""), fields.get("license_files", "")]
    declared = fields.get("license", "")
    if declared.startswith("file:"):
        listed.append(declared.removeprefix("file:"))
    for value in listed:
        for name in re.split(r"[\n,]", value):
            if name.strip():
                yield name.strip()


def _requirements(value: str) -> Iterator[str]:
    for line in value.split("\n"):
        requirement = line.strip()
        if requirement and not requirement.startswith("#"):
            yield requirement


def setup_py(data: bytes, path: str) -> Manifest:
    """Return what a setup.py passes to `setup()`, as far as it can be read."""
    source = decode(data).text
    setup = read_setup(source)
    manifest = Manifest(
        "pypi",
        path,
        name=setup.name,
        version=setup.version,
        requires=setup.requires,
        named=list(setup.license_files),
    )
    manifest.add(EvidenceKind.LICENSE_FIELD, setup.license, source)
    manifest.add_classifiers(list(setup.classifiers), source)
    return manifest
