#!/usr/bin/env python3
"""
Score the clause analysis on the gold set: `python benchmarks/clauses.py
TEXTS... [--errors]`.

TEXTS are folders of license texts (with or without the front matter of
ScanCode's `*.LICENSE` files), or one ScanCode wheel. A text is found by its
sha256. Printed per group of clauses: precision and recall over (text, clause),
for the groups that are labelled completely (patent, use), recall alone for the
others; the share of labelled lines that a quote touches; and how many patent,
retaliation and commercial answers are right.

With `--held-out` the labels are those of `held-out.toml`: texts drawn by
chance and read before the analysis saw them, draw by draw. Printed: precision
and recall of "restricted", of "no commerce", of each patent answer and of
retaliation.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from licensescan.base.toml import loads
from licensescan.classifier.clauses import analyse
from licensescan.model.types import Terms

GOLD = (
    Path(__file__).resolve().parent.parent
    / "corpus"
    / "cases"
    / "clauses.toml"
)
HELD_OUT = GOLD.with_name("held-out.toml")
COMPLETE = ("patent", "use")
SHARED = ("copyleft.", "sharealike.", "attr.branding")
"""Conditions of commerce that restrict no use."""

LARGEST = 1_000_000
"""Bytes of a file that may be a license text."""

UNLABELLED = frozenset({"patent.silent", "patent.named", "patent.unclear"})
GRANTS = {
    "express": "grant",
    "ip": "grant",
    "file": "grant",
    "disclaimed": "disclaimed",
}
PATENT_ANSWERS = ("grant", "disclaimed", "silent")
QUESTIONS = ("restricted", "no commerce", *PATENT_ANSWERS, "retaliation")
CLOSED = frozenset(
    {
        "dist.prohibited",
        "dist.binary_only",
        "dist.no_modify",
        "dist.anti_copyleft",
        "access.accept",
    }
)


Row = dict[str, Any]
"""One text of a gold set, with its labels."""


@dataclass(slots=True)
class Score:
    """
    Counts over the gold set; `wrong` says in words what was missed or
    invented.
    """

    texts: int = 0
    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    placed: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def bodies(places: Iterable[Path]) -> Iterator[str]:
    """Yield the texts in folders and wheels, without front matter."""
    for place in places:
        for data in in_folder(place) if place.is_dir() else in_wheel(place):
            yield body(data)


def in_folder(folder: Path) -> Iterator[bytes]:
    """Yield the files of a folder that may be license texts."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size < LARGEST:
            yield path.read_bytes()


def in_wheel(path: Path) -> Iterator[bytes]:
    """Yield the license texts of ScanCode's wheel."""
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if name.endswith(".LICENSE"):
                yield wheel.read(name)


def body(data: bytes) -> str:
    """Return a text without its front matter."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if not text.startswith("---"):
        return text
    return text[3:].partition("\n---")[2].lstrip("-").lstrip("\n")


def places() -> list[Path]:
    """Return where the environment says that texts are."""
    folders = os.environ.get("LICENSESCAN_TEXTS", "").split(os.pathsep)
    wheels = os.environ.get("LICENSESCAN_SCANCODE_WHEEL", "").split(os.pathsep)
    return [Path(path) for path in folders + wheels if path]


def score(texts: Mapping[str, str], gold: Iterable[Row]) -> Score:
    """
    Return the analysis of the texts (by sha256) held against the gold set.
    """
    result = Score()
    for row in gold:
        if row["sha256"] in texts:
            result.texts += 1
            terms = analyse(texts[row["sha256"]])
            score_clauses(result, row, terms)
            score_answers(result, row, terms)
    return result


def score_clauses(result: Score, row: Row, terms: Terms) -> None:
    """Count the clauses that are right, missed and invented in one text."""
    labels = {label["clause"]: label["lines"] for label in row["clauses"]}
    stated = (c for c in terms.clauses if c.params.get("extent") != "residual")
    answered = {clause.clause for clause in stated} - UNLABELLED
    for clause, lines in labels.items():
        group = clause.partition(".")[0]
        if clause in answered:
            result.right[group] += 1
            result.placed += is_placed(terms, clause, lines)
        else:
            result.missed[group] += 1
            result.wrong.append(f"{row['text']}: {clause} missed")
    for clause in sorted(answered - set(labels)):
        group = clause.partition(".")[0]
        if group in COMPLETE:
            result.invented[group] += 1
            result.wrong.append(f"{row['text']}: {clause} not labelled")


def is_placed(terms: Terms, clause: str, lines: Sequence[int]) -> bool:
    """Return True if a quote of the clause touches the labelled lines."""
    first, last = lines
    spans = [c.lines for c in terms.clauses if c.clause == clause and c.lines]
    return any(start <= last and end >= first for start, end in spans)


def score_answers(result: Score, row: Row, terms: Terms) -> None:
    """Count the answers on patents and commerce that are right in one text."""
    suit = terms.patent.retaliation
    answers = {
        "grant": terms.patent.grant,
        "retaliation": f"{suit.strength}/{suit.effect}" if suit else "",
        "commercial": terms.commercial,
    }
    for name, answer in answers.items():
        wanted = row[name]
        result.answers[name] += wanted == answer
        if wanted != answer:
            result.wrong.append(
                f"{row['text']}: {name} is {wanted or 'none'}, answered {answer or 'none'}"
            )


@dataclass(slots=True)
class Held:
    """
    Counts over one draw: (question, label, answer) -> texts, and what was
    answered wrongly.
    """

    answers: Counter[tuple[str, bool, bool]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(
        self, text: str, question: str, *, label: bool, answer: bool
    ) -> None:
        """Count one answer."""
        self.answers[question, label, answer] += 1
        if label != answer:
            self.wrong.append(
                f"{text}: {question} is {label}, answered {answer}"
            )

    def line(self, question: str) -> str:
        """Return precision, recall and F1 of one question."""
        right = self.answers[question, True, True]
        invented = self.answers[question, False, True]
        missed = self.answers[question, True, False]
        texts = (
            right + invented + missed + self.answers[question, False, False]
        )
        precision = right / max(1, right + invented)
        recall = right / max(1, right + missed)
        f1 = 2 * right / max(1, 2 * right + invented + missed)
        figures = f"P={precision:.2f} R={recall:.2f} F1={f1:.2f}"
        return f"{question:12s} n={texts:3d} {figures} ({invented} too many, {missed} missed)"


def held_out(texts: Mapping[str, str], rows: Iterable[Row]) -> Held:
    """
    Return the analysis of the texts (by sha256) held against one draw's
    labels.
    """
    result = Held()
    for row in rows:
        if row["sha256"] in texts:
            labels, answers = (
                asked(row),
                answered(analyse(texts[row["sha256"]])),
            )
            for question, label in labels.items():
                result.add(
                    row["text"],
                    question,
                    label=label,
                    answer=answers[question],
                )
    return result


def asked(row: Row) -> dict[str, bool]:
    """Return the questions that a row has labels for, with these."""
    labels = {}
    if "open" in row:
        labels["restricted"] = not row["open"]
    if "commercial" in row:
        labels["no commerce"] = not row["commercial"]
    if "grant" in row:
        labels |= {answer: row["grant"] == answer for answer in PATENT_ANSWERS}
    if "retaliation" in row:
        labels["retaliation"] = row["retaliation"]
    return labels


def answered(terms: Terms) -> dict[str, bool]:
    """Return what the analysis answers to each question."""
    names = {clause.clause for clause in terms.clauses}
    elsewhere = "patent.by_reference" in names
    grant = "grant" if elsewhere else GRANTS.get(terms.patent.grant, "silent")
    return {
        "restricted": restricted(terms),
        "no commerce": terms.commercial == "prohibited",
        **{answer: grant == answer for answer in PATENT_ANSWERS},
        "retaliation": terms.patent.retaliation is not None or elsewhere,
    }


def restricted(terms: Terms) -> bool:
    """
    Return True if the terms limit commerce, changes, passing on or use, as the
    evaluation of this project counts.
    """
    names = {clause.clause for clause in terms.clauses}
    if terms.commercial == "prohibited" or names & CLOSED:
        return True
    if any(name.startswith("use.") for name in names):
        return True
    is_shared = any(name.startswith(SHARED) for name in names)
    return terms.commercial == "conditional" and not is_shared


def gathered(where: Iterable[Path], gold: Iterable[Row]) -> dict[str, str]:
    """Return the gold texts that are at hand, by sha256."""
    wanted = {row["sha256"] for row in gold}
    texts = (
        (hashlib.sha256(t.encode()).hexdigest(), t) for t in bodies(where)
    )
    return {digest: text for digest, text in texts if digest in wanted}


def print_held_out(where: Sequence[Path], *, errors: bool) -> None:
    """Print precision and recall of each question, draw by draw."""
    for draw in loads(HELD_OUT.read_bytes(), label=HELD_OUT.name)["draw"]:
        held = held_out(gathered(where, draw["texts"]), draw["texts"])
        print(f"draw {draw['number']}")
        for question in QUESTIONS:
            print(held.line(question))
        if errors:
            print("\n".join(held.wrong))


def print_gold(where: Sequence[Path], *, errors: bool) -> None:
    """
    Print precision and recall of the groups of clauses, and the right answers.
    """
    gold = loads(GOLD.read_bytes(), label=GOLD.name)["text"]
    result = score(gathered(where, gold), gold)
    print(f"{result.texts} of {len(gold)} texts at hand")
    for group in sorted(set(result.right) | set(result.missed)):
        print(group_line(result, group))
    print(f"lines touched {result.placed} of {result.right.total()}")
    for name, count in result.answers.items():
        print(f"{name:12s} {count} of {result.texts} right")
    if errors:
        print("\n".join(result.wrong))


def group_line(result: Score, group: str) -> str:
    """Return precision and recall of one group of clauses."""
    right, missed = result.right[group], result.missed[group]
    precision = " " * 7
    if group in COMPLETE:
        answered = right + result.invented[group]
        precision = f"P={right / max(1, answered):.2f} "
    recall = right / max(1, right + missed)
    return f"{group:10s} n={right + missed:3d} {precision}R={recall:.2f}"


def main() -> None:
    """Read the command line and print the scores."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("texts", nargs="*", type=Path)
    parser.add_argument(
        "--errors",
        action="store_true",
        help="say what was missed, invented or answered wrongly",
    )
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="score the labels of held-out.toml",
    )
    options = parser.parse_args()
    show = print_held_out if options.held_out else print_gold
    show(options.texts or places(), errors=options.errors)


if __name__ == "__main__":
    main()
