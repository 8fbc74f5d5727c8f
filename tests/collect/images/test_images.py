"""
Images as targets: exactly what a container would see is judged, each thing
once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licensescan.collect import kind_of
from licensescan.collect.images import image
from licensescan.model.types import Component, IncompleteError
from tests.collect.images.worlds import (
    REVISION,
    SITE,
    copyright_file,
    debian,
    docker,
    docker_of,
    layer,
    model,
    oci,
    stanza,
    tree,
    wheel,
)
from tests.places import run

HUB = "root/.cache/huggingface/hub"


def names(path: Path) -> list[str]:
    return sorted(c.name for c in image.collect(str(path)))


def by_name(path: Path) -> dict[str, Component]:
    return {c.name: c for c in image.collect(str(path))}


def check(path: str, cwd: Path, *more: str) -> dict[str, Any]:
    done = run("check", path, "-f", "json", *more, cwd=cwd)
    report: dict[str, Any] = json.loads(done.out)
    assert report["exit_code"] == done.code
    return report


def denied(report: dict[str, Any]) -> set[str]:
    findings = report["findings"]
    return {
        f["component"] for f in findings if f["verdict"] in ("deny", "review")
    }


LAYERS = (
    {
        **wheel("gplseed", "GPL-3.0-only"),
        **wheel("gone", "AGPL-3.0-only"),
        **wheel("plain", "MIT"),
        **debian("libseed1", "GPL-2+"),
    },
    {f"{SITE}/.wh.gone": "", f"{SITE}/.wh.gone-1.0.dist-info": ""},
    model("acme/nc", "cc-by-nc-4.0"),
)
"""
A GPL wheel, a GPL deb and a model that may not be sold; one package is
deleted.
"""


@pytest.mark.parametrize(
    "build",
    [
        lambda p: docker(p / "x.tar", *map(layer, LAYERS)),
        lambda p: docker(p / "x.tar.gz", *map(layer, LAYERS), packed=True),
        lambda p: oci(p / "x", *map(layer, LAYERS)),
        lambda p: oci(p / "x", *map(layer, LAYERS), packed=False),
    ],
    ids=["docker", "docker-gz", "oci-gz", "oci"],
)
def test_the_verdicts_of_an_image(
    build: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = build(tmp_path)
    report = check(path.name, tmp_path)
    assert [c["purl"] for c in report["components"]] == [
        "pkg:deb/debian/libseed1@4.2-1",
        f"pkg:huggingface/acme/nc@{REVISION}",
        "pkg:pypi/gplseed@1.0",
        "pkg:pypi/plain@1.0",
    ]
    assert denied(report) == {
        "pkg:deb/debian/libseed1@4.2-1",
        f"pkg:huggingface/acme/nc@{REVISION}",
        "pkg:pypi/gplseed@1.0",
    }
    assert [(t["kind"], t["path"]) for t in report["targets"]] == [
        ("image", path.name)
    ]
    assert report["exit_code"] == 1


def test_inside_equals_outside(tmp_path: Path) -> None:
    """A file system says of its packages what an environment says of them."""
    tree(
        tmp_path / "fs",
        *(files for files in LAYERS if f"{SITE}/.wh.gone" not in files),
    )
    inside = check("fs", tmp_path)["components"]
    outside = check(f"fs/{SITE}", tmp_path)["components"]
    assert [c["name"] for c in outside] == ["gone", "gplseed", "plain"]
    of_inside = {c["purl"]: c["concluded"] for c in inside}
    assert {
        c["purl"]: c["concluded"] for c in outside
    }.items() <= of_inside.items()


def test_paths_are_those_of_the_image_and_the_layer_is_said(
    tmp_path: Path,
) -> None:
    found = by_name(docker(tmp_path / "x.tar", *map(layer, LAYERS)))
    seed = found["gplseed"]
    assert seed.path == f"{SITE}/gplseed-1.0.dist-info"
    assert seed.evidence[0].path == f"{seed.path}/METADATA"
    assert seed.note == "layer 1 of 3"
    assert found["acme/nc"].note == "revision main, layer 3 of 3"


class TestLayers:
    """The OCI image specification, "Image Layer Filesystem Changeset"."""

    def test_an_opaque_folder_hides_what_lower_layers_have_in_it(
        self, tmp_path: Path
    ) -> None:
        upper = {f"{SITE}/.wh..wh..opq": "", **wheel("new", "MIT")}
        path = docker(
            tmp_path / "x.tar", layer(wheel("old", "MIT")), layer(upper)
        )
        assert names(path) == ["new"]

    def test_a_folder_that_is_taken_away_and_made_again(
        self, tmp_path: Path
    ) -> None:
        layers = (
            wheel("old", "MIT"),
            {"usr/local/lib/.wh.python3.11": ""},
            wheel("new", "MIT"),
        )
        assert names(docker(tmp_path / "x.tar", *map(layer, layers))) == [
            "new"
        ]

    def test_a_whiteout_hides_nothing_of_its_own_layer(
        self, tmp_path: Path
    ) -> None:
        files = {f"{SITE}/.wh.plain": "", **wheel("plain", "MIT")}
        assert names(docker(tmp_path / "x.tar", layer(files))) == ["plain"]

    def test_the_upper_of_two_versions_counts(self, tmp_path: Path) -> None:
        layers = (wheel("plain", "GPL-3.0-only"), wheel("plain", "MIT"))
        path = docker(tmp_path / "x.tar", *map(layer, layers))
        report = check(path.name, tmp_path)
        assert [c["concluded"] for c in report["components"]] == ["MIT"]
        assert report["exit_code"] == 0

    def test_a_file_in_the_place_of_a_folder_hides_it(
        self, tmp_path: Path
    ) -> None:
        layers = (
            wheel("old", "MIT"),
            {SITE: "no folder"},
            wheel("a", "MIT", "opt/v/lib/python3.11/site-packages"),
        )
        assert names(docker(tmp_path / "x.tar", *map(layer, layers))) == ["a"]

    def test_a_hard_link_outlives_the_name_that_was_deleted(
        self, tmp_path: Path
    ) -> None:
        files = wheel("plain", "MIT")
        metadata = f"{SITE}/plain-1.0.dist-info/METADATA"
        text = files.pop(metadata)
        first = {
            "opt/store/m": text,
            metadata: ("hard", "opt/store/m"),
            **files,
        }
        path = docker(
            tmp_path / "x.tar", layer(first), layer({"opt/.wh.store": ""})
        )
        assert by_name(path)["plain"].evidence[0].value == "MIT"

    def test_links_lead_within_the_image(self, tmp_path: Path) -> None:
        """
        Absolute ones begin at its top; the machine that scans is never looked
        at.
        """
        text = copyright_file("MIT")
        files = {
            "var/lib/dpkg/status": stanza("libone") + stanza("libtwo"),
            "usr/share/doc/shared/copyright": text,
            "usr/share/doc/libone": ("sym", "shared"),
            "usr/share/doc/libtwo": ("sym", "/usr/share/doc/shared"),
            "etc/loop": ("sym", "loop"),
            "etc/out": ("sym", "../../../../etc/passwd"),
        }
        found = by_name(docker(tmp_path / "x.tar", layer(files)))
        values = {n: [e.value for e in c.evidence] for n, c in found.items()}
        assert values == {"libone": ["MIT"], "libtwo": ["MIT"]}

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"\x28\xb5\x2f\xfd" + bytes(600), "compressed with zstd"),
            (b"no archive at all" * 40, "the layer is no tar"),
            (layer(wheel("cut", "MIT"))[:1700], "ends early or is damaged"),
        ],
        ids=["zstd", "no-tar", "cut"],
    )
    def test_a_layer_that_cannot_be_read_is_told(
        self, data: bytes, message: str, tmp_path: Path
    ) -> None:
        docker(tmp_path / "x.tar", layer(wheel("plain", "MIT")), data)
        done = run("check", "x.tar", cwd=tmp_path)
        assert done.code == 3
        assert message in done.out + done.err
        assert "Traceback" not in done.err


class TestKinds:
    """Each kind of thing that may be installed in a file system."""

    def test_conda_npm_jars_eggs_and_system_packages(
        self, tmp_path: Path
    ) -> None:
        prefix = "opt/conda"
        site = f"{prefix}/lib/python3.11/site-packages"
        record = {
            "name": "libacme",
            "version": "2.1",
            "license": "GPL-2.0-or-later",
        }
        node = "usr/lib/node_modules/npm"
        package = json.dumps(
            {"name": "npm", "version": "9.1.0", "license": "MIT"}
        )
        inner = json.dumps(
            {"name": "@a/in", "version": "1.0.0", "license": "ISC"}
        )
        files = {
            "etc/os-release": "ID=debian\n",
            f"{prefix}/conda-meta/libacme-2.1-0.json": json.dumps(record),
            f"{prefix}/pkgs/old-1.0-py311_0/lib/python3.11/site-packages/old-1.0.dist-info/METADATA": "Name: old\n",
            **wheel("plain", "MIT", site),
            **wheel("venved", "MIT", "app/.venv/lib/python3.11/site-packages"),
            f"{node}/package.json": package,
            f"{node}/node_modules/@a/in/package.json": inner,
            "lib/apk/db/installed": "P:musl\nV:1.2-r0\nL:MIT\n\nP:zlib\nV:1.3-r0\nL:Zlib\n",
            "var/lib/rpm/rpmdb.sqlite": "?",
        }
        found = by_name(docker(tmp_path / "x.tar", layer(files)))
        assert {n: c.purl for n, c in found.items()} == {
            "libacme": "pkg:conda/libacme@2.1",
            "plain": "pkg:pypi/plain@1.0",
            "venved": "pkg:pypi/venved@1.0",
            "npm": "pkg:npm/npm@9.1.0",
            "in": "pkg:npm/%40a/in@1.0.0",
            "musl": "pkg:apk/alpine/musl@1.2-r0",
            "zlib": "pkg:apk/alpine/zlib@1.3-r0",
            "packages of rpm": "pkg:generic/rpm-packages",
        }
        assert found["zlib"].evidence[0].lines == (7, 7)

    def test_what_dpkg_brought_along_counts_once(self, tmp_path: Path) -> None:
        site = "usr/lib/python3/dist-packages"
        files = {
            **debian("python3-plain", "MIT"),
            **wheel("plain", "MIT", site),
        }
        listed = "".join(f"/{p}\n" for p in files if p.startswith(site))
        files["var/lib/dpkg/info/python3-plain:amd64.list"] = listed
        assert names(tree(tmp_path / "fs", files)) == ["python3-plain"]

    def test_a_package_that_was_removed_is_not_there(
        self, tmp_path: Path
    ) -> None:
        status = stanza("libone") + stanza(
            "libtwo", "deinstall ok config-files"
        )
        files = {"etc/os-release": "", "var/lib/dpkg/status": status}
        assert names(tree(tmp_path / "fs", files)) == ["libone"]

    def test_distroless_keeps_a_file_for_each_package(
        self, tmp_path: Path
    ) -> None:
        files = {
            "usr/lib/os-release": "",
            "var/lib/dpkg/status.d/tzdata": stanza("tzdata").replace(
                "Status", "X"
            ),
            "var/lib/dpkg/status.d/tzdata.md5sums": "0  usr/share/doc/tzdata/copyright\n",
            "usr/share/doc/tzdata/copyright": copyright_file("public-domain"),
        }
        (tzdata,) = image.collect(
            str(docker(tmp_path / "x.tar", layer(files)))
        )
        assert tzdata.evidence[0].value == "LicenseRef-scancode-public-domain"

    def test_weights_that_lie_by_themselves(self, tmp_path: Path) -> None:
        header = b"{}"
        weights = len(header).to_bytes(8, "little") + header
        card = "---\nlicense: cc-by-nc-4.0\nlibrary_name: x\n---\n"
        files = {
            "app/model/model.safetensors": weights,
            "app/model/README.md": card,
        }
        path = docker(tmp_path / "x.tar", layer(files))
        report = check(path.name, tmp_path)
        assert [c["kind"] for c in report["components"]] == ["model"]
        assert report["exit_code"] == 1

    def test_an_editable_install_is_looked_for_in_the_image(
        self, tmp_path: Path
    ) -> None:
        """`/app` of the image, never that of the machine that scans."""
        folder = tmp_path / "app"
        tree(
            folder,
            {"pyproject.toml": "[project]\n", "LICENSE": "of the machine"},
        )
        info = f"{SITE}/app-1.0.dist-info"
        url = {"url": folder.as_uri(), "dir_info": {"editable": True}}
        files = wheel("app", "MIT")
        files[f"{info}/direct_url.json"] = json.dumps(url)
        (app,) = image.collect(str(docker(tmp_path / "x.tar", layer(files))))
        assert not any(
            "of the machine" in (e.text or "") for e in app.evidence
        )
        assert any("folder is gone" in p.message for p in app.problems)
        files[f"{folder}/LICENSE".lstrip("/")] = "Terms of the image.\n"
        (app,) = image.collect(str(docker(tmp_path / "y.tar", layer(files))))
        assert "Terms of the image.\n" in [e.text for e in app.evidence]


class TestTellingApart:
    """What is an image, and what is not."""

    def test_an_image_is_no_sdist_whatever_it_is_called(
        self, tmp_path: Path
    ) -> None:
        for name in ("app-1.0.tar", "app-1.0.tar.gz", "app.tgz"):
            packed = not name.endswith(".tar")
            docker(tmp_path / name, layer(wheel("a", "MIT")), packed=packed)
            assert kind_of(str(tmp_path / name)) == "image"

    def test_an_archive_of_sources_is_no_image(self, tmp_path: Path) -> None:
        (tmp_path / "app-1.0.tar").write_bytes(
            layer({"app-1.0/PKG-INFO": "Name: a\n"})
        )
        (tmp_path / "lib.tar").write_bytes(
            layer({"lib/x.py": "", "etc/notes": ""})
        )
        (tmp_path / "web.tar").write_bytes(
            layer({"index.json": "{}", "a.js": ""})
        )
        for name in ("app-1.0.tar", "lib.tar", "web.tar"):
            assert kind_of(str(tmp_path / name)) == "sdist"

    def test_docker_export_writes_the_bare_file_system(
        self, tmp_path: Path
    ) -> None:
        files = {
            ".dockerenv": "",
            "etc/os-release": "",
            **wheel("plain", "MIT"),
        }
        (tmp_path / "x.tar").write_bytes(layer(files))
        assert kind_of(str(tmp_path / "x.tar")) == "image"
        assert names(tmp_path / "x.tar") == ["plain"]

    def test_an_image_without_anything_installed_is_nothing_judged(
        self, tmp_path: Path
    ) -> None:
        docker(tmp_path / "x.tar", layer({"app/run": "#!/bin/sh\n"}))
        done = run("check", "x.tar", cwd=tmp_path)
        assert done.code == 2
        assert "nothing to judge in x.tar" in done.err

    def test_two_targets_that_hold_one_package_count_it_once(
        self, tmp_path: Path
    ) -> None:
        docker(tmp_path / "x.tar", layer(wheel("plain", "MIT")))
        docker(tmp_path / "y.tar", layer(wheel("plain", "MIT")))
        report = check("x.tar", tmp_path, "y.tar")
        assert [c["purl"] for c in report["components"]] == [
            "pkg:pypi/plain@1.0"
        ]

    def test_a_damaged_manifest(self, tmp_path: Path) -> None:
        for text in ("{", '[{"Layers": 1}]', "[]"):
            (tmp_path / "x.tar").write_bytes(layer({"manifest.json": text}))
            with pytest.raises(IncompleteError):
                list(image.collect(str(tmp_path / "x.tar")))


class TestSeveral:
    """Images that were saved into one archive are judged apart."""

    def test_what_one_deletes_is_still_in_another(
        self, tmp_path: Path
    ) -> None:
        base = layer({**wheel("gplseed", "GPL-3.0-only")})
        gone = layer(
            {
                f"{SITE}/.wh.gplseed": "",
                f"{SITE}/.wh.gplseed-1.0.dist-info": "",
            }
        )
        other = layer(wheel("plain", "MIT"))
        path = docker_of(
            tmp_path / "x.tar", {"one:1": [base], "two:1": [base, gone, other]}
        )
        assert names(path) == ["gplseed", "plain"]
        found = by_name(path)
        assert found["gplseed"].note == "layer 1 of 1 of one:1"
        assert found["plain"].note == "layer 3 of 3 of two:1"

    def test_what_both_hold_counts_once(self, tmp_path: Path) -> None:
        base = layer(wheel("plain", "MIT"))
        more = layer(wheel("more", "MIT"))
        path = docker_of(
            tmp_path / "x.tar", {"one:1": [base], "two:1": [base, more]}
        )
        report = check("x.tar", tmp_path)
        assert [c["name"] for c in report["components"]] == ["more", "plain"]
        assert path.name == "x.tar"

    def test_all_images_of_an_index(self, tmp_path: Path) -> None:
        path = oci(tmp_path / "x", layer(wheel("plain", "MIT")))
        second = oci(tmp_path / "y", layer(wheel("second", "GPL-3.0-only")))
        index = json.loads((path / "index.json").read_text())
        index["manifests"] += json.loads((second / "index.json").read_text())[
            "manifests"
        ]
        (path / "index.json").write_text(json.dumps(index))
        for blob in (second / "blobs/sha256").iterdir():
            (path / "blobs/sha256" / blob.name).write_bytes(blob.read_bytes())
        assert names(path) == ["plain", "second"]

    def test_an_image_whose_layers_are_elsewhere_is_none(
        self, tmp_path: Path
    ) -> None:
        """An index names all platforms, and holds the one that was pulled."""
        path = oci(tmp_path / "x", layer(wheel("plain", "MIT")))
        index = json.loads((path / "index.json").read_text())
        index["manifests"].append(
            {
                "digest": f"sha256:{'0' * 64}",
                "platform": {"os": "linux", "architecture": "arm64"},
            }
        )
        (path / "index.json").write_text(json.dumps(index))
        assert names(path) == ["plain"]


class TestSystems:
    """A root file system in a folder."""

    def test_absolute_links_begin_at_its_root(self, tmp_path: Path) -> None:
        files = {
            "var/lib/dpkg/status": stanza("libone") + stanza("libtwo"),
            "etc/os-release": ("sym", "/usr/lib/os-release"),
            "usr/lib/os-release": "ID=debian\n",
            "usr/share/doc/shared/copyright": copyright_file("MIT"),
            "usr/share/doc/libone": ("sym", "/usr/share/doc/shared"),
            "srv/licenses/two": copyright_file("ISC"),
            "usr/share/doc/libtwo/copyright": ("sym", "/srv/licenses/two"),
            "etc/loop": ("sym", "/etc/loop"),
            "etc/out": ("sym", "/../../../etc/hostname"),
        }
        found = by_name(tree(tmp_path / "fs", files))
        values = {n: [e.value for e in c.evidence] for n, c in found.items()}
        assert values == {"libone": ["MIT"], "libtwo": ["ISC"]}
        assert not any(c.problems for c in found.values())

    def test_the_same_of_a_folder_and_of_an_archive(
        self, tmp_path: Path
    ) -> None:
        files = {
            **debian("libseed1", "GPL-2+"),
            **wheel("plain", "MIT"),
            "opt/venv": ("sym", "/usr/local"),
        }
        docker(tmp_path / "x.tar", layer(files))
        tree(tmp_path / "fs", files)
        in_archive = check("x.tar", tmp_path)["components"]
        in_folder = check("fs", tmp_path)["components"]
        assert [(c["purl"], c["concluded"]) for c in in_archive] == [
            (c["purl"], c["concluded"]) for c in in_folder
        ]


class TestLoose:
    """Libraries that no package manager knows."""

    ELF = b"\x7fELF" + bytes(60)

    def files(self) -> dict[str, Any]:
        files = debian("libseed1", "MIT")
        where = "usr/lib/x86_64-linux-gnu"
        files["var/lib/dpkg/info/libseed1:amd64.list"] += (
            "/lib/x86_64-linux-gnu/libseed.so.1.2\n"
        )
        return {
            **files,
            "lib": ("sym", "usr/lib"),
            f"{where}/libseed.so.1.2": self.ELF,
            f"{where}/libseed.so.1": self.ELF,
            "usr/local/lib/python3.11/lib-dynload/_ssl.so": self.ELF,
        }

    def test_what_the_system_brought_is_left_to_it(
        self, tmp_path: Path
    ) -> None:
        assert names(docker(tmp_path / "x.tar", layer(self.files()))) == [
            "libseed1"
        ]

    def test_what_is_known_is_judged_and_what_is_not_is_told(
        self, tmp_path: Path
    ) -> None:
        files = {
            **self.files(),
            "usr/local/lib/libx264.so.164": self.ELF,
            "usr/local/lib/libnobodyknows.so": self.ELF,
        }
        docker(tmp_path / "x.tar", layer(files))
        report = check("x.tar", tmp_path)
        assert [c["name"] for c in report["components"]] == [
            "libseed1",
            "libraries in /usr/local/lib",
        ]
        told = {
            (f["rule"], f["verdict"])
            for f in report["findings"]
            if "generic" in f["component"]
        }
        assert ("copyleft-strong", "deny") in told
        assert any(rule == "native-unlisted" for rule, _ in told)
        assert report["exit_code"] == 1
