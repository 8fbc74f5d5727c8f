"""
JSON from a target, with a cap on depth that is checked before the parser recurses.
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
One that does not end runs to the end of the file: the parser gets no further either,
and no time is lost.
"""
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_OTHERS = bytes(set(range(256)) - set(_STEPS))


def load_json(data: bytes) -> Any:
    """
    The value that a JSON document holds.

    Raises `ValueError` for text that is no JSON or is nested deeper than 64 levels: the
    standard parser would recurse until the interpreter's own limit.
    """
    # The check costs as much as the parse; larger files are held by the parser's own
    # guard against recursion.
    if len(data) <= _SMALL and data.count(b"[") + data.count(b"{") > _DEPTH:
        brackets = _STRING.sub(b"", data).translate(None, _OTHERS)
        if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > _DEPTH:
            raise ValueError("nested deeper than 64 levels")
    try:
        return json.loads(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
