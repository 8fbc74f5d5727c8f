"""
What the manifests of a source tree say: name, version, requirements, and every word
about licenses.

Nothing is built and no setup.py is run: it is read as text. The Python metadata that an
sdist carries (PKG-INFO) comes first, then pyproject.toml, setup.cfg and setup.py;
manifests of other languages add what they say.
"""

from __future__ import annotations

import configparser
import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from licensescan.base import toml
from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.formats.setup_script import read_setup
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, Problem, Purl
from licensescan.reader import Files, ReadError, decode, escapes, load_json
from licensescan.standards.purl import purl
from licensescan.standards.spdx_text import joined, slashes_as_choice

_ROCKSPEC = re.compile(r"^(?:(?:rocks|rockspecs?)/)?[^/]+\.rockspec$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """
    What the manifests of one tree say together.

    `ecosystem` is the purl type of the first manifest that gives a name ("" when none
    does), `namespace` its scope or group. `licenses` are the files that manifests name
    as license texts, as paths in the tree.
    """

    ecosystem: str = ""
    namespace: str = ""
    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()

    def purl(self, fallback: str) -> Purl:
        """
        The package URL; of type `generic` with the name `fallback` when no manifest
        gives a name.
        """
        if not self.ecosystem:
            return purl("generic", fallback)
        return purl(self.ecosystem, self.name, self.version, self.namespace)


@dataclass(slots=True)
class Manifest:
    """
    One manifest as it is read; `named` are patterns of license files, relative to the
    tree's top.
    """

    ecosystem: str
    path: str
    namespace: str = ""
    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    named: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def say(
        self, kind: EvidenceKind, value: object, text: str = "", key: str = "license"
    ) -> None:
        """Keep `value` as evidence, with the line of its key in `text`."""
        if isinstance(value, str) and value.strip():
            self.evidence.append(
                Evidence(
                    kind=kind,
                    path=self.path,
                    value=value.strip(),
                    lines=_line(text, key, value.strip()),
                )
            )


def read_project(files: Files, paths: Sequence[str], prefix: str = "") -> Project:
    """
    What the manifests directly in `prefix` say ("" or a folder with its slash). Never
    raises.

    Python's metadata are alternatives, the first that is there speaks; manifests of
    other languages are all heard.
    """
    manifests: list[Manifest] = []
    for name, read in _PYTHON:
        found = _manifest(files, prefix + name, read)
        if found is None:
            continue
        manifests.append(found)
        if found.name and found.evidence:
            break
    top = [p for p in paths if p.startswith(prefix)]
    others = [(prefix + name, read) for name, read in _OTHERS]
    others += [(p, _rockspec) for p in top if _ROCKSPEC.match(p[len(prefix) :])]
    manifests += [
        m for m in (_manifest(files, path, read) for path, read in others) if m
    ]
    first = next((m for m in manifests if m.name), None)
    problems = [p for m in manifests for p in m.problems]
    licenses = _license_files(manifests, top, prefix, problems)
    return Project(
        ecosystem=first.ecosystem if first else "",
        namespace=first.namespace if first else "",
        name=first.name if first else "",
        version=next(
            (
                m.version
                for m in manifests
                if first and m.ecosystem == first.ecosystem and m.version
            ),
            "",
        ),
        requires=next(
            (m.requires for m in manifests if m.ecosystem == "pypi" and m.requires), ()
        ),
        licenses=tuple(licenses),
        evidence=tuple(e for m in manifests for e in m.evidence),
        problems=tuple(problems),
    )


def _manifest(
    files: Files, path: str, read: Callable[[bytes, str], Manifest]
) -> Manifest | None:
    if not files.has(path):
        return None
    try:
        return read(files.read(path).data, path)
    except ReadError as error:
        return Manifest("", path, problems=[error.problem])
    except ValueError as error:
        problem = Problem(
            rule=RuleId.METADATA_INVALID,
            path=path,
            message=f"cannot be read: {error}"[:300],
        )
        return Manifest("", path, problems=[problem])


def _license_files(
    manifests: Sequence[Manifest],
    paths: Sequence[str],
    prefix: str,
    problems: list[Problem],
) -> list[str]:
    found: dict[str, None] = {}
    for manifest in manifests:
        for pattern in manifest.named:
            if escapes(pattern):
                message = (
                    f"names a license file outside the tree: {pattern}; it was not read"
                )
                problems.append(
                    Problem(
                        rule=RuleId.PATH_ESCAPE, path=manifest.path, message=message
                    )
                )
                continue
            wanted = prefix + pattern.removeprefix("./")
            there = [p for p in paths if p == wanted]
            there = there or [
                p for p in paths if "*" in wanted and fnmatch.fnmatchcase(p, wanted)
            ]
            found.update(dict.fromkeys(there))
            if not there and not re.search(r"[*?\[]", pattern):
                message = f"names {pattern} as license file, which is not there"
                problems.append(
                    Problem(
                        rule=RuleId.EVIDENCE_MISSING,
                        path=manifest.path,
                        message=message,
                    )
                )
    return list(found)


def _line(text: str, key: str, value: str) -> tuple[int, int] | None:
    """Where a value stands: TOML, JSON and INI readers give no positions."""
    first = value.split("\n", 1)[0]
    found = (
        re.search(rf"(?m)^.*\b{re.escape(key)}.*{re.escape(first[:80])}", text)
        if text
        else None
    )
    place = found.start() if found else text.find(first) if text else -1
    if place < 0:
        return None
    line = text.count("\n", 0, place) + 1
    return line, line + value.count("\n")


def _pkg_info(data: bytes, path: str) -> Manifest:
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
    )


def _pyproject(data: bytes, path: str) -> Manifest:
    document, text = toml.loads(data, label=path), decode(data).text
    manifest = Manifest("pypi", path)
    project = _table(document, "project")
    tool = _table(document, "tool")
    poetry, flit = _table(tool, "poetry"), _table(tool, "flit", "metadata")
    for table in (project, poetry, flit):
        manifest.name = (
            manifest.name or _string(table.get("name")) or _string(table.get("module"))
        )
        manifest.version = manifest.version or _string(table.get("version"))
        for classifier in _strings(table.get("classifiers")):
            if classifier.startswith("License ::"):
                manifest.say(EvidenceKind.CLASSIFIER, classifier, text, "")
    license_value = project.get("license")
    if isinstance(license_value, Mapping):
        manifest.say(EvidenceKind.LICENSE_FIELD, license_value.get("text"), text)
        manifest.named += (
            [_string(license_value.get("file"))] if license_value.get("file") else []
        )
    else:
        manifest.say(EvidenceKind.LICENSE_EXPRESSION, license_value, text)
    listed = project.get("license-files")
    manifest.named += _strings(
        _table(project, "license-files").get("paths")
    ) + _strings(listed)
    manifest.say(EvidenceKind.LICENSE_FIELD, poetry.get("license"), text)
    manifest.say(EvidenceKind.LICENSE_FIELD, flit.get("license"), text)
    manifest.requires = tuple(_strings(project.get("dependencies")))
    return manifest


def _setup_cfg(data: bytes, path: str) -> Manifest:
    text = decode(data).text
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error).split("\n", 1)[0]) from error
    manifest = Manifest("pypi", path)
    if not parser.has_section("metadata"):
        return manifest
    given = {key.replace("-", "_"): value for key, value in parser.items("metadata")}
    plain = {
        key: value.strip()
        for key, value in given.items()
        if not value.strip().startswith(("file:", "attr:"))
    }
    manifest.name, manifest.version = plain.get("name", ""), plain.get("version", "")
    manifest.say(EvidenceKind.LICENSE_FIELD, plain.get("license", ""), text)
    for line in plain.get("classifiers", plain.get("classifier", "")).split("\n"):
        if line.strip().startswith("License ::"):
            manifest.say(EvidenceKind.CLASSIFIER, line, text, "")
    files = [given.get("license_file", ""), given.get("license_files", "")]
    files += (
        [given.get("license", "")[5:]]
        if given.get("license", "").startswith("file:")
        else []
    )
    manifest.named = [
        f.strip() for listed in files for f in re.split(r"[\n,]", listed) if f.strip()
    ]
    if parser.has_option("options", "install_requires"):
        requires = parser.get("options", "install_requires").split("\n")
        manifest.requires = tuple(
            r.strip() for r in requires if r.strip() and not r.strip().startswith("#")
        )
    return manifest


def _setup_py(data: bytes, path: str) -> Manifest:
    text = decode(data).text
    said = read_setup(text)
    manifest = Manifest(
        "pypi", path, name=said.name, version=said.version, requires=said.requires
    )
    manifest.say(EvidenceKind.LICENSE_FIELD, said.license, text)
    for classifier in said.classifiers:
        manifest.say(EvidenceKind.CLASSIFIER, classifier, text, "")
    manifest.named = list(said.license_files)
    return manifest


def package_json(data: bytes, path: str) -> Manifest:
    """
    What a package.json says. Its old `licenses` list names alternatives (npm
    documentation, "license").

    Raises `ValueError` for what is no JSON object.
    """
    document, text = load_json(data), decode(data).text
    if not isinstance(document, Mapping):
        raise ValueError("no JSON object")
    manifest = Manifest("npm", path, version=_string(document.get("version")))
    scope, _, name = _string(document.get("name")).rpartition("/")
    manifest.name, manifest.namespace = name, scope
    listed = document.get("licenses")
    values = [_named(document.get("license"))]
    values += (
        [joined("OR", filter(None, map(_named, listed)))]
        if isinstance(listed, list)
        else [_named(listed)]
    )
    for value in dict.fromkeys(values):
        manifest.say(EvidenceKind.NPM, value, text)
        pointer = re.match(r"(?i)see licen[cs]e in\s+(\S+)", value)
        manifest.named += [pointer.group(1)] if pointer else []
    return manifest


def _named(value: Any) -> str:
    """
    One license of a package.json: a string, or an object with a type and an address.
    """
    if isinstance(value, Mapping):
        return (
            _string(value.get("type"))
            or _string(value.get("name"))
            or _string(value.get("url"))
        )
    if isinstance(value, list):
        return joined("OR", filter(None, map(_named, value)))
    return _string(value)


def _cargo(data: bytes, path: str) -> Manifest:
    document, text = toml.loads(data, label=path), decode(data).text
    package = _table(document, "package")
    manifest = Manifest(
        "cargo",
        path,
        name=_string(package.get("name")),
        version=_string(package.get("version")),
    )
    manifest.say(
        EvidenceKind.LICENSE_EXPRESSION,
        slashes_as_choice(_string(package.get("license"))),
        text,
    )
    manifest.named = [f for f in [_string(package.get("license-file"))] if f]
    return manifest


def _rockspec(data: bytes, path: str) -> Manifest:
    """A rockspec is Lua code: it is read as text, never run."""
    text = re.sub(r"(?m)^\s*--(?!\[).*$", "", decode(data).text)

    def value(key: str) -> str:
        found = re.search(
            rf"(?m)(?:^|[\s{{,;]){key}\s*=\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|\[\[(.*?)\]\])",
            text,
        )
        return next((g for g in found.groups() if g), "") if found else ""

    manifest = Manifest(
        "luarocks", path, name=value("package"), version=value("version")
    )
    manifest.say(EvidenceKind.ROCKSPEC, value("license"), decode(data).text)
    return manifest


def _pom_xml(data: bytes, path: str) -> Manifest:
    from licensescan.collect.formats.pom import pom_evidence, read_pom

    pom = read_pom(data)
    manifest = Manifest(
        "maven", path, namespace=pom.group, name=pom.artifact, version=pom.version
    )
    manifest.evidence = pom_evidence(pom, path)
    return manifest


_PYTHON: tuple[tuple[str, Callable[[bytes, str], Manifest]], ...] = (
    ("PKG-INFO", _pkg_info),
    ("pyproject.toml", _pyproject),
    ("setup.cfg", _setup_cfg),
    ("setup.py", _setup_py),
)
_OTHERS: tuple[tuple[str, Callable[[bytes, str], Manifest]], ...] = (
    ("package.json", package_json),
    ("Cargo.toml", _cargo),
    ("pom.xml", _pom_xml),
)
MARKS = tuple(name for name, _ in (*_PYTHON, *_OTHERS))
"""The names of manifests, in the order in which they are asked."""


def _table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        inner = document.get(key)
        document = inner if isinstance(inner, Mapping) else {}
    return document


def _string(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _strings(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
