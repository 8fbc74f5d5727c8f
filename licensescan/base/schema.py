"""
Read tables strictly: an unknown key or value is an error that names the file, the key
and the nearest word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from licensescan.base import toml
from licensescan.model.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path


def load_table(path: Path) -> dict[str, Any]:
    """Read a file of `rules/`. Raises `PolicyError` when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(str(error)) from error
    return parse_table(data, path.name)


def parse_table(data: bytes, label: str) -> dict[str, Any]:
    """
    Return the TOML table in `data`. Raises `PolicyError`, with `label`, line and
    column.
    """
    try:
        return toml.loads(data, label=label)
    except ValueError as error:
        raise PolicyError(str(error)) from error


def check_keys(
    table: Mapping[str, Any], allowed: Iterable[str], label: str, where: str
) -> None:
    """
    Raise `PolicyError` for a key of `table` that is not `allowed`; the message says
    that it stands at `where` in `label`.
    """
    words = tuple(allowed)
    for key in table:
        if key not in words:
            hint = nearest(key, words)
            raise PolicyError(f"{label}: {where}{key}: unknown key{hint}")


def one_of(value: Any, kind: Any, where: str) -> Any:
    """
    Return `value` if it is one of the words of `kind`, a `Literal` or a tuple. Raises
    `PolicyError` for another.
    """
    words = kind if isinstance(kind, tuple) else get_args(kind)
    if value not in words:
        hint = nearest(str(value), words)
        listed = ", ".join(words)
        raise PolicyError(f"{where}: {value!r} is not one of {listed}{hint}")
    return value


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `; did you mean X?` for the one of `words` most like `word`, else ""."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
