"""
Jars built here: coordinates, licenses of POM and manifest, and whose LICENSE
is whose.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from licensescan.collect.survey.survey import survey
from licensescan.collect.trees import jar
from licensescan.model.types import Component, IncompleteError, Purl
from licensescan.reader import FolderFiles, open_files

TERMS = "Acme terms.\n\nPermission is given to everybody for everything.\n"


def pom(
    group: str,
    artifact: str,
    *licenses: str,
    version: str = "1.0",
    head: str = "",
) -> str:
    listed = "".join(
        f"<license><name>{name}</name></license>" for name in licenses
    )
    block = f"<licenses>{listed}</licenses>" if listed else ""
    return (
        f"<?xml version='1.0'?>\n{head}<project xmlns='http://maven.apache.org/POM/4.0.0'><groupId>{group}</groupId>"
        f"<artifactId>{artifact}</artifactId><version>{version}</version>{block}</project>"
    )


def packed(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def one(folder: Path, name: str, files: dict[str, str | bytes]) -> Component:
    (folder / name).write_bytes(packed(files))
    assert jar.matches(str(folder / name))
    (component,) = jar.collect(str(folder / name))
    return component


def place(group: str, artifact: str) -> str:
    return f"META-INF/maven/{group}/{artifact}"


def test_coordinates_pom_and_texts(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{place('org.acme', 'tool')}/pom.xml": pom(
            "org.acme", "tool", "MIT License"
        ),
        f"{place('org.acme', 'tool')}/pom.properties": "#made\ngroupId=org.acme\nartifactId=tool\nversion=1.2\n",
        "META-INF/LICENSE": TERMS,
        "META-INF/NOTICE.txt": "Acme tool\n",
        "org/acme/A.class": b"\xca\xfe\xba\xbe",
    }
    component = one(tmp_path, "tool-1.2.jar", files)
    assert (component.purl, component.kind) == (
        "pkg:maven/org.acme/tool@1.2",
        "jar",
    )
    assert [(e.kind, e.value) for e in component.evidence] == [
        ("pom", "MIT License"),
        ("license-file", ""),
        ("notice", ""),
    ]
    assert component.parts == ()


@pytest.mark.parametrize(
    "header, value",
    [
        ("https://example.com/x.txt", "https://example.com/x.txt"),
        (
            "EPL-2.0, GPL-2.0 WITH Classpath-exception-2.0",
            "EPL-2.0 OR GPL-2.0 WITH Classpath-exception-2.0",
        ),
        ('"MIT";link="https://example.com"', "MIT"),
        ("Apache License, Version 2.0", "Apache License, Version 2.0"),
        ("<<EXTERNAL>>;link=https://example.com/y", "https://example.com/y"),
        (
            "http://www.apache.org/licenses/LICENSE-2.0.txt,\n  MIT",
            "Apache-2.0 OR MIT",
        ),
    ],
)
def test_bundle_license(tmp_path: Path, header: str, value: str) -> None:
    manifest = f"Manifest-Version: 1.0\nBundle-License: {header}\nA: b\n\nName: x\nBundle-License: GPL\n"
    component = one(
        tmp_path, "thing-3.jar", {"META-INF/MANIFEST.MF": manifest}
    )
    assert component.purl == "pkg:generic/thing@3"
    assert [(e.kind, e.value, e.lines) for e in component.evidence] == [
        ("manifest", value, (2, 2))
    ]


def test_a_tag_in_a_comment(tmp_path: Path) -> None:
    text = pom(
        "org.nd",
        "four",
        head="<!--\n ~ SPDX-License-Identifier: Apache-2.0\n-->\n",
    )
    component = one(
        tmp_path, "four-1.0.jar", {f"{place('org.nd', 'four')}/pom.xml": text}
    )
    assert [(e.kind, e.value, e.lines) for e in component.evidence] == [
        ("spdx-tag", "Apache-2.0", (3, 3))
    ]


def shaded() -> dict[str, str | bytes]:
    return {
        f"{place('org.acme', 'runtime')}/pom.xml": pom(
            "org.acme", "runtime", "Apache License 2.0"
        ),
        f"{place('javax.soap', 'soap')}/pom.xml": pom(
            "javax.soap", "soap", "CDDL 1.1", "GPL2 w/ CPE"
        ),
        f"{place('org.silent', 'hush')}/pom.xml": pom("org.silent", "hush"),
    }


def test_a_shaded_jar_speaks_for_itself_first(tmp_path: Path) -> None:
    component = one(
        tmp_path,
        "runtime-1.0.jar",
        {**shaded(), "META-INF/LICENSE.txt": TERMS},
    )
    assert [(e.kind, e.value) for e in component.evidence] == [
        ("pom", "Apache License 2.0")
    ]
    parts = {
        p.name: [
            e.value or e.kind for e in p.evidence if e.kind != "coordinates"
        ]
        for p in component.parts
    }
    assert parts == {
        "soap": ["CDDL 1.1 OR GPL2 w/ CPE"],
        "hush": [],
        "a shaded project (LICENSE.txt)": ["license-file"],
    }


def test_a_text_beside_a_notice_that_names_the_jar_is_its_own(
    tmp_path: Path,
) -> None:
    files = {
        **shaded(),
        "META-INF/LICENSE.txt": TERMS,
        "META-INF/NOTICE.txt": "Acme Runtime\nCopyright Acme\n",
        "META-INF/LICENSE.md": "Other.\n",
        "META-INF/NOTICE.md": "Notices for Soap\n",
    }
    component = one(tmp_path, "runtime-1.0.jar", files)
    assert [
        e.path for e in component.evidence if e.kind == "license-file"
    ] == ["META-INF/LICENSE.txt"]
    assert "META-INF/LICENSE.md" in [p.path for p in component.parts]


def test_projects_of_the_same_group_speak_where_the_own_pom_is_silent(
    tmp_path: Path,
) -> None:
    files: dict[str, str | bytes] = {
        f"{place('org.acme', 'all')}/pom.xml": pom("org.acme", "all"),
        f"{place('org.acme', 'parent')}/pom.xml": pom(
            "org.acme", "parent", "MIT"
        ),
    }
    component = one(tmp_path, "all-1.0.jar", files)
    assert [e.value for e in component.evidence] == ["MIT"]


def test_a_jar_without_anything(tmp_path: Path) -> None:
    component = one(tmp_path, "odd.jar", {"a.class": b"\0"})
    assert (component.purl, component.evidence, component.parts) == (
        "pkg:generic/odd",
        (),
        (),
    )
    (tmp_path / "bad.jar").write_bytes(b"nothing")
    with pytest.raises(IncompleteError):
        list(jar.collect(str(tmp_path / "bad.jar")))


def test_a_hostile_pom_is_told(tmp_path: Path) -> None:
    text = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><project>&a;</project>'
    component = one(tmp_path, "x-1.jar", {f"{place('g', 'x')}/pom.xml": text})
    assert [p.rule for p in component.problems] == ["metadata-invalid"]
    assert component.purl == "pkg:maven/g/x"


def test_jars_in_jars_in_trees(tmp_path: Path) -> None:
    inner = packed(
        {f"{place('g', 'inner')}/pom.xml": pom("g", "inner", "ISC")}
    )
    (tmp_path / "outer-1.jar").write_bytes(
        packed({"lib/inner-1.0.jar": inner})
    )
    tree = FolderFiles(tmp_path)
    contents = survey(tree, tree.paths(), purl=Purl("pkg:generic/t"), name="t")
    outer, inside = contents.parts
    assert (outer.purl, outer.relation, outer.path) == (
        "pkg:generic/t#outer-1.jar",
        "bundled",
        "outer-1.jar",
    )
    assert (inside.name, inside.path) == (
        "inner",
        "outer-1.jar/lib/inner-1.0.jar",
    )
    assert [(e.value, e.path) for e in inside.evidence] == [
        (
            "ISC",
            f"outer-1.jar/lib/inner-1.0.jar/{place('g', 'inner')}/pom.xml",
        ),
        ("pkg:maven/g/inner@1.0", "outer-1.jar/lib/inner-1.0.jar"),
    ]
    assert (
        jar.components(open_files(tmp_path / "outer-1.jar"), "outer-1.jar")[
            0
        ].name
        == "outer"
    )


def test_jars_called_like_the_package_are_its_content(tmp_path: Path) -> None:
    tagged = "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
    for artifact in ("acme-api", "acme-core"):
        text = pom("org.acme", artifact, head=tagged)
        (tmp_path / f"{artifact}-1.0.jar").write_bytes(
            packed({f"{place('org.acme', artifact)}/pom.xml": text})
        )
    (tmp_path / "other-1.0.jar").write_bytes(
        packed({f"{place('o', 'other')}/pom.xml": pom("o", "other", "ISC")})
    )
    tree = FolderFiles(tmp_path)
    contents = survey(
        tree, tree.paths(), purl=Purl("pkg:pypi/acme"), name="acme"
    )
    assert [(e.kind, e.value, e.share) for e in contents.evidence] == [
        ("spdx-tag", "Apache-2.0", (2, 2))
    ]
    assert [p.name for p in contents.parts] == [
        "acme-api",
        "acme-core",
        "other",
    ]


def test_a_list_of_dependencies_is_no_license_of_the_jar(
    tmp_path: Path,
) -> None:
    listed = "Transitive dependencies\n\n  - Other o:other:jar:1\n    License: GNU General Public License, version 2\n"
    files: dict[str, str | bytes] = {
        f"{place('org.acme', 'tool')}/pom.xml": pom(
            "org.acme", "tool", "MIT License"
        ),
        "META-INF/DEPENDENCIES": listed,
        "META-INF/data": listed,
    }
    component = one(tmp_path, "tool-1.2.jar", files)
    assert [p.path for p in component.parts] == ["META-INF/data"]


def test_a_silent_jar_called_like_the_package_is_no_part(
    tmp_path: Path,
) -> None:
    inner = {
        f"{place('o', 'other')}/pom.xml": pom("o", "other", "ISC"),
        f"{place('p', 'more')}/pom.xml": pom("p", "more"),
    }
    (tmp_path / "acme_dist.jar").write_bytes(
        packed({"org/acme/A.class": b"\0", **inner})
    )
    (tmp_path / "else.jar").write_bytes(packed({"org/else/A.class": b"\0"}))
    tree = FolderFiles(tmp_path)
    contents = survey(
        tree, tree.paths(), purl=Purl("pkg:pypi/acme"), name="acme"
    )
    assert [p.name for p in contents.parts] == ["other", "more", "else"]
