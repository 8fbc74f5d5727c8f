"""
Load `rules/fingerprints.toml`, the strings by which a library is known that is
linked into the binary of another project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, parse_table
from licensescan.rulebook.native_libraries import Row, Table, table

_BLANK = "{}"
"""Where the version stands in the pattern of a version."""

_KEYS = ("library", "license", "least", "version", "strings", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What stands before and behind the version in one of the strings."""

    before: bytes
    behind: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """
    A library that is there when `least` of its strings are; the index counts
    the fingerprints of the table.
    """

    index: int
    row: Row
    least: int
    version: Version | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """
    All fingerprints, by whole strings and by beginnings, each with its NUL.
    """

    whole: Mapping[bytes, Fingerprint]
    strings: frozenset[bytes]
    beginnings: Mapping[bytes, Fingerprint]


@cache
def fingerprints() -> Fingerprints:
    """
    Return the shipped table. Raises `PolicyError` for a row that cannot be
    used.
    """
    path = data_folder("rules") / "fingerprints.toml"
    return read_fingerprints(path.read_bytes(), table(), label=path.name)


def read_fingerprints(
    content: bytes, natives: Table, *, label: str
) -> Fingerprints:
    """
    Return the fingerprints that a TOML document holds. Raises `PolicyError`,
    with the line, for a row that cannot be used.
    """
    whole: dict[bytes, Fingerprint] = {}
    beginnings: dict[bytes, Fingerprint] = {}
    blocks = parse_table(content, label).tables("fingerprint")
    for index, block in enumerate(blocks):
        fingerprint = _fingerprint(block, index, natives)
        for text in block.strings("strings"):
            is_beginning = text.endswith("*")
            known = beginnings if is_beginning else whole
            key = b"\0" + text[:-1].encode() if is_beginning else text.encode()
            if known.setdefault(key, fingerprint) is not fingerprint:
                raise block.error("strings", f"{text} is already taken", text)
    return Fingerprints(
        whole=whole, strings=frozenset(whole), beginnings=beginnings
    )


def _fingerprint(
    block: StrictTable, index: int, natives: Table
) -> Fingerprint:
    block.check_keys(*_KEYS)
    least = block.value("least")
    if least not in range(1, len(block.strings("strings")) + 1):
        raise block.error("least", "must be a number of its strings", "least")
    return Fingerprint(
        index=index,
        row=_row(block, natives),
        least=least,
        version=_version(block.text("version")),
    )


def _row(block: StrictTable, natives: Table) -> Row:
    """Return the row of natives, or one of its own for a license given."""
    name, license_ = block.needed("library"), block.text("license")
    source = block.needed("source")
    if license_:
        return Row(name=name, license=license_, source=source)
    if name not in natives.named:
        raise block.error("library", f"{name} is no row of natives.toml", name)
    return natives.named[name]


def _version(pattern: str) -> Version | None:
    if not pattern:
        return None
    before, _, behind = pattern.partition(_BLANK)
    return Version(before=before.encode(), behind=behind.encode())
