"""
The manifests of other languages in a source tree: package.json, Cargo.toml,
rockspecs and Maven's pom.xml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from licensescan.base import toml
from licensescan.base.document import table, text
from licensescan.collect.formats.makers import people, provenance_by
from licensescan.collect.trees.manifest import Manifest
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Provenance
from licensescan.reader import decode, load_json
from licensescan.standards.spdx_text import joined, slashes_as_choice

_POINTER = re.compile(r"(?i)see licen[cs]e in\s+(\S+)")


def package_json(data: bytes, path: str) -> Manifest:
    """
    Return what a package.json says. Its old `licenses` list names alternatives
    (npm documentation, "license").

    Raises `ValueError` for what is no JSON object.
    """
    document = load_json(data)
    source = decode(data).text
    if not isinstance(document, Mapping):
        raise ValueError("no JSON object")
    manifest = Manifest("npm", path, version=text(document.get("version")))
    scope, _, name = text(document.get("name")).rpartition("/")
    manifest.name = name
    manifest.namespace = scope
    licenses = (
        _npm_license(document.get(key)) for key in ("license", "licenses")
    )
    for declared in dict.fromkeys(licenses):
        manifest.add(EvidenceKind.NPM, declared, source)
        pointer = _POINTER.match(declared)
        if pointer:
            manifest.named.append(pointer[1])
    manifest.provenance = _made_by(document)
    return manifest


def _made_by(document: Mapping[str, Any]) -> Provenance:
    """Return who made a package of npm, and its pages."""
    source = document.get("repository")
    address = text(table(source).get("url")) or text(source)
    stated = [
        f"homepage, {text(document.get('homepage'))}",
        f"repository, {address.removeprefix('git+')}",
    ]
    authors = tuple(people([document.get("author")]))
    return provenance_by(authors, (), stated)


def _npm_license(value: Any) -> str:
    """
    Return a license of a package.json: a string, an object with a type and an
    address, or a list of such.
    """
    if isinstance(value, list):
        return joined("OR", filter(None, map(_npm_license, value)))
    if isinstance(value, Mapping):
        names = (text(value.get(key)) for key in ("type", "name", "url"))
        return next(filter(None, names), "")
    return text(value)


def cargo(data: bytes, path: str) -> Manifest:
    """Return what the package of a Cargo.toml says."""
    package = table(toml.loads(data, label=path), "package")
    manifest = Manifest(
        "cargo",
        path,
        name=text(package.get("name")),
        version=text(package.get("version")),
    )
    expression = slashes_as_choice(text(package.get("license")))
    manifest.add(
        EvidenceKind.LICENSE_EXPRESSION, expression, decode(data).text
    )
    license_file = text(package.get("license-file"))
    if license_file:
        manifest.named.append(license_file)
    return manifest


def rockspec(data: bytes, path: str) -> Manifest:
    """Return what a rockspec says. It is Lua code: read as text, never run."""
    source = decode(data).text
    code = re.sub(r"(?m)^\s*--(?!\[).*$", "", source)
    manifest = Manifest(
        "luarocks",
        path,
        name=_lua_string(code, "package"),
        version=_lua_string(code, "version"),
    )
    manifest.add(EvidenceKind.ROCKSPEC, _lua_string(code, "license"), source)
    return manifest


def _lua_string(code: str, key: str) -> str:
    """Return the string that is assigned to `key`, "" for none."""
    strings = r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|\[\[(.*?)\]\])"
    match = re.search(rf"(?m)(?:^|[\s{{,;]){key}\s*=\s*{strings}", code)
    return next(filter(None, match.groups()), "") if match else ""


def pom_xml(data: bytes, path: str) -> Manifest:
    """Return what a Maven POM says."""
    from licensescan.collect.formats.pom import pom_evidence, read_pom

    pom = read_pom(data)
    return Manifest(
        "maven",
        path,
        namespace=pom.group,
        name=pom.artifact,
        version=pom.version,
        evidence=pom_evidence(pom, path),
    )
