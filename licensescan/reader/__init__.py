"""
Read targets safely: every byte of a target is read here, within fixed limits.

Nothing is extracted to disk, executed, imported or unpickled; nothing outside
the target is opened; no input makes it read more than its limits.
`docs/threats.md` lists the promises, `tests/reader` and `tests/cases` prove
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from licensescan.reader.base import (
    HEAD_BYTES,
    RECORD_BYTES,
    TEXT_BYTES,
    Budget,
    Files,
    FileTree,
    MissingError,
    Read,
    ReadError,
    escapes,
    read_whole,
)
from licensescan.reader.cues import cues, speaks
from licensescan.reader.folder import FolderFiles, SystemFiles
from licensescan.reader.json_data import load_json
from licensescan.reader.text import Decoded, decode

if TYPE_CHECKING:
    from licensescan.reader.archive import (
        ar_members,
        nested,
        open_archive,
        open_files,
        open_layer,
        tar_index,
    )
else:

    def __getattr__(name: str) -> object:
        """
        Load the readers of archives when they are first asked for: tar, zip,
        xz and bz2 cost 15 ms.
        """
        if name not in __all__:
            raise AttributeError(
                f"module {__name__!r} has no attribute {name!r}"
            )
        from licensescan.reader import archive

        return getattr(archive, name)


__all__ = [
    "HEAD_BYTES",
    "RECORD_BYTES",
    "TEXT_BYTES",
    "Budget",
    "Decoded",
    "FileTree",
    "Files",
    "FolderFiles",
    "MissingError",
    "Read",
    "ReadError",
    "SystemFiles",
    "ar_members",
    "cues",
    "decode",
    "escapes",
    "load_json",
    "nested",
    "open_archive",
    "open_files",
    "open_layer",
    "read_whole",
    "speaks",
    "tar_index",
]
