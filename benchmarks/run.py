#!/usr/bin/env python3
"""
Measure the budgets of docs/architecture.md: `python benchmarks/run.py [--env
PREFIX] [--texts FOLDER] [--rounds N]`.

CPU seconds (user and system, children included), not wall clock: the machine
may be busy. Each figure is the median of `--rounds` runs, beside a bare
interpreter that was measured in the same rounds. With `--peer NAME=COMMAND`
(`{env}` stands for the environment) another tool runs in the same rounds, and
each row has the ratio to its CPU time too: of a busy machine only these ratios
mean anything.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
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
    """
    CPU milliseconds and peak resident megabytes of one run, and its exit code.
    """

    cpu: float
    memory: float
    code: int


def once(command: Sequence[str], cwd: str, cache: str) -> Cost:
    """Run a command and return what it cost."""
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
    Return the texts to classify: all of a folder, else the license files of
    the environment.
    """
    files = (path for path in (folder or env).rglob("*") if path.is_file())
    if folder is None:
        files = (path for path in files if is_license(path))
    return sorted(map(str, files))


def is_license(path: Path) -> bool:
    """Return True for a license file by its name."""
    names = ("LICEN", "COPYING", "NOTICE")
    return path.name.upper().startswith(names) and not path.is_symlink()


ONE_CHANGED, RESTORED = "check, one package changed", "check, restored cache"
SETTLED = 2.3
"""Seconds after which a change is old enough."""

Commands = dict[str, list[str]]
"""The rows of the table, and what is run for each."""


def commands_for(env: str, texts: Sequence[str]) -> Commands:
    """Return the commands of licensescan that are measured."""
    tool = [sys.executable, "-m", "licensescan"]
    check = [*tool, "check", env, "-f", "json"]
    commands = {
        "bare interpreter": [sys.executable, "-c", "pass"],
        "--help": [*tool, "--help"],
        ONE_CHANGED: check,
        "check, warm": check,
        RESTORED: check,
        "check, cold": [*check, "--no-cache"],
    }
    if texts:
        commands["classify"] = [*tool, "classify", *texts, "-f", "json"]
    return commands


def measured(
    commands: Commands, env: str, rounds: int
) -> dict[str, list[Cost]]:
    """
    Run all commands in turn, as many rounds as wanted. Returns what each run
    cost.
    """
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    with (
        tempfile.TemporaryDirectory() as cwd,
        tempfile.TemporaryDirectory() as cache,
    ):
        once(commands["check, warm"], cwd, cache)
        for _ in range(rounds):
            for name, command in commands.items():
                if name == ONE_CHANGED:
                    change_one(Path(env))
                elif name == RESTORED:
                    move_cache(Path(cache))
                runs[name].append(once(command, cwd, cache))
    return runs


def change_one(env: Path) -> None:
    """
    Give one METADATA another time, and wait until it is old enough for an
    answer to be kept.
    """
    metadata = min(env.rglob("*.dist-info/METADATA"))
    os.utime(metadata)
    time.sleep(SETTLED)


def move_cache(cache: Path) -> None:
    """
    Leave of a cache what helps on another machine, where no stamp is the same:
    texts, which are known by their content.
    """
    shutil.rmtree(cache / "answers", ignore_errors=True)
    with closing(sqlite3.connect(cache / "results.sqlite")) as base, base:
        base.execute("DELETE FROM step")


def print_table(
    runs: Mapping[str, Sequence[Cost]], peers: Sequence[str]
) -> None:
    """Print the median of each command, its ratios and its budget."""
    ratios = [f"/ {name}" for name in peers]
    columns = [
        "command",
        "CPU ms",
        "over bare",
        *ratios,
        "peak MB",
        "exit",
        "budget",
    ]
    print(f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    bare = median(runs["bare interpreter"])
    for name, costs in runs.items():
        cpu = median(costs)
        row = [
            name,
            f"{cpu:.0f}",
            f"{cpu - bare:.0f}",
            *(f"{cpu / median(runs[peer]):.2f}" for peer in peers),
            f"{max(cost.memory for cost in costs):.0f}",
            str(costs[-1].code),
            BUDGETS.get(name, ""),
        ]
        print(f"| {' | '.join(row)} |")


def median(costs: Sequence[Cost]) -> float:
    """Return the median of the CPU milliseconds."""
    return statistics.median(cost.cpu for cost in costs)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description="Measure the budgets of licensescan."
    )
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
    env = str(options.env.resolve())
    texts = texts_in(options.texts, options.env.resolve())
    peers = {}
    for peer in options.peer:
        name, _, command = peer.partition("=")
        peers[name] = shlex.split(command.replace("{env}", env))
    runs = measured(commands_for(env, texts) | peers, env, options.rounds)
    print_table(runs, list(peers))
    if texts:
        cpu = median(runs["classify"]) - median(runs["bare interpreter"])
        size = sum(os.path.getsize(text) for text in texts) / 1e6
        speed = len(texts) / cpu * 1000
        print(
            f"\nclassify: {len(texts)} files, {size:.1f} MB, {speed:.0f} a CPU second"
        )
    size = (ROOT / "corpus" / "index.bin").stat().st_size / 2**20
    print(f"index.bin: {size:.1f} MiB (budget: wheel <= 8 MB plus code)")


if __name__ == "__main__":
    main()
