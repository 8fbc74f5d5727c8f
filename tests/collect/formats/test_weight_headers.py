"""Headers of weight files, built here byte by byte."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from licensescan.collect.formats import weight_headers
from licensescan.collect.formats.weight_headers import Header, read_header
from licensescan.reader import FolderFiles


def text(value: str, length: str = "<Q") -> bytes:
    raw = value.encode()
    return struct.pack(length, len(raw)) + raw


def gguf(
    pairs: list[tuple[str, int, bytes]], version: int = 3, order: str = "<"
) -> bytes:
    length = order + ("I" if version == 1 else "Q")
    head = (
        b"GGUF"
        + struct.pack(order + "I", version)
        + struct.pack(length, 0)
        + struct.pack(length, len(pairs))
    )
    return head + b"".join(
        text(k, length) + struct.pack(order + "I", kind) + value
        for k, kind, value in pairs
    )


def safetensors(said: dict[str, str], tail: bytes = b"\0" * 16) -> bytes:
    header = json.dumps(
        {
            "__metadata__": said,
            "w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]},
        }
    ).encode()
    return struct.pack("<Q", len(header)) + header + tail


def varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def header(folder: Path, name: str, data: bytes) -> Header:
    (folder / name).write_bytes(data)
    return read_header(FolderFiles(folder), name)


@pytest.mark.parametrize(
    ("version", "order"), [(1, "<"), (2, "<"), (3, "<"), (3, ">")]
)
def test_gguf_names_license_bases_and_data(
    tmp_path: Path, version: int, order: str
) -> None:
    length = order + ("I" if version == 1 else "Q")
    hub = "https://huggingface.co/"
    pairs = [
        ("general.alignment", 4, struct.pack(order + "I", 32)),
        (
            "general.tags",
            9,
            struct.pack(order + "I", 8)
            + struct.pack(length, 2)
            + text("a", length)
            + text("b", length),
        ),
        (
            "general.sizes",
            9,
            struct.pack(order + "I", 5) + struct.pack(length, 3) + b"\0" * 12,
        ),
        ("general.license", 8, text("llama3.1", length)),
        ("general.license.link", 8, text("https://example.org/terms", length)),
        (
            "general.base_model.1.repo_url",
            8,
            text(hub + "acme/second", length),
        ),
        ("general.base_model.0.name", 8, text("First Model", length)),
        ("general.base_model.0.organization", 8, text("Acme", length)),
        (
            "general.dataset.0.repo_url",
            8,
            text(hub + "datasets/acme/talk", length),
        ),
    ]
    found = header(tmp_path, "m.gguf", gguf(pairs, version, order))
    assert [(e.kind, e.value) for e in found.evidence] == [
        ("weights-header", "llama3.1"),
        ("link", "https://example.org/terms"),
    ]
    assert found.base_models == ("Acme/First-Model", "acme/second")
    assert found.datasets == ("acme/talk",)
    assert found.problems == ()


VOCABULARY = struct.pack("<IQ", 8, 4000) + text("x" * 1000) * 4000


def test_a_large_vocabulary_is_passed_over(tmp_path: Path) -> None:
    pairs = [
        ("tokenizer.ggml.tokens", 9, VOCABULARY),
        ("general.license", 8, text("cc-by-nc-4.0")),
    ]
    found = header(tmp_path, "m.gguf", gguf(pairs))
    assert [e.value for e in found.evidence] == ["cc-by-nc-4.0"]
    assert found.problems == ()


def test_a_vocabulary_without_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weight_headers, "_GGUF_BYTES", 1 << 20)
    license_ = ("general.license", 8, text("mit"))
    tokens = ("tokenizer.ggml.tokens", 9, VOCABULARY)
    unread = header(tmp_path, "m.gguf", gguf([tokens, license_]))
    (problem,) = unread.problems
    assert problem.rule == "evidence-truncated"
    assert str(1 << 20) in problem.message
    found = header(tmp_path, "n.gguf", gguf([license_, tokens]))
    assert [e.value for e in found.evidence] == ["mit"]
    assert found.problems == ()


def test_other_in_a_gguf_is_named_by_its_license_name(tmp_path: Path) -> None:
    pairs = [
        ("general.license", 8, text("other")),
        ("general.license.name", 8, text("acme-terms")),
    ]
    assert [
        e.value for e in header(tmp_path, "m.gguf", gguf(pairs)).evidence
    ] == ["acme-terms"]


def test_safetensors_metadata(tmp_path: Path) -> None:
    found = header(
        tmp_path,
        "m.safetensors",
        safetensors({"modelspec.license": "CreativeML Open RAIL-M"}),
    )
    assert [e.value for e in found.evidence] == ["CreativeML Open RAIL-M"]
    assert (
        header(tmp_path, "n.safetensors", safetensors({"format": "pt"}))
        == Header()
    )


def test_onnx_metadata_after_the_graph(tmp_path: Path) -> None:
    pair = field(1, b"com.acme.license") + field(2, b"apache-2.0")
    data = (
        varint(1 << 3) + varint(9) + field(7, b"g" * 100_000) + field(14, pair)
    )
    assert [e.value for e in header(tmp_path, "m.onnx", data).evidence] == [
        "apache-2.0"
    ]


def test_core_ml_metadata(tmp_path: Path) -> None:
    data = varint(1 << 3) + varint(4) + field(2, field(100, field(4, b"MIT")))
    assert [e.value for e in header(tmp_path, "m.mlmodel", data).evidence] == [
        "MIT"
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gguf", b"GGML" + bytes(60)),
        ("b.gguf", b"GGUF" + struct.pack("<I", 3) + bytes(3)),
        ("c.gguf", gguf([("x", 77, b"")])),
        ("c2.gguf", b"GGUF" + struct.pack("<IQQ", 900, 0, 0)),
        ("d.safetensors", bytes(64)),
        ("e.safetensors", struct.pack("<Q", 1 << 60) + b"{}"),
        ("f.safetensors", struct.pack("<Q", 8) + b"{" * 8),
        ("g.safetensors", b"abc"),
        ("h.safetensors", struct.pack("<Q", 200) + b"[" * 200),
        ("i.onnx", b"\xff" * 40),
        ("j.onnx", field(7, b"abc")[:-1]),
        ("k.onnx", b"\0\0\0\0"),
        ("l.onnx", b"\x0b\x01"),
    ],
)
def test_a_header_that_is_none_is_told(
    tmp_path: Path, name: str, data: bytes
) -> None:
    found = header(tmp_path, name, data)
    assert [p.rule for p in found.problems] == ["metadata-invalid"]
    assert found.evidence == ()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert [
        p.rule for p in read_header(FolderFiles(tmp_path), "m.gguf").problems
    ] == ["evidence-missing"]


def test_other_files_have_no_header(tmp_path: Path) -> None:
    assert (
        header(tmp_path, "pytorch_model.bin", b"\x80\x02}q\x00.") == Header()
    )
