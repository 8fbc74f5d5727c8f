"""Wheels built here, read without being installed."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from licensescan.collect.python import wheel
from licensescan.model.types import Component, IncompleteError
from licensescan.reader import escapes

METADATA = "Metadata-Version: 2.4\nName: acme-tool\nVersion: 1.2\nLicense-Expression: MIT\nLicense-File: LICENSE\n\nTool.\n"
TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"


def build(
    folder: Path,
    files: dict[str, str],
    name: str = "acme_tool-1.2-py3-none-any.whl",
) -> str:
    """
    A wheel of `files`, with a RECORD for each of its folders of metadata that
    lists all that may be unpacked.
    """
    path = folder / name
    infos = sorted(
        {
            f.split("/")[0]
            for f in files
            if f.split("/")[0].endswith(".dist-info")
        }
    )
    rows = "".join(f"{member},,\n" for member in files if not escapes(member))
    records = {
        f"{info}/RECORD": rows + "".join(f"{i}/RECORD,,\n" for i in infos)
        for info in infos
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**records, **files}.items():
            archive.writestr(member, text)
    return str(path)


def one(path: str) -> Component:
    assert wheel.matches(path)
    (component,) = wheel.collect(path)
    return component


def kinds(component: Component) -> list[tuple[str, str]]:
    return [(e.kind, e.path.rsplit("/", 1)[-1]) for e in component.evidence]


def test_metadata_and_license_file(tmp_path: Path) -> None:
    files = {
        "acme_tool/__init__.py": "",
        "acme_tool-1.2.dist-info/METADATA": METADATA,
        "acme_tool-1.2.dist-info/licenses/LICENSE": TERMS,
    }
    component = one(build(tmp_path, files))
    assert component.purl == "pkg:pypi/acme-tool@1.2"
    assert component.problems == ()
    assert ("license-expression", "METADATA") in kinds(component)
    assert ("license-file", "LICENSE") in kinds(component)


def test_readme_and_authors_listed_as_license_files(tmp_path: Path) -> None:
    listed = "".join(
        f"License-File: {n}\n"
        for n in ("LICENSE", "README.md", "AUTHORS", "AUTHORS.py")
    )
    files = {
        "acme_tool/__init__.py": "",
        "acme_tool-1.2.dist-info/METADATA": METADATA.replace(
            "License-File: LICENSE\n", listed
        ),
        "acme_tool-1.2.dist-info/licenses/LICENSE": TERMS,
        "acme_tool-1.2.dist-info/licenses/README.md": "# Acme\n\nThe manual is for non-commercial use.\n",
        "acme_tool-1.2.dist-info/licenses/AUTHORS": "Ann Acme\n\nSee COPYING-LGPL for the license.\n",
        "acme_tool-1.2.dist-info/licenses/AUTHORS.py": "print('Ann Acme')\n",
    }
    component = one(build(tmp_path, files))
    assert ("readme", "README.md") in kinds(component)
    assert [k for k in kinds(component) if k[0] == "license-file"] == [
        ("license-file", "LICENSE")
    ]
    assert [item.reason.id for item in component.left_out] == [
        "not-like-terms",
        "not-like-terms",
        "readme",
    ]
    assert component.problems == ()
    assert component.parts == ()


@pytest.mark.parametrize(
    ("more", "own"),
    [("", ["LI_en.txt"]), ("License-File: LICENSE\n", ["LICENSE"])],
)
def test_the_only_file_that_metadata_list_is_the_components_own(
    tmp_path: Path, more: str, own: list[str]
) -> None:
    info = "acme_tool-1.2.dist-info"
    files = {
        "acme_tool/__init__.py": "",
        f"{info}/METADATA": METADATA.replace(
            "License-File: LICENSE\n", f"License-File: LI_en.txt\n{more}"
        ),
        f"{info}/licenses/LI_en.txt": TERMS,
        **({f"{info}/licenses/LICENSE": TERMS} if more else {}),
    }
    component = one(build(tmp_path, files))
    assert [
        name for kind, name in kinds(component) if kind == "license-file"
    ] == own
    assert len(component.parts) == (1 if more else 0)


@pytest.mark.parametrize(
    ("listed", "own"),
    [
        (["legal/LICENSE"], ["LICENSE"]),
        (["docs/LICENSE.txt"], ["LICENSE.txt"]),
        (["packages/acme/LICENSE", "third_party/zed/LICENSE"], ["LICENSE"]),
        (["vendor/zed/LICENSE"], []),
        (["one/LICENSE", "two/LICENSE"], []),
    ],
)
def test_the_only_listed_file_outside_the_work_of_others_is_the_components_own(
    tmp_path: Path, listed: list[str], own: list[str]
) -> None:
    info = "acme_tool-1.2.dist-info"
    named = "".join(f"License-File: {path}\n" for path in listed)
    files = {
        "acme_tool/__init__.py": "",
        f"{info}/METADATA": METADATA.replace("License-File: LICENSE\n", named),
        **{f"{info}/licenses/{path}": TERMS for path in listed},
    }
    component = one(build(tmp_path, files))
    assert [
        name for kind, name in kinds(component) if kind == "license-file"
    ] == own
    assert len(component.parts) == len(listed) - len(own)


def test_names_that_disagree(tmp_path: Path) -> None:
    files = {
        "other-1.2.dist-info/METADATA": METADATA.replace(
            "License-File: LICENSE\n", ""
        )
    }
    component = one(build(tmp_path, files))
    assert [p.rule for p in component.problems] == ["metadata-invalid"]
    assert "other" in component.problems[0].message


@pytest.mark.parametrize("version", ["1.02", "1.2"])
def test_spellings_of_one_version_agree(tmp_path: Path, version: str) -> None:
    files = {
        f"acme_tool-{version}.dist-info/METADATA": METADATA.replace(
            "License-File: LICENSE\n", ""
        )
    }
    assert one(build(tmp_path, files)).problems == ()


def test_metadata_alone_is_empty(tmp_path: Path) -> None:
    metadata = METADATA.replace("License-File: LICENSE\n", "")
    files = {"acme_tool-1.2.dist-info/METADATA": metadata}
    assert one(build(tmp_path, files)).is_empty
    (tmp_path / "full").mkdir()
    files["acme_tool/__init__.py"] = ""
    assert not one(build(tmp_path / "full", files)).is_empty


def test_a_license_file_that_is_not_there(tmp_path: Path) -> None:
    files = {
        "acme_tool-1.2.dist-info/METADATA": METADATA.replace(
            "LICENSE", "../../etc/passwd\nLicense-File: GONE"
        )
    }
    assert sorted(p.rule for p in one(build(tmp_path, files)).problems) == [
        "evidence-missing",
        "path-escape",
    ]


def test_the_data_folder_counts_as_the_top(tmp_path: Path) -> None:
    top = "acme_tool-1.2.data/purelib"
    files = {
        "acme_tool-1.2.dist-info/METADATA": METADATA.replace(
            "License-File: LICENSE\n", ""
        ),
        f"{top}/acme_tool/__init__.py": "",
        f"{top}/LICENSE": TERMS,
        f"{top}/external/soup/COPYING": TERMS,
    }
    component = one(build(tmp_path, files))
    assert ("license-file", "LICENSE") in kinds(component)
    assert [(p.name, p.relation) for p in component.parts] == [
        ("soup", "vendored")
    ]


def test_a_second_distribution_is_a_part(tmp_path: Path) -> None:
    files = {
        "acme_tool-1.2.dist-info/METADATA": METADATA.replace(
            "License-File: LICENSE\n", ""
        ),
        "aaa_lib-0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: aaa-lib\nVersion: 0.1\nLicense: GPL\n\n",
        "aaa_lib-0.1.dist-info/COPYING": TERMS,
    }
    component = one(build(tmp_path, files))
    assert component.name == "acme-tool"
    (part,) = component.parts
    assert (part.name, part.version, part.relation) == (
        "aaa-lib",
        "0.1",
        "vendored",
    )
    assert {e.kind for e in part.evidence} == {"license-field", "license-file"}
    assert not any("aaa_lib" in e.path for e in component.evidence)


def test_what_is_no_wheel(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match="METADATA"):
        list(wheel.collect(build(tmp_path, {"a.py": ""})))
    (tmp_path / "b.whl").write_bytes(b"not a zip")
    with pytest.raises(IncompleteError):
        list(wheel.collect(str(tmp_path / "b.whl")))
    assert not wheel.matches(str(tmp_path))


def test_members_that_point_outside_are_told(tmp_path: Path) -> None:
    files = {
        "acme_tool-1.2.dist-info/METADATA": METADATA.replace(
            "License-File: LICENSE\n", ""
        ),
        "../evil/LICENSE": TERMS,
    }
    component = one(build(tmp_path, files))
    assert [p.rule for p in component.problems] == ["archive-unsafe"]
    assert not any("evil" in e.path for e in component.evidence)


@pytest.mark.parametrize("is_same", [True, False])
def test_files_that_an_sbom_lists_are_what_it_says(
    tmp_path: Path, is_same: bool
) -> None:
    words = b"words"
    digest = hashlib.sha256(words if is_same else b"other words").hexdigest()
    hashes = [{"alg": "SHA-256", "content": digest.upper()}]
    listed = {"name": "libz.so.1", "type": "file", "hashes": hashes}
    document = {"bomFormat": "CycloneDX", "components": [listed]}
    files = {
        "acme_tool/libz.so.1": words.decode(),
        "acme_tool-1.2.dist-info/METADATA": METADATA,
        "acme_tool-1.2.dist-info/licenses/LICENSE": TERMS,
        "acme_tool-1.2.dist-info/sboms/a.cdx.json": json.dumps(document),
    }
    messages = [p.message for p in one(build(tmp_path, files)).problems]
    assert any("SHA-256 is another" in m for m in messages) is not is_same
