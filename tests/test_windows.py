"""
The command line on Windows, as far as it can be had here: paths with drives
and backslashes, `Lib\\site-packages`, `Scripts`, names in any case. It gives
the same reports as `--platform win_amd64` here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.collect.images.worlds import debian, tree, wheel
from tests.places import add_package

HARNESS = Path(__file__).with_name("windows.py")

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="this is Windows: nothing has to be made up"
)


def on_windows(*args: str, cwd: Path, **variables: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(HARNESS), *args, "-f", "json"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "",
            "USERPROFILE": "C:" + str(cwd).replace("/", "\\"),
            "PYTHONPATH": str(HARNESS.parent.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LICENSESCAN_CACHE_DIR": str(cwd.parent / "cache"),
            **variables,
        },
    )
    assert "Traceback" not in done.stderr
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def here(*args: str, cwd: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "licensescan", *args, "-f", "json"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "HOME": str(cwd)},
    )
    return json.loads(done.stdout)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    top = tmp_path / "My Project"
    site = top / ".venv" / "Lib" / "site-packages"
    site.mkdir(parents=True)
    (top / ".venv" / "pyvenv.cfg").write_text(
        "home = C:\\Python311\nversion = 3.11.4\n"
    )
    add_package(site, "seed", "GPL-3.0-only")
    info = add_package(site, "tool", "Apache-2.0", requires="seed")
    script = top / ".venv" / "Scripts" / "tool.exe"
    script.parent.mkdir()
    script.write_text("")
    deep = site / "tool" / "deep"
    deep.mkdir(parents=True)
    (deep / "x.py").write_text("# SPDX-License-Identifier: LGPL-2.1-only\n")
    record = (info / "RECORD").read_text()
    (info / "RECORD").write_text(
        f"{record}../../Scripts/tool.exe,,\r\ntool/deep/x.py,,\r\n"
    )
    (top / "pyproject.toml").write_text(
        '[project]\nname = "app"\nversion = "1"\ndependencies = ["tool", "pywin; os_name == \'nt\'"]\n'
    )
    source = top / "src" / "app"
    source.mkdir(parents=True)
    (source / "x.py").write_text("# SPDX-License-Identifier: MIT\n")
    return top


def test_a_project(project: Path) -> None:
    report = on_windows("check", cwd=project)
    assert report == here("check", "--platform", "win_amd64", cwd=project)
    by_name = {c["name"]: c for c in report["components"]}
    assert "LGPL-2.1-only" in json.dumps(by_name["tool"])
    assert by_name["app"]["concluded"] == "MIT"
    rules = {f["rule"] for f in report["findings"]}
    assert "copyleft-strong" in rules
    assert "path-escape" not in rules
    # What is asked for on Windows alone is not there.
    assert "pywin" in by_name


def test_a_folder_above_and_any_case(project: Path) -> None:
    asked = on_windows("check", cwd=project)
    below = on_windows("check", cwd=project / "src" / "app")
    assert [c["purl"] for c in below["components"]] == [
        c["purl"] for c in asked["components"]
    ]
    named = on_windows("check", "--env", ".VENV", cwd=project)
    assert [c["purl"] for c in named["components"]] == [
        c["purl"] for c in asked["components"]
    ]
    active = f"C:{project}\\.VENV".replace("/", "\\")
    again = on_windows("check", cwd=project, VIRTUAL_ENV=active)
    assert [c["purl"] for c in again["components"]] == [
        c["purl"] for c in asked["components"]
    ]


def test_a_change_is_seen(project: Path) -> None:
    old = time.time() - 60
    for path in (project, *project.rglob("*")):
        os.utime(path, (old, old))
    first = on_windows("check", cwd=project)
    assert on_windows("check", cwd=project) == first
    (project / "requirements.txt").write_text("one\n")
    lock = (
        '[[package]]\nname = "x"\nversion = "1"\nsource = { virtual = "." }\n'
    )
    (project / "uv.lock").write_text(f"version = 1\n{lock}")
    add_package(project / ".venv/Lib/site-packages", "new", "AGPL-3.0-only")
    second = on_windows("check", cwd=project)
    assert "new" in {c["name"] for c in second["components"]}


@pytest.mark.parametrize("target", ["C:", ""])
def test_trees_locks_and_systems(tmp_path: Path, target: str) -> None:
    tree(
        tmp_path / "fs",
        {
            **debian("libseed1", "GPL-2+"),
            **wheel("plain", "MIT"),
            "usr/share/doc/more": ("sym", "libseed1"),
        },
    )
    code = tmp_path / "tree" / "deep" / "er"
    code.mkdir(parents=True)
    (code / "LICENSE").write_text("Licensed under the MIT license.\n")
    (code / "x.py").write_text("# SPDX-License-Identifier: GPL-2.0-only\n")
    (tmp_path / "requirements.txt").write_text("-r more/base.txt\n./tree\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text("one==1.0\n")
    for name in ("fs", "tree", "requirements.txt"):
        path = f"C:{tmp_path}/{name}".replace("/", "\\") if target else name
        found = on_windows("scan", path, cwd=tmp_path)["components"]
        wanted = here("scan", name, cwd=tmp_path)["components"]
        assert [(c["purl"], c["concluded"], c["path"]) for c in found] == [
            (c["purl"], c["concluded"], c["path"]) for c in wanted
        ]
