"""
Package URLs of the kinds that the sources give (purl specification,
https://github.com/package-url/purl-spec).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from licensescan.model.types import Purl
from licensescan.standards.requirements import canonical

_PLAIN = re.compile(r"[A-Za-z0-9._~:-]*")
"""Characters that stand for themselves in a name, a namespace or a version."""

_PURL = re.compile(
    r"pkg:/{0,2}(?P<kind>[A-Za-z][A-Za-z0-9.+-]*)/(?P<path>[^@?#\s]+|@[^@?#\s]+)"
    r"(?:@(?P<version>[^?#\s]*))?(?:\?[^#]*)?(?:#.*)?"
)


def purl(
    kind: str,
    name: str,
    version: str = "",
    namespace: str = "",
) -> Purl:
    """
    Return the package URL of one component; a name of PyPI is brought into its
    canonical form.

    >>> purl("pypi", "Keras_Applications", "1.0.8")
    'pkg:pypi/keras-applications@1.0.8'
    >>> purl("npm", "core", "7.1.0", namespace="@babel")
    'pkg:npm/%40babel/core@7.1.0'
    """
    if kind == "pypi":
        name = canonical(name)
    folders = [encoded(piece) for piece in namespace.split("/") if piece]
    path = "/".join([kind, *folders, encoded(name)])
    return Purl(f"pkg:{path}@{encoded(version)}" if version else f"pkg:{path}")


def part_purl(whole: str, path: str) -> Purl:
    """
    Return the package URL of what lies at `path` in a component, or in a part
    of one: a package URL has one subpath.

    >>> part_purl("pkg:pypi/a@1", "a.libs/lib++.so")
    'pkg:pypi/a@1#a.libs/lib%2B%2B.so'
    >>> part_purl("pkg:pypi/a@1#b.jar", "c")
    'pkg:pypi/a@1#b.jar%23c'
    """
    pieces = [encoded(p) for p in path.split("/") if p not in ("", ".", "..")]
    mark = "%23" if "#" in whole else "#"
    return Purl(f"{whole}{mark}{'/'.join(pieces)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageUrl:
    """The pieces of a package URL, decoded, without qualifiers and subpath."""

    kind: str
    name: str
    version: str = ""
    namespace: str = ""

    @property
    def full_name(self) -> str:
        """The name with its namespace, as the ecosystem writes it."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def parse_purl(text: str) -> PackageUrl | None:
    """
    Return the pieces of a package URL, None for what is none.

    >>> parse_purl("pkg:npm/%40babel/core@7.1.0?arch=x#lib").full_name
    '@babel/core'
    """
    match = _PURL.fullmatch(text)
    if match is None:
        return None
    namespace, _, name = unquote(match["path"]).strip("/").rpartition("/")
    if not name:
        return None
    return PackageUrl(
        kind=match["kind"].lower(),
        name=name,
        version=unquote(match["version"] or ""),
        namespace=namespace,
    )


def encoded(text: str) -> str:
    """
    Return `text` percent-encoded, as the specification asks for names and
    versions: every other character by the bytes of its UTF-8.

    >>> encoded("pröj")
    'pr%C3%B6j'
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(c if _PLAIN.fullmatch(c) else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    data = character.encode("utf-8", "replace")
    return "".join(f"%{byte:02X}" for byte in data)
