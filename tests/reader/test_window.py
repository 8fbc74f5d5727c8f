"""
A window on a compressed member reads what the whole would, and stops where it
must.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib

import pytest

from licensescan.reader import ReadError, nested
from licensescan.reader.base import Budget
from licensescan.reader.window import Inflated, Window
from licensescan.reader.zip import ZipFiles

_DATA = (
    random.Random(7).randbytes(1 << 20) * 3
    + bytes(2 << 20)
    + random.Random(8).randbytes(1 << 20)
)


def window(
    data: bytes = _DATA, size: int | None = None
) -> tuple[Inflated, list[int]]:
    packed = zlib.compressobj(wbits=-15)
    stored = packed.compress(data) + packed.flush()
    charged: list[int] = []
    return Inflated(
        lambda at, n: stored[at : at + n],
        len(stored),
        size or len(data),
        charged.append,
    ), charged


class TestInflated:
    def test_any_piece_in_any_order(self) -> None:
        file, _ = window()
        rng = random.Random(1)
        for _ in range(60):
            at, count = rng.randrange(len(_DATA)), rng.randrange(1, 1 << 19)
            assert file.piece(at, count) == _DATA[at : at + count]

    def test_as_a_file(self) -> None:
        file = io.BufferedReader(Window(window()[0].piece, len(_DATA)))
        assert file.seek(-10, io.SEEK_END) == len(_DATA) - 10
        assert file.read() == _DATA[-10:]
        file.seek(5)
        assert file.read(20) == _DATA[5:25]

    def test_going_back_costs_a_step_and_not_the_whole(self) -> None:
        file, charged = window()
        file.piece(len(_DATA) - 1, 1)
        once = sum(charged)
        file.piece(3 << 20, 100)
        assert sum(charged) - once < 1 << 20

    def test_no_more_than_the_directory_promises(self) -> None:
        file, _ = window(size=1000)
        assert file.piece(0, 5000) == _DATA[:1000]

    def test_a_stream_that_ends_early(self) -> None:
        file, _ = window(size=len(_DATA) + 100)
        with pytest.raises(EOFError):
            file.piece(len(_DATA), 10)


def _zip(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


class TestLargeMembers:
    def test_a_jar_in_a_wheel_is_opened_through_a_window(self) -> None:
        jar = io.BytesIO()
        with zipfile.ZipFile(jar, "w") as archive:
            archive.writestr("big.bin", _DATA)
            archive.writestr("META-INF/LICENSE", b"terms")
        files = ZipFiles(
            io.BytesIO(_zip("lib/x.jar", jar.getvalue())), "w.whl"
        )
        assert (
            nested(files, "lib/x.jar").read("META-INF/LICENSE").data
            == b"terms"
        )

    def test_what_passes_by_has_a_limit(self) -> None:
        files = ZipFiles(io.BytesIO(_zip("libx.so", _DATA)), "w.whl")
        files.budget.passed = 1 << 20
        assert files.read_at("libx.so", 0, 100) == _DATA[:100]
        with pytest.raises(ReadError, match="pass by"):
            files.read_at("libx.so", 5 << 20, 100)


def test_a_header_that_is_read_piece_by_piece_costs_the_member_hardly_twice() -> (
    None
):
    data = _DATA[: 3 << 20]
    budget = Budget(inflated=0, passed=2 * len(data), members=0)
    files = ZipFiles(io.BytesIO(_zip("fit.pyd", data)), "w.whl", budget)
    for at in range(0, len(data), 100_000):
        assert files.read_at("fit.pyd", at, 64) == data[at : at + 64]
