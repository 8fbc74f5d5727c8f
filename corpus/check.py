#!/usr/bin/env python3
"""
Prove the index: every license text is detected as itself, however it is laid
out, and not when words were put into it.

`python corpus/check.py [--source WHEEL] [--seed N] [--sample N] [--misses]`.
The texts come from the pinned wheel; what is done to them is drawn from the
seed, so that a run can be repeated.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from build import fetch, ids, known  # noqa: E402
from scancode import Entry  # noqa: E402

from licensescan.classifier.detection import detect  # noqa: E402
from licensescan.classifier.identify.words import DROPPED, words  # noqa: E402

INSERTED = 75
"""So many words at random places leave nothing of a license."""

FLOOR = 0.97
"""
The share of right answers below which the index is broken;
benchmarks/README.md has the shares as measured.
"""

_MARKS = ("# ", " * ", "// ", ";; ", "> ", "    ")
_HOLDER = re.compile(
    r"(?mi)^[ \t]*(?:Copyright|\(c\)|©).*\b(?:19|20)\d\d\b.*$|^[ \t]*Copyright \(c\).*$"
)
_TITLE_WORDS = 12
_LEAST_WORDS = 20
"""Texts of fewer words have no title and no layout."""

_BASES = ("GPL-2.0-only", "Apache-2.0", "CAL-1.0")
"""Licenses that exceptions are made for."""

_SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo ka le".split()
_ORDINARY = "river table green seven under morning paper window quickly garden bright carry stone yellow".split()


@dataclass(frozen=True, slots=True)
class Text:
    """
    The text of one license and the expressions that are right for it: its own,
    and those of equal texts.
    """

    key: str
    text: str
    right: frozenset[str]
    is_exception: bool


def rewrapped(text: str, rng: random.Random) -> str:
    """Return the text with each paragraph filled anew to another width."""
    width = rng.randrange(48, 130)
    return "\n\n".join(
        textwrap.fill(" ".join(part.split()), width)
        for part in re.split(r"\n[ \t]*\n", text)
    )


def commented(text: str, rng: random.Random) -> str:
    """Return the text with each line behind a comment mark, or indented."""
    mark = rng.choice(_MARKS)
    return "\n".join(mark + line for line in text.split("\n"))


def untitled(text: str, rng: random.Random) -> str:
    """Return the text without its first paragraph, if that is a title."""
    first, _, rest = text.strip().partition("\n\n")
    return (
        rest
        if 0 < len(first.split()) <= _TITLE_WORDS < len(rest.split())
        else text
    )


def reheld(text: str, rng: random.Random) -> str:
    """
    Return the text with another holder in each line of copyright, or with one
    if there is none.
    """
    year = rng.randrange(1995, 2026)
    line = f"Copyright (c) {year} {_word(rng).title()} {_word(rng).title()} and others"
    return (
        _HOLDER.sub(line, text)
        if _HOLDER.search(text)
        else f"{line}\n\n{text}"
    )


def riddled(text: str, rng: random.Random) -> str:
    """Return the text with `INSERTED` words more, at random places."""
    pieces = re.split(r"(\s+)", text)
    for _ in range(INSERTED):
        at = rng.randrange(len(pieces))
        pieces[at] = f"{pieces[at]} {_word(rng)} "
    return "".join(pieces)


def _word(rng: random.Random) -> str:
    return (
        rng.choice(_ORDINARY)
        if rng.random() < 0.5
        else "".join(rng.choices(_SYLLABLES, k=rng.randrange(2, 4)))
    )


SAME: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda text, _: text,
    "re-wrapped": rewrapped,
    "in comments": commented,
    "without its title": untitled,
    "with another holder": reheld,
}
CHANGED = f"after {INSERTED} words"


def texts(licenses: Sequence[Entry], fragments: Sequence[str]) -> list[Text]:
    """
    Return the texts of all licenses that the index can name, in the order of
    their keys.
    """
    names = ids(list(licenses))
    equal: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    listed = []
    for entry in licenses:
        key = entry.word("key")
        if entry.flag("is_deprecated") or not names[key] or key in fragments:
            continue
        tokens = tuple(
            words(entry.text, lambda w: "" if w in DROPPED else w[0], {}).plain
        )
        if len(tokens) >= _LEAST_WORDS:
            equal[tokens].add(names[key])
            listed.append((key, entry, tokens))
    return [
        Text(key, e.text, frozenset(equal[t]), e.flag("is_exception"))
        for key, e, t in listed
    ]


def named(license_: Text, text: str) -> bool:
    """
    Return True if `text` is detected as the license; an exception is put
    beside a license that it can belong to.
    """
    if not license_.is_exception:
        return detect(text).expression in license_.right
    detected = {
        detect(f"SPDX-License-Identifier: {base}\n\n{text}").expression
        for base in _BASES
    }
    right = {
        f"{base} WITH {name}" for base in _BASES for name in license_.right
    }
    return not detected.isdisjoint(right)


def check(listed: Iterable[Text], seed: int) -> dict[str, list[str]]:
    """
    Return for each thing done to the texts the keys of those for which the
    answer was wrong.
    """
    wrong: dict[str, list[str]] = {name: [] for name in (*SAME, CHANGED)}
    for license_ in listed:
        key, text = license_.key, license_.text
        for name, change in SAME.items():
            changed = change(text, random.Random(f"{seed} {name} {key}"))
            if not named(license_, changed):
                wrong[name].append(key)
        if named(license_, riddled(text, random.Random(f"{seed} {key}"))):
            wrong[CHANGED].append(key)
    return wrong


def main() -> int:
    """
    Print a table; the exit code is 1 when fewer than `FLOOR` of the answers in
    any of its rows are right.
    """
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="WHEEL",
        help="the pinned wheel, if it is already there",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--sample", type=int, help="only so many licenses, drawn from the seed"
    )
    parser.add_argument(
        "--misses",
        action="store_true",
        help="name the licenses for which the answer is wrong",
    )
    options = parser.parse_args()
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))[
        "scancode"
    ]
    wheel = options.source or fetch(pinned)
    licenses = known(wheel, pinned)
    listed = texts(licenses, pinned["fragments"])
    if options.sample:
        listed = random.Random(options.seed).sample(listed, options.sample)
    wrong = check(listed, options.seed)
    print(f"{len(listed):,} licenses, seed {options.seed}")
    for name, keys in wrong.items():
        asked = "not named" if name == CHANGED else "named"
        print(
            f"  {name:20} {asked:10} {len(listed) - len(keys):5} {100 - 100 * len(keys) / len(listed):6.2f} %"
        )
        if options.misses:
            print(
                textwrap.fill(
                    " ".join(keys),
                    110,
                    initial_indent="    ",
                    subsequent_indent="    ",
                )
            )
    return (
        1 if max(map(len, wrong.values())) > (1 - FLOOR) * len(listed) else 0
    )


if __name__ == "__main__":
    sys.exit(main())
