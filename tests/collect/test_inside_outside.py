"""
What stands inside something is read as it is read alone: the report of a
container has all that the report of its content has.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensescan.collect import kind_of, source_of
from licensescan.model.types import Component

AGPL = (
    "# This program is free software: you can redistribute it and/or modify it\n"
    "# under the terms of the GNU Affero General Public License as published by\n"
    "# the Free Software Foundation, either version 3 of the License, or (at\n"
    "# your option) any later version.\n"
)
INFO = "inner-1.0.dist-info"
WHEEL = {
    "inner/__init__.py": "x = 1\n",
    "inner/net.py": AGPL,
    "inner/weights/README.md": "---\nlicense: cc-by-nc-4.0\n---\n",
    "inner/EULA.pdf": "%PDF-1.7\n",
    "inner/third_party/z/LICENSE": "Licensed under the Zlib license.\n",
    f"{INFO}/METADATA": "Metadata-Version: 2.4\nName: inner\nVersion: 1.0\nLicense-Expression: MIT\n\n",
    f"{INFO}/RECORD": "inner/gone.py,,\n",
}
JAR = {
    "META-INF/MANIFEST.MF": "Bundle-License: Apache-2.0\n",
    "META-INF/LICENSE.txt": "Eclipse Public License - v 2.0\n",
    "x/Net.java": AGPL.replace("#", "//"),
}
OUTER = {
    "outer-1.0/PKG-INFO": b"Metadata-Version: 2.1\nName: outer\nVersion: 1.0\nLicense: MIT\n\n",
    "outer-1.0/outer/__init__.py": b"",
}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def collected(path: Path) -> list[Component]:
    kind = kind_of(str(path))
    assert kind is not None
    return list(source_of(kind).collect(str(path)))


def whole_and_parts(component: Component) -> Iterator[Component]:
    yield component
    for part in component.parts:
        yield from whole_and_parts(part)


def said(components: list[Component], below: str = "") -> set[tuple[str, str]]:
    """All evidence and problems below a path, without the paths."""
    everything = [p for c in components for p in whole_and_parts(c)]
    evidence = {
        (str(e.kind), f"{e.value} {e.sha256} {e.text}")
        for c in everything
        for e in c.evidence
        if below in e.path
    }
    problems = {
        (
            str(p.rule),
            p.message.replace(below + "/", "") if below else p.message,
        )
        for c in everything
        for p in c.problems
        if below in p.path
    }
    return evidence | problems


SDIST = {
    "inner-1.0/PKG-INFO": "Metadata-Version: 2.1\nName: inner\nVersion: 1.0\nLicense: MIT\n\n",
    "inner-1.0/setup.py": 'setup(name="inner", license="GPLv3")\n',
    "inner-1.0/inner/net.py": AGPL,
    "inner-1.0/inner/third_party/z/LICENSE": "Licensed under the Zlib license.\n",
}
OUTER_WHEEL = {
    "outer-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: outer\nVersion: 1.0\nLicense: MIT\n\n",
    "outer-1.0/outer/__init__.py": b"",
}
OUTERS = ["outer-1.0.tar.gz", "outer-1.0.zip", "outer-1.0-py3-none-any.whl"]


def packed(name: str, files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of the kind that its name says."""
    if not name.endswith(".gz"):
        return zipped(files)
    pairs = files.items()
    return tarred(
        {n: d.encode() if isinstance(d, str) else d for n, d in pairs}
    )


def missing_inside(
    folder: Path, outer: str, name: str, files: Mapping[str, str]
) -> set[tuple[str, str]]:
    """Return what is said of an archive alone, and not inside another."""
    content = packed(name, files)
    alone = folder / name
    alone.write_bytes(content)
    inside = f"outer-1.0/vendor/{name}"
    around = OUTER_WHEEL if outer.endswith(".whl") else OUTER
    container = folder / outer
    container.write_bytes(packed(outer, {**around, inside: content}))
    return said(collected(alone)) - said(collected(container), inside)


@pytest.mark.parametrize("outer", OUTERS)
@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("inner-1.0-py3-none-any.whl", WHEEL),
        ("a-1.0.jar", JAR),
        ("inner-1.0.tar.gz", SDIST),
    ],
    ids=["wheel", "jar", "sdist"],
)
def test_inside_is_read_as_alone(
    tmp_path: Path, outer: str, name: str, files: Mapping[str, str]
) -> None:
    assert missing_inside(tmp_path, outer, name, files) == set()
    alone = said(collected(tmp_path / name))
    assert any("Affero" in value for _, value in alone)


PATHS = st.sampled_from(
    [
        "inner/net.py",
        "inner/LICENSE",
        "inner/third_party/z/COPYING",
        "inner/ThirdPartyNotices.txt",
        "inner/data/terms.txt",
        "inner/weights/README.md",
        "inner/deep/er/a.h",
        "inner/EULA.pdf",
        "inner/third-party-licenses.json",
    ]
)
TEXTS = st.sampled_from(
    [
        AGPL,
        AGPL.replace("#", "//"),
        "---\nlicense: cc-by-nc-4.0\n---\n",
        "Licensed under the Sapiens2 License.\n",
        '[{"name": "a", "license": "GPL-3.0"}]',
        "This software may not be used for commercial purposes.\n",
        "SPDX-License-Identifier: SSPL-1.0\n",
        "\0\1\2",
        "",
    ]
)


@given(
    members=st.dictionaries(PATHS, TEXTS, max_size=5),
    outer=st.sampled_from(OUTERS),
    is_sdist=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_whatever_is_inside_is_read_as_alone(
    members: dict[str, str], outer: str, is_sdist: bool
) -> None:
    name, files = "inner-1.0-py3-none-any.whl", {**WHEEL, **members}
    if is_sdist:
        name = "inner-1.0.tar.gz"
        files = {**SDIST, **{f"inner-1.0/{p}": t for p, t in members.items()}}
    with tempfile.TemporaryDirectory() as folder:
        assert missing_inside(Path(folder), outer, name, files) == set()
