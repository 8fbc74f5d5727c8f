"""
Give the names of licenses as people write them: what SPDX calls each, and the
spellings of `spellings.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from scancode import Entry

Name = tuple[str, str]
"""An SPDX id, and words that stand for it."""

GRANTS = (
    "license: {}",
    "licensed under {}",
    "licensed under the {}",
    "released under {}",
    "released under the {}",
    "distributed under {}",
    "distributed under the {}",
    "available under the {}",
    "under the terms of the {}",
    "under the {} license",
    "{} licensed",
    "licensed {}",
    "license is {}",
    "published under {}",
)
"""Words that make a name say under which terms something is."""

_LICENSE = re.compile(r"(?i)\blicen[cs]e$")
_PLAIN = re.compile(r"[^\W_]+")
_NAME_WORDS = 3
"""Words of the shortest name that is no other words."""

_LONG = {
    "GPL": ("General Public License",),
    "LGPL": (
        "Lesser General Public License",
        "Library General Public License",
        "Lesser GPL",
    ),
    "AGPL": ("Affero General Public License", "Affero GPL"),
}
_LATER = ("or later", "or any later version", "or newer", "or higher")


def official(licenses: Iterable[Entry]) -> Iterator[Name]:
    """Yield the ids and full names of the licenses that SPDX lists."""
    for entry in licenses:
        id_ = entry.word("spdx_license_key")
        if (
            not id_
            or entry.flag("is_deprecated")
            or entry.flag("is_exception")
        ):
            continue
        if id_.startswith(("LicenseRef-", "any-OSI")):
            continue
        names = (id_, entry.word("name"), entry.word("short_name"))
        for name in dict.fromkeys(names):
            if _is_plain_name(name):
                yield id_, name


def _is_plain_name(name: str) -> bool:
    """
    Return True if words can only be the name of a license. Without a number
    and without "license" they may be any words, and with single letters they
    would be another name without them ("CERN-OHL-S-2.0").
    """
    words = _PLAIN.findall(name)
    if len(words) < _NAME_WORDS:
        return False
    if any(len(word) == 1 and not word.isdigit() for word in words):
        return False
    has_number = any(word[0].isdigit() for word in words)
    return has_number or _LICENSE.search(name) is not None


def spelled(table: Path) -> Iterator[Name]:
    """
    Yield the spellings of `table`, those of the GNU licenses made from their
    versions.

    A single word is the name of a license only after or before the words of a
    grant; "GPLv3" is no other word.
    """
    facts = tomllib.loads(table.read_text("utf-8"))
    for id_, spellings in facts["names"].items():
        for name in spellings:
            grants = ("{}",) if len(_PLAIN.findall(name)) > 1 else GRANTS
            yield from ((id_, grant.format(name)) for grant in grants)
    for kind, versions in facts["gnu"].items():
        for version in versions:
            yield from _gnu(kind, version)


def _gnu(kind: str, version: str) -> Iterator[Name]:
    """
    Yield the spellings of one version of a GNU license, with and without later
    ones.
    """
    only, or_later = f"{kind}-{version}-only", f"{kind}-{version}-or-later"
    for number in dict.fromkeys((version.removesuffix(".0"), version)):
        names = list(_versioned(kind, number))
        for name in [*names, *(f"GNU {name}" for name in names)]:
            yield only, name
            yield only, f"{name} only"
            yield or_later, f"{name}+"
            yield from ((or_later, f"{name} {later}") for later in _LATER)


def _versioned(kind: str, number: str) -> Iterator[str]:
    """
    Yield the names of a kind of GNU license with the number of a version.
    """
    forms = (number, f"v{number}", f"version {number}")
    yield f"{kind}v{number}"
    yield f"{kind}{number}"
    yield from (f"{kind} {form}" for form in forms)
    for name in _LONG[kind]:
        for written in (name, f"{name} ({kind})"):
            yield from (f"{written} {form}" for form in forms)
