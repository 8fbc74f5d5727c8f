"""
Find what a header says beside the license that it names: a second notice in
the comment above or below the first, in paragraphs of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from licensescan.model.types import Evidence, Match
from licensescan.reader import speaks

_OF_SCRIPTS = tuple(
    f"{ending}.{word}"
    for ending in (".js", ".mjs", ".cjs")
    for word in ("license", "licence")
)


def beside(item: Evidence, matches: Sequence[Match]) -> Evidence | None:
    """
    Return a header with nothing left but those paragraphs that speak of
    licenses and in which none of `matches` stands; None without such. What is
    left keeps its lines.
    """
    matched = {
        line
        for match in matches
        for line in range(match.lines[0], match.lines[1] + 1)
    }
    rest: list[str] = []
    for paragraph in _paragraphs((item.text or "").split("\n")):
        numbers = range(len(rest) + 1, len(rest) + len(paragraph) + 1)
        is_other = matched.isdisjoint(numbers) and _speaks(paragraph)
        rest += paragraph if is_other else [""] * len(paragraph)
    return replace(item, text="\n".join(rest)) if any(rest) else None


def is_of_scripts(path: str) -> bool:
    """
    Return True for the comments that a bundler took out of scripts: each is a
    notice of its own (`main.js.LICENSE.txt`).
    """
    name = path.lower().removesuffix(".txt")
    return name.endswith(_OF_SCRIPTS)


def each_beside(
    item: Evidence, matches: Sequence[Match]
) -> Iterator[Evidence]:
    """Yield what `beside` leaves of a text, each paragraph by itself."""
    rest = beside(item, matches)
    if rest is None:
        return
    before = 0
    for paragraph in _paragraphs((rest.text or "").split("\n")):
        if any(paragraph):
            text = "\n" * before + "\n".join(paragraph)
            yield replace(item, text=text)
        before += len(paragraph)


def _speaks(paragraph: Sequence[str]) -> bool:
    return speaks("\n".join(paragraph).encode("utf-8", "replace"))


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    """Return the lines in groups; one without a letter ends a group."""
    groups: list[list[str]] = [[]]
    for line in lines:
        groups[-1].append(line)
        if not any(map(str.isalnum, line)):
            groups.append([])
    return groups
