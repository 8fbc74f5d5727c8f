#!/usr/bin/env python3
"""
Switch each reason of `--why` off, one after the other, and count the answers
that change: a reason that no text needs is a memory of one package.

    python benchmarks/ablate.py FOLDER... [--reason ID]... [--most N]

Reads every file below the folders as `classify` does. A reason is tried on the
texts in which it drops something, since no other answer can hang on it. Prints
a row for each: how many texts it drops something in, how many answers change
without it, and the first of them. Not tried are reasons of whole components
(fields, headers, parts). Without effect are those that only explain: what is
inside something longer, or is no clause.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from licensescan.classifier.classify import (
    Classified,
    as_json,
    classify_bytes,
    classify_text,
)
from licensescan.model.considered import Considered
from licensescan.model.reasons import Reason
from licensescan.model.trace import Describe, Trace
from licensescan.reader import decode


class Without(Trace[Any]):
    """A trace in which one reason drops nothing."""

    def __init__(self, reason: Reason) -> None:
        self._reason = reason

    def drops(self, reason: Reason, item: object) -> bool:
        """Return True for every other reason."""
        return reason is not self._reason

    def of(self, describe: Describe[Any]) -> Without:
        """Return the same for items of every kind."""
        return self


def answer(classified: Classified) -> dict[str, object]:
    """Return what `classify` says, without what it considered."""
    document = as_json(classified)
    document.pop("considered", None)
    document.pop("note", None)
    return document


def texts(folders: list[Path]) -> Iterator[Path]:
    """The files below the folders, in order."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def main() -> int:
    """Print how many answers hang on each reason."""
    parser = argparse.ArgumentParser(
        description="Count the answers that need a reason."
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--reason", action="append", default=[], metavar="ID")
    parser.add_argument(
        "--most", type=int, default=3, help="answers that are named"
    )
    given = parser.parse_args()
    tried = [r for r in Reason if r.id in given.reason or not given.reason]
    dropping: dict[Reason, list[tuple[Path, dict[str, object]]]] = {}
    for path in texts(given.folders):
        classified = classify_bytes(path.read_bytes(), str(path), why=True)
        for reason in {
            c.reason for c in classified.considered or () if _is_drop(c)
        }:
            dropping.setdefault(reason, []).append((path, answer(classified)))
    print(f"{'reason':28} {'texts':>6} {'change':>6}")
    for reason in filter(dropping.get, tried):
        answers = dropping[reason]
        changed = [
            path for path, old in answers if _without(reason, path) != old
        ]
        names = ", ".join(path.name for path in changed[: given.most])
        print(f"{reason.id:28} {len(answers):6} {len(changed):6}  {names}")
    return 0


def _is_drop(considered: Considered) -> bool:
    return not considered.kept


def _without(reason: Reason, path: Path) -> dict[str, object]:
    data = path.read_bytes()
    before = classify_bytes(data, str(path))
    text = decode(data).text
    trace = Without(reason)
    return answer(
        classify_text(text, str(path), sha256=before.sha256, trace=trace)
    )


if __name__ == "__main__":
    sys.exit(main())
