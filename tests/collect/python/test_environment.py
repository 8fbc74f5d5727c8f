"""Installed environments, read from the outside, whole and broken."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from licensescan.collect.python.discover import discover
from licensescan.collect.python.environment import collect
from licensescan.collect.python.prefix import Environment, inspect
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component
from licensescan.resolver.project import find_project


class Venv:
    """
    A virtual environment made by hand: folders and files, and no Python in it.
    """

    def __init__(
        self, prefix: Path, *, config: str = "version = 3.11.4\n"
    ) -> None:
        self.prefix = prefix
        self.site = prefix / "lib" / "python3.11" / "site-packages"
        self.site.mkdir(parents=True)
        (prefix / "pyvenv.cfg").write_text(f"home = /nowhere\n{config}")

    def dist(
        self,
        name: str,
        version: str = "1.0",
        *,
        fields: str = "License-Expression: MIT\n",
        files: dict[str, str] | None = None,
        record: bool = True,
        folder: str = "",
    ) -> Path:
        info = self.site / (folder or f"{name}-{version}.dist-info")
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{fields}"
        )
        listed = [f"{info.name}/METADATA"]
        for path, text in (files or {}).items():
            place = self.site / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
            listed.append(path)
        if record:
            rows = [f"{path},," for path in (*listed, f"{info.name}/RECORD")]
            (info / "RECORD").write_text("\n".join(rows) + "\n")
        return info

    def components(self, own: Sequence[str] = ()) -> dict[str, Component]:
        found = inspect(str(self.prefix), "test")
        assert found is not None
        return {c.name: c for c in collect(found, own=own)}


@pytest.fixture
def venv(tmp_path: Path) -> Venv:
    return Venv(tmp_path / "venv")


def rules(component: Component) -> set[str]:
    return {p.rule for p in component.problems}


class TestWhole:
    def test_a_dist_info(self, venv: Venv) -> None:
        venv.dist(
            "demo",
            fields="License-Expression: MIT\nLicense-File: LICENSE\nRequires-Dist: other>=2\n",
            files={
                "demo/__init__.py": "",
                "demo-1.0.dist-info/licenses/LICENSE": "Own words of a license.\n",
            },
        )
        found = venv.components()["demo"]
        assert found.purl == "pkg:pypi/demo@1.0"
        assert found.requires == ("other>=2",)
        kinds = {e.kind: e for e in found.evidence}
        assert kinds["license-expression"].value == "MIT"
        assert (
            kinds["license-file"].path == "demo-1.0.dist-info/licenses/LICENSE"
        )
        assert "Own words" in (kinds["license-file"].text or "")
        assert len(kinds["license-file"].sha256 or "") == 64
        assert rules(found) == set()

    def test_metadata_alone_is_empty(self, venv: Venv) -> None:
        venv.dist("meta", fields="Requires-Dist: other\n")
        venv.dist("full", files={"full/__init__.py": ""})
        venv.dist("unrecorded", record=False)
        lost = venv.dist("lost")
        with (lost / "RECORD").open("a") as record:
            record.write("lost/__init__.py,,\n")
        bad = venv.dist("bad")
        with (bad / "RECORD").open("a") as record:
            record.write("../../../../outside.py,,\n")
        found = venv.components()
        assert [name for name, c in found.items() if c.is_empty] == ["meta"]

    def test_an_egg_info_folder_and_file(self, venv: Venv) -> None:
        egg = venv.site / "old-0.5-py3.11.egg-info"
        egg.mkdir()
        (egg / "PKG-INFO").write_text(
            "Metadata-Version: 1.1\nName: old\nVersion: 0.5\nLicense: BSD\n"
        )
        (egg / "requires.txt").write_text("six\n\n[fast]\ncython\n")
        (venv.site / "older-0.1.egg-info").write_text(
            "Metadata-Version: 1.0\nName: older\nVersion: 0.1\nLicense: MIT\n"
        )
        found = venv.components()
        assert [(e.kind, e.value) for e in found["old"].evidence] == [
            ("license-field", "BSD")
        ]
        assert any(r.startswith("six") for r in found["old"].requires)
        assert found["older"].version == "0.1"

    def test_an_editable_install_is_read_where_it_lives(
        self, venv: Venv, tmp_path: Path
    ) -> None:
        project = tmp_path / "project"
        project.mkdir()
        (project / "pyproject.toml").write_text(
            '[project]\nname = "mine"\nversion = "1.0"\n'
        )
        (project / "LICENSE").write_text("Own words of a license.\n")
        info = venv.dist("mine", fields="")
        (info / "direct_url.json").write_text(
            json.dumps(
                {"url": project.as_uri(), "dir_info": {"editable": True}}
            )
        )
        found = venv.components(own=[str(project)])["mine"]
        assert found.relation == "own"
        assert any(
            e.kind == "license-file" and "Own words" in (e.text or "")
            for e in found.evidence
        )

    def test_the_base_pythons_sites_count_when_the_environment_sees_them(
        self, tmp_path: Path
    ) -> None:
        base = Venv(tmp_path / "base")
        base.dist("shared")
        base.dist("both", "1.0")
        (tmp_path / "base" / "bin").mkdir()
        venv = Venv(
            tmp_path / "venv",
            config="version = 3.11.4\ninclude-system-site-packages = true\n",
        )
        (venv.prefix / "pyvenv.cfg").write_text(
            f"home = {tmp_path}/base/bin\nversion = 3.11.4\ninclude-system-site-packages = true\n"
        )
        venv.dist("both", "2.0")
        found = venv.components()
        assert set(found) >= {"shared", "both"}
        assert found["both"].version == "2.0", (
            "what is installed in the environment hides the base's"
        )

    def test_and_not_when_it_does_not(self, tmp_path: Path) -> None:
        base = Venv(tmp_path / "base")
        base.dist("shared")
        venv = Venv(tmp_path / "venv")
        (venv.prefix / "pyvenv.cfg").write_text(
            f"home = {tmp_path}/base/bin\nversion = 3.11.4\n"
        )
        assert venv.components() == {}


class TestBroken:
    def test_one_without_metadata_is_named(self, venv: Venv) -> None:
        (venv.site / "gone-3.0.dist-info").mkdir()
        found = venv.components()
        assert found["gone"].version == "3.0"
        assert "metadata-invalid" in rules(found["gone"])

    def test_one_with_empty_metadata_is_named(self, venv: Venv) -> None:
        info = venv.dist("blank")
        (info / "METADATA").write_text("")
        assert "metadata-invalid" in rules(venv.components()["blank"])

    def test_two_of_one_name(self, venv: Venv) -> None:
        venv.dist("twice", "1.0")
        venv.dist("twice", "2.0", fields="License-Expression: GPL-3.0-only\n")
        found = inspect(str(venv.prefix), "test")
        assert found is not None
        doubled = [c for c in collect(found) if c.name == "twice"]
        assert sorted(c.version for c in doubled) == ["1.0", "2.0"]
        assert any("metadata-invalid" in rules(c) for c in doubled)

    def test_a_file_that_is_named_and_not_there(self, venv: Venv) -> None:
        venv.dist(
            "demo", fields="License-Expression: MIT\nLicense-File: LICENSE\n"
        )
        assert "evidence-missing" in rules(venv.components()["demo"])

    @pytest.mark.parametrize(
        "escape", ["../../../../../secret/LICENSE", "/etc/LICENSE"]
    )
    def test_a_record_that_leads_outside_is_not_followed(
        self, venv: Venv, tmp_path: Path, escape: str
    ) -> None:
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret" / "LICENSE").write_text("SENTINEL")
        info = venv.dist("evil")
        with (info / "RECORD").open("a") as file:
            file.write(f"{escape},,\n")
        found = venv.components()["evil"]
        assert "path-escape" in rules(found)
        assert "SENTINEL" not in str([e.text for e in found.evidence])

    def test_a_link_that_leads_outside_is_not_followed(
        self, venv: Venv, tmp_path: Path
    ) -> None:
        (tmp_path / "secret").write_text("SENTINEL")
        info = venv.dist(
            "evil", fields="License-Expression: MIT\nLicense-File: LICENSE\n"
        )
        (info / "licenses").mkdir()
        (info / "licenses" / "LICENSE").symlink_to(tmp_path / "secret")
        found = venv.components()["evil"]
        assert rules(found) & {"path-escape", "evidence-unreadable"}
        assert "SENTINEL" not in str([e.text for e in found.evidence])

    def test_one_bad_distribution_hides_no_other(self, venv: Venv) -> None:
        venv.dist("good")
        bad = venv.dist("bad")
        (bad / "RECORD").write_bytes(b'"\x00\xff,,\n"unclosed')
        (bad / "METADATA").write_bytes(os.urandom(2048))
        (bad / "direct_url.json").write_text("{" * 500)
        found = venv.components()
        assert "good" in found
        assert rules(found["good"]) == set()
        assert len(found) == 2


class TestDiscovery:
    def project(self, tmp_path: Path) -> Path:
        place = tmp_path / "project"
        place.mkdir()
        return place

    def find(
        self, project: Path, asked: str | None = None, **variables: str
    ) -> Environment:
        place = find_project(str(project))
        choice = discover(place, asked, variables, own_prefix="/nowhere/own")
        return choice.environments[0]

    def test_dot_venv_as_a_folder(self, tmp_path: Path) -> None:
        project = self.project(tmp_path)
        Venv(project / ".venv").dist("demo")
        found = self.find(project)
        assert os.path.samefile(found.prefix, project / ".venv")
        assert found.python.startswith("3.11")
        assert "project .venv" in found.chosen

    def test_dot_venv_as_a_link(self, tmp_path: Path) -> None:
        project = self.project(tmp_path)
        venv = Venv(tmp_path / "elsewhere")
        (project / ".venv").symlink_to(venv.prefix)
        assert os.path.samefile(self.find(project).prefix, venv.prefix)

    @pytest.mark.parametrize("absolute", [True, False])
    def test_dot_venv_as_a_file(self, tmp_path: Path, absolute: bool) -> None:
        project = self.project(tmp_path)
        venv = Venv(tmp_path / "elsewhere")
        (project / ".venv").write_text(
            f"{venv.prefix if absolute else '../elsewhere'}\n"
        )
        assert os.path.samefile(self.find(project).prefix, venv.prefix)

    def test_the_active_environment_goes_before_the_projects(
        self, tmp_path: Path
    ) -> None:
        project = self.project(tmp_path)
        Venv(project / ".venv")
        active = Venv(tmp_path / "active")
        assert os.path.samefile(
            self.find(project, VIRTUAL_ENV=str(active.prefix)).prefix,
            active.prefix,
        )

    def test_a_named_one_goes_before_all(self, tmp_path: Path) -> None:
        project = self.project(tmp_path)
        Venv(project / ".venv")
        other = Venv(tmp_path / "other")
        assert os.path.samefile(
            self.find(project, str(other.prefix)).prefix, other.prefix
        )

    @pytest.mark.parametrize(
        "content", ["", "\n\n", "/nowhere/at/all\n", "\x00\xff"]
    )
    def test_a_dot_venv_file_that_leads_nowhere(
        self, tmp_path: Path, content: str
    ) -> None:
        project = self.project(tmp_path)
        (project / ".venv").write_text(content, "utf-8", "replace")
        with pytest.raises(IndexError):
            self.find(project)


def test_nothing_of_the_target_is_run(venv: Venv) -> None:
    marker = venv.prefix / "ran"
    code = f"open({str(marker)!r}, 'w')\n"
    venv.dist(
        "evil",
        files={
            "evil/__init__.py": code,
            "sitecustomize.py": code,
            "evil.pth": f"import os; {code}",
        },
    )
    (venv.prefix / "bin").mkdir()
    python = venv.prefix / "bin" / "python"
    python.write_text(f"#!/bin/sh\ntouch {marker}\n")
    python.chmod(0o755)
    assert "evil" in venv.components()
    assert not marker.exists()


class TestHidden:
    TERMS = "This license: you may use and copy the software for noncommercial purposes only."

    def parts(self, venv: Venv, name: str, text: str) -> list[str]:
        venv.dist(
            "demo",
            fields="License-Expression: MIT\n",
            files={f"demo/{name}": text},
        )
        return [p.path for p in venv.components()["demo"].parts]

    def test_terms_under_another_name_are_found(self, venv: Venv) -> None:
        assert self.parts(
            venv, "values.tsv", f"{self.TERMS}\n\n{self.TERMS}\n"
        ) == ["demo/values.tsv"]

    def test_a_table_about_licenses_holds_none(self, venv: Venv) -> None:
        rows = "".join(
            f"license-{n}\tcommercial use\tgrant of a patent license\n"
            for n in range(30)
        )
        assert self.parts(venv, "values.tsv", rows) == []


# -- what adds up: each file of a site has an owner, or is told --

AGPL = (
    "# This program is free software: you can redistribute it and/or modify it\n"
    "# under the terms of the GNU Affero General Public License as published by\n"
    "# the Free Software Foundation, either version 3 of the License, or (at\n"
    "# your option) any later version.\n"
)


def rest_of(venv: Venv, *read: str) -> Component | None:
    found = inspect(str(venv.prefix), "test")
    assert found is not None
    components = {c.name: c for c in collect(found, read=read)}
    return components.get("site-packages")


def test_files_that_no_distribution_lists_are_read_and_told_once(
    tmp_path: Path,
) -> None:
    venv = Venv(tmp_path / "env")
    venv.dist("one", files={"one/__init__.py": ""})
    (venv.site / "one" / "unlisted.py").write_text("x = 1\n")
    assert rest_of(venv) is None
    (venv.site / "dropped").mkdir()
    (venv.site / "dropped" / "net.py").write_text(AGPL)
    (venv.site / "single.py").write_text("x = 1\n")
    other = rest_of(venv)
    assert other is not None
    assert [(p.rule, p.message) for p in other.problems] == [
        (
            RuleId.METADATA_INVALID,
            "2 files belong to no distribution: dropped/net.py, single.py",
        )
    ]
    assert any("AGPL" in e.value or "Affero" in e.text for e in other.evidence)


def test_what_tools_put_into_a_site_belongs_to_it(tmp_path: Path) -> None:
    venv = Venv(tmp_path / "env")
    for name in ("README.txt", "_virtualenv.py", "sitecustomize.py"):
        (venv.site / name).write_text("x = 1\n")
    (venv.site / "_virtualenv.pth").write_text("import _virtualenv\n")
    (venv.site / "inside.pth").write_text("../..\n")
    assert rest_of(venv) is None


def test_a_link_to_a_folder_outside_is_told(tmp_path: Path) -> None:
    venv = Venv(tmp_path / "env")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "net.py").write_text(AGPL)
    (venv.site / "linked").symlink_to(tmp_path / "outside")
    other = rest_of(venv)
    assert other is not None
    assert [(p.rule, p.path) for p in other.problems] == [
        (RuleId.EVIDENCE_TRUNCATED, "linked")
    ]


def test_a_folder_that_a_pth_file_adds_is_told_unless_it_is_read(
    tmp_path: Path,
) -> None:
    venv = Venv(tmp_path / "env")
    (tmp_path / "mine" / "src").mkdir(parents=True)
    lines = f"import os; os.abort()\n# {tmp_path}\n{tmp_path}/mine/src\n"
    (venv.site / "mine.pth").write_text(lines)
    other = rest_of(venv)
    assert other is not None
    assert [(p.rule, p.path) for p in other.problems] == [
        (RuleId.PATH_ESCAPE, "mine.pth")
    ]
    assert rest_of(venv, str(tmp_path / "mine")) is None


def test_a_license_that_is_not_what_record_hashes_is_told(
    tmp_path: Path,
) -> None:
    venv = Venv(tmp_path / "env")
    info = venv.dist("one", record=False)
    (info / "LICENSE").write_text("the text\n")
    digest = hashlib.sha256(b"the text\n").digest()
    recorded = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    row = f"{info.name}/LICENSE,sha256={recorded},9"
    (info / "RECORD").write_text(f"{row}\n{info.name}/METADATA,,\n")
    assert venv.components()["one"].problems == ()
    (info / "LICENSE").write_text("another text\n")
    messages = [p.message for p in venv.components()["one"].problems]
    assert messages == [
        f"RECORD: {info.name}/LICENSE is not the file that was recorded"
    ]
