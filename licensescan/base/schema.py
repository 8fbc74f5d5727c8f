"""
Read tables strictly: an unknown key or value is an error that names the file,
the line, the key and the nearest word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from licensescan.base import toml
from licensescan.model.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path


class StrictTable:
    """
    A table of a TOML document. Each of its methods raises `PolicyError` for a
    value of another kind than the one it returns.

    `label` names the document and `source` holds its bytes, for the lines in
    errors. `where` is the path of the table in the document, with a dot at its
    end; `block` is the table that it stands in, with its key there and its
    number from 0.
    """

    def __init__(
        self,
        table: Mapping[str, Any],
        label: str,
        source: bytes = b"",
        *,
        where: str = "",
        block: tuple[StrictTable, str, int] | None = None,
    ) -> None:
        self._table = table
        self._label = label
        self._source = source
        self._where = where
        self._block = block

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def value(self, key: str) -> Any:
        """Return the value under `key` as it is, or None."""
        return self._table.get(key)

    def check_keys(self, *allowed: str) -> None:
        """Raise `PolicyError` for a key that is not `allowed`."""
        for key in self._table:
            if key not in allowed:
                raise self.error(
                    key, f"unknown key{nearest(key, allowed)}", key
                )

    def text(self, key: str, default: str = "") -> str:
        """Return the string under `key`."""
        value = self._table.get(key, default)
        if not isinstance(value, str):
            raise self.error(key, "must be a string", key)
        return value

    def needed(self, key: str) -> str:
        """
        Return the string under `key`, which must be there and say something.
        """
        value = self.text(key)
        if not value.strip():
            raise self.missing(key)
        return value

    def flag(self, key: str) -> bool:
        """Return True or False, which is what a missing key means."""
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false", key)
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """Return the list of strings under `key`."""
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(v, str) for v in value
        ):
            raise self.error(key, "must be a list of strings", key)
        return tuple(value)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the string, or the list of strings, under `key`."""
        value = self._table.get(key)
        return (value,) if isinstance(value, str) else self.strings(key)

    def one_of(self, key: str, kind: Any, default: str | None = None) -> Any:
        """
        Return the value under `key`, which is one of the words of `kind`, a
        `Literal` or a sequence; `default` where there is none, which may then
        be missing.
        """
        if key not in self._table:
            if default is None:
                raise self.missing(key)
            return default
        return self._checked(key, self._table[key], kind)

    def some_of(self, key: str, kind: Any) -> tuple[Any, ...]:
        """
        Return the words under `key`, each of which is one of those of `kind`.
        """
        return tuple(
            self._checked(key, word, kind) for word in self.words(key)
        )

    def table(self, key: str) -> StrictTable:
        """Return the table under `key`, empty where there is none."""
        value = self._table.get(key, {})
        if not isinstance(value, Mapping):
            raise self.error(key, "must be a table")
        return self._inner(value, f"{key}.", (self, key, 0))

    def tables(self, key: str) -> list[StrictTable]:
        """
        Return the blocks headed `[[key]]`, which are counted from 1 in errors.
        """
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(v, Mapping) for v in value
        ):
            raise self.error(key, f"must be blocks headed [[{key}]]")
        return [
            self._inner(table, f"{key}[{number + 1}].", (self, key, number))
            for number, table in enumerate(value)
        ]

    def error(
        self, key: str, message: str, needle: str | None = None
    ) -> PolicyError:
        """
        Return an error at the line where `needle` (the key, if None) stands:
        TOML parsers give no positions.
        """
        word = (key if needle is None else needle).encode("utf-8", "replace")
        offset = self._source.find(word, self.start()) if word else -1
        line = self._source.count(b"\n", 0, offset) + 1
        place = f"{self._label}:{line}" if offset >= 0 else self._label
        return PolicyError(f"{place}: {self._where}{key}: {message}")

    def line(self) -> int:
        """Return the line of the document on which this table begins."""
        head = max(self._source.find(b"[", self.start()), 0)
        return self._source.count(b"\n", 0, head) + 1

    def missing(self, key: str) -> PolicyError:
        """
        Return the error for a key that must be there, at the head of the
        block.
        """
        return self.error(key, "is missing", self._where.partition("[")[0])

    def _checked(self, key: str, value: Any, kind: Any) -> Any:
        words = kind if isinstance(kind, Sequence) else get_args(kind)
        if value not in words:
            listed = f"{', '.join(words[:-1])} or {words[-1]}"
            hint = nearest(str(value), words)
            raise self.error(key, f"{value!r} is not {listed}{hint}", key)
        return value

    def _inner(
        self,
        table: Mapping[str, Any],
        name: str,
        block: tuple[StrictTable, str, int],
    ) -> StrictTable:
        where = f"{self._where}{name}"
        return StrictTable(
            table, self._label, self._source, where=where, block=block
        )

    def start(self) -> int:
        """
        Return where in the document to look for a word of this table: from its
        head `[[key]]` if it has one, else from where the table around it
        begins.
        """
        if self._block is None:
            return 0
        around, key, number = self._block
        start = around.start()
        head = (
            rb"(?m)^\s*\[{1,2}\s*(?:[\w-]+\.)*"
            + re.escape(key.encode())
            + rb"\s*\]"
        )
        heads = [m.start() for m in re.finditer(head, self._source[start:])]
        return start + heads[number] if number < len(heads) else start


def read_table(path: Path) -> StrictTable:
    """Read a file of `rules/`. Raises `PolicyError` when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(str(error)) from error
    return parse_table(data, path.name)


def parse_table(data: bytes, label: str) -> StrictTable:
    """
    Return the TOML table in `data`. Raises `PolicyError`, with `label`, line
    and column.
    """
    try:
        return StrictTable(toml.loads(data, label=label), label, data)
    except ValueError as error:
        raise PolicyError(str(error)) from error


def nearest(word: str, words: Iterable[str]) -> str:
    """
    Return `; did you mean X?` for the one of `words` most like `word`, else
    "".
    """
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
