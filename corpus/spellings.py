"""
The names of licenses as people write them: what SPDX calls each, and the spellings of
`spellings.toml`.
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
    *(
        "license: {}",
        "licensed under {}",
        "licensed under the {}",
        "released under {}",
        "released under the {}",
    ),
    *(
        "distributed under {}",
        "distributed under the {}",
        "available under the {}",
        "under the terms of the {}",
    ),
    *(
        "under the {} license",
        "{} licensed",
        "licensed {}",
        "license is {}",
        "published under {}",
    ),
)
"""Words that make a name say under which terms something is."""

_LICENSE = re.compile(r"(?i)\blicen[cs]e$")
_PLAIN = re.compile(r"[^\W_]+")
_NAME_WORDS = 3

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
    """
    The ids and full names of the licenses that SPDX lists.

    A name without a number and without "license" may be any words, and one with single
    letters would be another's without them ("CERN-OHL-S-2.0").
    """
    for entry in licenses:
        id_ = entry.word("spdx_license_key")
        if (
            entry.flag("is_deprecated")
            or entry.flag("is_exception")
            or id_.startswith(("LicenseRef-", "any-OSI"))
        ):
            continue
        for name in dict.fromkeys((id_, entry.word("name"), entry.word("short_name"))):
            words = _PLAIN.findall(name)
            telling = _LICENSE.search(name) or any(word[0].isdigit() for word in words)
            if (
                id_
                and telling
                and len(words) >= _NAME_WORDS
                and all(len(w) > 1 or w.isdigit() for w in words)
            ):
                yield id_, name


def spelled(table: Path) -> Iterator[Name]:
    """
    The spellings of `table`, those of the GNU licenses made from their versions.

    A single word is the name of a license only after or before the words of a grant;
    "GPLv3" is no other word.
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
    """The spellings of one version of a GNU license, with and without later ones."""
    short = version.removesuffix(".0")
    for number in dict.fromkeys((short, version)):
        forms = (number, f"v{number}", f"version {number}")
        joined = [
            f"{kind}v{number}",
            f"{kind}{number}",
            *(f"{kind} {form}" for form in forms),
        ]
        joined += [
            f"{said} {form}"
            for name in _LONG[kind]
            for said in (name, f"{name} ({kind})")
            for form in forms
        ]
        for name in [*joined, *(f"GNU {said}" for said in joined)]:
            yield f"{kind}-{version}-only", name
            yield f"{kind}-{version}-only", f"{name} only"
            yield f"{kind}-{version}-or-later", f"{name}+"
            yield from (
                (f"{kind}-{version}-or-later", f"{name} {later}") for later in _LATER
            )
