#!/usr/bin/env python3
"""
Measure how time and memory grow with the number of files and of packages:
`python benchmarks/scale.py [--files N] [--packages N]`.

A source tree of N files and an environment of N packages are made in a
temporary folder, and a quarter of each; `check` reads both cold. Time may grow
at most `MOST` times faster than the work, memory stays below `MEGABYTES`, and
every component is in the report; otherwise the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MOST = 1.2
"""How much faster than the work time may grow."""

MEGABYTES = 400
PIECE = 4
"""How many times as large the larger input is."""

FOLDER = 100
"""Files of one folder."""

LICENSES = ("MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "GPL-3.0-only")
TEXT = "Licensed under the {} license.\n"


class Cost(NamedTuple):
    """CPU seconds, peak megabytes, and the number of components."""

    seconds: float
    megabytes: float
    components: int


def tree(folder: Path, count: int) -> None:
    """Write a source tree of `count` files, each twentieth with a notice."""
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "acme"\nversion = "1"\nlicense = "MIT"\n'
    )
    for number in range(count):
        inside = folder / "src" / f"p{number // FOLDER}"
        inside.mkdir(parents=True, exist_ok=True)
        head = "" if number % 20 else "# SPDX-License-Identifier: MIT\n"
        text = f"{head}def f{number}(x):\n    return x + {number}\n"
        (inside / f"m{number}.py").write_text(text * 4)


def environment(folder: Path, count: int) -> None:
    """Write an environment of `count` packages, each with two modules."""
    site = folder / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr\nversion = 3.11.7\n")
    for number in range(count):
        _package(site, f"acme{number}", LICENSES[number % len(LICENSES)])


def _package(site: Path, name: str, license_: str) -> None:
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}/__init__.py": "x = 1\n" * 30,
        f"{name}/core.py": "def f(x):\n    return x\n" * 20,
        f"{info}/METADATA": (
            f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n"
            f"License-Expression: {license_}\nLicense-File: LICENSE\n\n"
        ),
        f"{info}/licenses/LICENSE": TEXT.format(license_)
        + f"Copyright 2020 {name}\n",
        f"{info}/INSTALLER": "pip\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in files)
    for path, text in files.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def cost(target: Path) -> Cost:
    """Check a target in a process of its own."""
    command = [sys.executable, "-m", "licensescan", "check", str(target)]
    command += ["--no-cache", "-f", "json"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        report = json.load(output)
    return Cost(
        seconds=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss / 1024,
        components=len(report["components"]),
    )


def grown(
    name: str,
    make: Callable[[Path, int], None],
    count: int,
    *,
    each_is_one: bool,
) -> bool:
    """Print what a larger input costs. Returns True if it is in bounds."""
    costs = []
    for size in (count // PIECE, count):
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), size)
            costs.append(cost(Path(folder)))
        print(
            f"{name:12} {size:7} {costs[-1].seconds:7.1f} CPU s"
            f" {costs[-1].megabytes:5.0f} MB {costs[-1].components:6}"
            " components"
        )
    small, large = costs
    growth = large.seconds / small.seconds / PIECE
    print(f"{name:12} grows {growth:.2f} times as fast as the work")
    is_whole = large.components == (count if each_is_one else 1)
    return growth <= MOST and large.megabytes < MEGABYTES and is_whole


def main() -> int:
    """Measure both kinds of input. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--packages", type=int, default=5_000)
    given = parser.parse_args()
    kept = [
        grown("files", tree, given.files, each_is_one=False),
        grown("packages", environment, given.packages, each_is_one=True),
    ]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
