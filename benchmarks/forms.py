#!/usr/bin/env python3
"""
Hold the cost of writing a report in every form against that of the scan:

    python benchmarks/forms.py TARGET...

Prints the CPU seconds and the size of each form, of one run and one process,
nothing remembered. Exits with 1 if the forms together cost more than the scan.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from licensescan.pipeline import Options, scan
from licensescan.report import REPORTS, render
from licensescan.rulebook.rulebook import load

Made = TypeVar("Made")


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """Return what `make` gives, and the CPU seconds that it took."""
    start = time.process_time()
    made = make()
    return made, time.process_time() - start


def main() -> int:
    """Scan the targets, write every form, and compare."""
    targets = sys.argv[1:]
    if not targets:
        print(__doc__, file=sys.stderr)
        return 2
    options = Options(cached=False, with_texts=True, with_origins=True)
    policy = load().profile("distributed-product")
    report, cost = timed(
        lambda: scan(
            targets, policy=policy, today=date.today(), options=options
        )
    )
    print(f"scan {cost:.2f} s, {len(report.conclusions)} components")
    total = 0.0
    for form in REPORTS:
        text, seconds = timed(lambda form=form: render(form, report))
        total += seconds
        print(f"{form:14} {seconds:6.2f} s {len(text):>12,}")
    print(f"all forms {total:.2f} s, {total / cost:.2f} of the scan")
    return int(total > cost)


if __name__ == "__main__":
    sys.exit(main())
