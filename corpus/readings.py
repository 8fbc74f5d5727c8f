#!/usr/bin/env python3
"""
Write rules/readings.tsv anew: `python corpus/readings.py [--source WHEEL]`.

For each license of the pinned wheel what clause analysis reads in its text:
names of clauses and values, no words of the text. Of a license with a fact
file it is the second witness, of others the only one. Run it after a change of
rules/clauses or of the clause analysis.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from build import fetch, ids, known  # noqa: E402
from scancode import Entry  # noqa: E402

from licensescan.classifier.clauses import analyse  # noqa: E402
from licensescan.rulebook.license_facts import READINGS  # noqa: E402

RULES = HERE.parent / "rules"
SURE = 0.75
"""A clause that was read less surely is left out."""


def main() -> None:
    """Read every text and write the table."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="WHEEL",
        help="the pinned wheel, if it is already there",
    )
    options = parser.parse_args()
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))[
        "scancode"
    ]
    wheel = options.source or fetch(pinned)
    licenses = known(wheel, pinned)
    named = ids(licenses)
    rows = [
        row
        for entry in licenses
        if (row := reading(entry, named[entry.word("key")]))
    ]
    head = "# id, commercial use, copyleft, patent grant, retaliation, clauses: read by corpus/readings.py"
    (RULES / READINGS).write_text(
        "\n".join([head, *sorted(set(rows))]) + "\n", "utf-8"
    )
    print(f"{RULES / READINGS}: {len(set(rows)):,} licenses")


def reading(entry: Entry, license_id: str) -> str | None:
    """
    Return the row of one license; None for what is no license of its own, or
    has no text.
    """
    if not license_id or entry.flag("is_exception"):
        return None
    if entry.flag("is_deprecated"):
        return None
    if not entry.text.strip():
        return None
    terms = analyse(entry.text)
    suit = terms.patent.retaliation
    clauses = sorted(
        {
            c.clause
            for c in terms.clauses
            if c.confidence >= SURE and c.params.get("extent") != "residual"
        }
    )
    cells = (
        license_id,
        terms.commercial,
        terms.copyleft,
        terms.patent.grant,
        f"{suit.strength} {suit.effect}" if suit else "-",
        " ".join(clauses) or "-",
    )
    return "\t".join(cells)


if __name__ == "__main__":
    main()
