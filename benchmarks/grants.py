#!/usr/bin/env python3
"""
Edit the grants of well-known licenses, one place at a time: `python
benchmarks/grants.py [--most N] [--plain]`.

In each sentence that gives a right, `FILLERS` are put in at every gap and in
place of every word, and every word is left out. An answer is plain if the
license is still taken for what it was. The texts come from the wheel that the
index is compiled from.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
sys.path[:0] = [str(CORPUS)]

import grants  # noqa: E402
from build import fetch, known  # noqa: E402

from licensescan.classifier.detection import detect  # noqa: E402

LICENSES = ("mit", "bsd-new", "bsd-simplified", "isc", "apache-2.0")

WHO = (
    "student teacher employee member customer subscriber charity hospital "
    "university school non-profit government citizen resident individual adult "
    "researcher hobbyist startup licensee"
).split()
WHERE = (
    "Europe, Germany, the United States, Japan, schools, hospitals, prisons, "
    "research laboratories, this company, your own household"
).split(", ")
WHEN = (
    "thirty days, one year, the evaluation period, weekdays, the term of the "
    "subscription"
).split(", ")
WHAT = (
    "study, teaching, evaluation, testing, academic research, internal use, "
    "personal use, peaceful ends, civil aviation, demonstration, backup, "
    "private browsing, benchmarking, charity work, home use"
).split(", ")
FORMS = (
    *("to {}s", "for {}s", "who is a {}", "by a {}", "as a {}", "except a {}"),
    *("in {}", "outside {}", "within {}"),
    *("for {}", "during {}", "after {}"),
    *("for {}", "only for {}", "other than {}", "strictly for {}"),
)
OTHERS = (
    "not, no, never, only, solely, just, once, temporarily, revocable, limited, "
    "paid, registered, authorised, selected, certain, unmodified, verbatim, "
    "encrypted, obfuscated, printed, binary, compiled, partial, ten, some, few, "
    "with our consent, upon request, if we agree, at our discretion, on demand, "
    "at cost, for a price, against payment, with a watermark, without changes, "
    "on one machine, on a single computer, up to five times, in small numbers, "
    "until we object, unless we object, as long as you subscribe, "
    "where we allow it, to the extent that we allow"
).split(", ")


def fillers() -> list[str]:
    """Return words that make a grant another one, wherever they are put."""
    kinds = (WHO,) * 6 + (WHERE,) * 3 + (WHEN,) * 3 + (WHAT,) * 4
    made = [
        form.format(word)
        for form, words in zip(FORMS, kinds, strict=True)
        for word in words
    ]
    step = max(1, len(made) // (200 - len(OTHERS)))
    return [*OTHERS, *made[::step]][:200]


def edits(sentence: str, most: int) -> Iterator[tuple[str, str]]:
    """
    Yield the edited sentence with the kind of edit, for all fillers or for
    `most` of them at each place, others at the next one.
    """
    words = list(re.finditer(r"[^\W_]+(?:[-'][^\W_]+)*", sentence))
    every = fillers()
    for place, word in enumerate(words):
        start, end = word.span()
        head, tail = sentence[:start], sentence[end:]
        if len(word[0]) > 1:
            yield "left out", f"{head}{tail}"
        for at in range(most):
            filler = every[(place * most + at) % len(every)]
            if place:
                yield "put in", f"{head}{filler} {word[0]}{tail}"
            if filler.lower() != word[0].lower():
                yield "replaced", f"{head}{filler}{tail}"


def is_plain(text: str, expression: str) -> bool:
    """Return True if an edited license is taken for what it was."""
    found = detect(text)
    return found.expression == expression and not found.modified


def main() -> None:
    """Print for each license how many edits are plain, of how many."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("--most", type=int, default=4, metavar="N")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--only", choices=LICENSES)
    options = parser.parse_args()
    pinned = tomllib.loads((CORPUS / "sources.toml").read_text("utf-8"))
    entries = {
        entry.name: entry
        for entry in known(fetch(pinned["scancode"]), pinned["scancode"])
    }
    for name in [options.only] if options.only else LICENSES:
        text = entries[name].text
        expression = entries[name].word("spdx_license_key")
        total: Counter[str] = Counter()
        plain: Counter[str] = Counter()
        for start, end in grants.spans(text):
            for kind, edited in edits(text[start:end], options.most):
                total[kind] += 1
                whole = text[:start] + edited + text[end:]
                if is_plain(whole, expression):
                    plain[kind] += 1
                    if options.plain:
                        print(kind, "|", " ".join(edited.split()))
        counts = (f"{kind} {plain[kind]} of {total[kind]}" for kind in total)
        print(f"{expression}: plain", ", ".join(counts))


if __name__ == "__main__":
    main()
