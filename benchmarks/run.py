#!/usr/bin/env python3
"""
Measure the budgets of docs/architecture.md: `python benchmarks/run.py [--env PREFIX] [--texts FOLDER] [--rounds N]`.

CPU seconds (user and system, children included), not wall clock: the machine may be busy. Each figure is the median of
`--rounds` runs, beside a bare interpreter that was measured in the same rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUDGETS = {
    "--help": "< 60 ms over bare",
    "scan, warm": "",
    "scan, cold": "",
    "check, warm": "< 250 ms",
    "check, cold": "<= 2500 ms",
    "classify": ">= 1200 files a CPU second",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds and peak resident megabytes of one run, and its exit code."""

    cpu: float
    memory: float
    code: int


def once(command: Sequence[str], cwd: str, cache: str) -> Cost:
    """Run a command and see what it cost."""
    env = {**os.environ, "LICENSESCAN_CACHE_DIR": cache, "NO_COLOR": "1"}
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=nothing, stderr=nothing, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # ru_maxrss is in KiB on Linux.
    return Cost((used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024, process.returncode)


def texts_in(folder: Path | None, env: Path) -> list[str]:
    """The texts to classify: all of a folder, else the license files of the environment."""
    if folder:
        return sorted(str(p) for p in folder.rglob("*") if p.is_file())
    found = (p for p in env.rglob("*") if p.is_file() and not p.is_symlink())
    return sorted(str(p) for p in found if p.name.upper().startswith(("LICEN", "COPYING", "NOTICE")))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure the budgets of licensescan.")
    parser.add_argument("--env", type=Path, default=Path(sys.prefix), help="the environment to scan [this one]")
    parser.add_argument("--texts", type=Path, help="a folder of texts to classify [license files of the environment]")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tool = [sys.executable, "-m", "licensescan"]
    env = str(options.env.resolve())
    texts = texts_in(options.texts, options.env.resolve())
    with tempfile.TemporaryDirectory() as cwd, tempfile.TemporaryDirectory() as cache:
        commands: dict[str, list[str]] = {
            "bare interpreter": [sys.executable, "-c", "pass"],
            "--help": [*tool, "--help"],
            "scan, warm": [*tool, "scan", env, "-f", "json"],
            "scan, cold": [*tool, "scan", env, "-f", "json", "--no-cache"],
            "check, warm": [*tool, "check", env, "-f", "json"],
            "check, cold": [*tool, "check", env, "-f", "json", "--no-cache"],
        }
        if texts:
            commands["classify"] = [*tool, "classify", *texts, "-f", "json"]
        once(commands["check, warm"], cwd, cache)
        runs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                runs[name].append(once(command, cwd, cache))
    print("| command | CPU ms | over bare | peak MB | exit | budget |")
    print("| --- | --- | --- | --- | --- | --- |")
    bare = statistics.median(c.cpu for c in runs["bare interpreter"])
    for name, costs in runs.items():
        cpu = statistics.median(c.cpu for c in costs)
        memory = max(c.memory for c in costs)
        print(f"| {name} | {cpu:.0f} | {cpu - bare:.0f} | {memory:.0f} | {costs[-1].code} | {BUDGETS.get(name, '')} |")
    if texts:
        cpu = statistics.median(c.cpu for c in runs["classify"]) - bare
        size = sum(os.path.getsize(t) for t in texts)
        print(f"\nclassify: {len(texts)} files, {size / 1e6:.1f} MB, {len(texts) / cpu * 1000:.0f} files a CPU second")
    print(
        f"index.bin: {(ROOT / 'corpus' / 'index.bin').stat().st_size / 2**20:.1f} MiB (budget: wheel <= 8 MB plus code)"
    )


if __name__ == "__main__":
    main()
