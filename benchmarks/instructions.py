"""
How many instructions a command takes, by valgrind: a figure that other work on the
machine does not change.

    python benchmarks/instructions.py [--functions N] -- .venv/bin/python -m licensescan classify --no-cache FILE...

CPU seconds of two runs of the same command differ by a third on a busy machine,
instructions by less than one in a hundred, so that a gain of one in fifty can be seen.
Instructions are not time: code that waits for memory takes longer for each. Hashes are
not randomised, so that dictionaries are the same in each run. It takes 20 to 50 times
as long as the command alone. `python -m` takes the checkout of the current folder
before the one that is installed.

Errors: valgrind is not installed, or the command fails.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_TOTAL = re.compile(r"I\s+refs:\s+([\d,]+)")


def counted(command: list[str], functions: int) -> tuple[int, list[str]]:
    """
    The instructions of `command`, and the rows of the C functions that take most.
    Raises `RuntimeError`.
    """
    if shutil.which("valgrind") is None:
        raise RuntimeError("valgrind is not installed")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "counts"
        valgrind = [
            "valgrind",
            "--tool=cachegrind",
            "--cache-sim=no",
            f"--cachegrind-out-file={kept}",
        ]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        run = subprocess.run(
            [*valgrind, *command],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        total = _TOTAL.search(run.stderr)
        # `check` and `classify` end with 1 when they have something to tell.
        if total is None or run.returncode not in (0, 1):
            raise RuntimeError(f"exit {run.returncode}: {run.stderr[-500:]}")
        rows: list[str] = []
        if functions:
            told = subprocess.run(
                ["cg_annotate", str(kept)], capture_output=True, text=True, check=False
            ).stdout
            rows = [
                row
                for row in told.splitlines()
                if re.match(r"\s*[\d,]+ \(", row) and "TOTALS" not in row
            ]
        return int(total[1].replace(",", "")), rows[:functions]


def main() -> int:
    """
    Print the count in millions, and with `--functions N` the N dearest C functions.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    try:
        total, rows = counted(given.command, given.functions)
    except RuntimeError as error:
        print(f"instructions: {error}", file=sys.stderr)
        return 2
    print(f"{total / 1e6:,.0f} million instructions")
    for row in rows:
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
