"""From bytes to text, and a note where that was not plain."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """
    A text, the encoding it was in, and whether the bytes are no text at all (`binary`).
    """

    text: str
    encoding: str
    binary: bool = False


def decode(data: bytes) -> Decoded:
    """
    The text that `data` holds: by byte-order mark, as UTF-8, as UTF-16 by the pattern
    of its NULs, or as Windows-1252.

    Never raises. Line ends become `\\n`. Bytes with many control characters come back
    as `binary`.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _finish(data.decode(encoding, "replace").lstrip("\ufeff"), encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    else:
        if "\0" not in text:
            return _finish(text, "utf-8")
    start = data[:4096]
    if start.count(0) > len(start) // 4:
        encoding = (
            "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        )
        wide = data.decode(encoding, "replace")
        if wide.count("\0") + wide.count("\ufffd") < len(wide) // 50:
            return _finish(wide, encoding)
    if _is_binary(data):
        return Decoded(text="", encoding="binary", binary=True)
    return _finish(
        text or data.decode("cp1252", "replace"), "utf-8" if text else "cp1252"
    )


def _is_binary(data: bytes) -> bool:
    sample = data[:65536]
    controls = len(sample.translate(None, _PLAIN))
    high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    return controls * 50 > len(sample) or high * 3 > len(sample)


def _finish(text: str, encoding: str) -> Decoded:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text=text, encoding=encoding)
