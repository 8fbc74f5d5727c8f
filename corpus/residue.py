#!/usr/bin/env python3
"""
Learn what stands beside licenses and is harmless: `python corpus/residue.py
PACKAGES...`, folders of packages and wheels; `make residue`.

What license files of the packages say beside and within known texts, and the
`remarks` of `residue.toml`, is harmless; the `terms` there, the examples of
the detectors of clauses, and the sentences of licenses that limit, are not.
Same input, same bytes. Only hashes of words are kept.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import re
import sys
import tomllib
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from build import fetch, known  # noqa: E402
from scancode import Entry, entries  # noqa: E402

from licensescan.classifier import engine  # noqa: E402
from licensescan.classifier.detection import detect  # noqa: E402
from licensescan.classifier.document.sentences import sentences  # noqa: E402
from licensescan.classifier.identify.store import store  # noqa: E402
from licensescan.classifier.identify.words import words  # noqa: E402
from licensescan.classifier.ledger import left_over  # noqa: E402
from licensescan.classifier.residue import (  # noqa: E402
    BITS,
    hashes,
    packed,
    plain,
    whole,
)
from licensescan.model.texts import NOASSERTION, NONE  # noqa: E402
from licensescan.reader import decode  # noqa: E402
from licensescan.standards.spdx_text import is_reference  # noqa: E402

LIMITING = (
    *("Proprietary Free", "Commercial", "Free Restricted"),
    *("Source-available", "CLA", "Patent License"),
)
OPEN = ("Permissive", "Copyleft", "Copyleft Limited", "Public Domain")
"""ScanCode's categories of licenses."""

APPENDIX = "END OF TERMS AND CONDITIONS"
"""What stands behind it says how a license is put to a work."""

CREATIVE_COMMONS = ("cc-by-1", "cc-by-2", "cc-by-3", "cc-by-4", "cc-by-sa")
"""Licenses whose summaries stand beside their names."""

_LEAST = 3

FILE = re.compile(
    r"(?i)(?:^|[/_.-])(?:licen[cs]es?|copying|notices?|copyright|unlicense)"
    r"(?:[/_.-]|\d|$)"
)
CODE = (".py", ".so", ".pyc", ".js", ".json", ".c", ".h")
LARGEST = 200_000

OF_TERMS, OF_REMARKS, OF_RULES, OF_LICENSES, OF_OPEN = 12.0, 6.0, 0.5, 0.5, 0.5
OF_PACKAGES = 1.0
"""How much one sentence of a kind counts."""
EACH_LICENSE, EACH_OPEN = 3, 10
"""Of the sentences of licenses each so manieth is taken."""

LONGEST = 80
"""Words of a sentence."""

FILLED = 150
"""Sentences made from one template."""

ROUNDS, STEP = 8, 0.3
TERMS = 0.5
"""What sounds so much like terms is taken for them, wherever it stands."""

SHARED = 2
"""A sentence of so many packages is known."""


class Sample(NamedTuple):
    """The hashes of a sentence, whether it limits, and how much it counts."""

    runs: Sequence[int]
    limits: bool
    counts: float


def main() -> None:
    """Learn from the packages and write the model."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("packages", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=HERE / "residue.bin")
    options = parser.parse_args()
    found: defaultdict[str, set[str]] = defaultdict(set)
    for package, said in residue(options.packages):
        found[said].add(package)
    print(f"{len(found):,} sentences beside licenses")
    written = [*own(), *of_licenses()]
    beside = [(said, False, OF_PACKAGES) for said in sorted(found)]
    weights, bias = learned([*written, *beside])
    likely = {s for s in found if _weight(s, weights, bias) > TERMS}
    print(f"{len(likely):,} of them sound like terms, and do not count")
    beside = [one for one in beside if one[0] not in likely]
    weights, bias = learned([*written, *beside])
    shared = known_sentences(found, likely)
    data = packed(weights, bias, sorted(shared))
    options.output.write_bytes(data)
    print(f"{options.output}: {len(data):,} bytes, {len(shared):,} sentences")


def known_sentences(
    found: Mapping[str, set[str]], likely: set[str]
) -> set[int]:
    """
    Return the hashes of sentences that several packages have, but for those
    that are `likely` terms, and of those that a person has read.
    """
    packages: defaultdict[int, set[str]] = defaultdict(set)
    doubted = set()
    for said, several in found.items():
        hashed = whole(said.split(), store())
        packages[hashed] |= several
        if said in likely:
            doubted.add(hashed)
    table = tomllib.loads((HERE / "residue.toml").read_text("utf-8"))
    shared = {h for h, some in packages.items() if len(some) >= SHARED}
    written = (*of_summaries(), *of_open(), *table["remarks"])
    summaries = (whole(_words(said), store()) for said in written)
    return (shared - doubted) | set(table["read"]) | set(summaries)


def of_open() -> Iterator[str]:
    """
    Yield the sentences of permissive licenses, and those that stand behind the
    terms of open ones ("How to apply"), but for those that limit.
    """
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))
    source: dict[str, Any] = pinned["scancode"]
    for entry in known(fetch(source), source):
        category = entry.word("category")
        _, end, behind = entry.text.upper().partition(APPENDIX)
        if category not in OPEN or is_reference(
            entry.word("spdx_license_key")
        ):
            continue
        text = entry.text[-len(behind) :] if end else ""
        yield from harmless(entry.text if category == "Permissive" else text)


def harmless(text: str) -> Iterator[str]:
    """Yield the sentences of a text that do not limit."""
    if not text:
        return
    index = store()
    for left in left_over(words(text, index.code, {}), (), ()):
        if len(left.words) >= _LEAST and not engine.limits(left.said):
            yield left.said


def of_summaries() -> Iterator[str]:
    """Yield the sentences of notices of Creative Commons' licenses."""
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))
    source: dict[str, Any] = pinned["scancode"]
    rules = entries(fetch(source), "rules", ".RULE", sha256=source["sha256"])
    for rule in rules:
        if all(key.startswith(CREATIVE_COMMONS) for key in _keys(rule)):
            yield from _short(rule)


def _short(entry: Entry) -> Iterator[str]:
    for one in sentences(entry.text):
        if _LEAST <= len(one.text.split()) <= LONGEST:
            yield one.text[one.own :]


def _keys(rule: Entry) -> list[str]:
    words = re.findall(r"[\w.+-]+", rule.word("license_expression"))
    return [word for word in words if word not in ("and", "or", "with")]


def _words(said: str) -> list[str]:
    return words(said, store().code, {}).plain


def residue(packages: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield what license files say besides, each with its package."""
    seen = set()
    for root in packages:
        for package, data in files(root):
            key = package, zlib.crc32(data)
            if key in seen:
                continue
            seen.add(key)
            found = detect(decode(data).text)
            if found.modified or found.expression in (NOASSERTION, NONE):
                continue
            for one in found.residue:
                yield package, one.said


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the license files of a wheel or below a folder of packages."""
    if root.suffix == ".whl":
        with zipfile.ZipFile(root) as archive:
            for info in archive.infolist():
                if is_license(info.filename) and info.file_size < LARGEST:
                    yield root.name.split("-")[0], archive.read(info)
        return
    for folder, below, names in sorted(os.walk(root)):
        below.sort()
        for name in sorted(names):
            path = Path(folder, name)
            inside = path.relative_to(root)
            is_small = path.is_file() and path.stat().st_size < LARGEST
            if is_small and is_license(str(inside)):
                yield inside.parts[0].split("-")[0], path.read_bytes()


def is_license(path: str) -> bool:
    """Return True for the path of a license file."""
    return bool(FILE.search(path)) and not path.endswith(CODE)


Sentence = tuple[str, bool, float]
"""What is said, whether it limits, and how much it counts."""


def own() -> Iterator[Sentence]:
    """Yield the sentences of `residue.toml`, and those of its templates."""
    table = tomllib.loads((HERE / "residue.toml").read_text("utf-8"))
    chance = random.Random(5)
    for kind, counts in (("terms", OF_TERMS), ("remarks", OF_REMARKS)):
        limits = kind == "terms"
        for said in table[kind]:
            yield said, limits, counts
        for template in table["templates"][kind]:
            made = {
                filled(template, table["slots"], chance) for _ in range(FILLED)
            }
            for said in sorted(made):
                yield said, limits, counts / 3
    for path in sorted((HERE.parent / "rules" / "clauses").glob("*.toml")):
        detectors = tomllib.loads(path.read_text("utf-8")).get("detector", [])
        for detector in detectors:
            for said in detector.get("fires", []):
                yield said, True, OF_TERMS / 3


def filled(
    template: str, slots: Mapping[str, Sequence[str]], chance: random.Random
) -> str:
    """Return a template with a word in each of its places."""
    return re.sub(
        r"\{(\w+)\}", lambda name: chance.choice(slots[name[1]]), template
    )


def of_licenses() -> Iterator[Sentence]:
    """Yield sentences of licenses that limit, and of open ones."""
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))
    source: dict[str, Any] = pinned["scancode"]
    wheel = fetch(source)
    licenses = known(wheel, source)
    category = {e.word("key"): e.word("category") for e in licenses}
    limiting = [e for e in licenses if e.word("category") in LIMITING]
    yield from of_texts(limiting, True, OF_LICENSES, EACH_LICENSE)
    free = [e for e in licenses if e.word("category") in OPEN]
    yield from of_texts(free, False, OF_OPEN, EACH_OPEN)
    rules = entries(wheel, "rules", ".RULE", sha256=source["sha256"])
    named = [rule for rule in rules if limits(rule, category)]
    yield from of_texts(named, True, OF_RULES, 1)


def limits(rule: Entry, category: Mapping[str, str]) -> bool:
    """Return True for a rule that only names licenses that limit."""
    keys = _keys(rule)
    is_name = rule.flag("is_license_reference") or rule.flag("is_license_tag")
    limiting = [key for key in keys if category.get(key) in LIMITING]
    return bool(keys) and len(limiting) == len(keys) and not is_name


def of_texts(
    texts: Iterable[Entry], limits: bool, counts: float, each: int
) -> Iterator[Sentence]:
    """Yield each so manieth sentence of some texts."""
    said = (
        sentence.text[sentence.own :]
        for entry in texts
        for sentence in sentences(entry.text)
        if not sentence.title
    )
    fit = (one for one in said if 4 <= len(one.split()) <= LONGEST)
    for number, one in enumerate(fit):
        if number % each == 0:
            yield one, limits, counts


def learned(said: Iterable[Sentence]) -> tuple[list[float], float]:
    """Return the weights of hashes, and what is added (logistic regression)."""
    samples = [
        Sample(sorted(runs), limits, counts)
        for one, limits, counts in said
        if (runs := _runs(one))
    ]
    weights = [0.0] * (1 << BITS)
    paces = [1e-3] * (1 << BITS)
    bias = 0.0
    chance = random.Random(7)
    for _ in range(ROUNDS):
        chance.shuffle(samples)
        for sample in samples:
            share = len(sample.runs) ** -0.5
            heard = bias + share * sum(weights[run] for run in sample.runs)
            heard = max(-30.0, min(30.0, heard))
            error = sample.limits - 1 / (1 + math.exp(-heard))
            pull = sample.counts * error
            bias += 0.002 * pull
            pull *= share
            for run in sample.runs:
                paces[run] += pull * pull
                weights[run] += STEP * pull / math.sqrt(paces[run])
    return weights, bias


def _runs(said: str) -> set[int]:
    index = store()
    told = _words(said)
    return hashes(plain(told, index)) if told else set()


def _weight(said: str, weights: Sequence[float], bias: float) -> float:
    runs = _runs(said)
    if not runs:
        return bias
    return bias + sum(weights[run] for run in runs) / math.sqrt(len(runs))


if __name__ == "__main__":
    main()
