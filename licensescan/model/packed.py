"""Texts as a report keeps them: packed, since there are megabytes of them."""

from __future__ import annotations

import base64
import zlib

_LEVEL = 6
_LARGEST = 64 << 20
"""Bytes that a packed text may come to."""


def packed(text: str) -> str:
    """Return `text` deflated and in base 64."""
    data = text.encode("utf-8", "surrogatepass")
    return base64.b64encode(zlib.compress(data, _LEVEL)).decode()


def unpacked(data: str) -> str:
    """
    Return the text that `packed` was given. Raises `ValueError` for anything
    else.
    """
    reader = zlib.decompressobj()
    try:
        raw = base64.b64decode(data, validate=True)
        text = reader.decompress(raw, _LARGEST).decode(
            "utf-8", "surrogatepass"
        )
    except zlib.error as error:
        raise ValueError(f"is no packed text: {error}") from error
    if not reader.eof:
        raise ValueError("is no packed text, or a part of one")
    return text
