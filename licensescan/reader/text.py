"""Decode bytes as text."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PLAIN = bytes(range(32, 256)) + b"\t\n\r\f\v"
_HIGH = bytes(range(128, 256))


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Decoded:
    """
    A text, the encoding it was in, and whether the bytes are no text at all
    (`binary`).
    """

    text: str
    encoding: str
    binary: bool = False


def decode(data: bytes) -> Decoded:
    """
    Return the text that `data` holds: by byte-order mark, as UTF-8, as UTF-16
    by the pattern of its NULs, or as Windows-1252.

    Never raises. Line ends become `\\n`. Bytes with many control characters
    come back as `binary`.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _finish(
                data.decode(encoding, "replace").lstrip("\ufeff"), encoding
            )
    text = _utf8(data)
    if text is not None and "\0" not in text:
        return _finish(text, "utf-8")
    wide = _wide(data)
    if wide:
        return wide
    if _is_binary(data):
        return Decoded(
            text="",
            encoding="binary",
            binary=True,
        )
    if text:
        return _finish(text, "utf-8")
    return _finish(data.decode("cp1252", "replace"), "cp1252")


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> Decoded | None:
    """
    Return the text of UTF-16 without a byte-order mark; None where it is none.
    """
    start = data[:4096]
    if start.count(0) <= len(start) // 4:
        return None
    is_little = start[1::2].count(0) > start[::2].count(0)
    encoding = "utf-16-le" if is_little else "utf-16-be"
    text = data.decode(encoding, "replace")
    if text.count("\0") + text.count("\ufffd") >= len(text) // 50:
        return None
    return _finish(text, encoding)


def _is_binary(data: bytes) -> bool:
    sample = data[:65536]
    controls = sample.translate(None, _PLAIN)
    low = sample.translate(None, _HIGH)
    high = len(sample) - len(low)
    return len(controls) * 50 > len(sample) or high * 3 > len(sample)


def _finish(text: str, encoding: str) -> Decoded:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text=text, encoding=encoding)
