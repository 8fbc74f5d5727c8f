#!/usr/bin/env python3
"""
Put one term into an open license, or take its patent paragraphs out: `python
benchmarks/mutations.py TEXTS [--seed N]`.

TEXTS is a folder of license texts (ScanCode's `*.LICENSE` or plain ones). The hosts are
texts in which the analysis finds no limit; the terms and their harmless twins are those
of `sentences.toml`, each as it stands, as a numbered clause, as an item of a list,
wrapped over several lines, and in capitals. Printed: how many terms are found, in how
many other answers change (collateral), how many make a known text `modified`, in how
many twins a term is seen, and in how many texts without their patent paragraphs a grant
is left.
"""

from __future__ import annotations

import argparse
import random
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from licensescan.base.toml import loads
from licensescan.classifier.classify import classify_text
from licensescan.classifier.clauses import analyse
from licensescan.model.types import Terms

BANK = Path(__file__).resolve().parent / "sentences.toml"
SHAPES = ("paragraph", "numbered", "item", "wrapped", "capitals")
LIMITS = ("use.", "dist.", "patent.", "access.")


@dataclass(frozen=True, slots=True)
class Host:
    """An open license text and what is found in it as it is."""

    name: str
    text: str
    terms: Terms


def body(path: Path) -> str:
    """A text without ScanCode's front matter."""
    text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
    return (
        text[3:].partition("\n---")[2].lstrip("-").strip("\n")
        if text.startswith("---")
        else text.strip("\n")
    )


def hosts(folder: Path, count: int, chance: random.Random) -> Iterator[Host]:
    """
    Texts of 60 to 3,000 words that are recognised and have no limit, in an order drawn
    by chance.
    """
    paths = sorted(
        p for p in folder.iterdir() if p.is_file() and p.stat().st_size < 60_000
    )
    chance.shuffle(paths)
    for path in paths:
        text = body(path)
        if count and 60 <= len(text.split()) <= 3_000:
            found = classify_text(text)
            terms = analyse(text)
            if (
                not found.detection.modified
                and found.detection.matches
                and terms.commercial == "allowed"
            ):
                count -= 1
                yield Host(path.stem, text, terms)


def shaped(sentence: str, shape: str, number: int) -> str:
    """The sentence as it might stand in a license."""
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
    """The text with one paragraph more, at a place drawn by chance."""
    paragraphs = re.split(r"\n[ \t]*\n", text)
    at = chance.randint(1, len(paragraphs))
    return "\n\n".join([*paragraphs[:at], paragraph, *paragraphs[at:]]) + "\n"


def counted(terms: Terms, names: set[str]) -> int:
    """How many clauses of these names there are."""
    return sum(c.clause in names for c in terms.clauses)


def others(terms: Terms, spared: set[str]) -> set[str]:
    """The limits that are not expected to change."""
    return (
        {c.clause for c in terms.clauses if c.clause.startswith(LIMITS)}
        - spared
        - {"patent.silent"}
    )


def run(folder: Path, seed: int, each: int, *, show: bool) -> Counter[str]:
    """Insert and delete; the counts."""
    chance = random.Random(seed)
    pool = list(hosts(folder, 60, chance))
    tally: Counter[str] = Counter()
    for row in loads(BANK.read_bytes(), label=BANK.name)["term"]:
        accept = set(row["accept"])
        spared = accept | set(row.get("also", ()))
        about_patents = any(a.startswith("patent.") for a in accept)
        for kind in ("said", "twin"):
            for sentence in row[kind]:
                for _ in range(each):
                    host, shape = chance.choice(pool), chance.choice(SHAPES)
                    text = inserted(
                        host.text,
                        shaped(sentence, shape, chance.randint(2, 30)),
                        chance,
                    )
                    terms = analyse(text)
                    more = counted(terms, accept) > counted(host.terms, accept)
                    tally[kind] += 1
                    tally[f"{kind} found"] += more
                    stray = others(terms, spared) ^ others(host.terms, spared)
                    stray = {
                        s
                        for s in stray
                        if not (about_patents and s.startswith("patent."))
                    }
                    tally[f"{kind} collateral"] += bool(stray)
                    if kind == "said":
                        found = classify_text(text).detection
                        limits = any(
                            a.startswith(("use.", "dist.p", "dist.n")) for a in accept
                        )
                        tally["limits"] += limits
                        tally["named"] += limits and found.modified
                    if show and (more != (kind == "said") or stray):
                        print(
                            f"{kind} {shape} {host.name}: {sentence} {'' if more else 'not '}found {sorted(stray)}"
                        )
    return tally + deleted(folder, show=show)


def deleted(folder: Path, *, show: bool) -> Counter[str]:
    """
    Texts with a grant, without the paragraphs that speak of patents: is a grant or a
    retaliation left?
    """
    tally: Counter[str] = Counter()
    for path in sorted(
        p for p in folder.iterdir() if p.is_file() and p.stat().st_size < 60_000
    ):
        text = body(path)
        if "patent" not in text.lower() or analyse(text).patent.grant != "express":
            continue
        kept = [p for p in re.split(r"\n[ \t]*\n", text) if "patent" not in p.lower()]
        if len(" ".join(kept).split()) < 60:
            continue
        rest = analyse("\n\n".join(kept)).patent
        gone = rest.grant != "express" and not (
            rest.retaliation and rest.retaliation.effect == "patent"
        )
        tally["deleted"] += 1
        tally["deleted seen"] += gone
        if show and not gone:
            print(f"deleted {path.stem}: grant {rest.grant}")
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--each", type=int, default=6, help="host texts for each sentence"
    )
    parser.add_argument("--misses", action="store_true", help="say what went wrong")
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
    print(f"grants gone with their paragraphs {share('deleted seen', 'deleted')}")


if __name__ == "__main__":
    main()
