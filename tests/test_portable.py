"""
The core on a system without what only POSIX has: Windows, as far as it can be
had here.

A process in which those names are taken away before anything is imported gives
the same answers, and refuses the same links.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import add_environment

POSIX = (
    "O_NOFOLLOW",
    "O_NONBLOCK",
    "O_CLOEXEC",
    "geteuid",
    "getuid",
    "pread",
    "link",
    "fchmod",
    "fork",
    "sched_getaffinity",
)
"""What Windows lacks of the module os."""

WITHOUT = f"""
import json, os, sys
for name in {POSIX!r}:
    if hasattr(os, name):
        delattr(os, name)
from licensescan.cli import main
sys.exit(main(json.loads(sys.argv[1])))
"""
SUBPROCESS = "import subprocess, tempfile, shutil, random, zipfile, tarfile\n"
"""
The standard library looks at names of POSIX while it is imported, and has its
own.
"""


def without(*args: str, cwd: Path) -> tuple[int, str, str]:
    code = SUBPROCESS + WITHOUT
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "",
            "HOME": str(cwd),
            "LICENSESCAN_CACHE_DIR": str(cwd / "cache"),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    add_environment(
        tmp_path / ".venv", {"seed": "GPL-3.0-only", "plain": "MIT"}
    )
    (tmp_path / "requirements.txt").write_text("seed\nplain\n")
    (tmp_path / "LICENSE").write_text("Licensed under the MIT license.\n")
    return tmp_path


def test_check_scan_and_classify(project: Path) -> None:
    for _ in range(2):  # the second answer may come from the cache
        code, out, err = without("check", "-f", "json", cwd=project)
        assert (code, err) == (1, "")
        failing = [
            f for f in json.loads(out)["findings"] if f["verdict"] == "deny"
        ]
        assert {f["component"] for f in failing} == {"pkg:pypi/seed@1.0"}
    code, out, err = without("scan", "-f", "json", cwd=project)
    assert (code, err) == (0, "")
    code, out, err = without("classify", "LICENSE", "-f", "json", cwd=project)
    assert (code, json.loads(out)[0]["expression"], err) == (0, "MIT", "")


def test_a_link_out_of_the_target_is_not_followed(project: Path) -> None:
    outside = project.parent / f"{project.name}-outside"
    outside.write_text("Licensed under the GPL-3.0-only license.\n")
    tree = project / "tree"
    tree.mkdir()
    (tree / "LICENSE").symlink_to(outside)
    _, out, err = without("scan", "tree", "-f", "json", cwd=project)
    [component] = json.loads(out)["components"]
    assert component["concluded"] == "NONE", err
    (tree / "LICENSE").unlink()
    (tree / "COPYING.real").write_text("Licensed under the MIT license.\n")
    (tree / "LICENSE").symlink_to("COPYING.real")
    _, out, err = without("scan", "tree", "-f", "json", cwd=project)
    [component] = json.loads(out)["components"]
    assert component["concluded"] == "MIT", err


def test_no_module_names_what_only_posix_has(root: Path) -> None:
    """One module asks what there is; every other asks that one."""
    named = re.compile(
        rf"\bos\.(?:{'|'.join(POSIX)})\b|\bimport (?:fcntl|pwd|resource)\b"
    )
    package = root / "licensescan"
    told = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if named.search(path.read_text("utf-8"))
    }
    assert told <= {"base/portable.py"}


@pytest.mark.skipif(os.name == "nt", reason="what is taken away is not there")
def test_what_is_taken_away_is_there() -> None:
    assert hasattr(os, "O_NOFOLLOW")
