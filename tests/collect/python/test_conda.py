"""Conda records built here, beside Python distributions."""

from __future__ import annotations

import json
from pathlib import Path

from licensescan.collect.python import conda
from licensescan.model.types import Component, Purl
from licensescan.reader import FolderFiles

TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"


def record(prefix: Path, name: str, version: str, **more: object) -> None:
    folder = prefix / "conda-meta"
    folder.mkdir(exist_ok=True)
    text = json.dumps(
        {"name": name, "version": version, "build": "h0_0", **more}
    )
    (folder / f"{name}-{version}-h0_0.json").write_text(text)


def python(name: str) -> Component:
    return Component(purl=Purl(f"pkg:pypi/{name}@1"), name=name, version="1")


def test_a_package_without_python_metadata(tmp_path: Path) -> None:
    text = tmp_path / "share" / "licenses" / "libacme" / "COPYING"
    text.parent.mkdir(parents=True)
    text.write_text(TERMS)
    listed = [str(text.relative_to(tmp_path)), "gone.txt"]
    record(
        tmp_path,
        "libacme",
        "2.1",
        license="GPL-2.0-or-later",
        files=listed,
        depends=["libgcc-ng >=12"],
    )
    (found,) = conda.merge([], FolderFiles(tmp_path))
    assert (found.purl, found.requires) == (
        "pkg:conda/libacme@2.1",
        ("libgcc-ng",),
    )
    assert [(e.kind, e.value) for e in found.evidence] == [
        ("license-field", "GPL-2.0-or-later"),
        ("license-file", ""),
    ]


def test_a_python_distribution_gets_the_field(tmp_path: Path) -> None:
    info = "lib/python3.12/site-packages/torch-2.0.dist-info/METADATA"
    record(tmp_path, "pytorch", "2.0", license="BSD-3-Clause", files=[info])
    record(tmp_path, "six", "1.0", license_family="MIT")
    found = conda.merge(
        [python("torch"), python("six"), python("other")],
        FolderFiles(tmp_path),
    )
    assert [[(e.kind, e.value) for e in c.evidence] for c in found] == [
        [("license-field", "BSD-3-Clause")],
        [("license-field", "MIT")],
        [],
    ]


def test_texts_in_the_package_cache(tmp_path: Path) -> None:
    cache = tmp_path / "pkgs" / "libacme-2.1-h0_0"
    (cache / "info" / "licenses").mkdir(parents=True)
    (cache / "info" / "licenses" / "LICENSE").write_text(TERMS)
    prefix = tmp_path / "env"
    prefix.mkdir()
    record(prefix, "libacme", "2.1", extracted_package_dir=str(cache))
    assert conda.merge([], FolderFiles(prefix))[0].evidence == ()
    (cache / "info" / "index.json").write_text('{"name": "libacme"}')
    (item,) = conda.merge([], FolderFiles(prefix))[0].evidence
    assert (item.kind, item.text, item.path) == (
        "license-file",
        TERMS,
        "libacme-2.1-h0_0/info/licenses/LICENSE",
    )


def test_broken_records_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "conda-meta"
    folder.mkdir()
    (folder / "libz-1.2-h0_0.json").write_text("{")
    (folder / "liby-1.2-h0_0.json").write_text("[]")
    (folder / "history").write_text("")
    (folder / "state.json").write_text("{}")
    found = conda.merge([], FolderFiles(tmp_path))
    assert [(c.name, c.version, c.problems[0].rule) for c in found] == [
        ("liby", "1.2", "metadata-invalid"),
        ("libz", "1.2", "metadata-invalid"),
    ]
