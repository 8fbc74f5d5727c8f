#!/usr/bin/env python3
"""
Score the clause analysis on the gold set: `python benchmarks/clauses.py TEXTS...
[--errors]`.

TEXTS are folders of license texts (with or without the front matter of ScanCode's
`*.LICENSE` files), or one ScanCode wheel. A text is found by its sha256. Printed per
group of clauses: precision and recall over (text, clause), for the groups that are
labelled completely (patent, use), recall alone for the others; the share of labelled
lines that a quote touches; and how many patent, retaliation and commercial answers are
right.

With `--held-out` the labels are those of `held-out.toml`: texts drawn by chance and
read before the analysis saw them, draw by draw. Printed: precision and recall of
"restricted", of "no commerce", of each patent answer and of retaliation.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from licensescan.base.toml import loads
from licensescan.classifier.clauses import analyse
from licensescan.model.types import Terms

GOLD = Path(__file__).resolve().parent.parent / "corpus" / "cases" / "clauses.toml"
HELD_OUT = GOLD.with_name("held-out.toml")
COMPLETE = ("patent", "use")
UNLABELLED = frozenset({"patent.silent"})
GRANTS = {
    "express": "grant",
    "ip": "grant",
    "file": "grant",
    "disclaimed": "disclaimed",
}
CLOSED = frozenset(
    {
        "dist.prohibited",
        "dist.binary_only",
        "dist.no_modify",
        "dist.anti_copyleft",
        "access.accept",
    }
)


@dataclass(slots=True)
class Score:
    """Counts over the gold set; `wrong` says in words what was missed or invented."""

    texts: int = 0
    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    placed: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def bodies(places: list[Path]) -> Iterator[str]:
    """The texts in folders and wheels, without front matter."""
    for place in places:
        if place.is_dir():
            for path in sorted(
                p
                for p in place.rglob("*")
                if p.is_file() and p.stat().st_size < 1_000_000
            ):
                yield body(path.read_bytes())
        else:
            with zipfile.ZipFile(place) as wheel:
                for name in wheel.namelist():
                    if name.endswith(".LICENSE"):
                        yield body(wheel.read(name))


def body(data: bytes) -> str:
    """A text without its front matter."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if not text.startswith("---"):
        return text
    return text[3:].partition("\n---")[2].lstrip("-").lstrip("\n")


def places() -> list[Path]:
    """Where the environment says that texts are."""
    names = (
        os.environ.get("LICENSESCAN_TEXTS", ""),
        os.environ.get("LICENSESCAN_SCANCODE_WHEEL", ""),
    )
    return [Path(p) for n in names for p in n.split(os.pathsep) if p]


def score(found: dict[str, str], gold: list[dict[str, Any]]) -> Score:
    """Hold the analysis of the texts (by sha256) against the gold set."""
    result = Score()
    for row in gold:
        if row["sha256"] in found:
            result.texts += 1
            _one(result, row, analyse(found[row["sha256"]]))
    return result


def _one(result: Score, row: dict[str, Any], terms: Terms) -> None:
    labels = {c["clause"]: c["lines"] for c in row["clauses"]}
    got = {
        c.clause for c in terms.clauses if c.params.get("extent") != "residual"
    } - UNLABELLED
    for clause, (first, last) in labels.items():
        group = clause.partition(".")[0]
        if clause not in got:
            result.missed[group] += 1
            result.wrong.append(f"{row['text']}: {clause} missed")
            continue
        result.right[group] += 1
        spans = [c.lines for c in terms.clauses if c.clause == clause and c.lines]
        result.placed += any(a <= last and b >= first for a, b in spans)
    for clause in sorted(got - set(labels)):
        group = clause.partition(".")[0]
        if group in COMPLETE:
            result.invented[group] += 1
            result.wrong.append(f"{row['text']}: {clause} not labelled")
    hit = terms.patent.retaliation
    answers = {
        "grant": (row["grant"], terms.patent.grant),
        "retaliation": (
            row["retaliation"],
            f"{hit.strength}/{hit.effect}" if hit else "",
        ),
        "commercial": (row["commercial"], terms.commercial),
    }
    for name, (wanted, answer) in answers.items():
        result.answers[name] += wanted == answer
        if wanted != answer:
            result.wrong.append(
                f"{row['text']}: {name} is {wanted or 'none'}, answered {answer or 'none'}"
            )


@dataclass(slots=True)
class Held:
    """
    Counts over one draw: (question, label, answer) -> texts, and what was answered
    wrongly.
    """

    answers: Counter[tuple[str, bool, bool]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, text: str, question: str, *, label: bool, answer: bool) -> None:
        """Count one answer."""
        self.answers[question, label, answer] += 1
        if label != answer:
            self.wrong.append(f"{text}: {question} is {label}, answered {answer}")

    def line(self, question: str) -> str:
        """Precision, recall and F1 of one question."""
        right, invented, missed = (
            self.answers[question, *a]
            for a in ((True, True), (False, True), (True, False))
        )
        precision, recall = (
            right / max(1, right + invented),
            right / max(1, right + missed),
        )
        f1 = 2 * right / max(1, 2 * right + invented + missed)
        texts = sum(
            count for (asked, *_), count in self.answers.items() if asked == question
        )
        figures = f"P={precision:.2f} R={recall:.2f} F1={f1:.2f}"
        return f"{question:12s} n={texts:3d} {figures} ({invented} too many, {missed} missed)"


def held_out(found: dict[str, str], rows: list[dict[str, Any]]) -> Held:
    """Hold the analysis of the texts (by sha256) against the labels of one draw."""
    result = Held()
    for row in rows:
        if row["sha256"] in found:
            terms = analyse(found[row["sha256"]])
            names = {c.clause for c in terms.clauses}
            if "open" in row:
                result.add(
                    row["text"],
                    "restricted",
                    label=not row["open"],
                    answer=restricted(terms),
                )
            if "commercial" in row:
                result.add(
                    row["text"],
                    "no commerce",
                    label=not row["commercial"],
                    answer=terms.commercial == "prohibited",
                )
            answer = (
                "grant"
                if "patent.by_reference" in names
                else GRANTS.get(terms.patent.grant, "silent")
            )
            for grant in ("grant", "disclaimed", "silent") if "grant" in row else ():
                result.add(
                    row["text"],
                    grant,
                    label=row["grant"] == grant,
                    answer=answer == grant,
                )
            suit = (
                terms.patent.retaliation is not None or "patent.by_reference" in names
            )
            if "retaliation" in row:
                result.add(
                    row["text"], "retaliation", label=row["retaliation"], answer=suit
                )
    return result


def restricted(terms: Terms) -> bool:
    """
    Whether the terms limit commerce, changes, passing on or use, as the evaluation of
    this project counts.
    """
    names = {c.clause for c in terms.clauses}
    shared = any(
        n.startswith(("copyleft.", "sharealike.", "attr.branding")) for n in names
    )
    condition = terms.commercial == "prohibited" or (
        terms.commercial == "conditional" and not shared
    )
    return condition or bool(names & CLOSED) or any(n.startswith("use.") for n in names)


def gathered(where: list[Path], gold: list[dict[str, Any]]) -> dict[str, str]:
    """The gold texts that are at hand, by sha256."""
    wanted = {row["sha256"] for row in gold}
    texts = ((hashlib.sha256(t.encode()).hexdigest(), t) for t in bodies(where))
    return {digest: text for digest, text in texts if digest in wanted}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="*", type=Path)
    parser.add_argument(
        "--errors",
        action="store_true",
        help="say what was missed, invented or answered wrongly",
    )
    parser.add_argument(
        "--held-out", action="store_true", help="score the labels of held-out.toml"
    )
    options = parser.parse_args()
    if options.held_out:
        for draw in loads(HELD_OUT.read_bytes(), label=HELD_OUT.name)["draw"]:
            held = held_out(
                gathered(options.texts or places(), draw["texts"]), draw["texts"]
            )
            print(f"draw {draw['number']}")
            for question in (
                "restricted",
                "no commerce",
                "grant",
                "disclaimed",
                "silent",
                "retaliation",
            ):
                print(held.line(question))
            print(
                "\n".join(held.wrong) if options.errors else "",
                end="\n" if options.errors else "",
            )
        return
    gold = loads(GOLD.read_bytes(), label=GOLD.name)["text"]
    result = score(gathered(options.texts or places(), gold), gold)
    print(f"{result.texts} of {len(gold)} texts at hand")
    for group in sorted(set(result.right) | set(result.missed)):
        right, missed, invented = (
            result.right[group],
            result.missed[group],
            result.invented[group],
        )
        precision = (
            f"P={right / max(1, right + invented):.2f} "
            if group in COMPLETE
            else "       "
        )
        print(
            f"{group:10s} n={right + missed:3d} {precision}R={right / max(1, right + missed):.2f}"
        )
    print(f"lines touched {result.placed} of {result.right.total()}")
    for name, count in result.answers.items():
        print(f"{name:12s} {count} of {result.texts} right")
    if options.errors:
        print("\n".join(result.wrong))


if __name__ == "__main__":
    main()
