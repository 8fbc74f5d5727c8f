"""
Whatever stands in a card, a header of weights or a notebook, it is read within
limits and never an error.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensescan.classifier.statements.labels import labels, titled
from licensescan.collect.formats.model_card import (
    SIDE_FILES,
    front_matter,
    registry,
    side_card,
)
from licensescan.collect.formats.weight_headers import read_header
from licensescan.collect.models import caches as models
from licensescan.collect.models.code_references import references
from licensescan.reader import FolderFiles
from tests.collect.formats.test_weight_headers import (
    field,
    gguf,
    safetensors,
    text,
)

SEEDS = {
    "m.gguf": gguf(
        [
            ("general.license", 8, text("mit")),
            ("general.sizes", 9, struct.pack("<IQ", 5, 3) + bytes(12)),
            (
                "general.tags",
                9,
                struct.pack("<IQ", 8, 2) + text("a") + text("b"),
            ),
        ]
    ),
    "m.safetensors": safetensors({"license": "mit"}),
    "m.onnx": field(7, b"g" * 50)
    + field(14, field(1, b"license") + field(2, b"mit")),
    "m.mlmodel": field(2, field(100, field(4, b"mit"))),
}
RULES = {"metadata-invalid", "evidence-missing", "evidence-unreadable"}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.data())
def test_headers(place: Path, name: str, data: st.DataObject) -> None:
    raw = bytearray(SEEDS[name])
    for _ in range(data.draw(st.integers(0, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(
            st.integers(0, 255)
        )
    cut = data.draw(st.integers(0, len(raw)))
    (place / name).write_bytes(
        bytes(raw[:cut]) + data.draw(st.binary(max_size=40))
    )
    found = read_header(FolderFiles(place), name)
    assert {p.rule for p in found.problems} <= RULES


YAMLISH = st.text(
    st.sampled_from(
        "license: mit\n-[]{}&*!|>'\"#\t\x00\ufeff,?%@`other_name" + "é\u2028"
    ),
    max_size=120,
)


@given(YAMLISH)
def test_front_matter(body: str) -> None:
    for written in (
        f"---\n{body}\n---\n",
        f"---\nlicense: mit\n{body}\n---\n",
        f"---\r\n{body}",
        body,
    ):
        assert {
            p.rule for p in front_matter(written, "README.md").problems
        } <= RULES


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "license",
                    "name",
                    "sources",
                    "flavors",
                    "lang",
                    "pipeline",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSONISH, st.binary(max_size=60))
def test_side_files(value: object, junk: bytes) -> None:
    for data in (json.dumps(value).encode(), junk):
        for name in SIDE_FILES:
            assert {p.rule for p in side_card(data, name).problems} <= RULES
            assert {p.rule for p in registry(data, name)[1]} <= RULES


@given(st.binary(max_size=80), st.text(max_size=60))
def test_code(place: Path, junk: bytes, words: str) -> None:
    (place / "a.py").write_bytes(b"x.from_pretrained(" + junk)
    (place / "b.ipynb").write_bytes(
        b'{"cells": [{"cell_type": "code", "source": "from_pretrained(' + junk
    )
    source = json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "source": f"x.from_pretrained('{words}')",
                }
            ]
        }
    )
    (place / "c.ipynb").write_text(source, "utf-8", "surrogatepass")
    found, problems = references(
        FolderFiles(place), ["a.py", "b.ipynb", "c.ipynb"]
    )
    assert {p.rule for p in problems} <= RULES
    assert all(one.line >= 1 for one in found)


@given(
    st.text(
        st.sampled_from(
            "models weights data under the MIT CC-BY license \n\n.,;()[]|*# their is here"
        ),
        max_size=200,
    )
)
def test_sentences(body: str) -> None:
    for one in (*labels(body), *titled(body)):
        assert one.value
        assert 1 <= one.lines[0] <= one.lines[1] + 1


@given(
    st.recursive(
        st.text(max_size=10) | st.none(),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["layers", "mediaType", "digest"]), x
            )
        ),
        max_leaves=8,
    )
)
def test_manifests(place: Path, value: object) -> None:
    store = place / "store"
    (store / "blobs").mkdir(parents=True, exist_ok=True)
    (store / "manifests" / "h" / "n" / "m").mkdir(parents=True, exist_ok=True)
    (store / "manifests" / "h" / "n" / "m" / "t").write_text(
        json.dumps(value), "utf-8", "surrogatepass"
    )
    (component,) = models.collect(str(store))
    assert {p.rule for p in component.problems} <= {*RULES, "license-unknown"}
    assert component.problems
