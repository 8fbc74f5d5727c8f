"""
An installed distribution for importlib-metadata, its bytes read by the safe
reader.

The library gives the shape and derives what follows from the metadata. Where
it would lose or follow something, its interface lets a provider decide, and
this one does:

- METADATA is taken apart by `core_metadata`. The library's parser ends the headers at
  the first line that is none, so that the rest is lost, and knows no lines.
- `locate_file` refuses, which switches `files` off. That list follows `..` out of the
  site, drops what is missing, and stops with an error at a row that is no path, hash
  and size. `recorded` gives the rows as they stand, with what is wrong.
- Name and version fall back to what the folder is called; the library raises.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NoReturn

from importlib_metadata import Distribution, PackageMetadata

from licensescan.collect.formats.core_metadata import Metadata
from licensescan.collect.formats.record import WRITERS, read_record
from licensescan.collect.python.info_folder import metadata_in
from licensescan.model.types import Problem
from licensescan.reader import RECORD_BYTES, Files, ReadError, decode, escapes

_INSTALLER_BYTES = 256
_LIMITS = {
    "INSTALLER": _INSTALLER_BYTES,
    "RECORD": RECORD_BYTES,
    "SOURCES.txt": RECORD_BYTES,
    "installed-files.txt": RECORD_BYTES,
}
_TEXT_BYTES = 1 << 20


class InstalledDistribution(Distribution):
    """
    The distribution whose metadata stand at `info` in `tree`: a `.dist-info`,
    `.egg-info` or EGG-INFO folder, or an `.egg-info` file. `entry` is what it
    is called in the site, where that is not `info`: the egg around it.
    """

    def __init__(
        self,
        tree: Files,
        info: str,
        entry: str = "",
    ) -> None:
        self.tree = tree
        self.info = info
        self.promised_name, self.promised_version = promised(entry or info)
        self.hashes: Mapping[str, str] = {}

    def read_text(self, filename: str | os.PathLike[str]) -> str | None:
        """
        Return the text of a file of the metadata folder, None when it cannot
        be read.
        """
        name = os.fspath(filename)
        if name == "requires.txt" and self.info.endswith(".dist-info"):
            return None  # a file of eggs alone; the library looks everywhere
        try:
            read = self.tree.read(
                f"{self.info}/{name}", _LIMITS.get(name, _TEXT_BYTES)
            )
        except ReadError:
            return None
        return decode(read.data).text

    def locate_file(self, path: str | os.PathLike[str]) -> NoReturn:
        """Raise `NotImplementedError`: files are read through `tree` alone."""
        raise NotImplementedError(f"{os.fspath(path)} is not located")

    @cached_property
    def core(self) -> Metadata:
        """
        The metadata with evidence and problems, which the library has no place
        for.
        """
        if self.info.endswith(".dist-info"):
            return metadata_in(self.tree, [f"{self.info}/METADATA"])
        pkg_info = f"{self.info}/PKG-INFO"
        # An .egg-info may be a file, PKG-INFO itself.
        return metadata_in(self.tree, [pkg_info, self.info])

    @property
    def metadata(self) -> PackageMetadata:
        """The fields of the metadata, as the library wants them."""
        return _Fields(self.core.fields)

    @property
    def name(self) -> str:
        """The name in the metadata, else in the name of the folder."""
        return self.core.name or self.promised_name

    @property
    def version(self) -> str:
        """The version in the metadata, else in the name of the folder."""
        return self.core.version or self.promised_version

    @property
    def requires(self) -> list[str]:
        """
        The requirement lines of the metadata, else of an egg's requires.txt,
        which the library brings into their form and from which it does not
        take comments.
        """
        lines = super().requires or []
        return [line for line in lines if not line.startswith("#")]

    def recorded(self) -> tuple[list[str], list[Problem]]:
        """
        Return the paths that the distribution lists as its own, relative to
        the site, and what is wrong with the list. They may lead anywhere.
        """
        if not self.info.endswith(".dist-info"):
            return self._listed_by_egg(), []
        rows, problems = read_record(self.tree, self.info, needed=False)
        if not rows and not problems and self._installer() in WRITERS:
            _, problems = read_record(self.tree, self.info, needed=True)
        self.hashes = rows
        return list(rows), problems

    def top_level(self) -> list[str]:
        """
        Return the names of the folders that are the distribution's own, by its
        top_level.txt or by its name.
        """
        lines = (self.read_text("top_level.txt") or "").split("\n")
        names = [
            line.strip()
            for line in lines
            if line.strip() and not escapes(line)
        ]
        return names or [re.sub(r"-[^-]*$", "", self.info.rsplit(".", 1)[0])]

    def _installer(self) -> str:
        return (self.read_text("INSTALLER") or "").strip().lower()

    def _listed_by_egg(self) -> list[str]:
        paths: list[str] = []
        for name, base in (
            ("installed-files.txt", self.info),
            ("SOURCES.txt", ""),
        ):
            lines = (self.read_text(name) or "").split("\n")
            stripped = (line.strip() for line in lines)
            paths += [
                posixpath.normpath(posixpath.join(base, s))
                for s in stripped
                if s
            ]
        return [path for path in paths if not escapes(path)]


class _Fields:
    """The fields of a metadata file, by their names in upper or lower case."""

    def __init__(self, fields: Mapping[str, tuple[str, ...]]) -> None:
        self._fields = fields

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][0]

    def get(self, name: str, failobj: Any = None) -> Any:
        """Return the first value of a field, or `failobj`."""
        return self.get_all(name, [failobj])[0]

    def get_all(self, name: str, failobj: Any = None) -> Any:
        """Return the values of a field in order, or `failobj`."""
        return list(self._fields[name.lower()]) if name in self else failobj

    @property
    def json(self) -> dict[str, str | list[str]]:
        """
        The fields as PEP 566 writes them into JSON, all of them as lists.
        """
        return {
            name.replace("-", "_"): list(values)
            for name, values in self._fields.items()
        }


def promised(entry: str) -> tuple[str, str]:
    """
    Return the name and version in the name of an egg, `.dist-info` or
    `.egg-info`; "" for what it lacks.
    """
    stem = entry.rpartition(".")[0]
    if entry.endswith(".egg"):
        stem = re.sub(r"(?i)-py\d.*$", "", stem)
    name, _, version = stem.partition("-")
    return name, re.sub(r"-py\d.*$", "", version)
