from __future__ import annotations

import contextlib
import io
import json
import struct
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensescan.collect.binaries import (
    Binary,
    BinaryError,
    magic,
    read_binary,
    read_texts,
)
from licensescan.collect.survey import bundled_libraries
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, PolicyError, Problem, Purl
from licensescan.reader import FolderFiles, open_files
from licensescan.rulebook import native_libraries
from licensescan.standards.license_list import info
from licensescan.standards.spdx_expression import licenses, normalise

# -- builders --


def elf(
    soname: str = "",
    needed: tuple[str, ...] = (),
    runpath: str = "",
    texts: bytes = b"",
    note: Mapping[str, str] | None = None,
    *,
    bits: int = 64,
    order: str = "<",
    sections: bool = True,
) -> bytes:
    """
    A shared object with a dynamic section, read-only data and, if asked for, a
    packager's note; no code at all.
    """
    wide = bits == 64
    strings, dynamic = b"\0", []

    def named(tag: int, name: str) -> None:
        nonlocal strings
        dynamic.append((tag, len(strings)))
        strings += name.encode() + b"\0"

    for name in needed:
        named(1, name)
    if soname:
        named(14, soname)
    if runpath:
        named(29, runpath)
    head, row = (64, 56) if wide else (52, 32)
    body = head + 3 * row
    word = "QQ" if wide else "II"
    size = struct.calcsize(order + word)
    at_dynamic = body + len(strings) + (-len(strings) % 16)
    dynamic += [(5, 0x10000 + body), (10, len(strings)), (0, 0)]
    table = b"".join(struct.pack(order + word, t, v) for t, v in dynamic)
    at_note = at_dynamic + size * len(dynamic)
    text = json.dumps(note).encode() + b"\0" if note else b""
    noted = (
        struct.pack(order + "III", 4, len(text), 0xCAFE1A7E)
        + b"FDO\0"
        + text
        + b"\0" * (-len(text) % 4)
    )
    at_texts = at_note + len(noted)
    names = b"\0.rodata\0.shstrtab\0"
    at_names = at_texts + len(texts)
    at_sections = at_names + len(names)

    def segment(kind: int, offset: int, length: int) -> bytes:
        place = 0x10000 + offset
        if wide:
            return struct.pack(
                order + "IIQQQQQQ",
                kind,
                4,
                offset,
                place,
                place,
                length,
                length,
                8,
            )
        return struct.pack(
            order + "IIIIIIII",
            kind,
            offset,
            place,
            place,
            length,
            length,
            4,
            8,
        )

    def section(name: int, kind: int, offset: int, length: int) -> bytes:
        form = "IIQQQQIIQQ" if wide else "IIIIIIIIII"
        return struct.pack(
            order + form,
            name,
            kind,
            2,
            0x10000 + offset,
            offset,
            length,
            0,
            0,
            1,
            0,
        )

    ident = (
        b"\x7fELF"
        + bytes((2 if wide else 1, 1 if order == "<" else 2, 1))
        + b"\0" * 9
    )
    form = "HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"
    shoff, count = (at_sections, 3) if sections else (0, 0)
    start = struct.pack(
        order + form,
        3,
        62 if wide else 3,
        1,
        0,
        head,
        shoff,
        0,
        head,
        row,
        3,
        64 if wide else 40,
        count,
        2 if sections else 0,
    )
    segments = (
        segment(1, 0, at_names)
        + segment(2, at_dynamic, at_note - at_dynamic)
        + segment(4 if note else 0, at_note, len(noted))
    )
    data = ident + start + segments + strings
    data += b"\0" * (at_dynamic - len(data)) + table + noted + texts + names
    if sections:
        data += (
            bytes(64 if wide else 40)
            + section(1, 1, at_texts, len(texts))
            + section(9, 3, at_names, len(names))
        )
    return data


def pe(name: str, imports: tuple[str, ...], texts: bytes = b"") -> bytes:
    """A DLL with one section: export name, import table and strings."""
    base, raw = 0x1000, 0x200
    body = bytearray(40 + 20 * (len(imports) + 1))

    def text(value: str) -> int:
        body.extend(value.encode() + b"\0")
        return base + len(body) - len(value) - 1

    struct.pack_into("<I", body, 12, text(name))
    for number, needed in enumerate(imports):
        struct.pack_into("<I", body, 40 + 20 * number + 12, text(needed))
    body += texts
    optional = bytearray(240)
    struct.pack_into("<H", optional, 0, 0x20B)
    struct.pack_into(
        "<IIII", optional, 112, base, 40, base + 40, 20 * (len(imports) + 1)
    )
    dos = bytearray(0x40)
    dos[:2] = b"MZ"
    struct.pack_into("<I", dos, 0x3C, 0x40)
    coff = b"PE\0\0" + struct.pack(
        "<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x2022
    )
    section = struct.pack(
        "<8sIIII16x", b".rdata", len(body), base, len(body), raw
    )
    head = bytes(dos) + coff + bytes(optional) + section
    return head + b"\0" * (raw - len(head)) + bytes(body)


def macho(
    ident: str,
    needed: tuple[str, ...],
    texts: bytes = b"",
    *,
    fat: bool = False,
) -> bytes:
    """
    A 64-bit dylib: its id, what it loads, a run path, and a segment with
    strings.
    """

    def dylib(kind: int, name: str, fixed: bytes) -> bytes:
        text = name.encode() + b"\0"
        text += b"\0" * (-len(text) % 8)
        return (
            struct.pack(
                "<III", kind, 12 + len(fixed) + len(text), 12 + len(fixed)
            )
            + fixed
            + text
        )

    def segment(offset: int) -> bytes:
        section = struct.pack(
            "<16s16sQQIIIIIIII",
            b"__cstring",
            b"__TEXT",
            0,
            len(texts),
            offset,
            *([0] * 7),
        )
        return (
            struct.pack(
                "<II16sQQQQiiII",
                0x19,
                72 + len(section),
                b"__TEXT",
                0,
                0,
                0,
                0,
                7,
                5,
                1,
                0,
            )
            + section
        )

    loads = (
        dylib(0xD, ident, bytes(12))
        + b"".join(dylib(0xC, n, bytes(12)) for n in needed)
        + dylib(0x8000001C, "@loader_path", b"")
    )
    length = len(loads) + len(segment(0))
    head = struct.pack(
        "<IiiIIIII",
        0xFEEDFACF,
        0x0100000C,
        0,
        6,
        len(needed) + 3,
        length,
        0,
        0,
    )
    thin = head + loads + segment(32 + length) + texts
    if not fat:
        return thin
    return (
        struct.pack(
            ">IIiiIII", 0xCAFEBABE, 1, 0x0100000C, 0, 4096, len(thin), 12
        ).ljust(4096, b"\0")
        + thin
    )


def tree(folder: Path, files: Mapping[str, bytes]) -> FolderFiles:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return FolderFiles(folder)


def find(
    folder: Path,
    files: Mapping[str, bytes],
    own: tuple[str, ...] = ("thing",),
    missing: tuple[str, ...] = (),
) -> tuple[list[Component], list[Problem]]:
    return bundled_libraries.parts(
        tree(folder, files),
        sorted({*files, *missing}),
        purl=Purl("pkg:pypi/thing@1"),
        own_names=own,
    )


def said(component: Component) -> str:
    return next(e.value for e in component.evidence if e.kind == "native")


def quotes(component: Component) -> list[str]:
    return [e.value for e in component.evidence if e.kind == "native-string"]


def summary(parts: list[Component]) -> dict[str, str]:
    return {p.name: said(p) for p in parts}


LICENSE = b"libavutil license: %s\0"
CONFIGURE = b"\0--prefix=/build --enable-shared %s\0"

# -- readers --


@pytest.mark.parametrize(
    "bits, order", [(64, "<"), (64, ">"), (32, "<"), (32, ">")]
)
@pytest.mark.parametrize("sections", [True, False])
def test_elf_reader_agrees_with_pyelftools(
    tmp_path: Path, bits: int, order: str, sections: bool
) -> None:
    from elftools.elf.dynamic import DynamicSegment
    from elftools.elf.elffile import ELFFile

    content = elf(
        "libone.so.1",
        ("libtwo.so.2", "libc.so.6"),
        "$ORIGIN",
        b"words",
        bits=bits,
        order=order,
        sections=sections,
    )
    dynamic = next(
        s
        for s in ELFFile(io.BytesIO(content)).iter_segments()
        if isinstance(s, DynamicSegment)
    )
    tags = list(dynamic.iter_tags())
    found = read_binary(tree(tmp_path, {"a.so": content}), "a.so")
    assert found is not None
    assert (
        found.soname
        == next(t.soname for t in tags if t.entry.d_tag == "DT_SONAME")
        == "libone.so.1"
    )
    assert (
        found.needed
        == tuple(t.needed for t in tags if t.entry.d_tag == "DT_NEEDED")
        == ("libtwo.so.2", "libc.so.6")
    )
    assert found.runpath == "$ORIGIN"
    assert any(
        b"words" in piece
        for piece in read_texts(FolderFiles(tmp_path), "a.so", found, 1 << 20)
    )


def test_elf_reader_agrees_with_pyelftools_on_installed_modules() -> None:
    from elftools.elf.dynamic import DynamicSegment
    from elftools.elf.elffile import ELFFile

    roots = [
        Path(p)
        for p in sys.path
        if p.endswith(("site-packages", "lib-dynload"))
    ]
    modules = [m for r in roots for m in sorted(r.rglob("*.so"))][:40]
    if not modules or modules[0].read_bytes()[:4] != b"\x7fELF":
        pytest.skip("no ELF modules installed here")
    for module in modules:
        with module.open("rb") as stream:
            segments = [
                s
                for s in ELFFile(stream).iter_segments()
                if isinstance(s, DynamicSegment)
            ]
            needed = tuple(
                t.needed
                for s in segments
                for t in s.iter_tags()
                if t.entry.d_tag == "DT_NEEDED"
            )
        found = read_binary(FolderFiles(module.parent), module.name)
        assert found is not None
        assert found.needed == needed, module


def test_elf_note_names_the_package(tmp_path: Path) -> None:
    note = {"type": "rpm", "name": "x264", "version": "0.164-2"}
    found = read_binary(
        tree(tmp_path, {"a.so": elf("liba.so", note=note)}), "a.so"
    )
    assert found is not None
    assert (found.package, found.version) == ("x264", "0.164-2")


def test_elf_long_string_table_is_read_name_by_name(tmp_path: Path) -> None:
    names = ("liba.so.1", "x" * 90_000, "libz.so.1")
    found = read_binary(
        tree(tmp_path, {"a.so": elf("libbig.so", names)}), "a.so"
    )
    assert found is not None
    assert (found.needed[0], found.needed[2], found.soname) == (
        "liba.so.1",
        "libz.so.1",
        "libbig.so",
    )


def test_pe_reader(tmp_path: Path) -> None:
    files = tree(
        tmp_path,
        {
            "a.dll": pe(
                "avcodec-60.dll",
                ("avutil-58.dll", "libx264-164.dll"),
                b"hello\0",
            )
        },
    )
    found = read_binary(files, "a.dll")
    assert found is not None
    assert (found.format, found.soname, found.needed) == (
        "pe",
        "avcodec-60.dll",
        ("avutil-58.dll", "libx264-164.dll"),
    )
    assert b"hello" in b"".join(read_texts(files, "a.dll", found, 1 << 20))


@pytest.mark.parametrize("fat", [False, True])
def test_macho_reader(tmp_path: Path, fat: bool) -> None:
    content = macho(
        "@rpath/libgfortran.5.dylib",
        ("/usr/lib/libSystem.B.dylib",),
        b"hello\0",
        fat=fat,
    )
    files = tree(tmp_path, {"a.dylib": content})
    found = read_binary(files, "a.dylib")
    assert found is not None
    assert (found.soname, found.needed) == (
        "@rpath/libgfortran.5.dylib",
        ("/usr/lib/libSystem.B.dylib",),
    )
    assert found.runpath == "@loader_path"
    assert b"hello" in b"".join(read_texts(files, "a.dylib", found, 1 << 20))


def test_magic_knows_a_java_class_from_a_fat_binary() -> None:
    assert magic(b"\xca\xfe\xba\xbe\0\0\0\x02") == "macho"
    assert magic(b"\xca\xfe\xba\xbe\0\0\0\x34") == ""
    assert magic(b"!<arch>\nfoo") == "archive"
    assert magic(b"#!/bin/sh") == ""


def test_texts_overlap_so_that_no_string_is_cut(tmp_path: Path) -> None:
    content = b"a" * ((1 << 20) - 3) + b"NEEDLE" + b"b" * 100
    binary = Binary(format="broken", texts=((0, len(content)),))
    pieces = list(
        read_texts(tree(tmp_path, {"a": content}), "a", binary, 1 << 24)
    )
    assert any(b"NEEDLE" in piece for piece in pieces)


SEEDS = (
    elf("liba.so.1", ("libb.so",), "x", b"abc"),
    pe("a.dll", ("b.dll",)),
    macho("a", ("b",)),
    macho("a", ("b",), fat=True),
)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(
        st.tuples(st.integers(0, 700), st.binary(min_size=1, max_size=8))
    ),
    cut=st.integers(0, 900),
)
def test_damaged_binaries_never_raise(
    tmp_path_factory: pytest.TempPathFactory,
    seed: bytes,
    edits: list[tuple[int, bytes]],
    cut: int,
) -> None:
    content = bytearray(seed)
    for at, new in edits:
        content[at : at + len(new)] = new
    data = bytes(content[: max(len(content) - cut, 4)])
    folder = tmp_path_factory.mktemp("damaged")
    files = tree(
        folder, {"x.libs/libqqq.so": data, "x.libs/libavutil.so.58": data}
    )
    with contextlib.suppress(BinaryError):
        read_binary(files, "x.libs/libqqq.so")
    parts, problems = bundled_libraries.parts(
        files, files.paths(), purl=Purl("p"), own_names=()
    )
    assert [p.name for p in parts][:1] == ["FFmpeg"]
    assert {p.rule for p in problems} <= {
        "native-unlisted",
        "evidence-unreadable",
    }


@pytest.mark.parametrize("start", [-1, 1 << 63, (1 << 64) - 1, 1 << 60])
def test_offsets_that_no_file_can_have_are_passed_over(
    tmp_path: Path, start: int
) -> None:
    files = tree(tmp_path, {"a": b"words"})
    binary = Binary(format="elf", texts=((start, 1 << 63), (0, 5)))
    assert list(read_texts(files, "a", binary, 1 << 20)) == [b"words"]


@settings(max_examples=150, deadline=None)
@given(
    head=st.sampled_from(
        [
            b"\x7fELF\x02\x01\x01",
            b"\x7fELF\x01\x02",
            b"MZ",
            b"\xcf\xfa\xed\xfe",
            b"\xca\xfe\xba\xbe",
            b"",
            b"!<arch>\n",
        ]
    ),
    rest=st.binary(max_size=400),
)
def test_random_bytes_never_raise(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, rest: bytes
) -> None:
    folder = tmp_path_factory.mktemp("random")
    find(
        folder,
        {
            "a/liba.so": head + rest,
            "b.libs/libb.so": head + rest,
            "bin/tool": head + rest,
        },
    )


# -- names --


@pytest.mark.parametrize(
    "name, row",
    [
        ("libgfortran-040039e1-0352e75f.so.5.0.0", "libgfortran"),
        ("libgfortran.so.3", "libgfortran"),
        ("libgfortran.5.dylib", "libgfortran"),
        ("libopenjp2.2.4.0.dylib", "OpenJPEG"),
        ("libmpg123.0.dylib", "mpg123"),
        ("libgfortran-3.dll", "libgfortran"),
        ("libquadmath-96973f99-934c22de.so.0.0.0", "libquadmath"),
        ("libopenblasp-r0-59ffcd50.3.15.so", "OpenBLAS"),
        ("libscipy_openblas64_-32a4b2a6.so", "OpenBLAS"),
        ("libopenblas-1ea2d2a5d43c7ae3.dll", "OpenBLAS"),
        ("libcudart.faf08d9a.so.13", "NVIDIA CUDA runtime"),
        (
            "msvcp140-0f2ea95580b32bcfc81c235d5751ce78.dll",
            "Microsoft Visual C++ runtime",
        ),
        ("avcodec-60.dll", "FFmpeg"),
        ("ffmpeg-linux-x86_64-v7.0.2", "FFmpeg"),
        ("ffmpeg.exe", "FFmpeg"),
        ("opencv_videoio_ffmpeg4110_64.dll", "FFmpeg"),
        ("libx264.so.164", "x264"),
        ("libx265-f5385bb8.so.216", "x265"),
        ("libfftw3f_omp-736d7eda.so.3.5.5", "FFTW"),
        ("zlib1.dll", "zlib"),
        ("libz-ng.so.2", "zlib"),
        ("libzmq-2f02442c.so.5.2.5", "ZeroMQ"),
        ("libzstd-44be1190.so.1.5.7", "Zstandard"),
        ("Qt6Core.dll", "Qt"),
        ("libQt5XcbQpa-bb93e554.so.5.15.19", "Qt"),
        ("libX11-xcb-b482bfde.so.1.0.0", "X11 client libraries"),
        ("libstdc++.so.6", "libstdc++"),
        ("libc++.1.dylib", "LLVM libc++"),
        ("libomp140.x86_64.dll", "LLVM OpenMP"),
        ("libicudata.so.73", "ICU"),
        ("icuuc73.dll", "ICU"),
        ("libnccl.so.2", "NVIDIA NCCL"),
        ("libnvinfer_plugin.so.10", "NVIDIA TensorRT"),
        ("libcublasLt.so.12", "NVIDIA CUDA mathematical libraries"),
        ("libamdhip64.so.6", "AMD ROCm"),
        ("mkl_rt.2.dll", "Intel MKL"),
        ("libmklml_intel.so", "Intel MKL (small)"),
        ("libmkl_def.so.1", "Intel MKL"),
        ("libreadline.so.8", "GNU Readline"),
        ("libR.so", "R"),
        ("libpython3.11.so.1.0", "CPython"),
        ("libboost_filesystem-mt.dylib", "Boost"),
        ("geos_c-1.17.4.dll", "GEOS"),
        ("libfdk-aac.so.2", "FDK AAC"),
        ("coptcore.so", "COPT"),
    ],
)
def test_file_names_lead_to_rows(name: str, row: str) -> None:
    found = native_libraries.library_of(name)
    assert found is not None
    assert found.name == row


@pytest.mark.parametrize(
    "name",
    [
        *(
            "libmy_own.so",
            "libthing.so.1",
            "libzoo.so",
            "tool",
            "libformat.so",
            "libutil.so",
            "libcommon.so",
        ),
        # What only leads to a library that its user has bought.
        *(
            "libgurobi_adaptor.so",
            "libcplex_adapter.so.1.2",
            "gurobi-shim.dll",
        ),
    ],
)
def test_other_names_lead_nowhere(name: str) -> None:
    assert native_libraries.library_of(name) is None


def test_every_row_has_a_license_that_is_one() -> None:
    rows = {
        r.name: r
        for r in (
            *native_libraries.table().exact.values(),
            *native_libraries.table().prefixes.values(),
        )
    }
    assert len(rows) > 400
    for row in rows.values():
        for value in (row.license, *(c.license for c in row.strings)):
            assert normalise(value) == value, row.name
            for one in licenses(normalise(value)):
                base, _, exception = one.partition(" WITH ")
                assert base.startswith("LicenseRef-") or info(base), (
                    f"{row.name}: {base}"
                )
                assert not exception or info(exception), (
                    f"{row.name}: {exception}"
                )
        assert len(row.source) > 10, row.name
        assert all(c.find or c.named or c.beside for c in row.strings), (
            row.name
        )
        assert row.anchors or not any(c.find for c in row.strings), row.name


ROW = '[[native]]\nname = "{0}"\nmatch = ["same"]\nlicense = "MIT"\nsource = "x"\n'


@pytest.mark.parametrize(
    "text, words",
    [
        (
            '[[native]]\nname = "a"\nmatch = ["a"]\nlicense = "MIT"',
            "source: is missing",
        ),
        (
            '[[native]]\nname = "a"\nmatch = ["a"]\nlicense = "MIT"\nsource = "x"\ncolour = 1',
            "colour: unknown key",
        ),
        (ROW.format("a") + ROW.format("b"), "already taken"),
        ("[[native", "natives.toml"),
    ],
)
def test_a_bad_table_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        native_libraries.read_natives(text.encode(), label="natives.toml")


def test_patterns_in_the_middle_and_the_longest_beginning_win() -> None:
    row = '[[native]]\nname = "{0}"\nmatch = ["{0}"]\nlicense = "MIT"\nsource = "x"\n'
    table = native_libraries.read_natives(
        "".join(row.format(n) for n in ("a*", "ab*", "abc", "*z*y")).encode(),
        label="t",
    )
    names = {
        s: r.name for s in ("axe", "abx", "abc", "1z2y") if (r := table.row(s))
    }
    assert names == {"axe": "a*", "abx": "ab*", "abc": "abc", "1z2y": "*z*y"}
    assert table.row("q") is None


# -- identification --


def test_files_of_one_library_are_one_part(tmp_path: Path) -> None:
    names = (
        "thing.libs/libxcb-5ddf6756.so.1.1.0",
        "thing.libs/libxcb-shm-0be6dfbf.so.0",
        "thing.libs/libgomp-e985bcbb.so.1",
    )
    parts, problems = find(tmp_path, {n: elf() for n in names})
    assert summary(parts) == {
        "XCB": "MIT",
        "libgomp": "GPL-3.0-or-later WITH GCC-exception-3.1",
    }
    xcb = next(p for p in parts if p.name == "XCB")
    assert [e.path for e in xcb.evidence] == list(names[:2])
    assert (xcb.kind, xcb.relation, xcb.path) == (
        "native",
        "bundled",
        names[0],
    )
    assert xcb.purl == f"pkg:pypi/thing@1#{names[0]}"
    assert problems == []


def test_files_that_are_listed_and_not_there_are_judged_by_name(
    tmp_path: Path,
) -> None:
    parts, problems = find(
        tmp_path,
        {},
        missing=(
            "t.libs/libx264-d6533a8d.so.165",
            "t.libs/libavcodec.so.60",
            "t.libs/libwho.so",
        ),
    )
    assert summary(parts) == {
        "x264": "GPL-2.0-or-later",
        "FFmpeg": "LGPL-2.1-or-later",
    }
    assert [p.rule for p in problems] == ["native-unlisted"]


@pytest.mark.parametrize(
    "texts, license_",
    [
        (LICENSE % b"LGPL version 2.1 or later", "LGPL-2.1-or-later"),
        (LICENSE % b"LGPL version 3 or later", "LGPL-3.0-or-later"),
        (LICENSE % b"GPL version 2 or later", "GPL-2.0-or-later"),
        (LICENSE % b"GPL version 3 or later", "GPL-3.0-or-later"),
        (
            LICENSE % b"nonfree and unredistributable",
            "LicenseRef-FFmpeg-nonfree",
        ),
        (CONFIGURE % b"", "LGPL-2.1-or-later"),
        (CONFIGURE % b"--enable-gpl", "GPL-2.0-or-later"),
        (CONFIGURE % b"--enable-version3 --enable-gpl", "GPL-3.0-or-later"),
        (CONFIGURE % b"--enable-version3", "LGPL-3.0-or-later"),
        (
            CONFIGURE % b"--enable-gpl --enable-nonfree",
            "LicenseRef-FFmpeg-nonfree",
        ),
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "t.libs/libavutil-5809ad29.so.60",
        "thing/binaries/ffmpeg-linux-x86_64-v7.0.2",
    ],
)
def test_ffmpeg_is_what_its_build_says(
    tmp_path: Path, name: str, texts: bytes, license_: str
) -> None:
    parts, _ = find(tmp_path, {name: elf("libavutil.so.60", texts=texts)})
    assert summary(parts) == {"FFmpeg": license_}
    if license_ != "LGPL-2.1-or-later":
        assert quotes(parts[0])
        assert all(len(q) <= 200 for q in quotes(parts[0]))
    pools = [p for p in parts[0].problems if p.rule == "patent-pool"]
    assert bool(pools) is ("libavutil" not in name)


def test_the_deciding_words_are_quoted_from_a_long_line(
    tmp_path: Path,
) -> None:
    line = b"--prefix=" + b"x" * 3000 + b" --enable-gpl " + b"y" * 3000 + b"\0"
    parts, _ = find(
        tmp_path,
        {"t.libs/libavcodec.so.60": elf(texts=b"a\0--enable-shared\0" + line)},
    )
    assert said(parts[0]) == "GPL-2.0-or-later"
    assert "--enable-gpl" in quotes(parts[0])[0]
    assert len(quotes(parts[0])[0]) <= 200


@pytest.mark.parametrize(
    "name, content",
    [
        (
            "t.libs/libavcodec-5e6b81c2.so.62",
            elf(
                "libavcodec.so.62",
                ("libx264-d6533a8d.so.165", "libc.so.6"),
                texts=LICENSE % b"LGPL version 3 or later",
            ),
        ),
        (
            "thing/avcodec-62.dll",
            pe(
                "avcodec-62.dll",
                ("libx264-164.dll",),
                LICENSE % b"LGPL version 3 or later",
            ),
        ),
        (
            "thing/.dylibs/libavcodec.62.dylib",
            macho(
                "x",
                ("@loader_path/libx264.164.dylib",),
                LICENSE % b"LGPL version 3 or later",
            ),
        ),
    ],
)
def test_loading_a_gpl_library_overrides_an_lgpl_claim(
    tmp_path: Path, name: str, content: bytes
) -> None:
    parts, _ = find(tmp_path, {name: content})
    assert summary(parts) == {
        "FFmpeg": "LGPL-3.0-or-later AND GPL-2.0-or-later"
    }
    assert any(
        q.startswith("NEEDED ") and "x264" in q for q in quotes(parts[0])
    )


def test_builds_on_different_terms_are_different_parts(tmp_path: Path) -> None:
    files = {
        "t.libs/libavutil.so.60": elf(
            texts=LICENSE % b"LGPL version 2.1 or later"
        ),
        "t.libs/libpostproc.so.58": elf(
            texts=LICENSE % b"GPL version 2 or later"
        ),
    }
    parts, _ = find(tmp_path, files)
    assert sorted(said(p) for p in parts) == [
        "GPL-2.0-or-later",
        "LGPL-2.1-or-later",
    ]


@pytest.mark.parametrize(
    "name, texts, license_",
    [
        ("libcrypto-5409cd36.so.1.1.1k", b"", "OpenSSL"),
        ("libssl-8bd944e8.so.3", b"", "Apache-2.0"),
        ("libcrypto-1_1-x64.dll", b"", "OpenSSL"),
        ("libcrypto-3-x64.dll", b"", "Apache-2.0"),
        ("libcrypto.so", b"OpenSSL 1.1.1w  11 Sep 2023\0", "OpenSSL"),
        ("libcrypto.so", b"OpenSSL 3.0.13 30 Jan 2024\0", "Apache-2.0"),
    ],
)
def test_openssl_by_version(
    tmp_path: Path, name: str, texts: bytes, license_: str
) -> None:
    parts, _ = find(tmp_path, {f"t.libs/{name}": elf(texts=texts)})
    assert summary(parts) == {"OpenSSL": license_}


def test_intel_openmp_by_neighbour_and_by_strings(tmp_path: Path) -> None:
    beside, _ = find(
        tmp_path / "a",
        {"p/libs/libiomp5.so": elf(), "p/libs/libmklml_intel.so": elf()},
    )
    assert set(summary(beside).values()) == {"LicenseRef-scancode-issl-2018"}
    alone, _ = find(tmp_path / "b", {"p/libs/libiomp5.so": elf()})
    assert summary(alone) == {"Intel OpenMP": "LicenseRef-scancode-issl-2022"}
    llvm, _ = find(
        tmp_path / "c",
        {"p/libs/libiomp5.so": elf(texts=b"LLVM OMP version: 5.0\0")},
    )
    assert summary(llvm) == {"Intel OpenMP": "Apache-2.0 WITH LLVM-exception"}


def test_an_odd_name_is_identified_by_what_the_library_calls_itself(
    tmp_path: Path,
) -> None:
    files = {
        "t.libs/libodd.so": elf("libreadline.so.8"),
        "thing/libodd2.so": elf(
            "libodd2.so", note={"name": "x265", "version": "3.5"}
        ),
    }
    parts, problems = find(tmp_path, files)
    assert summary(parts) == {
        "GNU Readline": "GPL-3.0-or-later",
        "x265": "GPL-2.0-or-later",
    }
    assert next(p.version for p in parts if p.name == "x265") == "3.5"
    assert problems == []


def test_own_modules_and_own_libraries_are_no_parts(tmp_path: Path) -> None:
    names = (
        "thing/_core.cpython-311-x86_64-linux-gnu.so",
        "thing/z.abi3.so",
        "thing/event.so",
        "thing/_x.cp312-win_amd64.pyd",
        "thing/lib/libthing_cpu.so",
        "thing/lib/libhelper.so",
        "thing.libs/libthingcore-0a1b2c3d.so.1",
    )
    assert find(tmp_path, {n: elf() for n in names}) == ([], [])


def test_a_permissive_library_of_the_same_project_is_its_own_but_a_gpl_one_is_not(
    tmp_path: Path,
) -> None:
    assert find(
        tmp_path / "a", {"faiss/libfaiss.so": elf()}, own=("faiss",)
    ) == (
        [],
        [],
    )
    parts, _ = find(tmp_path / "b", {"pkg/libx264.so": elf()}, own=("x264",))
    assert summary(parts) == {"x264": "GPL-2.0-or-later"}


def test_what_is_linked_into_an_own_module_shows_in_its_strings(
    tmp_path: Path,
) -> None:
    texts = b"\0x264 - core 164 r3095\0libavcodec license: GPL version 2 or later\0"
    parts, _ = find(tmp_path, {"thing/_video.abi3.so": elf(texts=texts)})
    assert summary(parts) == {
        "x264": "GPL-2.0-or-later",
        "FFmpeg": "GPL-2.0-or-later",
    }
    assert {p.relation for p in parts} == {"static"}
    assert any("x264 - core 164" in q for p in parts for q in quotes(p))


ZLIB = (
    b"incorrect header check\0invalid distance too far back\0"
    b"invalid stored block lengths\0invalid literal/length code\0"
)


def test_a_library_linked_in_shows_in_several_of_its_strings(
    tmp_path: Path,
) -> None:
    texts = b"\0" + ZLIB + b" inflate 1.3.1 Copyright 1995-2024 Mark Adler \0"
    parts, problems = find(tmp_path, {"thing/_z.abi3.so": elf(texts=texts)})
    assert [(p.name, p.version, said(p), p.relation) for p in parts] == [
        ("zlib", "1.3.1", "Zlib", "static")
    ]
    assert problems == []


@pytest.mark.parametrize(
    "texts",
    [
        ZLIB.split(b"\0")[0],
        b"docs: incorrect header check, invalid distance too far back\0",
        b"x264 - core %d\0x264 - core 0000\0",
    ],
    ids=["one string", "strings in prose", "FFmpeg reads what x264 writes"],
)
def test_few_or_quoted_strings_show_no_library(
    tmp_path: Path, texts: bytes
) -> None:
    parts, _ = find(tmp_path, {"thing/_z.abi3.so": elf(texts=texts + b"\0")})
    assert parts == []


def test_what_is_inside_a_gnu_library_is_bundled_with_it(
    tmp_path: Path,
) -> None:
    lame = (
        b"LAME %s version %s (%s)\0LAME version %s (%s)\0"
        b" 1%%  bug in LAME encoding library\0"
    )
    content = elf(texts=b"\0" + lame)
    inside, _ = find(tmp_path / "a", {"thing/libsndfile.so.1": content})
    assert {p.name: p.relation for p in inside} == {
        "libsndfile": "bundled",
        "LAME": "bundled",
    }
    linked, _ = find(tmp_path / "b", {"thing/_mp3.abi3.so": content})
    assert {p.name: p.relation for p in linked} == {"LAME": "static"}


def test_a_large_library_that_nothing_explains_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled_libraries, "_LARGE", 1)
    _, problems = find(tmp_path / "a", {"thing/lib/libodd.so": elf()})
    assert [p.rule for p in problems] == [RuleId.NATIVE_UNLISTED]
    named = elf(texts=b"\0/src/thing/odd.cc\0")
    assert find(tmp_path / "b", {"thing/lib/libodd.so": named}) == ([], [])


def test_binaries_that_are_not_searched_whole_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled_libraries, "_LINKED_BYTES", 4)
    content = elf(texts=b"\0" + ZLIB)
    _, problems = find(tmp_path, {"thing/_z.abi3.so": content})
    assert [(p.rule, p.path) for p in problems] == [
        (RuleId.EVIDENCE_TRUNCATED, "thing/_z.abi3.so")
    ]


def test_modules_that_go_lists_are_a_part_that_nobody_read(
    tmp_path: Path,
) -> None:
    listed = (
        b"path\tmain\nmod\tmain\t(devel)\n"
        b"dep\tgithub.com/a/b\tv1.2.0\th1:x=\n"
        b"dep\tgolang.org/x/sys\tv0.3.0\th1:y=\n"
    )
    marks = (
        bytes.fromhex("3077af0c9274080241e1c107e6d618e6"),
        bytes.fromhex("f932433186182072008242104116d8f2"),
    )
    texts = marks[0] + listed + marks[1]
    parts, problems = find(tmp_path, {"thing/bin/tool": elf(texts=texts)})
    assert [(p.name, p.relation) for p in parts] == [
        ("github.com/a/b v1.2.0, golang.org/x/sys v0.3.0", "static")
    ]
    assert [p.rule for p in parts[0].problems] == [RuleId.TERMS_UNREAD]
    assert problems == []


def test_static_archives_are_linked_in(tmp_path: Path) -> None:
    parts, _ = find(tmp_path, {"thing/lib/libgsl.a": b"!<arch>\n"})
    assert [(p.name, p.relation) for p in parts] == [
        ("GNU Scientific Library", "static")
    ]


def test_unknown_libraries_of_others_are_one_problem(tmp_path: Path) -> None:
    files = {
        "thing.libs/libfoo-0a1b2c3d.so.1": elf(),
        "thing.libs/libbar.so": elf(),
        "thing/.dylibs/libbaz.dylib": elf(),
    }
    parts, problems = find(tmp_path, files)
    assert parts == []
    assert [(p.rule, p.path) for p in problems] == [
        ("native-unlisted", "thing.libs/libbar.so")
    ]
    assert all(
        n in problems[0].message
        for n in ("libfoo.so.1", "libbar.so", "libbaz.dylib")
    )


def test_a_library_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    _, problems = find(
        tmp_path, {"thing.libs/libfoo.so": b"\x7fELF\x02\x01" + b"\xff" * 100}
    )
    assert {p.rule for p in problems} == {
        "native-unlisted",
        "evidence-unreadable",
    }


def test_broken_launchers_of_the_own_package_are_not_told(
    tmp_path: Path,
) -> None:
    assert find(tmp_path, {"thing/cli-64.exe": b"MZ" + bytes(30)}) == ([], [])


def test_strings_of_a_broken_binary_still_count(tmp_path: Path) -> None:
    broken = (
        b"\x7fELF\x02\x01"
        + b"\xff" * 100
        + b"\0"
        + LICENSE % b"GPL version 3 or later"
    )
    parts, _ = find(tmp_path, {"thing/bin/ffmpeg": broken})
    assert summary(parts) == {"FFmpeg": "GPL-3.0-or-later"}


def test_scripts_and_data_are_no_programs(tmp_path: Path) -> None:
    files = {
        "thing/bin/ffmpeg": b"#!/bin/sh\n",
        "thing/bin/tool": elf(),
        "thing/data/pandoc": b"words",
        "thing/libz.py": elf(),
    }
    assert find(tmp_path, files) == ([], [])


def test_programs_are_looked_at_however_many_there_are(
    tmp_path: Path,
) -> None:
    files = {f"thing/bin/{n:03}": b"x" for n in range(100)}
    files["thing/bin/zzz"] = elf(texts=LICENSE % b"GPL version 3 or later")
    parts, problems = find(tmp_path, files)
    assert summary(parts) == {"FFmpeg": "GPL-3.0-or-later"}
    assert problems == []


def test_plugins_of_qt_are_qt_whatever_they_are_called(tmp_path: Path) -> None:
    parts, _ = find(
        tmp_path,
        {
            "PyQt5/Qt5/plugins/imageformats/libqpdf.so": elf(),
            "PyQt5/Qt5/lib/libQt5Core.so.5": elf(),
        },
    )
    assert [p.name for p in parts] == ["Qt"]
    assert "LGPL-3.0-only" in said(parts[0])


def test_many_files_are_counted_not_listed(tmp_path: Path) -> None:
    parts, _ = find(
        tmp_path,
        {},
        missing=tuple(f"t.libs/libboost_m{n}.so" for n in range(60)),
    )
    assert len(parts[0].evidence) == 40
    assert "and 20 more files" in parts[0].note


def test_natives_inside_a_wheel(tmp_path: Path) -> None:
    with zipfile.ZipFile(
        tmp_path / "t.whl", "w", zipfile.ZIP_DEFLATED
    ) as archive:
        archive.writestr(
            "t.libs/libavutil.so.60",
            elf(
                texts=b"\0".join(
                    (LICENSE % b"GPL version 2 or later", bytes(5000))
                )
            ),
        )
        archive.writestr("t.libs/libodd.so", elf("libgmp.so.10"))
    files = open_files(tmp_path / "t.whl")
    parts, problems = bundled_libraries.parts(
        files, files.paths(), purl=Purl("p"), own_names=()
    )
    assert summary(parts) == {
        "FFmpeg": "GPL-2.0-or-later",
        "GMP": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    }
    assert problems == []


def test_a_large_wheel_is_not_inflated_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled_libraries, "_INFLATED", 1000)
    with zipfile.ZipFile(
        tmp_path / "t.whl", "w", zipfile.ZIP_DEFLATED
    ) as archive:
        archive.writestr(
            "t.libs/libavutil.so.60",
            elf(texts=LICENSE % b"GPL version 2 or later" + bytes(5000)),
        )
    files = open_files(tmp_path / "t.whl")
    parts, _ = bundled_libraries.parts(
        files, files.paths(), purl=Purl("p"), own_names=()
    )
    assert summary(parts) == {"FFmpeg": "LGPL-2.1-or-later"}
