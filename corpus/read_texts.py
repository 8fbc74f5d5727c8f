#!/usr/bin/env python3
"""
Write rules/read-texts.tsv anew: `python corpus/read_texts.py FOLDER...`.

A fact sheet names the text that it was read against by its sha256. For each of
these texts that lies in a FOLDER the table holds a hash of its words, by which
a copy is known that differs in marks and line breaks only. Rows of texts that
are not there stay as they are; no words of a text are kept.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from licensescan.classifier.detection import plain  # noqa: E402
from licensescan.reader import decode  # noqa: E402
from licensescan.rulebook.read_texts import (  # noqa: E402
    NAME,
    hash_of_words,
    read_texts,
)

RULES = HERE.parent / "rules"


def main() -> None:
    """Write the table: what it held, and what the folders add."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("folder", type=Path, nargs="+")
    options = parser.parse_args()
    sheets = sheets_by_sha256()
    rows = {
        words: name
        for words, name in read_texts().items()
        if name in sheets.values()
    }
    for folder in options.folder:
        for path in sorted(folder.rglob("*.txt")):
            data = path.read_bytes()
            name = sheets.get(hashlib.sha256(data).hexdigest())
            if name:
                rows[hash_of_words(plain(decode(data).text))] = name
    lines = [f"{words}\t{name}" for words, name in rows.items()]
    lines.sort(key=lambda line: line.split("\t")[::-1])
    head = "# hash of the words of a text, the sheet that was read against it: corpus/read_texts.py"
    (RULES / NAME).write_text("\n".join([head, *lines]) + "\n", "utf-8")
    print(f"{RULES / NAME}: {len(lines)} texts")


def sheets_by_sha256() -> dict[str, str]:
    """Return the ids of sheets by the sha256 of the text that was read."""
    sheets = {}
    for path in sorted((RULES / "licenses").glob("LicenseRef-*.toml")):
        read = tomllib.loads(path.read_text("utf-8")).get("read", {})
        if "sha256" in read:
            sheets[read["sha256"]] = path.stem
    return sheets


if __name__ == "__main__":
    main()
