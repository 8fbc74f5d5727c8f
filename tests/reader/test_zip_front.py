"""One archive has one reading: what a zip says twice is compared."""

from __future__ import annotations

import bz2
import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from licensescan.reader import ReadError
from licensescan.reader.zip import ZipFiles

TEXT = b"Licensed under the MIT license.\n" * 40
METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
)


def archive(method: int = zipfile.ZIP_DEFLATED) -> bytearray:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr("a.txt", TEXT)
        file.writestr("b.txt", TEXT)
    return bytearray(buffer.getvalue())


def opened(data: bytes) -> ZipFiles:
    return ZipFiles(io.BytesIO(data), "a.zip")


@pytest.mark.parametrize("method", METHODS)
def test_each_method_is_read_and_an_honest_archive_is_no_problem(
    method: int,
) -> None:
    files = opened(archive(method))
    assert files.read("b.txt").data == TEXT
    assert files.read_at("b.txt", 10, 5) == TEXT[10:15]
    assert files.problems == []


def test_an_archive_that_was_streamed_is_no_problem() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", TEXT)
        file.writestr("b.txt", TEXT)
    files = opened(pipe.getvalue())
    assert files.read("a.txt").data == TEXT
    assert files.problems == []


def put(format_: str, offset: int, value: int) -> Callable[[bytearray], None]:
    return lambda data: struct.pack_into(format_, data, offset, value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (put("<H", 8, 0), "two methods"),
        (put("<L", 14, 7), "two sizes or sums"),
        (put("<L", 18, 7), "two sizes or sums"),
        (put("<L", 22, 7), "two sizes or sums"),
        (put("<H", 6, 1), "encrypted"),
        (put("<B", 30, ord("x")), "calls itself x.txt"),
    ],
)
def test_a_member_that_says_otherwise_than_the_directory(
    change: Callable[[bytearray], None], says: str
) -> None:
    data = archive()
    change(data)
    problems = opened(data).problems
    assert [(p.rule, p.path) for p in problems] == [
        ("archive-unsafe", "a.txt")
    ]
    assert says in problems[0].message


def test_a_member_that_the_directory_does_not_list() -> None:
    data = archive()
    start = zipfile.ZipFile(io.BytesIO(data)).start_dir
    second = data.index(b"PK\1\2", start + 4)
    end = data.index(b"PK\5\6")
    del data[second:end]
    struct.pack_into("<HHL", data, second + 8, 1, 1, second - start)
    problems = opened(data).problems
    assert [p.path for p in problems] == ["a.txt"]
    assert "the directory does not list" in problems[0].message


def test_bytes_that_belong_to_no_member() -> None:
    data = archive()
    start = zipfile.ZipFile(io.BytesIO(data)).start_dir
    data[start:start] = bytes(100)
    struct.pack_into("<L", data, len(data) - 6, start + 100)
    problems = opened(data).problems
    assert "100 bytes that belong to no member" in problems[0].message


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_member_that_goes_on_behind_its_stated_size(method: int) -> None:
    data = archive(method)
    start = zipfile.ZipFile(io.BytesIO(data)).start_dir
    for offset in (22, start + 24):
        struct.pack_into("<L", data, offset, 32)
    files = opened(data)
    assert files.read("a.txt").data == TEXT[:32]
    assert "behind its stated size" in files.problems[0].message


def test_a_sum_that_is_another() -> None:
    data = archive()
    start = zipfile.ZipFile(io.BytesIO(data)).start_dir
    for offset in (14, start + 16):
        struct.pack_into("<L", data, offset, 7)
    with pytest.raises(ReadError, match="its sum is another"):
        opened(data).read("a.txt")


def test_bzip2_inflates_no_further_than_it_is_asked(tmp_path: Path) -> None:
    compressor = bz2.BZ2Compressor(9)
    stored = b"".join(compressor.compress(bytes(4 << 20)) for _ in range(16))
    stored += compressor.flush()
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.txt", stored)
    data = bytearray(path.read_bytes())
    start = zipfile.ZipFile(path).start_dir
    for offset in (8, start + 10):
        struct.pack_into("<H", data, offset, zipfile.ZIP_BZIP2)
    for offset in (22, start + 24):
        struct.pack_into("<L", data, offset, 1000)
    files = opened(data)
    tracemalloc.start()
    files.read("a.txt")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 << 20
    assert "behind its stated size" in files.problems[0].message


def test_lzma_may_not_ask_for_any_amount_of_memory() -> None:
    data = archive(zipfile.ZIP_LZMA)
    start = data.index(b"a.txt") + 5
    assert data[start + 2] == 5
    struct.pack_into("<L", data, start + 5, 0xFFFFFFFF)
    with pytest.raises(ReadError, match="wants a dictionary"):
        opened(data).read("a.txt")
