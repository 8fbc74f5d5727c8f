"""
Values of the model as plain data, and back: every field that is not as it is
by default, so that what is written can be read as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NewType,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from licensescan.model import considered, reasons

Value = TypeVar("Value")

_NAMES = {"Considered": considered.Considered, "Reason": reasons.Reason}
"""Types that the model imports for type checkers alone."""


_WRONG = (TypeError, KeyError, ValueError, AttributeError, IndexError)


class NotStoredError(ValueError):
    """Data is not what a value of the model is written as."""


# -- to plain data --


class Writer:
    """
    Writes values as what JSON knows. Equal values of the kinds in `shared` are
    written once, into `table` as JSON, and named by their number: many
    components say the same.
    """

    def __init__(self, *shared: type) -> None:
        self.shared = shared
        self.table: list[str] = []
        self._numbers: dict[str, int] = {}

    def plain(self, value: Any) -> Any:
        """Return a value of the model as plain data."""
        if is_dataclass(value) and not isinstance(value, type):
            data = self._fields_of(value)
            is_shared = isinstance(value, self.shared)
            return self._number_of(data) if is_shared else data
        if isinstance(value, Enum):
            return value.value if isinstance(value, StrEnum) else value.name
        if isinstance(value, frozenset):
            return sorted(value)
        if isinstance(value, tuple | list):
            return [self.plain(item) for item in value]
        if isinstance(value, Mapping):
            return {key: self.plain(item) for key, item in value.items()}
        return value.isoformat() if isinstance(value, date) else value

    def fields(self, value: Any) -> Iterator[tuple[str, Any]]:
        """
        Yield the fields of a value that are not as they are by default, with
        what they hold.
        """
        for field in fields(value):
            content = getattr(value, field.name)
            if not _is_default(content, field):
                yield field.name, content

    def _fields_of(self, value: Any) -> dict[str, Any]:
        named = self.fields(value)
        return {name: self.plain(content) for name, content in named}

    def _number_of(self, data: Any) -> int:
        text = json.dumps(data)
        if text not in self._numbers:
            self._numbers[text] = len(self.table)
            self.table.append(text)
        return self._numbers[text]


def _is_default(content: object, field: Field[Any]) -> bool:
    if field.default is not MISSING:
        return type(content) is type(field.default) and bool(
            content == field.default
        )
    if field.default_factory is not MISSING:
        return bool(content == field.default_factory())
    return False


# -- from plain data --


class Reader:
    """
    Reads what a `Writer` has written, with the `table` of its `shared` values.
    Every method raises `NotStoredError` for anything else.
    """

    def __init__(self, table: Sequence[Any], *shared: type) -> None:
        self.table = table
        self.shared = shared
        self._values: dict[int, Any] = {}
        self._readers: Mapping[Any, Callable[[tuple[Any, ...], Any], Any]] = {
            tuple: self._tuple,
            frozenset: self._set,
            Mapping: self._mapping,
            Literal: _word,
            Union: self._either,
            UnionType: self._either,
        }

    def value(self, kind: type[Value], data: Any) -> Value:
        """Return the value of `kind` that `data` was written from."""
        try:
            return cast("Value", self._read(kind, data))
        except _WRONG as error:
            raise NotStoredError(str(error)) from error

    def _read(self, kind: Any, data: Any) -> Any:
        """Return `data` as a value of `kind`, a class or a type expression."""
        kind, origin, of_kinds, has_fields = _shape_of(kind)
        if kind in (Any, object):
            return data
        if origin in self._readers:
            return self._readers[origin](of_kinds, data)
        if kind in self.shared:
            return self._shared(kind, data)
        return self._fields(kind, data) if has_fields else _simple(kind, data)

    def _shared(self, kind: Any, number: Any) -> Any:
        _checked(type(number) is int, number, "number of a shared value")
        if number not in self._values:
            self._values[number] = self._fields(kind, self.table[number])
        value = self._values[number]
        _checked(type(value) is kind, number, kind.__name__)
        return value

    def _fields(self, kind: Any, data: Any) -> Any:
        _checked(type(data) is dict, data, kind.__name__)
        hints = _hints_of(kind)
        unknown = sorted(data.keys() - hints.keys())
        _checked(not unknown, unknown, f"field of {kind.__name__}")
        read = {name: self._read(hints[name], data[name]) for name in data}
        return kind(**read)

    def _tuple(self, kinds: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
        _checked(type(data) is list, data, "list")
        if kinds[-1] is Ellipsis:
            return tuple(self._read(kinds[0], item) for item in data)
        pairs = zip(kinds, data, strict=True)
        return tuple(self._read(kind, item) for kind, item in pairs)

    def _set(self, kinds: tuple[Any, ...], data: Any) -> frozenset[Any]:
        return frozenset(self._tuple((kinds[0], Ellipsis), data))

    def _mapping(self, kinds: tuple[Any, ...], data: Any) -> Mapping[str, Any]:
        _checked(type(data) is dict, data, "object")
        return {key: self._read(kinds[1], item) for key, item in data.items()}

    def _either(self, kinds: tuple[Any, ...], data: Any) -> Any:
        """Return `data` as the first of `kinds` that it is."""
        if data is None and NoneType in kinds:
            return None
        for kind in kinds:
            try:
                return self._read(kind, data)
            except _WRONG:
                continue
        raise NotStoredError(f"{data!r:.40} is none of {len(kinds)} kinds")


def _simple(kind: Any, data: Any) -> Any:
    """Return `data` as a word of an enum, a date, a number or a text."""
    if issubclass(kind, Enum):
        return kind(data) if issubclass(kind, StrEnum) else kind[data]
    if kind is date:
        return date.fromisoformat(data)
    if kind is float and type(data) is int:
        return float(data)
    _checked(type(data) is kind, data, kind.__name__)
    return data


def _word(words: tuple[Any, ...], data: Any) -> Any:
    _checked(data in words, data, "word of the list")
    return data


def _checked(holds: bool, data: Any, kind: str) -> None:
    if not holds:
        raise NotStoredError(f"{data!r:.40} is no {kind}")


@cache
def _shape_of(kind: Any) -> tuple[Any, Any, tuple[Any, ...], bool]:
    """
    Return what a new type stands for, the origin and the arguments of that,
    and whether it has fields.
    """
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    return kind, get_origin(kind), get_args(kind), is_dataclass(kind)


@cache
def _hints_of(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, localns=_NAMES)
