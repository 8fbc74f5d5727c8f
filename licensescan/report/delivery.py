"""
Reports into files: whole or not at all, and never in the place of a device, a pipe or a
link.
"""

from __future__ import annotations

import os
import tempfile

from licensescan.model.errors import IncompleteError, UsageError


def writable(path: str) -> None:
    """
    Find out before the scan that a report could not be written. Raises `UsageError`.
    """
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        if not os.access(path, os.W_OK):
            raise UsageError(f"{path}: the report cannot be written there")
        return
    folder = os.path.dirname(os.path.realpath(path)) or "."
    if (
        os.path.isdir(path)
        or not os.path.isdir(folder)
        or not os.access(folder, os.W_OK)
    ):
        raise UsageError(f"{path}: the report cannot be written there")


def put(text: str, path: str) -> None:
    """
    Put `text` into the file at `path`, with a line end at its end. Raises
    `IncompleteError` when that fails.
    """
    text = text if text.endswith("\n") else text + "\n"
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            # A device or a pipe is written to; a file put in its place would be the end
            # of it.
            with open(
                path, "w", encoding="utf-8", errors="surrogateescape", newline="\n"
            ) as file:
                file.write(text)
            return
        path = os.path.realpath(path)
        folder = os.path.dirname(path)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".licensescan-")
        try:
            with os.fdopen(
                handle, "w", encoding="utf-8", errors="surrogateescape", newline="\n"
            ) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise IncompleteError(
            f"{path}: the report could not be written ({error.strerror or error})"
        ) from error
