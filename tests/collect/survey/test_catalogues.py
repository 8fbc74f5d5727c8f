"""Texts of licenses that are data of a program, and those that are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.collect.survey.survey import survey
from licensescan.model.types import Purl
from licensescan.reader import FolderFiles

MANY = (
    "MIT ISC Zlib Apache-2.0 GPL-2.0-only GPL-3.0-only AGPL-3.0-only LGPL-2.1-only MPL-2.0 EPL-2.0 CC0-1.0 "
    "CC-BY-4.0 CC-BY-NC-4.0 BSD-2-Clause BSD-3-Clause Unlicense WTFPL BSL-1.0 0BSD MIT-0 EUPL-1.2 AFL-3.0 OSL-3.0"
).split()
LIBRARIES = (
    "zlib libpng curl openssl freetype sqlite boost eigen abseil grpc protobuf nghttp2 libjpeg ffmpeg x264 "
    "openblas lapack numpy scipy jemalloc snappy lz4 zstd brotli"
).split()
FEW = ["agpl3", "gpl3", "mit", "apache", "cc_by", "bsd3"]


def parts(folder: Path, paths: list[str]) -> list[tuple[str, str]]:
    for path in [*paths, "foo/__init__.py"]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("Permission is hereby granted: x.\n")
    tree = FolderFiles(folder)
    contents = survey(
        tree, tree.paths(), purl=Purl("pkg:pypi/foo"), name="foo"
    )
    return [(part.name, part.kind) for part in contents.parts]


@pytest.mark.parametrize(
    "paths",
    [
        [f"foo/data/licenses/{name}.txt" for name in MANY],
        [f"foo/data/licenses/{name}.LICENSE" for name in MANY],
        [f"foo/data/{name}" for name in MANY],
        [f"foo/data/{name.lower()}.json" for name in MANY],
        [f"foo/data/LICENSE-{name}.txt" for name in MANY],
        [f"foo/data/{name}.txt.j2" for name in MANY],
        [f"foo/x/template-{name}.txt" for name in FEW],
        [f"foo/templates/{name}.txt" for name in FEW],
    ],
)
def test_a_catalogue_is_one_part_of_data(
    tmp_path: Path, paths: list[str]
) -> None:
    folder = paths[0].rpartition("/")[0]
    assert parts(tmp_path, paths) == [(folder, "dataset")]


@pytest.mark.parametrize(
    "paths",
    [
        [f"foo/licenses/{name}-LICENSE.txt" for name in LIBRARIES],
        [f"foo/licenses/{name}.txt" for name in LIBRARIES],
        [f"LICENSES/{name}.txt" for name in MANY],
        [f"foo/licenses/{name}.txt" for name in MANY[:6]],
        [f"foo/_vendor/{name}/LICENSE" for name in LIBRARIES],
    ],
)
def test_texts_of_what_is_bundled_are_no_catalogue(
    tmp_path: Path, paths: list[str]
) -> None:
    assert "dataset" not in [kind for _, kind in parts(tmp_path, paths)]
