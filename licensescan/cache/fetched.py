"""
Keep what was read from a package index, by the sha256 of the artifact: a lock
file is paid for once, in whichever project.

A component is kept under the hash that a lock states for its artifact and the
index confirms, and a choice under all the hashes that a lock states for one
package. The contents of this installation are part of the place: what another
build read is never seen. A value that is damaged or foreign is a miss.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from licensescan.base.installation import content_id, make_private
from licensescan.cache.files import read_own, write_whole
from licensescan.model.codec import NotStoredError, Reader, Writer
from licensescan.model.types import Component

_LARGEST = 64 << 20
"""Bytes of a component beyond which it is not kept."""

_BUILDS = 4
"""Builds of licensescan whose components are kept; the oldest go first."""


class FetchedCache:
    """
    The folder of kept components below `folder`; None keeps nothing. Nothing
    here raises for a bad file or folder.
    """

    def __init__(self, folder: str | None) -> None:
        self._place: str | None = None
        if folder is None or not make_private(folder):
            return
        above = os.path.join(folder, "fetched")
        place = os.path.join(above, content_id())
        if make_private(above) and make_private(place):
            self._place = place

    def component(self, sha256: str) -> Component | None:
        """Return the component of the artifact with this hash, or None."""
        value = self._read(f"{sha256}.component")
        try:
            return Reader(()).value(Component, value) if value else None
        except NotStoredError:
            return None

    def keep(self, sha256: str, component: Component) -> None:
        """Keep the component of the artifact with this hash."""
        self._write(f"{sha256}.component", Writer().plain(component))

    def choice(self, key: str) -> str:
        """Return the hash of the artifact that was chosen, "" for none."""
        value = self._read(f"{key}.choice")
        return str(value.get("sha256", "")) if value else ""

    def choose(self, key: str, sha256: str) -> None:
        """Keep which artifact was chosen among those of one package."""
        self._write(f"{key}.choice", {"sha256": sha256})

    def _read(self, name: str) -> dict[str, Any] | None:
        if self._place is None:
            return None
        data = read_own(os.path.join(self._place, name), _LARGEST)
        checksum, _, body = data.partition(b"\n")
        if not body or checksum != b"%08x" % zlib.crc32(body):
            return None
        try:
            value = json.loads(zlib.decompress(body))
        except (ValueError, zlib.error):
            return None
        return value if isinstance(value, dict) else None

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        if self._place is None:
            return
        text = json.dumps(value, separators=(",", ":"))
        body = zlib.compress(text.encode("ascii"), 1)
        if len(body) <= _LARGEST:
            with suppress(OSError):
                path = os.path.join(self._place, name)
                write_whole(path, b"%08x\n%s" % (zlib.crc32(body), body))

    def drop_oldest(self) -> None:
        """Drop what builds of licensescan that are long gone have read."""
        if self._place is None:
            return
        with suppress(OSError):
            with os.scandir(os.path.dirname(self._place)) as entries:
                ages = sorted((e.stat().st_mtime_ns, e.path) for e in entries)
            for _, old in ages[:-_BUILDS]:
                shutil.rmtree(old, ignore_errors=True)
