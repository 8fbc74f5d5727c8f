"""
Look into JSON and TOML of unknown shape: what is not of the type that is asked
for is as good as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return the table at `keys` below `value`, empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str:
    """Return a string without the blanks around it, "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """Return the strings of a list as they are, none for anything else."""
    listed = value if isinstance(value, list) else []
    return [item for item in listed if isinstance(item, str)]
