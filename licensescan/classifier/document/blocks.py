"""
A text as blocks: headings, paragraphs, items of lists and rows of tables, each
with the words that lead to it, in one cleaned copy of the same length.

All that reads statements sees blocks only, whatever the text is: a LICENSE, a
README in Markdown or reStructuredText, the comment of a source file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from licensescan.base.installation import read_data
from licensescan.base.lazy_regex import Regex
from licensescan.base.toml import loads

Role = Literal["heading", "paragraph", "item", "field", "row"]

_LONGEST_HEADING = 80
"""Characters of a line that can be a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    A stretch of a text (`start`, `end`: offsets) that holds together.

    `heading` is the heading above it and `lead` the line that a list goes on
    with; the cells of a row of a table (offsets too) stand in `cells`, below
    `heads`.
    """

    role: Role
    start: int
    end: int
    heading: str = ""
    lead: str = ""
    cells: tuple[tuple[int, int], ...] = ()
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    A text as given, the same with marks blanked (`plain`), and its blocks.
    """

    text: str
    plain: str
    blocks: tuple[Block, ...]

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last line (from 1) of a stretch."""
        first = self.text.count("\n", 0, start) + 1
        return first, first + self.text.count("\n", start, end)

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Return the sentence around an offset; nothing if there is none."""
        return next(
            (
                (start, end)
                for block in self.blocks
                if block.start <= offset < block.end
                for start, end in sentences(self.plain, block.start, block.end)
                if start <= offset < end
            ),
            (offset, offset),
        )


@cache
def layout(table: str, name: str) -> Regex:
    """Return a pattern of `rules/statements/layout.toml`."""
    return Regex(_tables()[table][name], re.MULTILINE)


@cache
def _tables() -> dict[str, Any]:
    data = read_data("rules", "statements", "layout.toml")
    return loads(data, label="layout.toml")


@dataclass(slots=True)
class _Reader:
    """The rows of a text while they are put together into blocks."""

    plain: str
    heading: str = ""
    lead: str = ""
    role: Role = "paragraph"
    start: int = -1
    end: int = -1
    heads: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)

    def close(self) -> None:
        """End the block that is open."""
        if self.start < 0:
            return
        is_listed = self.role != "paragraph"
        block = Block(
            role=self.role,
            start=self.start,
            end=self.end,
            heading=self.heading,
            lead=self.lead if is_listed else "",
        )
        self.blocks.append(block)
        words = self.plain[self.start : self.end].strip()
        if self.role == "paragraph":
            self.lead = words[-200:] if words.endswith(":") else ""
        self.start = -1

    def open(self, role: Role, start: int, end: int) -> None:
        """Begin a block with a row."""
        self.close()
        self.role, self.start, self.end = role, start, end

    def title(self, start: int, end: int) -> None:
        """Take a row as the heading of what follows."""
        self.close()
        self.heading = self.plain[start:end].strip(" #=\t")
        self.lead, self.heads = "", ()
        self.blocks.append(Block(role="heading", start=start, end=end))

    def row(
        self, start: int, end: int, cells: Sequence[re.Match[str]]
    ) -> None:
        """Take a row of a table."""
        self.close()
        spans = tuple((start + c.start(), start + c.end()) for c in cells)
        if not self.heads:
            self.heads = tuple(self.plain[a:b].strip() for a, b in spans)
        block = Block(
            role="row",
            start=start,
            end=end,
            heading=self.heading,
            cells=spans,
            heads=self.heads,
        )
        self.blocks.append(block)


def document(text: str) -> Document:
    """Return `text` as blocks."""
    plain = _plain(text)
    reader = _Reader(plain)
    is_fenced = False
    has_fences = "```" in text or "~~~" in text
    fence = layout("blocks", "fence")
    offset = 0
    rows = plain.split("\n")
    for number, row in enumerate(rows):
        start, offset = offset, offset + len(row) + 1
        if has_fences and fence.match(text, start, start + len(row)):
            is_fenced = not is_fenced
            reader.close()
            continue
        below = rows[number + 1] if number + 1 < len(rows) else ""
        if not is_fenced:
            _take(reader, row, start, below)
    reader.close()
    return Document(text=text, plain=plain, blocks=tuple(reader.blocks))


def _take(reader: _Reader, row: str, start: int, below: str) -> None:
    """Put one row where it belongs."""
    end = start + len(row)
    if not row.strip():
        reader.close()
        reader.heads = ()
    elif _is_ruled(row):
        reader.close()
    elif row.count("|") > 1:
        cells = list(layout("blocks", "cell").finditer(row))
        reader.row(start, end, cells)
    elif _is_heading(reader, row, below):
        reader.title(start, end)
    elif layout("blocks", "item").match(row):
        reader.open("item", start, end)
    elif layout("blocks", "field").match(row):
        reader.open("field", start, end)
    elif reader.start >= 0:
        reader.end = end
    else:
        reader.open("paragraph", start, end)


def _is_ruled(row: str) -> bool:
    """Return True for a line that is drawn: under a heading, in a table."""
    return bool(
        layout("blocks", "underline").match(row)
        or ("-" in row and layout("blocks", "rule-of-table").match(row))
    )


def _is_heading(reader: _Reader, row: str, below: str) -> bool:
    """Return True for a row that is marked as a heading, or underlined."""
    if len(row.strip()) > _LONGEST_HEADING:
        return False
    if layout("blocks", "heading").match(row):
        return True
    is_first = reader.start < 0
    is_underlined = is_first and layout("blocks", "underline").match(below)
    words = row.strip()
    return bool(is_underlined) or (
        is_first and words.isupper() and words.isalpha()
    )


def _plain(text: str) -> str:
    """
    Return `text` in the same length without marks: margins of comments,
    emphasis, addresses.
    """
    plain = text.replace("\r", " ").replace("\t", " ")
    if _is_comment(plain):
        plain = _blanked(layout("marks", "margin"), plain)
    plain = _blanked(layout("marks", "trailing"), plain)
    if "](" in plain:
        plain = layout("marks", "link").sub(_words_of_link, plain)
    if "http" in plain:
        plain = _blanked(layout("marks", "address"), plain)
    return layout("marks", "emphasis").sub(_blank, plain)


def _is_comment(text: str) -> bool:
    """Return True if most lines begin as those of a comment do."""
    rows = [row.lstrip() for row in text.split("\n") if row.strip()]
    marked = sum(row.startswith(_MARGINS) for row in rows)
    return marked * 2 > len(rows) or text.lstrip().startswith(_OPENINGS)


_OPENINGS = ("/*", '"""', "'''", "<!--")
_MARGINS = tuple("#|//|* |*/|/*|--|;|%|! |dnl ".split("|"))


def _blanked(pattern: Regex, text: str) -> str:
    return pattern.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _words_of_link(link: re.Match[str]) -> str:
    return link[1].rjust(len(link[1]) + 1).ljust(len(link[0]))


def sentences(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a block, as offsets."""
    begin = start
    for stop in layout("sentences", "end").finditer(plain, start, end):
        before = plain[max(begin, stop.start() - 12) : stop.end()]
        if layout("sentences", "abbreviation").search(before.rstrip("\"')]")):
            continue
        yield begin, stop.end()
        begin = stop.end()
    if plain[begin:end].strip():
        yield begin, end
