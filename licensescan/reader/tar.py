"""
A tar stream as a tree: read once, front to back, keeping what may be evidence, never
extracted.

The standard library's extraction filters have been bypassed again and again
(CVE-2025-4517, CVE-2025-8194, ...), and its reader seeks; only its header parser is
used.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from licensescan.model.kinds import RuleId
from licensescan.model.texts import Problem
from licensescan.reader.base import (
    RATIO,
    RATIO_FROM,
    STREAM_BYTES,
    TEXT_BYTES,
    Budget,
    MissingError,
    Problems,
    Read,
    ReadError,
    escapes,
    sampled,
)

STREAM_ERRORS = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
)
"""What a damaged stream, or a stream that is no tar, raises while it is read."""
_KEEP = re.compile(
    r"(?i)(licen[cs]e|copying|copyright|patents?|notice|unlicense|legal|terms|eula|authors|readme|metadata|pkg-info|record$"
    r"|third.?party|changelog|requires\.txt|setup\.(py|cfg)|pyproject\.toml|package\.json|pom\.(xml|properties)|manifest\.mf"
    r"|\.rockspec|\.models\.json|meta\.json|model_card|\.(jar|whl|spdx|cdx\.json)$|__init__\.py|top_level\.txt|control$|\.md$|\.rst$)"
)
_EVIDENCE = re.compile(
    r"(?i)(?:^|/)(?:licen[cs]e|copying|notice|pkg-info$|metadata$)[^/]*$"
)
_BEHIND = 16
"""
Pieces of 64 KiB looked at behind the end of a tar archive; writers fill up to 10 KiB.
"""
_KEEP_HEAD = 4 << 10
_KEEP_ARCHIVE = 96 << 20
_ARCHIVES = (".jar", ".whl", ".zip")
_PROSE = (".txt", ".html", ".htm", ".text")
_NATIVE = re.compile(r"(?i)(\.so(\.[\d.]+)?|\.dll|\.dylib|\.pyd|\.exe|\.a)$")


def keep(name: str, size: int) -> int:
    """
    How many bytes of a tar member are kept: all of what may be evidence, else what a
    header needs.
    """
    base = name.rsplit("/", 1)[-1]
    if base.lower().endswith(_ARCHIVES):
        return size if size <= _KEEP_ARCHIVE else 0
    if _NATIVE.search(base):
        return min(size, 16 << 20)
    if _KEEP.search(base):
        return min(size, 4 * TEXT_BYTES)
    if "." not in base or base.lower().endswith(_PROSE):
        return min(size, 256 << 10)
    return min(size, _KEEP_HEAD if size > 64 << 10 else 16 << 10)


class TarFiles:
    """
    A tar stream (sdist, npm package, member of a .deb), read once; `keep` says how much
    of each member is held.
    """

    inflates = False

    def __init__(
        self,
        stream: IO[bytes],
        label: str,
        budget: Budget | None = None,
        *,
        stored: Callable[[], int] | None = None,
        keep: Callable[[str, int], int] = keep,
    ) -> None:
        self.label = label
        noted = Problems()
        self.problems: list[Problem] = noted
        self._note = noted.note
        self.budget = budget or Budget()
        self._held: dict[str, tuple[bytes, int]] = {}
        self._links: dict[str, str] = {}
        self._stream = stream
        self._stored = stored or (lambda: 1 << 62)
        self._passed = 0
        self._keep = keep
        self._take()

    def paths(self) -> Sequence[str]:
        """All regular members with safe names, and links to such, sorted."""
        return sorted(
            [
                *self._held,
                *(name for name in self._links if self._resolve(name) in self._held),
            ]
        )

    def has(self, path: str) -> bool:
        """Whether there is such a member."""
        return self._resolve(path) in self._held

    def size(self, path: str) -> int:
        """The member's length."""
        return self._get(path)[1]

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """What was kept of the member, within `limit`."""
        data, size = self._get(path)
        if len(data) < size:
            return Read(data=data[:limit], size=size, truncated=True)
        return sampled(data, limit)

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """A slice of what was kept."""
        return self._get(path)[0][offset : offset + count]

    def stream(self, path: str) -> IO[bytes]:
        """Open a member that was kept whole. Raises `ReadError` for one that was not."""
        data, size = self._get(path)
        if len(data) < size:
            raise ReadError(
                RuleId.EVIDENCE_TRUNCATED,
                path,
                "the nested archive is too large to hold",
            )
        return io.BytesIO(data)

    def _resolve(self, path: str) -> str:
        for _ in range(8):
            if path not in self._links:
                break
            path = self._links[path]
        return path

    def _get(self, path: str) -> tuple[bytes, int]:
        try:
            return self._held[self._resolve(path)]
        except KeyError:
            raise MissingError(path) from None

    def _take(self) -> None:
        """
        Go through the stream once. A stream that ends early keeps what came before and
        says so.
        """
        try:
            for header in self._headers():
                name = header.name.removeprefix("./")
                if escapes(name):
                    self._note(
                        RuleId.ARCHIVE_UNSAFE,
                        name,
                        "the member's name points outside the archive; it was not read",
                    )
                    self._skip(header.size)
                elif header.islnk() or header.issym():
                    self._link(name, header)
                elif header.isreg() and not self._is_sparse(header):
                    if name in self._held:
                        self._note(
                            RuleId.ARCHIVE_UNSAFE,
                            name,
                            "the archive holds this name twice: readers may disagree",
                        )
                    self._hold(name, header.size)
                elif not header.isdir():
                    self._note(
                        RuleId.ARCHIVE_UNSAFE,
                        name,
                        "the member is a device, sparse or of an unknown type; it was not read",
                    )
                    self._skip(header.size)
            self._note_behind()
        except ReadError as error:
            self.problems.append(error.problem)
        except STREAM_ERRORS as error:
            if not self._held:
                raise
            self._note(
                RuleId.ARCHIVE_UNSAFE,
                self.label,
                f"the archive ends early or is damaged ({error})",
            )

        for name in self._links:
            target = self._resolve(name)
            if (
                target not in self._held
                and _EVIDENCE.search(name)
                and not any(h.startswith(target) for h in self._held)
            ):
                self._note(
                    RuleId.EVIDENCE_MISSING,
                    name,
                    f"a link to {target}, which is not in the archive",
                )

    @staticmethod
    def _is_sparse(header: tarfile.TarInfo) -> bool:
        """
        A member whose bytes depend on who unpacks it; no source archive has a use for
        one.
        """
        return header.type == tarfile.GNUTYPE_SPARSE or any(
            key.startswith("GNU.sparse") for key in header.pax_headers
        )

    def _note_behind(self) -> None:
        """
        Look at what comes behind the end of the archive: some readers stop there,
        others go on.
        """
        for _ in range(_BEHIND):
            data = self._read(1 << 16)
            if data.strip(b"\0"):
                self._note(
                    RuleId.ARCHIVE_UNSAFE,
                    self.label,
                    "there is data behind the end of the archive; it was not read",
                )
            if not data or data.strip(b"\0"):
                break

    def _link(self, name: str, header: tarfile.TarInfo) -> None:
        base = "" if header.islnk() else os.path.dirname(name)
        target = (
            os.path.normpath(os.path.join(base, header.linkname))
            if header.linkname
            else ".."
        )
        if escapes(
            header.linkname if header.islnk() else os.path.join(base, header.linkname)
        ):
            self._note(
                RuleId.ARCHIVE_UNSAFE,
                name,
                "a link that points outside the archive; it was not followed",
            )
        else:
            self._links[name] = target

    def _headers(self) -> Iterator[tarfile.TarInfo]:
        """
        Each member's header, long names and pax records applied; the stream stands at
        the member's data.
        """
        long_name = long_link = ""
        pax: dict[str, str] = {}
        while True:
            block = self._read(512)
            if len(block) < 512 or not block.strip(b"\0"):
                if not self._passed or (block and len(block) < 512):
                    raise tarfile.ReadError("cut short")
                return
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if header.size < 0:
                raise tarfile.ReadError("negative size")
            if header.type in (
                tarfile.GNUTYPE_LONGNAME,
                tarfile.GNUTYPE_LONGLINK,
                tarfile.XHDTYPE,
                tarfile.XGLTYPE,
            ):
                if header.size > TEXT_BYTES:
                    raise tarfile.ReadError("oversized header")
                data = self._read(header.size)
                self._skip_padding(header.size)
                value = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
                if header.type == tarfile.GNUTYPE_LONGNAME:
                    long_name = value
                elif header.type == tarfile.GNUTYPE_LONGLINK:
                    long_link = value
                elif header.type == tarfile.XHDTYPE:
                    pax = _pax(data)
                continue
            header.pax_headers = pax
            header.name = pax.get("path", long_name or header.name)
            header.linkname = pax.get("linkpath", long_link or header.linkname)
            if pax.get("size", "").isdigit():
                header.size = int(pax["size"])
            long_name = long_link = ""
            pax = {}
            yield header

    def _hold(self, name: str, size: int) -> None:
        wanted = min(self._keep(name, size), size)
        if name.lower().endswith(_ARCHIVES):
            self.budget.hold(wanted, name)
        elif wanted > _KEEP_HEAD:
            self.budget.spend(wanted, name)
        data = self._read(wanted)
        if len(data) < wanted:
            raise tarfile.ReadError("cut short")
        self._skip(size - wanted, padding_of=size)
        self._held.setdefault(name, (data, size))

    def _skip(self, count: int, padding_of: int | None = None) -> None:
        left = count
        while left > 0:
            chunk = self._read(min(left, 1 << 20))
            if not chunk:
                raise tarfile.ReadError("cut short")
            left -= len(chunk)
        self._skip_padding(count if padding_of is None else padding_of)

    def _skip_padding(self, size: int) -> None:
        self._read(-size % 512)

    def _read(self, count: int) -> bytes:
        if not count:
            return b""
        data = self._stream.read(count)
        self._passed += len(data)
        if self._passed > STREAM_BYTES or (
            self._passed > RATIO_FROM and self._passed > RATIO * self._stored()
        ):
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                self.label,
                "inflates to more than 200 times its stored size; the rest was not read",
            )
        return data


def _pax(data: bytes) -> dict[str, str]:
    """The records of a pax header: `<length> <key>=<value>\\n` each."""
    records: dict[str, str] = {}
    place = 0
    while place < len(data):
        space = data.find(b" ", place)
        digits = data[place:space] if space > 0 else b""
        if not digits.isdigit() or not int(digits):
            break
        record = data[space + 1 : place + int(digits) - 1]
        key, _, value = record.partition(b"=")
        records[key.decode("utf-8", "replace")] = value.decode(
            "utf-8", "surrogateescape"
        )
        place += int(digits)
    return records
