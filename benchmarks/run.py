#!/usr/bin/env python3
"""
Measure the budgets of docs/architecture.md: `python benchmarks/run.py [--env PREFIX]
[--texts FOLDER] [--rounds N]`.

CPU seconds (user and system, children included), not wall clock: the machine may be
busy. Each figure is the median of `--rounds` runs, beside a bare interpreter that was
measured in the same rounds. With `--peer NAME=COMMAND` (`{env}` stands for the
environment) another tool runs in the same rounds, and each row is told in its CPU time
too: of a busy machine only these ratios mean anything.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
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
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdout=nothing,
            stderr=nothing,
            stdin=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # ru_maxrss is in KiB on Linux.
    return Cost(
        (used.ru_utime + used.ru_stime) * 1000,
        used.ru_maxrss / 1024,
        process.returncode,
    )


def texts_in(folder: Path | None, env: Path) -> list[str]:
    """
    The texts to classify: all of a folder, else the license files of the environment.
    """
    if folder:
        return sorted(str(p) for p in folder.rglob("*") if p.is_file())
    found = (p for p in env.rglob("*") if p.is_file() and not p.is_symlink())
    return sorted(
        str(p)
        for p in found
        if p.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure the budgets of licensescan.")
    parser.add_argument(
        "--env",
        type=Path,
        default=Path(sys.prefix),
        help="the environment to scan [this one]",
    )
    parser.add_argument(
        "--texts",
        type=Path,
        help="a folder of texts to classify [license files of the environment]",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="another tool; repeatable",
    )
    options = parser.parse_args()
    tool = [sys.executable, "-m", "licensescan"]
    env = str(options.env.resolve())
    texts = texts_in(options.texts, options.env.resolve())
    with tempfile.TemporaryDirectory() as cwd, tempfile.TemporaryDirectory() as cache:
        commands: dict[str, list[str]] = {
            "bare interpreter": [sys.executable, "-c", "pass"],
            "--help": [*tool, "--help"],
            "check, changed": [*tool, "check", env, "-f", "json"],
            "check, warm": [*tool, "check", env, "-f", "json"],
            "check, cold": [*tool, "check", env, "-f", "json", "--no-cache"],
        }
        if texts:
            commands["classify"] = [*tool, "classify", *texts, "-f", "json"]
        peers = {
            name: shlex.split(c.replace("{env}", env))
            for name, _, c in (p.partition("=") for p in options.peer)
        }
        commands |= peers
        once(commands["check, warm"], cwd, cache)
        runs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                if name == "check, changed":
                    # As after a change of any file: whole answers are forgotten, single
                    # texts are not.
                    shutil.rmtree(Path(cache) / "answers")
                runs[name].append(once(command, cwd, cache))
    columns = [
        "command",
        "CPU ms",
        "over bare",
        *(f"/ {name}" for name in peers),
        "peak MB",
        "exit",
        "budget",
    ]
    print(f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    medians = {
        name: statistics.median(c.cpu for c in costs) for name, costs in runs.items()
    }
    bare = medians["bare interpreter"]
    for name, costs in runs.items():
        cpu, memory = medians[name], max(c.memory for c in costs)
        ratios = [f"{cpu / medians[peer]:.2f}" for peer in peers]
        row = [
            name,
            f"{cpu:.0f}",
            f"{cpu - bare:.0f}",
            *ratios,
            f"{memory:.0f}",
            str(costs[-1].code),
        ]
        print(f"| {' | '.join([*row, BUDGETS.get(name, '')])} |")
    if texts:
        cpu = medians["classify"] - bare
        size = sum(os.path.getsize(t) for t in texts)
        print(
            f"\nclassify: {len(texts)} files, {size / 1e6:.1f} MB, {len(texts) / cpu * 1000:.0f} files a CPU second"
        )
    print(
        f"index.bin: {(ROOT / 'corpus' / 'index.bin').stat().st_size / 2**20:.1f} MiB (budget: wheel <= 8 MB plus code)"
    )


if __name__ == "__main__":
    main()
