"""
The promises of the safe reader: nothing outside is opened, nothing is
unbounded, nothing is lost in silence.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensescan.model.types import IncompleteError
from licensescan.reader import (
    TEXT_BYTES,
    FolderFiles,
    MissingError,
    ReadError,
    ar_members,
    decode,
    escapes,
    load_json,
    nested,
    open_files,
)
from licensescan.reader.base import Budget, sample_plan
from licensescan.reader.tar import TarFiles
from licensescan.reader.zip import ZipFiles


def zipped(members: dict[str, bytes], **kwargs: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(members: list[tarfile.TarInfo | tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for item in members:
            if isinstance(item, tarfile.TarInfo):
                archive.addfile(item)
            else:
                info = tarfile.TarInfo(item[0])
                info.size = len(item[1])
                archive.addfile(info, io.BytesIO(item[1]))
    return buffer.getvalue()


class TestFolder:
    def test_reads_a_file_and_its_digest(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"abc")
        read = FolderFiles(tmp_path).read("a.txt")
        assert (read.data, read.size, read.truncated) == (b"abc", 3, False)
        assert read.sha256.startswith("ba7816bf")

    @pytest.mark.parametrize(
        "path",
        [
            "../secret",
            "sub/../../secret",
            "link",
            "folder/secret",
            "/etc/hostname",
        ],
    )
    def test_never_opens_what_is_outside(
        self, tmp_path: Path, path: str
    ) -> None:
        root = tmp_path / "root"
        (root / "sub").mkdir(parents=True)
        (tmp_path / "secret").write_text("outside")
        (root / "link").symlink_to(tmp_path / "secret")
        (root / "folder").symlink_to(tmp_path)
        with pytest.raises(ReadError) as caught:
            FolderFiles(root).read(path)
        assert caught.value.problem.rule == "path-escape"

    def test_a_sibling_with_the_same_prefix_is_outside(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "env").mkdir()
        (tmp_path / "env-evil").mkdir()
        (tmp_path / "env-evil" / "x").write_text("no")
        with pytest.raises(ReadError, match="outside"):
            FolderFiles(tmp_path / "env").read("../env-evil/x")

    def test_follows_a_link_that_stays_inside(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("yes")
        (tmp_path / "link").symlink_to("real")
        assert FolderFiles(tmp_path).read("link").data == b"yes"

    def test_a_further_root_may_be_read(self, tmp_path: Path) -> None:
        site = tmp_path / "lib" / "site"
        site.mkdir(parents=True)
        (tmp_path / "share").mkdir()
        (tmp_path / "share" / "LICENSE").write_text("text")
        assert (
            FolderFiles(site, roots=[str(tmp_path)])
            .read("../../share/LICENSE")
            .data
            == b"text"
        )

    def test_a_fifo_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "LICENSE")
        with pytest.raises(ReadError) as caught:
            FolderFiles(tmp_path).read("LICENSE")
        assert caught.value.problem.rule == "evidence-unreadable"

    def test_a_loop_of_links_ends_and_lists_each_file_once(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "pkg").mkdir()
        (tmp_path / "pkg" / "a.py").write_text("")
        (tmp_path / "pkg" / "root").symlink_to(tmp_path)
        (tmp_path / "pkg" / "self").symlink_to("self")
        assert [
            p for p in FolderFiles(tmp_path).paths() if p.endswith("a.py")
        ] == ["pkg/a.py"]

    def test_a_missing_file_is_told_apart(self, tmp_path: Path) -> None:
        with pytest.raises(MissingError):
            FolderFiles(tmp_path).read("nothing")

    def test_a_huge_file_is_sampled(self, tmp_path: Path) -> None:
        with (tmp_path / "big").open("wb") as file:
            file.write(b"head")
            file.truncate(3 << 30)
            file.seek(-4, os.SEEK_END)
            file.write(b"tail")
        read = FolderFiles(tmp_path).read("big")
        assert read.truncated
        assert read.size == 3 << 30
        assert len(read.data) <= TEXT_BYTES + 64
        assert read.data.startswith(b"head")
        assert read.data.endswith(b"tail")

    def test_a_name_that_is_not_utf8_is_listed_and_read(
        self, tmp_path: Path
    ) -> None:
        raw = os.fsencode(tmp_path) + b"/na\xffme"
        Path(os.fsdecode(raw)).write_text("x")
        files = FolderFiles(tmp_path)
        assert [files.read(p).data for p in files.paths()] == [b"x"]


class TestZip:
    def test_names_that_point_outside_are_refused_and_told(self) -> None:
        files = ZipFiles(
            io.BytesIO(
                zipped(
                    {"../../x": b"1", "/abs": b"2", "C:\\y": b"3", "ok": b"4"}
                )
            ),
            "w.whl",
        )
        assert list(files.paths()) == ["ok"]
        assert {p.rule for p in files.problems} == {"archive-unsafe"}
        assert len(files.problems) == 3

    def test_a_doubled_member_is_told_and_the_first_is_read(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("M", b"first")
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("M", b"second")
        files = ZipFiles(buffer, "w.whl")
        assert files.read("M").data == b"first"
        assert "twice" in files.problems[0].message

    def test_a_bomb_is_not_inflated(self) -> None:
        files = ZipFiles(
            io.BytesIO(zipped({"LICENSE": bytes(64 << 20)})), "w.whl"
        )
        read = files.read("LICENSE")
        assert read.truncated
        assert len(read.data) <= TEXT_BYTES
        assert files.problems[0].rule == "archive-unsafe"

    def test_a_link_is_not_followed(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            info = zipfile.ZipInfo("LICENSE")
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
        files = ZipFiles(buffer, "w.whl")
        assert list(files.paths()) == []
        assert "link" in files.problems[0].message

    def test_nested_archives_share_one_budget_of_depth(self) -> None:
        data = zipped({"LICENSE": b"deep"})
        for _ in range(6):
            data = zipped({"inner.jar": data})
        files = ZipFiles(io.BytesIO(data), "outer.whl")
        for _ in range(4):
            files = nested(files, "inner.jar")  # type: ignore[assignment]
        with pytest.raises(ReadError, match="nested deeper"):
            nested(files, "inner.jar")

    def test_an_encrypted_member_is_unreadable(self) -> None:
        raw = bytearray(zipped({"LICENSE": b"secret"}))
        for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            place = raw.index(mark) + offset
            raw[place : place + 2] = struct.pack("<H", 1)
        with pytest.raises(ReadError, match="encrypted"):
            ZipFiles(io.BytesIO(bytes(raw)), "w.whl").read("LICENSE")


class TestTar:
    def test_links_and_traversal_are_refused_and_told(
        self, tmp_path: Path
    ) -> None:
        out, inside, device = (
            tarfile.TarInfo("p/d"),
            tarfile.TarInfo("p/LICENSE"),
            tarfile.TarInfo("p/dev"),
        )
        out.type, out.linkname = tarfile.SYMTYPE, "../.."
        inside.type, inside.linkname = tarfile.SYMTYPE, "COPYING"
        device.type = tarfile.CHRTYPE
        path = tmp_path / "p.tar.gz"
        path.write_bytes(
            tarred(
                [
                    out,
                    ("p/COPYING", b"words"),
                    inside,
                    device,
                    ("../evil", b"x"),
                ]
            )
        )
        files = open_files(path)
        assert list(files.paths()) == ["p/COPYING", "p/LICENSE"]
        assert files.read("p/LICENSE").data == b"words"
        assert {p.path for p in files.problems} == {"p/d", "p/dev", "../evil"}

    def test_a_bomb_stops_the_stream(self, tmp_path: Path) -> None:
        path = tmp_path / "p.tar.gz"
        path.write_bytes(tarred([("p/LICENSE", bytes(512 << 20))]))
        files = open_files(path)
        assert files.problems
        assert files.problems[0].rule == "archive-unsafe"

    def test_a_stream_cut_short_keeps_what_came_before(
        self, tmp_path: Path
    ) -> None:
        whole = tarred(
            [("p/PKG-INFO", b"Name: p\n"), ("p/big", os.urandom(300_000))]
        )
        path = tmp_path / "p.tar.gz"
        path.write_bytes(whole[: len(whole) * 6 // 10])
        files = open_files(path)
        assert files.read("p/PKG-INFO").data == b"Name: p\n"
        assert "ends early" in files.problems[0].message

    def test_a_negative_size_ends_instead_of_looping(
        self, tmp_path: Path
    ) -> None:
        header = bytearray(tarfile.TarInfo("p/x").tobuf())
        header[124:136] = b"\xff" * 12
        header[148:156] = b"        "
        header[148:156] = b"%06o\0 " % sum(header)
        path = tmp_path / "p.tar.gz"
        path.write_bytes(gzip.compress(bytes(header) + bytes(1024)))
        with pytest.raises(IncompleteError):
            open_files(path)

    def test_archives_that_are_held_leave_the_purse_for_what_is_inflated(
        self,
    ) -> None:
        jars = [
            (
                f"p/{n}.jar",
                zipped(
                    {
                        "META-INF/LICENSE": b"words %d" % n,
                        "A.class": os.urandom(9000),
                    }
                ),
            )
            for n in (1, 2)
        ]
        data = io.BytesIO(gzip.decompress(tarred([*jars])))
        files = TarFiles(data, "p.tar", Budget(inflated=1 << 10, held=1 << 16))
        assert [
            nested(files, f"p/{n}.jar").read("META-INF/LICENSE").data
            for n in (1, 2)
        ] == [b"words 1", b"words 2"]
        data.seek(0)
        short = TarFiles(data, "p.tar", Budget(inflated=1 << 10, held=10_000))
        assert [(p.rule, p.path) for p in short.problems] == [
            ("archive-unsafe", "p/2.jar")
        ]

    @pytest.mark.parametrize(
        ("headers", "is_told"),
        [
            ({"path": "p/MIT"}, True),
            ({"size": "1"}, True),
            ({"comment": "a"}, False),
        ],
    )
    def test_a_header_for_all_that_follows_names_none_of_them(
        self, headers: dict[str, str], is_told: bool
    ) -> None:
        data = io.BytesIO()
        with tarfile.open(
            fileobj=data,
            mode="w",
            format=tarfile.PAX_FORMAT,
            pax_headers=headers,
        ) as archive:
            member = tarfile.TarInfo("p/LICENSE")
            member.size = 3
            archive.addfile(member, io.BytesIO(b"GPL"))
        data.seek(0)
        problems = TarFiles(data, "p.tar").problems
        assert [p.rule for p in problems] == ["archive-unsafe"] * is_told

    @pytest.mark.parametrize("blocks", [1, 2, 5_000])
    def test_what_stands_behind_the_end_is_told(self, blocks: int) -> None:
        behind = gzip.decompress(tarred([("p/LICENSE", b"GPL")]))
        front = gzip.decompress(tarred([("p/a", b"")]))[:512]
        data = io.BytesIO(front + b"\0" * 512 * blocks + behind)
        problems = TarFiles(data, "p.tar").problems
        assert [p.rule for p in problems] == ["archive-unsafe"]

    def test_long_names_are_read(self, tmp_path: Path) -> None:
        name = "p/" + "d" * 150 + "/LICENSE"
        path = tmp_path / "p.tar.gz"
        path.write_bytes(tarred([(name, b"t")]))
        assert open_files(path).read(name).data == b"t"


def test_what_is_no_archive_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(b"not a zip")
    with pytest.raises(IncompleteError):
        open_files(path)


def test_ar_members_are_found_and_a_cut_is_told() -> None:
    member = (
        b"control.tar     0           0     0     100644  4         `\nabcd"
    )
    assert list(ar_members(io.BytesIO(b"!<arch>\n" + member))) == [
        ("control.tar", 68, 4)
    ]
    with pytest.raises(IncompleteError):
        list(ar_members(io.BytesIO(b"!<arch>\n" + member[:-2])))


class TestDecode:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
    )
    def test_each_encoding_gives_the_same_text(self, encoding: str) -> None:
        text = "Permission is granted to use this for any purpose.\n" * 5
        assert decode(text.encode(encoding)).text == text

    def test_windows_quotes_survive(self) -> None:
        assert (
            decode("“as is” – no warranty".encode("cp1252")).text
            == "“as is” – no warranty"
        )

    def test_random_bytes_are_no_text(self) -> None:
        import random

        assert decode(random.Random(7).randbytes(4096)).binary

    def test_line_ends_become_one_kind(self) -> None:
        assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"

    @given(st.binary(max_size=2000))
    @settings(max_examples=200, deadline=None)
    def test_never_raises(self, data: bytes) -> None:
        assert isinstance(decode(data).text, str)


class TestJson:
    def test_deep_nesting_is_refused_before_parsing(self) -> None:
        with pytest.raises(ValueError, match="64"):
            load_json(b"[" * 100_000)

    def test_brackets_in_strings_do_not_count(self) -> None:
        assert load_json(b'{"a": "' + b"[" * 200 + b'"}') == {"a": "[" * 200}


@pytest.mark.parametrize(
    ("name", "outside"),
    [
        ("a/b", False),
        ("a/../b", False),
        ("../a", True),
        ("a/../../b", True),
        ("/a", True),
        ("C:\\a", True),
        ("..\\a", True),
    ],
)
def test_escapes(name: str, outside: bool) -> None:
    assert escapes(name) is outside


@given(st.integers(0, 1 << 33), st.integers(64, 1 << 20))
@settings(max_examples=200, deadline=None)
def test_a_sample_plan_stays_in_the_file_and_the_limit(
    size: int, limit: int
) -> None:
    plan = sample_plan(size, limit)
    assert sum(count for _, count in plan) <= max(limit, 0) or size <= limit
    assert all(
        offset >= 0 and offset + count <= size for offset, count in plan
    )
    assert not plan[0][0]
    assert plan[-1][0] + plan[-1][1] == size
