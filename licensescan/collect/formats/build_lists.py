"""
Read the lists of modules that compilers put into what they build: Go's build
information, and what cargo-auditable writes for Rust.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from licensescan.base.document import text
from licensescan.reader import load_json

_GO_START = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")
_GO_END = bytes.fromhex("f932433186182072008242104116d8f2")
"""
What stands around the list of modules in a Go binary (runtime/debug,
modinfo.go).
"""

_GO_BYTES = 1 << 20
_RUST_BYTES = 8 << 20
"""Bytes of a list that are read."""


def go_modules(piece: bytes) -> list[str]:
    """
    Return the modules, with version, that Go's list in a piece of a binary
    names as dependencies; none where there is no list.
    """
    _, found, rest = piece.partition(_GO_START)
    if not found:
        return []
    lines = rest[:_GO_BYTES].partition(_GO_END)[0].decode("utf-8", "replace")
    return list(_dependencies(lines))


def _dependencies(lines: str) -> Iterator[str]:
    for line in lines.split("\n"):
        kind, _, fields = line.partition("\t")
        if kind == "dep":
            yield " ".join(fields.split("\t")[:2])


def rust_crates(data: bytes) -> list[str]:
    """
    Return the crates, with version, in the section `.dep-v0` of a binary that
    go into it at run time, without the one that it is built from. Raises
    `ValueError` for what is no such list.
    """
    try:
        inflated = zlib.decompressobj().decompress(data, _RUST_BYTES)
    except zlib.error as error:
        raise ValueError(f"no list of crates: {error}") from error
    document = load_json(inflated)
    listed = document.get("packages") if isinstance(document, dict) else None
    crates = listed if isinstance(listed, list) else []
    return [
        f"{text(c.get('name'))} {text(c.get('version'))}".strip()
        for c in crates
        if isinstance(c, dict) and _is_inside(c)
    ]


def _is_inside(crate: dict[str, Any]) -> bool:
    return crate.get("kind") != "build" and not crate.get("root")
