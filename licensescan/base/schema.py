"""
Reading tables strictly: an unknown key or value is an error that names the file, the
key and the nearest word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from licensescan.base import toml
from licensescan.model.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path


def load_table(path: Path) -> dict[str, Any]:
    """The table in a file of `rules/`. Raises `PolicyError` when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(str(error)) from error
    return parsed(data, path.name)


def parsed(data: bytes, label: str) -> dict[str, Any]:
    """
    The table that `data` holds. Raises `PolicyError`, with `label`, line and column.
    """
    try:
        return toml.loads(data, label=label)
    except ValueError as error:
        raise PolicyError(str(error)) from error


def only(
    table: Mapping[str, Any], known: Iterable[str], label: str, where: str
) -> None:
    """
    Nothing for a `table` with keys that are `known`. Raises `PolicyError` for another
    key, which is in `where`.
    """
    for key in table:
        if key not in tuple(known):
            raise PolicyError(
                f"{label}: {where}{key}: unknown key{nearest(key, known)}"
            )


def one_of(value: Any, kind: Any, where: str) -> Any:
    """
    `value`, which is one of the words of `kind`, a `Literal` or a tuple. Raises
    `PolicyError` for another.
    """
    known = kind if isinstance(kind, tuple) else get_args(kind)
    if value not in known:
        raise PolicyError(
            f"{where}: {value!r} is not one of {', '.join(known)}{nearest(str(value), known)}"
        )
    return value


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the known word most like `word`, else ""."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
