"""
How a legal text is laid out: paragraphs, list items under their lead-in,
sentences; always with offsets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.document.plain_text import (
    ITEM_END,
    is_unfinished,
    words_only,
)

MAX_SENTENCE = 4_000
"""
Characters of one sentence that are read together; longer ones are cut at a
space.
"""

_MARKER = Regex(
    r"^\s*(?:section\s+|article\s+|§\s*)?(?:\(?(?P<label>\d{1,3}(?:\.\d{1,3}){0,4}|[a-z]|[ivx]{1,5})[.):]+"
    r"|(?P<plain>\d{1,2}(?:\.\d{1,2}){1,4})(?=\s)"
    r"|(?P<bullet>[^\w\s\x22\x27(\[<#/&$=~_](?=\s)|[•·▪◦●○■+*-]|o(?=\s\s)))(?=\s|[A-Z\"'(]|$)\s*",
    re.IGNORECASE,
)
_LABEL_ENDS = frozenset(".):")
_LABEL = r"\(?(?:[a-z]|[ivx]{1,5})[.)]\s{1,9}(?=[\"'(\[]{0,3}[A-Z])"
_LETTERS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_END = Regex(
    rf"[.!?][\"')\]]{{0,3}}(?=\s+(?:[\"'(\[]{{0,3}}[A-Z0-9À-Þ{_LETTERS}]|{_LABEL}))"
    rf"|[。！？；][\"')\]」』）]{{0,3}}|(?<=[다요])\.(?=[{_LETTERS}])"
)
"""
Where a sentence ends: before a capital or a letter of Asia, before the label
of an item that goes on in the same line, or at a mark that ends nothing else.
"""
_ASIAN = Regex(f"[{_LETTERS}]")
"""Letters without capitals, which headings in other letters have."""
_LISTS = Regex(
    r"\b(?:may|shall|must|will|can|agrees?|not|permitted|prohibited|refrain)(?: not)?(?: to| from)?\s*:?\s{1,9}"
    r"(?=\((?:a|i|1)\)\s)",
    re.IGNORECASE,
)
_ITEM = Regex(
    r"([;,]\s{1,9}(?:(?:and|or|and/or)\s{1,9})?)?\((?:[a-z]|[ivx]{2,4}|\d{1,2})\)\s{1,9}",
    re.IGNORECASE,
)
_ABBREVIATION = Regex(
    r"(?:\b(?:e\.g|i\.e|etc|inc|corp|ltd|co|no|nos|v|vs|cf|sec|art|mr|ms|dr|st|llc|gmbh|u\.s|u\.s\.c|fig|ver|approx)"
    r"|\b[a-z]|(?:^|\s)\(?\d{1,2}(?:\.\d{1,2})*)\.[\"')\]]{0,3}$",
    re.IGNORECASE,
)
_SMALL = frozenset("of and or the to a an in on for by &".split())
_SAYS = Regex(
    r"a(?<!\wa)(?:re|s)\b|c(?<!\wc)annot\b|i(?<!\wi)s\b|m(?<!\wm)(?:ay|ust)\b|n(?<!\wn)ot?\b|o(?<!\wo)nly\b"
    r"|k(?<!\wk)eine?\b|n(?<!\wn)(?:icht|ur|ão)\b|p(?<!\wp)as\b|u(?<!\wu)ntersagt|v(?<!\wv)erboten"
    r"|i(?<!\wi)nterdit|p(?<!\wp)ro(?:h?ibid|íb)|s(?<!\ws)[óo](?:lo)?\b"
    r"|p(?<!\wp)(?:rohibi|ermit)ted\b|s(?<!\ws)hall\b|w(?<!\ww)(?:ill|ithout)\b|y(?<!\wy)ou\b"
)
"""
Asked of lower case; each word is looked for by its first letter, see
`docs/clause-analysis.md`.
"""
_HEADING = 60
"""
Characters of a heading that stands right above its paragraph; a longer line
may be the first of a sentence.
"""
_ABOVE = 400
"""
Characters of a paragraph that are looked at to see whether it ends: all of one
that is but a heading.
"""
_TITLE = 20
"""Words that a title never has, whatever its labels."""
_FIRST_ITEMS = ("(a)", "(i)", "(1)", "(A)", "(I)")
"""How the first item of a list in a line is marked."""
_TAIL = 60
_LONGEST_LEAD = 1_200
"""Characters of a lead-in that are kept, its end."""

_SHORTEST = 12
"""Characters up to which a sentence is no lead-in for its shape alone."""
_ROMAN = {
    r: n
    for n, r in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split(), 1
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """
    One sentence as the detectors see it: lower case, single spaces, ASCII
    quotes, no comment marks or emphasis.

    `text` starts with the lead-in of the list that it stands in ("you may
    not:"); its own words begin at `own`. `said` is the same with the capitals
    as they were written. `start` and `end` are offsets of the own words in the
    text as given. `heading` is the heading above it; a `title` is a heading
    itself.
    """

    text: str
    own: int
    start: int
    end: int
    heading: str = ""
    title: bool = False
    said: str = ""

    @property
    def lead(self) -> str:
        """
        The words that the sentence goes on with, or "" when it stands alone,
        be it under a heading.
        """
        lead = self.said[: self.own].strip()
        return (
            lead
            if lead.endswith((":", ":-", "...")) or is_unfinished(lead)
            else ""
        )


@dataclass(slots=True, kw_only=True)
class _Block:
    start: int
    end: int
    body: int
    label: str = ""
    bullet: str = ""
    indent: int = 0
    is_whole: bool = False
    """A heading that is marked as one: the next line is no part of it."""


@dataclass(slots=True, kw_only=True)
class _Lead:
    text: str
    indent: int = 0
    label: str = ""
    style: str = ""
    stem: str = ""
    last: int = 0
    misses: int = 0
    open: bool = True
    goes_on: bool = False
    outer: tuple[str, ...] = field(default_factory=tuple)


@dataclass(slots=True, kw_only=True)
class _Paragraph:
    """
    A block with what stands around it: the lead-in that it continues, the
    block that follows, and whether it is `below` a heading that is marked as
    one: then it is that heading's text, however short.
    """

    flat: str
    block: _Block
    lead: _Lead | None
    follows: _Block | None
    below: bool

    @property
    def body(self) -> str:
        """Return its words without the label."""
        return self.flat[self.block.body : self.block.end]

    @property
    def heads(self) -> bool:
        """Return True for a heading."""
        block = self.flat[self.block.start : self.block.end]
        return not self.below and _is_heading(block)

    @property
    def goes_on(self) -> bool:
        """
        Return True if it continues a lead-in that says nothing by itself.
        """
        if self.lead is None:
            return False
        return self.lead.text.endswith(":") or is_unfinished(self.lead.text)

    def leads_on(self, last: str) -> bool:
        """
        Return True if the block that follows continues it, whose end is
        `last`.
        """
        if self.follows is None:
            return False
        is_listed = self.lead is not None
        return _opens(last, self.block, self.follows, listed=is_listed)


def sentences(
    text: str, wanted: Callable[[str, str], bool] | None = None
) -> Iterator[Sentence]:
    """
    The sentences of `text` in reading order, each with the lead-in that it
    continues.

    `wanted` is asked of a heading and of the words of a paragraph below it,
    lead-in included; a paragraph that is not wanted is passed over, which
    costs a tenth of reading it.
    """
    flat = words_only(text)
    heading = ""
    leads: list[_Lead] = []
    for paragraph in _paragraphs(flat, leads):
        body, heads = paragraph.body, paragraph.heads
        is_wanted = (
            len(body) > MAX_SENTENCE
            or wanted is None
            or wanted(heading, _with_lead(paragraph.lead, body).lower())
        )
        leads_on = paragraph.leads_on(_tail(body))
        if not (is_wanted or heads or leads_on):
            continue
        spans = list(_split(flat, paragraph.block.body, paragraph.block.end))
        is_title = heads and len(spans) == 1
        if is_wanted:
            yield from _sentences(paragraph, spans, heading, is_title)
        if is_title:
            heading = _squeeze(body)
        last = _squeeze(flat[spans[-1][0] : spans[-1][1]])
        if leads_on and paragraph.leads_on(last):
            leads.append(_lead_of(paragraph, spans))


def _paragraphs(flat: str, leads: list[_Lead]) -> Iterator[_Paragraph]:
    """
    The blocks that have words, each with what it continues; `leads` are open.
    """
    blocks = [None, *_blocks(flat), None]
    for above, block, follows in zip(
        blocks, blocks[1:], blocks[2:], strict=False
    ):
        if block is None or not flat[block.body : block.end].strip():
            continue
        is_below = above is not None and _is_marked(flat, above)
        yield _Paragraph(
            flat=flat,
            block=block,
            lead=_lead_for(leads, block, flat),
            follows=follows,
            below=is_below and not _is_marked(flat, block),
        )


def _sentences(
    paragraph: _Paragraph,
    spans: Iterable[tuple[int, int]],
    heading: str,
    is_title: bool,
) -> Iterator[Sentence]:
    """The sentences of a paragraph; the first goes on from its lead-in."""
    flat, lead = paragraph.flat, paragraph.lead
    before = f"{lead.text} " if lead else ""
    may_head = not paragraph.below and not paragraph.goes_on
    for start, end in spans:
        for begins, ends in _items(flat, start, end):
            said = before + _one_line(flat[begins:ends])
            yield Sentence(
                text=said.lower(),
                said=said,
                own=len(before),
                start=begins,
                end=ends,
                heading=heading,
                title=is_title or (may_head and _is_title(flat[begins:ends])),
            )
            if begins == start:
                before = f"{said} "
        before, may_head = "", False


def _lead_of(paragraph: _Paragraph, spans: Sequence[tuple[int, int]]) -> _Lead:
    """Return the lead-in that a paragraph with these sentences is."""
    block, lead = paragraph.block, paragraph.lead
    outer = (*lead.outer, lead.style) if lead else ()
    words = paragraph.flat[spans[-1][0] : spans[-1][1]]
    # What goes before the last sentence is no part of it.
    own = _with_lead(lead if len(spans) == 1 else None, words)
    return _Lead(
        text=own[-_LONGEST_LEAD:],
        indent=block.indent,
        label=block.label,
        outer=(*outer, _style(block)),
    )


def _items(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """
    The sentence, or where it lists in one line what may be done or not, its
    lead-in and then each item.
    """
    part = flat[start:end]
    lead = (
        _LISTS.search(flat, start, end)
        if any(map(part.__contains__, _FIRST_ITEMS))
        else None
    )
    labels = (
        [
            m
            for m in _ITEM.finditer(flat, lead.end(), end)
            if m.start() == lead.end() or m[1]
        ]
        if lead
        else []
    )
    if len(labels) < 2 or not lead:
        yield start, end
        return
    yield (
        start,
        lead.end()
        - len(flat[start : lead.end()])
        + len(flat[start : lead.end()].rstrip()),
    )
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        yield from _trim(
            flat, label.end(), following.start() if following else end
        )


def _tail(body: str) -> str:
    """
    The end of a paragraph, long enough for `_opens` to say yes wherever it
    would of the last sentence.
    """
    return _squeeze(body.rstrip()[-_TAIL:]).rjust(_SHORTEST + 1)


def _with_lead(lead: _Lead | None, own: str) -> str:
    own = " ".join(own.split())
    return f"{lead.text} {own}" if lead else own


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _one_line(part: str) -> str:
    """
    Return words with single spaces; none between letters of a script without
    them, where a line or a mark of emphasis ended.
    """
    line = " ".join(part.split())
    if line.isascii():
        return line
    before = [" ", *line]
    behind = [*line[1:], " "]
    return "".join(
        c
        for a, c, b in zip(before, line, behind, strict=False)
        if c != " " or not (_is_unspaced(a) and _is_unspaced(b))
    )


def _is_unspaced(letter: str) -> bool:
    return "\u3040" <= letter <= "\u9fff"


def _squeeze(part: str) -> str:
    return " ".join(part.lower().split())


def _blocks(flat: str) -> Iterator[_Block]:
    current: _Block | None = None
    offset = 0
    previous = ""
    for line in flat.split("\n"):
        words = line.lstrip()
        marker = (
            _MARKER.match(line) if words and _may_be_marked(words) else None
        )
        if current is not None and _goes_on(
            current, flat, line, marker, previous
        ):
            current.end = offset + len(line)
        else:
            if current is not None:
                yield current
            current = _block_at(offset, line, marker) if words else None
        previous = line
        offset += len(line) + 1
    if current is not None:
        yield current


def _goes_on(
    current: _Block,
    flat: str,
    line: str,
    marker: re.Match[str] | None,
    previous: str,
) -> bool:
    """Return True if `line` is one more of the current block."""
    words = line.lstrip()
    if current.is_whole or not words or words[0] == "#":
        return False
    if marker and _is_item(marker, line, previous):
        return False
    if _is_row(line) and _is_row(previous):
        return False
    above = flat[max(current.start, current.end - _ABOVE) : current.end]
    return not _apart(above, line)


def _is_row(line: str) -> bool:
    """Return True for a row of a table of several columns."""
    return line.rstrip().endswith("|") and "|" in line.strip(" |")


def _block_at(offset: int, line: str, marker: re.Match[str] | None) -> _Block:
    """Return the block that begins with `line`, which has words."""
    indent, end = _indent(line), offset + len(line)
    if line[indent] == "#":
        body = offset + len(line) - len(line.lstrip(" #"))
        return _Block(start=offset, end=end, body=body, is_whole=True)
    if marker is None:
        return _Block(
            start=offset, end=end, body=offset + indent, indent=indent
        )
    return _Block(
        start=offset,
        end=end,
        body=offset + marker.end(),
        label=(marker["label"] or marker["plain"] or "").lower(),
        bullet=marker["bullet"] or "",
        indent=indent,
    )


def _may_be_marked(words: str) -> bool:
    """
    Whether a line that begins so may begin with the mark of an item: nine of
    ten begin with a plain word.
    """
    if not words[0].isalpha() or not _LABEL_ENDS.isdisjoint(words[1:6]):
        return True
    return words[0] in "oO" or words[:7].lower() in ("section", "article")


def _apart(above: str, line: str) -> bool:
    """
    Whether `line` begins a paragraph although no blank line is above it: below
    a heading in a line of its own, or as an unmarked item below one that ends
    with a semicolon.
    """
    first = line.lstrip(" \"'(")[:1]
    if not first.isupper():
        return False
    if ITEM_END.search(above):
        return True
    heads = (
        "\n" not in above.strip()
        and len(above.strip()) < _HEADING
        and _is_heading(above)
    )
    return heads and not (above.isupper() and line.isupper())


def _is_item(marker: re.Match[str], line: str, previous: str) -> bool:
    """
    Whether a marker at a line's start begins an item, and is not a word or
    number that wrapping put there.
    """
    if marker.group("bullet") or line.lstrip().startswith("("):
        return True
    label = marker.group("label") or marker.group("plain") or ""
    if (
        label.isalpha()
        and (_indent(line) > _indent(previous) or _is_heading(previous))
        and marker.end() < len(line)
    ):
        return True
    if (
        label.isalpha()
        and len(label) == 1
        and not re.search(r"[.:;,]\s*$|\b(?:and|or)\s*$", previous)
    ):
        return False
    return not label[:1].isdigit() or bool(
        re.search(r"[.:;,)\"'A-Z]\s*$|\b(?:and|or)\s*$", previous)
    )


def _split(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _END.finditer(flat, start, end):
        before = flat[max(at, match.start() - 12) : match.start()].split()
        if before and _ABBREVIATION.search(
            before[-1] + flat[match.start() : match.end()]
        ):
            continue
        yield from _trim(flat, at, match.end())
        at = match.end()
    yield from _trim(flat, at, end)


def _trim(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = flat[start:end]
    start += len(part) - len(part.lstrip())
    end = start + len(part.strip())
    while end - start > MAX_SENTENCE:
        cut = flat.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        yield start, cut
        start = cut + 1
    if end > start:
        yield start, end


def _is_heading(block: str) -> bool:
    if block.lstrip().startswith("#"):
        return True
    if block.rstrip()[-1:] in ",;.:":  # nothing at all, too
        return False
    words = block.strip(" #=-*_").split(maxsplit=13)
    if not words or len(words) > 12 or _ASIAN.search(block):
        return False
    capital = sum(w[0].isupper() or not w[0].isalpha() for w in words)
    return (
        capital >= 0.6 * len(words)
        and not ITEM_END.search(block)
        and not _SAYS.search(block.lower())
    )


def _is_marked(flat: str, block: _Block) -> bool:
    return flat[block.start : block.body].lstrip().startswith("#")


def _is_title(part: str) -> bool:
    """
    Whether a sentence is a heading that runs into its paragraph: few words,
    most with capitals, nothing said.
    """
    if len(part.split(maxsplit=_TITLE)) > _TITLE or _ASIAN.search(part):
        return False
    words = re.sub(_LABEL, "", part).split()
    capital = sum(w[0].isupper() for w in words)
    others = sum(not w[0].isupper() and w not in _SMALL for w in words)
    return (
        len(words) <= 7
        and (not others or (others == 1 and capital >= 2))
        and not _SAYS.search(part.lower())
    )


def _style(block: _Block) -> str:
    if block.bullet:
        return block.bullet
    if not block.label:
        return ""
    return (
        f"dotted {block.label.count('.')}"
        if "." in block.label
        else "number"
        if block.label.isdigit()
        else "letter"
    )


def _values(block: _Block, style: str) -> tuple[int, ...]:
    label = block.label
    if style == "roman":
        return (_ROMAN.get(label, 0),)
    if style == "letter":
        return (ord(label) - 96,) if len(label) == 1 else ()
    return (int(label.rsplit(".", 1)[-1]),) if label[:1].isdigit() else ()


def _opens(last: str, block: _Block, follows: _Block, *, listed: bool) -> bool:
    """
    Whether what `follows` continues `block`; in a list, also below an item
    that is but a heading.
    """
    if last.endswith((":", ":-", "...")) or is_unfinished(last):
        return True
    first = (
        follows.label.rsplit(".", 1)[-1] in ("1", "a", "i") or follows.bullet
    )
    if not first or _style(follows) == _style(block):
        return False
    return last[-1:] not in (".", ";", "!", "?") and (
        listed or len(last) > _SHORTEST
    )


def _lead_for(leads: list[_Lead], block: _Block, flat: str) -> _Lead | None:
    """
    The lead-in that `block` continues, after closing the lists that it ends.
    """
    while leads:
        lead = leads[-1]
        if _joins(lead, block, flat):
            return lead
        style = _style(block)
        if not style and lead.misses == 0 and lead.style:
            lead.misses += 1
            return None
        if (
            style
            and style not in lead.outer
            and lead.style
            and lead.misses == 0
            and _first(block)
        ):
            return lead
        leads.pop()
    return None


def _first(block: _Block) -> bool:
    return bool(block.bullet) or block.label.rsplit(".", 1)[-1] in (
        "1",
        "a",
        "i",
    )


def _joins(lead: _Lead, block: _Block, flat: str) -> bool:
    """Return True if `block` is the first or the next item below a lead-in."""
    style = _style(block)
    if not lead.style:
        return _joins_first(lead, block, style, flat)
    if block.bullet:
        is_next = block.bullet == lead.style
    else:
        # "4.3" goes on from 4.2, not from 3.2.
        is_next = (
            bool(style)
            and lead.last + 1 in _values(block, lead.style)
            and lead.stem == block.label.rpartition(".")[0]
        )
        lead.last += is_next
    if is_next:
        lead.misses = 0
    return is_next


def _joins_first(lead: _Lead, block: _Block, style: str, flat: str) -> bool:
    """
    Return True if `block` is an item below a lead-in whose items have no marks
    yet.
    """
    if style and _begins_list(lead, block, style):
        lead.style = "roman" if block.label == "i" else style
        lead.stem = block.label.rpartition(".")[0]
        lead.last = 1
        return True
    if style or not lead.open:
        return False
    if block.indent > lead.indent:
        return True
    # Unmarked items: each but the last ends as one that goes on.
    expected = lead.goes_on
    words = flat[block.start : block.end].rstrip()
    lead.open = lead.goes_on = words.endswith((";", ",", " or", " and"))
    if expected or lead.open:
        return True
    return flat[block.body : block.body + 1].islower() or is_unfinished(
        lead.text
    )


def _begins_list(lead: _Lead, block: _Block, style: str) -> bool:
    """
    Return True for the first item of a list that a lead-in may have opened.
    """
    if not (block.bullet or _first(block)):
        return False
    if block.indent > lead.indent or style not in lead.outer[-1:]:
        return True
    is_below = bool(lead.label) and block.label.startswith(f"{lead.label}.")
    return is_below or is_unfinished(lead.text)
