#!/usr/bin/env python3
"""
Count the instructions that a command takes, by valgrind: a figure that other
work on the machine does not change.

    python benchmarks/instructions.py [--functions N] -- .venv/bin/python -m licensescan classify --no-cache FILE...
    python benchmarks/instructions.py --budgets

CPU seconds of two runs of the same command differ by a third on a busy
machine, instructions by less than one in a hundred, so that a gain of one in
fifty can be seen. Instructions are not time: code that waits for memory takes
longer for each. Hashes are not randomised, so that dictionaries are the same
in each run. It takes 20 to 50 times as long as the command alone. `python -m`
takes the checkout of the current folder before the one that is installed.

With `--budgets` the commands of `BUDGETS` are counted with the interpreter
that runs this, and the exit code is 1 when one is over its budget. With 2 it
ends when valgrind is not installed or a command fails.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MILLION = 1_000_000
BUDGETS = {
    "--help": 235,
    "check --env .venv": 360,
    "classify -f json --no-cache LICENSE": 540,
}
"""
Millions of instructions over a bare interpreter, a fifth to a third above what
was measured: help of click and versions of Python differ. The check is one in
which nothing changed, of the folder that `prepared` makes.
"""

_SETTLED = 2.1
"""Seconds after which a file is old enough that an answer about it is kept."""

_TOTAL = re.compile(r"I\s+refs:\s+([\d,]+)")
_ROW = re.compile(r"\s*[\d,]+ \(")


def counted(
    command: Sequence[str],
    functions: int = 0,
    cwd: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> tuple[int, list[str]]:
    """
    Return the instructions of `command`, and the rows of the C functions that
    take most. Raises `RuntimeError`.
    """
    if shutil.which("valgrind") is None:
        raise RuntimeError("valgrind is not installed")
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        valgrind = [
            *("valgrind", "--tool=cachegrind", "--cache-sim=no"),
            f"--cachegrind-out-file={counts}",
        ]
        run = subprocess.run(
            [*valgrind, *command],
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**os.environ, **(variables or {}), "PYTHONHASHSEED": "0"},
            check=False,
        )
        total = _TOTAL.search(run.stderr)
        # `check` and `classify` end with 1 when they have something to report.
        if total is None or run.returncode not in (0, 1):
            raise RuntimeError(f"exit {run.returncode}: {run.stderr[-500:]}")
        rows = _dearest(counts)[:functions] if functions else []
    return int(total[1].replace(",", "")), rows


def _dearest(counts: Path) -> list[str]:
    """Return the rows of the C functions that take most, the dearest first."""
    command = ["cg_annotate", str(counts)]
    annotated = subprocess.run(
        command, capture_output=True, text=True, check=False
    )
    rows = filter(_ROW.match, annotated.stdout.splitlines())
    return [row for row in rows if "TOTALS" not in row]


def prepared(folder: Path) -> None:
    """
    Make a folder with a license and an environment of one package, old enough
    that an answer about them is kept.
    """
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")
    site = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    info = site / "demo-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / ".venv" / "pyvenv.cfg").write_text("version = 3.11.4\n")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nLicense-Expression: MIT\n"
    )
    (info / "RECORD").write_text("demo-1.0.dist-info/METADATA,,\n")
    time.sleep(_SETTLED)


def over_bare(command: str, folder: Path) -> int:
    """
    Return how many instructions a command of licensescan takes over a bare
    interpreter, in a folder that `prepared` made, with its modules compiled
    and its answer kept if it can be.
    """
    tool = [sys.executable, "-m", "licensescan", *command.split()]
    # In an isolated cache; bytecode is kept, as where licensescan is
    # installed.
    variables = {
        "LICENSESCAN_CACHE_DIR": str(folder / "cache"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    environment = {**os.environ, **variables}
    subprocess.run(
        tool, capture_output=True, cwd=folder, env=environment, check=True
    )
    total, _ = counted(tool, cwd=folder, variables=variables)
    bare, _ = counted(
        [sys.executable, "-c", "pass"], cwd=folder, variables=variables
    )
    return total - bare


def _print_budgets() -> int:
    """
    Print the cost of each command beside its budget. Returns how many are
    over.
    """
    over = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(folder)
        for command, budget in BUDGETS.items():
            cost = over_bare(command, folder) / MILLION
            over += cost > budget
            verdict = "over" if cost > budget else "kept"
            print(f"{command:40} {cost:6,.0f} of {budget} million, {verdict}")
    return over


def main() -> int:
    """
    Print the count in millions, and with `--functions N` the N dearest C
    functions; or the budgets.
    """
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    parser.add_argument("--budgets", action="store_true")
    parser.add_argument("command", nargs="*")
    given = parser.parse_args()
    try:
        if given.budgets:
            return min(1, _print_budgets())
        total, rows = counted(given.command, given.functions)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(f"instructions: {error}", file=sys.stderr)
        return 2
    print(f"{total / MILLION:,.0f} million instructions")
    for row in rows:
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
