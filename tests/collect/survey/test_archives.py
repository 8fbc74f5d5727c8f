"""
Inside equals outside: an archive is surveyed by the code that surveys it
alone.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from licensescan.collect import kind_of, source_of
from licensescan.collect.survey.survey import survey
from licensescan.model.types import Component, Purl
from licensescan.reader import FolderFiles

AGPL = "# Licensed under the GNU Affero General Public License, version 3.\n"
WHEEL = {
    "quux.py": AGPL,
    "quux-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: quux\nVersion: 1.0\n",
    "quux-1.0.dist-info/RECORD": "quux.py,,\n",
}
SOURCES = {"quux-1.0/quux.py": AGPL, "quux-1.0/COPYING": "Do as you like.\n"}
NPM = {"package/package.json": '{"name": "quux", "license": "AGPL-3.0-only"}'}


def zipped(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def tarred(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


def says(component: Component, below: str = "") -> set[tuple[str, str, str]]:
    return {
        (e.kind, e.path.removeprefix(below), e.value or e.text or "")
        for e in component.evidence
        if e.kind != "coordinates"
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("quux-1.0-py3-none-any.whl", zipped(WHEEL)),
        ("quux-1.0.zip", zipped(SOURCES)),
        ("quux-1.0.tar.gz", tarred(SOURCES)),
        ("quux-1.0.tgz", tarred(NPM)),
        ("quux-1.0.jar", zipped({"META-INF/LICENSE": "Do as you like.\n"})),
    ],
)
def test_an_archive_inside_says_what_it_says_alone(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    kind = kind_of(str(path))
    assert kind is not None
    (alone,) = source_of(kind).collect(str(path))
    inside = survey(
        FolderFiles(tmp_path), [name], purl=Purl("pkg:pypi/foo"), name="foo"
    )
    (part,) = inside.parts
    assert says(part, f"{name}/") == says(alone)
    assert (part.kind, part.version) == (alone.kind, alone.version)


def test_an_archive_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no archive")
    contents = survey(
        FolderFiles(tmp_path), ["a.zip"], purl=Purl("pkg:pypi/foo"), name="foo"
    )
    assert [(p.rule, p.path) for p in contents.problems] == [
        ("evidence-unreadable", "a.zip")
    ]
