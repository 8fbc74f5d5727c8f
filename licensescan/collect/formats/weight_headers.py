"""
What the headers of weight files say: GGUF, safetensors, ONNX and Core ML name a
license, and what they were made from.

Headers only, within limits, and never a pickle: the weights themselves say nothing
about licenses. Sources: ggml docs/gguf.md, the safetensors format description,
onnx.proto3 and Model.proto of Core ML.
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
_GGUF_BYTES = 2 << 20
_FIELDS = 20_000
_STRING = 64 << 10
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of each GGUF value type of a fixed size."""

_TEXT, _ARRAY = 8, 9
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """
    What one file's header says; `evidence` has its license, and a problem is told when
    it cannot be read.
    """

    name: str = ""
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()


class _BadHeaderError(ValueError):
    """The bytes are not what the format asks for."""


def read_header(files: Files, path: str, *, form: str = "") -> Header:
    """
    What the weights at `path` say of themselves. Never raises: a header that is none is
    a problem.

    `form` is the format where the name does not tell it (a blob).
    """
    found = FORMATS.search(path)
    kind = form or (found[1].lower() if found else "")
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
        message = f"{kind} header: {error}"
        return Header(
            problems=(
                Problem(rule=RuleId.METADATA_INVALID, path=path, message=message),
            )
        )


def _header(told: Mapping[str, str], path: str) -> Header:
    """The header that a flat table of keys and words is."""
    plain = {key.lower(): value.strip() for key, value in told.items()}
    license_name = _first(plain, _LICENSE_KEYS)
    if license_name.lower() in ("", "other", "unknown"):
        license_name = _first(plain, _NAMED_KEYS) or license_name
    evidence = (
        [Evidence(kind=EvidenceKind.WEIGHTS_HEADER, path=path, value=license_name)]
        if license_name
        else []
    )
    if license_name and (link := _first(plain, _LINK_KEYS)):
        evidence.append(Evidence(kind=EvidenceKind.LINK, path=path, value=link))
    bases = [b for b in (_first(plain, (key,)) for key in _BASE_KEYS) if "/" in b]
    return Header(
        name=_first(plain, _NAME_KEYS),
        base_models=tuple(dict.fromkeys([*_numbered(plain, _BASE), *bases])),
        datasets=tuple(_numbered(plain, _DATASET)),
        evidence=tuple(evidence),
    )


def _first(told: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((told[key] for key in keys if told.get(key)), "")


def _numbered(told: Mapping[str, str], pattern: re.Pattern[str]) -> list[str]:
    """`general.base_model.0.repo_url` and its kin as repository ids."""
    groups: dict[int, dict[str, str]] = {}
    for key, value in told.items():
        if (found := pattern.fullmatch(key)) and value:
            groups.setdefault(int(found[1]), {})[found[2]] = value
    ids = []
    for _, group in sorted(groups.items()):
        linked = _HUB.match(group.get("repo_url", ""))
        name = "-".join(group.get("name", "").split())
        owner = "-".join(group.get("organization", "").split())
        ids.append(
            linked[1] if linked else f"{owner}/{name}" if owner and name else name
        )
    return [one for one in ids if one]


# -- GGUF --


@dataclass(slots=True)
class _Cursor:
    """A place in a file of which no more than `limit` bytes are read."""

    files: Files
    path: str
    limit: int
    place: int = 0
    data: bytes = b""

    def take(self, count: int) -> bytes:
        if count < 0 or self.place + count > self.limit:
            raise EOFError
        if self.place + count > len(self.data):
            wanted = min(
                self.limit, max(2 * len(self.data), self.place + count, 64 << 10)
            )
            self.data += self.files.read_at(
                self.path, len(self.data), wanted - len(self.data)
            )
        piece = self.data[self.place : self.place + count]
        if len(piece) < count:
            raise _BadHeaderError("it ends too early")
        self.place += count
        return piece


def _gguf(files: Files, path: str) -> dict[str, str]:
    cursor = _Cursor(files=files, path=path, limit=_GGUF_BYTES)
    if cursor.take(4) != b"GGUF":
        raise _BadHeaderError("no GGUF")
    raw = cursor.take(4)
    # The version is a small number: read the wrong way round it is a large one.
    order = "<" if struct.unpack("<I", raw)[0] < 1 << 16 else ">"
    version = struct.unpack(order + "I", raw)[0]
    if not 1 <= version <= 16:
        raise _BadHeaderError(f"version {version} is not known")
    length = order + ("I" if version == 1 else "Q")
    cursor.take(struct.calcsize(length))
    count = _number(cursor, length)
    told: dict[str, str] = {}
    try:
        for _ in range(min(count, _FIELDS)):
            key = _text(cursor, length)
            kind = _number(cursor, order + "I")
            value = _value(cursor, kind, order, length)
            if value is not None:
                told[key] = value
    except EOFError:
        # The vocabulary is larger than what is read; what a file says of itself stands
        # before it.
        return told
    return told


def _value(cursor: _Cursor, kind: int, order: str, length: str) -> str | None:
    """
    A string value; everything else is passed over. Raises `EOFError` beyond the limit.
    """
    if kind == _TEXT:
        return _text(cursor, length)
    if kind in _SIZES:
        cursor.take(_SIZES[kind])
    elif kind == _ARRAY:
        inner = _number(cursor, order + "I")
        count = _number(cursor, length)
        if inner in _SIZES:
            cursor.take(_SIZES[inner] * count)
        elif inner == _TEXT:
            for _ in range(count):
                cursor.take(_number(cursor, length))
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
        raise _BadHeaderError(f"a header of {length} bytes does not fit the file")
    if length > _JSON_BYTES:
        raise _BadHeaderError(f"a header of {length} bytes is larger than is read")
    table = load_json(files.read_at(path, 8, length))
    said = table.get("__metadata__") if isinstance(table, Mapping) else None
    if not isinstance(said, Mapping):
        return {}
    return {
        str(key): value
        for key, value in said.items()
        if isinstance(value, str) and len(value) <= _STRING
    }


# -- ONNX and Core ML --


def _onnx(files: Files, path: str) -> dict[str, str]:
    """
    `metadata_props` (field 14 of ModelProto): license by habit, under various keys.
    """
    told: dict[str, str] = {}
    for number, start, size in _fields(files, path, 0, files.size(path)):
        if number == 14 and size <= _STRING:
            pair = dict(_strings(files, path, start, size))
            key = pair.get(1, "")
            plain = key.lower().rsplit(".", 1)[-1].rsplit(":", 1)[-1]
            told[plain if plain in _LICENSE_KEYS or plain in _LINK_KEYS else key] = (
                pair.get(2, "")
            )
    return told


def _coreml(files: Files, path: str) -> dict[str, str]:
    """Model.description (2) .metadata (100) .license (4)."""
    told: dict[str, str] = {}
    for number, start, size in _fields(files, path, 0, files.size(path)):
        if number == 2:
            for inner, begin, length in _fields(files, path, start, start + size):
                if inner == 100:
                    said = dict(_strings(files, path, begin, length))
                    told["license"] = said.get(4, "")
    return told


def _strings(
    files: Files, path: str, start: int, size: int
) -> Iterator[tuple[int, str]]:
    for number, begin, length in _fields(files, path, start, start + size):
        if length <= _STRING:
            yield number, files.read_at(path, begin, length).decode("utf-8", "replace")


def _fields(
    files: Files, path: str, start: int, end: int
) -> Iterator[tuple[int, int, int]]:
    """
    The length-delimited fields of a protobuf message: number, where its bytes start,
    and how many they are.
    """
    place = start
    for _ in range(_FIELDS):
        if place >= end:
            return
        window = files.read_at(path, place, 20)
        tag, used = _varint(window, 0)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise _BadHeaderError("no protobuf message")
        if wire == 0:
            _, used = _varint(window, used)
            place += used
        elif wire == 2:
            size, used = _varint(window, used)
            if place + used + size > end:
                raise _BadHeaderError("a field is longer than the file")
            yield number, place + used, size
            place += used + size
        elif wire in (1, 5):
            place += used + (8 if wire == 1 else 4)
        else:
            raise _BadHeaderError(f"a field of wire type {wire}")


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise _BadHeaderError("it ends too early")
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise _BadHeaderError("a number is too long")
