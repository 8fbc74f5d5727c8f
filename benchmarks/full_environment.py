#!/usr/bin/env python3
"""
Give an environment the source files that its RECORDs list and that are not
there, so that it costs what a real one costs.

    python benchmarks/full_environment.py ENVIRONMENT OUT HEADS...

An environment whose code was left out (a skeleton, to be small) has its texts
and fields, and hardly a file to look at. `ENVIRONMENT` is copied to `OUT`;
each source file that a RECORD lists and that is missing is written with the
first bytes of a real module, those below `HEADS` in turn. That is for time
and memory alone: what the headers say is of no meaning.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

from licensescan.collect.survey.source_headers import is_source

HEAD_BYTES = 3000
"""Bytes of a module that stand for one."""

MODULES = 4000
"""Modules that are taken in turn."""


def heads(folders: list[Path]) -> list[bytes]:
    """Return the first bytes of the modules below some folders."""
    modules = (p for f in folders for p in sorted(f.rglob("*.py")))
    read = [
        p.read_bytes()[:HEAD_BYTES] for p in itertools.islice(modules, MODULES)
    ]
    if not read:
        raise SystemExit("full_environment: no modules below HEADS")
    return read


def missing(site: Path) -> Iterator[Path]:
    """Yield the source files that RECORDs of a site list and that it lacks."""
    for record in sorted(site.glob("*.dist-info/RECORD")):
        text = record.read_text("utf-8", "replace")
        for row in csv.reader(text.splitlines()):
            name = row[0] if row else ""
            if name.startswith(("..", "/")) or not is_source(name):
                continue
            path = site / name
            if not path.exists() and not path.is_symlink():
                yield path


def fill(site: Path, contents: list[bytes]) -> int:
    """Write what is missing in a site; return how many files."""
    made = 0
    for path, content in zip(missing(site), itertools.cycle(contents)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made += 1
    return made


def main() -> None:
    """Copy an environment and fill each of its sites."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("heads", type=Path, nargs="+")
    given = parser.parse_args()
    contents = heads(given.heads)
    shutil.copytree(given.environment, given.out, symlinks=True)
    sites = [*given.out.glob("lib*/python3*/site-packages")] or [given.out]
    made = sum(fill(site, contents) for site in sites)
    print(f"{made} source files")


if __name__ == "__main__":
    main()
