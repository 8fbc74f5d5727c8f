"""
Read the headers of weight files: GGUF, safetensors, ONNX and Core ML name a
license, and what they were made from.

Headers only, within limits, and never a pickle: the weights themselves say
nothing about licenses. Sources: ggml docs/gguf.md, the safetensors format
description, onnx.proto3 and Model.proto of Core ML.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, Problem
from licensescan.reader import Files, ReadError, load_json

FORMATS = re.compile(r"(?i)\.(gguf|safetensors|onnx|mlmodel)$")
"""The files that `read_header` reads."""

_JSON_BYTES = 8 << 20
"""Bytes of a safetensors header; a longer one is a problem."""

_GGUF_BYTES = 64 << 20
"""Bytes of a GGUF header, its vocabulary included; a longer one is told."""

_CHUNK = 64 << 10
"""Bytes of a GGUF header that are read at once."""

_FIELDS = 20_000
"""Fields of a protobuf message; one with more is a problem."""

_STRING = 1 << 20
"""Bytes of a string; a longer one is a problem."""

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of each GGUF value type of a fixed size."""

_TEXT, _ARRAY = 8, 9
_GGUF_LICENSE = "general.license"
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}
"""Wire types of protobuf fields; bytes of those of a fixed size."""

_LICENSE_KEYS = (
    "general.license",
    "license",
    "modelspec.license",
    "model_license",
    "license_name",
    "licence",
)
_NAMED_KEYS = ("general.license.name",)
_LINK_KEYS = ("general.license.link", "license_link", "license_url")
_NAME_KEYS = ("general.name", "modelspec.title", "name", "model_name")
_BASE = re.compile(r"general\.base_model\.(\d+)\.(name|organization|repo_url)")
_DATASET = re.compile(r"general\.dataset\.(\d+)\.(name|organization|repo_url)")
_BASE_KEYS = (
    "base_model",
    "base_model_name_or_path",
    "general.source.huggingface.repository",
)
_HUB = re.compile(
    r"^https?://(?:www\.)?huggingface\.co/(?:datasets/)?([\w.-]+/[\w.-]+)"
)


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Header:
    """
    What one file's header says; `evidence` has its license, `problems` is not
    empty when it cannot be read.
    """

    name: str = ""
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()


class _BadHeaderError(ValueError):
    """Raised for bytes that are not what the format asks for."""


def read_header(files: Files, path: str, *, form: str = "") -> Header:
    """
    Return what the weights at `path` say of themselves. Never raises: a broken
    header is a problem.

    `form` is the format where the name does not show it (a blob).
    """
    match = FORMATS.search(path)
    kind = form or (match[1].lower() if match else "")
    if not kind:
        return Header()
    readers = {
        "gguf": _gguf,
        "safetensors": _safetensors,
        "onnx": _onnx,
        "mlmodel": _coreml,
    }
    try:
        return _header(readers[kind](files, path), path)
    except ReadError as error:
        return Header(problems=(error.problem,))
    except (_BadHeaderError, struct.error, ValueError) as error:
        problem = Problem(
            rule=RuleId.METADATA_INVALID,
            path=path,
            message=f"{kind} header: {error}",
        )
        return Header(problems=(problem,))


def _header(table: Mapping[str, str], path: str) -> Header:
    """Return the header that a flat table of keys and words is."""
    fields = {key.lower(): value.strip() for key, value in table.items()}
    bases = [fields.get(key, "") for key in _BASE_KEYS]
    base_models = [
        *_numbered(fields, _BASE),
        *(base for base in bases if "/" in base),
    ]
    return Header(
        name=_first(fields, _NAME_KEYS),
        base_models=tuple(dict.fromkeys(base_models)),
        datasets=tuple(_numbered(fields, _DATASET)),
        evidence=tuple(_evidence(fields, path)),
    )


def _evidence(fields: Mapping[str, str], path: str) -> Iterator[Evidence]:
    """Yield the license and the link to it."""
    license_name = _first(fields, _LICENSE_KEYS)
    if license_name.lower() in ("", "other", "unknown"):
        license_name = _first(fields, _NAMED_KEYS) or license_name
    if not license_name:
        return
    yield Evidence(
        kind=EvidenceKind.WEIGHTS_HEADER,
        path=path,
        value=license_name,
    )
    link = _first(fields, _LINK_KEYS)
    if link:
        yield Evidence(
            kind=EvidenceKind.LINK,
            path=path,
            value=link,
        )


def _first(fields: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((fields[key] for key in keys if fields.get(key)), "")


def _numbered(
    fields: Mapping[str, str], pattern: re.Pattern[str]
) -> list[str]:
    """Return `general.base_model.0.repo_url` and its kin as repository ids."""
    groups: dict[int, dict[str, str]] = {}
    for key, value in fields.items():
        match = pattern.fullmatch(key)
        if match and value:
            groups.setdefault(int(match[1]), {})[match[2]] = value
    ids = [_repository(group) for _, group in sorted(groups.items())]
    return [id_ for id_ in ids if id_]


def _repository(group: Mapping[str, str]) -> str:
    """
    Return the id of a model or data set by its address, else by its names.
    """
    address = _HUB.match(group.get("repo_url", ""))
    if address:
        return address[1]
    name = "-".join(group.get("name", "").split())
    owner = "-".join(group.get("organization", "").split())
    return f"{owner}/{name}" if owner and name else name


# -- GGUF --


@dataclass(slots=True)
class _Cursor:
    """
    An offset in a file, of which a piece from `start` is held as `data`.
    Raises `ReadError` beyond `_GGUF_BYTES`.
    """

    files: Files
    path: str
    offset: int = 0
    start: int = 0
    data: bytes = b""

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        begin = self.offset
        self.skip(count)
        if self.offset > self.start + len(self.data):
            self.start = begin
            self.data = self.files.read_at(
                self.path, begin, max(count, _CHUNK)
            )
        piece = self.data[begin - self.start : self.offset - self.start]
        if len(piece) < count:
            raise _BadHeaderError(f"it ends too early, at {self.offset}")
        return piece

    def skip(self, count: int) -> None:
        """Pass over the next `count` bytes."""
        self.offset += count
        if self.offset > _GGUF_BYTES:
            message = (
                f"only the first {_GGUF_BYTES} bytes of its header are read"
            )
            raise ReadError(RuleId.EVIDENCE_TRUNCATED, self.path, message)


def _gguf(files: Files, path: str) -> dict[str, str]:
    cursor = _Cursor(files=files, path=path)
    if cursor.take(4) != b"GGUF":
        raise _BadHeaderError("no GGUF")
    raw = cursor.take(4)
    # The version is a small number: read the wrong way round it is a large
    # one.
    order = "<" if struct.unpack("<I", raw)[0] < 1 << 16 else ">"
    version = struct.unpack(order + "I", raw)[0]
    if not 1 <= version <= 16:
        raise _BadHeaderError(f"version {version} is not known")
    length = order + ("I" if version == 1 else "Q")
    cursor.take(struct.calcsize(length))
    count = _number(cursor, length)
    fields: dict[str, str] = {}
    try:
        for _ in range(count):
            key = _text(cursor, length)
            kind = _number(cursor, order + "I")
            value = _value(cursor, kind, order, length)
            if value is not None:
                fields[key] = value
    except ReadError:
        # What a file says of itself stands before its vocabulary, as a rule.
        if not fields.get(_GGUF_LICENSE):
            raise
    return fields


def _value(
    cursor: _Cursor,
    kind: int,
    order: str,
    length: str,
) -> str | None:
    """Return a string; pass over any other value."""
    if kind == _TEXT:
        return _text(cursor, length)
    if kind in _SIZES:
        cursor.skip(_SIZES[kind])
    elif kind == _ARRAY:
        inner = _number(cursor, order + "I")
        count = _number(cursor, length)
        if inner in _SIZES:
            cursor.skip(_SIZES[inner] * count)
        elif inner == _TEXT:
            for _ in range(count):
                cursor.skip(_number(cursor, length))
        else:
            raise _BadHeaderError(f"an array of type {inner}")
    else:
        raise _BadHeaderError(f"a value of type {kind}")
    return None


def _number(cursor: _Cursor, form: str) -> int:
    return int(struct.unpack(form, cursor.take(struct.calcsize(form)))[0])


def _text(cursor: _Cursor, length: str) -> str:
    return cursor.take(_number(cursor, length)).decode("utf-8", "replace")


# -- safetensors --


def _safetensors(files: Files, path: str) -> dict[str, str]:
    head = files.read_at(path, 0, 8)
    if len(head) < 8:
        raise _BadHeaderError("it ends too early")
    length = struct.unpack("<Q", head)[0]
    if length < 2 or length > files.size(path) - 8:
        raise _BadHeaderError(
            f"a header of {length} bytes does not fit the file"
        )
    if length > _JSON_BYTES:
        raise _BadHeaderError(
            f"a header of {length} bytes is larger than is read"
        )
    table = load_json(files.read_at(path, 8, length))
    metadata = (
        table.get("__metadata__") if isinstance(table, Mapping) else None
    )
    if not isinstance(metadata, Mapping):
        return {}
    return {
        str(key): value
        for key, value in metadata.items()
        if isinstance(value, str) and len(value) <= _STRING
    }


# -- ONNX and Core ML --


def _onnx(files: Files, path: str) -> dict[str, str]:
    """
    Return `metadata_props` (field 14 of ModelProto): license by habit, under
    various keys.
    """
    fields: dict[str, str] = {}
    for number, start, size in _fields(files, path, 0, files.size(path)):
        if number == 14:
            pair = dict(_strings(files, path, start, size))
            key = pair.get(1, "")
            last = re.split(r"[.:]", key.lower())[-1]
            if last in (*_LICENSE_KEYS, *_LINK_KEYS):
                key = last
            fields[key] = pair.get(2, "")
    return fields


def _coreml(files: Files, path: str) -> dict[str, str]:
    """Return Model.description (2) .metadata (100) .license (4)."""
    fields: dict[str, str] = {}
    for number, start, size in _fields(files, path, 0, files.size(path)):
        if number != 2:
            continue
        for inner, begin, length in _fields(files, path, start, start + size):
            if inner == 100:
                metadata = dict(_strings(files, path, begin, length))
                fields["license"] = metadata.get(4, "")
    return fields


def _strings(
    files: Files, path: str, start: int, size: int
) -> Iterator[tuple[int, str]]:
    for number, begin, length in _fields(files, path, start, start + size):
        if length > _STRING:
            raise _BadHeaderError(f"a string of {length} bytes")
        data = files.read_at(path, begin, length)
        yield number, data.decode("utf-8", "replace")


def _fields(
    files: Files, path: str, start: int, end: int
) -> Iterator[tuple[int, int, int]]:
    """
    Yield the length-delimited fields of a protobuf message: number, offset of
    its bytes, and how many they are.
    """
    offset = start
    for _ in range(_FIELDS):
        if offset >= end:
            return
        window = files.read_at(path, offset, 20)
        tag, used = _varint(window, 0)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise _BadHeaderError("no protobuf message")
        size = _FIXED.get(wire, 0)
        if wire == _VARINT:
            _, used = _varint(window, used)
        elif wire == _BYTES:
            size, used = _varint(window, used)
            if offset + used + size > end:
                raise _BadHeaderError("a field is longer than the file")
            yield number, offset + used, size
        elif wire not in _FIXED:
            raise _BadHeaderError(f"a field of wire type {wire}")
        offset += used + size
    if offset < end:
        raise _BadHeaderError(f"more than {_FIELDS} fields")


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if offset >= len(data):
            raise _BadHeaderError("it ends too early")
        byte = data[offset]
        offset += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, offset
    raise _BadHeaderError("a number is too long")
