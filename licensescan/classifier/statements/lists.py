"""
Licenses that are named where no sentence grants them: in a column of a table,
in the rows of a list of components, and several in one License field.

A name counts there only when it is all that stands in its place: a cell, what
comes after a dash or in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.exact import whole
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.vocabulary import letters_of
from licensescan.classifier.identify.words import Words, words
from licensescan.model.reasons import Reason
from licensescan.model.texts import Expression
from licensescan.model.trace import SILENT, Trace
from licensescan.standards.license_list import info
from licensescan.standards.spdx_expression import join_or

_FIELD = Regex(
    r"[^\w\n]*licen[cs]e(?:s|d|\(s\)|id)?[\"'*]*[ \t]*[:=](?!:)(.*)"
)
_JOINS = Regex(
    r"(?i)\s*[,;/&]\s*(?:and\s|or\s)?\s*|\s+(?:\+|and|plus|or(?!\s+(?:later|any|newer|above|higher|greater)))\s+"
)
_MEMBER = Regex(
    r"\s*[{]?\s*\"(?:type|name|id|identifier)\"\s*:\s*\"([^\"]+)\""
)
_OPENED = Regex(r"\s*[{]?\s*\"licen[cs]es?\"\s*:\s*[\[{]?\s*[{]?\s*$")
_BRACKETS = Regex(r"\([^()]*\)|\[[^\[\]]*\]")
_CUTS = Regex(r"\s+[-\u2013\u2014]+\s+|\s*[,:;()\[\]]\s*|\t|\s{2,}")
_BULLET = Regex(r"[^\w(\[\"'{]*(?:\(?\d{1,2}[.)]\s)?\s*")
_VERSION = Regex(r"v?\d[\w.+-]*")
_COLUMN = Regex(
    r"\W*(?:spdx )?licen[cs]es?(?: (?:type|name|id|expression))?\W*"
)
_THINGS = (
    "library package component name module project software dependency file tool part crate product source item work "
    "asset font dataset model resource binary"
).split()
_NO_THING = Regex(
    r"(?:copyright|\(c\)|.*licen[cs]e|"
    r"(?:names?|titles?|types?|ids?|keys?|urls?|text|see|notes?|versions?|authors?|home-?page|files?|comments?|path|source)\W*$)"
)
_ANNOUNCES = Regex(
    r"licen[cs]|bundle|includ|contain|third.part|vendor|incorporat|portions|derived|compris|redistribut|embed|copied"
)
_NAMES = frozenset(
    (
        "mit expat x11 bsd 0bsd isc apache apache2 gpl gplv2 gplv3 lgpl lgplv2 lgplv3 agpl agplv3 mpl mplv2 mpl2 "
        "mozilla epl eclipse zlib libpng cc cc0 cddl boost bsl unlicense domain ijg ncsa wtfpl ofl psf openssl "
        "artistic unicode"
    ).split()
)
"""Words one of which the names have that stand by themselves."""

_FIELDS = frozenset(("license", "licenses", "licenseid"))
_NO_LICENSE = (layout.INTRO, layout.CLUE, layout.NEGATIVE)
_SHAPES = ("{}", "license: {}", "licensed under {}", "{} license")
_TABLE_WORDS, _ROW_WORDS, _NAME_WORDS, _NAME_CHARACTERS = 160, 40, 9, 80
_CODE = frozenset('"={|')
_FEWEST = 2
"""So many rows of one form make a list."""

_APART, _ABOVE = 3, 4
"""Rows between two of a list, and rows above it in which it is announced."""


@dataclass(frozen=True, slots=True)
class Listed:
    """
    At `line`, that `thing` (empty: what the file says there) is on the license
    `expression`.
    """

    line: int
    thing: str
    expression: str


def listed(
    held: Words,
    taken: Sequence[tuple[int, int]],
    known: Store,
    trace: Trace[Listed] = SILENT,
) -> list[Listed]:
    """
    What tables, lists and fields outside of the lines `taken` (first, last)
    say, in order.
    """
    outside = _lines_with_names(held, taken, known)
    if not outside:
        return []
    rows = [n for n in outside if len(held.spans[n - 1]) <= _ROW_WORDS]
    found = _in_fields(held, rows, known)
    found |= dict(_in_tables(held, outside, known))
    found |= {
        line: told
        for line, told in _in_lists(held, rows, known, trace)
        if not found.get(line)
    }
    return [one for line in sorted(found) for one in found[line]]


def _lines_with_names(
    held: Words, taken: Sequence[tuple[int, int]], known: Store
) -> list[int]:
    """Return the lines outside of `taken` in which a license may be named."""
    names, spans = letters_of(known, _NAMES), held.spans
    return [
        line
        for first, last in _between(taken, len(spans))
        if not names.isdisjoint(
            held.codes[held.starts[first - 1] : held.starts[last]]
        )
        for line in range(first, last + 1)
        if 0 < len(spans[line - 1]) <= _TABLE_WORDS
        and not names.isdisjoint(spans[line - 1])
    ]


def _in_fields(
    held: Words, lines: Iterable[int], known: Store
) -> dict[int, list[Listed]]:
    """
    Return what License fields say, by line; of JSON what their objects say.
    """
    fields = letters_of(known, _FIELDS)
    found = {}
    for line in lines:
        row = held.rows[line - 1]
        if not fields.isdisjoint(held.spans[line - 1]):
            found[line] = [Listed(line, "", e) for e in _in_field(row, known)]
        elif '"' in row:
            objects = _in_object(held.rows, line, known)
            found[line] = [Listed(line, "", e) for e in objects]
    return found


def _between(
    taken: Sequence[tuple[int, int]], size: int
) -> Iterator[tuple[int, int]]:
    """
    The lines, first and last, that are in none of `taken` (sorted), of `size`
    lines.
    """
    begin = 1
    for first, last in taken:
        if first > begin:
            yield begin, first - 1
        begin = max(begin, last + 1)
    if begin <= size:
        yield begin, size


def _in_field(row: str, known: Store) -> list[str]:
    """
    The licenses of a License field that names more than one, and nothing else.
    """
    field = _FIELD.match(row.lower())
    value = row[field.start(1) :] if field else ""
    return _several(value, known) if _JOINS.search(value.lower()) else []


def _in_object(rows: Sequence[str], line: int, known: Store) -> list[str]:
    """
    What the object of a License field in JSON says: `"license": {"type":
    "MIT"` over two rows.
    """
    name = _MEMBER.match(rows[line - 1])
    opened = name is not None and any(
        _OPENED.match(row.lower()) for row in rows[max(0, line - 3) : line - 1]
    )
    return _several(name[1], known) if name is not None and opened else []


def _several(value: str, known: Store) -> list[str]:
    """
    The licenses that `value` names and nothing else; one choice when "or"
    stands between them.
    """
    plain = (
        _BRACKETS.sub(" ", value)
        if not value.lstrip(" \"'").startswith("(")
        else value.strip("()\"', ")
    )
    whole_name = named_by(plain, known)
    if whole_name:
        return [whole_name]
    told = [named_by(piece, known) for piece in _JOINS.split(plain)]
    if not all(told):
        return []
    names = list(dict.fromkeys(told))
    if len(names) > 1 and all(
        joint.strip().lower() == "or" for joint in _JOINS.findall(plain)
    ):
        return [join_or(*map(Expression, names))]
    return names


def named_by(words_: str, known: Store) -> str:
    """The license that `words_` are a name of, all of them; else nothing."""
    plain = words_.strip(" \t.`'\"*_<>|")
    if (
        not plain
        or len(plain) > _NAME_CHARACTERS
        or plain.count(" ") >= _NAME_WORDS
    ):
        return ""
    return _named_by(plain.lower(), known)


@lru_cache(maxsize=4096)
def _named_by(plain: str, known: Store) -> str:
    if plain == "public domain":
        return "LicenseRef-scancode-public-domain"
    for shape in _SHAPES:
        pattern = whole(
            words(shape.format(plain), known.code, {}).codes, known
        )
        if pattern is not None:
            alone = info(pattern.expression)
            named = pattern.kind not in _NO_LICENSE and not (
                alone and alone.is_exception
            )
            return pattern.expression if named else ""
    return ""


def _in_tables(
    held: Words, rows: Iterable[int], known: Store
) -> Iterator[tuple[int, list[Listed]]]:
    """
    The cells below a heading "License", in a table that has a column for what
    they are about.
    """
    column, last = -1, 0
    for line in rows:
        row = held.rows[line - 1]
        if "|" not in row:
            continue
        if column < 0 or any("|" not in r for r in held.rows[last : line - 1]):
            column = _column(held.rows, last, line)
        last = line
        cells = row.strip().strip("|").split("|")
        if 0 <= column < len(cells):
            thing = next(
                (
                    cell.strip()
                    for n, cell in enumerate(cells)
                    if n != column and cell.strip()
                ),
                "",
            )
            yield (
                line,
                [
                    Listed(line, _plain(thing), e)
                    for e in _several(cells[column], known)
                ],
            )


def _column(rows: Sequence[str], first: int, line: int) -> int:
    """
    Which column of the table that reaches up from `line` is headed "License";
    -1 for none.
    """
    for row in reversed(rows[first : line - 1]):
        if "|" not in row:
            break
        cells = row.strip().strip("|").lower().split("|")
        heads = [n for n, cell in enumerate(cells) if _COLUMN.fullmatch(cell)]
        if heads and any(word in cell for cell in cells for word in _THINGS):
            return heads[0]
    return -1


def _in_lists(
    held: Words, rows: Iterable[int], known: Store, trace: Trace[Listed]
) -> Iterator[tuple[int, list[Listed]]]:
    """
    The rows of announced lists: "- zstd, BSD", "src/fit/ - MIT; see ...", "MIT
    (src/fit/LICENSE):".
    """
    group: list[Listed] = []
    for line in [*rows, len(held.rows) + _APART + 2]:
        if group and line - group[-1].line > _APART + 1:
            yield from (
                (o.line, [o]) for o in _if_a_list(group, held.rows, trace)
            )
            group = []
        if line <= len(held.rows):
            group += _item(held.rows[line - 1], line, known)


def _if_a_list(
    group: Sequence[Listed], rows: Sequence[str], trace: Trace[Listed]
) -> Sequence[Listed]:
    """
    Return the rows of a group that is a list: there are several, and
    announced.
    """
    if len(group) < _FEWEST:
        return [one for one in group if not trace.drops(Reason.NO_LIST, one)]
    if not _is_announced(rows, group[0].line):
        return [
            one for one in group if not trace.drops(Reason.UNANNOUNCED, one)
        ]
    return group


def _item(row: str, line: int, known: Store) -> list[Listed]:
    if not _CODE.isdisjoint(row) or row.lstrip()[:1] in ("'", "["):
        return []
    bullet = _BULLET.match(row)
    cells = [
        cell
        for cell in _CUTS.split(row[bullet.end() if bullet else 0 :].strip())
        if cell
    ]
    if len(cells) < 2 or len(cells[0]) > _NAME_CHARACTERS:
        return []
    first = named_by(cells[0], known)
    if first:
        return (
            [Listed(line, _plain(cells[1]), first)]
            if "/" in cells[1] and " " not in cells[1]
            else []
        )
    if _NO_THING.match(cells[0].lower()):
        return []
    said = (
        cells[2]
        if len(cells) > 2 and _VERSION.fullmatch(cells[1])
        else cells[1]
    )
    return [
        Listed(line, _plain(cells[0]), expression)
        for expression in _several(said, known)
    ]


def _is_announced(rows: Sequence[str], first: int) -> bool:
    return any(
        _ANNOUNCES.search(row.lower())
        for row in rows[max(0, first - 1 - _ABOVE) : first - 1]
    )


def _plain(thing: str) -> str:
    return " ".join(thing.strip(" \t*`_-.,:").split())[:_NAME_CHARACTERS]
