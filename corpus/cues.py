#!/usr/bin/env python3
"""
Write rules/cues.tsv anew: `python corpus/cues.py [--source WHEEL]`.

The words by which comments are chosen to be read: for each notice, tag and
text of the pinned wheel, each clause that is read in one of its licenses, and
each example of `rules/clauses` and `rules/statements`, pairs of words that
stand near each other in it and hardly ever in code. What code says is counted
in the pinned packages of `[[code]]`. Words in letters that are written without
spaces, and the stems of `rules/languages.toml`, are looked for anywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import tomllib
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from build import HERE, fetch, known  # puts the project on sys.path
from scancode import entries

from licensescan.classifier.clauses import analyse
from licensescan.collect.survey.notices import leading_comment
from licensescan.reader.cues import FILE, NEAR, words_of

RULES = HERE.parent / "rules"
CODE = frozenset("py pyx js ts h hpp c cc cpp css".split())
"""Endings of the files in which words of code are counted."""

_SMALL = 400 << 10
"""Bytes of a file of code beyond which it is data or a bundle."""

_START = 300
"""Words of a text that are looked at: a notice speaks of terms early."""

_COMMON = 0.04
"""Share of the files of code that may hold the first word of a pair."""

_RARE = 0.0005
"""Share of the files of code that may hold a word that is a cue alone."""

_WORTH = 0.9
"""Needs that a cue has to meet for each place in code that it brings."""

_DOUBT = 4.0
"""
Places in code that a word alone is taken to have beyond those that were seen;
a pair has fewer, by the share of the files that have its second word.
"""

_OPENING = 0.02
"""What a file costs in which the first word of a pair has to be looked at."""

NEEDS = {
    "is_license_notice": 2,
    "is_license_text": 1,
    "is_license_tag": 1,
    "is_license_reference": 1,
}
"""How many cues a text of each kind shall have."""

_NEEDS_CLAUSE, _NEEDS_EXAMPLE = 3, 6
"""Clauses are said in many more ways than notices."""

GIVEN = (
    "licensed under the",
    "released under the terms of the",
    "distributed under the terms of the",
    "available under the terms and conditions of the",
    "only in accordance with the license",
    "governed by the agreement",
    "subject to the agreement",
    "subject to the terms",
)
"""How a work is put under a license, whatever its name."""

_NEEDS_GIVEN = 15
"""A license that nobody knows has no other words than these."""

_NEEDS_LIMIT = 15
"""What one limit on a use is worth, in places in code that are looked at."""

LIMITS = tuple(
    "only solely exclusively strictly restricted limited prohibited forbidden "
    "disallowed banned excluded not without unless requires required "
    "permitted allowed purposes".split()
)
TOPICS = tuple(
    "academic academics educational education teaching scientific scholarly "
    "research researchers universities students noncommercial commercial "
    "commercially commerce nonprofit profit personal private "
    "evaluation trial production military weapons surveillance "
    "redistribute redistribution redistributed resell resale sublicense sell "
    "sold selling decompile disassemble confidential proprietary permission "
    "consent license licence royalty fee subscription hosted competing "
    "competitors employees revenue turnover companies businesses "
    "organizations hardware hobby amateur".split()
)
"""
Words that limit and what they limit, in whatever sentence they stand: pairs of
them are cues unless code often has them.
"""

_CLAUSES = ("use.", "dist.", "access.", "copyleft", "sharealike", "attr.")
"""Clauses that a comment may state of its file."""

_HEAD = (
    "# Words that call for reading a comment: a word and those near it, "
    "or alone (*); the rest anywhere. Made by corpus/cues.py"
)
_LABELS = 5
"""Tags of the corpus that have to begin with a label."""

Cue = tuple[str, str]
"""A word, and one near it; the second is "" for a word that is a cue alone."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Words that shall be shown, by `need` cues if they have as many."""

    words: Sequence[str]
    need: int


def main() -> None:
    """Choose the cues and write them."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="WHEEL",
        help="the pinned wheel, if it is already there",
    )
    parser.add_argument("--output", type=Path, default=RULES / FILE)
    options = parser.parse_args()
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))
    source = pinned["scancode"]
    wheel = options.source or fetch(source)
    code = list(read_code(map(_fetched, pinned["code"])))
    found = list(samples(wheel, source))
    chosen = choose(found, code)
    lines = [
        _HEAD,
        *anywhere(wheel, source, code),
        *written(chosen),
    ]
    options.output.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{options.output}: {len(chosen):,} cues for {len(found):,} texts")


def _fetched(pinned: dict[str, str]) -> Path:
    wheel = fetch(pinned)
    read = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if read != pinned["sha256"]:
        raise ValueError(
            f"{wheel}: sha256 {read}, pinned is {pinned['sha256']}"
        )
    return wheel


def read_code(wheels: Iterable[Path]) -> Iterator[list[str]]:
    """Yield the words of each file of code, without what stands above it."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                ending = member.filename.rpartition(".")[2]
                if ending in CODE and member.file_size < _SMALL:
                    text = archive.read(member).decode("utf-8", "replace")
                    yield words_of(text[len(leading_comment(text)) :])


def samples(wheel: Path, pinned: dict[str, Any]) -> Iterator[Sample]:
    """Yield what the corpus and the rules know as words about licenses."""
    for rule in entries(wheel, "rules", ".RULE", sha256=pinned["sha256"]):
        kinds = NEEDS.keys() & rule.fields.keys()
        if kinds and rule.name not in pinned["mistaken"]:
            text = rule.text.replace("{{", "").replace("}}", "")
            need = max(NEEDS[kind] for kind in kinds)
            yield Sample(words_of(text)[:_START], need)
    for entry in known(wheel, pinned):
        for clause in analyse(entry.text).clauses if entry.text else ():
            if clause.quote and clause.clause.startswith(_CLAUSES):
                words = words_of(clause.quote)[:_START]
                yield Sample(words, _NEEDS_CLAUSE)
    for given in GIVEN:
        yield Sample(words_of(given), _NEEDS_GIVEN)
    for topic, limit in product(TOPICS, LIMITS):
        yield Sample((topic, limit), _NEEDS_LIMIT)
    for folder in ("clauses", "statements"):
        for path in sorted((RULES / folder).rglob("*.toml")):
            for example in _examples(tomllib.loads(path.read_text("utf-8"))):
                yield Sample(words_of(example), _NEEDS_EXAMPLE)


def _examples(value: Any) -> Iterator[str]:
    """Yield the sentences on which a rule fires, of a table of rules."""
    if isinstance(value, list):
        for item in value:
            yield from _examples(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "fires":
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from _examples(inner)


def choose(samples: Sequence[Sample], code: Sequence[list[str]]) -> list[Cue]:
    """
    Return cues such that each sample has as many as it needs, those first that
    bring the most samples for the fewest places in code.
    """
    files = Counter(word for words in code for word in set(words))
    common = _COMMON * len(code)
    alone = {w for w, count in files.items() if count > _RARE * len(code)}
    bearers: defaultdict[Cue, list[int]] = defaultdict(list)
    for number, sample in enumerate(samples):
        for cue in _cues_of(sample.words, files, common, alone):
            bearers[cue].append(number)
    candidates = {
        cue
        for cue, having in bearers.items()
        if len(having) > 1 or samples[having[0]].need == _NEEDS_LIMIT
    }
    costs = _costs(candidates, code)
    return list(_covering(samples, bearers, candidates, costs, files))


def _cues_of(
    words: Sequence[str],
    files: Counter[str],
    common: float,
    alone: set[str],
) -> set[Cue]:
    """Return the cues that `words` would have, if each pair were one."""
    cues = {(word, "") for word in words if word not in alone}
    for number, word in enumerate(words):
        if files[word] <= common:
            near = words[max(0, number - NEAR) : number + NEAR + 1]
            cues.update((word, other) for other in near if other != word)
    return cues


def _costs(candidates: set[Cue], code: Iterable[list[str]]) -> Counter[Cue]:
    """Return how often each candidate stands in code, equal places once."""
    firsts = {word for word, _ in candidates}
    costs: Counter[Cue] = Counter()
    seen = set()
    for words in code:
        for number, word in enumerate(words):
            if word not in firsts:
                continue
            near = tuple(words[max(0, number - NEAR) : number + NEAR + 1])
            if near in seen:
                continue
            seen.add(near)
            cues = {(word, other) for other in (*near, "")}
            costs.update(cues & candidates)
    return costs


def _covering(
    samples: Sequence[Sample],
    bearers: dict[Cue, list[int]],
    candidates: Iterable[Cue],
    costs: Counter[Cue],
    files: Counter[str],
) -> Iterator[Cue]:
    """Yield the cues that are worth their cost, the best first."""
    needs = [sample.need for sample in samples]
    used: set[str] = set()
    most = max(files.values())

    def worth(cue: Cue) -> float:
        gain = sum(needs[number] for number in bearers[cue])
        opening = 0.0 if cue[0] in used else _OPENING * files[cue[0]]
        share = files[cue[1]] / most if cue[1] else 1.0
        return gain / (1 + _DOUBT * share + costs[cue] + opening)

    heap = [(-worth(cue), cue) for cue in candidates]
    heapq.heapify(heap)
    while heap:
        _, cue = heapq.heappop(heap)
        value = worth(cue)
        if heap and value < -heap[0][0]:
            heapq.heappush(heap, (-value, cue))
            continue
        if value < _WORTH:
            return
        used.add(cue[0])
        yield cue
        for number in bearers[cue]:
            needs[number] = max(0, needs[number] - 1)


def anywhere(
    wheel: Path, pinned: dict[str, Any], code: Iterable[list[str]]
) -> list[str]:
    """
    Return the words that are looked for anywhere: those of other languages
    that code has not, and the labels of fields ("license:") that the corpus
    knows.
    """
    languages = tomllib.loads((RULES / "languages.toml").read_text("utf-8"))
    stems = {word for row in languages["words"].values() for word in row}
    labels: Counter[str] = Counter()
    for rule in entries(wheel, "rules", ".RULE", sha256=pinned["sha256"]):
        if rule.flag("is_license_tag"):
            label, colon, _ = rule.text.lower().partition(":")
            if colon and label.isascii() and label.isalpha():
                labels[f"{label}:"] += 1
    seen = "\n".join({word for words in code for word in words})
    foreign = {s for s in stems if not s.isascii() or s not in seen}
    often = {label for label, n in labels.items() if n >= _LABELS}
    return sorted(foreign | often)


def written(chosen: Iterable[Cue]) -> list[str]:
    """Return the lines of the table: a word, a tab, and those near it."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for word, other in chosen:
        near[word].add(other or "*")
    return [
        f"{word}\t{'*' if '*' in others else ' '.join(sorted(others))}"
        for word, others in sorted(near.items())
    ]


if __name__ == "__main__":
    main()
