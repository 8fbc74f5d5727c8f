#!/usr/bin/env python3
"""
Count how the cost of each reader grows when its text is twice as long:
`python benchmarks/growth.py [READER...] [--size BYTES]`.

Each reader reads each of the texts in `PATTERNS`: words of licensing on one
line, in many lines, in comments that never end, as JSON on one line. Counted
are instructions (valgrind), so that other work on the machine changes nothing.
A factor above `MOST` is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import string
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

MOST = 2.3
"""How much more twice the text may cost."""


def _word(number: int) -> str:
    chance = random.Random(number)
    return "".join(chance.choices(string.ascii_lowercase, k=6))


def _filled(row: str, size: int) -> str:
    """Return `size` characters of rows, each with a word of its own."""
    rows = []
    left = size
    while left > 0:
        rows.append(row.format(_word(len(rows))))
        left -= len(rows[-1])
    return "".join(rows)


ROWS: Mapping[str, str] = {
    "words": "license ",
    "sentences on one line": "Licensed under the MIT License. ",
    "sentences in lines": "Licensed under the MIT License.\n",
    "unknown names on one line": "Licensed under the {} License. ",
    "unknown names in lines": "Licensed under the Q{} License.\n",
    "bans on one line": "You may not use {} for commercial purposes, ",
    "items": "- no commercial use of {}.\n",
    "tags": "SPDX-License-Identifier: LicenseRef-{}\n",
    "comments behind code": "x = 1  # licensed under the {} terms\n",
    "comments that never end": "/* licensed under the GPL ",
    "comments": "int x;\n/* licensed under the GPL */\n",
    "strings": 'x = """\nlicensed under the GPL\n"""\n',
    "strings that never end": '""" licensed under the gpl\n',
    "names in a margin": "# license\n",
    "JSON on one line": '{{"name":"{}","license":"GPL-3.0"}},',
    "mark-up": "<b>licensed under the GPL</b>",
    "copyrights": "Copyright (c) 2020 {}\n",
    "table": "| {} | GPL-3.0 |\n",
    "addresses": "https://example.com/{}/license ",
}
PATTERNS: Mapping[str, Callable[[int], str]] = {
    name: lambda size, row=row: _filled(row, size)  # type: ignore[misc]
    for name, row in ROWS.items()
}


def _classify(text: str) -> object:
    from licensescan.classifier.classify import classify_text

    return classify_text(text)


def _prose(text: str) -> object:
    from licensescan.conclude.readme import read_text

    return read_text(text)


def _notices(text: str) -> object:
    from licensescan.collect.survey.notices import notices

    return list(notices(text, "py"))


def _unread(text: str) -> object:
    from licensescan.conclude.unread_terms import unread_terms

    return unread_terms(text)


READERS: Mapping[str, Callable[[str], object]] = {
    "classify": _classify,
    "prose": _prose,
    "notices": _notices,
    "unread": _unread,
}


def _counted(reader: str, pattern: str, size: int) -> int:
    from instructions import counted

    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r});"
        "import growth;"
        f"text = growth.PATTERNS[{pattern!r}]({size});"
        f"growth.READERS[{reader!r}]('Licensed under the MIT License.');"
        f"growth.READERS[{reader!r}](text)"
    )
    total, _ = counted([sys.executable, "-c", code])
    return total


def _factors(size: int, readers: list[str]) -> Iterator[tuple[str, float]]:
    """Yield how much more twice the text costs, for each of both."""
    for reader in readers:
        for pattern in PATTERNS:
            empty, one, two = (
                _counted(reader, pattern, count)
                for count in (1, size, 2 * size)
            )
            factor = (two - empty) / max(one - empty, 1)
            yield f"{reader}, {pattern}", factor


def main() -> int:
    """Print what grows too fast. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("readers", nargs="*", default=list(READERS))
    parser.add_argument("--size", type=int, default=32 << 10)
    given = parser.parse_args()
    over = 0
    for name, factor in _factors(given.size, given.readers):
        over += factor > MOST
        print(f"{name:45} {factor:.2f} {'over' if factor > MOST else ''}")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
