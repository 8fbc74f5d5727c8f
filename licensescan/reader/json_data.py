"""
Parse JSON of a target, with a limit of depth that is checked before the parser
recurses.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

_DEPTH = 64
_SMALL = 256 << 10
_STRING = re.compile(rb'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)')
"""
A string that does not end runs to the end of the file: the parser gets no
further either, and no time is lost.
"""
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_OTHERS = bytes(set(range(256)) - set(_STEPS))


def load_json(data: bytes) -> Any:
    """
    Return the value that a JSON document holds.

    Raises `ValueError` for a text that is no JSON or is nested deeper than 64
    levels: the standard parser would recurse until the interpreter's own
    limit.
    """
    # The check costs as much as the parse; larger files are held by the
    # parser's own guard against recursion.
    if len(data) <= _SMALL and _depth(data) > _DEPTH:
        raise ValueError("nested deeper than 64 levels")
    try:
        return json.loads(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _depth(data: bytes) -> int:
    """
    Return how deeply brackets are nested outside strings, or a number above
    that.
    """
    opened = data.count(b"[") + data.count(b"{")
    if opened <= _DEPTH:
        return opened
    brackets = _STRING.sub(b"", data).translate(None, _OTHERS)
    steps = map(_STEPS.__getitem__, brackets)
    return max(accumulate(steps), default=0)
