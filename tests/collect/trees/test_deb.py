"""Debian packages built here."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from licensescan.collect.trees import deb
from licensescan.model.types import Component, IncompleteError

TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"
FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
CONTROL = "Package: python3-acme\nVersion: 1:2.0+dfsg-1\nMaintainer: A <a@example.org>\nDescription: tool\n more\n"


def tar(
    files: dict[str, str], mode: str, links: dict[str, str] | None = None
) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            member = tarfile.TarInfo("./" + name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo("./" + name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return buffer.getvalue()


def ar(members: dict[str, bytes]) -> bytes:
    whole = b"!<arch>\n"
    for name, data in members.items():
        whole += (
            f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
            + data
            + b"\n" * (len(data) % 2)
        )
    return whole


def build(
    folder: Path,
    files: dict[str, str],
    mode: str = "xz",
    links: dict[str, str] | None = None,
) -> str:
    path = folder / "python3-acme_2.0_all.deb"
    members = {
        "debian-binary": b"2.0\n",
        f"control.tar.{mode}": tar({"control": CONTROL}, f"w:{mode}"),
        f"data.tar.{mode}": tar(files, f"w:{mode}", links),
    }
    path.write_bytes(ar(members))
    return str(path)


def one(path: str) -> Component:
    assert deb.matches(path)
    (component,) = deb.collect(path)
    return component


COPYRIGHT = "usr/share/doc/python3-acme/copyright"


@pytest.mark.parametrize("mode", ["gz", "xz"])
def test_stanzas_become_headline_and_parts(tmp_path: Path, mode: str) -> None:
    text = (
        FORMAT
        + "Files: *\nLicense: Expat\n\nFiles: a.c\nLicense: GPL-2+\n\n"
        + "Files: b.c c.c d.c e.c\nLicense: Odd\n Odd terms.\n"
        + "\nFiles: f.c\nLicense: Expat\n\nFiles: debian/*\nLicense: GPL-3+\n"
    )
    component = one(build(tmp_path, {COPYRIGHT: text}, mode))
    assert component.purl == "pkg:deb/debian/python3-acme@1:2.0%2Bdfsg-1"
    assert [(e.kind, e.value, e.path) for e in component.evidence] == [
        ("debian", "Expat", COPYRIGHT)
    ]
    assert [
        (p.name, p.relation, [(e.kind, e.value or e.text) for e in p.evidence])
        for p in component.parts
    ] == [
        ("a.c", "vendored", [("debian", "GPL-2+")]),
        (
            "b.c, c.c, d.c and 1 more",
            "vendored",
            [("debian", "Odd"), ("license-file", "Odd terms.")],
        ),
        ("debian/*", "dev", [("debian", "GPL-3+")]),
    ]
    assert len({p.purl for p in component.parts}) == 3


def test_a_free_form_file_is_a_license_text(tmp_path: Path) -> None:
    component = one(build(tmp_path, {COPYRIGHT: TERMS}))
    assert [(e.kind, e.text) for e in component.evidence] == [
        ("license-file", TERMS)
    ]


def test_stanzas_without_a_star_stand_together(tmp_path: Path) -> None:
    text = (
        FORMAT
        + "Files: a\nLicense: ISC\n\nFiles: b\nLicense: MIT or GPL-2\n\nFiles: debian/*\nLicense: X\n"
    )
    component = one(build(tmp_path, {COPYRIGHT: text}))
    assert [e.value for e in component.evidence] == ["ISC AND (MIT or GPL-2)"]


def test_public_domain_is_a_name_that_the_format_reserves(
    tmp_path: Path,
) -> None:
    text = (
        FORMAT
        + "Files: *\nLicense: ISC\n\nFiles: a.jpg\nLicense: Public-Domain\n Nobody holds rights in it.\n"
    )
    component = one(build(tmp_path, {COPYRIGHT: text}))
    assert [e.value for p in component.parts for e in p.evidence] == [
        "LicenseRef-scancode-public-domain"
    ]


def test_a_copyright_file_in_another_package(tmp_path: Path) -> None:
    component = one(
        build(
            tmp_path,
            {"usr/bin/acme": "x"},
            links={"usr/share/doc/python3-acme": "acme-common"},
        )
    )
    assert [p.rule for p in component.problems] == ["evidence-missing"]
    assert component.evidence == ()


def test_links_to_the_system_are_nothing_odd(tmp_path: Path) -> None:
    files = {COPYRIGHT: TERMS, "usr/share/doc/python3-acme/NOTICE": TERMS}
    component = one(
        build(
            tmp_path, files, links={"usr/bin/acme": "/etc/alternatives/acme"}
        )
    )
    assert component.problems == ()
    assert [e.kind for e in component.evidence] == ["license-file", "notice"]


def test_what_is_no_package(tmp_path: Path) -> None:
    zstd = {
        "debian-binary": b"2.0\n",
        "control.tar.zst": b"\x28\xb5\x2f\xfd" + b"\0" * 20,
    }
    cases = {
        "no ar": b"nothing",
        "no control": ar({"debian-binary": b"2.0\n"}),
        "cut": ar({"debian-binary": b"2.0\n", "control.tar.gz": b"x" * 50})[
            :-20
        ],
        "zstd": ar(zstd),
        "no tar": ar(
            {"control.tar.gz": b"garbage", "data.tar.gz": b"garbage"}
        ),
    }
    for name, data in cases.items():
        (tmp_path / f"{name}.deb").write_bytes(data)
        with pytest.raises(
            IncompleteError, match="zstd" if name == "zstd" else name
        ):
            one(str(tmp_path / f"{name}.deb"))
