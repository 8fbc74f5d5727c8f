"""
An SBOM as target: its components are looked for as those of a lock file are.

What is at hand is judged by what it is; of the rest the SBOM's claim is
declared evidence, and a finding says that its terms were not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from licensescan.collect.formats.boms import is_bom
from licensescan.collect.python import lock
from licensescan.model.types import Component
from licensescan.reader import FolderFiles, ReadError
from licensescan.reader.inputs import is_file

_HEAD_BYTES = 64 << 10


def matches(path: str) -> bool:
    """Return True for a CycloneDX or SPDX document."""
    if not is_file(path):
        return False
    folder, name = os.path.split(os.path.realpath(path))
    if not name.endswith((".json", ".xml", ".jsonld", ".cdx", ".spdx")):
        return False
    try:
        head = FolderFiles(folder).read_at(name, 0, _HEAD_BYTES)
    except ReadError:
        return False
    return is_bom(name, head)


def collect(path: str) -> Iterator[Component]:
    """Yield the components of the SBOM at `path`, as `lock.collect` does."""
    yield from lock.collect(path)
