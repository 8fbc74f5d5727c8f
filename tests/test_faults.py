"""
One fault each: the gate fails by the right rule, names the package, and leaves
its clean neighbour alone.
"""

from __future__ import annotations

import base64
import codecs
import gzip
import io
import os
import socket
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import (
    BAN,
    GPL,
    MIT,
    Seen,
    distribution,
    environment,
    look,
    metadata,
    wheel,
    zipped,
)

UNKNOWN = {"license-unknown", "license-missing"}
MISMATCH = {"license-mismatch"}
BAD = {"metadata-invalid"}
PROSE = (
    "Once upon a time there was a library, and nobody knew under which terms it could be had. "
    * 8
)


def seen(place: Path, files: dict[str, bytes]) -> Seen:
    """
    What is said of an environment with `files`; the neighbour must be there
    and clean, whatever happens.
    """
    found = look(environment(place, files))
    assert "sentinel-ok" in found.names
    assert not any("sentinel-ok" in component for component in found.failing)
    return found


def flagged(found: Seen, rules: set[str], name: str = "acme-x") -> None:
    """The gate fails, the package is named, and by one of `rules`."""
    assert found.code == 1
    assert any(name in component for component in found.failing), found.failing
    assert found.rules & rules, (found.rules, rules)


# -- texts that hide what they say --


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(PROSE.encode()).decode(),
        codecs.encode(PROSE, "rot13"),
        PROSE[::-1],
        " ".join(PROSE),
        "".join(PROSE.split()),
        "see the website\n",
        "TODO: your license here\n",
        "See https://example.com/license\n",
        "Copyright 2024 Somebody\n",
        "{{ license }}\n",
    ],
)
def test_a_license_file_without_a_license_is_unknown(
    tmp_path: Path, text: str
) -> None:
    flagged(
        seen(tmp_path, distribution(texts={"LICENSE": text})),
        {*UNKNOWN, *MISMATCH},
    )


@pytest.mark.parametrize("text", ["", " \n\n\t\n"])
def test_an_empty_license_file_is_as_good_as_missing(
    tmp_path: Path, text: str
) -> None:
    flagged(
        seen(tmp_path, distribution(texts={"LICENSE": text})),
        {"evidence-missing"},
    )


def test_people_and_notices_are_no_licenses_without_a_license(
    tmp_path: Path,
) -> None:
    texts = {
        "LICENSE": MIT,
        "AUTHORS": "Ada Lovelace\nИван Иванов\n",
        "NOTICE": "acme-x\nCopyright 2024 Acme\n",
    }
    assert seen(tmp_path, distribution(texts=texts)).code == 0


@pytest.mark.parametrize(
    "ban",
    [
        BAN,
        "For evaluation only.\n",
        "All rights reserved. Use is forbidden.\n",
    ],
)
def test_a_ban_is_no_license_of_whatever_name(
    tmp_path: Path, ban: str
) -> None:
    named = distribution(
        license_="LicenseRef-MIT", texts={"LICENSE": "Free for you. " + ban}
    )
    flagged(
        seen(tmp_path, named),
        {"commercial-prohibited", "commercial-conditional", *UNKNOWN},
    )


def test_a_ban_in_a_notice_counts(tmp_path: Path) -> None:
    texts = {
        "LICENSE": MIT,
        "NOTICE": "Use for commercial purposes requires a paid license from Acme.\n",
    }
    flagged(
        seen(tmp_path, distribution(texts=texts)),
        {"commercial-prohibited", "commercial-conditional"},
    )


@pytest.mark.parametrize(
    "hide",
    [lambda t: t.replace("o", "о"), lambda t: t.replace("e", "e\u200b")],
)
def test_tricks_with_letters_are_undone_and_told(
    tmp_path: Path, hide: Callable[[str], str]
) -> None:
    found = seen(
        tmp_path,
        distribution(license_="Apache-2.0", texts={"LICENSE": hide(BAN * 3)}),
    )
    flagged(found, {"text-obfuscated"})
    assert "commercial-prohibited" in found.rules


# -- fields --


@pytest.mark.parametrize(
    "value",
    [
        "Copyright 2024 Acme", "\x1b[32mMIT\x1b[0m", "\x1b[0m",
        "::error::x", "##vso[task.complete]", "=cmd|' /C calc'!A0", "MIT but not for evil", "Not MIT", "PERMIT",
        "x\n        ::error::a\n        ::stop-commands::b\n        ##[group]c", "[x](javascript:alert(1))",
        "\u202eTIM",
    ],
)  # fmt: skip
def test_words_that_are_no_license_are_unknown_not_absent(
    tmp_path: Path, value: str
) -> None:
    found = seen(
        tmp_path,
        distribution("acme-x", f"License: {value}", license_=None, texts={}),
    )
    flagged(found, {"license-unknown"})


@pytest.mark.parametrize(
    "value",
    [
        *"UNKNOWN None - LICENSE UNLICENSED N/A TODO <license>".split(),
        "see website",
    ],
)
def test_placeholders_are_nothing(tmp_path: Path, value: str) -> None:
    flagged(
        seen(
            tmp_path,
            distribution(
                "acme-x", f"License: {value}", license_=None, texts={}
            ),
        ),
        UNKNOWN,
    )


@pytest.mark.parametrize(
    "value",
    [
        "MIT AND", "Mti", "LicenseRef-Acme", "DocumentRef-spdx:LicenseRef-Acme", "MIT/Apache-2.0", "MIT, GPL-3.0-only",
        "GPL-3.0-only WITH Foo-exception", "MIT WITH Classpath-exception-2.0 OR", "(" * 100 + "MIT" + ")" * 100,
        " OR ".join(["MIT"] * 300), "()", "MIT OR (Apache-2.0", "MIT\u200b", "МIT", "MIT;GPL-3.0-only", "LicenseRef-",
        "AdditionRef-x",
    ],
)  # fmt: skip
def test_expressions_that_are_none(tmp_path: Path, value: str) -> None:
    found = seen(tmp_path, distribution(license_=value, texts={}))
    flagged(found, {"expression-invalid", *UNKNOWN})


@pytest.mark.parametrize(
    "fields",
    [
        ("License-Expression: GPL-3.0-only",),
        ("License: GPL-3.0-only",),
        ("License: Proprietary",),
        (
            "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        ),
        ("Classifier: License :: Free for non-commercial use",),
    ],
)
def test_a_field_that_says_worse_than_the_expression(
    tmp_path: Path, fields: tuple[str, ...]
) -> None:
    flagged(seen(tmp_path, distribution("acme-x", *fields)), {*MISMATCH, *BAD})


def test_an_old_classifier_leaves_nothing_open(tmp_path: Path) -> None:
    trove = "Classifier: License :: Other/Proprietary License"
    found = seen(tmp_path, distribution("acme-x", trove))
    assert found.code == 0
    assert MISMATCH & {finding.rule for finding in found.report.findings}


def test_two_license_fields_that_differ(tmp_path: Path) -> None:
    files = distribution(
        "acme-x", "License: MIT", "License: GPL-3.0-only", license_=None
    )
    flagged(seen(tmp_path, files), MISMATCH)


def test_a_family_that_contradicts_the_field(tmp_path: Path) -> None:
    trove = "Classifier: License :: OSI Approved :: Apache Software License"
    flagged(
        seen(
            tmp_path,
            distribution(
                "acme-x", "License: MIT", trove, license_=None, texts={}
            ),
        ),
        MISMATCH,
    )


def test_a_classifier_that_says_the_same_is_no_contradiction(
    tmp_path: Path,
) -> None:
    trove = "Classifier: License :: OSI Approved :: MIT License"
    assert (
        seen(
            tmp_path, distribution("acme-x", "License: MIT License", trove)
        ).code
        == 0
    )


# -- METADATA --

GOOD = metadata("acme-x", "1.0", "License-Expression: MIT")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n\n\n", b"\0" * 10_000, b"\n" + GOOD, GOOD[: len(GOOD) // 3], b'{"name": "acme-x"}', b"X" * (3 << 20),
        GOOD.replace(b"acme-x", b"acme x!"), GOOD.replace(b"acme-x", b"a" * 100_000),
        GOOD.replace(b"acme-x", b"../../x"),
        GOOD.replace(b"acme-x", b"other"), GOOD.replace(b"1.0", b"no version"), GOOD.replace(b"1.0", b"9.9"),
        GOOD.replace(b"1.0", b"1" * 100_000), GOOD.replace(b"Metadata-Version: 2.4\n", b""),
        GOOD.replace(b"2.4", b"99.0"), GOOD.replace(b"Version: 1.0", b"Version: 1.0\nnot a header"),
        GOOD.replace(b"MIT", b"MIT\0"), GOOD.replace(b"Version: 1.0", b"Version: 1.0\nVersion: 2.0"),
        GOOD.replace(b"License-", b"License : GPL-3.0-only\nLicense-"),
    ],
)  # fmt: skip
def test_metadata_that_readers_may_take_in_two_ways(
    tmp_path: Path, raw: bytes
) -> None:
    found = seen(tmp_path, distribution(raw=raw))
    assert found.code == 1
    assert "metadata-invalid" in found.rules


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + GOOD, GOOD.decode().encode("utf-16"), GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD.rstrip(b"\n"), GOOD + b"\xff\xfe\xff", GOOD.replace(b"\n\n", b"\nAuthor: Jos\xe9\n\n"),
        GOOD.replace(b"1.0", b"1.0.post1.dev2+local.3").replace(b"2.4", b"2.1"),
    ],
)  # fmt: skip
def test_metadata_that_is_odd_and_plain_enough(
    tmp_path: Path, raw: bytes
) -> None:
    version = "1.0.post1.dev2+local.3" if b"post1" in raw else "1.0"
    assert seen(tmp_path, distribution(version=version, raw=raw)).code == 0


def test_metadata_of_every_kind_but_a_file(tmp_path: Path) -> None:
    def folder(path: Path) -> None:
        path.mkdir()

    def nowhere(path: Path) -> None:
        path.symlink_to("nowhere")

    def itself(path: Path) -> None:
        path.symlink_to("METADATA")

    def outside(path: Path) -> None:
        (tmp_path / "outside.txt").write_bytes(GOOD + b"CANARY")
        path.symlink_to(tmp_path / "outside.txt")

    for make in (folder, os.mkfifo, nowhere, itself, outside):
        place = tmp_path / getattr(make, "__name__", "x")
        site = environment(place, distribution())
        (site / "acme_x-1.0.dist-info/METADATA").unlink()
        make(site / "acme_x-1.0.dist-info/METADATA")
        flagged(look(site), {"metadata-invalid", "path-escape"}, "acme-x")


# -- license files that are no files --


def bound(path: Path) -> None:
    """A socket; its address must be short."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def sparse(path: Path) -> None:
    """Two GiB that take no room."""
    path.write_text(MIT)
    os.truncate(path, 2 << 30)


@pytest.mark.parametrize(
    ("make", "rules"),
    [
        (lambda p: p.symlink_to("/etc/passwd"), {"path-escape"}),
        (lambda p: p.symlink_to("../../../outside"), {"path-escape"}),
        (lambda p: p.symlink_to("/proc/self/environ"), {"path-escape"}),
        (
            lambda p: p.symlink_to("/dev/zero"),
            {"path-escape", "evidence-unreadable"},
        ),
        (lambda p: p.symlink_to("nowhere"), {"evidence-missing"}),
        (
            lambda p: p.symlink_to("LICENSE"),
            {"evidence-missing", "evidence-unreadable"},
        ),
        (lambda p: p.mkdir(), {"evidence-missing", "evidence-unreadable"}),
        (os.mkfifo, {"evidence-unreadable"}),
        (bound, {"evidence-unreadable"}),
        (sparse, {"evidence-truncated"}),
        (lambda p: p.write_bytes(b"\0" * 5000), {"evidence-unreadable"}),
    ],
)
def test_a_license_file_that_cannot_be_read(
    tmp_path: Path, make: Callable[[Path], None], rules: set[str]
) -> None:
    (tmp_path / "outside").write_text("CANARY " + GPL)
    site = environment(tmp_path, distribution())
    path = site / "acme_x-1.0.dist-info/licenses/LICENSE"
    path.unlink()
    make(path)
    flagged(look(site), rules)


def test_a_sibling_folder_with_the_same_beginning_is_outside(
    tmp_path: Path,
) -> None:
    site = environment(tmp_path, distribution())
    (tmp_path / "site-packages-evil").mkdir()
    (tmp_path / "site-packages-evil/LICENSE").write_text(GPL)
    (site / "acme_x-1.0.dist-info/licenses/COPYING").symlink_to(
        "../../../site-packages-evil/LICENSE"
    )
    flagged(look(site), {"path-escape"})


# -- RECORD and direct_url.json --


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda r: b"", BAD),
        (lambda r: None, BAD),
        (lambda r: b"no list\nat all\n", BAD),
        (lambda r: bytes(range(256)) * 20, BAD),
        (lambda r: r + b'"open,,\n', BAD),
        (lambda r: r + r, BAD),
        (lambda r: r + b"a\0b.py,,\n", BAD),
        (lambda r: r + b"a.py,,\n" * 5_000_000, BAD),
        (lambda r: r + b"/etc/passwd,,\n", {"path-escape"}),
        (lambda r: r + b"C:\\x,,\n", {"path-escape"}),
        (lambda r: r + b"../../../../../../etc/passwd,,\n", {"path-escape"}),
    ],
)
def test_a_record_that_is_none(
    tmp_path: Path, change: Callable[[bytes], bytes | None], rules: set[str]
) -> None:
    files = distribution()
    data = change(files.pop("acme_x-1.0.dist-info/RECORD"))
    flagged(
        seen(
            tmp_path,
            files
            if data is None
            else files | {"acme_x-1.0.dist-info/RECORD": data},
        ),
        rules,
    )


def test_a_record_may_be_taken_away_by_a_distributor(tmp_path: Path) -> None:
    files = distribution() | {"acme_x-1.0.dist-info/INSTALLER": b"conda\n"}
    del files["acme_x-1.0.dist-info/RECORD"]
    assert seen(tmp_path, files).code == 0


@pytest.mark.parametrize(
    "row", [b'"a\nb.py",,\n', b"caf\xe9.py,,\n", b"../../../bin/acme,,\n"]
)
def test_rows_that_are_odd_and_right(tmp_path: Path, row: bytes) -> None:
    files = distribution()
    files["acme_x-1.0.dist-info/RECORD"] += row
    assert seen(tmp_path, files).code == 0


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe\0", b"[" * 100_000, b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b'{"url": 5}',
        b'{"dir_info": {"editable": true}}', b'{"url": "\\ud800"}',
        b'{"url": "file://[", "dir_info": {"editable": true}}',
        b'{"url": "file:///%00", "dir_info": {"editable": true}}',
        b'{"url": "file:///", "dir_info": {"editable": true}}',
        b'{"url": "file:///etc", "dir_info": {"editable": true}}', b" " * (3 << 20) + b"{}",
        b'{"url": "file:///' + b"a" * 100_000 + b'", "dir_info": {"editable": true}}',
    ],
)  # fmt: skip
def test_a_direct_url_that_leads_nowhere(tmp_path: Path, text: bytes) -> None:
    flagged(
        seen(
            tmp_path,
            distribution() | {"acme_x-1.0.dist-info/direct_url.json": text},
        ),
        BAD,
    )


def test_a_direct_url_on_the_network_is_only_told(tmp_path: Path) -> None:
    url = b'{"url": "https://example.com/x.whl", "archive_info": {}}'
    assert (
        seen(
            tmp_path,
            distribution() | {"acme_x-1.0.dist-info/direct_url.json": url},
        ).code
        == 0
    )


# -- wheels --

WHEEL = "acme_x-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    "change",
    [
        lambda f: {k: v for k, v in f.items() if not k.endswith("RECORD")},
        lambda f: f | {"acme_x/unlisted.py": b""},
        lambda f: {
            k: v for k, v in f.items() if not k.endswith("__init__.py")
        },
        lambda f: (
            f | {"acme_x-1.0.dist-info/licenses/LICENSE": MIT.encode() + b"\n"}
        ),
    ],
)
def test_a_wheel_and_its_record_must_agree(
    tmp_path: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    flagged(look(wheel(tmp_path / WHEEL, change(distribution()))), BAD)


def test_a_plain_wheel_passes(tmp_path: Path) -> None:
    assert look(wheel(tmp_path / WHEEL, distribution())).code == 0


def test_bytes_that_are_no_wheel_are_incomplete(tmp_path: Path) -> None:
    for number, data in enumerate(
        (
            b"",
            b"PK\5\6" + bytes(18),
            bytes(range(256)) * 8,
            zipped({"x.py": b""}),
        )
    ):
        path = tmp_path / str(number) / WHEEL
        path.parent.mkdir()
        path.write_bytes(data)
        assert look(path).code == 3


def changed(data: bytes, *swaps: tuple[bytes, bytes]) -> bytes:
    """`data` with the last occurrence of each first piece replaced."""
    for old, new in swaps:
        head, found, tail = data.rpartition(old)
        assert found
        data = head + new + tail
    return data


def broken_directory(data: bytes) -> bytes:
    """The last member stands, by the directory, where no member can be."""
    at = data.rfind(b"PK\1\2") + 42
    return data[:at] + b"\xf0\xff\xff\xff" + data[at + 4 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: b"#!/bin/sh\n" * 50 + d,
        lambda d: d + d,
        lambda d: d + b"and more",
        lambda d: changed(d, (b"acme_x/__init__.py", b"acme_x/__inxt__.py")),
        lambda d: changed(d, (b"acme_x/__init__.py", b"acme_x/__in\0t__.py")),
        broken_directory,
    ],
)
def test_a_wheel_that_two_readers_see_in_two_ways(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / WHEEL
    path.write_bytes(spoil(zipped(distribution())))
    flagged(look(path), {"archive-unsafe"})


@pytest.mark.parametrize(
    "member",
    ["../../escape.txt", "/abs.txt", "..\\..\\escape.txt", "C:\\x.txt"],
)
def test_members_that_point_outside(tmp_path: Path, member: str) -> None:
    files = [*distribution().items(), (member, b"x")]
    flagged(
        look(wheel(tmp_path / WHEEL, files)), {"archive-unsafe", "path-escape"}
    )


def test_one_member_twice(tmp_path: Path) -> None:
    raw = distribution(license_="GPL-3.0-only")[
        "acme_x-1.0.dist-info/METADATA"
    ]
    with pytest.warns(UserWarning, match="Duplicate"):
        path = wheel(
            tmp_path / WHEEL,
            [("acme_x-1.0.dist-info/METADATA", raw), *distribution().items()],
        )
    flagged(look(path), {"archive-unsafe"})


def test_members_that_are_encrypted_or_packed_in_an_unknown_way(
    tmp_path: Path,
) -> None:
    data = bytearray(zipped(distribution()))
    for number, (place, value) in enumerate(((8, 1), (10, 99))):
        spoiled, at = bytearray(data), data.find(b"PK\1\2")
        while at >= 0:
            spoiled[at + place] = value
            at = data.find(b"PK\1\2", at + 4)
        path = tmp_path / str(number) / WHEEL
        path.parent.mkdir()
        path.write_bytes(spoiled)
        flagged(
            look(path), {"evidence-unreadable", "metadata-invalid"}, "acme"
        )


def test_what_lies_in_archives_within_counts(tmp_path: Path) -> None:
    inner = zipped(
        distribution("inner", license_="GPL-3.0-only", texts={"LICENSE": GPL})
    )
    for name in ("inner-1.0-py3-none-any.whl", "bundle.zip", "dep.jar"):
        data = (
            inner
            if not name.endswith(".jar")
            else zipped({"META-INF/LICENSE": GPL.encode()})
        )
        path = wheel(
            tmp_path / name / WHEEL,
            distribution(code={f"acme_x/{name}": data}),
        )
        flagged(look(path), {"copyleft-strong"})


def nested(depth: int) -> bytes:
    """A jar in a jar in a jar."""
    data = zipped({"META-INF/LICENSE": GPL.encode()})
    for number in range(depth):
        data = zipped({f"{number}.jar": data})
    return data


def test_archives_are_opened_only_so_deep(tmp_path: Path) -> None:
    flagged(
        look(
            wheel(
                tmp_path / WHEEL,
                distribution(code={"acme_x/a.jar": nested(8)}),
            )
        ),
        {"archive-unsafe"},
    )


# -- sdists --


def sdist(
    path: Path, *members: tarfile.TarInfo, trailing: bytes = b""
) -> Path:
    """An sdist with metadata and a license, and `members` without data."""
    out = io.BytesIO()
    with tarfile.open(
        fileobj=out, mode="w", format=tarfile.PAX_FORMAT
    ) as archive:
        for name, data in (
            ("PKG-INFO", metadata("acme-x", "1.0", "License: MIT")),
            ("LICENSE", MIT.encode()),
        ):
            info = tarfile.TarInfo(f"acme_x-1.0/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for member in members:
            archive.addfile(member)
    path.write_bytes(gzip.compress(out.getvalue() + trailing))
    return path


def member(
    name: str, kind: bytes, target: str = "", **headers: str
) -> tarfile.TarInfo:
    """One member of a tar archive."""
    info = tarfile.TarInfo(f"acme_x-1.0/{name}")
    info.type, info.linkname, info.pax_headers = kind, target, headers
    return info


@pytest.mark.parametrize(
    "bad",
    [
        member("COPYING", tarfile.SYMTYPE, "/etc/passwd"),
        member("COPYING", tarfile.SYMTYPE, "../../etc/passwd"),
        member("COPYING", tarfile.LNKTYPE, "../../etc/passwd"),
        member("COPYING", tarfile.SYMTYPE, "COPYING"),
        member("COPYING", tarfile.SYMTYPE, "nowhere"),
        member("COPYING", tarfile.CHRTYPE),
        member("COPYING", tarfile.FIFOTYPE),
        member("COPYING", tarfile.GNUTYPE_SPARSE),
        member("../../../up", tarfile.REGTYPE),
        member("LICENSE", tarfile.REGTYPE),
        member("x", tarfile.REGTYPE, comment="x" * (2 << 20)),
        member("x", tarfile.REGTYPE, size="99999999999999999999"),
    ],
)
def test_members_of_an_sdist_that_are_no_files(
    tmp_path: Path, bad: tarfile.TarInfo
) -> None:
    flagged(
        look(sdist(tmp_path / "acme_x-1.0.tar.gz", bad)),
        {"archive-unsafe", "evidence-missing"},
    )


def test_an_archive_behind_the_archive(tmp_path: Path) -> None:
    second = io.BytesIO()
    with tarfile.open(fileobj=second, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("acme_x-1.0/COPYING"))
    path = sdist(tmp_path / "acme_x-1.0.tar.gz", trailing=second.getvalue())
    flagged(look(path), {"archive-unsafe"})


def test_a_plain_sdist_passes(tmp_path: Path) -> None:
    assert (
        look(
            sdist(
                tmp_path / "acme_x-1.0.tar.gz", member("doc", tarfile.DIRTYPE)
            )
        ).code
        == 0
    )


# -- old installs and models --

EGG = "acme_x-1.0-py3.11.egg"
OLD = metadata("acme-x", "1.0", "License: GPL-3.0-only")


@pytest.mark.parametrize(
    "files",
    [
        {f"{EGG}/EGG-INFO/PKG-INFO": OLD, f"{EGG}/acme_x/__init__.py": b""},
        {EGG: zipped({"EGG-INFO/PKG-INFO": OLD, "acme_x/__init__.py": b""})},
        {"acme_x-1.0-py3.11.egg-info": OLD},
        {"acme_x-1.0.egg-info/PKG-INFO": OLD},
    ],
)
def test_old_kinds_of_installs_are_seen(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    flagged(seen(tmp_path, files), {"copyleft-strong"})


@pytest.mark.parametrize(
    "files",
    [
        {EGG: b"no zip"},
        {f"{EGG}/acme_x/__init__.py": b""},
        {"acme_x-1.0.egg-info": b""},
        {"acme_x-1.0.egg-info/SOURCES.txt": b""},
        {"acme-x.egg-link": b""},
        {"acme-x.egg-link": b"/\n.\n"},
        {"acme-x.egg-link": b"/a\0b\n"},
        {"acme-x.egg-link": b"/nowhere\n.\n"},
        {"acme_x-1.0.dist-info": b"a file"},
        {"acme_x-1.0.dist-info/metadata.json": b"{}"},
    ],
)
def test_old_kinds_of_installs_that_are_broken(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    flagged(seen(tmp_path, files), {"metadata-invalid", *UNKNOWN})


def weights(
    header: bytes, name: str = "model.safetensors", card: str = "# weights\n"
) -> dict[str, bytes]:
    """A package with one model in it."""
    code = {
        "acme_x/__init__.py": b"",
        f"acme_x/model/{name}": header,
        "acme_x/model/README.md": card,
    }
    return distribution(code=code)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("model.safetensors", b""),
        ("model.safetensors", struct.pack("<Q", 1 << 62) + b"{}"),
        ("model.safetensors", struct.pack("<Q", 10) + b"notjson!!!"),
        ("model.safetensors", struct.pack("<Q", 200_000) + b"[" * 200_000),
        ("model.gguf", b"GGUF"),
        ("model.gguf", b"GGUF" + struct.pack("<IQQ", 3, 1, 1 << 60)),
    ],
)
def test_headers_of_weights_that_lie(
    tmp_path: Path, name: str, header: bytes
) -> None:
    flagged(seen(tmp_path, weights(header, name)), BAD)


def test_the_license_in_a_header_of_weights_counts(tmp_path: Path) -> None:
    told = b'{"__metadata__": {"license": "cc-by-nc-4.0"}}'
    flagged(
        seen(tmp_path, weights(struct.pack("<Q", len(told)) + told)),
        {"commercial-prohibited"},
    )


@pytest.mark.parametrize(
    "card",
    [
        "---\nlicense: [\n---\n", "---\n- a\n- b\n---\n", "---\n" + "[" * 100_000 + "\n---\n", "---\nx: &a [*a]\n---\n",
        "---\na:\n" + "".join(" " * n + "- x:\n" for n in range(1, 200)) + "---\n", "---\nlicense: \0\n---\n",
        "---\nlicense: mit\nlicense: cc-by-nc-4.0\n---\n",
    ],
)  # fmt: skip
def test_cards_that_are_no_tables(tmp_path: Path, card: str) -> None:
    flagged(
        seen(tmp_path, weights(struct.pack("<Q", 2) + b"{}", card=card)), BAD
    )


def test_a_card_never_makes_objects(tmp_path: Path) -> None:
    card = "---\nlicense: !!python/object/apply:os.mkdir [made]\n---\n"
    assert (
        seen(tmp_path, weights(struct.pack("<Q", 2) + b"{}", card=card)).code
        == 1
    )
    assert not Path("made").exists()


@pytest.mark.parametrize(
    "error",
    [ValueError, RecursionError, KeyError, MemoryError, OSError, TypeError],
)
def test_an_error_of_our_own_is_said_of_the_one_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    from licensescan.collect.python import environment as source

    survey = source.survey

    def stumble(*args: Any, name: str, **more: Any) -> Any:
        if name == "acme-x":
            raise error("out of luck")
        return survey(*args, name=name, **more)

    monkeypatch.setattr(source, "survey", stumble)
    flagged(seen(tmp_path, distribution()), BAD)


@pytest.mark.parametrize(
    "text",
    [
        "may not be used for commercial " * 4_000,
        "[license](" * 90_000,
        "a" * (1 << 20),
        "(" * 500_000,
        "e\u0301" * 400_000,
    ],
)
def test_no_text_keeps_a_scan_for_ever(tmp_path: Path, text: str) -> None:
    # A reader whose time is not linear needs minutes for these; the test suite
    # would be stopped.
    assert seen(tmp_path, distribution(texts={"LICENSE": text})).code == 1
    assert seen(tmp_path / "readme", distribution(body=text)).names == {
        "acme-x",
        "sentinel-ok",
    }
