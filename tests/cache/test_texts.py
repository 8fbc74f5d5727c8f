"""
Remembered results: shared, killed, damaged and hostile caches never change an
answer.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from licensescan.base.installation import cache_folder
from licensescan.cache.texts import Cache


def test_kept_from_one_run_to_the_next(tmp_path: Path) -> None:
    first = Cache(str(tmp_path / "c"), "v1")
    first.put("k", {"a": [1, None, "é"]})
    assert first.get("k") == {"a": [1, None, "é"]}
    assert Cache(str(tmp_path / "c"), "v1").get("k") is None, (
        "nothing is written before save"
    )
    first.save()
    assert Cache(str(tmp_path / "c"), "v1").get("k") == {"a": [1, None, "é"]}


def test_another_version_never_sees_it(tmp_path: Path) -> None:
    first = Cache(str(tmp_path / "c"), "v1")
    first.put("k", [1])
    first.save()
    for other in ("v2", "v", "v1:k", ""):
        assert Cache(str(tmp_path / "c"), other).get("k") is None


def test_results_of_the_latest_versions_are_kept(tmp_path: Path) -> None:
    folder = str(tmp_path / "c")
    for version in ("v1", "v2", "v3", "v1", "v4", "v5"):
        cache = Cache(folder, version)
        cache.put(version, [1])
        cache.save()
    kept = [
        v for v in ("v1", "v2", "v3", "v4", "v5") if Cache(folder, v).get(v)
    ]
    assert kept == ["v1", "v3", "v4", "v5"]


def test_without_a_folder_it_remembers_for_this_run_only() -> None:
    cache = Cache(None, "v1")
    cache.put("k", [1])
    cache.save()
    assert cache.get("k") == [1]


def filled(place: Path) -> Path:
    cache = Cache(str(place), "v1")
    cache.put("k", [1])
    cache.put("other", [2])
    cache.save()
    return place / "results.sqlite"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE result SET value = CAST('[666]' AS BLOB) WHERE key = 'v1:k'",
        "UPDATE result SET sum = sum + 1 WHERE key = 'v1:k'",
        "UPDATE result SET value = 'text' WHERE key = 'v1:k'",
        "UPDATE result SET value = CAST('' AS BLOB) WHERE key = 'v1:k'",
        "DELETE FROM result WHERE key = 'v1:k'",
    ],
)
def test_a_damaged_entry_is_a_miss_and_its_neighbour_is_not(
    tmp_path: Path, damage: str
) -> None:
    path = filled(tmp_path / "c")
    with sqlite3.connect(path) as base:
        base.execute(damage)
    base.close()
    cache = Cache(str(tmp_path / "c"), "v1")
    assert cache.get("k") is None
    assert cache.get("other") == [2]


def test_an_entry_that_is_no_json_is_a_miss(tmp_path: Path) -> None:
    import zlib

    path = filled(tmp_path / "c")
    with sqlite3.connect(path) as base:
        base.execute(
            "UPDATE result SET value = ?, sum = ? WHERE key = 'v1:k'",
            (b"{oops", zlib.crc32(b"{oops")),
        )
    base.close()
    assert Cache(str(tmp_path / "c"), "v1").get("k") is None


@pytest.mark.parametrize(
    "content", [b"", b"not a data base", b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_begun_anew_or_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = filled(tmp_path / "c")
    path.write_bytes(content)
    cache = Cache(str(tmp_path / "c"), "v1")
    assert cache.get("k") is None
    cache.put("k", [3])
    cache.save()
    assert cache.get("k") == [3]


def test_a_table_of_another_shape(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir(mode=0o700)
    with sqlite3.connect(tmp_path / "c" / "results.sqlite") as base:
        base.execute("CREATE TABLE result (x TEXT)")
    base.close()
    cache = Cache(str(tmp_path / "c"), "v1")
    assert cache.get("k") is None
    cache.put("k", [1])
    cache.save()
    assert cache.get("k") == [1]


def test_a_folder_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    filled(tmp_path / "c")
    (tmp_path / "c").chmod(0o777)
    assert Cache(str(tmp_path / "c"), "v1").get("k") is None


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("x")
    cache = Cache(str(tmp_path / "c"), "v1")
    cache.put("k", [1])
    cache.save()
    assert (tmp_path / "c").read_text() == "x"


WRITER = """
import sys
from licensescan.cache.texts import Cache
folder, name = sys.argv[1:]
for turn in range(20):
    cache = Cache(folder, "v1")
    cache.put(f"{name}-{turn}", [name, turn])
    cache.put("shared", ["x" * 1000])
    cache.save()
    assert cache.get(f"{name}-{turn}") == [name, turn]
"""


def test_processes_that_write_at_once(tmp_path: Path) -> None:
    folder = str(tmp_path / "c")
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, folder, f"p{n}"])
        for n in range(4)
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    cache = Cache(folder, "v1")
    for name in range(4):
        for turn in range(20):
            assert cache.get(f"p{name}-{turn}") == [f"p{name}", turn]


def test_a_writer_that_is_killed_leaves_it_whole(tmp_path: Path) -> None:
    path = filled(tmp_path / "c")
    code = (
        "import sqlite3, os, sys\n"
        "base = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "base.execute('BEGIN IMMEDIATE')\n"
        'base.execute("DELETE FROM result")\n'
        "os.kill(os.getpid(), 9)\n"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code, str(path)], check=False
        ).returncode
        == -9
    )
    assert Cache(str(tmp_path / "c"), "v1").get("k") == [1]


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"LICENSESCAN_CACHE_DIR": "/x", "HOME": "/h"}, "/x"),
        (
            {"XDG_CACHE_HOME": "/c", "HOME": "/h"},
            os.path.join("/c", "licensescan"),
        ),
        (
            {"XDG_CACHE_HOME": "c", "HOME": "/h"},
            os.path.join("/h", ".cache", "licensescan"),
        ),
        ({"HOME": "/h"}, os.path.join("/h", ".cache", "licensescan")),
        ({}, None),
    ],
)
def test_where_it_is(variables: dict[str, str], folder: str | None) -> None:
    assert cache_folder(variables) == folder
