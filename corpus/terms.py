#!/usr/bin/env python3
"""
Score what is read in the terms of models and vendors against labels:
`python corpus/terms.py FOLDER`, with and without identification.

The labels are those of `corpus/cases/terms.toml`; a text of FOLDER counts when
it has the sha256 of one.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from licensescan.classifier.classify import classify_bytes  # noqa: E402
from licensescan.model.texts import Terms  # noqa: E402

LABELS = HERE / "cases" / "terms.toml"
GIVEN = {"express": "given", "ip": "given", "implicit": "given"} | {
    "file": "given",
    "disclaimed": "disclaimed",
}
"""Grants that come to the same; all others give nothing in words."""


def main() -> None:
    """Print the shares of right answers, and each wrong one."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    labels = labels_by_hash()
    files = sorted(p for p in options.folder.rglob("*.txt") if p.is_file())
    for clauses_only in (False, True):
        score = Counter[str]()
        for path in files:
            data = path.read_bytes()
            label = labels.get(hashlib.sha256(data).hexdigest())
            if label is None:
                continue
            terms = classify_bytes(data, path.name, clauses_only).terms
            wrong = compared(label, terms, score)
            if wrong:
                print(f"{path.name}: {', '.join(wrong)}")
        print("without" if clauses_only else "with", "identification:")
        print(summary(score))


def labels_by_hash() -> dict[str, Mapping[str, str]]:
    """Return the labels of all texts by their sha256."""
    rows = tomllib.loads(LABELS.read_text("utf-8"))["text"]
    return {row["sha256"]: row for row in rows}


def compared(
    label: Mapping[str, str], terms: Terms, score: Counter[str]
) -> list[str]:
    """Return what is wrong in `terms`, and count it in `score`."""
    said = terms.patent.retaliation
    pairs = {
        "grant": (
            GIVEN.get(terms.patent.grant, "none"),
            GIVEN.get(label["grant"], "none"),
        ),
        "retaliation": (
            f"{said.strength}/{said.effect}" if said else "none",
            label.get("retaliation", "none"),
        ),
        "commercial": (terms.commercial, label["commercial"]),
    }
    wrong = [f"{k} {a}, not {b}" for k, (a, b) in pairs.items() if a != b]
    score["texts"] += 1
    score.update(key for key, (a, b) in pairs.items() if a == b)
    limited = terms.commercial in ("conditional", "prohibited")
    truly = label["commercial"] != "allowed"
    score["both"] += limited and truly
    score["either"] += limited + truly
    return wrong


def summary(score: Counter[str]) -> str:
    """Return the shares in one line."""
    texts = max(1, score["texts"])
    shares = (
        f"{key} {score[key] / texts:.3f}"
        for key in ("grant", "retaliation", "commercial")
    )
    restricted = 2 * score["both"] / max(1, score["either"])
    return f"  {score['texts']} texts: {', '.join(shares)}, restricted F1 {restricted:.3f}"


if __name__ == "__main__":
    main()
