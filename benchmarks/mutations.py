#!/usr/bin/env python3
"""
Put one term into an open license, or take its patent paragraphs out: `python
benchmarks/mutations.py TEXTS [--seed N]`.

TEXTS is a folder of license texts (ScanCode's `*.LICENSE` or plain ones). The
hosts are texts in which the analysis finds no limit; the terms and their
harmless twins are those of `sentences.toml`, each as it stands, as a numbered
clause, as an item of a list, wrapped over several lines, and in capitals.
Printed: how many terms are found, in how many other answers change
(collateral), how many make a known text `modified`, in how many twins a term
is seen, and in how many texts without their patent paragraphs a grant is left.
"""

from __future__ import annotations

import argparse
import random
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licensescan.base.toml import loads
from licensescan.classifier.classify import classify_text
from licensescan.classifier.clauses import analyse
from licensescan.model.types import Terms

BANK = Path(__file__).resolve().parent / "sentences.toml"
SHAPES = ("paragraph", "numbered", "item", "wrapped", "capitals")
LIMITS = ("use.", "dist.", "patent.", "access.")
MODIFYING = ("use.", "dist.p", "dist.n")
"""The groups of clauses that make a known text modified."""

HOSTS, LEAST_WORDS, MOST_WORDS = 60, 60, 3_000
"""Host texts, and their words."""

LARGEST = 60_000
"""Bytes of a file that may be a license text."""


@dataclass(frozen=True, slots=True)
class Host:
    """An open license text and what is found in it as it is."""

    name: str
    text: str
    terms: Terms


def body(path: Path) -> str:
    """Return a text without ScanCode's front matter."""
    text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
    if text.startswith("---"):
        text = text[3:].partition("\n---")[2].lstrip("-")
    return text.strip("\n")


def paths(folder: Path) -> list[Path]:
    """Return the files of a folder that may be license texts."""
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path for path in files if path.stat().st_size < LARGEST)


def hosts(folder: Path, count: int, chance: random.Random) -> Iterator[Host]:
    """
    Yield texts that are recognised and have no limit, in an order drawn by
    chance.
    """
    drawn = paths(folder)
    chance.shuffle(drawn)
    for path in drawn:
        text = body(path)
        if count and LEAST_WORDS <= len(text.split()) <= MOST_WORDS:
            terms = analyse(text)
            if is_open(text, terms):
                count -= 1
                yield Host(path.stem, text, terms)


def is_open(text: str, terms: Terms) -> bool:
    """
    Return True if a text is recognised, unmodified, and limits no commerce.
    """
    detection = classify_text(text).detection
    if detection.modified or not detection.matches:
        return False
    return terms.commercial == "allowed"


def shaped(sentence: str, shape: str, number: int) -> str:
    """Return the sentence as it might stand in a license."""
    if shape == "numbered":
        return f"{number}. Additional term. {sentence}"
    if shape == "item":
        return f"The following applies as well:\n\n  (a) the work may be translated;\n\n  (b) {sentence}"
    if shape == "wrapped":
        return textwrap.fill(
            sentence, 34, initial_indent=" * ", subsequent_indent=" * "
        )
    return sentence.upper() if shape == "capitals" else sentence


def inserted(text: str, paragraph: str, chance: random.Random) -> str:
    """Return the text with one paragraph more, at a place drawn by chance."""
    paragraphs = re.split(r"\n[ \t]*\n", text)
    at = chance.randint(1, len(paragraphs))
    return "\n\n".join([*paragraphs[:at], paragraph, *paragraphs[at:]]) + "\n"


def counted(terms: Terms, names: set[str]) -> int:
    """Return how many clauses of these names there are."""
    return sum(c.clause in names for c in terms.clauses)


def limits(terms: Terms) -> set[str]:
    """Return the clauses that limit."""
    clauses = {c.clause for c in terms.clauses if c.clause.startswith(LIMITS)}
    return clauses - {"patent.silent", "patent.named", "patent.unclear"}


@dataclass(frozen=True, slots=True)
class Mutation:
    """A sentence in a host: a term (`said`) or its harmless twin (`twin`)."""

    kind: str
    sentence: str
    shape: str
    host: Host
    text: str


def mutations(
    row: Mapping[str, Any],
    pool: Sequence[Host],
    each: int,
    chance: random.Random,
) -> Iterator[Mutation]:
    """
    Yield each sentence of a term and its twins, put into hosts drawn by
    chance.
    """
    for kind in ("said", "twin"):
        for sentence in row[kind]:
            for _ in range(each):
                host, shape = chance.choice(pool), chance.choice(SHAPES)
                paragraph = shaped(sentence, shape, chance.randint(2, 30))
                text = inserted(host.text, paragraph, chance)
                yield Mutation(kind, sentence, shape, host, text)


def score(
    mutation: Mutation, accept: set[str], spared: set[str], *, show: bool
) -> Counter[str]:
    """Return what one mutation adds to the counts."""
    kind, host = mutation.kind, mutation.host
    terms = analyse(mutation.text)
    is_found = counted(terms, accept) > counted(host.terms, accept)
    stray = (limits(terms) ^ limits(host.terms)) - spared
    if any(clause.startswith("patent.") for clause in accept):
        stray = {
            clause for clause in stray if not clause.startswith("patent.")
        }
    tally = Counter({kind: 1, f"{kind} found": is_found})
    tally[f"{kind} collateral"] = bool(stray)
    is_limit = any(clause.startswith(MODIFYING) for clause in accept)
    if kind == "said" and is_limit:
        tally["limits"] = 1
        tally["named"] = classify_text(mutation.text).detection.modified
    if show and (stray or is_found != (kind == "said")):
        verdict = "found" if is_found else "not found"
        print(
            f"{kind} {mutation.shape} {host.name}: {mutation.sentence} {verdict} {sorted(stray)}"
        )
    return tally


def run(folder: Path, seed: int, each: int, *, show: bool) -> Counter[str]:
    """Insert and delete. Returns the counts."""
    chance = random.Random(seed)
    pool = list(hosts(folder, HOSTS, chance))
    tally: Counter[str] = Counter()
    for row in loads(BANK.read_bytes(), label=BANK.name)["term"]:
        accept = set(row["accept"])
        spared = accept | set(row.get("also", ()))
        for mutation in mutations(row, pool, each, chance):
            tally.update(score(mutation, accept, spared, show=show))
    for path in paths(folder):
        tally.update(deleted(path, show=show))
    return tally


def deleted(path: Path, *, show: bool) -> Counter[str]:
    """
    Return what a text with a patent grant adds to the counts when the
    paragraphs that speak of patents are left out: no grant and no retaliation
    should be left.
    """
    text = body(path)
    if "patent" not in text.lower() or analyse(text).patent.grant != "express":
        return Counter()
    paragraphs = re.split(r"\n[ \t]*\n", text)
    kept = [part for part in paragraphs if "patent" not in part.lower()]
    if len(" ".join(kept).split()) < LEAST_WORDS:
        return Counter()
    rest = analyse("\n\n".join(kept)).patent
    retaliates = (
        rest.retaliation is not None and rest.retaliation.effect == "patent"
    )
    is_gone = rest.grant != "express" and not retaliates
    if show and not is_gone:
        print(f"deleted {path.stem}: grant {rest.grant}")
    return Counter({"deleted": 1, "deleted seen": is_gone})


def main() -> None:
    """Read the command line and print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--each", type=int, default=6, help="host texts for each sentence"
    )
    parser.add_argument(
        "--misses", action="store_true", help="say what went wrong"
    )
    options = parser.parse_args()
    tally = run(options.texts, options.seed, options.each, show=options.misses)

    def share(part: str, whole: str) -> str:
        return f"{tally[part]} of {tally[whole]} ({tally[part] / max(1, tally[whole]):.1%})"

    print(
        f"terms found {share('said found', 'said')}, collateral {share('said collateral', 'said')}"
    )
    print(f"limits that make a known text modified {share('named', 'limits')}")
    print(
        f"twins taken for terms {share('twin found', 'twin')}, collateral {share('twin collateral', 'twin')}"
    )
    print(
        f"grants gone with their paragraphs {share('deleted seen', 'deleted')}"
    )


if __name__ == "__main__":
    main()
