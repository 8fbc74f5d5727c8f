#!/usr/bin/env python3
"""
Record what a build of licensescan answers, and compare two records: a change
that is to change no answer is held against the build before it.

    python benchmarks/answers.py record OUT --tool BEFORE/bin/licensescan --target ENV FOLDER/* --texts DIR
    python benchmarks/answers.py record OUT2 --tool .venv/bin/licensescan --target ENV FOLDER/* --texts DIR
    python benchmarks/answers.py compare OUT OUT2

Each target is checked twice, as JSON and as text, each text is classified as
JSON. The versions of tool, rules and corpus are left out. `compare` prints the
first lines that differ of each answer, and exits with 1 if any does.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BATCH = 200
"""Texts in one call of `classify`."""


def record(
    out: Path,
    tool: Sequence[str],
    targets: Sequence[str],
    texts: Sequence[Path],
    jobs: int,
) -> int:
    """
    Write one file for each answer into `out`. Returns how many there are.
    """
    out.mkdir(parents=True)
    with ThreadPoolExecutor(jobs) as pool:
        done = [pool.submit(_check, out, tool, target) for target in targets]
        batches = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        done += [pool.submit(_classify, out, tool, batch) for batch in batches]
        return sum(job.result() for job in done)


def _check(out: Path, tool: Sequence[str], target: str) -> int:
    name = (
        Path(target).name
        + "-"
        + hashlib.sha256(target.encode()).hexdigest()[:6]
    )
    for form in ("json", "text"):
        code, answer = _run(
            [*tool, "check", target, "-f", form, "--no-cache", "--verbose"]
        )
        if form == "json" and answer.startswith("{"):
            report = json.loads(answer)
            report["tool"] = None
            answer = json.dumps(report, indent=1, ensure_ascii=False)
        (out / f"{name}.{form}").write_text(
            f"{answer}\nexit {code}\n", "utf-8"
        )
    return 2


def _classify(out: Path, tool: Sequence[str], texts: Sequence[Path]) -> int:
    code, answer = _run([*tool, "classify", "-f", "json", *map(str, texts)])
    for text, found in zip(texts, json.loads(answer or "[]"), strict=True):
        name = f"classify-{text.parent.name}-{text.name}-{hashlib.sha256(str(text).encode()).hexdigest()[:6]}"
        (out / f"{name}.json").write_text(
            json.dumps(found, indent=1, ensure_ascii=False)
            + f"\nexit {code}\n",
            "utf-8",
        )
    return len(texts)


def _run(command: Sequence[str]) -> tuple[int, str]:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120"},
        check=False,
    )
    return done.returncode, done.stdout + (
        f"\nstderr: {done.stderr}" if done.returncode not in (0, 1) else ""
    )


def compare(before: Path, after: Path, most: int) -> int:
    """
    Print what differs, at most `most` lines of each answer. Returns how many
    answers differ.
    """
    names = sorted(
        {p.name for folder in (before, after) for p in folder.iterdir()}
    )
    differing = 0
    for name in names:
        lines = list(_difference(before / name, after / name))
        if lines:
            differing += 1
            print(f"== {name}: {len(lines)} lines", *lines[:most], sep="\n")
    print(
        f"answers: {len(names) - differing} of {len(names)} the same, {differing} differ"
    )
    return differing


def _difference(before: Path, after: Path) -> Iterator[str]:
    told = [
        p.read_text("utf-8") if p.exists() else "" for p in (before, after)
    ]
    if told[0] != told[1]:
        lines = difflib.unified_diff(
            told[0].splitlines(), told[1].splitlines(), lineterm="", n=1
        )
        yield from list(lines)[2:]


def main() -> int:
    """Read the command line and do what it asks."""
    parser = argparse.ArgumentParser(
        description="Record and compare answers of licensescan."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    recorder = commands.add_parser("record")
    recorder.add_argument("out", type=Path)
    recorder.add_argument("--tool", default="licensescan")
    recorder.add_argument("--target", action="append", nargs="+", default=[])
    recorder.add_argument("--texts", action="append", type=Path, default=[])
    recorder.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    comparer = commands.add_parser("compare")
    comparer.add_argument("before", type=Path)
    comparer.add_argument("after", type=Path)
    comparer.add_argument("--most", type=int, default=12)
    given = parser.parse_args()
    if given.command == "compare":
        return min(1, compare(given.before, given.after, given.most))
    targets = [target for group in given.target for target in group]
    texts = sorted(
        p for folder in given.texts for p in folder.rglob("*") if p.is_file()
    )
    print(
        f"{record(given.out, shlex.split(given.tool), targets, texts, given.jobs)} answers in {given.out}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
