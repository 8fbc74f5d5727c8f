from __future__ import annotations

import json
import zlib

import pytest

from licensescan.collect.formats.build_lists import go_modules, rust_crates


def test_crates_of_a_build() -> None:
    packages = [
        {"name": "serde", "version": "1.0.0"},
        {"name": "cc", "version": "1.1", "kind": "build"},
        {"name": "tool", "version": "2.0", "root": True},
        "odd",
    ]
    data = zlib.compress(json.dumps({"packages": packages}).encode())
    assert rust_crates(data) == ["serde 1.0.0"]


@pytest.mark.parametrize(
    "data", [b"", b"x", zlib.compress(b"["), zlib.compress(b"\xff")]
)
def test_what_is_no_list_of_crates_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        rust_crates(data)


def test_a_binary_without_a_list_has_no_modules() -> None:
    assert go_modules(b"dep\tgithub.com/a/b\tv1\n") == []
