"""
Files of kept results: written whole or not at all, and read only where they
are the user's own.
"""

from __future__ import annotations

import os
import stat

from licensescan.base.portable import READ_NO_LINK, user_id


def read_own(path: str, limit: int) -> bytes:
    """
    Return the bytes of a regular file of the user's own; b"" where there is
    none, or one of more than `limit` bytes.
    """
    try:
        handle = os.open(path, READ_NO_LINK)
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != user_id():
            return b""
        return file.read() if status.st_size <= limit else b""


def write_whole(path: str, data: bytes) -> None:
    """
    Put `data` in its place in one step: whoever reads sees all of it or
    nothing. Raises `OSError`.
    """
    import tempfile

    handle, name = tempfile.mkstemp(dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
